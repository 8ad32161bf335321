/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/spooler.h"

#include "sample-till.h"
#include "store/journal.h"
#include "virtual-printer.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  SampleTill till;
  VirtualPrinter *printer; /* (owned) */
  gboolean had_trouble;
  gboolean has_tried; /* to print, since this was set to FALSE */
  char reason[24]; /* of the last trouble */
} Fixture;

/* The condition functions are given the SampleTill alone. */
static Fixture *current;

static void
set (Fixture *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till.till), name, value, NULL, NULL);
  sample_till_settle (&self->till);
}

static void
use_printer (Fixture *self, const char *location)
{
  set (self, MR_SETTING_PRINTER, location);
}

/* A printer in trouble is looked at again soon and may be well before anybody asks: what is waited for
 * is that it said so once. */
static void
note_trouble (MrSpooler *spooler, Fixture *self)
{
  self->has_tried |= mr_spooler_get_state (spooler) == MR_PAPER_PRINTING;
  if (mr_spooler_get_state (spooler) != MR_PAPER_TROUBLE)
    return;
  self->had_trouble = TRUE;
  g_strlcpy (self->reason, mr_spooler_get_reason (spooler), sizeof self->reason);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *location = NULL;

  current = self;
  sample_till_set_up (&self->till);
  sample_till_start (&self->till);
  self->printer = virtual_printer_new (0, 32, NULL, NULL);
  g_assert_nonnull (self->printer);
  virtual_printer_set_script (self->printer, VIRTUAL_SCRIPT_HONEST);
  location = virtual_printer_dup_location (self->printer);
  use_printer (self, location);
  self->had_trouble = FALSE;
  g_signal_connect (mr_till_get_spooler (self->till.till), "changed", G_CALLBACK (note_trouble),
                    self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (&self->till);
  virtual_printer_free (self->printer);
}

static MrSpooler *
get_spooler (Fixture *self)
{
  return mr_till_get_spooler (self->till.till);
}

static MrPaymentResult
sell (Fixture *self, MrTenderKind kind)
{
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till.till), "6901234567892"), ==,
                   MR_SCAN_ADDED);
  return sample_till_pay (&self->till, kind, -1);
}

static gboolean
is_out (SampleTill *till)
{
  return mr_spooler_get_n_waiting (mr_till_get_spooler (till->till)) == 0;
}

static gboolean
had_trouble (SampleTill *till)
{
  return current->had_trouble;
}

static gboolean
is_kicked (SampleTill *till)
{
  return virtual_printer_get_n_kicks (current->printer) == 1;
}

static gboolean
has_one_old (SampleTill *till)
{
  return mr_spooler_get_n_old (mr_till_get_spooler (till->till)) == 1;
}

static gboolean
has_two_jobs (SampleTill *till)
{
  return virtual_printer_get_n_jobs (current->printer) == 2;
}

/* The text of the only job that holds @needle; the drawer's jobs hold none. */
static guint
count_papers (Fixture *self, const char *needle)
{
  guint n = 0;

  for (guint i = 0; i < virtual_printer_get_n_jobs (self->printer); i++)
    {
      g_autofree char *text = virtual_printer_dup_text (self->printer, i);

      n += strstr (text, needle) != NULL ? 1 : 0;
    }
  return n;
}

/* A cash sale prints and opens the drawer; a recorded one prints only. */
static void
test_print (Fixture *self, gconstpointer data)
{
  MrPaymentResult cash = sell (self, MR_TENDER_CASH);
  MrPaymentResult wechat;

  sample_till_wait (&self->till, is_out);
  sample_till_wait (&self->till, is_kicked);
  g_assert_cmpuint (count_papers (self, cash.receipt_label), ==, 1);
  wechat = sell (self, MR_TENDER_WECHAT);
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, wechat.receipt_label), ==, 1);
  g_assert_cmpuint (count_papers (self, "COPY"), ==, 0);
  g_assert_cmpuint (virtual_printer_get_n_kicks (self->printer), ==, 1);
  g_assert_cmpint (mr_spooler_get_state (get_spooler (self)), !=, MR_PAPER_NONE);
}

static void
on_printed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  mr_spooler_print_last_finish (MR_SPOOLER (source), result, error);
}

static void
on_reprinted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mr_spooler_reprint_finish (MR_SPOOLER (source), result, &error));
  g_assert_no_error (error);
}

