/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "usb-desk.h"
#include "virtual-printer.h"

#include "device/escpos.h"

#include <string.h>

/*
 * The drawer opens, once, however it is with the paper: the virtual printers do nothing but real-time
 * commands while they are off-line, and what they kept they do later.
 */

#define LINES 200
#define MIXED_BLOCKS 12

/* As printer_desk_patient, but no answer is given up on before the drawer is. */
static const MrPrinterTiming calm = {
  .connect_ms = 2000,
  .answer_ms = 10000,
  .stall_ms = 20000,
  .kick_patience_ms = 10000,
  .probe_ready_ms = 60000,
  .probe_trouble_ms = 50,
};

static VirtualPrinter *
start_tcp (PrinterDesk *desk, VirtualScript script, const MrPrinterTiming *timing)
{
  VirtualPrinter *virtual = virtual_printer_new (0, 48, NULL, NULL);
  g_autofree char *location = NULL;

  g_assert_nonnull (virtual);
  virtual_printer_set_script (virtual, script);
  location = virtual_printer_dup_location (virtual);
  printer_desk_init (desk, location, timing);
  return virtual;
}

/* By now, and not once more when the printer is well again. */
static void
assert_one_kick (PrinterDesk *desk, VirtualPrinter *virtual)
{
  while (virtual_printer_get_n_kicks (virtual) < 1)
    g_usleep (1000);
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_HONEST);
  printer_desk_wait_state (desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (desk, "end", 1);
  printer_desk_wait_done (desk, desk->n_done + 1);
  g_assert_true (g_str_has_suffix (desk->done->str, "end confirmed none\n"));
  g_assert_cmpuint (virtual_printer_get_n_kicks (virtual), ==, 1);
}

static guint
count_in_job (VirtualPrinter *virtual, guint index, VirtualEventKind kind)
{
  g_autoptr (GBytes) job = virtual_printer_dup_job (virtual, index);
  g_autoptr (VirtualPaper) paper = virtual_paper_read (job, 48);
  g_autofree char *error = virtual_paper_dup_error (paper);

  g_assert_cmpstr (error, ==, NULL);
  return virtual_paper_count (paper, kind);
}

/* On-line, by the command that every printer knows. */
static void
test_well (void)
{
  g_auto (PrinterDesk) desk = { NULL };
  g_autoptr (VirtualPrinter) virtual = start_tcp (&desk, VIRTUAL_SCRIPT_HONEST, &calm);

  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_kick (&desk, "k");
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "k sent none\n");
  assert_one_kick (&desk, virtual);
  g_assert_cmpuint (count_in_job (virtual, 0, VIRTUAL_KICK), ==, 1);
}

/* Paper out or cover open, a sale: the receipt waits, the drawer does not. */
static void
test_off_line (void)
{
  for (int i = 0; i < 2; i++)
    {
      g_auto (PrinterDesk) desk = { NULL };
      VirtualScript script = VIRTUAL_SCRIPT_HONEST;
      g_autoptr (VirtualPrinter) virtual = NULL;
      MrDeviceReason reason = i == 0 ? MR_DEVICE_REASON_PAPER : MR_DEVICE_REASON_COVER;

      script.roll.paper_lines = i == 0 ? 0 : -1;
      script.roll.cover_open = i == 1;
      virtual = start_tcp (&desk, script, &calm);
      printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, reason);
      printer_desk_print (&desk, "a", 1);
      printer_desk_kick (&desk, "k");
      printer_desk_wait_done (&desk, 2);
      g_assert_nonnull (strstr (desk.done->str, "k sent none\n"));
      assert_one_kick (&desk, virtual);
      g_assert_cmpuint (count_in_job (virtual, 0, VIRTUAL_KICK_NOW), ==, 1);
    }
}

/* The paper ends in the middle: the printer's buffer fills, and it reads no more. */
static void
test_paper_ends (void)
{
  g_auto (PrinterDesk) desk = { NULL };
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;

  script.roll.paper_lines = 30;
  virtual = start_tcp (&desk, script, &calm);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&desk, "a", PRINTER_DESK_LONG);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short paper\n");
  printer_desk_kick (&desk, "k");
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short paper\nk sent none\n");
  assert_one_kick (&desk, virtual);
}

