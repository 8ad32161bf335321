/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/backoff.h"

#define FIRST_SPAN_US G_USEC_PER_SEC
#define LAST_SPAN_US (60 * G_USEC_PER_SEC)
/* A draw near zero must not become a busy loop. */
#define SHORTEST_US (50 * 1000)
#define LONGEST_ORDER_MS (3600 * 1000)

gint64
mr_backoff_spread_us (const MrWorld *world, gint64 span_us)
{
  guint64 draw;

  mr_world_fill_random (world, (guint8 *) &draw, sizeof draw);
  return span_us <= 0 ? 0 : (gint64) (draw % (guint64) span_us);
}

void
mr_backoff_fail (MrBackoff *self, const MrWorld *world, gint64 retry_after_ms)
{
  gint64 now_us = mr_world_monotonic_us (world);
  gint64 ordered_us = MIN (retry_after_ms, LONGEST_ORDER_MS) * 1000;
  gint64 span_us;

  self->ordered = retry_after_ms >= 0;
  if (self->ordered)
    {
      /* All that were told one number are still spread, over as long again. */
      span_us = MAX (ordered_us, FIRST_SPAN_US);
      self->failures = MAX (self->failures, 1);
      self->until_us = now_us + ordered_us + mr_backoff_spread_us (world, span_us);
      return;
    }
  span_us = self->failures >= 6 ? LAST_SPAN_US : FIRST_SPAN_US << self->failures;
  self->failures = MIN (self->failures + 1, 1000);
  self->until_us = now_us + MAX (mr_backoff_spread_us (world, span_us), SHORTEST_US);
}

void
mr_backoff_succeed (MrBackoff *self)
{
  *self = (MrBackoff){ 0 };
}

void
mr_backoff_hurry (MrBackoff *self)
{
  if (!self->ordered)
    self->until_us = 0;
}
