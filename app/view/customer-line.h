/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrCustomerLine:
 *
 * A line of the basket as the customer reads it.
 */
#define MR_TYPE_CUSTOMER_LINE (mr_customer_line_get_type ())
G_DECLARE_FINAL_TYPE (MrCustomerLine, mr_customer_line, MR, CUSTOMER_LINE, GtkBox)

GtkWidget *mr_customer_line_new (MrCheckout *checkout, MrBasketLine *line, gboolean is_newest);

G_END_DECLS