/* A printer whose profile says that it has no such command keeps the drawer for later, and does it then. */
static void
test_without_command (void)
{
  g_auto (PrinterDesk) desk = { NULL };
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_autoptr (GBytes) job = mr_escpos_new_kick_job (mr_printer_profile_find ("generic-80"), 2);

  script.roll.paper_lines = 0;
  script.roll.lacks_kick_now = TRUE;
  virtual = start_tcp (&desk, script, &calm);
  printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  mr_printer_kick (desk.printer, "k", job, NULL);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "k sent none\n");
  while (virtual_printer_get_n_jobs (virtual) < 1)
    g_usleep (1000);
  g_assert_cmpuint (virtual_printer_get_n_kicks (virtual), ==, 0);
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_HONEST);
  assert_one_kick (&desk, virtual);
}

/* While a receipt is being printed, at once and between two of its commands. */
static void
test_in_the_middle (void)
{
  g_auto (PrinterDesk) desk = { NULL };
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_autoptr (GBytes) job = printer_desk_make_mixed_receipt (MIXED_BLOCKS);

  script.fault = VIRTUAL_FAULT_SLOW;
  script.n_bytes = 2048;
  virtual = start_tcp (&desk, script, &calm);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  mr_printer_print (desk.printer, "a", job);
  while (virtual_printer_get_n_connections (virtual) < 2)
    g_usleep (1000);
  printer_desk_kick (&desk, "k");
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "k sent none\na confirmed none\n");
  g_assert_cmpuint (count_in_job (virtual, 0, VIRTUAL_KICK_NOW), ==, 1);
  g_assert_cmpuint (count_in_job (virtual, 0, VIRTUAL_KICK), ==, 0);
  g_assert_cmpuint (count_in_job (virtual, 0, VIRTUAL_BARCODE), ==, MIXED_BLOCKS);
  assert_one_kick (&desk, virtual);
}

/* As assert_one_kick (); the receipt that follows is whole, whatever came before. */
static void
assert_one_usb_kick (UsbDesk *self)
{
  g_autofree char *text = NULL;
  g_autofree char *error = NULL;

  while (virtual_usb_printer_get_n_kicks (self->printer) < 1)
    g_usleep (1000);
  virtual_usb_printer_set_roll (self->printer, VIRTUAL_USB_PRINTER_ROLL);
  virtual_usb_printer_set_limit (self->printer, -1);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&self->desk, "end", 2);
  printer_desk_wait_done (&self->desk, self->desk.n_done + 1);
  g_assert_true (g_str_has_suffix (self->desk.done->str, "end confirmed none\n"));
  text = virtual_usb_printer_dup_text (self->printer);
  g_assert_true (g_str_has_suffix (text, "可口可乐 330 ml ......... 3.00\n"
                                         "可口可乐 330 ml ......... 3.00\n[cut]\n"));
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 1);
  /* A receipt that was cut off in a line ends there. */
  error = virtual_usb_printer_dup_error (self->printer);
  g_assert_true (error == NULL || g_str_has_suffix (error, "reset in the middle of a line"));
}

static void
test_usb_off_line (UsbDesk *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  usb_desk_start (self, &usb_desk_sure);
  roll.cover_open = TRUE;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_kick (&self->desk, "k");
  usb_desk_assert_done (self, 1, "k sent none\n");
  assert_one_usb_kick (self);
  g_assert_cmpuint (virtual_usb_printer_get_n_resets (self->printer), ==, 0);
}

/* The paper ends in the middle, and its buffer is full: it takes nothing at all, until it is told to
 * throw away the half receipt that comes again anyway. */
