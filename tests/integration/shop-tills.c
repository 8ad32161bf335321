/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/shop.h"
#include "till/till.h"

#include "served-center.h"
#include "system-world.h"
#include "temp-dir.h"

#include <string.h>

/* Three tills of one shop, whole but for their windows, and a center behind a real socket. */

#define N_TILLS 3

typedef struct
{
  ServedCenter *center;
  char *dirs[N_TILLS];
  MrTill *tills[N_TILLS]; /* (nullable) */
  gboolean done; /* of the call waited for */
  GError *error;
} Fixture;

typedef gboolean (*Condition) (Fixture *self, guint till, gint64 expected);

static gboolean
on_deadline (gpointer reached)
{
  *(gboolean *) reached = TRUE;
  return G_SOURCE_CONTINUE;
}

/* A minute is long enough for any machine. */
static void
wait_until (Fixture *self, Condition condition, guint till, gint64 expected)
{
  gboolean late = FALSE;
  guint deadline = g_timeout_add_seconds (60, on_deadline, &late);

  while (!condition (self, till, expected) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_assert_false (late);
}

static void
wait_done (Fixture *self)
{
  while (!self->done)
    g_main_context_iteration (NULL, TRUE);
  self->done = FALSE;
}

static gboolean
is_settled (Fixture *self, guint till, gint64 expected)
{
  MrTillStatus status;

  mr_till_get_status (self->tills[till], &status);
  return status.link == MR_LINK_ONLINE && status.idle && status.waiting == 0;
}

static MrCheckout *
get_checkout (Fixture *self, guint till)
{
  return mr_till_get_checkout (self->tills[till]);
}

static void
stop (Fixture *self, guint till)
{
  if (self->tills[till] == NULL)
    return;
  mr_till_stop (self->tills[till]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->tills[till]);
}

/* @online FALSE: its cable is pulled. */
static void
start (Fixture *self, guint till, gboolean online)
{
  const MrTillConfig config = { .dir = self->dirs[till],
                                .world = mr_system_world_get (),
                                .with_sync = online };
  g_autoptr (GError) error = NULL;

  stop (self, till);
  self->tills[till] = mr_till_new (&config, &error);
  g_assert_no_error (error);
}

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  mr_till_enrol_finish (MR_TILL (source), result, &self->error);
  self->done = TRUE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->center = served_center_new ();
  served_center_put_goods (self->center, 1, 3, 350);
  /* But for those that find no catalog and have to come again. */
  if (data == NULL)
    served_center_build_snapshot (self->center);
  for (guint i = 0; i < N_TILLS; i++)
    {
      g_autofree char *code = served_center_new_code (self->center);
      g_autofree char *name = g_strdup_printf ("收银台 %u", i + 1);

      self->dirs[i] = temp_dir_new ();
      start (self, i, TRUE);
      mr_till_enrol_async (self->tills[i], served_center_get_url (self->center), code, name,
                           on_enrolled, self);
      wait_done (self);
      g_assert_no_error (self->error);
    }
  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, is_settled, i, 0);
    }
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_TILLS; i++)
    {
      stop (self, i);
      temp_dir_remove (self->dirs[i]);
      g_free (self->dirs[i]);
    }
  served_center_free (self->center);
}

/* --- at a till --- */

static void
scan (Fixture *self, guint till, guint good)
{
  g_autofree char *code = served_center_make_barcode (good);

  g_assert_cmpint (mr_checkout_scan (get_checkout (self, till), code), ==, MR_SCAN_ADDED);
}

static void
on_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  MrPaymentResult payment;

  mr_checkout_pay_finish (MR_CHECKOUT (source), result, &payment, &self->error);
  self->done = TRUE;
}

static void
pay (Fixture *self, guint till)
{
  mr_checkout_pay_async (get_checkout (self, till), MR_TENDER_CASH, -1, on_paid, self);
  wait_done (self);
  g_assert_no_error (self->error);
  mr_checkout_begin_next (get_checkout (self, till));
}

static void
on_held (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  mr_checkout_hold_finish (MR_CHECKOUT (source), result, &self->error);
  self->done = TRUE;
}

