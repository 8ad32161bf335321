/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "journal-fixture.h"

#include "sample-sale.h"
#include "temp-dir.h"

const MrEntryContext journal_fixture_cashier = { .staff_number = 1001 };

void
journal_fixture_open (JournalFixture *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->journal, mr_journal_close);
  self->journal = mr_journal_open (self->dir, &self->world.world, &error);
  g_assert_no_error (error);
}

void
journal_fixture_set_up (JournalFixture *self, gconstpointer data)
{
  test_world_init (&self->world, 7);
  self->dir = temp_dir_new ();
  journal_fixture_open (self);
}

void
journal_fixture_tear_down (JournalFixture *self, gconstpointer data)
{
  g_clear_pointer (&self->journal, mr_journal_close);
  temp_dir_remove (self->dir);
  g_free (self->dir);
}

void
journal_fixture_open_shift (JournalFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift =
      mr_journal_open_shift (self->journal, 20000, &journal_fixture_cashier, &error);

  g_assert_no_error (error);
  g_assert_nonnull (shift);
}

/* Commits a sale and returns its entry's id. */
MrId
journal_fixture_sell (JournalFixture *self, guint n_lines, MrCommittedSale *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_sale (&self->world, n_lines);
  MrCommittedSale committed = { 0 };

  mr_journal_commit_sale (self->journal, sale, &journal_fixture_cashier, 42, TRUE, &committed,
                          &error);
  g_assert_no_error (error);
  if (out != NULL)
    *out = committed;
  else
    mr_committed_sale_clear (&committed);
  test_world_advance (&self->world, 5 * G_USEC_PER_SEC);
  return mr_sale_get_id (sale);
}

gint64
journal_fixture_get_n (MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  MrId writer;
  MrHash h;
  gint64 n;

  mr_journal_get_head (journal, &writer, &n, &h, &error);
  g_assert_no_error (error);
  return n;
}

MrEntry *
journal_fixture_get_last (MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      mr_journal_read (journal, journal_fixture_get_n (journal) - 1, 1, G_MAXSIZE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 1);
  g_ptr_array_set_free_func (entries, NULL);
  return g_ptr_array_index (entries, 0);
}
