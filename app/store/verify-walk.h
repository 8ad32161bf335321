/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal-inside.h"

G_BEGIN_DECLS

/**
 * MrWalk:
 *
 * A walk over all entries of a journal in the order of their chains, which rebuilds from them what the
 * till's own tables must hold. The checks return what is wrong in words (transfer full), NULL = nothing; errors of
 * reading go to *error.
 */
typedef struct
{
  MrDb *db; /* (unowned) */
  MrVerifyResult *result; /* (unowned) */
  GError **error; /* (unowned) */

  MrEntry *entry; /* (owned) the one looked at */
  gint64 writer; /* of the chain walked along: … */
  gint64 n; /* … its last good entry, */
  gint64 at_us;
  MrHash h;
  gint64 receipt_number; /* the last receipt's */

  MrQuery *receipts; /* (owned) at the next row not yet matched */
  MrQuery *movements; /* (owned) */
  gboolean has_receipt;
  gboolean has_movement;

  MrShift *shift; /* (owned) (nullable) the open one as the entries make it */
  gint64 shift_number; /* the last one opened */
  gint64 grand_total_minor;

  GHashTable *settings; /* (owned) name → value, as last changed */
  GHashTable *copies; /* (owned) text of an entry's id → times it was reprinted */

  GArray
      *public_keys; /* (owned) of MrHash: 32 bytes each, of this computer and of those before it */
} MrWalk;

/* verify-tables.c */
gboolean mr_walk_open_tables (MrWalk *self);
/* What the entry's kind says against receipts, movements and shifts. */
char *mr_walk_check_kind (MrWalk *self);
/* That no table holds more than the entries account for. */
char *mr_walk_check_end (MrWalk *self);
void mr_walk_clear (MrWalk *self);

/* verify-rest.c */
/* Notes what the entry says of settings and reprints. */
char *mr_walk_note_rest (MrWalk *self);
/* Settings, copies, key, spool and baskets at the end of the walk. */
char *mr_walk_check_rest (MrWalk *self);

G_END_DECLS
