/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal.h"
#include "store/shop.h"
#include "sync/engine.h"

#include "temp-dir.h"
#include "test-world.h"

#include <string.h>

/* The engine with a real journal and replica, and a center whose every answer is written here. The simulator
 * tries what chance brings; here is what a center can say, one thing after the other. */

typedef struct
{
  TestWorld world;
  char *dir;
  MrJournal *journal;
  MrSyncEngine *engine;
  MrSyncRequest request; /* the last one asked */
  gint64 wait_ms;
} Fixture;

static const MrEntryContext context = { .staff_number = 1001 };

static void
open_engine (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  MrJournal *reader = mr_journal_open_reader (fixture->dir, &error);
  MrShop *shop;

  g_assert_no_error (error);
  shop = mr_shop_open (fixture->dir, fixture->world.now_us, &error);
  g_assert_no_error (error);
  fixture->engine = mr_sync_engine_new (fixture->dir, reader, shop, &fixture->world.world, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64];
  MrEnrolReply enrolled = { .letter = (char *) "A",
                            .till_number = 1,
                            .shop_name = (char *) "街角便利店",
                            .region = (char *) "east",
                            .currency = (char *) "CNY" };

  test_world_init (&fixture->world, 5);
  fixture->dir = temp_dir_new ();
  fixture->journal = mr_journal_open (fixture->dir, &fixture->world.world, &error);
  g_assert_no_error (error);
  memset (enrolled.till.bytes, 7, sizeof enrolled.till.bytes);
  g_assert_true (mr_journal_get_key (fixture->journal, public_key, secret_key, &error));
  g_assert_true (
      mr_journal_set_enrolment (fixture->journal, "http://center.invalid", &enrolled, &error));
  open_engine (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  mr_sync_request_clear (&fixture->request);
  g_clear_pointer (&fixture->engine, mr_sync_engine_free);
  mr_journal_close (fixture->journal);
  temp_dir_remove (fixture->dir);
  g_free (fixture->dir);
}

static void
append (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (mr_journal_note_drawer (fixture->journal, &context, "换零钱", NULL));
}

/* TRUE: fixture->request is what the engine asks now. */
static gboolean
ask (Fixture *fixture)
{
  mr_sync_request_clear (&fixture->request);
  return mr_sync_engine_next (fixture->engine, &fixture->request, &fixture->wait_ms);
}

/* Waits as long as the engine wants, until it asks something that begins with @path. */
static void
ask_for (Fixture *fixture, const char *path)
{
  for (guint i = 0; i < 100; i++)
    {
      if (!ask (fixture))
        test_world_advance (&fixture->world, fixture->wait_ms * 1000);
      else if (g_str_has_prefix (fixture->request.path, path))
        return;
    }
  g_assert_not_reached ();
}

static void
answer_with (Fixture *fixture, const MrSyncReply *reply)
{
  mr_sync_engine_reply (fixture->engine, fixture->request.id, reply);
}

static void
answer (Fixture *fixture, guint status, const char *body)
{
  const MrSyncReply reply = { .status = status,
                              .content_length = -1,
                              .retry_after_ms = -1,
                              .body = body,
                              .length = body == NULL ? 0 : strlen (body) };

  answer_with (fixture, &reply);
}

static MrSyncStatus
get_status (Fixture *fixture)
{
  MrSyncStatus status;

  mr_sync_engine_get_status (fixture->engine, &status);
  return status;
}

/* A shop feed with one row of @table; the region's is left out, there being no catalog. */
static char *
make_feeds (Fixture *fixture, gint64 v, const char *table, const char *id, const char *fields,
            gint64 acked)
{
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_new ();
  MrMine mine = { .acked = acked, .applied = acked };
  MrFeedRow *row = g_new0 (MrFeedRow, 1);
  gint64 n;
  MrHash h;

  reply->now_us = fixture->world.now_us;
  reply->shop.head = reply->shop.seen = (MrPosition){ v, "0123456789abcdef" };
  reply->shop.full = TRUE;
  *row = (MrFeedRow){ g_strdup (table), v, g_strdup (id), g_strdup (fields) };
  g_ptr_array_add (reply->shop.rows, row);
  g_assert_true (mr_journal_get_head (fixture->journal, &mine.writer, &n, &h, NULL));
  if (acked > 0)
    g_assert_true (mr_journal_get_hash (fixture->journal, acked, &mine.h, NULL));
  g_array_append_val (reply->mine, mine);
  return mr_feeds_reply_to_json (reply);
}

static char *
make_acked (Fixture *fixture, gint64 acked)
{
  MrJournalReply reply = { .acked = acked, .now_us = fixture->world.now_us };

  if (acked > 0)
    g_assert_true (mr_journal_get_hash (fixture->journal, acked, &reply.h, NULL));
  return mr_journal_reply_to_json (&reply);
}

/* One good pull: what the center has is known. */
static void
settle (Fixture *fixture)
{
  g_autofree char *feeds = make_feeds (fixture, 1, "setting", "name", "[\"街角\"]", 0);

  ask_for (fixture, "/v1/feeds");
  answer (fixture, 200, feeds);
}

static MrJournalRequest *
read_push (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  MrJournalRequest *push = mr_journal_request_from_json (fixture->request.body,
                                                         (gssize) fixture->request.length, &error);

  g_assert_no_error (error);
  return push;
}

/* --- push -------------------------------------------------------------------------------------- */

static void
test_push (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  append (fixture, 700);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  {
    g_autoptr (MrJournalRequest) push = read_push (fixture);

    g_assert_cmpint (push->prev_n, ==, 0);
    g_assert_cmpuint (push->entries->len, ==, MR_JOURNAL_MAX_ENTRIES);
  }
  first = make_acked (fixture, 500);
  answer (fixture, 200, first);
  g_assert_cmpint (get_status (fixture).waiting, ==, 200);
  ask_for (fixture, "/v1/journal");
  {
    g_autoptr (MrJournalRequest) push = read_push (fixture);

    g_assert_cmpint (push->prev_n, ==, 500);
    g_assert_cmpuint (push->entries->len, ==, 200);
  }
  second = make_acked (fixture, 700);
  answer (fixture, 200, second);
  g_assert_cmpint (get_status (fixture).waiting, ==, 0);
  g_assert_cmpint (get_status (fixture).waiting_since_us, ==, 0);
}

/* Whatever goes wrong, the same entries are asked again, for ever, and none is forgotten. */
static void
test_push_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *body;
  } refusals[] = {
    { 0, NULL },
    { 400, "{\"type\":\"/problems/bad-json\",\"title\":\"Bad\",\"status\":400,\"detail\":\"no\"}" },
    { 401,
      "{\"type\":\"/problems/signature\",\"title\":\"Who?\",\"status\":401,\"detail\":\"no\"}" },
    { 403, "<html>" },
    { 404, "" },
    { 500, NULL },
    { 502, "bad gateway" },
    { 200, "{}" },
    { 200, "not JSON" },
    { 200, "{\"acked\":9223372036854775808}" },
    { 409, "{}" },
  };

  append (fixture, 3);
  settle (fixture);
  for (guint round = 0; round < 3; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
      {
        g_autoptr (MrJournalRequest) push = NULL;

        ask_for (fixture, "/v1/journal");
        push = read_push (fixture);
        g_assert_cmpuint (push->entries->len, ==, 3);
        answer (fixture, refusals[i].status, refusals[i].body);
        g_assert_cmpint (get_status (fixture).waiting, ==, 3);
        g_assert_false (get_status (fixture).forked);
      }
}

