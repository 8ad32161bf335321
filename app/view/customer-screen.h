/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrCustomerScreen:
 *
 * Keeps a window for the customer (view/customer-window.h) on another screen than the till's, as long as there
 * is one and MR_SETTING_DISPLAY asks for it; screens come and go at any time. On the only screen it would hide the
 * till: there is none then, and the till's display desk says so.
 */
#define MR_TYPE_CUSTOMER_SCREEN (mr_customer_screen_get_type ())
G_DECLARE_FINAL_TYPE (MrCustomerScreen, mr_customer_screen, MR, CUSTOMER_SCREEN, GObject)

/* @window: the till's; when it goes, so does the customer's. */
MrCustomerScreen *mr_customer_screen_new (MrTill *till, GtkWindow *window);
/* The customer's window goes now. */
void mr_customer_screen_close (MrCustomerScreen *self);

G_END_DECLS
