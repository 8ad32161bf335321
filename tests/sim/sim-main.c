/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* The command line of the simulator:
 *   sim-network                     the seeds of the quick suite, each break, one seed twice
 *   sim-network --seeds 1-1000      these seeds
 *   sim-network --seeds 1-300 --breaks
 *   sim-network --seed 7 --trace    one seed, everything told as it happens
 *   sim-network --seed 7 --break lost-row */

#define QUICK_SEEDS 8
#define SEEDS_WITH_EVERY_FAULT 100
/* A break is noticed on one of the first so many seeds: not every history gives it an occasion. */
#define MAX_BREAK_SEEDS 200
/* What a run may have added to the heap when it is over; the first ones fill caches. */
#define MAX_GROWTH_BYTES (64 * 1024 * 1024)

static int n_tests;
/* What GLib calls a mistake of the program, since the start. */
static guint n_criticals;

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
run_seed (guint64 seed, SimBreak broken, gboolean trace, SimOutcome *outcome)
{
  guint criticals_before = n_criticals;
  g_autofree char *failure = sim_run (seed, broken, trace, outcome);

  if (failure == NULL && n_criticals != criticals_before)
    failure = g_strdup ("the program made a mistake: see the critical messages");

  if (broken == SIM_SOUND && failure != NULL)
    g_print ("# seed %" G_GUINT64_FORMAT ": %s\n# again: sim-network --seed %" G_GUINT64_FORMAT
             " --trace\n",
             seed, failure, seed);
  if (broken != SIM_SOUND && failure != NULL)
    g_print ("# seed %" G_GUINT64_FORMAT ", %s: %s\n", seed, sim_break_to_string (broken), failure);
  return failure == NULL;
}

/* --- many seeds -------------------------------------------------------------------------------- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static gint64
find_median (const GArray *outcomes, gint64 (*measure) (const SimOutcome *), gint64 *least)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < outcomes->len; i++)
    {
      gint64 number = measure (&g_array_index (outcomes, SimOutcome, i));

      g_array_append_val (numbers, number);
    }
  g_array_sort (numbers, compare_numbers);
  *least = g_array_index (numbers, gint64, 0);
  return g_array_index (numbers, gint64, numbers->len / 2);
}

static gint64
get_steps (const SimOutcome *outcome)
{
  return outcome->n_steps;
}

static gint64
get_sales (const SimOutcome *outcome)
{
  return (gint64) outcome->counts[SIM_SALES];
}

static gint64
get_tills (const SimOutcome *outcome)
{
  return outcome->n_tills;
}

static gint64
get_faults (const SimOutcome *outcome)
{
  return outcome->n_faults;
}

static gint64
get_healing_s (const SimOutcome *outcome)
{
  return outcome->healed_us / G_USEC_PER_SEC;
}

/* What a run has to be to prove something. */
static void
print_medians (const GArray *outcomes)
{
  static const struct
  {
    const char *name;
    gint64 (*measure) (const SimOutcome *);
    gint64 at_least;
  } measures[] = {
    { "steps", get_steps, 500 },
    { "committed sales", get_sales, 100 },
    { "tills", get_tills, 3 },
    { "kinds of fault", get_faults, 3 },
    { "seconds to heal", get_healing_s, 0 },
  };
  gboolean enough = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (measures); i++)
    {
      gint64 least;
      gint64 median = find_median (outcomes, measures[i].measure, &least);

      g_print ("# %s: median %" G_GINT64_FORMAT ", least %" G_GINT64_FORMAT "\n", measures[i].name,
               median, least);
      enough &= least >= measures[i].at_least;
    }
  tell (enough, "every run is long and troubled enough");
}

