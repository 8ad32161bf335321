/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How it is with a device: the same words for a printer, a scanner, a scale and a display. */
typedef enum
{
  MR_DEVICE_ABSENT, /* not tried yet */
  MR_DEVICE_OPENING,
  MR_DEVICE_READY,
  MR_DEVICE_BUSY, /* at work: a job is under way */
  MR_DEVICE_TROUBLE, /* see the reason; tried again by itself */
  MR_DEVICE_GONE, /* was there and is not: cable, power; tried again by itself */
} MrDeviceState;

/* Why not. The view has a sentence for each; nobody else needs more. */
typedef enum
{
  MR_DEVICE_REASON_NONE,
  MR_DEVICE_REASON_NO_ANSWER, /* the address is silent, or the device stopped taking data */
  MR_DEVICE_REASON_REFUSED, /* something is at the address, but nothing listens there */
  MR_DEVICE_REASON_UNKNOWN_HOST, /* no such name */
  MR_DEVICE_REASON_NO_NETWORK, /* no way to the address: our own cable, a wrong address */
  MR_DEVICE_REASON_DROPPED, /* the printer closed the connection in the middle */
  MR_DEVICE_REASON_NO_DEVICE, /* no such device: unplugged, off */
  MR_DEVICE_REASON_PERMISSION,
  MR_DEVICE_REASON_IN_USE, /* another program has it */
  MR_DEVICE_REASON_PAPER,
  MR_DEVICE_REASON_COVER,
  MR_DEVICE_REASON_FAULT, /* cutter, overheated head, …: the printer says it needs help */
  MR_DEVICE_REASON_DISK_FULL,
  MR_DEVICE_REASON_NO_FOLDER,
  MR_DEVICE_REASON_IO, /* anything else */
  MR_DEVICE_REASON_OVERTAKEN, /* stuck, and given up for the drawer: send it again */
  MR_DEVICE_REASON_CLOSED, /* this device is not used any more */
} MrDeviceReason;

MrDeviceReason mr_device_reason_from_errno (int error);
/* Whether a device that fails like this can only be away, not merely in need of a hand. */
gboolean mr_device_reason_means_gone (MrDeviceReason reason);
const char *mr_device_state_to_string (MrDeviceState state); /* "ready", … */
const char *mr_device_reason_to_string (MrDeviceReason reason); /* "no-answer", … */

G_END_DECLS
