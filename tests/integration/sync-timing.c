/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine-fixture.h"

#include "temp-dir.h"

#include <string.h>

/* When the engine asks: backoff, the probe, the return of a center, the clock. */

static void
test_retry_after (EngineFixture *fixture, gconstpointer data)
{
  const MrSyncReply busy = { .status = 503, .content_length = -1, .retry_after_ms = 20000 };
  gint64 start_us;

  engine_fixture_append (fixture, 1);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  engine_fixture_answer_with (fixture, &busy);
  start_us = fixture->world.monotonic_us;
  /* Nobody's impatience helps. */
  mr_sync_engine_appended (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/journal");
  g_assert_cmpint (fixture->world.monotonic_us - start_us, >=, 20 * G_USEC_PER_SEC);
  g_assert_cmpint (fixture->world.monotonic_us - start_us, <=, 41 * G_USEC_PER_SEC);
}

static void
test_backoff (EngineFixture *fixture, gconstpointer data)
{
  gint64 longest_us = 0;

  engine_fixture_append (fixture, 1);
  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/journal");
  for (guint i = 0; i < 40; i++)
    {
      gint64 start_us = fixture->world.monotonic_us;
      gint64 waited_us;

      engine_fixture_answer (fixture, 500, NULL);
      engine_fixture_ask_for (fixture, "/v1/journal");
      waited_us = fixture->world.monotonic_us - start_us;
      g_assert_cmpint (waited_us, <=, (G_USEC_PER_SEC << MIN (i, 6)) + 1000);
      g_assert_cmpint (waited_us, <=, 60 * G_USEC_PER_SEC + 1000);
      longest_us = MAX (longest_us, waited_us);
    }
  g_assert_cmpint (longest_us, >, 20 * G_USEC_PER_SEC);
  /* An entry committed now is worth a try at once. */
  engine_fixture_answer (fixture, 500, NULL);
  mr_sync_engine_appended (fixture->engine);
  g_assert_true (engine_fixture_ask (fixture));
  g_assert_cmpstr (fixture->request.path, ==, "/v1/journal");
}

/* In use, a lost center is noticed within 5 s; at rest, a till asks about once a minute. */
static void
test_probe (EngineFixture *fixture, gconstpointer data)
{
  gint64 lost_us;
  guint n_requests = 0;

  engine_fixture_settle (fixture);
  engine_fixture_ask_for (fixture, "/v1/health");
  g_assert_null (fixture->request.signature);
  engine_fixture_answer (fixture, 200, "{}");
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_ONLINE);
  lost_us = fixture->world.monotonic_us;
  engine_fixture_ask_for (fixture, "/v1/health");
  test_world_advance (&fixture->world, fixture->request.timeout_ms * 1000);
  engine_fixture_answer (fixture, 0, NULL);
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_OFFLINE);
  g_assert_cmpint (fixture->world.monotonic_us - lost_us, <=, 5 * G_USEC_PER_SEC);
  engine_fixture_ask_for (fixture, "/v1/health");
  engine_fixture_answer (fixture, 200, "{}");
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_ONLINE);

  test_world_advance (&fixture->world, G_GINT64_CONSTANT (700) * G_USEC_PER_SEC);
  lost_us = fixture->world.monotonic_us;
  while (fixture->world.monotonic_us - lost_us < G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)
    {
      g_autofree char *feeds =
          engine_fixture_make_feeds (fixture, 1, "setting", "name", "[\"街角\"]", 0);

      if (!engine_fixture_ask (fixture))
        {
          test_world_advance (&fixture->world, fixture->wait_ms * 1000);
          continue;
        }
      n_requests++;
      if (g_str_has_prefix (fixture->request.path, "/v1/feeds"))
        engine_fixture_answer (fixture, 200, feeds);
    }
  g_assert_cmpuint (n_requests, >=, 6);
  g_assert_cmpuint (n_requests, <=, 24);
}

/* Back after minutes: the push waits its turn among all the tills of the region, up to half a minute, unless
 * somebody is waiting. */
