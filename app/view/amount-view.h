/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrAmountView:
 *
 * Asks for one number beside the basket: a quantity, a price, a discount. Not a dialog: scans go on, and
 * Esc or a scan's change of mind leaves it.
 *
 * Signals:
 *   entered (gint64 value): minor units of money, or thousandths of a quantity
 *   cancelled ()
 */
#define MR_TYPE_AMOUNT_VIEW (mr_amount_view_get_type ())
G_DECLARE_FINAL_TYPE (MrAmountView, mr_amount_view, MR, AMOUNT_VIEW, GtkBox)

typedef enum
{
  MR_AMOUNT_MONEY,
  MR_AMOUNT_QUANTITY,
} MrAmountKind;

void mr_amount_view_set_till (MrAmountView *self, MrTill *till);
/* @title "Price", @subject "可口可乐 330ml"; @hint_value ≥ 0 is shown quietly until something is typed. */
void mr_amount_view_ask (MrAmountView *self, MrAmountKind kind, const char *title,
                         const char *subject, gint64 hint_value);
/* As if somebody had typed @value_minor of money. */
void mr_amount_view_type (MrAmountView *self, gint64 value_minor);
gboolean mr_amount_view_press (MrAmountView *self, MrKey key, gunichar character);

G_END_DECLS
