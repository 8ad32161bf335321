/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "temp-dir.h"

/* What a run must have seen before its faults stop; the time is for one in which little succeeds. */
#define MIN_STEPS 500
#define MORE_STEPS 200
#define MIN_SALES 100
#define MAX_STORM_US (G_GINT64_CONSTANT (60) * 60 * G_USEC_PER_SEC)
/* The longest that healing may take: a till asks every 60 s ± 50 %, and backs off for 60 s at the most. */
#define REST_US (G_GINT64_CONSTANT (20) * 60 * G_USEC_PER_SEC)
/* The audit is due within 70 minutes of a start and a day after the last, and asked for with the poll that comes
 * next. */
#define AUDITED_US (G_GINT64_CONSTANT (26) * 3600 * G_USEC_PER_SEC)
#define MAX_EVENTS 400000

struct _SimEvent
{
  gint64 at_us;
  guint64 number;
  SimAction action;
  gpointer data; /* (owned) (nullable) */
  GDestroyNotify free_data;
};

/* --- what happens ------------------------------------------------------------------------------ */

static void
add_trace (Sim *self, char *text)
{
  /* The folder has another name each time. */
  g_auto (GStrv) parts = g_strsplit (text, self->dir, -1);
  g_autofree char *plain = g_strjoinv ("…", parts);
  char *line = g_strdup_printf ("%9.3f %s", (double) self->now_us / G_USEC_PER_SEC, plain);

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

void
sim_count_fault (Sim *self, SimCount fault)
{
  self->counts[fault]++;
  self->n_steps++;
}

gboolean
sim_chance (Sim *self, guint per_mille)
{
  return !self->calm && test_world_below (&self->chance, 1000) < per_mille;
}

guint
sim_below (Sim *self, guint n)
{
  return (guint) test_world_below (&self->chance, n);
}

gint64
sim_between_us (Sim *self, gint64 low_us, gint64 high_us)
{
  return low_us + (gint64) test_world_below (&self->chance, (guint64) (high_us - low_us));
}

void
sim_set_clock (Sim *self, TestWorld *world, gint64 skew_us)
{
  world->now_us = self->base_us + self->now_us + skew_us;
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

  while (self->failure == NULL && !(n % 16 == 0 && is_done (self)))
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
}

void
sim_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* --- who acts ---------------------------------------------------------------------------------- */

static void
on_cashier (Sim *self, gpointer data)
{
  SimTill *till = data;

  if (self->calm)
    return;
  sim_cashier_act (self, till);
  sim_plan (self, sim_between_us (self, G_USEC_PER_SEC, 6 * G_USEC_PER_SEC), on_cashier, till,
            NULL);
}

static void
on_admin (Sim *self, gpointer data)
{
  if (self->calm)
    return;
  self->n_steps++;
  sim_admin_act (self);
  sim_plan (self, sim_between_us (self, 5 * G_USEC_PER_SEC, 60 * G_USEC_PER_SEC), on_admin, NULL,
            NULL);
}

static void
on_center_trouble (Sim *self, gpointer data)
{
  if (self->calm)
    return;
  sim_center_trouble (self);
  sim_plan (self, sim_between_us (self, 20 * G_USEC_PER_SEC, 180 * G_USEC_PER_SEC),
            on_center_trouble, NULL, NULL);
}

static void
on_till_trouble (Sim *self, gpointer data)
{
  SimTill *till = data;

  if (self->calm)
    return;
  sim_till_trouble (self, till);
  sim_plan (self, sim_between_us (self, 20 * G_USEC_PER_SEC, 240 * G_USEC_PER_SEC), on_till_trouble,
            till, NULL);
}

SimTill *
sim_till_add (Sim *self, guint shop, const char *image, SimTill *becomes)
{
  SimTill *till = &self->tills[self->n_tills];

  till->sim = self;
  till->index = self->n_tills++;
  till->shop = shop;
  till->image = g_strdup (image);
  till->becomes = becomes;
  till->is_enrolled = image != NULL;
  till->answered = g_array_new (FALSE, FALSE, sizeof (SimAnswered));
  test_world_init (&till->world, self->seed * 31 + till->index);
  till->skew_us = sim_between_us (self, -120 * G_USEC_PER_SEC, 120 * G_USEC_PER_SEC);
  sim_till_put_disk (self, till);
  sim_till_start (self, till);
  sim_plan (self, sim_between_us (self, 0, 10 * G_USEC_PER_SEC), on_cashier, till, NULL);
  sim_plan (self, sim_between_us (self, 0, 200 * G_USEC_PER_SEC), on_till_trouble, till, NULL);
  return till;
}

/* --- a run ------------------------------------------------------------------------------------- */

/* A summer day in Shanghai, or the night in which the second shop's clocks go back an hour. */
static gint64
choose_base_us (Sim *self)
{
  static const gint64 may_us = G_GINT64_CONSTANT (1780000000000000);
  static const gint64 october_us = G_GINT64_CONSTANT (1792889400000000); /* 2026-10-25 00:50 UTC */

  if (sim_below (self, 5) != 0)
    return may_us;
  self->counts[SIM_SUMMER_TIME]++;
  return october_us;
}

static void
add_tills (Sim *self)
{
  guint n_tills = 3 + sim_below (self, SIM_MAX_TILLS - 2);

  self->copies_disks = self->seed % 4 == 0;
  self->changes_machines = self->seed % 8 == 4;
  self->damages_files = self->seed % 4 == 1;
  /* Every second run has the second shop, with one till. */
  for (guint i = 0; i < n_tills; i++)
    sim_till_add (self, self->seed % 2 == 1 && i + 1 == n_tills ? 1 : 0, NULL, NULL);
}

static void
set_up (Sim *self)
{
  g_autofree char *vfs_name = g_strdup_printf ("sim-%" G_GUINT64_FORMAT, self->seed);

  test_world_init (&self->chance, self->seed);
  test_world_init (&self->vfs_world, self->seed ^ 0x7f4a7c15);
  self->base_us = choose_base_us (self);
  self->events = g_sequence_new (free_event);
  self->trace = g_ptr_array_new_with_free_func (g_free);
  self->backups = g_ptr_array_new_with_free_func (g_free);
  self->waiting = g_ptr_array_new_with_free_func (sim_flight_free);
  self->left_at_center = g_array_new (FALSE, FALSE, sizeof (MrId));
  self->put_aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->dir = temp_dir_new ();
  self->vfs = fault_vfs_new (vfs_name, &self->vfs_world);
  mr_db_use_vfs (fault_vfs_get_name (self->vfs));
  sim_break_begin (self);
  sim_center_set_up (self);
  add_tills (self);
  sim_plan (self, sim_between_us (self, 0, 30 * G_USEC_PER_SEC), on_admin, NULL, NULL);
  sim_plan (self, sim_between_us (self, 0, 120 * G_USEC_PER_SEC), on_center_trouble, NULL, NULL);
}

static void
tear_down (Sim *self)
{
  for (guint i = 0; i < self->n_tills; i++)
    sim_till_clear (self, &self->tills[i]);
  g_array_unref (self->left_at_center);
  g_clear_pointer (&self->acts, g_ptr_array_unref);
  g_hash_table_unref (self->put_aside);
  g_ptr_array_unref (self->waiting);
  sim_center_close (self);
  g_clear_pointer (&self->projections, g_hash_table_unref);
  g_free (self->center_dir);
  g_ptr_array_unref (self->backups);
  g_sequence_free (self->events);
  mr_db_use_vfs (NULL);
  fault_vfs_free (self->vfs);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_ptr_array_unref (self->trace);
  sim_break_end (self);
}

static gboolean
has_seen_enough (Sim *self)
{
  return self->n_steps >= MIN_STEPS + self->seed % MORE_STEPS &&
         self->counts[SIM_SALES] >= MIN_SALES;
}

static gboolean
is_at_rest (Sim *self)
{
  for (guint i = 0; i < self->n_tills; i++)
    {
      SimTill *till = &self->tills[i];
      MrSyncStatus status;

      if (till->till == NULL || mr_sync_get_engine (mr_till_get_sync (till->till)) == NULL)
        return FALSE;
      sim_set_clock (self, &till->world, till->skew_us);
      mr_sync_engine_get_status (mr_sync_get_engine (mr_till_get_sync (till->till)), &status);
      /* Whom the center does not trust hears no news; it only gets rid of its entries. */
      if (till->is_fenced ? status.waiting > 0 || till->pushed_us <= self->calm_us : !status.idle)
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

      if (till->till == NULL)
        continue;
      sim_set_clock (self, &till->world, till->skew_us);
      mr_till_tick (till->till);
      mr_till_sync_now (till->till);
      sim_settle ();
    }
}

/* Everything has to reach everybody by itself. A poke at the end makes each hear of the others' last
 * movements, and one more of what a till did then: it drops a basket that it hears another has taken. */
static void
rest (Sim *self)
{
  gint64 end_us = self->now_us + REST_US;

  for (guint round = 0; round < 3 && self->failure == NULL; round++)
    {
      poke_all (self);
      run_until (self, end_us, is_at_rest);
      if (self->failure == NULL && !is_at_rest (self))
        sim_fail (self, "no rest after %d virtual minutes", (int) (REST_US / G_USEC_PER_SEC / 60));
    }
}

/* The nightly audit comes in its own time. */
static void
await_audits (Sim *self)
{
  if (self->failure != NULL || sim_damage_is_mended (self))
    return;
  run_until (self, self->now_us + AUDITED_US, sim_damage_is_mended);
  if (self->failure == NULL && !sim_damage_is_mended (self))
    sim_fail (self, "a damaged replica was not audited");
  rest (self);
}

/* A computer that was replaced may find out only now that its chain went on without it, and says so. */
static void
settle_all (Sim *self)
{
  while (self->failure == NULL && sim_owner_settle_all (self))
    rest (self);
}

/* No more faults: whoever is off comes on. */
static void
come_to_rest (Sim *self)
{
  self->calm = TRUE;
  self->calm_us = self->now_us;
  sim_note (self, "calm after %u steps", self->n_steps);
  sim_center_end_stale (self);
  if (self->center == NULL)
    sim_center_open (self);
  sim_owner_remind (self);
  for (guint i = 0; i < self->n_tills; i++)
    {
      SimTill *till = &self->tills[i];

      till->cut_off_until_us = till->deaf_until_us = till->full_until_us = 0;
      if (till->till == NULL)
        sim_till_start (self, till);
    }
  rest (self);
  self->healed_us = self->now_us - self->calm_us;
  settle_all (self);
  await_audits (self);
  /* What a till has noted of its clock meanwhile. */
  settle_all (self);
}

static void
print_failure (Sim *self)
{
  guint from = self->trace->len > 60 ? self->trace->len - 60 : 0;

  for (guint i = self->verbose ? self->trace->len : from; i < self->trace->len; i++)
    g_printerr ("%s\n", (const char *) g_ptr_array_index (self->trace, i));
  for (guint i = 0; i < self->n_tills; i++)
    {
      MrSyncStatus status = { 0 };

      if (self->tills[i].till != NULL)
        mr_sync_get_status (mr_till_get_sync (self->tills[i].till), &status);
      g_printerr ("till %u: connection %d, waiting %" G_GINT64_FORMAT
                  ", idle %d, forked %d, catalog "
                  "%" G_GINT64_FORMAT ", snapshot %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
                  ", “%s”\n",
                  i, status.connection, status.waiting, status.idle, status.forked,
                  status.catalog_v, status.snapshot_done, status.snapshot_total, status.problem);
    }
}

static void
take_outcome (Sim *self, SimOutcome *outcome)
{
  self->counts[SIM_BIT_FLIPPED_ON_DISK] = fault_vfs_get_n_flips (self->vfs);
  *outcome = (SimOutcome){ .n_steps = self->n_steps,
                           .n_tills = self->n_tills,
                           .healed_us = self->healed_us,
                           .fingerprint = self->n_events };
  for (guint i = 0; i < SIM_N_COUNTS; i++)
    {
      outcome->counts[i] = self->counts[i];
      outcome->n_faults += i >= SIM_FIRST_FAULT && self->counts[i] > 0;
    }
  for (guint i = 0; i < self->trace->len; i++)
    outcome->fingerprint =
        outcome->fingerprint * 31 + g_str_hash (g_ptr_array_index (self->trace, i));
}

char *
sim_run (guint64 seed, SimBreak broken, gboolean verbose, SimOutcome *outcome)
{
  Sim self = { .seed = seed, .broken = broken, .verbose = verbose };
  char *failure;

  set_up (&self);
  run_until (&self, MAX_STORM_US, has_seen_enough);
  if (self.failure == NULL)
    come_to_rest (&self);
  if (self.failure == NULL)
    sim_check (&self);
  take_outcome (&self, outcome);
  if (self.failure != NULL && broken == SIM_SOUND)
    print_failure (&self);
  failure = self.failure;
  tear_down (&self);
  return failure;
}
