/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/worker.h"

#include "center/call.h"
#include "center/feed-watch.h"
#include "center/later.h"
#include "center/notices.h"
#include "center/snapshot.h"
#include "center/standby.h"

/* More than this waiting, and the next is told when to come back. A request that waits costs up to 150 kB, and
 * a few full groups keep the writer at work. */
#define MAX_WAITING 200
#define MAX_GROUP 64
#define CHECKPOINT_BYTES (4 * 1024 * 1024)
#define IDLE_US (2 * G_TIME_SPAN_SECOND)
#define ALL_REGIONS 0

#define SQL_REGIONS "SELECT id FROM region ORDER BY id"

typedef struct
{
  MrWorkerRequest *request; /* (owned) (nullable) of a call */
  MrCall *call; /* (owned) (nullable) */
  MrWorkerAnswer answer;
  gpointer data;

  /* A task instead of a call; its caller waits. */
  MrWorkerTask task;
  GError *error; /* (owned) (nullable) */
  gboolean done;
  gboolean result;
} Item;

struct _MrWorker
{
  MrCenter *writer; /* (owned) used on the writer thread */
  GAsyncQueue *readers; /* (owned) of MrCenter, free ones */
  GThreadPool *parsing; /* (owned) */
  GThreadPool *building; /* (owned) of region ids */
  GThread *thread; /* (owned) */
  MrFeedWatch *watch; /* (owned) */
  MrNotices *notices; /* (owned) (nullable) of other processes */
  MrStandby *standby; /* (owned) (nullable) of a server */
  GMutex mutex; /* guards the following */
  GCond changed;
  GQueue waiting; /* of Item: calls and tasks in the order they came */
  GHashTable *regions_due; /* (owned) region ids being built */
  gboolean closing; /* no new snapshots */
  gboolean stopping; /* no more is to be written once nothing waits */
  int max_waiting;
  int n_submitted; /* atomic: calls not answered yet */
  MrLater later; /* for those who find the queue full */
};

void
mr_worker_request_free (MrWorkerRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->method);
  g_free (self->path);
  g_free (self->till);
  g_free (self->time);
  g_free (self->signature);
  g_free (self->range);
  g_free (self->if_range);
  g_free (self->if_none_match);
  g_free (self->upgrade);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static MrCenterRequest
borrow_request (const MrWorkerRequest *self)
{
  MrCenterRequest request = {
    .method = self->method,
    .path = self->path,
    .till = self->till,
    .time = self->time,
    .signature = self->signature,
    .range = self->range,
    .if_range = self->if_range,
    .if_none_match = self->if_none_match,
    .upgrade = self->upgrade,
  };

  request.body = self->body != NULL ? g_bytes_get_data (self->body, &request.length) : NULL;
  return request;
}

/* --- answering --- */

static void
finish_call (MrWorker *self, Item *item)
{
  item->answer (&item->call->reply, item->data);
  mr_call_free (item->call);
  mr_worker_request_free (item->request);
  g_free (item);
  g_atomic_int_add (&self->n_submitted, -1);
  mr_later_count_answered (&self->later);
}

static void
push_item (MrWorker *self, Item *item)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->waiting, item);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/* --- reading threads --- */

static void
handle_item (gpointer data, gpointer user_data)
{
  MrWorker *self = user_data;
  Item *item = data;
  MrCenter *reader = g_async_queue_pop (self->readers);
  MrCenterRequest request = borrow_request (item->request);

  item->call = mr_call_new (reader, &request);
  if (!mr_call_is_answered (item->call) && !item->call->route->writes)
    mr_center_read (reader, item->call);
  g_async_queue_push (self->readers, reader);
  if (mr_call_is_answered (item->call))
    finish_call (self, item);
  else
    push_item (self, item);
}

