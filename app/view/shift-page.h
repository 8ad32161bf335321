/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrShiftPage:
 *
 * Opening and closing a shift: float, X, cash in and out, the count and the Z.
 */
#define MR_TYPE_SHIFT_PAGE (mr_shift_page_get_type ())
G_DECLARE_FINAL_TYPE (MrShiftPage, mr_shift_page, MR, SHIFT_PAGE, GtkBox)

void mr_shift_page_set_till (MrShiftPage *self, MrTill *till);
/* What win.open-shift, win.close-shift, win.x-report do. */
void mr_shift_page_ask_float (MrShiftPage *self);
/* Asks how much goes into the drawer, or out of it. */
void mr_shift_page_ask_cash (MrShiftPage *self, gboolean into);
void mr_shift_page_ask_count (MrShiftPage *self);
void mr_shift_page_read (MrShiftPage *self);
gboolean mr_shift_page_press (MrShiftPage *self, MrKey key, gunichar character);
/* One step back; FALSE when there is none. */
gboolean mr_shift_page_back (MrShiftPage *self);

G_END_DECLS