static void
hold (Fixture *self, guint till)
{
  mr_checkout_hold_async (get_checkout (self, till), "红衣服", on_held, self);
  wait_done (self);
  g_assert_no_error (self->error);
}

static void
on_recalled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  mr_checkout_recall_finish (MR_CHECKOUT (source), result, &self->error);
  self->done = TRUE;
}

static MrHeld *
get_held (Fixture *self, guint till)
{
  g_autoptr (GPtrArray) held = mr_checkout_list_held (get_checkout (self, till));

  g_assert_cmpuint (held->len, ==, 1);
  return g_ptr_array_steal_index (held, 0);
}

/* @code −1: it works. */
static void
recall (Fixture *self, guint till, MrId held, int code)
{
  mr_checkout_recall_held_async (get_checkout (self, till), held, on_recalled, self);
  wait_done (self);
  if (code < 0)
    g_assert_no_error (self->error);
  else
    g_assert_error (self->error, MR_CHECKOUT_ERROR, code);
  g_clear_error (&self->error);
}

/* Somebody has it already, and this till either asks for it in vain or has just heard of that. */
static void
recall_in_vain (Fixture *self, guint till, MrId held)
{
  mr_checkout_recall_held_async (get_checkout (self, till), held, on_recalled, self);
  wait_done (self);
  if (!g_error_matches (self->error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING))
    g_assert_error (self->error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_TAKEN);
  g_clear_error (&self->error);
}

static gboolean
has_n_held (Fixture *self, guint till, gint64 expected)
{
  g_autoptr (GPtrArray) held = mr_checkout_list_held (get_checkout (self, till));

  return held->len == expected;
}

static gboolean
has_on_hand (Fixture *self, guint till, gint64 expected)
{
  gint64 quantity_milli;

  return mr_shelf_get_on_hand (mr_till_get_shelf (self->tills[till]), 1, &quantity_milli) &&
         quantity_milli == expected;
}

static gint64
count (Fixture *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db =
      mr_db_open (served_center_get_location (self->center), MR_DB_READ_ONLY, &error);
  gint64 n = -1;

  g_assert_no_error (error);
  mr_db_get_int (db, &n, &error, sql, "");
  g_assert_no_error (error);
  return n;
}

static gboolean
on_look_again (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Until the center knows; looked at from beside it. */
static void
wait_count (Fixture *self, const char *sql, gint64 expected)
{
  gboolean late = FALSE;
  guint deadline = g_timeout_add_seconds (60, on_deadline, &late);
  guint again = g_timeout_add (20, on_look_again, NULL);

  while (!late && count (self, sql) != expected)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (again);
  g_source_remove (deadline);
  g_assert_false (late);
}

/* --- tests --- */

/* What another till sold shows after its push and our pull; our own steps of sync change nothing. */
static void
test_stock (Fixture *self, gconstpointer data)
{
  gint64 before;

  scan (self, 0, 1);
  pay (self, 0);
  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_on_hand, i, -1000);
    }
  for (guint i = 0; i < N_TILLS; i++)
    {
      scan (self, i, 1);
      g_assert_true (mr_shelf_get_on_hand (mr_till_get_shelf (self->tills[i]), 1, &before));
      pay (self, i);
      g_assert_false (has_on_hand (self, i, before));
    }
  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_on_hand, i, -4000);
    }
}

static void
test_recall_at_another (Fixture *self, gconstpointer data)
{
  MrHeld *held;
  MrId id;

  scan (self, 0, 1);
  scan (self, 0, 2);
  hold (self, 0);
  wait_count (self, "SELECT count(*) FROM held_basket", 1);
  mr_till_sync_now (self->tills[1]);
  wait_until (self, has_n_held, 1, 1);
  mr_till_sync_now (self->tills[2]);
  wait_until (self, has_n_held, 2, 1);
  held = get_held (self, 1);
  g_assert_cmpstr (held->till_name, ==, "收银台 1");
  g_assert_cmpstr (held->label, ==, "红衣服");
  g_assert_cmpint (held->slot, ==, 0);
  g_assert_cmpint (held->total_minor, ==, 700);
  g_assert_cmpuint (held->n_lines, ==, 2);
  id = held->hold;
  mr_held_free (held);

  /* Only one of two gets it, though neither has heard of the other. */
  recall (self, 1, id, -1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_checkout (self, 1))), ==, 2);
  g_assert_true (has_n_held (self, 1, 0));
  recall_in_vain (self, 2, id);
  recall_in_vain (self, 0, id);
  pay (self, 1);
  wait_count (self, "SELECT count(*) FROM sale", 1);
  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_n_held, i, 0);
    }
  wait_count (self, "SELECT count(*) FROM entry WHERE kind = 'basket-dropped'", 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM claim WHERE state = 'confirmed'"), ==, 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);
}

