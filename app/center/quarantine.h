/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/effect.h"

G_BEGIN_DECLS

/* Entries a person has to decide about: those whose effect could not be applied, and what a till sent after
 * it was revoked. Each is a row of the table `waiting` of its shop's feed for as long as nobody has:
 *
 *   ["waiting", v, entry id, cause, till number, kind, at in µs, receipt label, amount in minor units, reason]
 *
 * so that the shop's tills can show it. Causes are the words of MrObjection; the reason is a plain English
 * sentence. */

/* Notes that @of, stored with state 'quarantined', waits for somebody, or now for another reason. */
gboolean mr_quarantine_add (MrBatch *batch, const MrScope *scope, const MrEffectOf *of,
                            const char *kind, const MrEffect *effect, const MrObjection *objection,
                            GError **error);

/* The same for an entry stored with state 'held' and noted in `deferred`. */
gboolean mr_quarantine_hold (MrBatch *batch, const MrScope *scope, const MrEffectOf *of,
                             const char *kind, const MrEffect *effect, GError **error);

typedef enum
{
  MR_SETTLE_BOOK, /* try again: the reason may be gone, or a till was revoked by mistake */
  MR_SETTLE_BY_HAND, /* somebody has put the books right in another way */
  MR_SETTLE_DROP, /* it is not to count; goods it has moved stay moved */
} MrSettle;

typedef struct
{
  const char *shop; /* short name */
  const char *entry; /* entry id, or NULL: all of the shop that wait */
  MrSettle how;
  guint n_settled; /* out */
  guint n_refused; /* out: still waiting */
  char *reason; /* out (owned) (nullable): why the last one still waits */
} MrSettling;
void mr_settling_clear (MrSettling *self);

/* A MrCenterJob with a MrSettling. MR_NETWORK_ERROR when there is no such shop or entry. In the order of the
 * chain. */
gboolean mr_quarantine_settle (MrBatch *batch, gpointer settling, GError **error);

/* The entries of @shop that wait, a line each: entry id, till, entry number, kind, time, cause, why. Oldest
 * first. (transfer full) */
char *mr_quarantine_list (MrDb *db, const char *shop, GError **error);

G_END_DECLS
