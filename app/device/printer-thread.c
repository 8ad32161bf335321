/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-thread-private.h"

#include <poll.h>
#include <string.h>

void
mr_printer_job_free (MrPrinterJob *job)
{
  g_free (job->id);
  g_bytes_unref (job->bytes);
  g_clear_pointer (&job->now, g_bytes_unref);
  g_free (job);
}

static void
free_thread (gpointer user)
{
  MrPrinterThread *self = user;

  g_queue_clear_full (&self->kicks, (GDestroyNotify) mr_printer_job_free);
  g_queue_clear_full (&self->receipts, (GDestroyNotify) mr_printer_job_free);
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
  else if (self->is_kicking && self->kick_limit_ms > 0)
    limit_ms = self->kick_limit_ms;
  g_mutex_unlock (&self->actor.mutex);
  return limit_ms;
}

void
mr_printer_thread_post (MrPrinterThread *self, MrPrinterNews news)
{
  g_mutex_lock (&self->actor.mutex);
  mr_actor_post_locked (&self->actor, g_memdup2 (&news, sizeof news));
  /* In one step with the news: closing must find a job either under way or ended. */
  if (news.serial == self->current)
    self->current = 0;
  g_mutex_unlock (&self->actor.mutex);
}

static void
post_state (MrPrinterThread *self, MrDeviceState state, MrDeviceReason reason)
{
  const MrPrinterPort *port = self->flow.port;
  MrPrinterNews news = { .state = state, .reason = reason };

  self->state = state;
  self->reason = reason;
  /* What holds back is no printer, and has no paper. */
  news.is_silent = !port->class->holds_back && mr_printer_talk_is_silent (&self->flow.talk, port);
  mr_printer_thread_post (self, news);
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
    {
      mr_printer_talk_forget (&self->flow.talk);
      self->flow.holds_part = FALSE;
    }
  post_state (self,
              self->was_ready && mr_device_reason_means_gone (reason) ? MR_DEVICE_GONE
                                                                      : MR_DEVICE_TROUBLE,
              reason);
}

MrDeviceReason
mr_printer_thread_open (MrPrinterThread *self, const char *job_id)
{
  MrPrinterPort *port = self->flow.port;
  MrDeviceReason reason = port->class->open (port, job_id, &self->flow.wait);

  g_mutex_lock (&self->actor.mutex);
  if (g_strcmp0 (self->name, port->name) != 0)
    {
      g_free (self->name);
      self->name = g_strdup (port->name);
    }
  g_mutex_unlock (&self->actor.mutex);
  return reason;
}

MrDeviceReason
mr_printer_thread_check (MrPrinterThread *self, gboolean is_patient)
{
  MrPrinterPort *port = self->flow.port;
  MrDeviceReason reason = mr_printer_thread_open (self, NULL);

  if (reason == MR_DEVICE_REASON_NONE)
    reason = mr_printer_talk_check (&self->flow.talk, port, is_patient, &self->flow.wait);
  if (reason == MR_DEVICE_REASON_NONE && self->flow.talk.answers)
    self->flow.holds_part = FALSE;
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
  reason = mr_printer_thread_check (self, FALSE);
  was_doubtful = self->is_doubtful;
  self->is_doubtful = self->state == MR_DEVICE_READY && !self->flow.port->class->is_local &&
                      mr_device_reason_means_gone (reason) && !was_doubtful;
  if (self->is_doubtful)
    return;
  /* Hurried away by a job, it says nothing about the printer. */
  if (reason == MR_DEVICE_REASON_NONE || !mr_device_wait_is_hurried (&self->flow.wait))
    settle_state (self, reason);
}

static void
do_job (MrPrinterThread *self, const MrPrinterJob *job)
{
  MrDeviceState state_before = self->state;
  MrDeviceReason reason_before = self->reason;
  gboolean confirmed = FALSE;
  MrPrinterNews news = { .serial = job->serial };

  self->is_doubtful = FALSE;
  /* The drawer is no reason to take back for a moment that there is no paper. */
  if (!job->is_kick || state_before == MR_DEVICE_READY)
    post_state (self, MR_DEVICE_BUSY, MR_DEVICE_REASON_NONE);
  news.reason = mr_printer_thread_run_job (self, job, &confirmed);
  if (news.reason != MR_DEVICE_REASON_NONE)
    news.outcome = self->any_out ? MR_PRINT_CUT_SHORT : MR_PRINT_NOT_STARTED;
  else
    news.outcome = confirmed ? MR_PRINT_CONFIRMED : MR_PRINT_SENT;
  if (!job->is_kick)
    self->swallows = self->any_out && news.reason == MR_DEVICE_REASON_NO_ANSWER;
  mr_printer_thread_post (self, news);
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
    pause_ms = self->timing.probe_ready_ms / (self->flow.port->class->is_local ? 6 : 1);
  if (self->is_doubtful)
    pause_ms = self->timing.probe_trouble_ms;
  return pause_ms > 0 ? pause_ms : -1;
}

/* The next job; NULL to look at the printer. */
static MrPrinterJob *
take_job (MrPrinterThread *self)
{
  MrPrinterJob *job = g_queue_pop_head (&self->kicks);

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

  if (is_late && self->state != MR_DEVICE_READY &&
      (self->swallows || !self->flow.port->class->is_local))
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

  if (self->flow.port->class->watch != NULL)
    self->flow.port->class->watch (self->flow.port, on_port_changed, self);
  while (goes_on)
    {
      MrPrinterJob *job;
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
          mr_printer_job_free (job);
        }
      else if (wants_probe)
        probe (self);
      else /* closing may have woken what is over by now, and wakes but once */
        goes_on = !is_closing && rest (self);
    }
  /* Letting go of a device may take a moment: not on the thread that closes it. */
  g_clear_pointer (&self->flow.port, mr_printer_port_free);
}

MrPrinterThread *
mr_printer_thread_start (MrPrinterPort *port, GObject *printer, MrPrinterNewsFunc on_news)
{
  MrPrinterThread *self = g_new0 (MrPrinterThread, 1);

  mr_actor_init (&self->actor, printer, on_news, g_free, free_thread);
  self->flow.port = port;
  self->timing = port->timing;
  self->pause_ms = port->timing.probe_trouble_ms;
  self->flow.wait = (MrDeviceWait){ self->actor.wake_fd, hurry, self };
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
                           gboolean is_kick, GBytes *now)
{
  MrPrinterJob *job = g_new0 (MrPrinterJob, 1);

  job->serial = serial;
  job->id = g_strdup (id);
  job->bytes = g_bytes_ref (bytes);
  job->now = now != NULL ? g_bytes_ref (now) : NULL;
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
