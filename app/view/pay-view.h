/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrPayView:
 *
 * Paying: what is due, what was given, what is left; a button for each tender and for the sums a customer
 * is likely to hand over. Typed digits are cash in whole units and only Enter takes them (till/keypad.h).
 */
#define MR_TYPE_PAY_VIEW (mr_pay_view_get_type ())
G_DECLARE_FINAL_TYPE (MrPayView, mr_pay_view, MR, PAY_VIEW, GtkBox)

void mr_pay_view_set_till (MrPayView *self, MrTill *till);
/* So much cash? Says it until the entry changes. */
void mr_pay_view_doubt (MrPayView *self);

G_END_DECLS
