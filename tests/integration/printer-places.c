/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "printer-desk.h"
#include "temp-dir.h"
#include "virtual-paper.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* Printers on this computer: folders, files and device nodes. */

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
  g_auto (PrinterDesk) desk = { NULL };
  g_auto (PrinterDesk) lost = { NULL };

  printer_desk_init (&desk, location, &printer_desk_quick);
  mr_printer_print (desk.printer, "0197-a", first);
  mr_printer_print (desk.printer, "0197-a", second);
  mr_printer_print (desk.printer, "../x y", first);
  printer_desk_wait_done (&desk, 3);
  g_assert_cmpstr (desk.done->str, ==, "0197-a sent none\n0197-a sent none\n../x y sent none\n");
  content = dup_content (folder, "0197-a.bin");
  again = dup_content (folder, "0197-a-2.bin");
  odd = dup_content (folder, ".._x_y.bin");
  part = dup_content (folder, ".0197-a.part");
  g_assert_cmpstr (content, ==, "one");
  g_assert_cmpstr (again, ==, "two");
  g_assert_cmpstr (odd, ==, "one");
  g_assert_null (part);

  printer_desk_init (&lost, missing, &printer_desk_quick);
  mr_printer_print (lost.printer, "a", first);
  printer_desk_wait_done (&lost, 1);
  g_assert_cmpstr (lost.done->str, ==, "a not-started no-folder\n");
  printer_desk_wait_state (&lost, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_FOLDER);
  g_assert_cmpint (g_mkdir_with_parents (missing + strlen ("dir:"), 0700), ==, 0);
  printer_desk_wait_state (&lost, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  temp_dir_remove (folder);
}

/* /dev/full is a disk without room, and a device node. */
static void
test_disk_full (void)
{
  g_auto (PrinterDesk) desk = { NULL };

  if (access ("/dev/full", W_OK) != 0)
    {
      g_test_skip ("there is no /dev/full here");
      return;
    }
  printer_desk_init (&desk, "file:/dev/full", &printer_desk_quick);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started disk-full\n");
}

static void
test_plain_file (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "lp", NULL);
  g_autofree char *location = g_strconcat ("file:", path, NULL);
  g_autoptr (GBytes) job = g_bytes_new_static ("one", 3);
  g_autofree char *content = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  printer_desk_init (&desk, location, &printer_desk_quick);
  printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  mr_printer_print (desk.printer, "a", job);
  printer_desk_wait_done (&desk, 1);
  /* The cable is put in. */
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  mr_printer_print (desk.printer, "b", job);
  mr_printer_print (desk.printer, "c", job);
  printer_desk_wait_done (&desk, 3);
  g_assert_cmpstr (desk.done->str, ==, "a not-started no-device\nb sent none\nc sent none\n");
  content = dup_content (folder, "lp");
  g_assert_cmpstr (content, ==, "oneone");
  /* And pulled. */
  g_assert_cmpint (unlink (path), ==, 0);
  mr_printer_probe (desk.printer);
  printer_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
  temp_dir_remove (folder);
}

static void
test_permission (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "lp", NULL);
  g_autofree char *location = g_strconcat ("file:", path, NULL);
  g_auto (PrinterDesk) desk = { NULL };

  if (geteuid () == 0)
    {
      temp_dir_remove (folder);
      g_test_skip ("nothing is forbidden to root");
      return;
    }
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (chmod (path, 0400), ==, 0);
  printer_desk_init (&desk, location, &printer_desk_quick);
  printer_desk_print (&desk, "a", 1);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a not-started permission\n");
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
  g_autoptr (GBytes) job = printer_desk_make_receipt (3);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_auto (PrinterDesk) desk = { NULL };

  plug (&cable);
  location = g_strconcat ("file:", cable.name, NULL);
  printer_desk_init (&desk, location, &printer_desk_quick);
  mr_printer_print (desk.printer, "a", job);
  while (desk.n_done < 1 || got->len < g_bytes_get_size (job))
    {
      guint8 bytes[256];
      ssize_t n = read (cable.master, bytes, sizeof bytes);

      if (n > 0)
        g_byte_array_append (got, bytes, (guint) n);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpstr (desk.done->str, ==, "a sent none\n");
  /* It was asked before, and maybe behind it, and gave no answer. */
  g_assert_nonnull (
      memmem (got->data, got->len, g_bytes_get_data (job, NULL), g_bytes_get_size (job)));
  unplug (&cable);
}

