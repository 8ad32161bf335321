/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-copy.h"
#include "center-fixture.h"
#include "figures.h"
#include "test-database.h"

#include "center/call.h"

#include <sqlite3.h>
#include <string.h>

/* How fast tills' sales are taken in, group by group of 500 entries, against SQLite inserting, or PostgreSQL
 * copying, the very rows that come of them: the same tables, in transactions as large, with nothing parsed, checked or
 * signed. */

#define GROUP 500
#define LINES 8
#define NS_PER_S 1e9

/* Every table a sale leaves rows in. */
static const char *const tables[] = {
  "entry", "sale", "sale_line", "sale_tax", "sale_tender", "movement", "transfer",
};

/* --- ours: requests as tills send them, from bytes to commit --- */

static gint64
ingest (CenterFixture *center, guint n_groups)
{
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (g_free);
  gint64 start, prev_n = 0;

  for (guint i = 0; i < n_groups * GROUP; i++)
    fake_till_sell (&center->till, LINES);
  /* A request holds at most so many entries and bytes: 500 sales are several requests. */
  while (prev_n < (gint64) center->till.entries->len)
    {
      gsize bytes = 0;
      guint n = 0;

      for (guint i = (guint) prev_n; i < center->till.entries->len && n < GROUP; i++, n++)
        {
          bytes += strlen (((MrEntry *) g_ptr_array_index (center->till.entries, i))->body);
          if (bytes > MR_JOURNAL_MAX_BYTES)
            break;
        }
      g_ptr_array_add (bodies, fake_till_make_push (&center->till, prev_n, n));
      prev_n += n;
    }
  start = figures_now_ns ();
  for (guint i = 0; i < bodies->len; i++)
    {
      MrCenterReply reply = center_fixture_send (center, &center->till, "POST", "/v1/journal",
                                                 g_ptr_array_index (bodies, i), 0);

      g_assert_cmpuint (reply.status, ==, 200);
      mr_center_reply_clear (&reply);
    }
  return figures_now_ns () - start;
}

/* --- the base: the same rows once more, into empty tables of the same schema --- */

typedef struct
{
  sqlite3 *db;
  sqlite3_stmt *select;
  sqlite3_stmt *insert;
} Copy;

static void
must (sqlite3 *db, int code)
{
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
    g_error ("%s", sqlite3_errmsg (db));
}

static void
run_sql (sqlite3 *db, const char *sql)
{
  must (db, sqlite3_exec (db, sql, NULL, NULL, NULL));
}

static Copy
prepare_copy (sqlite3 *db, const char *table)
{
  g_autofree char *select = g_strdup_printf (
      "SELECT * FROM ours.%s WHERE writer_id = 1 AND n > ?1 AND n <= ?2 ORDER BY n", table);
  g_autoptr (GString) insert = g_string_new (NULL);
  Copy copy = { .db = db };

  must (db, sqlite3_prepare_v2 (db, select, -1, &copy.select, NULL));
  g_string_printf (insert, "INSERT INTO main.%s VALUES (?", table);
  for (int i = 1; i < sqlite3_column_count (copy.select); i++)
    g_string_append (insert, ",?");
  g_string_append_c (insert, ')');
  must (db, sqlite3_prepare_v2 (db, insert->str, -1, &copy.insert, NULL));
  return copy;
}

static GPtrArray *
load_rows (Copy *copy, gint64 after_n, gint64 to_n)
{
  GPtrArray *values = g_ptr_array_new_with_free_func ((GDestroyNotify) sqlite3_value_free);

  sqlite3_bind_int64 (copy->select, 1, after_n);
  sqlite3_bind_int64 (copy->select, 2, to_n);
  while (sqlite3_step (copy->select) == SQLITE_ROW)
    for (int i = 0; i < sqlite3_column_count (copy->select); i++)
      g_ptr_array_add (values, sqlite3_value_dup (sqlite3_column_value (copy->select, i)));
  sqlite3_reset (copy->select);
  return values;
}

