/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/usb-bus.h"

#include "device/usb-context.h"
#include "device/usb-list.h"

#include <string.h>

#define RESCAN_US (2 * G_TIME_SPAN_SECOND)
#define SECOND_LOOK_US (G_TIME_SPAN_SECOND / 2)

typedef struct
{
  guint id;
  MrUsbBusChanged on_changed;
  gpointer user; /* (unowned) */
} Watch;

struct _MrUsbBus
{
  guint ref_count; /* under bus_mutex */
  GThread *thread; /* (owned) */

  GMutex mutex;
  GCond cond;
  gboolean is_stopping;
  gboolean is_dirty; /* something came or went */

  GMutex context_mutex;
  MrUsbContext *context; /* (owned) (nullable): while there is no USB */

  /* Held while they are called, so taken before no other: */
  GMutex watch_mutex;
  GArray *watches; /* (owned): Watch */
  guint last_watch;

  /* The thread's alone: */
  char *addresses; /* (owned): of what was there at the last look */
  char *suspected; /* (owned) (nullable): devices that the context did not know at the last look */
  char *settled; /* (owned) (nullable): those that a fresh one did not know either */
};

static GMutex bus_mutex;
static MrUsbBus *the_bus; /* (unowned) (nullable): under bus_mutex */
static int n_buses; /* atomic: that one, and those being taken down */

