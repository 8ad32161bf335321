/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

#include <string.h>

/* A lost center is to be noticed within 5 s while somebody uses the till: an unsigned question without
 * a body whenever nothing else was answered for so long. A till at rest asks nothing but its polls. */
#define PROBE_US (2500 * 1000)
#define PROBE_TIMEOUT_MS 2000
#define IN_USE_US (10 * 60 * G_USEC_PER_SEC)

/* A center that comes back is not met by all of its tills at once: over half a minute, or, of a till that
 * somebody uses, over no longer than it was away. */
#define LONG_SPREAD_US (30 * G_USEC_PER_SEC)
#define SHORT_SPREAD_US (2 * G_USEC_PER_SEC)

/* A signature's time may be a day off; so much is worth a correction. */
#define CLOCK_SLACK_US (60 * G_USEC_PER_SEC)

#define IDLE_WAIT_MS 60000
#define PAGE_ROWS 2000

gint64
mr_engine_now_us (MrSyncEngine *self)
{
  return mr_world_monotonic_us (self->world);
}

gint64
mr_engine_center_now_us (MrSyncEngine *self)
{
  return mr_world_now_us (self->world) + self->status.clock_offset_us;
}

void
mr_engine_learn_clock (MrSyncEngine *self, MrLaneKind lane, gint64 center_now_us)
{
  gint64 half_way_us = (mr_engine_now_us (self) - self->lanes[lane].sent_us) / 2;

  self->status.clock_offset_us = center_now_us + half_way_us - mr_world_now_us (self->world);
}

void
mr_sync_request_clear (MrSyncRequest *self)
{
  g_free (self->path);
  g_free (self->body);
  g_free (self->time);
  g_free (self->signature);
  g_free (self->till);
  g_free (self->range);
  g_free (self->if_range);
  memset (self, 0, sizeof *self);
}

/* --- what the lanes call ----------------------------------------------------------------------- */

void
mr_engine_ask (MrSyncEngine *self, MrLaneKind lane, const char *method, char *path, char *body,
               gint64 timeout_ms, gboolean is_open, MrSyncRequest *request)
{
  *request = (MrSyncRequest){ .id = ++self->last_id,
                              .method = method,
                              .path = path,
                              .body = body,
                              .length = body == NULL ? 0 : strlen (body),
                              .timeout_ms = timeout_ms };
  if (!is_open)
    {
      request->time = mr_time_format (mr_engine_center_now_us (self));
      request->till = g_strdup (self->till);
      request->signature =
          mr_sign_request (self->secret_key, request->time, method, path, body, request->length);
    }
  self->lanes[lane].request_id = request->id;
  self->lanes[lane].sent_us = mr_engine_now_us (self);
}

void
mr_engine_set_problem (MrSyncEngine *self, MrLaneKind lane, const char *problem)
{
  g_strlcpy (self->lanes[lane].problem, problem, sizeof self->lanes[lane].problem);
}

void
mr_engine_succeeded (MrSyncEngine *self, MrLaneKind lane, gint64 due_us)
{
  mr_backoff_succeed (&self->lanes[lane].backoff);
  self->lanes[lane].due_us = due_us;
  mr_engine_set_problem (self, lane, "");
  self->clock_corrected = FALSE;
}

void
mr_engine_failed (MrSyncEngine *self, MrLaneKind lane, GError *error)
{
  self->needs_reopening |= mr_shop_is_file_failure (error);
  mr_engine_set_problem (self, lane, error->message);
  g_error_free (error);
  self->lanes[lane].due_us = 0;
  mr_backoff_fail (&self->lanes[lane].backoff, self->world, -1);
}

/* A clock too far off makes a good signature look stale; the center says what time it is. */
static gboolean
correct_clock (MrSyncEngine *self, MrLaneKind lane, const MrProblem *problem)
{
  gboolean again = self->clock_corrected;

  if (problem->now_us == 0 ||
      ABS (problem->now_us - mr_engine_center_now_us (self)) < CLOCK_SLACK_US)
    return FALSE;
  /* Learned each time, for ours may be set again before anything has gone well; asked at once but once. */
  mr_engine_learn_clock (self, lane, problem->now_us);
  self->clock_corrected = TRUE;
  return !again;
}

