/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/transport.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * MrPokeSocket:
 *
 * The till's end of /v1/poke: a WebSocket that pings, and is over when no pong comes back. Replies with a
 * partial 101 when it is open, another for each text, and at last with a whole answer: the center's refusal,
 * or status 0. On the thread-default main context it was made on.
 */
typedef struct _MrPokeSocket MrPokeSocket;

MrPokeSocket *mr_poke_socket_new (SoupSession *session, SoupMessage *message, guint id,
                                  gint64 timeout_ms, MrTransportReply on_reply, gpointer user_data);
guint mr_poke_socket_get_id (MrPokeSocket *self);
/* No reply arrives afterwards. */
void mr_poke_socket_free (MrPokeSocket *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPokeSocket, mr_poke_socket_free)

G_END_DECLS
