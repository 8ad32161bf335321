/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrKeysPage:
 *
 * All keys of the set in force (F1), and the other set at one touch.
 */
#define MR_TYPE_KEYS_PAGE (mr_keys_page_get_type ())
G_DECLARE_FINAL_TYPE (MrKeysPage, mr_keys_page, MR, KEYS_PAGE, GtkBox)

void mr_keys_page_set_till (MrKeysPage *self, MrTill *till);

G_END_DECLS