static void
drop (Fixture *self, guint till, MrId held, int code)
{
  mr_checkout_drop_held_async (get_checkout (self, till), held, 0, "没回来", on_recalled, self);
  wait_done (self);
  if (code < 0)
    g_assert_no_error (self->error);
  else
    g_assert_error (self->error, MR_CHECKOUT_ERROR, code);
  g_clear_error (&self->error);
}

/* What nobody wants any more is given up once, at whichever till; the others hear of it. */
static void
test_give_up (Fixture *self, gconstpointer data)
{
  MrHeld *held;
  MrId id;

  scan (self, 0, 1);
  hold (self, 0);
  wait_count (self, "SELECT count(*) FROM held_basket", 1);
  for (guint i = 1; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_n_held, i, 1);
    }
  held = get_held (self, 1);
  id = held->hold;
  mr_held_free (held);

  start (self, 2, FALSE);
  drop (self, 2, id, MR_CHECKOUT_ERROR_OFFLINE);
  drop (self, 1, id, -1);
  g_assert_true (has_n_held (self, 1, 0));
  recall_in_vain (self, 0, id);
  mr_till_sync_now (self->tills[0]);
  wait_until (self, has_n_held, 0, 0);
  wait_count (self, "SELECT count(*) FROM claim WHERE state = 'confirmed'", 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM held_taken WHERE recalled = 0"), >=, 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
}

/* Out of reach of each other both tills take it: both sell under numbers of their own, and it is listed. */
static void
test_both_recall (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) twice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShop) shop = NULL;
  MrHeld *held;
  MrId id;

  scan (self, 0, 1);
  hold (self, 0);
  wait_count (self, "SELECT count(*) FROM held_basket", 1);
  mr_till_sync_now (self->tills[1]);
  wait_until (self, has_n_held, 1, 1);
  held = get_held (self, 1);
  id = held->hold;
  mr_held_free (held);

  mr_till_sync_now (self->tills[2]);
  wait_until (self, has_n_held, 2, 1);
  start (self, 0, FALSE);
  start (self, 2, FALSE);
  recall (self, 2, id, MR_CHECKOUT_ERROR_OFFLINE);
  recall (self, 0, id, -1);
  recall (self, 1, id, -1);
  pay (self, 1);
  pay (self, 0);
  start (self, 0, TRUE);
  wait_count (self, "SELECT count(*) FROM sale", 2);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM held_taken WHERE unclaimed = 1"), ==, 1);
  g_assert_cmpint (count (self, "SELECT amount FROM taken_twice WHERE kind = 'held'"), ==, 1);
  mr_till_sync_now (self->tills[1]);
  wait_until (self, has_on_hand, 1, -2000);
  stop (self, 1);
  shop = mr_shop_open_reader (self->dirs[1], &error);
  g_assert_no_error (error);
  twice = mr_shop_list_taken_twice (shop, &error);
  g_assert_cmpuint (twice->len, ==, 1);
  g_assert_cmpstr (((const MrTakenTwice *) g_ptr_array_index (twice, 0))->label, ==, "红衣服");
}

/* Without the center only baskets of one's own, and only up to what the shop allows. */
/* @data: the name of the shop's setting. */
static gboolean
set_limit (MrBatch *batch, gpointer data, GError **error)
{
  gint64 feed_id = mr_feed_find (batch->db, "shop", 1, error);

  return feed_id != 0 &&
         mr_feed_publish (batch->feeds, feed_id, "setting", data, "[\"500\"]", error);
}

