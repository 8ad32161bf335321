/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/poke-hub.h"

#include "center/poke-frame.h"
#include "wire/message.h"

#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Tills a turn of the main loop: others wait meanwhile. */
#define POKES_A_TURN 500
#define EVENTS_A_TURN 64
/* What a question about a catalog costs a busy center, roughly: so far apart they should come. */
#define SPREAD_EACH_MS 3
#define SPREAD_MAX_MS 30000
/* A till that vanished without a word is found out by the kernel: asked after a minute of silence, ... */
#define KEEPALIVE_IDLE_S 60
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_COUNT 4
/* ... or when it does not take a poke. */
#define UNTAKEN_MS 30000

typedef enum
{
  LINK_REGION, /* those of one region feed */
  LINK_SHOP, /* those of one shop feed */
  LINK_DUE, /* those to be poked */
  N_LINKS,
} Link;
#define N_FEEDS LINK_DUE

typedef struct
{
  int fd; /* (owned) */
  gint64 feeds[N_FEEDS];
  gboolean due[N_FEEDS];
  GList links[N_LINKS]; /* places in the queues */
  GByteArray *rest; /* (owned) (nullable) of a frame that is not whole */
} Listener;

typedef struct
{
  GSource parent;
  MrPokeHub *hub; /* (unowned) */
} HubSource;

struct _MrPokeHub
{
  GSource *source; /* (owned) */
  int epoll;
  GHashTable *feeds; /* (owned) feed id → GQueue of Listener, linked by their own links */
  GHashTable *listeners; /* (owned) set of Listener */
  GQueue due; /* of Listener */

  GMutex lock; /* guards the following */
  GArray *changed; /* (owned) of gint64, feed ids nobody was told of yet */
};

gint64
mr_poke_hub_spread_ms (guint n_listeners)
{
  return n_listeners == 0
             ? 0
             : MIN (((gint64) n_listeners - 1) * SPREAD_EACH_MS, (gint64) SPREAD_MAX_MS);
}

/* --- who listens --- */

static GQueue *
use_queue (MrPokeHub *self, gint64 feed_id)
{
  GQueue *queue = g_hash_table_lookup (self->feeds, &feed_id);

  if (queue == NULL)
    {
      queue = g_queue_new ();
      g_hash_table_insert (self->feeds, g_memdup2 (&feed_id, sizeof feed_id), queue);
    }
  return queue;
}

static void
set_option (int fd, int level, int option, int value)
{
  /* Not every kind of socket has them all; then a dead one is found a little later. */
  (void) setsockopt (fd, level, option, &value, sizeof value);
}

static void
free_listener (Listener *self)
{
  close (self->fd);
  g_clear_pointer (&self->rest, g_byte_array_unref);
  g_free (self);
}

static gboolean
is_due (const Listener *listener)
{
  return listener->due[LINK_REGION] || listener->due[LINK_SHOP];
}

static void
drop (MrPokeHub *self, Listener *listener)
{
  for (Link link = 0; link < N_FEEDS; link++)
    {
      GQueue *queue = use_queue (self, listener->feeds[link]);

      g_queue_unlink (queue, &listener->links[link]);
      if (g_queue_is_empty (queue))
        g_hash_table_remove (self->feeds, &listener->feeds[link]);
    }
  if (is_due (listener))
    g_queue_unlink (&self->due, &listener->links[LINK_DUE]);
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, listener->fd, NULL);
  g_hash_table_remove (self->listeners, listener);
  free_listener (listener);
}

