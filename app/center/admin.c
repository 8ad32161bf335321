/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/admin.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixconnection.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ARGUMENTS 64
#define MAX_ARGUMENT_BYTES 65536
#define MAX_COMMANDS 8
/* Somebody who connected and says nothing does not keep a server from stopping. */
#define SESSIONS_END_US (10 * G_TIME_SPAN_SECOND)

struct _MrAdmin
{
  MrWorker *worker; /* (unowned) */
  const MrWorld *world; /* (unowned) */
  GSocketService *service; /* (owned) */
  char *path; /* (owned) */
  GMutex mutex; /* guards the following */
  GCond changed;
  guint n_sessions;
  gboolean closing;
};

struct _MrLock
{
  int fd;
};

/* A socket's address holds 107 bytes; through the folder's descriptor any path fits. */
typedef struct
{
  int dir_fd;
  char *path; /* (owned) */
} ShortPath;

static void
short_path_clear (ShortPath *self)
{
  if (self->dir_fd >= 0)
    close (self->dir_fd);
  g_free (self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShortPath, short_path_clear)

static char *
make_socket_path (const char *db_path)
{
  return g_strconcat (db_path, ".admin", NULL);
}

static gboolean
set_errno (GError **error, const char *doing, const char *path)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "cannot %s %s: %s", doing, path,
               g_strerror (code));
  return FALSE;
}

static gboolean
shorten (const char *path, ShortPath *out, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);

  out->path = NULL;
  out->dir_fd = g_open (dir, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (out->dir_fd < 0)
    return set_errno (error, "open", dir);
  out->path = g_strdup_printf ("/proc/self/fd/%d/%s", out->dir_fd, base);
  return TRUE;
}

/* --- the lock --- */

MrLock *
mr_lock_try (const char *db_path, GError **error)
{
  g_autofree char *path = g_strconcat (db_path, ".lock", NULL);
  MrLock *self;
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      set_errno (error, "make", path);
      return NULL;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK)
        set_errno (error, "lock", path);
      close (fd);
      return NULL;
    }
  self = g_new0 (MrLock, 1);
  self->fd = fd;
  return self;
}

void
mr_lock_free (MrLock *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_free (self);
}

/* --- words on the wire: "LENGTH\n" and that many bytes --- */

static gboolean
read_exactly (GInputStream *input, void *bytes, gsize length, GError **error)
{
  gsize n = 0;

  if (!g_input_stream_read_all (input, bytes, length, &n, NULL, error))
    return FALSE;
  if (n == length)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "the other side hung up");
  return FALSE;
}

/* Byte by byte: what follows may be a file, which a buffer would swallow. */
static gboolean
read_number (GInputStream *input, gint64 maximum, gint64 *value, GError **error)
{
  char text[20] = "";

  for (gsize i = 0; i < sizeof text - 1; i++)
    {
      if (!read_exactly (input, &text[i], 1, error))
        return FALSE;
      if (text[i] == '\n')
        {
          text[i] = '\0';
          return g_ascii_string_to_signed (text, 10, 0, maximum, value, error);
        }
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a number");
  return FALSE;
}

static char *
read_word (GInputStream *input, GError **error)
{
  g_autofree char *word = NULL;
  gint64 length;

  if (!read_number (input, MAX_ARGUMENT_BYTES, &length, error))
    return NULL;
  word = g_malloc0 ((gsize) length + 1);
  return read_exactly (input, word, (gsize) length, error) ? g_steal_pointer (&word) : NULL;
}

static void
append_word (GString *out, const char *word)
{
  g_string_append_printf (out, "%" G_GSIZE_FORMAT "\n%s", strlen (word), word);
}

/* --- the server's side --- */

typedef struct
{
  MrAdmin *admin; /* (unowned) */
  GOutputStream *output; /* (unowned) */
} Session;

/* A long command ends between two of its steps when the server stops. */
static gboolean
check_open (MrAdmin *self, GError **error)
{
  gboolean closing;

  g_mutex_lock (&self->mutex);
  closing = self->closing;
  g_mutex_unlock (&self->mutex);
  if (closing)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                 "the center is stopping; what was done so far is kept");
  return !closing;
}

static gboolean
session_write (gpointer user, MrWorkerTask task, gpointer data, GError **error)
{
  return check_open (((Session *) user)->admin, error) &&
         mr_worker_write (((Session *) user)->admin->worker, task, data, error);
}

static gboolean
session_read (gpointer user, MrWorkerTask task, gpointer data, GError **error)
{
  return check_open (((Session *) user)->admin, error) &&
         mr_worker_read (((Session *) user)->admin->worker, task, data, error);
}

static void
say (Session *self, char kind, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_c (out, kind);
  append_word (out, text);
  /* Whoever asked may have gone; the command is carried out all the same. */
  g_output_stream_write_all (self->output, out->str, out->len, NULL, NULL, NULL);
}

static void
session_print (gpointer user, gboolean to_stderr, const char *text)
{
  say (user, to_stderr ? 'e' : 'o', text);
}

char **
mr_admin_read_arguments (GInputStream *input, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gint64 n;

  if (!read_number (input, MAX_ARGUMENTS, &n, error))
    return NULL;
  for (gint64 i = 0; i < n; i++)
    {
      g_autofree char *word = read_word (input, error);

      if (word == NULL)
        return NULL;
      g_strv_builder_add (builder, word);
    }
  return g_strv_builder_end (builder);
}