/* On a key: the first paper is the original, the second a copy, and each copy is counted. */
static void
test_on_key (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) receipts = NULL;
  MrPaymentResult payment;

  mr_spooler_print_last_async (get_spooler (self), on_printed, &error);
  sample_till_settle (&self->till);
  g_assert_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING);
  g_clear_error (&error);
  mr_settings_set_async (mr_till_get_settings (self->till.till), MR_SETTING_PRINT, "on-key", NULL,
                         NULL);
  sample_till_settle (&self->till);
  payment = sell (self, MR_TENDER_ALIPAY);
  g_assert_cmpuint (mr_spooler_get_n_waiting (get_spooler (self)), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      mr_spooler_print_last_async (get_spooler (self), on_printed, &error);
      sample_till_settle (&self->till);
      g_assert_no_error (error);
      sample_till_wait (&self->till, is_out);
      g_assert_cmpuint (count_papers (self, payment.receipt_label), ==, i + 1);
      g_assert_cmpuint (count_papers (self, "COPY"), ==, i);
    }
  mr_spooler_reprint_async (get_spooler (self), payment.entry_id, on_reprinted, NULL);
  sample_till_settle (&self->till);
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, "COPY 3"), ==, 1);
  receipts = mr_till_list_receipts (self->till.till, 5);
  g_assert_cmpuint (receipts->len, ==, 1);
  g_assert_cmpint (((const MrReceiptSummary *) receipts->pdata[0])->copies, ==, 3);
  sample_till_verify (&self->till);
}

static void
write_kind (Fixture *self, const char *name, const char *text)
{
  g_autofree char *folder = g_build_filename (self->till.dir, "printers", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
choose_kind (Fixture *self, const char *id)
{
  set (self, MR_SETTING_PRINTER_PROFILE, id);
}

/* The shop's own file for its printer is used; one that is wrong is named, and the generic kind does. */
static void
test_own_kind (Fixture *self, gconstpointer data)
{
  MrPrinterKinds *kinds;
  g_autofree char *problems = NULL;

  write_kind (self, "acme.ini",
              "[printer]\nname=Acme\npaper-mm=58\ncolumns=32\ndots=384\ngb18030=true\n");
  write_kind (self, "broken.ini", "[printer]\nname=Broken\n");
  kinds = mr_spooler_get_kinds (get_spooler (self));
  problems = mr_printer_kinds_dup_problems (kinds);
  g_assert_nonnull (strstr (problems, "broken.ini"));
  g_assert_null (strstr (problems, "acme.ini"));
  g_assert_true (mr_printer_kinds_get (kinds, 0).is_generic);
  choose_kind (self, "acme");
  g_assert_cmpstr (mr_printer_kinds_get_chosen (kinds).name, ==, "Acme");
  g_assert_false (mr_printer_kinds_is_chosen_missing (kinds));
  sell (self, MR_TENDER_CASH);
  sample_till_wait (&self->till, is_out);
  /* It has no drawer. */
  g_assert_cmpuint (virtual_printer_get_n_kicks (self->printer), ==, 0);
  choose_kind (self, "broken");
  g_assert_true (mr_printer_kinds_is_chosen_missing (kinds));
  g_assert_cmpstr (mr_printer_kinds_get_chosen (kinds).id, ==, "generic-58");
  sell (self, MR_TENDER_CASH);
  sample_till_wait (&self->till, is_kicked);
}

/* Where nobody chose, the printer's own name tells its kind; what was chosen holds, whatever it says. */
static void
test_model (Fixture *self, gconstpointer data)
{
  MrPrinterKinds *kinds = mr_spooler_get_kinds (get_spooler (self));

  /* The one on the network says nothing. */
  use_printer (self, "");
  g_assert_cmpstr (mr_printer_kinds_get_chosen (kinds).id, ==, "generic-58");
  set (self, MR_SETTING_PRINTER_MODEL, "EPSON TM-T88VI");
  g_assert_cmpstr (mr_printer_kinds_get_chosen (kinds).id, ==, "epson-tm-t88vi");
  choose_kind (self, "generic-80");
  g_assert_cmpstr (mr_printer_kinds_get_chosen (kinds).id, ==, "generic-80");
}

static void
test_never (Fixture *self, gconstpointer data)
{
  mr_settings_set_async (mr_till_get_settings (self->till.till), MR_SETTING_PRINT, "never", NULL,
                         NULL);
  sample_till_settle (&self->till);
  sell (self, MR_TENDER_CASH);
  /* The drawer opens all the same. */
  sample_till_wait (&self->till, is_kicked);
  g_assert_cmpuint (mr_spooler_get_n_waiting (get_spooler (self)), ==, 0);
}

/* Out of paper in the middle: the sale stands; the new roll prints the whole receipt, marked COPY. */
static void
test_paper_out (Fixture *self, gconstpointer data)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;
  MrPaymentResult payment;

  script.fault = VIRTUAL_FAULT_HANGS_UP;
  script.n_bytes = 200;
  virtual_printer_set_script (self->printer, script);
  payment = sell (self, MR_TENDER_WECHAT);
  g_assert_true (payment.complete);
  sample_till_wait (&self->till, had_trouble);
  g_assert_cmpstr (self->reason, ==, "dropped");
  virtual_printer_set_script (self->printer, VIRTUAL_SCRIPT_HONEST);
  mr_spooler_retry (get_spooler (self));
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, "COPY 1"), ==, 1);
}

