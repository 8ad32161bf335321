/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/server.h"

#include "center/poke-hub.h"

#include <fcntl.h>
#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define BACKLOG 1024
#define MAX_ACCEPTS_A_TURN 256
#define SPARE_FILES 24
/* Out of files: whoever waits to be accepted waits on, and the loop does not spin meanwhile. */
#define BREATH_MS 100

struct _MrServer
{
  MrWorker *worker; /* (unowned) */
  SoupServer *soup; /* (owned) */
  MrPokeHub *hub; /* (owned) */
  guint n_asked; /* requests that are not answered yet */
  GSocket *socket; /* (owned) ours; SoupServer's own has a backlog of 10 and one accept a turn */
  GSource *accepting; /* (owned) (nullable) */
  GSource *breath; /* (owned) (nullable) a pause in accepting */
  GMainContext *context; /* (owned) */
};

/* One request between libsoup and the worker. */
typedef struct
{
  MrServer *server; /* (unowned) outlives the worker's answers */
  GMainContext *context; /* (owned) */
  SoupServerMessage *message; /* (owned) */
  MrCenterReply reply; /* (owned) */
  gboolean gone; /* the client hung up; main loop only */
} Exchange;

/* --- answering --- */

static void
put_header (SoupMessageHeaders *headers, const char *name, const char *value)
{
  if (value != NULL)
    soup_message_headers_replace (headers, name, value);
}

static void
put_reply (SoupServerMessage *message, const MrCenterReply *reply)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  /* Ranges are cut out already, and only where they were asked of this very file; libsoup would cut them
   * out of any answer, If-Range or not. */
  soup_message_headers_remove (soup_server_message_get_request_headers (message), "Range");
  soup_server_message_set_status (message, reply->status, NULL);
  /* libsoup 3.2 never lets go of a connection that was kept open and that the client then closed: its file stays open,
   * and in time there are none left. So each is for one request; nginx keeps those of the tills. */
  put_header (headers, "Connection", "close");
  put_header (headers, "Content-Type", reply->content_type);
  put_header (headers, "ETag", reply->etag);
  put_header (headers, "Content-Range", reply->content_range);
  put_header (headers, "Cache-Control",
              reply->immutable ? "private, max-age=31536000, immutable" : "no-store");
  if (reply->immutable)
    put_header (headers, "Accept-Ranges", "bytes");
  if (reply->retry_after_s > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, reply->retry_after_s);

      put_header (headers, "Retry-After", seconds);
    }
  if (reply->body != NULL)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), reply->body);
}

/* --- becoming a WebSocket --- */

typedef struct
{
  MrPokeHub *hub; /* (unowned) */
  gint64 region_feed;
  gint64 shop_feed;
} Upgrade;

static void
free_upgrade (gpointer data, GClosure *closure)
{
  g_free (data);
}

/* Only the bare socket goes on: what libsoup has built round it is given up. */
static void
on_upgraded (SoupServerMessage *message, gpointer user_data)
{
  const Upgrade *upgrade = user_data;
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autoptr (GIOStream) base = NULL;
  int fd = -1;

  g_object_get (stream, "base-iostream", &base, NULL);
  if (G_IS_SOCKET_CONNECTION (base))
    fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base))),
                F_DUPFD_CLOEXEC, 0);
  if (fd >= 0)
    mr_poke_hub_take (upgrade->hub, fd, upgrade->region_feed, upgrade->shop_feed);
}

static void
upgrade_connection (MrServer *self, SoupServerMessage *message, const MrCenterReply *reply)
{
  Upgrade *upgrade;

  /* A request that is no good handshake has been answered so. */
  if (!soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    return;
  upgrade = g_new0 (Upgrade, 1);
  upgrade->hub = self->hub;
  upgrade->region_feed = reply->region_feed;
  upgrade->shop_feed = reply->shop_feed;
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (on_upgraded), upgrade,
                         free_upgrade, 0);
}

static void
on_gone (SoupServerMessage *message, gpointer user_data)
{
  ((Exchange *) user_data)->gone = TRUE;
}

static gboolean
on_answered (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->server->n_asked--;
  g_signal_handlers_disconnect_by_func (exchange->message, on_gone, exchange);
  if (!exchange->gone)
    {
      if (exchange->reply.status == SOUP_STATUS_SWITCHING_PROTOCOLS)
        upgrade_connection (exchange->server, exchange->message, &exchange->reply);
      else
        put_reply (exchange->message, &exchange->reply);
      soup_server_message_unpause (exchange->message);
    }
  g_object_unref (exchange->message);
  mr_center_reply_clear (&exchange->reply);
  g_main_context_unref (exchange->context);
  g_free (exchange);
  return G_SOURCE_REMOVE;
}

