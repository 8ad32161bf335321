/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/sale.h"

/* What the lines of a sale add up to, summed here once more so that mr_sale_check() trusts nothing. */
typedef struct
{
  gint64 gross_minor;
  gint64 line_discount_minor;
  gint64 sale_discount_minor;
  gint64 amount_minor;
  gint64 tax_minor;
  gint64 added_tax_minor; /* of exclusive rules */
} LineSums;

static const char *
check_return (const MrLine *line)
{
  const MrOrigin *origin = line->origin;

  if (line->quantity_milli >= 0 || -line->quantity_milli > origin->sold_milli)
    return "more is given back than was sold";
  if (origin->amount_minor < 0 || origin->amount_minor > origin->gross_minor ||
      origin->tax_minor < 0)
    return "a line is given back for more than it was";
  if (line->gross_minor != -origin->gross_minor ||
      line->discount_minor != origin->amount_minor - origin->gross_minor)
    return "a line is given back for another price";
  if (line->sale_discount_minor != 0)
    return "a line that is given back has a share of the sale's discount";
  if (line->amount_minor != (line->removed ? 0 : -origin->amount_minor) ||
      line->tax_minor != (line->removed ? 0 : -origin->tax_minor))
    return "a line's sums are not what is given back";
  return NULL;
}

static const char *
check_line (const MrLine *line)
{
  gint64 gross_minor;

  if (line->number == 0)
    return "a line has no number";
  if (line->origin != NULL)
    return check_return (line);
  if (line->quantity_milli <= 0)
    return "a quantity is not positive";
  if (!mr_money_times (line->unit_price_minor, line->quantity_milli, &gross_minor) ||
      gross_minor != line->gross_minor)
    return "a line's gross is not price times quantity";
  if (line->discount_minor < 0 || line->discount_minor > line->gross_minor)
    return "a line's discount is not within its gross";
  if (line->removed &&
      (line->amount_minor != 0 || line->tax_minor != 0 || line->sale_discount_minor))
    return "a removed line counts for something";
  if (!line->removed &&
      line->amount_minor != line->gross_minor - line->discount_minor - line->sale_discount_minor)
    return "a line's amount is not gross less discounts";
  if (line->amount_minor < 0 || line->sale_discount_minor < 0 || line->tax_minor < 0)
    return "a line has a negative sum";
  return NULL;
}

static const char *
sum_lines (const MrSale *sale, LineSums *sums)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);
      const char *broken = check_line (line);

      if (broken != NULL)
        return broken;
      if (!g_hash_table_add (numbers, GUINT_TO_POINTER (line->number)))
        return "two lines have one number";
      if (line->removed)
        continue;

      sums->gross_minor += line->gross_minor;
      sums->line_discount_minor += line->discount_minor;
      sums->sale_discount_minor += line->sale_discount_minor;
      sums->amount_minor += line->amount_minor;
      sums->tax_minor += line->tax_minor;
      sums->added_tax_minor += line->good->tax.inclusive ? 0 : line->tax_minor;
    }

  return NULL;
}

static const char *
check_totals (const MrSale *sale, const LineSums *sums)
{
  const MrTotals *totals = mr_sale_get_totals (sale);

  if (totals->gross_minor != sums->gross_minor)
    return "the lines' gross is not the sale's";
  if (totals->discount_minor != sums->line_discount_minor + sums->sale_discount_minor)
    return "the lines' discounts are not the sale's";
  if (mr_sale_get_discount_minor (sale) != sums->sale_discount_minor)
    return "the shares of the sale's discount are not the discount";
  if (totals->tax_minor != sums->tax_minor)
    return "the lines' tax is not the sale's";
  if (totals->total_minor != sums->amount_minor + sums->added_tax_minor)
    return "the lines' amounts are not the total";
  return NULL;
}

