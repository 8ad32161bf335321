/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* How the last backup of the journal went. */
typedef enum
{
  MR_BACKUP_NONE_YET,
  MR_BACKUP_DONE, /* whole and verified, where it was to go */
  MR_BACKUP_ELSEWHERE, /* the folder or stick it was to go to is not there: it is in the till's own folder */
  MR_BACKUP_FAILED, /* the last one could not be made at all; earlier ones are still there */
} MrBackupState;

/**
 * MrBackupDesk:
 *
 * Makes a backup of the journal whenever a shift was closed (store/backup.h says what it is), on a thread of
 * its own: the next sale does not wait for it. Where to: the setting "backup-folder". Once a day, while nobody is
 * at the till, it looks through the journal itself in the same way, so that damage is found before closing. Main
 * thread.
 *
 * Signals:
 *   changed (): another state
 */
#define MR_TYPE_BACKUP_DESK (mr_backup_desk_get_type ())
G_DECLARE_FINAL_TYPE (MrBackupDesk, mr_backup_desk, MR, BACKUP_DESK, GObject)

/* Makes one now; one that is being made is followed by another. */
void mr_backup_desk_start (MrBackupDesk *self);
gboolean mr_backup_desk_is_running (MrBackupDesk *self);

MrBackupState mr_backup_desk_get_state (MrBackupDesk *self);
/* Time of the newest one that is whole, 0 = none. */
gint64 mr_backup_desk_get_made_at_us (MrBackupDesk *self);
/* (nullable) Its file; borrowed until "changed". */
const char *mr_backup_desk_get_path (MrBackupDesk *self);
/* The first entry in the journal's file that is damaged, "<writer>-<n>", until none is; "" = none. Found at closing
 * and by a look through the file once a day, remembered over restarts; borrowed until "changed". */
const char *mr_backup_desk_get_damage (MrBackupDesk *self);
/* What went wrong, "" = nothing; borrowed until "changed". */
const char *mr_backup_desk_get_problem (MrBackupDesk *self);

G_END_DECLS
