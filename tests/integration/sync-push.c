/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine-fixture.h"

#include <string.h>

/* What a center can say to entries, one answer after the other. The simulator tries what chance brings. */

static MrJournalRequest *
read_push (EngineFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  MrJournalRequest *push = mr_journal_request_from_json (fixture->request.body,
                                                         (gssize) fixture->request.length, &error);

  g_assert_no_error (error);
  return push;
}

static void
test_push (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  engine_fixture_append (fixture, 700);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  {
    g_autoptr (MrJournalRequest) push = read_push (fixture);

    g_assert_cmpint (push->prev_n, ==, 0);
    g_assert_cmpuint (push->entries->len, ==, MR_JOURNAL_MAX_ENTRIES);
  }
  first = engine_fixture_make_acked (fixture, 500);
  engine_fixture_answer (fixture, 200, first);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 200);
  engine_fixture_ask_for (fixture, "/v1/journal");
  {
    g_autoptr (MrJournalRequest) push = read_push (fixture);

    g_assert_cmpint (push->prev_n, ==, 500);
    g_assert_cmpuint (push->entries->len, ==, 200);
  }
  second = engine_fixture_make_acked (fixture, 700);
  engine_fixture_answer (fixture, 200, second);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 0);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting_since_us, ==, 0);
}

/* Whatever goes wrong, the same entries are asked again, for ever, and none is forgotten. */
static void
test_push_refusals (EngineFixture *fixture, gconstpointer data)
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

  engine_fixture_append (fixture, 3);
  engine_fixture_settle (fixture);
  for (guint round = 0; round < 3; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
      {
        g_autoptr (MrJournalRequest) push = NULL;

        engine_fixture_ask_for (fixture, "/v1/journal");
        push = read_push (fixture);
        g_assert_cmpuint (push->entries->len, ==, 3);
        engine_fixture_answer (fixture, refusals[i].status, refusals[i].body);
        g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 3);
        g_assert_false (engine_fixture_get_status (fixture).forked);
      }
}

/* Too many at a time: fewer; one alone at the least; more again when it goes well. */
static void
test_push_too_large (EngineFixture *fixture, gconstpointer data)
{
  static const guint expected[] = { 250, 125, 62, 31, 15, 7, 3, 1, 1 };

  engine_fixture_append (fixture, 600);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (MrJournalRequest) push = NULL;

      engine_fixture_answer (fixture, 413, "");
      engine_fixture_ask_for (fixture, "/v1/journal");
      push = read_push (fixture);
      g_assert_cmpuint (push->entries->len, ==, expected[i]);
    }
  for (gint64 acked = 1; acked < 600; acked = MIN (acked * 2 + 1, 600))
    {
      g_autofree char *reply = engine_fixture_make_acked (fixture, acked);

      engine_fixture_answer (fixture, 200, reply);
      engine_fixture_ask_for (fixture, "/v1/journal");
    }
}

/* The center went back in time: from where it is, again. */
static void
test_push_rewound (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;
  g_autofree char *back = NULL;
  g_autoptr (MrJournalRequest) push = NULL;

  engine_fixture_append (fixture, 10);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  all = engine_fixture_make_acked (fixture, 10);
  engine_fixture_answer (fixture, 200, all);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 0);
  engine_fixture_append (fixture, 1);
  engine_fixture_ask_for (fixture, "/v1/journal");
  back = engine_fixture_make_acked (fixture, 4);
  engine_fixture_answer (fixture, 409, back);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 7);
  engine_fixture_ask_for (fixture, "/v1/journal");
  push = read_push (fixture);
  g_assert_cmpint (push->prev_n, ==, 4);
  g_assert_cmpuint (push->entries->len, ==, 7);
}

/* … also when there is nothing to push: the feed's answer tells. */
static void
test_rewound_when_idle (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;
  g_autofree char *feeds = NULL;
  g_autoptr (MrJournalRequest) push = NULL;

  engine_fixture_append (fixture, 10);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  all = engine_fixture_make_acked (fixture, 10);
  engine_fixture_answer (fixture, 200, all);
  test_world_advance (&fixture->world, 100 * G_USEC_PER_SEC);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  feeds = engine_fixture_make_feeds (fixture, 2, "setting", "name", "[\"街角\"]", 6);
  engine_fixture_answer (fixture, 200, feeds);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 4);
  engine_fixture_ask_for (fixture, "/v1/journal");
  push = read_push (fixture);
  g_assert_cmpint (push->prev_n, ==, 6);
}

/* Another chain under our name: nothing is pushed, nothing lost, and it is said. */
static void
test_fork (EngineFixture *fixture, gconstpointer data)
{
  MrJournalReply other = { .acked = 2, .now_us = fixture->world.now_us };
  g_autofree char *reply = NULL;

  memset (other.h.bytes, 0xee, sizeof other.h.bytes);
  reply = mr_journal_reply_to_json (&other);
  engine_fixture_append (fixture, 3);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  engine_fixture_answer (fixture, 409, reply);
  g_assert_true (engine_fixture_get_status (fixture).forked);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 3);
  g_assert_cmpstr (engine_fixture_get_status (fixture).problem, !=, "");
  for (guint i = 0; i < 50; i++)
    {
      if (!engine_fixture_ask (fixture))
        test_world_advance (&fixture->world, fixture->wait_ms * 1000);
      else
        g_assert_cmpstr (fixture->request.path, !=, "/v1/journal");
    }
}

