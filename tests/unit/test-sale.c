/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/shift.h"

static const MrTax vat_13 = { 13, 130000, TRUE };
static const MrTax vat_9 = { 9, 90000, TRUE };
static const MrTax sales_tax = { 50, 87500, FALSE };

static MrGood *
make_good (gint64 pack_id, gint64 price_minor, MrTax tax)
{
  MrGood values = {
    .good_id = pack_id,
    .pack_id = pack_id,
    .price_id = pack_id,
    .price_minor = price_minor,
    .has_price = price_minor >= 0,
    .units_milli = 1000,
    .tax = tax,
    .name = "good",
  };

  return mr_good_new (&values);
}

static MrGood *
make_weighed (gint64 pack_id, gint64 price_minor)
{
  g_autoptr (MrGood) piece = make_good (pack_id, price_minor, vat_9);
  MrGood values = *piece;

  values.sold_by = MR_SOLD_BY_WEIGHT;
  return mr_good_new (&values);
}

static MrSale *
make_sale (gint64 cash_rounding_minor)
{
  return mr_sale_new (MR_ID_NONE, "CNY", cash_rounding_minor);
}

static guint
add (MrSale *sale, gint64 pack_id, gint64 quantity_milli, gint64 price_minor, MrTax tax)
{
  g_autoptr (MrGood) good = make_good (pack_id, price_minor, tax);
  g_autoptr (GError) error = NULL;
  guint number = mr_sale_add (sale, good, quantity_milli, -1, TRUE, 0, &error);

  g_assert_no_error (error);
  return number;
}

static void
assert_sound (const MrSale *sale)
{
  g_autofree char *broken = mr_sale_check (sale);

  g_assert_cmpstr (broken, ==, NULL);
}

static void
assert_refused (gboolean result, GError **error, MrSaleError code)
{
  g_assert_false (result);
  g_assert_error (*error, MR_SALE_ERROR, (int) code);
  g_clear_error (error);
}

static void
test_totals (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  const MrTotals *totals = mr_sale_get_totals (sale);

  add (sale, 1, 2000, 300, vat_13);
  add (sale, 2, 1000, 1580, vat_9);
  add (sale, 3, 1000, 1999, sales_tax);

  g_assert_cmpint (totals->gross_minor, ==, 600 + 1580 + 1999);
  g_assert_cmpint (totals->tax_minor, ==, 69 + 130 + 175);
  g_assert_cmpint (totals->total_minor, ==, 600 + 1580 + 1999 + 175);
  g_assert_cmpint (totals->pieces_milli, ==, 4000);
  g_assert_cmpint (totals->due_minor, ==, totals->total_minor);
  g_assert_cmpuint (mr_sale_get_n_taxes (sale), ==, 3);
  g_assert_cmpint (mr_sale_get_tax (sale, 0)->tax.id, ==, 9);
  g_assert_cmpint (mr_sale_get_tax (sale, 2)->tax.id, ==, 50);
  assert_sound (sale);
}

static void
test_merging (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  g_autoptr (MrGood) weighed = make_weighed (7, 1000);
  guint cola = add (sale, 1, 1000, 300, vat_13);
  guint eggs = add (sale, 2, 1000, 1580, vat_13);

  g_assert_cmpuint (add (sale, 1, 2000, 300, vat_13), ==, cola);
  g_assert_cmpuint (mr_sale_get_n_lines (sale), ==, 2);
  g_assert_cmpuint (mr_sale_get_line (sale, 0)->number, ==, eggs);
  g_assert_cmpuint (mr_sale_get_line (sale, 1)->number, ==, cola);
  g_assert_cmpint (mr_sale_get_line (sale, 1)->quantity_milli, ==, 3000);

  /* Another price, another tax, no pack, a weighed good, a discount: each a line of its own. */
  g_assert_cmpuint (add (sale, 1, 1000, 310, vat_13), ==, 3);
  g_assert_cmpuint (add (sale, 1, 1000, 300, vat_9), ==, 4);
  g_assert_cmpuint (add (sale, 0, 1000, 300, vat_9), ==, 5);
  g_assert_cmpuint (add (sale, 0, 1000, 300, vat_9), ==, 6);
  g_assert_cmpuint (mr_sale_add (sale, weighed, 500, -1, TRUE, 0, NULL), ==, 7);
  g_assert_cmpuint (mr_sale_add (sale, weighed, 500, -1, TRUE, 0, NULL), ==, 8);
  g_assert_true (mr_sale_set_line_discount (sale, eggs, 80, NULL));
  g_assert_cmpuint (add (sale, 2, 1000, 1580, vat_13), ==, 9);
  g_assert_true (mr_sale_set_price (sale, cola, 250, NULL));
  g_assert_cmpuint (add (sale, 1, 1000, 300, vat_13), ==, 10);
  g_assert_true (mr_sale_remove (sale, 10, NULL));
  g_assert_cmpuint (add (sale, 1, 1000, 300, vat_13), ==, 11);
  assert_sound (sale);
}

