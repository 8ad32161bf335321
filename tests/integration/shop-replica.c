/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/shop.h"
#include "wire/fields.h"

#include "temp-dir.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define NOW_US G_GINT64_CONSTANT (1780000000000000)

typedef struct
{
  char *dir; /* (owned) */
  MrShop *shop; /* (owned) */
} Fixture;

static void
open_shop (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->shop, mr_shop_close);
  self->shop = mr_shop_open (self->dir, NOW_US, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = temp_dir_new ();
  open_shop (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->shop, mr_shop_close);
  temp_dir_remove (self->dir);
  g_free (self->dir);
}

/* A page of rows: table, v, id, fields, … NULL. */
typedef struct
{
  const char *table;
  gint64 v;
  const char *id;
  const char *fields;
} Row;

static gboolean
try_stage (Fixture *self, const Row *rows, gint64 v, gboolean replace, GError **error)
{
  MrFeedPage page = { .head = { v, "00112233aabbccdd" }, .seen = { v, "00112233aabbccdd" } };

  page.rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_feed_row_free);
  for (; rows->table != NULL; rows++)
    {
      MrFeedRow *row = g_new0 (MrFeedRow, 1);

      row->table = g_strdup (rows->table);
      row->v = rows->v;
      row->id = g_strdup (rows->id);
      row->fields = g_strdup (rows->fields);
      g_ptr_array_add (page.rows, row);
    }
  gboolean staged = mr_shop_stage (self->shop, "shop", &page, replace, error);
  g_ptr_array_unref (page.rows);
  return staged;
}

static void
stage (Fixture *self, const Row *rows, gint64 v, gboolean replace)
{
  g_autoptr (GError) error = NULL;

  try_stage (self, rows, v, replace, &error);
  g_assert_no_error (error);
}

static void
apply (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  mr_shop_apply (self->shop, NULL, &error);
  g_assert_no_error (error);
}

static gint64
ask_int (Fixture *self, const char *sql)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/shop.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY, &error);
  gint64 value = -1;

  g_assert_no_error (error);
  mr_db_get_int (db, &value, &error, sql, "");
  g_assert_no_error (error);
  return value;
}

static const Row whole_shop[] = {
  { "setting", 1, "name", "[\"渠口小店\"]" },
  { "setting", 2, "cash_rounding", "[\"10\"]" },
  { "staff", 3, "7", "[1001,\"王\",\"owner\",\"\",1]" },
  { "staff", 4, "8", "[1002,\"李\",\"cashier\",\"$argon2id$x\",1]" },
  { "staff", 5, "9", "[1003,\"赵\",\"cashier\",\"\",0]" },
  { "level", 6, "55", "[-3000]" },
  { "tile", 7, "2", "[\"水果\",2,71]" },
  { "tile", 8, "3", "[\"水果\",1,70]" },
  { "short_code", 9, "1", "[\"12\",70]" },
  { "own_price", 10, "1", "[70,0,450]" },
  { "own_price", 11, "2", "[70,1780000000000000,500]" },
  { "own_price", 12, "3", "[70,1780000000000001,550]" },
  { "till", 13, "0190a0a0-0000-7000-8000-000000000001", "[\"柜台\",1,0]" },
  { NULL, 0, NULL, NULL },
};

