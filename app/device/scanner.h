/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device.h"
#include "device/scan.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrScanner:
 *
 * One scanner that is read by itself, past the window system: no layout, input method, Caps Lock or focus
 * comes between. Reached by a location:
 *
 *   usb:VVVV:PPPP[:SERIAL]  that device (hexadecimal): a HID POS scanner, or one that pretends to be a
 *                           keyboard, which is then a keyboard no more while this is open
 *   usb:                    the first HID POS scanner there is
 *   serial:PATH[:BAUD[:8N1]]  a serial line, or USB that looks like one (CDC-ACM)
 *
 * It has a thread of its own, so no function here waits. What is unplugged and comes back is opened again by
 * itself. Made on, used from and signalling on one thread: that of the main context that was the default
 * when it was made.
 *
 * Signals:
 *   scanned (const MrScan *scan): a code, in the order they were read, each once
 */
#define MR_TYPE_SCANNER (mr_scanner_get_type ())
G_DECLARE_FINAL_TYPE (MrScanner, mr_scanner, MR, SCANNER, MrDevice)

/* Whether @location can be understood: G_IO_ERROR_INVALID_ARGUMENT. Does not look whether it exists. */
gboolean mr_scanner_check_location (const char *location, GError **error);

/* NULL when mr_scanner_check_location() says no. Starts looking at once. */
MrScanner *mr_scanner_new (const char *location, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tries to open it now if it is not. */
void mr_scanner_probe (MrScanner *self);
/* Gives the device back; nothing is told any more. The last unref does the same. */
void mr_scanner_close (MrScanner *self);

const char *mr_scanner_get_location (MrScanner *self);
/* Whether it sends nothing behind its codes, as was learnt from the last one: then a short pause is their
 * end. Who remembers that from one day to the next says so before the first code, or it is taken together
 * with one that soon follows. */
void mr_scanner_set_ends_by_pause (MrScanner *self, gboolean ends_by_pause);
gboolean mr_scanner_ends_by_pause (MrScanner *self);
/* Whether the device, as it is open now, is made for nothing but scanning. */
gboolean mr_scanner_is_hid_pos (MrScanner *self);

/**
 * MrScannerPlace:
 * @location: (owned)
 * @name: (owned): what the device calls itself, "" when it says nothing
 *
 * Where a scanner may be.
 */
typedef struct
{
  char *location;
  char *name;
} MrScannerPlace;

void mr_scanner_place_free (MrScannerPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrScannerPlace, mr_scanner_place_free)

/* What is plugged in and may be a scanner: HID over USB but no mouse, serial lines over USB. Opens
 * nothing. May take some milliseconds; any thread. (transfer full) (element-type MrScannerPlace) */
GPtrArray *mr_scanner_list_places (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
