/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/checkout.h"

#include "db/db.h"
#include "sample-till.h"
#include "till/parts.h"

#include <string.h>

#define COLA "6901234567892"
#define COLA_TOO "6901234567908"
#define COLA_CASE "16901234567899"
#define BANANA "6900000000014"
#define NO_PRICE "6900000000021"
#define TWO_PACKS "6900000000038"
#define SOY_SAUCE "6900000000045"

typedef SampleTill Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  sample_till_set_up (self);
  sample_till_start (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (self);
}

static MrCheckout *
get_checkout (Fixture *self)
{
  return mr_till_get_checkout (self->till);
}

static guint
count_lines (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (get_checkout (self)));
}

static guint
count_questions (Fixture *self)
{
  return g_list_model_get_n_items (mr_checkout_get_questions (get_checkout (self)));
}

static guint
get_question_id (Fixture *self, guint position)
{
  g_autoptr (MrQuestion) question =
      g_list_model_get_item (mr_checkout_get_questions (get_checkout (self)), position);

  g_assert_nonnull (question);
  return mr_question_get_id (question);
}

static void
assert_line (Fixture *self, guint position, const char *name, const char *quantity,
             gint64 amount_minor)
{
  g_autoptr (MrBasketLine) line =
      g_list_model_get_item (G_LIST_MODEL (get_checkout (self)), position);

  g_assert_nonnull (line);
  g_assert_cmpstr (mr_basket_line_get_name (line), ==, name);
  g_assert_cmpstr (mr_basket_line_get_quantity_text (line), ==, quantity);
  g_assert_cmpint (mr_basket_line_get_amount_minor (line), ==, amount_minor);
}

static void
assert_total (Fixture *self, gint64 total_minor)
{
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->total_minor, ==, total_minor);
}

static void
scan (Fixture *self, const char *code, MrScanResult expected)
{
  g_assert_cmpstr (mr_scan_result_to_string (mr_checkout_scan (get_checkout (self), code)), ==,
                   mr_scan_result_to_string (expected));
}

static void
on_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  mr_checkout_hold_finish (MR_CHECKOUT (source), result, error);
}

static void
hold (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  mr_checkout_hold_async (get_checkout (self), NULL, on_moved, &error);
  sample_till_settle (self);
  g_assert_no_error (error);
}

static void
recall (Fixture *self, gint64 slot)
{
  g_autoptr (GError) error = NULL;

  mr_checkout_recall_async (get_checkout (self), slot, on_moved, &error);
  sample_till_settle (self);
  g_assert_no_error (error);
}

/* A shop of one owner sells at once: no sign-in, no shift to open, no printer. */
static void
test_simple_shop (Fixture *self, gconstpointer data)
{
  MrShiftDesk *desk = mr_till_get_shift_desk (self->till);
  MrPaymentResult payment;

  g_assert_true (mr_session_is_simple (mr_till_get_session (self->till)));
  g_assert_null (mr_shift_desk_get_shift (desk));
  scan (self, COLA, MR_SCAN_ADDED);
  payment = sample_till_pay (self, MR_TENDER_CASH, 1000);
  g_assert_true (payment.complete);
  g_assert_cmpint (payment.change_minor, ==, 700);
  g_assert_cmpstr (strrchr (payment.receipt_label, '-'), ==, "-000001");
  g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_CHANGE);
  g_assert_cmpint (mr_checkout_get_last_payment (get_checkout (self))->change_minor, ==, 700);
  g_assert_cmpuint (count_lines (self), ==, 0);
  g_assert_cmpint (mr_shift_desk_get_shift (desk)->total_minor, ==, 300);
  g_assert_cmpint (mr_shift_get_expected_minor (mr_shift_desk_get_shift (desk)), ==, 300);

  /* The next scan starts the next sale. */
  scan (self, BANANA, MR_SCAN_ADDED);
  g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_SELLING);
  assert_total (self, 598);
  payment = sample_till_pay (self, MR_TENDER_WECHAT, -1);
  g_assert_cmpstr (strrchr (payment.receipt_label, '-'), ==, "-000002");
  g_assert_cmpint (mr_shift_get_expected_minor (mr_shift_desk_get_shift (desk)), ==, 300);
  /* shift-opened and two sales */
  g_assert_cmpint (sample_till_verify (self), ==, 3);
}

