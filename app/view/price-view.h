/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrPriceView:
 *
 * Price check: what is scanned or typed is shown and not added.
 */
#define MR_TYPE_PRICE_VIEW (mr_price_view_get_type ())
G_DECLARE_FINAL_TYPE (MrPriceView, mr_price_view, MR, PRICE_VIEW, GtkBox)

void mr_price_view_set_till (MrPriceView *self, MrTill *till);
void mr_price_view_reset (MrPriceView *self);
void mr_price_view_show_code (MrPriceView *self, const char *code);
gboolean mr_price_view_press (MrPriceView *self, MrKey key, gunichar character);

G_END_DECLS
