/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/poke-socket.h"

/* Often enough that no gateway in between takes the connection for idle. */
#define PING_S 30
#define OPEN 101

/* What libsoup still holds when nobody waits any more. */
typedef struct
{
  MrPokeSocket *socket; /* (unowned) (nullable) */
} Handshake;

struct _MrPokeSocket
{
  guint id;
  MrTransportReply on_reply;
  gpointer user_data; /* (unowned) */
  SoupMessage *message; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  Handshake *handshake; /* (unowned) (nullable) NULL = it is over */
  SoupWebsocketConnection *connection; /* (owned) (nullable) */
  GSource *timer; /* (owned) until it is open: the handshake's; then the pongs' */
  gboolean alive; /* something came since the timer last ran */
};

static void
tell (MrPokeSocket *self, guint status, gboolean partial, GBytes *text)
{
  MrSyncReply reply = {
    .status = status,
    .content_length = -1,
    .retry_after_ms =
        status == OPEN || status == 0
            ? -1
            : mr_transport_read_retry_after_ms (soup_message_get_response_headers (self->message)),
    .partial = partial,
  };

  if (text != NULL)
    reply.body = g_bytes_get_data (text, &reply.length);
  self->on_reply (self->user_data, self->id, &reply);
}

/* --- the open connection --- */

static void
on_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *text,
            gpointer user_data)
{
  MrPokeSocket *self = user_data;

  self->alive = TRUE;
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    tell (self, OPEN, TRUE, text);
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *payload, gpointer user_data)
{
  ((MrPokeSocket *) user_data)->alive = TRUE;
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  tell (user_data, 0, FALSE, NULL);
}

/* --- its timer --- */

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static gboolean
on_timer (gpointer user_data)
{
  MrPokeSocket *self = user_data;

  if (self->connection == NULL)
    {
      /* The handshake takes too long: it ends with an error of its own. */
      g_source_set_ready_time (self->timer, -1);
      g_cancellable_cancel (self->cancellable);
    }
  else if (self->alive)
    {
      self->alive = FALSE;
      g_source_set_ready_time (self->timer, g_get_monotonic_time () + 2 * PING_S * G_USEC_PER_SEC);
    }
  else
    {
      g_source_set_ready_time (self->timer, -1);
      tell (self, 0, FALSE, NULL);
    }
  return G_SOURCE_CONTINUE;
}

static GSource *
make_timer (MrPokeSocket *self, gint64 timeout_ms)
{
  static GSourceFuncs functions = { .dispatch = dispatch_timer };
  GSource *timer = g_source_new (&functions, sizeof (GSource));

  g_source_set_callback (timer, on_timer, self, NULL);
  g_source_set_ready_time (timer, g_get_monotonic_time () + timeout_ms * 1000);
  g_source_attach (timer, g_main_context_get_thread_default ());
  return timer;
}

/* --- the handshake --- */

static void
open_connection (MrPokeSocket *self)
{
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, MR_POKE_MAX_BYTES);
  soup_websocket_connection_set_keepalive_interval (self->connection, PING_S);
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->connection, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
  g_source_set_ready_time (self->timer, g_get_monotonic_time () + 2 * PING_S * G_USEC_PER_SEC);
  tell (self, OPEN, TRUE, NULL);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Handshake *handshake = user_data;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  MrPokeSocket *self = handshake->socket;
  guint status;

  if (self == NULL)
    return;
  self->handshake = NULL;
  self->connection = g_steal_pointer (&connection);
  if (self->connection != NULL)
    {
      open_connection (self);
      return;
    }
  /* Whatever else than a refusal came is no WebSocket: nothing that was said. */
  status = soup_message_get_status (self->message);
  tell (self, status >= 400 ? status : 0, FALSE, NULL);
}

MrPokeSocket *
mr_poke_socket_new (SoupSession *session, SoupMessage *message, guint id, gint64 timeout_ms,
                    MrTransportReply on_reply, gpointer user_data)
{
  MrPokeSocket *self = g_new0 (MrPokeSocket, 1);

  self->id = id;
  self->on_reply = on_reply;
  self->user_data = user_data;
  self->message = g_object_ref (message);
  self->cancellable = g_cancellable_new ();
  self->timer = make_timer (self, timeout_ms);
  self->handshake = g_new0 (Handshake, 1);
  self->handshake->socket = self;
  soup_session_websocket_connect_async (session, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_connected, self->handshake);
  return self;
}

guint
mr_poke_socket_get_id (MrPokeSocket *self)
{
  return self->id;
}

void
mr_poke_socket_free (MrPokeSocket *self)
{
  if (self == NULL)
    return;
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  if (self->handshake != NULL)
    self->handshake->socket = NULL;
  g_cancellable_cancel (self->cancellable);
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }
  g_clear_object (&self->connection);
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_free (self);
}
