/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/serial-line.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

/* A serial line on a pseudo terminal: the far end is the device. */

static void
test_places (void)
{
  static const struct
  {
    const char *text;
    MrSerialPlace place;
  } good[] = {
    { "/dev/ttyS0", { (char *) "/dev/ttyS0", 9600, 8, 'N', 1 } },
    { "/dev/ttyUSB1:115200", { (char *) "/dev/ttyUSB1", 115200, 8, 'N', 1 } },
    { "/dev/serial/by-id/scale:2400:7e2", { (char *) "/dev/serial/by-id/scale", 2400, 7, 'E', 2 } },
    { "/dev/ttyS0:4800:8O1", { (char *) "/dev/ttyS0", 4800, 8, 'O', 1 } },
  };
  static const char *const bad[] = {
    "",           "ttyS0",           ":9600",          "/dev/ttyS0:",      "/dev/ttyS0:9601",
    "/dev/t:0",   "/dev/t:9600:",    "/dev/t:9600:8N", "/dev/t:9600:9N1",  "/dev/t:9600:8N3",
    "/dev/t:+96", "/dev/t:9600:8X1", "/dev/t:9600 ",   "/dev/t:9600:8N1:", "/dev/t:9600:8N11",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrSerialPlace) place = mr_serial_place_parse (good[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (place->path, ==, good[i].place.path);
      g_assert_cmpuint (place->baud, ==, good[i].place.baud);
      g_assert_cmpuint (place->data_bits, ==, good[i].place.data_bits);
      g_assert_cmpint (place->parity, ==, good[i].place.parity);
      g_assert_cmpuint (place->stop_bits, ==, good[i].place.stop_bits);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mr_serial_place_parse (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

typedef struct
{
  int far;
  MrSerialPlace place;
  char path[64];
  struct termios before;
} Device;

static void
plug (Device *self)
{
  int near;

  *self = (Device){ .place = { NULL, 9600, 8, 'N', 1 } };
  g_assert_cmpint (openpty (&self->far, &near, self->path, NULL, NULL), ==, 0);
  g_assert_cmpint (tcgetattr (near, &self->before), ==, 0);
  close (near);
  self->place.path = self->path;
}

/* What the terminal is set to now. */
static struct termios
look (const Device *self)
{
  struct termios now;
  int fd = open (self->path, O_RDWR | O_NOCTTY | O_NONBLOCK);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (tcgetattr (fd, &now), ==, 0);
  close (fd);
  return now;
}

static void
read_all (int fd, guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length;)
    {
      struct pollfd ready = { fd, POLLIN, 0 };
      ssize_t n;

      g_assert_cmpint (poll (&ready, 1, 10000), ==, 1);
      n = read (fd, bytes + i, length - i);
      g_assert_cmpint (n, >, 0);
      i += (gsize) n;
    }
}

/* Every byte there is, both ways, as it is: no line discipline has a say. */
static void
test_raw (void)
{
  MrSerialLine line = { .fd = -1 };
  guint8 sent[256], got[256];
  Device device;

  for (guint i = 0; i < sizeof sent; i++)
    sent[i] = (guint8) i;
  plug (&device);
  g_assert_cmpint (mr_serial_line_open (&line, &device.place, MR_SERIAL_FLOW_NONE), ==,
                   MR_DEVICE_REASON_NONE);
  g_assert_cmpint (write (device.far, sent, sizeof sent), ==, sizeof sent);
  read_all (line.fd, got, sizeof got);
  g_assert_cmpmem (got, sizeof got, sent, sizeof sent);
  g_assert_cmpint (write (line.fd, sent, sizeof sent), ==, sizeof sent);
  memset (got, 0, sizeof got);
  read_all (device.far, got, sizeof got);
  g_assert_cmpmem (got, sizeof got, sent, sizeof sent);
  mr_serial_line_close (&line);
  close (device.far);
}

static void
test_settings (void)
{
  MrSerialLine line = { .fd = -1 };
  struct termios now;
  Device device;

  plug (&device);
  device.place.baud = 2400;
  device.place.stop_bits = 2;
  g_assert_cmpint (mr_serial_line_open (&line, &device.place, MR_SERIAL_FLOW_BYTES), ==,
                   MR_DEVICE_REASON_NONE);
  g_assert_cmpint (tcgetattr (line.fd, &now), ==, 0);
  g_assert_cmpuint (cfgetispeed (&now), ==, B2400);
  g_assert_cmpuint (cfgetospeed (&now), ==, B2400);
  g_assert_true ((now.c_cflag & CSTOPB) != 0);
  g_assert_true ((now.c_cflag & HUPCL) == 0);
  g_assert_true ((now.c_iflag & IXON) != 0);
  g_assert_true ((now.c_lflag & (ECHO | ICANON | ISIG)) == 0);
  mr_serial_line_close (&line);
  g_assert_cmpint (line.fd, ==, -1);
  /* As it was found. */
  now = look (&device);
  g_assert_cmpuint (now.c_iflag, ==, device.before.c_iflag);
  g_assert_cmpuint (now.c_lflag, ==, device.before.c_lflag);
  g_assert_cmpuint (cfgetospeed (&now), ==, cfgetospeed (&device.before));
  mr_serial_line_close (&line);
  close (device.far);
}

static void
test_refused (void)
{
  MrSerialLine line = { .fd = -1 }, other = { .fd = -1 };
  MrSerialPlace nowhere = { (char *) "/dev/no-such-line", 9600, 8, 'N', 1 };
  MrSerialPlace no_line = { (char *) "/dev/null", 9600, 8, 'N', 1 };
  Device device;

  g_assert_cmpint (mr_serial_line_open (&line, &nowhere, MR_SERIAL_FLOW_NONE), ==,
                   MR_DEVICE_REASON_NO_DEVICE);
  g_assert_cmpint (mr_serial_line_open (&line, &no_line, MR_SERIAL_FLOW_NONE), ==,
                   MR_DEVICE_REASON_IO);
  g_assert_cmpint (line.fd, ==, -1);
  plug (&device);
  g_assert_cmpint (mr_serial_line_open (&line, &device.place, MR_SERIAL_FLOW_NONE), ==,
                   MR_DEVICE_REASON_NONE);
  g_assert_cmpint (mr_serial_line_open (&other, &device.place, MR_SERIAL_FLOW_NONE), ==,
                   MR_DEVICE_REASON_IN_USE);
  /* Who was refused has changed nothing, and is let in once it is free. */
  g_assert_cmpint (write (device.far, "w\r", 2), ==, 2);
  read_all (line.fd, (guint8[2]){ 0 }, 2);
  mr_serial_line_close (&line);
  g_assert_cmpint (mr_serial_line_open (&other, &device.place, MR_SERIAL_FLOW_NONE), ==,
                   MR_DEVICE_REASON_NONE);
  mr_serial_line_close (&other);
  close (device.far);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-serial/places", test_places);
  g_test_add_func ("/device-serial/raw", test_raw);
  g_test_add_func ("/device-serial/settings", test_settings);
  g_test_add_func ("/device-serial/refused", test_refused);
  return g_test_run ();
}