static void
test_usb_full (UsbDesk *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;
  g_autoptr (GBytes) job = printer_desk_make_mixed_receipt (MIXED_BLOCKS);

  /* As a shop has it: the printer is asked why more than once before the drawer gives up. */
  usb_desk_start (self, &MR_PRINTER_TIMING_DEFAULT);
  roll.paper_lines = 5;
  virtual_usb_printer_set_roll (self->printer, roll);
  mr_printer_print (self->desk.printer, "a", job);
  usb_desk_assert_done (self, 1, "a cut-short paper\n");
  printer_desk_kick (&self->desk, "k");
  usb_desk_assert_done (self, 2, "a cut-short paper\nk sent none\n");
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 1);
  g_assert_cmpuint (virtual_usb_printer_get_n_resets (self->printer), ==, 1);
  assert_one_usb_kick (self);
}

/* The paper ends under a short receipt: all of it is in the printer, and the next waits here. */
static void
test_usb_short (UsbDesk *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  usb_desk_start (self, &MR_PRINTER_TIMING_DEFAULT);
  roll.paper_lines = 5;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_print (&self->desk, "a", 12);
  usb_desk_assert_done (self, 1, "a cut-short paper\n");
  printer_desk_kick (&self->desk, "k");
  printer_desk_print (&self->desk, "b", 12);
  usb_desk_assert_done (self, 3, "a cut-short paper\nk sent none\nb not-started paper\n");
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 1);
  assert_one_usb_kick (self);
}

/* Cut off in the middle of anything, the drawer is still a command of its own. */
static void
test_usb_cut_off (UsbDesk *self, gconstpointer data)
{
  g_autoptr (GBytes) job = printer_desk_make_mixed_receipt (MIXED_BLOCKS);
  GString *done = g_string_new (NULL);

  usb_desk_start (self, &usb_desk_sure);
  for (guint i = 0; i < 8; i++)
    {
      guint n = virtual_usb_printer_get_n_taken (self->printer);
      guint n_kicks = virtual_usb_printer_get_n_kicks (self->printer);

      /* Behind the questions in front of it; the first of its pictures begins at some sixtieth byte. */
      virtual_usb_printer_set_limit (self->printer, (int) (40 + i * 19));
      mr_printer_print (self->desk.printer, "a", job);
      usb_desk_wait_taken (self, n + 40 + i * 19);
      printer_desk_kick (&self->desk, "k");
      printer_desk_wait_done (&self->desk, 2 * i + 1);
      virtual_usb_printer_set_limit (self->printer, -1);
      g_string_append (done, "a cut-short overtaken\nk sent none\n");
      usb_desk_assert_done (self, 2 * i + 2, done->str);
      g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, n_kicks + 1);
    }
  g_string_free (done, TRUE);
}

static void
test_usb_in_the_middle (UsbDesk *self, gconstpointer data)
{
  g_autoptr (GBytes) job = printer_desk_make_mixed_receipt (MIXED_BLOCKS);

  usb_desk_start (self, &calm);
  virtual_usb_printer_set_pace (self->printer, 301);
  mr_printer_print (self->desk.printer, "a", job);
  usb_desk_wait_taken (self, 2000);
  /* A command takes longer than one wait for it: slow is not stuck. */
  virtual_usb_printer_set_pace (self->printer, 8);
  printer_desk_kick (&self->desk, "k");
  usb_desk_assert_done (self, 1, "k sent none\n");
  virtual_usb_printer_set_pace (self->printer, 0);
  usb_desk_assert_done (self, 2, "k sent none\na confirmed none\n");
  assert_one_usb_kick (self);
}

#define ADD(name, func) \
  g_test_add ("/printer-drawer/usb/" name, UsbDesk, NULL, usb_desk_set_up, func, usb_desk_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer-drawer/tcp/well", test_well);
  g_test_add_func ("/printer-drawer/tcp/off-line", test_off_line);
  g_test_add_func ("/printer-drawer/tcp/paper-ends", test_paper_ends);
  g_test_add_func ("/printer-drawer/tcp/without-command", test_without_command);
  g_test_add_func ("/printer-drawer/tcp/in-the-middle", test_in_the_middle);
  ADD ("off-line", test_usb_off_line);
  ADD ("full", test_usb_full);
  ADD ("short", test_usb_short);
  ADD ("cut-off", test_usb_cut_off);
  ADD ("in-the-middle", test_usb_in_the_middle);
  return g_test_run ();
}
