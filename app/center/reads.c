/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/audit.h"
#include "center/call.h"
#include "center/snapshot.h"
#include "wire/json.h"

#include <string.h>

#define DEFAULT_LIMIT 1000

/* A replica that misses more than this is better off with the snapshot. */
#define SNAPSHOT_FROM_NOTHING 5000
#define SNAPSHOT_FROM_BEHIND 100000

#define SQL_MINE                                                                                   \
  "SELECT uuid, acked, applied, h, safe FROM writer WHERE shop_id = ?1 AND till_id = ?2 ORDER BY " \
  "id"
#define SQL_CHAIN                                                                     \
  "SELECT entry.n, entry.h FROM entry JOIN writer ON writer.shop_id = entry.shop_id " \
  "AND writer.id = entry.writer_id WHERE entry.shop_id = ?1 AND writer.uuid = ?2 "    \
  "AND entry.n <= ?3 ORDER BY entry.n DESC LIMIT 1"
#define SQL_ALIVE "SELECT count(*) FROM region"

/* --- GET /v1/health --- */

gboolean
mr_handle_health (MrCenter *center, MrCall *call, GError **error)
{
  g_autofree char *now = mr_time_format (mr_world_now_us (mr_center_get_world (center)));
  gint64 n_regions = 0;

  if (!mr_db_get_int (mr_center_get_db (center), &n_regions, error, SQL_ALIVE, ""))
    return FALSE;
  mr_call_reply_json (call, 200,
                      g_strdup_printf ("{\"status\":\"ok\",\"version\":\"%s\",\"now\":\"%s\"}",
                                       MR_VERSION, now));
  return TRUE;
}

/* --- GET /v1/chain --- */

static gboolean
get_query_id (MrCall *call, const char *name, MrId *id)
{
  const char *text = g_hash_table_lookup (call->query, name);

  if (text != NULL && mr_id_parse (text, id))
    return TRUE;
  mr_call_reply_problem (call, 400, "bad-query", "The address cannot be read.", NULL,
                         "“%s” must be a UUID.", name);
  return FALSE;
}

gboolean
mr_handle_chain (MrCenter *center, MrCall *call, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  MrChainReply reply = { 0 };
  gsize length = 0;
  MrStep step;
  MrId writer;
  gint64 n;

  if (!get_query_id (call, "writer", &writer) ||
      !mr_call_get_query_int (call, "n", 0, G_MAXINT64, &n))
    return TRUE;
  query = mr_db_select (mr_center_get_db (center), error, SQL_CHAIN, "ibi", call->scope.shop_id,
                        writer.bytes, sizeof writer.bytes, n);
  if (query == NULL || (step = mr_query_step (query, error)) == MR_STEP_ERROR)
    return FALSE;
  if (step == MR_STEP_ROW)
    {
      gconstpointer h = mr_query_get_bytes (query, 1, &length);

      reply.n = mr_query_get_int (query, 0);
      memcpy (reply.h.bytes, h, MIN (length, sizeof reply.h.bytes));
    }
  mr_call_reply_json (call, 200, mr_chain_reply_to_json (&reply));
  return TRUE;
}

/* --- GET /v1/feeds --- */

typedef struct
{
  gboolean asked;
  MrPosition cursor;
  MrPosition seen;
} Place;

/* FALSE after having replied. */
static gboolean
get_place (MrCall *call, const char *name, Place *place)
{
  const char *text = g_hash_table_lookup (call->query, name);
  g_auto (GStrv) halves = NULL;

  *place = (Place){ 0 };
  if (text == NULL)
    return TRUE;
  place->asked = TRUE;
  halves = g_strsplit (text, ",", 3);
  if (g_strv_length (halves) == 2 && mr_position_parse (halves[0], &place->cursor) &&
      mr_position_parse (halves[1], &place->seen))
    return TRUE;
  mr_call_reply_problem (call, 400, "bad-query", "The address cannot be read.", NULL,
                         "“%s” must be two positions with a comma between them.", name);
  return FALSE;
}

static void
refuse_position (MrCall *call, const char *feed, MrFeedVerdict verdict)
{
  g_autofree char *type =
      g_strconcat (feed, verdict == MR_FEED_DIVERGED ? "-diverged" : "-too-old", NULL);

  if (verdict == MR_FEED_DIVERGED)
    mr_call_reply_problem (
        call, 409, type, "The center went back in time.", NULL,
        "Your position in the %s feed is not in its history; fetch that feed anew.", feed);
  else if (strcmp (feed, "region") == 0)
    mr_call_reply_problem (
        call, 410, type, "Your position is too old.", NULL,
        "Fetch the newest snapshot of /v1/snapshot/%s and go on from its position.",
        call->scope.region);
  else
    mr_call_reply_problem (call, 410, type, "Your position is too old.", NULL,
                           "Read the %s feed from 0 and replace what you have.", feed);
}

