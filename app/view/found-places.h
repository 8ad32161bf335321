/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/plugged.h"
#include "till/settings.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrFoundPlaces:
 *
 * What is plugged in and may be the device of a setting, by its names, a button each that takes it; looked for
 * every two seconds while it is on the screen. What another device is at is not among them. A serial line is taken at the speed that is set.
 */
#define MR_TYPE_FOUND_PLACES (mr_found_places_get_type ())
G_DECLARE_FINAL_TYPE (MrFoundPlaces, mr_found_places, MR, FOUND_PLACES, GtkBox)

/* Once. @name: of the setting */
void mr_found_places_set_setting (MrFoundPlaces *self, MrSettings *settings, const char *name,
                                  MrPluggedKind kind);

G_END_DECLS
