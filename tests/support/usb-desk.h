/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "printer-desk.h"
#include "virtual-usb-printer.h"

#include "device/usb-bus.h"

/**
 * UsbDesk:
 *
 * Somebody who prints on a virtual USB printer. A fixture: zeroed before set_up.
 */
typedef struct
{
  VirtualUsb *bus; /* (owned) */
  MrUsbBus *usb; /* (owned): one for the whole test, as in a till with other devices */
  VirtualUsbPrinter *printer; /* (owned) */
  VirtualUsbDevice *device; /* (unowned) */
  PrinterDesk desk; /* (owned) */
  VirtualUsbPrinter *other; /* (owned) (nullable): where there are two */
  PrinterDesk other_desk; /* (owned) */
} UsbDesk;

#define USB_DESK_KIND "usb:0416:5011"

/* What must succeed does so long before these are over, however busy the machine is. */
extern const MrPrinterTiming usb_desk_sure;

/* For g_test_add(). @plan: (nullable): a VirtualUsbPrinterPlan, else the usual one. Not plugged in. */
void usb_desk_set_up (UsbDesk *self, gconstpointer plan);
void usb_desk_tear_down (UsbDesk *self, gconstpointer plan);

/* Plugs it in; until it is ready. */
void usb_desk_start (UsbDesk *self, const MrPrinterTiming *timing);
/* Until @n bytes in all were taken. */
void usb_desk_wait_taken (UsbDesk *self, guint n);
/* Until @n jobs in all have ended, like that. */
void usb_desk_assert_done (UsbDesk *self, guint n, const char *done);

/* Exactly @n receipts of @n_lines arrived, and the paper makes sense. */
void usb_desk_assert_receipts (VirtualUsbPrinter *printer, int n, int n_lines);