static void
test_not_merging (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  g_autoptr (MrGood) good = make_good (1, 300, vat_13);

  g_assert_cmpuint (mr_sale_add (sale, good, 1000, -1, FALSE, 0, NULL), ==, 1);
  g_assert_cmpuint (mr_sale_add (sale, good, 1000, -1, FALSE, 0, NULL), ==, 2);
  g_assert_cmpuint (mr_sale_add (sale, good, 1000, 250, TRUE, 0, NULL), ==, 3);
  g_assert_true (mr_sale_find_line (sale, 3)->price_overridden);
  g_assert_cmpuint (mr_sale_add (sale, good, 1000, 250, TRUE, 0, NULL), ==, 4);
  assert_sound (sale);
}

static void
test_asked_price (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  g_autoptr (MrGood) good = make_good (1, -1, vat_13);
  g_autoptr (GError) error = NULL;

  assert_refused (mr_sale_add (sale, good, 1000, -1, TRUE, 0, &error) != 0, &error,
                  MR_SALE_ERROR_NO_PRICE);
  g_assert_cmpuint (mr_sale_add (sale, good, 1000, 500, TRUE, 0, &error), ==, 1);
  g_assert_false (mr_sale_find_line (sale, 1)->price_overridden);
  g_assert_cmpuint (mr_sale_add (sale, good, 1000, 500, TRUE, 0, &error), ==, 1);
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 1000);
}

static void
test_discounts (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  guint a = add (sale, 1, 1000, 1000, vat_13);
  guint b = add (sale, 2, 1000, 1000, vat_13);
  guint c = add (sale, 3, 1000, 500, sales_tax);
  g_autoptr (GError) error = NULL;

  g_assert_true (mr_sale_set_line_discount (sale, a, 1000, &error));
  g_assert_true (mr_sale_set_discount (sale, 100, &error));
  g_assert_cmpint (mr_sale_find_line (sale, a)->amount_minor, ==, 0);
  g_assert_cmpint (mr_sale_find_line (sale, b)->sale_discount_minor, ==, 67);
  g_assert_cmpint (mr_sale_find_line (sale, c)->sale_discount_minor, ==, 33);
  /* 8.75 % of what is left after discounts. */
  g_assert_cmpint (mr_sale_find_line (sale, c)->tax_minor, ==, 41);
  g_assert_cmpint (mr_sale_get_totals (sale)->discount_minor, ==, 1100);
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 933 + 467 + 41);
  assert_sound (sale);

  assert_refused (mr_sale_set_discount (sale, 1501, &error), &error, MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_set_discount (sale, -1, &error), &error, MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_set_line_discount (sale, b, 1001, &error), &error, MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_set_line_discount (sale, b, -1, &error), &error, MR_SALE_ERROR_RANGE);
  g_assert_true (mr_sale_set_discount (sale, 1500, &error));
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 0);
  assert_sound (sale);
}

