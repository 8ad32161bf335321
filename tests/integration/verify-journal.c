/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/journal.h"

#include "sample-sale.h"
#include "temp-dir.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  TestWorld world;
  char *dir; /* (owned) */
  char *path; /* (owned) of journal.db */
  MrDb *db; /* (owned) goes round the triggers */
} Fixture;

static const MrEntryContext cashier = { .staff_number = 1001 };

static void
sell (Fixture *self, MrJournal *journal, guint n_lines)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_sale (&self->world, n_lines);
  MrCommittedSale committed = { 0 };

  mr_journal_commit_sale (journal, sale, &cashier, 1, TRUE, &committed, &error);
  g_assert_no_error (error);
  mr_committed_sale_clear (&committed);
  test_world_advance (&self->world, G_USEC_PER_SEC);
}

/* One of everything. */
static void
keep_shop (Fixture *self, MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) basket = sample_basket (&self->world, 2);
  MrShift *shift;
  MrReceiptRow *receipt;

  shift = mr_journal_open_shift (journal, 20000, &cashier, &error);
  g_clear_pointer (&shift, mr_shift_free);
  sell (self, journal, 2);
  mr_journal_hold_basket (journal, basket, "x", &cashier, &error);
  mr_sale_free (mr_journal_recall_basket (journal, 1, &cashier, &error));
  mr_journal_void_sale (journal, basket, &cashier, "x", &error);
  mr_journal_note_drawer (journal, &cashier, "x", &error);
  mr_journal_move_cash (journal, -100, "x", &cashier, &error);
  mr_journal_move_cash (journal, 50, "x", &cashier, &error);
  g_autoptr (GPtrArray) receipts = mr_journal_list_receipts (journal, 1, &error);
  receipt = g_ptr_array_index (receipts, 0);
  mr_journal_reprint (journal, receipt->entry_id, &cashier, NULL, &error);
  mr_journal_read_shift (journal, &cashier, TRUE, &error);
  mr_journal_set_setting (journal, "printer", "tcp:10.0.0.9:9100", &cashier, &error);
  sell (self, journal, 1);
  shift = mr_journal_close_shift (journal, 777, TRUE, &cashier, TRUE, &error);
  g_clear_pointer (&shift, mr_shift_free);
  mr_journal_note_drawer (journal, &cashier, "between shifts", &error);
  shift = mr_journal_open_shift (journal, 0, &cashier, &error);
  g_clear_pointer (&shift, mr_shift_free);
  sell (self, journal, 1);
  g_autoptr (MrSale) kept = sample_basket (&self->world, 1);
  mr_journal_keep_basket (journal, kept, 1001, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_world_init (&self->world, 11);
  self->dir = temp_dir_new ();
  self->path = g_build_filename (self->dir, "journal.db", NULL);
  MrJournal *journal = mr_journal_open (self->dir, &self->world.world, &error);
  g_assert_no_error (error);
  keep_shop (self, journal);
  mr_journal_close (journal);

  g_autofree char *location = g_strconcat ("sqlite:", self->path, NULL);
  self->db = mr_db_open (location, MR_DB_WRITE, &error);
  mr_db_exec (self->db,
              "PRAGMA foreign_keys = OFF;"
              "DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_deleted",
              &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mr_db_close (self->db);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_free (self->path);
}

static void
assert_good (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  g_assert_true (mr_journal_verify (self->path, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (result.reason, ==, NULL);
  g_assert_cmpint (result.bad_writer, ==, 0);
  g_assert_cmpint (result.n_entries, ==, 16);
}

/* That something is found, and where: @n = 0 for "anywhere". */
static void
assert_bad (Fixture *self, gint64 n, const char *what)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  g_assert_true (mr_journal_verify (self->path, &result, &error));
  g_assert_no_error (error);
  if (result.bad_writer == 0)
    g_error ("not found: %s", what);
  g_assert_nonnull (result.reason);
  if (n > 0)
    g_assert_cmpint (result.bad_n, ==, n);
  g_free (result.reason);
}

static void
test_good (Fixture *self, gconstpointer data)
{
  assert_good (self);
}

/* --- every byte of every column --- */

typedef struct
{
  const char *name;
  const char *select;
  const char *update;
  gboolean is_int;
} Column;

#define COLUMN(column, value, is_int)                                  \
  {                                                                    \
    column, "SELECT " column " FROM entry WHERE n = ?1",               \
        "UPDATE entry SET " column " = " value " WHERE n = ?1", is_int \
  }
static const Column columns[] = {
  COLUMN ("id", "?2", FALSE),    COLUMN ("kind", "CAST (?2 AS TEXT)", FALSE),
  COLUMN ("schema", "?2", TRUE), COLUMN ("at", "?2", TRUE),
  COLUMN ("body", "?2", FALSE),  COLUMN ("h", "?2", FALSE),
  COLUMN ("writer", "?2", TRUE),
};

/* Puts @value into the column and back, looking in between. */
static void
try_int (Fixture *self, const Column *column, gint64 n, gint64 value, gint64 flipped)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *what = g_strdup_printf ("%s of entry %d", column->name, (int) n);

  mr_db_run (self->db, &error, column->update, "ii", n, flipped);
  g_assert_no_error (error);
  assert_bad (self, 0, what);
  mr_db_run (self->db, &error, column->update, "ii", n, value);
  g_assert_no_error (error);
}

static guint
flip_ints (Fixture *self, const Column *column, gint64 n)
{
  gint64 value;

  g_assert_true (mr_db_get_int (self->db, &value, NULL, column->select, "i", n));
  for (guint byte = 0; byte < 8; byte++)
    try_int (self, column, n, value,
             (gint64) ((guint64) value ^ (G_GUINT64_CONSTANT (1)
                                          << (8 * byte + test_world_below (&self->world, 8)))));
  return 8;
}

static guint
flip_bytes (Fixture *self, const Column *column, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrQuery) query = mr_db_select (self->db, &error, column->select, "i", n);
  gsize length;

  g_assert_cmpint (mr_query_step (query, &error), ==, MR_STEP_ROW);
  gconstpointer bytes = mr_query_get_bytes (query, 0, &length);
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  mr_query_reset (query);

  /* Of bodies each 11th byte will do in the quick suite; the long one takes all of them. */
  gsize stride = g_test_slow () || length < 64 ? 1 : 11;
  for (gsize i = (gsize) n % stride; i < length; i += stride)
    {
      guint8 bit = (guint8) (1 << test_world_below (&self->world, 8));
      g_autofree char *what =
          g_strdup_printf ("%s of entry %d, byte %d", column->name, (int) n, (int) i);

      copy[i] ^= bit;
      mr_db_run (self->db, &error, column->update, "ib", n, copy, length);
      g_assert_no_error (error);
      assert_bad (self, n, what);
      copy[i] ^= bit;
    }
  mr_db_run (self->db, &error, column->update, "ib", n, copy, length);
  g_assert_no_error (error);
  return (guint) (length / stride);
}

