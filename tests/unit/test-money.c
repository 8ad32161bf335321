/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/money.h"
#include "model/quantity.h"
#include "model/tax.h"
#include "model/tender.h"

static void
test_times (void)
{
  static const struct
  {
    gint64 price_minor, quantity_milli, amount_minor;
  } cases[] = {
    { 300, 2000, 600 },
    { 333, 1500, 500 }, /* 499.5 */
    { -333, 1500, -500 }, /* away from zero */
    { 999, 500, 500 },
    { 998, 500, 499 },
    { 1, 499, 0 },
    { 1, 500, 1 },
    { 0, MR_QUANTITY_MAX_MILLI, 0 },
    { 1000000, MR_QUANTITY_MAX_MILLI, MR_MONEY_MAX_MINOR },
  };
  gint64 amount = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (mr_money_times (cases[i].price_minor, cases[i].quantity_milli, &amount));
      g_assert_cmpint (amount, ==, cases[i].amount_minor);
    }

  amount = 7;
  g_assert_false (mr_money_times (1000001, MR_QUANTITY_MAX_MILLI, &amount));
  g_assert_false (mr_money_times (G_MAXINT64, G_MAXINT64, &amount));
  g_assert_false (mr_money_times (G_MININT64, G_MAXINT64, &amount));
  g_assert_cmpint (amount, ==, 7);
}

static void
test_add (void)
{
  gint64 sum = 7;

  g_assert_false (mr_money_add (G_MAXINT64, 1, &sum));
  g_assert_false (mr_money_add (G_MININT64, -1, &sum));
  g_assert_false (mr_money_add (MR_MONEY_MAX_MINOR * 10000, 1, &sum));
  g_assert_cmpint (sum, ==, 7);
  g_assert_true (mr_money_add (MR_MONEY_MAX_MINOR * 10000 - 1, 1, &sum));
  g_assert_cmpint (sum, ==, MR_MONEY_MAX_MINOR * 10000);
  g_assert_true (mr_money_add (-5, 3, &sum));
  g_assert_cmpint (sum, ==, -2);
}

static void
test_ratio (void)
{
  g_assert_cmpint (mr_money_ratio (100, 1, 3), ==, 33);
  g_assert_cmpint (mr_money_ratio (100, 1, 8), ==, 13); /* 12.5 */
  g_assert_cmpint (mr_money_ratio (-100, 1, 8), ==, -13);
  g_assert_cmpint (mr_money_ratio (5, 1, 10), ==, 1);
  g_assert_cmpint (mr_money_ratio (4, 1, 10), ==, 0);
  g_assert_cmpint (mr_money_ratio (G_MAXINT64, G_MAXINT64, G_MAXINT64), ==, G_MAXINT64);
}

