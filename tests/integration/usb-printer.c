/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "usb-desk.h"

#include "device/pole-display.h"
#include "device/pole-text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A receipt printer on USB, and everything that goes wrong with one. */

/* For those that say nothing, which is waited for. */
static const MrPrinterTiming brief = {
  .connect_ms = 2000,
  .answer_ms = 20,
  .stall_ms = 20000,
  .kick_patience_ms = 50,
  .probe_ready_ms = 60000,
  .probe_trouble_ms = 50,
};

#define LINES 200

typedef UsbDesk Fixture;

static void
test_prints (Fixture *self, gconstpointer data)
{
  g_autofree char *name = NULL;

  usb_desk_start (self, &usb_desk_sure);
  g_assert_false (virtual_usb_has_driver (self->device));
  printer_desk_print (&self->desk, "a", LINES);
  printer_desk_print (&self->desk, "b", LINES);
  printer_desk_wait_done (&self->desk, 2);
  printer_desk_kick (&self->desk, "k");
  usb_desk_assert_done (self, 3, "a confirmed none\nb confirmed none\nk sent none\n");
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 1);
  name = mr_printer_dup_name (self->desk.printer);
  g_assert_cmpstr (name, ==, "POSco R-80");
  g_assert_cmpuint (virtual_usb_printer_get_n_ids (self->printer), ==, 0);
  g_assert_cmpuint (virtual_usb_get_n_claims (self->device), ==, 1);
  /* Closed, it is the kernel's again. */
  mr_printer_close (self->desk.printer);
  while (!virtual_usb_has_driver (self->device))
    g_usleep (1000);
}

/* It takes a part and waits: what is late is taken back, and goes on where it was. */
static void
test_resumes (Fixture *self, gconstpointer data)
{
  guint n_before;

  usb_desk_start (self, &usb_desk_sure);
  virtual_usb_printer_set_limit (self->printer, 1001);
  n_before = virtual_usb_get_n_discarded (self->device);
  printer_desk_print (&self->desk, "a", LINES);
  while (virtual_usb_get_n_discarded (self->device) == n_before)
    g_usleep (1000);
  virtual_usb_printer_set_limit (self->printer, -1);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
}

static void
test_slow (Fixture *self, gconstpointer data)
{
  usb_desk_start (self, &usb_desk_sure);
  virtual_usb_printer_set_pace (self->printer, 301);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
}

static void
test_stall (Fixture *self, gconstpointer data)
{
  usb_desk_start (self, &usb_desk_sure);
  virtual_usb_printer_stall_after (self->printer, 1500);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
  g_assert_cmpuint (virtual_usb_get_n_cleared (self->device), ==, 1);
}

/* It stops in the middle and says nothing of why. */
static void
test_stuck (Fixture *self, gconstpointer data)
{
  MrPrinterTiming timing = usb_desk_sure;

  timing.stall_ms = 100;
  usb_desk_start (self, &timing);
  virtual_usb_printer_set_limit (self->printer, 1000);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a cut-short no-answer\n");
  virtual_usb_printer_set_limit (self->printer, -1);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
}

/* A receipt that is stuck is given up for the drawer. One of plain letters, which ends nowhere in the
 * middle of a command. */
static void
test_overtaken (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (5000, 'x');
  g_autoptr (GBytes) job = g_bytes_new (text, 5000);

  usb_desk_start (self, &usb_desk_sure);
  virtual_usb_printer_set_limit (self->printer, 1000);
  mr_printer_print (self->desk.printer, "a", job);
  usb_desk_wait_taken (self, 1000);
  printer_desk_kick (&self->desk, "k");
  printer_desk_wait_done (&self->desk, 1);
  virtual_usb_printer_set_limit (self->printer, -1);
  usb_desk_assert_done (self, 2, "a cut-short overtaken\nk sent none\n");
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 1);
}

static void
test_mute (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  roll.answers = FALSE;
  virtual_usb_printer_set_roll (self->printer, roll);
  usb_desk_start (self, &brief);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a sent none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
}

