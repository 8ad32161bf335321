/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrCenterForm:
 *
 * Joining this till to a center: its address, the enrolment code, a name. Once joined it says to whom.
 */
#define MR_TYPE_CENTER_FORM (mr_center_form_get_type ())
G_DECLARE_FINAL_TYPE (MrCenterForm, mr_center_form, MR, CENTER_FORM, GtkBox)

void mr_center_form_set_till (MrCenterForm *self, MrTill *till);

G_END_DECLS
