/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/sale-sums.h"

/* What one computation needs beside its results; rows are lines. */
typedef struct
{
  GPtrArray *lines; /* (unowned) */
  gint64 *weights; /* (owned) */
  gint64 *shares; /* (owned) */
} Sums;

static MrLine *
get_line (const Sums *self, guint index)
{
  return g_ptr_array_index (self->lines, index);
}

static gboolean
add_up (gint64 *sum_minor, gint64 amount_minor)
{
  return mr_money_add (*sum_minor, amount_minor, sum_minor);
}

/* What one sale may reach, in whatever order its lines came. */
static gboolean
is_in_range (const MrTotals *totals)
{
  return ABS (totals->gross_minor) <= MR_MONEY_MAX_MINOR &&
         ABS (totals->tax_minor) <= MR_MONEY_MAX_MINOR &&
         ABS (totals->total_minor) <= MR_MONEY_MAX_MINOR;
}

/* A line that is given back: its sums stand, and no discount or tax of this sale is shared out to it. */
static gboolean
give_back (MrLine *line, MrTotals *totals)
{
  const MrOrigin *origin = line->origin;

  line->gross_minor = -origin->gross_minor;
  line->discount_minor = origin->amount_minor - origin->gross_minor;
  line->sale_discount_minor = 0;
  line->amount_minor = line->removed ? 0 : -origin->amount_minor;
  line->tax_minor = line->removed ? 0 : -origin->tax_minor;
  if (line->removed)
    return TRUE;
  totals->discount_minor += line->discount_minor;
  return add_up (&totals->gross_minor, line->gross_minor);
}

static gboolean
compute_gross (Sums *self, MrTotals *totals, gint64 *asked_minor)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      MrLine *line = get_line (self, i);

      self->weights[i] = 0;
      if (line->origin != NULL)
        {
          if (!give_back (line, totals))
            return FALSE;
          continue;
        }
      if (!mr_money_times (line->unit_price_minor, line->quantity_milli, &line->gross_minor))
        return FALSE;
      line->discount_minor = MIN (line->discount_minor, line->gross_minor);
      line->sale_discount_minor = 0;
      line->amount_minor = 0;
      line->tax_minor = 0;
      self->weights[i] = line->removed ? 0 : line->gross_minor - line->discount_minor;
      if (line->removed)
        continue;

      totals->discount_minor += line->discount_minor;
      totals->pieces_milli +=
          line->good->sold_by == MR_SOLD_BY_WEIGHT ? MR_QUANTITY_ONE_MILLI : line->quantity_milli;
      if (!add_up (&totals->gross_minor, line->gross_minor))
        return FALSE;
      *asked_minor += self->weights[i];
    }

  return TRUE;
}

static void
share_discount (Sums *self, gint64 discount_minor)
{
  mr_money_allocate (discount_minor, self->weights, self->lines->len, self->shares);
  for (guint i = 0; i < self->lines->len; i++)
    {
      MrLine *line = get_line (self, i);

      if (line->removed || line->origin != NULL)
        continue;
      line->sale_discount_minor = self->shares[i];
      line->amount_minor = self->weights[i] - self->shares[i];
    }
}

/* The row of @tax in @taxes, which stays sorted; made when there is none. */
static MrTaxSum *
find_tax (GArray *taxes, const MrTax *tax)
{
  MrTaxSum row = { .tax = *tax };
  guint at = 0;

  for (; at < taxes->len; at++)
    {
      MrTaxSum *other = &g_array_index (taxes, MrTaxSum, at);
      int order = mr_tax_compare (&other->tax, tax);

      if (order == 0)
        return other;
      if (order > 0)
        break;
    }

  g_array_insert_val (taxes, at, row);
  return &g_array_index (taxes, MrTaxSum, at);
}

static void
collect_taxes (Sums *self, GArray *taxes)
{
  g_array_set_size (taxes, 0);
  for (guint i = 0; i < self->lines->len; i++)
    {
      const MrLine *line = get_line (self, i);

      if (!line->removed && line->origin == NULL)
        find_tax (taxes, &line->good->tax)->amount_minor += line->amount_minor;
    }
}

/* What is given back takes its own tax with it, as it was worked out when it was sold. */
static void
collect_returns (Sums *self, GArray *taxes)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const MrLine *line = get_line (self, i);
      MrTaxSum *sum;

      if (line->removed || line->origin == NULL)
        continue;
      sum = find_tax (taxes, &line->good->tax);
      sum->amount_minor += line->amount_minor;
      sum->tax_minor += line->tax_minor;
    }
}

static gboolean
is_under (const MrLine *line, const MrTax *tax)
{
  return !line->removed && line->origin == NULL && mr_tax_compare (&line->good->tax, tax) == 0;
}

