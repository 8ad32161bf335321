/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/effect.h"

G_BEGIN_DECLS

/* What came back of the lines of receipts. One line of one receipt is named "<entry id>/<number>": the subject of
 * a claim, the id of a row of the feed. */

#define MR_RETURNED_ID_SIZE (MR_ID_STRING_SIZE + 12)

const char *mr_returned_format_id (const MrOrigin *origin, char out[MR_RETURNED_ID_SIZE]);
/* Books a line that gives something back; @of is its entry. */
gboolean mr_returned_book (MrBatch *batch, const MrScope *scope, const MrLine *line,
                           const MrEffectOf *of, gint64 shown_until_us, GError **error);
/* For claims: thousandths that came back of the line @subject names. */
gboolean mr_returned_count (MrBatch *batch, const MrScope *scope, const char *subject,
                            gint64 *quantity_milli, GError **error);

/* What tills are told of the line @id: NULL without an error when there is nothing. More than was sold of it
 * is @too_much_milli, and @label its receipt. (transfer full) */
char *mr_returned_dup_fields (MrBatch *batch, gint64 shop_id, const char *id,
                              gint64 *too_much_milli, char **label, GError **error);
/* Tills are told of it no longer. */
gboolean mr_returned_hide (MrBatch *batch, gint64 shop_id, const char *id, GError **error);

G_END_DECLS
