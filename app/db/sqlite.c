/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"
#include "db/dialect.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 5000

/* SQLite's files go through this VFS; NULL = the system's. */
static const char *vfs_in_use;

void
mr_db_use_vfs (const char *vfs_name)
{
  g_atomic_pointer_set (&vfs_in_use, (gpointer) g_intern_string (vfs_name));
}

/* --- errors --- */

static MrDbError
translate_code (int code, int system_errno)
{
  /* unixWrite() knows ENOSPC only; a quota that is used up is the same to the owner of the shop. */
  if ((code & 0xff) == SQLITE_IOERR && (system_errno == ENOSPC || system_errno == EDQUOT))
    return MR_DB_ERROR_FULL;

  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return MR_DB_ERROR_BUSY;
    case SQLITE_FULL:
      return MR_DB_ERROR_FULL;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
      return MR_DB_ERROR_IO;
    case SQLITE_CORRUPT:
      return MR_DB_ERROR_CORRUPT;
    case SQLITE_CONSTRAINT:
      return MR_DB_ERROR_CONFLICT;
    default:
      return MR_DB_ERROR_FAILED;
    }
}

static const char *
describe_code (MrDbError code)
{
  switch (code)
    {
    case MR_DB_ERROR_BUSY:
      return "the database is being written by somebody else";
    case MR_DB_ERROR_FULL:
      return "there is no room left on the disk";
    case MR_DB_ERROR_IO:
      return "the disk failed";
    case MR_DB_ERROR_CORRUPT:
      return "the file is damaged";
    case MR_DB_ERROR_CONFLICT:
      return "the row is refused";
    case MR_DB_ERROR_FAILED:
    case MR_DB_ERROR_NEWER:
    case MR_DB_ERROR_MISSING:
    case MR_DB_ERROR_LOST:
    default:
      return "the statement failed";
    }
}

void
mr_sqlite_set_error (MrDb *db, int code, const char *doing, GError **error)
{
  MrDbError ours = translate_code (code, sqlite3_system_errno (db->connection));

  if (ours == MR_DB_ERROR_IO)
    db->failed_io = TRUE;
  /* Any statement would have met that: which one it was only hides what people can do about it. */
  if (ours == MR_DB_ERROR_FULL || ours == MR_DB_ERROR_BUSY)
    doing = NULL;
  if ((code & 0xff) == SQLITE_NOTADB)
    g_set_error (error, MR_DB_ERROR, ours, "%s: the file is not a database", db->path);
  else
    g_set_error (error, MR_DB_ERROR, ours, "%s: %s (%s%s%s, SQLite %d)", db->path,
                 describe_code (ours), sqlite3_errmsg (db->connection), doing != NULL ? ": " : "",
                 doing != NULL ? doing : "", code);
}

/* --- connection --- */

