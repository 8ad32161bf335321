/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/origin.h"

#include "model/money.h"

MrOrigin *
mr_origin_copy (const MrOrigin *self)
{
  MrOrigin *copy;

  if (self == NULL)
    return NULL;
  copy = g_memdup2 (self, sizeof *self);
  copy->receipt_label = g_strdup (self->receipt_label != NULL ? self->receipt_label : "");
  copy->reason = g_strdup (self->reason != NULL ? self->reason : "");
  return copy;
}

void
mr_origin_free (MrOrigin *self)
{
  if (self == NULL)
    return;
  g_free (self->receipt_label);
  g_free (self->reason);
  g_free (self);
}

void
mr_returned_add (GArray *rows, const MrReturned *more)
{
  for (guint i = 0; i < rows->len; i++)
    {
      MrReturned *row = &g_array_index (rows, MrReturned, i);

      if (row->line != more->line)
        continue;
      row->quantity_milli += more->quantity_milli;
      row->gross_minor += more->gross_minor;
      row->amount_minor += more->amount_minor;
      row->tax_minor += more->tax_minor;
      return;
    }
  g_array_append_vals (rows, more, 1);
}

MrReturned
mr_returned_find (const GArray *rows, guint line)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_array_index (rows, MrReturned, i).line == line)
      return g_array_index (rows, MrReturned, i);
  return (MrReturned){ .line = line };
}

/* Of what is left of @sold; never less than nothing, should two tills have given back too much. */
static gint64
take_share (gint64 sold, gint64 returned, gint64 quantity_milli, gint64 left_milli)
{
  return mr_money_ratio (MAX (sold - returned, 0), quantity_milli, left_milli);
}

gboolean
mr_origin_share (MrOrigin *self, const MrReturned *sold, const MrReturned *returned,
                 gint64 quantity_milli)
{
  gint64 left_milli = sold->quantity_milli - returned->quantity_milli;

  if (quantity_milli <= 0 || quantity_milli > left_milli)
    return FALSE;
  self->line = sold->line;
  self->sold_milli = sold->quantity_milli;
  self->gross_minor =
      take_share (sold->gross_minor, returned->gross_minor, quantity_milli, left_milli);
  self->amount_minor =
      MIN (take_share (sold->amount_minor, returned->amount_minor, quantity_milli, left_milli),
           self->gross_minor);
  self->tax_minor = take_share (sold->tax_minor, returned->tax_minor, quantity_milli, left_milli);
  return TRUE;
}
