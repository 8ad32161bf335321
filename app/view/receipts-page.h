/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrReceiptsPage:
 *
 * Receipts of all tills of the shop, the newest or those searched for, each with its paper beside the list, to be printed again marked COPY.
 */
#define MR_TYPE_RECEIPTS_PAGE (mr_receipts_page_get_type ())
G_DECLARE_FINAL_TYPE (MrReceiptsPage, mr_receipts_page, MR, RECEIPTS_PAGE, GtkBox)

void mr_receipts_page_set_till (MrReceiptsPage *self, MrTill *till);
void mr_receipts_page_refresh (MrReceiptsPage *self);
/* The one with this number, or whose QR code says this; "" = the newest. */
void mr_receipts_page_find (MrReceiptsPage *self, const char *typed);
/* Chooses the one above (-1) or below (1). */
void mr_receipts_page_step (MrReceiptsPage *self, int step);
/* (nullable): none is chosen; borrowed until the list is made anew. */
const MrReceiptSummary *mr_receipts_page_get_chosen (MrReceiptsPage *self);

G_END_DECLS
