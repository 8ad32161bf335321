/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/standby.h"

#include "center/center-backup.h"

#define LOOK_US G_TIME_SPAN_SECOND

#define SQL_UNSAFE "SELECT shop_id, uuid, acked, h FROM writer WHERE acked > safe ORDER BY uuid"

struct _MrStandby
{
  char *location; /* (owned) */
  GThread *thread; /* (owned) */
  GMutex lock; /* guards the following */
  GCond changed;
  gboolean stopping;
};

/* Chains as they were when the log ended at @end. */
typedef struct
{
  GArray *heads; /* (owned) of MrBackupHead */
  gint64 end;
} Mark;

static gboolean
load_unsafe (MrDb *db, GArray *heads, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_UNSAFE, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrBackupHead head = {
        mr_query_get_int (query, 0), { { 0 } }, mr_query_get_int (query, 2), { { 0 } }
      };

      if (mr_query_copy_bytes (query, 1, &head.writer, sizeof head.writer) &&
          mr_query_copy_bytes (query, 3, &head.h, sizeof head.h))
        g_array_append_val (heads, head);
    }
  return step == MR_STEP_DONE;
}

static gboolean
note (MrDb *db, const GArray *heads, GError **error)
{
  if (mr_db_begin (db, error) && mr_center_note_safe (db, heads, error))
    return mr_db_commit (db, error);
  mr_db_rollback (db);
  return FALSE;
}

/* The heads before the end of the log: what a commit made visible is in the log before that. */
static gboolean
take_mark (MrDb *db, Mark *mark, GError **error)
{
  gint64 standby;

  return load_unsafe (db, mark->heads, error) && mr_db_get_log (db, &mark->end, &standby, error);
}

static gboolean
look (MrDb *db, Mark *mark, GError **error)
{
  gint64 end, standby;

  if (!mr_db_get_log (db, &end, &standby, error))
    return FALSE;
  if (mark->heads->len > 0 && standby >= mark->end)
    {
      if (!note (db, mark->heads, error))
        return FALSE;
      g_array_set_size (mark->heads, 0);
    }
  return standby < 0 || mark->heads->len > 0 || take_mark (db, mark, error);
}

/* FALSE: it is to end. */
static gboolean
pause_thread (MrStandby *self)
{
  gint64 until_us = g_get_monotonic_time () + LOOK_US;
  gboolean stopping;

  g_mutex_lock (&self->lock);
  while (!self->stopping && g_cond_wait_until (&self->changed, &self->lock, until_us))
    ;
  stopping = self->stopping;
  g_mutex_unlock (&self->lock);
  return !stopping;
}

static gpointer
watch (gpointer user_data)
{
  MrStandby *self = user_data;
  MrDb *db = NULL;
  Mark mark = { g_array_new (FALSE, FALSE, sizeof (MrBackupHead)), 0 };

  while (pause_thread (self))
    {
      g_autoptr (GError) error = NULL;

      /* Its own commits wait for nobody: a standby that hangs must not hold the end of the program. */
      if (db == NULL && (db = mr_db_open (self->location, MR_DB_WRITE, &error)) == NULL)
        continue;
      if (look (db, &mark, &error))
        continue;
      g_info ("standby: %s", error != NULL ? error->message : "a chain cannot be read");
      /* Another server may answer next, with a log of its own. */
      g_array_set_size (mark.heads, 0);
      g_clear_pointer (&db, mr_db_close);
    }
  mr_db_close (db);
  g_array_unref (mark.heads);
  return NULL;
}

MrStandby *
mr_standby_new (const char *location)
{
  MrStandby *self = g_new0 (MrStandby, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->location = g_strdup (location);
  self->thread = g_thread_new ("center-standby", watch, self);
  return self;
}

void
mr_standby_free (MrStandby *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->location);
  g_free (self);
}