static void
test_everything (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrPosition cursor, seen;
  gint64 amount, id, v;

  g_assert_true (mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, &error));
  g_assert_cmpint (cursor.v, ==, 0);
  g_assert_cmpstr (cursor.salt, ==, "");
  stage (self, whole_shop, 13, FALSE);
  /* Nothing of a page is seen before it is applied. */
  g_assert_null (mr_shop_find_staff (self->shop, 1001));
  apply (self);
  g_assert_true (mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, &error));
  g_assert_cmpint (cursor.v, ==, 13);
  g_assert_cmpstr (cursor.salt, ==, "00112233aabbccdd");
  g_assert_cmpint (seen.v, ==, 13);

  g_autoptr (MrShop) reader = mr_shop_open_reader (self->dir, &error);
  g_assert_no_error (error);
  g_autofree char *name = mr_shop_dup_setting (reader, "name");
  g_assert_cmpstr (name, ==, "渠口小店");
  g_assert_null (mr_shop_dup_setting (reader, "nothing"));
  g_assert_cmpint (mr_shop_get_setting_int (reader, "cash_rounding", 1), ==, 10);
  g_assert_cmpint (mr_shop_get_setting_int (reader, "name", 1), ==, 1);

  g_autoptr (GPtrArray) staff = mr_shop_list_staff (reader, &error);
  g_assert_cmpuint (staff->len, ==, 2);
  MrStaff *cashier = mr_shop_find_staff (reader, 1002);
  g_assert_cmpstr (cashier->name, ==, "李");
  g_assert_cmpstr (cashier->role, ==, "cashier");
  g_assert_cmpstr (cashier->pin_hash, ==, "$argon2id$x");
  g_assert_cmpint (cashier->id, ==, 8);
  mr_staff_free (cashier);
  g_assert_null (mr_shop_find_staff (reader, 1003));

  g_assert_cmpint (mr_shop_find_short_code (reader, "12"), ==, 70);
  g_assert_cmpint (mr_shop_find_short_code (reader, "13"), ==, 0);
  g_autoptr (GPtrArray) codes = mr_shop_list_short_codes (reader, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (codes->len, ==, 1);
  g_assert_cmpstr (((const MrShortCode *) codes->pdata[0])->code, ==, "12");
  g_assert_cmpint (((const MrShortCode *) codes->pdata[0])->pack_id, ==, 70);
  g_autoptr (GPtrArray) tiles = mr_shop_list_tiles (reader, &error);
  g_assert_cmpuint (tiles->len, ==, 2);
  g_assert_cmpint (((MrTile *) g_ptr_array_index (tiles, 0))->pack_id, ==, 70);
  g_assert_cmpstr (((MrTile *) g_ptr_array_index (tiles, 0))->page, ==, "水果");

  /* The price that is in force at this very moment, not the next one. */
  g_assert_true (mr_shop_get_price (reader, 70, NOW_US, &amount, &id, &v));
  g_assert_cmpint (amount, ==, 500);
  g_assert_cmpint (id, ==, 2);
  g_assert_cmpint (v, ==, 11);
  g_assert_true (mr_shop_get_price (reader, 70, NOW_US - 1, &amount, &id, &v));
  g_assert_cmpint (amount, ==, 450);
  g_assert_false (mr_shop_get_price (reader, 71, NOW_US, &amount, &id, &v));
  g_assert_true (mr_shop_get_level (reader, 55, &amount));
  g_assert_cmpint (amount, ==, -3000);
  g_assert_false (mr_shop_get_level (reader, 56, &amount));
}

