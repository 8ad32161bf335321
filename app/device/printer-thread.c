/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-thread.h"

#include "device/actor.h"
#include "device/escpos-rest.h"
#include "device/printer-talk.h"

#include <poll.h>
#include <string.h>

/* Small enough that a stuck printer is noticed soon, and for the buffers of USB clones. */
#define CHUNK_BYTES 4096

typedef struct
{
  guint64 serial;
  char *id; /* (owned) */
  GBytes *bytes; /* (owned) */
  gboolean is_kick;
} Job;

struct _MrPrinterThread
{
  MrActor actor; /* its news: MrPrinterNews */

  /* Under the mutex: */
  GQueue kicks; /* (owned): Job */
  GQueue receipts; /* (owned): Job */
  gboolean wants_probe;
  gboolean is_kicking; /* the job under way, if any, opens the drawer */
  char *name; /* (owned) (nullable): what the printer calls itself */
  guint64 current; /* serial of the job under way, 0 for none */
  gboolean bytes_went_out; /* of the job under way */

  /* The thread's alone: */
  MrPrinterPort *port; /* (owned) */
  MrPrinterTiming timing;
  MrPrinterTalk talk;
  MrDeviceWait wait;
  MrDeviceState state;
  MrDeviceReason reason;
  gboolean was_ready;
  gboolean is_doubtful; /* was ready, and did not answer once: it may be serving another till */
  gboolean swallows; /* takes connections, but the last job got stuck, and it never says why */
  int pause_ms; /* until the next look at a printer in trouble */
};

static void
job_free (Job *job)
{
  g_free (job->id);
  g_bytes_unref (job->bytes);
  g_free (job);
}

static void
free_thread (gpointer user)
{
  MrPrinterThread *self = user;

  g_queue_clear_full (&self->kicks, (GDestroyNotify) job_free);
  g_queue_clear_full (&self->receipts, (GDestroyNotify) job_free);
  g_free (self->name);
  g_free (self);
}

static int
hurry (gpointer user)
{
  MrPrinterThread *self = user;
  int limit_ms = -1;

  mr_actor_clear_wake (&self->actor);
  g_mutex_lock (&self->actor.mutex);
  if (self->actor.is_closing)
    limit_ms = 0;
  else if (!self->is_kicking && (!g_queue_is_empty (&self->kicks) ||
                                 (self->current == 0 && !g_queue_is_empty (&self->receipts))))
    limit_ms = MAX (1, self->timing.kick_patience_ms);
  g_mutex_unlock (&self->actor.mutex);
  return limit_ms;
}

static void
post (MrPrinterThread *self, MrPrinterNews news)
{
  g_mutex_lock (&self->actor.mutex);
  mr_actor_post_locked (&self->actor, g_memdup2 (&news, sizeof news));
  /* In one step with the news: closing must find a job either under way or ended. */
  if (news.serial != 0)
    self->current = 0;
  g_mutex_unlock (&self->actor.mutex);
}

static void
post_state (MrPrinterThread *self, MrDeviceState state, MrDeviceReason reason)
{
  self->state = state;
  self->reason = reason;
  post (self, (MrPrinterNews){ .state = state, .reason = reason });
}

static void
settle_state (MrPrinterThread *self, MrDeviceReason reason)
{
  if (reason == MR_DEVICE_REASON_NONE)
    {
      self->was_ready = TRUE;
      /* That a stuck printer can be reached does not mean that the next receipt fares better. */
      if (!self->swallows)
        self->pause_ms = self->timing.probe_trouble_ms;
      post_state (self, MR_DEVICE_READY, reason);
      return;
    }
  /* Another printer may have been put in its place. */
  if (mr_device_reason_means_gone (reason))
    mr_printer_talk_forget (&self->talk);
  post_state (self,
              self->was_ready && mr_device_reason_means_gone (reason) ? MR_DEVICE_GONE
                                                                      : MR_DEVICE_TROUBLE,
              reason);
}

static MrDeviceReason
open_port (MrPrinterThread *self, const char *job_id)
{
  MrDeviceReason reason = self->port->class->open (self->port, job_id, &self->wait);

  g_mutex_lock (&self->actor.mutex);
  if (g_strcmp0 (self->name, self->port->name) != 0)
    {
      g_free (self->name);
      self->name = g_strdup (self->port->name);
    }
  g_mutex_unlock (&self->actor.mutex);
  return reason;
}

