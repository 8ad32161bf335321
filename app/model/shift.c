/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/shift.h"

static const gboolean moves[MR_N_SHIFT_STATES][MR_N_SHIFT_STATES] = {
  [MR_SHIFT_OPEN] = { [MR_SHIFT_CLOSED] = TRUE },
};

static const char *const state_names[MR_N_SHIFT_STATES] = {
  [MR_SHIFT_OPEN] = "open",
  [MR_SHIFT_CLOSED] = "closed",
};

MrShift *
mr_shift_new (MrId id, gint64 number, gint64 float_minor, gint64 grand_total_before_minor)
{
  MrShift *self = g_new0 (MrShift, 1);

  self->id = id;
  self->state = MR_SHIFT_OPEN;
  self->number = number;
  self->float_minor = float_minor;
  self->grand_total_minor = grand_total_before_minor;
  self->taxes = g_array_new (FALSE, FALSE, sizeof (MrTaxSum));

  return self;
}

MrShift *
mr_shift_copy (const MrShift *self)
{
  MrShift *copy = g_memdup2 (self, sizeof *self);

  copy->taxes = g_array_copy (self->taxes);
  return copy;
}

void
mr_shift_free (MrShift *self)
{
  g_array_unref (self->taxes);
  g_free (self);
}

static gboolean
add_up (gint64 *sum_minor, gint64 amount_minor)
{
  return mr_money_add (*sum_minor, amount_minor, sum_minor);
}

static gboolean
add_tenders (MrShift *self, const MrSale *sale)
{
  for (guint i = 0; i < mr_sale_get_n_tenders (sale); i++)
    {
      const MrTender *tender = mr_sale_get_tender (sale, i);
      MrTenderSum *sum = &self->tenders[tender->kind];

      sum->count++;
      if (!add_up (&sum->amount_minor, tender->amount_minor))
        return FALSE;
    }

  return add_up (&self->tenders[MR_TENDER_CASH].amount_minor,
                 -mr_sale_get_totals (sale)->change_minor);
}

static gboolean
add_tax (MrShift *self, const MrTaxSum *added)
{
  guint at = 0;

  for (; at < self->taxes->len; at++)
    {
      MrTaxSum *sum = &g_array_index (self->taxes, MrTaxSum, at);
      int order = mr_tax_compare (&sum->tax, &added->tax);

      if (order == 0)
        return add_up (&sum->amount_minor, added->amount_minor) &&
               add_up (&sum->tax_minor, added->tax_minor);
      if (order > 0)
        break;
    }

  g_array_insert_vals (self->taxes, at, added, 1);
  return TRUE;
}

static gboolean
add_returns (MrShift *self, const MrSale *sale)
{
  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);
      gint64 added_tax_minor = line->good->tax.inclusive ? 0 : line->tax_minor;

      if (line->removed || line->origin == NULL)
        continue;
      self->return_count++;
      if (!add_up (&self->return_minor, -line->amount_minor - added_tax_minor))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_sums (MrShift *self, const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);

  self->sale_count++;
  self->removed_line_count += mr_sale_get_n_lines (sale) - mr_sale_count_live_lines (sale);
  for (guint i = 0; i < mr_sale_get_n_taxes (sale); i++)
    {
      if (!add_tax (self, mr_sale_get_tax (sale, i)))
        return FALSE;
    }

  return add_up (&self->gross_minor, totals->gross_minor) &&
         add_up (&self->discount_minor, totals->discount_minor) &&
         add_up (&self->tax_minor, totals->tax_minor) &&
         add_up (&self->total_minor, totals->total_minor) &&
         add_up (&self->rounding_minor, totals->rounding_minor) &&
         add_up (&self->grand_total_minor, totals->total_minor) && add_tenders (self, sale) &&
         add_returns (self, sale);
}

gboolean
mr_shift_add_sale (MrShift *self, const MrSale *sale, GError **error)
{
  g_autoptr (MrShift) sum = NULL;
  MrShift before = *self;

  if (self->state != MR_SHIFT_OPEN || mr_sale_get_state (sale) != MR_SALE_COMPLETE)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE,
                   "a sale that is %s cannot be added to a shift that is %s",
                   mr_sale_state_to_string (mr_sale_get_state (sale)),
                   mr_shift_state_to_string (self->state));
      return FALSE;
    }

  /* Summed aside, so that a sum that leaves the range changes nothing. */
  sum = mr_shift_copy (self);
  if (!add_sums (sum, sale))
    {
      g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE,
                           "a sum of the shift would be too large");
      return FALSE;
    }

  *self = *sum;
  *sum = before;
  return TRUE;
}

gint64
mr_shift_get_expected_minor (const MrShift *self)
{
  return self->float_minor + self->tenders[MR_TENDER_CASH].amount_minor + self->cash_in_minor -
         self->cash_out_minor;
}

gint64
mr_shift_get_variance_minor (const MrShift *self)
{
  return self->counted_minor - mr_shift_get_expected_minor (self);
}

gboolean
mr_shift_close (MrShift *self, gboolean has_count, gint64 counted_minor, gint64 closed_at_us,
                GError **error)
{
  if (!moves[self->state][MR_SHIFT_CLOSED])
    {
      g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE,
                           "the shift is closed already");
      return FALSE;
    }
  if (has_count && (counted_minor < 0 || counted_minor > MR_MONEY_MAX_MINOR))
    {
      g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE,
                           "the counted sum is out of range");
      return FALSE;
    }

  self->state = MR_SHIFT_CLOSED;
  self->has_count = has_count;
  self->counted_minor = has_count ? counted_minor : 0;
  self->closed_at_us = closed_at_us;
  return TRUE;
}

char *
mr_shift_check (const MrShift *self)
{
  gint64 tax_minor = 0;
  gint64 amount_minor = 0;
  gint64 added_tax_minor = 0;
  gint64 taken_minor = 0;

  for (guint i = 0; i < self->taxes->len; i++)
    {
      const MrTaxSum *sum = &g_array_index (self->taxes, MrTaxSum, i);

      amount_minor += sum->amount_minor;
      tax_minor += sum->tax_minor;
      added_tax_minor += sum->tax.inclusive ? 0 : sum->tax_minor;
    }
  for (guint i = 0; i < MR_N_TENDERS; i++)
    taken_minor += self->tenders[i].amount_minor;

  if (tax_minor != self->tax_minor)
    return g_strdup ("the tax rules do not add up to the tax");
  if (amount_minor != self->gross_minor - self->discount_minor)
    return g_strdup ("the tax rules' amounts are not gross less discounts");
  if (amount_minor + added_tax_minor != self->total_minor)
    return g_strdup ("the amounts and taxes on top are not the total");
  if (taken_minor != self->total_minor + self->rounding_minor)
    return g_strdup ("the tenders are not total and rounding");
  return NULL;
}

const char *
mr_shift_state_to_string (MrShiftState state)
{
  g_assert (state < MR_N_SHIFT_STATES);
  return state_names[state];
}
