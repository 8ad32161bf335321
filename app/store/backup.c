/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/backup.h"

#include "store/journal-inside.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixmounts.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PREFIX "millrace-"
#define SUFFIX ".journal"
#define PART ".part"
#define LAST_SECOND G_GINT64_CONSTANT (253402300799) /* of the year 9999 */
/* Closings within one second: the later one is named a second later. */
#define MAX_TRIES 60

void
mr_backup_file_free (MrBackupFile *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self);
}

/* --- names --- */

const char *
mr_backup_name_format (MrId till, gint64 made_at_us, char out[MR_BACKUP_NAME_SIZE])
{
  gint64 seconds = CLAMP (made_at_us / G_USEC_PER_SEC, 0, LAST_SECOND);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = g_date_time_format (time, "%Y%m%dT%H%M%SZ");
  char id[MR_ID_STRING_SIZE];

  g_snprintf (out, MR_BACKUP_NAME_SIZE, PREFIX "%s-%s" SUFFIX, mr_id_format (till, id), text);
  return out;
}

static gboolean
parse_digits (const char **text, guint n, int *value)
{
  *value = 0;
  for (guint i = 0; i < n; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      *value = *value * 10 + (**text - '0');
    }
  return TRUE;
}

/* "20260528T213000Z" */
static gboolean
parse_time (const char *text, gint64 *time_us)
{
  int year, month, day, hour, minute, second;
  g_autoptr (GDateTime) time = NULL;

  if (!parse_digits (&text, 4, &year) || !parse_digits (&text, 2, &month) ||
      !parse_digits (&text, 2, &day) || *text++ != 'T' || !parse_digits (&text, 2, &hour) ||
      !parse_digits (&text, 2, &minute) || !parse_digits (&text, 2, &second) ||
      strcmp (text, "Z") != 0)
    return FALSE;
  time = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (time == NULL || g_date_time_to_unix (time) < 0)
    return FALSE;
  *time_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

gboolean
mr_backup_name_parse (const char *name, MrId *till, gint64 *made_at_us)
{
  gsize id_length = MR_ID_STRING_SIZE - 1;
  g_autofree char *id = NULL;
  g_autofree char *time = NULL;
  char again[MR_BACKUP_NAME_SIZE];

  if (!g_str_has_prefix (name, PREFIX) || !g_str_has_suffix (name, SUFFIX) ||
      strlen (name) < strlen (PREFIX) + id_length + 1 + strlen (SUFFIX))
    return FALSE;
  name += strlen (PREFIX);
  id = g_strndup (name, id_length);
  time = g_strndup (name + id_length + 1, strlen (name) - id_length - 1 - strlen (SUFFIX));
  /* One name for one backup: what would be written otherwise is not one of ours. */
  return mr_id_parse (id, till) && parse_time (time, made_at_us) &&
         strcmp (mr_backup_name_format (*till, *made_at_us, again) + strlen (PREFIX), name) == 0;
}

/* --- listing --- */

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const MrBackupFile *left = *(MrBackupFile *const *) a, *right = *(MrBackupFile *const *) b;

  if (left->made_at_us != right->made_at_us)
    return left->made_at_us < right->made_at_us ? 1 : -1;
  return strcmp (left->path, right->path);
}

GPtrArray *
mr_backup_list (const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_backup_file_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      MrBackupFile file = { 0 };

      if (!mr_backup_name_parse (name, &file.till, &file.made_at_us))
        continue;
      file.path = g_build_filename (folder, name, NULL);
      g_ptr_array_add (files, g_memdup2 (&file, sizeof file));
    }
  g_ptr_array_sort (files, compare_newest_first);
  return files;
}

static void
thin_out (const char *folder, MrId till)
{
  g_autoptr (GPtrArray) files = mr_backup_list (folder);
  guint kept = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const MrBackupFile *file = g_ptr_array_index (files, i);

      /* Another till's files on the same stick are its own affair. */
      if (mr_id_equal (file->till, till) && ++kept > MR_BACKUP_KEEP)
        g_unlink (file->path);
    }
}

