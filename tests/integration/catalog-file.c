/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"
#include "db/db.h"

#include "temp-dir.h"
#include "test-world.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW_US G_GINT64_CONSTANT (1750000000000000)

static const MrCatalogHead HEAD = {
  .region = "east", .v = 100, .salt = "0123456789abcdef", .currency = "CNY"
};

/* A small shop. Versions count up with the index. */
static const struct
{
  const char *table;
  const char *id;
  const char *fields;
} SHELF[] = {
  { "tax", "1", "[\"13%\",130000,1]" },
  { "tax", "2", "[\"9%\",90000,1]" },
  { "category", "1", "[0,\"饮料\",1]" },
  { "category", "2", "[1,\"碳酸\",1]" },
  { "category", "3", "[0,\"水果\",2]" },
  { "good", "1", "[\"可口可乐 330ml\",\"罐\",2,\"可口可乐\",1,0,900,\"\"]" },
  { "pack", "1", "[1,1000,\"6901939621608\\n6901939621609x\",\"\"]" },
  { "pack", "2", "[1,24000,\"16901939621605\",\"24罐/箱\"]" },
  { "price", "1", "[1,\"retail\",0,300]" },
  { "price", "2", "[1,\"retail\",1750000000000001,350]" },
  { "price", "3", "[1,\"member\",0,280]" },
  { "price", "4", "[2,\"retail\",0,6600]" },
  { "good", "2", "[\"百事可乐 330ml\",\"罐\",2,\"百事\",1,0,800,\"\"]" },
  { "pack", "3", "[2,1000,\"6924882406207\",\"\"]" },
  { "good", "3", "[\"香蕉\",\"千克\",3,\"\",2,1,1000,\"\"]" },
  { "pack", "4", "[3,1000,\"\",\"\"]" },
  { "price", "5", "[4,\"retail\",0,598]" },
  { "good", "4", "[\"音乐盒\",\"个\",0,\"小熊\",1,0,0,\"\"]" },
  { "pack", "5", "[4,1000,\"6901939621608\",\"\"]" },
  { "good", "5", "[\"Coca-Cola Zéro 330 ml\",\"\",2,\"\",1,0,0,\"\"]" },
  { "pack", "6", "[5,1000,\"5449000131805\",\"\"]" },
  { "good", "6", "[\"重庆小面\",\"袋\",0,\"\",1,0,0,\"zqxm\"]" },
  { "pack", "7", "[6,1000,\"330012345678X\",\"\"]" },
};

