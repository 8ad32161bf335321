/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"
#include "model/world.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 lines; /* with something in them, the header not counted */
  guint64 added; /* packs */
  guint64 changed;
  guint64 same; /* as it stands already */
  guint64 repeated; /* the same line again */
  guint64 refused;
  guint64 warned; /* loaded, but listed in the report */
} MrImportCounts;

/**
 * MrImport:
 *
 * Goods out of a table somebody else wrote, into a region's offer. It goes in steps of a few thousand
 * lines, each a transaction, so that a server gives its tills' entries their turn in between. A barcode met a
 * second time in one file: the first line wins and the other is refused, unless both say the same. A wrong
 * check digit is a warning: the code is loaded as it is. Importing a file twice changes nothing.
 */
typedef struct _MrImport MrImport;

/* Reads the header. @report, when not NULL, is given a line for each refused and each warned line: line number,
 * "refused" or "warning", barcode, name, reason, separated by tabs, after a header. */
MrImport *mr_import_new (GInputStream *stream, gint64 region_id, const MrWorld *world,
                         GOutputStream *report, GError **error);
void mr_import_free (MrImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrImport, mr_import_free)

/* One batch into @db, the same one each time. @done: the file is at its end. After an error of
 * the database the batch is as if it had never been; when the file breaks off, what came before is loaded.
 * Either way the batches before stay, and the import is over. */
gboolean mr_import_step (MrImport *self, MrDb *db, gboolean *done, GError **error);
const MrImportCounts *mr_import_get_counts (MrImport *self);
/* (element-type utf8) names of columns that mean nothing to the import. */
GPtrArray *mr_import_get_ignored (MrImport *self);
/* "12 added, 3 changed, …", (transfer full) */
char *mr_import_describe (MrImport *self);

typedef void (*MrImportProgress) (const MrImportCounts *counts, gpointer user);
/* All steps in a row. @counts is filled in as far as it came. */
gboolean mr_import_run (MrImport *self, MrDb *db, MrImportProgress progress, gpointer user,
                        GError **error);

G_END_DECLS
