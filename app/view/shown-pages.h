/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK 4.8 tells a screen reader of every page of a stack, as if all of them showed. This says of each
 * page of the stacks below @root whether it does, from now on. */
void mr_shown_pages_watch (GtkWidget *root);
/* The same for a @page that has come to a @stack since. */
void mr_shown_pages_join (GtkStack *stack, GtkWidget *page);

G_END_DECLS
