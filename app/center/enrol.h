/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Enrolment codes: twelve letters and digits (60 bits), shown once, kept as a hash, good once and for a
 * day. Letters that look like digits are read as those. */

/* A new code for @shop_id: "K7QF-2M9X-W3TB". Whoever uses it becomes a new till. */
char *mr_enrol_new_code (MrBatch *batch, gint64 shop_id, GError **error);
/* Whoever uses this one becomes @till_id; 0 = a new till. */
char *mr_enrol_new_code_for (MrBatch *batch, gint64 shop_id, gint64 till_id, GError **error);

/* Gives the chain of @writer_id its letter: @claimed, the one its receipts bear already, when nobody else in
 * the shop has it (a restored center forgets what it gave); else that of its till, when this is the till's
 * first chain; else a new one. */
gboolean mr_enrol_give_letter (MrBatch *batch, const MrScope *scope, gint64 writer_id,
                               const char *claimed, char letter[MR_LETTER_SIZE], GError **error);

/* Publishes the till of @till_id in its shop's feed. */
gboolean mr_enrol_publish_till (MrBatch *batch, gint64 till_id, GError **error);

G_END_DECLS
