/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/keypad.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrNumberPad:
 *
 * Large digits for a screen without a keyboard. It sends keys, it holds no text.
 *
 * Properties: caption of the Enter button ("enter-caption"), "money" (FALSE hides point and 00: PINs
 * and staff numbers).
 * Signals:
 *   pressed (int key (MrKey), guint character); "clear" comes as MR_KEY_DELETE
 */
#define MR_TYPE_NUMBER_PAD (mr_number_pad_get_type ())
G_DECLARE_FINAL_TYPE (MrNumberPad, mr_number_pad, MR, NUMBER_PAD, GtkWidget)

void mr_number_pad_set_money (MrNumberPad *self, gboolean money);
void mr_number_pad_set_enter_caption (MrNumberPad *self, const char *caption);

G_END_DECLS
