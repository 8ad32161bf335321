/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/input-thread.h"

#include "device/actor.h"

/* A read ends by itself now and then, so that a port need not care about being woken. */
#define READ_MS 1000
/* News that may wait for the main side before the device has to. */
#define MAX_NEWS 4096
#define PATIENCE_MS 50

struct _MrInputThread
{
  MrActor actor;

  /* Under the mutex: */
  GQueue writes; /* (owned): GBytes */
  gboolean is_open; /* writes are worth keeping */
  gboolean is_nudged;
  gboolean is_writing;

  /* The thread's alone: */
  MrInputPort *port; /* (owned) */
  int retry_ms;
  MrDeviceWait wait;
  MrDeviceState state;
  MrDeviceReason reason;
  gboolean was_ready;
};

void
mr_input_news_free (MrInputNews *self)
{
  g_clear_pointer (&self->greeting, g_bytes_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static void
free_thread (gpointer user)
{
  MrInputThread *self = user;

  g_queue_clear_full (&self->writes, (GDestroyNotify) g_bytes_unref);
  g_free (self);
}

static int
hurry (gpointer user)
{
  MrInputThread *self = user;
  int limit_ms = -1;

  mr_actor_clear_wake (&self->actor);
  g_mutex_lock (&self->actor.mutex);
  if (self->actor.is_closing)
    limit_ms = 0;
  else if (!self->is_writing && !g_queue_is_empty (&self->writes))
    limit_ms = 1;
  g_mutex_unlock (&self->actor.mutex);
  return limit_ms;
}

static gboolean
is_closing (MrInputThread *self)
{
  return hurry (self) == 0;
}

/* Takes @greeting and @bytes. */
static void
post (MrInputThread *self, GBytes *greeting, GBytes *bytes)
{
  MrInputNews *news = g_new0 (MrInputNews, 1);

  news->state = self->state;
  news->reason = self->reason;
  news->greeting = greeting;
  news->bytes = bytes;
  news->time_us = g_get_monotonic_time ();
  g_mutex_lock (&self->actor.mutex);
  mr_actor_post_locked (&self->actor, news);
  g_mutex_unlock (&self->actor.mutex);
}

static void
set_state (MrInputThread *self, MrDeviceState state, MrDeviceReason reason)
{
  if (self->state == state && self->reason == reason)
    return;
  self->state = state;
  self->reason = reason;
  post (self, NULL, NULL);
}

/* What was asked for before belongs to before. */
static void
set_open (MrInputThread *self, gboolean is_open)
{
  g_mutex_lock (&self->actor.mutex);
  self->is_open = is_open;
  self->is_nudged = FALSE;
  self->is_writing = FALSE;
  g_queue_clear_full (&self->writes, (GDestroyNotify) g_bytes_unref);
  g_mutex_unlock (&self->actor.mutex);
}

static void
give_up (MrInputThread *self, MrDeviceReason reason)
{
  self->port->class->close (self->port);
  set_open (self, FALSE);
  if (is_closing (self))
    return;
  set_state (self,
             self->was_ready && mr_device_reason_means_gone (reason) ? MR_DEVICE_GONE
                                                                     : MR_DEVICE_TROUBLE,
             reason);
}

static gboolean
open_port (MrInputThread *self)
{
  GByteArray *greeting = g_byte_array_new ();
  MrDeviceReason reason;

  if (self->state == MR_DEVICE_ABSENT)
    set_state (self, MR_DEVICE_OPENING, MR_DEVICE_REASON_NONE);
  reason = self->port->class->open (self->port, greeting, &self->wait);
  if (reason != MR_DEVICE_REASON_NONE)
    {
      g_byte_array_unref (greeting);
      give_up (self, reason);
      return FALSE;
    }
  self->was_ready = TRUE;
  self->state = MR_DEVICE_READY;
  self->reason = MR_DEVICE_REASON_NONE;
  set_open (self, TRUE);
  post (self, g_byte_array_free_to_bytes (greeting), NULL);
  return TRUE;
}

static GBytes *
take_write (MrInputThread *self)
{
  GBytes *bytes;

  g_mutex_lock (&self->actor.mutex);
  bytes = g_queue_pop_head (&self->writes);
  self->is_writing = bytes != NULL;
  g_mutex_unlock (&self->actor.mutex);
  return bytes;
}

static MrDeviceReason
write_all (MrInputThread *self)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  while (reason == MR_DEVICE_REASON_NONE)
    {
      g_autoptr (GBytes) bytes = take_write (self);
      gsize length;
      const guint8 *data;

      if (bytes == NULL)
        break;
      data = g_bytes_get_data (bytes, &length);
      if (self->port->class->write != NULL)
        reason = self->port->class->write (self->port, data, length, &self->wait);
    }
  return reason;
}

static gboolean
has_too_much_news (MrInputThread *self)
{
  gboolean is_too_much;

  g_mutex_lock (&self->actor.mutex);
  is_too_much = self->actor.news.length >= MAX_NEWS;
  g_mutex_unlock (&self->actor.mutex);
  return is_too_much;
}

static MrDeviceReason
read_some (MrInputThread *self)
{
  guint8 bytes[MR_INPUT_MAX_BYTES];
  gsize n_read = 0;
  MrDeviceReason reason =
      self->port->class->read (self->port, bytes, sizeof bytes, &n_read, READ_MS, &self->wait);

  if (n_read > 0)
    post (self, NULL, g_bytes_new (bytes, n_read));
  return reason;
}

static void
serve (MrInputThread *self)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  while (reason == MR_DEVICE_REASON_NONE && !is_closing (self))
    {
      reason = write_all (self);
      if (reason == MR_DEVICE_REASON_NONE && has_too_much_news (self))
        mr_device_wait (&self->wait, -1, 0, PATIENCE_MS);
      else if (reason == MR_DEVICE_REASON_NONE)
        reason = read_some (self);
    }
  give_up (self, reason);
}

