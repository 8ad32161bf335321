/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The next sale, from the scan to the picture that says it is paid, in the till's real window: with every
 * device well, and with each of them in trouble. All in turn in one run, so that none has a better moment. */

#include "device/usb-bus.h"
#include "system-world.h"
#include "till/till.h"
#include "view/application.h"

#include "bench-frames.h"
#include "bench-goods.h"
#include "figures.h"
#include "temp-dir.h"
#include "virtual-pole.h"
#include "virtual-printer.h"
#include "virtual-scale.h"
#include "virtual-usb-printer.h"
#include "virtual-usb-scanner.h"

#include <adwaita.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* Real devices in a bad state: on USB as libusb has them, on serial lines. */
typedef struct
{
  VirtualUsb *bus; /* (owned) */
  VirtualUsbPrinter *stuck; /* (owned): takes some bytes and then none */
  VirtualUsbPrinter *empty; /* (owned): without paper */
  VirtualUsbScanner *scanner; /* (owned): stalls at each report */
  VirtualScale *scale; /* (owned): says nothing */
  VirtualPole pole; /* takes nothing */
} Wrecks;

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
  set (self, MR_SETTING_SCALE, "");
  set (self, MR_SETTING_DISPLAY, "");
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

static VirtualUsbPrinter *
plug_printer (VirtualUsb *bus, const char *port, const char *serial)
{
  VirtualUsbPrinterPlan plan = VIRTUAL_USB_PRINTER_PLAN;
  VirtualUsbPrinter *printer;

  plan.port = port;
  plan.serial = serial;
  printer = virtual_usb_printer_new (bus, &plan);
  virtual_usb_plug (virtual_usb_printer_get_device (printer), TRUE);
  return printer;
}

/* A pty that nobody reads takes some thousand bytes. */
static void
fill_line (const VirtualPole *pole)
{
  static const char bytes[4096];

  g_assert_cmpint (fcntl (pole->slave, F_SETFL, O_NONBLOCK), ==, 0);
  while (write (pole->slave, bytes, sizeof bytes) > 0)
    continue;
}

static void
make_wrecks (Wrecks *self, const char *scale_path, const char *pole_path)
{
  VirtualRoll without_paper = VIRTUAL_USB_PRINTER_ROLL;

  self->bus = virtual_usb_new ();
  self->stuck = plug_printer (self->bus, "1-1", "A1");
  virtual_usb_printer_set_limit (self->stuck, 300);
  self->empty = plug_printer (self->bus, "1-2", "B2");
  without_paper.paper_lines = 0;
  virtual_usb_printer_set_roll (self->empty, without_paper);
  self->scanner = virtual_usb_scanner_new (self->bus, VIRTUAL_SCANNER_KEYBOARD, "1-3", "C3");
  virtual_usb_plug (virtual_usb_scanner_get_device (self->scanner), TRUE);
  virtual_usb_scanner_stall (self->scanner);
  self->scale = virtual_scale_new (scale_path, MR_SCALE_8217);
  virtual_scale_set_fault (self->scale, VIRTUAL_SCALE_MUTE);
  virtual_pole_plug (&self->pole, FALSE);
  fill_line (&self->pole);
  /* Under its own name it would be one of the virtual computer's, which has none. */
  g_assert_cmpint (symlink (self->pole.path, pole_path), ==, 0);
}

/* Threads that nobody waits for let go of USB first. */
static void
clear_wrecks (Wrecks *self)
{
  while (mr_usb_bus_is_used ())
    g_usleep (1000);
  virtual_usb_printer_free (self->stuck);
  virtual_usb_printer_free (self->empty);
  virtual_usb_scanner_free (self->scanner);
  virtual_usb_free (self->bus);
  virtual_scale_free (self->scale);
  virtual_pole_unplug (&self->pole);
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
  Wrecks wrecks = { NULL };
  g_autofree char *scale_path = g_build_filename (dir, "scale", NULL);
  /* Not in /dev: there umockdev keeps a socket for each time that something is not found. */
  g_autofree char *gone = g_strconcat ("serial:", dir, "/gone", NULL);
  g_autofree char *pole_path = g_build_filename (dir, "pole", NULL);
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
    { "the printer's serial line gone", MR_SETTING_PRINTER, g_strdup (gone) },
    { "the scanner unplugged", MR_SETTING_SCANNER, g_strdup ("usb:ffff:ffff") },
    { "the scanner's serial line gone", MR_SETTING_SCANNER, g_strdup (gone) },
    { "a USB printer that is stuck", MR_SETTING_PRINTER, g_strdup ("usb:0416:5011:A1") },
    { "a USB printer without paper", MR_SETTING_PRINTER, g_strdup ("usb:0416:5011:B2") },
    { "a USB scanner that stalls", MR_SETTING_SCANNER, g_strdup ("usb:0c2e:0b61:C3") },
    { "a scale that says nothing", MR_SETTING_SCALE, g_strconcat ("serial:", scale_path, NULL) },
    { "the scale's serial line gone", MR_SETTING_SCALE, g_strdup (gone) },
    { "a pole display that takes nothing", MR_SETTING_DISPLAY,
      g_strconcat ("serial:", pole_path, NULL) },
    { "the pole display unplugged", MR_SETTING_DISPLAY, g_strdup (gone) },
    { "a pole display on no network", MR_SETTING_DISPLAY, g_strdup ("tcp:192.0.2.1") },
  };

  without_paper.roll.paper_lines = 0;
  without_ears.fault = VIRTUAL_FAULT_DEAF;
  virtual_printer_set_script (well, VIRTUAL_SCRIPT_HONEST);
  virtual_printer_set_script (empty, without_paper);
  virtual_printer_set_script (deaf, without_ears);
  make_wrecks (&wrecks, scale_path, pole_path);
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
  clear_wrecks (&wrecks);
  g_free (bench.well);
  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      samples_clear (&troubles[i].sale);
      g_free (troubles[i].value);
    }
  temp_dir_remove (dir);
  return 0;
}
