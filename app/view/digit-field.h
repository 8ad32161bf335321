/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/keypad.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrDigitField:
 *
 * A number being typed: money, a quantity, a PIN. Not a text widget, so scanners and input methods
 * have no part in it; it takes keys from the window and from an MrNumberPad. It is a button, for a
 * tap makes it the one that is typed into where there are several.
 *
 * Properties: caption (for the screen reader), secret (shows dots), decimals (0 = whole numbers),
 * max-length, empty-text (shown quietly while nothing is typed).
 * Signals:
 *   changed ()
 */
#define MR_TYPE_DIGIT_FIELD (mr_digit_field_get_type ())
G_DECLARE_FINAL_TYPE (MrDigitField, mr_digit_field, MR, DIGIT_FIELD, GtkButton)

/* As typed, "" when empty. */
const char *mr_digit_field_get_text (MrDigitField *self);
void mr_digit_field_clear (MrDigitField *self);
void mr_digit_field_set_decimals (MrDigitField *self, guint decimals);
void mr_digit_field_set_empty_text (MrDigitField *self, const char *text);
/* Says it to the screen reader as the field's name. */
void mr_digit_field_set_caption (MrDigitField *self, const char *caption);
/* Marks the one that is typed into. */
void mr_digit_field_set_current (MrDigitField *self, gboolean current);
/* Digits, point, Backspace and Delete (clears). TRUE when the key was one of them. */
gboolean mr_digit_field_press (MrDigitField *self, MrKey key, gunichar character);

G_END_DECLS
