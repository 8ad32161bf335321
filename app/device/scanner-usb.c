/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/hid-descriptor.h"
#include "device/scanner-port.h"
#include "device/usb-device.h"

#include <poll.h>
#include <string.h>

/*
 * usb:VVVV:PPPP[:SERIAL] — a HID POS scanner, or a keyboard that was said to be one. usb: alone finds HID
 * POS only: a person's keyboard is never taken away by itself.
 */

#define SUBCLASS_BOOT 1
#define PROTOCOL_KEYBOARD 1
#define PROTOCOL_MOUSE 2

/* Requests (USB 2.0, table 9-4; HID 1.11, 7.1 and 7.2). */
#define FROM_INTERFACE 0x81
#define CLASS_TO_INTERFACE 0x21
#define GET_DESCRIPTOR 0x06
#define REPORT_DESCRIPTOR 0x2200
#define SET_IDLE 0x0A
#define SET_PROTOCOL 0x0B
#define BOOT_PROTOCOL 0
#define REPORT_PROTOCOL 1

/* A busy computer takes its time, and a keyboard that missed the question speaks another protocol. */
#define ASK_MS 1000
#define MAX_DESCRIPTOR_BYTES 1024
#define KEYBOARD_BYTES 8
/* One after another without a report between them. */
#define MAX_STALLS 3
/* More than are plugged in anywhere; the oldest is forgotten, and asked once more. */
#define MAX_REJECTED 64

typedef struct
{
  MrInputPort port;
  MrUsbMatch match;
  MrUsbBus *bus; /* (owned) (nullable): from the first try on */
  guint watch;
  GArray *rejected; /* (owned): guint32, plugged-in interfaces that are no scanners */
  MrUsbDevice *device; /* (owned) (nullable) */
  MrUsbTransfer *transfer; /* (owned) (nullable) */
  gsize n_bytes; /* of one report, in whole packets */
  gboolean is_keyboard;
  guint n_stalls;
} Usb;

static void
on_bus_changed (gpointer user)
{
  mr_input_thread_nudge (((Usb *) user)->port.thread);
}

static gboolean
is_keyboard (const MrUsbInterface *interface)
{
  return interface->subclass == SUBCLASS_BOOT && interface->protocol == PROTOCOL_KEYBOARD;
}

static gboolean
is_mouse (const MrUsbInterface *interface)
{
  return interface->subclass == SUBCLASS_BOOT && interface->protocol == PROTOCOL_MOUSE;
}

static guint32
get_plug (const MrUsbInterface *interface)
{
  return (guint32) interface->bus << 16 | (guint32) interface->address << 8 | interface->number;
}

static gboolean
is_rejected (const Usb *self, const MrUsbInterface *interface)
{
  for (guint i = 0; i < self->rejected->len; i++)
    if (g_array_index (self->rejected, guint32, i) == get_plug (interface))
      return TRUE;
  return FALSE;
}

static void
reject (Usb *self, const MrUsbInterface *interface)
{
  guint32 plug = get_plug (interface);

  if (self->rejected->len >= MAX_REJECTED)
    g_array_remove_index (self->rejected, 0);
  g_array_append_val (self->rejected, plug);
}

static void
usb_close (MrInputPort *port)
{
  Usb *self = (Usb *) port;
  MrDeviceReason ignored;

  g_clear_pointer (&self->transfer, mr_usb_transfer_free);
  /* The system expects a keyboard as it left it. */
  if (self->device != NULL && self->is_keyboard)
    mr_usb_device_ask (self->device, CLASS_TO_INTERFACE, SET_PROTOCOL, REPORT_PROTOCOL,
                       mr_usb_device_get_interface (self->device)->number, NULL, 0, ASK_MS,
                       &ignored);
  g_clear_pointer (&self->device, mr_usb_device_close);
}

static void
start_reading (Usb *self, guint n_report_bytes)
{
  const MrUsbInterface *interface = mr_usb_device_get_interface (self->device);
  guint packet = MAX (interface->in_size, 1);

  self->n_bytes = (gsize) MAX ((n_report_bytes + packet - 1) / packet, 1) * packet;
  self->transfer = mr_usb_transfer_new (self->device, interface->in_endpoint, self->n_bytes);
  self->n_stalls = 0;
}

/* Reports as the boot protocol has them, and none while no key moves. */
static void
open_keyboard (Usb *self, GByteArray *greeting)
{
  const guint8 kind = MR_SCANNER_KEYBOARD;
  guint8 number = mr_usb_device_get_interface (self->device)->number;
  MrDeviceReason ignored;

  self->is_keyboard = TRUE;
  mr_usb_device_ask (self->device, CLASS_TO_INTERFACE, SET_PROTOCOL, BOOT_PROTOCOL, number, NULL, 0,
                     ASK_MS, &ignored);
  mr_usb_device_ask (self->device, CLASS_TO_INTERFACE, SET_IDLE, 0, number, NULL, 0, ASK_MS,
                     &ignored);
  g_byte_array_append (greeting, &kind, 1);
  start_reading (self, KEYBOARD_BYTES);
}

/* In which order the interfaces of a device are taken. */
typedef enum
{
  TRY_TOLD, /* whose descriptor says that it is a scanner */
  TRY_KEYBOARD,
  TRY_MUTE, /* that does not tell its descriptor; who named the device is believed */
} Try;

