/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "db/db.h"

#include "temp-dir.h"

#include <string.h>

#define STORM_US (G_GINT64_CONSTANT (12) * 60 * G_USEC_PER_SEC) /* virtual time with faults */
#define REST_US \
  (G_GINT64_CONSTANT (4) * 3600 * G_USEC_PER_SEC) /* the longest that coming to rest may take */
#define MAX_EVENTS 400000

struct _SimEvent
{
  gint64 at_us;
  guint64 number;
  SimAction action;
  gpointer data; /* (owned) (nullable) */
  GDestroyNotify free_data;
};

static const char *const count_names[SIM_N_COUNTS] = {
  [SIM_SALES] = "sales answered",
  [SIM_OTHER_ENTRIES] = "other entries",
  [SIM_PUSHES] = "pushes stored",
  [SIM_PAGES] = "feed pages",
  [SIM_SNAPSHOTS] = "catalogs fetched",
  [SIM_CENTER_CHANGES] = "changes at the center",
  [SIM_REQUEST_LOST] = "requests lost",
  [SIM_ANSWER_LOST] = "answers lost",
  [SIM_REQUEST_DOUBLED] = "requests doubled",
  [SIM_ANSWER_LATE] = "answers too late",
  [SIM_REFUSED_BUSY] = "refused as busy",
  [SIM_BODY_CUT] = "catalogs cut off",
  [SIM_TILL_CUT_OFF] = "tills cut off",
  [SIM_TILL_POWER_LOST] = "tills without power",
  [SIM_TILL_POWER_LOST_IN_COMMIT] = "tills without power in a commit",
  [SIM_TILL_POWER_LOST_IN_SYNC] = "tills without power in an answer",
  [SIM_DISK_HICCUP] = "disks that failed once",
  [SIM_CENTER_POWER_LOST] = "center without power",
  [SIM_CENTER_POWER_LOST_IN_REQUEST] = "center without power in a request",
  [SIM_CENTER_RESTORED] = "center restored to an older state",
  [SIM_CHAIN_REWOUND] = "chains rewound",
  [SIM_REPLICA_DELETED] = "replicas deleted",
  [SIM_CATALOG_DELETED] = "catalogs deleted",
  [SIM_CLOCK_SET] = "clocks set",
  [SIM_DISK_RESTORED] = "tills restored to an older disk",
  [SIM_DISK_CLONED] = "tills on a copied disk",
  [SIM_CHAIN_PARTED] = "chains parted",
};

static const char *const break_names[SIM_N_BREAKS] = {
  [SIM_SOUND] = "nothing",
  [SIM_LYING_DISK] = "lying-disk",
  [SIM_LOST_ROW] = "lost-row",
  [SIM_DOUBLE_MOVEMENT] = "double-movement",
  [SIM_ALTERED_BODY] = "altered-body",
  [SIM_REPEATED_RECEIPT] = "repeated-receipt",
  [SIM_MISSING_ENTRY] = "missing-entry",
};

const char *
sim_count_to_string (SimCount count)
{
  return count_names[count];
}

const char *
sim_break_to_string (SimBreak broken)
{
  return break_names[broken];
}

/* --- what happens ------------------------------------------------------------------------------ */

static void
add_trace (Sim *self, char *text)
{
  char *line = g_strdup_printf ("%9.3f %s", (double) self->now_us / G_USEC_PER_SEC, text);

  g_free (text);
  if (self->verbose)
    g_printerr ("%s\n", line);
  g_ptr_array_add (self->trace, line);
}

void
sim_note (Sim *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add_trace (self, g_strdup_vprintf (format, args));
  va_end (args);
}

void
sim_fail (Sim *self, const char *format, ...)
{
  va_list args;

  if (self->failure != NULL)
    return;
  va_start (args, format);
  self->failure = g_strdup_vprintf (format, args);
  va_end (args);
  add_trace (self, g_strdup_printf ("BROKEN: %s", self->failure));
}

gboolean
sim_chance (Sim *self, guint per_mille)
{
  return !self->calm && test_world_below (&self->chance, 1000) < per_mille;
}

gint64
sim_between_us (Sim *self, gint64 low_us, gint64 high_us)
{
  return low_us + (gint64) test_world_below (&self->chance, (guint64) (high_us - low_us));
}

void
sim_set_clock (Sim *self, TestWorld *world, gint64 skew_us)
{
  world->now_us = SIM_BASE_US + self->now_us + skew_us;
  world->monotonic_us = G_USEC_PER_SEC + self->now_us;
}

/* --- virtual time ------------------------------------------------------------------------------ */

