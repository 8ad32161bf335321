/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "printer-desk.h"
#include "virtual-printer.h"

#include <string.h>

/* A network printer with every fault a shop has seen. Nothing here asserts how long something took. */

static VirtualPrinter *
start_printer (VirtualScript script)
{
  VirtualPrinter *virtual = virtual_printer_new (0, 48, NULL, NULL);

  g_assert_nonnull (virtual);
  virtual_printer_set_script (virtual, script);
  return virtual;
}

static void
start_desk (PrinterDesk *desk, VirtualPrinter *virtual)
{
  g_autofree char *location = virtual_printer_dup_location (virtual);

  printer_desk_init (desk, location, &printer_desk_quick);
}

/* Lines that the system takes from us, and a printer that is deaf does not take from the system. */
#define FITS_SYSTEM 120

static void
start_patient_desk (PrinterDesk *desk, VirtualPrinter *virtual)
{
  g_autofree char *location = virtual_printer_dup_location (virtual);

  printer_desk_init (desk, location, &printer_desk_patient);
}

/* A cheap clone: takes everything, says nothing. */
static void
test_cheap (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
  g_auto (PrinterDesk) desk = { NULL };
  g_autofree char *text = NULL;

  start_desk (&desk, virtual);
  printer_desk_print (&desk, "a", 2);
  printer_desk_print (&desk, "b", 1);
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "a sent none\nb sent none\n");
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  g_assert_cmpuint (mr_printer_get_n_waiting (desk.printer), ==, 0);
  while (virtual_printer_get_n_jobs (virtual) < 2)
    g_usleep (1000);
  text = virtual_printer_dup_text (virtual, 1);
  g_assert_cmpstr (text, ==, "可口可乐 330 ml ......... 3.00\n[cut]\n");
}

static void
test_honest (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_HONEST);
  g_autoptr (GBytes) job = NULL;
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *error = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  start_patient_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&desk, "a", 300);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a confirmed none\n");
  /* Questions never stand in the middle of a command. */
  job = virtual_printer_dup_job (virtual, 0);
  paper = virtual_paper_read (job, 48);
  error = virtual_paper_dup_error (paper);
  g_assert_null (error);
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_LINE), ==, 300);
  /* It is to tell by itself what goes wrong. */
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_AUTOMATIC), ==, 1);
}

/* Answers DLE EOT, but not the question that waits for the paper. */
static void
test_never_confirms (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  script.roll.confirms = FALSE;
  virtual = start_printer (script);
  start_desk (&desk, virtual);
  printer_desk_print (&desk, "a", 1);
  printer_desk_print (&desk, "b", 1);
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "a sent none\nb sent none\n");
}

static void
test_slow (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_autoptr (GBytes) sent = printer_desk_make_receipt (1000);
  g_auto (PrinterDesk) desk = { NULL };

  script.fault = VIRTUAL_FAULT_SLOW;
  script.n_bytes = 4096;
  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_print (&desk, "a", 1000);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a sent none\n");
  /* It reads on what the network still holds. */
  while (virtual_printer_get_n_jobs (virtual) < 1)
    g_usleep (1000);
  g_assert_true (g_bytes_get_size (sent) > 8 * 4096);
}

static void
test_refused (void)
{
  guint16 port = virtual_printer_find_dead_port ();
  g_autofree char *location = g_strdup_printf ("tcp:127.0.0.1:%u", port);
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  printer_desk_init (&desk, location, &printer_desk_quick);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started refused\n");
  printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_REFUSED);
  /* Somebody switches it on: nobody has to press anything. */
  virtual = virtual_printer_new (port, 48, NULL, NULL);
  g_assert_nonnull (virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&desk, "b", 1);
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "a not-started refused\nb sent none\n");
}

static void
test_unknown_host (void)
{
  g_auto (PrinterDesk) desk = { NULL };

  /* RFC 6761: this name never exists; without any network the answer is that there is none. */
  printer_desk_init (&desk, "tcp:printer.invalid", &printer_desk_quick);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_true (g_str_has_prefix (desk.done->str, "a not-started "));
  while (mr_device_get_state (MR_DEVICE (desk.printer)) != MR_DEVICE_TROUBLE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mr_device_get_reason (MR_DEVICE (desk.printer)), !=, MR_DEVICE_REASON_NONE);
}

static void
test_goes_away (void)
{
  VirtualPrinter *virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
  g_auto (PrinterDesk) desk = { NULL };

  start_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_printer_free (virtual);
  mr_printer_probe (desk.printer);
  printer_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_REFUSED);
}

