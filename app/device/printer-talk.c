/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-talk.h"

#define DLE 0x10
#define EOT 0x04
#define GS 0x1D

#define MAX_TRIES 2
/* Reads in a row, so that a printer that chatters without end is cut short. */
#define MAX_CHATTER 16
/* GS a: that it goes off-line, errors, paper. */
#define AUTOMATIC_STATUS 0x0E
/* How long to wait for the paper before asking whether something is wrong with it. */
#define CONFIRM_STEP_MS 1000

static MrDeviceReason
read_automatic (const guint8 bytes[4])
{
  if ((bytes[0] & MR_STATUS_FIRST_COVER) != 0)
    return MR_DEVICE_REASON_COVER;
  if ((bytes[2] & MR_STATUS_THIRD_PAPER_OUT) != 0)
    return MR_DEVICE_REASON_PAPER;
  return (bytes[1] & MR_STATUS_SECOND_ERROR) != 0 ? MR_DEVICE_REASON_FAULT : MR_DEVICE_REASON_NONE;
}

/* Takes what the printer says within @timeout_ms: the last answer to a question about its status in
 * @answer, if there was one. FALSE when it was silent or hung up. */
static gboolean
listen_once (MrPrinterTalk *self, MrPrinterPort *port, int timeout_ms, int *answer,
             const MrDeviceWait *wait)
{
  guint8 bytes[16];
  int n = port->class->read (port, bytes, sizeof bytes, timeout_ms, wait);

  if (n < 0)
    self->hung_up = TRUE;
  for (int i = 0; i < n; i++)
    switch (mr_status_parser_push (&self->parser, bytes[i]))
      {
      case MR_STATUS_REALTIME:
        *answer = bytes[i];
        break;
      case MR_STATUS_QUEUED:
        self->confirmed = TRUE;
        break;
      case MR_STATUS_AUTOMATIC:
        self->told = read_automatic (self->parser.bytes);
        break;
      case MR_STATUS_NOTHING:
      default:
        break;
      }
  return n > 0;
}

MrDeviceReason
mr_printer_talk_fill_up (MrPrinterTalk *self, MrPrinterPort *port, const MrDeviceWait *wait)
{
  static const guint8 nothing[256];
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  while (self->missing > 0 && reason == MR_DEVICE_REASON_NONE)
    {
      gsize n_taken = 0;

      reason =
          port->class->write (port, nothing, MIN (self->missing, sizeof nothing), &n_taken, wait);
      self->missing -= n_taken;
    }
  return reason;
}

void
mr_printer_talk_forget (MrPrinterTalk *self)
{
  *self = (MrPrinterTalk){ .missing = self->missing };
}

/* −1 when there is no answer. */
static int
ask (MrPrinterTalk *self, MrPrinterPort *port, guint8 question, const MrDeviceWait *wait)
{
  const guint8 bytes[] = { DLE, EOT, question };
  int answer = -1;
  gsize n_taken = 0;
  MrDeviceReason reason;

  /* An old answer must not be taken for the new one. */
  for (int i = 0; i < MAX_CHATTER && listen_once (self, port, 0, &answer, wait); i++)
    continue;
  answer = -1;
  self->is_full = FALSE;
  reason = mr_printer_talk_fill_up (self, port, wait);
  if (reason == MR_DEVICE_REASON_NONE)
    {
      reason = port->class->write (port, bytes, sizeof bytes, &n_taken, wait);
      self->missing = n_taken > 0 && port->class->is_local ? sizeof bytes - n_taken : 0;
    }
  self->is_full = reason == MR_DEVICE_REASON_NO_ANSWER && port->class->is_local;
  if (reason != MR_DEVICE_REASON_NONE)
    return -1;
  for (int i = 0; i < MAX_CHATTER && answer < 0; i++)
    if (!listen_once (self, port, port->timing.answer_ms, &answer, wait))
      break;
  return answer;
}

