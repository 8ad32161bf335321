/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "store/backup.h"

/* A new computer comes in the place of a till's old one. The old one is switched on again: what it still has, and
 * what it goes on to sell, reaches the center and waits for the owner, as a revoked till's does. */

/* As a closing makes it, of a till without power: what is on its disk. */
static char *
make_backup (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrBackupFile) file = mr_backup_make (till->dir, NULL, till->world.now_us, &error);

  if (file == NULL)
    sim_note (sim, "till %u: no backup: %s", till->index, error->message);
  return file == NULL ? NULL : g_strdup (file->path);
}

void
sim_machine_restore (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrJournal) journal = mr_journal_open (till->dir, &till->world.world, &error);

  if (journal == NULL || !mr_journal_restore (journal, till->backup, &error))
    sim_fail (sim, "till %u: its backup cannot be used: %s", till->index, error->message);
  g_clear_pointer (&journal, mr_journal_close);
  /* The next start puts it in the place of the empty journal. */
  fault_vfs_forget (sim->vfs, till->dir);
}

void
sim_machine_change (Sim *sim, SimTill *till)
{
  SimTill *next;
  char *backup = NULL;

  if (sim->n_tills >= G_N_ELEMENTS (sim->tills) || till->is_fenced || till->number == 0 ||
      !sim_chance (sim, 300))
    return;
  if (sim_below (sim, 2) == 0)
    backup = make_backup (sim, till);
  sim_count_fault (sim, backup == NULL ? SIM_MACHINE_FROM_CENTER : SIM_MACHINE_FROM_BACKUP);
  sim_note (sim, "till %u: a new computer comes in its place", till->index);
  next = &sim->tills[sim->n_tills];
  next->backup = backup;
  sim_till_add (sim, till->shop, NULL, till);
}
