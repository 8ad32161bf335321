/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* The command line of the simulator:
 *   sim-network                     the seeds of the quick suite, each break, one seed twice
 *   sim-network --seeds 1-1000      these seeds
 *   sim-network --seed 7 --trace    one seed, everything told as it happens
 *   sim-network --seed 7 --break lost-row */

#define QUICK_SEEDS 50

static int n_tests;

static void tell (gboolean ok, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
tell (gboolean ok, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%sok %d %s\n", ok ? "" : "not ", ++n_tests, text);
}

static gboolean
run_seed (guint64 seed, SimBreak broken, gboolean trace, guint64 counts[SIM_N_COUNTS],
          guint64 *fingerprint)
{
  g_autofree char *failure = sim_run (seed, broken, trace, counts, fingerprint);

  if (broken == SIM_SOUND && failure != NULL)
    g_print ("# seed %" G_GUINT64_FORMAT ": %s\n# again: sim-network --seed %" G_GUINT64_FORMAT
             " --trace\n",
             seed, failure, seed);
  if (broken != SIM_SOUND && failure != NULL)
    g_print ("# seed %" G_GUINT64_FORMAT ", %s: %s\n", seed, sim_break_to_string (broken), failure);
  return failure == NULL;
}

static gboolean
run_seeds (guint64 first, guint64 last, gboolean trace, guint64 counts[SIM_N_COUNTS])
{
  gboolean all = TRUE;
  guint64 fingerprint;

  for (guint64 seed = first; seed <= last; seed++)
    {
      gboolean held = run_seed (seed, SIM_SOUND, trace, counts, &fingerprint);

      if (!held)
        tell (FALSE, "seed %" G_GUINT64_FORMAT, seed);
      all &= held;
    }
  tell (all, "seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, first, last);
  return all;
}

/* Only a fault that happened was survived. */
static gboolean
check_counts (const guint64 counts[SIM_N_COUNTS])
{
  gboolean all = TRUE;

  for (SimCount i = 0; i < SIM_N_COUNTS; i++)
    {
      g_print ("# %8" G_GUINT64_FORMAT " %s\n", counts[i], sim_count_to_string (i));
      all &= counts[i] > 0;
    }
  tell (all, "every fault happened");
  return all;
}

static gboolean
check_repeat (guint64 seed)
{
  guint64 counts[SIM_N_COUNTS] = { 0 };
  guint64 first = 1, second = 2;
  gboolean same;

  run_seed (seed, SIM_SOUND, FALSE, counts, &first);
  run_seed (seed, SIM_SOUND, FALSE, counts, &second);
  same = first == second;
  tell (same, "seed %" G_GUINT64_FORMAT " twice is the same history", seed);
  return same;
}

/* Each break is noticed on one of a few seeds: not every history gives it an occasion. */
static gboolean
check_breaks (void)
{
  gboolean all = TRUE;

  for (SimBreak broken = SIM_SOUND + 1; broken < SIM_N_BREAKS; broken++)
    {
      guint64 counts[SIM_N_COUNTS] = { 0 };
      guint64 fingerprint;
      gboolean noticed = FALSE;

      for (guint64 seed = 1; seed <= 5 && !noticed; seed++)
        noticed = !run_seed (seed, broken, FALSE, counts, &fingerprint);
      tell (noticed, "%s is noticed", sim_break_to_string (broken));
      all &= noticed;
    }
  return all;
}

static SimBreak
parse_break (const char *text)
{
  SimBreak broken = SIM_SOUND;

  while (text != NULL && broken < SIM_N_BREAKS && strcmp (sim_break_to_string (broken), text) != 0)
    broken++;
  return broken;
}

/* A center that loses its disk says so; here that is nothing to report. */
static GLogWriterOutput
swallow_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    return g_log_writer_default (level, fields, n_fields, data);
  return G_LOG_WRITER_HANDLED;
}

int
main (int argc, char **argv)
{
  g_autofree char *seeds = NULL;
  g_autofree char *break_name = NULL;
  gboolean trace = FALSE;
  gint64 seed = 0;
  const GOptionEntry options[] = {
    { "seeds", 0, 0, G_OPTION_ARG_STRING, &seeds, "Run seeds A to B", "A-B" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Run one seed", "N" },
    { "break", 0, 0, G_OPTION_ARG_STRING, &break_name, "Break something on purpose", "NAME" },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &trace, "Tell everything", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) option_context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  guint64 counts[SIM_N_COUNTS] = { 0 };
  gboolean all = TRUE;

  g_log_set_writer_func (swallow_log, NULL, NULL);
  g_option_context_add_main_entries (option_context, options, NULL);
  if (!g_option_context_parse (option_context, &argc, &argv, &error) || sodium_init () < 0)
    {
      g_printerr ("%s\n", error == NULL ? "no libsodium" : error->message);
      return EXIT_FAILURE;
    }
  if (break_name != NULL && seed > 0)
    {
      guint64 fingerprint;

      all = !run_seed ((guint64) seed, parse_break (break_name), trace, counts, &fingerprint);
      tell (all, "%s is noticed", break_name);
    }
  else if (seed > 0)
    {
      all = run_seeds ((guint64) seed, (guint64) seed, trace, counts);
    }
  else if (seeds != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (seeds, "-", 2);
      guint64 first = g_ascii_strtoull (parts[0], NULL, 10);

      all = run_seeds (first, parts[1] == NULL ? first : g_ascii_strtoull (parts[1], NULL, 10),
                       trace, counts);
      check_counts (counts);
    }
  else
    {
      all = run_seeds (1, QUICK_SEEDS, FALSE, counts);
      all &= check_counts (counts);
      all &= check_repeat (3);
      all &= check_breaks ();
    }
  g_print ("1..%d\n", n_tests);
  return all ? EXIT_SUCCESS : EXIT_FAILURE;
}