/* Takes the connection and hangs up on it. */
static void
test_hangs_up_at_once (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  script.fault = VIRTUAL_FAULT_HANGS_UP;
  virtual = start_printer (script);
  start_desk (&desk, virtual);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started dropped\n");
}

static void
test_hangs_up_in_the_middle (void)
{
  static const VirtualFault faults[] = { VIRTUAL_FAULT_HANGS_UP, VIRTUAL_FAULT_RESETS };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
      g_autoptr (VirtualPrinter) virtual = NULL;
      g_auto (PrinterDesk) desk = { NULL };

      virtual = start_printer (script);
      start_desk (&desk, virtual);
      printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
      script.fault = faults[i];
      script.n_bytes = 100;
      virtual_printer_set_script (virtual, script);
      printer_desk_print (&desk, "a", PRINTER_DESK_LONG);
      printer_desk_wait_done (&desk, 1);
      g_assert_cmpstr (desk.done->str, ==, "a cut-short dropped\n");
    }
}

/* A short receipt is wholly on its way when the printer resets: the kernel took it, nobody read it. */
static void
test_short_receipt_lost (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  script.fault = VIRTUAL_FAULT_RESETS;
  script.n_bytes = 1;
  virtual_printer_set_script (virtual, script);
  printer_desk_print (&desk, "a", 20);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short dropped\n");
}

/* Stops reading for ever. The next receipt is tried by itself; nothing waits for ever. */
static void
test_deaf (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  virtual = start_printer (script);
  start_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  script.fault = VIRTUAL_FAULT_DEAF;
  script.n_bytes = 1000;
  script.n_times = 1;
  virtual_printer_set_script (virtual, script);
  printer_desk_print (&desk, "a", PRINTER_DESK_LONG);
  printer_desk_print (&desk, "b", 1);
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short no-answer\nb sent none\n");
}

/* The drawer opens although a receipt is stuck, and before those that wait. */
static void
overtake (guint lines)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  script.fault = VIRTUAL_FAULT_DEAF;
  script.n_bytes = 1000;
  script.n_times = 1;
  virtual_printer_set_script (virtual, script);
  printer_desk_print (&desk, "a", lines);
  printer_desk_print (&desk, "b", 1);
  while (virtual_printer_get_n_connections (virtual) < 2)
    g_main_context_iteration (NULL, FALSE);
  printer_desk_kick (&desk, "drawer");
  printer_desk_wait_done (&desk, 3);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short overtaken\ndrawer sent none\nb sent none\n");
  /* What was taken is read a moment later. */
  while (virtual_printer_get_n_kicks (virtual) < 1 || virtual_printer_get_n_jobs (virtual) < 3)
    g_usleep (1000);
  g_assert_cmpuint (virtual_printer_get_n_kicks (virtual), ==, 1);
}

/* One that the system took whole is no more on paper than one that it did not. */
static void
test_drawer_overtakes (void)
{
  overtake (PRINTER_DESK_LONG);
  overtake (FITS_SYSTEM);
}

/* Paper is out: the receipt does not start, the drawer does not care, and the new roll is noticed. */
static void
test_no_paper (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  script.roll.paper_lines = 0;
  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started paper\n");
  printer_desk_kick (&desk, "drawer");
  printer_desk_wait_done (&desk, 2);
  g_assert_cmpstr (desk.done->str, ==, "a not-started paper\ndrawer sent none\n");
  printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_HONEST);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
}

static void
test_paper_runs_out (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  script.roll.paper_lines = 3;
  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_print (&desk, "a", 8);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short paper\n");
}

static void
test_cover (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  script.roll.cover_open = TRUE;
  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started cover\n");
}

/* It has answered before, so silence means something. */
static void
test_goes_mute (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_HONEST);
  g_auto (PrinterDesk) desk = { NULL };

  start_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_CHEAP);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started no-answer\n");
}

/* With another till when this one began. */
static void
test_speaks_later (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
  g_auto (PrinterDesk) desk = { NULL };

  start_patient_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  g_assert_true (mr_printer_is_silent (desk.printer));
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_HONEST);
  printer_desk_wait_voice (&desk);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a confirmed none\n");
}

