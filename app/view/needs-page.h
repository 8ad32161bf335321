/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrNeedsPage:
 *
 * "Needs you": what somebody has to see to, each in a plain sentence with what to do. Shows the till's
 * MrNeeds; what was seen to goes by itself.
 */
#define MR_TYPE_NEEDS_PAGE (mr_needs_page_get_type ())
G_DECLARE_FINAL_TYPE (MrNeedsPage, mr_needs_page, MR, NEEDS_PAGE, GtkBox)

void mr_needs_page_set_till (MrNeedsPage *self, MrTill *till);

G_END_DECLS
