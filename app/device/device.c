/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/device.h"

typedef struct
{
  MrDeviceState state;
  MrDeviceReason reason;
} MrDevicePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (MrDevice, mr_device, G_TYPE_OBJECT)

static guint signal_changed;

static MrDevicePrivate *
get_private (MrDevice *self)
{
  return mr_device_get_instance_private (self);
}

static void
mr_device_class_init (MrDeviceClass *klass)
{
  signal_changed = g_signal_new ("changed", MR_TYPE_DEVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
mr_device_init (MrDevice *self)
{
}

MrDeviceState
mr_device_get_state (MrDevice *self)
{
  return get_private (self)->state;
}

MrDeviceReason
mr_device_get_reason (MrDevice *self)
{
  return get_private (self)->reason;
}

void
mr_device_set_state (MrDevice *self, MrDeviceState state, MrDeviceReason reason)
{
  MrDevicePrivate *private = get_private (self);

  if (private->state == state && private->reason == reason)
    return;
  private->state = state;
  private->reason = reason;
  g_signal_emit (self, signal_changed, 0);
}
