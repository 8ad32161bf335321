/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"

#include <sqlite3.h>

/* Size of the write-ahead log, 0 when there is none. */
static gsize
measure_wal (MrDb *db)
{
  sqlite3_file *file = NULL;
  sqlite3_int64 size = 0;

  if (sqlite3_file_control (db->connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) !=
          SQLITE_OK ||
      file == NULL || file->pMethods == NULL ||
      file->pMethods->xFileSize (file, &size) != SQLITE_OK)
    return 0;
  return (gsize) size;
}

gboolean
mr_sqlite_checkpoint (MrDb *db, gsize min_wal_bytes, gboolean truncate, GError **error)
{
  if (!truncate && min_wal_bytes > 0 && measure_wal (db) <= min_wal_bytes)
    return TRUE;

  int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  int code = sqlite3_wal_checkpoint_v2 (db->connection, NULL, mode, NULL, NULL);

  /* Readers may hold back a passive one: what is left is taken next time. */
  if (code == SQLITE_OK || (!truncate && (code & 0xff) == SQLITE_BUSY))
    return TRUE;

  mr_sqlite_set_error (db, code, NULL, error);
  return FALSE;
}

static gboolean
copy_pages (MrDb *from, sqlite3 *to, const char *path, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from->connection, "main");
  int code = SQLITE_ERROR;

  if (backup != NULL)
    {
      sqlite3_backup_step (backup, -1);
      code = sqlite3_backup_finish (backup);
    }
  if (code == SQLITE_OK)
    return TRUE;

  int ours = (code & 0xff) == SQLITE_FULL ? MR_DB_ERROR_FULL : MR_DB_ERROR_IO;
  g_set_error (error, MR_DB_ERROR, ours, "%s: the backup could not be written: %s", path,
               sqlite3_errmsg (to));
  return FALSE;
}

/* Opens the copy as a reader would and lets SQLite look at every page. */
static gboolean
test_open (const char *path, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (MrDb) copy = mr_db_open (location, MR_DB_WRITE, error);

  if (copy == NULL)
    return FALSE;

  g_autofree char *verdict = mr_db_get_text (copy, error, "PRAGMA quick_check(1)", "");
  if (verdict == NULL)
    return FALSE;
  if (!g_str_equal (verdict, "ok"))
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT, "%s: the backup is damaged: %s", path,
                   verdict);
      return FALSE;
    }
  /* One file, which a reader need not write anything beside; whoever opens it to write has a log again. */
  return mr_db_exec (copy, "PRAGMA journal_mode = DELETE", error);
}

gboolean
mr_sqlite_backup (MrDb *db, const char *path, GError **error)
{
  sqlite3_vfs *vfs = NULL;
  int exists = 0;

  sqlite3_file_control (db->connection, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
  if (vfs->xAccess (vfs, path, SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK && exists)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                   "%s: there is a file of this name already; a backup never replaces one", path);
      return FALSE;
    }

  sqlite3 *to = NULL;
  int code = sqlite3_open_v2 (path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs->zName);
  gboolean done = FALSE;

  if (code != SQLITE_OK)
    g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_IO, "%s: the backup could not be made: %s", path,
                 sqlite3_errmsg (to));
  else
    done = copy_pages (db, to, path, error);
  sqlite3_close (to);

  done = done && test_open (path, error);
  if (!done)
    vfs->xDelete (vfs, path, 0);
  return done;
}
