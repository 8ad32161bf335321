/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* A hundred thousand real products out of a folder `shared/data` beside the checkout, skipped without it: a
 * few thousand of them always, all with -m slow. */

#include "model/barcode.h"
#include "model/money.h"

#include "temp-dir.h"
#include "test-region.h"

#include <string.h>

#define EVERY 25

typedef struct
{
  guint64 lines;
  guint64 wrong_checks; /* loaded as plain codes, the right digit in the report */
  guint64 no_gtins; /* digits of a length no GTIN has; the same */
  guint64 refused;
} Expected;

/* Of the 1,327 codes that are no EAN-13, EAN-8, UPC-A or ITF-14 with a right check digit, 283 are a good
 * UPC-E; 549 have a wrong check digit; 495 have a length no GTIN has, 42 of them five digits or fewer, as a
 * shop's own numbers have, of which nothing is said. Five UPC-E are an article that is in the list as
 * UPC-A already, and one name has more than 200 characters: those six are refused. */
static const Expected ALL = { 102346, 549, 453, 6 };

static char *
find_products (void)
{
  const char *folder = g_getenv ("MR_SHARED_DATA");
  g_autofree char *path = folder != NULL
                              ? g_build_filename (folder, "products-100k.tsv.gz", NULL)
                              : g_build_filename (g_getenv ("MR_SOURCE_DIR"), "..", "shared",
                                                  "data", "products-100k.tsv.gz", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/* With header and price. */
static char *
write_table (const char *dir, const char *products, guint every)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *script =
      g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "support", "real-goods.py", NULL);
  g_autofree char *number = g_strdup_printf ("%u", every);
  const char *argv[] = { "python3", script, products, "--every", number, NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  char *path = g_build_filename (dir, "goods.tsv", NULL);

  g_subprocess_launcher_set_stdout_file_path (launcher, path);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  return path;
}

static guint
count_lines_with (const char *text, const char *part)
{
  guint n = 0;

  for (const char *p = strstr (text, part); p != NULL; p = strstr (p + 1, part))
    n++;
  return n;
}

/* What was loaded is found by its barcode at a till, under the price worked out from it. */
static void
check_catalog (const char *path, const char *table)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_open (path, &error);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_no_error (error);
  g_file_get_contents (table, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1, n = g_strv_length (lines); i + 1 < n; i += 97)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
      g_autoptr (GPtrArray) goods = NULL;
      MrBarcode barcode;
      gint64 price_minor = 0;

      g_assert_true (mr_barcode_parse (fields[0], &barcode));
      goods = mr_catalog_find_barcode (catalog, barcode.key, G_MAXINT64 / 2, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (goods->len, ==, 1);
      g_assert_true (mr_money_parse (fields[2], 2, &price_minor, NULL));
      g_assert_cmpint (((MrGood *) goods->pdata[0])->price_minor, ==, price_minor);
    }
}

static MrImportCounts
import_products (guint every, char **report)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *products = find_products ();
  g_autofree char *dir = temp_dir_new ();
  g_autofree char *table = write_table (dir, products, every);
  g_autofree char *report_path = g_build_filename (dir, "report.tsv", NULL);
  g_autofree char *catalog_path = g_build_filename (dir, "catalog.db", NULL);
  g_autoptr (MrDb) db = NULL;
  MrCatalogHead head;
  MrImportCounts counts;
  MrImportCounts again;
  TestWorld world;

  test_world_init (&world, 3);
  db = test_region_new (dir, &world);
  counts = test_region_import (db, &world, table, report_path);
  g_file_get_contents (report_path, report, NULL, &error);
  g_assert_no_error (error);
  again = test_region_import (db, &world, table, NULL);
  g_assert_cmpuint (again.added + again.changed, ==, 0);
  g_assert_cmpuint (again.same, ==, counts.added);

  test_region_build_catalog (db, &world, catalog_path, &head);
  check_catalog (catalog_path, table);
  g_clear_pointer (&db, mr_db_close);
  temp_dir_remove (dir);
  return counts;
}

static void
test_some (void)
{
  g_autofree char *products = find_products ();
  g_autofree char *report = NULL;
  MrImportCounts counts;

  if (products == NULL)
    {
      g_test_skip ("there is no folder shared/data beside the checkout");
      return;
    }
  counts = import_products (EVERY, &report);
  g_assert_cmpuint (counts.lines, ==, (ALL.lines + EVERY - 1) / EVERY);
  g_assert_cmpuint (counts.added + counts.refused, ==, counts.lines);
  g_assert_cmpuint (counts.warned, >, 0);
  g_assert_cmpuint (count_lines_with (report, "\twarning\t"), ==, counts.warned);
}

static void
test_all (void)
{
  g_autofree char *products = find_products ();
  g_autofree char *report = NULL;
  MrImportCounts counts;

  if (products == NULL || !g_test_slow ())
    {
      g_test_skip (products == NULL ? "there is no folder shared/data beside the checkout"
                                    : "not with -m slow");
      return;
    }
  counts = import_products (1, &report);
  g_assert_cmpuint (counts.lines, ==, ALL.lines);
  g_assert_cmpuint (counts.refused, ==, ALL.refused);
  g_assert_cmpuint (counts.added, ==, ALL.lines - ALL.refused);
  g_assert_cmpuint (count_lines_with (report, "\tcheck digit of "), ==, ALL.wrong_checks);
  g_assert_cmpuint (count_lines_with (report, " digits, which no GTIN has"), ==, ALL.no_gtins);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/real-goods/some", test_some);
  g_test_add_func ("/real-goods/all", test_all);
  return g_test_run ();
}
