/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrBasketView:
 *
 * The basket at the right: lines, the newest always in view and marked, the entry line, the total, and what
 * is done with the whole.
 */
#define MR_TYPE_BASKET_VIEW (mr_basket_view_get_type ())
G_DECLARE_FINAL_TYPE (MrBasketView, mr_basket_view, MR, BASKET_VIEW, GtkBox)

void mr_basket_view_set_till (MrBasketView *self, MrTill *till);
/* Number of the line opened in place, 0 = none: what is changed is the newest. */
guint mr_basket_view_get_selected (MrBasketView *self);
void mr_basket_view_select (MrBasketView *self, guint number);
/* Opens the line above (-1) or below (1). */
void mr_basket_view_step (MrBasketView *self, int step);
/* The entry line says that a key was not understood. */
void mr_basket_view_shake (MrBasketView *self);

G_END_DECLS
