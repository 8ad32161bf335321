/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/tax.h"

#include "model/money.h"

#define WHOLE_PPM 1000000

gint64
mr_tax_compute (const MrTax *self, gint64 amount_minor)
{
  gint64 rate_ppm = self->rate_ppm;

  return mr_money_ratio (amount_minor, rate_ppm,
                         self->inclusive ? WHOLE_PPM + rate_ppm : WHOLE_PPM);
}

int
mr_tax_compare (const MrTax *a, const MrTax *b)
{
  if (a->id != b->id)
    return a->id < b->id ? -1 : 1;
  if (a->rate_ppm != b->rate_ppm)
    return a->rate_ppm < b->rate_ppm ? -1 : 1;
  return (a->inclusive ? 1 : 0) - (b->inclusive ? 1 : 0);
}
