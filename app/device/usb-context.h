/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-state.h"

#include <libusb.h>

G_BEGIN_DECLS

/* Called on the context's thread when a device came or went. */
typedef void (*MrUsbContextChanged) (gpointer user);

/**
 * MrUsbContext:
 *
 * A libusb context and the thread that serves its events. Whoever has a device of it open holds a
 * reference: the bus may go on with another context meanwhile. Any thread. Inside app/device.
 */
typedef struct _MrUsbContext MrUsbContext;

/* NULL where there is no USB: a container, no rights. @on_changed is not called after
 * mr_usb_context_hush(). */
MrUsbContext *mr_usb_context_new (MrUsbContextChanged on_changed, gpointer user)
    G_GNUC_WARN_UNUSED_RESULT;
MrUsbContext *mr_usb_context_ref (MrUsbContext *self);
/* The last one waits until the thread has ended: some milliseconds. Not on the context's thread. */
void mr_usb_context_unref (MrUsbContext *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrUsbContext, mr_usb_context_unref)

/* No more changes are told, and none is being told. */
void mr_usb_context_hush (MrUsbContext *self);

libusb_context *mr_usb_context_get_native (MrUsbContext *self);

/* Pulling the cable gives IO, PIPE or NO_DEVICE as it happens: all mean NO_DEVICE. */
MrDeviceReason mr_usb_reason_from_error (int error);

G_END_DECLS
