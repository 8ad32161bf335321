/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb.h"

#include "device/usb-bus.h"
#include "device/usb-device.h"

#include <errno.h>
#include <libusb.h>
#include <poll.h>
#include <string.h>

/* What is plugged in, who may have it, and that coming and going is heard of. */

/* Setting 0 can only be written to, setting 1 can be read as well; then one of IPP over USB. */
static const guint8 printer_config[] = {
  9, 2, 78,   0, 2,  1, 0, 0xC0, 1, /* two interfaces */
  9, 4, 0,    0, 1,  7, 1, 1,    0, /* unidirectional */
  7, 5, 0x02, 2, 64, 0, 0, /* bulk OUT */
  9, 4, 0,    1, 2,  7, 1, 2,    0, /* bidirectional */
  7, 5, 0x02, 2, 64, 0, 0, 7,    5, 0x81, 2, 64, 0, 0, /* bulk IN */
  9, 4, 1,    0, 3,  7, 1, 4,    0, /* IPP */
  7, 5, 0x03, 2, 64, 0, 0, 7,    5, 0x84, 2, 64, 0, 0, 7, 5, 0x85, 3, 8, 0, 10,
};

static const guint8 keyboard_config[] = {
  9, 2, 34,   0,    1, 1, 0, 0x80, 50, 9, 4, 0, 0,    1, 3, 1, 1,
  0, 9, 0x21, 0x10, 1, 0, 1, 0x22, 63, 0, 7, 5, 0x83, 3, 8, 0, 10,
};

static const guint8 answer[] = "hello";

static int
take_all (gpointer user, guint8 endpoint, const guint8 *bytes, int length)
{
  g_byte_array_append (user, bytes, (guint) length);
  return length;
}

static int
control_echo (gpointer user, const guint8 setup[8], guint8 *bytes, int size)
{
  if (setup[1] != 6)
    return VIRTUAL_USB_STALL;
  memcpy (bytes, answer, MIN (sizeof answer, (gsize) size));
  return MIN ((int) sizeof answer, size);
}

static const VirtualUsbConduct conduct = { .take = take_all, .control = control_echo };

typedef struct
{
  VirtualUsb *bus; /* (owned) */
  VirtualUsbDevice *printer; /* (owned) */
  VirtualUsbDevice *second; /* (owned): the same with another serial */
  VirtualUsbDevice *keyboard; /* (owned) */
  GByteArray *taken; /* (owned) */
  MrUsbBus *usb; /* (owned) */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  VirtualUsbPlan plan = {
    .port = "1-1",
    .vendor = 0x04B8,
    .product = 0x0202,
    .serial = "A:1",
    .maker = "EPSON",
    .name = "TM-T88",
    .config = printer_config,
    .config_length = sizeof printer_config,
    .driver = "usblp",
  };
  VirtualUsbPlan keys = {
    .port = "1-3",
    .vendor = 0x0C2E,
    .product = 0x0B61,
    .config = keyboard_config,
    .config_length = sizeof keyboard_config,
    .driver = "usbhid",
  };

  g_assert_cmpint (printer_config[2], ==, sizeof printer_config);
  self->taken = g_byte_array_new ();
  self->bus = virtual_usb_new ();
  self->printer = virtual_usb_device_new (self->bus, &plan, &conduct, self->taken);
  plan.port = "1-2";
  plan.serial = "B2";
  self->second = virtual_usb_device_new (self->bus, &plan, &conduct, self->taken);
  self->keyboard = virtual_usb_device_new (self->bus, &keys, &conduct, self->taken);
  self->usb = mr_usb_bus_get ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mr_usb_bus_unref (self->usb);
  /* What the next test plugs in must not be told to one that no longer listens. */
  while (mr_usb_bus_is_used ())
    g_usleep (1000);
  virtual_usb_device_free (self->keyboard);
  virtual_usb_device_free (self->second);
  virtual_usb_device_free (self->printer);
  virtual_usb_free (self->bus);
  g_byte_array_unref (self->taken);
}

/* "location path number/alternate out in\n" of each. Give. */
static char *
dup_list (MrUsbBus *usb, MrUsbKind kind, const char *location)
{
  g_autoptr (GPtrArray) found = NULL;
  MrUsbMatch match = { 0 };
  GString *text = g_string_new (NULL);

  g_assert_true (mr_usb_match_parse (location, &match, NULL));
  found = mr_usb_bus_find (usb, kind, &match);
  for (guint i = 0; i < found->len; i++)
    {
      MrUsbInterface *interface = g_ptr_array_index (found, i);
      g_autofree char *its = mr_usb_interface_dup_location (interface);

      g_string_append_printf (text, "%s %s %d/%d %02x %02x\n", its, interface->path,
                              interface->number, interface->alternate, interface->out_endpoint,
                              interface->in_endpoint);
    }
  mr_usb_match_clear (&match);
  return g_string_free (text, FALSE);
}

static void
assert_list (MrUsbBus *usb, MrUsbKind kind, const char *location, const char *expected)
{
  g_autofree char *list = dup_list (usb, kind, location);

  g_assert_cmpstr (list, ==, expected);
}

