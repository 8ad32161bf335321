/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scan-decoder.h"

/* No barcode is longer: a QR code holds 7089 digits. */
#define MAX_CODE_BYTES 8192

MrScanDecoder *
mr_scan_decoder_alloc (gsize size, const MrScanDecoderClass *class, guint pause_ms)
{
  MrScanDecoder *self = g_malloc0 (size);

  self->class = class;
  self->pause_ms = pause_ms;
  self->held = g_byte_array_new ();
  g_queue_init (&self->scans);
  return self;
}

void
mr_scan_decoder_free (MrScanDecoder *self)
{
  g_queue_clear_full (&self->scans, (GDestroyNotify) mr_scan_free);
  g_byte_array_unref (self->held);
  g_free (self);
}

void
mr_scan_decoder_hold (MrScanDecoder *self, const void *bytes, gsize length)
{
  if (self->held->len + length > MAX_CODE_BYTES)
    self->is_spoilt = TRUE;
  else
    g_byte_array_append (self->held, bytes, (guint) length);
}

void
mr_scan_decoder_drop (MrScanDecoder *self)
{
  g_byte_array_set_size (self->held, 0);
  self->is_spoilt = FALSE;
}

void
mr_scan_decoder_spoil (MrScanDecoder *self)
{
  /* Something is held, so that a pause ends it. */
  g_byte_array_set_size (self->held, 1);
  self->is_spoilt = TRUE;
}

void
mr_scan_decoder_terminate (MrScanDecoder *self)
{
  if (self->held->len > 0)
    self->is_patient = TRUE;
  mr_scan_decoder_finish (self);
}

static guint
get_pause_ms (const MrScanDecoder *self)
{
  return self->is_patient ? MAX (self->pause_ms, MR_SCAN_PAUSE_LONG_MS) : self->pause_ms;
}

static void
end_at_pause (MrScanDecoder *self)
{
  if (self->held->len > 0 && !self->is_spoilt)
    self->is_patient = FALSE;
  self->class->end (self);
}

void
mr_scan_decoder_finish (MrScanDecoder *self)
{
  MrScan *scan = NULL;

  if (self->held->len > 0 && !self->is_spoilt)
    scan = mr_scan_new ((const char *) self->held->data, self->held->len);
  if (scan != NULL)
    g_queue_push_tail (&self->scans, scan);
  mr_scan_decoder_drop (self);
}

/* Where nothing but a pause ends a code, one between two reads does. A long one may be the computer's: who waits for
 * it counts only the time in which it ran. */
static gboolean
was_pause (const MrScanDecoder *self, gint64 time_us)
{
  gint64 pause_ms = get_pause_ms (self);

  return self->held->len > 0 && pause_ms < MR_SCAN_PAUSE_LONG_MS &&
         time_us - self->last_us > pause_ms * 1000;
}

void
mr_scan_decoder_push (MrScanDecoder *self, const guint8 *bytes, gsize length, gint64 time_us)
{
  if (was_pause (self, time_us))
    end_at_pause (self);
  self->last_us = time_us;
  self->class->push (self, bytes, length);
}

int
mr_scan_decoder_get_wait_ms (const MrScanDecoder *self)
{
  return self->held->len > 0 ? (int) get_pause_ms (self) : -1;
}

void
mr_scan_decoder_end (MrScanDecoder *self)
{
  end_at_pause (self);
}

MrScan *
mr_scan_decoder_pop (MrScanDecoder *self)
{
  return g_queue_pop_head (&self->scans);
}

static void
push_stream (MrScanDecoder *self, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '\r' || bytes[i] == '\n')
      mr_scan_decoder_terminate (self);
    else
      mr_scan_decoder_hold (self, bytes + i, 1);
}

MrScanDecoder *
mr_scan_decoder_new_stream (gboolean is_patient)
{
  static const MrScanDecoderClass class = { push_stream, mr_scan_decoder_finish };
  MrScanDecoder *self = mr_scan_decoder_alloc (sizeof (MrScanDecoder), &class, MR_SCAN_PAUSE_MS);

  self->is_patient = is_patient;
  return self;
}

gboolean
mr_scan_decoder_is_patient (const MrScanDecoder *self)
{
  return self->is_patient;
}
