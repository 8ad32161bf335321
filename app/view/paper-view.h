/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrPaperView:
 *
 * A receipt, an X or a Z as it stands on paper, on the screen.
 */
#define MR_TYPE_PAPER_VIEW (mr_paper_view_get_type ())
G_DECLARE_FINAL_TYPE (MrPaperView, mr_paper_view, MR, PAPER_VIEW, GtkBox)

/* @columns as the printer's: 32 or 48. NULL empties it. */
void mr_paper_view_show (MrPaperView *self, const MrReceipt *receipt, int columns);

G_END_DECLS
