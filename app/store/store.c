/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/store.h"

#include "store/journal-inside.h"

struct _MrStore
{
  GObject parent_instance;

  char *dir; /* (owned) */
  const MrWorld *world; /* (unowned) */
  GMainContext *context; /* (owned) of whoever made the store: signals go there */
  GThread *thread; /* (owned) (nullable) NULL = inline, or stopped */
  GAsyncQueue *jobs; /* (owned) of Job */
  MrJournal *journal; /* (owned) (nullable) used by the thread alone while it runs */
  int appended_waits; /* atomic: a signal is on its way */
};

G_DEFINE_FINAL_TYPE (MrStore, mr_store, G_TYPE_OBJECT)

enum
{
  SIGNAL_APPENDED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* What the thread is given: a job with somebody waiting for it (done), or with a task to be answered,
 * or none at all: the end. */
typedef struct
{
  MrStoreJob run; /* (nullable) NULL = the end */
  gpointer data; /* (owned) when there is a task */
  GDestroyNotify free_data; /* (nullable) */
  GTask *task; /* (owned) (nullable) */
  gboolean succeeded;
  GError *error; /* (owned) (nullable) */

  GMutex mutex;
  GCond cond;
  gboolean done;
} Job;

static Job *
new_job (MrStoreJob run, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->run = run;
  job->data = data;
  g_mutex_init (&job->mutex);
  g_cond_init (&job->cond);
  return job;
}

static void
free_job (gpointer data)
{
  Job *job = data;

  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_error (&job->error);
  g_mutex_clear (&job->mutex);
  g_cond_clear (&job->cond);
  g_free (job);
}

/* --- "appended" --- */

static gboolean
on_appended (gpointer data)
{
  MrStore *self = data;

  g_atomic_int_set (&self->appended_waits, FALSE);
  g_signal_emit (self, signals[SIGNAL_APPENDED], 0);
  return G_SOURCE_REMOVE;
}

static void
tell_appended (MrStore *self)
{
  if (!g_atomic_int_compare_and_exchange (&self->appended_waits, FALSE, TRUE))
    return;

  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_appended, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/* --- running --- */

static void
run_job (MrStore *self, Job *job)
{
  gint64 before = self->journal->head.n;

  job->succeeded = job->run (self->journal, job->data, &job->error);
  if (self->journal->head.n != before)
    tell_appended (self);
}

/* In the context of the asker, so that task, data and the last reference to the store are let go there
 * and never on the thread. */
static gboolean
on_answer (gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);

  if (job->succeeded)
    g_task_return_boolean (task, TRUE);
  else if (job->error != NULL)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "the job failed unsaid");
  return G_SOURCE_REMOVE;
}

static void
answer_task (Job *job)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_answer, job->task, NULL);
  g_source_attach (source, g_task_get_context (job->task));
}

static void
answer_waiting (Job *job)
{
  g_mutex_lock (&job->mutex);
  job->done = TRUE;
  g_cond_signal (&job->cond);
  g_mutex_unlock (&job->mutex);
}

static gpointer
run_thread (gpointer data)
{
  MrStore *self = data;

  while (TRUE)
    {
      Job *job = g_async_queue_pop (self->jobs);

      if (job->run == NULL)
        {
          g_clear_pointer (&self->journal, mr_journal_close);
          free_job (job);
          return NULL;
        }
      run_job (self, job);
      if (job->task != NULL)
        answer_task (job);
      else
        answer_waiting (job);
    }
}

/* The first job of the thread: the journal belongs to the thread that opens it. */
static gboolean
open_journal (MrJournal *journal, gpointer data, GError **error)
{
  MrStore *self = data;

  self->journal = mr_journal_open (self->dir, self->world, error);
  return self->journal != NULL;
}

typedef struct
{
  MrStore *store; /* (unowned) */
  Job *opening; /* (unowned) */
} Start;

