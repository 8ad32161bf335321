/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/shift.h"
#include "test-world.h"

#include <stdio.h>
#include <stdlib.h>

/* Rings up random baskets with the real model and prints every act, its answer and the sums, a line
 * each, for baskets.py to work out again from the rules.
 *
 * usage: basket-driver SEED COUNT
 *
 *   S cash_rounding                                        a new sale
 *   A pack price_id price weighed tax rate inclusive quantity asked merge = number
 *   Q number quantity = ok      P number price = ok        L number discount = ok
 *   D discount = ok             R number = ok              U number = ok
 *   K number                                               remember this line of the complete sale
 *   G line quantity = number gross amount tax left         give back of the line remembered (0 of no such line)
 *   T kind amount = ok due cash_due (after it)             B = ok (take the last tender back)
 *   M state = ok                                           a move
 *   N number quantity gross discount share amount tax removed   a line, in order
 *   X tax rate inclusive amount tax                        a tax rule
 *   E state gross discount tax total rounding given due change pieces covered
 *   F float                                                a new shift
 *   Z count gross discount tax total rounding grand removed returns returned (count amount)×tenders expected variance
 */

#define N_GOODS 60
#define N_PACKS 40 /* the goods past these are earlier packs with something about them changed */

static const guint32 rates_ppm[] = { 0,     10000, 30000,  50000,  60000,  72500,
                                     87500, 90000, 100000, 130000, 190000, 250000 };

typedef struct
{
  TestWorld chance;
  MrGood *goods[N_GOODS];
  MrSale *sale;
  MrShift *shift;
  gint64 counted_minor;

  MrGood *kept_good; /* (owned) (nullable): the line remembered, to be given back piece by piece */
  gint64 kept_price_minor;
  MrReturned kept;
  MrReturned returned;
} Driver;

static gint64
below (Driver *self, gint64 n)
{
  return (gint64) test_world_below (&self->chance, (guint64) n);
}

static gboolean
one_in (Driver *self, gint64 n)
{
  return below (self, n) == 0;
}

static gint64
make_price (Driver *self)
{
  static const gint64 limits[] = { 10, 100, 1000, 3000, 3000, 3000, 10000, 100000 };

  static const gint64 large[] = { MR_MONEY_MAX_MINOR / 2, MR_MONEY_MAX_MINOR / 2 + 1,
                                  MR_MONEY_MAX_MINOR - 1, MR_MONEY_MAX_MINOR,
                                  MR_MONEY_MAX_MINOR + 1 };

  if (one_in (self, 400))
    return large[below (self, G_N_ELEMENTS (large))];
  return below (self, limits[below (self, G_N_ELEMENTS (limits))] + 1);
}

static MrGood *
make_good (Driver *self, gint64 pack_id)
{
  MrGood values = { .pack_id = one_in (self, 12) ? 0 : pack_id,
                    .price_id = 1 + below (self, 2),
                    .units_milli = MR_QUANTITY_ONE_MILLI };

  values.sold_by = one_in (self, 6) ? MR_SOLD_BY_WEIGHT : MR_SOLD_BY_PIECE;
  values.has_price = !one_in (self, 15);
  values.price_minor = values.has_price ? make_price (self) : 0;
  values.tax.id = below (self, 5);
  values.tax.rate_ppm = one_in (self, 10) ? (guint32) below (self, 400000)
                                          : rates_ppm[below (self, G_N_ELEMENTS (rates_ppm))];
  values.tax.inclusive = values.tax.id % 2 == 0 ? TRUE : one_in (self, 3);
  return mr_good_new (&values);
}

static MrGood *
make_variant (Driver *self, const MrGood *good)
{
  MrGood values = *good;

  switch (below (self, 4))
    {
    case 0:
      values.price_id++;
      break;

    case 1:
      values.price_minor++;
      break;

    case 2:
      values.tax.rate_ppm++;
      break;

    default:
      values.tax.inclusive = !values.tax.inclusive;
      break;
    }

  return mr_good_new (&values);
}

static gint64
make_quantity (Driver *self, const MrGood *good)
{
  if (one_in (self, 300))
    return below (self, 3) == 0 ? 0 : MR_QUANTITY_MAX_MILLI - 1000 + below (self, 2000);
  if (good->sold_by == MR_SOLD_BY_WEIGHT || one_in (self, 40))
    return 1 + below (self, 4000);
  return 1000 * (1 + (one_in (self, 3) ? below (self, 12) : 0));
}