/* Less is asked for than the discount: no more than that takes effect, until the lines come back. */
static void
test_discount_follows_lines (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  guint a = add (sale, 1, 1000, 1000, vat_13);
  guint b = add (sale, 2, 3000, 100, vat_13);

  g_assert_true (mr_sale_set_discount (sale, 400, NULL));
  g_assert_true (mr_sale_remove (sale, a, NULL));
  g_assert_cmpint (mr_sale_get_discount_minor (sale), ==, 300);
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 0);
  assert_sound (sale);
  g_assert_true (mr_sale_restore (sale, a, NULL));
  g_assert_cmpint (mr_sale_get_discount_minor (sale), ==, 400);

  g_assert_true (mr_sale_set_line_discount (sale, b, 250, NULL));
  g_assert_true (mr_sale_set_quantity (sale, b, 1000, NULL));
  g_assert_cmpint (mr_sale_find_line (sale, b)->discount_minor, ==, 100);
  assert_sound (sale);
}

static void
test_removing (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  guint a = add (sale, 1, 1000, 1000, vat_13);
  guint b = add (sale, 2, 1000, 200, vat_13);
  g_autoptr (GError) error = NULL;

  g_assert_true (mr_sale_remove (sale, a, &error));
  g_assert_cmpuint (mr_sale_count_live_lines (sale), ==, 1);
  g_assert_cmpuint (mr_sale_get_n_lines (sale), ==, 2);
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 200);
  assert_refused (mr_sale_remove (sale, a, &error), &error, MR_SALE_ERROR_NO_LINE);
  assert_refused (mr_sale_set_quantity (sale, a, 2000, &error), &error, MR_SALE_ERROR_NO_LINE);
  assert_refused (mr_sale_restore (sale, b, &error), &error, MR_SALE_ERROR_NO_LINE);
  assert_refused (mr_sale_remove (sale, 99, &error), &error, MR_SALE_ERROR_NO_LINE);
  g_assert_true (mr_sale_restore (sale, a, &error));
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 1200);
  assert_sound (sale);
}

static void
test_ranges (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  g_autoptr (MrGood) good = make_good (1, 100, vat_13);
  g_autoptr (MrGood) dear = make_good (2, MR_MONEY_MAX_MINOR, sales_tax);
  g_autoptr (MrGood) taxed = make_good (3, 1, (MrTax){ 1, MR_TAX_MAX_RATE_PPM + 1, FALSE });
  g_autoptr (GError) error = NULL;
  static const gint64 bad_quantities[] = { 0, -1000, MR_QUANTITY_MAX_MILLI + 1, G_MAXINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (bad_quantities); i++)
    assert_refused (mr_sale_add (sale, good, bad_quantities[i], -1, TRUE, 0, &error) != 0, &error,
                    MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_add (sale, good, 1000, MR_MONEY_MAX_MINOR + 1, TRUE, 0, &error) != 0,
                  &error, MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_add (sale, dear, 1000, -1, TRUE, 0, &error) != 0, &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_add (sale, taxed, 1000, -1, TRUE, 0, &error) != 0, &error,
                  MR_SALE_ERROR_RANGE);
  g_assert_cmpuint (mr_sale_get_n_lines (sale), ==, 0);

  g_assert_cmpuint (mr_sale_add (sale, good, MR_QUANTITY_MAX_MILLI, -1, TRUE, 0, &error), ==, 1);
  assert_refused (mr_sale_add (sale, good, 1000, -1, TRUE, 0, &error) != 0, &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_set_price (sale, 1, MR_MONEY_MAX_MINOR, &error), &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_set_price (sale, 1, -1, &error), &error, MR_SALE_ERROR_RANGE);
  g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, 100000000);
  assert_sound (sale);
}

static void
test_full (void)
{
  g_autoptr (MrSale) sale = make_sale (1);
  g_autoptr (MrGood) good = make_good (0, 1, vat_13);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < MR_SALE_MAX_LINES; i++)
    g_assert_cmpuint (mr_sale_add (sale, good, 1000, -1, TRUE, 0, NULL), ==, i + 1);
  assert_refused (mr_sale_add (sale, good, 1000, -1, TRUE, 0, &error) != 0, &error,
                  MR_SALE_ERROR_FULL);
  assert_sound (sale);
}

