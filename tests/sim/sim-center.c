/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "center/center-backup.h"
#include "center/restore.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

/* With more waiting than this a server answers that it is too busy. */
#define MAX_WAITING 6

/* --- open and closed --------------------------------------------------------------------------- */

char *
sim_center_get_path (Sim *sim)
{
  return g_strdup_printf ("%scenter-%u.db", sim->center_dir, sim->center_copy);
}

void
sim_center_open (Sim *sim)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = sim_center_get_path (sim);
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *files = g_strdup_printf ("%sfiles-%u", sim->center_dir, sim->center_copy);

  sim_set_clock (sim, &sim->center_world, 0);
  sim->center = mr_center_open (location, files, &sim->center_world.world, &error);
  if (sim->center == NULL)
    {
      sim_fail (sim, "the center does not open: %s", error->message);
      return;
    }
  sim_note (sim, "the center starts");
  sim_watch_center (sim, sim->center);
}

void
sim_center_close (Sim *sim)
{
  g_clear_pointer (&sim->center, mr_center_close);
  g_clear_pointer (&sim->stale, mr_center_close);
}

static void
on_center_start (Sim *sim, gpointer data)
{
  if (sim->center == NULL)
    sim_center_open (sim);
}

static void
forget_waiting (Sim *sim)
{
  g_ptr_array_set_size (sim->waiting, 0);
}

gboolean
sim_center_run (Sim *sim, MrCenterJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (mr_center_run (sim->center, job, data, &error))
    return TRUE;
  sim_fail (sim, "the center cannot do its own work: %s", error->message);
  return FALSE;
}

void
sim_center_set_up (Sim *sim)
{
  test_world_init (&sim->center_world, sim->seed * 7 + 1);
  sim->center_dir = g_strconcat (sim->dir, "/center/", NULL);
  g_mkdir (sim->center_dir, 0700);
  sim_center_open (sim);
  sim_admin_found (sim);
  sim_watch_center (sim, sim->center);
}

/* --- backups ----------------------------------------------------------------------------------- */

static gboolean
copy_file (const char *from, const char *to)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  return g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL);
}

/* As the command does it: copied, looked through, named, and told to the tills as what is safe. */
static void
take_backup (Sim *sim)
{
  g_autoptr (GError) error = NULL;
  g_auto (MrCenterBackup) backup = { 0 };
  g_autofree char *part = NULL;

  sim_set_clock (sim, &sim->center_world, 0);
  if (!mr_center_backup_copy (sim->center, sim->center_dir, &backup, &error))
    {
      sim_fail (sim, "no backup of the center: %s", error->message);
      return;
    }
  part = mr_center_backup_dup_part (&backup);
  if (!mr_center_backup_verify (part, &backup, &error) ||
      !mr_center_backup_finish (&backup, &error))
    {
      sim_fail (sim, "the center's backup is no good: %s", error->message);
      return;
    }
  sim_center_run (sim, mr_center_backup_note, &backup);
  g_ptr_array_add (sim->backups, g_strdup (backup.path));
  if (sim->backups->len > SIM_N_BACKUPS)
    g_ptr_array_remove_index (sim->backups, 0);
  sim_note (sim, "a backup of the center");
  sim_watch_center (sim, sim->center);
}

/* As the command does it, in the place of the lost one where nobody still has that open. */
static void
restore_by_command (Sim *sim, const char *backup)
{
  g_autoptr (GError) error = NULL;
  g_auto (MrCenterBackup) result = { 0 };
  g_autofree char *location = NULL;
  g_autofree char *files = NULL;
  g_autofree char *path = NULL;
  g_autofree char *kept = NULL;

  if (sim->stale != NULL)
    sim->center_copy++;
  path = sim_center_get_path (sim);
  location = g_strconcat ("sqlite:", path, NULL);
  files = g_strdup_printf ("%sfiles-%u", sim->center_dir, sim->center_copy);
  sim_set_clock (sim, &sim->center_world, 0);
  if (!mr_center_restore (backup, location, files, &sim->center_world.world, &kept, &result,
                          &error))
    sim_fail (sim, "the center's backup cannot be restored: %s", error->message);
  fault_vfs_forget (sim->vfs, path);
  sim_count_fault (sim, SIM_CENTER_RESTORED_BY_COMMAND);
}

