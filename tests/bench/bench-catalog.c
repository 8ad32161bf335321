/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The catalog's rows of the table of figures: scan → line, search as you type, bootstrap; and how long a center
 * takes to import and to build. Arguments: numbers of goods to make, or gzipped tables of some. */

#include "catalog/catalog.h"
#include "catalog/search-terms.h"
#include "model/barcode.h"
#include "model/sale.h"
#include "model/search-text.h"

#include "figures.h"
#include "temp-dir.h"
#include "test-region.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define N_SCANS 20000
#define N_SEARCHES 5000
#define MAX_HITS 30
#define ZSTD_LEVEL 9
#define N_NEW_PRICES 1200
#define N_NEW_GOODS 30
#define NS_PER_S 1e9
#define NS_PER_US 1e3
#define MB 1e6
#define NOW_US G_GINT64_CONSTANT (1750000000000000)

typedef struct
{
  guint n_goods;
  char *dir; /* (owned) */
  char *goods_path; /* (owned) .tsv.gz, kept from run to run */
  char *plain_path; /* (owned) .tsv */
  char *catalog_path; /* (owned) */
  char *import_path; /* (owned) what sqlite3 makes of the table */
  MrCatalogHead head;
  GPtrArray *barcodes; /* (owned) */
  GPtrArray *names; /* (owned) */
} Bench;

static goffset
size_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size;
}

G_GNUC_PRINTF (1, 2)
static void
run_shell (const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *command = NULL;
  const char *argv[] = { "/bin/sh", "-ec", NULL, NULL };
  int status = 0;
  va_list values;

  va_start (values, format);
  command = g_strdup_vprintf (format, values);
  va_end (values);
  argv[2] = command;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

/* --- the goods --- */

/* The table named, or as many goods as the number says, kept from run to run. */
static void
find_goods (Bench *bench, const char *argument)
{
  guint n_goods = (guint) strtoul (argument, NULL, 10);
  g_autofree char *folder = g_build_filename (g_getenv ("MR_BUILD_DIR"), "bench-data", NULL);
  g_autofree char *generator =
      g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "support", "generate-goods.py", NULL);
  const char *path = NULL;

  bench->plain_path = g_build_filename (bench->dir, "goods.tsv", NULL);
  bench->goods_path =
      n_goods > 0 ? g_strdup_printf ("%s/goods-%u.tsv.gz", folder, n_goods) : g_strdup (argument);
  path = bench->goods_path;
  g_mkdir_with_parents (folder, 0755);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    run_shell ("python3 '%s' --goods %u --gzip > '%s.part' && mv '%s.part' '%s'", generator,
               n_goods, path, path, path);
  run_shell ("gzip -dc '%s' > '%s'", path, bench->plain_path);
}

/* Every so many-th barcode and name, as they stand in the catalog. */
static void
take_samples (Bench *bench)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;

  bench->barcodes = g_ptr_array_new_with_free_func (g_free);
  bench->names = g_ptr_array_new_with_free_func (g_free);
  g_assert_cmpint (sqlite3_open_v2 (bench->catalog_path, &db, SQLITE_OPEN_READONLY, NULL), ==,
                   SQLITE_OK);
  sqlite3_prepare_v2 (
      db, "SELECT p.barcodes, g.name FROM pack p JOIN good g ON g.id = p.good WHERE p.id % ?1 = 0",
      -1, &statement, NULL);
  sqlite3_bind_int (statement, 1, MAX (1, (int) (bench->n_goods / 10000)));
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      g_ptr_array_add (bench->barcodes,
                       g_strdup ((const char *) sqlite3_column_text (statement, 0)));
      g_ptr_array_add (bench->names, g_strdup ((const char *) sqlite3_column_text (statement, 1)));
    }
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* --- center: import and build --- */

