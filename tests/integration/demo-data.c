/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/goods.h"
#include "model/barcode.h"

#include "temp-dir.h"
#include "test-region.h"

#include <string.h>

static char *
find_data (const char *name)
{
  const char *source = g_getenv ("MR_SOURCE_DIR");

  g_assert_nonnull (source);
  return g_build_filename (source, "data", "demo", name, NULL);
}

/* (element-type GStrv) rows without the header, each as long as it. */
static GPtrArray *
read_table (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = find_data (name);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  guint n_columns = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (text, "\n"));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i + 1] != NULL; i++)
    {
      char **fields = g_strsplit (lines[i], "\t", -1);

      if (i == 0)
        n_columns = g_strv_length (fields);
      g_assert_cmpuint (g_strv_length (fields), ==, n_columns);
      if (i == 0)
        g_strfreev (fields);
      else
        g_ptr_array_add (rows, fields);
    }
  return rows;
}

static void
assert_sold (MrCatalog *catalog, const char *barcode)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) goods = mr_catalog_find_barcode (catalog, barcode, G_MAXINT64 / 2, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, ==, 1);
  g_assert_true (((MrGood *) goods->pdata[0])->has_price);
}

static void
assert_found (MrCatalog *catalog, const char *typed, const char *first)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) goods = mr_catalog_search (catalog, typed, 20, G_MAXINT64 / 2, &error);

  g_assert_no_error (error);
  g_test_message ("%s: %u", typed, goods->len);
  g_assert_cmpuint (goods->len, >, 0);
  g_assert_cmpstr (((MrGood *) goods->pdata[0])->name, ==, first);
}

static void
assert_barcodes_sold (MrCatalog *catalog, const char *table, guint column, guint at_least)
{
  g_autoptr (GPtrArray) rows = read_table (table);

  g_assert_cmpuint (rows->len, >=, at_least);
  for (guint i = 0; i < rows->len; i++)
    assert_sold (catalog, ((char **) rows->pdata[i])[column]);
}

static void
set_popularity (MrDb *db, TestWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = read_table ("popularity.tsv");
  g_autoptr (MrGoods) goods = mr_goods_new (db, &world->world, 1, &error);

  g_assert_no_error (error);
  mr_goods_begin (goods, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      char **row = rows->pdata[i];

      g_assert_true (
          mr_goods_set_popularity (goods, row[0], g_ascii_strtoll (row[1], NULL, 10), &error));
    }
  mr_goods_commit (goods, &error);
  g_assert_no_error (error);
}

/* From the file through the region's feed into a catalog, as it comes to a till. */
static void
test_goods (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = temp_dir_new ();
  g_autofree char *goods_path = find_data ("goods.tsv");
  g_autofree char *catalog_path = g_build_filename (dir, "catalog.db", NULL);
  g_autoptr (MrDb) db = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  MrCatalogHead head = { 0 };
  MrImportCounts counts = { 0 };
  TestWorld world;

  test_world_init (&world, 1);
  db = test_region_new (dir, &world);
  counts = test_region_import (db, &world, goods_path, NULL);
  g_assert_cmpuint (counts.added, >=, 330);
  g_assert_cmpuint (counts.added, ==, counts.lines);
  g_assert_cmpuint (counts.warned, ==, 0);
  set_popularity (db, &world);

  test_region_build_catalog (db, &world, catalog_path, &head);
  mr_catalog_check (catalog_path, &head, &error);
  g_assert_no_error (error);
  catalog = mr_catalog_open (catalog_path, &error);
  g_assert_no_error (error);
  assert_found (catalog, "可乐", "可口可乐 330ml");
  assert_found (catalog, "kl", "可口可乐 330ml");
  assert_found (catalog, "kl330", "可口可乐 330ml");
  assert_found (catalog, "百事", "百事可乐 330ml");
  assert_found (catalog, "nfsq", "农夫山泉 饮用天然水 550ml");
  assert_found (catalog, "xj", "香蕉");
  assert_barcodes_sold (catalog, "tiles.tsv", 3, 60);
  assert_barcodes_sold (catalog, "short-codes.tsv", 2, 40);
  assert_barcodes_sold (catalog, "popularity.tsv", 0, 50);

  g_clear_pointer (&catalog, mr_catalog_close);
  g_clear_pointer (&db, mr_db_close);
  temp_dir_remove (dir);
}

/* Every code with the length of a GTIN is one, and every shop that is spoken of is there. */
static void
test_consistent (void)
{
  static const char *const OF_SHOPS[] = { "settings.tsv", "staff.tsv", "tiles.tsv",
                                          "short-codes.tsv" };
  g_autoptr (GPtrArray) goods = read_table ("goods.tsv");
  g_autoptr (GPtrArray) shops = read_table ("shops.tsv");
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < goods->len; i++)
    {
      const char *barcode = ((char **) goods->pdata[i])[0];
      int expected = -1;

      g_assert_false (mr_barcode_has_wrong_check (barcode, &expected));
      g_assert_true (strlen (barcode) == 4 || strlen (barcode) == 13 || strlen (barcode) == 14);
    }
  for (guint i = 0; i < shops->len; i++)
    g_hash_table_add (known, ((char **) shops->pdata[i])[0]);
  for (guint i = 0; i < G_N_ELEMENTS (OF_SHOPS); i++)
    {
      g_autoptr (GPtrArray) rows = read_table (OF_SHOPS[i]);

      for (guint j = 0; j < rows->len; j++)
        g_assert_true (g_hash_table_contains (known, ((char **) rows->pdata[j])[0]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo/goods", test_goods);
  g_test_add_func ("/demo/consistent", test_consistent);
  return g_test_run ();
}
