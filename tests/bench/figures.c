/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "figures.h"

#include <stdarg.h>
#include <time.h>

gint64
figures_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

void
samples_clear (Samples *self)
{
  g_clear_pointer (&self->ns, g_array_unref);
}

void
samples_add (Samples *self, gint64 ns)
{
  g_array_append_val (self->ns, ns);
}

static int
compare_ns (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

gint64
samples_percentile (const Samples *self, guint percent)
{
  guint n = self->ns->len;

  if (n == 0)
    return 0;
  g_array_sort (self->ns, compare_ns);
  return g_array_index (self->ns, gint64, MIN (n - 1, (guint) ((guint64) n * percent / 100)));
}

void
figures_title (const char *format, ...)
{
  va_list values;

  va_start (values, format);
  g_autofree char *title = g_strdup_vprintf (format, values);
  va_end (values);
  g_print ("\n== %s\n", title);
}

static void
print_verdict (gboolean met, const char *sign, double goal)
{
  if (goal > 0)
    g_print ("  (goal %s %.4g: %s)", sign, goal, met ? "met" : "MISSED");
  g_print ("\n");
}

void
figures_ratio (const char *what, double ours, const char *base_name, double base, const char *unit,
               double goal)
{
  g_print ("%-44s %10.4g %s, %s %.4g %s: %.3f", what, ours, unit, base_name, base, unit,
           ours / base);
  print_verdict (ours / base <= goal, "≤", goal);
}

void
figures_ratio_at_least (const char *what, double ours, const char *base_name, double base,
                        const char *unit, double goal)
{
  g_print ("%-44s %10.4g %s, %s %.4g %s: %.3f", what, ours, unit, base_name, base, unit,
           ours / base);
  print_verdict (ours / base >= goal, "≥", goal);
}

void
figures_value (const char *what, double value, const char *unit, double goal)
{
  g_print ("%-44s %10.4g %s", what, value, unit);
  print_verdict (value <= goal, "≤", goal);
}
