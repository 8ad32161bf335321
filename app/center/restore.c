/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/restore.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* Their files may be gone, or be of the time that was lost: new ones are built. */
#define SQL_FORGET_SNAPSHOTS "DELETE FROM snapshot"

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

/* What the file holds is safe: it is a backup, and was just looked through. */
static gboolean
begin_anew (MrBatch *batch, gpointer data, GError **error)
{
  const MrCenterBackup *backup = data;

  return mr_feed_renew_all (batch->feeds, error) &&
         mr_db_run (batch->db, error, SQL_FORGET_SNAPSHOTS, "") &&
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

  return g_rename (source, target) == 0 || errno == ENOENT || mr_db_fail_errno (source, error);
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

/* --- putting it in its place --- */

static gboolean
replace_file (const char *copy, const char *db_path, gint64 now_us, char **kept, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (db_path);

  return keep_aside (db_path, now_us, kept, error) && move (copy, db_path, "", error) &&
         mr_db_sync_path (folder, error);
}

static gboolean
replace_database (const char *copy, const char *location, gint64 now_us, char **kept,
                  GError **error)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autofree char *suffix = g_date_time_format (time, "_before_%Y%m%dT%H%M%SZ");

  return mr_db_replace (location, copy, MR_CENTER_SQL, suffix, kept, error);
}

gboolean
mr_center_restore (const char *file, const char *location, const char *files_dir,
                   const MrWorld *world, char **kept, MrCenterBackup *backup, GError **error)
{
  const char *db_path =
      g_str_has_prefix (location, "sqlite:") ? location + strlen ("sqlite:") : NULL;
  g_autofree char *copy = db_path != NULL ? g_strconcat (db_path, ".restoring", NULL)
                                          : g_build_filename (files_dir, "center.restoring", NULL);
  g_autofree char *base = g_path_get_basename (file);
  gint64 now_us = mr_world_now_us (world);
  gboolean done;

  *kept = NULL;
  mr_center_backup_clear (backup);
  if (!mr_center_backup_verify (file, backup, error))
    return FALSE;
  if (g_mkdir_with_parents (files_dir, 0750) != 0)
    return mr_db_fail_errno (files_dir, error);
  backup->path = g_strdup (file);
  if (!mr_center_backup_name_parse (base, &backup->made_at_us))
    backup->made_at_us = 0;
  done = copy_file (file, copy, error) && prepare_copy (copy, world, backup, error) &&
         (db_path != NULL ? replace_file (copy, db_path, now_us, kept, error)
                          : replace_database (copy, location, now_us, kept, error));
  /* Moved to its place, or of no use any more. */
  g_unlink (copy);
  return done;
}
