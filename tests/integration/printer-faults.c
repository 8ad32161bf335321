/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos.h"
#include "device/printer.h"

#include "temp-dir.h"
#include "virtual-printer.h"

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* Real sockets, a pty and folders, with every fault a shop has seen. Waits are made short; nothing
 * here asserts how long something took. */
static const MrPrinterTiming quick = {
  .connect_ms = 400,
  .answer_ms = 60,
  .stall_ms = 300,
  .kick_patience_ms = 100,
  .probe_ready_ms = 5000,
  .probe_trouble_ms = 50,
};

/* For what must succeed however busy this machine is. */
static const MrPrinterTiming patient = {
  .connect_ms = 2000,
  .answer_ms = 200,
  .stall_ms = 10000,
  .kick_patience_ms = 500,
  .probe_ready_ms = 5000,
  .probe_trouble_ms = 50,
};

/* A spool in small: remembers how each job ended, "id outcome reason" a line. */
typedef struct
{
  MrPrinter *printer; /* (owned) */
  GString *done; /* (owned) */
  GString *states; /* (owned): each state and reason there was */
  guint n_done;
} Till;

static void
on_job_done (MrPrinter *printer, const char *id, int outcome, int reason, gpointer user)
{
  Till *till = user;

  g_string_append_printf (till->done, "%s %s %s\n", id, mr_print_outcome_to_string (outcome),
                          mr_printer_reason_to_string (reason));
  till->n_done++;
}

static void
on_state_changed (MrPrinter *printer, GParamSpec *spec, gpointer user)
{
  Till *till = user;

  g_string_append_printf (till->states, "%s/%s ",
                          mr_printer_state_to_string (mr_printer_get_state (printer)),
                          mr_printer_reason_to_string (mr_printer_get_reason (printer)));
}

static void
till_init_timed (Till *till, const char *location, const MrPrinterTiming *timing)
{
  g_autoptr (GError) error = NULL;

  *till = (Till){ NULL };
  till->done = g_string_new (NULL);
  till->states = g_string_new (NULL);
  till->printer = mr_printer_new (location, timing, &error);
  g_assert_no_error (error);
  g_signal_connect (till->printer, "job-done", G_CALLBACK (on_job_done), till);
  g_signal_connect (till->printer, "notify::state", G_CALLBACK (on_state_changed), till);
}

static void
till_init (Till *till, const char *location)
{
  till_init_timed (till, location, &quick);
}