/* Nobody takes the bytes: paper is out on a printer that does not say so. */
static void
test_node_stuck (void)
{
  Cable cable;
  g_autofree char *location = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  plug (&cable);
  location = g_strconcat ("file:", cable.name, NULL);
  printer_desk_init (&desk, location, &printer_desk_quick);
  printer_desk_print (&desk, "a", PRINTER_DESK_LONG);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short no-answer\n");
  unplug (&cable);
}

static void
test_node_pulled (void)
{
  Cable cable;
  g_autofree char *location = NULL;
  g_auto (PrinterDesk) desk = { NULL };

  plug (&cable);
  location = g_strconcat ("file:", cable.name, NULL);
  printer_desk_init (&desk, location, &printer_desk_patient);
  printer_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  printer_desk_print (&desk, "a", PRINTER_DESK_LONG);
  printer_desk_wait_state (&desk, MR_DEVICE_BUSY, MR_DEVICE_REASON_NONE);
  for (int i = 0; i < 20; i++)
    {
      guint8 bytes[256];

      if (read (cable.master, bytes, sizeof bytes) <= 0)
        g_usleep (10000);
    }
  unplug (&cable);
  printer_desk_wait_done (&desk, 1);
  g_assert_cmpstr (desk.done->str, ==, "a cut-short no-device\n");
  printer_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
}

/* A printer on a serial line: answers questions, confirms, and takes its time between XOFF and XON. */
typedef struct
{
  int fd;
  gboolean stop; /* (atomic) */
  VirtualPaper *paper; /* (owned) */
  GByteArray *bytes; /* (owned) */
  guint n_stops; /* times it said XOFF */
  guint baud; /* of its line, 0 = it reads as fast as it can */
} SerialPrinter;

#define XOFF_EVERY 4000

static void
say (const SerialPrinter *self, guint8 byte)
{
  g_assert_cmpint (write (self->fd, &byte, 1), ==, 1);
}

static void
answer (SerialPrinter *self, guint *n_seen)
{
  for (; *n_seen < virtual_paper_get_n_events (self->paper); (*n_seen)++)
    {
      VirtualEventKind kind = virtual_paper_get_event (self->paper, *n_seen)->kind;

      if (kind == VIRTUAL_STATUS)
        say (self, 0x12);
      else if (kind == VIRTUAL_CONFIRM)
        say (self, 0x00);
    }
}

static gpointer
be_serial_printer (gpointer data)
{
  SerialPrinter *self = data;
  guint n_seen = 0;
  gsize n_since = 0;

  while (!g_atomic_int_get (&self->stop))
    {
      struct pollfd poll_fd = { self->fd, POLLIN, 0 };
      guint8 bytes[512];
      gsize size = self->baud > 0 ? 32 : sizeof bytes;
      ssize_t n = poll (&poll_fd, 1, 20) > 0 ? read (self->fd, bytes, size) : 0;

      if (n <= 0)
        continue;
      if (self->baud > 0)
        g_usleep ((gulong) n * 10 * G_USEC_PER_SEC / self->baud);
      g_byte_array_append (self->bytes, bytes, (guint) n);
      virtual_paper_push (self->paper, bytes, (gsize) n);
      answer (self, &n_seen);
      n_since += (gsize) n;
      if (n_since < XOFF_EVERY || self->baud > 0)
        continue;
      n_since = 0;
      self->n_stops++;
      say (self, 0x13);
      g_usleep (30000);
      say (self, 0x11);
    }
  return NULL;
}

/* Two receipts, each on paper once. */
static void
print_two (SerialPrinter *printer, const char *format, const MrPrinterTiming *timing, GBytes *job)
{
  Cable cable;
  g_autofree char *location = NULL;
  g_autofree char *error = NULL;
  GThread *thread;

  plug (&cable);
  printer->fd = cable.master;
  printer->paper = virtual_paper_new (48);
  printer->bytes = g_byte_array_new ();
  thread = g_thread_new ("serial-printer", be_serial_printer, printer);
  location = g_strconcat ("serial:", cable.name, format, NULL);
  {
    g_auto (PrinterDesk) desk = { NULL };

    printer_desk_init (&desk, location, timing);
    mr_printer_print (desk.printer, "a", job);
    mr_printer_print (desk.printer, "b", job);
    printer_desk_wait_done (&desk, 2);
    g_assert_cmpstr (desk.done->str, ==, "a confirmed none\nb confirmed none\n");
  }
  g_atomic_int_set (&printer->stop, TRUE);
  g_thread_join (thread);
  error = virtual_paper_dup_error (printer->paper);
  g_assert_null (error);
  g_assert_cmpuint (virtual_paper_count (printer->paper, VIRTUAL_CUT), ==, 2);
  g_assert_cmpuint (printer->bytes->len, >, 2 * g_bytes_get_size (job));
  virtual_paper_free (printer->paper);
  g_byte_array_unref (printer->bytes);
  unplug (&cable);
}

