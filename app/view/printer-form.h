/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrPrinterForm:
 *
 * Where the receipt printer is, what kind it is, when it prints, and a test of it.
 */
#define MR_TYPE_PRINTER_FORM (mr_printer_form_get_type ())
G_DECLARE_FINAL_TYPE (MrPrinterForm, mr_printer_form, MR, PRINTER_FORM, GtkBox)

/* Before its till is given: only what nearly every shop needs. */
void mr_printer_form_shorten (MrPrinterForm *self);
void mr_printer_form_set_till (MrPrinterForm *self, MrTill *till);
/* Where somebody else shows how the printer is and tests it. */
void mr_printer_form_hide_test (MrPrinterForm *self);

G_END_DECLS
