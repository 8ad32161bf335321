/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-private.h"
#include "till/tender-label.h"

#define GETTEXT_PACKAGE MR_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

/* What a name may take of the paper; the whole one is on the screen. */
#define MAX_NAME_LINES 3

static void
add_sale_head (MrReceipt *self, const MrReceiptFacts *facts)
{
  g_autofree char *time = mr_receipt_format_time (facts, facts->at_us);
  g_autofree char *number = g_strdup_printf (_ ("No. %s"), facts->label);
  g_autofree char *till = g_strdup_printf (_ ("Till %s"), facts->till);

  mr_receipt_add_head (self, facts, "");
  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, number, till);
  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, time, facts->staff);
  mr_receipt_add_rule (self);
}

static void
add_line (MrReceipt *self, const MrReceiptFacts *facts, const MrLine *line)
{
  g_autofree char *quantity = mr_quantity_format (line->quantity_milli);
  g_autofree char *price = mr_receipt_format_money (facts, line->unit_price_minor);
  gboolean weighed = line->good->sold_by == MR_SOLD_BY_WEIGHT && *line->good->unit != '\0';
  g_autofree char *left = g_strdup_printf ("  %s%s%s × %s", quantity, weighed ? " " : "",
                                           weighed ? line->good->unit : "", price);
  const char *name = *line->good->name != '\0' ? line->good->name : _ ("Goods");
  g_autofree char *returned = g_strdup_printf (_ ("Return: %s"), name);

  mr_receipt_add_name (self, line->origin != NULL ? returned : name, MAX_NAME_LINES);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, left, line->gross_minor);
  if (line->discount_minor != 0)
    {
      g_autofree char *label = g_strdup_printf ("  %s", _ ("Discount"));

      mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, label, -line->discount_minor);
    }
  if (line->origin != NULL && *line->origin->receipt_label != '\0')
    {
      g_autofree char *label = g_strdup_printf (_ ("  of receipt %s"), line->origin->receipt_label);

      mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_PLAIN, label, NULL);
    }
}

static void
add_lines (MrReceipt *self, const MrReceiptFacts *facts, const MrSale *sale)
{
  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);

      if (!line->removed)
        add_line (self, facts, line);
    }
  mr_receipt_add_rule (self);
}

/* What comes on top of the shelf prices, between the lines and the total. */
static void
add_taxes_on_top (MrReceipt *self, const MrReceiptFacts *facts, const MrSale *sale)
{
  for (guint i = 0; i < mr_sale_get_n_taxes (sale); i++)
    {
      const MrTaxSum *sum = mr_sale_get_tax (sale, i);
      g_autofree char *rate = mr_receipt_format_rate (sum->tax.rate_ppm);
      g_autofree char *label = g_strdup_printf (_ ("Tax %s"), rate);

      if (!sum->tax.inclusive && sum->tax.rate_ppm > 0)
        mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, label, sum->tax_minor);
    }
}

static void
add_total (MrReceipt *self, const MrReceiptFacts *facts, const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);
  g_autofree char *pieces = mr_quantity_format (totals->pieces_milli);

  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, _ ("Pieces"), pieces);
  if (totals->gross_minor != totals->total_minor)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Subtotal"), totals->gross_minor);
  if (totals->discount_minor != 0)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Discounts in all"),
                           -totals->discount_minor);
  add_taxes_on_top (self, facts, sale);
  mr_receipt_add_amount (self, facts, MR_RECEIPT_BIG | MR_RECEIPT_BOLD, _ ("Total"),
                         totals->total_minor);
}

static void
add_tenders (MrReceipt *self, const MrReceiptFacts *facts, const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);

  if (totals->rounding_minor != 0)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, _ ("Rounding"), totals->rounding_minor);
  for (guint i = 0; i < mr_sale_get_n_tenders (sale); i++)
    {
      const MrTender *tender = mr_sale_get_tender (sale, i);
      const char *label = mr_tender_get_label (tender->kind);
      g_autofree char *paid_out = g_strdup_printf (_ ("Paid out: %s"), label);

      mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN,
                             tender->amount_minor < 0 ? paid_out : label, tender->amount_minor);
    }
  if (totals->change_minor != 0)
    mr_receipt_add_amount (self, facts, MR_RECEIPT_BOLD, _ ("Change"), totals->change_minor);
}

/* Inclusive taxes: what of the total they are. */
static void
add_taxes_within (MrReceipt *self, const MrReceiptFacts *facts, const MrSale *sale)
{
  gboolean ruled = FALSE;

  for (guint i = 0; i < mr_sale_get_n_taxes (sale); i++)
    {
      const MrTaxSum *sum = mr_sale_get_tax (sale, i);
      g_autofree char *rate = mr_receipt_format_rate (sum->tax.rate_ppm);
      g_autofree char *amount = mr_receipt_format_money (facts, sum->amount_minor);
      g_autofree char *label = g_strdup_printf (_ ("Tax %s in %s"), rate, amount);

      if (!sum->tax.inclusive || sum->tax.rate_ppm == 0)
        continue;
      if (!ruled)
        mr_receipt_add_rule (self);
      ruled = TRUE;
      mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, label, sum->tax_minor);
    }
}

/* On a copy, and on the screen: what has come back of it by now. */
static void
add_returned (MrReceipt *self, const MrReceiptFacts *facts, const MrSale *sale)
{
  gboolean headed = FALSE;

  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);
      MrReturned gone = mr_returned_find (facts->returned, line->number);
      g_autofree char *quantity = mr_quantity_format (gone.quantity_milli);
      g_autofree char *left = g_strdup_printf ("  %s × %s", quantity, line->good->name);
      gint64 added_tax_minor = line->good->tax.inclusive ? 0 : gone.tax_minor;

      if (gone.quantity_milli == 0)
        continue;
      if (!headed)
        {
          mr_receipt_add_rule (self);
          mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_BOLD, _ ("Returned since"), NULL);
        }
      headed = TRUE;
      mr_receipt_add_amount (self, facts, MR_RECEIPT_PLAIN, left,
                             -gone.amount_minor - added_tax_minor);
    }
}

MrReceipt *
mr_receipt_new_sale (const MrSale *sale, const MrReceiptFacts *facts)
{
  MrReceipt *self = mr_receipt_new ();
  char id[MR_ID_STRING_SIZE];

  add_sale_head (self, facts);
  add_lines (self, facts, sale);
  add_total (self, facts, sale);
  add_tenders (self, facts, sale);
  add_taxes_within (self, facts, sale);
  add_returned (self, facts, sale);
  mr_receipt_add_rule (self);
  mr_receipt_add_lines (self, facts->footer);
  if (!mr_id_is_none (facts->entry_id))
    mr_receipt_add (self, MR_RECEIPT_QR, MR_RECEIPT_CENTER, mr_id_format (facts->entry_id, id),
                    NULL);
  return self;
}