static void
share_tax (Sums *self, const MrTaxSum *sum)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const MrLine *line = get_line (self, i);

      self->weights[i] = is_under (line, &sum->tax) ? line->amount_minor : 0;
    }

  mr_money_allocate (sum->tax_minor, self->weights, self->lines->len, self->shares);
  for (guint i = 0; i < self->lines->len; i++)
    {
      MrLine *line = get_line (self, i);

      if (is_under (line, &sum->tax))
        line->tax_minor = self->shares[i];
    }
}

static gboolean
compute_taxes (Sums *self, MrTotals *totals, GArray *taxes)
{
  collect_taxes (self, taxes);
  for (guint i = 0; i < taxes->len; i++)
    {
      MrTaxSum *sum = &g_array_index (taxes, MrTaxSum, i);

      sum->tax_minor = mr_tax_compute (&sum->tax, sum->amount_minor);
      share_tax (self, sum);
    }
  collect_returns (self, taxes);
  for (guint i = 0; i < taxes->len; i++)
    {
      const MrTaxSum *sum = &g_array_index (taxes, MrTaxSum, i);

      if (!add_up (&totals->tax_minor, sum->tax_minor) ||
          !add_up (&totals->total_minor, sum->amount_minor) ||
          (!sum->tax.inclusive && !add_up (&totals->total_minor, sum->tax_minor)))
        return FALSE;
    }

  return TRUE;
}

gboolean
mr_sale_sums_compute (GPtrArray *lines, gint64 discount_minor, MrTotals *totals, GArray *taxes)
{
  g_autofree gint64 *weights = g_new (gint64, lines->len);
  g_autofree gint64 *shares = g_new (gint64, lines->len);
  Sums sums = { lines, weights, shares };
  gint64 asked_minor = 0;
  gint64 effective_minor;

  totals->gross_minor = 0;
  totals->discount_minor = 0;
  totals->tax_minor = 0;
  totals->total_minor = 0;
  totals->pieces_milli = 0;
  g_array_set_size (taxes, 0);
  if (lines->len == 0)
    return TRUE;

  if (!compute_gross (&sums, totals, &asked_minor))
    return FALSE;
  effective_minor = MIN (discount_minor, asked_minor);
  totals->discount_minor += effective_minor;
  share_discount (&sums, effective_minor);

  return compute_taxes (&sums, totals, taxes) && is_in_range (totals);
}

/* Nothing is handed back of what is paid out: it ends with exactly what is due, or due in cash. */
static void
settle_refund (MrSettlement *self, gint64 left_to_cash_minor, gint64 cash_minor, gboolean has_cash,
               gint64 cash_rounding_minor)
{
  gint64 rounded_minor = mr_money_round_to (left_to_cash_minor, cash_rounding_minor);

  if (cash_minor == left_to_cash_minor)
    self->is_covered = TRUE;
  else if (has_cash && cash_minor == rounded_minor)
    {
      self->is_covered = TRUE;
      self->rounding_minor = rounded_minor - left_to_cash_minor;
    }
  else
    {
      self->due_minor = left_to_cash_minor - cash_minor;
      /* Other tenders after cash may leave less than the coins already paid out: then it is the rest. */
      self->cash_due_minor =
          rounded_minor > cash_minor ? self->due_minor : rounded_minor - cash_minor;
    }
}

MrSettlement
mr_sale_sums_settle (gint64 total_minor, const GArray *tenders, gint64 cash_rounding_minor)
{
  MrSettlement settlement = { 0 };
  gint64 cash_minor = 0;
  gint64 left_to_cash_minor = total_minor;
  gint64 rounded_minor;
  gboolean has_cash = FALSE;

  for (guint i = 0; i < tenders->len; i++)
    {
      const MrTender *tender = &g_array_index (tenders, MrTender, i);

      settlement.given_minor += tender->amount_minor;
      if (tender->kind == MR_TENDER_CASH)
        {
          has_cash = TRUE;
          cash_minor += tender->amount_minor;
        }
      else
        left_to_cash_minor -= tender->amount_minor;
    }

  if (total_minor < 0)
    {
      settle_refund (&settlement, left_to_cash_minor, cash_minor, has_cash, cash_rounding_minor);
      return settlement;
    }
  rounded_minor = mr_money_round_to (left_to_cash_minor, cash_rounding_minor);
  if (cash_minor == left_to_cash_minor)
    settlement.is_covered = TRUE;
  else if (has_cash && cash_minor >= rounded_minor)
    {
      settlement.is_covered = TRUE;
      settlement.rounding_minor = rounded_minor - left_to_cash_minor;
      settlement.change_minor = cash_minor - rounded_minor;
    }
  else if (cash_minor > left_to_cash_minor)
    {
      settlement.is_covered = TRUE;
      settlement.change_minor = cash_minor - left_to_cash_minor;
    }
  else
    {
      settlement.due_minor = left_to_cash_minor - cash_minor;
      settlement.cash_due_minor = rounded_minor - cash_minor;
    }

  return settlement;
}
