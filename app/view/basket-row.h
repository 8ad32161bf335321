/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrBasketRow:
 *
 * One line of the basket; pressed, it opens in place to be changed.
 *
 * Signals:
 *   pressed ()
 */
#define MR_TYPE_BASKET_ROW (mr_basket_row_get_type ())
G_DECLARE_FINAL_TYPE (MrBasketRow, mr_basket_row, MR, BASKET_ROW, GtkListBoxRow)

GtkWidget *mr_basket_row_new (MrCheckout *checkout, MrBasketLine *line);
guint mr_basket_row_get_number (MrBasketRow *self);
void mr_basket_row_set_newest (MrBasketRow *self, gboolean newest);
void mr_basket_row_set_open (MrBasketRow *self, gboolean open);
/* Lights up for a moment. */
void mr_basket_row_flash (MrBasketRow *self);

G_END_DECLS
