/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Backups of the center's database, and what is *safe* by them: a till keeps each entry at least until it is
 * in a backup that was opened and looked through. A backup is one file,
 *
 *   millrace-center-<YYYYMMDD>T<hhmmss>Z.db
 *
 * with the time (UTC) at which it was begun; while it is made it has ".part" behind its name. */

#define MR_CENTER_BACKUP_NAME_SIZE 48
const char *mr_center_backup_name_format (gint64 made_at_us, char out[MR_CENTER_BACKUP_NAME_SIZE]);
gboolean mr_center_backup_name_parse (const char *name, gint64 *made_at_us)
    G_GNUC_WARN_UNUSED_RESULT;

/* How far a chain goes in a backup. */
typedef struct
{
  gint64 shop_id;
  MrId writer;
  gint64 n;
  MrHash h;
} MrBackupHead;

typedef struct
{
  char *path; /* (owned) */
  gint64 made_at_us;
  gint64 bytes;
  gint64 n_entries;
  GArray *heads; /* (owned) of MrBackupHead */
} MrCenterBackup;
void mr_center_backup_clear (MrCenterBackup *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MrCenterBackup, mr_center_backup_clear)

/* Copies the database of @center, which may be a reader, to a part file in @folder; self->path is
 * the name it is to get, which no other backup has. */
gboolean mr_center_backup_copy (MrCenter *center, const char *folder, MrCenterBackup *self,
                                GError **error);
/* Opens the file of @path and looks at all of it: every page, every chain from its first entry to the head
 * its writer has. Fills in bytes, n_entries and heads. MR_DB_ERROR_CORRUPT when it is no good. Needs no
 * center, and changes nothing. */
gboolean mr_center_backup_verify (const char *path, MrCenterBackup *self, GError **error);
/* (transfer full): where the copy is until it has its name. */
char *mr_center_backup_dup_part (const MrCenterBackup *self);
/* Gives a copy that was verified its name, and makes sure that it is on the disk. */
gboolean mr_center_backup_finish (MrCenterBackup *self, GError **error);

/* Notes MrBackupHeads that cannot be lost any more as safe, in a transaction; they are in the order of their writers'
 * names. */
gboolean mr_center_note_safe (MrDb *db, const GArray *heads, GError **error);
/* A MrCenterJob with a MrCenterBackup that was finished: notes it, and what is safe by it. */
gboolean mr_center_backup_note (MrBatch *batch, gpointer backup, GError **error);

/* Which of the backups made at @times (µs, newest first) are to go, so that the newest three stay, one an
 * hour of the last day, one a day of two weeks, one a week of two months and one a month before that.
 * (transfer full) (element-type gint64) */
GArray *mr_center_backup_choose_old (const GArray *times, gint64 now_us);
/* Removes those from @folder. (transfer full) (element-type utf8): their paths. */
GPtrArray *mr_center_backup_thin (const char *folder, gint64 now_us);
/* A MrCenterJob with a GPtrArray of paths: that they are gone. */
gboolean mr_center_backup_forget (MrBatch *batch, gpointer paths, GError **error);

G_END_DECLS
