/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrSettingsPage:
 *
 * What is set at this till. Each change takes effect at once and is an entry of the journal.
 */
#define MR_TYPE_SETTINGS_PAGE (mr_settings_page_get_type ())
G_DECLARE_FINAL_TYPE (MrSettingsPage, mr_settings_page, MR, SETTINGS_PAGE, GtkBox)

void mr_settings_page_set_till (MrSettingsPage *self, MrTill *till);

G_END_DECLS
