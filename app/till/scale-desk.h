/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"
#include "till/desk-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the pan of the scale holds, as far as a sale goes. */
typedef enum
{
  MR_PAN_NONE, /* no scale is set, or it cannot be heard: see its state and reason */
  MR_PAN_EMPTY,
  MR_PAN_MOVING, /* settles in a moment */
  MR_PAN_READY, /* this weight may be taken */
  MR_PAN_TAKEN, /* it was taken: the pan is to be emptied before the next good */
  MR_PAN_OVER, /* too much for the scale */
  MR_PAN_UNDER, /* less than nothing: the scale is to be set to zero */
  MR_PAN_FOREIGN, /* the scale does not weigh in kilograms */
} MrPan;

/**
 * MrScaleDesk:
 *
 * The scale at the counter for the checkout and the screen. What lies on it is known before anybody asks, so
 * nothing waits; without a scale, or with a broken one, weights are typed. One weight is taken once: until the
 * pan was empty, the next good is asked about. Follows the settings MR_SETTING_SCALE and
 * MR_SETTING_SCALE_PROTOCOL. Main thread.
 *
 * Signals:
 *   changed (): state, reason or pan
 */
#define MR_TYPE_SCALE_DESK (mr_scale_desk_get_type ())
G_DECLARE_FINAL_TYPE (MrScaleDesk, mr_scale_desk, MR, SCALE_DESK, GObject)

/* Whether this till has a scale, whatever ails it. */
gboolean mr_scale_desk_is_set (MrScaleDesk *self);
MrDeskState mr_scale_desk_get_state (MrScaleDesk *self);
/* "" or, in trouble, a device's reason: "no-answer", "no-device", … The view has a sentence for each. */
const char *mr_scale_desk_get_reason (MrScaleDesk *self);
/* @grams: (out): with MOVING, READY and TAKEN; MOVING may not know it and says 0 */
MrPan mr_scale_desk_look (MrScaleDesk *self, gint64 *grams);
/* Whether that is without a tare, as far as the scale tells. */
gboolean mr_scale_desk_is_net (MrScaleDesk *self);
/* How much of @good @grams are, in thousandths of the unit it is sold by. FALSE where that unit is no weight. */
gboolean mr_scale_desk_convert (const MrGood *good, gint64 grams, gint64 *quantity_milli)
    G_GNUC_WARN_UNUSED_RESULT;
/* Looks for the scale now. */
void mr_scale_desk_retry (MrScaleDesk *self);

const char *mr_pan_to_string (MrPan pan); /* "none", "empty", … */

G_END_DECLS
