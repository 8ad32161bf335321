/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"
#include "model/shift.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MR_RECEIPT_TEXT, /* left, wrapped to the paper; aligned as said */
  MR_RECEIPT_PAIR, /* left and right at the two ends of one line */
  MR_RECEIPT_RULE, /* a line across */
  MR_RECEIPT_BLANK, /* an empty line */
  MR_RECEIPT_QR, /* left is what the code says */
  MR_RECEIPT_BARCODE, /* left: 13 or 8 digits with a right check digit as EAN, else as Code 128 */
  MR_RECEIPT_LOGO, /* where the shop's logo goes, if it has one */
} MrReceiptRowKind;

typedef enum
{
  MR_RECEIPT_PLAIN = 0,
  MR_RECEIPT_BOLD = 1 << 0,
  MR_RECEIPT_BIG = 1 << 1, /* twice as wide and high: a line holds half the columns */
  MR_RECEIPT_CENTER = 1 << 2,
  MR_RECEIPT_RIGHT = 1 << 3, /* of a painted piece: it ends at its right edge */
} MrReceiptStyle;

typedef struct
{
  MrReceiptRowKind kind;
  MrReceiptStyle style;
  const char *left; /* "" = none */
  const char *right; /* "" = none */
  guint max_lines; /* of TEXT: cut with "…" after so many; 0 = all */
} MrPaperRow;

/* What a receipt says beyond the sale. Strings are borrowed for the call. */
typedef struct
{
  const char *shop_name;
  const char *header; /* address, phone; several lines; "" = none */
  const char *footer; /* "" = none */
  const char *till; /* "2" or its name */
  const char *staff; /* who served; "" = not printed */
  const char *label; /* receipt number as printed; "" for X and Z */
  MrId entry_id; /* in the QR code: a receipt's identity */
  gint64 at_us; /* when it happened */
  gint64 printed_at_us; /* of a copy: when that was made */
  GTimeZone *time_zone; /* (nullable) = UTC */
  const char *currency; /* ISO 4217 */
  guint copy; /* 0 = the original, else COPY and its number */
  const GArray *returned; /* (nullable) (element-type MrReturned): what has come back of it since */
} MrReceiptFacts;

typedef enum
{
  MR_REPORT_X, /* 交班: read, nothing is closed */
  MR_REPORT_Z, /* 日结: the shift is closed and sealed */
} MrReportKind;

/**
 * MrReceipt:
 *
 * A piece of paper as a document: rows without measures, from which the printer's bytes, the preview
 * on the screen and plain text are made, for paper of any width. Immutable, reference-counted.
 * Its words go through gettext when it is made.
 */
typedef struct _MrReceipt MrReceipt;

MrReceipt *mr_receipt_new_sale (const MrSale *sale, const MrReceiptFacts *facts);
MrReceipt *mr_receipt_new_report (const MrShift *shift, MrReportKind kind,
                                  const MrReceiptFacts *facts);
/* What a test print says: the widths, every script the receipt's makers know, every code. */
MrReceipt *mr_receipt_new_test (const MrReceiptFacts *facts);
MrReceipt *mr_receipt_ref (MrReceipt *self);
void mr_receipt_unref (MrReceipt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrReceipt, mr_receipt_unref)

guint mr_receipt_get_n_rows (const MrReceipt *self);
const MrPaperRow *mr_receipt_get_row (const MrReceipt *self, guint index);

/* @columns: 32 (58 mm) or 48 (80 mm). Lines end with LF; codes are their text in brackets. */
char *mr_receipt_to_text (const MrReceipt *self, int columns);

G_END_DECLS