static gint64
measure_return_us (guint64 seed, gboolean somebody_waits)
{
  EngineFixture fixture = { 0 };
  gint64 back_us, waited_us;

  engine_fixture_set_up (&fixture, NULL);
  fixture.world.state = seed;
  engine_fixture_settle (&fixture);
  engine_fixture_append (&fixture, 1);
  for (gint64 start_us = fixture.world.monotonic_us;
       fixture.world.monotonic_us - start_us < 120 * G_USEC_PER_SEC;)
    {
      if (engine_fixture_ask (&fixture))
        engine_fixture_answer (&fixture, 0, NULL);
      else
        test_world_advance (&fixture.world, fixture.wait_ms * 1000);
    }
  g_assert_cmpint (engine_fixture_get_status (&fixture).connection, ==, MR_SYNC_OFFLINE);
  while (engine_fixture_get_status (&fixture).connection == MR_SYNC_OFFLINE)
    {
      if (!engine_fixture_ask (&fixture))
        test_world_advance (&fixture.world, fixture.wait_ms * 1000);
      else if (strcmp (fixture.request.path, "/v1/health") == 0)
        engine_fixture_answer (&fixture, 200, "{}");
      else
        engine_fixture_answer (&fixture, 0, NULL);
    }
  back_us = fixture.world.monotonic_us;
  if (somebody_waits)
    mr_sync_engine_poke (fixture.engine);
  for (;;)
    {
      if (!engine_fixture_ask (&fixture))
        test_world_advance (&fixture.world, fixture.wait_ms * 1000);
      else if (strcmp (fixture.request.path, "/v1/journal") == 0)
        break;
      else if (strcmp (fixture.request.path, "/v1/health") == 0)
        engine_fixture_answer (&fixture, 200, "{}");
    }
  waited_us = fixture.world.monotonic_us - back_us;
  engine_fixture_tear_down (&fixture, NULL);
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
test_clock (EngineFixture *fixture, gconstpointer data)
{
  gint64 center_us = fixture->world.now_us + G_GINT64_CONSTANT (3) * 86400 * G_USEC_PER_SEC;
  g_autofree char *now = mr_time_format (center_us);
  g_autofree char *problem = g_strdup_printf (
      "{\"type\":\"/problems/clock\",\"title\":\"Clock\",\"status\":401,\"detail\":\"set your "
      "clock\",\"now\":\"%s\"}",
      now);
  gint64 signed_us;

  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 401, problem);
  g_assert_true (engine_fixture_ask (fixture));
  g_assert_true (mr_time_parse (fixture->request.time, &signed_us));
  g_assert_cmpint (ABS (signed_us - center_us), <, G_USEC_PER_SEC);
  g_assert_cmpint (ABS (engine_fixture_get_status (fixture).clock_offset_us -
                        G_GINT64_CONSTANT (3) * 86400 * G_USEC_PER_SEC),
                   <, G_USEC_PER_SEC);
  /* Set again, by years, before anything has gone well. */
  fixture->world.now_us += G_GINT64_CONSTANT (3650) * 86400 * G_USEC_PER_SEC;
  engine_fixture_answer (fixture, 401, problem);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_true (mr_time_parse (fixture->request.time, &signed_us));
  g_assert_cmpint (ABS (signed_us - center_us), <, 120 * G_USEC_PER_SEC);
}

/* A till that is not enrolled asks nobody. */
static void
test_not_enrolled (void)
{
  EngineFixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  test_world_init (&fixture.world, 6);
  fixture.dir = temp_dir_new ();
  fixture.journal = mr_journal_open (fixture.dir, &fixture.world.world, &error);
  g_assert_no_error (error);
  engine_fixture_open (&fixture);
  mr_sync_engine_poke (fixture.engine);
  g_assert_false (engine_fixture_ask (&fixture));
  g_assert_cmpint (fixture.wait_ms, >=, 1000);
  g_assert_false (engine_fixture_get_status (&fixture).enrolled);
  g_assert_false (engine_fixture_get_status (&fixture).idle);
  engine_fixture_tear_down (&fixture, NULL);
}

#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sync/retry-after", test_retry_after);
  ADD ("/sync/backoff", test_backoff);
  ADD ("/sync/probe", test_probe);
  ADD ("/sync/clock", test_clock);
  g_test_add_func ("/sync/return", test_return);
  g_test_add_func ("/sync/not-enrolled", test_not_enrolled);
  return g_test_run ();
}
