/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/shift.h"

static MrSale *
sell (gint64 total_minor, MrTax tax, MrTenderKind kind, gint64 given_minor)
{
  MrGood values = {
    .pack_id = 1,
    .units_milli = 1000,
    .price_minor = total_minor,
    .has_price = TRUE,
    .tax = tax,
  };
  g_autoptr (MrGood) good = mr_good_new (&values);
  MrSale *sale = mr_sale_new (MR_ID_NONE, "CNY", 10);

  g_assert_cmpuint (mr_sale_add (sale, good, 1000, -1, TRUE, 0, NULL), ==, 1);
  g_assert_cmpuint (mr_sale_add (sale, good, 1000, -1, FALSE, 0, NULL), ==, 2);
  g_assert_true (mr_sale_remove (sale, 2, NULL));
  g_assert_true (mr_sale_add_tender (sale, kind, given_minor, NULL));
  g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, NULL));
  return sale;
}

static void
assert_sound (const MrShift *shift)
{
  g_autofree char *broken = mr_shift_check (shift);

  g_assert_cmpstr (broken, ==, NULL);
}

static void
test_sums (void)
{
  static const MrTax vat_13 = { 13, 130000, TRUE };
  static const MrTax vat_9 = { 9, 90000, TRUE };
  g_autoptr (MrShift) shift = mr_shift_new (MR_ID_NONE, 3, 20000, 500000);
  g_autoptr (MrSale) first = sell (1454, vat_13, MR_TENDER_CASH, 2000);
  g_autoptr (MrSale) second = sell (1000, vat_9, MR_TENDER_WECHAT, 1000);
  g_autoptr (MrSale) third = sell (500, vat_13, MR_TENDER_CASH, 500);
  g_autoptr (MrShift) copy = NULL;

  g_assert_true (mr_shift_add_sale (shift, first, NULL));
  g_assert_true (mr_shift_add_sale (shift, second, NULL));
  copy = mr_shift_copy (shift);
  g_assert_true (mr_shift_add_sale (shift, third, NULL));
  shift->cash_in_minor = 100;
  shift->cash_out_minor = 300;

  g_assert_cmpuint (shift->sale_count, ==, 3);
  g_assert_cmpuint (shift->removed_line_count, ==, 3);
  g_assert_cmpint (shift->total_minor, ==, 2954);
  g_assert_cmpint (shift->rounding_minor, ==, -4);
  g_assert_cmpint (shift->grand_total_minor, ==, 502954);
  g_assert_cmpint (shift->tenders[MR_TENDER_CASH].amount_minor, ==, 1950);
  g_assert_cmpuint (shift->tenders[MR_TENDER_CASH].count, ==, 2);
  g_assert_cmpint (shift->tenders[MR_TENDER_WECHAT].amount_minor, ==, 1000);
  g_assert_cmpuint (shift->taxes->len, ==, 2);
  g_assert_cmpint (g_array_index (shift->taxes, MrTaxSum, 0).tax.id, ==, 9);
  g_assert_cmpint (g_array_index (shift->taxes, MrTaxSum, 1).amount_minor, ==, 1954);
  g_assert_cmpint (mr_shift_get_expected_minor (shift), ==, 20000 + 1950 + 100 - 300);
  assert_sound (shift);

  g_assert_cmpuint (copy->sale_count, ==, 2);
  g_assert_cmpint (g_array_index (copy->taxes, MrTaxSum, 1).amount_minor, ==, 1454);
  assert_sound (copy);
}

static void
test_closing (void)
{
  g_autoptr (MrShift) shift = mr_shift_new (MR_ID_NONE, 1, 20000, 0);
  g_autoptr (MrSale) sale = sell (1000, (MrTax){ 0 }, MR_TENDER_CASH, 1000);
  g_autoptr (GError) error = NULL;

  g_assert_false (mr_shift_close (shift, TRUE, -1, 0, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_true (mr_shift_close (shift, TRUE, 19950, 77, &error));
  g_assert_cmpint (mr_shift_get_variance_minor (shift), ==, -50);
  g_assert_cmpint (shift->closed_at_us, ==, 77);

  g_assert_false (mr_shift_close (shift, TRUE, 1, 0, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (mr_shift_add_sale (shift, sale, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE);
}

static void
test_refuses (void)
{
  g_autoptr (MrShift) shift = mr_shift_new (MR_ID_NONE, 1, 0, MR_MONEY_MAX_MINOR * 10000);
  g_autoptr (MrSale) open = mr_sale_new (MR_ID_NONE, "CNY", 1);
  g_autoptr (MrSale) sale = sell (1000, (MrTax){ 0 }, MR_TENDER_CASH, 1000);
  g_autoptr (GError) error = NULL;

  g_assert_false (mr_shift_add_sale (shift, open, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE);
  g_clear_error (&error);

  /* The grand total leaves its range: nothing at all was added. */
  g_assert_false (mr_shift_add_sale (shift, sale, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE);
  g_assert_cmpuint (shift->sale_count, ==, 0);
  g_assert_cmpint (shift->gross_minor, ==, 0);
  g_assert_cmpuint (shift->taxes->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shift/sums", test_sums);
  g_test_add_func ("/shift/closing", test_closing);
  g_test_add_func ("/shift/refuses", test_refuses);
  return g_test_run ();
}
