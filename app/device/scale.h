/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device.h"
#include "device/scale-decoder.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrScale:
 *
 * The scale at the counter, on a serial line: "serial:PATH[:BAUD[:8N1]]"; what is not said is 9600 and 8N1, but
 * 7E1 for the 8217. It is asked for its weight all the time, so that the newest is at hand when goods are rung
 * up, and nobody waits. A scale that says nothing for two seconds is in trouble (NO_ANSWER), and ready again
 * with the next word. It has a thread of its own. Made on, used from and signalling on one thread: that of the
 * main context that was the default when it was made.
 *
 * Signals:
 *   weighed (): mr_scale_get_weight() says something else
 */
#define MR_TYPE_SCALE (mr_scale_get_type ())
G_DECLARE_FINAL_TYPE (MrScale, mr_scale, MR, SCALE, MrDevice)

/* Whether @location can be understood: G_IO_ERROR_INVALID_ARGUMENT. Does not look whether it exists. */
gboolean mr_scale_check_location (const char *location, GError **error);

/* NULL when mr_scale_check_location() says no. Starts looking at once. */
MrScale *mr_scale_new (const char *location, MrScaleProtocol protocol, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Tries to open it now if it is not. */
void mr_scale_probe (MrScale *self);
/* Gives the line back; nothing is told any more. The last unref does the same. */
void mr_scale_close (MrScale *self);

/* What it says now; FALSE unless it is ready. */
gboolean mr_scale_get_weight (MrScale *self, MrWeight *weight) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