static void
till_clear (Till *till)
{
  if (till->printer == NULL)
    return;
  g_clear_object (&till->printer);
  g_string_free (till->done, TRUE);
  g_string_free (till->states, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Till, till_clear)

static void
wait_done (Till *till, guint n)
{
  while (till->n_done < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_state (Till *till, MrPrinterState state, MrPrinterReason reason)
{
  while (mr_printer_get_state (till->printer) != state ||
         mr_printer_get_reason (till->printer) != reason)
    g_main_context_iteration (NULL, TRUE);
}

static GBytes *
make_receipt (int n_lines)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-80"));

  mr_escpos_init (escpos);
  for (int i = 0; i < n_lines; i++)
    g_assert_true (mr_escpos_line (escpos, "可口可乐 330 ml ......... 3.00"));
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
  return mr_escpos_finish (escpos);
}

static void
print (Till *till, const char *id, int n_lines)
{
  g_autoptr (GBytes) job = make_receipt (n_lines);

  mr_printer_print (till->printer, id, job);
}

static void
kick (Till *till, const char *id)
{
  g_autoptr (GBytes) job = mr_escpos_new_kick_job (mr_printer_profile_find ("generic-80"), 2);

  mr_printer_kick (till->printer, id, job);
}

/* Enough to fill every buffer on the way. */
#define LONG_RECEIPT 20000

static VirtualPrinter *
start_printer (VirtualScript script)
{
  VirtualPrinter *virtual = virtual_printer_new (0, 48, NULL, NULL);

  g_assert_nonnull (virtual);
  virtual_printer_set_script (virtual, script);
  return virtual;
}

static void
till_init_for (Till *till, VirtualPrinter *virtual)
{
  g_autofree char *location = virtual_printer_dup_location (virtual);

  till_init (till, location);
}

static void
till_init_patient (Till *till, VirtualPrinter *virtual)
{
  g_autofree char *location = virtual_printer_dup_location (virtual);

  till_init_timed (till, location, &patient);
}

/* A cheap clone: takes everything, says nothing. */
static void
test_cheap (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
  g_auto (Till) till = { NULL };
  g_autofree char *text = NULL;

  till_init_for (&till, virtual);
  print (&till, "a", 2);
  print (&till, "b", 1);
  wait_done (&till, 2);
  g_assert_cmpstr (till.done->str, ==, "a sent none\nb sent none\n");
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  g_assert_cmpuint (mr_printer_get_n_waiting (till.printer), ==, 0);
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
  g_auto (Till) till = { NULL };

  till_init_patient (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  print (&till, "a", 300);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a confirmed none\n");
  /* Questions never stand in the middle of a command. */
  job = virtual_printer_dup_job (virtual, 0);
  paper = virtual_paper_read (job, 48);
  error = virtual_paper_dup_error (paper);
  g_assert_null (error);
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_LINE), ==, 300);
}

/* Answers DLE EOT, but not the question that waits for the paper. */
static void
test_never_confirms (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  script.confirms = FALSE;
  virtual = start_printer (script);
  till_init_for (&till, virtual);
  print (&till, "a", 1);
  print (&till, "b", 1);
  wait_done (&till, 2);
  g_assert_cmpstr (till.done->str, ==, "a sent none\nb sent none\n");
}

static void
test_slow (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_autoptr (GBytes) sent = make_receipt (1000);
  g_auto (Till) till = { NULL };

  script.fault = VIRTUAL_FAULT_SLOW;
  script.n_bytes = 4096;
  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  print (&till, "a", 1000);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a sent none\n");
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
  g_auto (Till) till = { NULL };

  till_init (&till, location);
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started refused\n");
  wait_state (&till, MR_PRINTER_TROUBLE, MR_PRINTER_REASON_REFUSED);
  /* Somebody switches it on: nobody has to press anything. */
  virtual = virtual_printer_new (port, 48, NULL, NULL);
  g_assert_nonnull (virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  print (&till, "b", 1);
  wait_done (&till, 2);
  g_assert_cmpstr (till.done->str, ==, "a not-started refused\nb sent none\n");
}

static void
test_unknown_host (void)
{
  g_auto (Till) till = { NULL };

  /* RFC 6761: this name never exists; without any network the answer is that there is none. */
  till_init (&till, "tcp:printer.invalid");
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_true (g_str_has_prefix (till.done->str, "a not-started "));
  while (mr_printer_get_state (till.printer) != MR_PRINTER_TROUBLE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (mr_printer_get_reason (till.printer), !=, MR_PRINTER_REASON_NONE);
}

static void
test_goes_away (void)
{
  VirtualPrinter *virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
  g_auto (Till) till = { NULL };

  till_init_for (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  virtual_printer_free (virtual);
  mr_printer_probe (till.printer);
  wait_state (&till, MR_PRINTER_GONE, MR_PRINTER_REASON_REFUSED);
}

/* Takes the connection and hangs up on it. */
static void
test_hangs_up_at_once (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  script.fault = VIRTUAL_FAULT_HANGS_UP;
  virtual = start_printer (script);
  till_init_for (&till, virtual);
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started dropped\n");
}

static void
test_hangs_up_in_the_middle (void)
{
  static const VirtualFault faults[] = { VIRTUAL_FAULT_HANGS_UP, VIRTUAL_FAULT_RESETS };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
      g_autoptr (VirtualPrinter) virtual = NULL;
      g_auto (Till) till = { NULL };

      virtual = start_printer (script);
      till_init_for (&till, virtual);
      wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
      script.fault = faults[i];
      script.n_bytes = 100;
      virtual_printer_set_script (virtual, script);
      print (&till, "a", LONG_RECEIPT);
      wait_done (&till, 1);
      g_assert_cmpstr (till.done->str, ==, "a cut-short dropped\n");
    }
}

/* A short receipt is wholly on its way when the printer resets: the kernel took it, nobody read it. */
static void
test_short_receipt_lost (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  script.fault = VIRTUAL_FAULT_RESETS;
  script.n_bytes = 1;
  virtual_printer_set_script (virtual, script);
  print (&till, "a", 20);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a cut-short dropped\n");
}

/* Stops reading for ever. The next receipt is tried by itself; nothing waits for ever. */
static void
test_deaf (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  virtual = start_printer (script);
  till_init_for (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  script.fault = VIRTUAL_FAULT_DEAF;
  script.n_bytes = 1000;
  script.n_times = 1;
  virtual_printer_set_script (virtual, script);
  print (&till, "a", LONG_RECEIPT);
  print (&till, "b", 1);
  wait_done (&till, 2);
  g_assert_cmpstr (till.done->str, ==, "a cut-short no-answer\nb sent none\n");
}

/* The drawer opens although a receipt is stuck, and before those that wait. */
static void
test_drawer_overtakes (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_CHEAP;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  script.fault = VIRTUAL_FAULT_DEAF;
  script.n_bytes = 1000;
  script.n_times = 1;
  virtual_printer_set_script (virtual, script);
  print (&till, "a", LONG_RECEIPT);
  print (&till, "b", 1);
  while (virtual_printer_get_n_connections (virtual) < 2)
    g_main_context_iteration (NULL, FALSE);
  kick (&till, "drawer");
  wait_done (&till, 3);
  g_assert_cmpstr (till.done->str, ==, "a cut-short overtaken\ndrawer sent none\nb sent none\n");
  /* What was taken is read a moment later. */
  while (virtual_printer_get_n_kicks (virtual) < 1 || virtual_printer_get_n_jobs (virtual) < 3)
    g_usleep (1000);
  g_assert_cmpuint (virtual_printer_get_n_kicks (virtual), ==, 1);
}

/* Paper is out: the receipt does not start, the drawer does not care, and the new roll is noticed. */
static void
test_no_paper (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  script.paper_lines = 0;
  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  wait_state (&till, MR_PRINTER_TROUBLE, MR_PRINTER_REASON_PAPER);
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started paper\n");
  kick (&till, "drawer");
  wait_done (&till, 2);
  g_assert_cmpstr (till.done->str, ==, "a not-started paper\ndrawer sent none\n");
  wait_state (&till, MR_PRINTER_TROUBLE, MR_PRINTER_REASON_PAPER);
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_HONEST);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
}

static void
test_paper_runs_out (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  script.paper_lines = 3;
  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  print (&till, "a", 8);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a cut-short paper\n");
}

static void
test_cover (void)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  g_autoptr (VirtualPrinter) virtual = NULL;
  g_auto (Till) till = { NULL };

  script.cover_open = TRUE;
  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started cover\n");
}

/* It has answered before, so silence means something. */
static void
test_goes_mute (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_HONEST);
  g_auto (Till) till = { NULL };

  till_init_for (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  virtual_printer_set_script (virtual, VIRTUAL_SCRIPT_CHEAP);
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started no-answer\n");
}

/* Two tills, one printer in the kitchen that talks to one of them at a time. */
static void
test_shared (void)
{
  g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_HONEST);
  g_auto (Till) first = { NULL };
  g_auto (Till) second = { NULL };

  till_init_patient (&first, virtual);
  till_init_patient (&second, virtual);
  wait_state (&first, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  wait_state (&second, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  for (int i = 0; i < 5; i++)
    {
      print (&first, "a", 200);
      print (&second, "b", 200);
    }
  wait_done (&first, 5);
  wait_done (&second, 5);
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
  g_auto (Till) till = { NULL };

  virtual = start_printer (script);
  till_init_patient (&till, virtual);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  script.fault = VIRTUAL_FAULT_DEAF;
  script.n_bytes = 1000;
  virtual_printer_set_script (virtual, script);
  print (&till, "a", LONG_RECEIPT);
  print (&till, "b", 1);
  wait_state (&till, MR_PRINTER_BUSY, MR_PRINTER_REASON_NONE);
  while (virtual_printer_get_n_connections (virtual) < 2)
    g_usleep (1000);
  g_usleep (20000);
  mr_printer_close (till.printer);
  g_assert_cmpstr (till.done->str, ==, "a cut-short closed\nb not-started closed\n");
  print (&till, "c", 1);
  g_assert_cmpuint (till.n_done, ==, 3);
  mr_printer_close (till.printer);
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
  g_auto (Till) till = { NULL };
  MrPrinter *printer;

  till_init_for (&till, virtual);
  printer = g_object_ref (till.printer);
  g_signal_connect (printer, "job-done", G_CALLBACK (close_and_drop), &printer);
  print (&till, "a", 1);
  print (&till, "b", 1);
  wait_done (&till, 2);
  g_assert_null (printer);
  /* How far the second came is chance; it ended once. */
  g_assert_true (g_str_has_prefix (till.done->str, "a sent none\nb "));
  g_assert_cmpuint (till.n_done, ==, 2);
}

/* The last reference may go while a job is under way, and in silence. */
static void
test_drop (void)
{
  for (int i = 0; i < 8; i++)
    {
      g_autoptr (VirtualPrinter) virtual = start_printer (VIRTUAL_SCRIPT_CHEAP);
      Till till;

      till_init_for (&till, virtual);
      print (&till, "a", 100);
      /* It may be over before anybody looks. */
      while (i % 2 == 0 && strstr (till.states->str, "busy") == NULL)
        g_main_context_iteration (NULL, TRUE);
      till_clear (&till);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static char *
dup_content (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *content = NULL;

  g_file_get_contents (path, &content, NULL, NULL);
  return content;
}

static void
test_folder (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *location = g_strconcat ("dir:", folder, NULL);
  g_autofree char *missing = g_strconcat ("dir:", folder, "/nowhere", NULL);
  g_autoptr (GBytes) first = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) second = g_bytes_new_static ("two", 3);
  g_autofree char *content = NULL;
  g_autofree char *again = NULL;
  g_autofree char *odd = NULL;
  g_autofree char *part = NULL;
  g_auto (Till) till = { NULL };
  g_auto (Till) lost = { NULL };

  till_init (&till, location);
  mr_printer_print (till.printer, "0197-a", first);
  mr_printer_print (till.printer, "0197-a", second);
  mr_printer_print (till.printer, "../x y", first);
  wait_done (&till, 3);
  g_assert_cmpstr (till.done->str, ==, "0197-a sent none\n0197-a sent none\n../x y sent none\n");
  content = dup_content (folder, "0197-a.bin");
  again = dup_content (folder, "0197-a-2.bin");
  odd = dup_content (folder, ".._x_y.bin");
  part = dup_content (folder, ".0197-a.part");
  g_assert_cmpstr (content, ==, "one");
  g_assert_cmpstr (again, ==, "two");
  g_assert_cmpstr (odd, ==, "one");
  g_assert_null (part);

  till_init (&lost, missing);
  mr_printer_print (lost.printer, "a", first);
  wait_done (&lost, 1);
  g_assert_cmpstr (lost.done->str, ==, "a not-started no-folder\n");
  wait_state (&lost, MR_PRINTER_TROUBLE, MR_PRINTER_REASON_NO_FOLDER);
  g_assert_cmpint (g_mkdir_with_parents (missing + strlen ("dir:"), 0700), ==, 0);
  wait_state (&lost, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  temp_dir_remove (folder);
}

/* /dev/full is a disk without room, and a device node. */
static void
test_disk_full (void)
{
  g_auto (Till) till = { NULL };

  if (access ("/dev/full", W_OK) != 0)
    {
      g_test_skip ("there is no /dev/full here");
      return;
    }
  till_init (&till, "file:/dev/full");
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started disk-full\n");
}

static void
test_plain_file (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "lp", NULL);
  g_autofree char *location = g_strconcat ("file:", path, NULL);
  g_autoptr (GBytes) job = g_bytes_new_static ("one", 3);
  g_autofree char *content = NULL;
  g_auto (Till) till = { NULL };

  till_init (&till, location);
  wait_state (&till, MR_PRINTER_TROUBLE, MR_PRINTER_REASON_NO_DEVICE);
  mr_printer_print (till.printer, "a", job);
  wait_done (&till, 1);
  /* The cable is put in. */
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  mr_printer_print (till.printer, "b", job);
  mr_printer_print (till.printer, "c", job);
  wait_done (&till, 3);
  g_assert_cmpstr (till.done->str, ==, "a not-started no-device\nb sent none\nc sent none\n");
  content = dup_content (folder, "lp");
  g_assert_cmpstr (content, ==, "oneone");
  /* And pulled. */
  g_assert_cmpint (unlink (path), ==, 0);
  mr_printer_probe (till.printer);
  wait_state (&till, MR_PRINTER_GONE, MR_PRINTER_REASON_NO_DEVICE);
  temp_dir_remove (folder);
}

static void
test_permission (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "lp", NULL);
  g_autofree char *location = g_strconcat ("file:", path, NULL);
  g_auto (Till) till = { NULL };

  if (geteuid () == 0)
    {
      temp_dir_remove (folder);
      g_test_skip ("nothing is forbidden to root");
      return;
    }
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (chmod (path, 0400), ==, 0);
  till_init (&till, location);
  print (&till, "a", 1);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a not-started permission\n");
  temp_dir_remove (folder);
}

/* A pty is a device node with a printer at the other end: USB through usblp without USB. */
typedef struct
{
  int master;
  int slave; /* held, so that the node stays when the printer closes it */
  char name[128];
} Cable;

static void
plug (Cable *cable)
{
  struct termios raw;

  g_assert_cmpint (openpty (&cable->master, &cable->slave, cable->name, NULL, NULL), ==, 0);
  g_assert_cmpint (tcgetattr (cable->slave, &raw), ==, 0);
  cfmakeraw (&raw);
  g_assert_cmpint (tcsetattr (cable->slave, TCSANOW, &raw), ==, 0);
  g_assert_cmpint (fcntl (cable->master, F_SETFL, O_NONBLOCK), ==, 0);
}

static void
unplug (Cable *cable)
{
  close (cable->master);
  close (cable->slave);
}

static void
test_node (void)
{
  Cable cable;
  g_autofree char *location = NULL;
  g_autoptr (GBytes) job = make_receipt (3);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_auto (Till) till = { NULL };

  plug (&cable);
  location = g_strconcat ("file:", cable.name, NULL);
  till_init (&till, location);
  mr_printer_print (till.printer, "a", job);
  while (till.n_done < 1 || got->len < g_bytes_get_size (job))
    {
      guint8 bytes[256];
      ssize_t n = read (cable.master, bytes, sizeof bytes);

      if (n > 0)
        g_byte_array_append (got, bytes, (guint) n);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpstr (till.done->str, ==, "a sent none\n");
  /* It was asked twice, first by the look at the start and then as a job, and gave no answer. */
  g_assert_cmpmem (got->data + got->len - g_bytes_get_size (job), g_bytes_get_size (job),
                   g_bytes_get_data (job, NULL), g_bytes_get_size (job));
  unplug (&cable);
}

/* Nobody takes the bytes: paper is out on a printer that does not say so. */
static void
test_node_stuck (void)
{
  Cable cable;
  g_autofree char *location = NULL;
  g_auto (Till) till = { NULL };

  plug (&cable);
  location = g_strconcat ("file:", cable.name, NULL);
  till_init (&till, location);
  print (&till, "a", LONG_RECEIPT);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a cut-short no-answer\n");
  unplug (&cable);
}

static void
test_node_pulled (void)
{
  Cable cable;
  g_autofree char *location = NULL;
  g_auto (Till) till = { NULL };

  plug (&cable);
  location = g_strconcat ("file:", cable.name, NULL);
  till_init_timed (&till, location, &patient);
  wait_state (&till, MR_PRINTER_READY, MR_PRINTER_REASON_NONE);
  print (&till, "a", LONG_RECEIPT);
  wait_state (&till, MR_PRINTER_BUSY, MR_PRINTER_REASON_NONE);
  for (int i = 0; i < 20; i++)
    {
      guint8 bytes[256];

      if (read (cable.master, bytes, sizeof bytes) <= 0)
        g_usleep (10000);
    }
  unplug (&cable);
  wait_done (&till, 1);
  g_assert_cmpstr (till.done->str, ==, "a cut-short no-device\n");
  wait_state (&till, MR_PRINTER_GONE, MR_PRINTER_REASON_NO_DEVICE);
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
  g_test_add_func ("/printer/tcp/shared", test_shared);
  g_test_add_func ("/printer/close", test_close);
  g_test_add_func ("/printer/close-when-told", test_close_when_told);
  g_test_add_func ("/printer/drop", test_drop);
  g_test_add_func ("/printer/folder", test_folder);
  g_test_add_func ("/printer/disk-full", test_disk_full);
  g_test_add_func ("/printer/plain-file", test_plain_file);
  g_test_add_func ("/printer/permission", test_permission);
  g_test_add_func ("/printer/node/whole", test_node);
  g_test_add_func ("/printer/node/stuck", test_node_stuck);
  g_test_add_func ("/printer/node/pulled", test_node_pulled);
  return g_test_run ();
}
