/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"
#include "model/id.h"

G_BEGIN_DECLS

struct _MrCenter
{
  MrDb *db; /* (owned) */
  char *location; /* (owned) */
  MrDbFlags flags; /* as opened */
  const MrWorld *world; /* (unowned) */
  char *files_dir; /* (owned) */
  GHashTable *feed_sums; /* (owned) (nullable) of audit.c: feed id → its checksums */
  GHashTable *accounts; /* (owned) "shop/party/kind/name/unit" → gint64 */
  gint64 expired_at_us; /* when what tills need not be told any longer last left the feeds */
  MrSnapshotDue snapshot_due; /* NULL = whoever asks builds */
  gpointer snapshot_data; /* (unowned) */
  char process[MR_ID_STRING_SIZE]; /* its name in notices to others */
  MrFeedsChanged feeds_changed; /* NULL = nobody listens */
  gpointer feeds_changed_data; /* (unowned) */
};

/* After a failed write or sync, or with a server gone, a connection is not believed any more: a fresh one looks
 * what is there. */
gboolean mr_center_heal (MrCenter *self, GError **error);
/* Whether @error is of a server and may be gone when the same is tried again; pauses where that needs time. */
gboolean mr_center_may_pass (MrCenter *self, const GError *error);

G_END_DECLS