static gboolean
run_seeds (guint64 first, guint64 last, gboolean trace, guint64 counts[SIM_N_COUNTS])
{
  g_autoptr (GArray) outcomes = g_array_new (FALSE, FALSE, sizeof (SimOutcome));
  gboolean all = TRUE;
  gsize heap = 0;

  for (guint64 seed = first; seed <= last; seed++)
    {
      SimOutcome outcome;
      gboolean held = run_seed (seed, SIM_SOUND, trace, &outcome);

      if (!held)
        tell (FALSE, "seed %" G_GUINT64_FORMAT, seed);
      all &= held;
      if (held)
        g_array_append_val (outcomes, outcome);
      for (guint i = 0; i < SIM_N_COUNTS; i++)
        counts[i] += outcome.counts[i];
      if (seed == first)
        heap = mallinfo2 ().uordblks;
    }
  tell (all, "seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, first, last);
  tell (mallinfo2 ().uordblks < heap + MAX_GROWTH_BYTES, "the heap has not grown");
  if (outcomes->len > 0)
    print_medians (outcomes);
  return all;
}

/* Only a fault that happened was survived; so many seeds have to have had each. */
static gboolean
check_counts (const guint64 counts[SIM_N_COUNTS], guint64 n_seeds)
{
  gboolean all = TRUE;

  for (SimCount i = 0; i < SIM_N_COUNTS; i++)
    {
      g_print ("# %8" G_GUINT64_FORMAT " %s\n", counts[i], sim_count_to_string (i));
      all &= counts[i] > 0;
    }
  if (n_seeds < SEEDS_WITH_EVERY_FAULT)
    return TRUE;
  tell (all, "every fault happened");
  return all;
}

static gboolean
check_repeat (guint64 seed)
{
  SimOutcome first, second;
  gboolean same;

  run_seed (seed, SIM_SOUND, FALSE, &first);
  run_seed (seed, SIM_SOUND, FALSE, &second);
  same = first.fingerprint == second.fingerprint;
  tell (same, "seed %" G_GUINT64_FORMAT " twice is the same history", seed);
  return same;
}

static gboolean
check_break (SimBreak broken)
{
  gboolean noticed = FALSE;

  for (guint64 seed = 1; seed <= MAX_BREAK_SEEDS && !noticed; seed++)
    {
      SimOutcome outcome;

      noticed = !run_seed (seed, broken, FALSE, &outcome);
    }
  tell (noticed, "%s is noticed", sim_break_to_string (broken));
  return noticed;
}

/* The breaks that show at once are for the quick suite. */
static gboolean
check_breaks (SimBreak last)
{
  gboolean all = TRUE;

  for (SimBreak broken = SIM_SOUND + 1; broken <= last; broken++)
    all &= check_break (broken);
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

/* --- the command line -------------------------------------------------------------------------- */

/* What a till or a center says of a disk it loses is nothing to report here. */
static GLogWriterOutput
swallow_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    {
      n_criticals++;
      return g_log_writer_default (level, fields, n_fields, data);
    }
  return G_LOG_WRITER_HANDLED;
}

static gboolean
run_one (guint64 seed, const char *break_name, gboolean trace)
{
  guint64 counts[SIM_N_COUNTS] = { 0 };
  SimOutcome outcome;
  gboolean noticed;

  if (break_name == NULL)
    return run_seeds (seed, seed, trace, counts);
  noticed = !run_seed (seed, parse_break (break_name), trace, &outcome);
  tell (noticed, "%s is noticed", break_name);
  return noticed;
}

static gboolean
run_many (const char *seeds, gboolean breaks)
{
  g_auto (GStrv) parts = g_strsplit (seeds, "-", 2);
  guint64 first = g_ascii_strtoull (parts[0], NULL, 10);
  guint64 last = parts[1] == NULL ? first : g_ascii_strtoull (parts[1], NULL, 10);
  guint64 counts[SIM_N_COUNTS] = { 0 };
  gboolean all = run_seeds (first, last, FALSE, counts);

  all &= check_counts (counts, last - first + 1);
  if (breaks)
    all &= check_breaks (SIM_N_BREAKS - 1);
  return all;
}

static gboolean
run_quick (void)
{
  guint64 counts[SIM_N_COUNTS] = { 0 };
  gboolean all = run_seeds (1, QUICK_SEEDS, FALSE, counts);

  check_counts (counts, QUICK_SEEDS);
  all &= check_repeat (3);
  all &= check_breaks (SIM_FIRST_MECHANISM - 1);
  return all;
}

int
main (int argc, char **argv)
{
  g_autofree char *seeds = NULL;
  g_autofree char *break_name = NULL;
  gboolean trace = FALSE, breaks = FALSE, all;
  gint64 seed = 0;
  const GOptionEntry options[] = {
    { "seeds", 0, 0, G_OPTION_ARG_STRING, &seeds, "Run seeds A to B", "A-B" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Run one seed", "N" },
    { "break", 0, 0, G_OPTION_ARG_STRING, &break_name, "Break something on purpose", "NAME" },
    { "breaks", 0, 0, G_OPTION_ARG_NONE, &breaks, "Break everything on purpose, in turn", NULL },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &trace, "Tell everything", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) option_context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlinebuf (stdout);
  g_log_set_writer_func (swallow_log, NULL, NULL);
  g_option_context_add_main_entries (option_context, options, NULL);
  if (!g_option_context_parse (option_context, &argc, &argv, &error) || sodium_init () < 0)
    {
      g_printerr ("%s\n", error == NULL ? "no libsodium" : error->message);
      return EXIT_FAILURE;
    }
  if (break_name != NULL && parse_break (break_name) == SIM_N_BREAKS)
    {
      g_printerr ("there is no break \"%s\"\n", break_name);
      return EXIT_FAILURE;
    }
  if (seed > 0)
    all = run_one ((guint64) seed, break_name, trace);
  else if (break_name != NULL)
    all = check_break (parse_break (break_name));
  else if (seeds != NULL)
    all = run_many (seeds, breaks);
  else
    all = run_quick ();
  g_print ("1..%d\n", n_tests);
  return all ? EXIT_SUCCESS : EXIT_FAILURE;
}
