/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrStatusBar:
 *
 * The top line: who the shop is, whether the center is reached and what waits, the printer, who stands
 * here, the time; each in words.
 */
#define MR_TYPE_STATUS_BAR (mr_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (MrStatusBar, mr_status_bar, MR, STATUS_BAR, GtkBox)

void mr_status_bar_set_till (MrStatusBar *self, MrTill *till);
/* Where the popover of the connection points to. */
GtkWidget *mr_status_bar_get_link_button (MrStatusBar *self);

G_END_DECLS