/* Too many at a time: fewer; one alone at the least; more again when it goes well. */
static void
test_push_too_large (Fixture *fixture, gconstpointer data)
{
  static const guint expected[] = { 250, 125, 62, 31, 15, 7, 3, 1, 1 };

  append (fixture, 600);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (MrJournalRequest) push = NULL;

      answer (fixture, 413, "");
      ask_for (fixture, "/v1/journal");
      push = read_push (fixture);
      g_assert_cmpuint (push->entries->len, ==, expected[i]);
    }
  for (gint64 acked = 1; acked < 600; acked = MIN (acked * 2 + 1, 600))
    {
      g_autofree char *reply = make_acked (fixture, acked);

      answer (fixture, 200, reply);
      ask_for (fixture, "/v1/journal");
    }
}

/* The center went back in time: from where it is, again. */
static void
test_push_rewound (Fixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;
  g_autofree char *back = NULL;
  g_autoptr (MrJournalRequest) push = NULL;

  append (fixture, 10);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  all = make_acked (fixture, 10);
  answer (fixture, 200, all);
  g_assert_cmpint (get_status (fixture).waiting, ==, 0);
  append (fixture, 1);
  ask_for (fixture, "/v1/journal");
  back = make_acked (fixture, 4);
  answer (fixture, 409, back);
  g_assert_cmpint (get_status (fixture).waiting, ==, 7);
  ask_for (fixture, "/v1/journal");
  push = read_push (fixture);
  g_assert_cmpint (push->prev_n, ==, 4);
  g_assert_cmpuint (push->entries->len, ==, 7);
}

