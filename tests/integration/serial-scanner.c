/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/wedge.h"

#include "scan-desk.h"
#include "temp-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GS "\x1d"
#define EAN "6901234567892"

/* A pty is a serial line, its link the name under which it is set. */
typedef struct
{
  char *folder; /* (owned) */
  char *link; /* (owned) */
  char *location; /* (owned) */
  int master;
  int slave; /* held, so that the line stays when the scanner's side closes it */
} Cable;

static void
plug (Cable *self)
{
  char name[128];

  g_assert_cmpint (openpty (&self->master, &self->slave, name, NULL, NULL), ==, 0);
  g_assert_cmpint (symlink (name, self->link), ==, 0);
}

static void
unplug (Cable *self)
{
  g_assert_cmpint (unlink (self->link), ==, 0);
  close (self->slave);
  close (self->master);
}

static void
set_up (Cable *self, gconstpointer data)
{
  self->folder = temp_dir_new ();
  self->link = g_build_filename (self->folder, "scanner", NULL);
  self->location = g_strconcat ("serial:", self->link, NULL);
}

static void
tear_down (Cable *self, gconstpointer data)
{
  temp_dir_remove (self->folder);
  g_free (self->folder);
  g_free (self->link);
  g_free (self->location);
}

static void
send (Cable *self, const char *text)
{
  gsize length = strlen (text);

  while (length > 0)
    {
      ssize_t n = write (self->master, text, length);

      g_assert_true (n > 0 || errno == EAGAIN || errno == EINTR);
      text += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
      /* A full line empties while the loop turns. */
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
test_codes (Cable *self, gconstpointer data)
{
  g_auto (ScanDesk) desk = { NULL };

  plug (self);
  scan_desk_init (&desk, self->location);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  /* Nothing at the end: a pause ends it. */
  send (self, EAN);
  scan_desk_wait_seen (&desk, "[" EAN "]");
  send (self, EAN "\r");
  scan_desk_wait_seen (&desk, "[" EAN "]");
  send (self, "]E0" EAN "\r\n]d2010690123456789210A" GS "21X\r\n" EAN "\n" EAN "\n");
  scan_desk_wait_seen (&desk, "[]E0 " EAN "][]d2 010690123456789210A" GS "21X][" EAN "][" EAN "]");
  unplug (self);
}

static void
test_plugging (Cable *self, gconstpointer data)
{
  g_auto (ScanDesk) desk = { NULL };

  scan_desk_init (&desk, self->location);
  scan_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  for (int i = 0; i < 3; i++)
    {
      plug (self);
      mr_scanner_probe (desk.scanner);
      scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
      send (self, EAN "\r69");
      scan_desk_wait_seen (&desk, "[" EAN "]");
      unplug (self);
      scan_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
    }
  /* Half a code before the cable went is not a code after it. */
  g_assert_cmpuint (desk.n_seen, ==, 0);
}

static void
test_in_use (Cable *self, gconstpointer data)
{
  g_auto (ScanDesk) desk = { NULL };
  g_auto (ScanDesk) other = { NULL };

  plug (self);
  scan_desk_init (&desk, self->location);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  scan_desk_init (&other, self->location);
  scan_desk_wait_state (&other, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_IN_USE);
  mr_scanner_close (desk.scanner);
  while (mr_device_get_state (MR_DEVICE (other.scanner)) != MR_DEVICE_READY)
    {
      mr_scanner_probe (other.scanner);
      g_main_context_iteration (NULL, TRUE);
    }
  send (self, EAN "\r");
  scan_desk_wait_seen (&other, "[" EAN "]");
  g_assert_cmpuint (desk.n_seen, ==, 0);
  unplug (self);
}

static void
test_permission (Cable *self, gconstpointer data)
{
  g_auto (ScanDesk) desk = { NULL };

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is forbidden to root");
      return;
    }
  plug (self);
  g_assert_cmpint (fchmod (self->slave, 0), ==, 0);
  scan_desk_init (&desk, self->location);
  scan_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PERMISSION);
  unplug (self);
}

