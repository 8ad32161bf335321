/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Keys this close are nobody's fingers: people press no faster than every 40 ms or so. */
#define MR_WEDGE_FAST_MS 35
/* The slowest scanner that is learnt. */
#define MR_WEDGE_SLOW_MS 60

/**
 * MrWedgeTiming:
 * @gap_ms: keys this close may be one code: FAST_MS, or more where a slower scanner was learnt
 *
 * Learns how slow the scanners of a till are, from what nobody types by hand: whole barcodes of digits with
 * a right check digit, at an even beat, with Enter at once. Three that were too slow for @gap_ms widen it;
 * fifty fast ones narrow it again. Pure; { gap_ms } to start.
 */
typedef struct
{
  guint gap_ms;

  char digits[20];
  guint n_digits; /* more than fit are counted, and are no barcode */
  guint32 last_ms; /* event time of the last of them */
  guint32 least_ms; /* between two of them, the first gap aside: a radio wakes up */
  guint32 most_ms;
  guint n_slow;
  guint n_fast;
} MrWedgeTiming;

/* Each key but modifiers, with the character it makes; 0 for one that belongs to no code. */
void mr_wedge_timing_see (MrWedgeTiming *self, gunichar character, guint32 time_ms);
/* A terminator. */
void mr_wedge_timing_end (MrWedgeTiming *self, guint32 time_ms);

/* Whether gaps from @least_ms to @most_ms are a machine's. */
gboolean mr_wedge_timing_is_even (guint32 least_ms, guint32 most_ms);

G_END_DECLS
