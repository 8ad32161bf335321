/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Stock is movements between locations; a level is the sum of those into and out of one. */

typedef struct
{
  gint64 shop_id;
  gint64 writer_id; /* 0 = made at the center */
  gint64 n;
  gint64 line;
  gint64 good_id;
  gint64 from; /* location */
  gint64 to;
  gint64 quantity_milli; /* > 0 */
} MrMovement;

/**
 * MrStockDeltas:
 *
 * What a run of movements does to the levels, summed up so that each level is written once.
 */
typedef struct _MrStockDeltas MrStockDeltas;

/* @feed_id: the shop's feed, which shows the levels of its @shop_location. */
MrStockDeltas *mr_stock_deltas_new (gint64 shop_id, gint64 shop_location, gint64 feed_id);
void mr_stock_deltas_free (MrStockDeltas *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrStockDeltas, mr_stock_deltas_free)

/* Stores the movement. Goods nobody knows move, too. */
gboolean mr_stock_move (MrBatch *batch, MrStockDeltas *deltas, const MrMovement *movement,
                        GError **error);
/* Hands the deltas to the batch, which applies them to the levels, and publishes those, when it commits: until
 * then table level is as before. */
gboolean mr_stock_flush (MrBatch *batch, MrStockDeltas *deltas, GError **error);

/* For MrBatch: what its calls did to levels, and writing that. */
GHashTable *mr_stock_new_sums (void);
/* The running call is done, or refused. */
void mr_stock_keep (MrBatch *batch);
void mr_stock_drop (MrBatch *batch);
/* Locks the feeds concerned in the order of their ids, then writes and publishes levels. */
/* Adds the feeds whose levels are another now; they are to be locked before mr_stock_publish(). */
void mr_stock_list_feeds (MrBatch *batch, GArray *ids);
gboolean mr_stock_publish (MrBatch *batch, GError **error);

G_END_DECLS