static MrDeviceReason
get_hung_up (const MrPrinterPort *port)
{
  return port->class->hung_up != MR_DEVICE_REASON_NONE ? port->class->hung_up
                                                       : MR_DEVICE_REASON_DROPPED;
}

static gboolean
has_bit (int answer, int bits)
{
  return answer >= 0 && (answer & bits) != 0;
}

/* FALSE when it does not answer. */
static gboolean
ask_what_is_wrong (MrPrinterTalk *self, MrPrinterPort *port, MrDeviceReason *reason,
                   const MrDeviceWait *wait)
{
  int paper = ask (self, port, MR_STATUS_PAPER, wait);
  /* One that never answered is not asked everything. */
  int cause = paper >= 0 || self->answers ? ask (self, port, MR_STATUS_OFFLINE, wait) : -1;

  if (has_bit (cause, MR_STATUS_OFFLINE_COVER))
    *reason = MR_DEVICE_REASON_COVER;
  else if (has_bit (paper, MR_STATUS_PAPER_OUT) || has_bit (cause, MR_STATUS_OFFLINE_PAPER))
    *reason = MR_DEVICE_REASON_PAPER;
  else if (has_bit (cause, MR_STATUS_OFFLINE_ERROR))
    *reason = MR_DEVICE_REASON_FAULT;
  else
    *reason = MR_DEVICE_REASON_NONE;
  return paper >= 0 || cause >= 0;
}

gboolean
mr_printer_talk_hears (MrPrinterTalk *self, MrPrinterPort *port, const MrDeviceWait *wait)
{
  return self->answers && !port->is_one_way && ask (self, port, MR_STATUS_PRINTER, wait) >= 0;
}

gboolean
mr_printer_talk_is_silent (const MrPrinterTalk *self, const MrPrinterPort *port)
{
  return port->class->read == NULL || port->is_one_way || self->mute;
}

/* What the system knows of one that says nothing itself. */
static MrDeviceReason
look (const MrPrinterTalk *self, MrPrinterPort *port)
{
  return mr_printer_talk_is_silent (self, port) && port->class->look != NULL
             ? port->class->look (port)
             : MR_DEVICE_REASON_NONE;
}

gboolean
mr_printer_talk_keeps_back (MrPrinterTalk *self, MrPrinterPort *port, const MrDeviceWait *wait)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;
  int status;

  if (mr_printer_talk_is_silent (self, port))
    return look (self, port) != MR_DEVICE_REASON_NONE;
  self->hung_up = FALSE;
  status = ask (self, port, MR_STATUS_PRINTER, wait);
  if (status < 0)
    return self->answers;
  self->answers = TRUE;
  /* Some never say that they are off-line, only why. */
  return has_bit (status, MR_STATUS_PRINTER_OFFLINE) ||
         (ask_what_is_wrong (self, port, &reason, wait) && reason != MR_DEVICE_REASON_NONE);
}

/* One that answers is given the time of another till's receipt, if need be. Each try asks twice. */
static int
count_tries (const MrPrinterTalk *self, const MrPrinterPort *port, gboolean is_patient)
{
  int n = port->timing.stall_ms / (2 * MAX (port->timing.answer_ms, 1));

  return self->answers && is_patient ? MAX (n, MAX_TRIES) : MAX_TRIES;
}

/* Asks whatever says something until it is sure. */
static MrDeviceReason
find_out (MrPrinterTalk *self, MrPrinterPort *port, gboolean is_patient, const MrDeviceWait *wait)
{
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;
  MrDeviceReason trouble = MR_DEVICE_REASON_NONE; /* as it was said first */
  int n_tries = count_tries (self, port, is_patient);
  gint64 end_us = g_get_monotonic_time () + (gint64) port->timing.stall_ms * 1000;

  self->hung_up = FALSE;
  for (int i = 0; i < n_tries && !self->hung_up; i++)
    if (ask_what_is_wrong (self, port, &reason, wait))
      {
        self->answers = TRUE;
        /* An answer may have been on its way to somebody else, or to a question given up. */
        if (reason == MR_DEVICE_REASON_NONE || trouble != MR_DEVICE_REASON_NONE)
          return reason;
        trouble = reason;
      }
    else if (self->is_full && self->told != MR_DEVICE_REASON_NONE)
      return self->told;
    else if (mr_device_wait_is_hurried (wait) || (i > 0 && g_get_monotonic_time () >= end_us))
      break;
  if (self->hung_up)
    return get_hung_up (port);
  if (trouble != MR_DEVICE_REASON_NONE)
    return trouble;
  if (self->answers || mr_device_wait_is_hurried (wait))
    return MR_DEVICE_REASON_NO_ANSWER;
  self->mute = TRUE;
  return look (self, port);
}

