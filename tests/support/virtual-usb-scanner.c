/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb-scanner.h"

#include "scanner-reports.h"

#include <string.h>

#define VENDOR 0x0C2E
#define PRODUCT 0x0B61
#define PACKET_BYTES 64

/* clang-format off */
static const guint8 pos_config[] = {
  9, 2, 34, 0, 1, 1, 0, 0x80, 200,
  9, 4, 0, 0, 1, 3, 0, 0, 0, /* HID, no boot protocol */
  9, 0x21, 0x11, 1, 0, 1, 0x22, 99, 0,
  7, 5, 0x84, 3, PACKET_BYTES, 0, 4,
};
static const guint8 keyboard_config[] = {
  9, 2, 59, 0, 2, 1, 0, 0x80, 200,
  9, 4, 0, 0, 1, 3, 0, 0, 0, /* media keys */
  9, 0x21, 0x11, 1, 0, 1, 0x22, 23, 0,
  7, 5, 0x82, 3, 4, 0, 10,
  9, 4, 1, 0, 1, 3, 1, 1, 0, /* boot keyboard */
  9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0,
  7, 5, 0x83, 3, SCANNER_KEY_BYTES + 8, 0, 4,
};
static const guint8 media_descriptor[] = {
  0x05, 0x0C, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0x3C, 0x02, 0x19, 0x00, 0x2A, 0x3C, 0x02,
  0x75, 0x10, 0x95, 0x01, 0x81, 0x00, 0xC0,
};
/* clang-format on */

#define KEYBOARD_INTERFACE 1
#define KEYBOARD_ENDPOINT 0x83
#define GET_DESCRIPTOR 0x06
#define REPORT_TYPE 0x22
#define SET_IDLE 0x0A
#define SET_PROTOCOL 0x0B

struct _VirtualUsbScanner
{
  VirtualScannerKind kind;
  VirtualUsbDevice *device; /* (owned) */

  /* Under the device's lock: */
  GQueue packets; /* (owned): GBytes */
  gboolean stalls;
  gboolean has_empty_packets;
  gboolean is_boot;
};

static int
copy_out (const guint8 *from, gsize length, guint8 *bytes, int size)
{
  int n = MIN ((int) length, size);

  if (n > 0)
    memcpy (bytes, from, (gsize) n);
  return n;
}

static int
tell_descriptor (VirtualUsbScanner *self, guint8 interface, guint8 *bytes, int size)
{
  switch (self->kind)
    {
    case VIRTUAL_SCANNER_HID_POS:
      return copy_out (scanner_descriptor, scanner_descriptor_length, bytes, size);
    case VIRTUAL_SCANNER_HID_POS_LATE:
      return copy_out (scanner_descriptor_late, scanner_descriptor_late_length, bytes, size);
    case VIRTUAL_SCANNER_KEYBOARD:
      if (interface != KEYBOARD_INTERFACE)
        return copy_out (media_descriptor, sizeof media_descriptor, bytes, size);
      return VIRTUAL_USB_STALL;
    case VIRTUAL_SCANNER_HID_POS_MUTE:
    default:
      return VIRTUAL_USB_STALL;
    }
}

static int
control (gpointer user, const guint8 setup[8], guint8 *bytes, int size)
{
  VirtualUsbScanner *self = user;
  guint8 interface = setup[4];

  if (setup[0] == 0x81 && setup[1] == GET_DESCRIPTOR && setup[3] == REPORT_TYPE)
    return tell_descriptor (self, interface, bytes, size);
  if (setup[0] != 0x21 || self->kind != VIRTUAL_SCANNER_KEYBOARD || interface != KEYBOARD_INTERFACE)
    return VIRTUAL_USB_STALL;
  if (setup[1] == SET_PROTOCOL)
    self->is_boot = setup[2] == 0;
  return setup[1] == SET_PROTOCOL || setup[1] == SET_IDLE ? 0 : VIRTUAL_USB_STALL;
}

/* Reports of the report protocol bear an id. */
static int
give_keys (VirtualUsbScanner *self, const guint8 *packet, gsize length, guint8 *bytes, int size)
{
  if (self->is_boot || length == 0)
    return copy_out (packet, length, bytes, size);
  g_assert_cmpint (size, >, (int) length);
  bytes[0] = 1;
  return 1 + copy_out (packet, length, bytes + 1, size - 1);
}

