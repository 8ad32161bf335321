/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrDevicesPage:
 *
 * Every device of this till: how it is, in a shopkeeper's words, what to do, a test, its settings.
 */
#define MR_TYPE_DEVICES_PAGE (mr_devices_page_get_type ())
G_DECLARE_FINAL_TYPE (MrDevicesPage, mr_devices_page, MR, DEVICES_PAGE, GtkBox)

void mr_devices_page_set_till (MrDevicesPage *self, MrTill *till);
/* A code that came by the window's keys: TRUE when it was shown here to be scanned. */
gboolean mr_devices_page_take_scan (MrDevicesPage *self, const char *code);

G_END_DECLS
