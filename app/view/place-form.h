/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view/choice.h"

G_BEGIN_DECLS

/**
 * MrPlaceForm:
 *
 * Where a device is: one of the serial lines there are, which is touched, and its speed; or what is typed.
 */
#define MR_TYPE_PLACE_FORM (mr_place_form_get_type ())
G_DECLARE_FINAL_TYPE (MrPlaceForm, mr_place_form, MR, PLACE_FORM, GtkBox)

/* @name: of the setting; @caption: translated. */
GtkWidget *mr_place_form_new (MrSettings *settings, const char *name, const char *caption);

/* Binds @speed to the speed of that setting, which is there while it is a serial line. */
void mr_place_form_fill_speed (MrChoice *speed, MrSettings *settings, const char *name);

G_END_DECLS