static void
test_round_to (void)
{
  static const struct
  {
    gint64 amount, increment, rounded;
  } cases[] = {
    { 14, 10, 10 },   { 15, 10, 20 },  { -15, 10, -20 }, { -14, 10, -10 },
    { 14, 1, 14 },    { 102, 5, 100 }, { 103, 5, 105 },  { 49, 100, 0 },
    { 50, 100, 100 }, { 0, 10, 0 },    { 1, 3, 0 },      { 2, 3, 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (mr_money_round_to (cases[i].amount, cases[i].increment), ==, cases[i].rounded);
}

static void
test_allocate (void)
{
  static const struct
  {
    gint64 total;
    gint64 weights[4];
    gsize n;
    gint64 shares[4];
  } cases[] = {
    { 100, { 1, 1, 1 }, 3, { 34, 33, 33 } }, /* ties to the lower index */
    { -100, { 1, 1, 1 }, 3, { -34, -33, -33 } },
    { 5, { 0, 0, 0 }, 3, { 5, 0, 0 } },
    { 10, { 1, 2, 4 }, 3, { 1, 3, 6 } }, /* 1.43, 2.86, 5.71: largest remainders first */
    { 1, { 1, 2, 2 }, 3, { 0, 1, 0 } },
    { 7, { 3 }, 1, { 7 } },
    { 0, { 3, 4 }, 2, { 0, 0 } },
    { 2, { 0, 5, 0, 5 }, 4, { 0, 1, 0, 1 } },
    { MR_MONEY_MAX_MINOR,
      { MR_MONEY_MAX_MINOR, MR_MONEY_MAX_MINOR },
      2,
      { MR_MONEY_MAX_MINOR / 2, MR_MONEY_MAX_MINOR / 2 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 shares[4] = { 0 };

      mr_money_allocate (cases[i].total, cases[i].weights, cases[i].n, shares);
      for (gsize j = 0; j < cases[i].n; j++)
        g_assert_cmpint (shares[j], ==, cases[i].shares[j]);
    }
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    guint digits;
    gint64 amount;
  } cases[] = {
    { "12", 2, 1200 },      { "12.5", 2, 1250 },
    { "-12.50", 2, -1250 }, { "0", 2, 0 },
    { "-0", 2, 0 },         { ".5", 2, 50 },
    { "5.", 2, 500 },       { "007", 0, 7 },
    { "1.234", 3, 1234 },   { "10000000000", 2, MR_MONEY_MAX_MINOR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 amount = -1;

      g_assert_true (mr_money_parse (cases[i].text, cases[i].digits, &amount, &error));
      g_assert_no_error (error);
      g_assert_cmpint (amount, ==, cases[i].amount);
    }
}

static void
test_parse_refuses (void)
{
  static const struct
  {
    const char *text;
    guint digits;
    MrMoneyError code;
  } cases[] = {
    { NULL, 2, MR_MONEY_ERROR_INVALID },
    { "", 2, MR_MONEY_ERROR_INVALID },
    { "-", 2, MR_MONEY_ERROR_INVALID },
    { ".", 2, MR_MONEY_ERROR_INVALID },
    { "-.", 2, MR_MONEY_ERROR_INVALID },
    { "+5", 2, MR_MONEY_ERROR_INVALID },
    { " 5", 2, MR_MONEY_ERROR_INVALID },
    { "5 ", 2, MR_MONEY_ERROR_INVALID },
    { "1,5", 2, MR_MONEY_ERROR_INVALID },
    { "1.2.3", 2, MR_MONEY_ERROR_INVALID },
    { "1e3", 2, MR_MONEY_ERROR_INVALID },
    { "0x10", 2, MR_MONEY_ERROR_INVALID },
    { "--5", 2, MR_MONEY_ERROR_INVALID },
    { "¥5", 2, MR_MONEY_ERROR_INVALID },
    { "\xff", 2, MR_MONEY_ERROR_INVALID },
    { "很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵很贵", 2,
      MR_MONEY_ERROR_INVALID },
    { "1.234", 2, MR_MONEY_ERROR_RANGE },
    { "1.5", 0, MR_MONEY_ERROR_RANGE },
    { "10000000000.01", 2, MR_MONEY_ERROR_RANGE },
    { "1000000000001", 0, MR_MONEY_ERROR_RANGE },
    { "99999999999999999999999999999999999999999", 2, MR_MONEY_ERROR_RANGE },
    { "9223372036854775808", 2, MR_MONEY_ERROR_RANGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 amount = 7;

      g_assert_false (mr_money_parse (cases[i].text, cases[i].digits, &amount, &error));
      g_assert_error (error, MR_MONEY_ERROR, (int) cases[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpint (amount, ==, 7);
    }
}

static void
test_format (void)
{
  static const struct
  {
    gint64 amount;
    guint digits;
    const char *text;
  } cases[] = {
    { 1250, 2, "12.50" }, { -1250, 2, "-12.50" },
    { 5, 2, "0.05" },     { -5, 2, "-0.05" },
    { 0, 2, "0.00" },     { 1234, 0, "1234" },
    { 1234, 3, "1.234" }, { G_MININT64, 0, "-9223372036854775808" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = mr_money_format (cases[i].amount, cases[i].digits);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_quantity (void)
{
  static const struct
  {
    const char *text;
    gint64 quantity;
    const char *formatted;
  } cases[] = {
    { "3", 3000, "3" },
    { "0.375", 375, "0.375" },
    { "1.50", 1500, "1.5" },
    { "0", 0, "0" },
    { "-0.5", -500, "-0.5" },
    { "100", 100000, "100" },
    { "1000000", MR_QUANTITY_MAX_MILLI, "1000000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *formatted = NULL;
      gint64 quantity = -1;

      g_assert_true (mr_quantity_parse (cases[i].text, &quantity, NULL));
      g_assert_cmpint (quantity, ==, cases[i].quantity);
      formatted = mr_quantity_format (quantity);
      g_assert_cmpstr (formatted, ==, cases[i].formatted);
    }
}

static void
test_quantity_refuses (void)
{
  g_autoptr (GError) large = NULL;
  g_autoptr (GError) fine = NULL;
  gint64 quantity = 7;

  g_assert_false (mr_quantity_parse ("1000000.001", &quantity, &large));
  g_assert_error (large, MR_MONEY_ERROR, MR_MONEY_ERROR_RANGE);
  g_assert_false (mr_quantity_parse ("0.0001", &quantity, &fine));
  g_assert_error (fine, MR_MONEY_ERROR, MR_MONEY_ERROR_RANGE);
  g_assert_cmpint (quantity, ==, 7);
}

static void
test_currencies (void)
{
  static const char *const codes[] = { "CNY", "USD", "EUR", "GBP", "JPY", "TWD", "HKD" };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      const MrCurrency *currency = mr_currency_find (codes[i]);

      g_assert_nonnull (currency);
      g_assert_cmpstr (currency->code, ==, codes[i]);
      for (gsize j = 1; currency->notes_minor[j] != 0; j++)
        g_assert_cmpint (currency->notes_minor[j], <, currency->notes_minor[j - 1]);
    }

  g_assert_cmpuint (mr_currency_find ("JPY")->digits, ==, 0);
  g_assert_null (mr_currency_find ("ZZZ"));
  g_assert_null (mr_currency_find (NULL));
}

static void
test_tax (void)
{
  static const struct
  {
    MrTax tax;
    gint64 amount, expected;
  } cases[] = {
    { { 1, 130000, TRUE }, 11300, 1300 },
    { { 1, 130000, FALSE }, 11300, 1469 },
    { { 1, 90000, TRUE }, 100, 8 },
    { { 1, 0, TRUE }, 11300, 0 },
    { { 1, 1000000, TRUE }, 3, 2 }, /* 1.5 */
    { { 1, 50000, FALSE }, 10, 1 }, /* 0.5 */
    { { 1, 87500, FALSE }, 1999, 175 },
    { { 1, MR_TAX_MAX_RATE_PPM, FALSE }, MR_MONEY_MAX_MINOR, MR_MONEY_MAX_MINOR * 10 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (mr_tax_compute (&cases[i].tax, cases[i].amount), ==, cases[i].expected);
}

static void
test_quick_sums (void)
{
  static const struct
  {
    const char *currency;
    gint64 due;
    gsize n;
    gsize n_sums;
    gint64 sums[6];
  } cases[] = {
    { "CNY", 15850, 6, 4, { 15850, 15900, 16000, 20000 } },
    { "CNY", 1230, 6, 6, { 1230, 1300, 1500, 2000, 5000, 10000 } },
    { "CNY", 1230, 3, 3, { 1230, 1300, 1500 } },
    { "CNY", 10000, 6, 1, { 10000 } },
    { "JPY", 1234, 4, 4, { 1234, 1300, 1500, 2000 } },
    { "ZZZ", 1234, 4, 1, { 1234 } },
    { "CNY", 0, 4, 0, { 0 } },
    { "CNY", 5, 0, 0, { 0 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 sums[6] = { 0 };
      gsize n = mr_tender_quick_sums (cases[i].currency, cases[i].due, sums, cases[i].n);

      g_assert_cmpuint (n, ==, cases[i].n_sums);
      for (gsize j = 0; j < n; j++)
        g_assert_cmpint (sums[j], ==, cases[i].sums[j]);
    }
}

static void
test_tender_names (void)
{
  MrTenderKind kind = MR_TENDER_CARD;

  for (guint i = 0; i < MR_N_TENDERS; i++)
    {
      g_assert_true (mr_tender_kind_parse (mr_tender_kind_to_string (i), &kind));
      g_assert_cmpuint (kind, ==, i);
    }

  g_assert_false (mr_tender_kind_parse ("gold", &kind));
  g_assert_false (mr_tender_kind_parse (NULL, &kind));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/money/times", test_times);
  g_test_add_func ("/money/add", test_add);
  g_test_add_func ("/money/ratio", test_ratio);
  g_test_add_func ("/money/round-to", test_round_to);
  g_test_add_func ("/money/allocate", test_allocate);
  g_test_add_func ("/money/parse", test_parse);
  g_test_add_func ("/money/parse-refuses", test_parse_refuses);
  g_test_add_func ("/money/format", test_format);
  g_test_add_func ("/money/quantity", test_quantity);
  g_test_add_func ("/money/quantity-refuses", test_quantity_refuses);
  g_test_add_func ("/money/currencies", test_currencies);
  g_test_add_func ("/money/tax", test_tax);
  g_test_add_func ("/money/quick-sums", test_quick_sums);
  g_test_add_func ("/money/tender-names", test_tender_names);
  return g_test_run ();
}
