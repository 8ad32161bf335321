/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"

G_BEGIN_DECLS

/**
 * mr_sale_sums_compute:
 * @lines: (element-type MrLine): their sums are set
 * @discount_minor: wanted on the whole sale, ≥ 0; at most what the lines ask for takes effect
 * @totals: gross, discount, tax, total and pieces are set; the rest is left alone
 * @taxes: (element-type MrTaxSum): filled anew
 *
 * The one place where the sums of a sale are worked out.
 *
 * Returns: FALSE when a sum would leave ±MR_MONEY_MAX_MINOR; sums are undefined then
 */
gboolean mr_sale_sums_compute (GPtrArray *lines, gint64 discount_minor, MrTotals *totals,
                               GArray *taxes) G_GNUC_WARN_UNUSED_RESULT;

/**
 * MrSettlement:
 *
 * How what was given stands to the total.
 */
typedef struct
{
  gint64 given_minor;
  gint64 due_minor; /* still to pay (< 0: out), without cash rounding; 0 when covered */
  gint64 cash_due_minor; /* the same if the rest is cash; 0 when covered */
  gint64 rounding_minor; /* 0 until covered */
  gint64 change_minor; /* 0 until covered */
  gboolean is_covered;
} MrSettlement;

/* The one place of cash rounding and change. With D = total − recorded tenders, what is left to cash,
 * and D' its nearest cash step: what was given exactly is never rounded; cash of D' or more covers D,
 * is rounded by D' − D and gives back cash − D'; cash that is more than D but short of D' gives back
 * cash − D. Of a total below zero tenders are paid out: it ends with D, or with D' when cash was in it, and
 * nothing is given back. */
MrSettlement mr_sale_sums_settle (gint64 total_minor, const GArray *tenders,
                                  gint64 cash_rounding_minor);

G_END_DECLS