static int
compare_events (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SimEvent *x = a, *y = b;

  if (x->at_us != y->at_us)
    return x->at_us < y->at_us ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static void
free_event (gpointer data)
{
  SimEvent *event = data;

  if (event->free_data != NULL)
    event->free_data (event->data);
  g_free (event);
}

void
sim_plan (Sim *self, gint64 delay_us, SimAction action, gpointer data, GDestroyNotify free_data)
{
  SimEvent *event = g_new0 (SimEvent, 1);

  *event = (SimEvent){ self->now_us + delay_us, self->n_events++, action, data, free_data };
  g_sequence_insert_sorted (self->events, event, compare_events, NULL);
}

static void
run_until (Sim *self, gint64 end_us, gboolean (*is_done) (Sim *self))
{
  guint64 n = 0;

  while (self->failure == NULL && !(is_done != NULL && n % 16 == 0 && is_done (self)))
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->events);
      SimEvent *event;

      if (g_sequence_iter_is_end (first))
        break;
      event = g_sequence_get (first);
      if (event->at_us > end_us)
        break;
      self->now_us = MAX (self->now_us, event->at_us);
      sim_set_clock (self, &self->vfs_world, 0);
      event->action (self, event->data);
      g_sequence_remove (first);
      if (++n > MAX_EVENTS)
        sim_fail (self, "more than %d events: something runs in circles", MAX_EVENTS);
    }
  if (is_done == NULL)
    self->now_us = end_us;
}

/* --- who acts ---------------------------------------------------------------------------------- */

static void
on_cashier (Sim *self, gpointer data)
{
  SimTill *till = data;

  if (self->calm)
    return;
  sim_till_act (self, till);
  sim_plan (self, sim_between_us (self, 3 * G_USEC_PER_SEC, 60 * G_USEC_PER_SEC), on_cashier, till,
            NULL);
}

static void
on_desk (Sim *self, gpointer data)
{
  if (self->calm)
    return;
  sim_center_change (self);
  sim_plan (self, sim_between_us (self, 10 * G_USEC_PER_SEC, 120 * G_USEC_PER_SEC), on_desk, NULL,
            NULL);
}

static void
on_center_trouble (Sim *self, gpointer data)
{
  if (self->calm)
    return;
  sim_center_trouble (self);
  sim_plan (self, sim_between_us (self, 60 * G_USEC_PER_SEC, 360 * G_USEC_PER_SEC),
            on_center_trouble, NULL, NULL);
}

static void
on_till_trouble (Sim *self, gpointer data)
{
  SimTill *till = data;

  if (self->calm)
    return;
  if (sim_chance (self, 400))
    {
      till->cut_off_until_us =
          self->now_us + sim_between_us (self, G_USEC_PER_SEC, 200 * G_USEC_PER_SEC);
      self->counts[SIM_TILL_CUT_OFF]++;
      sim_note (self, "till %u is cut off", till->index);
    }
  else if (till->journal != NULL)
    {
      self->counts[SIM_TILL_POWER_LOST]++;
      sim_till_lose_power (self, till);
    }
  sim_plan (self, sim_between_us (self, 30 * G_USEC_PER_SEC, 360 * G_USEC_PER_SEC), on_till_trouble,
            till, NULL);
}

/* @image (nullable): the journal it starts with. */
SimTill *
sim_till_add (Sim *self, const char *image)
{
  SimTill *till = &self->tills[self->n_tills];

  till->index = self->n_tills++;
  till->image = g_strdup (image);
  till->answered = g_array_new (FALSE, FALSE, sizeof (SimAnswered));
  test_world_init (&till->world, self->seed * 31 + till->index);
  till->skew_us = sim_between_us (self, -120 * G_USEC_PER_SEC, 120 * G_USEC_PER_SEC);
  sim_till_put_disk (self, till);
  sim_till_start (self, till);
  sim_plan (self, sim_between_us (self, 0, 60 * G_USEC_PER_SEC), on_cashier, till, NULL);
  sim_plan (self, sim_between_us (self, 0, 300 * G_USEC_PER_SEC), on_till_trouble, till, NULL);
  return till;
}

/* --- a run ------------------------------------------------------------------------------------- */