static void
answer_busy (MrWorker *self, MrWorkerAnswer answer, gpointer data)
{
  static const char text[] =
      "{\"type\":\"/problems/busy\",\"title\":\"The center is busy.\",\"status\":503,"
      "\"detail\":\"Nothing was changed; ask again when Retry-After says.\"}";
  MrCenterReply reply = { .status = 503,
                          .content_type = "application/problem+json",
                          .retry_after_s =
                              mr_later_give_turn (&self->later, g_get_monotonic_time ()) };

  reply.body = g_bytes_new_static (text, sizeof text - 1);
  answer (&reply, data);
  mr_center_reply_clear (&reply);
}

void
mr_worker_submit (MrWorker *self, MrWorkerRequest *request, MrWorkerAnswer answer, gpointer data)
{
  Item *item;

  if (g_atomic_int_get (&self->n_submitted) >= self->max_waiting)
    {
      mr_worker_request_free (request);
      answer_busy (self, answer, data);
      return;
    }
  g_atomic_int_inc (&self->n_submitted);
  item = g_new0 (Item, 1);
  item->request = request;
  item->answer = answer;
  item->data = data;
  g_thread_pool_push (self->parsing, item, NULL);
}

/* --- the writing thread --- */

static void
run_task (MrWorker *self, Item *item)
{
  gboolean result = item->task (self->writer, item->data, &item->error);

  mr_feed_watch_look (self->watch, mr_center_get_db (self->writer));
  g_mutex_lock (&self->mutex);
  item->result = result;
  item->done = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static void
run_group (MrWorker *self, GPtrArray *group)
{
  MrCall *calls[MAX_GROUP];

  for (guint i = 0; i < group->len; i++)
    calls[i] = ((Item *) g_ptr_array_index (group, i))->call;
  mr_center_write (self->writer, calls, group->len);
  for (guint i = 0; i < group->len; i++)
    finish_call (self, g_ptr_array_index (group, i));
  g_ptr_array_set_size (group, 0);
}

static void
checkpoint (MrWorker *self, gsize min_bytes)
{
  g_autoptr (GError) error = NULL;

  if (!mr_db_checkpoint (mr_center_get_db (self->writer), min_bytes, FALSE, &error) &&
      !g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_BUSY))
    g_warning ("checkpoint: %s", error->message);
}

/* Takes the calls that wait now, up to the next task, or that task. FALSE: nothing came before
 * @until_us, or it is time to stop. */
static gboolean
take_waiting (MrWorker *self, GPtrArray *group, Item **task, gint64 until_us, gboolean *stop)
{
  gboolean timed_out = FALSE;

  *task = NULL;
  g_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->waiting) && !self->stopping && !timed_out)
    {
      if (until_us == 0)
        g_cond_wait (&self->changed, &self->mutex);
      else
        timed_out = !g_cond_wait_until (&self->changed, &self->mutex, until_us);
    }
  while (!g_queue_is_empty (&self->waiting) && group->len < MAX_GROUP && *task == NULL)
    {
      Item *item = g_queue_peek_head (&self->waiting);

      if (item->task != NULL && group->len > 0)
        break;
      g_queue_pop_head (&self->waiting);
      if (item->task != NULL)
        *task = item;
      else
        g_ptr_array_add (group, item);
    }
  *stop = self->stopping && group->len == 0 && *task == NULL;
  g_mutex_unlock (&self->mutex);
  return group->len > 0 || *task != NULL;
}

static void on_snapshot_due (gint64 region_id, gpointer data);

static gpointer
write_loop (gpointer user_data)
{
  MrWorker *self = user_data;
  g_autoptr (GPtrArray) group = g_ptr_array_new ();
  gboolean stop = FALSE, tidy = FALSE;
  Item *task;

  mr_feed_watch_look (self->watch, mr_center_get_db (self->writer));
  while (!stop)
    {
      gint64 until_us = tidy ? 0 : g_get_monotonic_time () + IDLE_US;

      if (!take_waiting (self, group, &task, until_us, &stop))
        {
          /* Nothing to do: what is in the log goes to its place, and the next till that starts finds a
           * catalog ready. */
          checkpoint (self, 0);
          if (!tidy)
            on_snapshot_due (ALL_REGIONS, self);
          tidy = TRUE;
          continue;
        }
      if (task != NULL)
        run_task (self, task);
      else
        run_group (self, group);
      checkpoint (self, CHECKPOINT_BYTES);
      tidy = FALSE;
    }
  return NULL;
}

