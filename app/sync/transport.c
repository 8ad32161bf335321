/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/transport.h"

#include "sync/poke-socket.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>

#define CHUNK_BYTES (64 * 1024)

struct _MrTransport
{
  SoupSession *session; /* (owned) */
  MrTransportReply on_reply;
  gpointer user_data; /* (unowned) */
  GHashTable *exchanges; /* (owned) set of Exchange (unowned): those under way */
  MrPokeSocket *poke; /* (owned) (nullable) */
};

/* One request and its answer. Lives until libsoup has called back, even when it is given up. */
typedef struct
{
  MrTransport *transport; /* (unowned) (nullable) NULL = nobody waits any more */
  guint id;
  SoupMessage *message; /* (owned) */
  GInputStream *stream; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  GSource *timer; /* (owned) */
  gint64 timeout_us;
  GByteArray *body; /* (owned) what came so far, when it is wanted whole */
  gboolean streamed;
} Exchange;

static void read_more (Exchange *self);

static void
exchange_free (Exchange *self)
{
  if (self->transport != NULL)
    g_hash_table_remove (self->transport->exchanges, self);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_byte_array_unref (self->body);
  g_free (self);
}

static void
tell (Exchange *self, const MrSyncReply *reply)
{
  if (self->transport != NULL)
    self->transport->on_reply (self->transport->user_data, self->id, reply);
}

static void
give_up (Exchange *self)
{
  const MrSyncReply nothing = { .retry_after_ms = -1, .content_length = -1 };

  tell (self, &nothing);
  exchange_free (self);
}

gint64
mr_transport_read_retry_after_ms (gpointer headers)
{
  const char *text = soup_message_headers_get_one (headers, "Retry-After");

  /* Seconds; a date, which the center never sends, counts as not said. */
  if (text == NULL || !g_ascii_isdigit (*text))
    return -1;
  return (gint64) MIN (g_ascii_strtoull (text, NULL, 10), 3600) * 1000;
}

static gint64
read_whole_length (SoupMessageHeaders *headers, guint status)
{
  goffset start, end, total;

  if (status == SOUP_STATUS_PARTIAL_CONTENT)
    return soup_message_headers_get_content_range (headers, &start, &end, &total) ? total : -1;
  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return -1;
  return soup_message_headers_get_content_length (headers);
}

static MrSyncReply
make_reply (Exchange *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  guint status = soup_message_get_status (self->message);

  return (MrSyncReply){ .status = status,
                        .content_type = soup_message_headers_get_one (headers, "Content-Type"),
                        .etag = soup_message_headers_get_one (headers, "ETag"),
                        .content_length = read_whole_length (headers, status),
                        .retry_after_ms = mr_transport_read_retry_after_ms (headers) };
}

/* A part of a streamed body that is one: an error's problem document is wanted whole. */
static gboolean
is_streaming (Exchange *self)
{
  guint status = soup_message_get_status (self->message);

  return self->streamed && (status == SOUP_STATUS_OK || status == SOUP_STATUS_PARTIAL_CONTENT);
}

static void
finish (Exchange *self)
{
  MrSyncReply reply = make_reply (self);

  reply.body = self->body->data;
  reply.length = self->body->len;
  tell (self, &reply);
  exchange_free (self);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Exchange *self = user_data;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize length = bytes == NULL ? 0 : g_bytes_get_size (bytes);

  if (bytes == NULL || self->transport == NULL || self->body->len + length > MR_FEEDS_MAX_REPLY)
    {
      give_up (self);
      return;
    }
  if (length == 0)
    {
      finish (self);
      return;
    }
  if (is_streaming (self))
    {
      MrSyncReply reply = make_reply (self);

      reply.body = g_bytes_get_data (bytes, NULL);
      reply.length = length;
      reply.partial = TRUE;
      tell (self, &reply);
    }
  else
    {
      g_byte_array_append (self->body, g_bytes_get_data (bytes, NULL), (guint) length);
    }
  read_more (self);
}

static void
read_more (Exchange *self)
{
  /* A long body has all the time it needs, as long as something comes. */
  if (is_streaming (self))
    g_source_set_ready_time (self->timer, g_get_monotonic_time () + self->timeout_us);
  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_read, self);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Exchange *self = user_data;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, NULL);
  if (self->stream == NULL || self->transport == NULL)
    give_up (self);
  else
    read_more (self);
}

static gboolean
on_timeout (gpointer user_data)
{
  Exchange *self = user_data;

  g_source_set_ready_time (self->timer, -1);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSource *
make_timer (Exchange *exchange)
{
  static GSourceFuncs functions = { .dispatch = dispatch_timer };
  GSource *timer = g_source_new (&functions, sizeof (GSource));

  g_source_set_callback (timer, on_timeout, exchange, NULL);
  g_source_set_ready_time (timer, g_get_monotonic_time () + exchange->timeout_us);
  g_source_attach (timer, g_main_context_get_thread_default ());
  return timer;
}

char *
mr_transport_clean_url (const char *center_url)
{
  g_autoptr (GUri) uri = g_uri_parse (center_url, SOUP_HTTP_URI_FLAGS, NULL);
  gsize length = strlen (center_url);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (strcmp (g_uri_get_scheme (uri), "http") != 0 &&
       strcmp (g_uri_get_scheme (uri), "https") != 0))
    return NULL;
  while (length > 0 && center_url[length - 1] == '/')
    length--;
  return g_strndup (center_url, length);
}

static void
set_header (SoupMessage *message, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), name, value);
}

