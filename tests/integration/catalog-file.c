/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"
#include "db/db.h"

#include "shelf-catalog.h"
#include "test-world.h"

#include <glib/gstdio.h>
#include <string.h>

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
test_malformed (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) open_error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;

  shelf_build (fixture->path);
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
      g_assert_cmpint (head.v, ==, SHELF_HEAD.v);
      goods = mr_catalog_search (catalog, "新货", 1, SHELF_NOW_US, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (goods->len, ==, 0);
    }
}

/* What a newer center sends is kept for the version that knows it. */
static void
test_unknown_is_kept (ShelfFixture *fixture, gconstpointer data)
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

  shelf_build (fixture->path);
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  mr_catalog_apply (catalog, rows, G_N_ELEMENTS (rows), &SHELF_HEAD, &error);
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

/* What came before this program knew its table takes effect once it does. */
static void
test_unknown_is_replayed (ShelfFixture *fixture, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autoptr (MrDb) db = NULL;
  gint64 left = 0;

  shelf_build (fixture->path);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  mr_db_exec (db,
              "INSERT INTO unknown_row (tbl, id, v, fields) VALUES"
              " ('pack', '77', 150, '[3,1000,\"2000000000008\",\"\"]'),"
              " ('recall', '1', 151, '[1]'), ('price', '78', 152, '[77,\"retail\",0,250]')",
              &error);
  g_assert_no_error (error);
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  found = mr_catalog_find_barcode (catalog, "2000000000008", SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpint (((const MrGood *) found->pdata[0])->price_minor, ==, 250);
  g_assert_true (mr_db_get_int (db, &left, &error, "SELECT count(*) FROM unknown_row", ""));
  g_assert_cmpint (left, ==, 1);
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

static const char *const TYPED[] = { "可乐", "kl",  "k",   "250", "milk", "mi",  "yy",
                                     "音乐", "cre", "abc", "x",   "693",  "6912" };

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
test_incremental_equals_bulk (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bulk_path = g_build_filename (fixture->dir, "bulk.db", NULL);
  g_autofree MrCatalogRow *rows = g_new0 (MrCatalogRow, N_STEPS);
  g_autoptr (MrCatalog) step_by_step = shelf_create (fixture->path);
  g_autoptr (MrCatalog) bulk = NULL;
  g_autoptr (GArray) latest = NULL;
  TestWorld world;

  test_world_init (&world, 11);
  for (guint i = 0; i < N_STEPS; i++)
    {
      rows[i] = random_row (&world, i + 1, texts);
      if (i % 10 == 9)
        mr_catalog_apply (step_by_step, &rows[i - 9], 10, &SHELF_HEAD, &error);
      g_assert_no_error (error);
    }
  latest = latest_rows (rows, N_STEPS);
  shelf_build_rows (bulk_path, (MrCatalogRow *) (gpointer) latest->data, latest->len);

  bulk = shelf_open (bulk_path);
  for (guint i = 0; i < G_N_ELEMENTS (TYPED); i++)
    {
      g_autoptr (GPtrArray) a =
          mr_catalog_search (step_by_step, TYPED[i], 50, SHELF_NOW_US, &error);
      g_autoptr (GPtrArray) b = mr_catalog_search (bulk, TYPED[i], 50, SHELF_NOW_US, &error);
      g_autofree char *a_ids = shelf_pack_ids (a);
      g_autofree char *b_ids = shelf_pack_ids (b);

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
test_other_splitting (ShelfFixture *fixture, gconstpointer data)
{
  const MrCatalogRow rows[] = { { "good", 101, "1", "[\"雪碧\",\"罐\",2,\"\",1,0,900,\"\"]" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);

  shelf_build (fixture->path);
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
  mr_catalog_apply (catalog, rows, 1, &SHELF_HEAD, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 3; i++)
    {
      const char *typed = ((const char *[]){ "old", "雪碧", "kkkl" })[i];
      g_autoptr (GPtrArray) goods = mr_catalog_search (catalog, typed, 50, SHELF_NOW_US, &error);
      g_autofree char *ids = shelf_pack_ids (goods);

      g_assert_cmpstr (ids, ==, ((const char *[]){ "", "1 2", "" })[i]);
    }
}

/* --- shipping --- */

static void
test_ship (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *zst = g_build_filename (fixture->dir, "snapshot.zst", NULL);
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *copy = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length = 0;
  gsize after_length = 0;
  MrCatalogHead other = SHELF_HEAD;

  shelf_build (fixture->path);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  mr_catalog_pack (fixture->path, zst, 9, &error);
  g_assert_no_error (error);
  mr_catalog_unpack (zst, copy, &error);
  g_assert_no_error (error);
  g_file_get_contents (fixture->path, &before, &before_length, NULL);
  g_file_get_contents (copy, &after, &after_length, NULL);
  g_assert_cmpmem (before, before_length, after, after_length);
  mr_catalog_check (copy, &SHELF_HEAD, &error);
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
test_ship_round_size (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  g_autofree char *zst = g_build_filename (fixture->dir, "snapshot.zst", NULL);
  g_autofree char *copy = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autoptr (MrDb) db = NULL;
  gint64 n_pages = 0;

  shelf_build (fixture->path);
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
test_damaged_snapshot (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *zst = g_build_filename (fixture->dir, "snapshot.zst", NULL);
  g_autofree char *bad = g_build_filename (fixture->dir, "bad.zst", NULL);
  g_autofree char *copy = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autofree char *part = g_strconcat (copy, ".part", NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  shelf_build (fixture->path);
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
test_not_a_catalog (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);

  g_assert_null (mr_catalog_open (fixture->path, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_MISSING);
  g_clear_error (&error);
  shelf_build (fixture->path);
  g_assert_null (mr_catalog_create (fixture->path, &SHELF_HEAD, SHELF_NOW_US, &error));
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

static void
pass_over (const MrCatalogRow *row, gpointer data)
{
}

/* A bit turned over in the name of a column: the file is at fault, and whoever has it fetches it anew. */
static void
test_damaged_table (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);

  shelf_build (fixture->path);
  {
    g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

    mr_db_exec (db, "ALTER TABLE good RENAME COLUMN name TO oame", &error);
    g_assert_no_error (error);
  }
  g_autoptr (MrCatalog) catalog = mr_catalog_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_false (mr_catalog_visit_rows (catalog, pass_over, NULL, &error));
  g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE);
}

/* A bit turned over in a number: nobody could read the sale, so it is not for sale. */
static void
test_damaged_row (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  static const char *const damages[] = {
    "UPDATE pack SET units = 0 WHERE id = 1",
    "UPDATE price SET v = -99 WHERE pack = 1",
    "UPDATE price SET id = id - 9223372036854775807 WHERE pack = 1",
    "UPDATE good SET category = -1 WHERE id = (SELECT good FROM pack WHERE id = 1)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (MrCatalog) catalog = NULL;
      g_autoptr (MrDb) db = NULL;
      g_autoptr (GPtrArray) before = NULL;
      g_autoptr (GPtrArray) after = NULL;

      g_remove (fixture->path);
      shelf_build (fixture->path);
      catalog = mr_catalog_open (fixture->path, &error);
      g_assert_no_error (error);
      before = mr_catalog_find_barcode (catalog, "6901939621608", SHELF_NOW_US, &error);
      g_assert_no_error (error);
      db = mr_db_open (location, MR_DB_WRITE, &error);
      mr_db_exec (db, damages[i], &error);
      g_assert_no_error (error);
      after = mr_catalog_find_barcode (catalog, "6901939621608", SHELF_NOW_US, &error);
      g_assert_no_error (error);
      g_test_message ("%s", damages[i]);
      g_assert_cmpuint (after->len, <, before->len);
    }
}

/* A bit in the head of a row makes NULL of what cannot be NULL. */
static void
test_missing_text (ShelfFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  g_autoptr (GPtrArray) goods = NULL;

  shelf_build (fixture->path);
  {
    g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

    mr_db_exec (db,
                "CREATE TABLE bare AS SELECT * FROM pack; DROP TABLE pack;"
                " ALTER TABLE bare RENAME TO pack; UPDATE pack SET barcodes = NULL, name = NULL",
                &error);
    g_assert_no_error (error);
  }
  g_autoptr (MrCatalog) catalog = mr_catalog_open (fixture->path, &error);
  g_assert_no_error (error);
  goods = mr_catalog_find_barcode (catalog, "6901939621608", SHELF_NOW_US, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (goods->len, ==, 0);
}

/* The row that is changed then cannot be taken out of the search: the file is to be replaced. */
static void
test_missing_name (ShelfFixture *fixture, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", fixture->path, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = NULL;
  g_autoptr (MrCatalog) catalog = NULL;
  const MrCatalogRow row = { "good", 900, "1", NULL };

  shelf_build (fixture->path);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  mr_db_exec (db,
              "CREATE TABLE bare AS SELECT * FROM good; DROP TABLE good;"
              " ALTER TABLE bare RENAME TO good; UPDATE good SET name = NULL",
              &error);
  g_assert_no_error (error);
  catalog = mr_catalog_open_writer (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_false (mr_catalog_apply (catalog, &row, 1, &SHELF_HEAD, &error));
  g_assert_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/catalog/malformed", ShelfFixture, NULL, shelf_set_up, test_malformed,
              shelf_tear_down);
  g_test_add ("/catalog/unknown-is-kept", ShelfFixture, NULL, shelf_set_up, test_unknown_is_kept,
              shelf_tear_down);
  g_test_add ("/catalog/unknown-is-replayed", ShelfFixture, NULL, shelf_set_up,
              test_unknown_is_replayed, shelf_tear_down);
  g_test_add ("/catalog/incremental-equals-bulk", ShelfFixture, NULL, shelf_set_up,
              test_incremental_equals_bulk, shelf_tear_down);
  g_test_add ("/catalog/other-splitting", ShelfFixture, NULL, shelf_set_up, test_other_splitting,
              shelf_tear_down);
  g_test_add ("/catalog/ship", ShelfFixture, NULL, shelf_set_up, test_ship, shelf_tear_down);
  g_test_add ("/catalog/ship-round-size", ShelfFixture, NULL, shelf_set_up, test_ship_round_size,
              shelf_tear_down);
  g_test_add ("/catalog/damaged-snapshot", ShelfFixture, NULL, shelf_set_up, test_damaged_snapshot,
              shelf_tear_down);
  g_test_add ("/catalog/damaged-table", ShelfFixture, NULL, shelf_set_up, test_damaged_table,
              shelf_tear_down);
  g_test_add ("/catalog/damaged-row", ShelfFixture, NULL, shelf_set_up, test_damaged_row,
              shelf_tear_down);
  g_test_add ("/catalog/missing-text", ShelfFixture, NULL, shelf_set_up, test_missing_text,
              shelf_tear_down);
  g_test_add ("/catalog/missing-name", ShelfFixture, NULL, shelf_set_up, test_missing_name,
              shelf_tear_down);
  g_test_add ("/catalog/not-a-catalog", ShelfFixture, NULL, shelf_set_up, test_not_a_catalog,
              shelf_tear_down);
  return g_test_run ();
}