void
mr_usb_bus_look (MrUsbBus *self)
{
  g_mutex_lock (&self->mutex);
  self->is_dirty = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
on_context_changed (gpointer user)
{
  mr_usb_bus_look (user);
}

/* NULL where there is no USB. */
static MrUsbContext *
ref_context (MrUsbBus *self)
{
  MrUsbContext *context;

  g_mutex_lock (&self->context_mutex);
  if (self->context == NULL)
    self->context = mr_usb_context_new (on_context_changed, self);
  context = self->context != NULL ? mr_usb_context_ref (self->context) : NULL;
  g_mutex_unlock (&self->context_mutex);
  return context;
}

/* Who has a device open goes on with the context it came from. */
static void
drop_context (MrUsbBus *self)
{
  MrUsbContext *context;

  g_mutex_lock (&self->context_mutex);
  context = g_steal_pointer (&self->context);
  g_mutex_unlock (&self->context_mutex);
  if (context == NULL)
    return;
  mr_usb_context_hush (context);
  mr_usb_context_unref (context);
}

static char *
dup_unknown (MrUsbBus *self)
{
  g_autoptr (MrUsbContext) context = ref_context (self);

  return context != NULL ? mr_usb_list_unknown (context) : g_strdup ("");
}

/* libusb is told by udev what comes, and where nobody tells it, never looks again. A node that it does
 * not know of at two looks asks for a fresh context; the first may only be early. */
static void
look_for_missed (MrUsbBus *self)
{
  g_autofree char *unknown = dup_unknown (self);

  if (unknown[0] == '\0' || g_strcmp0 (unknown, self->settled) == 0)
    g_clear_pointer (&self->suspected, g_free);
  else if (g_strcmp0 (unknown, self->suspected) != 0)
    {
      g_free (self->suspected);
      self->suspected = g_steal_pointer (&unknown);
    }
  else
    {
      drop_context (self);
      g_free (self->settled);
      self->settled = dup_unknown (self);
      g_clear_pointer (&self->suspected, g_free);
    }
}

static void
tell_watches (MrUsbBus *self)
{
  g_mutex_lock (&self->watch_mutex);
  for (guint i = 0; i < self->watches->len; i++)
    {
      Watch *watch = &g_array_index (self->watches, Watch, i);

      watch->on_changed (watch->user);
    }
  g_mutex_unlock (&self->watch_mutex);
}

static char *
dup_addresses (MrUsbBus *self)
{
  g_autoptr (MrUsbContext) context = ref_context (self);

  return context != NULL ? mr_usb_list_addresses (context) : g_strdup ("");
}

/* Until something came or went, or it is time to look. FALSE when the bus is not needed any more. */
static gboolean
rest (MrUsbBus *self)
{
  gint64 pause_us = self->suspected != NULL ? SECOND_LOOK_US : RESCAN_US;
  gint64 end_us = g_get_monotonic_time () + pause_us;
  gboolean goes_on;

  g_mutex_lock (&self->mutex);
  while (!self->is_stopping && !self->is_dirty &&
         g_cond_wait_until (&self->cond, &self->mutex, end_us))
    continue;
  self->is_dirty = FALSE;
  goes_on = !self->is_stopping;
  g_mutex_unlock (&self->mutex);
  return goes_on;
}

static gpointer
run (gpointer user)
{
  MrUsbBus *self = user;

  while (rest (self))
    {
      g_autofree char *now = NULL;

      look_for_missed (self);
      now = dup_addresses (self);
      if (strcmp (now, self->addresses) == 0)
        continue;
      g_free (self->addresses);
      self->addresses = g_steal_pointer (&now);
      tell_watches (self);
    }
  return NULL;
}

static MrUsbBus *
bus_new (void)
{
  MrUsbBus *self = g_new0 (MrUsbBus, 1);

  g_atomic_int_inc (&n_buses);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_mutex_init (&self->context_mutex);
  g_mutex_init (&self->watch_mutex);
  self->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  /* Whatever comes after the first list is told of. */
  self->addresses = dup_addresses (self);
  self->thread = g_thread_new ("usb-bus", run, self);
  return self;
}

static void
bus_free (MrUsbBus *self)
{
  g_mutex_lock (&self->mutex);
  self->is_stopping = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  drop_context (self);
  g_array_unref (self->watches);
  g_free (self->addresses);
  g_free (self->suspected);
  g_free (self->settled);
  g_mutex_clear (&self->watch_mutex);
  g_mutex_clear (&self->context_mutex);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
  g_atomic_int_add (&n_buses, -1);
}

gboolean
mr_usb_bus_is_used (void)
{
  return g_atomic_int_get (&n_buses) > 0;
}

MrUsbBus *
mr_usb_bus_get (void)
{
  MrUsbBus *self;

  g_mutex_lock (&bus_mutex);
  if (the_bus == NULL)
    the_bus = bus_new ();
  self = the_bus;
  self->ref_count++;
  g_mutex_unlock (&bus_mutex);
  return self;
}

void
mr_usb_bus_unref (MrUsbBus *self)
{
  gboolean is_last;

  g_mutex_lock (&bus_mutex);
  is_last = --self->ref_count == 0;
  if (is_last)
    the_bus = NULL;
  g_mutex_unlock (&bus_mutex);
  if (is_last)
    bus_free (self);
}

GPtrArray *
mr_usb_bus_list (MrUsbBus *self, MrUsbKind kind)
{
  g_autoptr (MrUsbContext) context = ref_context (self);

  if (context == NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) mr_usb_interface_unref);
  return mr_usb_list_interfaces (context, kind);
}

GPtrArray *
mr_usb_bus_find (MrUsbBus *self, MrUsbKind kind, const MrUsbMatch *match)
{
  GPtrArray *found = mr_usb_bus_list (self, kind);

  for (guint i = found->len; i-- > 0;)
    if (!mr_usb_match_fits (match, g_ptr_array_index (found, i)))
      g_ptr_array_remove_index (found, i);
  return found;
}

guint
mr_usb_bus_watch (MrUsbBus *self, MrUsbBusChanged on_changed, gpointer user)
{
  Watch watch = { .on_changed = on_changed, .user = user };

  g_mutex_lock (&self->watch_mutex);
  watch.id = ++self->last_watch;
  g_array_append_val (self->watches, watch);
  g_mutex_unlock (&self->watch_mutex);
  return watch.id;
}

void
mr_usb_bus_unwatch (MrUsbBus *self, guint watch)
{
  g_mutex_lock (&self->watch_mutex);
  for (guint i = 0; i < self->watches->len; i++)
    if (g_array_index (self->watches, Watch, i).id == watch)
      {
        g_array_remove_index (self->watches, i);
        break;
      }
  g_mutex_unlock (&self->watch_mutex);
}
