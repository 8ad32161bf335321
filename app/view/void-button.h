/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrVoidButton:
 *
 * Gives the whole basket up (整单取消), or a held one. Once pressed it asks to be pressed again, for a few seconds: a slip of
 * the finger loses nothing, and no dialog stands in the way.
 */
#define MR_TYPE_VOID_BUTTON (mr_void_button_get_type ())
G_DECLARE_FINAL_TYPE (MrVoidButton, mr_void_button, MR, VOID_BUTTON, GtkButton)

/* Of the held basket called @label; activates "held.give-up" with @target (floating is taken). */
GtkWidget *mr_void_button_new_for_held (const char *label, GVariant *target);

G_END_DECLS
