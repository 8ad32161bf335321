/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-wait.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The thread of a device that mostly speaks: scanner, scale. It opens the device, reads from it, tries
 * again by itself when it is not there or fails, and tells the main side. Inside app/device.
 */

typedef struct _MrInputPort MrInputPort;

/**
 * MrInputPortClass:
 * @open: gets hold of the device. What the device says of itself that its reader needs (a report
 *   descriptor) is appended to @greeting. Over in two seconds, as everything here.
 * @read: waits up to @timeout_ms, by @wait: @n_read bytes of one report or as many as have come; 0 for
 *   none yet. Anything but NONE is the end until it is opened again.
 * @write: (nullable): hands over all of @bytes
 * @close: closes in whatever state; nothing when not open
 *
 * The way to a device, on its thread only.
 */
typedef struct
{
  MrDeviceReason (*open) (MrInputPort *self, GByteArray *greeting, const MrDeviceWait *wait);
  MrDeviceReason (*read) (MrInputPort *self, guint8 *bytes, gsize size, gsize *n_read,
                          int timeout_ms, const MrDeviceWait *wait);
  MrDeviceReason (*write) (MrInputPort *self, const guint8 *bytes, gsize length,
                           const MrDeviceWait *wait);
  void (*close) (MrInputPort *self);
  void (*free) (MrInputPort *self);
} MrInputPortClass;

/* The first member of each port. */
struct _MrInputPort
{
  const MrInputPortClass *class;
  struct _MrInputThread *thread; /* (unowned): its own, from the start of it on */
};

/* No read gives more at a time. */
#define MR_INPUT_MAX_BYTES 4096
/* How often a device that is not there is tried. */
#define MR_INPUT_RETRY_MS 2000

/**
 * MrInputNews:
 * @state, @reason: how it is with the device now, in every news
 * @greeting: (nullable) (owned): with the news that it is open: what it said of itself, maybe nothing
 * @bytes: (nullable) (owned): what one read gave
 * @time_us: when that was, g_get_monotonic_time() on the thread: a stall of the main loop is not in it
 */
typedef struct
{
  MrDeviceState state;
  MrDeviceReason reason;
  GBytes *greeting;
  GBytes *bytes;
  gint64 time_us;
} MrInputNews;

void mr_input_news_free (MrInputNews *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrInputNews, mr_input_news_free)

/* Called in the main context of the maker when there are news to take. */
typedef void (*MrInputNewsFunc) (GObject *device);

/**
 * MrInputThread:
 *
 * States: absent, opening, ready; trouble, or gone when it was ready before; tried again every
 * @retry_ms and at once when nudged. News come in the order they happened. When the main side takes
 * none for long, the device is not read on: nothing is lost here, and memory is bounded.
 */
typedef struct _MrInputThread MrInputThread;

/* Takes @port. @device is held weakly, and not called back once it is gone. */
MrInputThread *mr_input_thread_start (MrInputPort *port, int retry_ms, GObject *device,
                                      MrInputNewsFunc on_news) G_GNUC_WARN_UNUSED_RESULT;
/* Stops as soon as it can, nobody waits for it; no more news are told. The port is freed on the
 * thread. */
void mr_input_thread_stop (MrInputThread *self);
void mr_input_thread_unref (MrInputThread *self);

/* The oldest news; NULL when there are none. */
MrInputNews *mr_input_thread_take_news (MrInputThread *self) G_GNUC_WARN_UNUSED_RESULT;

/* Sends @bytes as soon as it can, after what was given before. Forgotten when the device is not open:
 * what was asked of it then would be answered to nobody. */
void mr_input_thread_write (MrInputThread *self, GBytes *bytes);

/* Tries to open the device now if it is not: it may have been plugged in. */
void mr_input_thread_nudge (MrInputThread *self);

G_END_DECLS
