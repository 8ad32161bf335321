/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-port.h"
#include "device/printer-status.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/lp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * file:PATH — a device node such as /dev/usb/lp0, or any file that is there, to which bytes are
 * appended. Opened for each job: the node goes and comes with the cable.
 */

typedef struct
{
  MrPrinterPort port;
  char *path; /* (owned) */
  int fd;
  gboolean is_device; /* can be waited for */
  gboolean had_paper;
} Node;

static void
node_close (MrPrinterPort *port)
{
  Node *self = (Node *) port;

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static int
open_without_waiting (const char *path, int mode)
{
  return open (path, mode | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static MrDeviceReason
node_open (MrPrinterPort *port, const char *job_id, const MrDeviceWait *wait)
{
  Node *self = (Node *) port;
  struct stat status;

  if (stat (self->path, &status) != 0)
    return mr_device_reason_from_errno (errno);
  /* Opened for reading too, a FIFO would answer itself. */
  port->is_one_way = !S_ISCHR (status.st_mode);
  self->fd = open_without_waiting (self->path, port->is_one_way ? O_WRONLY : O_RDWR);
  if (self->fd < 0 && !port->is_one_way)
    {
      port->is_one_way = TRUE;
      self->fd = open_without_waiting (self->path, O_WRONLY);
    }
  if (self->fd < 0)
    return mr_device_reason_from_errno (errno);
  self->is_device = !S_ISREG (status.st_mode);
  return MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
node_write (MrPrinterPort *port, const guint8 *bytes, gsize length, gsize *n_taken,
            const MrDeviceWait *wait)
{
  Node *self = (Node *) port;
  MrDeviceReason reason =
      mr_device_write_fd (self->fd, bytes, length, n_taken, port->timing.stall_ms, wait);

  /* What the kernel says when the cable is pulled in the middle. */
  return reason == MR_DEVICE_REASON_IO || reason == MR_DEVICE_REASON_DROPPED
             ? MR_DEVICE_REASON_NO_DEVICE
             : reason;
}

static int
node_read (MrPrinterPort *port, guint8 *bytes, int size, int timeout_ms, const MrDeviceWait *wait)
{
  Node *self = (Node *) port;

  int n = 0;

  if (!port->is_one_way)
    n = mr_device_read_fd (self->fd, bytes, size, timeout_ms, wait);
  /* One-way printers refuse to be read. That the cable was pulled shows in the next write. */
  if (n < 0)
    port->is_one_way = TRUE;
  return MAX (n, 0);
}

static MrDeviceReason
node_look (MrPrinterPort *port)
{
  Node *self = (Node *) port;
  int status = 0;

  if (ioctl (self->fd, LPGETSTATUS, &status) == 0 &&
      mr_status_port_is_paper_out ((guint) status, &self->had_paper))
    return MR_DEVICE_REASON_PAPER;
  return MR_DEVICE_REASON_NONE;
}

static MrDeviceReason
node_finish (MrPrinterPort *port, const MrDeviceWait *wait)
{
  Node *self = (Node *) port;
  MrDeviceReason reason = MR_DEVICE_REASON_NONE;

  /* usblp throws away what it has not sent when it is closed. */
  if (self->is_device)
    switch (mr_device_wait (wait, self->fd, POLLOUT, port->timing.stall_ms))
      {
      case MR_WAIT_LATE:
        reason = MR_DEVICE_REASON_NO_ANSWER;
        break;
      case MR_WAIT_STOP:
        reason = MR_DEVICE_REASON_CLOSED;
        break;
      case MR_WAIT_READY:
      default:
        break;
      }
  else if (fsync (self->fd) != 0)
    reason = mr_device_reason_from_errno (errno);
  node_close (port);
  return reason;
}

static void
node_free (MrPrinterPort *port)
{
  Node *self = (Node *) port;

  g_free (self->path);
  g_free (self);
}

static const MrPrinterPortClass node_class = {
  .open = node_open,
  .write = node_write,
  .read = node_read,
  .look = node_look,
  .finish = node_finish,
  .close = node_close,
  .free = node_free,
  .is_local = TRUE,
};

MrPrinterPort *
mr_printer_node_new (const char *path)
{
  Node *self = g_new0 (Node, 1);

  self->port.class = &node_class;
  self->path = g_strdup (path);
  self->fd = -1;
  return &self->port;
}