/* Two tills, one printer in the kitchen that talks to one of them at a time. */
static void
test_shared (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_HONEST);
  g_auto (PrinterDesk) first = { NULL };
  g_auto (PrinterDesk) second = { NULL };

  start_patient_desk (&first, virtual);
  start_patient_desk (&second, virtual);
  printer_desk_wait_state (&first, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_wait_state (&second, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  for (int i = 0; i < 5; i++)
    {
      printer_desk_print (&first, "a", 200);
      printer_desk_print (&second, "b", 200);
    }
  printer_desk_wait_done (&first, 5);
  printer_desk_wait_done (&second, 5);
  g_assert_cmpstr (first.done->str, ==,
                   "a confirmed none\na confirmed none\na confirmed none\na confirmed none\n"
                   "a confirmed none\n");
  g_assert_cmpstr (second.done->str, ==,
                   "b confirmed none\nb confirmed none\nb confirmed none\nb confirmed none\n"
                   "b confirmed none\n");
}

static void
test_close (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  virtual = start_printer (script);
  start_patient_desk (&desk, virtual);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  script.fault = VIRTUAL_FAULT_DEAF;
  script.n_bytes = 1000;
  virtual_printer_set_script (virtual, script);
  printer_desk_print (&desk, "a", PRINTER_DESK_LONG);
  printer_desk_print (&desk, "b", 1);
  printer_desk_wait_state (&desk, MR_DEVICE_BUSY, MR_DEVICE_REASON_NONE);
  while (virtual_printer_get_n_connections (virtual) < 2)
    g_usleep (1000);
  g_usleep (20000);
  mr_printer_close (desk.printer);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short closed\nb not-started closed\n");
  printer_desk_print (&desk, "c", 1);
  g_assert_cmpuint (desk.n_done, ==, 3);
  mr_printer_close (desk.printer);
}

static void
close_and_drop (MrPrinter *printer, const char *id, int outcome, int reason, MrPrinter **owned)
{
  mr_printer_close (printer);
  g_clear_object (owned);
}

/* Who is told that a job ended may have had enough of this printer. */
static void
test_close_when_told (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
  g_auto (PrinterDesk) desk = { NULL };
  MrPrinter *printer;

  start_desk (&desk, virtual);
  printer = g_object_ref (desk.printer);
  g_signal_connect (printer, "job-done", G_CALLBACK (close_and_drop), &printer);
  printer_desk_print (&desk, "a", 1);
  printer_desk_print (&desk, "b", 1);
  printer_desk_wait_done (&desk, 2);
  g_assert_null (printer);
  /* How far the second came is chance; it ended once. */
  g_assert_true (g_str_has_prefix (desk.done->str, "a sent none\nb "));
  g_assert_cmpuint (desk.n_done, ==, 2);
}

/* The last reference may go while a job is under way, and in silence. */
static void
test_drop (void)
{
  for (int i = 0; i < 8; i++)
    {
      g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
      PrinterDesk desk;

      start_desk (&desk, virtual);
      printer_desk_print (&desk, "a", 100);
      /* It may be over before anybody looks. */
      while (i % 2 == 0 && strstr (desk.states->str, "busy") == NULL)
        g_main_context_iteration (NULL, TRUE);
      printer_desk_clear (&desk);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer/tcp/cheap", test_cheap);
  g_test_add_func ("/printer/tcp/honest", test_honest);
  g_test_add_func ("/printer/tcp/never-confirms", test_never_confirms);
  g_test_add_func ("/printer/tcp/slow", test_slow);
  g_test_add_func ("/printer/tcp/refused", test_refused);
  g_test_add_func ("/printer/tcp/unknown-host", test_unknown_host);
  g_test_add_func ("/printer/tcp/goes-away", test_goes_away);
  g_test_add_func ("/printer/tcp/hangs-up-at-once", test_hangs_up_at_once);
  g_test_add_func ("/printer/tcp/hangs-up-in-the-middle", test_hangs_up_in_the_middle);
  g_test_add_func ("/printer/tcp/short-receipt-lost", test_short_receipt_lost);
  g_test_add_func ("/printer/tcp/deaf", test_deaf);
  g_test_add_func ("/printer/tcp/drawer-overtakes", test_drawer_overtakes);
  g_test_add_func ("/printer/tcp/no-paper", test_no_paper);
  g_test_add_func ("/printer/tcp/paper-runs-out", test_paper_runs_out);
  g_test_add_func ("/printer/tcp/cover", test_cover);
  g_test_add_func ("/printer/tcp/goes-mute", test_goes_mute);
  g_test_add_func ("/printer/tcp/speaks-later", test_speaks_later);
  g_test_add_func ("/printer/tcp/shared", test_shared);
  g_test_add_func ("/printer/close", test_close);
  g_test_add_func ("/printer/close-when-told", test_close_when_told);
  g_test_add_func ("/printer/drop", test_drop);
  return g_test_run ();
}
