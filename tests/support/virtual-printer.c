/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-printer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct _VirtualPrinter
{
  GSocket *listener; /* (owned) */
  GThread *thread; /* (owned) */
  guint16 port;
  int columns;
  int stop_fd;
  VirtualJobFunc on_job; /* (nullable) */
  gpointer user; /* (unowned) (nullable) */

  GMutex mutex;
  VirtualScript script;
  GPtrArray *jobs; /* (owned): GBytes */
  guint n_kicks;
  guint n_held_kicks; /* came while it was off-line, and will be done */
  guint n_connections;
};

typedef struct
{
  VirtualPrinter *printer; /* (unowned) */
  VirtualScript script; /* as it was when the connection came */
  int fd;
  GByteArray *bytes; /* (owned) */
  VirtualHead head; /* (owned) */
  gsize n_held; /* bytes read while it was off-line */
} Connection;

#define SLOW_STEP_MS 20

/* Takes what was read since, and answers; under the printer's mutex. */
static void
act (Connection *self, const guint8 *bytes, gsize length)
{
  GByteArray *said = self->head.said;
  guint n_kicks = self->head.n_kicks;

  virtual_head_push (&self->head, &self->printer->script.roll, bytes, length);
  self->printer->n_kicks += self->head.n_kicks - n_kicks;
  while (said->len > 0 && send (self->fd, said->data, said->len, MSG_NOSIGNAL) < 0 &&
         errno == EINTR)
    continue;
  g_byte_array_set_size (said, 0);
}

/* FALSE when the printer stops, or the other side hung up while nothing is read. */
static gboolean
wait_for (Connection *self, short events, int timeout_ms)
{
  struct pollfd fds[] = { { self->printer->stop_fd, POLLIN, 0 }, { self->fd, events, 0 } };

  poll (fds, G_N_ELEMENTS (fds), timeout_ms);
  return fds[0].revents == 0 && (events == POLLIN || fds[1].revents == 0);
}

/* What still fits into the buffer of one that is off-line. */
static gsize
get_room (Connection *self, gsize size)
{
  gboolean is_out_of_order;

  g_mutex_lock (&self->printer->mutex);
  is_out_of_order = virtual_roll_is_out_of_order (&self->printer->script.roll);
  g_mutex_unlock (&self->printer->mutex);
  if (!is_out_of_order)
    self->n_held = 0;
  return is_out_of_order ? MIN (size, VIRTUAL_PRINTER_BUFFER - self->n_held) : size;
}

/* Reads once; FALSE when the connection is at its end. */
static gboolean
read_some (Connection *self)
{
  guint8 bytes[4096];
  gsize size = sizeof bytes;
  ssize_t n;

  if (self->script.fault == VIRTUAL_FAULT_SLOW)
    size = MIN (size, self->script.n_bytes);
  else if (self->script.fault != VIRTUAL_FAULT_NONE)
    size = MIN (size, self->script.n_bytes - self->bytes->len);
  size = get_room (self, size);
  /* Wakes up at times to see whether paper was put in. */
  if (!wait_for (self, size > 0 ? POLLIN : POLLRDHUP, SLOW_STEP_MS))
    return FALSE;
  n = size > 0 ? recv (self->fd, bytes, size, MSG_DONTWAIT) : -1;
  if (size == 0)
    errno = EAGAIN;
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    return FALSE;
  if (n > 0)
    g_byte_array_append (self->bytes, bytes, (guint) n);
  self->n_held += (gsize) MAX (n, 0);
  g_mutex_lock (&self->printer->mutex);
  act (self, bytes, (gsize) MAX (n, 0));
  g_mutex_unlock (&self->printer->mutex);
  if (self->script.fault == VIRTUAL_FAULT_SLOW)
    wait_for (self, POLLRDHUP, SLOW_STEP_MS);
  return TRUE;
}

static gboolean
is_at_fault (const Connection *self)
{
  switch (self->script.fault)
    {
    case VIRTUAL_FAULT_DEAF:
    case VIRTUAL_FAULT_HANGS_UP:
    case VIRTUAL_FAULT_RESETS:
      return self->bytes->len >= self->script.n_bytes;
    case VIRTUAL_FAULT_NONE:
    case VIRTUAL_FAULT_SLOW:
    default:
      return FALSE;
    }
}

