/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <glib/gstdio.h>

/* --- disks ------------------------------------------------------------------------------------- */

void
sim_till_copy_journal (const char *from, const char *to)
{
  static const char *const tails[] = { "journal.db", "journal.db-wal" };

  g_mkdir_with_parents (to, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *from_path = g_strconcat (from, tails[i], NULL);
      g_autofree char *to_path = g_strconcat (to, tails[i], NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (g_file_get_contents (from_path, &bytes, &length, NULL))
        g_assert_true (g_file_set_contents (to_path, bytes, (gssize) length, NULL));
    }
}

void
sim_till_put_disk (Sim *sim, SimTill *till)
{
  g_free (till->dir);
  till->dir = g_strdup_printf ("%s/till-%u-%u/", sim->dir, till->index, till->n_disks++);
  if (till->image != NULL)
    sim_till_copy_journal (till->image, till->dir);
}

void
sim_till_clear (Sim *sim, SimTill *till)
{
  sim_till_stop (sim, till);
  g_array_unref (till->answered);
  g_free (till->image);
  g_free (till->backup);
  g_free (till->dir);
}

static gboolean
is_at_center (Sim *sim, MrId id)
{
  gint64 n = 0;

  return mr_db_get_int (mr_center_get_db (sim->center), &n, NULL,
                        "SELECT count(*) FROM entry WHERE uuid = ?1", "b", id.bytes,
                        sizeof id.bytes) &&
         n > 0;
}

/* What the old disk held and the new one does not is with the center, or gone as it is in life. */
static void
forget_answers (Sim *sim, SimTill *till)
{
  g_autoptr (MrJournal) journal = mr_journal_open_reader (till->dir, NULL);

  for (guint i = till->answered->len; i > 0; i--)
    {
      const SimAnswered *answered = &g_array_index (till->answered, SimAnswered, i - 1);
      MrId id = answered->id;
      g_autoptr (MrEntry) entry = mr_journal_find (journal, id, NULL);

      if (entry != NULL)
        continue;
      if (*answered->label != '\0' && is_at_center (sim, id))
        g_array_append_val (sim->left_at_center, id);
      g_array_remove_index (till->answered, i - 1);
    }
}

static void
take_image (Sim *sim, SimTill *till)
{
  g_free (till->image);
  till->image =
      g_strdup_printf ("%s/image-%u-%" G_GINT64_FORMAT "/", sim->dir, till->index, sim->now_us);
  sim_till_copy_journal (till->dir, till->image);
}

static void
clone_disk (Sim *sim, SimTill *till, SimCount count)
{
  if (sim->n_tills >= G_N_ELEMENTS (sim->tills))
    return;
  sim_count_fault (sim, count);
  sim_note (sim, "till %u: its disk is copied into another machine", till->index);
  sim_till_add (sim, till->shop, till->image, NULL);
}

/* Of a till without power: a copy of its disk is made, put back, or put into another machine. */
static void
handle_disks (Sim *sim, SimTill *till)
{
  if (!sim->copies_disks || sim->center == NULL)
    return;
  if (sim->changes_machines)
    {
      sim_machine_change (sim, till);
      return;
    }
  if (till->image == NULL || sim_chance (sim, 200))
    {
      take_image (sim, till);
    }
  else if (sim_chance (sim, 300))
    {
      clone_disk (sim, till, SIM_DISK_CLONED);
    }
  else if (sim_chance (sim, 500))
    {
      sim_count_fault (sim, SIM_DISK_RESTORED);
      sim_note (sim, "till %u: an older disk is put back", till->index);
      sim_till_put_disk (sim, till);
      forget_answers (sim, till);
    }
}

/* --- on and off -------------------------------------------------------------------------------- */

static void
on_start (Sim *sim, gpointer data)
{
  SimTill *till = data;

  if (till->till == NULL)
    sim_till_start (sim, till);
}

static void
delete_files (SimTill *till, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (till->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      {
        g_autofree char *path = g_build_filename (till->dir, name, NULL);

        g_unlink (path);
      }
}

static void
lose_replicas (Sim *sim, SimTill *till)
{
  if (sim_chance (sim, 80))
    {
      sim_count_fault (sim, SIM_REPLICA_DELETED);
      sim_note (sim, "till %u: shop.db is gone", till->index);
      delete_files (till, "shop.db");
    }
  if (sim_chance (sim, 80))
    {
      sim_count_fault (sim, SIM_CATALOG_DELETED);
      sim_note (sim, "till %u: the catalog is gone", till->index);
      delete_files (till, "catalog-");
    }
}

static void
set_clock_anew (Sim *sim, SimTill *till, SimCount count)
{
  static const gint64 spans_s[] = { 5, 600, 5 * 3600, 3 * 86400, 3653 * G_GINT64_CONSTANT (86400) };
  guint which = sim_below (sim, G_N_ELEMENTS (spans_s));
  gint64 span_us = spans_s[which] * G_USEC_PER_SEC;

  till->skew_us = sim_between_us (sim, -span_us, span_us);
  sim_count_fault (sim, count);
  if (which + 1 == G_N_ELEMENTS (spans_s))
    sim_count_fault (sim, SIM_CLOCK_YEARS_OFF);
  sim_note (sim, "till %u: the clock is off by %" G_GINT64_FORMAT " s", till->index,
            till->skew_us / G_USEC_PER_SEC);
}

static gboolean
open_till (Sim *sim, SimTill *till, GError **error)
{
  static const guint page_rows[] = { 2, 5, 2000 };
  MrSyncHand hand = sim_hand;
  const MrTillConfig config = { .dir = till->dir,
                                .world = &till->world.world,
                                .inline_jobs = TRUE,
                                .with_sync = TRUE,
                                .sync_hand = &hand };

  hand.user = till;
  till->till = mr_till_new (&config, error);
  sim_settle ();
  if (till->till == NULL)
    return FALSE;
  mr_sync_pump (mr_till_get_sync (till->till));
  if (mr_sync_get_engine (mr_till_get_sync (till->till)) != NULL)
    mr_sync_engine_set_page_rows (mr_sync_get_engine (mr_till_get_sync (till->till)),
                                  page_rows[sim_below (sim, G_N_ELEMENTS (page_rows))]);
  sim_settle ();
  return TRUE;
}

void
sim_till_start (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  SimDiskFaults faults;
  gboolean opened;

  /* The first time needs somebody to give the code. */
  if (!till->is_enrolled && sim->center == NULL)
    {
      sim_plan (sim, 10 * G_USEC_PER_SEC, on_start, till, NULL);
      return;
    }
  if (sim_chance (sim, 120))
    set_clock_anew (sim, till, SIM_CLOCK_SET);
  lose_replicas (sim, till);
  sim_damage_replica (sim, till);
  sim_set_clock (sim, &till->world, till->skew_us);
  till->life++;
  if (!till->is_enrolled)
    sim_admin_enrol (sim, till);
  sim_note (sim, "till %u starts", till->index);
  if (sim->broken == SIM_LYING_DISK && till->index == 0)
    fault_vfs_set_lying (sim->vfs, till->dir);
  faults = sim_till_begin_faults (sim, till, 15);
  opened = open_till (sim, till, &error);
  if (sim_till_end_faults (sim, till, &faults, SIM_TILL_POWER_LOST_AT_START))
    return;
  if (!opened && !faults.disk_fails && !faults.is_full)
    sim_fail (sim, "till %u does not start: %s", till->index, error->message);
  else if (!opened)
    sim_plan (sim, 10 * G_USEC_PER_SEC, on_start, till, NULL);
}

void
sim_till_stop (Sim *sim, SimTill *till)
{
  sim_watch_forget (till);
  till->life++;
  till->poke_id = 0;
  if (till->till == NULL)
    return;
  mr_till_stop (till->till);
  sim_settle ();
  g_clear_object (&till->till);
  sim_settle ();
}

void
sim_till_go_off (Sim *sim, SimTill *till, gboolean killed)
{
  sim_note (sim, "till %u %s", till->index, killed ? "is killed" : "loses its power");
  sim_watch_forget (till);
  if (killed)
    fault_vfs_plan (sim->vfs, FAULT_IO, FAULT_ON_ANY, 1, TRUE);
  else
    fault_vfs_crash (sim->vfs, till->dir);
  sim_till_stop (sim, till);
  fault_vfs_plan (sim->vfs, FAULT_NONE, 0, 0, FALSE);
  handle_disks (sim, till);
  sim_plan (sim, sim_between_us (sim, G_USEC_PER_SEC, 60 * G_USEC_PER_SEC), on_start, till, NULL);
}

/* --- trouble ----------------------------------------------------------------------------------- */

static void
fill_disk (Sim *sim, SimTill *till)
{
  till->full_until_us = sim->now_us + sim_between_us (sim, 5 * G_USEC_PER_SEC, 60 * G_USEC_PER_SEC);
  sim_count_fault (sim, SIM_DISK_FULL);
  sim_note (sim, "till %u: the disk is full", till->index);
}

static void
cut_off (Sim *sim, SimTill *till)
{
  gint64 until_us = sim->now_us + sim_between_us (sim, G_USEC_PER_SEC, 150 * G_USEC_PER_SEC);

  if (sim_below (sim, 3) == 0)
    {
      till->deaf_until_us = until_us;
      sim_count_fault (sim, SIM_TILL_DEAF);
      sim_note (sim, "till %u hears nothing", till->index);
      return;
    }
  till->cut_off_until_us = until_us;
  sim_count_fault (sim, SIM_TILL_CUT_OFF);
  sim_note (sim, "till %u is cut off", till->index);
}

static void
jump_clock (Sim *sim, SimTill *till)
{
  set_clock_anew (sim, till, SIM_CLOCK_JUMPED);
  sim_set_clock (sim, &till->world, till->skew_us);
}

static void
clone_running (Sim *sim, SimTill *till)
{
  take_image (sim, till);
  if (sim_chance (sim, 300))
    clone_disk (sim, till, SIM_DISK_CLONED_RUNNING);
}

void
sim_till_trouble (Sim *sim, SimTill *till)
{
  if (till->till == NULL)
    return;
  sim_damage_replica (sim, till);
  switch (sim_below (sim, 10))
    {
    case 0:
    case 1:
    case 2:
      cut_off (sim, till);
      break;
    case 3:
    case 4:
      sim_count_fault (sim, SIM_TILL_POWER_LOST);
      sim_till_go_off (sim, till, FALSE);
      break;
    case 5:
      sim_count_fault (sim, SIM_TILL_KILLED);
      sim_till_go_off (sim, till, TRUE);
      break;
    case 6:
      fill_disk (sim, till);
      break;
    case 7:
      jump_clock (sim, till);
      break;
    default:
      if (sim->copies_disks && !sim->changes_machines)
        clone_running (sim, till);
      else
        cut_off (sim, till);
      break;
    }
}

/* --- faults in the middle of something --------------------------------------------------------- */

SimDiskFaults
sim_till_begin_faults (Sim *sim, SimTill *till, guint per_mille)
{
  SimDiskFaults faults = { .power_fails = sim_chance (sim, per_mille),
                           .is_killed = sim_chance (sim, per_mille / 2),
                           .disk_fails = sim_chance (sim, per_mille),
                           .is_full = till->full_until_us > sim->now_us };
  gboolean lasting = faults.power_fails || faults.is_killed;

  if (lasting || faults.disk_fails)
    fault_vfs_plan (sim->vfs, FAULT_IO,
                    faults.is_killed ? FAULT_ON_ANY : FAULT_ON_WRITE | FAULT_ON_SYNC,
                    1 + sim_below (sim, 20), lasting);
  else if (faults.is_full)
    fault_vfs_plan (sim->vfs, FAULT_FULL, FAULT_ON_WRITE, 1, TRUE);
  return faults;
}

gboolean
sim_till_end_faults (Sim *sim, SimTill *till, const SimDiskFaults *faults, SimCount power_count)
{
  fault_vfs_plan (sim->vfs, FAULT_NONE, 0, 0, FALSE);
  if (faults->power_fails || faults->is_killed)
    {
      sim_count_fault (sim, faults->power_fails ? power_count : SIM_TILL_KILLED);
      sim_till_go_off (sim, till, !faults->power_fails);
      return TRUE;
    }
  if (faults->disk_fails)
    {
      sim_count_fault (sim, SIM_DISK_HICCUP);
      sim_note (sim, "till %u: the disk failed once", till->index);
    }
  return FALSE;
}
