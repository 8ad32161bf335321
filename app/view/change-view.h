/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrChangeView:
 *
 * The change to hand back, very large, until the next scan starts the next sale.
 */
#define MR_TYPE_CHANGE_VIEW (mr_change_view_get_type ())
G_DECLARE_FINAL_TYPE (MrChangeView, mr_change_view, MR, CHANGE_VIEW, GtkBox)

void mr_change_view_set_till (MrChangeView *self, MrTill *till);
/* Shows the sale just paid. */
void mr_change_view_show (MrChangeView *self);

G_END_DECLS