MrDeviceReason
mr_printer_talk_check (MrPrinterTalk *self, MrPrinterPort *port, gboolean is_patient,
                       const MrDeviceWait *wait)
{
  MrDeviceReason reason = look (self, port);

  if (reason != MR_DEVICE_REASON_NONE || port->class->read == NULL || port->is_one_way)
    return reason;
  if (self->mute)
    {
      if (is_patient)
        return reason;
      /* It may have been off, or with another till. */
      self->hung_up = FALSE;
      self->mute = ask (self, port, MR_STATUS_PRINTER, wait) < 0;
      if (self->mute)
        return self->hung_up ? get_hung_up (port) : reason;
      self->answers = TRUE;
    }
  return find_out (self, port, is_patient, wait);
}

gsize
mr_printer_talk_begin (MrPrinterTalk *self, const MrPrinterPort *port, const guint8 **order)
{
  static const guint8 bytes[] = { GS, 'a', AUTOMATIC_STATUS };

  self->told = MR_DEVICE_REASON_NONE;
  *order = bytes;
  return self->answers && !port->is_one_way ? sizeof bytes : 0;
}

gsize
mr_printer_talk_question (MrPrinterTalk *self, const MrPrinterPort *port, const guint8 **question)
{
  static const guint8 bytes[] = { GS, 'r', 1 };

  self->confirmed = FALSE;
  *question = bytes;
  return self->answers && !self->never_confirms && !port->is_one_way ? sizeof bytes : 0;
}

MrDeviceReason
mr_printer_talk_listen (MrPrinterTalk *self, MrPrinterPort *port, const MrDeviceWait *wait)
{
  int ignored;

  if (port->class->read == NULL || port->is_one_way)
    return MR_DEVICE_REASON_NONE;
  self->hung_up = FALSE;
  for (int i = 0; i < MAX_CHATTER && listen_once (self, port, 0, &ignored, wait); i++)
    continue;
  return self->hung_up ? get_hung_up (port) : self->told;
}

MrDeviceReason
mr_printer_talk_confirm (MrPrinterTalk *self, MrPrinterPort *port, gboolean *confirmed,
                         const MrDeviceWait *wait)
{
  int step_ms = MIN (CONFIRM_STEP_MS, port->timing.stall_ms);
  int n_silent = 0;
  int ignored;
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  *confirmed = FALSE;
  self->hung_up = FALSE;
  for (int waited_ms = 0; reason == MR_DEVICE_REASON_NONE; waited_ms += step_ms)
    {
      /* The answer may have come beside one to another question. */
      if (!self->confirmed)
        listen_once (self, port, step_ms, &ignored, wait);
      *confirmed = self->confirmed;
      if (self->confirmed)
        break;
      if (self->hung_up)
        return get_hung_up (port);
      if (self->told != MR_DEVICE_REASON_NONE)
        return self->told;
      if (mr_device_wait_is_hurried (wait))
        break;
      n_silent = ask_what_is_wrong (self, port, &reason, wait) ? 0 : n_silent + 1;
      if (n_silent == MAX_TRIES)
        return MR_DEVICE_REASON_NO_ANSWER;
      if (n_silent == 0 && waited_ms + step_ms >= port->timing.stall_ms)
        {
          self->never_confirms = reason == MR_DEVICE_REASON_NONE;
          break;
        }
    }
  return reason;
}
