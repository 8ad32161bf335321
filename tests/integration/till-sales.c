/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/journal.h"

#include "journal-fixture.h"
#include "sample-sale.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

/* --- sales --- */

static void
test_sale (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_sale (&self->world, 8);
  MrCommittedSale committed = { 0 };
  MrReceiptRow row;

  g_assert_false (mr_journal_commit_sale (self->journal, sale, &journal_fixture_cashier, 1, TRUE,
                                          &committed, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT);
  g_clear_error (&error);

  journal_fixture_open_shift (self);
  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  g_assert_true (mr_journal_commit_sale (self->journal, sale, &journal_fixture_cashier, 42, TRUE,
                                         &committed, &error));
  g_assert_cmpint (committed.n, ==, 2);
  g_assert_cmpint (committed.receipt_number, ==, 1);
  g_assert_cmpint (committed.spool_id, >, 0);
  g_assert_true (mr_id_equal (committed.entry_id, mr_sale_get_id (sale)));
  g_assert_cmpint (committed.shift->total_minor, ==, mr_sale_get_totals (sale)->total_minor);
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_no_error (error);

  g_autoptr (MrEntry) entry = journal_fixture_get_last (self->journal);
  MrEntryContext context;
  MrSaleFacts facts;
  g_autoptr (MrSale) read = mr_sale_body_read (entry->body, &context, &facts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_sale_get_totals (read)->total_minor, ==,
                   mr_sale_get_totals (sale)->total_minor);
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

  g_assert_false (mr_journal_commit_sale (self->journal, sale, &journal_fixture_cashier, 42, TRUE,
                                          &committed, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_DOUBLE);
  g_clear_error (&error);
  g_assert_cmpint (committed.n, ==, 2);
  g_assert_cmpint (committed.receipt_number, ==, 1);
  g_assert_cmpstr (committed.receipt_label, ==, facts.receipt_label);
  mr_committed_sale_clear (&committed);

  g_autoptr (MrSale) open = sample_basket (&self->world, 2);
  g_assert_false (mr_journal_commit_sale (self->journal, open, &journal_fixture_cashier, 42, TRUE,
                                          &committed, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 2);
}

static void
test_movements (JournalFixture *self, gconstpointer data)
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
  const gint64 applied_n[] = { 0, 2, 3, 4 }; /* the shift's opening, then three sales */
  g_autoptr (MrGood) good = mr_good_new (&values);
  MrId writer;
  MrHash h;
  gint64 n;

  journal_fixture_open_shift (self);
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
      mr_journal_commit_sale (self->journal, sale, &journal_fixture_cashier, 1, FALSE, &committed,
                              &error);
      g_assert_no_error (error);
      g_assert_cmpint (committed.spool_id, ==, 0);
      mr_committed_sale_clear (&committed);
    }
  mr_journal_get_head (self->journal, &writer, &n, &h, &error);
  for (guint i = 0; i < G_N_ELEMENTS (applied_n); i++)
    {
      g_autoptr (GArray) mine = g_array_new (FALSE, TRUE, sizeof (MrMine));
      MrMine row = { .writer = writer, .applied = applied_n[i] };

      g_array_append_val (mine, row);
      g_assert_cmpint (mr_journal_sum_movements (self->journal, 5, mine), ==,
                       ((gint64) i - 3) * 72000);
      g_assert_cmpint (mr_journal_sum_movements (self->journal, 6, mine), ==, 0);
    }
  g_assert_cmpint (n, ==, applied_n[3]);
  /* A replica that knows nothing of this writer includes none of it. */
  g_assert_cmpint (mr_journal_sum_movements (self->journal, 5, NULL), ==, -3 * 72000);
}

static void
test_void_and_notes (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_basket (&self->world, 3);

  journal_fixture_open_shift (self);
  g_assert_true (mr_sale_remove (sale, 2, &error));
  g_assert_true (
      mr_journal_note_removed_line (self->journal, sale, 2, &journal_fixture_cashier, &error));
  g_autoptr (MrEntry) removed = journal_fixture_get_last (self->journal);
  g_assert_cmpstr (removed->kind, ==, MR_KIND_LINE_REMOVED);
  g_assert_false (
      mr_journal_note_removed_line (self->journal, sale, 99, &journal_fixture_cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
  g_clear_error (&error);

  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  g_assert_true (
      mr_journal_void_sale (self->journal, sale, &journal_fixture_cashier, "顾客走了", &error));
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_autoptr (MrEntry) voided = journal_fixture_get_last (self->journal);
  g_autofree char *reason = mr_note_body_dup_text (voided->body, "reason");
  g_autofree char *basket = mr_note_body_dup_json (voided->body, "basket");
  g_autoptr (MrSale) again = mr_basket_read (basket, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reason, ==, "顾客走了");
  g_assert_cmpuint (mr_sale_get_n_lines (again), ==, 3);

  g_assert_true (mr_journal_note_drawer (self->journal, &journal_fixture_cashier, NULL, &error));
  g_autoptr (MrShift) shift = mr_journal_load_shift (self->journal, &error);
  g_assert_cmpuint (shift->void_count, ==, 1);
  g_assert_cmpuint (shift->no_sale_count, ==, 1);
}

static void
test_receipts (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrId ids[4];
  gint64 spool_id = 0;

  journal_fixture_open_shift (self);
  for (guint i = 0; i < 4; i++)
    ids[i] = journal_fixture_sell (self, 1, NULL);
  g_autoptr (GPtrArray) rows = mr_journal_list_receipts (self->journal, 3, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  const MrReceiptRow *newest = g_ptr_array_index (rows, 0);
  g_assert_cmpint (newest->number, ==, 4);
  g_assert_true (mr_id_equal (newest->entry_id, ids[3]));

  g_assert_true (
      mr_journal_reprint (self->journal, ids[1], &journal_fixture_cashier, &spool_id, &error));
  g_assert_true (
      mr_journal_reprint (self->journal, ids[1], &journal_fixture_cashier, &spool_id, &error));
  MrReceiptRow row;
  g_assert_true (mr_journal_get_receipt (self->journal, ids[1], &row, &error));
  g_assert_cmpint (row.copies, ==, 2);
  g_autoptr (MrEntry) entry = journal_fixture_get_last (self->journal);
  g_assert_cmpstr (entry->kind, ==, MR_KIND_REPRINTED);

  /* Another till's receipt: what waits for the printer is the reprint itself, which names it. */
  MrId foreign = mr_id_new (&self->world.world);
  char name[MR_ID_STRING_SIZE];
  g_assert_true (
      mr_journal_reprint (self->journal, foreign, &journal_fixture_cashier, &spool_id, &error));
  g_autoptr (MrEntry) reprint = journal_fixture_get_last (self->journal);
  g_autofree char *named = mr_note_body_dup_text (reprint->body, "entry");
  g_autoptr (GPtrArray) waiting = mr_journal_list_spool (self->journal, &error);
  const MrSpoolRow *last = g_ptr_array_index (waiting, waiting->len - 1);
  g_assert_cmpstr (named, ==, mr_id_format (foreign, name));
  g_assert_true (mr_id_equal (last->entry_id, reprint->id));
  g_assert_cmpint (last->copy, ==, 1);
  g_assert_false (mr_journal_get_receipt (self->journal, foreign, &row, NULL));
}

/* --- baskets --- */

static void
test_basket (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_basket (&self->world, 4);
  g_autoptr (MrSale) empty = sample_basket (&self->world, 0);

  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  journal_fixture_open (self);
  g_autoptr (MrSale) kept = mr_journal_load_basket (self->journal, &error);
  g_assert_no_error (error);
  g_assert_true (mr_id_equal (mr_sale_get_id (kept), mr_sale_get_id (sale)));
  g_assert_cmpint (mr_sale_get_totals (kept)->total_minor, ==,
                   mr_sale_get_totals (sale)->total_minor);
  g_assert_true (mr_journal_keep_basket (self->journal, empty, 1001, &error));
  g_assert_null (mr_journal_load_basket (self->journal, &error));
  g_assert_no_error (error);
  g_assert_cmpint (journal_fixture_get_n (self->journal), ==, 0);
}

static void
test_hold (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) first = sample_basket (&self->world, 2);
  g_autoptr (MrSale) second = sample_basket (&self->world, 3);

  g_assert_true (mr_sale_move (first, MR_SALE_HELD, &error));
  g_assert_true (
      mr_journal_hold_basket (self->journal, first, "红衣服", &journal_fixture_cashier, &error));
  test_world_advance (&self->world, G_USEC_PER_SEC);
  g_assert_true (mr_journal_keep_basket (self->journal, second, 1001, &error));
  g_assert_true (
      mr_journal_hold_basket (self->journal, second, NULL, &journal_fixture_cashier, &error));
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
      mr_journal_recall_basket (self->journal, row->slot, &journal_fixture_cashier, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_sale_get_state (recalled), ==, MR_SALE_OPEN);
  /* A copy of this disk may recall it, too: the two sales must not bear one id. */
  g_assert_false (mr_id_equal (mr_sale_get_id (recalled), mr_sale_get_id (first)));
  g_autoptr (MrSale) open = mr_journal_load_basket (self->journal, &error);
  g_assert_true (mr_id_equal (mr_sale_get_id (open), mr_sale_get_id (recalled)));

  g_assert_null (mr_journal_recall_basket (self->journal, 2, &journal_fixture_cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BASKET);
  g_clear_error (&error);
  g_assert_true (
      mr_journal_void_sale (self->journal, recalled, &journal_fixture_cashier, "", &error));
  g_assert_null (mr_journal_recall_basket (self->journal, 99, &journal_fixture_cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
}

/* --- shifts --- */

static void
test_shift (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 total = 0;

  g_assert_null (mr_journal_load_last_shift (self->journal, &error));
  g_assert_false (mr_journal_read_shift (self->journal, &journal_fixture_cashier, FALSE, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT);
  g_clear_error (&error);

  journal_fixture_open_shift (self);
  g_assert_null (mr_journal_open_shift (self->journal, 0, &journal_fixture_cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_SHIFT);
  g_clear_error (&error);
  for (guint i = 0; i < 5; i++)
    {
      MrCommittedSale committed = { 0 };

      journal_fixture_sell (self, 3, &committed);
      total = committed.shift->total_minor;
      mr_committed_sale_clear (&committed);
    }
  g_assert_true (
      mr_journal_move_cash (self->journal, -1500, "牛奶", &journal_fixture_cashier, &error));
  g_assert_true (mr_journal_move_cash (self->journal, 700, NULL, &journal_fixture_cashier, &error));
  g_assert_false (mr_journal_move_cash (self->journal, 0, "", &journal_fixture_cashier, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (mr_journal_read_shift (self->journal, &journal_fixture_cashier, TRUE, &error));

  journal_fixture_open (self);
  g_autoptr (MrShift) open = mr_journal_load_shift (self->journal, &error);
  g_assert_cmpint (open->cash_out_minor, ==, 1500);
  g_assert_cmpint (open->cash_in_minor, ==, 700);
  g_assert_cmpint (open->total_minor, ==, total);
  g_assert_cmpint (open->staff_number, ==, 1001);

  g_autoptr (MrShift) closed =
      mr_journal_close_shift (self->journal, 12345, TRUE, &journal_fixture_cashier, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (closed->state, ==, MR_SHIFT_CLOSED);
  g_assert_cmpint (closed->counted_minor, ==, 12345);
  g_assert_null (mr_journal_load_shift (self->journal, &error));
  g_autoptr (MrShift) last = mr_journal_load_last_shift (self->journal, &error);
  g_assert_cmpint (last->closed_at_us, ==, closed->closed_at_us);
  g_assert_null (
      mr_journal_close_shift (self->journal, 0, FALSE, &journal_fixture_cashier, TRUE, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT);
  g_clear_error (&error);

  /* Numbers and the grand total go on. */
  g_autoptr (MrShift) next = mr_journal_open_shift (self->journal, 0, NULL, &error);
  g_assert_cmpint (next->number, ==, 2);
  g_assert_cmpint (next->grand_total_minor, ==, total);
}

/* The seal of the Z, checked from its description alone. */
static void
test_seal (JournalFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64];
  g_autofree char *signature = NULL;
  gsize length;
  MrHash previous;

  journal_fixture_open_shift (self);
  journal_fixture_sell (self, 2, NULL);
  g_autoptr (MrShift) closed =
      mr_journal_close_shift (self->journal, 0, FALSE, &journal_fixture_cashier, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (closed->state, ==, MR_SHIFT_CLOSED);
  g_autoptr (MrEntry) entry = journal_fixture_get_last (self->journal);
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

#define ADD(name, function)                                                                   \
  g_test_add ("/journal-sales/" name, JournalFixture, NULL, journal_fixture_set_up, function, \
              journal_fixture_tear_down)
  ADD ("sale", test_sale);
  ADD ("movements", test_movements);
  ADD ("void-and-notes", test_void_and_notes);
  ADD ("receipts", test_receipts);
  ADD ("basket", test_basket);
  ADD ("hold", test_hold);
  ADD ("shift", test_shift);
  ADD ("seal", test_seal);
#undef ADD
  return g_test_run ();
}
