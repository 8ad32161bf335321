/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shelf-catalog.h"

#include "temp-dir.h"

const MrCatalogHead SHELF_HEAD = {
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

void
shelf_set_up (ShelfFixture *fixture, gconstpointer data)
{
  fixture->dir = temp_dir_new ();
  fixture->path = g_build_filename (fixture->dir, "catalog-100-0123456789abcdef.db", NULL);
}

void
shelf_tear_down (ShelfFixture *fixture, gconstpointer data)
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

MrCatalog *
shelf_create (const char *path)
{
  g_autoptr (GError) error = NULL;
  MrCatalog *catalog = mr_catalog_create (path, &SHELF_HEAD, SHELF_NOW_US, &error);

  g_assert_no_error (error);
  return catalog;
}

void
shelf_build_rows (const char *path, const MrCatalogRow *rows, gsize n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = shelf_create (path);

  mr_catalog_begin_bulk (catalog, &error);
  g_assert_no_error (error);
  mr_catalog_apply_bulk (catalog, rows, n, &error);
  g_assert_no_error (error);
  mr_catalog_finish_bulk (catalog, &SHELF_HEAD, &error);
  g_assert_no_error (error);
}

void
shelf_build (const char *path)
{
  MrCatalogRow rows[G_N_ELEMENTS (SHELF)];

  for (guint i = 0; i < G_N_ELEMENTS (SHELF); i++)
    rows[i] = shelf_row (i);
  shelf_build_rows (path, rows, G_N_ELEMENTS (SHELF));
}

MrCatalog *
shelf_open (const char *path)
{
  g_autoptr (GError) error = NULL;
  MrCatalog *catalog = mr_catalog_open (path, &error);

  g_assert_no_error (error);
  return catalog;
}

/* "2 7": the ids of the packs, in the order given. */
char *
shelf_pack_ids (GPtrArray *goods)
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
