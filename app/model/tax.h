/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrTax:
 * @id: the tax rule's id at the center; 0 = none
 * @rate_ppm: parts per million: 13 % is 130000
 * @inclusive: whether shelf prices hold the tax already (China, Europe) or it comes on top (USA)
 *
 * One policy, in one place: the tax of a sale is computed once per rule on the sum of its lines,
 * rounded half away from zero, and shared out to the lines by largest remainder
 * (mr_money_allocate()), so that lines, sale and Z agree to the minor unit.
 */
typedef struct
{
  gint64 id;
  guint32 rate_ppm;
  gboolean inclusive;
} MrTax;

/* The highest rate a sale takes: 1,000 %. */
#define MR_TAX_MAX_RATE_PPM 10000000

/* The tax in (inclusive) or on (exclusive) @amount_minor, rounded half away from zero. */
gint64 mr_tax_compute (const MrTax *self, gint64 amount_minor);

/* By id, then rate, then kind: a rule whose rate changed while a basket was open is two rules.
 * < 0, 0, > 0 as for strcmp(). */
int mr_tax_compare (const MrTax *a, const MrTax *b);

G_END_DECLS
