/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/pole-display.h"

#include "device/actor.h"
#include "device/pole-text.h"
#include "device/printer-port.h"

/* How long what is the last to be written may take. */
#define FAREWELL_MS 200

typedef struct
{
  MrDeviceState state;
  MrDeviceReason reason;
} News;

/* What the main side and the thread share. */
typedef struct
{
  MrActor actor;
  MrPrinterPort *port; /* (owned): the thread's */
  MrPoleTiming timing;
  GBytes *frame; /* (owned) (nullable): by the actor's mutex */
  gboolean is_nudged; /* the same */

  /* The thread's: */
  MrDeviceWait wait;
  gboolean is_open;
  gboolean was_ready;
  News told;
} Pole;

struct _MrPoleDisplay
{
  MrDevice parent_instance;

  Pole *pole; /* (owned) */
};

G_DEFINE_FINAL_TYPE (MrPoleDisplay, mr_pole_display, MR_TYPE_DEVICE)

/* --- on the thread --- */

static gboolean
is_closing (Pole *self)
{
  gboolean closing;

  g_mutex_lock (&self->actor.mutex);
  closing = self->actor.is_closing;
  g_mutex_unlock (&self->actor.mutex);
  return closing;
}

static int
hurry (gpointer user)
{
  Pole *self = user;

  mr_actor_clear_wake (&self->actor);
  return is_closing (self) ? 0 : -1;
}

static int
hurry_farewell (gpointer user)
{
  Pole *self = user;

  mr_actor_clear_wake (&self->actor);
  return FAREWELL_MS;
}

static void
tell (Pole *self, MrDeviceState state, MrDeviceReason reason)
{
  News *news;

  if (self->told.state == state && self->told.reason == reason)
    return;
  self->told = (News){ state, reason };
  news = g_memdup2 (&self->told, sizeof self->told);
  g_mutex_lock (&self->actor.mutex);
  mr_actor_post_locked (&self->actor, news);
  g_mutex_unlock (&self->actor.mutex);
}

static GBytes *
ref_frame (Pole *self)
{
  GBytes *frame;

  g_mutex_lock (&self->actor.mutex);
  frame = self->frame != NULL ? g_bytes_ref (self->frame) : NULL;
  self->is_nudged = FALSE;
  g_mutex_unlock (&self->actor.mutex);
  return frame;
}

static MrDeviceReason
write_bytes (Pole *self, GBytes *bytes, const MrDeviceWait *wait)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize n_taken;

  return self->port->class->write (self->port, data, length, &n_taken, wait);
}

/* Opens it if need be and writes @frame (NULL: there is none yet). */
static MrDeviceReason
show (Pole *self, GBytes *frame)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  if (!self->is_open)
    {
      if (!self->was_ready && self->told.state == MR_DEVICE_ABSENT)
        tell (self, MR_DEVICE_OPENING, MR_DEVICE_REASON_NONE);
      reason = self->port->class->open (self->port, NULL, &self->wait);
      self->is_open = reason == MR_DEVICE_REASON_NONE;
    }
  if (self->is_open && frame != NULL)
    reason = write_bytes (self, frame, &self->wait);
  return reason;
}

static void
give_up (Pole *self, MrDeviceReason reason)
{
  self->port->class->close (self->port);
  self->is_open = FALSE;
  if (reason != MR_DEVICE_REASON_CLOSED)
    tell (self,
          self->was_ready && mr_device_reason_means_gone (reason) ? MR_DEVICE_GONE
                                                                  : MR_DEVICE_TROUBLE,
          reason);
}

static gboolean
is_wanted (Pole *self, GBytes *shown)
{
  gboolean wanted;

  g_mutex_lock (&self->actor.mutex);
  wanted = self->actor.is_closing || self->is_nudged || (self->is_open && self->frame != shown);
  g_mutex_unlock (&self->actor.mutex);
  return wanted;
}

/* Until there is something else to show, or it is time to try again. */
static void
rest (Pole *self, GBytes *shown, int timeout_ms)
{
  gint64 end_us = g_get_monotonic_time () + (gint64) timeout_ms * 1000;

  while (!is_wanted (self, shown))
    {
      GPollFD wake = { self->actor.wake_fd, G_IO_IN, 0 };
      gint64 left_ms = (end_us - g_get_monotonic_time () + 999) / 1000;

      if (left_ms <= 0)
        return;
      g_poll (&wake, 1, (int) left_ms);
      mr_actor_clear_wake (&self->actor);
    }
}