/* … also when there is nothing to push: the feed's answer tells. */
static void
test_rewound_when_idle (Fixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;
  g_autofree char *feeds = NULL;
  g_autoptr (MrJournalRequest) push = NULL;

  append (fixture, 10);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  all = make_acked (fixture, 10);
  answer (fixture, 200, all);
  test_world_advance (&fixture->world, 100 * G_USEC_PER_SEC);
  ask_for (fixture, "/v1/feeds");
  feeds = make_feeds (fixture, 2, "setting", "name", "[\"街角\"]", 6);
  answer (fixture, 200, feeds);
  g_assert_cmpint (get_status (fixture).waiting, ==, 4);
  ask_for (fixture, "/v1/journal");
  push = read_push (fixture);
  g_assert_cmpint (push->prev_n, ==, 6);
}

/* Another chain under our name: nothing is pushed, nothing lost, and it is said. */
static void
test_fork (Fixture *fixture, gconstpointer data)
{
  MrJournalReply other = { .acked = 2, .now_us = fixture->world.now_us };
  g_autofree char *reply = NULL;

  memset (other.h.bytes, 0xee, sizeof other.h.bytes);
  reply = mr_journal_reply_to_json (&other);
  append (fixture, 3);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  answer (fixture, 409, reply);
  g_assert_true (get_status (fixture).forked);
  g_assert_cmpint (get_status (fixture).waiting, ==, 3);
  g_assert_cmpstr (get_status (fixture).problem, !=, "");
  for (guint i = 0; i < 50; i++)
    {
      if (!ask (fixture))
        test_world_advance (&fixture->world, fixture->wait_ms * 1000);
      else
        g_assert_cmpstr (fixture->request.path, !=, "/v1/journal");
    }
}

static void
answer_chain (Fixture *fixture, gint64 common_n)
{
  MrChainReply reply = { .n = g_ascii_strtoll (strstr (fixture->request.path, "&n=") + 3, NULL,
                                               10) };
  g_autofree char *json = NULL;

  memset (reply.h.bytes, 0xee, sizeof reply.h.bytes);
  if (reply.n <= common_n)
    g_assert_true (mr_journal_get_hash (fixture->journal, reply.n, &reply.h, NULL));
  json = mr_chain_reply_to_json (&reply);
  answer (fixture, 200, json);
}

/* Wherever the chains part, the place is found in few questions; the till goes on there under a new
 * writer, and its tail is pushed from the beginning of the new chain. */
static void
test_part_from_clone (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 acked; /* what the center has of the other chain */
    gint64 common_n; /* −1: all of ours, the disk was restored */
  } cases[] = { { 20, 13 }, { 20, 0 }, { 20, 19 }, { 1, 0 }, { 90, 21 }, { 90, 0 }, { 90, -1 } };

  append (fixture, 20);
  settle (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MrJournalReply other = { .acked = cases[i].acked, .now_us = fixture->world.now_us };
      g_autofree char *reply = NULL;
      g_autoptr (MrJournalRequest) push = NULL;
      MrSyncStatus status;
      guint questions = 0;
      MrHash h;
      MrId writer;
      gint64 n;

      g_assert_true (mr_journal_get_head (fixture->journal, &writer, &n, &h, NULL));
      for (; n < 21; n++)
        append (fixture, 1);
      gint64 common_n = cases[i].common_n >= 0 ? cases[i].common_n : n;
      memset (other.h.bytes, 0xee, sizeof other.h.bytes);
      reply = mr_journal_reply_to_json (&other);
      ask_for (fixture, "/v1/journal");
      answer (fixture, 409, reply);
      for (status = get_status (fixture); status.fork_n < 0; status = get_status (fixture))
        {
          ask_for (fixture, "/v1/chain?writer=");
          answer_chain (fixture, common_n);
          g_assert_cmpuint (++questions, <, 7);
        }
      g_assert_true (status.forked);
      g_assert_true (mr_id_equal (status.fork_writer, writer));
      g_assert_cmpint (status.fork_n, ==, common_n);

      g_assert_true (
          mr_journal_fork (fixture->journal, status.fork_writer, status.fork_n, NULL, NULL));
      mr_sync_engine_appended (fixture->engine);
      g_assert_false (get_status (fixture).forked);
      g_assert_cmpint (get_status (fixture).waiting, ==, n - common_n + 1);
      ask_for (fixture, "/v1/journal");
      push = read_push (fixture);
      g_assert_cmpint (push->prev_n, ==, 0);
      g_assert_false (mr_id_equal (push->writer, writer));
      g_assert_cmpuint (push->entries->len, ==, n - common_n + 1);
      answer (fixture, 500, NULL);
    }
}

