/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-id.h"
#include "device/printer-port.h"
#include "device/printer-status.h"
#include "device/usb-device.h"

#include <libusb.h>
#include <poll.h>
#include <string.h>

/*
 * usb:VVVV:PPPP[:SERIAL], or usb: — a printer of class 7 by libusb. It is kept from one job to the next:
 * letting go would call the kernel's driver, which may give it to somebody else. A transfer out that
 * is late is taken back and goes on where it was; one in is always under way, so what the printer
 * said meanwhile and that it was unplugged show at the next read.
 */

typedef struct
{
  MrPrinterPort port;
  MrUsbMatch match;
  MrUsbBus *bus; /* (owned) (nullable) until it is watched or opened */
  guint watch;
  MrUsbDevice *device; /* (owned) (nullable) */
  MrUsbTransfer *out; /* (owned) (nullable) with the device */
  MrUsbTransfer *in; /* (owned) (nullable): one-way printers have none */
  gsize in_size;
  guint8 said[16]; /* what was read and not asked for yet */
  gsize n_said;
  gboolean is_gone;
  gboolean in_stalled; /* once */
  gboolean has_no_status;
  gboolean had_paper;
} Usb;

#define OUT_BYTES 4096
/* Whatever a printer said before has come by then; at first it may have more to say. */
#define DRAIN_MS 10
#define FIRST_DRAIN_MS 50
/* How often it may be looked why nothing goes out. */
#define MAX_STEP_MS 250
#define STEPS 4
#define ASK_MS 1000
#define GET_DEVICE_ID 0
#define GET_PORT_STATUS 1
/* Printer class 1.1, 4.2.3: to the interface; version 1.0 had it to "other". */
#define SOFT_RESET 2
#define MAX_ID_BYTES 1024

static void
drop_device (Usb *self)
{
  g_clear_pointer (&self->in, mr_usb_transfer_free);
  g_clear_pointer (&self->out, mr_usb_transfer_free);
  g_clear_pointer (&self->device, mr_usb_device_close);
  self->n_said = 0;
  self->is_gone = FALSE;
  self->in_stalled = FALSE;
  self->has_no_status = FALSE;
  self->had_paper = FALSE;
}

static MrUsbBus *
get_bus (Usb *self)
{
  if (self->bus == NULL)
    self->bus = mr_usb_bus_get ();
  return self->bus;
}

static gboolean
is_plugged_in (Usb *self)
{
  const MrUsbInterface *mine = mr_usb_device_get_interface (self->device);
  g_autoptr (GPtrArray) found = mr_usb_bus_find (get_bus (self), MR_USB_PRINTER, &self->match);

  for (guint i = 0; i < found->len; i++)
    {
      const MrUsbInterface *other = g_ptr_array_index (found, i);

      if (other->bus == mine->bus && other->address == mine->address)
        return TRUE;
    }
  return FALSE;
}

/* A question to the class. How many bytes it answered; −1 when it refuses. */
static int
ask_class (Usb *self, guint8 request, guint16 index, guint8 *bytes, guint16 size)
{
  MrDeviceReason reason;
  int n = mr_usb_device_ask (self->device,
                             LIBUSB_ENDPOINT_IN | LIBUSB_REQUEST_TYPE_CLASS |
                                 LIBUSB_RECIPIENT_INTERFACE,
                             request, 0, index, bytes, size, ASK_MS, &reason);

  self->is_gone = reason != MR_DEVICE_REASON_NONE;
  /* A refused question stalls more than itself on some. */
  if (n < 0 && !self->is_gone)
    mr_usb_device_clear_stall (self->device,
                               mr_usb_device_get_interface (self->device)->out_endpoint);
  return n;
}

/* Printers without strings are asked by the way of their class. Those that have them are spared: some
 * do not take the question well. */
static char *
dup_name (Usb *self, const MrUsbInterface *interface)
{
  g_autofree guint8 *bytes = NULL;
  int n;

  if (interface->name != NULL)
    return mr_usb_interface_dup_name (interface);
  bytes = g_malloc (MAX_ID_BYTES);
  n = ask_class (self, GET_DEVICE_ID, (guint16) (interface->number << 8 | interface->alternate),
                 bytes, MAX_ID_BYTES);
  return n > 0 ? mr_printer_id_dup_name (bytes, (gsize) n) : NULL;
}

static void
start_in (Usb *self)
{
  if (!mr_usb_transfer_is_started (self->in))
    mr_usb_transfer_start (self->in, NULL, self->in_size);
}

static void
begin_with (Usb *self, const MrDeviceWait *wait)
{
  const MrUsbInterface *interface = mr_usb_device_get_interface (self->device);

  g_free (self->port.name);
  self->port.name = dup_name (self, interface);
  self->port.is_one_way = interface->in_endpoint == 0;
  self->out = mr_usb_transfer_new (self->device, interface->out_endpoint, OUT_BYTES);
  if (self->port.is_one_way)
    return;
  self->in_size = MAX (interface->in_size, 1);
  self->in = mr_usb_transfer_new (self->device, interface->in_endpoint, self->in_size);
  start_in (self);
  mr_device_wait (wait, mr_usb_transfer_get_fd (self->in), POLLIN, FIRST_DRAIN_MS);
}

