/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrPokeHub:
 *
 * The tills that listen at /v1/poke: their sockets in one epoll set behind one source of the main loop, so
 * that ten thousand idle ones cost a request nothing. Tells each that "something new" is there when a feed of
 * its own has changed; a till that does not read is let go, as it will ask when it is back. Lives on
 * the main context it was made on.
 */
typedef struct _MrPokeHub MrPokeHub;

MrPokeHub *mr_poke_hub_new (void);
/* Says goodbye to all. */
void mr_poke_hub_free (MrPokeHub *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPokeHub, mr_poke_hub_free)

/* Takes over @fd, a TCP socket whose WebSocket handshake is over. */
void mr_poke_hub_take (MrPokeHub *self, int fd, gint64 region_feed, gint64 shop_feed);
guint mr_poke_hub_count (MrPokeHub *self);

/* A MrFeedsChanged: these feeds have changed. On any thread. */
void mr_poke_hub_tell (const gint64 *feed_ids, guint n, gpointer self);

/* So long are the tills told to spread their questions about a catalog: none for a few, half a minute for
 * a network. */
gint64 mr_poke_hub_spread_ms (guint n_listeners);

G_END_DECLS
