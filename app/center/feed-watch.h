/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"

G_BEGIN_DECLS

/**
 * MrFeedWatch:
 *
 * Passes on which feeds have changed, from the threads that commit to whoever pokes tills. Any thread.
 */
typedef struct _MrFeedWatch MrFeedWatch;

MrFeedWatch *mr_feed_watch_new (void);
void mr_feed_watch_free (MrFeedWatch *self);

/* One listener, told by one thread at a time; NULL for nobody, from when this returns. */
void mr_feed_watch_set_listener (MrFeedWatch *self, MrFeedsChanged changed, gpointer data);
/* A MrFeedsChanged: @self is a MrFeedWatch. */
void mr_feed_watch_tell (const gint64 *feed_ids, guint n, gpointer self);
/* Looks whether a region's feed has moved since the last look (the first only looks): what is committed
 * past MrCenter, an import's transactions, tells nobody by itself. On the writer's thread. */
void mr_feed_watch_look (MrFeedWatch *self, MrDb *db);

G_END_DECLS