void
mr_engine_refused (MrSyncEngine *self, MrLaneKind lane, const MrSyncReply *reply)
{
  g_autoptr (MrProblem) problem = NULL;
  g_autofree char *text = NULL;

  self->lanes[lane].due_us = 0;
  if (reply->status != 0 && reply->length > 0)
    problem = mr_problem_from_json (reply->body, (gssize) reply->length, NULL);
  if (problem != NULL && reply->status == 401 && correct_clock (self, lane, problem))
    return;
  if (problem != NULL)
    text = g_strdup_printf ("%u: %s", reply->status,
                            *problem->detail != '\0' ? problem->detail : problem->title);
  else if (reply->status >= 400)
    text = g_strdup_printf ("%u from the center, without a reason", reply->status);
  mr_engine_set_problem (self, lane, text == NULL ? "" : text);
  mr_backoff_fail (&self->lanes[lane].backoff, self->world, reply->retry_after_ms);
}

/* --- connection -------------------------------------------------------------------------------- */

/* A gateway that answers for a center it cannot reach is not the center, nor is the page of a network that
 * wants to be signed in to. */
static gboolean
is_answer (const MrSyncReply *reply)
{
  return reply->status != 0 && reply->status != 502 && reply->status != 504 &&
         (reply->status >= 400 || reply->content_type == NULL ||
          !g_str_has_prefix (reply->content_type, "text/"));
}

gboolean
mr_engine_is_in_use (MrSyncEngine *self)
{
  return mr_engine_now_us (self) - self->last_use_us < IN_USE_US;
}

static void
come_back (MrSyncEngine *self)
{
  gint64 now_us = mr_engine_now_us (self);
  gint64 span_us = mr_engine_is_in_use (self)
                       ? CLAMP (now_us - self->lost_at_us, SHORT_SPREAD_US, LONG_SPREAD_US)
                       : LONG_SPREAD_US;

  self->status.connection = MR_SYNC_ONLINE;
  /* The first contact of all is no return. */
  if (self->lost_at_us == 0)
    return;
  self->lost_at_us = 0;
  for (MrLaneKind lane = MR_LANE_PUSH; lane <= MR_LANE_SNAPSHOT; lane++)
    {
      if (self->lanes[lane].due_us == G_MAXINT64 || self->lanes[lane].backoff.ordered)
        continue;
      mr_backoff_succeed (&self->lanes[lane].backoff);
      self->lanes[lane].due_us = now_us + mr_backoff_spread_us (self->world, span_us);
    }
}

/* A connection kept open too long breaks under a push without anything being wrong, and a long answer may
 * get lost while others arrive: while the till is in use, the probe decides, at once. */
static void
lose (MrSyncEngine *self, MrLaneKind lane)
{
  gint64 now_us = mr_engine_now_us (self);

  if (lane != MR_LANE_PROBE && mr_engine_is_in_use (self))
    {
      self->lanes[MR_LANE_PROBE].due_us = now_us;
      return;
    }
  self->lanes[MR_LANE_PROBE].due_us =
      now_us + PROBE_US + mr_backoff_spread_us (self->world, PROBE_US / 10);
  if (self->last_answer_us > self->lanes[lane].sent_us)
    return;
  self->status.connection = MR_SYNC_OFFLINE;
  mr_listen_give_up (self);
  if (self->lost_at_us == 0)
    self->lost_at_us = MAX (now_us, 1);
}

static void
note_contact (MrSyncEngine *self, MrLaneKind lane, const MrSyncReply *reply)
{
  gint64 now_us = mr_engine_now_us (self);

  if (!is_answer (reply))
    {
      lose (self, lane);
      return;
    }
  self->last_answer_us = now_us;
  self->status.last_contact_us = mr_world_now_us (self->world);
  self->lanes[MR_LANE_PROBE].due_us =
      now_us + PROBE_US + mr_backoff_spread_us (self->world, PROBE_US / 10);
  if (self->status.connection == MR_SYNC_OFFLINE)
    come_back (self);
}

static gboolean
build_probe (MrSyncEngine *self, MrSyncRequest *request)
{
  if (!mr_engine_is_in_use (self))
    return FALSE;
  mr_engine_ask (self, MR_LANE_PROBE, "GET", g_strdup ("/v1/health"), NULL, PROBE_TIMEOUT_MS, TRUE,
                 request);
  return TRUE;
}

/* --- who this till is -------------------------------------------------------------------------- */

static gboolean
load_identity (MrSyncEngine *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *till = NULL;
  g_autofree char *region = NULL;
  guint8 public_key[32];
  gboolean known;

  if (self->till != NULL && !self->identity_stale)
    return TRUE;
  till = mr_journal_dup_identity (self->journal, "till_id");
  region = mr_journal_dup_identity (self->journal, "region");
  if (till == NULL || region == NULL ||
      !mr_journal_get_key (self->journal, public_key, self->secret_key, &error))
    return self->till != NULL;
  known = self->till != NULL;
  self->identity_stale = FALSE;
  g_free (self->till);
  g_free (self->region);
  self->till = g_steal_pointer (&till);
  self->region = g_steal_pointer (&region);
  self->status.enrolled = TRUE;
  if (known)
    return TRUE;
  mr_snapshot_fetch_begin (self);
  mr_replica_file_open (self);
  mr_replica_file_tidy (self, TRUE);
  return TRUE;
}

