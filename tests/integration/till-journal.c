/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/journal.h"

#include "fault-vfs.h"
#include "sample-sale.h"
#include "temp-dir.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

typedef struct
{
  TestWorld world;
  char *dir; /* (owned) */
  MrJournal *journal; /* (owned) */
} Fixture;

static const MrEntryContext cashier = { .staff_number = 1001 };

static void
open_journal (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->journal, mr_journal_close);
  self->journal = mr_journal_open (self->dir, &self->world.world, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  test_world_init (&self->world, 7);
  self->dir = temp_dir_new ();
  open_journal (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->journal, mr_journal_close);
  temp_dir_remove (self->dir);
  g_free (self->dir);
}

static void
open_shift (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift = mr_journal_open_shift (self->journal, 20000, &cashier, &error);

  g_assert_no_error (error);
  g_assert_nonnull (shift);
}

/* Commits a sale and returns its entry's id. */
static MrId
sell (Fixture *self, guint n_lines, MrCommittedSale *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_sale (&self->world, n_lines);
  MrCommittedSale committed = { 0 };

  mr_journal_commit_sale (self->journal, sale, &cashier, 42, TRUE, &committed, &error);
  g_assert_no_error (error);
  if (out != NULL)
    *out = committed;
  else
    mr_committed_sale_clear (&committed);
  test_world_advance (&self->world, 5 * G_USEC_PER_SEC);
  return mr_sale_get_id (sale);
}

static gint64
get_n (MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  MrId writer;
  MrHash h;
  gint64 n;

  mr_journal_get_head (journal, &writer, &n, &h, &error);
  g_assert_no_error (error);
  return n;
}

static MrEntry *
get_last (MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      mr_journal_read (journal, get_n (journal) - 1, 1, G_MAXSIZE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);
  g_ptr_array_set_free_func (entries, NULL);
  return g_ptr_array_index (entries, 0);
}

/* --- who this till is --- */

static void
test_identity (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64], again[32];

  g_assert_null (mr_journal_dup_identity (self->journal, "till_id"));
  g_assert_true (mr_journal_set_identity (self->journal, "note", "渠", &error));
  g_assert_true (mr_journal_get_key (self->journal, public_key, secret_key, &error));

  open_journal (self);
  g_autofree char *note = mr_journal_dup_identity (self->journal, "note");
  g_assert_cmpstr (note, ==, "渠");
  g_assert_true (mr_journal_get_key (self->journal, again, secret_key, &error));
  g_assert_cmpmem (public_key, 32, again, 32);

  g_autoptr (MrJournal) reader = mr_journal_open_reader (self->dir, &error);
  g_assert_no_error (error);
  g_assert_true (mr_journal_get_key (reader, again, secret_key, &error));
  g_assert_cmpmem (public_key, 32, again, 32);
}

static void
test_reader_without_key (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64];
  g_autoptr (MrJournal) reader = mr_journal_open_reader (self->dir, &error);

  g_assert_no_error (error);
  g_assert_false (mr_journal_get_key (reader, public_key, secret_key, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

static void
test_settings (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mr_journal_dup_setting (self->journal, "printer"));
  g_assert_true (
      mr_journal_set_setting (self->journal, "printer", "tcp:10.0.0.9:9100", &cashier, &error));
  g_assert_true (mr_journal_set_setting (self->journal, "printer", "", NULL, &error));
  g_autofree char *printer = mr_journal_dup_setting (self->journal, "printer");
  g_assert_cmpstr (printer, ==, "");
  g_assert_cmpint (get_n (self->journal), ==, 2);
}

static void
test_enrolment (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrCommittedSale before = { 0 }, after = { 0 };
  MrEnrolReply reply = { .till = mr_id_new (&self->world.world),
                         .letter = (char *) "A",
                         .till_number = 2,
                         .shop = mr_id_new (&self->world.world),
                         .shop_name = (char *) "渠口小店",
                         .region = (char *) "hangzhou",
                         .currency = (char *) "CNY" };

  open_shift (self);
  sell (self, 1, &before);
  g_assert_cmpuint (strlen (before.receipt_label), ==, 12);
  g_assert_true (g_str_has_prefix (before.receipt_label, "?"));
  g_assert_true (g_str_has_suffix (before.receipt_label, "-000001"));

  g_assert_true (mr_journal_set_enrolment (self->journal, "http://127.0.0.1:8", &reply, &error));
  sell (self, 1, &after);
  g_assert_cmpstr (after.receipt_label, ==, "2A-000002");

  open_journal (self);
  g_autofree char *region = mr_journal_dup_identity (self->journal, "region");
  g_autofree char *till = mr_journal_dup_identity (self->journal, "till_id");
  g_autofree char *expected = mr_id_to_string (reply.till);
  g_assert_cmpstr (region, ==, "hangzhou");
  g_assert_cmpstr (till, ==, expected);
  mr_committed_sale_clear (&before);
  mr_committed_sale_clear (&after);
}

static void
test_second_writer_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mr_journal_open (self->dir, &self->world.world, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY);
  g_assert_cmpint (get_n (self->journal), ==, 0);
}

