/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-frames.h"

#include <string.h>

static void
on_after_paint (GdkFrameClock *clock, gpointer user_data)
{
  *(gint64 *) user_data = gdk_frame_clock_get_frame_counter (clock);
}

gint64
bench_await_frame (GtkWidget *window, gint64 frame)
{
  GdkFrameClock *clock;
  gint64 painted = frame;
  gulong handler;

  while (!gtk_widget_get_mapped (window))
    g_main_context_iteration (NULL, TRUE);
  clock = gtk_widget_get_frame_clock (window);
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &painted);
  while (painted <= frame)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, handler);
  return painted;
}

void
bench_settle (void)
{
  gint64 end_us = g_get_monotonic_time () + 100 * 1000;

  while (g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, FALSE);
}

gboolean
bench_shows (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return gtk_widget_get_width (widget) > 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (bench_shows (child, text))
      return TRUE;
  return FALSE;
}
