/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos-rest.h"
#include "device/printer-thread-private.h"

#include <string.h>

/* So often it is looked whether the drawer is to be opened. */
#define STEP_BYTES 4096

static void
set_bytes_went_out (MrPrinterThread *self)
{
  g_mutex_lock (&self->actor.mutex);
  self->bytes_went_out = TRUE;
  g_mutex_unlock (&self->actor.mutex);
}

/* As mr_printer_flow_write (), and notes that bytes of the job under way went out. */
static MrDeviceReason
write_until (MrPrinterThread *self, const guint8 *piece, gsize length, gsize end, gsize *n_done)
{
  gsize before = *n_done;
  MrDeviceReason reason = mr_printer_flow_write (&self->flow, piece, length, end, n_done);

  if (*n_done > before && !self->any_out && !self->flow.port->class->holds_back)
    {
      self->any_out = TRUE;
      set_bytes_went_out (self);
    }
  return reason;
}

/* The drawer that waits, if it can be opened in the middle of the job under way. (unowned) (nullable) */
static MrPrinterJob *
peek_kick (MrPrinterThread *self)
{
  MrPrinterJob *job;

  g_mutex_lock (&self->actor.mutex);
  job = self->is_kicking || self->kick_waits ? NULL : g_queue_peek_head (&self->kicks);
  g_mutex_unlock (&self->actor.mutex);
  return job != NULL && job->now != NULL && self->flow.talk.answers ? job : NULL;
}

/* Between two commands. Only when the printer hears, or it would go behind what that does not take. */
static MrDeviceReason
open_drawer_between (MrPrinterThread *self, MrPrinterJob *job)
{
  MrPrinterFlow *flow = &self->flow;
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;
  gsize length;
  const guint8 *now = g_bytes_get_data (job->now, &length);
  gsize n_done = 0;

  if (mr_printer_talk_hears (&flow->talk, flow->port, &flow->wait))
    reason = mr_printer_flow_write (flow, now, length, length, &n_done);
  self->kick_waits = n_done == 0;
  if (self->kick_waits)
    return MR_DEVICE_REASON_NONE;
  g_mutex_lock (&self->actor.mutex);
  g_queue_pop_head (&self->kicks);
  g_mutex_unlock (&self->actor.mutex);
  mr_printer_thread_post (self, (MrPrinterNews){ .serial = job->serial,
                                                 .outcome = n_done == length ? MR_PRINT_SENT
                                                                             : MR_PRINT_CUT_SHORT,
                                                 .reason = reason });
  mr_printer_job_free (job);
  return reason;
}

/* A whole piece of the job under way, step by step while a drawer may want to go between. */
static MrDeviceReason
write_piece (MrPrinterThread *self, const guint8 *piece, gsize length)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;
  gsize n_done = 0;

  while (n_done < length && reason == MR_DEVICE_REASON_NONE)
    {
      gsize end = MIN (n_done + STEP_BYTES, length);
      MrPrinterJob *kick = peek_kick (self);

      if (kick != NULL)
        end = MIN (n_done + mr_escpos_count_missing (piece, length, n_done), length);
      if (kick != NULL && end == n_done)
        reason = open_drawer_between (self, kick);
      else
        reason = write_until (self, piece, length, end, &n_done);
    }
  return reason;
}

/* Waits until the printer says that everything is on paper, if it ever does. */
static MrDeviceReason
confirm_job (MrPrinterThread *self, gboolean *confirmed)
{
  const guint8 *question;
  gsize n = mr_printer_talk_question (&self->flow.talk, self->flow.port, &question);
  MrDeviceReason reason = write_piece (self, question, n);
  MrPrinterJob *kick = NULL;

  if (n == 0)
    return reason;
  while (reason == MR_DEVICE_REASON_NONE && !*confirmed)
    {
      reason =
          mr_printer_talk_confirm (&self->flow.talk, self->flow.port, confirmed, &self->flow.wait);
      kick = *confirmed || reason != MR_DEVICE_REASON_NONE ? NULL : peek_kick (self);
      if (kick == NULL)
        break;
      reason = open_drawer_between (self, kick);
    }
  return reason;
}

