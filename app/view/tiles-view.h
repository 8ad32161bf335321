/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrTilesView:
 *
 * Pages of goods to be touched: what sells best, then the categories. Each category's page ends with a
 * tile that sells by price alone.
 *
 * Signals:
 *   ask-amount (gint64 category_id, const char *title): a price-only sale
 */
#define MR_TYPE_TILES_VIEW (mr_tiles_view_get_type ())
G_DECLARE_FINAL_TYPE (MrTilesView, mr_tiles_view, MR, TILES_VIEW, GtkBox)

void mr_tiles_view_set_till (MrTilesView *self, MrTill *till);

G_END_DECLS
