/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tax.h"

G_BEGIN_DECLS

/* Of the center's ids and versions: what every reader of JSON takes whole. */
#define MR_GOOD_MAX_ID (G_GINT64_CONSTANT (1) << 53)

typedef enum
{
  MR_SOLD_BY_PIECE,
  MR_SOLD_BY_WEIGHT,
} MrSoldBy;

/**
 * MrGood:
 *
 * What can be put into a basket: one pack of a good at the price in force, as looked up in the
 * catalog or among the shop's own goods. A record: immutable, reference-counted, any thread.
 * Ids are the center's integers; 0 = none (price-only sale by category).
 */
typedef struct
{
  gint64 good_id;
  gint64 pack_id;
  gint64 category_id;
  gint64 price_id; /* the price row, and its feed version: proof of what was asked */
  gint64 price_version;
  gint64 price_minor;
  gboolean has_price; /* FALSE: the price is asked for when it is sold */
  gint64 units_milli; /* stock units in this pack: 1000, or 24000 for a case of 24 */
  MrSoldBy sold_by;
  MrTax tax;
  const char *name;
  const char *unit; /* "瓶"; "" = none */
  const char *barcode; /* key of the barcode it was found by, or its first; "" = none */
  const char *brand; /* "" = none */
  const char *category; /* path with "/"; "" = none */
} MrGood;

/* Copies everything, strings included. */
MrGood *mr_good_new (const MrGood *values);
MrGood *mr_good_ref (MrGood *self);
void mr_good_unref (MrGood *self);

/* Whether its numbers are such as a sale's entry can hold: those of a row that was damaged on the disk may not be. */
gboolean mr_good_is_sound (const MrGood *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrGood, mr_good_unref)

G_END_DECLS
