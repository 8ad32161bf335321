/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrFoundPrinters:
 *
 * The receipt printers on USB by their names, a button each that takes it; looked for every two seconds
 * while it is on the screen.
 */
#define MR_TYPE_FOUND_PRINTERS (mr_found_printers_get_type ())
G_DECLARE_FINAL_TYPE (MrFoundPrinters, mr_found_printers, MR, FOUND_PRINTERS, GtkBox)

void mr_found_printers_set_settings (MrFoundPrinters *self, MrSettings *settings);

G_END_DECLS