static void
test_offline_limits (Fixture *self, gconstpointer data)
{
  MrHeld *held;
  MrId id;

  served_center_run (self->center, set_limit, (gpointer) "offline_recall");
  scan (self, 0, 1);
  scan (self, 0, 2);
  hold (self, 0);
  wait_count (self, "SELECT count(*) FROM held_basket", 1);
  mr_till_sync_now (self->tills[0]);
  mr_till_sync_now (self->tills[1]);
  wait_until (self, has_n_held, 1, 1);
  wait_until (self, is_settled, 0, 0);
  held = get_held (self, 0);
  id = held->hold;
  mr_held_free (held);
  start (self, 0, FALSE);
  start (self, 1, FALSE);
  recall (self, 0, id, MR_CHECKOUT_ERROR_OFFLINE);
  recall (self, 1, id, MR_CHECKOUT_ERROR_OFFLINE);
  g_assert_true (has_n_held (self, 0, 1));
  g_assert_true (has_n_held (self, 1, 1));

  scan (self, 0, 3);
  hold (self, 0);
  g_assert_true (has_n_held (self, 0, 2));
  mr_checkout_recall_async (get_checkout (self, 0), 2, on_recalled, self);
  wait_done (self);
  g_assert_no_error (self->error);
  start (self, 0, TRUE);
  wait_count (self, "SELECT count(*) FROM held_taken WHERE unclaimed = 1", 1);
}

/* --- receipts --- */

static gboolean
has_n_receipts (Fixture *self, guint till, gint64 expected)
{
  g_autoptr (GPtrArray) found = mr_till_find_receipts (self->tills[till], "", 100);

  return found->len == expected;
}

static MrReceiptSummary
find_receipt (Fixture *self, guint till, const char *typed)
{
  g_autoptr (GPtrArray) found = mr_till_find_receipts (self->tills[till], typed, 100);

  g_assert_cmpuint (found->len, ==, 1);
  return *(const MrReceiptSummary *) g_ptr_array_index (found, 0);
}

static void
on_reprinted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  mr_spooler_reprint_finish (MR_SPOOLER (source), result, &self->error);
  self->done = TRUE;
}

/* Found by number or by the code on the paper, shown and printed again at any till. */
static void
test_receipts (Fixture *self, gconstpointer data)
{
  g_autoptr (MrReceipt) receipt = NULL;
  g_autoptr (MrReceipt) original = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *there = NULL;
  g_autofree char *here = NULL;
  g_autofree char *id = NULL;
  MrReceiptSummary summary;

  scan (self, 0, 1);
  pay (self, 0);
  scan (self, 1, 2);
  scan (self, 1, 3);
  pay (self, 1);
  wait_count (self, "SELECT count(*) FROM sale", 2);
  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_n_receipts, i, 2);
    }
  summary = find_receipt (self, 2, "2B-000001");
  g_assert_cmpstr (summary.till_name, ==, "收银台 2");
  g_assert_cmpint (summary.total_minor, ==, 700);
  g_assert_cmpstr (find_receipt (self, 1, "2b-").till_name, ==, "");
  id = mr_id_to_string (summary.entry_id);
  g_assert_cmpstr (find_receipt (self, 0, id).label, ==, "2B-000001");
  g_assert_cmpstr (find_receipt (self, 1, id).label, ==, "2B-000001");

  receipt = mr_till_load_receipt (self->tills[2], summary.entry_id, 0, &error);
  g_assert_no_error (error);
  original = mr_till_load_receipt (self->tills[1], summary.entry_id, 0, &error);
  g_assert_no_error (error);
  here = mr_receipt_to_text (receipt, 48);
  g_assert_nonnull (strstr (here, "2B-000001"));
  g_assert_nonnull (strstr (here, id));
  there = mr_receipt_to_text (original, 48);
  g_assert_cmpuint (strlen (here), ==, strlen (there));

  mr_spooler_reprint_async (mr_till_get_spooler (self->tills[2]), summary.entry_id, on_reprinted,
                            self);
  wait_done (self);
  g_assert_no_error (self->error);
  wait_count (self, "SELECT count(*) FROM entry WHERE kind = 'reprinted'", 1);
}

