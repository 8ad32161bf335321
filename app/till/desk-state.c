/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/desk-state.h"

#include "till/parts.h"

MrDeskState
mr_desk_state_of (gpointer device, const char *location)
{
  if (device == NULL)
    return *location != '\0' ? MR_DESK_TROUBLE : MR_DESK_NONE;
  switch (mr_device_get_state (device))
    {
    case MR_DEVICE_READY:
    case MR_DEVICE_BUSY:
      return MR_DESK_READY;
    case MR_DEVICE_TROUBLE:
    case MR_DEVICE_GONE:
      return MR_DESK_TROUBLE;
    case MR_DEVICE_ABSENT:
    case MR_DEVICE_OPENING:
    default:
      return MR_DESK_LOOKING;
    }
}

const char *
mr_desk_reason_of (gpointer device, const char *location)
{
  if (mr_desk_state_of (device, location) != MR_DESK_TROUBLE)
    return "";
  return mr_device_reason_to_string (device != NULL ? mr_device_get_reason (device)
                                                    : MR_DEVICE_REASON_NO_DEVICE);
}