static void
test_waiting (Fixture *self, gconstpointer data)
{
  static const char id[] = "0190b5a0-1111-7222-8333-444444444444";
  const Row first[] = {
    { "waiting", 1, id,
      "[\"sums\",2,\"sale\",1780000000000000,\"2A-000007\",350,\"Its sums do not hold.\"]" },
    { "waiting", 2, "0190b5a0-1111-7222-8333-555555555555",
      "[\"a-later-word\",1,\"later\",1770000000000000,\"\",0,\"?\",\"more\"]" },
    { NULL, 0, NULL, NULL },
  };
  const Row gone[] = { { "waiting", 3, id, NULL }, { NULL, 0, NULL, NULL } };
  g_autoptr (GPtrArray) all = NULL;
  const MrWaiting *second;
  char text[MR_ID_STRING_SIZE];

  stage (self, first, 2, FALSE);
  apply (self);
  all = mr_shop_list_waiting (self->shop, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpstr (((MrWaiting *) all->pdata[0])->cause, ==, "a-later-word");
  second = all->pdata[1];
  g_assert_cmpstr (mr_id_format (second->entry_id, text), ==, id);
  g_assert_cmpstr (second->label, ==, "2A-000007");
  g_assert_cmpint (second->amount_minor, ==, 350);
  g_assert_cmpint (second->till_number, ==, 2);
  stage (self, gone, 3, FALSE);
  apply (self);
  g_clear_pointer (&all, g_ptr_array_unref);
  all = mr_shop_list_waiting (self->shop, NULL);
  g_assert_cmpuint (all->len, ==, 1);
}

/* What the audit counts is what the feed said, of each table that there is. */
static void
test_sums (Fixture *self, gconstpointer data)
{
  const Row more[] = {
    { "waiting", 14, "0190b5a0-1111-7222-8333-444444444444",
      "[\"sums\",2,\"sale\",1,\"\",0,\"\\u53ef\"]" },
    { "level", 15, "56", "[ 1000 , \"later\", null ]" },
    { "from-tomorrow", 16, "x", "[1,\"\\\"]\"]" },
    { "held", 17, "0190b5a0-1111-7222-8333-444444444445",
      "[\"0190a0a0\",\"红\",1,1001,2,700,\"{\\\"a\\\":1}\",\"\"]" },
    { "receipt", 18, "0190b5a0-1111-7222-8333-444444444446",
      "[\"0190a0a0\",\"1A-000001\",1,700,\"{\\\"b\\\":\\\"\\\\n\\\"}\"]" },
    { "taken_twice", 19, "held/x", "[\"held\",\"红\",1,2]" },
    { "returned", 19, "0190b5a0-1111-7222-8333-444444444446/2", "[1000,350,300,35,\"later\"]" },
    { NULL, 0, NULL, NULL },
  };
  const Row *const all[] = { whole_shop, more };
  g_autoptr (GArray) said = g_array_new (FALSE, TRUE, sizeof (MrTableSum));
  g_autoptr (GArray) kept = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (const Row *row = all[i]; row->table != NULL; row++)
      mr_table_sums_add (said, row->table, row->id, row->v, row->fields);
  stage (self, whole_shop, 13, FALSE);
  stage (self, more, 19, FALSE);
  apply (self);
  kept = mr_shop_sum_tables (self->shop, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (mr_table_sums_find_difference (said, kept), ==, NULL);
  /* A table that is added is to be added to the sums, too: all of them keep `rest`, and one is unknown. */
  g_assert_cmpint (ask_int (self, "SELECT count(*) + 1 FROM sqlite_master m "
                                  "JOIN pragma_table_info (m.name) c ON c.name = 'rest'"),
                   ==, kept->len);
}

static void
test_changes (Fixture *self, gconstpointer data)
{
  const Row first[] = { { "level", 20, "55", "[1000]" },
                        { "staff", 21, "8", NULL },
                        { "tile", 22, "2", NULL },
                        { NULL, 0, NULL, NULL } };
  /* The same rows again in a later page: the last word counts, whichever way. */
  const Row second[] = { { "level", 23, "55", NULL },
                         { "tile", 24, "2", "[\"蔬菜\",1,99]" },
                         { NULL, 0, NULL, NULL } };
  gint64 level;

  stage (self, whole_shop, 13, FALSE);
  apply (self);
  stage (self, first, 22, FALSE);
  stage (self, second, 24, FALSE);
  apply (self);
  g_assert_false (mr_shop_get_level (self->shop, 55, &level));
  g_assert_null (mr_shop_find_staff (self->shop, 1002));
  g_assert_cmpint (ask_int (self, "SELECT pack FROM tile WHERE id = 2 AND v = 24"), ==, 99);
  g_assert_cmpint (ask_int (self, "SELECT count(*) FROM stage"), ==, 0);
}

static void
test_replace (Fixture *self, gconstpointer data)
{
  const Row page[] = { { "staff", 2, "1", "[1,\"新\",\"owner\",\"\",1]" },
                       { NULL, 0, NULL, NULL } };
  const Row stale[] = { { "level", 14, "99", "[5]" },
                        { "gadget", 15, "1", "[5]" },
                        { NULL, 0, NULL, NULL } };
  g_autoptr (GError) error = NULL;
  gboolean replace, staged;
  MrPosition head;
  gint64 level;

  stage (self, whole_shop, 13, FALSE);
  apply (self);
  stage (self, stale, 15, FALSE);
  g_assert_true (mr_shop_get_stage_head (self->shop, "shop", &head, &replace, &staged, &error));
  g_assert_true (staged && !replace && head.v == 15);

  /* A stage that replaces all throws away one that does not. */
  stage (self, page, 2, TRUE);
  g_assert_true (mr_shop_get_stage_head (self->shop, "shop", &head, &replace, &staged, &error));
  g_assert_true (staged && replace && head.v == 2);
  apply (self);
  g_assert_false (mr_shop_get_level (self->shop, 55, &level));
  g_assert_false (mr_shop_get_level (self->shop, 99, &level));
  g_assert_null (mr_shop_dup_setting (self->shop, "name"));
  MrStaff *owner = mr_shop_find_staff (self->shop, 1);
  g_assert_cmpstr (owner->name, ==, "新");
  mr_staff_free (owner);
  g_assert_cmpint (ask_int (self, "SELECT count(*) FROM unknown_row"), ==, 0);
  g_assert_true (mr_shop_get_stage_head (self->shop, "shop", &head, &replace, &staged, &error));
  g_assert_true (!staged && !replace && head.v == 2);
}

static void
test_unknown (Fixture *self, gconstpointer data)
{
  const Row rows[] = { { "gadget", 1, "a", "[1,{\"x\":[true,null]}]" },
                       { "gadget", 2, "b", "[2]" },
                       { "level", 3, "55", "[1000,\"bin 4\",[1,2],true]" },
                       { "level", 4, "56", "[2000]" },
                       { NULL, 0, NULL, NULL } };
  const Row gone[] = { { "gadget", 5, "b", NULL }, { NULL, 0, NULL, NULL } };
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/shop.db", NULL);
  g_autoptr (GError) error = NULL;
  gint64 level;

  stage (self, rows, 4, FALSE);
  apply (self);
  stage (self, gone, 5, FALSE);
  apply (self);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY, &error);
  g_autofree char *kept = mr_db_get_text (db, &error, "SELECT fields FROM unknown_row", "");
  g_assert_cmpstr (kept, ==, "[1,{\"x\":[true,null]}]");
  g_autofree char *rest = mr_db_get_text (db, &error, "SELECT rest FROM level WHERE id = 55", "");
  g_assert_cmpstr (rest, ==, "[\"bin 4\",[1,2],true]");
  g_assert_null (mr_db_get_text (db, &error, "SELECT rest FROM level WHERE id = 56", ""));
  g_assert_no_error (error);
  g_clear_pointer (&db, mr_db_close);

  /* An older version put aside what this one knows: it is taken up when the file is opened. */
  g_clear_pointer (&self->shop, mr_shop_close);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  mr_db_run (db, &error, "INSERT INTO unknown_row VALUES ('level', '77', 4, '[9]')", "");
  g_assert_no_error (error);
  g_clear_pointer (&db, mr_db_close);
  open_shop (self);
  g_assert_true (mr_shop_get_level (self->shop, 77, &level));
  g_assert_cmpint (level, ==, 9);
  g_assert_cmpint (ask_int (self, "SELECT count(*) FROM unknown_row"), ==, 1);
}

static void
test_malformed (Fixture *self, gconstpointer data)
{
  static const Row bad[] = {
    { "staff", 20, "7", "[1001,\"王\",\"owner\",\"\"]" },
    { "staff", 20, "seven", "[1001,\"王\",\"owner\",\"\",1]" },
    { "level", 20, "55", "[\"many\"]" },
    { "level", 20, "55", "[1.5]" },
    { "level", 20, "55", "{}" },
    { "level", 20, "55", "[" },
    { "level", 20, "55", "[99999999999999999999]" },
    { "setting", 20, "", "[\"x\"]" },
    { "setting", 20, "name", "[null]" },
  };

  stage (self, whole_shop, 13, FALSE);
  apply (self);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const Row rows[] = { { "setting", 19, "name", "[\"other\"]" },
                           bad[i],
                           { NULL, 0, NULL, NULL } };
      g_autoptr (GError) error = NULL;
      MrPosition cursor, seen;

      stage (self, rows, 20, FALSE);
      g_assert_false (mr_shop_apply (self->shop, NULL, &error));
      g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
      g_assert_nonnull (strstr (error->message, bad[i].table));
      g_clear_error (&error);
      g_autofree char *name = mr_shop_dup_setting (self->shop, "name");
      g_assert_cmpstr (name, ==, "渠口小店");
      g_assert_true (mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, &error));
      g_assert_cmpint (cursor.v, ==, 13);
      g_assert_true (mr_shop_clear_stage (self->shop, "shop", &error));
      g_assert_no_error (error);
    }
}

