/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"

#include "temp-dir.h"
#include "test-database.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define SHOP_SQL "/org/millrace/sql/shop"

typedef struct
{
  char *dir; /* (owned) */
  char *path; /* (owned) */
  char *location; /* (owned) */
  const char *name; /* (unowned) */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = temp_dir_new ();
  self->path = g_build_filename (self->dir, "one.db", NULL);
  self->location = test_database_is_server () ? test_database_new (self->dir)
                                              : g_strconcat ("sqlite:", self->path, NULL);
  /* What messages must name. */
  self->name = test_database_is_server () ? "postgresql://" : self->path;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_free (self->path);
  g_free (self->location);
}

static MrDb *
open_with_table (Fixture *self, MrDbFlags flags)
{
  g_autoptr (GError) error = NULL;
  MrDb *db = mr_db_open (self->location, MR_DB_WRITE | MR_DB_CREATE | flags, &error);

  g_assert_no_error (error);
  mr_db_exec (db,
              "CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, name TEXT UNIQUE, raw BLOB)"
              " STRICT",
              &error);
  g_assert_no_error (error);
  return db;
}

static gint64
count_things (MrDb *db)
{
  g_autoptr (GError) error = NULL;
  gint64 n = -1;

  mr_db_get_int (db, &n, &error, "SELECT count(*) FROM thing", "");
  g_assert_no_error (error);
  return n;
}

static void
add_thing (MrDb *db, gint64 id)
{
  g_autoptr (GError) error = NULL;

  mr_db_run (db, &error, "INSERT INTO thing VALUES (?1, ?2, NULL)", "in", id);
  g_assert_no_error (error);
}

