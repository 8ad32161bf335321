/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/mechanism.h"
#include "sync/engine-inside.h"

#include <string.h>

#define TIMEOUT_MS 30000
#define POLL_US (60 * G_USEC_PER_SEC)

static const char REGION[] = "region";
static const char SHOP[] = "shop";

gint64
mr_pull_next_poll_us (MrSyncEngine *self)
{
  return mr_engine_now_us (self) + POLL_US / 2 + mr_backoff_spread_us (self->world, POLL_US);
}

/* --- asking ------------------------------------------------------------------------------------ */

/* Where the next page of @feed goes on from. For the region it is the stage, or the catalog file's own
 * head; for the shop the stage, or its cursor, or 0 when the replica is to be replaced. */
static gboolean
find_position (MrSyncEngine *self, const char *feed, MrPosition *cursor, MrPosition *seen,
               GError **error)
{
  gboolean replace, staged;
  MrPosition head;

  if (!mr_shop_get_cursor (self->shop, feed, cursor, seen, error) ||
      !mr_shop_get_stage_head (self->shop, feed, &head, &replace, &staged, error))
    return FALSE;
  if (feed == REGION)
    {
      cursor->v = self->catalog_head.v;
      g_strlcpy (cursor->salt, self->catalog_head.salt, sizeof cursor->salt);
    }
  else if (self->replace_shop)
    {
      *cursor = (MrPosition){ 0 };
      /* One that adds to the old replica is of no use, and was to be cleared: the disk may have been full. */
      staged &= replace;
    }
  if (staged)
    *cursor = head;
  /* What was applied was seen. */
  if (cursor->v > seen->v)
    *seen = *cursor;
  return TRUE;
}

static gboolean
append_feed (MrSyncEngine *self, GString *path, const char *feed, GError **error)
{
  char cursor_text[MR_POSITION_STRING_SIZE], seen_text[MR_POSITION_STRING_SIZE];
  MrPosition cursor, seen;

  if (!find_position (self, feed, &cursor, &seen, error))
    return FALSE;
  g_string_append_printf (path, "%s=%s,%s&", feed, mr_position_format (&cursor, cursor_text),
                          mr_position_format (&seen, seen_text));
  return TRUE;
}

gboolean
mr_pull_build (MrSyncEngine *self, MrSyncRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) path = g_string_new ("/v1/feeds?");

  self->pull_region = self->catalog != NULL && !self->snapshot.wanted;
  if ((self->pull_region && !append_feed (self, path, REGION, &error)) ||
      !append_feed (self, path, SHOP, &error))
    {
      mr_engine_failed (self, MR_LANE_PULL, g_steal_pointer (&error));
      return FALSE;
    }
  if (mr_audit_is_due (self))
    g_string_append (path, "audit=1&");
  g_string_append_printf (path, "schema=%d&limit=%u", MR_FEED_SCHEMA, self->page_rows);
  /* What is wanted from now on is not what this request was asked for. */
  self->pull_wanted = FALSE;
  self->poked_us = 0;
  mr_engine_ask (self, MR_LANE_PULL, "GET", g_strdup (path->str), NULL, TIMEOUT_MS, FALSE, request);
  return TRUE;
}

/* --- applying ---------------------------------------------------------------------------------- */

static gboolean
stage_page (MrSyncEngine *self, const char *feed, const MrFeedPage *page, GError **error)
{
  gboolean replace = feed == SHOP && self->replace_shop;
  gboolean stage_replaces, staged;
  MrPosition cursor, seen, head;

  if (!find_position (self, feed, &cursor, &seen, error) ||
      !mr_shop_get_stage_head (self->shop, feed, &head, &stage_replaces, &staged, error))
    return FALSE;
  if (page->head.v < cursor.v)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                   "%s: the page's head lies before its beginning", feed);
      return FALSE;
    }
  if (page->seen.v > seen.v && !mr_shop_set_seen (self->shop, feed, &page->seen, error))
    return FALSE;
  if (mr_position_equal (&page->head, &cursor) && !replace)
    return TRUE;
  if (!mr_shop_stage (self->shop, feed, page, replace || (staged && stage_replaces), error))
    return FALSE;
  /* From here on the stage itself remembers that it replaces. */
  if (feed == SHOP)
    self->replace_shop = FALSE;
  return TRUE;
}

static gboolean
apply_rows (MrSyncEngine *self, GPtrArray *feed_rows, const MrPosition *head, GError **error)
{
  g_autofree MrCatalogRow *rows = g_new (MrCatalogRow, MAX (feed_rows->len, 1));
  MrCatalogHead next = self->catalog_head;

  for (guint i = 0; i < feed_rows->len; i++)
    {
      const MrFeedRow *row = g_ptr_array_index (feed_rows, i);

      rows[i] = (MrCatalogRow){ row->table, row->v, row->id, row->fields };
    }
  next.v = head->v;
  g_strlcpy (next.salt, head->salt, sizeof next.salt);
  if (!mr_catalog_apply (self->catalog, rows, feed_rows->len, &next, error))
    return FALSE;
  self->catalog_head = next;
  self->status.catalog_v = next.v;
  self->status.replica++;
  return TRUE;
}

