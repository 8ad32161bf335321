/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/journal.h"

#include "journal-fixture.h"
#include "sample-sale.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

/* --- who this till is --- */

static void
test_identity (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64], again[32];

  g_assert_null (mr_journal_dup_identity (self->journal, "till_id"));
  g_assert_true (mr_journal_set_identity (self->journal, "note", "渠", &error));
  g_assert_true (mr_journal_get_key (self->journal, public_key, secret_key, &error));

  journal_fixture_open (self);
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
test_reader_without_key (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64];
  g_autoptr (MrJournal) reader = mr_journal_open_reader (self->dir, &error);

  g_assert_no_error (error);
  g_assert_false (mr_journal_get_key (reader, public_key, secret_key, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

static void
test_settings (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mr_journal_dup_setting (self->journal, "printer"));
  g_assert_true (mr_journal_set_setting (self->journal, "printer", "tcp:10.0.0.9:9100",
                                         &journal_fixture_cashier, &error));
  g_assert_true (mr_journal_set_setting (self->journal, "printer", "", NULL, &error));
  g_autofree char *printer = mr_journal_dup_setting (self->journal, "printer");
  g_assert_cmpstr (printer, ==, "");
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 2);
}

static void
test_enrolment (JournalFixture *self, gconstpointer data)
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

  journal_fixture_open_shift (self);
  journal_fixture_sell (self, 1, &before);
  g_assert_cmpuint (strlen (before.receipt_label), ==, 12);
  g_assert_true (g_str_has_prefix (before.receipt_label, "?"));
  g_assert_true (g_str_has_suffix (before.receipt_label, "-000001"));

  g_assert_true (mr_journal_set_enrolment (self->journal, "http://127.0.0.1:8", &reply, &error));
  journal_fixture_sell (self, 1, &after);
  g_assert_cmpstr (after.receipt_label, ==, "2A-000002");

  journal_fixture_open (self);
  g_autofree char *region = mr_journal_dup_identity (self->journal, "region");
  g_autofree char *till = mr_journal_dup_identity (self->journal, "till_id");
  g_autofree char *expected = mr_id_to_string (reply.till);
  g_assert_cmpstr (region, ==, "hangzhou");
  g_assert_cmpstr (till, ==, expected);
  mr_committed_sale_clear (&before);
  mr_committed_sale_clear (&after);
}

static void
test_second_writer_refused (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mr_journal_open (self->dir, &self->world.world, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 0);
}

/* The key is in it. */
static void
test_private (JournalFixture *self, gconstpointer data)
{
  static const char *const names[] = { "journal.db", "journal.db-wal" };

  journal_fixture_open_shift (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->dir, names[i], NULL);
      GStatBuf status;

      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_assert_cmpint (status.st_mode & 0077, ==, 0);
    }
}

static void
test_newer_version (JournalFixture *self, gconstpointer data)
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
test_business_date (JournalFixture *self, gconstpointer data)
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
  mr_journal_fill_context (self->journal, &journal_fixture_cashier, &context);
  g_assert_cmpstr (context.business_date, ==, "2026-05-28");
  g_assert_cmpstr (context.currency, ==, "EUR");
  g_assert_cmpint (context.staff_number, ==, 1001);
  g_assert_no_error (error);
}

/* One that is damaged is asked for, too: the center would refuse whatever is sent with it. */
static void
test_harmed_letter (JournalFixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);
  MrHash h;
  MrId writer;
  gint64 n;

  g_assert_no_error (error);
  g_assert_true (mr_journal_get_head (self->journal, &writer, &n, &h, &error));
  g_assert_true (mr_journal_set_letter (self->journal, writer, "C", &error));
  g_assert_false (mr_journal_is_provisional (self->journal));
  g_assert_true (mr_db_run (db, &error, "UPDATE writer SET letter = 'c'", ""));
  g_assert_true (mr_journal_is_provisional (self->journal));
  g_assert_true (mr_journal_set_letter (self->journal, writer, "C", &error));
  g_assert_false (mr_journal_is_provisional (self->journal));
}

/* --- the chain --- */

static void
test_chain (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrHash previous = { { 0 } }, h;
  MrId writer;
  gint64 n;

  g_assert_true (mr_journal_get_head (self->journal, &writer, &n, &h, &error));
  g_assert_cmpint (n, ==, 0);
  g_assert_cmpmem (&h, sizeof h, &previous, sizeof previous);
  g_assert_cmpint (mr_journal_get_last_at_us (self->journal), ==, 0);

  journal_fixture_open_shift (self);
  for (guint i = 0; i < 9; i++)
    journal_fixture_sell (self, 2, NULL);
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
test_read_limits (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  journal_fixture_open_shift (self);
  for (guint i = 0; i < 5; i++)
    journal_fixture_sell (self, 3, NULL);
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
test_append (JournalFixture *self, gconstpointer data)
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
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 2);
}

