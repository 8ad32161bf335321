/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* Start, memory and pixels of the till's real window with a full catalog, against an empty libadwaita window:
 * each as a process of its own, in turn. Argument: how many goods.
 *
 *   bench-window GOODS            measures
 *   bench-window --empty          a window with nothing in it: ready at its first frame
 *   bench-window --empty-plain    the same, drawn without OpenGL as the till is
 *   bench-window --till DIR GOODS the till of that folder: ready when a scan is a line
 */

#include "system-world.h"
#include "till/till.h"
#include "view/application.h"

#include "bench-frames.h"
#include "bench-goods.h"
#include "figures.h"
#include "temp-dir.h"

#include <adwaita.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_STARTS 7
#define N_SCANS 40
#define KB_PER_MB 1024.0

/* --- the process that is measured --- */

/* Proportional share of this process's memory, in kB. */
static gint64
read_memory_kb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    return 0;
  line = strstr (text, "\nPss:");
  return line != NULL ? g_ascii_strtoll (line + strlen ("\nPss:"), NULL, 10) : 0;
}

static void
say_ready (void)
{
  printf ("ready\n");
  fflush (stdout);
}

static int
show_empty (void)
{
  GtkWidget *window;

  adw_init ();
  window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  bench_await_frame (window, -1);
  say_ready ();
  bench_settle ();
  printf ("memory %" G_GINT64_FORMAT "\n", read_memory_kb ());
  return 0;
}

/* How many frames after the scan its good can be read on the screen. */
static gint64
scan_to_pixels (MrTill *till, GtkWidget *window, guint good)
{
  g_autofree char *name = g_strdup_printf ("商品 %u 号", good);
  gint64 before = gdk_frame_clock_get_frame_counter (gtk_widget_get_frame_clock (window));
  gint64 painted = before;
  char code[14];

  bench_goods_format_code (good, code);
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (till), code), ==, MR_SCAN_ADDED);
  do
    painted = bench_await_frame (window, painted);
  while (!bench_shows (window, name));
  return painted - before;
}

static int
show_till (const char *dir, guint n_goods)
{
  const MrTillConfig config = { .dir = dir, .world = mr_system_world_get () };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrTill) till = mr_till_new (&config, &error);
  g_autoptr (MrApplication) application = NULL;
  GtkWidget *window;

  g_assert_no_error (error);
  application = mr_application_new (till, FALSE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_application_activate (G_APPLICATION (application));
  window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (application)));
  bench_await_frame (window, -1);
  scan_to_pixels (till, window, 1);
  say_ready ();

  for (guint i = 0; i < N_SCANS; i++)
    {
      bench_settle ();
      printf ("frames %" G_GINT64_FORMAT "\n",
              scan_to_pixels (till, window, 2 + i * (n_goods / (N_SCANS + 2))));
    }
  printf ("memory %" G_GINT64_FORMAT "\n", read_memory_kb ());
  gtk_window_destroy (GTK_WINDOW (window));
  mr_till_stop (till);
  return 0;
}

/* --- the one that measures --- */

typedef struct
{
  Samples start;
  Samples memory; /* kB */
  Samples frames;
} Figures;

static void
run_child (const char *const *arguments, Figures *figures)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  gint64 begun = figures_now_ns ();
  char *line;

  child = g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL)
    {
      if (g_str_equal (line, "ready"))
        samples_add (&figures->start, figures_now_ns () - begun);
      else if (g_str_has_prefix (line, "frames "))
        samples_add (&figures->frames, g_ascii_strtoll (line + strlen ("frames "), NULL, 10));
      else if (g_str_has_prefix (line, "memory "))
        samples_add (&figures->memory, g_ascii_strtoll (line + strlen ("memory "), NULL, 10));
      g_free (line);
    }
  g_subprocess_wait_check (child, NULL, &error);
  g_assert_no_error (error);
}

/* A till that was set up once: nothing is asked at its start. */
static void
set_up (const char *dir, guint n_goods)
{
  const MrTillConfig config = { .dir = dir, .world = mr_system_world_get (), .inline_jobs = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrTill) till = NULL;

  bench_goods_build (dir, n_goods, mr_world_now_us (mr_system_world_get ()));
  till = mr_till_new (&config, &error);
  g_assert_no_error (error);
  mr_settings_set_async (mr_till_get_settings (till), MR_SETTING_SETUP, "done", NULL, NULL);
  bench_settle ();
  mr_till_stop (till);
}

static void
print_figures (const Figures *ours, const Figures *empty, const Figures *plain)
{
  figures_ratio ("start to the first scanned line, p50",
                 (double) samples_percentile (&ours->start, 50) / 1e6,
                 "an empty window's first frame",
                 (double) samples_percentile (&empty->start, 50) / 1e6, "ms", 1.5);
  figures_value ("an empty window's first frame without OpenGL, p50",
                 (double) samples_percentile (&plain->start, 50) / 1e6, "ms", 0);
  figures_value ("memory above that window's, p50",
                 (double) (samples_percentile (&ours->memory, 50) -
                           samples_percentile (&plain->memory, 50)) /
                     KB_PER_MB,
                 "MB", 48);
  figures_value ("frames from scan to pixels, p50", (double) samples_percentile (&ours->frames, 50),
                 "frames", 1);
  figures_value ("frames from scan to pixels, p99", (double) samples_percentile (&ours->frames, 99),
                 "frames", 1);
}

static int
measure (const char *program, guint n_goods)
{
  g_autofree char *dir = temp_dir_new ();
  g_autofree char *goods = g_strdup_printf ("%u", n_goods);
  const char *const empty_arguments[] = { program, "--empty", NULL };
  const char *const plain_arguments[] = { program, "--empty-plain", NULL };
  const char *const till_arguments[] = { program, "--till", dir, goods, NULL };
  Figures ours = { SAMPLES_NEW, SAMPLES_NEW, SAMPLES_NEW };
  Figures empty = { SAMPLES_NEW, SAMPLES_NEW, SAMPLES_NEW };
  Figures plain = { SAMPLES_NEW, SAMPLES_NEW, SAMPLES_NEW };

  figures_title ("the till's window, %u goods", n_goods);
  set_up (dir, n_goods);
  for (guint i = 0; i < N_STARTS; i++)
    {
      run_child (empty_arguments, &empty);
      run_child (till_arguments, &ours);
      run_child (plain_arguments, &plain);
    }
  print_figures (&ours, &empty, &plain);
  temp_dir_remove (dir);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--empty"))
    return show_empty ();
  if (argc == 2 && g_str_equal (argv[1], "--empty-plain"))
    {
      mr_application_draw_plainly ();
      return show_empty ();
    }
  if (argc == 4 && g_str_equal (argv[1], "--till"))
    {
      mr_application_draw_plainly ();
      return show_till (argv[2], (guint) strtoul (argv[3], NULL, 10));
    }
  return measure (argv[0], argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 100000);
}
