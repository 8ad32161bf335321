/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-usb-scanner.h"

#include "device/usb-bus.h"
#include "scan-desk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define GS "\x1d"
#define EAN "6901234567892"
/* More than two reports hold. */
#define LONG                                                                              \
  "https://example.org/abcdefghijklmnopqrstuvwxyz/0123456789/ABCDEFGHIJKLMNOPQRSTUVWXYZ/" \
  "0123456789/abcdefghijklmnopqrstuvwxyz/0123456789"

/* One for the whole program, as in a till: a scanner's thread, which nobody waits for, may still let go of
 * it when the next test has begun. */
static VirtualUsb *bus;

typedef struct
{
  VirtualUsbScanner *scanner; /* (owned) */
  VirtualUsbDevice *device; /* (unowned) */
} Fixture;

static void
set_up (Fixture *self, gconstpointer kind)
{
  self->scanner =
      virtual_usb_scanner_new (bus, (VirtualScannerKind) GPOINTER_TO_INT (kind), "1-1", NULL);
  self->device = virtual_usb_scanner_get_device (self->scanner);
}

/* Its thread is not waited for; the device shows when it has let go. */
static void
wait_let_go (Fixture *self)
{
  while (virtual_usb_is_claimed (self->device))
    g_usleep (1000);
}

static void
tear_down (Fixture *self, gconstpointer kind)
{
  wait_let_go (self);
  virtual_usb_scanner_free (self->scanner);
}

static void
test_codes (Fixture *self, gconstpointer kind)
{
  gboolean is_named = GPOINTER_TO_INT (kind) == VIRTUAL_SCANNER_KEYBOARD ||
                      GPOINTER_TO_INT (kind) == VIRTUAL_SCANNER_HID_POS_MUTE;
  g_auto (ScanDesk) desk = { NULL };

  virtual_usb_plug (self->device, TRUE);
  g_assert_true (virtual_usb_has_driver (self->device));
  scan_desk_init (&desk, is_named ? VIRTUAL_SCANNER_LOCATION : "usb:");
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  g_assert_false (virtual_usb_has_driver (self->device));
  virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
  virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
  virtual_usb_scanner_scan (self->scanner, "]d2", "0106901234567892" GS "10aB-9" GS "21X");
  virtual_usb_scanner_scan (self->scanner, "]Q1", LONG);
  virtual_usb_scanner_scan (self->scanner, "", "12345678");
  scan_desk_wait_seen (&desk, "[]E0 " EAN "][]E0 " EAN "][]d2 0106901234567892" GS "10aB-9" GS
                              "21X][]Q1 " LONG "][12345678]");
  /* And then the kernel has it again, a keyboard as it was. */
  mr_scanner_close (desk.scanner);
  wait_let_go (self);
  while (!virtual_usb_has_driver (self->device))
    g_usleep (1000);
  g_assert_false (virtual_usb_scanner_is_boot (self->scanner));
}

/* As f_hid does: whoever looks at the old buffer sells everything twice. */
static void
test_empty_packets (Fixture *self, gconstpointer kind)
{
  g_auto (ScanDesk) desk = { NULL };

  virtual_usb_scanner_set_empty_packets (self->scanner, TRUE);
  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  for (int i = 0; i < 20; i++)
    {
      virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
      scan_desk_wait_seen (&desk, "[]E0 " EAN "]");
    }
  virtual_usb_scanner_scan (self->scanner, "]Q1", LONG);
  virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
  scan_desk_wait_seen (&desk, "[]Q1 " LONG "][]E0 " EAN "]");
}

static void
test_plugging (Fixture *self, gconstpointer kind)
{
  static const int statuses[] = { -ESHUTDOWN, -EPROTO };
  g_auto (ScanDesk) desk = { NULL };

  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  scan_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      virtual_usb_plug (self->device, TRUE);
      scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
      virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
      scan_desk_wait_seen (&desk, "[]E0 " EAN "]");
      virtual_usb_scanner_unplug (self->scanner, statuses[i]);
      scan_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
    }
  if (!g_test_slow ())
    return;
  /* Where the system says nothing, it is looked for every two seconds. */
  virtual_usb_plug (self->device, FALSE);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
  scan_desk_wait_seen (&desk, "[]E0 " EAN "]");
}

/* Half a code is none, and what comes after the cable is put back is whole. */
static void
test_unplugged_in_code (Fixture *self, gconstpointer kind)
{
  static const guint8 first_half[64] = { 2, 56, ']', 'Q', '1', [5 ... 60] = 'a', [63] = 1 };
  g_auto (ScanDesk) desk = { NULL };

  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_usb_scanner_send (self->scanner, first_half, sizeof first_half);
  virtual_usb_scanner_unplug (self->scanner, -EPROTO);
  scan_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
  virtual_usb_plug (self->device, TRUE);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_usb_scanner_scan (self->scanner, "]Q1", EAN);
  scan_desk_wait_seen (&desk, "[]Q1 " EAN "]");
}

static void
test_stall (Fixture *self, gconstpointer kind)
{
  guint n_claims;
  g_auto (ScanDesk) desk = { NULL };

  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  n_claims = virtual_usb_get_n_claims (self->device);
  for (guint i = 0; i < 10; i++)
    {
      virtual_usb_scanner_stall (self->scanner);
      virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
      scan_desk_wait_seen (&desk, "[]E0 " EAN "]");
    }
  g_assert_cmpuint (virtual_usb_get_n_cleared (self->device), ==, 10);
  g_assert_cmpuint (virtual_usb_get_n_claims (self->device), ==, n_claims);
}