static void
test_never_changed (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);

  journal_fixture_open_shift (self);
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
test_clock (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 last;

  journal_fixture_open_shift (self);
  journal_fixture_sell (self, 1, NULL);
  last = mr_journal_get_last_at_us (self->journal);

  self->world.now_us -= G_TIME_SPAN_HOUR;
  journal_fixture_sell (self, 1, NULL);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 4);
  journal_fixture_open (self);
  journal_fixture_sell (self, 1, NULL);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 5);
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
  journal_fixture_sell (self, 1, NULL);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 6);
  self->world.now_us = last + 10 * G_USEC_PER_SEC - 1000;
  journal_fixture_sell (self, 1, NULL);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 7);
  self->world.now_us = last;
  journal_fixture_sell (self, 1, NULL);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 9);
}

/* --- forks --- */

static void
assert_verifies (JournalFixture *self, gboolean good)
{
  g_autofree char *path = g_build_filename (self->dir, "journal.db", NULL);
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  g_assert_true (mr_journal_verify (path, &result, &error));
  g_assert_no_error (error);
  if (good)
    g_assert_cmpstr (result.reason, ==, NULL);
  else
    g_assert_nonnull (result.reason);
  g_free (result.reason);
}

static void
test_fork (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrId ids[4], old_writer, writer;
  MrCommittedSale committed = { 0 };
  MrHash h;
  gint64 n;

  journal_fixture_open_shift (self);
  for (guint i = 0; i < 4; i++)
    ids[i] = journal_fixture_sell (self, 3, NULL);
  mr_journal_get_head (self->journal, &old_writer, &n, &h, &error);
  g_assert_false (mr_journal_fork (self->journal, old_writer, 6, NULL, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_clear_error (&error);

  /* Entries 4 and 5 go on in the new chain, then the note. */
  g_assert_true (mr_journal_fork (self->journal, old_writer, 3, &journal_fixture_cashier, &error));
  g_assert_no_error (error);
  g_assert_true (mr_journal_get_head (self->journal, &writer, &n, &h, &error));
  g_assert_false (mr_id_equal (writer, old_writer));
  g_assert_cmpint (n, ==, 3);
  g_autoptr (GPtrArray) entries = mr_journal_read (self->journal, 0, 10, G_MAXSIZE, &error);
  g_assert_cmpuint (entries->len, ==, 3);
  for (guint i = 0; i < 2; i++)
    g_assert_true (mr_id_equal (((MrEntry *) g_ptr_array_index (entries, i))->id, ids[2 + i]));
  g_assert_cmpstr (((MrEntry *) g_ptr_array_index (entries, 2))->kind, ==, MR_KIND_FORKED);
  assert_verifies (self, TRUE);
  g_assert_true (mr_journal_is_provisional (self->journal));

  /* Asked again, it is done already. */
  g_assert_true (mr_journal_fork (self->journal, old_writer, 3, NULL, &error));
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 3);

  /* A new letter, and numbers of its own; the shift goes on. */
  journal_fixture_sell (self, 2, &committed);
  g_assert_cmpint (committed.receipt_number, ==, 1);
  g_assert_true (g_str_has_prefix (committed.receipt_label, "?"));
  g_assert_cmpint (committed.shift->sale_count, ==, 5);
  mr_committed_sale_clear (&committed);
  journal_fixture_open (self);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 4);
  assert_verifies (self, TRUE);
  g_autoptr (MrEntry) found = mr_journal_find (self->journal, ids[3], &error);
  g_assert_cmpint (found->n, ==, 2);

  /* Once more, with nothing to take over. */
  g_assert_true (mr_journal_fork (self->journal, writer, 4, NULL, &error));
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 1);
  assert_verifies (self, TRUE);
}

static gint64
sum_all_movements (MrJournal *journal, const GArray *mine)
{
  gint64 sum = 0;

  for (gint64 good = 1000; good < 1100; good++)
    sum += mr_journal_sum_movements (journal, good, mine);
  return sum;
}