typedef struct
{
  MrTenderKind kind;
  gint64 amount_minor;
} Given;

static void
test_paying (void)
{
  static const struct
  {
    gint64 total, cash_rounding;
    Given given[3];
    guint n_given;
    gint64 rounding, change;
  } cases[] = {
    { 1000, 1, { { MR_TENDER_CASH, 1000 } }, 1, 0, 0 },
    { 1000, 1, { { MR_TENDER_CASH, 5000 } }, 1, 0, 4000 },
    { 1000, 1, { { MR_TENDER_WECHAT, 1000 } }, 1, 0, 0 },
    { 1000, 1, { { MR_TENDER_WECHAT, 400 }, { MR_TENDER_CASH, 1000 } }, 2, 0, 400 },
    { 1454, 10, { { MR_TENDER_CASH, 1450 } }, 1, -4, 0 },
    { 1454, 10, { { MR_TENDER_CASH, 2000 } }, 1, -4, 550 },
    { 1455, 10, { { MR_TENDER_CASH, 2000 } }, 1, 5, 540 },
    { 1456, 10, { { MR_TENDER_CASH, 1460 } }, 1, 4, 0 },
    { 1456, 10, { { MR_TENDER_ALIPAY, 1456 } }, 1, 0, 0 },
    { 1456, 10, { { MR_TENDER_CARD, 1000 }, { MR_TENDER_CASH, 500 } }, 2, 4, 40 },
    { 1456, 10, { { MR_TENDER_CASH, 1000 }, { MR_TENDER_CARD, 456 } }, 2, 0, 0 },
    { 1456, 10, { { MR_TENDER_CASH, 1000 }, { MR_TENDER_CASH, 1000 } }, 2, 4, 540 },
    /* Exactly given is never rounded. */
    { 1454, 10, { { MR_TENDER_CASH, 1454 } }, 1, 0, 0 },
    { 1456, 10, { { MR_TENDER_CASH, 1456 } }, 1, 0, 0 },
    /* More than the total, less than its rounding. */
    { 1456, 10, { { MR_TENDER_CASH, 1458 } }, 1, 0, 2 },
    { 13, 10, { { MR_TENDER_CASH, 4 }, { MR_TENDER_CARD, 9 } }, 2, 0, 0 },
    /* No coin is that small. */
    { 4, 10, { { MR_TENDER_CASH, 0 } }, 1, -4, 0 },
    { 1004, 10, { { MR_TENDER_CARD, 1000 }, { MR_TENDER_CASH, 0 } }, 2, -4, 0 },
    { 102, 5, { { MR_TENDER_CASH, 100 } }, 1, -2, 0 },
    { 103, 5, { { MR_TENDER_CASH, 200 } }, 1, 2, 95 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrSale) sale = make_sale (cases[i].cash_rounding);
      const MrTotals *totals = mr_sale_get_totals (sale);
      g_autoptr (GError) error = NULL;

      add (sale, 1, 1000, cases[i].total, vat_13);
      for (guint j = 0; j < cases[i].n_given; j++)
        {
          g_assert_false (mr_sale_is_covered (sale));
          mr_sale_add_tender (sale, cases[i].given[j].kind, cases[i].given[j].amount_minor, &error);
          g_assert_no_error (error);
          assert_sound (sale);
        }

      g_assert_true (mr_sale_is_covered (sale));
      g_assert_cmpint (totals->rounding_minor, ==, cases[i].rounding);
      g_assert_cmpint (totals->change_minor, ==, cases[i].change);
      g_assert_cmpint (totals->due_minor, ==, 0);
      g_assert_cmpint (mr_sale_get_cash_due_minor (sale), ==, 0);
      g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, &error));
      assert_sound (sale);
    }
}