static MrDeviceReason
usb_open (MrPrinterPort *port, const char *job_id, const MrDeviceWait *wait)
{
  Usb *self = (Usb *) port;
  g_autoptr (GPtrArray) found = NULL;
  MrDeviceReason first = MR_DEVICE_REASON_NO_DEVICE;

  if (self->device != NULL && (self->is_gone || !is_plugged_in (self)))
    drop_device (self);
  if (self->device != NULL)
    return MR_DEVICE_REASON_NONE;
  found = mr_usb_bus_find (get_bus (self), MR_USB_PRINTER, &self->match);
  for (guint i = 0; i < found->len && self->device == NULL; i++)
    {
      MrDeviceReason reason;

      self->device = mr_usb_device_open (g_ptr_array_index (found, i), &reason);
      if (i == 0)
        first = reason;
    }
  if (self->device != NULL)
    begin_with (self, wait);
  else if (found->len == 0)
    mr_usb_bus_look (self->bus);
  return self->device != NULL ? MR_DEVICE_REASON_NONE : first;
}

/* One transfer, or as much of it as goes until @step_ms are over. */
static MrDeviceReason
write_once (Usb *self, const guint8 *bytes, gsize length, gsize *n_taken, int step_ms,
            gboolean *is_stalled, const MrDeviceWait *wait)
{
  MrWaitResult waited;

  mr_usb_transfer_start (self->out, bytes, MIN (length, OUT_BYTES));
  waited = mr_device_wait (wait, mr_usb_transfer_get_fd (self->out), POLLIN, step_ms);
  if (waited != MR_WAIT_READY)
    mr_usb_transfer_cancel (self->out);
  switch (mr_usb_transfer_take (self->out, NULL, n_taken))
    {
    case MR_USB_DONE:
      return MR_DEVICE_REASON_NONE;
    case MR_USB_CANCELLED:
      return waited == MR_WAIT_STOP ? MR_DEVICE_REASON_CLOSED : MR_DEVICE_REASON_NO_ANSWER;
    case MR_USB_STALLED:
      if (!*is_stalled &&
          mr_usb_device_clear_stall (self->device,
                                     mr_usb_device_get_interface (self->device)->out_endpoint))
        {
          *is_stalled = TRUE;
          return MR_DEVICE_REASON_NONE;
        }
      G_GNUC_FALLTHROUGH;
    case MR_USB_GONE:
    default:
      self->is_gone = TRUE;
      return MR_DEVICE_REASON_NO_DEVICE;
    }
}

static MrDeviceReason
usb_write (MrPrinterPort *port, const guint8 *bytes, gsize length, gsize *n_taken,
           const MrDeviceWait *wait)
{
  Usb *self = (Usb *) port;
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;
  int step_ms = CLAMP (port->timing.stall_ms / STEPS, 1, MAX_STEP_MS);
  gboolean is_stalled = FALSE;

  *n_taken = 0;
  if (self->is_gone)
    return MR_DEVICE_REASON_NO_DEVICE;
  while (*n_taken < length && reason == MR_DEVICE_REASON_NONE)
    {
      gsize n = 0;

      reason =
          write_once (self, bytes + *n_taken, length - *n_taken, &n, step_ms, &is_stalled, wait);
      *n_taken += n;
    }
  return reason;
}

/* What ended, into the bytes that were said. FALSE when there is no more to be read. */
static gboolean
take_in (Usb *self)
{
  const guint8 *bytes;
  gsize n;

  switch (mr_usb_transfer_take (self->in, &bytes, &n))
    {
    case MR_USB_DONE:
      /* One that says more at once than anybody asked for says nothing of use. */
      self->n_said = MIN (n, sizeof self->said);
      memcpy (self->said, bytes + n - self->n_said, self->n_said);
      return TRUE;
    case MR_USB_STALLED:
      self->port.is_one_way =
          self->in_stalled ||
          !mr_usb_device_clear_stall (self->device,
                                      mr_usb_device_get_interface (self->device)->in_endpoint);
      self->in_stalled = TRUE;
      return !self->port.is_one_way;
    case MR_USB_CANCELLED:
      return TRUE;
    case MR_USB_GONE:
    default:
      self->is_gone = TRUE;
      return FALSE;
    }
}

