/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/later.h"

/* Nobody turned away for so long, and what was measured is forgotten: the crowd is over. */
#define PAUSE_US (10 * G_TIME_SPAN_SECOND)
/* Until so many were answered in the crowd, an answer is taken to cost this. */
#define MEASURED_FROM 50
#define GUESS_US 5000

void
mr_later_init (MrLater *self)
{
  *self = (MrLater){ 0 };
  g_mutex_init (&self->mutex);
}

void
mr_later_clear (MrLater *self)
{
  g_mutex_clear (&self->mutex);
}

void
mr_later_count_answered (MrLater *self)
{
  g_mutex_lock (&self->mutex);
  self->n_answered++;
  g_mutex_unlock (&self->mutex);
}

gint64
mr_later_give_turn (MrLater *self, gint64 now_us)
{
  gint64 each_us = GUESS_US, wait_us;

  g_mutex_lock (&self->mutex);
  if (self->last_us == 0 || now_us - self->last_us > PAUSE_US)
    {
      self->busy_since_us = now_us;
      self->n_answered = 0;
    }
  self->last_us = now_us;
  /* People are turned away only while the queue is full, so that is what the center can do. */
  if (self->n_answered >= MEASURED_FROM)
    each_us = (now_us - self->busy_since_us) / self->n_answered;
  self->given_until_us =
      MAX (self->given_until_us, now_us + MR_LATER_MIN_S * G_TIME_SPAN_SECOND) + each_us;
  wait_us = self->given_until_us - now_us;
  /* Who is beyond the last turn tries then, and is given another: the turns do not run away. */
  if (wait_us > MR_LATER_MAX_S * G_TIME_SPAN_SECOND)
    self->given_until_us = now_us + MR_LATER_MAX_S * G_TIME_SPAN_SECOND;
  g_mutex_unlock (&self->mutex);
  return CLAMP ((wait_us + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND, MR_LATER_MIN_S,
                MR_LATER_MAX_S);
}