static void
bench_center (Bench *bench)
{
  g_autofree char *center_path = g_build_filename (bench->dir, "center.db", NULL);
  g_autoptr (MrDb) db = NULL;
  TestWorld world;
  MrImportCounts counts;
  gint64 start;

  test_world_init (&world, 1);
  db = test_region_new (bench->dir, &world);
  start = figures_now_ns ();
  counts = test_region_import (db, &world, bench->goods_path, NULL);
  bench->n_goods = counts.added;
  figures_value ("import into a center", (double) (figures_now_ns () - start) / NS_PER_S, "s", 0);
  g_print ("    %" G_GUINT64_FORMAT " lines, %" G_GUINT64_FORMAT " added, %" G_GUINT64_FORMAT
           " refused, %" G_GUINT64_FORMAT " with a warning\n",
           counts.lines, counts.added, counts.refused, counts.warned);
  start = figures_now_ns ();
  test_region_build_catalog (db, &world, bench->catalog_path, &bench->head);
  figures_value ("build the catalog file", (double) (figures_now_ns () - start) / NS_PER_S, "s", 0);
  figures_value ("catalog file", (double) size_of (bench->catalog_path) / MB, "MB", 0);
  figures_value ("center's database", (double) size_of (center_path) / MB, "MB", 0);
}

/* --- bootstrap --- */

static void
import_plainly (Bench *bench)
{
  g_unlink (bench->import_path);
  run_shell ("sqlite3 '%s' '.mode tabs'"
             " '.import \"%s\" goods' 'CREATE INDEX goods_by_barcode ON goods (barcode)' > "
             "/dev/null 2> /dev/null",
             bench->import_path, bench->plain_path);
}

static void
bench_bootstrap (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *zst = g_build_filename (bench->dir, "snapshot.zst", NULL);
  g_autofree char *copy = g_build_filename (bench->dir, "copy.db", NULL);
  gint64 start = figures_now_ns ();
  gint64 ours_ns = G_MAXINT64;
  gint64 base_ns = G_MAXINT64;

  mr_catalog_pack (bench->catalog_path, zst, ZSTD_LEVEL, &error);
  g_assert_no_error (error);
  figures_value ("compress the snapshot", (double) (figures_now_ns () - start) / NS_PER_S, "s", 0);
  for (guint i = 0; i < 3; i++)
    {
      g_unlink (copy);
      start = figures_now_ns ();
      mr_catalog_unpack (zst, copy, &error);
      g_assert_no_error (error);
      mr_catalog_check (copy, &bench->head, &error);
      g_assert_no_error (error);
      ours_ns = MIN (ours_ns, figures_now_ns () - start);
      start = figures_now_ns ();
      import_plainly (bench);
      base_ns = MIN (base_ns, figures_now_ns () - start);
    }
  figures_ratio ("bootstrap: unpack and check", (double) ours_ns / NS_PER_S,
                 "sqlite3 .import + index", (double) base_ns / NS_PER_S, "s", 0.25);
  figures_ratio ("bootstrap: bytes", (double) size_of (zst) / MB, "gzipped table",
                 (double) size_of (bench->goods_path) / MB, "MB", 1.5);
}

/* --- scan --- */