static void
take_answer (MrCenterReply *reply, gpointer data)
{
  Exchange *exchange = data;
  g_autoptr (GMainContext) context = g_main_context_ref (exchange->context);

  exchange->reply = *reply;
  *reply = (MrCenterReply){ 0 };
  g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, on_answered, exchange, NULL);
}

/* --- asking --- */

static char *
dup_header (SoupMessageHeaders *headers, const char *name)
{
  return g_strdup (soup_message_headers_get_one (headers, name));
}

/* As on the request line: libsoup keeps path and query encoded as they came. */
static char *
dup_path (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);

  return query != NULL ? g_strconcat (g_uri_get_path (uri), "?", query, NULL)
                       : g_strdup (g_uri_get_path (uri));
}

static MrWorkerRequest *
make_request (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  MrWorkerRequest *request = g_new0 (MrWorkerRequest, 1);

  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = dup_path (message);
  request->till = dup_header (headers, "Millrace-Till");
  request->time = dup_header (headers, "Millrace-Time");
  request->signature = dup_header (headers, "Millrace-Signature");
  request->range = dup_header (headers, "Range");
  request->if_range = dup_header (headers, "If-Range");
  request->if_none_match = dup_header (headers, "If-None-Match");
  request->upgrade = dup_header (headers, "Upgrade");
  request->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  return request;
}

/* --- bodies that are too large are not kept while they come in --- */

#define TOO_LARGE "mr-too-large"

typedef struct
{
  gsize size;
  gsize limit;
} Intake;

static void
mark_too_large (SoupServerMessage *message)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_object_set_data (G_OBJECT (message), TOO_LARGE, GINT_TO_POINTER (TRUE));
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Intake *intake = user_data;

  intake->size += g_bytes_get_size (chunk);
  if (intake->size > intake->limit)
    mark_too_large (message);
}

static void
free_intake (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const MrCenterRoute *route =
      mr_center_find_route (soup_server_message_get_method (message), path);
  Intake *intake = g_new0 (Intake, 1);

  intake->limit = route != NULL ? route->max_body : 0;
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (on_chunk), intake, free_intake, 0);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) > (goffset) intake->limit)
    mark_too_large (message);
}

static void
refuse_size (SoupServerMessage *message)
{
  static const char text[] =
      "{\"type\":\"/problems/too-large\",\"title\":\"The request is too large.\",\"status\":413,"
      "\"detail\":\"This address takes less; send fewer entries at a time.\"}";
  MrCenterReply reply = { .status = 413, .content_type = "application/problem+json" };

  reply.body = g_bytes_new_static (text, sizeof text - 1);
  put_reply (message, &reply);
  mr_center_reply_clear (&reply);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  MrServer *self = user_data;
  Exchange *exchange;

  /* A GET's body means nothing (RFC 9110, 9.3.1), however long it is. */
  if (g_object_get_data (G_OBJECT (message), TOO_LARGE) != NULL &&
      strcmp (soup_server_message_get_method (message), "POST") == 0)
    {
      refuse_size (message);
      return;
    }
  exchange = g_new0 (Exchange, 1);
  exchange->server = self;
  self->n_asked++;
  exchange->context = g_main_context_ref (self->context);
  exchange->message = g_object_ref (message);
  g_signal_connect (message, "finished", G_CALLBACK (on_gone), exchange);
  soup_server_message_pause (message);
  mr_worker_submit (self->worker, make_request (message), take_answer, exchange);
}

/* --- listening --- */

static void start_accepting (MrServer *self);

static gboolean
on_breath (gpointer user_data)
{
  MrServer *self = user_data;

  g_clear_pointer (&self->breath, g_source_unref);
  start_accepting (self);
  return G_SOURCE_REMOVE;
}

static void
stop_accepting (MrServer *self)
{
  GSource **sources[] = { &self->accepting, &self->breath };

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      if (*sources[i] != NULL)
        g_source_destroy (*sources[i]);
      g_clear_pointer (sources[i], g_source_unref);
    }
}

static void
take_breath (MrServer *self)
{
  stop_accepting (self);
  self->breath = g_timeout_source_new (BREATH_MS);
  g_source_set_callback (self->breath, on_breath, self, NULL);
  g_source_attach (self->breath, self->context);
}

/* Files that are left to the databases, whatever crowd there is: the next to be given is the lowest that is free. */
static gboolean
has_room (MrServer *self)
{
  struct rlimit limit;
  int next = fcntl (g_socket_get_fd (self->socket), F_DUPFD_CLOEXEC, 0);

  if (next < 0)
    return FALSE;
  close (next);
  return getrlimit (RLIMIT_NOFILE, &limit) != 0 || (rlim_t) next + SPARE_FILES < limit.rlim_cur;
}