/* A display that shows the last total for ever is worse than a dark one. */
static void
say_farewell (Pole *self)
{
  g_autoptr (GBytes) blank = mr_pole_text_new_blank ();
  MrDeviceWait wait = { self->actor.wake_fd, hurry_farewell, self };

  if (self->is_open && write_bytes (self, blank, &wait) == MR_DEVICE_REASON_NONE)
    self->port->class->finish (self->port, &wait);
}

static void
run (gpointer user)
{
  Pole *self = user;

  while (!is_closing (self))
    {
      g_autoptr (GBytes) frame = ref_frame (self);
      MrDeviceReason reason = show (self, frame);

      if (reason == MR_DEVICE_REASON_NONE)
        {
          self->was_ready = TRUE;
          tell (self, MR_DEVICE_READY, reason);
        }
      else
        give_up (self, reason);
      rest (self, frame, self->is_open ? self->timing.again_ms : self->timing.retry_ms);
    }
  say_farewell (self);
  mr_printer_port_free (self->port);
}

static void
free_pole (gpointer user)
{
  Pole *self = user;

  g_clear_pointer (&self->frame, g_bytes_unref);
  g_free (self);
}

/* --- the main side --- */

static void
on_news (GObject *object)
{
  MrPoleDisplay *self = MR_POLE_DISPLAY (object);
  News *news;

  while ((news = mr_actor_take_news (&self->pole->actor)) != NULL)
    {
      mr_device_set_state (MR_DEVICE (self), news->state, news->reason);
      g_free (news);
    }
}

static void
mr_pole_display_dispose (GObject *object)
{
  MrPoleDisplay *self = MR_POLE_DISPLAY (object);

  if (self->pole != NULL)
    {
      mr_actor_stop (&self->pole->actor);
      mr_actor_unref (&self->pole->actor);
      self->pole = NULL;
    }
  G_OBJECT_CLASS (mr_pole_display_parent_class)->dispose (object);
}

static void
mr_pole_display_class_init (MrPoleDisplayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_pole_display_dispose;
}

static void
mr_pole_display_init (MrPoleDisplay *self)
{
}

static MrPrinterPort *
new_port (const char *location, int stall_ms, GError **error)
{
  MrPrinterTiming timing = MR_PRINTER_TIMING_DEFAULT;

  timing.connect_ms = MIN (timing.connect_ms, stall_ms);
  timing.stall_ms = stall_ms;
  if (g_str_has_prefix (location, "dir:"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "a folder shows nothing");
      return NULL;
    }
  return mr_printer_port_new (location, &timing, error);
}

gboolean
mr_pole_display_check_location (const char *location, GError **error)
{
  g_autoptr (MrPrinterPort) port = new_port (location, 0, error);

  return port != NULL;
}

MrPoleDisplay *
mr_pole_display_new (const char *location, const MrPoleTiming *timing, GError **error)
{
  MrPoleTiming used = timing != NULL ? *timing : MR_POLE_TIMING_DEFAULT;
  MrPrinterPort *port = new_port (location, used.stall_ms, error);
  MrPoleDisplay *self;
  Pole *pole;

  if (port == NULL)
    return NULL;
  self = g_object_new (MR_TYPE_POLE_DISPLAY, NULL);
  pole = self->pole = g_new0 (Pole, 1);
  pole->port = port;
  pole->timing = used;
  mr_actor_init (&pole->actor, G_OBJECT (self), on_news, g_free, free_pole);
  pole->wait = (MrDeviceWait){ pole->actor.wake_fd, hurry, pole };
  mr_actor_start (&pole->actor, "pole", run);
  return self;
}

void
mr_pole_display_show (MrPoleDisplay *self, GBytes *frame)
{
  Pole *pole = self->pole;

  g_mutex_lock (&pole->actor.mutex);
  if (pole->frame == NULL || !g_bytes_equal (pole->frame, frame))
    {
      g_clear_pointer (&pole->frame, g_bytes_unref);
      pole->frame = g_bytes_ref (frame);
    }
  g_mutex_unlock (&pole->actor.mutex);
  mr_actor_wake (&pole->actor);
}

void
mr_pole_display_retry (MrPoleDisplay *self)
{
  g_mutex_lock (&self->pole->actor.mutex);
  self->pole->is_nudged = TRUE;
  g_mutex_unlock (&self->pole->actor.mutex);
  mr_actor_wake (&self->pole->actor);
}