void
mr_poke_hub_take (MrPokeHub *self, int fd, gint64 region_feed, gint64 shop_feed)
{
  Listener *listener = g_new0 (Listener, 1);
  struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = listener };

  listener->fd = fd;
  listener->feeds[LINK_REGION] = region_feed;
  listener->feeds[LINK_SHOP] = shop_feed;
  for (Link link = 0; link < N_LINKS; link++)
    listener->links[link].data = listener;
  set_option (fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option (fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
  set_option (fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
  set_option (fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
  set_option (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNTAKEN_MS);
  if (!g_unix_set_fd_nonblocking (fd, TRUE, NULL) ||
      epoll_ctl (self->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
    {
      g_warning ("a till cannot listen: %s", g_strerror (errno));
      free_listener (listener);
      return;
    }
  g_hash_table_add (self->listeners, listener);
  for (Link link = 0; link < N_FEEDS; link++)
    g_queue_push_tail_link (use_queue (self, listener->feeds[link]), &listener->links[link]);
}

guint
mr_poke_hub_count (MrPokeHub *self)
{
  return g_hash_table_size (self->listeners);
}

/* --- saying --- */

/* FALSE: it does not read, or is gone. */
static gboolean
say (Listener *listener, MrFrameKind kind, const void *payload, gsize length)
{
  guint8 frame[MR_FRAME_MAX_SENT];
  gsize size = mr_frame_put (kind, payload, length, frame);

  return send (listener->fd, frame, size, MSG_DONTWAIT | MSG_NOSIGNAL) == (gssize) size;
}

static gboolean
poke (MrPokeHub *self, Listener *listener)
{
  gboolean said = TRUE;

  for (Link link = 0; link < N_FEEDS && said; link++)
    {
      /* An order waits for nobody; a catalog is asked for by all of its region. */
      const MrPoke message = {
        .region = link == LINK_REGION,
        .spread_ms = link == LINK_REGION
                         ? mr_poke_hub_spread_ms (use_queue (self, listener->feeds[link])->length)
                         : 0,
      };
      g_autofree char *text = NULL;

      if (!listener->due[link])
        continue;
      text = mr_poke_to_json (&message);
      said = say (listener, MR_FRAME_TEXT, text, strlen (text));
    }
  return said;
}

static void
poke_some (MrPokeHub *self)
{
  for (guint i = 0; i < POKES_A_TURN && !g_queue_is_empty (&self->due); i++)
    {
      Listener *listener = g_queue_peek_head (&self->due);
      gboolean said = poke (self, listener);

      g_queue_unlink (&self->due, &listener->links[LINK_DUE]);
      memset (listener->due, 0, sizeof listener->due);
      if (!said)
        drop (self, listener);
    }
}

static void
mark_due (MrPokeHub *self, gint64 feed_id)
{
  GQueue *queue = g_hash_table_lookup (self->feeds, &feed_id);

  for (GList *at = queue == NULL ? NULL : queue->head; at != NULL; at = at->next)
    {
      Listener *listener = at->data;

      if (!is_due (listener))
        g_queue_push_tail_link (&self->due, &listener->links[LINK_DUE]);
      for (Link link = 0; link < N_FEEDS; link++)
        listener->due[link] |= listener->feeds[link] == feed_id;
    }
}

static void
take_changed (MrPokeHub *self)
{
  g_autoptr (GArray) changed = NULL;

  g_mutex_lock (&self->lock);
  if (self->changed->len > 0)
    {
      changed = g_steal_pointer (&self->changed);
      self->changed = g_array_new (FALSE, FALSE, sizeof (gint64));
    }
  g_mutex_unlock (&self->lock);
  for (guint i = 0; changed != NULL && i < changed->len; i++)
    mark_due (self, g_array_index (changed, gint64, i));
}

void
mr_poke_hub_tell (const gint64 *feed_ids, guint n, gpointer hub)
{
  MrPokeHub *self = hub;

  g_mutex_lock (&self->lock);
  g_array_append_vals (self->changed, feed_ids, n);
  g_mutex_unlock (&self->lock);
  g_source_set_ready_time (self->source, 0);
}

/* --- listening --- */

/* FALSE: this connection is over. */
static gboolean
answer_frames (Listener *listener, const guint8 *bytes, gsize length, gsize *used)
{
  MrFrameVerdict verdict = MR_FRAME_TAKEN;
  MrFrame frame;

  *used = 0;
  while ((verdict = mr_frame_take (bytes + *used, length - *used, &frame)) == MR_FRAME_TAKEN)
    {
      *used += frame.used;
      if (frame.kind == MR_FRAME_PING &&
          !say (listener, MR_FRAME_PONG, frame.payload, frame.length))
        return FALSE;
      if (frame.kind == MR_FRAME_CLOSE)
        {
          /* The same reason back (RFC 6455, 5.5.1), and that was it. */
          say (listener, MR_FRAME_CLOSE, frame.payload, MIN (frame.length, 2));
          return FALSE;
        }
    }
  return verdict == MR_FRAME_NOT_WHOLE;
}

static gboolean
hear (Listener *listener)
{
  guint8 bytes[4 * MR_FRAME_MAX_TAKEN];
  gsize before = listener->rest == NULL ? 0 : listener->rest->len;
  gsize used = 0;
  gssize n;

  if (before > 0)
    memcpy (bytes, listener->rest->data, before);
  g_clear_pointer (&listener->rest, g_byte_array_unref);
  n = recv (listener->fd, bytes + before, sizeof bytes - before, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    n = 0;
  else if (n <= 0)
    return FALSE;
  if (!answer_frames (listener, bytes, before + (gsize) n, &used))
    return FALSE;
  if (used < before + (gsize) n)
    {
      gsize left = before + (gsize) n - used;

      listener->rest = g_byte_array_sized_new ((guint) left);
      g_byte_array_append (listener->rest, bytes + used, (guint) left);
    }
  return TRUE;
}

static void
hear_some (MrPokeHub *self)
{
  struct epoll_event events[EVENTS_A_TURN];
  int n = epoll_wait (self->epoll, events, EVENTS_A_TURN, 0);

  /* Each listener is in a batch once, and dropped by its own event only. */
  for (int i = 0; i < n; i++)
    if (!hear (events[i].data.ptr))
      drop (self, events[i].data.ptr);
}

/* --- the source --- */

static gboolean
dispatch_hub (GSource *source, GSourceFunc callback, gpointer user_data)
{
  MrPokeHub *self = ((HubSource *) source)->hub;

  g_source_set_ready_time (source, -1);
  hear_some (self);
  take_changed (self);
  poke_some (self);
  if (!g_queue_is_empty (&self->due))
    g_source_set_ready_time (source, 0);
  return G_SOURCE_CONTINUE;
}

MrPokeHub *
mr_poke_hub_new (void)
{
  static GSourceFuncs functions = { .dispatch = dispatch_hub };
  MrPokeHub *self = g_new0 (MrPokeHub, 1);

  g_mutex_init (&self->lock);
  g_queue_init (&self->due);
  self->changed = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->listeners = g_hash_table_new (NULL, NULL);
  self->feeds =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_queue_free);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  g_assert (self->epoll >= 0);
  self->source = g_source_new (&functions, sizeof (HubSource));
  ((HubSource *) self->source)->hub = self;
  g_source_add_unix_fd (self->source, self->epoll, G_IO_IN);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void
mr_poke_hub_free (MrPokeHub *self)
{
  static const guint8 going_away[] = { 1001 >> 8, 1001 & 0xff };
  GHashTableIter iter;
  gpointer listener;

  if (self == NULL)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_hash_table_iter_init (&iter, self->listeners);
  while (g_hash_table_iter_next (&iter, &listener, NULL))
    {
      Listener *each = listener;

      say (each, MR_FRAME_CLOSE, going_away, sizeof going_away);
      for (Link link = 0; link < N_FEEDS; link++)
        g_queue_unlink (use_queue (self, each->feeds[link]), &each->links[link]);
      free_listener (each);
    }
  g_hash_table_unref (self->listeners);
  g_hash_table_unref (self->feeds);
  g_array_unref (self->changed);
  close (self->epoll);
  g_mutex_clear (&self->lock);
  g_free (self);
}