/* As somebody does it who has a copy of the disk, and no command that would tell the tills. */
static void
restore_by_hand (Sim *sim, const char *backup)
{
  g_autofree char *path = NULL;

  sim->center_copy++;
  path = sim_center_get_path (sim);
  if (!copy_file (backup, path))
    sim_fail (sim, "the center's backup cannot be put back");
}

/* Everything acknowledged since is unknown again. */
static void
restore_backup (Sim *sim)
{
  guint k = sim_below (sim, sim->backups->len);

  sim->n_restores++;
  if (sim_below (sim, 2) == 0)
    restore_by_command (sim, g_ptr_array_index (sim->backups, k));
  else
    restore_by_hand (sim, g_ptr_array_index (sim->backups, k));
  sim_count_fault (sim, SIM_CENTER_RESTORED);
  if (k + 1 < sim->backups->len)
    sim_count_fault (sim, SIM_CENTER_RESTORED_FURTHER);
  sim_note (sim, "the center is restored from backup %u of %u", k + 1, sim->backups->len);
}

void
sim_center_lose_power (Sim *sim)
{
  sim_note (sim, "the center loses its power");
  fault_vfs_crash (sim->vfs, sim->center_dir);
  forget_waiting (sim);
  sim_end_pokes (sim);
  sim_center_close (sim);
  if (sim->backups->len > 0 && !sim->copies_disks && sim_chance (sim, 350))
    restore_backup (sim);
  sim_plan (sim, sim_between_us (sim, G_USEC_PER_SEC, 100 * G_USEC_PER_SEC), on_center_start, NULL,
            NULL);
}

/* --- two centers at once ----------------------------------------------------------------------- */

void
sim_center_end_stale (Sim *sim)
{
  g_clear_pointer (&sim->stale, mr_center_close);
}

static void
on_stale_end (Sim *sim, gpointer data)
{
  sim_center_end_stale (sim);
}

/* An old copy is started on another machine while the old center still answers whom it reaches. */
static void
run_two (Sim *sim)
{
  sim_count_fault (sim, SIM_TWO_CENTERS);
  forget_waiting (sim);
  sim_end_pokes (sim);
  sim->stale = g_steal_pointer (&sim->center);
  restore_backup (sim);
  sim_center_open (sim);
  sim_plan (sim, sim_between_us (sim, 5 * G_USEC_PER_SEC, 60 * G_USEC_PER_SEC), on_stale_end, NULL,
            NULL);
}

void
sim_center_trouble (Sim *sim)
{
  if (sim->center == NULL)
    return;
  if (sim->backups->len == 0 || sim_chance (sim, 400))
    {
      take_backup (sim);
    }
  else if (!sim->copies_disks && sim->stale == NULL && sim_chance (sim, 150))
    {
      run_two (sim);
    }
  else
    {
      sim_count_fault (sim, SIM_CENTER_POWER_LOST);
      sim_center_lose_power (sim);
    }
}

/* --- requests ---------------------------------------------------------------------------------- */

static void
answer_call (Sim *sim, MrCall *call, SimFlight *flight)
{
  sim_break_reply (sim, &call->request, &call->reply);
  sim_flight_answer (sim, flight, &call->reply);
}

