/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrGoodRow:
 *
 * One good found by the search: name, code, stock, price; a button, so that it can be pressed by finger,
 * key and screen reader alike.
 *
 * Signals:
 *   chosen ()
 */
#define MR_TYPE_GOOD_ROW (mr_good_row_get_type ())
G_DECLARE_FINAL_TYPE (MrGoodRow, mr_good_row, MR, GOOD_ROW, GtkListBoxRow)

GtkWidget *mr_good_row_new (MrTill *till, MrGood *good);
MrGood *mr_good_row_get_good (MrGoodRow *self);
void mr_good_row_set_marked (MrGoodRow *self, gboolean marked);

G_END_DECLS
