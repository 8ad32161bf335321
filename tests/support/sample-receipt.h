/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/receipt.h"

/* 2026-05-28 14:32:00 in Shanghai. */
#define SAMPLE_RECEIPT_AT_US (G_GINT64_CONSTANT (1779949920) * G_USEC_PER_SEC)
#define SAMPLE_RECEIPT_HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

extern const MrId sample_receipt_id;

typedef struct
{
  const char *name;
  const char *unit;
  gint64 price_minor;
  gint64 quantity_milli;
  gint64 discount_minor;
  MrSoldBy sold_by;
  MrTax tax;
} SampleItem;

/* A basket of @n goods; not paid. */
MrSale *sample_receipt_make_sale (const char *currency, gint64 rounding_minor,
                                  const SampleItem *items, gsize n);
void sample_receipt_pay (MrSale *sale, MrTenderKind kind, gint64 amount_minor);
void sample_receipt_finish (MrSale *sale);

/* Several rates, a weighed good, discounts on a line and on the sale, names without end in two scripts,
 * cash rounded to the jiao, two tenders: COMPLETE. */
MrSale *sample_receipt_make_full_sale (void);
MrReceiptFacts sample_receipt_make_facts (GTimeZone *zone);

/* The words of receipts from now on: "C", "zh_CN". */
void sample_receipt_use_language (const char *language);