static gboolean
wants_snapshot (MrCenter *center, const MrScope *scope, const Place *place, gboolean *wanted,
                GError **error)
{
  MrPosition head, newest = { 0 };
  gint64 behind;

  *wanted = FALSE;
  /* What is refused for other reasons is found by the reading itself. */
  if (mr_feed_check (mr_center_get_db (center), scope->region_feed, &place->cursor, &place->seen,
                     &head, error) != MR_FEED_READ)
    return error == NULL || *error == NULL;
  behind = head.v - place->cursor.v;
  if (behind <= (place->cursor.v == 0 ? SNAPSHOT_FROM_NOTHING : SNAPSHOT_FROM_BEHIND))
    return TRUE;
  if (!mr_snapshot_find_newest (center, scope->region_id, &newest, error))
    return FALSE;
  /* From nothing one will be built for it; else one that brings it no further is no use. */
  *wanted = place->cursor.v == 0 || newest.v > place->cursor.v;
  return TRUE;
}

/* FALSE with @error; a reply in @call ends the reading, too. */
static gboolean
read_feed (MrCenter *center, MrCall *call, const char *name, gint64 feed_id, const Place *place,
           guint limit, MrFeedPage *page, GError **error)
{
  MrDb *db = mr_center_get_db (center);
  MrPosition nothing = { 0 };
  MrFeedPage read = { 0 };
  MrFeedVerdict verdict;

  if (!place->asked)
    return mr_feed_check (db, feed_id, &nothing, &nothing, &page->seen, error) != MR_FEED_FAILED;
  verdict = mr_feed_read (db, feed_id, &place->cursor, &place->seen, limit, &read, error);
  /* Who is at the head can compare all of it. */
  if (verdict == MR_FEED_READ && read.full && g_hash_table_contains (call->query, "audit") &&
      (read.sums = mr_audit_sum_feed (center, feed_id, &read.seen, error)) == NULL)
    verdict = MR_FEED_FAILED;
  if (verdict == MR_FEED_READ)
    {
      g_clear_pointer (&page->rows, g_ptr_array_unref);
      *page = read;
      return TRUE;
    }
  mr_feed_page_clear (&read);
  if (verdict == MR_FEED_FAILED)
    return FALSE;
  refuse_position (call, name, verdict);
  return TRUE;
}

static gboolean
read_mine (MrDb *db, const MrScope *scope, GArray *all, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (db, error, SQL_MINE, "ii", scope->shop_id, scope->till_id);
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrMine mine = { 0 };
      gsize length = 0;
      gconstpointer bytes = mr_query_get_bytes (query, 0, &length);

      memcpy (mine.writer.bytes, bytes, MIN (length, sizeof mine.writer.bytes));
      mine.acked = mr_query_get_int (query, 1);
      mine.applied = mr_query_get_int (query, 2);
      bytes = mr_query_get_bytes (query, 3, &length);
      memcpy (mine.h.bytes, bytes, MIN (length, sizeof mine.h.bytes));
      mine.safe = mr_query_get_int (query, 4);
      g_array_append_val (all, mine);
    }
  return step == MR_STEP_DONE;
}

static gboolean
read_all (MrCenter *center, MrCall *call, const Place *region, const Place *shop, guint limit,
          GError **error)
{
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_new ();
  const MrScope *scope = &call->scope;
  gboolean snapshot = FALSE;

  if (region->asked && !wants_snapshot (center, scope, region, &snapshot, error))
    return FALSE;
  if (snapshot)
    {
      refuse_position (call, "region", MR_FEED_TOO_OLD);
      return TRUE;
    }
  if (!read_feed (center, call, "region", scope->region_feed, region, limit, &reply->region, error))
    return FALSE;
  if (mr_call_is_answered (call))
    return TRUE;
  if (!read_feed (center, call, "shop", scope->shop_feed, shop, limit, &reply->shop, error))
    return FALSE;
  if (mr_call_is_answered (call))
    return TRUE;
  if (!read_mine (mr_center_get_db (center), scope, reply->mine, error))
    return FALSE;
  reply->now_us = mr_world_now_us (mr_center_get_world (center));
  mr_call_reply_json (call, 200, mr_feeds_reply_to_json (reply));
  return TRUE;
}

gboolean
mr_handle_feeds (MrCenter *center, MrCall *call, GError **error)
{
  MrDb *db = mr_center_get_db (center);
  gint64 schema, limit = DEFAULT_LIMIT;
  Place region, shop;
  gboolean read;

  if (!mr_call_get_query_int (call, "schema", 0, 1000000, &schema))
    return TRUE;
  if (schema < MR_FEED_SCHEMA)
    {
      mr_call_reply_problem (call, 426, "too-old-to-talk", "This till needs an update.", NULL,
                             "The center's feeds are of schema %d, the till reads %" G_GINT64_FORMAT
                             "; its sales are still taken.",
                             MR_FEED_SCHEMA, schema);
      return TRUE;
    }
  if ((g_hash_table_contains (call->query, "limit") &&
       !mr_call_get_query_int (call, "limit", 1, MR_FEEDS_MAX_ROWS, &limit)) ||
      !get_place (call, "region", &region) || !get_place (call, "shop", &shop))
    return TRUE;
  if (!mr_db_begin_read (db, error))
    return FALSE;
  read = read_all (center, call, &region, &shop, (guint) limit, error);
  mr_db_rollback (db);
  return read;
}