/* Switched off, or with its cable loose, when the till began: it is not taken for a silent one all day. */
static void
test_speaks_later (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;
  MrPrinterTiming timing = brief;

  timing.answer_ms = 200;
  roll.answers = FALSE;
  virtual_usb_printer_set_roll (self->printer, roll);
  usb_desk_start (self, &timing);
  g_assert_true (mr_printer_is_silent (self->desk.printer));
  printer_desk_print (&self->desk, "a", LINES);
  printer_desk_wait_done (&self->desk, 1);
  virtual_usb_printer_set_roll (self->printer, VIRTUAL_USB_PRINTER_ROLL);
  printer_desk_wait_voice (&self->desk);
  printer_desk_print (&self->desk, "b", LINES);
  usb_desk_assert_done (self, 2, "a sent none\nb confirmed none\n");
  usb_desk_assert_receipts (self->printer, 2, LINES);
}

/* What the port's status says of the paper is all there is to know. */
static void
test_silent_without_paper (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  roll.answers = FALSE;
  virtual_usb_printer_set_roll (self->printer, roll);
  usb_desk_start (self, &brief);
  g_assert_true (mr_printer_is_silent (self->desk.printer));
  roll.paper_lines = 0;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_print (&self->desk, "a", LINES);
  printer_desk_wait_done (&self->desk, 1);
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  roll.paper_lines = -1;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&self->desk, "b", LINES);
  usb_desk_assert_done (self, 2, "a not-started paper\nb sent none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
}

/* One that says it has no paper whatever happens, and one that does not say, print all the same. */
static void
test_status_of_no_use (Fixture *self, gconstpointer data)
{
  const VirtualUsbPrinterPlan *plan = data;

  usb_desk_start (self, &usb_desk_sure);
  printer_desk_print (&self->desk, "a", LINES);
  printer_desk_print (&self->desk, "b", LINES);
  usb_desk_assert_done (self, 2, "a sent none\nb sent none\n");
  usb_desk_assert_receipts (self->printer, 2, LINES);
  if (plan->port_status == VIRTUAL_PORT_STATUS_REFUSED)
    g_assert_cmpuint (virtual_usb_printer_get_n_statuses (self->printer), ==, 1);
  else
    g_assert_cmpuint (virtual_usb_printer_get_n_statuses (self->printer), >=, 3);
}

static void
test_no_way_in (Fixture *self, gconstpointer data)
{
  usb_desk_start (self, &usb_desk_sure);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a sent none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
  /* Nothing under way shows that it went; the bus tells. */
  virtual_usb_unplug (self->device, -ESHUTDOWN);
  printer_desk_wait_state (&self->desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
}

static void
test_way_in_stalls (Fixture *self, gconstpointer data)
{
  virtual_usb_printer_set_in_stalls (self->printer, TRUE);
  usb_desk_start (self, &usb_desk_sure);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a sent none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
}

static void
test_empty_packets (Fixture *self, gconstpointer data)
{
  virtual_usb_printer_set_empty_packets (self->printer, TRUE);
  usb_desk_start (self, &usb_desk_sure);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
}

/* What it said to somebody before is no answer: 72 would mean that there is no paper. */
static void
test_stale (Fixture *self, gconstpointer data)
{
  virtual_usb_printer_say (self->printer, "\x72\x72\x36", 3);
  usb_desk_start (self, &usb_desk_sure);
  virtual_usb_printer_say (self->printer, "\x72\x36", 2);
  while (!virtual_usb_is_reaped (self->device))
    g_usleep (1000);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
}

/* Its buffer is full, so it hears no question: it says by itself that the paper is out. */
static void
test_paper (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  usb_desk_start (self, &usb_desk_sure);
  roll.paper_lines = 30;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a cut-short paper\n");
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  virtual_usb_printer_set_roll (self->printer, VIRTUAL_USB_PRINTER_ROLL);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 2, "a cut-short paper\na confirmed none\n");
}

/* Nothing goes into a full buffer that it does not empty, no question and no drawer: it is out of paper all the same until it tells
 * otherwise, and neither what gave way to the drawer nor the drawer makes anything else of it. */