/* What is not yet at the center is counted once, before and after. */
static void
test_fork_movements (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrId writer;
  MrHash h;
  gint64 n, before, after_common;
  g_autoptr (GArray) mine = g_array_new (FALSE, TRUE, sizeof (MrMine));
  MrMine mine_row = { .applied = 2 };

  journal_fixture_open_shift (self);
  for (guint i = 0; i < 3; i++)
    journal_fixture_sell (self, 6, NULL);
  mr_journal_get_head (self->journal, &writer, &n, &h, &error);
  mine_row.writer = writer;
  g_array_append_val (mine, mine_row);
  before = sum_all_movements (self->journal, mine);
  g_assert_cmpint (before, <, 0);
  /* Parted after entry 3: of the old chain entry 3 is still to be counted, the rest in the new one. */
  g_assert_true (mr_journal_fork (self->journal, writer, 3, NULL, &error));
  g_assert_cmpint (sum_all_movements (self->journal, mine), ==, before);
  /* The replica learns that the center has the old chain as far as the clone wrote it, … */
  g_array_index (mine, MrMine, 0).applied = 40;
  after_common = sum_all_movements (self->journal, mine);
  g_assert_cmpint (after_common, >, before);
  g_assert_cmpint (after_common, <, 0);
  /* … and then all of the new one. */
  mr_journal_get_head (self->journal, &mine_row.writer, &n, &h, &error);
  mine_row.applied = n;
  g_array_append_val (mine, mine_row);
  g_assert_cmpint (sum_all_movements (self->journal, mine), ==, 0);
  g_assert_no_error (error);
}

/* Gives the first line of @sold back as a whole. */
static void
give_back (JournalFixture *self, MrId sold)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrEntry) entry = mr_journal_find (self->journal, sold, &error);
  g_autoptr (MrSale) original = mr_sale_body_read (entry->body, NULL, NULL, &error);
  const MrLine *line = mr_sale_get_line (original, 0);
  const MrReturned whole = { line->number, line->quantity_milli, line->gross_minor,
                             line->amount_minor, line->tax_minor };
  const MrReturned none = { .line = line->number };
  MrOrigin origin = { .sale = sold };
  g_autoptr (MrSale) sale = mr_sale_new (mr_id_new (&self->world.world), "CNY", 10);
  MrCommittedSale committed = { 0 };

  g_assert_true (mr_origin_share (&origin, &whole, &none, line->quantity_milli));
  mr_sale_add_return (sale, line->good, line->quantity_milli, line->unit_price_minor, &origin, 0,
                      &error);
  g_assert_no_error (error);
  mr_sale_add_tender (sale, MR_TENDER_CASH, mr_sale_get_cash_due_minor (sale), &error);
  g_assert_no_error (error);
  g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, NULL));
  mr_journal_commit_sale (self->journal, sale, &journal_fixture_cashier, 42, TRUE, &committed,
                          &error);
  g_assert_no_error (error);
  g_assert_cmpuint (committed.shift->return_count, ==, 1);
  mr_committed_sale_clear (&committed);
}

static guint
count_returned (MrJournal *journal, MrId sold, const GArray *mine)
{
  g_autoptr (GArray) returned = g_array_new (FALSE, TRUE, sizeof (MrReturned));

  g_assert_true (mr_journal_add_returned (journal, sold, mine, returned, NULL));
  return returned->len;
}

/* Paid out of the drawer, moved back onto the shelf, and counted once wherever chains part. */
static void
test_returns (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) mine = g_array_new (FALSE, TRUE, sizeof (MrMine));
  g_autoptr (MrShift) shift = NULL;
  MrMine row = { .applied = 2 };
  MrId sold, other;
  MrHash h;
  gint64 n;

  journal_fixture_open_shift (self);
  sold = journal_fixture_sell (self, 1, NULL);
  other = journal_fixture_sell (self, 1, NULL);
  give_back (self, sold);
  assert_verifies (self, TRUE);
  shift = mr_journal_load_shift (self->journal, &error);
  g_assert_cmpint (shift->return_minor, >, 0);
  g_assert_cmpuint (count_returned (self->journal, sold, NULL), ==, 1);
  g_assert_cmpuint (count_returned (self->journal, other, NULL), ==, 0);
  g_assert_true (mr_journal_get_head (self->journal, &row.writer, &n, &h, &error));
  g_array_append_val (mine, row);
  g_assert_cmpuint (count_returned (self->journal, sold, mine), ==, 1);
  g_array_index (mine, MrMine, 0).applied = n;
  g_assert_cmpuint (count_returned (self->journal, sold, mine), ==, 0);

  /* Taken over into a new chain it counts there. */
  g_assert_true (mr_journal_fork (self->journal, row.writer, 2, NULL, &error));
  g_assert_cmpuint (count_returned (self->journal, sold, mine), ==, 1);
  assert_verifies (self, TRUE);
}