static gboolean
take_nudge (MrInputThread *self)
{
  gboolean is_nudged;

  g_mutex_lock (&self->actor.mutex);
  is_nudged = self->is_nudged;
  self->is_nudged = FALSE;
  g_mutex_unlock (&self->actor.mutex);
  return is_nudged;
}

/* Until it is worth trying again. */
static void
rest (MrInputThread *self)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) self->retry_ms * 1000;

  /* Whether it ends is asked first: that answers the wake-up, which may have been the nudge's. */
  while (!is_closing (self) && !take_nudge (self))
    {
      gint64 left_ms = (end_us - g_get_monotonic_time () + 999) / 1000;
      GPollFD wake = { self->actor.wake_fd, G_IO_IN, 0 };

      if (left_ms <= 0)
        return;
      g_poll (&wake, 1, (int) left_ms);
    }
}

static void
run (gpointer user)
{
  MrInputThread *self = user;

  while (!is_closing (self))
    {
      if (open_port (self))
        serve (self);
      rest (self);
    }
  self->port->class->close (self->port);
  self->port->class->free (self->port);
}

MrInputThread *
mr_input_thread_start (MrInputPort *port, int retry_ms, GObject *device, MrInputNewsFunc on_news)
{
  MrInputThread *self = g_new0 (MrInputThread, 1);

  mr_actor_init (&self->actor, device, on_news, (GDestroyNotify) mr_input_news_free, free_thread);
  g_queue_init (&self->writes);
  self->port = port;
  port->thread = self;
  self->retry_ms = retry_ms;
  self->wait = (MrDeviceWait){ self->actor.wake_fd, hurry, self };
  mr_actor_start (&self->actor, "input", run);
  return self;
}

void
mr_input_thread_stop (MrInputThread *self)
{
  mr_actor_stop (&self->actor);
}

void
mr_input_thread_unref (MrInputThread *self)
{
  mr_actor_unref (&self->actor);
}

MrInputNews *
mr_input_thread_take_news (MrInputThread *self)
{
  return mr_actor_take_news (&self->actor);
}

void
mr_input_thread_write (MrInputThread *self, GBytes *bytes)
{
  g_mutex_lock (&self->actor.mutex);
  if (self->is_open)
    g_queue_push_tail (&self->writes, g_bytes_ref (bytes));
  g_mutex_unlock (&self->actor.mutex);
  mr_actor_wake (&self->actor);
}

void
mr_input_thread_nudge (MrInputThread *self)
{
  g_mutex_lock (&self->actor.mutex);
  self->is_nudged = TRUE;
  g_mutex_unlock (&self->actor.mutex);
  mr_actor_wake (&self->actor);
}
