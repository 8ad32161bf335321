/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Runs the loop until a frame later than @frame was painted; returns its number. */
gint64 bench_await_frame (GtkWidget *window, gint64 frame);
/* Runs it for a tenth of a second. */
void bench_settle (void);
/* Whether a label below @widget that is drawn says @text. */
gboolean bench_shows (GtkWidget *widget, const char *text);
