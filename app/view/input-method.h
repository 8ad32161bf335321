/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How long an input method may take over a key; the till tells ibus to give up by then. */
#define MR_INPUT_METHOD_PATIENCE_MS 1500

/**
 * MrInputMethod:
 *
 * Keeps an input method that hangs from holding the till up: GTK hands it each key of a text and waits
 * for its answer. When it has not answered one, texts do without it for ten seconds, longer each time
 * (letters go in as they are), and @hung is called; then it is asked again.
 *
 * Main thread; made and freed by its window.
 */
typedef struct _MrInputMethod MrInputMethod;

MrInputMethod *mr_input_method_new (GtkWindow *window, void (*hung) (gpointer user_data),
                                    gpointer user_data);
void mr_input_method_free (MrInputMethod *self);

G_END_DECLS
