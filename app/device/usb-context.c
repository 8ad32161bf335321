/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/usb-context.h"

struct _MrUsbContext
{
  gatomicrefcount ref_count;
  libusb_context *native; /* (owned) */
  GThread *thread; /* (owned) */
  int is_stopping; /* atomic */
  GMutex mutex;
  MrUsbContextChanged on_changed; /* (nullable): under the mutex */
  gpointer user; /* (unowned) */
};

/* Long, since whatever happens wakes it. */
#define EVENTS_S 60
/* Of a context that cannot even wait. */
#define PAUSE_US 100000

static int
on_hotplug (libusb_context *native, libusb_device *device, libusb_hotplug_event event, void *user)
{
  MrUsbContext *self = user;

  g_mutex_lock (&self->mutex);
  if (self->on_changed != NULL)
    self->on_changed (self->user);
  g_mutex_unlock (&self->mutex);
  return 0;
}

static gpointer
serve_events (gpointer user)
{
  MrUsbContext *self = user;

  while (!g_atomic_int_get (&self->is_stopping))
    {
      struct timeval limit = { EVENTS_S, 0 };
      int r = libusb_handle_events_timeout_completed (self->native, &limit, NULL);

      if (r != LIBUSB_SUCCESS && r != LIBUSB_ERROR_INTERRUPTED)
        g_usleep (PAUSE_US);
    }
  return NULL;
}

MrUsbContext *
mr_usb_context_new (MrUsbContextChanged on_changed, gpointer user)
{
  libusb_context *native = NULL;
  MrUsbContext *self;

  if (libusb_init (&native) != LIBUSB_SUCCESS)
    return NULL;
  self = g_new0 (MrUsbContext, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->native = native;
  self->on_changed = on_changed;
  self->user = user;
  if (libusb_has_capability (LIBUSB_CAP_HAS_HOTPLUG))
    libusb_hotplug_register_callback (native,
                                      LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED |
                                          LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
                                      0, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
                                      LIBUSB_HOTPLUG_MATCH_ANY, on_hotplug, self, NULL);
  self->thread = g_thread_new ("usb-events", serve_events, self);
  return self;
}

MrUsbContext *
mr_usb_context_ref (MrUsbContext *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mr_usb_context_unref (MrUsbContext *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_atomic_int_set (&self->is_stopping, TRUE);
  libusb_interrupt_event_handler (self->native);
  g_thread_join (self->thread);
  libusb_exit (self->native);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
mr_usb_context_hush (MrUsbContext *self)
{
  g_mutex_lock (&self->mutex);
  self->on_changed = NULL;
  g_mutex_unlock (&self->mutex);
}

libusb_context *
mr_usb_context_get_native (MrUsbContext *self)
{
  return self->native;
}

MrDeviceReason
mr_usb_reason_from_error (int error)
{
  switch (error)
    {
    case LIBUSB_SUCCESS:
      return MR_DEVICE_REASON_NONE;
    case LIBUSB_ERROR_ACCESS:
      return MR_DEVICE_REASON_PERMISSION;
    case LIBUSB_ERROR_BUSY:
      return MR_DEVICE_REASON_IN_USE;
    case LIBUSB_ERROR_IO:
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
    case LIBUSB_ERROR_PIPE:
      return MR_DEVICE_REASON_NO_DEVICE;
    case LIBUSB_ERROR_TIMEOUT:
      return MR_DEVICE_REASON_NO_ANSWER;
    default:
      return MR_DEVICE_REASON_IO;
    }
}
