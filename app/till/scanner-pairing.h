/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/scanner-desk.h"

G_BEGIN_DECLS

typedef enum
{
  MR_PAIRING_LISTENING,
  MR_PAIRING_FOUND, /* the scanner is in the settings now */
  MR_PAIRING_TYPES, /* the code came by the keyboard's way: it works, but this computer may not claim it */
  MR_PAIRING_ENDED, /* cancelled, or nobody scanned for a minute */
} MrPairingState;

/**
 * MrScannerPairing:
 *
 * "Scan this code": listens to everything that may be a scanner, and sets the one from which the code
 * comes. Whatever is plugged in meanwhile is listened to as well. Keyboards are claimed for as long as it
 * lasts, so nothing can be typed on them: it ends by itself after a minute, and the view's way out must
 * be one for a mouse or a finger, too. A HID POS scanner is taken by any code it reads, since nobody
 * types on one. The last unref ends it. Main thread.
 *
 * Signals:
 *   changed (): state or places
 */
#define MR_TYPE_SCANNER_PAIRING (mr_scanner_pairing_get_type ())
G_DECLARE_FINAL_TYPE (MrScannerPairing, mr_scanner_pairing, MR, SCANNER_PAIRING, GObject)

/* One at a time: NULL while there is another. Starts at once. */
MrScannerPairing *mr_scanner_pairing_start (MrScannerDesk *desk) G_GNUC_WARN_UNUSED_RESULT;
void mr_scanner_pairing_cancel (MrScannerPairing *self);

MrPairingState mr_scanner_pairing_get_state (MrScannerPairing *self);
/* The digits to be scanned, and their bars with quiet zones: a '1' for each dark module, '0' for a light. */
const char *mr_scanner_pairing_get_code (MrScannerPairing *self);
const char *mr_scanner_pairing_get_bars (MrScannerPairing *self);

/* What is listened to. */
guint mr_scanner_pairing_get_n_places (MrScannerPairing *self);
/* What it calls itself, else its location. */
const char *mr_scanner_pairing_get_place (MrScannerPairing *self, guint index);
/* "" when it is open, else why not, as mr_scanner_desk_get_reason() says it. */
const char *mr_scanner_pairing_get_place_reason (MrScannerPairing *self, guint index);
/* The one that was found; "" before. */
const char *mr_scanner_pairing_get_found (MrScannerPairing *self);

/* A code that came by the window's keys. TRUE when it was the one shown, and is not to be sold. */
gboolean mr_scanner_pairing_take_scan (MrScannerPairing *self, const char *code);

G_END_DECLS
