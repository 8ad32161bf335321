/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Figures are ratios of two things done in turn in one run: trust them, not the absolute times of one
 * machine. A goal that is missed is printed as such and fails nothing. */

gint64 figures_now_ns (void);

/**
 * Samples:
 *
 * Durations of one kind.
 */
typedef struct
{
  GArray *ns; /* (owned) of gint64 */
} Samples;

#define SAMPLES_NEW ((Samples){ g_array_new (FALSE, FALSE, sizeof (gint64)) })
void samples_clear (Samples *self);
void samples_add (Samples *self, gint64 ns);
/* @percent of them are at most as long. 0 when there are none. */
gint64 samples_percentile (const Samples *self, guint percent);

void figures_title (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* "what: ours against base = ratio (goal ≤ 1.5): met"; @goal ≤ 0 with @at_least FALSE = no goal. */
void figures_ratio (const char *what, double ours, const char *base_name, double base,
                    const char *unit, double goal);
void figures_ratio_at_least (const char *what, double ours, const char *base_name, double base,
                             const char *unit, double goal);
/* "what: value unit (goal ≤ 16): met" */
void figures_value (const char *what, double value, const char *unit, double goal);