static void
wait_list (MrUsbBus *usb, MrUsbKind kind, const char *location, const char *expected)
{
  for (;;)
    {
      g_autofree char *list = dup_list (usb, kind, location);

      if (strcmp (list, expected) == 0)
        return;
      g_usleep (1000);
    }
}

static MrUsbInterface *
ref_first (MrUsbBus *usb, MrUsbKind kind)
{
  g_autoptr (GPtrArray) found = mr_usb_bus_list (usb, kind);

  g_assert_cmpuint (found->len, >, 0);
  return mr_usb_interface_ref (g_ptr_array_index (found, 0));
}

#define FIRST "usb:04b8:0202:A:1 1-1 0/1 02 81\n"
#define SECOND "usb:04b8:0202:B2 1-2 0/1 02 81\n"
#define KEYS "usb:0c2e:0b61 1-3 0/0 00 83\n"

static void
test_list (Fixture *self, gconstpointer data)
{
  g_autoptr (MrUsbInterface) interface = NULL;

  assert_list (self->usb, MR_USB_PRINTER, "", "");
  virtual_usb_plug (self->second, TRUE);
  virtual_usb_plug (self->printer, TRUE);
  virtual_usb_plug (self->keyboard, TRUE);
  wait_list (self->usb, MR_USB_HID, "", KEYS);
  assert_list (self->usb, MR_USB_PRINTER, "", FIRST SECOND);
  assert_list (self->usb, MR_USB_PRINTER, "04B8:0202", FIRST SECOND);
  assert_list (self->usb, MR_USB_PRINTER, "04b8:0202:A:1", FIRST);
  assert_list (self->usb, MR_USB_PRINTER, "04b8:0202:B2", SECOND);
  assert_list (self->usb, MR_USB_PRINTER, "04b8:0202:b2", "");
  assert_list (self->usb, MR_USB_PRINTER, "0c2e:0b61", "");
  assert_list (self->usb, MR_USB_HID, "0c2e:0b61", KEYS);
  assert_list (self->usb, MR_USB_HID, "0c2e:0b61:1", "");
  interface = ref_first (self->usb, MR_USB_PRINTER);
  g_assert_cmpstr (interface->maker, ==, "EPSON");
  g_assert_cmpstr (interface->name, ==, "TM-T88");
  g_assert_cmpint (interface->in_size, ==, 64);
  virtual_usb_unplug (self->printer, -ESHUTDOWN);
  wait_list (self->usb, MR_USB_PRINTER, "", SECOND);
}

static void
test_open (Fixture *self, gconstpointer data)
{
  g_autoptr (MrUsbInterface) interface = NULL;
  g_autoptr (MrUsbDevice) device = NULL;
  MrUsbTransfer *out;
  MrUsbTransfer *in;
  MrDeviceReason reason;
  guint8 bytes[16];
  gsize n;

  virtual_usb_plug (self->printer, TRUE);
  wait_list (self->usb, MR_USB_PRINTER, "", FIRST);
  interface = ref_first (self->usb, MR_USB_PRINTER);
  virtual_usb_set_in_use (self->printer, TRUE);
  g_assert_null (mr_usb_device_open (interface, &reason));
  g_assert_cmpint (reason, ==, MR_DEVICE_REASON_IN_USE);
  virtual_usb_set_in_use (self->printer, FALSE);

  g_assert_true (virtual_usb_has_driver (self->printer));
  device = mr_usb_device_open (interface, &reason);
  g_assert_cmpint (reason, ==, MR_DEVICE_REASON_NONE);
  g_assert_false (virtual_usb_has_driver (self->printer));
  g_assert_true (virtual_usb_is_claimed (self->printer));

  g_assert_cmpint (mr_usb_device_ask (device, 0x81, 6, 0, 0, bytes, sizeof bytes, 1000, &reason),
                   ==, sizeof answer);
  g_assert_cmpmem (bytes, sizeof answer, answer, sizeof answer);
  g_assert_cmpint (mr_usb_device_ask (device, 0x81, 7, 0, 0, bytes, sizeof bytes, 1000, &reason),
                   ==, -1);
  g_assert_cmpint (reason, ==, MR_DEVICE_REASON_NONE);

  out = mr_usb_transfer_new (device, interface->out_endpoint, sizeof answer);
  mr_usb_transfer_start (out, answer, sizeof answer);
  g_assert_cmpint (mr_usb_transfer_take (out, NULL, &n), ==, MR_USB_DONE);
  g_assert_cmpmem (self->taken->data, self->taken->len, answer, sizeof answer);

  /* Nothing comes, and it is cancelled. */
  in = mr_usb_transfer_new (device, interface->in_endpoint, 64);
  mr_usb_transfer_start (in, NULL, 64);
  mr_usb_transfer_cancel (in);
  g_assert_cmpint (mr_usb_transfer_take (in, NULL, &n), ==, MR_USB_CANCELLED);
  g_assert_cmpuint (n, ==, 0);

  mr_usb_transfer_free (in);
  mr_usb_transfer_free (out);
  g_clear_pointer (&device, mr_usb_device_close);
  g_assert_true (virtual_usb_has_driver (self->printer));
}

