/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrHeldPage:
 *
 * Baskets put aside at the tills of the shop, to be recalled or given up.
 */
#define MR_TYPE_HELD_PAGE (mr_held_page_get_type ())
G_DECLARE_FINAL_TYPE (MrHeldPage, mr_held_page, MR, HELD_PAGE, GtkBox)

void mr_held_page_set_till (MrHeldPage *self, MrTill *till);
void mr_held_page_refresh (MrHeldPage *self);
/* One step back: FALSE when there is none on the page. */
gboolean mr_held_page_back (MrHeldPage *self);
gboolean mr_held_page_press (MrHeldPage *self, MrKey key, gunichar character);

G_END_DECLS
