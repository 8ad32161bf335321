/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-port.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

MrWaitResult
mr_printer_wait (const MrPrinterWait *self, int fd, short events, int timeout_ms)
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
mr_printer_port_write_fd (const MrPrinterPort *self, int fd, const guint8 *bytes, gsize length,
                          gsize *n_taken, const MrPrinterWait *wait)
{
  *n_taken = 0;
  while (*n_taken < length)
    {
      ssize_t n = write (fd, bytes + *n_taken, length - *n_taken);

      if (n >= 0)
        *n_taken += (gsize) n;
      else if (errno == EAGAIN)
        {
          MrWaitResult result = mr_printer_wait (wait, fd, POLLOUT, self->timing.stall_ms);

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
mr_printer_port_read_fd (int fd, guint8 *bytes, int size, int timeout_ms, const MrPrinterWait *wait)
{
  ssize_t n;

  if (mr_printer_wait (wait, fd, POLLIN, timeout_ms) != MR_WAIT_READY)
    return 0;
  do
    n = read (fd, bytes, (gsize) size);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    return (int) n;
  return n < 0 && errno == EAGAIN ? 0 : -1;
}

static MrPrinterPort *
new_for_path (MrPrinterPort *(*make) (const char *path), const char *path, GError **error)
{
  if (g_path_is_absolute (path))
    return make (path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "\"%s\" is not an absolute path",
               path);
  return NULL;
}

MrPrinterPort *
mr_printer_port_new (const char *location, const MrPrinterTiming *timing, GError **error)
{
  MrPrinterPort *self;

  if (g_str_has_prefix (location, "tcp:"))
    self = mr_printer_tcp_new (location + strlen ("tcp:"), error);
  else if (g_str_has_prefix (location, "file:"))
    self = new_for_path (mr_printer_node_new, location + strlen ("file:"), error);
  else if (g_str_has_prefix (location, "dir:"))
    self = new_for_path (mr_printer_folder_new, location + strlen ("dir:"), error);
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is not tcp:HOST:PORT, file:PATH or dir:PATH", location);
      return NULL;
    }
  if (self != NULL)
    self->timing = *timing;
  return self;
}

void
mr_printer_port_free (MrPrinterPort *self)
{
  self->class->close (self);
  self->class->free (self);
}