static void
test_paper_stays_out (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  usb_desk_start (self, &usb_desk_sure);
  virtual_usb_printer_set_keeps_buffer (self->printer, TRUE);
  roll.paper_lines = 30;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a cut-short paper\n");
  printer_desk_print (&self->desk, "b", LINES);
  printer_desk_kick (&self->desk, "k");
  printer_desk_wait_done (&self->desk, 3);
  g_assert_nonnull (strstr (self->desk.done->str, "k not-started paper\n"));
  for (guint n = 4; n < 7; n++)
    {
      printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
      printer_desk_print (&self->desk, "c", LINES);
      printer_desk_wait_done (&self->desk, n);
    }
  g_assert_true (
      g_str_has_suffix (self->desk.done->str,
                        "c not-started paper\nc not-started paper\nc not-started paper\n"));
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  virtual_usb_printer_set_roll (self->printer, VIRTUAL_USB_PRINTER_ROLL);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  /* What did not go out is not done later, to somebody else's surprise. */
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 0);
}

/* Out of paper at the very end: everything was taken, and is not on paper. */
static void
test_paper_at_the_end (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  usb_desk_start (self, &usb_desk_sure);
  roll.paper_lines = 3;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_print (&self->desk, "a", 4);
  usb_desk_assert_done (self, 1, "a cut-short paper\n");
}

/* The drawer opens whether there is paper or not. */
static void
test_kick_without_paper (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  roll.paper_lines = 0;
  virtual_usb_printer_set_roll (self->printer, roll);
  virtual_usb_plug (self->device, TRUE);
  printer_desk_init (&self->desk, USB_DESK_KIND, &usb_desk_sure);
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PAPER);
  printer_desk_print (&self->desk, "a", LINES);
  printer_desk_wait_done (&self->desk, 1);
  printer_desk_kick (&self->desk, "k");
  usb_desk_assert_done (self, 2, "a not-started paper\nk sent none\n");
  g_assert_cmpuint (virtual_usb_printer_get_n_kicks (self->printer), ==, 1);
}

static void
test_cover (Fixture *self, gconstpointer data)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  usb_desk_start (self, &usb_desk_sure);
  roll.cover_open = TRUE;
  virtual_usb_printer_set_roll (self->printer, roll);
  printer_desk_print (&self->desk, "a", LINES);
  printer_desk_wait_done (&self->desk, 1);
  /* Cut short, when it said so by itself before it was asked. */
  g_assert_true (g_str_has_suffix (self->desk.done->str, " cover\n"));
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_COVER);
  virtual_usb_printer_set_roll (self->printer, VIRTUAL_USB_PRINTER_ROLL);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
}

/* In the middle of a transfer, as a mock and as a real bus tell it; then it comes back. */
static void
test_unplugged (Fixture *self, gconstpointer data)
{
  static const int statuses[] = { -ESHUTDOWN, -EPROTO, -EPIPE };

  usb_desk_start (self, &usb_desk_sure);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      guint n = virtual_usb_printer_get_n_taken (self->printer);

      g_string_truncate (self->desk.done, 0);
      virtual_usb_printer_set_limit (self->printer, 1000);
      printer_desk_print (&self->desk, "a", LINES);
      usb_desk_wait_taken (self, n + 1000);
      virtual_usb_unplug (self->device, statuses[i]);
      usb_desk_assert_done (self, 2 * i + 1, "a cut-short no-device\n");
      printer_desk_wait_state (&self->desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
      virtual_usb_printer_set_limit (self->printer, -1);
      virtual_usb_plug (self->device, TRUE);
      printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
      printer_desk_print (&self->desk, "b", LINES);
      usb_desk_assert_done (self, 2 * i + 2, "a cut-short no-device\nb confirmed none\n");
    }
}

/* Nobody looks at it for a minute, but the bus tells. */
static void
test_hot_plug (Fixture *self, gconstpointer data)
{
  MrPrinterTiming timing = usb_desk_sure;

  timing.probe_trouble_ms = 60000;
  printer_desk_init (&self->desk, "usb:", &timing);
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  for (int i = 0; i < 2; i++)
    {
      virtual_usb_plug (self->device, TRUE);
      printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
      virtual_usb_unplug (self->device, -ESHUTDOWN);
      printer_desk_wait_state (&self->desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
    }
}

static void
test_in_use (Fixture *self, gconstpointer data)
{
  virtual_usb_set_in_use (self->device, TRUE);
  virtual_usb_plug (self->device, TRUE);
  printer_desk_init (&self->desk, USB_DESK_KIND, &usb_desk_sure);
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_IN_USE);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a not-started in-use\n");
  virtual_usb_set_in_use (self->device, FALSE);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
}

