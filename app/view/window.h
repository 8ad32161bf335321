/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MrWindow:
 *
 * The till's one window: status bar, bars of trouble, rail and pages. It routes keys and scans, and holds the
 * verbs as actions (window-actions.c), one each for keyboard, touch, screen reader and tests.
 */
#define MR_TYPE_WINDOW (mr_window_get_type ())
G_DECLARE_FINAL_TYPE (MrWindow, mr_window, MR, WINDOW, AdwApplicationWindow)

MrWindow *mr_window_new (GtkApplication *application, MrTill *till);
MrTill *mr_window_get_till (MrWindow *self);

/* "sale", "held", "receipts", "shift", "needs", "settings", "keys" */
void mr_window_show_page (MrWindow *self, const char *name);
/* What the window shows now: one of these, or "sign-in", "welcome". */
const char *mr_window_get_page (MrWindow *self);
/* Where F1 was pressed. */
const char *mr_window_get_page_before_keys (MrWindow *self);

G_END_DECLS