static void
test_cash_due (void)
{
  g_autoptr (MrSale) sale = make_sale (10);
  g_autoptr (GError) error = NULL;

  add (sale, 1, 1000, 1456, vat_13);
  g_assert_cmpint (mr_sale_get_cash_due_minor (sale), ==, 1460);
  g_assert_true (mr_sale_add_tender (sale, MR_TENDER_WECHAT, 1003, &error));
  g_assert_cmpint (mr_sale_get_totals (sale)->due_minor, ==, 453);
  g_assert_cmpint (mr_sale_get_cash_due_minor (sale), ==, 450);
  g_assert_true (mr_sale_add_tender (sale, MR_TENDER_CASH, 200, &error));
  g_assert_cmpint (mr_sale_get_totals (sale)->due_minor, ==, 253);
  g_assert_cmpint (mr_sale_get_cash_due_minor (sale), ==, 250);
}

static void
test_tender_refused (void)
{
  g_autoptr (MrSale) sale = make_sale (10);
  g_autoptr (GError) error = NULL;

  assert_refused (mr_sale_add_tender (sale, MR_TENDER_CASH, 100, &error), &error,
                  MR_SALE_ERROR_STATE);
  add (sale, 1, 1000, 1456, vat_13);
  assert_refused (mr_sale_add_tender (sale, MR_TENDER_WECHAT, 1457, &error), &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_add_tender (sale, MR_TENDER_CASH, 0, &error), &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_add_tender (sale, MR_TENDER_CASH, -100, &error), &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_add_tender (sale, MR_TENDER_CASH, MR_MONEY_MAX_MINOR + 1, &error), &error,
                  MR_SALE_ERROR_RANGE);
  g_assert_cmpuint (mr_sale_get_state (sale), ==, MR_SALE_OPEN);

  g_assert_true (mr_sale_add_tender (sale, MR_TENDER_CASH, 2000, &error));
  assert_refused (mr_sale_add_tender (sale, MR_TENDER_CASH, 100, &error), &error,
                  MR_SALE_ERROR_RANGE);
  assert_refused (mr_sale_move (sale, MR_SALE_OPEN, &error), &error, MR_SALE_ERROR_STATE);
  assert_refused (mr_sale_move (sale, MR_SALE_VOID, &error), &error, MR_SALE_ERROR_STATE);
  g_assert_true (mr_sale_remove_last_tender (sale, &error));
  assert_refused (mr_sale_remove_last_tender (sale, &error), &error, MR_SALE_ERROR_STATE);
  g_assert_cmpint (mr_sale_get_totals (sale)->change_minor, ==, 0);
  g_assert_true (mr_sale_move (sale, MR_SALE_OPEN, &error));
  assert_sound (sale);
}

static void
test_zero_total (void)
{
  g_autoptr (MrSale) sale = make_sale (10);
  guint gift = add (sale, 1, 1000, 500, vat_13);

  g_assert_true (mr_sale_set_line_discount (sale, gift, 500, NULL));
  g_assert_true (mr_sale_move (sale, MR_SALE_PAYING, NULL));
  g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, NULL));
  assert_sound (sale);
}

/* Every pair of states: only what the table allows. */
static void
test_moves (void)
{
  static const char allowed[MR_N_SALE_STATES][MR_N_SALE_STATES + 1] = {
    [MR_SALE_OPEN] = ".P.HV", [MR_SALE_PAYING] = "O.C.V", [MR_SALE_COMPLETE] = ".....",
    [MR_SALE_HELD] = "O...V", [MR_SALE_VOID] = ".....",
  };

  for (guint from = 0; from < MR_N_SALE_STATES; from++)
    {
      g_autoptr (MrSale) sale = make_sale (1);
      guint gift = add (sale, 1, 1000, 500, vat_13);

      g_assert_true (mr_sale_set_line_discount (sale, gift, 500, NULL));
      if (from == MR_SALE_COMPLETE)
        g_assert_true (mr_sale_move (sale, MR_SALE_PAYING, NULL));
      if (from != MR_SALE_OPEN)
        g_assert_true (mr_sale_move (sale, from, NULL));
      for (guint to = 0; to < MR_N_SALE_STATES; to++)
        g_assert_cmpint (mr_sale_can_move (sale, to), ==, allowed[from][to] != '.');
      g_assert_false (mr_sale_can_move (sale, MR_N_SALE_STATES));
    }
}

