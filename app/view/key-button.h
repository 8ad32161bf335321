/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/keypad.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrKeyButton:
 *
 * A button for a window action that shows the key which does the same, "Pay F12", from the key set in
 * force.
 *
 * Properties: caption (translated text), picture (icon name or NULL).
 */
#define MR_TYPE_KEY_BUTTON (mr_key_button_get_type ())
G_DECLARE_FINAL_TYPE (MrKeyButton, mr_key_button, MR, KEY_BUTTON, GtkButton)

void mr_key_button_set_caption (MrKeyButton *self, const char *caption);

/* Writes the keys of @keypad on all buttons below @root. */
void mr_key_button_update_all (GtkWidget *root, MrKeypad *keypad);

G_END_DECLS