MrSyncEngine *
mr_sync_engine_new (const char *dir, MrJournal *journal, MrShop *shop, const MrWorld *world,
                    GError **error)
{
  g_autoptr (MrSyncEngine) self = g_new0 (MrSyncEngine, 1);

  self->old = g_array_new (FALSE, FALSE, sizeof (MrOldPush));
  self->dir = g_strdup (dir);
  self->world = world;
  self->journal = journal;
  self->shop = shop;
  g_queue_init (&self->claims);
  g_queue_init (&self->verdicts);
  self->snapshot.fd = -1;
  self->status.fork_n = -1;
  self->max_entries = MR_JOURNAL_MAX_ENTRIES;
  self->page_rows = PAGE_ROWS;
  self->last_use_us = mr_engine_now_us (self);
  mr_audit_begin (self);
  self->lanes[MR_LANE_SNAPSHOT].due_us = G_MAXINT64;
  self->lanes[MR_LANE_PROBE].due_us = self->last_use_us + PROBE_US;
  /* The catalog file may have lost its last commits with the power, while the rows that come after
   * them were kept here: what is staged is good only as long as this program runs. */
  if (!mr_shop_clear_stage (shop, "region", error))
    return NULL;
  load_identity (self);
  return g_steal_pointer (&self);
}

void
mr_sync_engine_free (MrSyncEngine *self)
{
  if (self == NULL)
    return;
  mr_snapshot_fetch_end (self);
  mr_claim_end (self);
  g_clear_pointer (&self->catalog, mr_catalog_close);
  g_clear_pointer (&self->shop, mr_shop_close);
  g_clear_pointer (&self->journal, mr_journal_close);
  g_clear_pointer (&self->old, g_array_unref);
  g_free (self->catalog_file);
  g_free (self->old_catalog);
  g_free (self->till);
  g_free (self->region);
  g_free (self->dir);
  memset (self, 0, sizeof *self);
  g_free (self);
}

/* --- asking ------------------------------------------------------------------------------------ */

static gboolean (*const builders[MR_N_LANES]) (MrSyncEngine *, MrSyncRequest *) = {
  [MR_LANE_CLAIM] = mr_claim_build, [MR_LANE_PUSH] = mr_push_build,
  [MR_LANE_PULL] = mr_pull_build,   [MR_LANE_SNAPSHOT] = mr_snapshot_fetch_build,
  [MR_LANE_PROBE] = build_probe,    [MR_LANE_LISTEN] = mr_listen_build,
};

/* Whoever asked for news wants to see the effect of what was pushed just before. */
static gboolean
is_held_for_push (MrSyncEngine *self, MrLaneKind lane)
{
  return lane == MR_LANE_PULL && (self->pull_wanted || self->poked_us != 0) &&
         self->lanes[MR_LANE_PUSH].request_id != 0 &&
         self->status.waiting <= MR_JOURNAL_MAX_ENTRIES;
}

/* When @lane may ask; G_MAXINT64 = it has nothing to. */
static gint64
find_due_us (MrSyncEngine *self, MrLaneKind lane)
{
  const MrLane *l = &self->lanes[lane];
  gint64 due_us = l->due_us;

  if (lane == MR_LANE_PULL && self->poked_us != 0)
    due_us = MIN (due_us, self->poked_us);
  if (l->request_id != 0 || due_us == G_MAXINT64 || is_held_for_push (self, lane) ||
      (lane == MR_LANE_CLAIM && g_queue_is_empty (&self->claims)) ||
      (lane == MR_LANE_PUSH && !mr_push_wants (self)) ||
      (lane == MR_LANE_PROBE && !mr_engine_is_in_use (self)) ||
      (lane == MR_LANE_LISTEN && !mr_listen_wants (self)))
    return G_MAXINT64;
  return MAX (due_us, l->backoff.until_us);
}

gboolean
mr_sync_engine_next (MrSyncEngine *self, MrSyncRequest *request, gint64 *wait_ms)
{
  gint64 now_us = mr_engine_now_us (self);
  gint64 first_us = G_MAXINT64;

  *wait_ms = IDLE_WAIT_MS;
  if (!load_identity (self))
    return FALSE;
  mr_replica_file_tidy (self, FALSE);
  mr_push_look (self);
  for (MrLaneKind lane = 0; lane < MR_N_LANES; lane++)
    if (find_due_us (self, lane) <= now_us && builders[lane](self, request))
      return TRUE;
  /* A lane that was due and did not ask waits for another lane, whose answer calls us again. */
  for (MrLaneKind lane = 0; lane < MR_N_LANES; lane++)
    {
      gint64 due_us = find_due_us (self, lane);

      if (due_us > now_us)
        first_us = MIN (first_us, due_us);
    }
  if (first_us != G_MAXINT64)
    *wait_ms = MIN (*wait_ms, (first_us - now_us + 999) / 1000);
  return FALSE;
}