static guint
insert_rows (Copy *copy, GPtrArray *values)
{
  int n_columns = sqlite3_column_count (copy->select);
  guint n_rows = values->len / (guint) n_columns;

  for (guint row = 0; row < n_rows; row++)
    {
      for (int i = 0; i < n_columns; i++)
        sqlite3_bind_value (copy->insert, i + 1,
                            g_ptr_array_index (values, row * (guint) n_columns + (guint) i));
      must (copy->db, sqlite3_step (copy->insert));
      sqlite3_reset (copy->insert);
    }
  return n_rows;
}

/* One group's rows are read before the clock runs. */
static gint64
insert_group (sqlite3 *db, Copy *copies, gint64 after_n, guint *n_rows)
{
  GPtrArray *values[G_N_ELEMENTS (tables)];
  gint64 start, spent;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    values[i] = load_rows (&copies[i], after_n, after_n + GROUP);
  start = figures_now_ns ();
  run_sql (db, "BEGIN IMMEDIATE");
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    *n_rows += insert_rows (&copies[i], values[i]);
  run_sql (db, "COMMIT");
  spent = figures_now_ns () - start;
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    g_ptr_array_unref (values[i]);
  return spent;
}

static sqlite3 *
open_base (const char *path, const char *ours)
{
  g_autofree char *attach = g_strdup_printf ("ATTACH '%s' AS ours", ours);
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;

  must (NULL, sqlite3_open (path, &db));
  run_sql (db,
           "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  run_sql (db, attach);
  return db;
}

static gint64
insert_plainly (CenterFixture *center, guint n_groups, guint *n_rows)
{
  g_autofree char *path = g_build_filename (center->dir, "base.db", NULL);
  g_autofree char *base_location = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *ours = g_build_filename (center->dir, "center.db", NULL);
  g_autoptr (GError) error = NULL;
  Copy copies[G_N_ELEMENTS (tables)];
  MrCenter *schema = mr_center_open (base_location, center->files, &center->world.world, &error);
  sqlite3 *db;
  gint64 spent = 0;

  g_assert_no_error (error);
  mr_center_close (schema);
  db = open_base (path, ours);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    copies[i] = prepare_copy (db, tables[i]);
  for (guint i = 0; i < n_groups; i++)
    spent += insert_group (db, copies, (gint64) i * GROUP, n_rows);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      sqlite3_finalize (copies[i].select);
      sqlite3_finalize (copies[i].insert);
    }
  sqlite3_close (db);
  return spent;
}

static gint64
copy_rows (CenterFixture *center, guint n_groups, guint *n_rows)
{
  g_autofree char *location = test_database_new (center->dir);
  g_autoptr (GError) error = NULL;
  MrCenter *schema = mr_center_open (location, center->files, &center->world.world, &error);

  g_assert_no_error (error);
  mr_center_close (schema);
  return bench_copy (center->location, location, tables, G_N_ELEMENTS (tables), n_groups, GROUP,
                     n_rows);
}

int
main (int argc, char **argv)
{
  guint n_groups = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 20;
  CenterFixture center = { 0 };
  gint64 ours_ns, base_ns;
  guint n_rows = 0;
  double n_entries = n_groups * GROUP;
  gboolean server = test_database_is_server ();

  center_fixture_set_up (&center, NULL);
  figures_title ("ingest%s, %u groups of %d sales of %d lines", server ? " on PostgreSQL" : "",
                 n_groups, GROUP, LINES);
  ours_ns = ingest (&center, n_groups);
  base_ns =
      server ? copy_rows (&center, n_groups, &n_rows) : insert_plainly (&center, n_groups, &n_rows);
  g_print ("    %u rows of %.0f entries\n", n_rows, n_entries);
  figures_ratio_at_least ("entries taken in a second, one after the other",
                          n_entries / ((double) ours_ns / NS_PER_S),
                          server ? "COPY of the same rows" : "bulk insert of the same rows",
                          n_entries / ((double) base_ns / NS_PER_S), "/s", server ? 0.12 : 0.10);
  center_fixture_check_books (&center);
  center_fixture_tear_down (&center, NULL);
  return 0;
}