static void
test_empty_sale_stays (void)
{
  g_autoptr (MrSale) sale = make_sale (1);

  g_assert_false (mr_sale_can_move (sale, MR_SALE_PAYING));
  g_assert_false (mr_sale_can_move (sale, MR_SALE_HELD));
  g_assert_true (mr_sale_can_move (sale, MR_SALE_VOID));
  assert_sound (sale);
}

static void
test_lines_stand_outside_open (void)
{
  static const MrSaleState states[] = { MR_SALE_PAYING, MR_SALE_HELD, MR_SALE_VOID };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (MrSale) sale = make_sale (1);
      g_autoptr (MrGood) good = make_good (2, 100, vat_13);
      guint line = add (sale, 1, 1000, 500, vat_13);
      g_autoptr (GError) error = NULL;

      g_assert_true (mr_sale_move (sale, states[i], NULL));
      assert_refused (mr_sale_add (sale, good, 1000, -1, TRUE, 0, &error) != 0, &error,
                      MR_SALE_ERROR_STATE);
      assert_refused (mr_sale_set_quantity (sale, line, 2000, &error), &error, MR_SALE_ERROR_STATE);
      assert_refused (mr_sale_set_price (sale, line, 2000, &error), &error, MR_SALE_ERROR_STATE);
      assert_refused (mr_sale_set_line_discount (sale, line, 1, &error), &error,
                      MR_SALE_ERROR_STATE);
      assert_refused (mr_sale_set_discount (sale, 1, &error), &error, MR_SALE_ERROR_STATE);
      assert_refused (mr_sale_remove (sale, line, &error), &error, MR_SALE_ERROR_STATE);
    }
}

/* A kept basket, built anew line by line, is the same basket. */
static void
test_rebuilding (void)
{
  g_autoptr (MrSale) sale = make_sale (10);
  g_autoptr (MrSale) copy = make_sale (10);
  guint a = add (sale, 1, 1000, 333, vat_13);
  guint b = add (sale, 2, 3000, 777, sales_tax);
  g_autoptr (GError) error = NULL;

  add (sale, 3, 1000, 555, vat_9);
  g_assert_true (mr_sale_set_line_discount (sale, b, 7, NULL));
  g_assert_true (mr_sale_set_discount (sale, 100, NULL));
  add (sale, 1, 1000, 333, vat_13);
  g_assert_true (mr_sale_remove (sale, 3, NULL));

  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    g_assert_true (mr_sale_append_line (copy, mr_sale_get_line (sale, i), &error));
  g_assert_true (mr_sale_set_discount (copy, mr_sale_get_discount_minor (sale), &error));

  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);
      const MrLine *again = mr_sale_get_line (copy, i);

      g_assert_cmpmem (line, sizeof *line, again, sizeof *again);
    }
  g_assert_cmpint (mr_sale_get_totals (copy)->total_minor, ==,
                   mr_sale_get_totals (sale)->total_minor);
  g_assert_cmpuint (add (copy, 9, 1000, 1, vat_9), ==, 4);
  assert_refused (mr_sale_append_line (copy, mr_sale_find_line (sale, a), &error), &error,
                  MR_SALE_ERROR_NO_LINE);
  assert_sound (copy);
}

/* Gives @quantity_milli of @sold back, after what @rows says came back before. */
static guint
give_back (MrSale *sale, const MrLine *sold, GArray *rows, gint64 quantity_milli, GError **error)
{
  const MrReturned whole = { sold->number, sold->quantity_milli, sold->gross_minor,
                             sold->amount_minor, sold->tax_minor };
  MrReturned before = mr_returned_find (rows, sold->number);
  MrOrigin origin = { .line = 0 };
  MrReturned more;

  if (!mr_origin_share (&origin, &whole, &before, quantity_milli))
    return 0;
  more = (MrReturned){ sold->number, quantity_milli, origin.gross_minor, origin.amount_minor,
                       origin.tax_minor };
  mr_returned_add (rows, &more);
  return mr_sale_add_return (sale, sold->good, quantity_milli, sold->unit_price_minor, &origin, 0,
                             error);
}

