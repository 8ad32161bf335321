/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrPlaceForm:
 *
 * Where a device is: a setting of the till that is typed and saved.
 */
#define MR_TYPE_PLACE_FORM (mr_place_form_get_type ())
G_DECLARE_FINAL_TYPE (MrPlaceForm, mr_place_form, MR, PLACE_FORM, GtkBox)

/* @name: of the setting; @caption: translated. */
GtkWidget *mr_place_form_new (MrSettings *settings, const char *name, const char *caption);

G_END_DECLS
