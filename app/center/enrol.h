/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* Enrolment codes: twelve letters and digits (60 bits), shown once, kept as a hash, good once and for a
 * day. Letters that look like digits are read as those. */

/* A new code for @shop_id: "K7QF-2M9X-W3TB". */
char *mr_enrol_new_code (MrBatch *batch, gint64 shop_id, GError **error);

/* Publishes the till of @till_id in its shop's feed. */
gboolean mr_enrol_publish_till (MrBatch *batch, gint64 till_id, GError **error);

G_END_DECLS