/* Three for ten yuan, with an odd discount: one by one they are worth the line, to the fen. */
static void
test_returning (void)
{
  g_autoptr (MrSale) sold = make_sale (1);
  g_autoptr (MrSale) back = make_sale (10);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (MrReturned));
  g_autoptr (GError) error = NULL;
  const MrLine *line;
  const MrTotals *totals;

  add (sold, 1, 3000, 500, vat_13);
  g_assert_true (mr_sale_set_discount (sold, 500, NULL));
  line = mr_sale_get_line (sold, 0);
  g_assert_cmpint (line->amount_minor, ==, 1000);
  g_assert_cmpint (line->tax_minor, ==, 115);

  g_assert_cmpuint (give_back (back, line, rows, 1000, &error), ==, 1);
  g_assert_no_error (error);
  totals = mr_sale_get_totals (back);
  g_assert_cmpint (totals->gross_minor, ==, -500);
  g_assert_cmpint (totals->discount_minor, ==, -167);
  g_assert_cmpint (totals->total_minor, ==, -333);
  g_assert_cmpint (totals->tax_minor, ==, -38);
  g_assert_cmpuint (give_back (back, line, rows, 3000, NULL), ==, 0);
  g_assert_cmpuint (give_back (back, line, rows, 1000, NULL), ==, 2);
  g_assert_cmpuint (give_back (back, line, rows, 1000, NULL), ==, 3);
  g_assert_cmpint (mr_sale_get_line (back, 1)->amount_minor, ==, -334);
  g_assert_cmpuint (give_back (back, line, rows, 1000, NULL), ==, 0);
  g_assert_cmpint (totals->total_minor, ==, -1000);
  g_assert_cmpint (totals->tax_minor, ==, -115);
  g_assert_cmpint (mr_sale_get_tax (back, 0)->tax_minor, ==, -115);
  assert_sound (back);

  /* It stands as it was sold, is never put aside, and no scan adds to it. */
  g_assert_false (mr_sale_set_quantity (back, 1, 2000, NULL));
  g_assert_false (mr_sale_set_price (back, 1, 1, NULL));
  g_assert_false (mr_sale_set_line_discount (back, 1, 1, NULL));
  g_assert_false (mr_sale_can_move (back, MR_SALE_HELD));
  g_assert_true (mr_sale_remove (back, 1, NULL));
  g_assert_cmpint (totals->total_minor, ==, -667);
  g_assert_true (mr_sale_restore (back, 1, NULL));
  g_assert_cmpuint (add (back, 1, 1000, 500, vat_13), ==, 4);
  assert_sound (back);
}

