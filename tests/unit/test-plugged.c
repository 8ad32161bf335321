/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/plugged.h"

/* What a setting of a serial line says of its speed, and what it is after another was chosen. */
static void
test_speed (void)
{
  static const struct
  {
    const char *location;
    const char *line;
    const char *speed;
    const char *faster; /* at 19200 */
    const char *elsewhere; /* on COM1 */
  } rows[] = {
    { "serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0", "9600", "serial:/dev/ttyUSB0:19200",
      "serial:/dev/ttyS0" },
    { "serial:/dev/ttyUSB0:4800:7E1", "serial:/dev/ttyUSB0", "4800",
      "serial:/dev/ttyUSB0:19200:7E1", "serial:/dev/ttyS0:4800:7E1" },
    { "serial:/dev/ttyUSB0:wire", "serial:/dev/ttyUSB0", "9600", "serial:/dev/ttyUSB0:19200:wire",
      "serial:/dev/ttyS0:wire" },
    { "serial:/dev/ttyUSB0:115200:8N1:wire", "serial:/dev/ttyUSB0", "115200",
      "serial:/dev/ttyUSB0:19200:8N1:wire", "serial:/dev/ttyS0:115200:8N1:wire" },
    { "tcp:192.168.1.50:9100", "tcp:192.168.1.50:9100", "", "tcp:192.168.1.50:9100",
      "serial:/dev/ttyS0" },
    { "window", "window", "", "window", "serial:/dev/ttyS0" },
    { "", "", "", "", "serial:/dev/ttyS0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = mr_plugged_dup_line (rows[i].location);
      g_autofree char *speed = mr_plugged_dup_speed (rows[i].location);
      g_autofree char *faster = mr_plugged_set_speed (rows[i].location, "19200");
      g_autofree char *elsewhere = mr_plugged_set_line (rows[i].location, "serial:/dev/ttyS0");

      g_assert_cmpstr (line, ==, rows[i].line);
      g_assert_cmpstr (speed, ==, rows[i].speed);
      g_assert_cmpstr (faster, ==, rows[i].faster);
      g_assert_cmpstr (elsewhere, ==, rows[i].elsewhere);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plugged/speed", test_speed);
  return g_test_run ();
}
