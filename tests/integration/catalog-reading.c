/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"

#include "shelf-catalog.h"

static void
test_find (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autofree char *ids = NULL;
  const MrGood *good = NULL;

  shelf_build (fixture->path);
  catalog = shelf_open (fixture->path);
  goods = mr_catalog_find_barcode (catalog, "6901939621608", SHELF_NOW_US, &error);
  g_assert_no_error (error);
  ids = shelf_pack_ids (goods);
  g_assert_cmpstr (ids, ==, "1 5"); /* two goods with one barcode: the popular one first */

  good = goods->pdata[0];
  g_assert_cmpint (good->good_id, ==, 1);
  g_assert_cmpint (good->category_id, ==, 2);
  g_assert_cmpint (good->price_id, ==, 1);
  g_assert_cmpint (good->price_version, ==, 9);
  g_assert_cmpint (good->price_minor, ==, 300);
  g_assert_true (good->has_price);
  g_assert_cmpint (good->units_milli, ==, 1000);
  g_assert_cmpint (good->sold_by, ==, MR_SOLD_BY_PIECE);
  g_assert_cmpint (good->tax.id, ==, 1);
  g_assert_cmpint (good->tax.rate_ppm, ==, 130000);
  g_assert_true (good->tax.inclusive);
  g_assert_cmpstr (good->name, ==, "可口可乐 330ml");
  g_assert_cmpstr (good->unit, ==, "罐");
  g_assert_cmpstr (good->barcode, ==, "6901939621608");
  g_assert_cmpstr (good->brand, ==, "可口可乐");
  g_assert_cmpstr (good->category, ==, "饮料/碳酸");

  good = goods->pdata[1];
  g_assert_false (good->has_price);
  g_assert_cmpstr (good->category, ==, "");

  none = mr_catalog_find_barcode (catalog, "690193962160", SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_find_second_barcode_and_case (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autoptr (MrGood) banana = NULL;
  const MrGood *good = NULL;

  shelf_build (fixture->path);
  catalog = shelf_open (fixture->path);
  goods = mr_catalog_find_barcode (catalog, "6901939621609x", SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, ==, 1);
  good = goods->pdata[0];
  g_assert_cmpstr (good->barcode, ==, "6901939621609x"); /* as scanned */

  g_clear_pointer (&goods, g_ptr_array_unref);
  goods = mr_catalog_find_barcode (catalog, "16901939621605", SHELF_NOW_US, &error);
  g_assert_no_error (error);
  good = goods->pdata[0];
  g_assert_cmpstr (good->name, ==, "可口可乐 330ml 24罐/箱");
  g_assert_cmpint (good->units_milli, ==, 24000);
  g_assert_cmpint (good->price_minor, ==, 6600);

  banana = mr_catalog_get_pack (catalog, 4, SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (banana->name, ==, "香蕉");
  g_assert_cmpstr (banana->barcode, ==, "");
  g_assert_cmpint (banana->sold_by, ==, MR_SOLD_BY_WEIGHT);
  g_assert_null (mr_catalog_get_pack (catalog, 99, SHELF_NOW_US, &error));
  g_assert_no_error (error);
}

/* A price switches at its moment, not before. */
static void
test_price_moment (ShelfFixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 now_us;
    gint64 price_minor;
    gint64 next_us;
  } MOMENTS[] = {
    { 0, 300, SHELF_NOW_US + 1 },
    { SHELF_NOW_US, 300, SHELF_NOW_US + 1 },
    { SHELF_NOW_US + 1, 350, G_MAXINT64 },
    { G_MAXINT64, 350, G_MAXINT64 },
  };
  g_autoptr (MrCatalog) catalog = NULL;

  shelf_build (fixture->path);
  catalog = shelf_open (fixture->path);
  for (guint i = 0; i < G_N_ELEMENTS (MOMENTS); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrGood) good = mr_catalog_get_pack (catalog, 1, MOMENTS[i].now_us, &error);

      g_assert_no_error (error);
      g_assert_cmpint (good->price_minor, ==, MOMENTS[i].price_minor);
      g_assert_cmpint (mr_catalog_get_next_change_us (catalog, MOMENTS[i].now_us), ==,
                       MOMENTS[i].next_us);
    }
}

static const struct
{
  const char *typed;
  const char *packs;
} SEARCHES[] = {
  { "可乐", "1 2 3" },
  { "kl", "1 2 3" },
  { "KL", "1 2 3" },
  { "kkkl", "1 2" },
  { "kl330", "1 2 3" },
  { "kl33", "1 2 3" },
  { "kl 330", "1 2 3" },
  { "可乐330", "1 2 3" },
  { "可乐 330m", "1 2 3" },
  { "bs", "3" },
  { "百事", "3" },
  { "x", "4" }, /* begins with: 香蕉 */
  { "xj", "4" },
  { "yy", "5" }, /* 音乐, not yl */
  { "yl", "" },
  { "小熊", "5" }, /* its brand */
  { "xx", "5" },
  { "zq", "7" }, /* initials given: zqxm */
  { "cq", "" },
  { "coca", "6" },
  { "co", "6" },
  { "coca col", "6" },
  { "coca c", "6" },
  { "zero", "6" }, /* accents do not matter */
  { "zér", "6" },
  { "330", "1 2 3 6" },
  { "3300", "7" }, /* a barcode's beginning */
  { "6901939621608", "1 5" },
  { "6901", "1 5" },
  { "6901 可乐", "" },
  { "1690193", "2" },
  { "乐可", "" }, /* neighbours in this order only */
  { "", "" },
  { "   ", "" },
  { "\"", "" },
  { "* OR (", "" },
  { "可乐\" OR \"香蕉", "" },
  { "NOT", "" },
  { "乐", "1 2 3 5" },
  { "ｋｌ", "1 2 3" }, /* full width */
};

static void
test_search (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (MrCatalog) catalog = NULL;

  shelf_build (fixture->path);
  catalog = shelf_open (fixture->path);
  for (guint i = 0; i < G_N_ELEMENTS (SEARCHES); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) goods =
          mr_catalog_search (catalog, SEARCHES[i].typed, 20, SHELF_NOW_US, &error);
      g_autofree char *ids = NULL;

      g_assert_no_error (error);
      ids = shelf_pack_ids (goods);
      g_test_message ("“%s”", SEARCHES[i].typed);
      g_assert_cmpstr (ids, ==, SEARCHES[i].packs);
    }
}

