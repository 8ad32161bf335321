/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrImportTable:
 *
 * A table as people have it: CSV or TSV (by the header: a tab, else the more frequent of `,` and `;`),
 * gzip or plain, UTF-8 or GB18030, read record by record. In CSV a quoted field may hold line ends; a
 * quote that is never closed spoils its own line only. In TSV a field is what stands between two
 * tabs, but for the quotes a spreadsheet puts round it. One thread at a time; blocks on its stream.
 */
typedef struct _MrImportTable MrImportTable;

#define MR_IMPORT_MAX_LINE_BYTES 65536

#define MR_IMPORT_ERROR (mr_import_error_quark ())
GQuark mr_import_error_quark (void);
typedef enum
{
  MR_IMPORT_ERROR_FORMAT, /* not a table this can read: the message says what to do */
} MrImportError;

typedef struct
{
  guint64 line; /* number of its first line in the file; the header's is 1 */
  GPtrArray *
      fields; /* (element-type utf8) (unowned) UTF-8 without control characters, trimmed; valid until the next */
  const char *remark; /* (nullable) what was mended in it */
  const char *fault; /* (nullable) why it cannot be read; fields may be empty then */
} MrImportRecord;

/* Reads the header. */
MrImportTable *mr_import_table_new (GInputStream *stream, GError **error);
void mr_import_table_free (MrImportTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrImportTable, mr_import_table_free)

/* (element-type utf8) the names in the header, as written */
GPtrArray *mr_import_table_get_header (MrImportTable *self);
/* FALSE at the end, and on an error of the stream. Empty lines are passed over. */
gboolean mr_import_table_next (MrImportTable *self, MrImportRecord *record, GError **error);

G_END_DECLS
