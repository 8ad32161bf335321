/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-flow.h"

#include "device/escpos-rest.h"

/* Small enough that a stuck printer is noticed soon, and for the buffers of USB clones. */
#define CHUNK_BYTES 4096

/* A printer of which it is known how much it took waits for the rest of the last command. */
static void
note_missing (MrPrinterFlow *self, const guint8 *piece, gsize length, gsize n_done)
{
  const MrPrinterPortClass *class = self->port->class;

  if (n_done > 0 && class->is_local && !class->holds_back)
    self->talk.missing = mr_escpos_count_missing (piece, length, n_done);
}

/* Whether nothing has gone out for too long, which is sooner while a drawer waits. */
static gboolean
is_stuck (MrPrinterFlow *self, gint64 last_us)
{
  gint64 patience_ms = mr_device_wait_get_patience (&self->wait, self->port->timing.stall_ms);

  return g_get_monotonic_time () >= last_us + patience_ms * 1000;
}

MrDeviceReason
mr_printer_flow_write (MrPrinterFlow *self, const guint8 *piece, gsize length, gsize end,
                       gsize *n_done)
{
  MrPrinterPort *port = self->port;
  gint64 last_us = g_get_monotonic_time ();

  while (*n_done < end)
    {
      gint64 start_us = g_get_monotonic_time ();
      gsize n_taken = 0;
      MrDeviceReason reason = mr_printer_talk_fill_up (&self->talk, port, &self->wait);

      if (reason == MR_DEVICE_REASON_NONE)
        reason = port->class->write (port, piece + *n_done, MIN (end - *n_done, CHUNK_BYTES),
                                     &n_taken, &self->wait);
      *n_done += n_taken;
      if (n_taken > 0)
        last_us = reason == MR_DEVICE_REASON_NONE ? g_get_monotonic_time () : start_us;
      if (reason == MR_DEVICE_REASON_NO_ANSWER && !is_stuck (self, last_us))
        reason = mr_printer_talk_listen (&self->talk, port, &self->wait);
      if (reason != MR_DEVICE_REASON_NONE)
        {
          note_missing (self, piece, length, *n_done);
          return reason;
        }
    }
  return MR_DEVICE_REASON_NONE;
}

gboolean
mr_printer_flow_unblock (MrPrinterFlow *self)
{
  if (self->port->class->unblock == NULL || !self->port->class->unblock (self->port))
    return FALSE;
  self->talk.missing = 0;
  self->holds_part = FALSE;
  return TRUE;
}
