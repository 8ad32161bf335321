/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/input-thread.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The port of a device on a serial line, or on USB that looks like one; @place as mr_serial_place_parse() has
 * it. G_IO_ERROR_INVALID_ARGUMENT. Opens nothing. Inside app/device. (transfer full) */
MrInputPort *mr_input_serial_new (const char *place, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
