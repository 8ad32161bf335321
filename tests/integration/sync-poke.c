/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine-fixture.h"

#include "temp-dir.h"

#include <string.h>

/* What pokes bring forward, and when a till that lost its center listens again. */

static void
set_up (EngineFixture *fixture, gconstpointer data)
{
  engine_fixture_set_up (fixture, data);
  mr_sync_engine_set_listening (fixture->engine, TRUE);
}

/* One answer of many to request @id. */
static void
hear (EngineFixture *fixture, guint id, const char *text)
{
  const MrSyncReply reply = { .status = 101,
                              .content_length = -1,
                              .retry_after_ms = -1,
                              .body = text,
                              .length = text == NULL ? 0 : strlen (text),
                              .partial = TRUE };

  mr_sync_engine_reply (fixture->engine, id, &reply);
}

static void
end (EngineFixture *fixture, guint id, guint status, gint64 retry_after_ms)
{
  const MrSyncReply reply = { .status = status,
                              .content_length = -1,
                              .retry_after_ms = retry_after_ms };

  mr_sync_engine_reply (fixture->engine, id, &reply);
}

/* Connected, nothing left to ask for a while. Returns the id of what listens. */
static guint
start_listening (EngineFixture *fixture)
{
  guint id;

  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/poke");
  g_assert_true (fixture->request.listens);
  g_assert_nonnull (fixture->request.signature);
  id = fixture->request.id;
  hear (fixture, id, NULL);
  return id;
}

/* Of the request that was asked last; @status 0: nobody answers. */
static void
answer_well (EngineFixture *fixture, guint status)
{
  g_autofree char *feeds = NULL;

  if (status == 200 && g_str_has_prefix (fixture->request.path, "/v1/feeds"))
    feeds = engine_fixture_make_feeds (fixture, 1, "setting", "name", "[\"街角\"]", 0);
  engine_fixture_answer (fixture, status, feeds != NULL ? feeds : status == 200 ? "{}" : NULL);
}

/* Microseconds until the engine asks for @path; whatever else it asks is answered with @status. */
static gint64
wait_for (EngineFixture *fixture, const char *path, guint status)
{
  gint64 start_us = fixture->world.monotonic_us;

  for (guint i = 0; i < 1000; i++)
    {
      if (!engine_fixture_ask (fixture))
        test_world_advance (&fixture->world, fixture->wait_ms * 1000);
      else if (g_str_has_prefix (fixture->request.path, path))
        return fixture->world.monotonic_us - start_us;
      else
        answer_well (fixture, status);
    }
  g_assert_not_reached ();
}

static void
test_shop (EngineFixture *fixture, gconstpointer data)
{
  guint id = start_listening (fixture);

  hear (fixture, id, "{\"feed\":\"shop\",\"spread_ms\":0}");
  g_assert_cmpint (wait_for (fixture, "/v1/feeds", 200), ==, 0);
  /* One that comes while the answer is under way asks once more. */
  hear (fixture, id, "{\"feed\":\"shop\",\"spread_ms\":0}");
  answer_well (fixture, 200);
  g_assert_cmpint (wait_for (fixture, "/v1/feeds", 200), ==, 0);
  answer_well (fixture, 200);
  /* And then the polls are as far apart as ever. */
  g_assert_cmpint (wait_for (fixture, "/v1/feeds", 200), >=, 30 * G_USEC_PER_SEC - 1000);
}