static void
test_every_byte (Fixture *self, gconstpointer data)
{
  guint flips = 0;

  for (gint64 n = 1; n <= 16; n++)
    for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
      {
        flips += columns[i].is_int ? flip_ints (self, &columns[i], n)
                                   : flip_bytes (self, &columns[i], n);
        /* Checkpoints keep the log, and with it each reading, short. */
        mr_db_checkpoint (self->db, 1 << 20, FALSE, NULL);
      }
  assert_good (self);
  g_test_message ("%u flips", flips);
}

/* --- what the tables say --- */

static void
test_tables (Fixture *self, gconstpointer data)
{
  static const char *const harms[] = {
    "UPDATE receipt SET number = number + 1 WHERE number = 3",
    "UPDATE receipt SET label = label || '0' WHERE number = 1",
    "UPDATE receipt SET entry_n = entry_n + 1 WHERE number = 2",
    "UPDATE receipt SET entry_id = zeroblob (16) WHERE number = 2",
    "UPDATE receipt SET at = at + 1 WHERE number = 2",
    "UPDATE receipt SET total = total + 1 WHERE number = 2",
    "UPDATE receipt SET shift_number = 2 WHERE number = 2",
    "UPDATE receipt SET writer = 2 WHERE number = 3",
    "DELETE FROM receipt WHERE number = 1",
    "DELETE FROM receipt WHERE number = 3",
    "INSERT INTO receipt VALUES (1, 4, 'x', zeroblob (16), 9, 9, 9, 1, 0)",
    "UPDATE movement SET quantity = quantity - 1 WHERE n = 2",
    "UPDATE movement SET good = good + 1 WHERE n = 2",
    "UPDATE movement SET n = 3 WHERE n = 2",
    "UPDATE movement SET writer = 0 WHERE n = 2",
    "DELETE FROM movement WHERE n = 2",
    "INSERT INTO movement VALUES (1, 1, 5, 5)",
    "INSERT INTO movement VALUES (1, 99, 5, 5)",
    "INSERT INTO movement VALUES (2, 1, 5, 5)",
    "UPDATE shift SET sums = replace (sums, '\"sales\":2', '\"sales\":3') WHERE number = 1",
    "UPDATE shift SET sums = replace (sums, '\"sales\":1', '\"sales\":0') WHERE number = 2",
    "UPDATE shift SET id = zeroblob (16) WHERE number = 2",
    "UPDATE shift SET state = 'closed' WHERE number = 2",
    "UPDATE shift SET number = 3 WHERE number = 2",
    "DELETE FROM shift WHERE number = 1",
    "DELETE FROM shift WHERE number = 2",
    "INSERT INTO shift VALUES (3, zeroblob (16), 'closed', '{}')",
    "UPDATE receipt SET copies = copies + 1 WHERE number = 2",
    "UPDATE receipt SET copies = 0 WHERE number = 1",
    "UPDATE setting SET value = 'tcp:10.0.0.8:9100'",
    "UPDATE setting SET name = 'primter'",
    "DELETE FROM setting",
    "INSERT INTO setting VALUES ('x', 'y')",
    "UPDATE spool SET entry_id = zeroblob (16) WHERE id = 1",
    "UPDATE basket SET body = replace (body, '\"quantity\":', '\"quantitx\":')",
    "UPDATE basket SET id = zeroblob (16)",
    "UPDATE key SET secret = zeroblob (64)",
    "DELETE FROM entry WHERE n = 16",
    "DELETE FROM entry WHERE n = 7",
    "DELETE FROM entry WHERE n = 1",
    "UPDATE entry SET n = 18 WHERE n = 16",
    "DELETE FROM writer",
    "DELETE FROM key",
    "UPDATE key SET public = zeroblob (32)",
  };
  g_autofree char *location = g_strconcat ("sqlite:", self->path, NULL);
  g_autofree char *kept = g_build_filename (self->dir, "kept.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *sound = NULL;
  gsize length;

  g_assert_true (mr_db_backup (self->db, kept, &error));
  g_assert_true (g_file_get_contents (kept, &sound, &length, &error));
  for (guint i = 0; i < G_N_ELEMENTS (harms); i++)
    {
      g_clear_pointer (&self->db, mr_db_close);
      g_assert_true (g_file_set_contents (self->path, sound, (gssize) length, &error));
      self->db = mr_db_open (location, MR_DB_WRITE, &error);
      mr_db_exec (self->db, "PRAGMA foreign_keys = OFF", &error);
      mr_db_exec (self->db, harms[i], &error);
      g_assert_no_error (error);
      assert_bad (self, 0, harms[i]);
    }
}

/* A sale whose sums were changed together with its hash, and all hashes after it: the seal of the Z tells. */
static void
test_rewritten_history (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrJournal) journal = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  MrHash h = { { 0 } };

  journal = mr_journal_open_reader (self->dir, &error);
  entries = mr_journal_read (journal, 0, 500, G_MAXSIZE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      MrEntry *entry = g_ptr_array_index (entries, i);

      /* Five fen more were taken out of the drawer than was written. */
      char *amount = strstr (entry->body, "\"amount\":-100,\"reason\"");
      if (amount != NULL)
        memcpy (amount, "\"amount\":-105", 13);
      mr_entry_compute_hash (entry, &h, &h);
      mr_db_run (self->db, &error, "UPDATE entry SET body = ?2, h = ?3 WHERE n = ?1", "ibb",
                 entry->n, entry->body, strlen (entry->body), h.bytes, sizeof h.bytes);
      g_assert_no_error (error);
    }
  assert_bad (self, 0, "a history written anew");
}

