/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"

#include "center/center-backup.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>

typedef struct
{
  const char *folder;
  MrCenterBackup backup;
} Errand;

static gboolean
copy (MrCenter *center, gpointer data, GError **error)
{
  Errand *errand = data;

  return mr_center_backup_copy (center, errand->folder, &errand->backup, error);
}

/* The file is named only once all of it was read back. */
static gboolean
make (const MrCommandHost *host, Errand *errand, GError **error)
{
  g_autofree char *part = NULL;

  if (!host->read (host->user, copy, errand, error))
    return FALSE;
  part = mr_center_backup_dup_part (&errand->backup);
  if (mr_center_backup_verify (part, &errand->backup, error) &&
      mr_center_backup_finish (&errand->backup, error))
    return mr_command_write_job (host, mr_center_backup_note, &errand->backup, error);
  g_unlink (part);
  return FALSE;
}

static gboolean
thin (const MrCommandHost *host, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) gone = mr_center_backup_thin (folder, mr_world_now_us (host->world));

  return gone->len == 0 || mr_command_write_job (host, mr_center_backup_forget, gone, error);
}

gboolean
mr_command_backup (const MrCommandHost *host, char **arguments, GError **error)
{
  g_auto (MrCenterBackup) backup = { NULL };
  Errand errand = { NULL };
  const GOptionEntry entries[] = { { NULL } };
  gboolean done;

  if (!mr_command_parse (&arguments, entries, 1, "backup FOLDER", error))
    return FALSE;
  errand.folder = arguments[1];
  done = make (host, &errand, error) && thin (host, errand.folder, error) &&
         mr_command_write_job (host, mr_center_prune_feeds, NULL, error);
  backup = errand.backup;
  if (done)
    mr_command_print (host, _ ("%s: %" PRId64 " entries of %u journals, verified.\n"), backup.path,
                      backup.n_entries, backup.heads->len);
  return done;
}
