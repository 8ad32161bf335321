/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/money.h"

#include <stdlib.h>
#include <string.h>

#define MR_MONEY_MAX_SUM_MINOR (MR_MONEY_MAX_MINOR * 10000)
#define MAX_DIGITS 6

G_DEFINE_QUARK (mr - money - error - quark, mr_money_error)

/* Notes and coins in circulation, as the central banks list them. The largest note is the largest
 * one a shop sees on an ordinary day, not the largest that exists. */
static const MrCurrency currencies[] = {
  { "CNY", 2, 10000, { 10000, 5000, 2000, 1000, 500, 100, 50, 10, 0 } },
  { "USD", 2, 10000, { 10000, 5000, 2000, 1000, 500, 100, 25, 10, 5, 1, 0 } },
  { "EUR", 2, 10000, { 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0 } },
  { "GBP", 2, 5000, { 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0 } },
  { "JPY", 0, 10000, { 10000, 5000, 1000, 500, 100, 50, 10, 5, 1, 0 } },
  { "TWD", 2, 100000, { 100000, 50000, 10000, 5000, 1000, 500, 100, 0 } },
  { "HKD", 2, 100000, { 100000, 50000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 0 } },
  { "MOP", 2, 100000, { 100000, 50000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 10, 0 } },
  { "SGD", 2, 10000, { 10000, 5000, 1000, 500, 200, 100, 50, 20, 10, 5, 0 } },
  { "MYR", 2, 10000, { 10000, 5000, 2000, 1000, 500, 100, 50, 20, 10, 5, 0 } },
  { "KRW", 0, 50000, { 50000, 10000, 5000, 1000, 500, 100, 50, 10, 0 } },
  { "THB", 2, 100000, { 100000, 50000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 0 } },
  { "VND", 0, 500000, { 500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 0 } },
  { "AUD", 2, 10000, { 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 0 } },
  { "CAD", 2, 10000, { 10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5, 0 } },
  { "CHF", 2, 20000, { 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 0 } },
};

const MrCurrency *
mr_currency_find (const char *code)
{
  if (code == NULL)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (currencies); i++)
    {
      if (strcmp (currencies[i].code, code) == 0)
        return &currencies[i];
    }

  return NULL;
}

gboolean
mr_money_add (gint64 a_minor, gint64 b_minor, gint64 *sum_minor)
{
  gint64 sum;

  if (__builtin_add_overflow (a_minor, b_minor, &sum) || sum > MR_MONEY_MAX_SUM_MINOR ||
      sum < -MR_MONEY_MAX_SUM_MINOR)
    return FALSE;

  *sum_minor = sum;
  return TRUE;
}

/* Half away from zero; @denominator > 0. */
static __int128
divide_rounding (__int128 numerator, __int128 denominator)
{
  __int128 magnitude = numerator < 0 ? -numerator : numerator;
  __int128 quotient = magnitude / denominator;

  /* 2 × remainder ≥ denominator, written without the product. */
  if (magnitude % denominator >= denominator - magnitude % denominator)
    quotient++;

  return numerator < 0 ? -quotient : quotient;
}

gboolean
mr_money_times (gint64 unit_price_minor, gint64 quantity_milli, gint64 *amount_minor)
{
  __int128 amount = divide_rounding ((__int128) unit_price_minor * quantity_milli, 1000);

  if (amount > MR_MONEY_MAX_MINOR || amount < -MR_MONEY_MAX_MINOR)
    return FALSE;

  *amount_minor = (gint64) amount;
  return TRUE;
}

gint64
mr_money_ratio (gint64 amount_minor, gint64 numerator, gint64 denominator)
{
  __int128 result;

  g_assert (denominator > 0);
  result = divide_rounding ((__int128) amount_minor * numerator, denominator);
  g_assert (result <= G_MAXINT64 && result >= G_MININT64);

  return (gint64) result;
}

typedef struct
{
  guint64 remainder;
  gsize index;
} Remainder;

static int
compare_remainders (const void *a, const void *b)
{
  const Remainder *left = a;
  const Remainder *right = b;

  if (left->remainder != right->remainder)
    return left->remainder > right->remainder ? -1 : 1;
  return left->index < right->index ? -1 : 1;
}