/* --- when to ask ------------------------------------------------------------------------------- */

static void
test_retry_after (Fixture *fixture, gconstpointer data)
{
  const MrSyncReply busy = { .status = 503, .content_length = -1, .retry_after_ms = 20000 };
  gint64 start_us;

  append (fixture, 1);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  answer_with (fixture, &busy);
  start_us = fixture->world.monotonic_us;
  /* Nobody's impatience helps. */
  mr_sync_engine_appended (fixture->engine);
  ask_for (fixture, "/v1/journal");
  g_assert_cmpint (fixture->world.monotonic_us - start_us, >=, 20 * G_USEC_PER_SEC);
  g_assert_cmpint (fixture->world.monotonic_us - start_us, <=, 41 * G_USEC_PER_SEC);
}

static void
test_backoff (Fixture *fixture, gconstpointer data)
{
  gint64 longest_us = 0;

  append (fixture, 1);
  settle (fixture);
  ask_for (fixture, "/v1/journal");
  for (guint i = 0; i < 40; i++)
    {
      gint64 start_us = fixture->world.monotonic_us;
      gint64 waited_us;

      answer (fixture, 500, NULL);
      ask_for (fixture, "/v1/journal");
      waited_us = fixture->world.monotonic_us - start_us;
      g_assert_cmpint (waited_us, <=, (G_USEC_PER_SEC << MIN (i, 6)) + 1000);
      g_assert_cmpint (waited_us, <=, 60 * G_USEC_PER_SEC + 1000);
      longest_us = MAX (longest_us, waited_us);
    }
  g_assert_cmpint (longest_us, >, 20 * G_USEC_PER_SEC);
  /* An entry committed now is worth a try at once. */
  answer (fixture, 500, NULL);
  mr_sync_engine_appended (fixture->engine);
  g_assert_true (ask (fixture));
  g_assert_cmpstr (fixture->request.path, ==, "/v1/journal");
}

/* In use, a lost center is noticed within 5 s; at rest, a till asks about once a minute. */
static void
test_probe (Fixture *fixture, gconstpointer data)
{
  gint64 lost_us;
  guint n_requests = 0;

  settle (fixture);
  ask_for (fixture, "/v1/health");
  g_assert_null (fixture->request.signature);
  answer (fixture, 200, "{}");
  g_assert_cmpint (get_status (fixture).connection, ==, MR_SYNC_ONLINE);
  lost_us = fixture->world.monotonic_us;
  ask_for (fixture, "/v1/health");
  test_world_advance (&fixture->world, fixture->request.timeout_ms * 1000);
  answer (fixture, 0, NULL);
  g_assert_cmpint (get_status (fixture).connection, ==, MR_SYNC_OFFLINE);
  g_assert_cmpint (fixture->world.monotonic_us - lost_us, <=, 5 * G_USEC_PER_SEC);
  ask_for (fixture, "/v1/health");
  answer (fixture, 200, "{}");
  g_assert_cmpint (get_status (fixture).connection, ==, MR_SYNC_ONLINE);

  test_world_advance (&fixture->world, G_GINT64_CONSTANT (700) * G_USEC_PER_SEC);
  lost_us = fixture->world.monotonic_us;
  while (fixture->world.monotonic_us - lost_us < G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)
    {
      g_autofree char *feeds = make_feeds (fixture, 1, "setting", "name", "[\"街角\"]", 0);

      if (!ask (fixture))
        {
          test_world_advance (&fixture->world, fixture->wait_ms * 1000);
          continue;
        }
      n_requests++;
      if (g_str_has_prefix (fixture->request.path, "/v1/feeds"))
        answer (fixture, 200, feeds);
    }
  g_assert_cmpuint (n_requests, >=, 6);
  g_assert_cmpuint (n_requests, <=, 24);
}

