/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrReturnView:
 *
 * What was sold on one receipt, and how much of it may still come back: a row is touched, or chosen by its
 * digit, and goes into the basket beside it. Not a dialog: scans go on, for an exchange, and Esc leaves it.
 *
 * Signals:
 *   ask-quantity (guint line, const char *name, gint64 left_milli): several pieces of it may come back
 */
#define MR_TYPE_RETURN_VIEW (mr_return_view_get_type ())
G_DECLARE_FINAL_TYPE (MrReturnView, mr_return_view, MR, RETURN_VIEW, GtkBox)

void mr_return_view_set_till (MrReturnView *self, MrTill *till);
/* @reason "" where the shop does not ask. */
void mr_return_view_open (MrReturnView *self, MrId receipt, const char *label, const char *reason);
/* Gives @quantity_milli of @line back; the row is looked at again when the answer is there. */
void mr_return_view_give_back (MrReturnView *self, guint line, gint64 quantity_milli);
gboolean mr_return_view_press (MrReturnView *self, MrKey key, gunichar character);

G_END_DECLS
