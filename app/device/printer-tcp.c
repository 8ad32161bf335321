/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-port.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * tcp:HOST:9100 — one connection a job, closed as soon as it is done: such printers talk to one till
 * at a time.
 */

typedef struct
{
  MrPrinterPort port;
  char *host; /* (owned) */
  guint16 number;
  int fd;
} Tcp;

/* Little is kept on our side, so that what the kernel took is nearly what the printer took. */
#define SEND_BUFFER_BYTES 8192
/* How often to look whether the last bytes have arrived. */
#define DRAIN_STEP_MS 20
/* Status bytes that may still come before the printer hangs up. */
#define MAX_LAST_READS 64

typedef struct
{
  GList *addresses; /* (owned) (nullable): GInetAddress */
  MrDeviceReason reason;
  gboolean is_done;
  gboolean is_late;
} Lookup;

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user)
{
  Lookup *lookup = user;
  g_autoptr (GError) error = NULL;

  lookup->addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  if (g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    lookup->reason = MR_DEVICE_REASON_UNKNOWN_HOST;
  else if (error != NULL)
    lookup->reason = MR_DEVICE_REASON_NO_NETWORK;
  lookup->is_done = TRUE;
}

static gboolean
on_lookup_late (gpointer user)
{
  ((Lookup *) user)->is_late = TRUE;
  return G_SOURCE_REMOVE;
}

/* The system's resolver may take half a minute and cannot be hurried, so it runs aside. */
static MrDeviceReason
look_up (Tcp *self, GList **addresses)
{
  Lookup lookup = { NULL };
  GInetAddress *literal = g_inet_address_new_from_string (self->host);
  g_autoptr (GResolver) resolver = NULL;
  g_autoptr (GCancellable) cancellable = NULL;
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GSource) timer = NULL;

  if (literal != NULL)
    {
      *addresses = g_list_append (NULL, literal);
      return MR_DEVICE_REASON_NONE;
    }
  resolver = g_resolver_get_default ();
  cancellable = g_cancellable_new ();
  context = g_main_context_new ();
  timer = g_timeout_source_new ((guint) self->port.timing.connect_ms);
  g_source_set_callback (timer, on_lookup_late, &lookup, NULL);
  g_source_attach (timer, context);
  g_main_context_push_thread_default (context);
  g_resolver_lookup_by_name_async (resolver, self->host, cancellable, on_looked_up, &lookup);
  while (!lookup.is_done)
    {
      g_main_context_iteration (context, TRUE);
      if (lookup.is_late)
        g_cancellable_cancel (cancellable);
    }
  g_main_context_pop_thread_default (context);
  g_source_destroy (timer);
  *addresses = lookup.addresses;
  return lookup.reason;
}

