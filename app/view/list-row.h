/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrListRow:
 *
 * A row of the lists of receipts and held baskets: two lines at the left, a sum at the right; a button.
 *
 * Signals:
 *   pressed ()
 */
#define MR_TYPE_LIST_ROW (mr_list_row_get_type ())
G_DECLARE_FINAL_TYPE (MrListRow, mr_list_row, MR, LIST_ROW, GtkListBoxRow)

GtkWidget *mr_list_row_new (const char *title, const char *detail, const char *sum);
/* Beside the row's own button, at its end. */
void mr_list_row_add (MrListRow *self, GtkWidget *widget);
void mr_list_row_set_marked (MrListRow *self, gboolean marked);

G_END_DECLS