static gint64
make_asked (Driver *self, const MrGood *good)
{
  return one_in (self, 2) ? good->price_minor + 50 : make_price (self) - 1;
}

static void
add_line (Driver *self)
{
  gint64 hot = below (self, 8) + (one_in (self, 3) ? N_PACKS : 0);
  MrGood *good = self->goods[one_in (self, 4) ? below (self, N_GOODS) : hot];
  gint64 quantity_milli = make_quantity (self, good);
  gint64 asked_minor = one_in (self, 10) || !good->has_price ? make_asked (self, good) : -1;
  gboolean merge = !one_in (self, 10);
  guint number = mr_sale_add (self->sale, good, quantity_milli, asked_minor, merge, 0, NULL);

  printf ("A %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT
          " %u %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d = %u\n",
          good->pack_id, good->price_id, good->has_price ? good->price_minor : -1,
          good->sold_by == MR_SOLD_BY_WEIGHT, good->tax.id, good->tax.rate_ppm, good->tax.inclusive,
          quantity_milli, asked_minor, merge, number);
}

/* The number of some line, now and then of none. */
static guint
pick_line (Driver *self)
{
  guint n = mr_sale_get_n_lines (self->sale);

  return n == 0 || one_in (self, 30) ? 99 : (guint) (1 + below (self, n));
}

/* Mostly within @limit, now and then past it. */
static gint64
make_discount (Driver *self, gint64 limit_minor)
{
  if (one_in (self, 15))
    return limit_minor + below (self, 3) - 1;
  return limit_minor > 0 ? below (self, limit_minor / (1 + below (self, 10)) + 1) : 0;
}

static void
change_line (Driver *self)
{
  guint number = pick_line (self);
  const MrLine *line = mr_sale_find_line (self->sale, number);
  gint64 value;

  switch (below (self, 6))
    {
    case 0:
      value = make_quantity (self, self->goods[0]);
      printf ("Q %u %" G_GINT64_FORMAT " = %d\n", number, value,
              mr_sale_set_quantity (self->sale, number, value, NULL));
      break;

    case 1:
      value = make_price (self);
      printf ("P %u %" G_GINT64_FORMAT " = %d\n", number, value,
              mr_sale_set_price (self->sale, number, value, NULL));
      break;

    case 2:
    case 3:
      value = make_discount (self, line != NULL ? line->gross_minor : 100);
      printf ("L %u %" G_GINT64_FORMAT " = %d\n", number, value,
              mr_sale_set_line_discount (self->sale, number, value, NULL));
      break;

    case 4:
      printf ("R %u = %d\n", number, mr_sale_remove (self->sale, number, NULL));
      break;

    default:
      printf ("U %u = %d\n", number, mr_sale_restore (self->sale, number, NULL));
      break;
    }
}

/* Remembers a line of the sale that has just become complete. */
static void
keep_line (Driver *self)
{
  const MrLine *line =
      mr_sale_get_line (self->sale, (guint) below (self, mr_sale_get_n_lines (self->sale)));

  if (line->removed || line->origin != NULL)
    return;
  g_clear_pointer (&self->kept_good, mr_good_unref);
  self->kept_good = mr_good_ref (line->good);
  self->kept_price_minor = line->unit_price_minor;
  self->kept = (MrReturned){ line->number, line->quantity_milli, line->gross_minor,
                             line->amount_minor, line->tax_minor };
  self->returned = (MrReturned){ .line = line->number };
  printf ("K %u\n", line->number);
}

static void
give_back (Driver *self)
{
  gint64 left_milli = self->kept.quantity_milli - self->returned.quantity_milli;
  gint64 quantity_milli = one_in (self, 3)   ? left_milli
                          : one_in (self, 2) ? below (self, left_milli + 2)
                                             : MR_QUANTITY_ONE_MILLI;
  MrOrigin origin = { .line = 0 };
  guint number = 0;

  if (self->kept_good == NULL)
    return;
  if (mr_origin_share (&origin, &self->kept, &self->returned, quantity_milli))
    number = mr_sale_add_return (self->sale, self->kept_good, quantity_milli,
                                 self->kept_price_minor, &origin, 0, NULL);
  if (number != 0)
    {
      const MrReturned more = { self->kept.line, quantity_milli, origin.gross_minor,
                                origin.amount_minor, origin.tax_minor };
      g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (MrReturned));

      g_array_append_val (rows, self->returned);
      mr_returned_add (rows, &more);
      self->returned = mr_returned_find (rows, self->kept.line);
    }
  printf ("G %u %" G_GINT64_FORMAT " = %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
          " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
          self->kept.line, quantity_milli, number, number != 0 ? origin.gross_minor : 0,
          number != 0 ? origin.amount_minor : 0, number != 0 ? origin.tax_minor : 0,
          self->kept.quantity_milli - self->returned.quantity_milli);
}

