/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrPoleDisplay:
 *
 * A customer display on a pole, reached by the location of a printer (device/printer.h) that is none of a
 * folder: "serial:PATH[:BAUD[:FORMAT]]", "file:PATH", "usb:…", "tcp:HOST:PORT". It has a thread of its own:
 * no function here waits, and nothing it does can hold up a sale. It shows the last frame it was given; what it
 * could not show in time is never shown. A display that is not there, or was unplugged, is tried again every
 * two seconds and then shows what it should show now; the frame is written again every ten, for one that was
 * switched off and on.
 *
 * Made on, used from and signalling on one thread: that of the main context that was the default when it was made.
 *
 */
#define MR_TYPE_POLE_DISPLAY (mr_pole_display_get_type ())
G_DECLARE_FINAL_TYPE (MrPoleDisplay, mr_pole_display, MR, POLE_DISPLAY, MrDevice)

/**
 * MrPoleTiming:
 * @stall_ms: without taking a byte, until it counts as silent
 * @retry_ms: between two attempts to reach it
 * @again_ms: between two writings of the same frame
 */
typedef struct
{
  int stall_ms;
  int retry_ms;
  int again_ms;
} MrPoleTiming;

#define MR_POLE_TIMING_DEFAULT ((MrPoleTiming){ 1000, 2000, 10000 })

/* Whether @location can be understood: G_IO_ERROR_INVALID_ARGUMENT. */
gboolean mr_pole_display_check_location (const char *location, GError **error);
/* NULL when mr_pole_display_check_location() says no. @timing NULL for the default. */
MrPoleDisplay *mr_pole_display_new (const char *location, const MrPoleTiming *timing,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Shows @frame (mr_pole_text_new_frame()) as soon as it can, instead of any other. */
void mr_pole_display_show (MrPoleDisplay *self, GBytes *frame);
/* Tries to reach it now if it is not there. */
void mr_pole_display_retry (MrPoleDisplay *self);

G_END_DECLS