static gboolean
receive_file (GUnixConnection *connection, int *fd, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  gint64 there;

  *fd = -1;
  if (!read_number (input, 1, &there, error))
    return FALSE;
  if (there == 0)
    return TRUE;
  *fd = g_unix_connection_receive_fd (connection, NULL, error);
  return *fd >= 0;
}

static void
run_session (MrAdmin *self, GUnixConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  Session session = { self, g_io_stream_get_output_stream (G_IO_STREAM (connection)) };
  MrCommandHost host = {
    session_write, session_read, session_print, self->world, -1, -1, &session
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = mr_admin_read_arguments (input, &error);

  if (arguments != NULL && receive_file (connection, &host.input_fd, &error) &&
      receive_file (connection, &host.report_fd, &error))
    {
      g_autofree char *status = g_strdup_printf ("%d", mr_command_run (&host, arguments));

      say (&session, 'x', status);
    }
  else
    g_debug ("admin: %s", error->message);
  if (host.input_fd >= 0)
    close (host.input_fd);
  if (host.report_fd >= 0)
    close (host.report_fd);
}

/* On the main loop, before a thread is given to it. */
static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  MrAdmin *self = user_data;

  g_mutex_lock (&self->mutex);
  self->n_sessions++;
  g_mutex_unlock (&self->mutex);
  return FALSE;
}

static gboolean
on_run (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  MrAdmin *self = user_data;

  if (G_IS_UNIX_CONNECTION (connection))
    run_session (self, G_UNIX_CONNECTION (connection));
  g_mutex_lock (&self->mutex);
  self->n_sessions--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static void
await_sessions (MrAdmin *self)
{
  gint64 until_us = g_get_monotonic_time () + SESSIONS_END_US;

  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  while (self->n_sessions > 0 && g_cond_wait_until (&self->changed, &self->mutex, until_us))
    ;
  g_mutex_unlock (&self->mutex);
}

MrAdmin *
mr_admin_new (MrWorker *worker, const char *db_path, const MrWorld *world, GError **error)
{
  g_autoptr (MrAdmin) self = g_new0 (MrAdmin, 1);
  g_auto (ShortPath) at = { -1, NULL };
  g_autoptr (GSocketAddress) address = NULL;
  gboolean added;
  mode_t mask;

  self->worker = worker;
  self->world = world;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->path = make_socket_path (db_path);
  if (!shorten (self->path, &at, error))
    return NULL;
  /* Left by a server that was killed; the lock says it is gone. */
  g_unlink (self->path);
  address = g_unix_socket_address_new (at.path);
  self->service = g_threaded_socket_service_new (MAX_COMMANDS);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_connect (self->service, "run", G_CALLBACK (on_run), self);
  mask = umask (0177);
  added = g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                         G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL,
                                         NULL, error);
  umask (mask);
  if (!added)
    return NULL;
  g_socket_service_start (self->service);
  return g_steal_pointer (&self);
}

void
mr_admin_free (MrAdmin *self)
{
  if (self == NULL)
    return;
  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
      await_sessions (self);
    }
  g_clear_object (&self->service);
  g_unlink (self->path);
  g_free (self->path);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* --- the asking side --- */

static GUnixConnection *
connect_to (const char *db_path, GError **error)
{
  g_autofree char *path = make_socket_path (db_path);
  g_auto (ShortPath) at = { -1, NULL };
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  if (!shorten (path, &at, error))
    return NULL;
  address = g_unix_socket_address_new (at.path);
  return G_UNIX_CONNECTION (
      g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, error));
}

static gboolean
send_text (GUnixConnection *connection, const char *text, gsize length, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  return g_output_stream_write_all (output, text, length, NULL, NULL, error);
}

static gboolean
send_file (GUnixConnection *connection, int fd, GError **error)
{
  return send_text (connection, fd >= 0 ? "1\n" : "0\n", 2, error) &&
         (fd < 0 || g_unix_connection_send_fd (connection, fd, NULL, error));
}

static gboolean
send_arguments (GUnixConnection *connection, char **arguments, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "%u\n", g_strv_length (arguments));
  for (char **argument = arguments; *argument != NULL; argument++)
    append_word (out, *argument);
  return send_text (connection, out->str, out->len, error);
}

static int
follow (GUnixConnection *connection, MrAdminPrint print, GError **error)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  while (TRUE)
    {
      g_autofree char *text = NULL;
      char kind;

      if (!read_exactly (input, &kind, 1, error) || (text = read_word (input, error)) == NULL)
        return -1;
      if (kind == 'x')
        return (int) g_ascii_strtoll (text, NULL, 10);
      print (kind == 'e', text);
    }
}

int
mr_admin_ask (const char *db_path, char **arguments, int input_fd, int report_fd,
              MrAdminPrint print, GError **error)
{
  g_autoptr (GUnixConnection) connection = connect_to (db_path, error);

  if (connection == NULL || !send_arguments (connection, arguments, error) ||
      !send_file (connection, input_fd, error) || !send_file (connection, report_fd, error))
    return -1;
  return follow (connection, print, error);
}
