/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrWelcomePage:
 *
 * The assistant of the first start: language, center, scanner, printer. Each step can be skipped and is found
 * again in Settings.
 *
 * Signals:
 *   finished ()
 */
#define MR_TYPE_WELCOME_PAGE (mr_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (MrWelcomePage, mr_welcome_page, MR, WELCOME_PAGE, GtkBox)

void mr_welcome_page_set_till (MrWelcomePage *self, MrTill *till);
/* Enter is the next step, Esc the one before. */
gboolean mr_welcome_page_press (MrWelcomePage *self, MrKey key);
/* Shows what the scanner read. */
void mr_welcome_page_take_scan (MrWelcomePage *self, const char *code);

G_END_DECLS
