/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrShelf:
 *
 * All that can be sold here: the region's goods, with the shop's own prices over the region's, the
 * shop's short codes and tiles. Every call is a read of microseconds on the main thread; what is
 * broken or not there yet (no catalog) reads as empty. Prices are those in force at the moment
 * of asking.
 *
 * Signals:
 *   changed (): goods, prices, tiles or short codes are others now; show them anew.
 */
#define MR_TYPE_SHELF (mr_shelf_get_type ())
G_DECLARE_FINAL_TYPE (MrShelf, mr_shelf, MR, SHELF, GObject)

/* FALSE: no catalog has arrived yet; price-only sales work all the same. */
gboolean mr_shelf_has_goods (MrShelf *self);

/* All packs that @code may mean: a barcode as scanned or typed, or else a short code ("12" = bananas).
 * Most popular first; empty = unknown. (element-type MrGood) (transfer full) */
GPtrArray *mr_shelf_find_code (MrShelf *self, const char *code);
/* (nullable) */
MrGood *mr_shelf_find_pack (MrShelf *self, gint64 pack_id);
/* Words, pinyin initials, the beginning of a barcode; most popular first. (element-type MrGood) */
GPtrArray *mr_shelf_search (MrShelf *self, const char *typed, guint max);

/* The pages of tiles of the sale screen, in order. The shop's own tiles come first; without any, the
 * first page holds what sells best and the others are the top categories. */
typedef struct
{
  char *title; /* (owned) "" = what sells best: the view has the word */
  gint64 category_id; /* 0 = not a category */
} MrTilePage;
void mr_tile_page_free (MrTilePage *self);
GPtrArray *mr_shelf_list_pages (MrShelf *self); /* (element-type MrTilePage) (transfer full) */
/* (element-type MrGood) (transfer full) */
GPtrArray *mr_shelf_list_tiles (MrShelf *self, const MrTilePage *page, guint max);

typedef struct
{
  gint64 id;
  char *name; /* (owned) */
} MrShelfCategory;
void mr_shelf_category_free (MrShelfCategory *self);
/* For browsing (0 = the top) and price-only sales. (element-type MrShelfCategory) (transfer full) */
GPtrArray *mr_shelf_list_categories (MrShelf *self, gint64 parent_id);
GPtrArray *mr_shelf_list_category (MrShelf *self, gint64 category_id, guint max);
/* What a price-only sale under @category_id (0 = none) is: a good without an id that bears the
 * category's name, or @name where the category is unknown, and is taxed as most of the category's best sellers are, or
 * of all goods. (transfer full) */
MrGood *mr_shelf_new_open_good (MrShelf *self, gint64 category_id, const char *name);

/* Stock: the center's level and what this till did since, in thousandths of the stock unit. FALSE:
 * nothing is known of it. */
gboolean mr_shelf_get_on_hand (MrShelf *self, gint64 good_id, gint64 *quantity_milli);

/* Version of the catalog read, 0 = none. */
gint64 mr_shelf_get_catalog_v (MrShelf *self);

G_END_DECLS
