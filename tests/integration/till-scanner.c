/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scanner-reports.h"
#include "virtual-usb-scanner.h"

#include "device/usb-bus.h"
#include "sample-till.h"
#include "till/scan-keys.h"
#include "till/scanner-desk.h"
#include "till/scanner-pairing.h"

#include <errno.h>
#include <string.h>

#define EAN "6901234567892"

/* One for the whole program: a scanner's thread, which nobody waits for, may still let go of it when the
 * next test has begun. */
static VirtualUsb *bus;

/* A till with a scanner, and a window in small: what is scanned is sold. */
typedef struct
{
  SampleTill till;
  VirtualUsbScanner *scanner; /* (owned): a keyboard to the eye */
  VirtualUsbScanner *pos; /* (owned) */
  MrScannerDesk *desk; /* (unowned) */
  GString *seen; /* (owned) */
} Fixture;

static Fixture *current;

static void
on_scanned (MrScannerDesk *desk, const char *code, Fixture *self)
{
  g_string_append_printf (self->seen, "[%s]", code);
  mr_checkout_scan (mr_till_get_checkout (self->till.till), code);
}

static void
start_till (Fixture *self)
{
  sample_till_start (&self->till);
  self->desk = mr_till_get_scanner_desk (self->till.till);
  g_signal_connect (self->desk, "scanned", G_CALLBACK (on_scanned), self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  current = self;
  self->scanner = virtual_usb_scanner_new (bus, VIRTUAL_SCANNER_KEYBOARD, "1-1", "A1");
  self->pos = virtual_usb_scanner_new (bus, VIRTUAL_SCANNER_HID_POS, "1-2", "B2");
  self->seen = g_string_new (NULL);
  sample_till_set_up (&self->till);
  start_till (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (&self->till);
  while (virtual_usb_is_claimed (virtual_usb_scanner_get_device (self->scanner)) ||
         virtual_usb_is_claimed (virtual_usb_scanner_get_device (self->pos)))
    g_usleep (1000);
  virtual_usb_scanner_free (self->pos);
  virtual_usb_scanner_free (self->scanner);
  g_string_free (self->seen, TRUE);
}

static void
set (Fixture *self, const char *name, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till.till), name, value, NULL, NULL);
  sample_till_settle (&self->till);
}

static const char *
get_setting (Fixture *self)
{
  return mr_settings_get (mr_till_get_settings (self->till.till), MR_SETTING_SCANNER);
}

static gboolean
is_ready (SampleTill *till)
{
  return mr_scanner_desk_get_state (current->desk) == MR_DESK_READY;
}

static gboolean
is_in_trouble (SampleTill *till)
{
  return mr_scanner_desk_get_state (current->desk) == MR_DESK_TROUBLE;
}

static gboolean
has_seen (SampleTill *till)
{
  return current->seen->len > 0;
}

static void
plug (VirtualUsbScanner *scanner)
{
  virtual_usb_plug (virtual_usb_scanner_get_device (scanner), TRUE);
}

static void
assert_scan (Fixture *self, VirtualUsbScanner *scanner, const char *code, const char *seen)
{
  g_string_truncate (self->seen, 0);
  virtual_usb_scanner_scan (scanner, "", code);
  sample_till_wait (&self->till, has_seen);
  sample_till_settle (&self->till);
  g_assert_cmpstr (self->seen->str, ==, seen);
}