static void
test_permission (Fixture *self, gconstpointer data)
{
  gboolean is_root = geteuid () == 0;

  virtual_usb_set_forbidden (self->device, TRUE);
  virtual_usb_plug (self->device, TRUE);
  /* Nothing is forbidden to root. */
  g_assert_true (!is_root || seteuid (65534) == 0);
  printer_desk_init (&self->desk, USB_DESK_KIND, &usb_desk_sure);
  printer_desk_wait_state (&self->desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PERMISSION);
  g_assert_true (!is_root || seteuid (0) == 0);
  virtual_usb_set_forbidden (self->device, FALSE);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
}

/* A printer without strings is asked for its id; one that refuses is none the worse for it. */
static void
test_id (Fixture *self, gconstpointer data)
{
  const VirtualUsbPrinterPlan *plan = data;
  g_autofree char *name = NULL;

  usb_desk_start (self, &usb_desk_sure);
  name = mr_printer_dup_name (self->desk.printer);
  g_assert_cmpstr (name, ==, plan->id != NULL ? "Acme T-58" : NULL);
  printer_desk_print (&self->desk, "a", LINES);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
  usb_desk_assert_receipts (self->printer, 1, LINES);
  g_assert_cmpuint (virtual_usb_printer_get_n_ids (self->printer), ==, 1);
}