/* --- making --- */

static gboolean
check_copy (const char *path, GError **error)
{
  MrVerifyResult result = { 0 };
  g_autofree char *reason = NULL;

  if (!mr_journal_verify (path, &result, error))
    return FALSE;
  reason = result.reason;
  if (result.bad_writer == 0)
    return TRUE;
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
               "%s: writer %" G_GINT64_FORMAT ", entry %" G_GINT64_FORMAT ": %s", path,
               result.bad_writer, result.bad_n, reason);
  return FALSE;
}

/* The till's key is in it. On a stick without owners this does nothing, and the stick is to be kept like
 * the key to the drawer. */
static void
make_private (const char *path)
{
  if (g_chmod (path, 0600) != 0)
    g_debug ("%s: %s", path, g_strerror (errno));
}

static gboolean
write_copy (MrJournal *journal, const char *part, const char *path, const char *folder,
            GError **error)
{
  g_unlink (part);
  if (!mr_journal_backup (journal, part, error))
    return FALSE;
  make_private (part);
  if (check_copy (part, error) && mr_db_sync_path (part, error) &&
      (g_rename (part, path) == 0 || mr_db_fail_errno (path, error)) &&
      mr_db_sync_path (folder, error))
    return TRUE;
  g_unlink (part);
  return FALSE;
}

static void
name_file (MrBackupFile *file, const char *folder, gint64 now_us)
{
  char name[MR_BACKUP_NAME_SIZE];

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_free (file->path);
      file->made_at_us = (now_us / G_USEC_PER_SEC + i) * G_USEC_PER_SEC;
      file->path =
          g_build_filename (folder, mr_backup_name_format (file->till, file->made_at_us, name),
                            NULL);
      if (!g_file_test (file->path, G_FILE_TEST_EXISTS))
        return;
    }
}

MrBackupFile *
mr_backup_make (const char *dir, const char *folder, gint64 now_us, GError **error)
{
  g_autofree char *own = g_build_filename (dir, MR_BACKUP_FOLDER, NULL);
  g_autoptr (MrBackupFile) file = g_new0 (MrBackupFile, 1);
  g_autoptr (MrJournal) journal = NULL;
  g_autofree char *till = NULL;
  g_autofree char *part = NULL;

  if (folder == NULL && g_mkdir_with_parents (own, 0700) != 0)
    {
      mr_db_fail_errno (own, error);
      return NULL;
    }
  if (folder == NULL)
    folder = own;
  journal = mr_journal_open_reader (dir, error);
  if (journal == NULL)
    return NULL;
  till = mr_journal_dup_identity (journal, "till_id");
  if (till == NULL || !mr_id_parse (till, &file->till))
    file->till = MR_ID_NONE;
  name_file (file, folder, now_us);
  part = g_strconcat (file->path, PART, NULL);
  if (!write_copy (journal, part, file->path, folder, error))
    return NULL;
  thin_out (folder, file->till);
  return g_steal_pointer (&file);
}

/* --- a stick --- */

static gboolean
is_stick (GUnixMountEntry *mount)
{
  const char *path = g_unix_mount_get_mount_path (mount);

  return !g_unix_mount_is_readonly (mount) &&
         (g_str_has_prefix (path, "/media/") || g_str_has_prefix (path, "/run/media/"));
}

char *
mr_backup_find_stick (void)
{
  GList *mounts = g_unix_mounts_get (NULL);
  g_autofree char *found = NULL;

  for (GList *l = mounts; l != NULL && found == NULL; l = l->next)
    {
      g_autofree char *folder = NULL;

      if (!is_stick (l->data))
        continue;
      folder = g_build_filename (g_unix_mount_get_mount_path (l->data), "millrace", NULL);
      if (g_mkdir_with_parents (folder, 0700) == 0 && g_access (folder, W_OK) == 0)
        found = g_steal_pointer (&folder);
    }
  g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
  return g_steal_pointer (&found);
}