static MrLaneKind
find_lane (MrSyncEngine *self, guint id)
{
  MrLaneKind lane = 0;

  while (lane < MR_N_LANES && (id == 0 || self->lanes[lane].request_id != id))
    lane++;
  return lane;
}

gboolean
mr_sync_engine_is_waiting_for (MrSyncEngine *self, guint id)
{
  return find_lane (self, id) != MR_N_LANES;
}

void
mr_sync_engine_reply (MrSyncEngine *self, guint id, const MrSyncReply *reply)
{
  MrLaneKind lane = find_lane (self, id);
  gboolean over = TRUE;

  /* An answer that comes late, or twice. */
  if (lane == MR_N_LANES)
    return;
  note_contact (self, lane, reply);
  switch (lane)
    {
    case MR_LANE_CLAIM:
      mr_claim_reply (self, reply);
      break;
    case MR_LANE_PUSH:
      mr_push_reply (self, reply);
      break;
    case MR_LANE_PULL:
      mr_pull_reply (self, reply);
      break;
    case MR_LANE_SNAPSHOT:
      over = mr_snapshot_fetch_reply (self, reply);
      break;
    case MR_LANE_LISTEN:
      over = mr_listen_reply (self, reply);
      break;
    case MR_LANE_PROBE:
    case MR_N_LANES:
    default:
      break;
    }
  if (over)
    self->lanes[lane].request_id = 0;
}

void
mr_sync_engine_appended (MrSyncEngine *self)
{
  self->last_use_us = mr_engine_now_us (self);
  self->lanes[MR_LANE_PUSH].due_us = 0;
  mr_backoff_hurry (&self->lanes[MR_LANE_PUSH].backoff);
}

/* Enrolled again, at a center that had forgotten it: an engine lives as one till only. */
static void
look_who_we_are (MrSyncEngine *self)
{
  g_autofree char *till = mr_journal_dup_identity (self->journal, "till_id");

  if (self->till != NULL && till != NULL && !g_str_equal (till, self->till))
    self->needs_reopening = TRUE;
}

void
mr_sync_engine_poke (MrSyncEngine *self)
{
  look_who_we_are (self);
  mr_sync_engine_appended (self);
  self->identity_stale = TRUE;
  self->pull_wanted = TRUE;
  self->lanes[MR_LANE_PULL].due_us = 0;
  mr_backoff_hurry (&self->lanes[MR_LANE_PULL].backoff);
  mr_backoff_hurry (&self->lanes[MR_LANE_SNAPSHOT].backoff);
  mr_backoff_hurry (&self->lanes[MR_LANE_LISTEN].backoff);
  self->lanes[MR_LANE_LISTEN].due_us = 0;
}

void
mr_sync_engine_set_listening (MrSyncEngine *self, gboolean listens)
{
  self->listens = listens;
}

gboolean
mr_sync_engine_needs_reopening (MrSyncEngine *self)
{
  return self->needs_reopening;
}

void
mr_sync_engine_set_page_rows (MrSyncEngine *self, guint page_rows)
{
  self->page_rows = page_rows;
}

char *
mr_sync_engine_dup_center_url (MrSyncEngine *self)
{
  return mr_journal_dup_identity (self->journal, "center_url");
}

void
mr_sync_engine_get_status (MrSyncEngine *self, MrSyncStatus *status)
{
  if (self->till != NULL)
    mr_push_look (self);
  *status = self->status;
  status->snapshot_done = self->snapshot.wanted ? self->snapshot.done : 0;
  status->snapshot_total = self->snapshot.wanted ? self->snapshot.total : 0;
  status->idle = status->enrolled && status->connection == MR_SYNC_ONLINE && status->waiting == 0 &&
                 status->letter[0] == '\0' && !self->letter_due && !self->pull_wanted &&
                 self->poked_us == 0 && self->pull_full && self->catalog != NULL &&
                 !self->snapshot.wanted && self->lanes[MR_LANE_PUSH].request_id == 0 &&
                 self->lanes[MR_LANE_PULL].request_id == 0;
  for (MrLaneKind lane = 0; lane < MR_N_LANES && *status->problem == '\0'; lane++)
    g_strlcpy (status->problem, self->lanes[lane].problem, sizeof status->problem);
}