/* --- returns --- */

static void
on_given_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  mr_checkout_return_finish (MR_CHECKOUT (source), result, &self->error);
  self->done = TRUE;
}

/* @code −1: it works. */
static void
give_back (Fixture *self, guint till, MrId receipt, guint line, gint64 quantity_milli, int code)
{
  mr_checkout_return_async (get_checkout (self, till), receipt, line, quantity_milli, "漏气",
                            on_given_back, self);
  wait_done (self);
  if (code < 0)
    g_assert_no_error (self->error);
  else
    g_assert_error (self->error, MR_CHECKOUT_ERROR, code);
  g_clear_error (&self->error);
}

static void
on_given_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  mr_checkout_void_finish (MR_CHECKOUT (source), result, &self->error);
  self->done = TRUE;
}

/* The receipt's only line, known at each till. */
static MrId
sell_and_share (Fixture *self, gint64 quantity_milli, gint64 discount_minor)
{
  MrCheckout *checkout = get_checkout (self, 0);

  scan (self, 0, 1);
  g_assert_true (mr_checkout_set_quantity (checkout, 0, quantity_milli, NULL));
  g_assert_true (mr_checkout_set_sale_discount (checkout, discount_minor, NULL));
  pay (self, 0);
  wait_count (self, "SELECT count(*) FROM sale", 1);
  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_n_receipts, i, 1);
      wait_until (self, is_settled, i, 0);
    }
  return find_receipt (self, 0, "").entry_id;
}

static gboolean
has_left (Fixture *self, guint till, gint64 expected)
{
  g_autoptr (GPtrArray) found = mr_till_find_receipts (self->tills[till], "1A-000001", 1);
  g_autoptr (GPtrArray) lines = NULL;

  if (found->len == 0)
    return FALSE;
  lines =
      mr_checkout_list_returnable (get_checkout (self, till),
                                   ((const MrReceiptSummary *) found->pdata[0])->entry_id, NULL);
  return lines != NULL && ((const MrReturnable *) lines->pdata[0])->left_milli == expected;
}

static gint64
get_total (Fixture *self, guint till)
{
  return mr_checkout_get_totals (get_checkout (self, till))->total_minor;
}

static void
assert_on_paper (Fixture *self, guint till, const char *receipt, const char *words)
{
  g_autoptr (MrReceipt) paper =
      mr_till_load_receipt (self->tills[till], find_receipt (self, till, receipt).entry_id, 0,
                            &self->error);
  g_autofree char *text = NULL;

  g_assert_no_error (self->error);
  text = mr_receipt_to_text (paper, 48);
  g_assert_nonnull (strstr (text, words));
}

/* Three pieces for ten yuan come back at two tills, one against another good: each piece once, and the sums to the
 * fen. */