static void
answer_chain (EngineFixture *fixture, gint64 common_n)
{
  MrChainReply reply = { .n = g_ascii_strtoll (strstr (fixture->request.path, "&n=") + 3, NULL,
                                               10) };
  g_autofree char *json = NULL;

  memset (reply.h.bytes, 0xee, sizeof reply.h.bytes);
  if (reply.n <= common_n)
    g_assert_true (mr_journal_get_hash (fixture->journal, reply.n, &reply.h, NULL));
  json = mr_chain_reply_to_json (&reply);
  engine_fixture_answer (fixture, 200, json);
}

/* Wherever the chains part, the place is found in few questions; the till goes on there under a new
 * writer, and its tail is pushed from the beginning of the new chain. */
static void
test_part_from_clone (EngineFixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 acked; /* what the center has of the other chain */
    gint64 common_n; /* −1: all of ours, the disk was restored */
  } cases[] = { { 20, 13 }, { 20, 0 }, { 20, 19 }, { 1, 0 }, { 90, 21 }, { 90, 0 }, { 90, -1 } };

  engine_fixture_append (fixture, 20);
  engine_fixture_settle (fixture);
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
        engine_fixture_append (fixture, 1);
      gint64 common_n = cases[i].common_n >= 0 ? cases[i].common_n : n;
      memset (other.h.bytes, 0xee, sizeof other.h.bytes);
      reply = mr_journal_reply_to_json (&other);
      engine_fixture_ask_for (fixture, "/v1/journal");
      engine_fixture_answer (fixture, 409, reply);
      for (status = engine_fixture_get_status (fixture); status.fork_n < 0;
           status = engine_fixture_get_status (fixture))
        {
          engine_fixture_ask_for (fixture, "/v1/chain?writer=");
          answer_chain (fixture, common_n);
          g_assert_cmpuint (++questions, <, 7);
        }
      g_assert_true (status.forked);
      g_assert_true (mr_id_equal (status.fork_writer, writer));
      g_assert_cmpint (status.fork_n, ==, common_n);

      g_assert_true (
          mr_journal_fork (fixture->journal, status.fork_writer, status.fork_n, NULL, NULL));
      mr_sync_engine_appended (fixture->engine);
      g_assert_false (engine_fixture_get_status (fixture).forked);
      g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, n - common_n + 1);
      engine_fixture_ask_for (fixture, "/v1/journal");
      push = read_push (fixture);
      g_assert_cmpint (push->prev_n, ==, 0);
      g_assert_false (mr_id_equal (push->writer, writer));
      g_assert_cmpuint (push->entries->len, ==, n - common_n + 1);
      engine_fixture_answer (fixture, 500, NULL);
    }
}

static void
part_at (EngineFixture *fixture, gint64 common_n)
{
  MrJournalReply other = { .acked = common_n + 1, .now_us = fixture->world.now_us };
  g_autofree char *reply = NULL;
  MrSyncStatus status;

  memset (other.h.bytes, 0xee, sizeof other.h.bytes);
  reply = mr_journal_reply_to_json (&other);
  engine_fixture_ask_for (fixture, "/v1/journal");
  engine_fixture_answer (fixture, 409, reply);
  for (status = engine_fixture_get_status (fixture); status.fork_n < 0;
       status = engine_fixture_get_status (fixture))
    {
      engine_fixture_ask_for (fixture, "/v1/chain?writer=");
      answer_chain (fixture, common_n);
    }
  g_assert_true (mr_journal_fork (fixture->journal, status.fork_writer, status.fork_n, NULL, NULL));
  mr_sync_engine_appended (fixture->engine);
}

/* What is pushed next: @n entries of the chain of @writer, after its entry @prev_n. */
static void
expect_push (EngineFixture *fixture, MrId writer, gint64 prev_n, guint n)
{
  g_autoptr (MrJournalRequest) push = NULL;

  engine_fixture_ask_for (fixture, "/v1/journal");
  push = read_push (fixture);
  g_assert_true (mr_id_equal (push->writer, writer));
  g_assert_cmpint (push->prev_n, ==, prev_n);
  g_assert_cmpuint (push->entries->len, ==, n);
}

static void
answer_acked (EngineFixture *fixture, guint status, MrId writer, gint64 acked)
{
  MrJournalReply said = { .acked = acked, .now_us = fixture->world.now_us };
  g_autofree char *json = NULL;

  g_assert_true (mr_journal_get_chain_hash (fixture->journal, writer, acked, &said.h, NULL));
  json = mr_journal_reply_to_json (&said);
  engine_fixture_answer (fixture, status, json);
}

/* A revoked till is told no news: of the chain it had before it parted from a clone, too, it asks how far the
 * center has it, and sends what a restored one lacks. */
static void
test_revoked_with_old_chain (EngineFixture *fixture, gconstpointer data)
{
  MrId old, new;
  MrHash h;
  gint64 n;

  engine_fixture_append (fixture, 6);
  engine_fixture_settle (fixture);
  g_assert_true (mr_journal_get_head (fixture->journal, &old, &n, &h, NULL));
  part_at (fixture, n - 1);
  g_assert_true (mr_journal_get_head (fixture->journal, &new, &n, &h, NULL));
  g_assert_cmpint (n, ==, 2);
  expect_push (fixture, new, 0, 2);
  answer_acked (fixture, 200, new, 2);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 403, "{\"title\":\"revoked\",\"status\":403}");
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 0);

  expect_push (fixture, old, 5, 0);
  answer_acked (fixture, 409, old, 2);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 3);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting_since_us, >, 0);
  expect_push (fixture, old, 2, 3);
  answer_acked (fixture, 200, old, 5);
  expect_push (fixture, new, 2, 0);
  answer_acked (fixture, 200, new, 2);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 0);
}

#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)

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
  ADD ("/sync/revoked-with-old-chain", test_revoked_with_old_chain);
  return g_test_run ();
}
