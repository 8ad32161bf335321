/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrLetterPad:
 *
 * A to Z for a screen without a keyboard: two or three pinyin initials find most goods.
 *
 * Signals:
 *   letter (guint character), backspace ()
 */
#define MR_TYPE_LETTER_PAD (mr_letter_pad_get_type ())
G_DECLARE_FINAL_TYPE (MrLetterPad, mr_letter_pad, MR, LETTER_PAD, GtkWidget)

G_END_DECLS
