/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"
#include "center/stock.h"
#include "wire/entry-body.h"

G_BEGIN_DECLS

/* What an entry means at the center: read from its body once, without a database, and applied in
 * the transaction that stores it. */

typedef enum
{
  MR_EFFECT_NONE, /* kept as a fact, nothing follows from it */
  MR_EFFECT_SALE,
  MR_EFFECT_SHIFT_OPENED,
  MR_EFFECT_SHIFT_CLOSED,
  MR_EFFECT_HELD,
  MR_EFFECT_RECALLED,
  MR_EFFECT_DROPPED,
  MR_EFFECT_PUT_AWAY,
  MR_EFFECT_UNKNOWN_KIND, /* kept for the version that knows it */
  MR_EFFECT_UNKNOWN_SCHEMA,
  MR_EFFECT_DAMAGED, /* while reading only: it says itself that it is BROKEN */
  MR_EFFECT_TAKEN_OVER, /* while reading only: an open shift goes on, or nothing */
  MR_EFFECT_BROKEN, /* its body cannot be read: @reason */
} MrEffectKind;

typedef struct
{
  MrEffectKind kind;
  MrEntryContext context; /* empty texts when the body says none */
  MrSaleFacts facts;
  MrSale *sale; /* (owned) (nullable) */
  char *body; /* (owned) (nullable) of a sale, for its receipt at other tills */
  MrShift *shift; /* (owned) (nullable) */
  MrHeldBody held; /* of HELD, RECALLED, DROPPED */
  char *what; /* (owned) (nullable) of PUT_AWAY: kind of taken_twice, */
  char *subject; /* (owned) (nullable) which of them, "" = all, */
  gint64 upto_us; /* found out no later than this */
  char *claim; /* (owned) (nullable) key of the claim it confirms */
  char *reason; /* (owned) (nullable) a plain sentence */
} MrEffect;

void mr_effect_read (MrEffect *self, const char *kind, gint64 schema, const char *body);
void mr_effect_clear (MrEffect *self);

/* Why an effect could not be applied: a word for programs, a sentence for people. */
typedef struct
{
  const char
      *cause; /* (static) (nullable) NULL = there is none; quarantine.cause in data/sql/center */
  char *reason; /* (owned) (nullable) */
} MrObjection;
void mr_objection_clear (MrObjection *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MrObjection, mr_objection_clear)

/* Which entry an effect is of. */
typedef struct
{
  gint64 writer_id;
  gint64 n;
  MrId id;
  gint64 at_us;
} MrEffectOf;

/* Movements are applied whatever comes after; what cannot be applied of the rest is undone and said in
 * @objection, whose cause is NULL when all went well. FALSE: the transaction has to be given up. */
gboolean mr_effect_apply (MrBatch *batch, const MrScope *scope, MrStockDeltas *deltas,
                          const MrEffect *self, const MrEffectOf *of, MrObjection *objection,
                          GError **error);
/* The rest alone, for an entry whose goods have moved already. */
gboolean mr_effect_book (MrBatch *batch, const MrScope *scope, const MrEffect *self,
                         const MrEffectOf *of, MrObjection *objection, GError **error);

G_END_DECLS