static void
test_missing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mr_db_open (self->location, MR_DB_READ_ONLY, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, self->path));
  g_clear_error (&error);

  g_assert_null (mr_db_open (self->location, MR_DB_WRITE, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_MISSING);
  g_clear_error (&error);

  g_assert_null (mr_db_open ("oracle:x", MR_DB_WRITE, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
}

static void
test_not_a_database (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (4096, 'x');

  g_assert_true (g_file_set_contents (self->path, text, -1, NULL));
  g_assert_null (mr_db_open (self->location, MR_DB_WRITE, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (mr_db_open (self->location, MR_DB_READ_ONLY, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
}

static void
test_values (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (GError) error = NULL;
  gsize length = 99;

  mr_db_run (db, &error, "INSERT INTO thing VALUES (?1, ?2, ?3)", "isb", G_MININT64, "渠 “a”",
             (const void *) "\0\1\2", (gsize) 3);
  g_assert_no_error (error);
  g_assert_cmpint (mr_db_get_changes (db), ==, 1);
  mr_db_run (db, &error, "INSERT INTO thing VALUES (?1, ?2, ?3)", "isb", G_MAXINT64, "",
             (const void *) "", (gsize) 0);
  g_assert_no_error (error);
  mr_db_run (db, &error, "INSERT INTO thing VALUES (?1, ?2, ?3)", "isb", (gint64) 1,
             (const char *) NULL, NULL, (gsize) 0);
  g_assert_no_error (error);

  g_autoptr (MrQuery) query = mr_db_select (db, &error, "SELECT * FROM thing ORDER BY id", "");
  g_assert_cmpint (mr_query_step (query, &error), ==, MR_STEP_ROW);
  g_assert_cmpint (mr_query_get_int (query, 0), ==, G_MININT64);
  g_assert_cmpstr (mr_query_get_text (query, 1), ==, "渠 “a”");
  gconstpointer raw = mr_query_get_bytes (query, 2, &length);
  g_assert_cmpmem (raw, length, "\0\1\2", 3);

  g_assert_cmpint (mr_query_step (query, &error), ==, MR_STEP_ROW);
  g_assert_null (mr_query_get_text (query, 1));
  g_assert_true (mr_query_is_null (query, 1));
  g_assert_null (mr_query_get_bytes (query, 2, &length));
  g_assert_cmpint (length, ==, 0);

  g_assert_cmpint (mr_query_step (query, &error), ==, MR_STEP_ROW);
  g_assert_cmpint (mr_query_get_int (query, 0), ==, G_MAXINT64);
  g_assert_cmpstr (mr_query_get_text (query, 1), ==, "");
  g_assert_nonnull (mr_query_get_bytes (query, 2, &length));
  g_assert_cmpint (length, ==, 0);
  g_assert_cmpint (mr_query_step (query, &error), ==, MR_STEP_DONE);
}

static void
test_nested_queries (Fixture *self, gconstpointer data)
{
  static const char sql[] = "SELECT id FROM thing ORDER BY id";
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (GError) error = NULL;
  guint pairs = 0;

  for (gint64 i = 1; i <= 3; i++)
    add_thing (db, i);
  g_autoptr (MrQuery) outer = mr_db_select (db, &error, sql, "");
  while (mr_query_step (outer, &error) == MR_STEP_ROW)
    {
      g_autofree char *same_text = g_strdup (sql);
      g_autoptr (MrQuery) inner = mr_db_select (db, &error, same_text, "");

      g_assert_true (inner != outer);
      while (mr_query_step (inner, &error) == MR_STEP_ROW)
        pairs++;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (pairs, ==, 9);
  g_assert_true (mr_db_query (db, sql, &error) == outer);
}

static void
test_errors (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (GError) error = NULL;
  gint64 value = 7;

  g_assert_null (mr_db_query (db, "SELECT nothing FROM thing", &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, self->name));
  g_clear_error (&error);

  /* A text in double quotes is a misspelt name. */
  g_assert_null (mr_db_query (db, "SELECT \"nothing\" FROM thing", &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);

  add_thing (db, 1);
  g_assert_false (
      mr_db_run (db, &error, "INSERT INTO thing VALUES (?1, NULL, NULL)", "i", (gint64) 1));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
  g_clear_error (&error);

  g_assert_false (
      mr_db_run (db, &error, "DELETE FROM thing WHERE id = ?1", "ii", (gint64) 1, (gint64) 2));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (count_things (db), ==, 1);

  g_assert_false (mr_db_get_int (db, &value, &error, "SELECT id FROM thing WHERE id = 5", ""));
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, 7);
  g_assert_null (mr_db_get_text (db, &error, "SELECT name FROM thing WHERE id = 5", ""));
  g_assert_no_error (error);
}

static void
test_transactions (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (GError) error = NULL;

  mr_db_rollback (db);
  g_assert_true (mr_db_begin (db, &error));
  g_assert_true (mr_db_in_transaction (db));
  add_thing (db, 1);
  mr_db_rollback (db);
  g_assert_false (mr_db_in_transaction (db));
  g_assert_cmpint (count_things (db), ==, 0);

  g_assert_true (mr_db_begin (db, &error));
  add_thing (db, 1);
  g_assert_true (mr_db_savepoint (db, "entry", &error));
  add_thing (db, 2);
  mr_db_rollback_to (db, "entry");
  g_assert_true (mr_db_savepoint (db, "entry", &error));
  add_thing (db, 3);
  g_assert_true (mr_db_release (db, "entry", &error));
  g_assert_true (mr_db_commit (db, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count_things (db), ==, 2);

  g_assert_false (mr_db_commit (db, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
}

static void
test_reader_beside_writer (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) writer = open_with_table (self, MR_DB_DURABLE);
  g_autoptr (GError) error = NULL;

  add_thing (writer, 1);
  g_autoptr (MrDb) reader = mr_db_open (self->location, MR_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_things (reader), ==, 1);

  /* A view stands still while the writer goes on. */
  g_assert_true (mr_db_begin_read (reader, &error));
  add_thing (writer, 2);
  g_assert_cmpint (count_things (reader), ==, 1);
  g_assert_true (mr_db_commit (reader, &error));
  g_assert_cmpint (count_things (reader), ==, 2);

  g_assert_false (mr_db_run (reader, &error, "DELETE FROM thing", ""));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);

  /* The writer closed and folded its log away: a reader opens what is left. */
  g_clear_pointer (&reader, mr_db_close);
  g_clear_pointer (&writer, mr_db_close);
  reader = mr_db_open (self->location, MR_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_things (reader), ==, 2);
}

static void
check_synchronous_commit (MrDb *db)
{
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *level = NULL;

      g_assert_true (mr_db_set_durable (db, i % 2 == 0, &error));
      level = mr_db_get_text (db, &error, "SHOW synchronous_commit", "");
      g_assert_no_error (error);
      g_assert_cmpstr (level, ==, i % 2 == 0 ? "on" : "off");
    }
}

static void
test_durable_by_transaction (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, MR_DB_DURABLE);
  g_autoptr (GError) error = NULL;
  gint64 level = 0;

  if (test_database_is_server ())
    {
      check_synchronous_commit (db);
      return;
    }
  g_assert_true (mr_db_get_int (db, &level, &error, "PRAGMA synchronous", ""));
  g_assert_cmpint (level, ==, 2);
  g_assert_true (mr_db_set_durable (db, FALSE, &error));
  g_assert_true (mr_db_get_int (db, &level, &error, "PRAGMA synchronous", ""));
  g_assert_cmpint (level, ==, 1);
  g_assert_true (mr_db_set_durable (db, TRUE, &error));
  g_assert_true (mr_db_get_int (db, &level, &error, "PRAGMA synchronous", ""));
  g_assert_cmpint (level, ==, 2);
}

static void
test_checkpoint (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_cmpint (g_stat (wal, &status), ==, 0);
  g_assert_cmpint (status.st_size, >, 0);
  g_assert_true (mr_db_checkpoint (db, 1 << 20, FALSE, &error));
  g_assert_true (mr_db_checkpoint (db, 0, FALSE, &error));
  g_assert_true (mr_db_checkpoint (db, 0, TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (wal, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, 0);
}

static void
test_migrate (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = mr_db_open (self->location, MR_DB_WRITE | MR_DB_CREATE, NULL);
  g_autoptr (GError) error = NULL;
  gint64 newest = 0;

  g_assert_false (mr_db_check_migrated (db, SHOP_SQL, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);

  g_assert_true (mr_db_migrate (db, SHOP_SQL, 5, &error));
  g_assert_true (mr_db_migrate (db, SHOP_SQL, 6, &error));
  g_assert_true (mr_db_check_migrated (db, SHOP_SQL, &error));
  g_assert_no_error (error);
  g_assert_true (mr_db_get_int (db, &newest, &error, "SELECT max(number) FROM migration", ""));
  g_assert_cmpint (newest, >=, 1);

  g_assert_true (mr_db_run (db, &error, "UPDATE migration SET sha256 = 'x' WHERE number = 1", ""));
  g_assert_false (mr_db_migrate (db, SHOP_SQL, 7, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);

  g_assert_true (mr_db_run (db, &error, "INSERT INTO migration VALUES (999, 'x', 'x', 1)", ""));
  g_assert_false (mr_db_migrate (db, SHOP_SQL, 7, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_NEWER);
  g_assert_nonnull (strstr (error->message, self->name));
  g_clear_error (&error);
  g_assert_false (mr_db_check_migrated (db, SHOP_SQL, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_NEWER);
}

static void
test_backup (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, MR_DB_DURABLE);
  g_autofree char *path = g_build_filename (self->dir, "copy.db", NULL);
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (GError) error = NULL;

  for (gint64 i = 0; i < 1000; i++)
    add_thing (db, i);
  g_assert_true (mr_db_backup (db, path, &error));
  g_assert_no_error (error);
  add_thing (db, 1000);

  g_autoptr (MrDb) copy = mr_db_open (location, MR_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_things (copy), ==, 1000);

  g_assert_false (mr_db_backup (db, path, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
}

static void
test_hardened (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (GError) error = NULL;
  gint64 hit = 0;

  g_assert_false (
      mr_db_exec (db, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''", &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_clear_error (&error);

  /* Full-text search works all the same when asked directly (not from a trigger: SQLite before 3.41
   * does not count FTS5 among the harmless tables). */
  g_assert_true (mr_db_exec (db,
                             "CREATE VIRTUAL TABLE words USING fts5 (name, content = '');"
                             "INSERT INTO words (rowid, name) VALUES (4, '可 乐')",
                             &error));
  g_assert_no_error (error);
  g_assert_true (mr_db_get_int (db, &hit, &error, "SELECT rowid FROM words WHERE words MATCH ?1",
                                "s", "\"可 乐\""));
  g_assert_cmpint (hit, ==, 4);
}

/* Rows that wait are seen by every statement that asks for them, and are not there after a rollback. */
static void
test_queue (Fixture *self, gconstpointer data)
{
  static const char insert[] = "INSERT INTO thing (id, name, raw) VALUES (?1, ?2, ?3)";
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *long_name = g_strnfill (5000, 'n');
  gint64 nameless = 0;

  g_assert_true (mr_db_set_queueing (db, TRUE) == test_database_is_server ());
  g_assert_true (mr_db_begin (db, &error));
  for (gint64 i = 1; i <= 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("渠 '\"\\{},%d", (int) i);

      mr_db_queue (db, &error, insert, "isb", i, i == 7 ? NULL : name,
                   i % 2 == 0 ? (const void *) "\0\1" : NULL, (gsize) 2);
      g_assert_no_error (error);
    }
  mr_db_queue (db, &error, insert, "isb", (gint64) 301, long_name, (const void *) "", (gsize) 0);
  g_assert_no_error (error);
  g_assert_cmpint (count_things (db), ==, 301);
  mr_db_queue (db, &error, insert, "isb", (gint64) 302, "", (const void *) "", (gsize) 0);
  g_assert_true (mr_db_commit (db, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count_things (db), ==, 302);

  g_autofree char *name =
      mr_db_get_text (db, &error, "SELECT name FROM thing WHERE id = ?1", "i", (gint64) 300);
  g_assert_cmpstr (name, ==, "渠 '\"\\{},300");
  mr_db_get_int (db, &nameless, &error, "SELECT id FROM thing WHERE name IS NULL", "");
  g_assert_cmpint (nameless, ==, 7);

  /* Refused when written, at the latest with the commit: nothing of the transaction is left. */
  g_assert_true (mr_db_begin (db, &error));
  mr_db_queue (db, &error, insert, "isb", (gint64) 1000, "new", NULL, (gsize) 0);
  g_assert_no_error (error);
  if (mr_db_queue (db, &error, insert, "isb", (gint64) 1, "there already", NULL, (gsize) 0))
    g_assert_false (mr_db_commit (db, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
  mr_db_rollback (db);
  g_clear_error (&error);
  g_assert_cmpint (count_things (db), ==, 302);

  g_assert_true (mr_db_begin (db, &error));
  mr_db_queue (db, &error, insert, "isb", (gint64) 1000, "new", NULL, (gsize) 0);
  mr_db_rollback (db);
  g_assert_true (mr_db_begin (db, &error));
  g_assert_true (mr_db_commit (db, &error));
  g_assert_cmpint (count_things (db), ==, 302);
}

static gboolean
add_returned (MrQuery *row, gpointer data, GError **error)
{
  *(gint64 *) data += mr_query_get_int (row, 0);
  return TRUE;
}

/* Rows of one set: numbers that are NULL, and what RETURNING says. */
static void
test_rows (Fixture *self, gconstpointer data)
{
  static const char insert[] = "INSERT INTO thing (id, name, raw) VALUES (?1, coalesce((SELECT "
                               "name FROM thing WHERE id = ?2), "
                               "?3), NULL) RETURNING id";
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (MrRows) rows = mr_rows_new (insert, "iis");
  g_autoptr (GError) error = NULL;
  gint64 sum = 0;

  for (gint64 i = 1; i <= 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("n%d", (int) i);

      if (i % 2 == 0)
        mr_rows_add (rows, "ins", i, name);
      else
        mr_rows_add (rows, "iis", i, (gint64) 100, name);
    }
  g_assert_true (mr_rows_write (rows, db, add_returned, &sum, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sum, ==, 55);
  g_assert_true (mr_rows_write (rows, db, NULL, NULL, &error));
  g_assert_cmpint (count_things (db), ==, 10);
  mr_rows_add (rows, "iis", (gint64) 11, (gint64) 5, "unused"); /* the name of 5 is taken */
  g_assert_false (mr_rows_write (rows, db, NULL, NULL, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
}

static void
try_locked (MrDb *db, MrDb *other)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *notice = NULL;

  g_assert_true (mr_db_begin (db, &error));
  g_assert_true (
      mr_db_run (db, &error, "SELECT id FROM thing WHERE id = ?1 FOR UPDATE", "i", (gint64) 1));
  g_assert_true (mr_db_lock (db, 77, &error));
  g_assert_true (mr_db_notify (db, "3,17", &error));
  g_assert_true (mr_db_exec (other, "SET lock_timeout = '20ms'", &error));
  g_assert_false (mr_db_run (other, &error, "UPDATE thing SET name = 'x' WHERE id = 1", ""));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (mr_db_lock (other, 77, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_true (mr_db_await_notice (other, 0, &notice, &error));
  g_assert_null (notice);
  g_assert_true (mr_db_commit (db, &error));
  for (int i = 0; i < 100 && notice == NULL; i++)
    g_assert_true (mr_db_await_notice (other, 100, &notice, &error));
  g_assert_cmpstr (notice, ==, "3,17");
}

/* Two at once: what one has locked the other waits for, and not for ever. */
static void
test_two_at_once (Fixture *self, gconstpointer data)
{
  static const char end_others[] = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                   "WHERE datname = current_database() AND pid <> pg_backend_pid()";
  g_autoptr (MrDb) db = open_with_table (self, 0);
  g_autoptr (MrDb) other = NULL;
  g_autoptr (GError) error = NULL;

  other = mr_db_open (self->location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  add_thing (db, 1);
  g_assert_true (mr_db_listen (other, &error));
  try_locked (db, other);

  /* A connection that is gone says so, and a new one finds what was committed. */
  g_assert_false (mr_db_has_failed (other));
  g_assert_true (mr_db_run (db, &error, end_others, ""));
  g_assert_false (mr_db_run (other, &error, "DELETE FROM thing", ""));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_LOST);
  g_assert_true (mr_db_has_failed (other));
  g_clear_error (&error);
  g_clear_pointer (&other, mr_db_close);
  other = mr_db_open (self->location, MR_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_things (other), ==, 1);
}

/* Text in another order would make two databases of one network disagree. */
static void
test_other_order (Fixture *self, gconstpointer data)
{
  static const char create[] = "CREATE DATABASE \"other order\" TEMPLATE template0 "
                               "LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C' ENCODING 'UTF8'";
  const char *server = g_getenv ("MR_TEST_POSTGRESQL");
  const char *options = strstr (server, "/postgres?") + strlen ("/postgres");
  g_autoptr (MrDb) db = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strdup_printf ("postgresql:///other%%20order%s", options);

  db = mr_db_open (server, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (mr_db_exec (db, create, &error));
  g_assert_null (mr_db_open (location, MR_DB_WRITE, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "needs C and UTF8"));
  g_clear_error (&error);
  g_assert_null (mr_db_open ("postgresql:///x?host=/nowhere", MR_DB_WRITE, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_LOST);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) \
  g_test_add ("/database/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("values", test_values);
  ADD ("nested-queries", test_nested_queries);
  ADD ("errors", test_errors);
  ADD ("transactions", test_transactions);
  ADD ("reader-beside-writer", test_reader_beside_writer);
  ADD ("durable-by-transaction", test_durable_by_transaction);
  ADD ("migrate", test_migrate);
  ADD ("queue", test_queue);
  ADD ("rows", test_rows);
  if (test_database_is_server ())
    {
      ADD ("two-at-once", test_two_at_once);
      ADD ("other-order", test_other_order);
    }
  else
    {
      ADD ("missing", test_missing);
      ADD ("not-a-database", test_not_a_database);
      ADD ("checkpoint", test_checkpoint);
      ADD ("backup", test_backup);
      ADD ("hardened", test_hardened);
    }
#undef ADD
  return g_test_run ();
}