void
mr_worker_set_max_waiting (MrWorker *self, guint max_waiting)
{
  self->max_waiting = (int) max_waiting;
}

void
mr_worker_set_feeds_changed (MrWorker *self, MrFeedsChanged changed, gpointer data)
{
  mr_feed_watch_set_listener (self->watch, changed, data);
}

void
mr_worker_tell_feeds_changed (MrWorker *self, const gint64 *feed_ids, guint n)
{
  mr_feed_watch_tell (feed_ids, n, self->watch);
}

gboolean
mr_worker_write (MrWorker *self, MrWorkerTask task, gpointer data, GError **error)
{
  Item item = { .task = task, .data = data };

  push_item (self, &item);
  g_mutex_lock (&self->mutex);
  while (!item.done)
    g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
  if (item.error != NULL)
    g_propagate_error (error, item.error);
  return item.result;
}

gboolean
mr_worker_read (MrWorker *self, MrWorkerTask task, gpointer data, GError **error)
{
  MrCenter *reader = g_async_queue_pop (self->readers);
  gboolean result = task (reader, data, error);

  g_async_queue_push (self->readers, reader);
  return result;
}

/* --- snapshots --- */

static gboolean
tidy_snapshots (MrCenter *center, gpointer data, GError **error)
{
  return mr_snapshot_tidy (center, error);
}

static gboolean
build_task (MrCenter *center, gpointer data, GError **error)
{
  MrSnapshotLease *lease = data;

  return mr_snapshot_build (center, lease->region_id, &lease->built, error);
}

static gboolean
build_one (MrWorker *self, gint64 region_id, GError **error)
{
  MrSnapshotLease lease = { .region_id = region_id };
  MrCenterTask take = { mr_snapshot_take_lease, &lease };
  MrCenterTask give_back = { mr_snapshot_give_back_lease, &lease };
  MrCenterTask add = { mr_snapshot_add, &lease };
  gboolean done;

  if (!mr_worker_write (self, mr_center_run_task, &take, error))
    return FALSE;
  if (!lease.taken)
    return TRUE;
  if (!mr_worker_read (self, build_task, &lease, error))
    {
      /* Whoever asks next may try again at once. */
      mr_worker_write (self, mr_center_run_task, &give_back, NULL);
      return FALSE;
    }
  done = mr_worker_write (self, mr_center_run_task, &add, error) &&
         mr_worker_write (self, tidy_snapshots, NULL, error);
  mr_snapshot_clear (&lease.built);
  return done;
}

static gboolean
list_due (MrCenter *center, gpointer data, GError **error)
{
  GArray *due = data;
  g_autoptr (MrQuery) query = mr_db_select (mr_center_get_db (center), error, SQL_REGIONS, "");
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      gint64 region_id = mr_query_get_int (query, 0);

      g_array_append_val (all, region_id);
    }
  for (guint i = 0; i < all->len && step == MR_STEP_DONE; i++)
    {
      gint64 region_id = g_array_index (all, gint64, i);
      gboolean is_due;

      if (!mr_snapshot_is_due (center, region_id, &is_due, error))
        return FALSE;
      if (is_due)
        g_array_append_val (due, region_id);
    }
  return step == MR_STEP_DONE;
}

static gboolean
build_all_due (MrWorker *self, GError **error)
{
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!mr_worker_read (self, list_due, due, error))
    return FALSE;
  for (guint i = 0; i < due->len; i++)
    if (!build_one (self, g_array_index (due, gint64, i), error))
      return FALSE;
  return TRUE;
}

