/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/receipt.h"

G_BEGIN_DECLS

/* How documents are written. Private to this folder. Strings are copied; NULL is "". */

MrReceipt *mr_receipt_new (void);
void mr_receipt_add (MrReceipt *self, MrReceiptRowKind kind, MrReceiptStyle style, const char *left,
                     const char *right);
/* A text cut after @max_lines. */
void mr_receipt_add_name (MrReceipt *self, const char *name, guint max_lines);
/* Each line of @text centred. */
void mr_receipt_add_lines (MrReceipt *self, const char *text);
void mr_receipt_add_rule (MrReceipt *self);
/* Logo, shop, COPY mark. @title "" for a sale. */
void mr_receipt_add_head (MrReceipt *self, const MrReceiptFacts *facts, const char *title);
/* "2026-05-28 14:32" at the shop. */
char *mr_receipt_format_time (const MrReceiptFacts *facts, gint64 at_us);
/* "6.00" */
char *mr_receipt_format_money (const MrReceiptFacts *facts, gint64 amount_minor);
void mr_receipt_add_amount (MrReceipt *self, const MrReceiptFacts *facts, MrReceiptStyle style,
                            const char *label, gint64 amount_minor);
/* "13 %" of a rate in parts per million. (transfer full) */
char *mr_receipt_format_rate (guint32 rate_ppm);

G_END_DECLS