static MrDeviceReason
look_at_printer (MrPrinterThread *self, gboolean is_patient)
{
  MrPrinterPort *port = self->port;
  MrDeviceReason reason = open_port (self, NULL);

  if (reason == MR_DEVICE_REASON_NONE)
    reason = mr_printer_talk_check (&self->talk, port, is_patient, &self->wait);
  port->class->close (port);
  return reason;
}

static void
probe (MrPrinterThread *self)
{
  MrDeviceReason reason;
  gboolean was_doubtful;

  if (self->state == MR_DEVICE_ABSENT)
    post_state (self, MR_DEVICE_OPENING, MR_DEVICE_REASON_NONE);
  reason = look_at_printer (self, FALSE);
  was_doubtful = self->is_doubtful;
  self->is_doubtful = self->state == MR_DEVICE_READY && !self->port->class->is_local &&
                      mr_device_reason_means_gone (reason) && !was_doubtful;
  if (self->is_doubtful)
    return;
  /* Hurried away by a job, it says nothing about the printer. */
  if (reason == MR_DEVICE_REASON_NONE || !mr_device_wait_is_hurried (&self->wait))
    settle_state (self, reason);
}

static void
set_bytes_went_out (MrPrinterThread *self)
{
  g_mutex_lock (&self->actor.mutex);
  self->bytes_went_out = TRUE;
  g_mutex_unlock (&self->actor.mutex);
}

/* Commands, of which all or a part went out: a printer of which it is known how much it took waits for the
 * rest of the last. */
static void
note_missing (MrPrinterThread *self, const guint8 *data, gsize length, gsize done)
{
  if (done > 0 && self->port->class->is_local && !self->port->class->holds_back)
    self->talk.missing = mr_escpos_count_missing (data, length, done);
}

/* All of @data, from where it was whenever the port takes no more for a while, unless the printer says
 * why, or nothing has gone out for too long. */
static MrDeviceReason
write_all (MrPrinterThread *self, const guint8 *data, gsize length, gboolean *any_out)
{
  MrPrinterPort *port = self->port;
  gint64 last_us = g_get_monotonic_time ();
  gsize done = 0;

  while (done < length)
    {
      gint64 start_us = g_get_monotonic_time ();
      gsize n_taken = 0;
      MrDeviceReason reason = mr_printer_talk_fill_up (&self->talk, port, &self->wait);

      if (reason == MR_DEVICE_REASON_NONE)
        reason = port->class->write (port, data + done, MIN (length - done, CHUNK_BYTES), &n_taken,
                                     &self->wait);
      done += n_taken;
      if (n_taken > 0)
        last_us = reason == MR_DEVICE_REASON_NONE ? g_get_monotonic_time () : start_us;
      if (n_taken > 0 && !*any_out && !port->class->holds_back)
        {
          *any_out = TRUE;
          set_bytes_went_out (self);
        }
      if (reason == MR_DEVICE_REASON_NO_ANSWER && !mr_device_wait_is_hurried (&self->wait) &&
          g_get_monotonic_time () < last_us + (gint64) self->timing.stall_ms * 1000)
        reason = mr_printer_talk_listen (&self->talk, port, &self->wait);
      if (reason != MR_DEVICE_REASON_NONE)
        {
          note_missing (self, data, length, done);
          return reason;
        }
    }
  return MR_DEVICE_REASON_NONE;
}

/* Waits until the printer says that everything is on paper, if it ever does. */
static MrDeviceReason
confirm_job (MrPrinterThread *self, gboolean *any_out, gboolean *confirmed)
{
  const guint8 *question;
  gsize n = mr_printer_talk_question (&self->talk, self->port, &question);
  MrDeviceReason reason = write_all (self, question, n, any_out);

  if (n == 0 || reason != MR_DEVICE_REASON_NONE)
    return reason;
  return mr_printer_talk_confirm (&self->talk, self->port, confirmed, &self->wait);
}

static MrDeviceReason
write_job (MrPrinterThread *self, const Job *job, gboolean *any_out)
{
  static const guint8 start[] = { 0x1B, '@' };
  gsize length;
  const guint8 *data = g_bytes_get_data (job->bytes, &length);
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  if (!job->is_kick && length > sizeof start && memcmp (data, start, sizeof start) == 0)
    {
      const guint8 *order;
      gsize n = mr_printer_talk_begin (&self->talk, self->port, &order);

      reason = write_all (self, data, sizeof start, any_out);
      if (reason == MR_DEVICE_REASON_NONE)
        reason = write_all (self, order, n, any_out);
      data += sizeof start;
      length -= sizeof start;
    }
  return reason == MR_DEVICE_REASON_NONE ? write_all (self, data, length, any_out) : reason;
}

