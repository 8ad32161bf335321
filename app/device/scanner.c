/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scanner.h"

#include "device/input-serial.h"
#include "device/scan-decoder.h"
#include "device/scanner-port.h"

#include <string.h>

/* Behind the news that wait, so that a stall of the loop does not look like a pause. */
#define PAUSE_PRIORITY (G_PRIORITY_DEFAULT + 10)
/* A long pause is so many short ones: a computer that stands still makes one of them longer, not all. */
#define TICK_MS 250

struct _MrScanner
{
  MrDevice parent_instance;

  char *location; /* (owned) */
  MrInputThread *thread; /* (owned) (nullable): NULL once closed */
  MrScanDecoder *decoder; /* (owned) (nullable): while it is open */
  GSource *pause; /* (owned) (nullable) */
  int ticks_left; /* of it */
  gboolean is_hid_pos;
  gboolean ends_by_pause; /* as its decoder learnt: kept when it is plugged in again */
};

G_DEFINE_FINAL_TYPE (MrScanner, mr_scanner, MR_TYPE_DEVICE)

static guint signal_scanned;

static MrScanDecoder *
new_decoder (GBytes *greeting, gboolean is_patient)
{
  MrHidScanner layout;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (greeting, &length);

  if (length == 0)
    return mr_scan_decoder_new_stream (is_patient);
  if (bytes[0] == MR_SCANNER_KEYBOARD)
    return mr_scan_decoder_new_keyboard (is_patient);
  return mr_scan_decoder_new_hid_pos (mr_hid_scanner_parse (bytes + 1, length - 1, &layout)
                                          ? &layout
                                          : NULL,
                                      MR_SCAN_PAUSE_LONG_MS);
}

/* No pause ends a code of a HID POS scanner. */
static void
note_end (MrScanner *self)
{
  if (!self->is_hid_pos)
    self->ends_by_pause = !mr_scan_decoder_is_patient (self->decoder);
}

/* Who is told may close the scanner. */
static void
tell_scans (MrScanner *self)
{
  if (self->decoder != NULL)
    note_end (self);
  while (self->decoder != NULL)
    {
      g_autoptr (MrScan) scan = mr_scan_decoder_pop (self->decoder);

      if (scan == NULL)
        return;
      g_signal_emit (self, signal_scanned, 0, scan);
    }
}

static void
stop_pause (MrScanner *self)
{
  if (self->pause != NULL)
    g_source_destroy (self->pause);
  g_clear_pointer (&self->pause, g_source_unref);
}

static gboolean
on_pause (gpointer user)
{
  g_autoptr (MrScanner) self = g_object_ref (user);

  if (--self->ticks_left > 0)
    return G_SOURCE_CONTINUE;
  stop_pause (self);
  mr_scan_decoder_end (self->decoder);
  tell_scans (self);
  return G_SOURCE_REMOVE;
}

static void
start_pause (MrScanner *self)
{
  int wait_ms = self->decoder != NULL ? mr_scan_decoder_get_wait_ms (self->decoder) : -1;

  stop_pause (self);
  if (wait_ms < 0)
    return;
  self->ticks_left = MAX (wait_ms / TICK_MS, 1);
  self->pause = g_timeout_source_new ((guint) (wait_ms / self->ticks_left));
  g_source_set_priority (self->pause, PAUSE_PRIORITY);
  g_source_set_callback (self->pause, on_pause, self, NULL);
  g_source_attach (self->pause, g_main_context_get_thread_default ());
}

static void
take_news (MrScanner *self, const MrInputNews *news)
{
  if (self->decoder != NULL && (news->greeting != NULL || news->state != MR_DEVICE_READY))
    g_clear_pointer (&self->decoder, mr_scan_decoder_free);
  if (news->greeting != NULL)
    {
      const guint8 *kind = g_bytes_get_data (news->greeting, NULL);

      self->decoder = new_decoder (news->greeting, !self->ends_by_pause);
      self->is_hid_pos = kind != NULL && *kind == MR_SCANNER_HID_POS;
    }
  mr_device_set_state (MR_DEVICE (self), news->state, news->reason);
  if (news->bytes == NULL || self->decoder == NULL)
    return;
  mr_scan_decoder_push (self->decoder, g_bytes_get_data (news->bytes, NULL),
                        g_bytes_get_size (news->bytes), news->time_us);
  tell_scans (self);
}

static void
on_news (GObject *object)
{
  MrScanner *self = MR_SCANNER (object);

  while (self->thread != NULL)
    {
      g_autoptr (MrInputNews) news = mr_input_thread_take_news (self->thread);

      if (news == NULL)
        break;
      take_news (self, news);
    }
  if (self->thread != NULL)
    start_pause (self);
}

static void
mr_scanner_dispose (GObject *object)
{
  mr_scanner_close (MR_SCANNER (object));
  G_OBJECT_CLASS (mr_scanner_parent_class)->dispose (object);
}

static void
mr_scanner_finalize (GObject *object)
{
  g_free (MR_SCANNER (object)->location);
  G_OBJECT_CLASS (mr_scanner_parent_class)->finalize (object);
}

static void
mr_scanner_class_init (MrScannerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = mr_scanner_dispose;
  object_class->finalize = mr_scanner_finalize;
  signal_scanned = g_signal_new ("scanned", MR_TYPE_SCANNER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
mr_scanner_init (MrScanner *self)
{
}

static MrInputPort *
new_port (const char *location, GError **error)
{
  if (g_str_has_prefix (location, "usb:"))
    return mr_scanner_usb_new (location + strlen ("usb:"), error);
  if (g_str_has_prefix (location, "serial:"))
    return mr_input_serial_new (location + strlen ("serial:"), error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "\"%s\" is not usb:VVVV:PPPP or serial:PATH", location);
  return NULL;
}

gboolean
mr_scanner_check_location (const char *location, GError **error)
{
  MrInputPort *port = new_port (location, error);

  if (port != NULL)
    port->class->free (port);
  return port != NULL;
}

MrScanner *
mr_scanner_new (const char *location, GError **error)
{
  MrInputPort *port = new_port (location, error);
  MrScanner *self;

  if (port == NULL)
    return NULL;
  self = g_object_new (MR_TYPE_SCANNER, NULL);
  self->location = g_strdup (location);
  self->thread = mr_input_thread_start (port, MR_INPUT_RETRY_MS, G_OBJECT (self), on_news);
  return self;
}

void
mr_scanner_probe (MrScanner *self)
{
  if (self->thread != NULL)
    mr_input_thread_nudge (self->thread);
}

void
mr_scanner_close (MrScanner *self)
{
  stop_pause (self);
  if (self->thread != NULL)
    mr_input_thread_stop (self->thread);
  g_clear_pointer (&self->thread, mr_input_thread_unref);
  g_clear_pointer (&self->decoder, mr_scan_decoder_free);
  mr_device_set_state (MR_DEVICE (self), MR_DEVICE_ABSENT, MR_DEVICE_REASON_CLOSED);
}

const char *
mr_scanner_get_location (MrScanner *self)
{
  return self->location;
}

void
mr_scanner_set_ends_by_pause (MrScanner *self, gboolean ends_by_pause)
{
  self->ends_by_pause = ends_by_pause;
}

gboolean
mr_scanner_ends_by_pause (MrScanner *self)
{
  return self->ends_by_pause;
}

gboolean
mr_scanner_is_hid_pos (MrScanner *self)
{
  return mr_device_get_state (MR_DEVICE (self)) == MR_DEVICE_READY && self->is_hid_pos;
}
