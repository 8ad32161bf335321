/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*MrPathChosen) (GtkWidget *widget, const char *path);

/* Lets a person choose a file or a folder, by the desktop's own dialog where there is one. @on_chosen is called with
 * @widget and an absolute path, once or, when they think better of it, not at all. */
void mr_choose_path (GtkWidget *widget, const char *title, GtkFileChooserAction action,
                     MrPathChosen on_chosen);

G_END_DECLS
