/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/feed.h"
#include "center/later.h"
#include "center/worker.h"

#include "center-fixture.h"

#include <string.h>

/* The threads of a server: what waits too long a queue is told to come back, and nothing that was taken is
 * left without its answer. */

#define MAX_WAITING 5

typedef struct
{
  GMutex lock;
  GCond changed;
  gboolean begun;
  gboolean released;
  guint n_refused; /* answered with 503 */
  guint n_answered; /* otherwise */
  gint64 retry_after_s;
} Desk;

/* A commit that takes its time. */
static gboolean
hold (MrCenter *center, gpointer data, GError **error)
{
  Desk *desk = data;

  g_mutex_lock (&desk->lock);
  desk->begun = TRUE;
  g_cond_broadcast (&desk->changed);
  while (!desk->released)
    g_cond_wait (&desk->changed, &desk->lock);
  g_mutex_unlock (&desk->lock);
  return TRUE;
}

typedef struct
{
  MrWorker *worker;
  Desk *desk;
} Holding;

static gpointer
hold_writer (gpointer data)
{
  Holding *holding = data;

  g_assert_true (mr_worker_write (holding->worker, hold, holding->desk, NULL));
  return NULL;
}

static void
on_answer (MrCenterReply *reply, gpointer data)
{
  Desk *desk = data;

  g_mutex_lock (&desk->lock);
  if (reply->status == 503)
    {
      desk->n_refused++;
      desk->retry_after_s = reply->retry_after_s;
    }
  else
    {
      g_assert_cmpuint (reply->status, ==, 403);
      desk->n_answered++;
    }
  g_cond_broadcast (&desk->changed);
  g_mutex_unlock (&desk->lock);
}

/* A write of no effect: a code nobody gave out. */
static void
submit (MrWorker *worker, Desk *desk)
{
  static const char body[] = "{\"code\":\"AAAA-BBBB-CCCC\",\"name\":\"x\",\"public_key\":"
                             "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}";
  MrWorkerRequest *request = g_new0 (MrWorkerRequest, 1);

  request->method = g_strdup ("POST");
  request->path = g_strdup ("/v1/enrol");
  request->body = g_bytes_new_static (body, sizeof body - 1);
  mr_worker_submit (worker, request, on_answer, desk);
}

static void
test_busy (CenterFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GThread) thread = NULL;
  MrWorker *worker;
  Desk desk = { 0 };
  Holding holding;

  mr_center_close (fixture->center);
  worker = mr_worker_new (fixture->location, fixture->files, &fixture->world.world, 2, &error);
  g_assert_no_error (error);
  mr_worker_set_max_waiting (worker, MAX_WAITING);
  holding = (Holding){ worker, &desk };
  thread = g_thread_new ("holds", hold_writer, &holding);
  g_mutex_lock (&desk.lock);
  while (!desk.begun)
    g_cond_wait (&desk.changed, &desk.lock);
  g_mutex_unlock (&desk.lock);
  for (guint i = 0; i < MAX_WAITING + 3; i++)
    submit (worker, &desk);
  g_mutex_lock (&desk.lock);
  /* At once, by whoever asked: nobody waits to hear that he should not. */
  g_assert_cmpuint (desk.n_refused, ==, 3);
  g_assert_cmpint (desk.retry_after_s, >=, 1);
  g_assert_cmpuint (desk.n_answered, ==, 0);
  desk.released = TRUE;
  g_cond_broadcast (&desk.changed);
  while (desk.n_answered < MAX_WAITING)
    g_cond_wait (&desk.changed, &desk.lock);
  g_mutex_unlock (&desk.lock);
  g_thread_join (g_steal_pointer (&thread));
  /* And then there is room again. */
  submit (worker, &desk);
  mr_worker_free (worker);
  g_assert_cmpuint (desk.n_refused, ==, 3);
  g_assert_cmpuint (desk.n_answered, ==, MAX_WAITING + 1);
  center_fixture_open (fixture);
}