static void
discount_sale (Driver *self)
{
  const MrTotals *totals = mr_sale_get_totals (self->sale);
  gint64 value = make_discount (self, totals->gross_minor - totals->discount_minor);

  printf ("D %" G_GINT64_FORMAT " = %d\n", value, mr_sale_set_discount (self->sale, value, NULL));
}

static gint64
make_refund (Driver *self, gint64 due, gint64 cash_due)
{
  switch (below (self, 4))
    {
    case 0:
      return cash_due;

    case 1:
      return due;

    default:
      return -below (self, 2 - due);
    }
}

static gint64
make_cash (Driver *self)
{
  gint64 step = mr_sale_get_cash_rounding_minor (self->sale);
  gint64 cash_due = mr_sale_get_cash_due_minor (self->sale);
  gint64 due = mr_sale_get_totals (self->sale)->due_minor;

  switch (below (self, 5))
    {
    case 0:
      return cash_due;

    case 1:
      return due;

    case 2:
      return below (self, due + 2);

    case 3:
      return mr_money_round_to (below (self, due + 2), step);

    default:
      return (cash_due / 1000 + 1 + below (self, 3)) * 1000;
    }
}

static void
give_tender (Driver *self)
{
  MrTenderKind kind = one_in (self, 2) ? MR_TENDER_CASH : (MrTenderKind) below (self, MR_N_TENDERS);
  gint64 due = mr_sale_get_totals (self->sale)->due_minor;
  gint64 amount = due < 0 ? make_refund (self, due, mr_sale_get_cash_due_minor (self->sale))
                  : kind == MR_TENDER_CASH ? make_cash (self)
                  : one_in (self, 2)       ? due
                                           : below (self, due + 3);
  gboolean ok = mr_sale_add_tender (self->sale, kind, amount, NULL);

  printf ("T %u %" G_GINT64_FORMAT " = %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", kind,
          amount, ok, mr_sale_get_totals (self->sale)->due_minor,
          mr_sale_get_cash_due_minor (self->sale));
}

static void
move (Driver *self, MrSaleState to)
{
  printf ("M %u = %d\n", to, mr_sale_move (self->sale, to, NULL));
}

static void
print_sale (const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);

  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);

      printf ("N %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
              " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d\n",
              line->number, line->quantity_milli, line->gross_minor, line->discount_minor,
              line->sale_discount_minor, line->amount_minor, line->tax_minor, line->removed);
    }
  for (guint i = 0; i < mr_sale_get_n_taxes (sale); i++)
    {
      const MrTaxSum *sum = mr_sale_get_tax (sale, i);

      printf ("X %" G_GINT64_FORMAT " %u %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
              sum->tax.id, sum->tax.rate_ppm, sum->tax.inclusive, sum->amount_minor,
              sum->tax_minor);
    }
  printf ("E %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
          " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
          " %" G_GINT64_FORMAT " %d\n",
          mr_sale_get_state (sale), totals->gross_minor, totals->discount_minor, totals->tax_minor,
          totals->total_minor, totals->rounding_minor, totals->given_minor, totals->due_minor,
          totals->change_minor, totals->pieces_milli, mr_sale_is_covered (sale));
}

static void
open_shift (Driver *self, gint64 grand_total_minor)
{
  gint64 float_minor = below (self, 100000);

  self->shift = mr_shift_new (MR_ID_NONE, 1, float_minor, grand_total_minor);
  printf ("F %" G_GINT64_FORMAT "\n", float_minor);
}