static void
test_mine (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (MrMine));
  MrMine row = { .writer = { "writer one" }, .acked = 9, .applied = 7, .h = { "hash" }, .safe = 3 };
  g_autoptr (GError) error = NULL;
  MrHash h = { "other" };
  MrMine found;

  g_assert_false (mr_shop_get_mine (self->shop, row.writer, &found));
  g_assert_true (mr_shop_set_acked (self->shop, row.writer, 4, &h, &error));
  g_assert_true (mr_shop_get_mine (self->shop, row.writer, &found));
  g_assert_true (found.acked == 4 && found.applied == 0 && found.safe == 0);

  g_array_append_val (rows, row);
  g_assert_true (mr_shop_apply (self->shop, rows, &error));
  g_assert_true (mr_shop_set_acked (self->shop, row.writer, 12, &h, &error));
  g_assert_no_error (error);
  g_assert_true (mr_shop_get_mine (self->shop, row.writer, &found));
  g_assert_true (found.acked == 12 && found.applied == 7 && found.safe == 3);
  g_assert_true (mr_hash_equal (&found.h, &h));
}

static void
test_positions (Fixture *self, gconstpointer data)
{
  MrPosition seen = { 99, "ffffffffffffffff" }, cursor, found;
  const Row page[] = { { "good", 3, "1", "[1]" }, { NULL, 0, NULL, NULL } };
  g_autoptr (GError) error = NULL;

  g_assert_true (mr_shop_set_seen (self->shop, "region", &seen, &error));
  g_assert_true (mr_shop_get_cursor (self->shop, "region", &cursor, &found, &error));
  g_assert_cmpint (cursor.v, ==, 0);
  g_assert_true (mr_position_equal (&found, &seen));
  /* A page does not make forgotten what was seen further on. */
  g_assert_true (mr_shop_set_seen (self->shop, "shop", &seen, &error));
  stage (self, page, 3, FALSE);
  g_autoptr (GPtrArray) staged = mr_shop_list_staged (self->shop, "shop", &error);
  g_assert_cmpuint (staged->len, ==, 1);
  g_assert_cmpstr (((MrFeedRow *) g_ptr_array_index (staged, 0))->fields, ==, "[1]");
  apply (self);
  g_assert_true (mr_shop_get_cursor (self->shop, "shop", &cursor, &found, &error));
  g_assert_cmpint (cursor.v, ==, 3);
  g_assert_true (mr_position_equal (&found, &seen));
  g_assert_no_error (error);

  g_assert_null (mr_shop_dup_catalog (self->shop));
  g_assert_true (mr_shop_set_catalog (self->shop, "catalog-3-ff.db", NOW_US, &error));
  g_assert_true (mr_shop_set_catalog (self->shop, "catalog-4-ff.db", NOW_US, &error));
  g_autofree char *catalog = mr_shop_dup_catalog (self->shop);
  g_assert_cmpstr (catalog, ==, "catalog-4-ff.db");
}

