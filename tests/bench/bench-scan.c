/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* From the code a scanner read to the line in the basket's list model, through the till as it is:
 * session, shelf, checkout, list changes and signals; against one prepared lookup in a plain SQLite table of as
 * many goods. Both in turn, each with a code of its own, so that neither warms the pages of the other.
 * Argument: how many goods. */

#include "till/till.h"

#include "bench-goods.h"
#include "figures.h"
#include "temp-dir.h"
#include "test-world.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define N_SCANS 20000
#define LINES_A_BASKET 12
#define CACHE_PRAGMA "PRAGMA cache_size = -8192"
#define NS_PER_US 1e3

typedef struct
{
  TestWorld world;
  guint n_goods;
  char *dir; /* (owned) */
  MrTill *till; /* (owned) */
  sqlite3 *plain; /* (owned) */
  sqlite3_stmt *lookup; /* (owned) */
} Bench;

/* The plain table: what one lookup costs at the least. */
static void
build_plain (Bench *bench)
{
  g_autofree char *path = g_build_filename (bench->dir, "plain.db", NULL);
  sqlite3_stmt *insert = NULL;

  g_assert_cmpint (sqlite3_open (path, &bench->plain), ==, SQLITE_OK);
  sqlite3_exec (bench->plain,
                "PRAGMA synchronous = OFF; CREATE TABLE goods (barcode TEXT, name TEXT, price"
                " INTEGER); BEGIN;",
                NULL, NULL, NULL);
  sqlite3_prepare_v2 (bench->plain, "INSERT INTO goods VALUES (?1, ?2, ?3)", -1, &insert, NULL);
  for (guint good = 1; good <= bench->n_goods; good++)
    {
      g_autofree char *name = g_strdup_printf ("商品 %u 号 %uml", good, good % 977);
      char code[14];

      bench_goods_format_code (good, code);
      sqlite3_bind_text (insert, 1, code, -1, SQLITE_STATIC);
      sqlite3_bind_text (insert, 2, name, -1, SQLITE_STATIC);
      sqlite3_bind_int (insert, 3, (int) (100 + good % 9900));
      g_assert_cmpint (sqlite3_step (insert), ==, SQLITE_DONE);
      sqlite3_reset (insert);
    }
  sqlite3_finalize (insert);
  sqlite3_exec (bench->plain, "COMMIT; CREATE INDEX by_barcode ON goods (barcode);" CACHE_PRAGMA,
                NULL, NULL, NULL);
  g_assert_cmpint (sqlite3_prepare_v3 (bench->plain,
                                       "SELECT name, price FROM goods WHERE barcode = ?1", -1,
                                       SQLITE_PREPARE_PERSISTENT, &bench->lookup, NULL),
                   ==, SQLITE_OK);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
open_till (Bench *bench)
{
  const MrTillConfig config = { .dir = bench->dir,
                                .world = &bench->world.world,
                                .inline_jobs = TRUE };
  g_autoptr (GError) error = NULL;

  bench->till = mr_till_new (&config, &error);
  g_assert_no_error (error);
}

static gint64
scan (Bench *bench, const char *code)
{
  MrCheckout *checkout = mr_till_get_checkout (bench->till);
  gint64 start = figures_now_ns ();
  MrScanResult result = mr_checkout_scan (checkout, code);
  gint64 end = figures_now_ns ();

  g_assert_cmpint (result, ==, MR_SCAN_ADDED);
  return end - start;
}

static gint64
look_up (Bench *bench, const char *code)
{
  gint64 start = figures_now_ns ();

  sqlite3_bind_text (bench->lookup, 1, code, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (bench->lookup), ==, SQLITE_ROW);
  sqlite3_column_text (bench->lookup, 0);
  sqlite3_column_int64 (bench->lookup, 1);
  sqlite3_reset (bench->lookup);
  return figures_now_ns () - start;
}

static void
empty_basket (Bench *bench)
{
  /* Outside of what is measured: the basket is kept, given up, and a new one begun. */
  settle ();
  mr_checkout_void_async (mr_till_get_checkout (bench->till), "", NULL, NULL);
  settle ();
}

static void
draw_code (Bench *bench, char code[14])
{
  bench_goods_format_code ((guint) test_world_below (&bench->world, bench->n_goods) + 1, code);
}

static void
run (Bench *bench)
{
  Samples ours = SAMPLES_NEW;
  Samples base = SAMPLES_NEW;

  for (guint i = 0; i < N_SCANS; i++)
    {
      char scanned[14], looked_up[14];

      draw_code (bench, scanned);
      draw_code (bench, looked_up);
      if (i % 2 == 0)
        samples_add (&ours, scan (bench, scanned));
      samples_add (&base, look_up (bench, looked_up));
      if (i % 2 == 1)
        samples_add (&ours, scan (bench, scanned));
      if (i % LINES_A_BASKET == LINES_A_BASKET - 1)
        empty_basket (bench);
    }
  figures_ratio ("scan -> line in the basket model, p50",
                 (double) samples_percentile (&ours, 50) / NS_PER_US, "one prepared lookup",
                 (double) samples_percentile (&base, 50) / NS_PER_US, "us", 0);
  figures_ratio ("scan -> line in the basket model, p99",
                 (double) samples_percentile (&ours, 99) / NS_PER_US, "one prepared lookup",
                 (double) samples_percentile (&base, 99) / NS_PER_US, "us", 3);
  samples_clear (&ours);
  samples_clear (&base);
}

int
main (int argc, char **argv)
{
  Bench bench = { .n_goods = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 100000 };

  if (sodium_init () < 0)
    return 1;
  test_world_init (&bench.world, 11);
  bench.dir = temp_dir_new ();
  figures_title ("scan, %u goods", bench.n_goods);
  bench_goods_build (bench.dir, bench.n_goods, bench.world.now_us);
  build_plain (&bench);
  open_till (&bench);
  run (&bench);
  mr_till_stop (bench.till);
  settle ();
  g_object_unref (bench.till);
  sqlite3_finalize (bench.lookup);
  sqlite3_close (bench.plain);
  temp_dir_remove (bench.dir);
  g_free (bench.dir);
  return 0;
}
