/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-status.h"

#include "device/printer.h"

#include <string.h>

/* r: real-time, q: queued, a: automatic, -: nothing */
static void
test_parse (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *kinds;
  } cases[] = {
    { "\x12", 1, "r" },
    { "\x72", 1, "r" }, /* paper out */
    { "\x16\x1e", 2, "rr" },
    { "\x00", 1, "q" },
    { "\x0c", 1, "q" },
    { "\x10\x00\x0f\x00", 4, "---a" },
    { "\x14\x00\x0f\x60\x12", 5, "---ar" },
    { "\x10\x12", 2, "-r" }, /* the rest of an automatic status was lost */
    { "\x10\x00\x10\x00\x00\x00", 6, "-----a" },
    { "\x11\x13", 2, "--" }, /* XON, XOFF */
    { "\xff\x93\x80", 3, "---" },
    { "\x11\x12\x13\x00", 4, "-r-q" },
  };
  static const char names[] = "-rqa";

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MrStatusParser parser = { { 0 } };

      for (gsize n = 0; n < cases[i].length; n++)
        {
          MrStatusKind kind = mr_status_parser_push (&parser, (guint8) cases[i].bytes[n]);

          g_assert_cmpint (names[kind], ==, cases[i].kinds[n]);
        }
    }
}

static void
test_locations (void)
{
  static const struct
  {
    const char *location;
    gboolean is_right;
  } cases[] = {
    { "tcp:192.168.1.50:9100", TRUE },
    { "tcp:printer", TRUE },
    { "tcp:[::1]:9100", TRUE },
    { "tcp:", FALSE },
    { "tcp::9100", FALSE },
    { "tcp:host:port", FALSE },
    { "tcp:host:99999", FALSE },
    { "file:/dev/usb/lp0", TRUE },
    { "file:lp0", FALSE },
    { "file:", FALSE },
    { "dir:/tmp", TRUE },
    { "dir:tmp", FALSE },
    { "usb", FALSE },
    { "", FALSE },
    { "192.168.1.50", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].location);
      g_assert_cmpint (mr_printer_check_location (cases[i].location, &error), ==,
                       cases[i].is_right);
      if (!cases[i].is_right)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_names (void)
{
  g_assert_cmpstr (mr_device_reason_to_string (MR_DEVICE_REASON_CLOSED), ==, "closed");
  g_assert_cmpstr (mr_device_reason_to_string (MR_DEVICE_REASON_PAPER), ==, "paper");
  g_assert_cmpstr (mr_device_state_to_string (MR_DEVICE_GONE), ==, "gone");
  g_assert_cmpstr (mr_print_outcome_to_string (MR_PRINT_CUT_SHORT), ==, "cut-short");
  g_assert_true (mr_print_outcome_is_printed (MR_PRINT_SENT));
  g_assert_false (mr_print_outcome_is_printed (MR_PRINT_NOT_STARTED));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer-status/parse", test_parse);
  g_test_add_func ("/printer/locations", test_locations);
  g_test_add_func ("/printer/names", test_names);
  return g_test_run ();
}