static void
count_marks (MrCheckout *checkout, guint position, guint *marks)
{
  g_assert_cmpuint (position, ==, mr_checkout_get_newest (checkout));
  (*marks)++;
}

static void
test_scans (Fixture *self, gconstpointer data)
{
  guint marks = 0;

  g_signal_connect (get_checkout (self), "line-changed", G_CALLBACK (count_marks), &marks);
  scan (self, COLA, MR_SCAN_ADDED);
  scan (self, BANANA, MR_SCAN_ADDED);
  /* The same good by its other barcode: one line more of it, moved to the end. */
  scan (self, COLA_TOO, MR_SCAN_ADDED);
  g_assert_cmpuint (count_lines (self), ==, 2);
  assert_line (self, 0, "香蕉", "1 千克", 598);
  assert_line (self, 1, "可口可乐 330ml", "2", 600);
  g_assert_cmpuint (mr_checkout_get_newest (get_checkout (self)), ==, 1);
  /* The case is another pack. */
  scan (self, COLA_CASE, MR_SCAN_ADDED);
  g_assert_cmpuint (count_lines (self), ==, 3);
  /* "6 ×" goes with the next good and no further. */
  mr_checkout_set_pending_quantity (get_checkout (self), 6000);
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  assert_line (self, 3, "酱油", "6", 4800);
  g_assert_cmpint (mr_checkout_get_pending_quantity (get_checkout (self)), ==, 0);
  g_assert_cmpuint (marks, ==, 5);
  scan (self, "", MR_SCAN_BAD);
  scan (self, "69\n01", MR_SCAN_BAD);
  assert_total (self, 598 + 600 + 6600 + 4800);
}