static void
build_region (gpointer data, gpointer user_data)
{
  MrWorker *self = user_data;
  g_autofree gint64 *region_id = data;
  g_autoptr (GError) error = NULL;

  if (*region_id == ALL_REGIONS ? !build_all_due (self, &error)
                                : !build_one (self, *region_id, &error))
    g_warning ("%s", error->message);
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->regions_due, region_id);
  g_mutex_unlock (&self->mutex);
}

static void
on_snapshot_due (gint64 region_id, gpointer data)
{
  MrWorker *self = data;
  gboolean fresh;

  g_mutex_lock (&self->mutex);
  fresh = !self->closing &&
          g_hash_table_add (self->regions_due, g_memdup2 (&region_id, sizeof region_id));
  if (fresh)
    g_thread_pool_push (self->building, g_memdup2 (&region_id, sizeof region_id), NULL);
  g_mutex_unlock (&self->mutex);
}

/* --- beginning and end --- */

static gboolean
open_readers (MrWorker *self, const char *location, const char *files_dir, const MrWorld *world,
              guint n_readers, GError **error)
{
  for (guint i = 0; i < n_readers; i++)
    {
      MrCenter *reader = mr_center_open_reader (location, files_dir, world, error);

      if (reader == NULL)
        return FALSE;
      mr_center_set_snapshot_builder (reader, on_snapshot_due, self);
      g_async_queue_push (self->readers, reader);
    }
  return TRUE;
}

MrWorker *
mr_worker_new (const char *location, const char *files_dir, const MrWorld *world, guint n_readers,
               GError **error)
{
  g_autoptr (MrWorker) self = g_new0 (MrWorker, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  mr_later_init (&self->later);
  g_queue_init (&self->waiting);
  self->readers = g_async_queue_new_full ((GDestroyNotify) mr_center_close);
  self->regions_due = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->max_waiting = MAX_WAITING;
  self->watch = mr_feed_watch_new ();
  self->writer = mr_center_open (location, files_dir, world, error);
  /* One reader more than threads that parse: building a snapshot holds one for long. */
  if (self->writer == NULL ||
      !open_readers (self, location, files_dir, world, n_readers + 1, error))
    return NULL;
  mr_center_set_feeds_changed (self->writer, mr_feed_watch_tell, self->watch);
  if (mr_db_can_listen (mr_center_get_db (self->writer)))
    {
      self->notices = mr_notices_new (location, mr_center_get_process (self->writer),
                                      mr_feed_watch_tell, self->watch);
      self->standby = mr_standby_new (location);
    }
  self->parsing = g_thread_pool_new (handle_item, self, (int) n_readers, FALSE, NULL);
  self->building = g_thread_pool_new (build_region, self, 1, FALSE, NULL);
  self->thread = g_thread_new ("center-writer", write_loop, self);
  return g_steal_pointer (&self);
}

static void
stop_threads (MrWorker *self)
{
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_mutex_unlock (&self->mutex);
  /* First those that give the writer work, then the writer. */
  if (self->parsing != NULL)
    g_thread_pool_free (self->parsing, FALSE, TRUE);
  if (self->building != NULL)
    g_thread_pool_free (self->building, FALSE, TRUE);
  g_mutex_lock (&self->mutex);
  self->stopping = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  if (self->thread != NULL)
    g_thread_join (self->thread);
}

void
mr_worker_free (MrWorker *self)
{
  if (self == NULL)
    return;
  stop_threads (self);
  g_async_queue_unref (self->readers);
  if (self->writer != NULL)
    mr_db_checkpoint (mr_center_get_db (self->writer), 0, TRUE, NULL);
  mr_center_close (self->writer);
  mr_notices_free (self->notices);
  mr_standby_free (self->standby);
  mr_feed_watch_free (self->watch);
  g_hash_table_unref (self->regions_due);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  mr_later_clear (&self->later);
  g_free (self);
}
