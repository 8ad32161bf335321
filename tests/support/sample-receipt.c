/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sample-receipt.h"

#include <libintl.h>

const MrId sample_receipt_id = { { 0x01, 0x97, 0x12, 0x34, 0x56, 0x78, 0x70, 0x00, 0x8a, 0xbc, 0xde,
                                   0xf0, 0x12, 0x34, 0x56, 0x78 } };

MrSale *
sample_receipt_make_sale (const char *currency, gint64 rounding_minor, const SampleItem *items,
                          gsize n)
{
  MrSale *sale = mr_sale_new (sample_receipt_id, currency, rounding_minor);

  for (gsize i = 0; i < n; i++)
    {
      MrGood values = { .good_id = (gint64) i + 1,
                        .pack_id = (gint64) i + 1,
                        .has_price = TRUE,
                        .price_minor = items[i].price_minor,
                        .units_milli = 1000,
                        .sold_by = items[i].sold_by,
                        .tax = items[i].tax,
                        .name = items[i].name,
                        .unit = items[i].unit,
                        .barcode = "",
                        .brand = "",
                        .category = "" };
      g_autoptr (MrGood) good = mr_good_new (&values);
      g_autoptr (GError) error = NULL;
      guint number = mr_sale_add (sale, good, items[i].quantity_milli, -1, FALSE,
                                  SAMPLE_RECEIPT_AT_US, &error);

      g_assert_no_error (error);
      if (items[i].discount_minor > 0)
        {
          mr_sale_set_line_discount (sale, number, items[i].discount_minor, &error);
          g_assert_no_error (error);
        }
    }
  return sale;
}

void
sample_receipt_pay (MrSale *sale, MrTenderKind kind, gint64 amount_minor)
{
  g_autoptr (GError) error = NULL;

  mr_sale_add_tender (sale, kind, amount_minor, &error);
  g_assert_no_error (error);
}

void
sample_receipt_finish (MrSale *sale)
{
  g_autoptr (GError) error = NULL;

  mr_sale_move (sale, MR_SALE_COMPLETE, &error);
  g_assert_no_error (error);
}

MrReceiptFacts
sample_receipt_make_facts (GTimeZone *zone)
{
  return (MrReceiptFacts){ .shop_name = "街角便利店",
                           .header = "上海市黄浦区福州路 12 号\n021-5555 0100",
                           .footer = "谢谢惠顾,欢迎再来",
                           .till = "2",
                           .staff = "李华",
                           .label = "2A-000123",
                           .entry_id = sample_receipt_id,
                           .at_us = SAMPLE_RECEIPT_AT_US,
                           .printed_at_us = SAMPLE_RECEIPT_AT_US + SAMPLE_RECEIPT_HOUR_US,
                           .time_zone = zone,
                           .currency = "CNY" };
}

/* Several rates, a weighed good, discounts on a line and on the sale, a name without end, cash
 * rounded to the jiao, two tenders. */
MrSale *
sample_receipt_make_full_sale (void)
{
  static const SampleItem items[] = {
    { "可口可乐 330 ml", "瓶", 300, 2000, 300, MR_SOLD_BY_PIECE, { 1, 130000, TRUE } },
    { "土鸡蛋 10枚", "盒", 1580, 1000, 0, MR_SOLD_BY_PIECE, { 2, 90000, TRUE } },
    { "香蕉", "kg", 598, 1235, 0, MR_SOLD_BY_WEIGHT, { 2, 90000, TRUE } },
    { "Weihenstephaner Hefeweißbier Naturtrüb Alkoholfrei isotonisch vitaminhaltig "
      "kalorienreduziert "
      "aus der ältesten Brauerei der Welt seit 1040",
      "",
      1234,
      3000,
      0,
      MR_SOLD_BY_PIECE,
      { 1, 130000, TRUE } },
    { "新疆和田骏枣特级大果免洗即食孕妇零食袋装原产地直发当季新货一级品质坚持每一颗精选",
      "袋",
      2999,
      1000,
      0,
      MR_SOLD_BY_PIECE,
      { 2, 90000, TRUE } },
  };
  MrSale *sale = sample_receipt_make_sale ("CNY", 10, items, G_N_ELEMENTS (items));
  g_autoptr (GError) error = NULL;

  mr_sale_set_discount (sale, 500, &error);
  g_assert_no_error (error);
  sample_receipt_pay (sale, MR_TENDER_WECHAT, 5000);
  sample_receipt_pay (sale, MR_TENDER_CASH, 10000);
  sample_receipt_finish (sale);
  return sale;
}

void
sample_receipt_use_language (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  /* gettext looks at LANGUAGE again when the catalog is bound anew. */
  g_autofree char *locale_dir = g_build_filename (g_getenv ("MR_BUILD_DIR"), "po", NULL);
  bindtextdomain (MR_GETTEXT_DOMAIN, locale_dir);
  bind_textdomain_codeset (MR_GETTEXT_DOMAIN, "UTF-8");
}
