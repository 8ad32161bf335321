/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/checkout.h"

#include "db/db.h"
#include "fault-vfs.h"
#include "sample-till.h"
#include "till/parts.h"

typedef struct
{
  TestWorld chance;
  FaultVfs *vfs; /* (owned) */
  SampleTill till;
} Fixture;

/* A condition is given the SampleTill alone. */
static FaultVfs *vfs_at_hand;

static void
set_up (Fixture *self, gconstpointer data)
{
  test_world_init (&self->chance, 5);
  self->vfs = fault_vfs_new ("faulty", &self->chance);
  mr_db_use_vfs ("faulty");
  sample_till_set_up (&self->till);
  sample_till_start (&self->till);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (&self->till);
  mr_db_use_vfs (NULL);
  fault_vfs_free (self->vfs);
}

static MrCheckout *
get_checkout (Fixture *self)
{
  return mr_till_get_checkout (self->till.till);
}

static void
scan_two (Fixture *self)
{
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), "6901234567892"), ==, MR_SCAN_ADDED);
  g_assert_cmpint (mr_checkout_scan (get_checkout (self), "6900000000045"), ==, MR_SCAN_ADDED);
  sample_till_settle (&self->till);
}

static void
on_refused (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  g_assert_false (mr_checkout_pay_finish (MR_CHECKOUT (source), result, NULL, error));
}

static gboolean
has_disk_trouble (Fixture *self)
{
  MrTillStatus status;

  mr_till_get_status (self->till.till, &status);
  return status.disk_trouble;
}

/* The basket is whole, nothing of the refused tender stays, and what was paid before still stands. */
static void
assert_unpaid (Fixture *self, guint n_tenders, gint64 due_minor)
{
  g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_PAYING);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_checkout (self))), ==, 2);
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->total_minor, ==, 1100);
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->due_minor, ==, due_minor);
  g_assert_cmpuint (mr_checkout_get_n_tenders (get_checkout (self)), ==, n_tenders);
  g_assert_true (has_disk_trouble (self));
}

/* The disk fills in mid-sale: the cashier is told, the sale stays, and goes through once there is room
 * again, under the number it would have had. */
static void
test_disk_full (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MrPaymentResult payment;

  scan_two (self);
  payment = sample_till_pay (&self->till, MR_TENDER_WECHAT, 500);
  g_assert_false (payment.complete);
  fault_vfs_plan (self->vfs, FAULT_FULL, FAULT_ON_WRITE, 1, TRUE);
  for (guint i = 0; i < 3; i++)
    {
      mr_checkout_pay_async (get_checkout (self), MR_TENDER_CASH, 1000, on_refused, &error);
      /* A scan in that moment is not lost either: part was paid, so it asks. */
      g_assert_cmpint (mr_checkout_scan (get_checkout (self), "6900000000014"), ==, MR_SCAN_SAVED);
      sample_till_settle (&self->till);
      g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
      g_clear_error (&error);
      assert_unpaid (self, 1, 600);
      g_assert_cmpuint (g_list_model_get_n_items (mr_checkout_get_questions (get_checkout (self))),
                        ==, i + 1);
    }
  fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_ANY, 1, FALSE);
  payment = sample_till_pay (&self->till, MR_TENDER_CASH, 1000);
  g_assert_true (payment.complete);
  g_assert_cmpint (payment.change_minor, ==, 400);
  g_assert_true (g_str_has_suffix (payment.receipt_label, "-000001"));
  g_assert_false (has_disk_trouble (self));
  sample_till_verify (&self->till);
}

/* Whatever write or sync of a sale fails: afterwards it is in the journal once, and paid once. */
static void
test_any_failure (Fixture *self, gconstpointer data)
{
  static const Fault faults[] = { FAULT_FULL, FAULT_HALF_FULL, FAULT_IO };
  gint64 n_sales = 0;

  for (guint k = 1; k <= 12; k++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) receipts = NULL;
      MrPaymentResult payment = { .complete = FALSE };

      scan_two (self);
      fault_vfs_plan (self->vfs, faults[k % G_N_ELEMENTS (faults)], FAULT_ON_WRITE | FAULT_ON_SYNC,
                      k, FALSE);
      mr_checkout_pay_async (get_checkout (self), MR_TENDER_CASH, -1, NULL, NULL);
      sample_till_settle (&self->till);
      fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_ANY, 1, FALSE);
      if (mr_checkout_get_state (get_checkout (self)) == MR_CHECKOUT_PAYING)
        {
          g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->due_minor, ==, 1100);
          payment = sample_till_pay (&self->till, MR_TENDER_CASH, -1);
          g_assert_true (payment.complete);
        }
      g_assert_cmpint (mr_checkout_get_state (get_checkout (self)), ==, MR_CHECKOUT_CHANGE);
      receipts = mr_till_list_receipts (self->till.till, 100);
      g_assert_cmpint (receipts->len, ==, ++n_sales);
    }
  sample_till_verify (&self->till);
  g_assert_cmpint (mr_shift_desk_get_shift (mr_till_get_shift_desk (self->till.till))->total_minor,
                   ==, n_sales * 1100);
}

/* The basket cannot be kept, selling goes on in memory; once the disk is well it is kept again. */
static void
test_keep_fails (Fixture *self, gconstpointer data)
{
  scan_two (self);
  fault_vfs_plan (self->vfs, FAULT_FULL, FAULT_ON_WRITE, 1, TRUE);
  mr_checkout_scan (get_checkout (self), "6900000000014");
  sample_till_settle (&self->till);
  g_assert_true (has_disk_trouble (self));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_checkout (self))), ==, 3);
  fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_ANY, 1, FALSE);
  mr_checkout_set_quantity (get_checkout (self), 0, 2000, NULL);
  sample_till_settle (&self->till);
  sample_till_start (&self->till);
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->total_minor, ==, 1100 + 1196);
  sample_till_pay (&self->till, MR_TENDER_CASH, -1);
  g_assert_false (has_disk_trouble (self));
}

static gboolean
is_clean (SampleTill *till)
{
  g_autofree char *journal = g_build_filename (till->dir, "journal.db", NULL);

  return !fault_vfs_is_dirty (vfs_at_hand, journal);
}

/* The power goes while a basket is open: a second after the last scan all of it is on the disk. */
static void
test_power_cut (Fixture *self, gconstpointer data)
{
  g_autofree char *journal = g_build_filename (self->till.dir, "journal.db", NULL);

  scan_two (self);
  vfs_at_hand = self->vfs;
  g_assert_false (is_clean (&self->till));
  sample_till_wait (&self->till, is_clean);
  fault_vfs_crash (self->vfs, journal);
  sample_till_start (&self->till);
  g_assert_cmpint (mr_checkout_get_totals (get_checkout (self))->total_minor, ==, 1100);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (get_checkout (self))), ==, 2);
}

#define ADD(name, function) g_test_add ("/disk/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("full", test_disk_full);
  ADD ("any-failure", test_any_failure);
  ADD ("keep-fails", test_keep_fails);
  ADD ("power-cut", test_power_cut);
  return g_test_run ();
}
