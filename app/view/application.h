/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MrApplication:
 *
 * The till as a desktop application: one window, made anew when the language changes.
 */
#define MR_TYPE_APPLICATION (mr_application_get_type ())
G_DECLARE_FINAL_TYPE (MrApplication, mr_application, MR, APPLICATION, AdwApplication)

/* @unique FALSE: several tills on one desktop, each with a folder of its own. */
MrApplication *mr_application_new (MrTill *till, gboolean unique);

/* Whether it ended to begin anew: another journal lies ready (mr_till_restore_async()). */
gboolean mr_application_is_to_restart (MrApplication *self);

/* Draws without OpenGL, which a till's flat pictures do not need and which costs as much at the start as all the
 * rest. Before GTK's first call and before there is a second thread, as it is said by the environment. */
void mr_application_draw_plainly (void);

G_END_DECLS