/* Who reads a file that was made anew is told, and opens it again. */
static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->dir, "shop.db", NULL);
  g_autoptr (MrShop) reader = mr_shop_open_reader (self->dir, &error);

  g_assert_no_error (error);
  stage (self, whole_shop, 13, FALSE);
  apply (self);
  g_assert_false (mr_shop_is_replaced (reader));
  g_clear_pointer (&self->shop, mr_shop_close);
  g_assert_true (g_file_set_contents (path, "not a database at all, but long enough", -1, NULL));
  open_shop (self);
  g_assert_true (mr_shop_is_replaced (reader));
}

/* A replica that is gone, cut short, overwritten, from the future or at no position there is is made anew, empty. */
static void
test_rebuilt (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->dir, "shop.db", NULL);
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);

  for (guint harm = 0; harm < 5; harm++)
    {
      g_autoptr (GError) error = NULL;
      MrPosition cursor, seen;

      stage (self, whole_shop, 13, FALSE);
      apply (self);
      g_clear_pointer (&self->shop, mr_shop_close);
      if (harm == 0)
        g_assert_cmpint (g_unlink (path), ==, 0);
      else if (harm == 1)
        g_assert_cmpint (truncate (path, 4096 * 3 + 100), ==, 0);
      else if (harm == 2)
        g_assert_true (g_file_set_contents (path, "not at all", -1, &error));
      else
        {
          g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

          mr_db_run (db, &error,
                     harm == 3 ? "INSERT INTO migration VALUES (99, 'x', 'x', 1)"
                               : "UPDATE cursor SET salt = '0011223saabbccdd'",
                     "");
        }
      g_assert_no_error (error);
      g_assert_null (harm == 0 ? mr_shop_open_reader (self->dir, NULL) : NULL);

      open_shop (self);
      g_assert_true (mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, &error));
      g_assert_cmpint (cursor.v, ==, 0);
      g_assert_null (mr_shop_dup_setting (self->shop, "name"));
    }
}