static gboolean
has_tried_in_vain (SampleTill *till)
{
  return current->has_tried && g_str_equal (current->reason, "paper") &&
         mr_spooler_get_state (mr_till_get_spooler (till->till)) == MR_PAPER_TROUBLE;
}

/* Cut short, and then a try of which nothing went out: what is on paper from the first is not forgotten. */
static void
test_cut_short_and_not_started (Fixture *self, gconstpointer data)
{
  VirtualScript script = VIRTUAL_SCRIPT_HONEST;

  script.fault = VIRTUAL_FAULT_HANGS_UP;
  script.n_bytes = 200;
  virtual_printer_set_script (self->printer, script);
  sell (self, MR_TENDER_WECHAT);
  sample_till_wait (&self->till, had_trouble);
  script = VIRTUAL_SCRIPT_HONEST;
  script.roll.paper_lines = 0;
  virtual_printer_set_script (self->printer, script);
  self->has_tried = FALSE;
  mr_spooler_retry (get_spooler (self));
  sample_till_wait (&self->till, has_tried_in_vain);
  sample_till_settle (&self->till);
  virtual_printer_set_script (self->printer, VIRTUAL_SCRIPT_HONEST);
  mr_spooler_retry (get_spooler (self));
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, "COPY 1"), ==, 1);
}

/* No printer at the address: nobody waits, it says so, and what waited comes when it is there. */
static void
test_printer_away (Fixture *self, gconstpointer data)
{
  g_autofree char *dead = g_strdup_printf ("tcp:127.0.0.1:%u", virtual_printer_find_dead_port ());
  g_autofree char *location = virtual_printer_dup_location (self->printer);
  MrPaymentResult first, second;

  use_printer (self, dead);
  first = sell (self, MR_TENDER_WECHAT);
  second = sell (self, MR_TENDER_WECHAT);
  g_assert_true (second.complete);
  sample_till_wait (&self->till, had_trouble);
  g_assert_cmpstr (self->reason, ==, "refused");
  g_assert_cmpuint (mr_spooler_get_n_waiting (get_spooler (self)), ==, 2);
  use_printer (self, location);
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, first.receipt_label), ==, 1);
  g_assert_cmpuint (count_papers (self, second.receipt_label), ==, 1);
  /* No byte had reached paper: these are the originals. */
  g_assert_cmpuint (count_papers (self, "COPY"), ==, 0);
}

/* A host that lets nobody in and sends nobody away: connecting goes on. Returns its port; @fds are to be closed. */
static guint
fill_host (int fds[5])
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  for (int i = 0; i < 5; i++)
    {
      fds[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      g_assert_cmpint (fds[i], >=, 0);
      if (i > 0)
        {
          (void) !connect (fds[i], (struct sockaddr *) &address, sizeof address);
          continue;
        }
      g_assert_cmpint (bind (fds[0], (struct sockaddr *) &address, sizeof address), ==, 0);
      g_assert_cmpint (listen (fds[0], 0), ==, 0);
      g_assert_cmpint (getsockname (fds[0], (struct sockaddr *) &address, &length), ==, 0);
    }
  return ntohs (address.sin_port);
}

static gboolean
has_tried (SampleTill *till)
{
  return current->has_tried;
}

/* Given back by a printer that had not begun, it goes to the next one as what it is: the original. */
static void
test_printer_changed (Fixture *self, gconstpointer data)
{
  g_autofree char *location = virtual_printer_dup_location (self->printer);
  g_autofree char *full = NULL;
  int fds[5];

  full = g_strdup_printf ("tcp:127.0.0.1:%u", fill_host (fds));
  use_printer (self, full);
  self->has_tried = FALSE;
  sell (self, MR_TENDER_WECHAT);
  sample_till_wait (&self->till, has_tried);
  use_printer (self, location);
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, "COPY"), ==, 0);
  for (int i = 0; i < 5; i++)
    close (fds[i]);
}

