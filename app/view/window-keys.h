/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/keypad.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrWindowKeys:
 *
 * Sees every key of a window before anything else does, whatever has the focus and whatever input
 * method is on, and takes the scanner's keys out by the times of their events. A person's keys go on as
 * if nothing had happened: a key that was held back is put into the display's queue again as the event
 * it was, in order, so that a text widget and its input method get all of it.
 *
 * Main thread; lives as long as its window.
 */
typedef struct _MrWindowKeys MrWindowKeys;

typedef struct
{
  void (*scanned) (const char *code, gpointer user_data);
  /* A person's key; TRUE when it was acted on and nobody else is to see it. */
  gboolean (*pressed) (guint keyval, GdkModifierType state, gpointer user_data);
} MrWindowKeysHandler;

MrWindowKeys *mr_window_keys_new (GtkWidget *window, MrSettings *settings,
                                  const MrWindowKeysHandler *handler, gpointer user_data);
void mr_window_keys_free (MrWindowKeys *self);

/* What a keyval means to the till; MR_KEY_NONE for keys that mean nothing to it. */
MrKey mr_window_keys_to_key (guint keyval, gunichar *character);

G_END_DECLS