static void
test_unplugged (Fixture *self, gconstpointer data)
{
  static const int statuses[] = { -ESHUTDOWN, -EPROTO };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (MrUsbInterface) interface = NULL;
      MrUsbDevice *device;
      MrUsbTransfer *in;
      MrDeviceReason reason;
      gsize n;

      virtual_usb_plug (self->printer, TRUE);
      wait_list (self->usb, MR_USB_PRINTER, "", FIRST);
      interface = ref_first (self->usb, MR_USB_PRINTER);
      device = mr_usb_device_open (interface, &reason);
      g_assert_nonnull (device);
      in = mr_usb_transfer_new (device, interface->in_endpoint, 64);
      mr_usb_transfer_start (in, NULL, 64);
      virtual_usb_unplug (self->printer, statuses[i]);
      g_assert_cmpint (mr_usb_transfer_take (in, NULL, &n), ==, MR_USB_GONE);
      mr_usb_transfer_start (in, NULL, 64);
      g_assert_cmpint (mr_usb_transfer_take (in, NULL, &n), ==, MR_USB_GONE);
      mr_usb_transfer_free (in);
      mr_usb_device_close (device);
      wait_list (self->usb, MR_USB_PRINTER, "", "");
      g_assert_null (mr_usb_device_open (interface, &reason));
      g_assert_cmpint (reason, ==, MR_DEVICE_REASON_NO_DEVICE);
    }
}

static void
on_changed (gpointer user)
{
  g_atomic_int_inc ((int *) user);
}

static void
wait_changes (int *n_changes, int n)
{
  while (g_atomic_int_get (n_changes) < n)
    g_usleep (1000);
}

/* Also where the system says nothing of what is plugged in, as in a sandbox. */
static void
test_hot_plug (Fixture *self, gconstpointer is_heard)
{
  int n_changes = 0;
  guint watch;

  watch = mr_usb_bus_watch (self->usb, on_changed, &n_changes);
  virtual_usb_plug (self->printer, is_heard != NULL);
  mr_usb_bus_look (self->usb);
  wait_changes (&n_changes, 1);
  assert_list (self->usb, MR_USB_PRINTER, "", FIRST);
  virtual_usb_unplug (self->printer, -ESHUTDOWN);
  wait_changes (&n_changes, 2);
  assert_list (self->usb, MR_USB_PRINTER, "", "");
  mr_usb_bus_unwatch (self->usb, watch);
}

/* A fresh look does not take away what is open. */
static void
test_missed_while_open (Fixture *self, gconstpointer data)
{
  g_autoptr (MrUsbInterface) interface = NULL;
  MrUsbDevice *device;
  MrUsbTransfer *out;
  MrDeviceReason reason;

  virtual_usb_plug (self->printer, TRUE);
  wait_list (self->usb, MR_USB_PRINTER, "", FIRST);
  interface = ref_first (self->usb, MR_USB_PRINTER);
  device = mr_usb_device_open (interface, &reason);
  g_assert_nonnull (device);
  out = mr_usb_transfer_new (device, interface->out_endpoint, sizeof answer);
  virtual_usb_plug (self->second, FALSE);
  mr_usb_bus_look (self->usb);
  wait_list (self->usb, MR_USB_PRINTER, "", FIRST SECOND);
  mr_usb_transfer_start (out, answer, sizeof answer);
  g_assert_cmpint (mr_usb_transfer_take (out, NULL, NULL), ==, MR_USB_DONE);
  mr_usb_transfer_free (out);
  mr_usb_device_close (device);
  g_assert_true (virtual_usb_has_driver (self->printer));
}

static void
test_locations (void)
{
  static const char *const bad[] = { "04b8",      "04b8:",      "04b8:0202:",
                                     "4b8:0202",  "04b8:02025", "04b8-0202",
                                     "04g8:0202", ":",          "04b8:0202 x" };
  MrUsbMatch match;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (mr_usb_match_parse (bad[i], &match, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  g_assert_true (mr_usb_match_parse ("04B8:020a:a b:c", &match, NULL));
  g_assert_cmphex (match.vendor, ==, 0x04B8);
  g_assert_cmphex (match.product, ==, 0x020A);
  g_assert_cmpstr (match.serial, ==, "a b:c");
  mr_usb_match_clear (&match);
}

#define ADD(name, data, func) g_test_add (name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usb-plugging/locations", test_locations);
  ADD ("/usb-plugging/list", NULL, test_list);
  ADD ("/usb-plugging/open", NULL, test_open);
  ADD ("/usb-plugging/unplugged", NULL, test_unplugged);
  ADD ("/usb-plugging/hot-plug", "", test_hot_plug);
  ADD ("/usb-plugging/unheard", NULL, test_hot_plug);
  ADD ("/usb-plugging/missed-while-open", NULL, test_missed_while_open);
  return g_test_run ();
}