static int
give (gpointer user, guint8 endpoint, guint8 *bytes, int size)
{
  VirtualUsbScanner *self = user;
  g_autoptr (GBytes) packet = NULL;
  const guint8 *data;
  gsize length;

  if (self->kind == VIRTUAL_SCANNER_KEYBOARD && endpoint != KEYBOARD_ENDPOINT)
    return VIRTUAL_USB_NAK;
  if (self->stalls)
    {
      self->stalls = FALSE;
      return VIRTUAL_USB_STALL;
    }
  packet = g_queue_pop_head (&self->packets);
  if (packet == NULL)
    return VIRTUAL_USB_NAK;
  data = g_bytes_get_data (packet, &length);
  return self->kind == VIRTUAL_SCANNER_KEYBOARD ? give_keys (self, data, length, bytes, size)
                                                : copy_out (data, length, bytes, size);
}

VirtualUsbScanner *
virtual_usb_scanner_new (VirtualUsb *bus, VirtualScannerKind kind, const char *port,
                         const char *serial)
{
  static const VirtualUsbConduct conduct = { .control = control, .give = give };
  VirtualUsbScanner *self = g_new0 (VirtualUsbScanner, 1);
  gboolean is_keyboard = kind == VIRTUAL_SCANNER_KEYBOARD;
  VirtualUsbPlan plan = {
    .port = port,
    .vendor = VENDOR,
    .product = PRODUCT,
    .serial = serial,
    .maker = "Honeywell",
    .name = "Xenon 1900",
    .config = is_keyboard ? keyboard_config : pos_config,
    .config_length = is_keyboard ? sizeof keyboard_config : sizeof pos_config,
    .driver = "usbhid",
  };

  g_assert_cmpint (plan.config[2], ==, (int) plan.config_length);
  self->kind = kind;
  g_queue_init (&self->packets);
  self->device = virtual_usb_device_new (bus, &plan, &conduct, self);
  return self;
}

static void
forget (VirtualUsbScanner *self)
{
  g_queue_clear_full (&self->packets, (GDestroyNotify) g_bytes_unref);
}

void
virtual_usb_scanner_free (VirtualUsbScanner *self)
{
  virtual_usb_device_free (self->device);
  forget (self);
  g_free (self);
}

VirtualUsbDevice *
virtual_usb_scanner_get_device (VirtualUsbScanner *self)
{
  return self->device;
}

static void
queue (VirtualUsbScanner *self, GBytes *packet)
{
  g_queue_push_tail (&self->packets, g_bytes_ref (packet));
  if (self->has_empty_packets && g_bytes_get_size (packet) == PACKET_BYTES)
    g_queue_push_tail (&self->packets, g_bytes_new (NULL, 0));
}

void
virtual_usb_scanner_scan (VirtualUsbScanner *self, const char *aim, const char *code)
{
  g_autoptr (GPtrArray) reports = NULL;

  if (self->kind == VIRTUAL_SCANNER_KEYBOARD)
    {
      g_autofree char *keys = g_strconcat (aim, code, "\n", NULL);

      reports = scanner_key_reports (keys);
    }
  else
    reports = scanner_pos_reports (aim, code, strlen (code),
                                   self->kind == VIRTUAL_SCANNER_HID_POS_LATE ? 3 : 2);
  virtual_usb_lock (self->device);
  for (guint i = 0; i < reports->len; i++)
    queue (self, g_ptr_array_index (reports, i));
  virtual_usb_unlock (self->device);
  virtual_usb_pump (self->device);
}

void
virtual_usb_scanner_send (VirtualUsbScanner *self, const guint8 *bytes, gsize length)
{
  g_autoptr (GBytes) packet = g_bytes_new (bytes, length);

  virtual_usb_lock (self->device);
  queue (self, packet);
  virtual_usb_unlock (self->device);
  virtual_usb_pump (self->device);
}

void
virtual_usb_scanner_stall (VirtualUsbScanner *self)
{
  virtual_usb_lock (self->device);
  self->stalls = TRUE;
  virtual_usb_unlock (self->device);
  virtual_usb_pump (self->device);
}

void
virtual_usb_scanner_set_empty_packets (VirtualUsbScanner *self, gboolean is_on)
{
  virtual_usb_lock (self->device);
  self->has_empty_packets = is_on;
  virtual_usb_unlock (self->device);
}

void
virtual_usb_scanner_unplug (VirtualUsbScanner *self, int status)
{
  virtual_usb_unplug (self->device, status);
  virtual_usb_lock (self->device);
  forget (self);
  self->is_boot = FALSE;
  virtual_usb_unlock (self->device);
}

gboolean
virtual_usb_scanner_is_boot (VirtualUsbScanner *self)
{
  gboolean is_boot;

  virtual_usb_lock (self->device);
  is_boot = self->is_boot;
  virtual_usb_unlock (self->device);
  return is_boot;
}
