/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"

#include "test-world.h"

/* A till's journal in a folder of its own, for g_test_add(): the world stands at 2026-05-29 in Shanghai. */
typedef struct
{
  TestWorld world;
  char *dir; /* (owned) */
  MrJournal *journal; /* (owned) */
} JournalFixture;

extern const MrEntryContext journal_fixture_cashier; /* staff number 1001 */

void journal_fixture_set_up (JournalFixture *self, gconstpointer data);
void journal_fixture_tear_down (JournalFixture *self, gconstpointer data);
/* Closes it first when it is open: a restart. */
void journal_fixture_open (JournalFixture *self);
void journal_fixture_open_shift (JournalFixture *self); /* float 20000 */
/* Commits a sale of @n_lines to be printed, and moves the clock on by 5 s; its entry's id. @out (nullable) is
 * to be cleared. */
MrId journal_fixture_sell (JournalFixture *self, guint n_lines, MrCommittedSale *out);
/* Number of the last entry. */
gint64 journal_fixture_get_n (MrJournal *journal);
MrEntry *journal_fixture_get_last (MrJournal *journal);
