/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/device-state.h"

#include <errno.h>

MrDeviceReason
mr_device_reason_from_errno (int error)
{
  switch (error)
    {
    case EACCES:
    case EPERM:
    case EROFS:
      return MR_DEVICE_REASON_PERMISSION;
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case ESHUTDOWN:
      return MR_DEVICE_REASON_NO_DEVICE;
    case EBUSY:
      return MR_DEVICE_REASON_IN_USE;
    case ENOSPC:
    case EDQUOT:
      return MR_DEVICE_REASON_DISK_FULL;
    case ECONNREFUSED:
      return MR_DEVICE_REASON_REFUSED;
    /* Nobody answers for that address on our own network. */
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ETIMEDOUT:
      return MR_DEVICE_REASON_NO_ANSWER;
    case ENETUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
      return MR_DEVICE_REASON_NO_NETWORK;
    case ECONNRESET:
    case ECONNABORTED:
    case ENOTCONN:
    case EPIPE:
      return MR_DEVICE_REASON_DROPPED;
    default:
      return MR_DEVICE_REASON_IO;
    }
}

gboolean
mr_device_reason_means_gone (MrDeviceReason reason)
{
  switch (reason)
    {
    case MR_DEVICE_REASON_NO_ANSWER:
    case MR_DEVICE_REASON_REFUSED:
    case MR_DEVICE_REASON_UNKNOWN_HOST:
    case MR_DEVICE_REASON_NO_NETWORK:
    case MR_DEVICE_REASON_DROPPED:
    case MR_DEVICE_REASON_NO_DEVICE:
      return TRUE;
    default:
      return FALSE;
    }
}

const char *
mr_device_state_to_string (MrDeviceState state)
{
  static const char *const names[] = { "absent", "opening", "ready", "busy", "trouble", "gone" };

  g_assert ((guint) state < G_N_ELEMENTS (names));
  return names[state];
}

const char *
mr_device_reason_to_string (MrDeviceReason reason)
{
  static const char *const names[] = {
    "none",      "no-answer",  "refused", "unknown-host", "no-network", "dropped",
    "no-device", "permission", "in-use",  "paper",        "cover",      "fault",
    "disk-full", "no-folder",  "io",      "overtaken",    "closed",
  };

  g_assert ((guint) reason < G_N_ELEMENTS (names));
  return names[reason];
}