/* The catalog file's head is its cursor: a stage it has already taken in (the lights went out before
 * the stage was cleared) is only cleared. */
static gboolean
apply_region (MrSyncEngine *self, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  gboolean replace, staged;
  MrPosition head;

  if (!mr_shop_get_stage_head (self->shop, REGION, &head, &replace, &staged, error))
    return FALSE;
  if (staged && head.v > self->catalog_head.v)
    {
      rows = mr_shop_list_staged (self->shop, REGION, error);
      if (rows == NULL || !apply_rows (self, rows, &head, error))
        return FALSE;
    }
  if (staged && !mr_shop_clear_stage (self->shop, REGION, error))
    return FALSE;
  mr_replica_file_touch (self);
  return TRUE;
}

/* A push answered after this pull was asked for knows better than the pull what the center has. */
static void
keep_newer_acked (MrSyncEngine *self, GArray *mine)
{
  if (self->acked_at_us < self->lanes[MR_LANE_PULL].sent_us)
    return;
  for (guint i = 0; i < mine->len; i++)
    {
      MrMine *row = &g_array_index (mine, MrMine, i);

      if (mr_id_equal (row->writer, self->writer) && row->acked < self->acked &&
          mr_journal_get_hash (self->journal, self->acked, &row->h, NULL))
        row->acked = self->acked;
    }
}

static const MrMine *
find_mine (MrSyncEngine *self, const GArray *mine)
{
  for (guint i = 0; i < mine->len; i++)
    if (mr_id_equal (g_array_index (mine, MrMine, i).writer, self->writer))
      return &g_array_index (mine, MrMine, i);
  return NULL;
}