static void
close_connection (MrDb *db)
{
  /* After a failed write or fsync nobody knows what of the WAL is on the disk: it is left for the next
   * opening to look at, never folded into the file by a connection that may be wrong about it. */
  if (db->failed_io)
    sqlite3_db_config (db->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  int code = sqlite3_close (db->connection);
  if (code != SQLITE_OK)
    g_critical ("%s: closed while in use", db->path);
}

static gboolean
exec_sql (MrDb *db, const char *sql, GError **error)
{
  int code = sqlite3_exec (db->connection, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;

  mr_sqlite_set_error (db, code, NULL, error);
  return FALSE;
}

static gboolean
is_in_transaction (MrDb *db)
{
  return !sqlite3_get_autocommit (db->connection);
}

static gboolean
set_durable (MrDb *db, gboolean durable, GError **error)
{
  /* Not a kept statement: this pragma acts when it is prepared, not when it is stepped. */
  return exec_sql (db, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
                   error);
}

static gint64
get_changes (MrDb *db)
{
  return sqlite3_changes64 (db->connection);
}

/* --- statements --- */

static gpointer
prepare_statement (MrDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  const char *tail = NULL;
  int code = sqlite3_prepare_v3 (db->connection, sql, (int) mr_dialect_cut_for_update (sql),
                                 SQLITE_PREPARE_PERSISTENT, &statement, &tail);

  if (code != SQLITE_OK)
    {
      mr_sqlite_set_error (db, code, sql, error);
      return NULL;
    }
  g_assert (statement != NULL);
  g_assert (tail[strspn (tail, " \n;")] == '\0' || strcmp (tail, " FOR UPDATE") == 0);
  return statement;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static gboolean
bind_int (gpointer statement, int index, gint64 value)
{
  return sqlite3_bind_int64 (statement, index, value) == SQLITE_OK;
}

static gboolean
bind_text (gpointer statement, int index, const char *value)
{
  return sqlite3_bind_text (statement, index, value, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

static gboolean
bind_bytes (gpointer statement, int index, const void *data, gsize length)
{
  return sqlite3_bind_blob64 (statement, index, data, length, SQLITE_TRANSIENT) == SQLITE_OK;
}

static gboolean
bind_null (gpointer statement, int index)
{
  return sqlite3_bind_null (statement, index) == SQLITE_OK;
}

static MrStep
step_statement (MrDb *db, gpointer statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return MR_STEP_ROW;
  if (code == SQLITE_DONE)
    return MR_STEP_DONE;

  mr_sqlite_set_error (db, code, sqlite3_sql (statement), error);
  return MR_STEP_ERROR;
}

static void
reset_statement (gpointer statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

static gint64
get_int (gpointer statement, int column)
{
  return sqlite3_column_int64 (statement, column);
}

static const char *
get_text (gpointer statement, int column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

static gconstpointer
get_bytes (gpointer statement, int column, gsize *length)
{
  gconstpointer bytes = sqlite3_column_blob (statement, column);

  *length = (gsize) sqlite3_column_bytes (statement, column);
  /* An empty value is not a missing one. */
  if (bytes == NULL && sqlite3_column_type (statement, column) != SQLITE_NULL)
    return "";
  return bytes;
}

static gboolean
is_null (gpointer statement, int column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL;
}

static int
has_table (MrDb *db, const char *name, GError **error)
{
  gint64 count = 0;

  if (!mr_db_get_int (db, &count, error,
                      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1", "s",
                      name))
    return -1;
  return count > 0;
}

static const MrBackend backend = {
  .close = close_connection,
  .exec = exec_sql,
  .in_transaction = is_in_transaction,
  .set_durable = set_durable,
  .checkpoint = mr_sqlite_checkpoint,
  .backup = mr_sqlite_backup,
  .get_changes = get_changes,
  .has_table = has_table,
  .prepare = prepare_statement,
  .finalize = finalize_statement,
  .bind_int = bind_int,
  .bind_text = bind_text,
  .bind_bytes = bind_bytes,
  .bind_null = bind_null,
  .step = step_statement,
  .reset = reset_statement,
  .get_int = get_int,
  .get_text = get_text,
  .get_bytes = get_bytes,
  .is_null = is_null,
  /* A deferred transaction takes its view with the first read: so there is one. */
  .begin_read = "BEGIN; SELECT count(*) FROM sqlite_schema",
  .begin_write = "BEGIN IMMEDIATE",
};

/* --- opening --- */

static gboolean
is_missing (const char *path)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (g_atomic_pointer_get (&vfs_in_use));
  int exists = 0;

  return vfs != NULL && vfs->xAccess (vfs, path, SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK &&
         !exists;
}

/* The files of a till may have been touched by others: what is in their schema is not trusted to call
 * functions with effects, and nobody writes to the schema behind SQLite's back. */
static gboolean
harden (MrDb *db, GError **error)
{
  sqlite3_extended_result_codes (db->connection, 1);
  sqlite3_busy_timeout (db->connection, BUSY_TIMEOUT_MS);
  sqlite3_db_config (db->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  /* Double quotes are for names: a misspelt column must not become a text. */
  sqlite3_db_config (db->connection, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (db->connection, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  /* Debian's SQLite zeroes what is deleted; where that costs a write of its own it is left out. */
  return exec_sql (db,
                   "PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192;"
                   "PRAGMA secure_delete = FAST",
                   error);
}

static gboolean
use_wal (MrDb *db, GError **error)
{
  g_autofree char *mode = mr_db_get_text (db, error, "PRAGMA journal_mode = WAL", "");

  if (mode == NULL)
    return FALSE;
  if (!g_str_equal (mode, "wal") && !g_str_equal (mode, "memory"))
    {
      g_set_error (
          error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
          "%s: the file system does not allow a write-ahead log (is it in a network folder?)",
          db->path);
      return FALSE;
    }
  return exec_sql (db, "PRAGMA wal_autocheckpoint = 0", error);
}

static gboolean
set_up (MrDb *db, GError **error)
{
  if (!harden (db, error))
    return FALSE;
  if ((db->flags & MR_DB_WRITE) == 0)
    {
      /* A reader never folds the log into the file: the one writer does. */
      sqlite3_db_config (db->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
      /* Reads the first page, so that what is not a database is said here. */
      return exec_sql (db, "SELECT count(*) FROM sqlite_schema", error);
    }

  db->durable = (db->flags & MR_DB_DURABLE) != 0;
  return use_wal (db, error) && set_durable (db, db->durable, error);
}

/* The file's name as SQLite is to be given it: plain, or with the promise that nobody writes. */
static char *
name_file (const char *path, MrDbFlags flags)
{
  if ((flags & MR_DB_STILL) == 0)
    return g_strdup (path);

  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  g_autofree char *uri = g_filename_to_uri (whole, NULL, NULL);
  return g_strconcat (uri, "?immutable=1", NULL);
}

MrDb *
mr_sqlite_open (const char *path, MrDbFlags flags, GError **error)
{
  g_autoptr (MrDb) db = g_new0 (MrDb, 1);
  sqlite3 *connection = NULL;
  int open_flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;

  if ((flags & MR_DB_WRITE) == 0)
    open_flags |= SQLITE_OPEN_READONLY;
  else
    open_flags |= SQLITE_OPEN_READWRITE | ((flags & MR_DB_CREATE) != 0 ? SQLITE_OPEN_CREATE : 0);

  if ((flags & MR_DB_STILL) != 0)
    open_flags |= SQLITE_OPEN_URI;

  g_autofree char *name = name_file (path, flags);
  db->backend = &backend;
  db->path = g_strdup (path);
  db->name = g_strdup (path);
  db->flags = flags;

  int code = sqlite3_open_v2 (name, &connection, open_flags, g_atomic_pointer_get (&vfs_in_use));
  db->connection = connection;
  if (code != SQLITE_OK)
    {
      if ((code & 0xff) == SQLITE_CANTOPEN && (flags & MR_DB_CREATE) == 0 && is_missing (path))
        g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_MISSING, "%s: there is no such file", path);
      else
        mr_sqlite_set_error (db, code, NULL, error);
      return NULL;
    }
  return set_up (db, error) ? g_steal_pointer (&db) : NULL;
}
