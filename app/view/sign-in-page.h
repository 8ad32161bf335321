/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrSignInPage:
 *
 * Staff number and PIN, on a pad of our own. A badge fills in the number, never the PIN. Shown only in a
 * shop with more than one person.
 */
#define MR_TYPE_SIGN_IN_PAGE (mr_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (MrSignInPage, mr_sign_in_page, MR, SIGN_IN_PAGE, GtkBox)

void mr_sign_in_page_set_till (MrSignInPage *self, MrTill *till);
gboolean mr_sign_in_page_press (MrSignInPage *self, MrKey key, gunichar character);
/* A badge: who, not that it is allowed. */
void mr_sign_in_page_take_scan (MrSignInPage *self, const char *code);

G_END_DECLS