static gboolean
is_known (MrSyncEngine *self, const GArray *mine)
{
  for (guint i = 0; i < mine->len; i++)
    {
      const MrMine *said = &g_array_index (mine, MrMine, i);
      MrMine known;

      if (!mr_shop_get_mine (self->shop, said->writer, &known) || known.acked != said->acked ||
          known.applied != said->applied || known.safe != said->safe ||
          !mr_hash_equal (&known.h, &said->h))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_shop (MrSyncEngine *self, GArray *mine, GError **error)
{
  gboolean replace, staged;
  MrPosition head;
  const MrMine *ours;

  /* The till may have gone on under a new writer since this was asked. */
  mr_push_look (self);
  keep_newer_acked (self, mine);
  /* A center that went back to before our first entry does not list us: its levels hold none of ours. */
  if (find_mine (self, mine) == NULL)
    {
      const MrMine nothing = { .writer = self->writer };

      g_array_append_val (mine, nothing);
    }
  if (!mr_shop_get_stage_head (self->shop, SHOP, &head, &replace, &staged, error))
    return FALSE;
  /* Most polls bring nothing: then nothing is written. */
  if (staged || !is_known (self, mine))
    {
      if (!mr_shop_apply (self->shop, mine, error))
        return FALSE;
      self->status.replica++;
    }
  if (!mr_old_chains_adopt (self, mine, error))
    return FALSE;
  ours = find_mine (self, mine);
  if (!mr_push_adopt (self, ours->acked, &ours->h, error))
    return FALSE;
  mr_push_look (self);
  return TRUE;
}

/* The one page there is needs no stage: its rows and the catalog's head are one transaction anyway. */
static gboolean
take_whole_region (MrSyncEngine *self, const MrFeedPage *page, gboolean *taken, GError **error)
{
  gboolean replace, staged;
  MrPosition head;

  *taken = FALSE;
  if (!mr_shop_get_stage_head (self->shop, REGION, &head, &replace, &staged, error))
    return FALSE;
  if (staged || page->head.v < self->catalog_head.v)
    return TRUE;
  *taken = TRUE;
  if (page->head.v > self->catalog_head.v && !apply_rows (self, page->rows, &page->head, error))
    return FALSE;
  mr_replica_file_touch (self);
  return TRUE;
}

/* The catalog first: what the shop says refers to it. */
static gboolean
take_pages (MrSyncEngine *self, MrFeedsReply *reply, GError **error)
{
  gboolean with_region = self->pull_region && self->catalog != NULL && !self->snapshot.wanted;
  gboolean full = reply->shop.full && (!with_region || reply->region.full);
  gboolean applies = full || mr_mechanism_is_off (MR_MECHANISM_STAGE);
  gboolean taken = FALSE;

  if (applies && with_region && !take_whole_region (self, &reply->region, &taken, error))
    return FALSE;
  if ((with_region && !taken && !stage_page (self, REGION, &reply->region, error)) ||
      !stage_page (self, SHOP, &reply->shop, error))
    return FALSE;
  self->pull_full = full;
  if (!applies)
    return TRUE;
  return (!with_region || taken || apply_region (self, error)) &&
         apply_shop (self, reply->mine, error);
}

/* A file that will not take its rows is replaced; rows that make no sense wait for a center that does. */
static void
pull_failed (MrSyncEngine *self, GError *error)
{
  g_autoptr (GError) inner = NULL;

  if (g_error_matches (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE))
    mr_snapshot_fetch_want (self);
  else if (g_error_matches (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_ROW))
    mr_shop_clear_stage (self->shop, REGION, &inner);
  /* They may have been turned into nonsense here, on the disk. */
  else if (mr_shop_is_row_failure (error))
    mr_shop_clear_stage (self->shop, SHOP, &inner);
  mr_engine_failed (self, MR_LANE_PULL, error);
}

static gboolean
start_shop_over (MrSyncEngine *self, GError **error)
{
  const MrPosition nothing = { 0 };

  self->replace_shop = TRUE;
  return mr_shop_clear_stage (self->shop, SHOP, error) &&
         mr_shop_set_seen (self->shop, SHOP, &nothing, error);
}

static gboolean
start_region_over (MrSyncEngine *self, GError **error)
{
  const MrPosition nothing = { 0 };

  mr_snapshot_fetch_want (self);
  return mr_shop_clear_stage (self->shop, REGION, error) &&
         mr_shop_set_seen (self->shop, REGION, &nothing, error);
}

/* A replica that is not what it should be is fetched anew, while the till goes on with the one it has. */
static gboolean
audit (MrSyncEngine *self, const MrFeedsReply *feeds, GError **error)
{
  gboolean bad_region, bad_shop;

  if (!self->pull_full)
    return TRUE;
  if (!mr_audit_compare (self, feeds, &bad_region, &bad_shop, error) ||
      (bad_region && !start_region_over (self, error)) ||
      (bad_shop && !start_shop_over (self, error)))
    return FALSE;
  self->pull_full = !bad_region && !bad_shop;
  return TRUE;
}

static void
take_reply (MrSyncEngine *self, const MrSyncReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrFeedsReply) feeds =
      mr_feeds_reply_from_json (reply->body, (gssize) reply->length, &error);

  if (feeds == NULL)
    {
      g_prefix_error (&error, "the center's answer about news makes no sense: ");
      mr_engine_failed (self, MR_LANE_PULL, g_steal_pointer (&error));
      return;
    }
  mr_engine_learn_clock (self, MR_LANE_PULL, feeds->now_us);
  if (!take_pages (self, feeds, &error) || !audit (self, feeds, &error))
    {
      pull_failed (self, g_steal_pointer (&error));
      return;
    }
  self->started_over = FALSE;
  self->status.connection = MR_SYNC_ONLINE;
  /* Asked for again while this one was under way: what was pushed in between is not in it. */
  mr_engine_succeeded (self, MR_LANE_PULL,
                       self->pull_full && !self->pull_wanted ? mr_pull_next_poll_us (self) : 0);
}

/* --- positions the center does not know -------------------------------------------------------- */

/* 409: the center went back in time; 410: it no longer knows what changed since. Either way that replica
 * is fetched anew, while the till goes on with the one it has. */
static void
start_over (MrSyncEngine *self, const MrSyncReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrProblem) problem =
      mr_problem_from_json (reply->body, (gssize) reply->length, &error);
  gboolean again = self->started_over;
  gboolean started;

  if (problem == NULL)
    {
      mr_engine_refused (self, MR_LANE_PULL, reply);
      return;
    }
  if (g_str_has_prefix (problem->type, "/problems/region-"))
    started = start_region_over (self, &error);
  else
    started = start_shop_over (self, &error);
  if (!started)
    {
      mr_engine_failed (self, MR_LANE_PULL, g_steal_pointer (&error));
      return;
    }
  self->pull_full = FALSE;
  /* Once for each feed at once; a center that refuses its own beginning is asked with patience. */
  self->started_over = TRUE;
  if (again)
    mr_engine_refused (self, MR_LANE_PULL, reply);
  else
    mr_engine_succeeded (self, MR_LANE_PULL, 0);
}

static gboolean
is_replaced (const MrSyncReply *reply)
{
  g_autoptr (MrProblem) problem = mr_problem_from_json (reply->body, (gssize) reply->length, NULL);

  return problem != NULL && g_str_equal (problem->type, "/problems/replaced");
}

void
mr_pull_reply (MrSyncEngine *self, const MrSyncReply *reply)
{
  switch (reply->status)
    {
    case 200:
      take_reply (self, reply);
      break;
    case 409:
    case 410:
      start_over (self, reply);
      break;
    case 401:
    case 403:
      self->status.connection = is_replaced (reply) ? MR_SYNC_REPLACED : MR_SYNC_REVOKED;
      /* A center that was restored may lack what it had, and no news will say so. */
      self->head_due = TRUE;
      mr_old_chains_doubt (self);
      mr_engine_refused (self, MR_LANE_PULL, reply);
      break;
    case 426:
      self->status.connection = MR_SYNC_TOO_OLD;
      mr_engine_refused (self, MR_LANE_PULL, reply);
      break;
    default:
      mr_engine_refused (self, MR_LANE_PULL, reply);
    }
}