/* Turns a bit over in the last cell of the first page of the index called @name, on the disk. */
static void
harm_index (const char *path, const char *name)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 page = 0, size = 0;
  gsize length;

  {
    g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

    mr_db_get_int (db, &page, &error, "SELECT min(pageno) FROM dbstat WHERE name = ?1", "s", name);
    mr_db_get_int (db, &size, &error, "PRAGMA page_size", "");
    mr_db_checkpoint (db, 0, TRUE, &error);
    g_assert_no_error (error);
  }
  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_cmpint (page, >, 1);
  bytes[page * size - 1] ^= 4;
  g_file_set_contents (path, bytes, (gssize) length, &error);
  g_assert_no_error (error);
}

/* What no statement on the rows would find: it is found when the file is looked through, and when it is opened. */
static void
test_harmed_index (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->dir, "shop.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) sums = NULL;
  MrPosition cursor, seen;

  stage (self, whole_shop, 13, FALSE);
  apply (self);
  sums = mr_shop_sum_tables (self->shop, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->shop, mr_shop_close);
  harm_index (path, "own_price_by_pack");
  self->shop = mr_shop_open_reader (self->dir, &error);
  g_assert_no_error (error);
  g_assert_null (mr_shop_sum_tables (self->shop, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT);
  g_assert_true (mr_shop_is_file_failure (error));
  open_shop (self);
  g_clear_error (&error);
  g_assert_true (mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, &error));
  g_assert_cmpint (cursor.v, ==, 0);
}

