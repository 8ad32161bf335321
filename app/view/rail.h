/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrRail:
 *
 * The pages at the left edge, each person's own: a cashier sees what a cashier may do. Words fall away
 * where the screen is narrow, never the names for the screen reader.
 */
#define MR_TYPE_RAIL (mr_rail_get_type ())
G_DECLARE_FINAL_TYPE (MrRail, mr_rail, MR, RAIL, GtkBox)

void mr_rail_set_till (MrRail *self, MrTill *till);
void mr_rail_set_narrow (MrRail *self, gboolean narrow);

G_END_DECLS
