/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-private.h"
#include "till/tender-label.h"

#define GETTEXT_PACKAGE MR_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

static void
add_count (MrReceipt *self, const char *label, gint64 count)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, count);

  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, label, text);
}

static void
add_time (MrReceipt *self, const MrReceiptFacts *facts, const char *label, gint64 at_us)
{
  g_autofree char *time = mr_receipt_format_time (facts, at_us);

  if (at_us != 0)
    mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, label, time);
}

static void
add_shift (MrReceipt *self, const MrShift *shift, const MrReceiptFacts *facts)
{
  g_autofree char *till = g_strdup_printf (_ ("Till %s"), facts->till);

  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, till, facts->staff);
  add_count (self, _ ("Shift"), shift->number);
  add_time (self, facts, _ ("Opened"), shift->opened_at_us);
  if (shift->state == MR_SHIFT_CLOSED)
    add_time (self, facts, _ ("Closed"), shift->closed_at_us);
  else
    add_time (self, facts, _ ("Read"), facts->at_us);
  mr_receipt_add_rule (self);
}

static void
add_sales (MrReceipt *self, const MrShift *shift, const MrReceiptFacts *facts)
{
  g_autofree char *returns = g_strdup_printf (_ ("Returns (%u)"), shift->return_count);

  add_count (self, _ ("Sales"), shift->sale_count);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Before discounts"), shift->gross_minor);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Discounts in all"),
                         -shift->discount_minor);
  if (shift->return_count > 0)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, returns, -shift->return_minor);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_BIG | MR_RECEIPT_BOLD, _ ("Total"),
                         shift->total_minor);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Rounding"), shift->rounding_minor);
  mr_receipt_add_rule (self);
}

static void
add_tenders (MrReceipt *self, const MrShift *shift, const MrReceiptFacts *facts)
{
  for (guint kind = 0; kind < MR_N_TENDERS; kind++)
    {
      const MrTenderSum *sum = &shift->tenders[kind];
      g_autofree char *label = g_strdup_printf ("%s (%u)", mr_tender_get_label (kind), sum->count);

      if (sum->count > 0 || kind == MR_TENDER_CASH)
        mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, label, sum->amount_minor);
    }
  mr_receipt_add_rule (self);
}

static void
add_taxes (MrReceipt *self, const MrShift *shift, const MrReceiptFacts *facts)
{
  for (guint i = 0; i < shift->taxes->len; i++)
    {
      const MrTaxSum *sum = &g_array_index (shift->taxes, MrTaxSum, i);
      g_autofree char *rate = mr_receipt_format_rate (sum->tax.rate_ppm);
      g_autofree char *amount = mr_receipt_format_money (facts, sum->amount_minor);
      g_autofree char *label = sum->tax.inclusive
                                   ? g_strdup_printf (_ ("Tax %s in %s"), rate, amount)
                                   : g_strdup_printf (_ ("Tax %s on %s"), rate, amount);

      mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, label, sum->tax_minor);
    }
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Tax in all"), shift->tax_minor);
  mr_receipt_add_rule (self);
}

static void
add_drawer (MrReceipt *self, const MrShift *shift, const MrReceiptFacts *facts)
{
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Float"), shift->float_minor);
  if (shift->cash_in_minor != 0)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Cash put in"), shift->cash_in_minor);
  if (shift->cash_out_minor != 0)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Cash taken out"),
                           -shift->cash_out_minor);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_BOLD, _ ("Cash expected"),
                         mr_shift_get_expected_minor (shift));
  if (shift->state == MR_SHIFT_CLOSED && shift->has_count)
    {
      mr_receipt_add_amount (self, facts, MR_RECEIPT_BOLD, _ ("Cash counted"),
                             shift->counted_minor);
      mr_receipt_add_amount (self, facts, MR_RECEIPT_BOLD, _ ("Difference"),
                             mr_shift_get_variance_minor (shift));
    }
  else if (shift->state == MR_SHIFT_CLOSED)
    mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_PLAIN, _ ("Closed without counting"), NULL);
  mr_receipt_add_rule (self);
}

static void
add_exceptions (MrReceipt *self, const MrShift *shift)
{
  add_count (self, _ ("Drawer opened without a sale"), shift->no_sale_count);
  add_count (self, _ ("Baskets given up"), shift->void_count);
  add_count (self, _ ("Lines removed"), shift->removed_line_count);
  mr_receipt_add_rule (self);
}

MrReceipt *
mr_receipt_new_report (const MrShift *shift, MrReportKind kind, const MrReceiptFacts *facts)
{
  MrReceipt *self = mr_receipt_new ();
  char id[MR_ID_STRING_SIZE];

  /* Translators: glossary: X 交班, Z 日结 */
  mr_receipt_add_head (self, facts, kind == MR_REPORT_Z ? _ ("Z report") : _ ("X report"));
  add_shift (self, shift, facts);
  add_sales (self, shift, facts);
  add_tenders (self, shift, facts);
  add_taxes (self, shift, facts);
  add_drawer (self, shift, facts);
  add_exceptions (self, shift);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Grand total"),
                         shift->grand_total_minor);
  if (!mr_id_is_none (facts->entry_id))
    mr_receipt_add (self, MR_RECEIPT_QR, MR_RECEIPT_CENTER, mr_id_format (facts->entry_id, id),
                    NULL);
  return self;
}
