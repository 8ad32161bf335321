/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrScannerForm:
 *
 * Which scanner this till has: "scan this code" pairs one, so that it is read past the window system;
 * without one, what types like a keyboard is read.
 */
#define MR_TYPE_SCANNER_FORM (mr_scanner_form_get_type ())
G_DECLARE_FINAL_TYPE (MrScannerForm, mr_scanner_form, MR, SCANNER_FORM, GtkBox)

void mr_scanner_form_set_till (MrScannerForm *self, MrTill *till);
/* Shows the code to be scanned, and listens. */
void mr_scanner_form_pair (MrScannerForm *self);
/* A code that came by the window's keys: TRUE when it was the one shown. */
gboolean mr_scanner_form_take_scan (MrScannerForm *self, const char *code);

G_END_DECLS