void
mr_money_allocate (gint64 total_minor, const gint64 *weights, gsize n_weights, gint64 *shares_minor)
{
  g_autofree Remainder *remainders = NULL;
  guint64 magnitude = total_minor < 0 ? -(guint64) total_minor : (guint64) total_minor;
  guint64 rest = magnitude;
  guint64 sum = 0;

  g_assert (n_weights > 0);
  for (gsize i = 0; i < n_weights; i++)
    {
      g_assert (weights[i] >= 0);
      g_assert (!__builtin_add_overflow (sum, (guint64) weights[i], &sum));
    }

  memset (shares_minor, 0, n_weights * sizeof *shares_minor);
  if (sum == 0 || n_weights == 1)
    {
      shares_minor[0] = total_minor;
      return;
    }
  if (magnitude == 0)
    return;

  remainders = g_new (Remainder, n_weights);
  for (gsize i = 0; i < n_weights; i++)
    {
      unsigned __int128 product = (unsigned __int128) magnitude * (guint64) weights[i];
      guint64 share = (guint64) (product / sum);

      shares_minor[i] = (gint64) share;
      rest -= share;
      remainders[i] = (Remainder){ (guint64) (product % sum), i };
    }

  /* The floors leave less than one unit per non-zero remainder, so that one more each suffices. */
  if (rest > 0)
    qsort (remainders, n_weights, sizeof *remainders, compare_remainders);
  for (guint64 i = 0; i < rest; i++)
    shares_minor[remainders[i].index]++;

  if (total_minor < 0)
    {
      for (gsize i = 0; i < n_weights; i++)
        shares_minor[i] = -shares_minor[i];
    }
}

gint64
mr_money_round_to (gint64 amount_minor, gint64 increment_minor)
{
  __int128 result;

  g_assert (increment_minor >= 1);
  result = divide_rounding (amount_minor, increment_minor) * increment_minor;
  g_assert (result <= G_MAXINT64 && result >= G_MININT64);

  return (gint64) result;
}

/* Reads digits into @value (scaled by ten each) and counts them; FALSE when @value would pass the
 * largest amount. */
static gboolean
read_digits (const char **cursor, gint64 *value, gsize *n_digits)
{
  for (*n_digits = 0; g_ascii_isdigit (**cursor); (*cursor)++, (*n_digits)++)
    {
      *value = *value * 10 + (**cursor - '0');
      if (*value > MR_MONEY_MAX_MINOR)
        return FALSE;
    }

  return TRUE;
}

static gboolean
set_out_of_range (const char *text, GError **error)
{
  g_set_error (error, MR_MONEY_ERROR, MR_MONEY_ERROR_RANGE, "“%.32s” is too large", text);
  return FALSE;
}

static gboolean
set_invalid (const char *text, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *head = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), 32));

  g_set_error (error, MR_MONEY_ERROR, MR_MONEY_ERROR_INVALID, "“%s” is not a number", head);
  return FALSE;
}

/* Whether @text is digits with at most one point, and at least one digit. */
static gboolean
is_decimal (const char *text)
{
  gsize before = strspn (text, "0123456789");
  gsize after = text[before] == '.' ? strspn (text + before + 1, "0123456789") : 0;
  gsize end = before + after + (text[before] == '.' ? 1 : 0);

  return text[end] == '\0' && before + after > 0;
}

gboolean
mr_money_parse (const char *text, guint digits, gint64 *amount_minor, GError **error)
{
  const char *cursor = text;
  gboolean negative;
  gint64 value = 0;
  gsize n_decimals = 0;
  gsize n_whole;

  g_assert (digits <= MAX_DIGITS);

  negative = text != NULL && *text == '-';
  if (negative)
    cursor++;
  if (text == NULL || !is_decimal (cursor))
    return set_invalid (text, error);

  if (!read_digits (&cursor, &value, &n_whole))
    return set_out_of_range (text, error);
  if (*cursor == '.')
    cursor++;
  if (strlen (cursor) > digits)
    {
      g_set_error (error, MR_MONEY_ERROR, MR_MONEY_ERROR_RANGE, "“%.32s” has more than %u decimals",
                   text, digits);
      return FALSE;
    }
  if (!read_digits (&cursor, &value, &n_decimals))
    return set_out_of_range (text, error);
  for (; n_decimals < digits; n_decimals++)
    value *= 10;
  if (value > MR_MONEY_MAX_MINOR)
    return set_out_of_range (text, error);

  *amount_minor = negative ? -value : value;
  return TRUE;
}

char *
mr_money_format (gint64 amount_minor, guint digits)
{
  guint64 magnitude = amount_minor < 0 ? -(guint64) amount_minor : (guint64) amount_minor;
  const char *sign = amount_minor < 0 ? "-" : "";
  guint64 scale = 1;

  g_assert (digits <= MAX_DIGITS);
  if (digits == 0)
    return g_strdup_printf ("%s%" G_GUINT64_FORMAT, sign, magnitude);

  for (guint i = 0; i < digits; i++)
    scale *= 10;

  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, sign, magnitude / scale,
                          (int) digits, magnitude % scale);
}