/* What needs a person waits beside the basket; the scans after it land. */
static void
test_questions (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scan (self, "2000000000015", MR_SCAN_UNKNOWN);
  scan (self, NO_PRICE, MR_SCAN_NO_PRICE);
  scan (self, TWO_PACKS, MR_SCAN_SEVERAL);
  scan (self, COLA, MR_SCAN_ADDED);
  g_assert_cmpuint (count_questions (self), ==, 3);
  g_assert_cmpuint (count_lines (self), ==, 1);

  /* No price, no line. */
  g_assert_false (
      mr_checkout_answer (get_checkout (self), get_question_id (self, 1), -1, 0, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_NO_PRICE);
  g_clear_error (&error);
  g_assert_true (
      mr_checkout_answer (get_checkout (self), get_question_id (self, 1), 250, 0, &error));
  assert_line (self, 1, "无价", "1", 250);
  /* A choice that was not offered is none. */
  g_assert_false (
      mr_checkout_answer (get_checkout (self), get_question_id (self, 1), -1, 1, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_true (
      mr_checkout_answer (get_checkout (self), get_question_id (self, 1), -1, 6, &error));
  assert_line (self, 2, "橙汁", "1", 700);
  mr_checkout_dismiss (get_checkout (self), get_question_id (self, 0));
  g_assert_cmpuint (count_questions (self), ==, 0);

  /* A question nobody answered goes with its sale. */
  scan (self, "2000000000015", MR_SCAN_UNKNOWN);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  g_assert_cmpuint (count_questions (self), ==, 0);
}

static void
count (MrShelf *shelf, guint *n)
{
  (*n)++;
}

/* What shows prices is told at the moment one changes, and not before. */
static void
test_price_shown (Fixture *self, gconstpointer data)
{
  guint n = 0;

  g_signal_connect (mr_till_get_shelf (self->till), "changed", G_CALLBACK (count), &n);
  test_world_advance (&self->world, 59 * G_USEC_PER_SEC);
  mr_till_tick (self->till);
  sample_till_settle (self);
  g_assert_cmpuint (n, ==, 0);
  test_world_advance (&self->world, G_USEC_PER_SEC);
  mr_till_tick (self->till);
  mr_till_tick (self->till);
  sample_till_settle (self);
  g_assert_cmpuint (n, ==, 1);
}

/* A price switches at its moment; a line already in the basket keeps its price. */
static void
test_price_switch (Fixture *self, gconstpointer data)
{
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  test_world_advance (&self->world, 60 * G_USEC_PER_SEC - 1);
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  assert_line (self, 0, "酱油", "2", 1600);
  test_world_advance (&self->world, 1);
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  g_assert_cmpuint (count_lines (self), ==, 2);
  assert_line (self, 0, "酱油", "2", 1600);
  assert_line (self, 1, "酱油", "1", 900);
}

/* The clock set back does not bring yesterday's price back: the last entry was later. */
static void
test_clock_back (Fixture *self, gconstpointer data)
{
  test_world_advance (&self->world, 61 * G_USEC_PER_SEC);
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  self->world.now_us -= 3600 * (gint64) G_USEC_PER_SEC;
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  assert_line (self, 0, "酱油", "1", 900);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  sample_till_verify (self);
}

static void
test_own_price_and_short_code (Fixture *self, gconstpointer data)
{
  sample_till_feed (self, "own_price", "1", "[1,0,280]");
  sample_till_feed (self, "short_code", "1", "[\"12\",3]");
  sample_till_feed (self, "level", "1", "[10000]");
  sample_till_start (self);
  scan (self, COLA, MR_SCAN_ADDED);
  assert_line (self, 0, "可口可乐 330ml", "1", 280);
  scan (self, "12", MR_SCAN_ADDED);
  assert_line (self, 1, "香蕉", "1 千克", 598);
  scan (self, "13", MR_SCAN_UNKNOWN);

  /* On hand is the center's level less what was sold here since. */
  MrShelf *shelf = mr_till_get_shelf (self->till);
  gint64 quantity_milli;
  g_assert_true (mr_shelf_get_on_hand (shelf, 1, &quantity_milli));
  g_assert_cmpint (quantity_milli, ==, 10000);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  g_assert_true (mr_shelf_get_on_hand (shelf, 1, &quantity_milli));
  g_assert_cmpint (quantity_milli, ==, 9000);
  g_assert_false (mr_shelf_get_on_hand (shelf, 999, &quantity_milli));
  /* Nobody has counted bananas: what was sold is still known. */
  g_assert_true (mr_shelf_get_on_hand (shelf, 2, &quantity_milli));
  g_assert_cmpint (quantity_milli, ==, -1000);
}

static void
test_shelf (Fixture *self, gconstpointer data)
{
  MrShelf *shelf = mr_till_get_shelf (self->till);
  g_autoptr (GPtrArray) found = mr_shelf_search (shelf, "可乐", 10);
  g_autoptr (GPtrArray) by_initials = mr_shelf_search (shelf, "xj", 10);
  g_autoptr (GPtrArray) pages = mr_shelf_list_pages (shelf);
  g_autoptr (GPtrArray) tiles = NULL;

  g_assert_cmpuint (found->len, >, 0);
  g_assert_cmpstr (((const MrGood *) found->pdata[0])->name, ==, "可口可乐 330ml");
  g_assert_cmpuint (by_initials->len, ==, 1);
  /* Without tiles of its own a shop sees what sells best, then the categories. */
  g_assert_cmpuint (pages->len, ==, 3);
  tiles = mr_shelf_list_tiles (shelf, pages->pdata[0], 3);
  g_assert_cmpuint (tiles->len, ==, 3);
  g_assert_cmpint (((const MrGood *) tiles->pdata[0])->good_id, ==, 1);

  sample_till_feed (self, "tile", "1", "[\"常用\",2,1]");
  sample_till_feed (self, "tile", "2", "[\"常用\",1,3]");
  sample_till_start (self);
  shelf = mr_till_get_shelf (self->till);
  g_autoptr (GPtrArray) own_pages = mr_shelf_list_pages (shelf);
  g_autoptr (GPtrArray) own_tiles = mr_shelf_list_tiles (shelf, own_pages->pdata[0], 10);
  g_assert_cmpstr (((const MrTilePage *) own_pages->pdata[0])->title, ==, "常用");
  g_assert_cmpuint (own_tiles->len, ==, 2);
  g_assert_cmpint (((const MrGood *) own_tiles->pdata[0])->pack_id, ==, 3);
}

static void
test_line_changes (Fixture *self, gconstpointer data)
{
  MrCheckout *checkout = get_checkout (self);
  g_autoptr (GError) error = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  g_assert_true (mr_checkout_set_quantity (checkout, 0, 3000, &error));
  assert_line (self, 1, "酱油", "3", 2400);
  g_assert_true (mr_checkout_set_line_discount_permille (checkout, 0, 100, &error));
  assert_line (self, 1, "酱油", "3", 2160);
  g_assert_true (mr_checkout_set_price (checkout, 1, 250, &error));
  assert_line (self, 0, "可口可乐 330ml", "1", 250);
  g_assert_true (mr_checkout_set_sale_discount (checkout, 110, &error));
  assert_total (self, 2300);
  g_assert_true (mr_checkout_step_quantity (checkout, 1, 1, &error));
  assert_total (self, 2550);
  g_assert_false (mr_checkout_set_line_discount_permille (checkout, 0, 1001, &error));
  g_assert_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_false (mr_checkout_set_quantity (checkout, 9, 1000, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);
  g_clear_error (&error);

  /* Removal offers undo instead of asking. */
  g_assert_true (mr_checkout_remove (checkout, 2, &error));
  g_assert_cmpuint (count_lines (self), ==, 1);
  g_assert_cmpuint (mr_checkout_get_newest (checkout), ==, 0);
  g_assert_true (mr_checkout_undo (checkout, &error));
  assert_line (self, 1, "酱油", "3", 2160);
  g_assert_false (mr_checkout_undo (checkout, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING);
  sample_till_settle (self);
  sample_till_verify (self);
}

/* Down from one: the line goes. */
static void
test_step_to_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  g_assert_true (mr_checkout_step_quantity (get_checkout (self), 0, -1, &error));
  g_assert_cmpuint (count_lines (self), ==, 0);
  g_assert_false (mr_checkout_step_quantity (get_checkout (self), 0, -1, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);
}

static void
test_hold_and_recall (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GError) error = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  hold (self);
  g_assert_cmpuint (count_lines (self), ==, 0);
  scan (self, BANANA, MR_SCAN_ADDED);
  held = mr_checkout_list_held (get_checkout (self));
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpint (((const MrHeld *) held->pdata[0])->total_minor, ==, 300);
  g_assert_nonnull (strstr (((const MrHeld *) held->pdata[0])->label, "可口可乐"));

  /* What is at hand is held first. */
  recall (self, ((const MrHeld *) held->pdata[0])->slot);
  assert_line (self, 0, "可口可乐 330ml", "1", 300);
  g_clear_pointer (&held, g_ptr_array_unref);
  held = mr_checkout_list_held (get_checkout (self));
  g_assert_cmpuint (held->len, ==, 1);
  g_assert_cmpint (((const MrHeld *) held->pdata[0])->total_minor, ==, 598);

  mr_checkout_recall_async (get_checkout (self), 77, on_moved, &error);
  sample_till_settle (self);
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);

  /* After a night both are still there. */
  sample_till_start (self);
  assert_line (self, 0, "可口可乐 330ml", "1", 300);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  recall (self, ((const MrHeld *) held->pdata[0])->slot);
  assert_line (self, 0, "香蕉", "1 千克", 598);
  sample_till_verify (self);
}

/* The one at hand is held by then, and is not on the screen, too. */
static void
test_recall_harmed (Fixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  hold (self);
  scan (self, BANANA, MR_SCAN_ADDED);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (mr_db_exec (db, "UPDATE basket SET body = '{' WHERE slot = 1", &error));
  mr_checkout_recall_async (get_checkout (self), 1, on_moved, &error);
  sample_till_settle (self);
  g_assert_nonnull (error);
  g_assert_cmpuint (count_lines (self), ==, 0);
  held = mr_checkout_list_held (get_checkout (self));
  g_assert_cmpuint (held->len, ==, 2);
  g_assert_cmpint (((const MrHeld *) held->pdata[0])->total_minor +
                       ((const MrHeld *) held->pdata[1])->total_minor,
                   ==, 598);
  sample_till_start (self);
  g_assert_cmpuint (count_lines (self), ==, 0);
  recall (self, 2);
  assert_line (self, 0, "香蕉", "1 千克", 598);
}

/* One that nobody comes back for is a void of its shift, and leaves the basket at hand alone. */
static void
test_give_up_held (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GError) error = NULL;
  const MrShift *shift;

  scan (self, COLA, MR_SCAN_ADDED);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  scan (self, COLA, MR_SCAN_ADDED);
  hold (self);
  scan (self, BANANA, MR_SCAN_ADDED);
  mr_checkout_drop_held_async (get_checkout (self), MR_ID_NONE, 1, "没回来", on_moved, &error);
  sample_till_settle (self);
  g_assert_no_error (error);
  assert_line (self, 0, "香蕉", "1 千克", 598);
  held = mr_checkout_list_held (get_checkout (self));
  g_assert_cmpuint (held->len, ==, 0);
  shift = mr_shift_desk_get_shift (mr_till_get_shift_desk (self->till));
  g_assert_cmpuint (shift->void_count, ==, 1);
  mr_checkout_drop_held_async (get_checkout (self), MR_ID_NONE, 1, "", on_moved, &error);
  sample_till_settle (self);
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING);
  sample_till_verify (self);
  sample_till_start (self);
  shift = mr_shift_desk_get_shift (mr_till_get_shift_desk (self->till));
  g_assert_cmpuint (shift->void_count, ==, 1);
}

/* A basket whose lines were all removed does not stand in the way of a recall. */
static void
test_recall_over_removed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  hold (self);
  scan (self, BANANA, MR_SCAN_ADDED);
  g_assert_true (mr_checkout_remove (get_checkout (self), 0, &error));
  sample_till_settle (self);
  recall (self, 1);
  assert_line (self, 0, "可口可乐 330ml", "1", 300);
}

