/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/desk-state.h"
#include "till/settings.h"

G_BEGIN_DECLS

/**
 * MrScannerDesk:
 *
 * Has the scanner of MR_SETTING_SCANNER and passes on what it reads; the window takes that in by the same
 * door as what a scanner types. Another scanner, or none, as soon as the setting says so. Nothing here
 * waits. Main thread.
 *
 * Signals:
 *   scanned (const char *code): in the order they were read, each once
 *   changed (): state or reason
 */
#define MR_TYPE_SCANNER_DESK (mr_scanner_desk_get_type ())
G_DECLARE_FINAL_TYPE (MrScannerDesk, mr_scanner_desk, MR, SCANNER_DESK, GObject)

MrDeskState mr_scanner_desk_get_state (MrScannerDesk *self);
/* "" or why not: "no-device", "permission", "in-use", "io", "pairing" (given back while one is being
 * looked for). The view has a sentence for each. */
const char *mr_scanner_desk_get_reason (MrScannerDesk *self);
/* Looks for the scanner now. */
void mr_scanner_desk_retry (MrScannerDesk *self);

G_END_DECLS
