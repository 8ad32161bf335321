/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/device-wait.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

MrWaitResult
mr_device_wait (const MrDeviceWait *self, int fd, short events, int timeout_ms)
{
  for (;;)
    {
      struct pollfd fds[] = { { self->wake_fd, POLLIN, 0 }, { fd, events, 0 } };
      int limit_ms = self->hurry (self->user);
      int n;

      if (limit_ms == 0)
        return MR_WAIT_STOP;
      if (limit_ms > 0)
        timeout_ms = MIN (timeout_ms, limit_ms);
      n = poll (fds, G_N_ELEMENTS (fds), timeout_ms);
      if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
        return MR_WAIT_LATE;
      if (n > 0 && fds[1].revents != 0)
        return MR_WAIT_READY;
    }
}

MrDeviceReason
mr_device_write_fd (int fd, const guint8 *bytes, gsize length, gsize *n_taken, int stall_ms,
                    const MrDeviceWait *wait)
{
  *n_taken = 0;
  while (*n_taken < length)
    {
      ssize_t n = write (fd, bytes + *n_taken, length - *n_taken);

      if (n >= 0)
        *n_taken += (gsize) n;
      else if (errno == EAGAIN)
        {
          MrWaitResult result = mr_device_wait (wait, fd, POLLOUT, stall_ms);

          if (result == MR_WAIT_STOP)
            return MR_DEVICE_REASON_CLOSED;
          if (result == MR_WAIT_LATE)
            return MR_DEVICE_REASON_NO_ANSWER;
        }
      else if (errno != EINTR)
        return mr_device_reason_from_errno (errno);
    }
  return MR_DEVICE_REASON_NONE;
}

int
mr_device_read_fd (int fd, guint8 *bytes, int size, int timeout_ms, const MrDeviceWait *wait)
{
  ssize_t n;

  if (mr_device_wait (wait, fd, POLLIN, timeout_ms) != MR_WAIT_READY)
    return 0;
  do
    n = read (fd, bytes, (gsize) size);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    return (int) n;
  return n < 0 && errno == EAGAIN ? 0 : -1;
}