static void
test_void (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  mr_checkout_void_async (get_checkout (self), "没带钱", on_moved, &error);
  sample_till_settle (self);
  g_assert_no_error (error);
  g_assert_cmpuint (count_lines (self), ==, 0);
  mr_checkout_void_async (get_checkout (self), "", on_moved, &error);
  sample_till_settle (self);
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_EMPTY);
  sample_till_start (self);
  g_assert_cmpuint (count_lines (self), ==, 0);
}

/* The open basket is there again after a restart, to the last scan, and what stands paid as well. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrPaymentResult payment;

  scan (self, COLA, MR_SCAN_ADDED);
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  g_assert_true (mr_checkout_set_price (get_checkout (self), 0, 750, &error));
  sample_till_settle (self);
  g_assert_true (mr_checkout_is_kept (get_checkout (self)));
  sample_till_start (self);
  assert_line (self, 1, "酱油", "1", 750);
  assert_total (self, 1050);

  payment = sample_till_pay (self, MR_TENDER_WECHAT, 1000);
  g_assert_false (payment.complete);
  g_assert_cmpint (payment.due_minor, ==, 50);
  sample_till_start (self);
  g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_PAYING);
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->due_minor, ==, 50);
  payment = sample_till_pay (self, MR_TENDER_CASH, 100);
  g_assert_true (payment.complete);
  g_assert_cmpint (payment.change_minor, ==, 50);
  sample_till_start (self);
  g_assert_cmpuint (count_lines (self), ==, 0);
  sample_till_verify (self);
}

static void
test_paying (Fixture *self, gconstpointer data)
{
  MrCheckout *checkout = get_checkout (self);
  g_autoptr (GError) error = NULL;
  gint64 sums[6];

  g_assert_false (mr_checkout_begin_payment (checkout, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_EMPTY);
  g_clear_error (&error);
  scan (self, COLA, MR_SCAN_ADDED);
  g_assert_true (mr_checkout_begin_payment (checkout, &error));
  g_assert_cmpint (mr_checkout_get_state (checkout), ==, MR_CHECKOUT_PAYING);
  /* A forgotten piece: back to the basket. */
  scan (self, SOY_SAUCE, MR_SCAN_ADDED);
  g_assert_cmpint (mr_checkout_get_state (checkout), ==, MR_CHECKOUT_SELLING);

  sample_till_pay (self, MR_TENDER_ALIPAY, 500);
  g_assert_cmpuint (mr_checkout_get_n_tenders (checkout), ==, 1);
  g_assert_cmpint (mr_checkout_get_cash_due_minor (checkout), ==, 600);
  g_assert_cmpuint (mr_checkout_get_quick_sums (checkout, sums, 6), >, 1);
  g_assert_cmpint (sums[0], ==, 600);
  g_assert_false (mr_checkout_leave_payment (checkout, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_BUSY);
  g_clear_error (&error);
  /* Now that part is paid a scan is a question; it survives the sale. */
  scan (self, BANANA, MR_SCAN_LATE);
  g_assert_true (mr_checkout_is_doubtful_cash (checkout, 20601));
  g_assert_false (mr_checkout_is_doubtful_cash (checkout, 20600));
  g_assert_true (mr_checkout_take_back_tender (checkout, &error));
  g_assert_false (mr_checkout_take_back_tender (checkout, &error));
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING);
  g_clear_error (&error);
  sample_till_pay (self, MR_TENDER_CASH, 1100);
  g_assert_cmpuint (count_questions (self), ==, 1);
  g_assert_true (mr_checkout_answer (checkout, get_question_id (self, 0), -1, 0, &error));
  assert_line (self, 0, "香蕉", "1 千克", 598);
}

