/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/id.h"

G_BEGIN_DECLS

/* Backups of journal.db, made when a shift is closed: what a new computer becomes this till from. A backup
 * is the whole journal, the till's key with it, in one file named
 *
 *   millrace-<till id>-<YYYYMMDD>T<hhmmss>Z.journal
 *
 * with the time in UTC, and the zero id before enrolment. It appears under that name only once it is whole,
 * verified (as millrace-verify does) and on the disk; while it is made it is called the same with ".part"
 * behind. It is opened like any journal.db: copied as journal.db into an empty folder it is one. */

#define MR_BACKUP_KEEP 7 /* of each till in a folder */
#define MR_BACKUP_NAME_SIZE 80
#define MR_BACKUP_FOLDER "backups" /* in the till's own folder, when no other was chosen */

typedef struct
{
  char *path; /* (owned) */
  MrId till; /* MR_ID_NONE = before enrolment */
  gint64 made_at_us; /* whole seconds */
} MrBackupFile;
void mr_backup_file_free (MrBackupFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrBackupFile, mr_backup_file_free)

/* Times outside the years 1970 to 9999 are written as the nearest one inside. */
const char *mr_backup_name_format (MrId till, gint64 made_at_us, char out[MR_BACKUP_NAME_SIZE]);
gboolean mr_backup_name_parse (const char *name, MrId *till, gint64 *made_at_us)
    G_GNUC_WARN_UNUSED_RESULT;

/* Copies the journal of @dir (the till's folder) into @folder, verifies the copy, then removes all but the
 * newest MR_BACKUP_KEEP of this till. Reads through a connection of its own, so that it may be called on
 * any thread beside a till that sells. @folder must be there: a stick that is not plugged in is an error,
 * not a folder on the system's disk; but MR_BACKUP_FOLDER in @dir, when @folder is NULL, is made.
 * MR_DB_ERROR, or MR_JOURNAL_ERROR_BROKEN when the copy does not verify: nothing of it stays. */
MrBackupFile *mr_backup_make (const char *dir, const char *folder, gint64 now_us, GError **error);

/* The backups in @folder by their names, newest first; empty when there is no such folder.
 * (element-type MrBackupFile) (transfer full) */
GPtrArray *mr_backup_list (const char *folder);

/* (nullable) (transfer full): a folder on a stick or card that is plugged in and can be written, made there
 * ("millrace"). */
char *mr_backup_find_stick (void);

G_END_DECLS
