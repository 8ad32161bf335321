/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-status.h"

#define FIXED_BITS 0x93
#define FIXED_REALTIME 0x12
#define FIXED_AUTOMATIC 0x10
/* Of GS r's byte, and of the second to fourth byte of an automatic status. */
#define FIXED_REST_BITS 0x90
#define AUTOMATIC_LENGTH 4

gboolean
mr_status_port_is_paper_out (guint status, gboolean *had_paper)
{
  gboolean is_out = (status & MR_STATUS_PORT_PAPER_OUT) != 0;

  *had_paper |= !is_out;
  return is_out && *had_paper;
}

MrStatusKind
mr_status_parser_push (MrStatusParser *self, guint8 byte)
{
  gboolean is_rest = (byte & FIXED_REST_BITS) == 0;

  if (self->n_bytes > 0 && is_rest)
    {
      self->bytes[self->n_bytes++] = byte;
      if (self->n_bytes < AUTOMATIC_LENGTH)
        return MR_STATUS_NOTHING;
      self->n_bytes = 0;
      return MR_STATUS_AUTOMATIC;
    }
  self->n_bytes = 0;
  self->bytes[0] = byte;
  if (is_rest)
    return MR_STATUS_QUEUED;
  if ((byte & FIXED_BITS) == FIXED_REALTIME)
    return MR_STATUS_REALTIME;
  if ((byte & FIXED_BITS) == FIXED_AUTOMATIC)
    self->n_bytes = 1;
  return MR_STATUS_NOTHING;
}