static void
test_sells (Fixture *self, gconstpointer data)
{
  MrTillStatus status;

  g_assert_cmpint (mr_scanner_desk_get_state (self->desk), ==, MR_DESK_NONE);
  g_assert_cmpstr (mr_scanner_desk_get_reason (self->desk), ==, "");
  set (self, MR_SETTING_SCANNER, "usb:0c2e:0b61:A1");
  sample_till_wait (&self->till, is_in_trouble);
  g_assert_cmpstr (mr_scanner_desk_get_reason (self->desk), ==, "no-device");
  mr_till_get_status (self->till.till, &status);
  g_assert_cmpint (status.scanner, ==, MR_DESK_TROUBLE);
  g_assert_cmpstr (status.scanner_reason, ==, "no-device");
  plug (self->scanner);
  sample_till_wait (&self->till, is_ready);
  assert_scan (self, self->scanner, EAN, "[" EAN "]");
  assert_scan (self, self->scanner, EAN, "[" EAN "]");
  g_assert_cmpint (mr_checkout_get_totals (mr_till_get_checkout (self->till.till))->total_minor, ==,
                   600);

  /* Pulled and put back. */
  virtual_usb_scanner_unplug (self->scanner, -EPROTO);
  sample_till_wait (&self->till, is_in_trouble);
  plug (self->scanner);
  sample_till_wait (&self->till, is_ready);
  assert_scan (self, self->scanner, EAN, "[" EAN "]");

  /* Another one is set while the till runs. */
  plug (self->pos);
  set (self, MR_SETTING_SCANNER, "usb:");
  sample_till_wait (&self->till, is_ready);
  assert_scan (self, self->pos, EAN, "[" EAN "]");
  set (self, MR_SETTING_SCANNER, "");
  g_assert_cmpint (mr_scanner_desk_get_state (self->desk), ==, MR_DESK_NONE);
}

static void
test_affixes (Fixture *self, gconstpointer data)
{
  plug (self->scanner);
  set (self, MR_SETTING_SCANNER, "usb:0c2e:0b61:A1");
  set (self, MR_SETTING_SCAN_PREFIX, "S$");
  set (self, MR_SETTING_SCAN_SUFFIX, "#");
  sample_till_wait (&self->till, is_ready);
  assert_scan (self, self->scanner, "S$" EAN "#", "[" EAN "]");
  assert_scan (self, self->scanner, EAN, "[" EAN "]");
  assert_scan (self, self->scanner, "S$]E0" EAN "#", "[" EAN "]");
}

/* One code with the window's keys, @gap_ms apart. What it was taken for. */
static MrScanKeysEvent
type_code (MrScanKeys *keys, guint32 *now_ms, guint gap_ms)
{
  MrScanKeysEvent event = MR_SCAN_KEYS_NOTHING;
  MrScanKeysEvent last;
  MrScanKey typed;

  *now_ms += 1000;
  for (const char *p = EAN "\r"; *p != '\0'; p++)
    {
      gboolean is_enter = *p == '\r';
      MrScanKey key = { .keyval = is_enter ? 0xFF0D : (guint) *p,
                        .character = is_enter ? 0 : (gunichar) *p,
                        .time_ms = *now_ms += gap_ms };
      g_autofree char *code = NULL;

      mr_scan_keys_press (keys, &key);
      while ((last = mr_scan_keys_pop (keys, &code, &typed)) != MR_SCAN_KEYS_NOTHING)
        event = last;
    }
  return event;
}

/* A slow scanner that types is learnt once, and known after a restart. */
static void
test_timing_kept (Fixture *self, gconstpointer data)
{
  MrScanKeys *keys = mr_scan_keys_new (mr_till_get_settings (self->till.till));
  guint32 now_ms = 0;

  for (int i = 0; i < 3; i++)
    g_assert_cmpint (type_code (keys, &now_ms, 45), ==, MR_SCAN_KEYS_TYPED);
  g_assert_cmpint (type_code (keys, &now_ms, 45), ==, MR_SCAN_KEYS_SCANNED);
  mr_scan_keys_free (keys);
  sample_till_settle (&self->till);
  sample_till_start (&self->till);
  keys = mr_scan_keys_new (mr_till_get_settings (self->till.till));
  g_assert_cmpint (type_code (keys, &now_ms, 45), ==, MR_SCAN_KEYS_SCANNED);
  mr_scan_keys_free (keys);
}

/* Longer than the pause that ends a code where nothing else does, shorter than the one that may. */
#define BETWEEN_CODES_US (1200 * 1000)

/* All that was typed has come. */
static gboolean
has_seen_both (SampleTill *till)
{
  gsize n = 0;

  for (const char *c = current->seen->str; *c != '\0'; c++)
    n += g_ascii_isdigit (*c) ? 1 : 0;
  return n == 2 * strlen (EAN);
}