/* A printer that was off all night does not begin the day with yesterday's receipts. */
static void
test_no_burst (Fixture *self, gconstpointer data)
{
  g_autofree char *dead = g_strdup_printf ("tcp:127.0.0.1:%u", virtual_printer_find_dead_port ());
  g_autofree char *location = virtual_printer_dup_location (self->printer);
  MrPaymentResult fresh;

  use_printer (self, dead);
  sell (self, MR_TENDER_WECHAT);
  sell (self, MR_TENDER_WECHAT);
  sample_till_wait (&self->till, had_trouble);
  test_world_advance (&self->till.world, 8 * 3600 * (gint64) G_USEC_PER_SEC);
  sample_till_start (&self->till);
  use_printer (self, location);
  g_assert_cmpuint (mr_spooler_get_n_old (get_spooler (self)), ==, 2);
  fresh = sell (self, MR_TENDER_WECHAT);
  while (count_papers (self, fresh.receipt_label) == 0)
    g_main_context_iteration (NULL, TRUE);
  sample_till_settle (&self->till);
  g_assert_cmpuint (virtual_printer_get_n_jobs (self->printer), ==, 1);
  mr_spooler_print_old (get_spooler (self));
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (virtual_printer_get_n_jobs (self->printer), ==, 3);
}

static void
test_drop_old (Fixture *self, gconstpointer data)
{
  g_autofree char *dead = g_strdup_printf ("tcp:127.0.0.1:%u", virtual_printer_find_dead_port ());

  use_printer (self, dead);
  sell (self, MR_TENDER_WECHAT);
  test_world_advance (&self->till.world, 3600 * (gint64) G_USEC_PER_SEC);
  /* Not before the one try at it is over. */
  sample_till_wait (&self->till, has_one_old);
  mr_spooler_drop_old (get_spooler (self));
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (virtual_printer_get_n_jobs (self->printer), ==, 0);
}

/* Leaves the spool as a power cut in the middle of a receipt does. */
static void
interrupt_printing (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrJournal) journal = NULL;
  g_autoptr (GPtrArray) waiting = NULL;

  sample_till_stop (&self->till);
  journal = mr_journal_open (self->till.dir, &self->till.world.world, &error);
  g_assert_no_error (error);
  waiting = mr_journal_list_spool (journal, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (waiting->len, ==, 1);
  mr_journal_set_spool (journal, ((const MrSpoolRow *) waiting->pdata[0])->id, "printing", "",
                        &error);
  g_assert_no_error (error);
}

/* The power went while a receipt was with the printer: nobody knows how much came out, so it comes
 * again, whole, as a copy. */
static void
test_interrupted (Fixture *self, gconstpointer data)
{
  g_autofree char *dead = g_strdup_printf ("tcp:127.0.0.1:%u", virtual_printer_find_dead_port ());
  g_autofree char *location = virtual_printer_dup_location (self->printer);

  use_printer (self, dead);
  sell (self, MR_TENDER_WECHAT);
  interrupt_printing (self);
  sample_till_start (&self->till);
  use_printer (self, location);
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, "COPY 1"), ==, 1);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrShift) shift = mr_shift_desk_read_finish (MR_SHIFT_DESK (source), result, NULL);

  g_assert_nonnull (shift);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrShift) shift = mr_shift_desk_close_finish (MR_SHIFT_DESK (source), result, NULL);

  g_assert_nonnull (shift);
}

static void
test_reports (Fixture *self, gconstpointer data)
{
  MrShiftDesk *desk = mr_till_get_shift_desk (self->till.till);

  sell (self, MR_TENDER_CASH);
  mr_shift_desk_read_async (desk, on_read, NULL);
  mr_shift_desk_close_async (desk, 300, TRUE, on_closed, NULL);
  sample_till_settle (&self->till);
  sample_till_wait (&self->till, is_out);
  g_assert_cmpuint (count_papers (self, "X report"), ==, 1);
  g_assert_cmpuint (count_papers (self, "Z report"), ==, 1);
  g_assert_cmpuint (count_papers (self, "Cash counted"), ==, 1);
}

static void
test_test_print (Fixture *self, gconstpointer data)
{
  mr_spooler_print_test (get_spooler (self));
  mr_spooler_print_test (get_spooler (self));
  sample_till_wait (&self->till, has_two_jobs);
  g_assert_cmpuint (count_papers (self, "Test print"), ==, 2);
  use_printer (self, "");
  mr_spooler_print_test (get_spooler (self));
  g_assert_false (mr_spooler_kick_drawer (get_spooler (self)));
  g_assert_cmpint (mr_spooler_get_state (get_spooler (self)), ==, MR_PAPER_NONE);
}

#define ADD(name, function) \
  g_test_add ("/spooler/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("print", test_print);
  ADD ("on-key", test_on_key);
  ADD ("own-kind", test_own_kind);
  ADD ("model", test_model);
  ADD ("never", test_never);
  ADD ("paper-out", test_paper_out);
  ADD ("cut-short-and-not-started", test_cut_short_and_not_started);
  ADD ("printer-away", test_printer_away);
  ADD ("no-burst", test_no_burst);
  ADD ("printer-changed", test_printer_changed);
  ADD ("drop-old", test_drop_old);
  ADD ("interrupted", test_interrupted);
  ADD ("reports", test_reports);
  ADD ("test-print", test_test_print);
  return g_test_run ();
}