/* A printer that stopped taking data cannot be asked why on the same connection. */
static MrDeviceReason
find_out_why_stuck (MrPrinterThread *self)
{
  MrDeviceReason reason;

  if (!self->talk.answers)
    return MR_DEVICE_REASON_NO_ANSWER;
  reason = look_at_printer (self, TRUE);
  return reason == MR_DEVICE_REASON_NONE ? MR_DEVICE_REASON_NO_ANSWER : reason;
}

static MrDeviceReason
run_job (MrPrinterThread *self, const Job *job, gboolean *any_out, gboolean *confirmed)
{
  MrPrinterPort *port = self->port;
  MrDeviceReason reason = open_port (self, job->id);

  /* The drawer does not care about paper. */
  if (reason == MR_DEVICE_REASON_NONE && !job->is_kick)
    reason = mr_printer_talk_check (&self->talk, port, TRUE, &self->wait);
  if (reason == MR_DEVICE_REASON_NONE)
    reason = write_job (self, job, any_out);
  if (reason == MR_DEVICE_REASON_NONE && !job->is_kick)
    reason = confirm_job (self, any_out, confirmed);
  if (reason == MR_DEVICE_REASON_NONE)
    reason = port->class->finish (port, &self->wait);
  port->class->close (port);
  if (reason == MR_DEVICE_REASON_NO_ANSWER && mr_device_wait_is_hurried (&self->wait))
    return MR_DEVICE_REASON_OVERTAKEN;
  if (reason == MR_DEVICE_REASON_NO_ANSWER && *any_out)
    return find_out_why_stuck (self);
  return reason;
}

static void
do_job (MrPrinterThread *self, const Job *job)
{
  MrDeviceState state_before = self->state;
  MrDeviceReason reason_before = self->reason;
  gboolean any_out = FALSE;
  gboolean confirmed = FALSE;
  MrPrinterNews news = { .serial = job->serial };

  self->is_doubtful = FALSE;
  /* The drawer is no reason to take back for a moment that there is no paper. */
  if (!job->is_kick || state_before == MR_DEVICE_READY)
    post_state (self, MR_DEVICE_BUSY, MR_DEVICE_REASON_NONE);
  news.reason = run_job (self, job, &any_out, &confirmed);
  if (news.reason != MR_DEVICE_REASON_NONE)
    news.outcome = any_out ? MR_PRINT_CUT_SHORT : MR_PRINT_NOT_STARTED;
  else
    news.outcome = confirmed ? MR_PRINT_CONFIRMED : MR_PRINT_SENT;
  if (!job->is_kick)
    self->swallows = any_out && news.reason == MR_DEVICE_REASON_NO_ANSWER;
  post (self, news);
  /* That the drawer opened does not put paper in, nor does what gave way to it say anything of the printer. */
  if ((job->is_kick && news.reason == MR_DEVICE_REASON_NONE && reason_before != news.reason) ||
      news.reason == MR_DEVICE_REASON_OVERTAKEN)
    post_state (self, state_before, reason_before);
  else
    settle_state (self, news.reason);
}

/* When to look again; −1 for never. */
static int
get_pause_ms (const MrPrinterThread *self)
{
  int pause_ms = self->pause_ms;

  if (self->state == MR_DEVICE_READY)
    pause_ms = self->timing.probe_ready_ms / (self->port->class->is_local ? 6 : 1);
  if (self->is_doubtful)
    pause_ms = self->timing.probe_trouble_ms;
  return pause_ms > 0 ? pause_ms : -1;
}

/* The next job; NULL to look at the printer. */
static Job *
take_job (MrPrinterThread *self)
{
  Job *job = g_queue_pop_head (&self->kicks);

  if (job == NULL)
    job = g_queue_pop_head (&self->receipts);
  self->current = job != NULL ? job->serial : 0;
  self->is_kicking = job != NULL && job->is_kick;
  self->bytes_went_out = FALSE;
  return job;
}