/* FALSE when it is no scanner. */
static gboolean
open_hid_pos (Usb *self, Try kind_of_try, GByteArray *greeting)
{
  const guint8 kind = MR_SCANNER_HID_POS;
  guint8 descriptor[MAX_DESCRIPTOR_BYTES];
  MrHidScanner layout;
  MrDeviceReason ignored;
  int n = mr_usb_device_ask (self->device, FROM_INTERFACE, GET_DESCRIPTOR, REPORT_DESCRIPTOR,
                             mr_usb_device_get_interface (self->device)->number, descriptor,
                             sizeof descriptor, ASK_MS, &ignored);

  self->is_keyboard = FALSE;
  if (n > 0 && !mr_hid_scanner_parse (descriptor, (gsize) n, &layout))
    {
      reject (self, mr_usb_device_get_interface (self->device));
      return FALSE;
    }
  if (n <= 0 && kind_of_try != TRY_MUTE)
    return FALSE;
  g_byte_array_append (greeting, &kind, 1);
  if (n > 0)
    g_byte_array_append (greeting, descriptor, (guint) n);
  start_reading (self, n > 0 ? layout.n_bytes : 0);
  return TRUE;
}

static MrDeviceReason
try_interface (Usb *self, MrUsbInterface *interface, Try kind_of_try, GByteArray *greeting)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  if (is_rejected (self, interface))
    return MR_DEVICE_REASON_NO_DEVICE;
  self->device = mr_usb_device_open (interface, &reason);
  if (self->device == NULL)
    return reason;
  if (is_keyboard (interface))
    open_keyboard (self, greeting);
  else if (!open_hid_pos (self, kind_of_try, greeting))
    {
      usb_close (&self->port);
      return MR_DEVICE_REASON_NO_DEVICE;
    }
  return MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
try_all (Usb *self, GPtrArray *interfaces, Try kind_of_try, GByteArray *greeting)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NO_DEVICE;

  for (guint i = 0; i < interfaces->len; i++)
    {
      MrUsbInterface *interface = g_ptr_array_index (interfaces, i);
      MrDeviceReason other;

      if (is_mouse (interface) || is_keyboard (interface) != (kind_of_try == TRY_KEYBOARD))
        continue;
      other = try_interface (self, interface, kind_of_try, greeting);
      if (other == MR_DEVICE_REASON_NONE)
        return other;
      /* What a person can do something about is told first. */
      if (reason == MR_DEVICE_REASON_NO_DEVICE)
        reason = other;
    }
  return reason;
}

static MrDeviceReason
usb_open (MrInputPort *port, GByteArray *greeting, const MrDeviceWait *wait)
{
  Usb *self = (Usb *) port;
  g_autoptr (GPtrArray) interfaces = NULL;
  MrDeviceReason reason;

  if (self->bus == NULL)
    {
      self->bus = mr_usb_bus_get ();
      self->watch = mr_usb_bus_watch (self->bus, on_bus_changed, self);
    }
  interfaces = mr_usb_bus_find (self->bus, MR_USB_HID, &self->match);
  reason = try_all (self, interfaces, TRY_TOLD, greeting);
  for (Try next = TRY_KEYBOARD; next <= TRY_MUTE && !self->match.is_any; next++)
    {
      MrDeviceReason other;

      if (reason == MR_DEVICE_REASON_NONE)
        break;
      other = try_all (self, interfaces, next, greeting);
      if (other == MR_DEVICE_REASON_NONE || reason == MR_DEVICE_REASON_NO_DEVICE)
        reason = other;
    }
  return reason;
}

static MrDeviceReason
take_report (Usb *self, guint8 *bytes, gsize size, gsize *n_read)
{
  const guint8 *report;
  gsize n = 0;

  switch (mr_usb_transfer_take (self->transfer, &report, &n))
    {
    case MR_USB_DONE:
      *n_read = MIN (n, size);
      memcpy (bytes, report, *n_read);
      self->n_stalls = 0;
      return MR_DEVICE_REASON_NONE;
    case MR_USB_STALLED:
      if (++self->n_stalls > MAX_STALLS ||
          !mr_usb_device_clear_stall (self->device,
                                      mr_usb_device_get_interface (self->device)->in_endpoint))
        return MR_DEVICE_REASON_IO;
      return MR_DEVICE_REASON_NONE;
    case MR_USB_CANCELLED:
      return MR_DEVICE_REASON_NONE;
    case MR_USB_GONE:
    default:
      return MR_DEVICE_REASON_NO_DEVICE;
    }
}

static MrDeviceReason
usb_read (MrInputPort *port, guint8 *bytes, gsize size, gsize *n_read, int timeout_ms,
          const MrDeviceWait *wait)
{
  Usb *self = (Usb *) port;

  *n_read = 0;
  if (!mr_usb_transfer_is_started (self->transfer))
    mr_usb_transfer_start (self->transfer, NULL, self->n_bytes);
  if (mr_device_wait (wait, mr_usb_transfer_get_fd (self->transfer), POLLIN, timeout_ms) !=
      MR_WAIT_READY)
    return MR_DEVICE_REASON_NONE;
  return take_report (self, bytes, size, n_read);
}

static void
usb_free (MrInputPort *port)
{
  Usb *self = (Usb *) port;

  if (self->bus != NULL)
    mr_usb_bus_unwatch (self->bus, self->watch);
  g_clear_pointer (&self->bus, mr_usb_bus_unref);
  mr_usb_match_clear (&self->match);
  g_array_unref (self->rejected);
  g_free (self);
}

static const MrInputPortClass usb_class = {
  .open = usb_open,
  .read = usb_read,
  .close = usb_close,
  .free = usb_free,
};

MrInputPort *
mr_scanner_usb_new (const char *text, GError **error)
{
  MrUsbMatch match = { 0 };
  Usb *self;

  if (!mr_usb_match_parse (text, &match, error))
    return NULL;
  self = g_new0 (Usb, 1);
  self->port.class = &usb_class;
  self->match = match;
  self->rejected = g_array_new (FALSE, FALSE, sizeof (guint32));
  return &self->port;
}
