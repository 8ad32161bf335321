/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sync/engine.h"

G_BEGIN_DECLS

/**
 * MrTransport:
 *
 * The engine's requests over HTTP. Lives on the thread whose thread-default main context it was made on;
 * replies arrive there, never from within mr_transport_send().
 */
typedef struct _MrTransport MrTransport;

typedef void (*MrTransportReply) (gpointer user_data, guint id, const MrSyncReply *reply);

/* Before the sync thread starts, on the thread that starts it: registers what two threads must not. */
void mr_transport_prepare (void);

MrTransport *mr_transport_new (MrTransportReply on_reply, gpointer user_data);
/* No reply arrives afterwards. */
void mr_transport_free (MrTransport *self);
/* @center_url: "https://center.example" or "http://127.0.0.1:8780". What cannot be sent is answered with
 * status 0. @streamed: the body comes in parts, as it arrives. */
void mr_transport_send (MrTransport *self, const char *center_url, const MrSyncRequest *request,
                        gboolean streamed);

guint
mr_transport_get_listening (MrTransport *self); /* id of the request that listens, 0 = none does */
/* Closes what it has opened; no reply arrives afterwards. */
void mr_transport_stop_listening (MrTransport *self);

/* −1: not said. */
gint64 mr_transport_read_retry_after_ms (gpointer headers); /* SoupMessageHeaders */

/* (nullable): @center_url as the beginning of addresses; NULL when it is not http or https to a host. */
char *mr_transport_clean_url (const char *center_url);

G_END_DECLS
