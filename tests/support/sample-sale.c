/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sample-sale.h"

static MrGood *
sample_good (TestWorld *world, guint number)
{
  g_autofree char *name = g_strdup_printf ("可口可乐 330ml 第%u号", number);
  g_autofree char *barcode = g_strdup_printf ("69011%07u1", number);
  gboolean weighed = test_world_below (world, 5) == 0;
  gboolean known = test_world_below (world, 8) != 0;
  MrGood good = { .good_id = known ? 1000 + number : 0,
                  .pack_id = known ? 2000 + number : 0,
                  .category_id = 7,
                  .price_id = known ? 3000 + number : 0,
                  .price_version = 12,
                  .price_minor = 100 + (gint64) test_world_below (world, 5000),
                  .has_price = TRUE,
                  .units_milli = number % 7 == 0 ? 24000 : 1000,
                  .sold_by = weighed ? MR_SOLD_BY_WEIGHT : MR_SOLD_BY_PIECE,
                  .tax = number % 3 == 0 ? (MrTax){ 2, 90000, TRUE } : (MrTax){ 1, 130000, TRUE },
                  .name = name,
                  .unit = weighed ? "千克" : "瓶",
                  .barcode = barcode,
                  .brand = "可口可乐",
                  .category = "饮料/碳酸" };

  return mr_good_new (&good);
}

MrSale *
sample_basket (TestWorld *world, guint n_lines)
{
  MrSale *sale = mr_sale_new (mr_id_new (&world->world), "CNY", 10);

  for (guint i = 0; i < n_lines; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrGood) good =
          sample_good (world, 1 + i * 13 + (guint) test_world_below (world, 13));
      gint64 quantity = good->sold_by == MR_SOLD_BY_WEIGHT
                            ? 1 + (gint64) test_world_below (world, 3000)
                            : 1000 * (1 + (gint64) test_world_below (world, 3));

      mr_sale_add (sale, good, quantity, -1, TRUE, world->now_us, &error);
      g_assert_no_error (error);
    }
  return sale;
}

MrSale *
sample_sale (TestWorld *world, guint n_lines)
{
  MrSale *sale = sample_basket (world, n_lines);
  g_autoptr (GError) error = NULL;
  gint64 half = mr_sale_get_totals (sale)->total_minor / 2;

  if (half > 0 && test_world_below (world, 3) == 0)
    mr_sale_add_tender (sale, MR_TENDER_WECHAT, half, &error);
  g_assert_no_error (error);
  mr_sale_add_tender (sale, MR_TENDER_CASH,
                      mr_sale_get_cash_due_minor (sale) +
                          10 * (gint64) test_world_below (world, 100),
                      &error);
  g_assert_no_error (error);
  mr_sale_move (sale, MR_SALE_COMPLETE, &error);
  g_assert_no_error (error);
  return sale;
}