static void
fail (Connection *self)
{
  struct linger at_once = { 1, 0 };
  VirtualScript *script = &self->printer->script;

  g_mutex_lock (&self->printer->mutex);
  if (script->n_times > 0 && --script->n_times == 0)
    script->fault = VIRTUAL_FAULT_NONE;
  g_mutex_unlock (&self->printer->mutex);
  if (self->script.fault == VIRTUAL_FAULT_DEAF)
    wait_for (self, POLLRDHUP, -1);
  else if (self->script.fault == VIRTUAL_FAULT_RESETS)
    setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static gboolean
is_job (Connection *self)
{
  for (guint i = 0; i < virtual_paper_get_n_events (self->head.paper); i++)
    {
      VirtualEventKind kind = virtual_paper_get_event (self->head.paper, i)->kind;

      if (kind != VIRTUAL_STATUS && kind != VIRTUAL_CONFIRM)
        return TRUE;
    }
  return FALSE;
}

static void
keep_job (Connection *self)
{
  VirtualPrinter *printer = self->printer;
  GBytes *job = g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
  guint index;

  g_mutex_lock (&printer->mutex);
  index = printer->jobs->len;
  g_ptr_array_add (printer->jobs, job);
  g_mutex_unlock (&printer->mutex);
  if (printer->on_job != NULL)
    printer->on_job (index, job, printer->user);
}

static void
serve (VirtualPrinter *printer, GSocket *socket)
{
  Connection self = { printer };

  self.fd = g_socket_get_fd (socket);
  self.bytes = g_byte_array_new ();
  virtual_head_init (&self.head, printer->columns);
  g_mutex_lock (&printer->mutex);
  printer->n_connections++;
  self.script = printer->script;
  g_mutex_unlock (&printer->mutex);
  while (!is_at_fault (&self) && read_some (&self))
    continue;
  if (is_at_fault (&self))
    fail (&self);
  virtual_paper_end (self.head.paper);
  g_mutex_lock (&printer->mutex);
  printer->n_held_kicks += virtual_head_count_held_kicks (&self.head);
  g_mutex_unlock (&printer->mutex);
  if (is_job (&self))
    keep_job (&self);
  g_clear_pointer (&self.bytes, g_byte_array_unref);
  virtual_head_clear (&self.head);
}

static gpointer
run (gpointer user)
{
  VirtualPrinter *self = user;

  for (;;)
    {
      g_autoptr (GSocket) socket = NULL;
      struct pollfd fds[] = {
        { self->stop_fd, POLLIN, 0 },
        { g_socket_get_fd (self->listener), POLLIN, 0 },
      };

      poll (fds, G_N_ELEMENTS (fds), -1);
      if (fds[0].revents != 0)
        return NULL;
      socket = g_socket_accept (self->listener, NULL, NULL);
      if (socket != NULL)
        serve (self, socket);
    }
}

static GSocket *
listen_on (guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocket) socket = NULL;
  int small = 2048;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_nonnull (socket);
  g_socket_set_blocking (socket, FALSE);
  /* Printers have little memory: who does not read is noticed. */
  g_assert_cmpint (setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_RCVBUF, &small,
                               sizeof small),
                   ==, 0);
  if (!g_socket_bind (socket, address, TRUE, NULL) || !g_socket_listen (socket, NULL))
    return NULL;
  return g_steal_pointer (&socket);
}

static guint16
get_bound_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

VirtualPrinter *
virtual_printer_new (guint16 port, int columns, VirtualJobFunc on_job, gpointer user)
{
  GSocket *listener = listen_on (port);
  VirtualPrinter *self;

  if (listener == NULL)
    return NULL;
  self = g_new0 (VirtualPrinter, 1);
  self->listener = listener;
  self->port = get_bound_port (listener);
  self->columns = columns;
  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  self->on_job = on_job;
  self->user = user;
  self->script = VIRTUAL_SCRIPT_CHEAP;
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_mutex_init (&self->mutex);
  self->thread = g_thread_new ("virtual-printer", run, self);
  return self;
}

void
virtual_printer_free (VirtualPrinter *self)
{
  guint64 one = 1;

  g_assert_cmpint (write (self->stop_fd, &one, sizeof one), ==, sizeof one);
  g_thread_join (self->thread);
  g_object_unref (self->listener);
  g_ptr_array_unref (self->jobs);
  g_mutex_clear (&self->mutex);
  close (self->stop_fd);
  g_free (self);
}

guint16
virtual_printer_get_port (VirtualPrinter *self)
{
  return self->port;
}

char *
virtual_printer_dup_location (VirtualPrinter *self)
{
  return g_strdup_printf ("tcp:127.0.0.1:%u", self->port);
}

void
virtual_printer_set_script (VirtualPrinter *self, VirtualScript script)
{
  g_mutex_lock (&self->mutex);
  self->script = script;
  if (!virtual_roll_is_out_of_order (&script.roll))
    self->n_kicks += self->n_held_kicks;
  if (!virtual_roll_is_out_of_order (&script.roll))
    self->n_held_kicks = 0;
  g_mutex_unlock (&self->mutex);
}

static guint
get_locked (VirtualPrinter *self, const guint *value)
{
  guint copy;

  g_mutex_lock (&self->mutex);
  copy = *value;
  g_mutex_unlock (&self->mutex);
  return copy;
}

guint
virtual_printer_get_n_jobs (VirtualPrinter *self)
{
  return get_locked (self, &self->jobs->len);
}

guint
virtual_printer_get_n_kicks (VirtualPrinter *self)
{
  return get_locked (self, &self->n_kicks);
}

guint
virtual_printer_get_n_connections (VirtualPrinter *self)
{
  return get_locked (self, &self->n_connections);
}

GBytes *
virtual_printer_dup_job (VirtualPrinter *self, guint index)
{
  GBytes *job;

  g_mutex_lock (&self->mutex);
  g_assert_cmpuint (index, <, self->jobs->len);
  job = g_bytes_ref (g_ptr_array_index (self->jobs, index));
  g_mutex_unlock (&self->mutex);
  return job;
}

char *
virtual_printer_dup_text (VirtualPrinter *self, guint index)
{
  g_autoptr (GBytes) job = virtual_printer_dup_job (self, index);
  g_autoptr (VirtualPaper) paper = virtual_paper_read (job, self->columns);

  return virtual_paper_dup_text (paper);
}

guint16
virtual_printer_find_dead_port (void)
{
  g_autoptr (GSocket) socket = listen_on (0);

  return get_bound_port (socket);
}
