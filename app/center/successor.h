/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Another computer becomes a till there is: its key takes the place of the old one's, which is taken like a
 * revoked till's from then on, and it goes on with what the center knows of the till. */

/* Gives the till a key and a letter. @key of 32 bytes; the same again is fine. */
gboolean mr_successor_appoint (MrBatch *batch, gint64 shop_id, gint64 till_id,
                               const guint8 *public_key, const char *letter, GError **error);
/* Whether @till_id had this key once: @keys is called with each. */
gboolean mr_successor_had_key (MrDb *db, gint64 till_id,
                               gboolean (*matches) (const guint8 *, gpointer), gpointer data,
                               gboolean *had, GError **error);
/* The till's last shift as the center knows it, its sums those of the entries up to now; NULL without error:
 * it has had none. JSON of mr_shift_body_write(). (transfer full) */
char *mr_successor_dup_shift (MrDb *db, gint64 shop_id, gint64 till_id, GError **error);

G_END_DECLS