/* In one ticket: what is left of the sum is paid, or paid out; discounts and tax are those of what is sold. */
static void
test_exchange (void)
{
  g_autoptr (MrSale) sold = make_sale (1);
  g_autoptr (MrSale) sale = make_sale (10);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (MrReturned));
  g_autoptr (MrShift) shift = mr_shift_new (MR_ID_NONE, 1, 10000, 0);
  g_autofree char *broken = NULL;
  const MrTotals *totals = mr_sale_get_totals (sale);

  add (sold, 1, 2000, 1003, vat_13);
  g_assert_cmpuint (give_back (sale, mr_sale_get_line (sold, 0), rows, 1000, NULL), ==, 1);
  add (sale, 2, 1000, 500, vat_9);
  g_assert_true (mr_sale_set_discount (sale, 100, NULL));
  g_assert_false (mr_sale_set_discount (sale, 501, NULL));
  g_assert_cmpint (totals->total_minor, ==, -603);
  g_assert_cmpint (totals->due_minor, ==, -603);
  g_assert_cmpint (mr_sale_get_cash_due_minor (sale), ==, -600);
  g_assert_true (mr_sale_move (sale, MR_SALE_PAYING, NULL));
  g_assert_false (mr_sale_is_covered (sale));

  g_assert_false (mr_sale_add_tender (sale, MR_TENDER_CASH, 600, NULL));
  g_assert_false (mr_sale_add_tender (sale, MR_TENDER_WECHAT, -604, NULL));
  g_assert_false (mr_sale_add_tender (sale, MR_TENDER_CASH, -601, NULL));
  g_assert_true (mr_sale_add_tender (sale, MR_TENDER_WECHAT, -200, NULL));
  g_assert_cmpint (totals->due_minor, ==, -403);
  g_assert_cmpint (mr_sale_get_cash_due_minor (sale), ==, -400);
  assert_sound (sale);
  g_assert_true (mr_sale_add_tender (sale, MR_TENDER_CASH, -400, NULL));
  g_assert_cmpint (totals->rounding_minor, ==, 3);
  g_assert_cmpint (totals->change_minor, ==, 0);
  g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, NULL));
  assert_sound (sale);

  g_assert_true (mr_shift_add_sale (shift, sale, NULL));
  g_assert_cmpuint (shift->return_count, ==, 1);
  g_assert_cmpint (shift->return_minor, ==, 1003);
  g_assert_cmpint (mr_shift_get_expected_minor (shift), ==, 9600);
  broken = mr_shift_check (shift);
  g_assert_cmpstr (broken, ==, NULL);
}

/* Such as of a row that was damaged on the disk: nobody could read the sale's entry. */
static void
test_harmed_good (void)
{
  g_autoptr (MrSale) sale = mr_sale_new (MR_ID_NONE, "CNY", 10);
  g_autoptr (MrGood) sound = make_good (1, 300, vat_9);
  MrGood harmed[5] = { *sound, *sound, *sound, *sound, *sound };

  harmed[0].price_version = -99;
  harmed[1].category_id = MR_GOOD_MAX_ID + 1;
  harmed[2].units_milli = 0;
  harmed[3].price_minor = MR_MONEY_MAX_MINOR + 1;
  harmed[4].tax.id = G_MININT64;
  for (guint i = 0; i < G_N_ELEMENTS (harmed); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrGood) good = mr_good_new (&harmed[i]);

      g_assert_cmpuint (mr_sale_add (sale, good, 1000, 200, TRUE, 0, &error), ==, 0);
      g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE);
    }
  g_assert_cmpuint (mr_sale_add (sale, sound, 1000, 200, TRUE, 0, NULL), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sale/totals", test_totals);
  g_test_add_func ("/sale/merging", test_merging);
  g_test_add_func ("/sale/not-merging", test_not_merging);
  g_test_add_func ("/sale/asked-price", test_asked_price);
  g_test_add_func ("/sale/discounts", test_discounts);
  g_test_add_func ("/sale/discount-follows-lines", test_discount_follows_lines);
  g_test_add_func ("/sale/removing", test_removing);
  g_test_add_func ("/sale/ranges", test_ranges);
  g_test_add_func ("/sale/full", test_full);
  g_test_add_func ("/sale/paying", test_paying);
  g_test_add_func ("/sale/cash-due", test_cash_due);
  g_test_add_func ("/sale/tender-refused", test_tender_refused);
  g_test_add_func ("/sale/zero-total", test_zero_total);
  g_test_add_func ("/sale/moves", test_moves);
  g_test_add_func ("/sale/empty-sale-stays", test_empty_sale_stays);
  g_test_add_func ("/sale/lines-stand-outside-open", test_lines_stand_outside_open);
  g_test_add_func ("/sale/rebuilding", test_rebuilding);
  g_test_add_func ("/sale/returning", test_returning);
  g_test_add_func ("/sale/exchange", test_exchange);
  g_test_add_func ("/sale/harmed-good", test_harmed_good);
  return g_test_run ();
}