/* What a server does with all that waits at its writer: one transaction, then the answers. */
static void
work_off (Sim *sim, MrCenter *center, GPtrArray *flights)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_call_free);
  g_autofree MrCall **writes = g_new (MrCall *, flights->len);
  guint n_writes = 0;

  for (guint i = 0; i < flights->len; i++)
    {
      MrCenterRequest request;
      MrCall *call;

      sim_flight_get_request (g_ptr_array_index (flights, i), &request);
      call = mr_call_new (center, &request);
      g_ptr_array_add (calls, call);
      if (!mr_call_is_answered (call) && call->route->writes)
        writes[n_writes++] = call;
    }
  mr_center_write (center, writes, n_writes);
  sim->counts[SIM_GROUPS] += n_writes > 1 ? n_writes : 0;
  for (guint i = 0; i < calls->len; i++)
    {
      MrCall *call = g_ptr_array_index (calls, i);

      if (!mr_call_is_answered (call))
        mr_center_read (center, call);
    }
  for (guint i = 0; i < calls->len && !fault_vfs_has_hit (sim->vfs); i++)
    answer_call (sim, g_ptr_array_index (calls, i), g_ptr_array_index (flights, i));
}

/* An answer that left says that what it is about is on the disk. */
static void
check_durable (Sim *sim, MrCenter *center)
{
  g_autofree char *log = g_strconcat (mr_db_get_path (mr_center_get_db (center)), "-wal", NULL);

  if (sim->broken == SIM_SOUND && fault_vfs_is_dirty (sim->vfs, log))
    sim_fail (sim, "the center answered before its log was synced");
}

static void
work (Sim *sim, MrCenter *center, GPtrArray *flights)
{
  gboolean power_fails = sim_chance (sim, 6);
  gboolean answered;

  sim_set_clock (sim, &sim->center_world, 0);
  if (power_fails)
    fault_vfs_plan (sim->vfs, FAULT_IO, FAULT_ON_WRITE | FAULT_ON_SYNC, 1 + sim_below (sim, 40),
                    TRUE);
  work_off (sim, center, flights);
  answered = !fault_vfs_has_hit (sim->vfs);
  fault_vfs_plan (sim->vfs, FAULT_NONE, 0, 0, FALSE);
  if (answered)
    sim_watch_center (sim, center);
  if (power_fails)
    {
      sim_count_fault (sim, SIM_CENTER_POWER_LOST_IN_REQUEST);
      sim_center_lose_power (sim);
      return;
    }
  check_durable (sim, center);
}

static void
on_turn (Sim *sim, gpointer data)
{
  g_autoptr (GPtrArray) flights = g_steal_pointer (&sim->waiting);
  MrCenter *center = sim->center;

  sim->waiting = g_ptr_array_new_with_free_func (sim_flight_free);
  if (flights->len == 0 || center == NULL)
    return;
  if (sim->stale != NULL && sim_below (sim, 2) == 0)
    center = sim->stale;
  work (sim, center, flights);
}

static void
refuse (Sim *sim, SimFlight *flight)
{
  static const char busy[] =
      "{\"type\":\"/problems/busy\",\"title\":\"Busy\",\"status\":503,\"detail\":\"later\"}";
  MrCenterReply reply = { .status = 503, .retry_after_s = 2 };

  sim_count_fault (sim, SIM_OVERLOADED);
  reply.body = g_bytes_new_static (busy, sizeof busy - 1);
  sim_flight_answer (sim, flight, &reply);
  mr_center_reply_clear (&reply);
  sim_flight_free (flight);
}

void
sim_center_receive (Sim *sim, SimFlight *flight)
{
  if (sim->center == NULL)
    {
      sim_flight_free (flight);
      return;
    }
  if (sim->waiting->len >= MAX_WAITING)
    {
      refuse (sim, flight);
      return;
    }
  g_ptr_array_add (sim->waiting, flight);
  /* Now and then the writer is busy with something long. */
  if (sim->waiting->len == 1)
    sim_plan (sim,
              sim_chance (sim, 30) ? sim_between_us (sim, G_USEC_PER_SEC, 8 * G_USEC_PER_SEC)
                                   : sim_between_us (sim, 0, 20000),
              on_turn, NULL, NULL);
}
