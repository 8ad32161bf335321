/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The generator gives the same goods for the same seed, and what is wrong with them is found. */

#include "temp-dir.h"
#include "test-region.h"

#include <string.h>

#define N_GOODS "5000"

static GBytes *
generate (const char *seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *script =
      g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "support", "generate-goods.py", NULL);
  const char *argv[] = { "python3", script, "--goods", N_GOODS, "--seed", seed, "--gzip", NULL };
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  GBytes *bytes = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return bytes;
}

static void
test_same_seed (void)
{
  g_autoptr (GBytes) one = generate ("7");
  g_autoptr (GBytes) same = generate ("7");
  g_autoptr (GBytes) other = generate ("8");

  g_assert_true (g_bytes_equal (one, same));
  g_assert_false (g_bytes_equal (one, other));
}

static void
assert_holds (const char *report, const char *part)
{
  g_test_message ("%s", part);
  g_assert_nonnull (strstr (report, part));
}

static void
test_flaws (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = temp_dir_new ();
  g_autofree char *table = g_build_filename (dir, "goods.tsv.gz", NULL);
  g_autofree char *report_path = g_build_filename (dir, "report.tsv", NULL);
  g_autofree char *report = NULL;
  g_autoptr (GBytes) bytes = generate ("7");
  g_autoptr (MrDb) db = NULL;
  MrImportCounts counts;
  TestWorld world;

  test_world_init (&world, 1);
  g_file_set_contents (table, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  db = test_region_new (dir, &world);
  counts = test_region_import (db, &world, table, report_path);
  g_assert_cmpuint (counts.lines, ==, strtoul (N_GOODS, NULL, 10));
  g_assert_cmpuint (counts.added + counts.refused + counts.repeated, ==, counts.lines);
  g_assert_cmpuint (counts.added, >, counts.lines * 98 / 100);
  g_assert_cmpuint (counts.repeated, >, 0);

  g_file_get_contents (report_path, &report, NULL, &error);
  g_assert_no_error (error);
  assert_holds (report, "check digit of ");
  assert_holds (report, "has the barcode of line ");
  assert_holds (report, "has a name of ");
  assert_holds (report, "has no name");
  assert_holds (report, "has a price ");
  g_clear_pointer (&db, mr_db_close);
  temp_dir_remove (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/generated-goods/same-seed", test_same_seed);
  g_test_add_func ("/generated-goods/flaws", test_flaws);
  return g_test_run ();
}
