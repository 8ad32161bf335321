/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"
#include "model/good.h"
#include "model/money.h"
#include "model/world.h"

G_BEGIN_DECLS

/* What a row says of a good; what it does not say stays as it is. */
typedef enum
{
  MR_GOODS_UNIT = 1 << 0,
  MR_GOODS_CATEGORY = 1 << 1,
  MR_GOODS_BRAND = 1 << 2,
  MR_GOODS_TAX = 1 << 3,
  MR_GOODS_SOLD_BY = 1 << 4,
  MR_GOODS_INITIALS = 1 << 5,
  MR_GOODS_PRICE = 1 << 6,
  MR_GOODS_UNITS = 1 << 7,
} MrGoodsFields;

/**
 * MrGoodsRow:
 *
 * One pack of a good as somebody wrote it down, checked. Strings are borrowed.
 */
typedef struct
{
  MrGoodsFields given;
  const char *barcode; /* key as of mr_barcode_parse() */
  const char *name;
  const char *unit;
  const char *category; /* path with "/", "" = none */
  const char *brand;
  const char *initials; /* "" = worked out from the name */
  gint64 tax_ppm; /* parts per million; -1 = none */
  MrSoldBy sold_by;
  gint64 price_minor;
  gint64 units_milli; /* stock units in this pack */
  const char *piece; /* (nullable) barcode key: this is a further pack of the good it is on */
} MrGoodsRow;

typedef enum
{
  MR_GOODS_ADDED,
  MR_GOODS_CHANGED,
  MR_GOODS_SAME,
  MR_GOODS_NO_PIECE, /* nothing was done: @piece is not known */
} MrGoodsOutcome;

/**
 * MrGoods:
 *
 * Writes the goods a region offers: good, pack, barcode, offer, price, category, brand and tax rows, and
 * what the region's feed says of them, in one transaction a batch. Used by one thread, that of @db.
 */
typedef struct _MrGoods MrGoods;

/* @db and @world are borrowed. */
MrGoods *mr_goods_new (MrDb *db, const MrWorld *world, gint64 region_id, GError **error);
void mr_goods_free (MrGoods *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrGoods, mr_goods_free)

const MrCurrency *mr_goods_get_currency (MrGoods *self);

/* After an error in between: mr_goods_rollback(), and the object is used up. */
gboolean mr_goods_begin (MrGoods *self, GError **error);
gboolean mr_goods_put (MrGoods *self, const MrGoodsRow *row, MrGoodsOutcome *outcome,
                       GError **error);
gboolean mr_goods_commit (MrGoods *self, GError **error);
void mr_goods_rollback (MrGoods *self);

/* 0..1000000; larger is found first. Within a batch. FALSE without error set: not offered. */
gboolean mr_goods_set_popularity (MrGoods *self, const char *barcode, gint64 popularity,
                                  GError **error);

G_END_DECLS
