/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-usb.h"

typedef enum
{
  VIRTUAL_SCANNER_HID_POS,
  VIRTUAL_SCANNER_HID_POS_LATE, /* the AIM identifier one byte later */
  VIRTUAL_SCANNER_HID_POS_MUTE, /* does not tell its report descriptor */
  VIRTUAL_SCANNER_KEYBOARD, /* two interfaces: media keys, and a boot keyboard */
} VirtualScannerKind;

/**
 * VirtualUsbScanner:
 *
 * A scanner on a virtual bus, driven by the kernel (usbhid) when it is plugged in. Strict: its keyboard
 * speaks the boot protocol only after it was asked to, and reports of a device that is not plugged in are
 * a test's mistake. What nobody reads waits. Any thread.
 */
typedef struct _VirtualUsbScanner VirtualUsbScanner;

#define VIRTUAL_SCANNER_LOCATION "usb:0c2e:0b61"

/* @port: "1-1", …; @serial: (nullable). Not plugged in. */
VirtualUsbScanner *virtual_usb_scanner_new (VirtualUsb *bus, VirtualScannerKind kind,
                                            const char *port, const char *serial);
void virtual_usb_scanner_free (VirtualUsbScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualUsbScanner, virtual_usb_scanner_free)

/* For plugging, and who has it. (unowned) */
VirtualUsbDevice *virtual_usb_scanner_get_device (VirtualUsbScanner *self);

/* Reads a code (ASCII for a keyboard, which ends it with Enter); @aim "" for none. */
void virtual_usb_scanner_scan (VirtualUsbScanner *self, const char *aim, const char *code);
/* One report or packet as it is; none of @length 0. */
void virtual_usb_scanner_send (VirtualUsbScanner *self, const guint8 *bytes, gsize length);
/* Before its next report it stalls. */
void virtual_usb_scanner_stall (VirtualUsbScanner *self);
/* After each report that fills its packet a packet without bytes comes, as from many a real one. */
void virtual_usb_scanner_set_empty_packets (VirtualUsbScanner *self, gboolean is_on);
/* It is unplugged, and forgets what nobody has read. */
void virtual_usb_scanner_unplug (VirtualUsbScanner *self, int status);
gboolean virtual_usb_scanner_is_boot (VirtualUsbScanner *self);