/* Back after minutes: the push waits its turn among all the tills of the region, up to half a minute, unless
 * somebody is waiting. */
static gint64
measure_return_us (guint64 seed, gboolean somebody_waits)
{
  Fixture fixture = { 0 };
  gint64 back_us, waited_us;

  set_up (&fixture, NULL);
  fixture.world.state = seed;
  settle (&fixture);
  append (&fixture, 1);
  for (gint64 start_us = fixture.world.monotonic_us;
       fixture.world.monotonic_us - start_us < 120 * G_USEC_PER_SEC;)
    {
      if (ask (&fixture))
        answer (&fixture, 0, NULL);
      else
        test_world_advance (&fixture.world, fixture.wait_ms * 1000);
    }
  g_assert_cmpint (get_status (&fixture).connection, ==, MR_SYNC_OFFLINE);
  while (get_status (&fixture).connection == MR_SYNC_OFFLINE)
    {
      if (!ask (&fixture))
        test_world_advance (&fixture.world, fixture.wait_ms * 1000);
      else if (strcmp (fixture.request.path, "/v1/health") == 0)
        answer (&fixture, 200, "{}");
      else
        answer (&fixture, 0, NULL);
    }
  back_us = fixture.world.monotonic_us;
  if (somebody_waits)
    mr_sync_engine_poke (fixture.engine);
  for (;;)
    {
      if (!ask (&fixture))
        test_world_advance (&fixture.world, fixture.wait_ms * 1000);
      else if (strcmp (fixture.request.path, "/v1/journal") == 0)
        break;
      else if (strcmp (fixture.request.path, "/v1/health") == 0)
        answer (&fixture, 200, "{}");
    }
  waited_us = fixture.world.monotonic_us - back_us;
  tear_down (&fixture, NULL);
  return waited_us;
}

static void
test_return (void)
{
  gint64 longest_us = 0, shortest_us = G_MAXINT64;

  for (guint64 seed = 1; seed <= 20; seed++)
    {
      gint64 waited_us = measure_return_us (seed, FALSE);

      longest_us = MAX (longest_us, waited_us);
      shortest_us = MIN (shortest_us, waited_us);
    }
  g_assert_cmpint (longest_us, <=, 31 * G_USEC_PER_SEC);
  g_assert_cmpint (longest_us, >, 20 * G_USEC_PER_SEC);
  g_assert_cmpint (shortest_us, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (measure_return_us (1, TRUE), <, G_USEC_PER_SEC);
}

/* A clock three days off: the center says what time it is, and the next signature is right. */
static void
test_clock (Fixture *fixture, gconstpointer data)
{
  gint64 center_us = fixture->world.now_us + G_GINT64_CONSTANT (3) * 86400 * G_USEC_PER_SEC;
  g_autofree char *now = mr_time_format (center_us);
  g_autofree char *problem = g_strdup_printf (
      "{\"type\":\"/problems/clock\",\"title\":\"Clock\",\"status\":401,\"detail\":\"set your "
      "clock\",\"now\":\"%s\"}",
      now);
  gint64 signed_us;

  ask_for (fixture, "/v1/feeds");
  answer (fixture, 401, problem);
  g_assert_true (ask (fixture));
  g_assert_true (mr_time_parse (fixture->request.time, &signed_us));
  g_assert_cmpint (ABS (signed_us - center_us), <, G_USEC_PER_SEC);
  g_assert_cmpint (ABS (get_status (fixture).clock_offset_us -
                        G_GINT64_CONSTANT (3) * 86400 * G_USEC_PER_SEC),
                   <, G_USEC_PER_SEC);
}

/* --- pull -------------------------------------------------------------------------------------- */

static void
test_revoked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *acked = NULL;
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL;

  settle (fixture);
  append (fixture, 1);
  mr_sync_engine_poke (fixture->engine);
  ask_for (fixture, "/v1/journal");
  acked = make_acked (fixture, 1);
  answer (fixture, 200, acked);
  ask_for (fixture, "/v1/feeds");
  answer (fixture, 403,
          "{\"title\":\"revoked\",\"status\":403,\"detail\":\"this till is revoked\"}");
  g_assert_cmpint (get_status (fixture).connection, ==, MR_SYNC_REVOKED);
  g_assert_cmpstr (get_status (fixture).problem, ==, "403: this till is revoked");
  /* Its entries are still taken, and what it knows it keeps. */
  append (fixture, 1);
  ask_for (fixture, "/v1/journal");
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  g_assert_cmpstr (name, ==, "街角");
}