static void
on_refused (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  g_assert_false (mr_checkout_pay_finish (MR_CHECKOUT (source), result, NULL, error));
}

static void
test_only_cash_exceeds (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  scan (self, COLA, MR_SCAN_ADDED);
  mr_checkout_pay_async (get_checkout (self), MR_TENDER_CARD, 301, on_refused, &error);
  sample_till_settle (self);
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_TOO_MUCH);
  g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_PAYING);
}

/* Cash is rounded to the jiao, recorded tenders are not; only what is paid in cash is rounded. */
static void
test_cash_rounding (Fixture *self, gconstpointer data)
{
  MrPaymentResult payment;

  sample_till_feed (self, "setting", "cash_rounding", "[\"10\"]");
  sample_till_start (self);
  scan (self, BANANA, MR_SCAN_ADDED);
  payment = sample_till_pay (self, MR_TENDER_CASH, -1);
  g_assert_cmpint (payment.rounding_minor, ==, 2);
  g_assert_cmpint (payment.change_minor, ==, 0);
  scan (self, BANANA, MR_SCAN_ADDED);
  payment = sample_till_pay (self, MR_TENDER_WECHAT, -1);
  g_assert_cmpint (payment.rounding_minor, ==, 0);
  sample_till_verify (self);
}

/* What costs nothing is completed without a tender. */
static void
test_free_of_charge (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrPaymentResult payment;

  scan (self, COLA, MR_SCAN_ADDED);
  g_assert_true (mr_checkout_set_sale_discount (get_checkout (self), 300, &error));
  payment = sample_till_pay (self, MR_TENDER_CASH, -1);
  g_assert_true (payment.complete);
  g_assert_cmpint (payment.total_minor, ==, 0);
  sample_till_verify (self);
}

