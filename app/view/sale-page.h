/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"
#include "view/reason-view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrSalePage:
 *
 * The sale screen: at the left what can be sold, or paying, or what was asked for; at the right the
 * basket. What stands at the left follows the checkout's state.
 */
#define MR_TYPE_SALE_PAGE (mr_sale_page_get_type ())
G_DECLARE_FINAL_TYPE (MrSalePage, mr_sale_page, MR, SALE_PAGE, GtkBox)

void mr_sale_page_set_till (MrSalePage *self, MrTill *till);
/* Makes one of the views a sale will need and has not shown yet; FALSE when all are there. */
gboolean mr_sale_page_make_ahead (MrSalePage *self);
/* Narrow screens give the basket less room. */
void mr_sale_page_set_basket_width (MrSalePage *self, int width_px);
/* A scan that is not the checkout's: price check. TRUE when it was taken. */
gboolean mr_sale_page_take_scan (MrSalePage *self, const char *code);
/* A person's key while no text widget has the focus. */
gboolean mr_sale_page_press (MrSalePage *self, MrKey key, gunichar character);
/* Puts the tiles, or the payment, back in sight after a scan. */
void mr_sale_page_settle (MrSalePage *self);
/* One step back; FALSE when there is none. */
gboolean mr_sale_page_back (MrSalePage *self);
void mr_sale_page_open_search (MrSalePage *self, const char *initial);
void mr_sale_page_open_price_check (MrSalePage *self);
/* What is changed is the opened line, else the newest: its number, 0 = the newest. */
guint mr_sale_page_get_selected (MrSalePage *self);
/* Opens the line above (-1) or below (1). */
void mr_sale_page_step (MrSalePage *self, int step);
/* Asks for the new quantity, price or discount of that line, or of the whole sale. */
void mr_sale_page_ask_quantity (MrSalePage *self);
void mr_sale_page_ask_price (MrSalePage *self);
void mr_sale_page_ask_line_discount (MrSalePage *self);
void mr_sale_page_ask_sale_discount (MrSalePage *self);
/* Asks why the drawer is opened or the sale given up; then win.no-sale-for or win.void-for. */
/* What of a receipt comes back; @reason "" where the shop does not ask. */
void mr_sale_page_open_return (MrSalePage *self, MrId receipt, const char *label,
                               const char *reason);
void mr_sale_page_ask_reason (MrSalePage *self, MrReasonKind kind);
/* What the keypad says (MrKeypadMessage). */
void mr_sale_page_doubt_cash (MrSalePage *self);
void mr_sale_page_shake (MrSalePage *self);

G_END_DECLS
