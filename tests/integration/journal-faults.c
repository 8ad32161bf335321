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
  FaultVfs *vfs; /* (owned) */
  char *dir; /* (owned) */
  char *path; /* (owned) of journal.db */
  MrJournal *journal; /* (owned) (nullable) */
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
  test_world_init (&self->world, 5);
  self->vfs = fault_vfs_new ("faulty", &self->world);
  mr_db_use_vfs ("faulty");
  self->dir = temp_dir_new ();
  self->path = g_build_filename (self->dir, "journal.db", NULL);
  open_journal (self);
  MrShift *shift = mr_journal_open_shift (self->journal, 20000, &cashier, NULL);
  g_assert_nonnull (shift);
  mr_shift_free (shift);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->journal, mr_journal_close);
  mr_db_use_vfs (NULL);
  fault_vfs_free (self->vfs);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_free (self->path);
}

static void
heal (Fixture *self)
{
  fault_vfs_plan (self->vfs, FAULT_NONE, 0, 0, FALSE);
}

static void
assert_good (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  g_assert_true (mr_journal_verify (self->path, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (result.reason, ==, NULL);
}

static gboolean
commit (Fixture *self, const MrSale *sale, GError **error)
{
  MrCommittedSale committed = { 0 };
  gboolean done =
      mr_journal_commit_sale (self->journal, sale, &cashier, 1, TRUE, &committed, error);

  mr_committed_sale_clear (&committed);
  test_world_advance (&self->world, G_USEC_PER_SEC);
  return done;
}

static gboolean
is_there (Fixture *self, const MrSale *sale)
{
  MrReceiptRow row;

  return mr_journal_get_receipt (self->journal, mr_sale_get_id (sale), &row, NULL);
}

/* The basket is kept when the sale was not committed, and gone when it was. */
static void
assert_basket (Fixture *self, const MrSale *sale, gboolean kept)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) basket = mr_journal_load_basket (self->journal, &error);

  g_assert_no_error (error);
  g_assert_true ((basket != NULL) == kept);
  if (kept)
    g_assert_true (mr_id_equal (mr_sale_get_id (basket), mr_sale_get_id (sale)));
}

/* The disk is full at each write of a sale in turn. */
static void
test_full (Fixture *self, gconstpointer data)
{
  gboolean committed = FALSE;
  guint64 k;

  for (k = 1; !committed; k++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrSale) sale = sample_sale (&self->world, 4);
      gint64 total = mr_sale_get_totals (sale)->total_minor;

      g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
      fault_vfs_plan (self->vfs, k % 2 == 0 ? FAULT_FULL : FAULT_HALF_FULL, FAULT_ON_WRITE, k,
                      TRUE);
      committed = commit (self, sale, &error);
      heal (self);
      if (committed)
        break;
      g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
      g_clear_error (&error);
      g_assert_cmpint (mr_sale_get_state (sale), ==, MR_SALE_COMPLETE);
      g_assert_cmpint (mr_sale_get_totals (sale)->total_minor, ==, total);
      g_assert_false (is_there (self, sale));
      assert_basket (self, sale, TRUE);

      g_assert_true (commit (self, sale, &error));
      g_assert_no_error (error);
      assert_basket (self, sale, FALSE);
    }
  g_assert_cmpuint (k, >, 10);
  assert_good (self);
}

/* A disk without room: selling stops with a clear error, the shift can still be closed. */
static void
test_reserve (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reserve = g_build_filename (self->dir, "reserve", NULL);
  gboolean selling = TRUE;
  gint64 sold = 0;

  g_assert_true (g_file_test (reserve, G_FILE_TEST_EXISTS));
  fault_vfs_set_capacity (self->vfs, self->dir, 8 * 1024 * 1024 + 600 * 1024);
  while (selling)
    {
      g_autoptr (MrSale) sale = sample_sale (&self->world, 8);

      selling = commit (self, sale, &error);
      sold += selling;
    }
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, "no room left"));
  g_clear_error (&error);
  g_assert_cmpint (sold, >, 3);
  /* Smaller entries fill what is left. */
  while (mr_journal_note_drawer (self->journal, &cashier, "", &error))
    continue;
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
  g_clear_error (&error);

  g_autoptr (MrShift) closed =
      mr_journal_close_shift (self->journal, 0, FALSE, &cashier, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (closed->sale_count, ==, sold);
  g_assert_false (g_file_test (reserve, G_FILE_TEST_EXISTS));

  fault_vfs_set_capacity (self->vfs, self->dir, G_MAXINT64);
  g_assert_true (mr_journal_tidy (self->journal, TRUE, &error));
  g_assert_true (g_file_test (reserve, G_FILE_TEST_EXISTS));
  assert_good (self);
}

typedef struct
{
  guint answered; /* in spite of the failure */
  guint refused;
  guint unknown; /* refused, and found later */
} Outcomes;

/* What was answered is on the disk: after a power cut too. */
static void
look_after_answer (Fixture *self, const MrSale *sale)
{
  g_clear_pointer (&self->journal, mr_journal_close);
  fault_vfs_crash (self->vfs, self->dir);
  open_journal (self);
  g_assert_true (is_there (self, sale));
  assert_basket (self, sale, FALSE);
}

/* What was refused can be committed again; it is there once. */
static void
look_after_refusal (Fixture *self, const MrSale *sale, gboolean lasting, Outcomes *outcomes)
{
  g_autoptr (GError) error = NULL;

  if (is_there (self, sale))
    {
      /* Nobody could look while the disk was dead. */
      g_assert_true (lasting);
      outcomes->unknown++;
      g_assert_false (commit (self, sale, &error));
      g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_DOUBLE);
      return;
    }
  outcomes->refused++;
  assert_basket (self, sale, TRUE);
  g_assert_true (commit (self, sale, &error));
  g_assert_no_error (error);
}

