/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/fork-desk.h"

typedef struct
{
  MrSync *sync; /* (owned) */
  MrSyncStatus status;
} Duty;

static void
free_duty (gpointer data)
{
  Duty *duty = data;

  g_object_unref (duty->sync);
  g_free (duty);
}

/* Another computer sells, or sold, under this till's name, or an entry was damaged: this one sells on under
 * a new writer. */
static gboolean
store_fork (MrJournal *journal, gpointer data, GError **error)
{
  const Duty *duty = data;

  return mr_journal_fork (journal, duty->status.fork_writer, duty->status.fork_n, NULL, error);
}

static gboolean
store_letter (MrJournal *journal, gpointer data, GError **error)
{
  const Duty *duty = data;

  return mr_journal_set_letter (journal, duty->status.letter_writer, duty->status.letter, error);
}

/* No entry was appended, but sync waits to see it done. */
static void
on_done (MrGround *ground, gpointer data, const GError *error)
{
  Duty *duty = data;

  if (error != NULL)
    g_warning ("what the center said of this till's chain cannot be written: %s", error->message);
  else
    mr_sync_appended (duty->sync);
  mr_ground_touch (ground);
}

static void
run (MrGround *ground, MrSync *sync, const MrSyncStatus *status, MrStoreJob job)
{
  Duty *duty = g_new (Duty, 1);

  *duty = (Duty){ g_object_ref (sync), *status };
  mr_ground_run (ground, job, duty, free_duty, on_done);
}

void
mr_fork_desk_act (MrGround *ground, MrSync *sync)
{
  MrSyncStatus status;

  mr_sync_get_status (sync, &status);
  if (status.forked && status.fork_n >= 0)
    run (ground, sync, &status, store_fork);
  else if (status.letter[0] != '\0')
    run (ground, sync, &status, store_letter);
}

static gboolean
store_forget (MrJournal *journal, gpointer data, GError **error)
{
  return mr_journal_forget_fork_news (journal, error);
}

static void
on_forgotten (MrGround *ground, gpointer data, const GError *error)
{
  mr_ground_touch (ground);
}

void
mr_fork_desk_forget (MrGround *ground)
{
  mr_ground_run (ground, store_forget, NULL, NULL, on_forgotten);
}
