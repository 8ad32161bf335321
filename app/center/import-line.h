/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/goods.h"

#include "model/barcode.h"

G_BEGIN_DECLS

typedef enum
{
  MR_IMPORT_BARCODE,
  MR_IMPORT_NAME,
  MR_IMPORT_PRICE,
  MR_IMPORT_UNIT,
  MR_IMPORT_CATEGORY,
  MR_IMPORT_BRAND,
  MR_IMPORT_TAX,
  MR_IMPORT_PACK_OF,
  MR_IMPORT_SOLD_BY,
  MR_IMPORT_INITIALS,
  MR_IMPORT_N_COLUMNS,
} MrImportColumn;

/* Where each column stands in a record; -1 = not there. */
typedef struct
{
  int places[MR_IMPORT_N_COLUMNS];
  guint n_fields; /* in the header */
} MrImportColumns;

/* From the names in a header, English or Chinese. Names not known, or met a second time, are added to
 * @ignored (element-type utf8). An error when a required one is missing. */
gboolean mr_import_columns_find (MrImportColumns *self, GPtrArray *header, GPtrArray *ignored,
                                 GError **error);

/* What a line says, and the memory it says it in. */
typedef struct
{
  MrGoodsRow row;
  MrBarcode barcode;
  MrBarcode piece;
  char *category; /* (owned) */
  char *warning; /* (owned) (nullable) loaded, but somebody should look */
} MrImportLine;

void mr_import_line_clear (MrImportLine *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MrImportLine, mr_import_line_clear)

/* (nullable) (transfer full): why the line is refused, as the end of a sentence about it; NULL when it
 * is good. @line borrows @fields. Pure. */
char *mr_import_line_parse (MrImportLine *line, const MrImportColumns *columns, GPtrArray *fields,
                            const MrCurrency *currency);

G_END_DECLS
