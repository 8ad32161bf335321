/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-state.h"

G_BEGIN_DECLS

typedef enum
{
  MR_WAIT_READY,
  MR_WAIT_LATE, /* the time is over */
  MR_WAIT_STOP, /* the device is being closed */
} MrWaitResult;

/**
 * MrDeviceWait:
 * @wake_fd: becomes readable when somebody wants the thread
 * @hurry: empties @wake_fd and says how long any wait may take now: −1 as long as it likes, 0 not at
 *   all (closing), else at most so many milliseconds (a drawer waits, bytes are to be sent)
 *
 * How a port waits on its device's thread, so that it can be hurried. Inside app/device.
 */
typedef struct
{
  int wake_fd;
  int (*hurry) (gpointer user);
  gpointer user; /* (unowned) */
} MrDeviceWait;

/* Whether something more urgent waits, or nothing matters any more. */
static inline gboolean
mr_device_wait_is_hurried (const MrDeviceWait *self)
{
  return self->hurry (self->user) >= 0;
}

/* How long nothing may move, in milliseconds: @stall_ms, or less while somebody waits. */
static inline int
mr_device_wait_get_patience (const MrDeviceWait *self, int stall_ms)
{
  int limit_ms = self->hurry (self->user);

  return limit_ms >= 0 ? MIN (limit_ms, stall_ms) : stall_ms;
}

/* Waits for @events on @fd (−1: for nothing but the time). MR_WAIT_READY also on an error condition,
 * which the next read or write then tells. */
MrWaitResult mr_device_wait (const MrDeviceWait *self, int fd, short events, int timeout_ms);

/* What is shared by ports that have a file descriptor, which must be non-blocking.
 * @n_taken of the bytes were taken, also on failure: NO_ANSWER when none was for @stall_ms. */
MrDeviceReason mr_device_write_fd (int fd, const guint8 *bytes, gsize length, gsize *n_taken,
                                   int stall_ms, const MrDeviceWait *wait);
/* How many bytes came within @timeout_ms, 0 for none, −1 when the other side hung up or failed. */
int mr_device_read_fd (int fd, guint8 *bytes, int size, int timeout_ms, const MrDeviceWait *wait);

G_END_DECLS
