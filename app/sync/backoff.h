/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"

G_BEGIN_DECLS

/**
 * MrBackoff:
 *
 * When to ask again after a failure: full jitter over a span that doubles from 1 s to 60 s, so that many
 * tills that failed at one moment do not come back at one moment. A center that said when
 * (Retry-After) is not asked earlier. All zero: nothing has failed.
 */
typedef struct
{
  guint failures; /* in a row */
  gint64 until_us; /* monotonic; before it nothing is asked */
  gboolean ordered; /* the center said so: no impatience shortens it */
} MrBackoff;

/* @retry_after_ms: −1 = not said. */
void mr_backoff_fail (MrBackoff *self, const MrWorld *world, gint64 retry_after_ms);
void mr_backoff_succeed (MrBackoff *self);
/* Somebody waits: at once, unless the center said when. */
void mr_backoff_hurry (MrBackoff *self);
/* A moment in [0, @span_us), to spread what many would do at once. */
gint64 mr_backoff_spread_us (const MrWorld *world, gint64 span_us);

G_END_DECLS