static void
close_shift (Driver *self)
{
  MrShift *shift = self->shift;
  gint64 counted_minor = below (self, 1000000);
  g_autofree char *broken = mr_shift_check (shift);

  g_assert_cmpstr (broken, ==, NULL);
  g_assert_true (mr_shift_close (shift, TRUE, counted_minor, 0, NULL));
  for (guint i = 0; i < shift->taxes->len; i++)
    {
      const MrTaxSum *sum = &g_array_index (shift->taxes, MrTaxSum, i);

      printf ("X %" G_GINT64_FORMAT " %u %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
              sum->tax.id, sum->tax.rate_ppm, sum->tax.inclusive, sum->amount_minor,
              sum->tax_minor);
    }
  printf ("Z %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
          " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u",
          shift->sale_count, shift->gross_minor, shift->discount_minor, shift->tax_minor,
          shift->total_minor, shift->rounding_minor, shift->grand_total_minor,
          shift->removed_line_count);
  printf (" %u %" G_GINT64_FORMAT, shift->return_count, shift->return_minor);
  for (guint i = 0; i < MR_N_TENDERS; i++)
    printf (" %u %" G_GINT64_FORMAT, shift->tenders[i].count, shift->tenders[i].amount_minor);
  printf (" %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", mr_shift_get_expected_minor (shift),
          counted_minor - mr_shift_get_variance_minor (shift));
}

static void
pay (Driver *self)
{
  for (guint tries = 0; tries < 8 && !mr_sale_is_covered (self->sale); tries++)
    {
      give_tender (self);
      if (one_in (self, 12))
        printf ("B = %d\n", mr_sale_remove_last_tender (self->sale, NULL));
    }
}

static void
ring_up (Driver *self)
{
  static const gint64 cash_roundings[] = { 1, 1, 5, 10, 10, 50, 100, 7 };
  gint64 cash_rounding = cash_roundings[below (self, G_N_ELEMENTS (cash_roundings))];
  guint n_acts = (guint) (1 + below (self, one_in (self, 20) ? 40 : 9));
  g_autofree char *broken = NULL;

  self->sale = mr_sale_new (MR_ID_NONE, "CNY", cash_rounding);
  printf ("S %" G_GINT64_FORMAT "\n", cash_rounding);
  for (guint i = 0; i < n_acts; i++)
    {
      gint64 dice = below (self, 10);

      if (one_in (self, 8))
        give_back (self);
      else if (dice < 7 || mr_sale_get_n_lines (self->sale) == 0)
        add_line (self);
      else if (dice < 9)
        change_line (self);
      else
        discount_sale (self);
    }

  if (one_in (self, 15))
    move (self, (MrSaleState) below (self, MR_N_SALE_STATES));
  move (self, MR_SALE_PAYING);
  if (mr_sale_get_state (self->sale) == MR_SALE_PAYING)
    pay (self);
  move (self, MR_SALE_COMPLETE);
  print_sale (self->sale);

  broken = mr_sale_check (self->sale);
  g_assert_cmpstr (broken, ==, NULL);
  if (mr_sale_get_state (self->sale) == MR_SALE_COMPLETE)
    {
      g_assert_true (mr_shift_add_sale (self->shift, self->sale, NULL));
      if (one_in (self, 3))
        keep_line (self);
    }
  g_clear_pointer (&self->sale, mr_sale_free);
}

int
main (int argc, char **argv)
{
  Driver driver = { 0 };
  guint64 count;

  g_assert_cmpint (argc, ==, 3);
  test_world_init (&driver.chance, g_ascii_strtoull (argv[1], NULL, 10));
  count = g_ascii_strtoull (argv[2], NULL, 10);
  open_shift (&driver, 0);
  for (guint64 i = 0; i < count; i++)
    {
      if (i % 200 == 0)
        {
          for (guint j = 0; j < N_GOODS; j++)
            {
              g_clear_pointer (&driver.goods[j], mr_good_unref);
              driver.goods[j] = j < N_PACKS ? make_good (&driver, j + 1)
                                            : make_variant (&driver, driver.goods[j - N_PACKS]);
            }
        }
      ring_up (&driver);
      if (one_in (&driver, 100) || i + 1 == count)
        {
          gint64 grand_total_minor = driver.shift->grand_total_minor;

          close_shift (&driver);
          g_clear_pointer (&driver.shift, mr_shift_free);
          open_shift (&driver, grand_total_minor);
        }
    }

  for (guint j = 0; j < N_GOODS; j++)
    g_clear_pointer (&driver.goods[j], mr_good_unref);
  g_clear_pointer (&driver.kept_good, mr_good_unref);
  mr_shift_free (driver.shift);
  return EXIT_SUCCESS;
}
