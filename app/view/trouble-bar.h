/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrTroubleBar:
 *
 * What is wrong and what to do, in the shop's words; gone when the trouble is. Nothing in it has to be
 * pressed. A message of the moment (a refused key, an offer to undo) goes by itself.
 */
#define MR_TYPE_TROUBLE_BAR (mr_trouble_bar_get_type ())
G_DECLARE_FINAL_TYPE (MrTroubleBar, mr_trouble_bar, MR, TROUBLE_BAR, GtkBox)

void mr_trouble_bar_set_till (MrTroubleBar *self, MrTill *till);
/* Says @text for some seconds; with an Undo button when @can_undo. */
void mr_trouble_bar_say (MrTroubleBar *self, const char *text, gboolean can_undo);
/* What is done next makes the message of before stale. */
void mr_trouble_bar_hush (MrTroubleBar *self);
/* Hides the network's trouble until it is another. */
void mr_trouble_bar_hide_link (MrTroubleBar *self);

G_END_DECLS