static void
scan_without_end (Fixture *self)
{
  g_autoptr (GPtrArray) reports = scanner_key_reports (EAN);

  for (guint i = 0; i < reports->len; i++)
    virtual_usb_scanner_send (self->scanner, g_bytes_get_data (reports->pdata[i], NULL),
                              g_bytes_get_size (reports->pdata[i]));
}

/* A scanner that sends nothing behind its codes is learnt once: after a restart, two that follow each other
 * are two. Another scanner may do otherwise. */
static void
test_end_kept (Fixture *self, gconstpointer data)
{
  static const char *const two = "[" EAN "][" EAN "]";

  plug (self->scanner);
  set (self, MR_SETTING_SCANNER, "usb:0c2e:0b61:A1");
  sample_till_wait (&self->till, is_ready);
  scan_without_end (self);
  sample_till_wait (&self->till, has_seen);
  sample_till_settle (&self->till);
  start_till (self);
  sample_till_wait (&self->till, is_ready);
  /* A machine that stands still in the middle of one cuts it in two; not each time. */
  for (int i = 0; i < 5 && !g_str_equal (self->seen->str, two); i++)
    {
      g_string_truncate (self->seen, 0);
      scan_without_end (self);
      g_usleep (BETWEEN_CODES_US);
      scan_without_end (self);
      sample_till_wait (&self->till, has_seen_both);
    }
  g_assert_cmpstr (self->seen->str, ==, two);
  set (self, MR_SETTING_SCANNER, "usb:");
  g_assert_cmpstr (mr_settings_get (mr_till_get_settings (self->till.till), MR_SETTING_SCAN_END),
                   ==, "");
}

static gboolean
has_both_places (SampleTill *till)
{
  MrScannerPairing *pairing = g_object_get_data (G_OBJECT (current->desk), "pairing");

  for (guint i = 0; i < mr_scanner_pairing_get_n_places (pairing); i++)
    if (*mr_scanner_pairing_get_place_reason (pairing, i) != '\0')
      return FALSE;
  return mr_scanner_pairing_get_n_places (pairing) == 2 &&
         virtual_usb_is_claimed (virtual_usb_scanner_get_device (current->scanner)) &&
         virtual_usb_is_claimed (virtual_usb_scanner_get_device (current->pos));
}

static gboolean
is_found (SampleTill *till)
{
  return mr_scanner_pairing_get_state (g_object_get_data (G_OBJECT (current->desk), "pairing")) ==
         MR_PAIRING_FOUND;
}

static gboolean
is_all_given_back (SampleTill *till)
{
  return virtual_usb_has_driver (virtual_usb_scanner_get_device (current->scanner)) &&
         virtual_usb_has_driver (virtual_usb_scanner_get_device (current->pos));
}

static MrScannerPairing *
start (Fixture *self)
{
  MrScannerPairing *pairing = mr_scanner_pairing_start (self->desk);

  g_assert_nonnull (pairing);
  g_object_set_data (G_OBJECT (self->desk), "pairing", pairing);
  g_assert_null (mr_scanner_pairing_start (self->desk));
  sample_till_wait (&self->till, has_both_places);
  return pairing;
}

static void
test_pairing (Fixture *self, gconstpointer data)
{
  g_autoptr (MrScannerPairing) pairing = NULL;

  plug (self->scanner);
  plug (self->pos);
  pairing = start (self);
  g_assert_cmpuint (strlen (mr_scanner_pairing_get_code (pairing)), ==, 13);
  g_assert_cmpuint (strspn (mr_scanner_pairing_get_bars (pairing), "01"), >, 95);
  g_assert_cmpstr (mr_scanner_pairing_get_place (pairing, 0), ==, "Honeywell Xenon 1900");
  /* Whatever else a keyboard types makes it no scanner, nor is it sold. */
  virtual_usb_scanner_scan (self->scanner, "", EAN);
  virtual_usb_scanner_scan (self->scanner, "", mr_scanner_pairing_get_code (pairing));
  sample_till_wait (&self->till, is_found);
  g_assert_cmpstr (get_setting (self), ==, "usb:0c2e:0b61:A1");
  g_assert_cmpstr (mr_scanner_pairing_get_found (pairing), ==, "Honeywell Xenon 1900");
  g_assert_cmpstr (self->seen->str, ==, "");
  /* It was never let go of: the next scan sells. */
  g_assert_cmpint (mr_scanner_desk_get_state (self->desk), ==, MR_DESK_READY);
  assert_scan (self, self->scanner, EAN, "[" EAN "]");
  while (virtual_usb_is_claimed (virtual_usb_scanner_get_device (self->pos)))
    g_usleep (1000);
}