/* Settings that cannot be, of a replica damaged on the disk: the sale is one that the center takes. */
static void
test_harmed_settings (Fixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);
  g_autofree char *body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

  g_assert_no_error (error);
  mr_db_exec (db, "INSERT OR REPLACE INTO identity (name, value) VALUES ('currency', 'EUR')",
              &error);
  g_assert_no_error (error);
  sample_till_feed (self, "setting", "currency", "[\"EUS\"]");
  sample_till_feed (self, "setting", "cash_rounding", "[\"4611686018427387914\"]");
  sample_till_start (self);
  scan (self, BANANA, MR_SCAN_ADDED);
  sample_till_pay (self, MR_TENDER_WECHAT, -1);
  sample_till_verify (self);
  body = mr_db_get_text (db, &error, "SELECT body FROM entry WHERE kind = 'sale'", "");
  g_assert_nonnull (strstr (body, "\"currency\":\"EUR\""));
}

static void
note_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  mr_checkout_pay_finish (MR_CHECKOUT (source), result, user_data, &error);
  g_assert_no_error (error);
}

/* Nobody waits for the disk: what is scanned while a sale is saved is in the next one. */
static void
test_scans_while_saving (Fixture *self, gconstpointer data)
{
  MrPaymentResult payment = { 0 };
  g_autoptr (MrGood) cola = mr_shelf_find_pack (mr_till_get_shelf (self->till), 1);

  scan (self, COLA, MR_SCAN_ADDED);
  mr_checkout_pay_async (get_checkout (self), MR_TENDER_CASH, -1, note_paid, &payment);
  g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_SAVING);
  scan (self, SOY_SAUCE, MR_SCAN_SAVED);
  scan (self, BANANA, MR_SCAN_SAVED);
  g_assert_cmpint (mr_checkout_add_good (get_checkout (self), cola), ==, MR_SCAN_SAVED);
  g_assert_cmpint (mr_checkout_add_amount (get_checkout (self), 0, "杂货", 150), ==, MR_SCAN_SAVED);
  sample_till_settle (self);
  g_assert_true (payment.complete);
  g_assert_cmpint (payment.total_minor, ==, 300);
  g_assert_cmpuint (count_lines (self), ==, 4);
  assert_total (self, 800 + 598 + 300 + 150);
}