static void
test_newer_version (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);

  g_clear_pointer (&self->journal, mr_journal_close);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_true (mr_db_run (db, &error, "INSERT INTO migration VALUES (99, '099-x', 'x', 1)", ""));
  g_assert_no_error (error);
  g_clear_pointer (&db, mr_db_close);

  g_assert_null (mr_journal_open (self->dir, &self->world.world, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_NEWER);
  g_assert_nonnull (strstr (error->message, "newer version"));
  g_clear_error (&error);
  g_assert_null (mr_journal_open_reader (self->dir, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_NEWER);
}

static void
test_business_date (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrEntryContext context;

  /* 2026-05-28 16:30 UTC is half past midnight in Shanghai. */
  self->world.now_us = G_GINT64_CONSTANT (1779985800) * G_USEC_PER_SEC;
  mr_journal_fill_context (self->journal, NULL, &context);
  g_assert_cmpstr (context.business_date, ==, "2026-05-29");
  g_assert_cmpstr (context.currency, ==, "CNY");
  g_assert_true (mr_journal_set_identity (self->journal, "time_zone", "Europe/Berlin", &error));
  g_assert_true (mr_journal_set_identity (self->journal, "currency", "EUR", &error));
  mr_journal_fill_context (self->journal, &cashier, &context);
  g_assert_cmpstr (context.business_date, ==, "2026-05-28");
  g_assert_cmpstr (context.currency, ==, "EUR");
  g_assert_cmpint (context.staff_number, ==, 1001);
  g_assert_no_error (error);
}

/* --- the chain --- */

static void
test_chain (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrHash previous = { { 0 } }, h;
  MrId writer;
  gint64 n;

  g_assert_true (mr_journal_get_head (self->journal, &writer, &n, &h, &error));
  g_assert_cmpint (n, ==, 0);
  g_assert_cmpmem (&h, sizeof h, &previous, sizeof previous);
  g_assert_cmpint (mr_journal_get_last_at_us (self->journal), ==, 0);

  open_shift (self);
  for (guint i = 0; i < 9; i++)
    sell (self, 2, NULL);
  g_autoptr (MrJournal) reader = mr_journal_open_reader (self->dir, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) entries = mr_journal_read (reader, 0, 500, G_MAXSIZE, &error);
  g_assert_cmpuint (entries->len, ==, 10);
  for (guint i = 0; i < entries->len; i++)
    {
      const MrEntry *entry = g_ptr_array_index (entries, i);

      g_assert_cmpint (entry->n, ==, i + 1);
      mr_entry_compute_hash (entry, &previous, &h);
      g_assert_true (mr_hash_equal (&h, &entry->h));
      g_assert_true (mr_journal_get_hash (reader, entry->n, &previous, &error));
      g_assert_true (mr_hash_equal (&h, &previous));
    }
  g_assert_true (mr_journal_get_head (reader, &writer, &n, &h, &error));
  g_assert_cmpint (n, ==, 10);
  g_assert_true (mr_hash_equal (&h, &previous));
  g_assert_false (mr_journal_get_hash (reader, 11, &h, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

static void
test_read_limits (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  open_shift (self);
  for (guint i = 0; i < 5; i++)
    sell (self, 3, NULL);
  g_autoptr (GPtrArray) two = mr_journal_read (self->journal, 1, 2, G_MAXSIZE, &error);
  g_assert_cmpuint (two->len, ==, 2);
  g_autoptr (GPtrArray) one = mr_journal_read (self->journal, 1, 100, 10, &error);
  g_assert_cmpuint (one->len, ==, 1);
  const MrEntry *first = g_ptr_array_index (one, 0);
  g_autoptr (GPtrArray) none = mr_journal_read (self->journal, 6, 100, 10, &error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_no_error (error);

  g_autoptr (MrEntry) found = mr_journal_find (self->journal, first->id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (found->n, ==, 2);
  g_assert_cmpstr (found->body, ==, first->body);
  g_assert_cmpint (mr_journal_get_waiting_since_us (self->journal, 1), ==, first->at_us);
  g_assert_cmpint (mr_journal_get_waiting_since_us (self->journal, 6), ==, 0);
  g_assert_null (mr_journal_find (self->journal, mr_id_new (&self->world.world), &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

static void
test_append (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrId id = mr_id_new (&self->world.world);
  g_autofree char *huge = g_strnfill (MR_ENTRY_MAX_BODY + 1, ' ');

  g_assert_true (mr_journal_append (self->journal, id, MR_KIND_SIGNED_IN, "{}", &error));
  g_assert_false (mr_journal_append (self->journal, id, MR_KIND_SIGNED_IN, "{}", &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_DOUBLE);
  g_clear_error (&error);
  g_assert_false (mr_journal_append (self->journal, MR_ID_NONE, "Not A Kind", "{}", &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (mr_journal_append (self->journal, MR_ID_NONE, "kind", huge, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (mr_journal_append (self->journal, MR_ID_NONE, MR_KIND_SIGNED_OUT, "{}", &error));
  g_assert_cmpint (get_n (self->journal), ==, 2);
}

static void
test_never_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);

  open_shift (self);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  g_assert_false (mr_db_run (db, &error, "UPDATE entry SET at = at + 1", ""));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (mr_db_run (db, &error, "DELETE FROM entry", ""));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
}

/* The clock goes back an hour and comes again: one mark, no entry earlier than the one before. */
static void
test_clock (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 last;

  open_shift (self);
  sell (self, 1, NULL);
  last = mr_journal_get_last_at_us (self->journal);

  self->world.now_us -= G_TIME_SPAN_HOUR;
  sell (self, 1, NULL);
  g_assert_cmpint (get_n (self->journal), ==, 4);
  open_journal (self);
  sell (self, 1, NULL);
  g_assert_cmpint (get_n (self->journal), ==, 5);
  g_autoptr (GPtrArray) entries = mr_journal_read (self->journal, 2, 9, G_MAXSIZE, &error);
  for (guint i = 0; i < entries->len; i++)
    g_assert_cmpint (((MrEntry *) g_ptr_array_index (entries, i))->at_us, ==, last);
  const MrEntry *mark = g_ptr_array_index (entries, 0);
  gint64 behind_us = 0;
  g_assert_cmpstr (mark->kind, ==, MR_KIND_CLOCK_JUMPED);
  g_assert_true (mr_note_body_get_int (mark->body, "behind_us", &behind_us));
  g_assert_cmpint (behind_us, >, G_TIME_SPAN_HOUR / 2);

  /* Right again; a new jump is marked again; a correction of milliseconds is not. */
  self->world.now_us = last + 10 * G_USEC_PER_SEC;
  sell (self, 1, NULL);
  g_assert_cmpint (get_n (self->journal), ==, 6);
  self->world.now_us = last + 10 * G_USEC_PER_SEC - 1000;
  sell (self, 1, NULL);
  g_assert_cmpint (get_n (self->journal), ==, 7);
  self->world.now_us = last;
  sell (self, 1, NULL);
  g_assert_cmpint (get_n (self->journal), ==, 9);
}

/* --- sales --- */

static void
test_sale (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_sale (&self->world, 8);
  MrCommittedSale committed = { 0 };
  MrReceiptRow row;

  g_assert_false (
      mr_journal_commit_sale (self->journal, sale, &cashier, 1, TRUE, &committed, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT);
  g_clear_error (&error);

  open_shift (self);
  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  g_assert_true (
      mr_journal_commit_sale (self->journal, sale, &cashier, 42, TRUE, &committed, &error));
  g_assert_cmpint (committed.n, ==, 2);
  g_assert_cmpint (committed.receipt_number, ==, 1);
  g_assert_cmpint (committed.spool_id, >, 0);
  g_assert_true (mr_id_equal (committed.entry_id, mr_sale_get_id (sale)));
  g_assert_cmpint (committed.shift->total_minor, ==, mr_sale_get_totals (sale)->total_minor);
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_no_error (error);

  g_autoptr (MrEntry) entry = get_last (self->journal);
  MrEntryContext context;
  MrSaleFacts facts;
  g_autoptr (MrSale) read = mr_sale_body_read (entry->body, &context, &facts, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (facts.receipt_label, ==, committed.receipt_label);
  g_assert_cmpint (facts.receipt_number, ==, 1);
  g_assert_cmpint (facts.catalog_v, ==, 42);
  g_assert_cmpint (context.shift_number, ==, 1);
  g_assert_cmpint (context.staff_number, ==, 1001);
  g_assert_cmpstr (context.business_date, ==, "2026-05-29");

  g_assert_true (mr_journal_get_receipt (self->journal, committed.entry_id, &row, &error));
  g_assert_cmpstr (row.label, ==, committed.receipt_label);
  g_assert_cmpint (row.total_minor, ==, mr_sale_get_totals (sale)->total_minor);
  g_assert_cmpint (row.shift_number, ==, 1);
  mr_committed_sale_clear (&committed);

  g_assert_false (
      mr_journal_commit_sale (self->journal, sale, &cashier, 42, TRUE, &committed, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_DOUBLE);
  g_clear_error (&error);
  g_assert_cmpint (committed.n, ==, 2);
  g_assert_cmpint (committed.receipt_number, ==, 1);
  g_assert_cmpstr (committed.receipt_label, ==, facts.receipt_label);
  mr_committed_sale_clear (&committed);

  g_autoptr (MrSale) open = sample_basket (&self->world, 2);
  g_assert_false (
      mr_journal_commit_sale (self->journal, open, &cashier, 42, TRUE, &committed, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_assert_cmpint (get_n (self->journal), ==, 2);
}

static void
test_movements (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrGood values = { .good_id = 5,
                    .units_milli = 24000,
                    .has_price = TRUE,
                    .price_minor = 100,
                    .name = "x",
                    .unit = "",
                    .barcode = "",
                    .brand = "",
                    .category = "" };
  g_autoptr (MrGood) good = mr_good_new (&values);
  MrId writer;
  MrHash h;
  gint64 n;

  open_shift (self);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (MrSale) sale = mr_sale_new (mr_id_new (&self->world.world), "CNY", 1);
      MrCommittedSale committed = { 0 };
      guint removed;

      /* Two lines of one good, and one removed. */
      mr_sale_add (sale, good, 2000, -1, FALSE, 1, &error);
      mr_sale_add (sale, good, 1000, -1, FALSE, 1, &error);
      removed = mr_sale_add (sale, good, 9000, -1, FALSE, 1, &error);
      mr_sale_remove (sale, removed, &error);
      mr_sale_add_tender (sale, MR_TENDER_CARD, 300, &error);
      mr_sale_move (sale, MR_SALE_COMPLETE, &error);
      mr_journal_commit_sale (self->journal, sale, &cashier, 1, FALSE, &committed, &error);
      g_assert_no_error (error);
      g_assert_cmpint (committed.spool_id, ==, 0);
      mr_committed_sale_clear (&committed);
    }
  mr_journal_get_head (self->journal, &writer, &n, &h, &error);
  g_assert_cmpint (mr_journal_sum_movements (self->journal, 5, writer, 0), ==, -3 * 72000);
  g_assert_cmpint (mr_journal_sum_movements (self->journal, 5, writer, 2), ==, -2 * 72000);
  g_assert_cmpint (mr_journal_sum_movements (self->journal, 5, writer, n), ==, 0);
  g_assert_cmpint (mr_journal_sum_movements (self->journal, 6, writer, 0), ==, 0);
  /* A replica that knows nothing of this writer includes none of it. */
  g_assert_cmpint (mr_journal_sum_movements (self->journal, 5, MR_ID_NONE, 0), ==, -3 * 72000);
}

static void
test_void_and_notes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_basket (&self->world, 3);

  open_shift (self);
  g_assert_true (mr_sale_remove (sale, 2, &error));
  g_assert_true (mr_journal_note_removed_line (self->journal, sale, 2, &cashier, &error));
  g_autoptr (MrEntry) removed = get_last (self->journal);
  g_assert_cmpstr (removed->kind, ==, MR_KIND_LINE_REMOVED);
  g_assert_false (mr_journal_note_removed_line (self->journal, sale, 99, &cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
  g_clear_error (&error);

  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  g_assert_true (mr_journal_void_sale (self->journal, sale, &cashier, "顾客走了", &error));
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_autoptr (MrEntry) voided = get_last (self->journal);
  g_autofree char *reason = mr_note_body_dup_text (voided->body, "reason");
  g_autofree char *basket = mr_note_body_dup_json (voided->body, "basket");
  g_autoptr (MrSale) again = mr_basket_read (basket, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reason, ==, "顾客走了");
  g_assert_cmpuint (mr_sale_get_n_lines (again), ==, 3);

  g_assert_true (mr_journal_note_drawer (self->journal, &cashier, NULL, &error));
  g_autoptr (MrShift) shift = mr_journal_load_shift (self->journal, &error);
  g_assert_cmpuint (shift->void_count, ==, 1);
  g_assert_cmpuint (shift->no_sale_count, ==, 1);
}

static void
test_receipts (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrId ids[4];
  gint64 spool_id = 0;

  open_shift (self);
  for (guint i = 0; i < 4; i++)
    ids[i] = sell (self, 1, NULL);
  g_autoptr (GPtrArray) rows = mr_journal_list_receipts (self->journal, 3, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  const MrReceiptRow *newest = g_ptr_array_index (rows, 0);
  g_assert_cmpint (newest->number, ==, 4);
  g_assert_true (mr_id_equal (newest->entry_id, ids[3]));

  g_assert_true (mr_journal_reprint (self->journal, ids[1], &cashier, &spool_id, &error));
  g_assert_true (mr_journal_reprint (self->journal, ids[1], &cashier, &spool_id, &error));
  MrReceiptRow row;
  g_assert_true (mr_journal_get_receipt (self->journal, ids[1], &row, &error));
  g_assert_cmpint (row.copies, ==, 2);
  g_autoptr (MrEntry) entry = get_last (self->journal);
  g_assert_cmpstr (entry->kind, ==, MR_KIND_REPRINTED);
  g_assert_false (mr_journal_reprint (self->journal, mr_id_new (&self->world.world), &cashier,
                                      &spool_id, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

/* --- baskets --- */

static void
test_basket (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_basket (&self->world, 4);
  g_autoptr (MrSale) empty = sample_basket (&self->world, 0);

  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  open_journal (self);
  g_autoptr (MrSale) kept = mr_journal_load_basket (self->journal, &error);
  g_assert_no_error (error);
  g_assert_true (mr_id_equal (mr_sale_get_id (kept), mr_sale_get_id (sale)));
  g_assert_cmpint (mr_sale_get_totals (kept)->total_minor, ==,
                   mr_sale_get_totals (sale)->total_minor);
  g_assert_true (mr_journal_keep_basket (self->journal, empty, 1001, &error));
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_n (self->journal), ==, 0);
}

static void
test_hold (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) first = sample_basket (&self->world, 2);
  g_autoptr (MrSale) second = sample_basket (&self->world, 3);

  g_assert_true (mr_sale_move (first, MR_SALE_HELD, &error));
  g_assert_true (mr_journal_hold_basket (self->journal, first, "红衣服", &cashier, &error));
  test_world_advance (&self->world, G_USEC_PER_SEC);
  g_assert_true (mr_journal_keep_basket (self->journal, second, 1001, &error));
  g_assert_true (mr_journal_hold_basket (self->journal, second, NULL, &cashier, &error));
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_no_error (error);

  g_autoptr (GPtrArray) held = mr_journal_list_held (self->journal, &error);
  g_assert_cmpuint (held->len, ==, 2);
  const MrHeldBasket *row = g_ptr_array_index (held, 0);
  g_assert_cmpstr (row->label, ==, "红衣服");
  g_assert_cmpuint (row->n_lines, ==, 2);
  g_assert_cmpint (row->staff, ==, 1001);
  g_assert_cmpint (row->total_minor, ==, mr_sale_get_totals (first)->total_minor);

  g_autoptr (MrSale) recalled =
      mr_journal_recall_basket (self->journal, row->slot, &cashier, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_sale_get_state (recalled), ==, MR_SALE_OPEN);
  g_assert_true (mr_id_equal (mr_sale_get_id (recalled), mr_sale_get_id (first)));
  g_autoptr (MrSale) open = mr_journal_load_basket (self->journal, &error);
  g_assert_true (mr_id_equal (mr_sale_get_id (open), mr_sale_get_id (first)));

  g_assert_null (mr_journal_recall_basket (self->journal, 2, &cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BASKET);
  g_clear_error (&error);
  g_assert_true (mr_journal_void_sale (self->journal, recalled, &cashier, "", &error));
  g_assert_null (mr_journal_recall_basket (self->journal, 99, &cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

/* --- shifts --- */

static void
test_shift (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 total = 0;

  g_assert_null (mr_journal_load_last_shift (self->journal, &error));
  g_assert_false (mr_journal_read_shift (self->journal, &cashier, FALSE, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT);
  g_clear_error (&error);

  open_shift (self);
  g_assert_null (mr_journal_open_shift (self->journal, 0, &cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_SHIFT);
  g_clear_error (&error);
  for (guint i = 0; i < 5; i++)
    {
      MrCommittedSale committed = { 0 };

      sell (self, 3, &committed);
      total = committed.shift->total_minor;
      mr_committed_sale_clear (&committed);
    }
  g_assert_true (mr_journal_move_cash (self->journal, -1500, "牛奶", &cashier, &error));
  g_assert_true (mr_journal_move_cash (self->journal, 700, NULL, &cashier, &error));
  g_assert_false (mr_journal_move_cash (self->journal, 0, "", &cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (mr_journal_read_shift (self->journal, &cashier, TRUE, &error));

  open_journal (self);
  g_autoptr (MrShift) open = mr_journal_load_shift (self->journal, &error);
  g_assert_cmpint (open->cash_out_minor, ==, 1500);
  g_assert_cmpint (open->cash_in_minor, ==, 700);
  g_assert_cmpint (open->total_minor, ==, total);
  g_assert_cmpint (open->staff_number, ==, 1001);

  g_autoptr (MrShift) closed =
      mr_journal_close_shift (self->journal, 12345, TRUE, &cashier, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (closed->state, ==, MR_SHIFT_CLOSED);
  g_assert_cmpint (closed->counted_minor, ==, 12345);
  g_assert_null (mr_journal_load_shift (self->journal, &error));
  g_autoptr (MrShift) last = mr_journal_load_last_shift (self->journal, &error);
  g_assert_cmpint (last->closed_at_us, ==, closed->closed_at_us);
  g_assert_null (mr_journal_close_shift (self->journal, 0, FALSE, &cashier, TRUE, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT);
  g_clear_error (&error);

  /* Numbers and the grand total go on. */
  g_autoptr (MrShift) next = mr_journal_open_shift (self->journal, 0, NULL, &error);
  g_assert_cmpint (next->number, ==, 2);
  g_assert_cmpint (next->grand_total_minor, ==, total);
}

/* The seal of the Z, checked from its description alone. */
static void
test_seal (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64];
  g_autofree char *signature = NULL;
  gsize length;
  MrHash previous;

  open_shift (self);
  sell (self, 2, NULL);
  g_autoptr (MrShift) closed =
      mr_journal_close_shift (self->journal, 0, FALSE, &cashier, FALSE, &error);
  g_assert_no_error (error);
  g_autoptr (MrEntry) entry = get_last (self->journal);
  g_assert_true (mr_journal_get_hash (self->journal, entry->n - 1, &previous, &error));
  g_assert_true (mr_journal_get_key (self->journal, public_key, secret_key, &error));

  g_autofree char *text = mr_shift_body_dup_signed (entry->body, &signature);
  g_autofree guint8 *bytes = g_base64_decode (signature, &length);
  g_autoptr (GByteArray) message = g_byte_array_new ();
  g_byte_array_append (message, (const guint8 *) "millrace-z-1\n", 13);
  g_byte_array_append (message, previous.bytes, 32);
  g_byte_array_append (message, (const guint8 *) text, (guint) strlen (text));
  g_assert_cmpuint (length, ==, crypto_sign_BYTES);
  g_assert_cmpint (crypto_sign_verify_detached (bytes, message->data, message->len, public_key), ==,
                   0);
  message->data[20] ^= 1;
  g_assert_cmpint (crypto_sign_verify_detached (bytes, message->data, message->len, public_key), !=,
                   0);
}

/* --- spool, lock-outs --- */

static void
test_spool (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrCommittedSale first = { 0 }, second = { 0 };

  open_shift (self);
  sell (self, 1, &first);
  sell (self, 1, &second);
  g_assert_true (mr_journal_set_spool (self->journal, first.spool_id, "printing", "paper", &error));
  g_autoptr (GPtrArray) rows = mr_journal_list_spool (self->journal, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  const MrSpoolRow *row = g_ptr_array_index (rows, 0);
  g_assert_true (mr_id_equal (row->entry_id, first.entry_id));
  g_assert_cmpstr (row->state, ==, "printing");
  g_assert_cmpstr (row->reason, ==, "paper");
  g_assert_cmpint (row->tries, ==, 1);
  g_assert_true (mr_journal_set_spool (self->journal, first.spool_id, "printed", NULL, &error));
  g_autoptr (GPtrArray) left = mr_journal_list_spool (self->journal, &error);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_no_error (error);
  g_assert_false (mr_journal_set_spool (self->journal, 999, "printed", NULL, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (mr_journal_set_spool (self->journal, second.spool_id, "eaten", NULL, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
  mr_committed_sale_clear (&first);
  mr_committed_sale_clear (&second);
}

static void
test_lockout (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 failures, wait_ms;

  g_assert_false (mr_journal_get_lockout (self->journal, 1001, &failures, &wait_ms));
  g_assert_cmpint (failures, ==, 0);
  g_assert_true (mr_journal_set_lockout (self->journal, 1001, 5, 30000, &error));
  open_journal (self);
  g_assert_true (mr_journal_get_lockout (self->journal, 1001, &failures, &wait_ms));
  g_assert_cmpint (failures, ==, 5);
  g_assert_cmpint (wait_ms, ==, 30000);
}

static void
test_tidy_and_backup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copies = g_build_filename (self->dir, "copy", NULL);
  g_autofree char *copy = g_build_filename (copies, "journal.db", NULL);
  g_autofree char *wal = g_build_filename (self->dir, "journal.db-wal", NULL);
  g_autofree char *left = NULL;
  gsize length = 1;

  open_shift (self);
  sell (self, 2, NULL);
  g_assert_true (mr_journal_tidy (self->journal, FALSE, &error));
  g_assert_cmpint (g_mkdir_with_parents (copies, 0700), ==, 0);
  g_assert_true (mr_journal_backup (self->journal, copy, &error));
  g_assert_true (mr_journal_tidy (self->journal, TRUE, &error));
  g_assert_true (g_file_get_contents (wal, &left, &length, &error));
  g_assert_cmpuint (length, ==, 0);

  g_autoptr (MrJournal) restored = mr_journal_open (copies, &self->world.world, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_n (restored), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

#define ADD(name, function) \
  g_test_add ("/journal/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("identity", test_identity);
  ADD ("reader-without-key", test_reader_without_key);
  ADD ("settings", test_settings);
  ADD ("enrolment", test_enrolment);
  ADD ("second-writer-refused", test_second_writer_refused);
  ADD ("newer-version", test_newer_version);
  ADD ("business-date", test_business_date);
  ADD ("chain", test_chain);
  ADD ("read-limits", test_read_limits);
  ADD ("append", test_append);
  ADD ("never-changed", test_never_changed);
  ADD ("clock", test_clock);
  ADD ("sale", test_sale);
  ADD ("movements", test_movements);
  ADD ("void-and-notes", test_void_and_notes);
  ADD ("receipts", test_receipts);
  ADD ("basket", test_basket);
  ADD ("hold", test_hold);
  ADD ("shift", test_shift);
  ADD ("seal", test_seal);
  ADD ("spool", test_spool);
  ADD ("lockout", test_lockout);
  ADD ("tidy-and-backup", test_tidy_and_backup);
#undef ADD
  return g_test_run ();
}