/* What was taken over cannot be made another thing, hashes and all. */
static void
test_fork_rewritten (JournalFixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);
  g_autoptr (GError) error = NULL;
  MrHash h;
  MrId writer;
  gint64 n;

  journal_fixture_open_shift (self);
  mr_journal_note_drawer (self->journal, &journal_fixture_cashier, "why", &error);
  g_assert_true (mr_journal_get_head (self->journal, &writer, &n, &h, &error));
  g_assert_true (mr_journal_fork (self->journal, writer, 1, NULL, &error));
  assert_verifies (self, TRUE);
  g_autoptr (GPtrArray) entries = mr_journal_read (self->journal, 0, 9, G_MAXSIZE, &error);
  g_clear_pointer (&self->journal, mr_journal_close);

  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);
  mr_db_exec (db, "DROP TRIGGER entry_is_never_changed", &error);
  memset (&h, 0, sizeof h);
  for (guint i = 0; i < entries->len; i++)
    {
      MrEntry *entry = g_ptr_array_index (entries, i);
      char *why = strstr (entry->body, "why");

      if (why != NULL)
        why[0] = 'W';
      mr_entry_compute_hash (entry, &h, &h);
      mr_db_run (db, &error, "UPDATE entry SET body = ?2, h = ?3 WHERE writer = 2 AND n = ?1",
                 "ibb", entry->n, entry->body, strlen (entry->body), h.bytes, sizeof h.bytes);
      g_assert_no_error (error);
    }
  assert_verifies (self, FALSE);
}

/* --- spool, lock-outs --- */

static void
test_spool (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrCommittedSale first = { 0 }, second = { 0 };

  journal_fixture_open_shift (self);
  journal_fixture_sell (self, 1, &first);
  journal_fixture_sell (self, 1, &second);
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
test_lockout (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 failures, wait_ms;

  g_assert_false (mr_journal_get_lockout (self->journal, 1001, &failures, &wait_ms));
  g_assert_cmpint (failures, ==, 0);
  g_assert_true (mr_journal_set_lockout (self->journal, 1001, 5, 30000, &error));
  journal_fixture_open (self);
  g_assert_true (mr_journal_get_lockout (self->journal, 1001, &failures, &wait_ms));
  g_assert_cmpint (failures, ==, 5);
  g_assert_cmpint (wait_ms, ==, 30000);
}

static void
test_tidy_and_backup (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copies = g_build_filename (self->dir, "copy", NULL);
  g_autofree char *copy = g_build_filename (copies, "journal.db", NULL);
  g_autofree char *wal = g_build_filename (self->dir, "journal.db-wal", NULL);
  g_autofree char *left = NULL;
  gsize length = 1;

  journal_fixture_open_shift (self);
  journal_fixture_sell (self, 2, NULL);
  g_assert_true (mr_journal_tidy (self->journal, FALSE, &error));
  g_assert_cmpint (g_mkdir_with_parents (copies, 0700), ==, 0);
  g_assert_true (mr_journal_backup (self->journal, copy, &error));
  g_assert_true (mr_journal_tidy (self->journal, TRUE, &error));
  g_assert_true (g_file_get_contents (wal, &left, &length, &error));
  g_assert_cmpuint (length, ==, 0);

  g_autoptr (MrJournal) restored = mr_journal_open (copies, &self->world.world, &error);
  g_assert_no_error (error);
  g_assert_cmpint (journal_fixture_get_n (restored), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

#define ADD(name, function)                                                             \
  g_test_add ("/journal/" name, JournalFixture, NULL, journal_fixture_set_up, function, \
              journal_fixture_tear_down)
  ADD ("identity", test_identity);
  ADD ("reader-without-key", test_reader_without_key);
  ADD ("settings", test_settings);
  ADD ("enrolment", test_enrolment);
  ADD ("second-writer-refused", test_second_writer_refused);
  ADD ("private", test_private);
  ADD ("newer-version", test_newer_version);
  ADD ("business-date", test_business_date);
  ADD ("harmed-letter", test_harmed_letter);
  ADD ("chain", test_chain);
  ADD ("read-limits", test_read_limits);
  ADD ("append", test_append);
  ADD ("never-changed", test_never_changed);
  ADD ("clock", test_clock);
  ADD ("fork", test_fork);
  ADD ("fork-movements", test_fork_movements);
  ADD ("returns", test_returns);
  ADD ("fork-rewritten", test_fork_rewritten);
  ADD ("spool", test_spool);
  ADD ("lockout", test_lockout);
  ADD ("tidy-and-backup", test_tidy_and_backup);
#undef ADD
  return g_test_run ();
}