/* A basket of the whole shop: it stops before its entry would be too large, and can be paid. */
static void
test_full_basket (Fixture *self, gconstpointer data)
{
  guint n = 0;

  while (mr_checkout_add_amount (get_checkout (self), 0, "散装", 100) == MR_SCAN_ADDED)
    n++;
  g_assert_cmpuint (n, >, 300);
  g_assert_cmpuint (n, <=, MR_SALE_MAX_LINES);
  scan (self, COLA, MR_SCAN_FULL);
  sample_till_settle (self);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  sample_till_verify (self);
}

static void
test_price_only (Fixture *self, gconstpointer data)
{
  MrCheckout *checkout = get_checkout (self);

  g_assert_cmpint (mr_checkout_add_amount (checkout, 1, NULL, 450), ==, MR_SCAN_ADDED);
  assert_line (self, 0, "饮料", "1", 450);
  /* Taxed as drinks are. */
  g_assert_cmpint (mr_checkout_get_totals (checkout)->tax_minor, ==, 52);
  mr_checkout_set_pending_quantity (checkout, 3000);
  g_assert_cmpint (mr_checkout_add_amount (checkout, 0, "蔬菜", 120), ==, MR_SCAN_ADDED);
  assert_line (self, 1, "蔬菜", "3", 360);
  g_assert_cmpint (mr_checkout_add_amount (checkout, 0, NULL, -1), ==, MR_SCAN_BAD);
  sample_till_pay (self, MR_TENDER_CASH, -1);
  sample_till_verify (self);
}

#define ADD(name, function) \
  g_test_add ("/checkout/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("simple-shop", test_simple_shop);
  ADD ("scans", test_scans);
  ADD ("questions", test_questions);
  ADD ("price-shown", test_price_shown);
  ADD ("price-switch", test_price_switch);
  ADD ("clock-back", test_clock_back);
  ADD ("own-price-and-short-code", test_own_price_and_short_code);
  ADD ("shelf", test_shelf);
  ADD ("line-changes", test_line_changes);
  ADD ("step-to-nothing", test_step_to_nothing);
  ADD ("hold-and-recall", test_hold_and_recall);
  ADD ("give-up-held", test_give_up_held);
  ADD ("recall-harmed", test_recall_harmed);
  ADD ("recall-over-removed", test_recall_over_removed);
  ADD ("void", test_void);
  ADD ("restart", test_restart);
  ADD ("paying", test_paying);
  ADD ("only-cash-exceeds", test_only_cash_exceeds);
  ADD ("cash-rounding", test_cash_rounding);
  ADD ("harmed-settings", test_harmed_settings);
  ADD ("free-of-charge", test_free_of_charge);
  ADD ("scans-while-saving", test_scans_while_saving);
  ADD ("full-basket", test_full_basket);
  ADD ("price-only", test_price_only);
  return g_test_run ();
}