static void
test_search_limit (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) two = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autofree char *ids = NULL;

  shelf_build (fixture->path);
  catalog = shelf_open (fixture->path);
  two = mr_catalog_search (catalog, "330", 2, SHELF_NOW_US, &error);
  g_assert_no_error (error);
  ids = shelf_pack_ids (two);
  g_assert_cmpstr (ids, ==, "1 2");
  none = mr_catalog_search (catalog, "330", 0, SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_categories (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) top = NULL;
  g_autoptr (GPtrArray) drinks = NULL;
  g_autofree char *ids = NULL;

  shelf_build (fixture->path);
  catalog = shelf_open (fixture->path);
  top = mr_catalog_list_categories (catalog, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (top->len, ==, 2);
  g_assert_cmpstr (((MrCategory *) top->pdata[0])->name, ==, "饮料");
  g_assert_cmpstr (((MrCategory *) top->pdata[1])->name, ==, "水果");
  drinks = mr_catalog_list_category (catalog, 1, 3, SHELF_NOW_US,
                                     &error); /* all of them are one level down */
  g_assert_no_error (error);
  ids = shelf_pack_ids (drinks);
  g_assert_cmpstr (ids, ==, "1 2 3");
}

/* Parents that go round in a circle are the center's fault, and no reason to stop. */
static void
test_category_circle (ShelfFixture *fixture, gconstpointer data)
{
  const MrCatalogRow rows[] = {
    { "category", 101, "1", "[2,\"饮料\",1]" },
    { "category", 102, "2", "[1,\"碳酸\",1]" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autoptr (MrGood) cola = NULL;

  shelf_build (fixture->path);
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  mr_catalog_apply (catalog, rows, G_N_ELEMENTS (rows), &SHELF_HEAD, &error);
  g_assert_no_error (error);
  goods = mr_catalog_list_category (catalog, 1, 10, SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, ==, 4);
  cola = mr_catalog_get_pack (catalog, 1, SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (cola->category, "饮料/碳酸"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/catalog/find", ShelfFixture, NULL, shelf_set_up, test_find, shelf_tear_down);
  g_test_add ("/catalog/find-second-barcode-and-case", ShelfFixture, NULL, shelf_set_up,
              test_find_second_barcode_and_case, shelf_tear_down);
  g_test_add ("/catalog/price-moment", ShelfFixture, NULL, shelf_set_up, test_price_moment,
              shelf_tear_down);
  g_test_add ("/catalog/search", ShelfFixture, NULL, shelf_set_up, test_search, shelf_tear_down);
  g_test_add ("/catalog/search-limit", ShelfFixture, NULL, shelf_set_up, test_search_limit,
              shelf_tear_down);
  g_test_add ("/catalog/categories", ShelfFixture, NULL, shelf_set_up, test_categories,
              shelf_tear_down);
  g_test_add ("/catalog/category-circle", ShelfFixture, NULL, shelf_set_up, test_category_circle,
              shelf_tear_down);
  return g_test_run ();
}