static gpointer
start_thread (gpointer data)
{
  Start *start = data;
  MrStore *self = start->store;
  Job *job = start->opening;

  job->succeeded = open_journal (NULL, self, &job->error);
  gboolean opened = job->succeeded;
  answer_waiting (job);
  return opened ? run_thread (self) : NULL;
}

static void
wait_for_job (Job *job)
{
  g_mutex_lock (&job->mutex);
  while (!job->done)
    g_cond_wait (&job->cond, &job->mutex);
  g_mutex_unlock (&job->mutex);
}

static gboolean
take_outcome (Job *job, GError **error)
{
  gboolean succeeded = job->succeeded;

  if (job->error != NULL)
    g_propagate_error (error, g_steal_pointer (&job->error));
  free_job (job);
  return succeeded;
}

/* --- the object --- */

static void
mr_store_dispose (GObject *object)
{
  mr_store_stop (MR_STORE (object));
  G_OBJECT_CLASS (mr_store_parent_class)->dispose (object);
}

static void
mr_store_finalize (GObject *object)
{
  MrStore *self = MR_STORE (object);

  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->context);
  g_free (self->dir);
  G_OBJECT_CLASS (mr_store_parent_class)->finalize (object);
}

static void
mr_store_class_init (MrStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_store_dispose;
  object_class->finalize = mr_store_finalize;
  signals[SIGNAL_APPENDED] = g_signal_new ("appended", MR_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_store_init (MrStore *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->jobs = g_async_queue_new ();
}

MrStore *
mr_store_new (const char *dir, const MrWorld *world, gboolean inline_jobs, GError **error)
{
  g_autoptr (MrStore) self = g_object_new (MR_TYPE_STORE, NULL);

  self->dir = g_strdup (dir);
  self->world = world;
  if (inline_jobs)
    return open_journal (NULL, self, error) ? g_steal_pointer (&self) : NULL;

  Job *job = new_job (open_journal, self);
  Start start = { self, job };
  self->thread = g_thread_new ("store", start_thread, &start);
  wait_for_job (job);
  if (!job->succeeded)
    g_thread_join (g_steal_pointer (&self->thread));
  return take_outcome (job, error) ? g_steal_pointer (&self) : NULL;
}

void
mr_store_stop (MrStore *self)
{
  if (self->thread != NULL)
    {
      g_async_queue_push (self->jobs, new_job (NULL, NULL));
      g_thread_join (g_steal_pointer (&self->thread));
    }
  g_clear_pointer (&self->journal, mr_journal_close);
}

static gboolean
refuse_when_stopped (MrStore *self, GError **error)
{
  if (self->thread != NULL || self->journal != NULL)
    return FALSE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the store has been stopped");
  return TRUE;
}

void
mr_store_run_async (MrStore *self, MrStoreJob run, gpointer data, GDestroyNotify free_data,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Job *job = new_job (run, data);

  job->free_data = free_data;
  job->task = task;
  g_task_set_source_tag (task, mr_store_run_async);
  g_task_set_task_data (task, job, free_job);
  if (refuse_when_stopped (self, &job->error))
    {
      answer_task (job);
      return;
    }
  if (self->thread != NULL)
    {
      g_async_queue_push (self->jobs, job);
      return;
    }
  run_job (self, job);
  answer_task (job);
}

gboolean
mr_store_run_finish (MrStore *self, GAsyncResult *result, gpointer *data_out, GError **error)
{
  g_assert (g_task_is_valid (result, self));

  if (data_out != NULL)
    *data_out = ((Job *) g_task_get_task_data (G_TASK (result)))->data;
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
mr_store_run (MrStore *self, MrStoreJob run, gpointer data, GError **error)
{
  if (refuse_when_stopped (self, error))
    return FALSE;

  Job *job = new_job (run, data);
  if (self->thread != NULL)
    {
      g_async_queue_push (self->jobs, job);
      wait_for_job (job);
    }
  else
    run_job (self, job);
  return take_outcome (job, error);
}