/* Rows that cannot be, of a file damaged where no check of SQLite has looked yet. */
static void
test_harmed_rows (Fixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/shop.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) staff = NULL, tiles = NULL, codes = NULL;

  stage (self, whole_shop, 13, FALSE);
  apply (self);
  g_clear_pointer (&self->shop, mr_shop_close);
  {
    g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

    mr_db_exec (db,
                "CREATE TABLE bare AS SELECT * FROM staff; DROP TABLE staff;"
                " ALTER TABLE bare RENAME TO staff; UPDATE staff SET role = NULL WHERE id = 7;"
                " UPDATE staff SET number = -31767 WHERE id = 8;"
                " INSERT INTO staff SELECT 10, 5, 1004, '钱', 'cashier', '', 1, NULL;"
                "CREATE TABLE bare AS SELECT * FROM tile; DROP TABLE tile;"
                " ALTER TABLE bare RENAME TO tile; UPDATE tile SET page = NULL;"
                "CREATE TABLE bare AS SELECT * FROM short_code; DROP TABLE short_code;"
                " ALTER TABLE bare RENAME TO short_code; UPDATE short_code SET code = NULL",
                &error);
    g_assert_no_error (error);
  }
  self->shop = mr_shop_open_reader (self->dir, &error);
  g_assert_no_error (error);
  staff = mr_shop_list_staff (self->shop, &error);
  g_assert_cmpuint (staff->len, ==, 1);
  g_assert_cmpint (((MrStaff *) g_ptr_array_index (staff, 0))->number, ==, 1004);
  g_assert_null (mr_shop_find_staff (self->shop, 1001));
  tiles = mr_shop_list_tiles (self->shop, &error);
  g_assert_cmpstr (((MrTile *) g_ptr_array_index (tiles, 0))->page, ==, "");
  codes = mr_shop_list_short_codes (self->shop, &error);
  g_assert_cmpstr (((MrShortCode *) g_ptr_array_index (codes, 0))->code, ==, "");
}

/* What was taken twice is put away by its time, in an entry that everybody can read. */
static void
test_harmed_time (Fixture *self, gconstpointer data)
{
  static const Row twice[] = { { "taken_twice", 2, "held/x", "[\"held\",\"红\",1,2]" },
                               { NULL, 0, NULL, NULL } };
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/shop.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (MrDb) db = NULL;

  stage (self, twice, 2, FALSE);
  apply (self);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  mr_db_exec (db, "UPDATE taken_twice SET at = at + 4611686018427387904", &error);
  g_assert_no_error (error);
  list = mr_shop_list_taken_twice (self->shop, &error);
  g_assert_no_error (error);
  g_assert_cmpint (((const MrTakenTwice *) list->pdata[0])->at_us, ==, MR_WIRE_MAX_INT);
}

/* An own price with a number that cannot be is none: the region's holds, and everybody can read the sale. */
static void
test_harmed_price (Fixture *self, gconstpointer data)
{
  static const char *const harms[] = { "UPDATE own_price SET amount = -450",
                                       "UPDATE own_price SET v = -99",
                                       "UPDATE own_price SET id = id - 9223372036854775807" };
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/shop.db", NULL);
  g_autoptr (MrDb) db = NULL;
  g_autoptr (GError) error = NULL;
  gint64 amount, price_id, version;

  stage (self, whole_shop, 13, FALSE);
  apply (self);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (harms); i++)
    {
      g_assert_true (mr_shop_get_price (self->shop, 70, NOW_US, &amount, &price_id, &version));
      mr_db_exec (db, "CREATE TABLE kept AS SELECT * FROM own_price", &error);
      mr_db_exec (db, harms[i], &error);
      g_assert_no_error (error);
      g_assert_false (mr_shop_get_price (self->shop, 70, NOW_US, &amount, &price_id, &version));
      mr_db_exec (db,
                  "DELETE FROM own_price; INSERT INTO own_price SELECT * FROM kept;"
                  " DROP TABLE kept",
                  &error);
      g_assert_no_error (error);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/shop/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("everything", test_everything);
  ADD ("changes", test_changes);
  ADD ("sums", test_sums);
  ADD ("waiting", test_waiting);
  ADD ("replace", test_replace);
  ADD ("unknown", test_unknown);
  ADD ("malformed", test_malformed);
  ADD ("mine", test_mine);
  ADD ("positions", test_positions);
  ADD ("replaced", test_replaced);
  ADD ("rebuilt", test_rebuilt);
  ADD ("harmed-index", test_harmed_index);
  ADD ("harmed-rows", test_harmed_rows);
  ADD ("harmed-time", test_harmed_time);
  ADD ("harmed-price", test_harmed_price);
#undef ADD
  return g_test_run ();
}
