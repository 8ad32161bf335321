/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrPrinterForm:
 *
 * Where the receipt printer is, how wide its paper, when it prints, and a test of it.
 */
#define MR_TYPE_PRINTER_FORM (mr_printer_form_get_type ())
G_DECLARE_FINAL_TYPE (MrPrinterForm, mr_printer_form, MR, PRINTER_FORM, GtkBox)

void mr_printer_form_set_till (MrPrinterForm *self, MrTill *till);

G_END_DECLS
