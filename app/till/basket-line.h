/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MR_BASKET_LINE_PLAIN = 0,
  MR_BASKET_LINE_PRICE_SET = 1 << 0, /* somebody set another price */
  MR_BASKET_LINE_DISCOUNTED = 1 << 1, /* a discount on this line */
  MR_BASKET_LINE_WEIGHED = 1 << 2,
  MR_BASKET_LINE_OPEN = 1 << 3, /* price-only sale: no good behind it */
  MR_BASKET_LINE_RETURNED = 1 << 4, /* given back: quantity and sums are negative */
} MrBasketLineFlags;

/**
 * MrBasketLine:
 *
 * One line of the basket as it is at this moment: a snapshot that never changes. A changed line is a
 * new MrBasketLine at the same or another place of the checkout's list. Main thread.
 */
#define MR_TYPE_BASKET_LINE (mr_basket_line_get_type ())
G_DECLARE_FINAL_TYPE (MrBasketLine, mr_basket_line, MR, BASKET_LINE, GObject)

/* The number by which the checkout's calls know the line; stays with it. */
guint mr_basket_line_get_number (MrBasketLine *self);
const char *mr_basket_line_get_name (MrBasketLine *self);
MrGood *mr_basket_line_get_good (MrBasketLine *self);
gint64 mr_basket_line_get_quantity_milli (MrBasketLine *self);
/* "2", "0.375 kg": without needless decimals, with the unit of weighed goods. */
const char *mr_basket_line_get_quantity_text (MrBasketLine *self);
gint64 mr_basket_line_get_unit_price_minor (MrBasketLine *self);
/* Of the receipt a returned line was sold on; "" of others. */
const char *mr_basket_line_get_receipt_label (MrBasketLine *self);
/* Off this line alone, ≥ 0; of a returned one what was off it then, ≤ 0. */
gint64 mr_basket_line_get_discount_minor (MrBasketLine *self);
/* Before and after that discount; the discount on the whole sale is shown with the total. */
gint64 mr_basket_line_get_gross_minor (MrBasketLine *self);
gint64 mr_basket_line_get_amount_minor (MrBasketLine *self);
MrBasketLineFlags mr_basket_line_get_flags (MrBasketLine *self);

G_END_DECLS
