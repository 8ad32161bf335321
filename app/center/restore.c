/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SQL_FEEDS "SELECT id FROM feed ORDER BY id"
/* Their files may be gone, or be of the time that was lost: new ones are built. */
#define SQL_FORGET_SNAPSHOTS "DELETE FROM snapshot"

static gboolean
fail (GError **error, const char *path)
{
  int code = errno;

  g_set_error (error, MR_DB_ERROR, code == ENOSPC ? MR_DB_ERROR_FULL : MR_DB_ERROR_IO, "%s: %s",
               path, g_strerror (code));
  return FALSE;
}

/* --- the copy --- */

static gboolean
copy_file (const char *file, const char *path, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", file, NULL);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY | MR_DB_STILL, error);

  if (db == NULL)
    return FALSE;
  /* Of a restore that was cut short. */
  g_unlink (path);
  return mr_db_backup (db, path, error);
}

static gboolean
renew_feeds (MrBatch *batch, GError **error)
{
  g_autoptr (GArray) feeds = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MrQuery) query = mr_db_select (batch->db, error, SQL_FEEDS, "");
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      gint64 feed_id = mr_query_get_int (query, 0);

      g_array_append_val (feeds, feed_id);
    }
  for (guint i = 0; i < feeds->len && step == MR_STEP_DONE; i++)
    if (!mr_feed_renew (batch->feeds, g_array_index (feeds, gint64, i), error))
      return FALSE;
  return step == MR_STEP_DONE;
}

/* What the file holds is safe: it is a backup, and was just looked through. */
static gboolean
begin_anew (MrBatch *batch, gpointer data, GError **error)
{
  const MrCenterBackup *backup = data;

  return renew_feeds (batch, error) && mr_db_run (batch->db, error, SQL_FORGET_SNAPSHOTS, "") &&
         mr_center_backup_note (batch, data, error) &&
         mr_batch_note (batch, "console", "restored", backup->path, error);
}

/* Brought up to date and told what it is, before it is in anybody's way. */
static gboolean
prepare_copy (const char *path, const MrWorld *world, MrCenterBackup *backup, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *files = g_strconcat (path, "-files", NULL);
  g_autoptr (MrCenter) center = mr_center_open (location, files, world, error);
  gboolean prepared = center != NULL && mr_center_run (center, begin_anew, backup, error) &&
                      mr_db_checkpoint (mr_center_get_db (center), 0, TRUE, error);

  g_clear_pointer (&center, mr_center_close);
  g_rmdir (files);
  return prepared;
}

/* --- the old one --- */

static gboolean
move (const char *from, const char *to, const char *suffix, GError **error)
{
  g_autofree char *source = g_strconcat (from, suffix, NULL);
  g_autofree char *target = g_strconcat (to, suffix, NULL);

  return g_rename (source, target) == 0 || errno == ENOENT || fail (error, source);
}

/* With the log first: left behind, it would be played into the file that comes. */
static gboolean
keep_aside (const char *db_path, gint64 now_us, char **kept, GError **error)
{
  char name[MR_CENTER_BACKUP_NAME_SIZE];

  if (!g_file_test (db_path, G_FILE_TEST_EXISTS))
    return TRUE;
  *kept = g_strdup_printf ("%s.before-%s", db_path, mr_center_backup_name_format (now_us, name));
  return move (db_path, *kept, "-wal", error) && move (db_path, *kept, "-shm", error) &&
         move (db_path, *kept, "", error);
}

static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    fail (error, folder);
  if (fd >= 0)
    close (fd);
  return synced;
}

gboolean
mr_center_restore (const char *file, const char *db_path, const MrWorld *world, char **kept,
                   MrCenterBackup *backup, GError **error)
{
  g_autofree char *copy = g_strconcat (db_path, ".restoring", NULL);
  g_autofree char *base = g_path_get_basename (file);

  *kept = NULL;
  mr_center_backup_clear (backup);
  if (!mr_center_backup_verify (file, backup, error))
    return FALSE;
  backup->path = g_strdup (file);
  if (!mr_center_backup_name_parse (base, &backup->made_at_us))
    backup->made_at_us = 0;
  if (copy_file (file, copy, error) && prepare_copy (copy, world, backup, error) &&
      keep_aside (db_path, mr_world_now_us (world), kept, error) && move (copy, db_path, "", error))
    return sync_folder (db_path, error);
  g_unlink (copy);
  return FALSE;
}