static void
test_serial (void)
{
  SerialPrinter printer = { -1 };
  g_autoptr (GBytes) job = printer_desk_make_receipt (400);

  print_two (&printer, ":19200:8N1", &printer_desk_patient, job);
  g_assert_cmpuint (printer.n_stops, >, 2);
}

/* A receipt is longer on the line than an answer is waited for: the question stands behind it. */
static void
test_serial_slow (void)
{
  SerialPrinter printer = { .fd = -1, .baud = 19200 };
  g_autoptr (GBytes) job = printer_desk_make_receipt (70);

  g_test_message ("%u bytes", (guint) g_bytes_get_size (job));
  /* Said to be slower than it is, for a machine with other things to do. */
  print_two (&printer, ":4800:8N1", &printer_desk_quick, job);
}

/* What cannot be a serial line is refused; one that is not there, or does not take anything, is said. */
static void
test_serial_trouble (void)
{
  static const char *const wrong[] = { "serial:ttyS0", "serial:/dev/ttyS0:9601",
                                       "serial:/dev/ttyS0:9600:9N1",
                                       "serial:/dev/ttyS0:9600:8N1:wires", "serial:" };
  Cable cable;
  g_autofree char *location = NULL;
  g_auto (PrinterDesk) absent = { NULL };
  g_auto (PrinterDesk) stuck = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (mr_printer_check_location (wrong[i], NULL));
  g_assert_true (mr_printer_check_location ("serial:/dev/ttyS0", NULL));
  g_assert_true (mr_printer_check_location ("serial:/dev/ttyS0:115200:8N1:wire", NULL));
  g_assert_true (mr_printer_check_location ("serial:/dev/ttyS0:wire", NULL));
  printer_desk_init (&absent, "serial:/dev/mr-no-such-line", &printer_desk_quick);
  printer_desk_wait_state (&absent, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  plug (&cable);
  location = g_strconcat ("serial:", cable.name, NULL);
  printer_desk_init (&stuck, location, &printer_desk_quick);
  printer_desk_print (&stuck, "a", PRINTER_DESK_LONG);
  printer_desk_wait_done (&stuck, 1);
  g_assert_cmpstr (stuck.done->str, ==, "a cut-short no-answer\n");
  unplug (&cable);
}

/* Also on a machine without USB, as a container is: a printer that is not there is in trouble, no more. */
static void
test_usb_nowhere (void)
{
  g_auto (PrinterDesk) desk = { NULL };
  g_autofree char *name = NULL;

  printer_desk_init (&desk, "usb:ffff:ffff", &printer_desk_quick);
  printer_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  printer_desk_print (&desk, "a", 1);
  printer_desk_kick (&desk, "k");
  printer_desk_wait_done (&desk, 2);
  g_assert_nonnull (strstr (desk.done->str, "a not-started no-device\n"));
  g_assert_nonnull (strstr (desk.done->str, "k not-started no-device\n"));
  name = mr_printer_dup_name (desk.printer);
  g_assert_null (name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer/folder", test_folder);
  g_test_add_func ("/printer/disk-full", test_disk_full);
  g_test_add_func ("/printer/plain-file", test_plain_file);
  g_test_add_func ("/printer/permission", test_permission);
  g_test_add_func ("/printer/node/whole", test_node);
  g_test_add_func ("/printer/node/stuck", test_node_stuck);
  g_test_add_func ("/printer/node/pulled", test_node_pulled);
  g_test_add_func ("/printer/usb/nowhere", test_usb_nowhere);
  g_test_add_func ("/printer/serial/whole", test_serial);
  g_test_add_func ("/printer/serial/slow", test_serial_slow);
  g_test_add_func ("/printer/serial/trouble", test_serial_trouble);
  return g_test_run ();
}