static void
test_many (Cable *self, gconstpointer data)
{
  guint n = scan_desk_count_many ();
  g_auto (ScanDesk) desk = { NULL };

  plug (self);
  g_assert_cmpint (fcntl (self->master, F_SETFL, O_NONBLOCK), ==, 0);
  scan_desk_init (&desk, self->location);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *code = scan_desk_make_code (i);
      g_autofree char *line = g_strconcat (code, "\r\n", NULL);

      send (self, line);
    }
  scan_desk_wait_many (&desk, n);
  unplug (self);
}

/* The same codes typed, a millisecond a key, and a person's key between two of them now and then. */
static void
test_many_typed (void)
{
  MrWedgeSettings settings = MR_WEDGE_SETTINGS_DEFAULT;
  g_autoptr (MrWedge) wedge = mr_wedge_new (&settings);
  guint n = scan_desk_count_many ();
  guint32 time_ms = G_MAXUINT32 - 1000;
  guint n_scans = 0;
  guint n_typed = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *code = scan_desk_make_code (i);
      MrWedgeEvent event;

      if (i % 100 == 99)
        {
          MrKeyPress person = { .keyval = '7', .character = '7', .time_ms = time_ms += 300 };

          g_assert_cmpint (mr_wedge_key (wedge, &person), ==, MR_WEDGE_HOLD);
          mr_wedge_timeout (wedge);
          time_ms += 200;
          n_typed++;
          g_assert_true (mr_wedge_pop (wedge, &event));
          g_assert_cmpint (event.kind, ==, MR_WEDGE_TYPED);
          g_assert_cmpuint (event.key.keyval, ==, '7');
        }
      for (const char *p = code; *p != '\0'; p++)
        {
          MrKeyPress key = { .keyval = (guint) *p,
                             .character = (gunichar) *p,
                             .time_ms = time_ms++ };

          g_assert_cmpint (mr_wedge_key (wedge, &key), ==, MR_WEDGE_HOLD);
        }
      g_assert_cmpint (mr_wedge_key (wedge,
                                     &(MrKeyPress){ .keyval = 0xFF0D, .time_ms = time_ms++ }),
                       ==, MR_WEDGE_CONSUME);
      g_assert_true (mr_wedge_pop (wedge, &event));
      g_assert_cmpint (event.kind, ==, MR_WEDGE_SCANNED);
      g_assert_cmpstr (event.scan->text, ==, code);
      mr_scan_free (event.scan);
      g_assert_false (mr_wedge_pop (wedge, &event));
      n_scans++;
    }
  g_assert_cmpuint (n_scans, ==, n);
  g_assert_cmpuint (n_typed, ==, n / 100);
}

static void
test_locations (void)
{
  static const struct
  {
    const char *location;
    gboolean is_good;
  } cases[] = {
    { "usb:", TRUE },
    { "usb:0c2e:0b61", TRUE },
    { "usb:0C2E:0B61:S/N 1", TRUE },
    { "usb:0c2e", FALSE },
    { "usb:0c2e:zzzz", FALSE },
    { "serial:/dev/ttyACM0", TRUE },
    { "serial:/dev/ttyUSB0:115200:7E1", TRUE },
    { "serial:/dev/ttyUSB0:fast", FALSE },
    { "tcp:127.0.0.1", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].location);
      g_assert_cmpint (mr_scanner_check_location (cases[i].location, &error), ==, cases[i].is_good);
      if (!cases[i].is_good)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/serial-scanner/codes", Cable, NULL, set_up, test_codes, tear_down);
  g_test_add ("/serial-scanner/plugging", Cable, NULL, set_up, test_plugging, tear_down);
  g_test_add ("/serial-scanner/in-use", Cable, NULL, set_up, test_in_use, tear_down);
  g_test_add ("/serial-scanner/permission", Cable, NULL, set_up, test_permission, tear_down);
  g_test_add ("/serial-scanner/many", Cable, NULL, set_up, test_many, tear_down);
  g_test_add_func ("/scanner/many-typed", test_many_typed);
  g_test_add_func ("/scanner/locations", test_locations);
  return g_test_run ();
}
