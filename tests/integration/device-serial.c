/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "temp-dir.h"

#include "device/serial-line.h"
#include "device/serial-list.h"

#include <fcntl.h>
#include <glib/gstdio.h>
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

/* --- which lines there are --- */

static void
make_file (const char *root, const char *path, const char *text)
{
  g_autofree char *whole = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (whole, text, -1, NULL));
}

static void
make_link (const char *root, const char *path, const char *target)
{
  g_autofree char *whole = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, whole), ==, 0);
}

/* Two that are built in, one of them only a socket the system allows for; adapters with and without a name;
 * one device with two lines; a console. */
static void
test_list (void)
{
  static const char *const expected =
      "dev/serial/by-id/usb-1a86_Scale-if00 1a86 Scale usb\n"
      "dev/serial/by-id/usb-1a86_Scale-if02 usb-1a86_Scale-if02 usb\n"
      "dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K-if00-port0 FTDI FT232R USB UART A10K usb\n"
      "dev/ttyAMA0 ttyAMA0 \n"
      "dev/ttyS0 COM1 \n"
      "dev/ttyUSB3 ttyUSB3 usb\n";
  static const char *const devices[] = { "ttyACM0", "ttyACM1", "ttyAMA0", "ttyS0",
                                         "ttyS1",   "ttyUSB0", "ttyUSB3", "tty1" };
  g_autofree char *root = temp_dir_new ();
  g_autofree char *dev = g_build_filename (root, "dev", NULL);
  g_autofree char *sys = g_build_filename (root, "sys", NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GPtrArray) none = mr_serial_list (dev, sys);
  g_autoptr (GPtrArray) ports = NULL;

  g_assert_cmpuint (none->len, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      g_autofree char *node = g_build_filename ("dev", devices[i], NULL);
      g_autofree char *driver =
          g_build_filename ("sys/class/tty", devices[i],
                            g_str_equal (devices[i], "tty1") ? "power" : "device", NULL);

      make_file (root, node, "");
      make_file (root, driver, "");
    }
  make_file (root, "sys/class/tty/ttyS0/type", "4\n");
  make_file (root, "sys/class/tty/ttyS1/type", "0\n");
  make_file (root, "sys/class/tty/ttyUSB9/device", "");
  make_link (root, "dev/serial/by-id/usb-1a86_Scale-if00", "../../ttyACM0");
  make_link (root, "dev/serial/by-id/usb-1a86_Scale-if02", "../../ttyACM1");
  make_link (root, "dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K-if00-port0", "../../ttyUSB0");
  ports = mr_serial_list (dev, sys);
  for (guint i = 0; i < ports->len; i++)
    {
      const MrSerialPort *port = g_ptr_array_index (ports, i);

      g_string_append_printf (seen, "%s %s %s\n", port->path + strlen (root) + 1, port->name,
                              port->is_usb ? "usb" : "");
    }
  g_assert_cmpstr (seen->str, ==, expected);
  temp_dir_remove (root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-serial/places", test_places);
  g_test_add_func ("/device-serial/raw", test_raw);
  g_test_add_func ("/device-serial/settings", test_settings);
  g_test_add_func ("/device-serial/refused", test_refused);
  g_test_add_func ("/device-serial/list", test_list);
  return g_test_run ();
}