/* --- files --- */

static void
test_files (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;
  g_autofree char *none = g_build_filename (self->dir, "none.db", NULL);

  g_assert_false (mr_journal_verify (none, &result, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_MISSING);
  g_clear_error (&error);

  mr_db_run (self->db, &error, "INSERT INTO migration VALUES (99, 'x', 'x', 1)", "");
  g_assert_false (mr_journal_verify (self->path, &result, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_NEWER);
  g_clear_error (&error);
  mr_db_run (self->db, &error, "DELETE FROM migration WHERE number = 99", "");
  assert_good (self);

  /* Two tables of which nothing can be asked: the first is told. */
  mr_db_exec (self->db,
              "ALTER TABLE receipt RENAME COLUMN total TO sum;"
              " ALTER TABLE movement RENAME COLUMN quantity TO pieces",
              &error);
  g_assert_no_error (error);
  g_assert_false (mr_journal_verify (self->path, &result, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "total"));
  g_clear_error (&error);
  mr_db_exec (self->db,
              "ALTER TABLE receipt RENAME COLUMN sum TO total;"
              " ALTER TABLE movement RENAME COLUMN pieces TO quantity",
              &error);
  g_assert_no_error (error);
  assert_good (self);

  /* Cut short. */
  g_clear_pointer (&self->db, mr_db_close);
  GStatBuf status;
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpint (truncate (self->path, status.st_size - 4096), ==, 0);
  assert_bad (self, 0, "a file cut short");
}

static int
run_program (const char *path, char **output)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("MR_BUILD_DIR"), "app", "millrace-verify", NULL);
  const char *const command[] = { program, path, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, output, NULL,
                &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL) ? 0 : WEXITSTATUS (status);
}

static void
test_program (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;
  g_autofree char *none = NULL;

  g_assert_cmpint (run_program (self->path, &good), ==, 0);
  g_assert_nonnull (strstr (good, "16 entries, all good"));
  mr_db_run (self->db, &error, "UPDATE entry SET at = at + 1 WHERE n = 9", "");
  g_assert_cmpint (run_program (self->path, &bad), ==, 1);
  g_assert_nonnull (strstr (bad, "writer 1, entry 9: "));
  g_assert_cmpint (run_program ("/nonexistent/journal.db", &none), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

#define ADD(name, function) g_test_add ("/verify/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("good", test_good);
  ADD ("tables", test_tables);
  ADD ("rewritten-history", test_rewritten_history);
  ADD ("files", test_files);
  ADD ("program", test_program);
  ADD ("every-byte", test_every_byte);
#undef ADD
  return g_test_run ();
}
