/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/effect.h"

G_BEGIN_DECLS

/* What the tills of one shop share by way of its feed: held baskets, receipts, and what two of them took of which
 * there is but one. Rows of the feed are worked out from the center's tables when a batch commits, so
 * that a call which was refused after all leaves nothing in them. */

/* So long tills are told of a receipt, and of a held basket that was taken. */
#define MR_SHARED_SHOWN_US (90 * G_TIME_SPAN_DAY)

/* Of taken_twice, beside the kinds of claims: a receipt number that two computers printed. */
#define MR_TWICE_NUMBER "number"

/* A sale was booked: its receipt goes to all tills of the shop. */
void mr_shared_show_receipt (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                             const MrEffectOf *of);
/* A line of a booked sale gives something back: what is left of the line it was sold in goes to all tills of the
 * shop. */
gboolean mr_shared_apply_return (MrBatch *batch, const MrScope *scope, const MrLine *line,
                                 const MrEffectOf *of, GError **error);
/* The effects of basket-held, and of basket-recalled and -dropped. */
gboolean mr_shared_apply_held (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                               const MrEffectOf *of, GError **error);
gboolean mr_shared_apply_taken (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                                const MrEffectOf *of, GError **error);
/* The effect of put-away: of what was taken twice, what its till knew of needs nobody any more. */
gboolean mr_shared_apply_put_away (MrBatch *batch, const MrScope *scope, const MrEffect *effect,
                                   GError **error);
/* For claims: how often entries say that the held basket @subject was taken. */
gboolean mr_shared_count_taken (MrBatch *batch, const MrScope *scope, const char *subject,
                                gint64 *n, GError **error);

/* For MrBatch: its set of rows to publish, and publishing them. */
GHashTable *mr_shared_new_set (void);
/* Adds the feeds that will be published to; they are to be locked before. */
void mr_shared_list_feeds (MrBatch *batch, GArray *ids);
gboolean mr_shared_publish (MrBatch *batch, GError **error);
/* A job of the center's own, once a day: what tills need not be told any longer leaves the feeds. */
gboolean mr_shared_expire (MrBatch *batch, gpointer data, GError **error);

G_END_DECLS
