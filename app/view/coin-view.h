/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrCoinView:
 *
 * Sums up the drawer while it is counted: how many of each note and coin of the shop's money. Enter goes to
 * the next one, and from the last takes the sum.
 *
 * Signals:
 *   counted (gint64 sum_minor)
 */
#define MR_TYPE_COIN_VIEW (mr_coin_view_get_type ())
G_DECLARE_FINAL_TYPE (MrCoinView, mr_coin_view, MR, COIN_VIEW, GtkBox)

/* FALSE: nobody knows what notes this money has. */
gboolean mr_coin_view_begin (MrCoinView *self, MrCheckout *checkout);
gboolean mr_coin_view_press (MrCoinView *self, MrKey key, gunichar character);

G_END_DECLS