/* So many tills hear of a catalog at once that each is told to take its time. */
static void
test_region (void)
{
  gint64 shortest_us = G_MAXINT64, longest_us = 0;

  for (guint64 seed = 1; seed <= 30; seed++)
    {
      EngineFixture fixture = { 0 };
      gint64 waited_us;
      guint id;

      set_up (&fixture, NULL);
      fixture.world.state = seed;
      id = start_listening (&fixture);
      hear (&fixture, id, "{\"feed\":\"region\",\"spread_ms\":20000}");
      waited_us = wait_for (&fixture, "/v1/feeds", 200);
      shortest_us = MIN (shortest_us, waited_us);
      longest_us = MAX (longest_us, waited_us);
      engine_fixture_tear_down (&fixture, NULL);
    }
  g_assert_cmpint (shortest_us, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (longest_us, >, 15 * G_USEC_PER_SEC);
  g_assert_cmpint (longest_us, <=, 20 * G_USEC_PER_SEC + 1000);
}

/* A hint that is not understood is none. */
static void
test_nonsense (EngineFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "tea", "{}", "{\"feed\":\"shop\"}",
                                       "{\"feed\":\"shop\",\"spread_ms\":-1}" };
  guint id = start_listening (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    hear (fixture, id, texts[i]);
  g_assert_cmpint (wait_for (fixture, "/v1/feeds", 200), >=, 30 * G_USEC_PER_SEC - 1000);
  g_assert_true (mr_sync_engine_is_waiting_for (fixture->engine, id));
  g_assert_cmpstr (engine_fixture_get_status (fixture).problem, ==, "");
}

/* The center restarts: its tills come back one after the other, over half a minute. */
static void
test_herd (void)
{
  gint64 shortest_us = G_MAXINT64, longest_us = 0;

  for (guint64 seed = 1; seed <= 30; seed++)
    {
      EngineFixture fixture = { 0 };
      gint64 waited_us;
      guint id;

      set_up (&fixture, NULL);
      fixture.world.state = seed;
      id = start_listening (&fixture);
      end (&fixture, id, 0, -1);
      /* Somebody uses this till: the probe looks at once, and finds nobody. */
      g_assert_cmpint (wait_for (&fixture, "/v1/health", 0), ==, 0);
      engine_fixture_answer (&fixture, 0, NULL);
      g_assert_cmpint (engine_fixture_get_status (&fixture).connection, ==, MR_SYNC_OFFLINE);
      waited_us = wait_for (&fixture, "/v1/poke", 0);
      shortest_us = MIN (shortest_us, waited_us);
      longest_us = MAX (longest_us, waited_us);
      engine_fixture_tear_down (&fixture, NULL);
    }
  g_assert_cmpint (shortest_us, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (longest_us, >, 25 * G_USEC_PER_SEC);
  g_assert_cmpint (longest_us, <=, 30 * G_USEC_PER_SEC + 1000);
}

/* A person who says "sync now" waits for nobody's turn; then what was missed is asked for. */
static void
test_person (EngineFixture *fixture, gconstpointer data)
{
  guint id = start_listening (fixture);

  end (fixture, id, 0, -1);
  mr_sync_engine_poke (fixture->engine);
  g_assert_cmpint (wait_for (fixture, "/v1/poke", 200), ==, 0);
  id = fixture->request.id;
  engine_fixture_settle (fixture);
  hear (fixture, id, NULL);
  g_assert_cmpint (wait_for (fixture, "/v1/feeds", 200), ==, 0);
}

/* A busy center says when; the till neither comes earlier nor complains. */
static void
test_busy (EngineFixture *fixture, gconstpointer data)
{
  gint64 waited_us;

  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/poke");
  end (fixture, fixture->request.id, 503, 10000);
  mr_sync_engine_poke (fixture->engine);
  waited_us = wait_for (fixture, "/v1/poke", 200);
  g_assert_cmpint (waited_us, >=, 10 * G_USEC_PER_SEC);
  g_assert_cmpint (waited_us, <=, 20 * G_USEC_PER_SEC + 1000);
  g_assert_cmpstr (engine_fixture_get_status (fixture).problem, ==, "");
}

/* The cable is out: nothing is said on a connection that is still open, and it is let go. */
static void
test_silence (EngineFixture *fixture, gconstpointer data)
{
  guint id = start_listening (fixture);

  g_assert_cmpint (wait_for (fixture, "/v1/health", 0), <=, 3 * G_USEC_PER_SEC);
  test_world_advance (&fixture->world, fixture->request.timeout_ms * 1000);
  engine_fixture_answer (fixture, 0, NULL);
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_OFFLINE);
  g_assert_false (mr_sync_engine_is_waiting_for (fixture->engine, id));
}

/* The page of a network that wants to be signed in to is no center. */
static void
test_page (EngineFixture *fixture, gconstpointer data)
{
  const MrSyncReply page = { .status = 200,
                             .content_type = "text/html; charset=utf-8",
                             .content_length = -1,
                             .retry_after_ms = -1,
                             .body = "<html>",
                             .length = 6 };

  start_listening (fixture);
  engine_fixture_ask_for (fixture, "/v1/health");
  engine_fixture_answer_with (fixture, &page);
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_OFFLINE);
}

#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, set_up, function, engine_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sync/poke/shop", test_shop);
  ADD ("/sync/poke/nonsense", test_nonsense);
  ADD ("/sync/poke/person", test_person);
  ADD ("/sync/poke/busy", test_busy);
  ADD ("/sync/poke/silence", test_silence);
  ADD ("/sync/poke/page", test_page);
  g_test_add_func ("/sync/poke/region", test_region);
  g_test_add_func ("/sync/poke/herd", test_herd);
  return g_test_run ();
}
