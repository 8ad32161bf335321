/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrSafePopover:
 *
 * The answer to "Is my data safe?": what is on this disk and how much room it has, the backups, what the
 * center has, what waits and since when, how old the goods are, the clock. What is bad is marked, and says
 * what to do.
 */
#define MR_TYPE_SAFE_POPOVER (mr_safe_popover_get_type ())
G_DECLARE_FINAL_TYPE (MrSafePopover, mr_safe_popover, MR, SAFE_POPOVER, GtkPopover)

void mr_safe_popover_set_till (MrSafePopover *self, MrTill *till);

G_END_DECLS
