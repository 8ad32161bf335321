/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/input-thread.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A device that is a socket, and what it does when it is opened. Touched by the thread and the test. */
typedef struct
{
  MrInputPort port;
  GMutex mutex;
  MrDeviceReason refusal; /* what opening it says */
  int far; /* the test's end, −1 when it is not open */
  int near;
  guint n_opened;
  guint n_freed;
} Cable;

static MrDeviceReason
cable_open (MrInputPort *port, GByteArray *greeting, const MrDeviceWait *wait)
{
  Cable *self = (Cable *) port;
  int ends[2];
  MrDeviceReason refusal;

  g_mutex_lock (&self->mutex);
  refusal = self->refusal;
  self->n_opened++;
  if (refusal == MR_DEVICE_REASON_NONE)
    {
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), ==, 0);
      self->near = ends[0];
      self->far = ends[1];
      g_byte_array_append (greeting, (const guint8 *) "hello", 5);
    }
  g_mutex_unlock (&self->mutex);
  return refusal;
}

static MrDeviceReason
cable_read (MrInputPort *port, guint8 *bytes, gsize size, gsize *n_read, int timeout_ms,
            const MrDeviceWait *wait)
{
  Cable *self = (Cable *) port;
  int n = mr_device_read_fd (self->near, bytes, (int) size, timeout_ms, wait);

  *n_read = (gsize) MAX (n, 0);
  return n < 0 ? MR_DEVICE_REASON_NO_DEVICE : MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
cable_write (MrInputPort *port, const guint8 *bytes, gsize length, const MrDeviceWait *wait)
{
  Cable *self = (Cable *) port;
  gsize n_taken;

  return mr_device_write_fd (self->near, bytes, length, &n_taken, 1000, wait);
}

static void
cable_close (MrInputPort *port)
{
  Cable *self = (Cable *) port;

  g_mutex_lock (&self->mutex);
  if (self->near >= 0)
    close (self->near);
  self->near = -1;
  g_mutex_unlock (&self->mutex);
}

static void
cable_free (MrInputPort *port)
{
  Cable *self = (Cable *) port;

  g_mutex_lock (&self->mutex);
  self->n_freed++;
  g_mutex_unlock (&self->mutex);
}

static const MrInputPortClass cable_class = {
  .open = cable_open,
  .read = cable_read,
  .write = cable_write,
  .close = cable_close,
  .free = cable_free,
};

/* Who listens to it. */
typedef struct
{
  Cable cable;
  GObject *owner; /* (owned) */
  MrInputThread *thread; /* (owned) */
  GString *seen; /* (owned): "opening/none ", "[bytes]" … */
  MrDeviceState state;
} Desk;

static void
on_news (GObject *owner)
{
  Desk *desk = g_object_get_data (owner, "desk");
  MrInputNews *news;

  while ((news = mr_input_thread_take_news (desk->thread)) != NULL)
    {
      desk->state = news->state;
      if (news->bytes != NULL)
        g_string_append_printf (desk->seen, "[%.*s]", (int) g_bytes_get_size (news->bytes),
                                (const char *) g_bytes_get_data (news->bytes, NULL));
      else
        g_string_append_printf (desk->seen, "%s/%s ", mr_device_state_to_string (news->state),
                                mr_device_reason_to_string (news->reason));
      if (news->greeting != NULL)
        g_assert_cmpmem (g_bytes_get_data (news->greeting, NULL), g_bytes_get_size (news->greeting),
                         "hello", 5);
      mr_input_news_free (news);
    }
}

static void
desk_init (Desk *desk, int retry_ms, MrDeviceReason refusal)
{
  g_mutex_init (&desk->cable.mutex);
  desk->cable.port.class = &cable_class;
  desk->cable.refusal = refusal;
  desk->cable.near = desk->cable.far = -1;
  desk->seen = g_string_new (NULL);
  desk->owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_object_set_data (desk->owner, "desk", desk);
  desk->thread = mr_input_thread_start (&desk->cable.port, retry_ms, desk->owner, on_news);
}

static guint
count (Desk *desk, guint *number)
{
  guint n;

  g_mutex_lock (&desk->cable.mutex);
  n = *number;
  g_mutex_unlock (&desk->cable.mutex);
  return n;
}

static void
desk_clear (Desk *desk)
{
  mr_input_thread_stop (desk->thread);
  mr_input_thread_unref (desk->thread);
  while (count (desk, &desk->cable.n_freed) == 0)
    g_usleep (100);
  g_assert_cmpint (desk->cable.near, ==, -1);
  if (desk->cable.far >= 0)
    close (desk->cable.far);
  g_object_unref (desk->owner);
  g_string_free (desk->seen, TRUE);
  g_mutex_clear (&desk->cable.mutex);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

static void
wait_seen (Desk *desk, const char *seen)
{
  while (strlen (desk->seen->str) < strlen (seen))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (desk->seen->str, ==, seen);
  g_string_truncate (desk->seen, 0);
}

static void
refuse (Desk *desk, MrDeviceReason reason)
{
  g_mutex_lock (&desk->cable.mutex);
  desk->cable.refusal = reason;
  g_mutex_unlock (&desk->cable.mutex);
}

static void
say (Desk *desk, const char *text)
{
  while (send (desk->cable.far, text, strlen (text), 0) < 0)
    g_main_context_iteration (NULL, FALSE);
}

static void
hang_up (Desk *desk)
{
  close (desk->cable.far);
  desk->cable.far = -1;
}

static void
test_states (void)
{
  g_auto (Desk) desk = { 0 };

  desk_init (&desk, 3600 * 1000, MR_DEVICE_REASON_PERMISSION);
  wait_seen (&desk, "opening/none trouble/permission ");
  refuse (&desk, MR_DEVICE_REASON_NO_DEVICE);
  mr_input_thread_nudge (desk.thread);
  wait_seen (&desk, "trouble/no-device ");
  refuse (&desk, MR_DEVICE_REASON_NONE);
  mr_input_thread_nudge (desk.thread);
  wait_seen (&desk, "ready/none ");
  say (&desk, "one");
  say (&desk, "two");
  wait_seen (&desk, "[one][two]");
  refuse (&desk, MR_DEVICE_REASON_IN_USE);
  hang_up (&desk);
  wait_seen (&desk, "gone/no-device ");
  mr_input_thread_nudge (desk.thread);
  wait_seen (&desk, "trouble/in-use ");
  refuse (&desk, MR_DEVICE_REASON_NONE);
  mr_input_thread_nudge (desk.thread);
  wait_seen (&desk, "ready/none ");
  say (&desk, "three");
  wait_seen (&desk, "[three]");
}

/* Nobody nudges: it tries by itself, and says a thing once. */
static void
test_tries_again (void)
{
  g_auto (Desk) desk = { 0 };

  desk_init (&desk, 1, MR_DEVICE_REASON_NO_DEVICE);
  wait_seen (&desk, "opening/none trouble/no-device ");
  while (count (&desk, &desk.cable.n_opened) < 5)
    g_usleep (100);
  refuse (&desk, MR_DEVICE_REASON_NONE);
  wait_seen (&desk, "ready/none ");
}

static void
test_writes (void)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("W\r", 2);
  g_autoptr (GBytes) two = g_bytes_new_static ("Z\r", 2);
  struct pollfd fds;
  char bytes[16];
  g_auto (Desk) desk = { 0 };

  desk_init (&desk, 3600 * 1000, MR_DEVICE_REASON_NO_DEVICE);
  wait_seen (&desk, "opening/none trouble/no-device ");
  mr_input_thread_write (desk.thread, two); /* to nobody */
  refuse (&desk, MR_DEVICE_REASON_NONE);
  mr_input_thread_nudge (desk.thread);
  wait_seen (&desk, "ready/none ");
  mr_input_thread_write (desk.thread, one);
  mr_input_thread_write (desk.thread, two);
  fds = (struct pollfd){ desk.cable.far, POLLIN, 0 };
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (poll (&fds, 1, -1), ==, 1);
      g_assert_cmpint (recv (desk.cable.far, bytes, sizeof bytes, 0), ==, 2);
      g_assert_cmpmem (bytes, 2, i == 0 ? "W\r" : "Z\r", 2);
    }
}

