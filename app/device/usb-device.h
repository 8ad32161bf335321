/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-wait.h"
#include "device/usb-bus.h"

G_BEGIN_DECLS

/**
 * MrUsbDevice:
 *
 * An interface that is open and ours. The kernel's driver was sent away and is called back by
 * mr_usb_device_close(); nothing is reset or configured. One thread at a time. Inside app/device.
 */
typedef struct _MrUsbDevice MrUsbDevice;

/* NULL with @reason: PERMISSION, IN_USE (another program), NO_DEVICE, IO. */
MrUsbDevice *mr_usb_device_open (MrUsbInterface *interface, MrDeviceReason *reason)
    G_GNUC_WARN_UNUSED_RESULT;
/* After its transfers are freed. */
void mr_usb_device_close (MrUsbDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrUsbDevice, mr_usb_device_close)

const MrUsbInterface *mr_usb_device_get_interface (MrUsbDevice *self);

/* Asks by the control endpoint; @request_type with LIBUSB_ENDPOINT_IN. How many bytes came; −1 when it
 * is refused (stalled, which clears itself) or late, and then REASON_NO_DEVICE in @reason if it is
 * gone, else NONE. Keep @timeout_ms at a second. */
int mr_usb_device_ask (MrUsbDevice *self, guint8 request_type, guint8 request, guint16 value,
                       guint16 index, guint8 *bytes, guint16 size, int timeout_ms,
                       MrDeviceReason *reason);

/* After a transfer that was STALLED. FALSE when the device is gone. */
gboolean mr_usb_device_clear_stall (MrUsbDevice *self, guint8 endpoint);

typedef enum
{
  MR_USB_DONE,
  MR_USB_CANCELLED, /* a part of it may have been transferred */
  MR_USB_STALLED, /* the same; the endpoint is to be cleared */
  MR_USB_GONE, /* unplugged, or no better: the device is to be closed */
} MrUsbResult;

/**
 * MrUsbTransfer:
 *
 * One transfer after another by one endpoint, bulk or interrupt. Its file descriptor becomes readable
 * when one has ended, so it is waited for with mr_device_wait (…, POLLIN, …).
 */
typedef struct _MrUsbTransfer MrUsbTransfer;

/* @endpoint: of the device's interface. @size: at most so many bytes at a time; for IN a multiple of
 * the packet's size. */
MrUsbTransfer *mr_usb_transfer_new (MrUsbDevice *device, guint8 endpoint, gsize size)
    G_GNUC_WARN_UNUSED_RESULT;
/* Cancels it first if it is under way. */
void mr_usb_transfer_free (MrUsbTransfer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrUsbTransfer, mr_usb_transfer_free)

int mr_usb_transfer_get_fd (MrUsbTransfer *self);

/* Starts it; none must be under way. OUT: @bytes, which are copied. IN: NULL and the size. */
void mr_usb_transfer_start (MrUsbTransfer *self, const guint8 *bytes, gsize length);
/* From start to take. */
gboolean mr_usb_transfer_is_started (MrUsbTransfer *self);
/* Ends it early; to be taken all the same. */
void mr_usb_transfer_cancel (MrUsbTransfer *self);

/* How it ended, waiting until it has. @n: how many bytes were transferred, whatever the result; never
 * more is to be read of @bytes (nullable), which are good until the next start. A packet without bytes
 * is DONE with 0. */
MrUsbResult mr_usb_transfer_take (MrUsbTransfer *self, const guint8 **bytes, gsize *n);

G_END_DECLS
