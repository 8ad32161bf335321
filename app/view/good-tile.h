/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrGoodTile:
 *
 * One good, to be touched: its name on two lines and its price.
 */
#define MR_TYPE_GOOD_TILE (mr_good_tile_get_type ())
G_DECLARE_FINAL_TYPE (MrGoodTile, mr_good_tile, MR, GOOD_TILE, GtkButton)

GtkWidget *mr_good_tile_new (MrCheckout *checkout, MrGood *good);
/* The tile that asks for a price instead: @title is the category's name. */
GtkWidget *mr_good_tile_new_open (const char *title);
MrGood *mr_good_tile_get_good (MrGoodTile *self); /* (nullable): of an open-price tile */

G_END_DECLS
