/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-port.h"

#include "device/serial-line.h"

#include <string.h>
#include <sys/ioctl.h>

/*
 * serial:PATH[:BAUD[:FORMAT]][:wire] — a printer on a serial line, opened for each job. It says that its
 * buffer is full by XOFF, which no answer of a printer holds, or by a wire (its DTR or RTS on our CTS)
 * when so said: without that wire in the cable such a line would wait for ever.
 */

#define WIRE ":wire"
/* How often it is looked whether all has been sent. */
#define STEP_MS 20
/* What a line's own buffer may still hold when the system has sent all. */
#define CHIP_BITS (128 * BYTE_BITS)
/* On the line, with the bits that frame it. */
#define BYTE_BITS 10

typedef struct
{
  MrPrinterPort port;
  MrSerialPlace *place; /* (owned) */
  MrSerialFlow flow;
  MrSerialLine line;
  gint64 through_us; /* monotonic: when the last byte written has crossed the line */
} Serial;

static void
serial_close (MrPrinterPort *port)
{
  Serial *self = (Serial *) port;

  mr_serial_line_close (&self->line);
}

static MrDeviceReason
serial_open (MrPrinterPort *port, const char *job_id, const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;

  return mr_serial_line_open (&self->line, self->place, self->flow);
}

/* What the kernel says when the adapter is pulled in the middle. */
static MrDeviceReason
pulled (MrDeviceReason reason)
{
  return reason == MR_DEVICE_REASON_IO || reason == MR_DEVICE_REASON_DROPPED
             ? MR_DEVICE_REASON_NO_DEVICE
             : reason;
}

static MrDeviceReason
serial_write (MrPrinterPort *port, const guint8 *bytes, gsize length, gsize *n_taken,
              const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;
  MrDeviceReason reason = pulled (
      mr_device_write_fd (self->line.fd, bytes, length, n_taken, port->timing.stall_ms, wait));

  self->through_us = MAX (self->through_us, g_get_monotonic_time ()) +
                     (gint64) *n_taken * BYTE_BITS * G_USEC_PER_SEC / self->place->baud;
  return reason;
}

/* How long what was written is still on its way: a question stands behind it. */
static int
get_under_way_ms (const Serial *self)
{
  return (int) (MAX (self->through_us - g_get_monotonic_time (), 0) / 1000);
}

/* A line has no end: nothing to read is no hanging up. */
static int
serial_read (MrPrinterPort *port, guint8 *bytes, int size, int timeout_ms, const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;

  int patience_ms = timeout_ms > 0 ? timeout_ms + get_under_way_ms (self) : timeout_ms;
  int n = mr_device_read_fd (self->line.fd, bytes, size, patience_ms, wait);

  return MAX (n, 0);
}

/* Until the system has sent all, as long as it gets less. */
static MrDeviceReason
wait_sent (Serial *self, const MrDeviceWait *wait)
{
  int before = G_MAXINT;
  int waited_ms = 0;
  int queued;

  while (ioctl (self->line.fd, TIOCOUTQ, &queued) == 0 && queued > 0)
    {
      waited_ms = queued < before ? 0 : waited_ms + STEP_MS;
      before = queued;
      if (waited_ms >= mr_device_wait_get_patience (wait, self->port.timing.stall_ms))
        return MR_DEVICE_REASON_NO_ANSWER;
      if (mr_device_wait (wait, -1, 0, STEP_MS) == MR_WAIT_STOP)
        return MR_DEVICE_REASON_CLOSED;
    }
  return MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
serial_finish (MrPrinterPort *port, const MrDeviceWait *wait)
{
  Serial *self = (Serial *) port;
  MrDeviceReason reason = wait_sent (self, wait);

  /* Closing drops what the chip has not sent. */
  if (reason == MR_DEVICE_REASON_NONE)
    mr_device_wait (wait, -1, 0, (int) (CHIP_BITS * 1000 / self->place->baud) + 1);
  serial_close (port);
  return reason;
}

static void
serial_free (MrPrinterPort *port)
{
  Serial *self = (Serial *) port;

  mr_serial_place_free (self->place);
  g_free (self);
}

static const MrPrinterPortClass serial_class = {
  .open = serial_open,
  .write = serial_write,
  .read = serial_read,
  .finish = serial_finish,
  .close = serial_close,
  .free = serial_free,
  .is_local = TRUE,
};

MrPrinterPort *
mr_printer_serial_new (const char *text, GError **error)
{
  gboolean by_wire = g_str_has_suffix (text, WIRE);
  g_autofree char *line = g_strndup (text, strlen (text) - (by_wire ? strlen (WIRE) : 0));
  MrSerialPlace *place = mr_serial_place_parse (line, error);
  Serial *self;

  if (place == NULL)
    return NULL;
  self = g_new0 (Serial, 1);
  self->port.class = &serial_class;
  self->place = place;
  self->flow = by_wire ? MR_SERIAL_FLOW_WIRE : MR_SERIAL_FLOW_BYTES;
  self->line.fd = -1;
  return &self->port;
}
