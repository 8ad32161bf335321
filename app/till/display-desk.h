/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/checkout.h"
#include "till/desk-state.h"
#include "till/settings.h"

G_BEGIN_DECLS

/* What the customer sees. */
typedef enum
{
  MR_DISPLAY_IDLE, /* the shop's name */
  MR_DISPLAY_SALE, /* what was put in, and the total */
  MR_DISPLAY_PAYING, /* the total and what is still due */
  MR_DISPLAY_PAID, /* the change, thanks: until the next sale begins */
} MrDisplayScene;

/**
 * MrDisplayDesk:
 *
 * What stands for the customer: works out which scene it is, shows it on the pole display of
 * MR_SETTING_DISPLAY, and says whether there is to be a window instead, which the view opens and fills. Nothing here
 * waits, and no fault of a display reaches the sale. Main thread.
 *
 * Signals:
 *   scene-changed (): scene, lines or sums: show them anew
 *   changed (): state, reason, or whether there is to be a window
 */
#define MR_TYPE_DISPLAY_DESK (mr_display_desk_get_type ())
G_DECLARE_FINAL_TYPE (MrDisplayDesk, mr_display_desk, MR, DISPLAY_DESK, GObject)

MrDisplayScene mr_display_desk_get_scene (MrDisplayDesk *self);
MrDeskState mr_display_desk_get_state (MrDisplayDesk *self);
/* "" or why not: "no-screen" (there is no second one), "no-device", "permission", "in-use", "no-answer", "io", … */
const char *mr_display_desk_get_reason (MrDisplayDesk *self);

/* A window on the second screen is set. */
gboolean mr_display_desk_wants_window (MrDisplayDesk *self);
/* The view: whether it stands there. */
void mr_display_desk_note_window (MrDisplayDesk *self, gboolean is_shown);

/* Shows all digits on the pole for five seconds, or until there is something to show. */
void mr_display_desk_test (MrDisplayDesk *self);
/* Looks for the display now. */
void mr_display_desk_retry (MrDisplayDesk *self);

const char *
mr_display_scene_to_string (MrDisplayScene scene); /* "idle", "sale", "paying", "paid" */

G_END_DECLS