/* More than may wait here, while the main side is busy with something else: nothing is lost. */
static void
test_order (void)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_auto (Desk) desk = { 0 };

  desk_init (&desk, 3600 * 1000, MR_DEVICE_REASON_NONE);
  wait_seen (&desk, "opening/none ready/none ");
  for (int i = 0; i < 6000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i);

      /* Nobody takes news as long as the socket takes bytes. */
      say (&desk, text);
      g_string_append_printf (expected, "[%d]", i);
    }
  wait_seen (&desk, expected->str);
}

/* Nobody waits for the thread, and who is gone is told nothing. */
static void
test_stop (void)
{
  GObject *owner;
  Desk desk = { 0 };

  desk_init (&desk, 3600 * 1000, MR_DEVICE_REASON_NONE);
  wait_seen (&desk, "opening/none ready/none ");
  say (&desk, "late");
  owner = g_object_ref (desk.owner);
  desk_clear (&desk);
  g_object_set_data (owner, "desk", NULL);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_object_unref (owner);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-input/states", test_states);
  g_test_add_func ("/device-input/tries-again", test_tries_again);
  g_test_add_func ("/device-input/writes", test_writes);
  g_test_add_func ("/device-input/order", test_order);
  g_test_add_func ("/device-input/stop", test_stop);
  return g_test_run ();
}
