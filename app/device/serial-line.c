/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/serial-line.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_BAUD 9600
#define MAX_PARTS 3

static const struct
{
  guint baud;
  speed_t speed;
} speeds[] = {
  { 300, B300 },     { 600, B600 },       { 1200, B1200 },     { 2400, B2400 },
  { 4800, B4800 },   { 9600, B9600 },     { 19200, B19200 },   { 38400, B38400 },
  { 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 },
};

static gboolean
find_speed (guint baud, speed_t *speed)
{
  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    if (speeds[i].baud == baud)
      {
        *speed = speeds[i].speed;
        return TRUE;
      }
  return FALSE;
}

/* --- places --- */

static gboolean
parse_baud (const char *text, guint *baud, GError **error)
{
  guint64 value = 0;
  speed_t speed;

  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &value, NULL) &&
      find_speed ((guint) value, &speed))
    {
      *baud = (guint) value;
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "\"%s\" is no speed of a serial line, as 9600 is", text);
  return FALSE;
}

/* "8N1" */
static gboolean
parse_format (const char *text, MrSerialPlace *place, GError **error)
{
  if (strlen (text) == 3 && (text[0] == '7' || text[0] == '8') &&
      strchr ("NEO", g_ascii_toupper (text[1])) != NULL && (text[2] == '1' || text[2] == '2'))
    {
      place->data_bits = (guint) (text[0] - '0');
      place->parity = g_ascii_toupper (text[1]);
      place->stop_bits = (guint) (text[2] - '0');
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "\"%s\" does not say data bits, parity and stop bits, as 8N1 or 7E1 does", text);
  return FALSE;
}

MrSerialPlace *
mr_serial_place_parse (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 0);
  guint n = g_strv_length (parts);
  g_autoptr (MrSerialPlace) self = g_new0 (MrSerialPlace, 1);

  *self = (MrSerialPlace){ .baud = DEFAULT_BAUD, .data_bits = 8, .parity = 'N', .stop_bits = 1 };
  if (n == 0 || n > MAX_PARTS || !g_path_is_absolute (parts[0]))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is not a serial line, as /dev/ttyUSB0:9600:8N1 is", text);
      return NULL;
    }
  if ((n > 1 && !parse_baud (parts[1], &self->baud, error)) ||
      (n > 2 && !parse_format (parts[2], self, error)))
    return NULL;
  self->path = g_strdup (parts[0]);
  return g_steal_pointer (&self);
}

void
mr_serial_place_free (MrSerialPlace *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self);
}

/* --- lines --- */

static gboolean
set_up (const MrSerialLine *self, const MrSerialPlace *place, MrSerialFlow flow)
{
  struct termios now = self->before;
  speed_t speed;

  if (!find_speed (place->baud, &speed))
    return FALSE;
  cfmakeraw (&now);
  now.c_iflag &= ~(tcflag_t) (IXANY | IXOFF | IXON | INPCK | BRKINT);
  now.c_iflag |= IGNBRK | (place->parity == 'N' ? 0 : INPCK);
  now.c_cflag &= ~(tcflag_t) (CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS | HUPCL);
  now.c_cflag |= CREAD | CLOCAL | (place->data_bits == 7 ? CS7 : CS8);
  if (place->parity != 'N')
    now.c_cflag |= PARENB | (place->parity == 'O' ? PARODD : 0);
  if (place->stop_bits == 2)
    now.c_cflag |= CSTOPB;
  if (flow == MR_SERIAL_FLOW_WIRE)
    now.c_cflag |= CRTSCTS;
  else if (flow == MR_SERIAL_FLOW_BYTES)
    now.c_iflag |= IXON;
  now.c_cc[VMIN] = 0;
  now.c_cc[VTIME] = 0;
  return cfsetispeed (&now, speed) == 0 && cfsetospeed (&now, speed) == 0 &&
         tcsetattr (self->fd, TCSANOW, &now) == 0;
}

MrDeviceReason
mr_serial_line_open (MrSerialLine *self, const MrSerialPlace *place, MrSerialFlow flow)
{
  MrDeviceReason reason;

  self->fd = open (place->path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (self->fd < 0)
    return mr_device_reason_from_errno (errno);
  /* The lock is for whoever may open it all the same, as root may. */
  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0 && tcgetattr (self->fd, &self->before) == 0 &&
      set_up (self, place, flow))
    {
      /* Not every line can be closed to others. */
      ioctl (self->fd, TIOCEXCL);
      tcflush (self->fd, TCIOFLUSH);
      return MR_DEVICE_REASON_NONE;
    }
  reason = errno == EWOULDBLOCK ? MR_DEVICE_REASON_IN_USE : mr_device_reason_from_errno (errno);
  close (self->fd);
  self->fd = -1;
  return reason;
}

void
mr_serial_line_close (MrSerialLine *self)
{
  if (self->fd < 0)
    return;
  tcflush (self->fd, TCOFLUSH);
  tcsetattr (self->fd, TCSANOW, &self->before);
  ioctl (self->fd, TIOCNXCL);
  close (self->fd);
  self->fd = -1;
}