/* Each write and each fsync of a sale fails in turn, once or from then on. */
static void
test_io (Fixture *self, gconstpointer data)
{
  Outcomes outcomes = { 0 };

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrSale) sale = sample_sale (&self->world, 3);
      gboolean on_sync = i % 3 == 0;
      gboolean lasting = i % 2 == 0;
      guint64 k = on_sync ? 1 : 1 + i / 3;

      g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
      fault_vfs_plan (self->vfs, FAULT_IO, on_sync ? FAULT_ON_SYNC : FAULT_ON_ANY, k, lasting);
      gboolean committed = commit (self, sale, &error);
      outcomes.answered += committed && fault_vfs_get_count (self->vfs) >= k;
      heal (self);
      if (committed)
        look_after_answer (self, sale);
      else
        {
          g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_IO);
          look_after_refusal (self, sale, lasting, &outcomes);
        }
      assert_good (self);
    }
  g_test_message ("%u answered, %u refused, %u unknown", outcomes.answered, outcomes.refused,
                  outcomes.unknown);
  g_assert_cmpuint (outcomes.answered, >, 5);
  g_assert_cmpuint (outcomes.refused, >, 5);
  g_assert_cmpuint (outcomes.unknown, >, 5);
}

/* Power cuts at random writes over a day of selling, keeping baskets and closing shifts. */
static void
test_power_cuts (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) answered = g_ptr_array_new_with_free_func (g_free);

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (GError) error = NULL;
      gboolean working = TRUE;

      fault_vfs_plan (self->vfs, FAULT_IO, FAULT_ON_ANY, 1 + test_world_below (&self->world, 250),
                      TRUE);
      while (working)
        {
          g_autoptr (MrSale) sale =
              sample_sale (&self->world, 1 + (guint) test_world_below (&self->world, 4));
          MrId id = mr_sale_get_id (sale);

          working =
              mr_journal_keep_basket (self->journal, sale, 1001, NULL) && commit (self, sale, NULL);
          if (working)
            g_ptr_array_add (answered, g_memdup2 (&id, sizeof id));
          if (working && test_world_below (&self->world, 6) == 0)
            working =
                mr_journal_tidy (self->journal, test_world_below (&self->world, 3) == 0, NULL);
          if (working && test_world_below (&self->world, 12) == 0)
            {
              MrShift *shift =
                  mr_journal_close_shift (self->journal, 1, TRUE, &cashier, TRUE, NULL);

              working = shift != NULL;
              g_clear_pointer (&shift, mr_shift_free);
              shift = working ? mr_journal_open_shift (self->journal, 0, &cashier, NULL) : NULL;
              working = shift != NULL;
              g_clear_pointer (&shift, mr_shift_free);
            }
        }
      fault_vfs_crash (self->vfs, self->dir);
      g_clear_pointer (&self->journal, mr_journal_close);
      heal (self);
      open_journal (self);
      for (guint i = 0; i < answered->len; i++)
        {
          MrReceiptRow row;

          mr_journal_get_receipt (self->journal, *(MrId *) g_ptr_array_index (answered, i), &row,
                                  &error);
          g_assert_no_error (error);
        }
      assert_good (self);
      g_autoptr (MrShift) open = mr_journal_load_shift (self->journal, &error);
      if (open == NULL)
        {
          open = mr_journal_open_shift (self->journal, 0, &cashier, &error);
          g_assert_no_error (error);
        }
    }
  g_assert_cmpuint (answered->len, >, 100);
}

/* A kept basket is on the disk after the next idle moment, without an entry. */
static void
test_basket_in_idle (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_basket (&self->world, 3);

  fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_SYNC, 0, FALSE);
  g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
  g_assert_cmpuint (fault_vfs_get_count (self->vfs), ==, 0);
  g_assert_true (mr_journal_tidy (self->journal, FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (fault_vfs_is_dirty (self->vfs, self->dir));
  fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_SYNC, 0, FALSE);
  g_assert_true (mr_journal_tidy (self->journal, FALSE, &error));
  g_assert_cmpuint (fault_vfs_get_count (self->vfs), ==, 0);

  fault_vfs_crash (self->vfs, self->dir);
  open_journal (self);
  assert_basket (self, sale, TRUE);
}

/* One sale is one fsync. */
static void
test_one_sync (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* The first commit after a checkpoint also writes the log's head. */
  g_autoptr (MrSale) first = sample_sale (&self->world, 8);
  g_assert_true (commit (self, first, &error));
  fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_SYNC, 0, FALSE);
  for (guint i = 1; i <= 5; i++)
    {
      g_autoptr (MrSale) sale = sample_sale (&self->world, 8);

      g_assert_true (mr_journal_keep_basket (self->journal, sale, 1001, &error));
      g_assert_true (commit (self, sale, &error));
      g_assert_cmpuint (fault_vfs_get_count (self->vfs), ==, i);
    }
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

#define ADD(name, function) \
  g_test_add ("/journal-faults/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("full", test_full);
  ADD ("reserve", test_reserve);
  ADD ("io", test_io);
  ADD ("power-cuts", test_power_cuts);
  ADD ("basket-in-idle", test_basket_in_idle);
  ADD ("one-sync", test_one_sync);
#undef ADD
  return g_test_run ();
}
