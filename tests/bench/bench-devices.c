/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The next sale, from the scan to the picture that says it is paid, in the till's real window: with every
 * device well, and with each of them in trouble. All in turn in one run, so that none has a better moment. */

#include "system-world.h"
#include "till/till.h"
#include "view/application.h"

#include "bench-frames.h"
#include "bench-goods.h"
#include "figures.h"
#include "temp-dir.h"
#include "virtual-printer.h"

#include <adwaita.h>
#include <stdio.h>
#include <string.h>

#define N_GOODS 1000
#define N_ROUNDS 24
#define FRAME_MS (1000.0 / 60)

typedef struct
{
  const char *name;
  const char *setting;
  char *value; /* (owned) */
  Samples sale; /* ns from the scan to "paid" on the screen */
} Trouble;

typedef struct
{
  MrTill *till; /* (owned) */
  GtkWidget *window; /* (unowned) */
  char *well; /* (owned): where a printer is that answers */
  guint good; /* the next to be scanned */
} Bench;

static gboolean
is_paid (Bench *self)
{
  return mr_checkout_get_state (mr_till_get_checkout (self->till)) == MR_CHECKOUT_CHANGE;
}

/* One sale, and how long it took until the change stood there. */
static void
sell (Bench *self, Samples *sale)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  gint64 begun = figures_now_ns ();
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->window);
  gint64 painted = gdk_frame_clock_get_frame_counter (clock);
  char code[14];

  self->good = self->good % N_GOODS + 1;
  bench_goods_format_code (self->good, code);
  g_assert_cmpint (mr_checkout_scan (checkout, code), ==, MR_SCAN_ADDED);
  gtk_widget_activate_action (self->window, "win.exact-cash", NULL);
  while (!is_paid (self))
    g_main_context_iteration (NULL, TRUE);
  do
    painted = bench_await_frame (self->window, painted);
  while (!bench_shows (self->window, "Next sale"));
  samples_add (sale, figures_now_ns () - begun);
}

static void
set (Bench *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till), name, value, NULL, NULL);
}

/* All is well, and nothing waits to be printed. */
static void
make_well (Bench *self)
{
  MrSpooler *spooler = mr_till_get_spooler (self->till);

  set (self, MR_SETTING_SCANNER, "");
  set (self, MR_SETTING_PRINTER, self->well);
  while (mr_spooler_get_n_waiting (spooler) > 0 || mr_spooler_get_state (spooler) != MR_PAPER_READY)
    g_main_context_iteration (NULL, TRUE);
  bench_settle ();
}

/* One sale meets the trouble; the next is the one that is measured. */
static void
sell_in_trouble (Bench *self, Trouble *trouble)
{
  Samples ignored = SAMPLES_NEW;

  make_well (self);
  if (trouble->setting != NULL)
    set (self, trouble->setting, trouble->value);
  sell (self, &ignored);
  bench_settle ();
  sell (self, &trouble->sale);
  bench_settle ();
  samples_clear (&ignored);
}

static void
open_till (Bench *self, const char *dir, MrApplication **application)
{
  const MrTillConfig config = { .dir = dir, .world = mr_system_world_get () };
  g_autoptr (GError) error = NULL;

  bench_goods_build (dir, N_GOODS, mr_world_now_us (mr_system_world_get ()));
  self->till = mr_till_new (&config, &error);
  g_assert_no_error (error);
  set (self, MR_SETTING_SETUP, "done");
  set (self, MR_SETTING_LANGUAGE, "en");
  *application = mr_application_new (self->till, FALSE);
  g_application_register (G_APPLICATION (*application), NULL, &error);
  g_assert_no_error (error);
  g_application_activate (G_APPLICATION (*application));
  self->window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (*application)));
  bench_await_frame (self->window, -1);
  bench_settle ();
}

static void
print_figures (Trouble *troubles, gsize n)
{
  double well = (double) samples_percentile (&troubles[0].sale, 50) / 1e6;

  figures_value ("a sale, all well, p50", well, "ms", 0);
  for (gsize i = 1; i < n; i++)
    {
      double ours = (double) samples_percentile (&troubles[i].sale, 50) / 1e6;
      g_autofree char *name = g_strdup_printf ("a sale, %s, p50", troubles[i].name);

      figures_ratio (name, ours, "all well", well, "ms", 0);
      figures_value ("  which is longer by", ours - well, "ms", FRAME_MS);
    }
}

int
main (void)
{
  g_autofree char *dir = temp_dir_new ();
  g_autoptr (VirtualPrinter) well = virtual_printer_new (0, 32, NULL, NULL);
  g_autoptr (VirtualPrinter) empty = virtual_printer_new (0, 32, NULL, NULL);
  g_autoptr (VirtualPrinter) deaf = virtual_printer_new (0, 32, NULL, NULL);
  g_autoptr (VirtualPrinter) mute = virtual_printer_new (0, 32, NULL, NULL);
  VirtualScript without_paper = VIRTUAL_SCRIPT_HONEST;
  VirtualScript without_ears = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (MrApplication) application = NULL;
  Bench bench = { NULL };
  Trouble troubles[] = {
    { "all well" },
    { "the printer without paper", MR_SETTING_PRINTER, virtual_printer_dup_location (empty) },
    { "a printer that takes and never answers", MR_SETTING_PRINTER,
      virtual_printer_dup_location (deaf) },
    { "a printer that says nothing", MR_SETTING_PRINTER, virtual_printer_dup_location (mute) },
    { "a wrong address", MR_SETTING_PRINTER,
      g_strdup_printf ("tcp:127.0.0.1:%u", virtual_printer_find_dead_port ()) },
    { "an address on no network", MR_SETTING_PRINTER, g_strdup ("tcp:192.0.2.1") },
    { "a printer's name nobody knows", MR_SETTING_PRINTER, g_strdup ("tcp:printer.invalid") },
    { "the printer unplugged", MR_SETTING_PRINTER, g_strdup ("file:/dev/usb/mr-none") },
    { "the printer's serial line gone", MR_SETTING_PRINTER, g_strdup ("serial:/dev/mr-none") },
    { "the scanner unplugged", MR_SETTING_SCANNER, g_strdup ("usb:ffff:ffff") },
    { "the scanner's serial line gone", MR_SETTING_SCANNER, g_strdup ("serial:/dev/mr-none") },
  };

  without_paper.roll.paper_lines = 0;
  without_ears.fault = VIRTUAL_FAULT_DEAF;
  virtual_printer_set_script (well, VIRTUAL_SCRIPT_HONEST);
  virtual_printer_set_script (empty, without_paper);
  virtual_printer_set_script (deaf, without_ears);
  bench.well = virtual_printer_dup_location (well);
  mr_application_draw_plainly ();
  figures_title ("the next sale beside a device in trouble");
  open_till (&bench, dir, &application);
  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++)
    troubles[i].sale = SAMPLES_NEW;
  for (guint round = 0; round < N_ROUNDS; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++)
      sell_in_trouble (&bench, &troubles[(i + round) % G_N_ELEMENTS (troubles)]);
  print_figures (troubles, G_N_ELEMENTS (troubles));
  gtk_window_destroy (GTK_WINDOW (bench.window));
  mr_till_stop (bench.till);
  g_clear_object (&application);
  g_clear_object (&bench.till);
  g_free (bench.well);
  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      samples_clear (&troubles[i].sale);
      g_free (troubles[i].value);
    }
  temp_dir_remove (dir);
  return 0;
}