/* Nobody types on a HID POS scanner: any code will do. */
static void
test_pairing_pos (Fixture *self, gconstpointer data)
{
  g_autoptr (MrScannerPairing) pairing = NULL;

  plug (self->scanner);
  plug (self->pos);
  set (self, MR_SETTING_SCANNER, "usb:0c2e:0b61:A1");
  sample_till_wait (&self->till, is_ready);
  pairing = start (self);
  g_assert_cmpstr (mr_scanner_desk_get_reason (self->desk), ==, "pairing");
  virtual_usb_scanner_scan (self->pos, "", EAN);
  sample_till_wait (&self->till, is_found);
  g_assert_cmpstr (get_setting (self), ==, "usb:0c2e:0b61:B2");
  assert_scan (self, self->pos, EAN, "[" EAN "]");
}

/* Given up, everything is as before; and a code that came by the keys says that they work. */
static void
test_pairing_ends (Fixture *self, gconstpointer data)
{
  MrScannerPairing *pairing;

  plug (self->scanner);
  plug (self->pos);
  pairing = start (self);
  mr_scanner_pairing_cancel (pairing);
  g_assert_cmpint (mr_scanner_pairing_get_state (pairing), ==, MR_PAIRING_ENDED);
  sample_till_wait (&self->till, is_all_given_back);
  g_object_unref (pairing);

  set (self, MR_SETTING_SCANNER, "usb:0c2e:0b61:A1");
  sample_till_wait (&self->till, is_ready);
  pairing = start (self);
  g_assert_false (mr_scanner_pairing_take_scan (pairing, EAN));
  g_assert_true (mr_scanner_pairing_take_scan (pairing, mr_scanner_pairing_get_code (pairing)));
  g_assert_cmpint (mr_scanner_pairing_get_state (pairing), ==, MR_PAIRING_TYPES);
  g_object_unref (pairing);
  /* The one that was set goes on. */
  g_assert_cmpint (mr_scanner_desk_get_state (self->desk), ==, MR_DESK_READY);
  assert_scan (self, self->scanner, EAN, "[" EAN "]");

  /* The last unref ends it, too. */
  g_object_unref (start (self));
  assert_scan (self, self->scanner, EAN, "[" EAN "]");
}

int
main (int argc, char *argv[])
{
  MrUsbBus *usb;
  int failed;

  g_test_init (&argc, &argv, NULL);
  bus = virtual_usb_new ();
  usb = mr_usb_bus_get ();
  g_test_add ("/till-scanner/sells", Fixture, NULL, set_up, test_sells, tear_down);
  g_test_add ("/till-scanner/affixes", Fixture, NULL, set_up, test_affixes, tear_down);
  g_test_add ("/till-scanner/timing-kept", Fixture, NULL, set_up, test_timing_kept, tear_down);
  g_test_add ("/till-scanner/end-kept", Fixture, NULL, set_up, test_end_kept, tear_down);
  g_test_add ("/till-scanner/pairing", Fixture, NULL, set_up, test_pairing, tear_down);
  g_test_add ("/till-scanner/pairing-pos", Fixture, NULL, set_up, test_pairing_pos, tear_down);
  g_test_add ("/till-scanner/pairing-ends", Fixture, NULL, set_up, test_pairing_ends, tear_down);
  failed = g_test_run ();
  mr_usb_bus_unref (usb);
  virtual_usb_free (bus);
  return failed;
}
