/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-goods.h"

#include "catalog/catalog.h"
#include "model/barcode.h"
#include "store/shop.h"

#define BULK 10000
#define CATALOG_FILE "catalog-1-0123456789abcdef.db"

void
bench_goods_format_code (guint good, char code[14])
{
  char digits[13];

  g_snprintf (digits, sizeof digits, "690%09u", good);
  g_snprintf (code, 14, "%s%d", digits, mr_barcode_check_digit (digits, 12));
}

static void
add_rows (MrCatalog *catalog, guint first, guint n)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree MrCatalogRow *rows = g_new0 (MrCatalogRow, 3 * (gsize) n);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint good = first + i + 1;
      char code[14];
      char *id = g_strdup_printf ("%u", good);
      char *name = g_strdup_printf ("[\"商品 %u 号 %uml\",\"瓶\",%u,\"\",1,0,%u,\"\"]", good,
                                    good % 977, good % 40 + 1, good % 1000);
      char *price = g_strdup_printf ("[%u,\"retail\",0,%u]", good, 100 + good % 9900);
      char *pack;

      bench_goods_format_code (good, code);
      pack = g_strdup_printf ("[%u,1000,\"%s\",\"\"]", good, code);
      rows[3 * i] = (MrCatalogRow){ "good", 1, id, name };
      rows[3 * i + 1] = (MrCatalogRow){ "pack", 1, id, pack };
      rows[3 * i + 2] = (MrCatalogRow){ "price", 1, id, price };
      g_ptr_array_add (texts, id);
      g_ptr_array_add (texts, name);
      g_ptr_array_add (texts, price);
      g_ptr_array_add (texts, pack);
    }
  mr_catalog_apply_bulk (catalog, rows, 3 * (gsize) n, &error);
  g_assert_no_error (error);
}

static void
build_catalog (const char *dir, guint n_goods, gint64 now_us)
{
  static const MrCatalogHead head = {
    .region = "bench", .v = 1, .salt = "0123456789abcdef", .currency = "CNY"
  };
  g_autofree char *path = g_build_filename (dir, CATALOG_FILE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_create (path, &head, now_us, &error);
  const MrCatalogRow tax = { "tax", 1, "1", "[\"13%\",130000,1]" };

  g_assert_no_error (error);
  mr_catalog_begin_bulk (catalog, &error);
  mr_catalog_apply_bulk (catalog, &tax, 1, &error);
  g_assert_no_error (error);
  for (guint first = 0; first < n_goods; first += BULK)
    add_rows (catalog, first, MIN (BULK, n_goods - first));
  mr_catalog_finish_bulk (catalog, &head, &error);
  g_assert_no_error (error);
}

static void
build_shop (const char *dir, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShop) shop = mr_shop_open (dir, now_us, &error);

  g_assert_no_error (error);
  mr_shop_set_catalog (shop, CATALOG_FILE, now_us, &error);
  g_assert_no_error (error);
}

void
bench_goods_build (const char *dir, guint n_goods, gint64 now_us)
{
  build_catalog (dir, n_goods, now_us);
  build_shop (dir, now_us);
}
