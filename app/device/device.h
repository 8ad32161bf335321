/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-state.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MrDevice:
 *
 * What a printer, a scanner, a scale and a pole display are alike: how it is with them, and why. Abstract.
 * Made on, used from and signalling on one thread: that of the main context that was the default when it
 * was made.
 *
 * Signals:
 *   changed (): state or reason
 */
#define MR_TYPE_DEVICE (mr_device_get_type ())
G_DECLARE_DERIVABLE_TYPE (MrDevice, mr_device, MR, DEVICE, GObject)

struct _MrDeviceClass
{
  GObjectClass parent_class;
};

MrDeviceState mr_device_get_state (MrDevice *self);
MrDeviceReason mr_device_get_reason (MrDevice *self);

/* Inside app/device: how it is from now on. */
void mr_device_set_state (MrDevice *self, MrDeviceState state, MrDeviceReason reason);

G_END_DECLS