static void
test_returns (Fixture *self, gconstpointer data)
{
  MrId receipt = sell_and_share (self, 3000, 50);

  give_back (self, 1, receipt, 1, 1000, -1);
  g_assert_cmpint (get_total (self, 1), ==, -333);
  scan (self, 1, 2);
  g_assert_cmpint (get_total (self, 1), ==, 17);
  g_assert_true (has_left (self, 1, 2000));
  /* Nobody has heard of it; the center says no. */
  g_assert_true (has_left (self, 2, 3000));
  give_back (self, 2, receipt, 1, 3000, MR_CHECKOUT_ERROR_RETURNED);
  give_back (self, 2, receipt, 2, 1000, MR_CHECKOUT_ERROR_MISSING);
  give_back (self, 2, receipt, 1, 1000, -1);
  /* Not put aside; taken out it does not come back by itself, and the others may have it. */
  mr_checkout_hold_async (get_checkout (self, 2), "红衣服", on_held, self);
  wait_done (self);
  g_assert_error (self->error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_GIVING_BACK);
  g_clear_error (&self->error);
  g_assert_true (mr_checkout_remove (get_checkout (self, 2), 0, NULL));
  g_assert_false (mr_checkout_can_undo (get_checkout (self, 2)));
  wait_count (self, "SELECT count(*) FROM claim WHERE amount = 0", 1);
  give_back (self, 0, receipt, 1, 2000, -1);
  give_back (self, 2, receipt, 1, 1000, MR_CHECKOUT_ERROR_RETURNED);
  mr_checkout_void_async (get_checkout (self, 0), "", on_given_up, self);
  wait_done (self);
  g_assert_no_error (self->error);
  wait_count (self, "SELECT count(*) FROM claim WHERE amount = 0", 2);
  give_back (self, 2, receipt, 1, 1000, -1);
  give_back (self, 2, receipt, 1, 1000, -1);
  g_assert_cmpint (get_total (self, 2), ==, -667);
  give_back (self, 0, receipt, 1, 1000, MR_CHECKOUT_ERROR_RETURNED);
  pay (self, 1);
  pay (self, 2);
  wait_count (self, "SELECT count(*) FROM sale", 3);

  for (guint i = 0; i < N_TILLS; i++)
    {
      mr_till_sync_now (self->tills[i]);
      wait_until (self, has_left, i, 0);
      give_back (self, i, receipt, 1, 1000, MR_CHECKOUT_ERROR_RETURNED);
      g_assert_true (find_receipt (self, i, "1A-000001").returned);
      wait_until (self, has_on_hand, i, 0);
    }
  start (self, 2, FALSE);
  give_back (self, 2, receipt, 1, 1000, MR_CHECKOUT_ERROR_RETURNED);
  assert_on_paper (self, 2, "1A-000001", "-10.00");
  assert_on_paper (self, 2, "2B-000001", "1A-000001");
  assert_on_paper (self, 2, "3C-000001", "-6.67");
  g_assert_cmpint (count (self, "SELECT CAST(sum(total) AS bigint) FROM sale"), ==, 350);
  g_assert_cmpint (count (self, "SELECT CAST(sum(amount) AS bigint) FROM sale_tender"), ==, 350);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM claim WHERE state = 'confirmed'"), ==, 2);
}

/* Out of reach of each other, up to what the shop allows; what comes back twice is booked, and listed. */
static void
test_returned_twice (Fixture *self, gconstpointer data)
{
  MrId receipt;

  served_center_run (self->center, set_limit, (gpointer) "offline_return");
  receipt = sell_and_share (self, 2000, 0);
  start (self, 0, FALSE);
  start (self, 1, FALSE);
  give_back (self, 0, receipt, 1, 2000, MR_CHECKOUT_ERROR_OFFLINE);
  give_back (self, 0, receipt, 1, 1000, -1);
  give_back (self, 0, receipt, 1, 1000, MR_CHECKOUT_ERROR_OFFLINE);
  pay (self, 0);
  give_back (self, 0, receipt, 1, 2000, MR_CHECKOUT_ERROR_RETURNED);
  give_back (self, 0, receipt, 1, 1000, -1);
  pay (self, 0);
  give_back (self, 1, receipt, 1, 1000, -1);
  pay (self, 1);
  start (self, 1, TRUE);
  start (self, 0, TRUE);
  wait_count (self, "SELECT count(*) FROM sale", 4);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM sale_return WHERE unclaimed = 1"), ==, 3);
  g_assert_cmpint (count (self, "SELECT amount FROM taken_twice WHERE kind = 'return' "
                                "AND label = '1A-000001'"),
                   ==, 1000);
  mr_till_sync_now (self->tills[2]);
  wait_until (self, has_on_hand, 2, 1000);
  give_back (self, 2, receipt, 1, 1000, MR_CHECKOUT_ERROR_RETURNED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/tills/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add ("/tills/stock", Fixture, "new region", set_up, test_stock, tear_down);
  ADD ("recall-at-another", test_recall_at_another);
  ADD ("give-up", test_give_up);
  ADD ("both-recall", test_both_recall);
  ADD ("offline-limits", test_offline_limits);
  ADD ("receipts", test_receipts);
  ADD ("returns", test_returns);
  ADD ("returned-twice", test_returned_twice);
#undef ADD
  return g_test_run ();
}