/* Two of one kind are told apart by their serials. */
static void
test_two (Fixture *self, gconstpointer data)
{
  VirtualUsbPrinterPlan plan = VIRTUAL_USB_PRINTER_PLAN;
  PrinterDesk *desk = &self->other_desk;

  plan.port = "1-2";
  plan.serial = "B2";
  self->other = virtual_usb_printer_new (self->bus, &plan);
  virtual_usb_plug (virtual_usb_printer_get_device (self->other), TRUE);
  virtual_usb_plug (self->device, TRUE);
  printer_desk_init (desk, USB_DESK_KIND ":B2", &usb_desk_sure);
  printer_desk_init (&self->desk, USB_DESK_KIND ":A1", &usb_desk_sure);
  printer_desk_wait_state (desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_wait_state (&self->desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (desk, "b", 20);
  printer_desk_print (desk, "b", 20);
  printer_desk_print (&self->desk, "a", 10);
  printer_desk_wait_done (desk, 2);
  usb_desk_assert_done (self, 1, "a confirmed none\n");
  usb_desk_assert_receipts (self->printer, 1, 10);
  usb_desk_assert_receipts (self->other, 2, 20);
  /* One that goes does not touch the other. */
  virtual_usb_unplug (virtual_usb_printer_get_device (self->other), -EPROTO);
  printer_desk_wait_state (desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
  printer_desk_print (&self->desk, "a", 10);
  usb_desk_assert_done (self, 2, "a confirmed none\na confirmed none\n");
}

#define ID_TEXT "MFG:Acme;CMD:ESC/POS;MDL:T-58;CLS:PRINTER;"
#define ID(length)                                                      \
  {                                                                     \
    "1-1", NULL, FALSE, TRUE, length ID_TEXT, sizeof length ID_TEXT - 1 \
  }

/* How often the frame arrived. */
static guint
count_frames (Fixture *self, GBytes *frame)
{
  g_autoptr (GBytes) taken = virtual_usb_printer_dup_jobs (self->printer);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (taken, &length);
  const guint8 *end = bytes + length;
  const guint8 *at;
  guint n = 0;

  while (bytes < end && (at = memmem (bytes, (gsize) (end - bytes), g_bytes_get_data (frame, NULL),
                                      g_bytes_get_size (frame))) != NULL)
    {
      n++;
      bytes = at + g_bytes_get_size (frame);
    }
  return n;
}

static void
await_frame (Fixture *self, GBytes *frame, guint n_before)
{
  while (count_frames (self, frame) == n_before)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

/* A pole display of the printer class: what it should show is there again after it was unplugged. */
static void
test_pole (Fixture *self, gconstpointer data)
{
  static const MrPoleTiming timing = { 20000, 50, 50 };
  const MrPoleRow rows[MR_POLE_ROWS] = { { "可口可乐", "3.00" }, { "合计", "3.00" } };
  g_autoptr (MrPoleText) text = mr_pole_text_new ("gb18030", NULL);
  g_autoptr (GBytes) frame = mr_pole_text_new_frame (text, rows);
  g_autoptr (MrPoleDisplay) pole = mr_pole_display_new (USB_DESK_KIND, &timing, NULL);

  mr_pole_display_show (pole, frame);
  virtual_usb_plug (self->device, TRUE);
  await_frame (self, frame, 0);
  virtual_usb_unplug (self->device, -ESHUTDOWN);
  while (mr_device_get_state (MR_DEVICE (pole)) != MR_DEVICE_GONE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mr_device_get_reason (MR_DEVICE (pole)), ==, MR_DEVICE_REASON_NO_DEVICE);
  virtual_usb_plug (self->device, TRUE);
  await_frame (self, frame, count_frames (self, frame));
}

static const VirtualUsbPrinterPlan one_way = { .port = "1-1", .serial = "A1", .has_strings = TRUE };
static const VirtualUsbPrinterPlan status_stuck = { .port = "1-1",
                                                    .has_strings = TRUE,
                                                    .port_status = VIRTUAL_PORT_STATUS_STUCK };
static const VirtualUsbPrinterPlan status_refused = { .port = "1-1",
                                                      .has_strings = TRUE,
                                                      .port_status = VIRTUAL_PORT_STATUS_REFUSED };
/* 42 characters. */
static const VirtualUsbPrinterPlan id_right = ID ("\x00\x2C");
static const VirtualUsbPrinterPlan id_short = ID ("\x00\x2A");
static const VirtualUsbPrinterPlan id_turned = ID ("\x2C\x00");
static const VirtualUsbPrinterPlan id_none = { .port = "1-1", .has_in = TRUE };

#define ADD(name, plan, func) \
  g_test_add ("/usb-printer/" name, Fixture, plan, usb_desk_set_up, func, usb_desk_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("prints", NULL, test_prints);
  ADD ("resumes", NULL, test_resumes);
  ADD ("slow", NULL, test_slow);
  ADD ("stall", NULL, test_stall);
  ADD ("stuck", NULL, test_stuck);
  ADD ("overtaken", NULL, test_overtaken);
  ADD ("mute", NULL, test_mute);
  ADD ("speaks-later", NULL, test_speaks_later);
  ADD ("silent-without-paper", NULL, test_silent_without_paper);
  ADD ("one-way-without-paper", &one_way, test_silent_without_paper);
  ADD ("status-always-out", &status_stuck, test_status_of_no_use);
  ADD ("status-refused", &status_refused, test_status_of_no_use);
  ADD ("no-way-in", &one_way, test_no_way_in);
  ADD ("way-in-stalls", NULL, test_way_in_stalls);
  ADD ("empty-packets", NULL, test_empty_packets);
  ADD ("stale", NULL, test_stale);
  ADD ("paper", NULL, test_paper);
  ADD ("paper-at-the-end", NULL, test_paper_at_the_end);
  ADD ("paper-stays-out", NULL, test_paper_stays_out);
  ADD ("kick-without-paper", NULL, test_kick_without_paper);
  ADD ("cover", NULL, test_cover);
  ADD ("unplugged", NULL, test_unplugged);
  ADD ("hot-plug", NULL, test_hot_plug);
  ADD ("in-use", NULL, test_in_use);
  ADD ("permission", NULL, test_permission);
  ADD ("id", &id_right, test_id);
  ADD ("id-too-short", &id_short, test_id);
  ADD ("id-turned", &id_turned, test_id);
  ADD ("id-refused", &id_none, test_id);
  ADD ("two", NULL, test_two);
  ADD ("pole", NULL, test_pole);
  return g_test_run ();
}
