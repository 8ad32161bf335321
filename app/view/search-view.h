/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrSearchView:
 *
 * Finding a good by its name, by pinyin initials or by a piece of its code. The one text widget of the
 * sale screen, there only while it is asked for.
 *
 * Signals:
 *   chosen (MrGood *good), cancelled ()
 */
#define MR_TYPE_SEARCH_VIEW (mr_search_view_get_type ())
G_DECLARE_FINAL_TYPE (MrSearchView, mr_search_view, MR, SEARCH_VIEW, GtkBox)

void mr_search_view_set_till (MrSearchView *self, MrTill *till);
/* Empties it, puts @initial (nullable) in, and takes the focus. */
void mr_search_view_open (MrSearchView *self, const char *initial);

G_END_DECLS