static void
set_up (Sim *self)
{
  g_autofree char *vfs_name = g_strdup_printf ("sim-%" G_GUINT64_FORMAT, self->seed);

  test_world_init (&self->chance, self->seed);
  test_world_init (&self->vfs_world, self->seed ^ 0x7f4a7c15);
  self->events = g_sequence_new (free_event);
  self->trace = g_ptr_array_new_with_free_func (g_free);
  self->dir = temp_dir_new ();
  self->vfs = fault_vfs_new (vfs_name, &self->vfs_world);
  mr_db_use_vfs (fault_vfs_get_name (self->vfs));
  sim_center_set_up (self);
  self->left_at_center = g_array_new (FALSE, FALSE, sizeof (MrId));
  self->copies_disks = self->seed % 4 == 0;
  for (guint n = 2 + (guint) test_world_below (&self->chance, SIM_MAX_TILLS - 1); n > 0; n--)
    sim_till_add (self, NULL);
  sim_plan (self, sim_between_us (self, 0, 60 * G_USEC_PER_SEC), on_desk, NULL, NULL);
  sim_plan (self, sim_between_us (self, 0, 300 * G_USEC_PER_SEC), on_center_trouble, NULL, NULL);
}

static void
tear_down (Sim *self)
{
  for (guint i = 0; i < self->n_tills; i++)
    sim_till_clear (self, &self->tills[i]);
  g_array_unref (self->left_at_center);
  sim_center_close (self);
  g_free (self->center_dir);
  g_free (self->backup);
  g_sequence_free (self->events);
  mr_db_use_vfs (NULL);
  fault_vfs_free (self->vfs);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_ptr_array_unref (self->trace);
}

static gboolean
is_at_rest (Sim *self)
{
  for (guint i = 0; i < self->n_tills; i++)
    {
      MrSyncStatus status;

      if (self->tills[i].engine == NULL)
        return FALSE;
      sim_set_clock (self, &self->tills[i].world, self->tills[i].skew_us);
      mr_sync_engine_get_status (self->tills[i].engine, &status);
      if (!status.idle)
        return FALSE;
    }
  return TRUE;
}

static void
poke_all (Sim *self)
{
  for (guint i = 0; i < self->n_tills; i++)
    {
      SimTill *till = &self->tills[i];

      if (till->engine == NULL)
        continue;
      sim_set_clock (self, &till->world, till->skew_us);
      mr_sync_engine_poke (till->engine);
      sim_pump (self, till);
    }
}

/* No more faults: whoever is off comes on, and everything has to reach everybody by itself. A poke at
 * the end makes each hear of the others' last movements. */
static void
come_to_rest (Sim *self)
{
  self->calm = TRUE;
  sim_note (self, "calm");
  if (self->center == NULL)
    sim_center_open (self);
  for (guint i = 0; i < self->n_tills; i++)
    {
      self->tills[i].cut_off_until_us = 0;
      if (self->tills[i].journal == NULL)
        sim_till_start (self, &self->tills[i]);
    }
  for (guint round = 0; round < 2 && self->failure == NULL; round++)
    {
      poke_all (self);
      run_until (self, self->now_us + REST_US, is_at_rest);
      if (self->failure == NULL && !is_at_rest (self))
        sim_fail (self, "no rest after %d virtual hours", (int) (REST_US / G_USEC_PER_SEC / 3600));
    }
}

static void
print_failure (Sim *self)
{
  guint from = self->trace->len > 60 ? self->trace->len - 60 : 0;

  if (self->verbose)
    return;
  for (guint i = from; i < self->trace->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (self->trace, i));
}

static void
print_tills (Sim *self)
{
  for (guint i = 0; i < self->n_tills; i++)
    {
      MrSyncStatus status = { 0 };

      if (self->tills[i].engine != NULL)
        mr_sync_engine_get_status (self->tills[i].engine, &status);
      g_printerr ("till %u: connection %d, waiting %" G_GINT64_FORMAT
                  ", idle %d, forked %d, catalog "
                  "%" G_GINT64_FORMAT ", snapshot %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
                  ", “%s”\n",
                  i, status.connection, status.waiting, status.idle, status.forked,
                  status.catalog_v, status.snapshot_done, status.snapshot_total, status.problem);
    }
}

char *
sim_run (guint64 seed, SimBreak broken, gboolean verbose, guint64 counts[SIM_N_COUNTS],
         guint64 *fingerprint)
{
  Sim self = { .seed = seed, .broken = broken, .verbose = verbose };
  char *failure;

  set_up (&self);
  run_until (&self, STORM_US, NULL);
  if (self.failure == NULL)
    come_to_rest (&self);
  if (self.failure == NULL)
    sim_check (&self);
  for (guint i = 0; i < SIM_N_COUNTS; i++)
    counts[i] += self.counts[i];
  *fingerprint = self.n_events;
  for (guint i = 0; i < self.trace->len; i++)
    *fingerprint = *fingerprint * 31 + g_str_hash (g_ptr_array_index (self.trace, i));
  if (self.failure != NULL && broken == SIM_SOUND)
    {
      print_failure (&self);
      print_tills (&self);
    }
  failure = self.failure;
  tear_down (&self);
  return failure;
}