static void
test_too_old (Fixture *fixture, gconstpointer data)
{
  ask_for (fixture, "/v1/feeds");
  answer (fixture, 426, "{\"title\":\"old\",\"status\":426,\"detail\":\"update Millrace\"}");
  g_assert_cmpint (get_status (fixture).connection, ==, MR_SYNC_TOO_OLD);
  append (fixture, 1);
  ask_for (fixture, "/v1/journal");
}

/* Answers that make no sense change nothing and are asked again; a good one afterwards is taken. */
static void
test_bad_feeds (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {
    "",
    "{\"now\":",
    "[]",
    "{\"now\":\"2026-05-28T20:26:40Z\",\"now\":\"2026-05-28T20:26:40Z\"}",
    "{\"now\":9223372036854775808}",
  };
  g_autofree char *feeds = NULL;
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      ask_for (fixture, "/v1/feeds");
      answer (fixture, 200, answers[i]);
      g_assert_cmpstr (get_status (fixture).problem, !=, "");
      g_assert_false (get_status (fixture).idle);
    }
  feeds = make_feeds (fixture, 3, "setting", "name", "[\"街角\"]", 0);
  ask_for (fixture, "/v1/feeds");
  answer (fixture, 200, feeds);
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  g_assert_cmpstr (name, ==, "街角");
}

/* A table of a later version is kept and does not stop the rest; the cursor goes past it. */
static void
test_unknown_table (Fixture *fixture, gconstpointer data)
{
  g_autofree char *feeds = make_feeds (fixture, 4, "loyalty", "7", "[\"gold\",{\"a\":[1]}]", 0);

  ask_for (fixture, "/v1/feeds");
  answer (fixture, 200, feeds);
  mr_sync_engine_poke (fixture->engine);
  ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=4.0123456789abcdef,4.0123456789abcdef"));
}

/* The center no longer knows what changed since: from 0 into the stage, then in place of the old. */
static void
test_shop_too_old (Fixture *fixture, gconstpointer data)
{
  g_autofree char *feeds = make_feeds (fixture, 9, "setting", "currency", "[\"CNY\"]", 0);
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL;
  g_autofree char *currency = NULL;

  settle (fixture);
  mr_sync_engine_poke (fixture->engine);
  ask_for (fixture, "/v1/feeds");
  answer (fixture, 410,
          "{\"type\":\"/problems/shop-too-old\",\"title\":\"x\",\"status\":410,"
          "\"detail\":\"y\"}");
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  g_assert_cmpstr (name, ==, "街角");
  ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=0,0&"));
  answer (fixture, 200, feeds);
  g_clear_pointer (&name, g_free);
  name = mr_shop_dup_setting (shop, "name");
  currency = mr_shop_dup_setting (shop, "currency");
  g_assert_null (name);
  g_assert_cmpstr (currency, ==, "CNY");
}

/* --- snapshot ---------------------------------------------------------------------------------- */

static void
answer_part (Fixture *fixture, guint status, const char *etag, gint64 total, const char *bytes,
             gsize length, gboolean ends)
{
  const MrSyncReply part = { .status = status,
                             .etag = etag,
                             .content_length = total,
                             .retry_after_ms = -1,
                             .body = bytes,
                             .length = length,
                             .partial = TRUE };

  answer_with (fixture, &part);
  if (ends)
    {
      const MrSyncReply end = {
        .status = status, .etag = etag, .content_length = total, .retry_after_ms = -1
      };

      answer_with (fixture, &end);
    }
}

static const char snapshot_name[] =
    "{\"name\":\"east-1-7-0123456789abcdef\",\"bytes\":1000,\"schema\":1,"
    "\"position\":\"7.0123456789abcdef\"}";