static int
open_socket (GSocketFamily family, int stall_ms)
{
  int fd = socket (family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int buffer = SEND_BUFFER_BYTES;
  int yes = 1;
  unsigned int user_timeout_ms = (unsigned int) stall_ms;

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  /* A host that died in the middle is noticed by bytes nobody acknowledges. */
  setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
  return fd;
}

/* The error that waits on the socket; @otherwise when there is none. */
static MrDeviceReason
get_reason (const Tcp *self, MrDeviceReason otherwise)
{
  int error = 0;
  socklen_t length = sizeof error;

  if (getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
    error = errno;
  return error == 0 ? otherwise : mr_device_reason_from_errno (error);
}

static MrDeviceReason
connect_to (Tcp *self, GInetAddress *address, int timeout_ms, const MrDeviceWait *wait)
{
  g_autoptr (GSocketAddress) target = g_inet_socket_address_new (address, self->number);
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (target);

  self->fd = open_socket (g_inet_address_get_family (address), self->port.timing.stall_ms);
  if (self->fd < 0 || !g_socket_address_to_native (target, &native, sizeof native, NULL))
    return mr_device_reason_from_errno (errno);
  if (connect (self->fd, (struct sockaddr *) &native, (socklen_t) size) == 0)
    return MR_DEVICE_REASON_NONE;
  if (errno != EINPROGRESS)
    return mr_device_reason_from_errno (errno);
  switch (mr_device_wait (wait, self->fd, POLLOUT, timeout_ms))
    {
    case MR_WAIT_LATE:
      return MR_DEVICE_REASON_NO_ANSWER;
    case MR_WAIT_STOP:
      return MR_DEVICE_REASON_CLOSED;
    case MR_WAIT_READY:
    default:
      break;
    }
  return get_reason (self, MR_DEVICE_REASON_NONE);
}

static void
tcp_close (MrPrinterPort *port)
{
  Tcp *self = (Tcp *) port;
  const struct linger at_once = { 1, 0 };
  int unsent = 0;

  /* Behind bytes that nobody takes the end would never arrive, and a stuck printer would go on
   * serving this connection instead of the next one, which opens the drawer. */
  if (self->fd >= 0 && ioctl (self->fd, SIOCOUTQ, &unsent) == 0 && unsent > 0)
    setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static MrDeviceReason
tcp_open (MrPrinterPort *port, const char *job_id, const MrDeviceWait *wait)
{
  Tcp *self = (Tcp *) port;
  GList *addresses = NULL;
  MrDeviceReason reason = look_up (self, &addresses);
  guint n = g_list_length (addresses);

  for (GList *l = addresses; l != NULL; l = l->next)
    {
      reason = connect_to (self, l->data, port->timing.connect_ms / (int) n, wait);
      if (reason == MR_DEVICE_REASON_NONE || reason == MR_DEVICE_REASON_CLOSED)
        break;
      tcp_close (port);
    }
  g_list_free_full (addresses, g_object_unref);
  return reason;
}

static MrDeviceReason
tcp_write (MrPrinterPort *port, const guint8 *bytes, gsize length, gsize *n_taken,
           const MrDeviceWait *wait)
{
  Tcp *self = (Tcp *) port;
  guint8 peek;

  /* A printer that hung up would still let the kernel take bytes. */
  *n_taken = 0;
  if (recv (self->fd, &peek, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    return MR_DEVICE_REASON_DROPPED;
  return mr_device_write_fd (self->fd, bytes, length, n_taken, port->timing.stall_ms, wait);
}

static int
tcp_read (MrPrinterPort *port, guint8 *bytes, int size, int timeout_ms, const MrDeviceWait *wait)
{
  Tcp *self = (Tcp *) port;

  return mr_device_read_fd (self->fd, bytes, size, timeout_ms, wait);
}

/* Until the other side has acknowledged every byte. */
static MrDeviceReason
wait_until_sent (Tcp *self, const MrDeviceWait *wait)
{
  int last = -1;
  int waited_ms = 0;

  for (;;)
    {
      int unsent = 0;
      MrWaitResult result;

      if (ioctl (self->fd, SIOCOUTQ, &unsent) != 0)
        return mr_device_reason_from_errno (errno);
      if (unsent == 0)
        return MR_DEVICE_REASON_NONE;
      waited_ms = unsent == last ? waited_ms + DRAIN_STEP_MS : 0;
      last = unsent;
      if (waited_ms >= mr_device_wait_get_patience (wait, self->port.timing.stall_ms))
        return MR_DEVICE_REASON_NO_ANSWER;
      result = mr_device_wait (wait, self->fd, 0, DRAIN_STEP_MS);
      if (result == MR_WAIT_READY)
        return get_reason (self, MR_DEVICE_REASON_DROPPED);
      if (result == MR_WAIT_STOP)
        return MR_DEVICE_REASON_CLOSED;
    }
}

/* A reset now means that bytes were lost after all. A printer that neither hangs up nor objects is
 * left alone: many keep the connection until the paper is out. */
static MrDeviceReason
hang_up (Tcp *self, const MrDeviceWait *wait)
{
  guint8 bytes[64];

  if (shutdown (self->fd, SHUT_WR) != 0)
    return mr_device_reason_from_errno (errno);
  for (int i = 0; i < MAX_LAST_READS; i++)
    {
      ssize_t n;

      if (mr_device_wait (wait, self->fd, POLLIN, self->port.timing.answer_ms) != MR_WAIT_READY)
        return MR_DEVICE_REASON_NONE;
      n = recv (self->fd, bytes, sizeof bytes, MSG_DONTWAIT);
      if (n == 0)
        return MR_DEVICE_REASON_NONE;
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return mr_device_reason_from_errno (errno);
    }
  return MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
tcp_finish (MrPrinterPort *port, const MrDeviceWait *wait)
{
  Tcp *self = (Tcp *) port;
  MrDeviceReason reason = wait_until_sent (self, wait);

  if (reason == MR_DEVICE_REASON_NONE)
    reason = hang_up (self, wait);
  tcp_close (port);
  return reason;
}

static void
tcp_free (MrPrinterPort *port)
{
  Tcp *self = (Tcp *) port;

  g_free (self->host);
  g_free (self);
}

static const MrPrinterPortClass tcp_class = {
  .open = tcp_open,
  .write = tcp_write,
  .read = tcp_read,
  .finish = tcp_finish,
  .close = tcp_close,
  .free = tcp_free,
};

#define DEFAULT_PORT 9100

MrPrinterPort *
mr_printer_tcp_new (const char *host_and_port, GError **error)
{
  g_autoptr (GSocketConnectable) address = NULL;
  const char *host;
  Tcp *self;

  address = g_network_address_parse (host_and_port, DEFAULT_PORT, error);
  if (address == NULL)
    return NULL;
  host = g_network_address_get_hostname (G_NETWORK_ADDRESS (address));
  if (host[0] == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no host given");
      return NULL;
    }
  self = g_new0 (Tcp, 1);
  self->port.class = &tcp_class;
  self->host = g_strdup (host);
  self->number = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  self->fd = -1;
  return &self->port;
}