/* FALSE when the printer is being closed. */
static gboolean
rest (MrPrinterThread *self)
{
  struct pollfd fds[] = { { self->actor.wake_fd, POLLIN, 0 } };
  gboolean is_late = poll (fds, G_N_ELEMENTS (fds), get_pause_ms (self)) == 0;

  if (is_late && self->state != MR_DEVICE_READY && (self->swallows || !self->port->class->is_local))
    self->pause_ms = MIN (self->pause_ms * 2, MAX (self->timing.probe_ready_ms, 1));
  g_mutex_lock (&self->actor.mutex);
  self->wants_probe |= is_late;
  g_mutex_unlock (&self->actor.mutex);
  return hurry (self) != 0;
}

static void
on_port_changed (gpointer user)
{
  mr_printer_thread_look (user);
}

static void
run (gpointer user)
{
  MrPrinterThread *self = user;
  gboolean goes_on = TRUE;

  if (self->port->class->watch != NULL)
    self->port->class->watch (self->port, on_port_changed, self);
  while (goes_on)
    {
      Job *job;
      gboolean wants_probe;
      gboolean is_closing;

      g_mutex_lock (&self->actor.mutex);
      is_closing = self->actor.is_closing;
      job = is_closing ? NULL : take_job (self);
      wants_probe = self->wants_probe && job == NULL && !is_closing;
      if (job == NULL)
        self->wants_probe = FALSE;
      g_mutex_unlock (&self->actor.mutex);
      if (job != NULL)
        {
          do_job (self, job);
          job_free (job);
        }
      else if (wants_probe)
        probe (self);
      else /* closing may have woken what is over by now, and wakes but once */
        goes_on = !is_closing && rest (self);
    }
  /* Letting go of a device may take a moment: not on the thread that closes it. */
  g_clear_pointer (&self->port, mr_printer_port_free);
}

MrPrinterThread *
mr_printer_thread_start (MrPrinterPort *port, GObject *printer, MrPrinterNewsFunc on_news)
{
  MrPrinterThread *self = g_new0 (MrPrinterThread, 1);

  mr_actor_init (&self->actor, printer, on_news, g_free, free_thread);
  self->port = port;
  self->timing = port->timing;
  self->pause_ms = port->timing.probe_trouble_ms;
  self->wait = (MrDeviceWait){ self->actor.wake_fd, hurry, self };
  self->wants_probe = TRUE;
  mr_actor_start (&self->actor, "printer", run);
  return self;
}

void
mr_printer_thread_stop (MrPrinterThread *self)
{
  mr_actor_stop (&self->actor);
}

void
mr_printer_thread_unref (MrPrinterThread *self)
{
  mr_actor_unref (&self->actor);
}

void
mr_printer_thread_add_job (MrPrinterThread *self, guint64 serial, const char *id, GBytes *bytes,
                           gboolean is_kick)
{
  Job *job = g_new0 (Job, 1);

  job->serial = serial;
  job->id = g_strdup (id);
  job->bytes = g_bytes_ref (bytes);
  job->is_kick = is_kick;
  g_mutex_lock (&self->actor.mutex);
  g_queue_push_tail (is_kick ? &self->kicks : &self->receipts, job);
  g_mutex_unlock (&self->actor.mutex);
  mr_actor_wake (&self->actor);
}

void
mr_printer_thread_look (MrPrinterThread *self)
{
  g_mutex_lock (&self->actor.mutex);
  self->wants_probe = TRUE;
  g_mutex_unlock (&self->actor.mutex);
  mr_actor_wake (&self->actor);
}

char *
mr_printer_thread_dup_name (MrPrinterThread *self)
{
  char *name;

  g_mutex_lock (&self->actor.mutex);
  name = g_strdup (self->name);
  g_mutex_unlock (&self->actor.mutex);
  return name;
}

gboolean
mr_printer_thread_take_news (MrPrinterThread *self, MrPrinterNews *news)
{
  g_autofree MrPrinterNews *oldest = mr_actor_take_news (&self->actor);

  if (oldest == NULL)
    return FALSE;
  *news = *oldest;
  return TRUE;
}

gboolean
mr_printer_thread_get_current (MrPrinterThread *self, guint64 *serial, gboolean *bytes_went_out)
{
  gboolean is_all_told;

  g_mutex_lock (&self->actor.mutex);
  *serial = self->current;
  *bytes_went_out = self->bytes_went_out;
  is_all_told = g_queue_is_empty (&self->actor.news);
  g_mutex_unlock (&self->actor.mutex);
  return is_all_told;
}