/* What came stays, over a broken connection and over a restart; the rest is asked for by Range. */
static void
test_snapshot_resumed (Fixture *fixture, gconstpointer data)
{
  char bytes[1000];

  memset (bytes, 'x', sizeof bytes);
  ask_for (fixture, "/v1/snapshot/east?schema=1");
  answer (fixture, 200, snapshot_name);
  ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_null (fixture->request.range);
  answer_part (fixture, 200, "\"a\"", 1000, bytes, 300, FALSE);
  g_assert_cmpint (get_status (fixture).snapshot_done, ==, 300);
  g_assert_cmpint (get_status (fixture).snapshot_total, ==, 1000);
  answer (fixture, 0, NULL);
  ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_cmpstr (fixture->request.range, ==, "bytes=300-");
  g_assert_cmpstr (fixture->request.if_range, ==, "\"a\"");
  answer_part (fixture, 206, "\"a\"", 1000, bytes, 200, FALSE);

  g_clear_pointer (&fixture->engine, mr_sync_engine_free);
  open_engine (fixture);
  ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_cmpstr (fixture->request.range, ==, "bytes=500-");
  /* Other bytes under the same name: all of them, from the beginning. */
  answer_part (fixture, 200, "\"b\"", 1000, bytes, 100, FALSE);
  answer (fixture, 0, NULL);
  ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_cmpstr (fixture->request.range, ==, "bytes=100-");
  g_assert_cmpstr (fixture->request.if_range, ==, "\"b\"");
  /* Whole, and no catalog: thrown away, and asked for anew. */
  answer_part (fixture, 206, "\"b\"", 1000, bytes, 900, TRUE);
  g_assert_cmpstr (get_status (fixture).problem, !=, "");
  g_assert_cmpint (get_status (fixture).catalog_v, ==, 0);
  ask_for (fixture, "/v1/snapshot/east?schema=1");
}

static void
test_snapshot_gone (Fixture *fixture, gconstpointer data)
{
  ask_for (fixture, "/v1/snapshot/east?schema=1");
  answer (fixture, 503, "{\"title\":\"x\",\"status\":503,\"detail\":\"being built\"}");
  ask_for (fixture, "/v1/snapshot/east?schema=1");
  answer (fixture, 200,
          "{\"name\":\"../../etc/passwd\",\"bytes\":5,\"schema\":1,\"position\":\"0\"}");
  ask_for (fixture, "/v1/snapshot/east?schema=1");
  answer (fixture, 200,
          "{\"name\":\"west-1-7-0123456789abcdef\",\"bytes\":5,\"schema\":1,"
          "\"position\":\"0\"}");
  ask_for (fixture, "/v1/snapshot/east?schema=1");
  answer (fixture, 200, snapshot_name);
  ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  answer (fixture, 404, "");
  ask_for (fixture, "/v1/snapshot/east?schema=1");
}

/* A till that is not enrolled asks nobody. */
static void
test_not_enrolled (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  test_world_init (&fixture.world, 6);
  fixture.dir = temp_dir_new ();
  fixture.journal = mr_journal_open (fixture.dir, &fixture.world.world, &error);
  g_assert_no_error (error);
  open_engine (&fixture);
  mr_sync_engine_poke (fixture.engine);
  g_assert_false (ask (&fixture));
  g_assert_cmpint (fixture.wait_ms, >=, 1000);
  g_assert_false (get_status (&fixture).enrolled);
  g_assert_false (get_status (&fixture).idle);
  tear_down (&fixture, NULL);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sync/push", test_push);
  ADD ("/sync/push-refusals", test_push_refusals);
  ADD ("/sync/push-too-large", test_push_too_large);
  ADD ("/sync/push-rewound", test_push_rewound);
  ADD ("/sync/rewound-when-idle", test_rewound_when_idle);
  ADD ("/sync/fork", test_fork);
  ADD ("/sync/part-from-clone", test_part_from_clone);
  ADD ("/sync/retry-after", test_retry_after);
  ADD ("/sync/backoff", test_backoff);
  ADD ("/sync/probe", test_probe);
  g_test_add_func ("/sync/return", test_return);
  ADD ("/sync/clock", test_clock);
  ADD ("/sync/revoked", test_revoked);
  ADD ("/sync/too-old", test_too_old);
  ADD ("/sync/bad-feeds", test_bad_feeds);
  ADD ("/sync/unknown-table", test_unknown_table);
  ADD ("/sync/shop-too-old", test_shop_too_old);
  ADD ("/sync/snapshot-resumed", test_snapshot_resumed);
  ADD ("/sync/snapshot-gone", test_snapshot_gone);
  g_test_add_func ("/sync/not-enrolled", test_not_enrolled);
  return g_test_run ();
}
