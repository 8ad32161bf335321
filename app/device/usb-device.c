/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/usb-device.h"

#include "device/usb-context.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct _MrUsbDevice
{
  MrUsbInterface *interface; /* (owned) */
  libusb_device_handle *handle; /* (owned) */
};

struct _MrUsbTransfer
{
  MrUsbDevice *device; /* (unowned) */
  struct libusb_transfer *native; /* (owned) */
  guint8 *buffer; /* (owned) */
  gsize size;
  int fd; /* (owned): readable when it has ended */
  gboolean is_started;
  gboolean is_refused; /* did not even start */
};

/* The interface itself, and the setting of it that was chosen. */
static int
claim (MrUsbDevice *self)
{
  const MrUsbInterface *interface = self->interface;
  int r = libusb_claim_interface (self->handle, interface->number);

  /* Asked for only where it matters: some devices do not take the question well. */
  if (r == LIBUSB_SUCCESS && interface->alternate != 0)
    {
      r = libusb_set_interface_alt_setting (self->handle, interface->number, interface->alternate);
      if (r != LIBUSB_SUCCESS)
        libusb_release_interface (self->handle, interface->number);
    }
  return r;
}

MrUsbDevice *
mr_usb_device_open (MrUsbInterface *interface, MrDeviceReason *reason)
{
  MrUsbDevice *self = g_new0 (MrUsbDevice, 1);
  int r = libusb_open (interface->device, &self->handle);

  if (r == LIBUSB_SUCCESS)
    {
      self->interface = mr_usb_interface_ref (interface);
      libusb_set_auto_detach_kernel_driver (self->handle, TRUE);
      r = claim (self);
      if (r != LIBUSB_SUCCESS)
        {
          libusb_close (self->handle);
          mr_usb_interface_unref (self->interface);
        }
    }
  *reason = mr_usb_reason_from_error (r);
  if (r != LIBUSB_SUCCESS)
    g_clear_pointer (&self, g_free);
  return self;
}

void
mr_usb_device_close (MrUsbDevice *self)
{
  /* Closing alone would not call the kernel's driver back. */
  libusb_release_interface (self->handle, self->interface->number);
  libusb_close (self->handle);
  mr_usb_interface_unref (self->interface);
  g_free (self);
}

const MrUsbInterface *
mr_usb_device_get_interface (MrUsbDevice *self)
{
  return self->interface;
}

int
mr_usb_device_ask (MrUsbDevice *self, guint8 request_type, guint8 request, guint16 value,
                   guint16 index, guint8 *bytes, guint16 size, int timeout_ms,
                   MrDeviceReason *reason)
{
  int n = libusb_control_transfer (self->handle, request_type, request, value, index, bytes, size,
                                   (unsigned int) timeout_ms);

  *reason = n == LIBUSB_ERROR_NO_DEVICE ? MR_DEVICE_REASON_NO_DEVICE : MR_DEVICE_REASON_NONE;
  return MAX (n, -1);
}

gboolean
mr_usb_device_clear_stall (MrUsbDevice *self, guint8 endpoint)
{
  return libusb_clear_halt (self->handle, endpoint) == LIBUSB_SUCCESS;
}

static void
wake (MrUsbTransfer *self)
{
  guint64 one = 1;

  while (write (self->fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

/* On the context's thread. */
static void
on_ended (struct libusb_transfer *native)
{
  wake (native->user_data);
}

static int
get_type (const MrUsbTransfer *self)
{
  return self->device->interface->kind == MR_USB_PRINTER ? LIBUSB_TRANSFER_TYPE_BULK
                                                         : LIBUSB_TRANSFER_TYPE_INTERRUPT;
}

MrUsbTransfer *
mr_usb_transfer_new (MrUsbDevice *device, guint8 endpoint, gsize size)
{
  MrUsbTransfer *self = g_new0 (MrUsbTransfer, 1);

  self->device = device;
  self->size = size;
  self->buffer = g_malloc0 (size);
  self->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert (self->fd >= 0);
  self->native = libusb_alloc_transfer (0);
  g_assert (self->native != NULL);
  self->native->dev_handle = device->handle;
  self->native->endpoint = endpoint;
  self->native->type = (unsigned char) get_type (self);
  self->native->buffer = self->buffer;
  self->native->callback = on_ended;
  self->native->user_data = self;
  return self;
}

void
mr_usb_transfer_free (MrUsbTransfer *self)
{
  if (self->is_started)
    {
      mr_usb_transfer_cancel (self);
      mr_usb_transfer_take (self, NULL, NULL);
    }
  libusb_free_transfer (self->native);
  close (self->fd);
  g_free (self->buffer);
  g_free (self);
}

int
mr_usb_transfer_get_fd (MrUsbTransfer *self)
{
  return self->fd;
}

void
mr_usb_transfer_start (MrUsbTransfer *self, const guint8 *bytes, gsize length)
{
  g_assert (!self->is_started && length <= self->size);
  if (bytes != NULL)
    memcpy (self->buffer, bytes, length);
  self->native->length = (int) length;
  self->native->actual_length = 0;
  self->is_started = TRUE;
  self->is_refused = libusb_submit_transfer (self->native) != LIBUSB_SUCCESS;
  if (self->is_refused)
    wake (self);
}

gboolean
mr_usb_transfer_is_started (MrUsbTransfer *self)
{
  return self->is_started;
}

void
mr_usb_transfer_cancel (MrUsbTransfer *self)
{
  /* Refused when it has just ended. */
  if (self->is_started && !self->is_refused)
    libusb_cancel_transfer (self->native);
}

static MrUsbResult
get_result (const MrUsbTransfer *self)
{
  if (self->is_refused)
    return MR_USB_GONE;
  switch (self->native->status)
    {
    case LIBUSB_TRANSFER_COMPLETED:
      return MR_USB_DONE;
    case LIBUSB_TRANSFER_CANCELLED:
    case LIBUSB_TRANSFER_TIMED_OUT:
      return MR_USB_CANCELLED;
    case LIBUSB_TRANSFER_STALL:
      return MR_USB_STALLED;
    case LIBUSB_TRANSFER_ERROR:
    case LIBUSB_TRANSFER_NO_DEVICE:
    case LIBUSB_TRANSFER_OVERFLOW:
    default:
      return MR_USB_GONE;
    }
}

MrUsbResult
mr_usb_transfer_take (MrUsbTransfer *self, const guint8 **bytes, gsize *n)
{
  struct pollfd fds[] = { { self->fd, POLLIN, 0 } };
  guint64 count;

  g_assert (self->is_started);
  while (read (self->fd, &count, sizeof count) < 0)
    poll (fds, G_N_ELEMENTS (fds), -1);
  self->is_started = FALSE;
  if (bytes != NULL)
    *bytes = self->buffer;
  if (n != NULL)
    *n = (gsize) self->native->actual_length;
  return get_result (self);
}
