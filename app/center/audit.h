/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/call.h"

G_BEGIN_DECLS

/* The checksums of each table of a feed as of its head, for a till to compare its replica with. Within the read
 * transaction that saw @head. Kept until the feed moves: all tills of a region ask for the same in one
 * night. (element-type MrTableSum) (transfer full) */
GArray *mr_audit_sum_feed (MrCenter *center, gint64 feed_id, const MrPosition *head,
                           GError **error);

G_END_DECLS