static gboolean
accept_one (MrServer *self)
{
  g_autoptr (GError) refusal = NULL;
  g_autoptr (GSocket) client =
      has_room (self) ? g_socket_accept (self->socket, NULL, &refusal) : NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (GError) error = NULL;

  if (client == NULL)
    {
      if (refusal == NULL || g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES))
        take_breath (self);
      return FALSE;
    }
  /* Answers are small and complete: waiting for more to send only makes tills wait. */
  g_socket_set_option (client, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  local = g_socket_get_local_address (client, NULL);
  remote = g_socket_get_remote_address (client, NULL);
  connection = g_socket_connection_factory_create_connection (client);
  /* A client that is gone again already is nobody's trouble. */
  if (local != NULL && remote != NULL &&
      !soup_server_accept_iostream (self->soup, G_IO_STREAM (connection), local, remote, &error))
    g_debug ("connection: %s", error->message);
  return TRUE;
}

static gboolean
on_connecting (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  MrServer *self = user_data;

  for (guint i = 0; i < MAX_ACCEPTS_A_TURN && accept_one (self); i++)
    ;
  return G_SOURCE_CONTINUE;
}

static void
start_accepting (MrServer *self)
{
  self->accepting = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->accepting, G_SOURCE_FUNC (on_connecting), self, NULL);
  g_source_attach (self->accepting, self->context);
}

/* "127.0.0.1:8780", "[::1]:0" */
static GSocketAddress *
parse_listen (const char *listen, GError **error)
{
  g_autofree char *host = NULL;
  const char *colon = strrchr (listen, ':');
  g_autoptr (GInetAddress) address = NULL;
  guint64 port;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      gboolean bracketed = listen[0] == '[' && colon > listen && colon[-1] == ']';

      host = bracketed ? g_strndup (listen + 1, (gsize) (colon - listen) - 2)
                       : g_strndup (listen, (gsize) (colon - listen));
      address = g_inet_address_new_from_string (host);
    }
  if (address != NULL)
    return g_inet_socket_address_new (address, (guint16) port);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "“%s” is not an address to listen on: use one like 127.0.0.1:8780", listen);
  return NULL;
}

static gboolean
check_reach (GSocketAddress *address, MrServerFlags flags, GError **error)
{
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));

  if (g_inet_address_get_is_loopback (inet) || (flags & MR_SERVER_ANYWHERE) != 0)
    return TRUE;
  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
      "tills would be spoken to in the clear: listen on 127.0.0.1 with TLS in front "
      "(nginx-millrace.conf is an example) and say --behind-tls if it is on another machine, "
      "or say --insecure");
  return FALSE;
}

static gboolean
start_listening (MrServer *self, const char *listen, MrServerFlags flags, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_listen (listen, error);

  if (address == NULL || !check_reach (address, flags, error))
    return FALSE;
  self->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                               G_SOCKET_PROTOCOL_TCP, error);
  if (self->socket == NULL)
    return FALSE;
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_listen_backlog (self->socket, BACKLOG);
  if (!g_socket_bind (self->socket, address, TRUE, error) || !g_socket_listen (self->socket, error))
    {
      g_prefix_error (error, "cannot listen on %s: ", listen);
      return FALSE;
    }
  start_accepting (self);
  return TRUE;
}

MrServer *
mr_server_new (MrWorker *worker, const char *listen, MrServerFlags flags, GError **error)
{
  g_autoptr (MrServer) self = g_new0 (MrServer, 1);

  self->worker = worker;
  self->context = g_main_context_ref_thread_default ();
  self->hub = mr_poke_hub_new ();
  self->soup = soup_server_new (NULL, NULL);
  soup_server_add_early_handler (self->soup, NULL, on_headers, self, NULL);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
  if (!start_listening (self, listen, flags, error))
    return NULL;
  mr_worker_set_feeds_changed (worker, mr_poke_hub_tell, self->hub);
  return g_steal_pointer (&self);
}

void
mr_server_free (MrServer *self)
{
  if (self == NULL)
    return;
  stop_accepting (self);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  /* What was asked is answered first: nobody could take the answers afterwards, and a thread of the worker would run
   * them itself on a context that nobody holds. */
  if (g_main_context_acquire (self->context))
    {
      while (self->n_asked > 0)
        g_main_context_iteration (self->context, TRUE);
      g_main_context_release (self->context);
    }
  g_clear_object (&self->socket);
  soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  mr_worker_set_feeds_changed (self->worker, NULL, NULL);
  mr_poke_hub_free (self->hub);
  g_main_context_unref (self->context);
  g_free (self);
}

char *
mr_server_dup_url (MrServer *self)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, NULL);
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  gboolean v6 = g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf (v6 ? "http://[%s]:%u" : "http://%s:%u", host,
                          g_inet_socket_address_get_port (inet));
}