/* libsoup sends a GET again when the connection it reused turns out to be closed. Sent at once over another
 * idle one, its answer may be there before the failure of the first was told: libsoup 3.2 then takes the failure
 * for the end of the message, and the answer for that of one it has let go, and the program is gone. A
 * connection of its own takes a few turns of the loop. */
static void
on_restarted (SoupMessage *message, gpointer user_data)
{
  soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
}

static SoupMessage *
make_message (const char *center_url, const MrSyncRequest *request)
{
  g_autofree char *base = center_url == NULL ? NULL : mr_transport_clean_url (center_url);
  g_autofree char *address = g_strconcat (base == NULL ? "" : base, request->path, NULL);
  SoupMessage *message = base == NULL ? NULL : soup_message_new (request->method, address);

  if (message == NULL)
    return NULL;
  g_signal_connect (message, "restarted", G_CALLBACK (on_restarted), NULL);
  set_header (message, "Millrace-Till", request->till);
  set_header (message, "Millrace-Time", request->time);
  set_header (message, "Millrace-Signature", request->signature);
  set_header (message, "Range", request->range);
  set_header (message, "If-Range", request->if_range);
  if (request->body != NULL)
    {
      g_autoptr (GBytes) body = g_bytes_new (request->body, request->length);

      soup_message_set_request_body_from_bytes (message, "application/json", body);
    }
  return message;
}

static gboolean
give_up_later (gpointer user_data)
{
  give_up (user_data);
  return G_SOURCE_REMOVE;
}

/* The center in this very machine, or in a test, is not behind anybody's proxy. */
static gboolean
is_loopback (SoupMessage *message)
{
  const char *host = g_uri_get_host (soup_message_get_uri (message));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return strcmp (host, "localhost") == 0 ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

static void
start_listening (MrTransport *self, SoupMessage *message, const MrSyncRequest *request)
{
  mr_transport_stop_listening (self);
  if (is_loopback (message))
    soup_session_set_proxy_resolver (self->session, NULL);
  self->poke = mr_poke_socket_new (self->session, message, request->id, request->timeout_ms,
                                   self->on_reply, self->user_data);
}

guint
mr_transport_get_listening (MrTransport *self)
{
  return self->poke == NULL ? 0 : mr_poke_socket_get_id (self->poke);
}

void
mr_transport_stop_listening (MrTransport *self)
{
  g_clear_pointer (&self->poke, mr_poke_socket_free);
}

void
mr_transport_send (MrTransport *self, const char *center_url, const MrSyncRequest *request,
                   gboolean streamed)
{
  g_autoptr (SoupMessage) message = make_message (center_url, request);
  Exchange *exchange;

  if (request->listens && message != NULL)
    {
      start_listening (self, message, request);
      return;
    }
  exchange = g_new0 (Exchange, 1);
  exchange->transport = self;
  exchange->id = request->id;
  exchange->cancellable = g_cancellable_new ();
  exchange->timeout_us = request->timeout_ms * 1000;
  exchange->body = g_byte_array_new ();
  exchange->streamed = streamed;
  exchange->timer = make_timer (exchange);
  exchange->message = g_steal_pointer (&message);
  g_hash_table_add (self->exchanges, exchange);
  if (exchange->message == NULL)
    {
      g_autoptr (GSource) idle = g_idle_source_new ();

      g_source_set_callback (idle, give_up_later, exchange, NULL);
      g_source_attach (idle, g_main_context_get_thread_default ());
      return;
    }
  if (streamed)
    soup_message_disable_feature (exchange->message, SOUP_TYPE_CONTENT_DECODER);
  if (is_loopback (exchange->message))
    soup_session_set_proxy_resolver (self->session, NULL);
  soup_session_send_async (self->session, exchange->message, G_PRIORITY_DEFAULT,
                           exchange->cancellable, on_sent, exchange);
}

void
mr_transport_prepare (void)
{
  /* Soup's class names GSocketAddress under the type system's lock, while D-Bus on the main thread may be
   * registering that very type: with GLib 2.74 each then waits for the other for ever. */
  g_type_ensure (G_TYPE_INET_SOCKET_ADDRESS);
  g_type_ensure (G_TYPE_UNIX_SOCKET_ADDRESS);
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_SESSION));
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_MESSAGE));
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_WEBSOCKET_CONNECTION));
}

MrTransport *
mr_transport_new (MrTransportReply on_reply, gpointer user_data)
{
  MrTransport *self = g_new0 (MrTransport, 1);

  /* Push, pull, snapshot and probe never queue behind each other. */
  self->session = soup_session_new_with_options ("max-conns-per-host", 8, NULL);
  soup_session_set_user_agent (self->session, "millrace-till/" MR_VERSION);
  soup_session_set_timeout (self->session, 0); /* ours are finer */
  self->on_reply = on_reply;
  self->user_data = user_data;
  self->exchanges = g_hash_table_new (NULL, NULL);
  return self;
}

void
mr_transport_free (MrTransport *self)
{
  GHashTableIter iter;
  gpointer exchange;

  g_hash_table_iter_init (&iter, self->exchanges);
  while (g_hash_table_iter_next (&iter, &exchange, NULL))
    {
      ((Exchange *) exchange)->transport = NULL;
      g_cancellable_cancel (((Exchange *) exchange)->cancellable);
    }
  g_hash_table_unref (self->exchanges);
  g_clear_pointer (&self->poke, mr_poke_socket_free);
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_free (self);
}
