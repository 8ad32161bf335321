/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/input-serial.h"

#include "device/serial-line.h"

#include <string.h>

/* A device that takes nothing for so long is as good as gone; what it was asked is asked again. */
#define STALL_MS 500

typedef struct
{
  MrInputPort port;
  MrSerialPlace *place; /* (owned) */
  MrSerialLine line;
} Serial;

/* The node goes and comes with the cable of an adapter. */
static MrDeviceReason
serial_open (MrInputPort *port, GByteArray *greeting, const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;

  return mr_serial_line_open (&self->line, self->place, MR_SERIAL_FLOW_NONE);
}

static MrDeviceReason
serial_read (MrInputPort *port, guint8 *bytes, gsize size, gsize *n_read, int timeout_ms,
             const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;
  int n = mr_device_read_fd (self->line.fd, bytes, (int) size, timeout_ms, wait);

  *n_read = (gsize) MAX (n, 0);
  return n < 0 ? MR_DEVICE_REASON_NO_DEVICE : MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
serial_write (MrInputPort *port, const guint8 *bytes, gsize length, const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;
  gsize n_taken;

  return mr_device_write_fd (self->line.fd, bytes, length, &n_taken, STALL_MS, wait);
}

static void
serial_close (MrInputPort *port)
{
  mr_serial_line_close (&((Serial *) port)->line);
}

static void
serial_free (MrInputPort *port)
{
  Serial *self = (Serial *) port;

  mr_serial_line_close (&self->line);
  mr_serial_place_free (self->place);
  g_free (self);
}

MrInputPort *
mr_input_serial_new (const char *place, GError **error)
{
  static const MrInputPortClass class = {
    serial_open, serial_read, serial_write, serial_close, serial_free,
  };
  MrSerialPlace *parsed = mr_serial_place_parse (place, error);
  Serial *self;

  if (parsed == NULL)
    return NULL;
  self = g_new0 (Serial, 1);
  *self = (Serial){ { &class }, parsed, { .fd = -1 } };
  return &self->port;
}