static void
bench_scan (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_open (bench->catalog_path, &error);
  Samples ours = SAMPLES_NEW;
  Samples base = SAMPLES_NEW;
  TestWorld world;
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  MrSale *sale = NULL;

  g_assert_no_error (error);
  test_world_init (&world, 7);
  sqlite3_open_v2 (bench->import_path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
  sqlite3_exec (db, "PRAGMA cache_size = -8192", NULL, NULL, NULL);
  sqlite3_prepare_v3 (db, "SELECT * FROM goods WHERE barcode = ?1", -1, SQLITE_PREPARE_PERSISTENT,
                      &statement, NULL);
  for (guint i = 0; i < N_SCANS; i++)
    {
      const char *ours_code =
          bench->barcodes->pdata[test_world_below (&world, bench->barcodes->len)];
      const char *base_code =
          bench->barcodes->pdata[test_world_below (&world, bench->barcodes->len)];
      g_autoptr (GPtrArray) goods = NULL;
      MrBarcode barcode;
      gint64 start;

      if (i % 20 == 0)
        {
          g_clear_pointer (&sale, mr_sale_free);
          sale = mr_sale_new (MR_ID_NONE, "CNY", 1);
        }
      start = figures_now_ns ();
      g_assert_true (mr_barcode_parse (ours_code, &barcode));
      goods = mr_catalog_find_barcode (catalog, barcode.key, NOW_US, &error);
      g_assert_true (goods != NULL && goods->len > 0);
      g_assert_cmpuint (mr_sale_add (sale, goods->pdata[0], 1000, 100, TRUE, NOW_US, &error), >, 0);
      samples_add (&ours, figures_now_ns () - start);

      start = figures_now_ns ();
      sqlite3_bind_text (statement, 1, base_code, -1, SQLITE_STATIC);
      sqlite3_step (statement);
      sqlite3_column_text (statement, 2);
      sqlite3_reset (statement);
      samples_add (&base, figures_now_ns () - start);
    }
  figures_ratio ("scan -> line, p50", (double) samples_percentile (&ours, 50) / NS_PER_US,
                 "one prepared lookup", (double) samples_percentile (&base, 50) / NS_PER_US, "us",
                 0);
  figures_ratio ("scan -> line, p99", (double) samples_percentile (&ours, 99) / NS_PER_US,
                 "one prepared lookup", (double) samples_percentile (&base, 99) / NS_PER_US, "us",
                 3);
  mr_sale_free (sale);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  samples_clear (&ours);
  samples_clear (&base);
}

/* --- search --- */

/* What somebody types who looks for this good: from one to @n characters of it. */
static char *
type_for (TestWorld *world, const char *name)
{
  g_autofree char *initials = mr_search_text_initials (name);
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  const char *text = test_world_below (world, 2) == 0 && *initials != '\0'
                         ? initials
                         : words[test_world_below (world, g_strv_length (words))];
  long length = g_utf8_strlen (text, -1);

  return g_utf8_substring (text, 0, MIN (length, 1 + (long) test_world_below (world, 6)));
}

static void
search_raw (sqlite3_stmt *statement, const char *expression)
{
  sqlite3_bind_text (statement, 1, expression, -1, SQLITE_STATIC);
  while (sqlite3_step (statement) == SQLITE_ROW)
    sqlite3_column_text (statement, 1);
  sqlite3_reset (statement);
}

static void
bench_search (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_open (bench->catalog_path, &error);
  Samples ours = SAMPLES_NEW;
  Samples base = SAMPLES_NEW;
  g_autofree char *slowest = NULL;
  gint64 slowest_ns = 0;
  TestWorld world;
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_no_error (error);
  test_world_init (&world, 9);
  sqlite3_open_v2 (bench->catalog_path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
  sqlite3_exec (db, "PRAGMA cache_size = -8192", NULL, NULL, NULL);
  sqlite3_prepare_v3 (
      db,
      "SELECT g.id, g.name FROM search s CROSS JOIN good g ON g.id = (s.rowid & 4294967295)"
      " WHERE s.search MATCH ?1 ORDER BY s.rowid LIMIT 30",
      -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  for (guint i = 0; i < N_SEARCHES; i++)
    {
      const char *name = bench->names->pdata[test_world_below (&world, bench->names->len)];
      g_autofree char *typed = type_for (&world, name);
      g_autofree char *expression = mr_search_terms_query (typed);
      g_autoptr (GPtrArray) goods = NULL;
      gint64 start;
      gint64 ns;

      if (expression == NULL)
        continue;
      start = figures_now_ns ();
      search_raw (statement, expression);
      samples_add (&base, figures_now_ns () - start);

      start = figures_now_ns ();
      goods = mr_catalog_search (catalog, typed, MAX_HITS, NOW_US, &error);
      ns = figures_now_ns () - start;
      g_assert_no_error (error);
      samples_add (&ours, ns);
      if (ns > slowest_ns)
        {
          slowest_ns = ns;
          g_free (slowest);
          slowest = g_strdup (typed);
        }
    }
  figures_ratio ("search as you type, p50", (double) samples_percentile (&ours, 50) / NS_PER_US,
                 "raw FTS query", (double) samples_percentile (&base, 50) / NS_PER_US, "us", 0);
  figures_ratio ("search as you type, p99", (double) samples_percentile (&ours, 99) / NS_PER_US,
                 "raw FTS query", (double) samples_percentile (&base, 99) / NS_PER_US, "us", 1.5);
  figures_value ("search as you type, p99",
                 (double) samples_percentile (&ours, 99) / NS_PER_US / 1000, "ms", 16);
  g_print ("    slowest: \"%s\", %.1f ms\n", slowest, (double) slowest_ns / NS_PER_US / 1000);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  samples_clear (&ours);
  samples_clear (&base);
}

/* --- a morning's changes, while the till sells --- */

static void
bench_changes (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_open_writer (bench->catalog_path, &error);
  g_autofree MrCatalogRow *rows = g_new0 (MrCatalogRow, N_NEW_PRICES + N_NEW_GOODS);
  g_autoptr (GStringChunk) texts = g_string_chunk_new (4096);
  gint64 start;

  g_assert_no_error (error);
  for (guint i = 0; i < N_NEW_PRICES + N_NEW_GOODS; i++)
    {
      gboolean price = i < N_NEW_PRICES;
      guint id = 1 + i * 7919 % (guint) bench->n_goods;
      g_autofree char *fields =
          price ? g_strdup_printf ("[%u,\"retail\",%u,350]", id, i)
                : g_strdup_printf ("[\"新到 汽水 %u号 330ml\",\"罐\",1,\"\",1,0,0,\"\"]", i);
      g_autofree char *id_text = g_strdup_printf ("%u", price ? 90000000 + i : id);

      rows[i] = (MrCatalogRow){ price ? "price" : "good", bench->head.v + i + 1,
                                g_string_chunk_insert (texts, id_text),
                                g_string_chunk_insert (texts, fields) };
    }
  start = figures_now_ns ();
  mr_catalog_apply (catalog, rows, N_NEW_PRICES + N_NEW_GOODS, &bench->head, &error);
  g_assert_no_error (error);
  figures_value ("apply 1,200 prices and 30 goods",
                 (double) (figures_now_ns () - start) / NS_PER_US / 1000, "ms", 0);
}

/* Memory of this process that is its own, in MB. */
static double
own_memory (void)
{
  g_autofree char *status = NULL;
  const char *line = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "RssAnon:");
  g_assert_nonnull (line);
  return g_ascii_strtod (line + strlen ("RssAnon:"), NULL) / 1000;
}

static void
bench_goods (const char *argument)
{
  Bench bench = { .dir = temp_dir_new () };
  double before;

  bench.catalog_path = g_build_filename (bench.dir, "catalog.db", NULL);
  bench.import_path = g_build_filename (bench.dir, "import.db", NULL);
  figures_title ("%s goods", argument);
  find_goods (&bench, argument);
  bench_center (&bench);
  take_samples (&bench);
  bench_bootstrap (&bench);
  malloc_trim (0);
  before = own_memory ();
  bench_scan (&bench);
  bench_search (&bench);
  figures_value ("memory of scans and searches", own_memory () - before, "MB", 48);
  bench_changes (&bench);

  if (g_getenv ("MR_BENCH_KEEP") == NULL)
    temp_dir_remove (bench.dir);
  g_free (bench.dir);
  g_free (bench.goods_path);
  g_free (bench.plain_path);
  g_free (bench.catalog_path);
  g_free (bench.import_path);
  g_ptr_array_unref (bench.barcodes);
  g_ptr_array_unref (bench.names);
}

int
main (int argc, char **argv)
{
  for (int i = 1; i < argc; i++)
    bench_goods (argv[i]);
  return 0;
}