typedef struct
{
  char *dir; /* (owned) */
  char *path; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = temp_dir_new ();
  fixture->path = g_build_filename (fixture->dir, "catalog-100-0123456789abcdef.db", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  temp_dir_remove (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->path);
}

static MrCatalogRow
shelf_row (guint i)
{
  return (MrCatalogRow){ SHELF[i].table, (gint64) i + 1, SHELF[i].id, SHELF[i].fields };
}

static MrCatalog *
create (const char *path)
{
  g_autoptr (GError) error = NULL;
  MrCatalog *catalog = mr_catalog_create (path, &HEAD, NOW_US, &error);

  g_assert_no_error (error);
  return catalog;
}

static void
build_bulk (const char *path, const MrCatalogRow *rows, gsize n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = create (path);

  mr_catalog_begin_bulk (catalog, &error);
  g_assert_no_error (error);
  mr_catalog_apply_bulk (catalog, rows, n, &error);
  g_assert_no_error (error);
  mr_catalog_finish_bulk (catalog, &HEAD, &error);
  g_assert_no_error (error);
}

static void
build_shelf (const char *path)
{
  MrCatalogRow rows[G_N_ELEMENTS (SHELF)];

  for (guint i = 0; i < G_N_ELEMENTS (SHELF); i++)
    rows[i] = shelf_row (i);
  build_bulk (path, rows, G_N_ELEMENTS (SHELF));
}

static MrCatalog *
open_reader (const char *path)
{
  g_autoptr (GError) error = NULL;
  MrCatalog *catalog = mr_catalog_open (path, &error);

  g_assert_no_error (error);
  return catalog;
}

/* "2 7": the ids of the packs, in the order given. */
static char *
pack_ids (GPtrArray *goods)
{
  GString *ids = g_string_new (NULL);

  g_assert_nonnull (goods);
  for (guint i = 0; i < goods->len; i++)
    {
      const MrGood *good = goods->pdata[i];

      g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", good->pack_id);
    }
  return g_string_free (ids, FALSE);
}

/* --- reading --- */

static void
test_find (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autofree char *ids = NULL;
  const MrGood *good = NULL;

  build_shelf (fixture->path);
  catalog = open_reader (fixture->path);
  goods = mr_catalog_find_barcode (catalog, "6901939621608", NOW_US, &error);
  g_assert_no_error (error);
  ids = pack_ids (goods);
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

  none = mr_catalog_find_barcode (catalog, "690193962160", NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_find_second_barcode_and_case (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autoptr (MrGood) banana = NULL;
  const MrGood *good = NULL;

  build_shelf (fixture->path);
  catalog = open_reader (fixture->path);
  goods = mr_catalog_find_barcode (catalog, "6901939621609x", NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, ==, 1);
  good = goods->pdata[0];
  g_assert_cmpstr (good->barcode, ==, "6901939621609x"); /* as scanned */

  g_clear_pointer (&goods, g_ptr_array_unref);
  goods = mr_catalog_find_barcode (catalog, "16901939621605", NOW_US, &error);
  g_assert_no_error (error);
  good = goods->pdata[0];
  g_assert_cmpstr (good->name, ==, "可口可乐 330ml 24罐/箱");
  g_assert_cmpint (good->units_milli, ==, 24000);
  g_assert_cmpint (good->price_minor, ==, 6600);

  banana = mr_catalog_get_pack (catalog, 4, NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (banana->name, ==, "香蕉");
  g_assert_cmpstr (banana->barcode, ==, "");
  g_assert_cmpint (banana->sold_by, ==, MR_SOLD_BY_WEIGHT);
  g_assert_null (mr_catalog_get_pack (catalog, 99, NOW_US, &error));
  g_assert_no_error (error);
}

/* A price switches at its moment, not before. */
static void
test_price_moment (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 now_us;
    gint64 price_minor;
    gint64 next_us;
  } MOMENTS[] = {
    { 0, 300, NOW_US + 1 },
    { NOW_US, 300, NOW_US + 1 },
    { NOW_US + 1, 350, G_MAXINT64 },
    { G_MAXINT64, 350, G_MAXINT64 },
  };
  g_autoptr (MrCatalog) catalog = NULL;

  build_shelf (fixture->path);
  catalog = open_reader (fixture->path);
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
test_search (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MrCatalog) catalog = NULL;

  build_shelf (fixture->path);
  catalog = open_reader (fixture->path);
  for (guint i = 0; i < G_N_ELEMENTS (SEARCHES); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) goods =
          mr_catalog_search (catalog, SEARCHES[i].typed, 20, NOW_US, &error);
      g_autofree char *ids = NULL;

      g_assert_no_error (error);
      ids = pack_ids (goods);
      g_test_message ("“%s”", SEARCHES[i].typed);
      g_assert_cmpstr (ids, ==, SEARCHES[i].packs);
    }
}

static void
test_search_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) two = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autofree char *ids = NULL;

  build_shelf (fixture->path);
  catalog = open_reader (fixture->path);
  two = mr_catalog_search (catalog, "330", 2, NOW_US, &error);
  g_assert_no_error (error);
  ids = pack_ids (two);
  g_assert_cmpstr (ids, ==, "1 2");
  none = mr_catalog_search (catalog, "330", 0, NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_categories (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) top = NULL;
  g_autoptr (GPtrArray) drinks = NULL;
  g_autofree char *ids = NULL;

  build_shelf (fixture->path);
  catalog = open_reader (fixture->path);
  top = mr_catalog_list_categories (catalog, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (top->len, ==, 2);
  g_assert_cmpstr (((MrCategory *) top->pdata[0])->name, ==, "饮料");
  g_assert_cmpstr (((MrCategory *) top->pdata[1])->name, ==, "水果");
  drinks =
      mr_catalog_list_category (catalog, 1, 3, NOW_US, &error); /* all of them are one level down */
  g_assert_no_error (error);
  ids = pack_ids (drinks);
  g_assert_cmpstr (ids, ==, "1 2 3");
}

/* Parents that go round in a circle are the center's fault, and no reason to stop. */
static void
test_category_circle (Fixture *fixture, gconstpointer data)
{
  const MrCatalogRow rows[] = {
    { "category", 101, "1", "[2,\"饮料\",1]" },
    { "category", 102, "2", "[1,\"碳酸\",1]" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (GPtrArray) goods = NULL;
  g_autoptr (MrGood) cola = NULL;

  build_shelf (fixture->path);
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  mr_catalog_apply (catalog, rows, G_N_ELEMENTS (rows), &HEAD, &error);
  g_assert_no_error (error);
  goods = mr_catalog_list_category (catalog, 1, 10, NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, ==, 4);
  cola = mr_catalog_get_pack (catalog, 1, NOW_US, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (cola->category, "饮料/碳酸"));
}

/* --- feed rows --- */

static const struct
{
  const char *table;
  const char *id;
  const char *fields;
} MALFORMED[] = {
  { "good", "1", "" },
  { "good", "1", "{}" },
  { "good", "1", "[" },
  { "good", "1", "[]" },
  { "good", "1", "null" },
  { "good", "1", "[\"a\",\"\",0,\"\",0,0,0]" },
  { "good", "1", "[\"\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[7,\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",\"0\",\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",0.0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",-1,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",0,\"\",0,2,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",0,\"\",0,true,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",0,\"\",0,0,1000001,\"\"]" },
  { "good", "1", "[\"a\",\"\",0,\"\",0,0,9223372036854775808,\"\"]" },
  { "good", "1", "[\"a\",null,0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\\u0000b\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\\ud800b\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\\udc00b\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\xff\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "1", "[\"a\",\"\",0,\"\",0,0,0,\"\"] x" },
  { "good", "0", "[\"a\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "-1", "[\"a\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "x", "[\"a\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "", "[\"a\",\"\",0,\"\",0,0,0,\"\"]" },
  { "good", "4294967296", "[\"a\",\"\",0,\"\",0,0,0,\"\"]" },
  { "pack", "1", "[0,1000,\"\",\"\"]" },
  { "pack", "1", "[1,0,\"\",\"\"]" },
  { "pack", "1", "[1,1000,7,\"\"]" },
  { "price", "1", "[1,\"retail\",0,-1]" },
  { "price", "1", "[1,\"retail\",0,1e3]" },
  { "price", "1", "[1,\"retail\",-5,100]" },
  { "price", "1", "[1,\"\",0,100]" },
  { "price", "1", "[1,\"retail\",0,1000000000001]" },
  { "category", "1", "[0,\"\",1]" },
  { "tax", "1", "[\"13%\",-1,1]" },
  { "tax", "1", "[\"13%\",130000,7]" },
  { "recall", "1", "7" },
  { "recall", "1", "nonsense" },
};

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) open_error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;

  build_shelf (fixture->path);
  catalog = mr_catalog_open_writer (fixture->path, &open_error);
  g_assert_no_error (open_error);
  for (guint i = 0; i < G_N_ELEMENTS (MALFORMED); i++)
    {
      const MrCatalogHead later = { .region = "east", .v = 200, .salt = "f", .currency = "CNY" };
      const MrCatalogRow rows[] = {
        { "good", 198, "77", "[\"新货\",\"\",0,\"\",0,0,0,\"\"]" },
        { MALFORMED[i].table, 199, MALFORMED[i].id, MALFORMED[i].fields },
      };
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) goods = NULL;
      g_autofree char *shown = g_strescape (MALFORMED[i].fields, NULL);
      g_autofree char *named = g_strdup_printf ("%s %s", MALFORMED[i].table, MALFORMED[i].id);
      MrCatalogHead head = { 0 };

      g_test_message ("%s %s", named, shown);
      g_assert_false (mr_catalog_apply (catalog, rows, G_N_ELEMENTS (rows), &later, &error));
      g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_ROW);
      g_assert_nonnull (strstr (error->message, named));
      g_clear_error (&error);

      mr_catalog_get_head (catalog, &head, &error);
      g_assert_no_error (error);
      g_assert_cmpint (head.v, ==, HEAD.v);
      goods = mr_catalog_search (catalog, "新货", 1, NOW_US, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (goods->len, ==, 0);
    }
}

/* What a newer center sends is kept for the version that knows it. */
static void
test_unknown_is_kept (Fixture *fixture, gconstpointer data)
{
  const MrCatalogRow rows[] = {
    { "recall", 101, "0190-ab", "[1,\"lot 7\",{\"a\":[1.50]}]" },
    { "recall", 102, "gone", "[1]" },
    { "recall", 103, "gone", NULL },
    { "tax", 104, "1", "[\"13%\",130000,1,\"reduced\"]" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (MrDb) db = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  g_autofree char *recall = NULL;
  g_autofree char *rest = NULL;

  build_shelf (fixture->path);
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  mr_catalog_apply (catalog, rows, G_N_ELEMENTS (rows), &HEAD, &error);
  g_assert_no_error (error);

  db = mr_db_open (location, MR_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  recall = mr_db_get_text (
      db, &error,
      "SELECT group_concat (tbl || ' ' || id || ' ' || v || ' ' || fields) FROM unknown_row", "");
  g_assert_cmpstr (recall, ==, "recall 0190-ab 101 [1,\"lot 7\",{\"a\":[1.50]}]");
  rest = mr_db_get_text (db, &error, "SELECT rest FROM tax WHERE id = 1", "");
  g_assert_cmpstr (rest, ==, rows[3].fields);
  g_assert_null (mr_db_get_text (db, &error, "SELECT rest FROM tax WHERE id = 2", ""));
  g_assert_no_error (error);
}

/* --- built at once = built row by row --- */

static const char *const DUMPS[] = {
  "SELECT group_concat (quote (id) || quote (v) || quote (name) || quote (unit) || quote "
  "(category) || quote (brand)"
  " || quote (tax) || quote (sold_by) || quote (popularity) || quote (initials) || quote (rest), "
  "char (10))"
  " FROM (SELECT * FROM good ORDER BY id)",
  "SELECT group_concat (quote (id) || quote (v) || quote (good) || quote (units) || quote "
  "(barcodes) || quote (name),"
  " char (10)) FROM (SELECT * FROM pack ORDER BY id)",
  "SELECT group_concat (quote (id) || quote (v) || quote (pack) || quote (kind) || quote "
  "(starts_at) || quote (amount),"
  " char (10)) FROM (SELECT * FROM price ORDER BY id)",
  "SELECT group_concat (quote (key) || quote (pack), char (10)) FROM (SELECT * FROM barcode ORDER "
  "BY key, pack)",
  "SELECT group_concat (hex (term) || ' ' || doc || ' ' || offset, char (10))"
  " FROM (SELECT * FROM temp.terms ORDER BY term, doc, offset)",
};

static char *
dump (const char *path, guint which)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);
  char *text = NULL;

  g_assert_no_error (error);
  mr_db_exec (db, "CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, search, instance)",
              &error);
  g_assert_no_error (error);
  text = mr_db_get_text (db, &error, DUMPS[which], "");
  g_assert_no_error (error);
  return text != NULL ? text : g_strdup ("");
}

#define N_STEPS 600
#define N_IDS 60

/* A good, pack or price out of a few ids, so that most are changed and deleted several times. */
static MrCatalogRow
random_row (TestWorld *world, gint64 v, GPtrArray *texts)
{
  static const char *const PARTS[] = { "可口可乐", "百事", "milk", "Crème", "牛奶", "250",
                                       "ml",       "音乐", "☕",    "ل",     "x" };
  const char *table =
      ((const char *[]){ "good", "good", "pack", "price" })[test_world_below (world, 4)];
  char *id = g_strdup_printf ("%d", (int) test_world_below (world, N_IDS) + 1);
  char *fields = NULL;

  if (strcmp (table, "good") == 0)
    fields = g_strdup_printf ("[\"%s%s %s\",\"\",%d,\"%s\",1,0,%d,\"%s\"]",
                              PARTS[test_world_below (world, G_N_ELEMENTS (PARTS))],
                              PARTS[test_world_below (world, G_N_ELEMENTS (PARTS))],
                              PARTS[test_world_below (world, G_N_ELEMENTS (PARTS))],
                              (int) test_world_below (world, 4), PARTS[test_world_below (world, 4)],
                              (int) test_world_below (world, 5) * 7,
                              test_world_below (world, 9) == 0 ? "abc" : "");
  else if (strcmp (table, "pack") == 0)
    fields =
        g_strdup_printf ("[%d,%d,\"69%d\\n69%d\",\"\"]", (int) test_world_below (world, N_IDS) + 1,
                         1000 * (1 + (int) test_world_below (world, 3)),
                         (int) test_world_below (world, 40), (int) test_world_below (world, 40));
  else
    fields =
        g_strdup_printf ("[%d,\"retail\",%d,%d]", (int) test_world_below (world, N_IDS) + 1,
                         (int) test_world_below (world, 3), (int) test_world_below (world, 900));
  if (test_world_below (world, 6) == 0)
    g_clear_pointer (&fields, g_free);
  g_ptr_array_add (texts, id);
  g_ptr_array_add (texts, fields);
  return (MrCatalogRow){ table, v, id, fields };
}

/* The latest state of each row, as a snapshot builder is given it. */
static GArray *
latest_rows (const MrCatalogRow *rows, guint n)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GArray *latest = g_array_new (FALSE, FALSE, sizeof (MrCatalogRow));

  for (guint i = n; i > 0; i--)
    {
      const MrCatalogRow *row = &rows[i - 1];

      if (g_hash_table_add (seen, g_strdup_printf ("%s %s", row->table, row->id)) &&
          row->fields != NULL)
        g_array_append_vals (latest, row, 1);
    }
  return latest;
}

static void
test_incremental_equals_bulk (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bulk_path = g_build_filename (fixture->dir, "bulk.db", NULL);
  g_autofree MrCatalogRow *rows = g_new0 (MrCatalogRow, N_STEPS);
  g_autoptr (MrCatalog) step_by_step = create (fixture->path);
  g_autoptr (MrCatalog) bulk = NULL;
  g_autoptr (GArray) latest = NULL;
  TestWorld world;

  test_world_init (&world, 11);
  for (guint i = 0; i < N_STEPS; i++)
    {
      rows[i] = random_row (&world, i + 1, texts);
      if (i % 10 == 9)
        mr_catalog_apply (step_by_step, &rows[i - 9], 10, &HEAD, &error);
      g_assert_no_error (error);
    }
  latest = latest_rows (rows, N_STEPS);
  build_bulk (bulk_path, (MrCatalogRow *) (gpointer) latest->data, latest->len);

  bulk = open_reader (bulk_path);
  for (guint i = 0; i < G_N_ELEMENTS (SEARCHES); i++)
    {
      g_autoptr (GPtrArray) a =
          mr_catalog_search (step_by_step, SEARCHES[i].typed, 50, NOW_US, &error);
      g_autoptr (GPtrArray) b = mr_catalog_search (bulk, SEARCHES[i].typed, 50, NOW_US, &error);
      g_autofree char *a_ids = pack_ids (a);
      g_autofree char *b_ids = pack_ids (b);

      g_assert_cmpstr (a_ids, ==, b_ids);
    }
  g_clear_pointer (&step_by_step, mr_catalog_close);
  g_clear_pointer (&bulk, mr_catalog_close);
  for (guint i = 0; i < G_N_ELEMENTS (DUMPS); i++)
    {
      g_autofree char *a = dump (fixture->path, i);
      g_autofree char *b = dump (bulk_path, i);

      g_assert_cmpuint (strlen (a), >, 100);
      g_assert_cmpstr (a, ==, b);
    }
}

/* The rules of splitting change with an update: the index is made anew before it is added to. */
static void
test_other_splitting (Fixture *fixture, gconstpointer data)
{
  const MrCatalogRow rows[] = { { "good", 101, "1", "[\"雪碧\",\"罐\",2,\"\",1,0,900,\"\"]" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);

  build_shelf (fixture->path);
  {
    g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

    g_assert_no_error (error);
    mr_db_exec (db,
                "UPDATE meta SET value = 'old' WHERE name = 'splitting';"
                "INSERT INTO search (search) VALUES ('delete-all');"
                "INSERT INTO search (rowid, text) VALUES (7, 'of old')",
                &error);
    g_assert_no_error (error);
  }
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  mr_catalog_apply (catalog, rows, 1, &HEAD, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 3; i++)
    {
      const char *typed = ((const char *[]){ "old", "雪碧", "kkkl" })[i];
      g_autoptr (GPtrArray) goods = mr_catalog_search (catalog, typed, 50, NOW_US, &error);
      g_autofree char *ids = pack_ids (goods);

      g_assert_cmpstr (ids, ==, ((const char *[]){ "", "1 2", "" })[i]);
    }
}

/* --- shipping --- */

static void
test_ship (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *zst = g_build_filename (fixture->dir, "snapshot.zst", NULL);
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *copy = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length = 0;
  gsize after_length = 0;
  MrCatalogHead other = HEAD;

  build_shelf (fixture->path);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  mr_catalog_pack (fixture->path, zst, 9, &error);
  g_assert_no_error (error);
  mr_catalog_unpack (zst, copy, &error);
  g_assert_no_error (error);
  g_file_get_contents (fixture->path, &before, &before_length, NULL);
  g_file_get_contents (copy, &after, &after_length, NULL);
  g_assert_cmpmem (before, before_length, after, after_length);
  mr_catalog_check (copy, &HEAD, &error);
  g_assert_no_error (error);

  g_assert_false (mr_catalog_unpack (zst, copy, &error)); /* never over a file that may be open */
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
  g_clear_error (&error);

  other.v++;
  g_assert_false (mr_catalog_check (copy, &other, &error));
  g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE);
}

/* Its last byte fills the buffer it is unpacked through. */
static void
test_ship_round_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  g_autofree char *zst = g_build_filename (fixture->dir, "snapshot.zst", NULL);
  g_autofree char *copy = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autoptr (MrDb) db = NULL;
  gint64 n_pages = 0;

  build_shelf (fixture->path);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  mr_db_exec (db, "PRAGMA journal_mode = DELETE; CREATE TABLE filler (bytes BLOB)", &error);
  g_assert_no_error (error);
  while (n_pages % 64 != 0 || n_pages == 0)
    {
      mr_db_run (db, &error, "INSERT INTO filler VALUES (randomblob (1500))", "");
      g_assert_no_error (error);
      mr_db_get_int (db, &n_pages, &error, "PRAGMA page_count", "");
      g_assert_no_error (error);
    }
  g_clear_pointer (&db, mr_db_close);
  mr_catalog_pack (fixture->path, zst, 3, &error);
  g_assert_no_error (error);
  mr_catalog_unpack (zst, copy, &error);
  g_assert_no_error (error);
}

/* Cut anywhere or with any byte changed, a snapshot is refused and leaves nothing. */
static void
test_damaged_snapshot (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *zst = g_build_filename (fixture->dir, "snapshot.zst", NULL);
  g_autofree char *bad = g_build_filename (fixture->dir, "bad.zst", NULL);
  g_autofree char *copy = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autofree char *part = g_strconcat (copy, ".part", NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  build_shelf (fixture->path);
  mr_catalog_pack (fixture->path, zst, 3, &error);
  g_assert_no_error (error);
  g_file_get_contents (zst, &bytes, &length, NULL);
  for (guint i = 0; i < 40; i++)
    {
      gsize at = length * i / 40;
      gboolean flip = i % 2 == 1;

      bytes[at] = (char) (bytes[at] ^ (flip ? 0x10 : 0));
      g_file_set_contents (bad, bytes, (gssize) (flip ? length : at), NULL);
      bytes[at] = (char) (bytes[at] ^ (flip ? 0x10 : 0));
      g_assert_false (mr_catalog_unpack (bad, copy, &error));
      g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE);
      g_clear_error (&error);
      g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
      g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
    }
}

static void
test_not_a_catalog (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);

  g_assert_null (mr_catalog_open (fixture->path, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_MISSING);
  g_clear_error (&error);
  build_shelf (fixture->path);
  g_assert_null (mr_catalog_create (fixture->path, &HEAD, NOW_US, &error));
  g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE);
  g_clear_error (&error);
  {
    g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

    mr_db_exec (db, "UPDATE meta SET value = '2' WHERE name = 'schema'", &error);
    g_assert_no_error (error);
  }
  g_assert_null (mr_catalog_open (fixture->path, &error));
  g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/catalog/find", Fixture, NULL, set_up, test_find, tear_down);
  g_test_add ("/catalog/find-second-barcode-and-case", Fixture, NULL, set_up,
              test_find_second_barcode_and_case, tear_down);
  g_test_add ("/catalog/price-moment", Fixture, NULL, set_up, test_price_moment, tear_down);
  g_test_add ("/catalog/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/catalog/search-limit", Fixture, NULL, set_up, test_search_limit, tear_down);
  g_test_add ("/catalog/categories", Fixture, NULL, set_up, test_categories, tear_down);
  g_test_add ("/catalog/category-circle", Fixture, NULL, set_up, test_category_circle, tear_down);
  g_test_add ("/catalog/malformed", Fixture, NULL, set_up, test_malformed, tear_down);
  g_test_add ("/catalog/unknown-is-kept", Fixture, NULL, set_up, test_unknown_is_kept, tear_down);
  g_test_add ("/catalog/incremental-equals-bulk", Fixture, NULL, set_up,
              test_incremental_equals_bulk, tear_down);
  g_test_add ("/catalog/other-splitting", Fixture, NULL, set_up, test_other_splitting, tear_down);
  g_test_add ("/catalog/ship", Fixture, NULL, set_up, test_ship, tear_down);
  g_test_add ("/catalog/ship-round-size", Fixture, NULL, set_up, test_ship_round_size, tear_down);
  g_test_add ("/catalog/damaged-snapshot", Fixture, NULL, set_up, test_damaged_snapshot, tear_down);
  g_test_add ("/catalog/not-a-catalog", Fixture, NULL, set_up, test_not_a_catalog, tear_down);
  return g_test_run ();
}