/* A crowd comes back no faster than it was seen to be served, and the turns end with it. */
static void
test_later (void)
{
  MrLater later;
  gint64 now_us = G_TIME_SPAN_DAY, last_s = 0;
  guint n_in_second[MR_LATER_MAX_S + 1] = { 0 };

  mr_later_init (&later);
  g_assert_cmpint (mr_later_give_turn (&later, now_us), ==, MR_LATER_MIN_S + 1);
  /* A hundred a second are answered. */
  for (guint i = 0; i < 200; i++)
    mr_later_count_answered (&later);
  now_us += 2 * G_TIME_SPAN_SECOND;
  for (guint i = 0; i < 3000; i++)
    {
      gint64 wait_s = mr_later_give_turn (&later, now_us);

      g_assert_cmpint (wait_s, >=, last_s);
      last_s = wait_s;
      n_in_second[wait_s]++;
    }
  g_assert_cmpint (last_s, ==, MR_LATER_MIN_S + 30);
  for (guint i = 0; i < G_N_ELEMENTS (n_in_second); i++)
    g_assert_cmpuint (n_in_second[i], <=, 100);
  /* However many there are: nobody is sent away for an hour. */
  for (guint i = 0; i < 20000; i++)
    last_s = mr_later_give_turn (&later, now_us);
  g_assert_cmpint (last_s, ==, MR_LATER_MAX_S);
  now_us += G_TIME_SPAN_HOUR;
  g_assert_cmpint (mr_later_give_turn (&later, now_us), ==, MR_LATER_MIN_S + 1);
  mr_later_clear (&later);
}

static void
note_changed (const gint64 *feed_ids, guint n, gpointer data)
{
  g_array_append_vals (data, feed_ids, n);
}

/* An import's kind of commit, past MrCenter. */
static gboolean
publish_alone (MrCenter *center, gpointer data, GError **error)
{
  MrDb *db = mr_center_get_db (center);
  g_autoptr (MrFeedWriter) writer = NULL;

  if (!mr_db_begin (db, error))
    return FALSE;
  writer = mr_feed_writer_new (db, mr_center_get_world (center));
  return mr_feed_publish_int (writer, *(gint64 *) data, "category", 1, "[0,\"饮料\",1]", error) &&
         mr_feed_writer_finish (writer, error) && mr_db_commit (db, error);
}

/* Whoever pokes tills hears of every commit, and of other processes', from one place. */
static void
test_changes_are_told (CenterFixture *fixture, gconstpointer data)
{
  gint64 region =
      center_fixture_count (fixture, "SELECT id FROM feed WHERE kind = 'region' AND scope_id = 1");
  const gint64 elsewhere = 4711;
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;
  MrWorker *worker;

  mr_center_close (fixture->center);
  worker = mr_worker_new (fixture->location, fixture->files, &fixture->world.world, 2, &error);
  g_assert_no_error (error);
  mr_worker_set_feeds_changed (worker, note_changed, told);
  g_assert_true (mr_worker_write (worker, publish_alone, &region, &error));
  mr_worker_tell_feeds_changed (worker, &elsewhere, 1);
  /* The very same again changes nothing. */
  g_assert_true (mr_worker_write (worker, publish_alone, &region, &error));
  mr_worker_set_feeds_changed (worker, NULL, NULL);
  mr_worker_tell_feeds_changed (worker, &elsewhere, 1);
  mr_worker_free (worker);
  g_assert_cmpuint (told->len, >=, 2);
  g_assert_cmpint (g_array_index (told, gint64, 0), ==, region);
  g_assert_cmpint (g_array_index (told, gint64, told->len - 1), ==, elsewhere);
  center_fixture_open (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/center-worker/later", test_later);
  g_test_add ("/center-worker/busy", CenterFixture, NULL, center_fixture_set_up, test_busy,
              center_fixture_tear_down);
  g_test_add ("/center-worker/changes-are-told", CenterFixture, NULL, center_fixture_set_up,
              test_changes_are_told, center_fixture_tear_down);
  return g_test_run ();
}
