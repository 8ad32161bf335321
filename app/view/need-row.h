/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrNeedRow:
 *
 * One thing that needs somebody: what it is about, what happened, what to do, and a button where the till
 * can do it.
 */
#define MR_TYPE_NEED_ROW (mr_need_row_get_type ())
G_DECLARE_FINAL_TYPE (MrNeedRow, mr_need_row, MR, NEED_ROW, GtkListBoxRow)

GtkWidget *mr_need_row_new (MrTill *till, MrNeed *need);

G_END_DECLS
