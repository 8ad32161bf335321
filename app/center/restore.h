/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center-backup.h"

G_BEGIN_DECLS

/* Puts the backup @file in the place of the database @db_path, which nobody has open: the caller holds its
 * lock. @file is looked through first and copied, never moved; the database there was is kept aside as
 * @kept (owned), NULL where there was none. Each feed gets a new head, so that no till takes a position of
 * the lost time for one of the new; tills then push again what the backup has not, by themselves. @backup
 * says what was in the file. */
gboolean mr_center_restore (const char *file, const char *db_path, const MrWorld *world,
                            char **kept, MrCenterBackup *backup, GError **error);

G_END_DECLS
