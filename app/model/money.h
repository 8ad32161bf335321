/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Money is a count of minor units (fen, cent) in a gint64 whose name ends in _minor. Amounts that
 * come in from outside are at most MR_MONEY_MAX_MINOR either way, so that sums of ten thousand of
 * them stay far from overflow; every product goes through mr_money_times(). */
#define MR_MONEY_MAX_MINOR G_GINT64_CONSTANT (1000000000000)

#define MR_MONEY_ERROR (mr_money_error_quark ())
GQuark mr_money_error_quark (void);
typedef enum
{
  MR_MONEY_ERROR_INVALID, /* not a number as written */
  MR_MONEY_ERROR_RANGE, /* a number, but too large or with too many decimals */
} MrMoneyError;

/**
 * MrCurrency:
 * @code: ISO 4217
 * @digits: decimals of the minor unit
 * @largest_note_minor: the largest note in everyday use, for "is this sum a slip of the hand?"
 * @notes_minor: denominations of notes and coins, largest first, ended by 0
 */
typedef struct
{
  char code[4];
  guint digits;
  gint64 largest_note_minor;
  gint64 notes_minor[20];
} MrCurrency;

/* (nullable) (static): CNY, USD, EUR, GBP, JPY, TWD, HKD, … */
const MrCurrency *mr_currency_find (const char *code);

/* a + b; FALSE, leaving @sum alone, when the result leaves ±MR_MONEY_MAX_MINOR × 10^4. */
gboolean mr_money_add (gint64 a_minor, gint64 b_minor, gint64 *sum_minor) G_GNUC_WARN_UNUSED_RESULT;

/* unit price × quantity (thousandths), rounded half away from zero to a minor unit.
 * FALSE, leaving @amount_minor alone, when the result leaves ±MR_MONEY_MAX_MINOR. */
gboolean mr_money_times (gint64 unit_price_minor, gint64 quantity_milli, gint64 *amount_minor)
    G_GNUC_WARN_UNUSED_RESULT;

/* amount × numerator / denominator, rounded half away from zero; denominator > 0, and the
 * result must fit 64 bits (it does for amounts and tax rates within their limits).
 * The intermediate product is 128 bits wide. The one division of money in Millrace. */
gint64 mr_money_ratio (gint64 amount_minor, gint64 numerator, gint64 denominator);

/* Splits @total_minor over @n_weights non-negative weights so that the shares' sum is the total:
 * floor shares first, the rest by largest remainder, ties to the lower index; a negative
 * total is split as its magnitude. All weights zero: everything goes to index 0. @shares_minor has room for @n_weights; n_weights > 0. */
void mr_money_allocate (gint64 total_minor, const gint64 *weights, gsize n_weights,
                        gint64 *shares_minor);

/* Nearest multiple of @increment_minor (half away from zero); @increment_minor ≥ 1. */
gint64 mr_money_round_to (gint64 amount_minor, gint64 increment_minor);

/* "12", "12.5", "-12.50", ".5", "12." with @digits (≤ 6) decimals at the most; no grouping, no
 * currency sign, no white space. @amount_minor is left alone on error. */
gboolean mr_money_parse (const char *text, guint digits, gint64 *amount_minor, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* "12.50", always with @digits decimals and a point. */
char *mr_money_format (gint64 amount_minor, guint digits);

G_END_DECLS
