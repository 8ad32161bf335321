/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view/receipts-page.h"
#include "view/safe-popover.h"
#include "view/sale-page.h"
#include "view/shift-page.h"
#include "view/trouble-bar.h"
#include "view/window.h"

G_BEGIN_DECLS

/* What the window's actions need of it. */
MrSalePage *mr_window_get_sale_page (MrWindow *self);
MrShiftPage *mr_window_get_shift_page (MrWindow *self);
MrReceiptsPage *mr_window_get_receipts_page (MrWindow *self);
MrTroubleBar *mr_window_get_trouble_bar (MrWindow *self);
MrSafePopover *mr_window_get_safe_popover (MrWindow *self);

/* Says an error in the shop's words. */
void mr_window_say_error (MrWindow *self, const GError *error);

/* window-actions.c */
void mr_window_install_actions (MrWindow *self);
/* Enables what the person may do now. */
void mr_window_update_actions (MrWindow *self);

G_END_DECLS
