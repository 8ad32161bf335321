/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"

G_BEGIN_DECLS

struct _MrCenter
{
  MrDb *db; /* (owned) */
  char *location; /* (owned) */
  MrDbFlags flags; /* as opened */
  const MrWorld *world; /* (unowned) */
  char *files_dir; /* (owned) */
  GHashTable *accounts; /* (owned) "shop/party/kind/name/unit" → gint64 */
  MrSnapshotDue snapshot_due; /* NULL = whoever asks builds */
  gpointer snapshot_data; /* (unowned) */
  MrFeedsChanged feeds_changed; /* NULL = nobody listens */
  gpointer feeds_changed_data; /* (unowned) */
};

G_END_DECLS
