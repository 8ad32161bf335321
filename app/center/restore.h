/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center-backup.h"

G_BEGIN_DECLS

/* Puts the backup @file in the place of the database @location, which nobody has open: of a file the caller
 * holds the lock. A backup is the same whichever database it was made of, and goes to either. @file is looked
 * through first and copied, never moved; a database in use is kept aside as @kept (owned), a path or a
 * database's name, NULL where there was none. Each feed gets a new head, so that no till takes a position of
 * the lost time for one of the new; tills then push again what the backup has not, by themselves. @backup
 * says what was in the file. */
gboolean mr_center_restore (const char *file, const char *location, const char *files_dir,
                            const MrWorld *world, char **kept, MrCenterBackup *backup,
                            GError **error);

G_END_DECLS