static int
usb_read (MrPrinterPort *port, guint8 *bytes, int size, int timeout_ms, const MrDeviceWait *wait)
{
  Usb *self = (Usb *) port;
  gint64 end_us = g_get_monotonic_time () + MAX (timeout_ms, DRAIN_MS) * (gint64) 1000;
  int n;

  while (self->n_said == 0 && !self->is_gone && !port->is_one_way)
    {
      int left_ms = (int) ((end_us - g_get_monotonic_time () + 999) / 1000);

      start_in (self);
      if (left_ms <= 0 || mr_device_wait (wait, mr_usb_transfer_get_fd (self->in), POLLIN,
                                          left_ms) != MR_WAIT_READY)
        return 0;
      /* Some send empty packets without end instead of nothing. */
      if (take_in (self) && self->n_said == 0 &&
          mr_device_wait (wait, -1, 0, MIN (left_ms, DRAIN_MS)) == MR_WAIT_STOP)
        return 0;
    }
  n = MIN ((int) self->n_said, size);
  memcpy (bytes, self->said, (gsize) n);
  self->n_said -= (gsize) n;
  memmove (self->said, self->said + n, self->n_said);
  return self->is_gone && n == 0 ? -1 : n;
}

static MrDeviceReason
usb_look (MrPrinterPort *port)
{
  Usb *self = (Usb *) port;
  guint8 status;

  if (self->is_gone)
    return MR_DEVICE_REASON_NO_DEVICE;
  if (self->has_no_status)
    return MR_DEVICE_REASON_NONE;
  self->has_no_status =
      ask_class (self, GET_PORT_STATUS, mr_usb_device_get_interface (self->device)->number, &status,
                 1) < 1;
  if (self->is_gone)
    return MR_DEVICE_REASON_NO_DEVICE;
  if (self->has_no_status)
    return MR_DEVICE_REASON_NONE;
  return mr_status_port_is_paper_out (status, &self->had_paper) ? MR_DEVICE_REASON_PAPER
                                                                : MR_DEVICE_REASON_NONE;
}

/* As the class knows it: the buffers are emptied and the pipes begin anew, on both sides. */
static gboolean
usb_unblock (MrPrinterPort *port)
{
  Usb *self = (Usb *) port;
  static const guint8 recipients[] = { LIBUSB_RECIPIENT_INTERFACE, LIBUSB_RECIPIENT_OTHER };
  const MrUsbInterface *interface;
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;
  guint8 nothing[1];
  int n = -1;

  if (self->device == NULL || self->is_gone)
    return FALSE;
  interface = mr_usb_device_get_interface (self->device);
  for (gsize i = 0; i < sizeof recipients && n < 0 && reason == MR_DEVICE_REASON_NONE; i++)
    n = mr_usb_device_ask (self->device,
                           LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_CLASS | recipients[i],
                           SOFT_RESET, 0, interface->number, nothing, 0, ASK_MS, &reason);
  self->is_gone = reason != MR_DEVICE_REASON_NONE;
  if (n < 0)
    return FALSE;
  mr_usb_device_clear_stall (self->device, interface->out_endpoint);
  if (self->in == NULL)
    return TRUE;
  mr_usb_transfer_free (self->in);
  mr_usb_device_clear_stall (self->device, interface->in_endpoint);
  self->n_said = 0;
  self->in = mr_usb_transfer_new (self->device, interface->in_endpoint, self->in_size);
  start_in (self);
  return TRUE;
}

/* Every byte that was taken has arrived. */
static MrDeviceReason
usb_finish (MrPrinterPort *port, const MrDeviceWait *wait)
{
  return MR_DEVICE_REASON_NONE;
}

static void
usb_close (MrPrinterPort *port)
{
  Usb *self = (Usb *) port;

  if (self->is_gone)
    drop_device (self);
}

static void
usb_watch (MrPrinterPort *port, void (*on_changed) (gpointer user), gpointer user)
{
  Usb *self = (Usb *) port;

  self->watch = mr_usb_bus_watch (get_bus (self), on_changed, user);
}

static void
usb_free (MrPrinterPort *port)
{
  Usb *self = (Usb *) port;

  drop_device (self);
  if (self->watch != 0)
    mr_usb_bus_unwatch (self->bus, self->watch);
  g_clear_pointer (&self->bus, mr_usb_bus_unref);
  mr_usb_match_clear (&self->match);
  g_free (self);
}

static const MrPrinterPortClass usb_class = {
  .open = usb_open,
  .write = usb_write,
  .read = usb_read,
  .look = usb_look,
  .unblock = usb_unblock,
  .finish = usb_finish,
  .close = usb_close,
  .watch = usb_watch,
  .free = usb_free,
  .is_local = TRUE,
  .hung_up = MR_DEVICE_REASON_NO_DEVICE,
};

MrPrinterPort *
mr_printer_usb_new (const char *text, GError **error)
{
  MrUsbMatch match;
  Usb *self;

  if (!mr_usb_match_parse (text, &match, error))
    return NULL;
  self = g_new0 (Usb, 1);
  self->port.class = &usb_class;
  self->match = match;
  return &self->port;
}
