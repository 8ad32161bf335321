/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"

#include <string.h>

G_DEFINE_QUARK (mr - db - error - quark, mr_db_error)

/* Beside SQLite, which every program has: what a program enabled before its threads. */
static struct
{
  const char *scheme; /* (static) */
  MrOpener open;
} openers[4];
static guint n_openers;

void
mr_db_add_opener (const char *scheme, MrOpener open)
{
  for (guint i = 0; i < n_openers; i++)
    if (openers[i].open == open && strcmp (openers[i].scheme, scheme) == 0)
      return;
  g_assert (n_openers < G_N_ELEMENTS (openers));
  openers[n_openers].scheme = scheme;
  openers[n_openers++].open = open;
}

MrDb *
mr_db_open (const char *location, MrDbFlags flags, GError **error)
{
  if (g_str_has_prefix (location, "sqlite:"))
    return mr_sqlite_open (location + strlen ("sqlite:"), flags, error);
  for (guint i = 0; i < n_openers; i++)
    if (g_str_has_prefix (location, openers[i].scheme))
      return openers[i].open (location, flags, error);

  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
               "“%s” is not a database this program can open: it should read sqlite:PATH%s",
               location, n_openers > 0 ? " or postgresql://HOST/DATABASE" : "");
  return NULL;
}

void
mr_db_close (MrDb *self)
{
  if (self == NULL)
    return;

  mr_rows_free_queue (self);
  mr_query_free_all (self);
  self->backend->close (self);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

const char *
mr_db_get_path (MrDb *self)
{
  return self->path;
}

const char *
mr_db_get_name (MrDb *self)
{
  return self->name;
}

gboolean
mr_db_exec (MrDb *self, const char *sql, GError **error)
{
  return self->backend->exec (self, sql, error);
}

gboolean
mr_db_begin (MrDb *self, GError **error)
{
  return mr_db_run (self, error, self->backend->begin_write, "");
}

gboolean
mr_db_begin_read (MrDb *self, GError **error)
{
  if (!self->backend->exec (self, self->backend->begin_read, error))
    {
      mr_db_rollback (self);
      return FALSE;
    }
  return TRUE;
}

gboolean
mr_db_commit (MrDb *self, GError **error)
{
  if (mr_db_flush (self, error) && mr_db_run (self, error, "COMMIT", ""))
    return TRUE;

  mr_db_rollback (self);
  return FALSE;
}

void
mr_db_rollback (MrDb *self)
{
  mr_rows_drop_queue (self);
  /* What fails here (a dead disk, a lost server) leaves nothing of the transaction either. */
  if (self->backend->in_transaction (self))
    self->backend->exec (self, "ROLLBACK", NULL);
}

gboolean
mr_db_in_transaction (MrDb *self)
{
  return self->backend->in_transaction (self);
}

/* Savepoints have no parameters: the name is put into the text, and may therefore hold nothing
 * but small letters. */
static char *
name_savepoint (const char *verb, const char *name)
{
  g_assert (name[0] != '\0' && strspn (name, "abcdefghijklmnopqrstuvwxyz") == strlen (name));
  return g_strconcat (verb, " ", name, NULL);
}

gboolean
mr_db_savepoint (MrDb *self, const char *name, GError **error)
{
  g_autofree char *sql = name_savepoint ("SAVEPOINT", name);

  return mr_db_flush (self, error) && self->backend->exec (self, sql, error);
}

gboolean
mr_db_release (MrDb *self, const char *name, GError **error)
{
  g_autofree char *sql = name_savepoint ("RELEASE SAVEPOINT", name);

  return mr_db_flush (self, error) && self->backend->exec (self, sql, error);
}

void
mr_db_rollback_to (MrDb *self, const char *name)
{
  g_autofree char *undo = name_savepoint ("ROLLBACK TO SAVEPOINT", name);
  g_autofree char *leave = name_savepoint ("RELEASE SAVEPOINT", name);

  mr_rows_drop_queue (self);
  if (self->backend->exec (self, undo, NULL))
    self->backend->exec (self, leave, NULL);
}

gboolean
mr_db_lock (MrDb *self, gint64 number, GError **error)
{
  return self->backend->take_lock == NULL ||
         mr_db_run (self, error, self->backend->take_lock, "i", number);
}

gboolean
mr_db_notify (MrDb *self, const char *text, GError **error)
{
  return self->backend->notify == NULL || mr_db_run (self, error, self->backend->notify, "s", text);
}

gboolean
mr_db_can_listen (MrDb *self)
{
  return self->backend->listen != NULL;
}

gboolean
mr_db_listen (MrDb *self, GError **error)
{
  g_assert (self->backend->listen != NULL);
  return self->backend->listen (self, error);
}

gboolean
mr_db_await_notice (MrDb *self, int timeout_ms, char **notice, GError **error)
{
  g_assert (self->backend->await_notice != NULL);
  return self->backend->await_notice (self, timeout_ms, notice, error);
}

gboolean
mr_db_get_log (MrDb *self, gint64 *end, gint64 *standby, GError **error)
{
  g_autoptr (MrQuery) query = NULL;

  g_assert (self->backend->log_ends != NULL);
  query = mr_db_select (self, error, self->backend->log_ends, "");
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;
  *end = mr_query_get_int (query, 0);
  *standby = mr_query_get_int (query, 1);
  return TRUE;
}

gint64
mr_db_get_n_written (MrDb *self)
{
  return self->n_written;
}

gboolean
mr_db_set_durable (MrDb *self, gboolean durable, GError **error)
{
  if (self->durable == durable)
    return TRUE;
  if (!self->backend->set_durable (self, durable, error))
    return FALSE;

  self->durable = durable;
  return TRUE;
}

gint64
mr_db_get_changes (MrDb *self)
{
  return self->backend->get_changes (self);
}

gboolean
mr_db_has_failed (MrDb *self)
{
  return self->failed_io;
}

gboolean
mr_db_checkpoint (MrDb *self, gsize min_wal_bytes, gboolean truncate, GError **error)
{
  return self->backend->checkpoint (self, min_wal_bytes, truncate, error);
}

gboolean
mr_db_backup (MrDb *self, const char *path, GError **error)
{
  return self->backend->backup (self, path, error);
}
