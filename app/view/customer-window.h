/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrCustomerWindow:
 *
 * What the customer reads on a screen of their own: the shop's name, the newest lines and the total, what is
 * to be paid, the change and thanks. Nothing in it can be touched or focused; keys that reach it all the same
 * are passed on to the till's window, so that no scan is lost, and that window comes to the front again.
 */
#define MR_TYPE_CUSTOMER_WINDOW (mr_customer_window_get_type ())
G_DECLARE_FINAL_TYPE (MrCustomerWindow, mr_customer_window, MR, CUSTOMER_WINDOW, GtkWindow)

/* @keys_to: whose the keys are. */
MrCustomerWindow *mr_customer_window_new (MrTill *till, GtkWindow *keys_to);

G_END_DECLS
