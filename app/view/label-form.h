/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"
#include "view/device-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrLabelForm:
 *
 * The price list for the shop's label scale: how many goods are in it, which are left out and why, where it is written.
 * Its row says whether it has to be written again; looked at only while it shows.
 */
#define MR_TYPE_LABEL_FORM (mr_label_form_get_type ())
G_DECLARE_FINAL_TYPE (MrLabelForm, mr_label_form, MR, LABEL_FORM, GtkBox)

/* Puts itself into @row. */
void mr_label_form_set_till (MrLabelForm *self, MrTill *till, MrDeviceRow *row);
/* Writes the list, and says in the row what came of it. */
void mr_label_form_write (MrLabelForm *self);

G_END_DECLS
