/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/input-thread.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What a scanner's port appends to the greeting when it is opened: one of these, and after
 * MR_SCANNER_HID_POS the device's report descriptor, if it told it. Nothing: a stream of bytes. Inside
 * app/device.
 */
#define MR_SCANNER_HID_POS 'P' /* each read is a report */
#define MR_SCANNER_KEYBOARD 'K' /* each read is a report of a boot keyboard */

/* @text: a location without "usb:". G_IO_ERROR_INVALID_ARGUMENT. Opens nothing. */
MrInputPort *mr_scanner_usb_new (const char *text, GError **error);

G_END_DECLS