static void
test_not_ours (Fixture *self, gconstpointer kind)
{
  g_auto (ScanDesk) desk = { NULL };

  virtual_usb_set_in_use (self->device, TRUE);
  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  scan_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_IN_USE);
  virtual_usb_set_in_use (self->device, FALSE);
  mr_scanner_probe (desk.scanner);
  scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_usb_scanner_scan (self->scanner, "]E0", EAN);
  scan_desk_wait_seen (&desk, "[]E0 " EAN "]");
}

static void
test_permission (Fixture *self, gconstpointer kind)
{
  g_auto (ScanDesk) desk = { NULL };

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is forbidden to root");
      return;
    }
  virtual_usb_set_forbidden (self->device, TRUE);
  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  scan_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_PERMISSION);
}

/* Nobody said that this keyboard is a scanner: it stays a person's. */
static void
test_keyboard_left_alone (Fixture *self, gconstpointer kind)
{
  g_autoptr (VirtualUsbScanner) other =
      virtual_usb_scanner_new (bus, VIRTUAL_SCANNER_HID_POS, "1-2", NULL);
  g_auto (ScanDesk) desk = { NULL };
  guint n_claims;

  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, "usb:");
  scan_desk_wait_state (&desk, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  n_claims = virtual_usb_get_n_claims (self->device);
  /* Its media keys were asked what they are, once. */
  g_assert_cmpuint (n_claims, <=, 1);
  for (guint i = 0; i < 3; i++)
    {
      virtual_usb_plug (virtual_usb_scanner_get_device (other), TRUE);
      scan_desk_wait_state (&desk, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
      virtual_usb_scanner_scan (other, "", EAN);
      scan_desk_wait_seen (&desk, "[" EAN "]");
      virtual_usb_scanner_unplug (other, -ESHUTDOWN);
      scan_desk_wait_state (&desk, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
    }
  g_assert_cmpuint (virtual_usb_get_n_claims (self->device), ==, n_claims);
  g_assert_false (virtual_usb_scanner_is_boot (self->scanner));
}

static void
test_many (Fixture *self, gconstpointer kind)
{
  guint n = scan_desk_count_many ();
  g_auto (ScanDesk) desk = { NULL };

  /* A keyboard sends two reports a character, each some 0.4 ms of the mock's. */
  if (GPOINTER_TO_INT (kind) == VIRTUAL_SCANNER_KEYBOARD && !g_test_slow ())
    n /= 10;
  virtual_usb_scanner_set_empty_packets (self->scanner, TRUE);
  virtual_usb_plug (self->device, TRUE);
  scan_desk_init (&desk, VIRTUAL_SCANNER_LOCATION);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *code = scan_desk_make_code (i);

      virtual_usb_scanner_scan (self->scanner, "", code);
    }
  scan_desk_wait_many (&desk, n);
}

static void
test_places (Fixture *self, gconstpointer kind)
{
  g_autoptr (GPtrArray) places = NULL;
  const MrScannerPlace *place;

  virtual_usb_plug (self->device, TRUE);
  do
    {
      g_clear_pointer (&places, g_ptr_array_unref);
      places = mr_scanner_list_places ();
    }
  while (places->len == 0);
  place = g_ptr_array_index (places, 0);
  g_assert_cmpstr (place->location, ==, VIRTUAL_SCANNER_LOCATION);
  g_assert_cmpstr (place->name, ==, "Honeywell Xenon 1900");
  g_assert_cmpuint (virtual_usb_get_n_claims (self->device), ==, 0);
}

static void
add (const char *name, VirtualScannerKind kind, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/usb-scanner/", name, NULL);

  g_test_add (path, Fixture, GINT_TO_POINTER (kind), set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  MrUsbBus *usb;
  int failed;

  g_test_init (&argc, &argv, NULL);
  bus = virtual_usb_new ();
  usb = mr_usb_bus_get ();
  add ("codes", VIRTUAL_SCANNER_HID_POS, test_codes);
  add ("codes-late", VIRTUAL_SCANNER_HID_POS_LATE, test_codes);
  add ("codes-mute", VIRTUAL_SCANNER_HID_POS_MUTE, test_codes);
  add ("codes-keyboard", VIRTUAL_SCANNER_KEYBOARD, test_codes);
  add ("empty-packets", VIRTUAL_SCANNER_HID_POS, test_empty_packets);
  add ("plugging", VIRTUAL_SCANNER_HID_POS, test_plugging);
  add ("plugging-keyboard", VIRTUAL_SCANNER_KEYBOARD, test_plugging);
  add ("unplugged-in-code", VIRTUAL_SCANNER_HID_POS, test_unplugged_in_code);
  add ("stall", VIRTUAL_SCANNER_HID_POS, test_stall);
  add ("stall-keyboard", VIRTUAL_SCANNER_KEYBOARD, test_stall);
  add ("not-ours", VIRTUAL_SCANNER_HID_POS, test_not_ours);
  add ("not-ours-keyboard", VIRTUAL_SCANNER_KEYBOARD, test_not_ours);
  add ("permission", VIRTUAL_SCANNER_HID_POS, test_permission);
  add ("keyboard-left-alone", VIRTUAL_SCANNER_KEYBOARD, test_keyboard_left_alone);
  add ("many", VIRTUAL_SCANNER_HID_POS, test_many);
  add ("many-keyboard", VIRTUAL_SCANNER_KEYBOARD, test_many);
  add ("places", VIRTUAL_SCANNER_KEYBOARD, test_places);
  failed = g_test_run ();
  mr_usb_bus_unref (usb);
  virtual_usb_free (bus);
  return failed;
}