/* What was sold under @tax, and the tax given back with what was returned under it. */
static void
sum_rule (const MrSale *sale, const MrTax *tax, gint64 *sold_minor, gint64 *returned_tax_minor)
{
  *sold_minor = *returned_tax_minor = 0;
  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);

      if (line->removed || mr_tax_compare (&line->good->tax, tax) != 0)
        continue;
      if (line->origin != NULL)
        *returned_tax_minor += line->tax_minor;
      else
        *sold_minor += line->amount_minor;
    }
}

static const char *
check_taxes (const MrSale *sale, const LineSums *sums)
{
  gint64 amount_minor = 0;
  gint64 tax_minor = 0;

  for (guint i = 0; i < mr_sale_get_n_taxes (sale); i++)
    {
      const MrTaxSum *sum = mr_sale_get_tax (sale, i);
      gint64 sold_minor, returned_tax_minor;

      sum_rule (sale, &sum->tax, &sold_minor, &returned_tax_minor);
      if (i > 0 && mr_tax_compare (&mr_sale_get_tax (sale, i - 1)->tax, &sum->tax) >= 0)
        return "the tax rules are not in order";
      if (sum->tax_minor != mr_tax_compute (&sum->tax, sold_minor) + returned_tax_minor)
        return "a rule's tax is not its rate of its amount";
      amount_minor += sum->amount_minor;
      tax_minor += sum->tax_minor;
    }

  if (amount_minor != sums->amount_minor || tax_minor != sums->tax_minor)
    return "the tax rules do not add up to the lines";
  return NULL;
}

static const char *
check_tenders (const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);
  gint64 given_minor = 0;
  gint64 cash_minor = 0;
  gboolean is_refund = totals->total_minor < 0;

  for (guint i = 0; i < mr_sale_get_n_tenders (sale); i++)
    {
      const MrTender *tender = mr_sale_get_tender (sale, i);

      if (is_refund ? tender->amount_minor > 0 : tender->amount_minor < 0)
        return "a tender runs the wrong way";
      given_minor += tender->amount_minor;
      cash_minor += tender->kind == MR_TENDER_CASH ? tender->amount_minor : 0;
    }

  if (given_minor != totals->given_minor)
    return "the tenders are not what was given";
  if (is_refund ? given_minor - cash_minor < totals->total_minor
                : given_minor - cash_minor > totals->total_minor)
    return "recorded tenders are more than the total";
  if (is_refund && totals->change_minor != 0)
    return "there is change of what is paid out";
  if (!is_refund && (totals->change_minor < 0 || totals->change_minor > cash_minor))
    return "the change is not within the cash";
  if (2 * ABS (totals->rounding_minor) > mr_sale_get_cash_rounding_minor (sale))
    return "the rounding is more than half a cash step";
  return NULL;
}

static const char *
check_state (const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);
  MrSaleState state = mr_sale_get_state (sale);

  if (state != MR_SALE_PAYING && state != MR_SALE_COMPLETE && mr_sale_get_n_tenders (sale) > 0)
    return "a sale that is not being paid has tenders";
  if (state == MR_SALE_COMPLETE && !mr_sale_is_covered (sale))
    return "a complete sale is not covered";
  if (mr_sale_is_covered (sale))
    {
      if (totals->due_minor != 0 || totals->given_minor - totals->change_minor !=
                                        totals->total_minor + totals->rounding_minor)
        return "tenders less change are not total and rounding";
    }
  else if (totals->given_minor + totals->due_minor != totals->total_minor ||
           totals->rounding_minor != 0 || totals->change_minor != 0)
    return "what was given and what is due are not the total";
  return NULL;
}

char *
mr_sale_check (const MrSale *self)
{
  LineSums sums = { 0 };
  const char *broken = sum_lines (self, &sums);

  if (broken == NULL)
    broken = check_totals (self, &sums);
  if (broken == NULL)
    broken = check_taxes (self, &sums);
  if (broken == NULL)
    broken = check_tenders (self);
  if (broken == NULL)
    broken = check_state (self);

  return g_strdup (broken);
}