static MrDeviceReason
write_receipt (MrPrinterThread *self, const MrPrinterJob *job)
{
  static const guint8 start[] = { 0x1B, '@' };
  gsize length;
  const guint8 *data = g_bytes_get_data (job->bytes, &length);
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  if (length > sizeof start && memcmp (data, start, sizeof start) == 0)
    {
      const guint8 *order;
      gsize n = mr_printer_talk_begin (&self->flow.talk, self->flow.port, &order);

      reason = write_piece (self, data, sizeof start);
      if (reason == MR_DEVICE_REASON_NONE)
        reason = write_piece (self, order, n);
      data += sizeof start;
      length -= sizeof start;
    }
  return reason == MR_DEVICE_REASON_NONE ? write_piece (self, data, length) : reason;
}

/* What waits behind a receipt that is stuck, or in a printer that is off-line, would open the drawer when
 * somebody puts paper in. */
static MrDeviceReason
write_kick (MrPrinterThread *self, const MrPrinterJob *job)
{
  MrPrinterFlow *flow = &self->flow;
  gboolean at_once =
      job->now != NULL &&
      (flow->holds_part || mr_printer_talk_keeps_back (&flow->talk, flow->port, &flow->wait));
  gsize length;
  const guint8 *data = g_bytes_get_data (at_once ? job->now : job->bytes, &length);

  return write_piece (self, data, length);
}

static MrDeviceReason
open_and_kick (MrPrinterThread *self, const MrPrinterJob *job)
{
  MrPrinterFlow *flow = &self->flow;
  MrPrinterPort *port = flow->port;
  MrDeviceReason reason;

  /* What was printed must be known to be, or the buffer may hold more than the receipt that comes again. */
  if (flow->holds_part && port->class->unblock != NULL && flow->talk.answers &&
      !flow->talk.never_confirms)
    self->kick_limit_ms = MAX (1, self->timing.kick_patience_ms);
  reason = mr_printer_thread_open (self, job->id);
  if (reason == MR_DEVICE_REASON_NONE)
    reason = write_kick (self, job);
  /* It takes nothing, and may have told why. */
  if (reason != MR_DEVICE_REASON_NONE &&
      (reason == MR_DEVICE_REASON_NO_ANSWER || reason == flow->talk.told) &&
      self->kick_limit_ms > 0 && !self->any_out)
    {
      self->kick_limit_ms = 0;
      mr_printer_flow_unblock (flow);
      reason = write_kick (self, job);
    }
  self->kick_limit_ms = 0;
  return reason;
}

/* A printer that stopped taking data cannot be asked why on the same connection. */
static MrDeviceReason
find_out_why_stuck (MrPrinterThread *self)
{
  MrDeviceReason reason;

  if (!self->flow.talk.answers)
    return MR_DEVICE_REASON_NO_ANSWER;
  reason = mr_printer_thread_check (self, TRUE);
  return reason == MR_DEVICE_REASON_NONE ? MR_DEVICE_REASON_NO_ANSWER : reason;
}

static MrDeviceReason
open_and_print (MrPrinterThread *self, const MrPrinterJob *job, gboolean *confirmed)
{
  MrPrinterFlow *flow = &self->flow;
  MrDeviceReason reason = mr_printer_thread_open (self, job->id);

  if (reason == MR_DEVICE_REASON_NONE)
    reason = mr_printer_talk_check (&flow->talk, flow->port, TRUE, &flow->wait);
  if (reason == MR_DEVICE_REASON_NONE)
    flow->holds_part = FALSE;
  if (reason == MR_DEVICE_REASON_NONE)
    reason = write_receipt (self, job);
  if (reason == MR_DEVICE_REASON_NONE)
    reason = confirm_job (self, confirmed);
  flow->holds_part |= reason != MR_DEVICE_REASON_NONE && self->any_out;
  return reason;
}

MrDeviceReason
mr_printer_thread_run_job (MrPrinterThread *self, const MrPrinterJob *job, gboolean *confirmed)
{
  MrPrinterPort *port = self->flow.port;
  MrDeviceReason reason;

  self->any_out = FALSE;
  self->kick_waits = FALSE;
  /* The drawer does not care about paper. */
  reason = job->is_kick ? open_and_kick (self, job) : open_and_print (self, job, confirmed);
  if (reason == MR_DEVICE_REASON_NONE)
    reason = port->class->finish (port, &self->flow.wait);
  port->class->close (port);
  if (reason == MR_DEVICE_REASON_NO_ANSWER && mr_device_wait_is_hurried (&self->flow.wait))
    return MR_DEVICE_REASON_OVERTAKEN;
  if (reason == MR_DEVICE_REASON_NO_ANSWER && self->any_out)
    return find_out_why_stuck (self);
  return reason;
}
