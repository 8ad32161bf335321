/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-head.h"
#include "virtual-usb.h"

/* What GET_PORT_STATUS brings. */
typedef enum
{
  VIRTUAL_PORT_STATUS_TRUE,
  VIRTUAL_PORT_STATUS_STUCK, /* that there is no paper, whatever there is */
  VIRTUAL_PORT_STATUS_REFUSED,
} VirtualPortStatus;

/**
 * VirtualUsbPrinterPlan:
 * @port: "1-1", …
 * @serial: (nullable)
 * @has_strings: maker and product are told
 * @has_in: there is an endpoint to read from
 * @id: (nullable): the answer to GET_DEVICE_ID, @id_length bytes with its length; NULL stalls
 */
typedef struct
{
  const char *port;
  const char *serial;
  gboolean has_strings;
  gboolean has_in;
  const char *id;
  gsize id_length;
  VirtualPortStatus port_status;
} VirtualUsbPrinterPlan;

#define VIRTUAL_USB_PRINTER_PLAN \
  ((VirtualUsbPrinterPlan){ "1-1", "A1", TRUE, TRUE, NULL, 0, VIRTUAL_PORT_STATUS_TRUE })
#define VIRTUAL_USB_PRINTER_ROLL ((VirtualRoll){ TRUE, TRUE, -1, FALSE, FALSE })

/**
 * VirtualUsbPrinter:
 *
 * A receipt printer of class 7 on a virtual bus; the kernel's usblp has it when it is plugged in. While
 * it is out of order it fills its buffer, then takes no more. What it does is written on its paper.
 */
typedef struct _VirtualUsbPrinter VirtualUsbPrinter;

/* How much it takes while it cannot print. */
#define VIRTUAL_USB_PRINTER_BUFFER 1024

/* Not plugged in: virtual_usb_plug() and so on for its device. */
VirtualUsbPrinter *virtual_usb_printer_new (VirtualUsb *bus, const VirtualUsbPrinterPlan *plan);
void virtual_usb_printer_free (VirtualUsbPrinter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualUsbPrinter, virtual_usb_printer_free)
VirtualUsbDevice *virtual_usb_printer_get_device (VirtualUsbPrinter *self);

/* Paper and cover, at once. */
void virtual_usb_printer_set_roll (VirtualUsbPrinter *self, VirtualRoll roll);
/* Takes @n more bytes, then none; −1 for all. */
void virtual_usb_printer_set_limit (VirtualUsbPrinter *self, int n);
/* Takes @n bytes every two milliseconds; 0 for all at once. */
void virtual_usb_printer_set_pace (VirtualUsbPrinter *self, guint n);
/* Stalls after @n more bytes, once for each call. */
void virtual_usb_printer_stall_after (VirtualUsbPrinter *self, guint n);
/* Refuses to throw away its buffer (SOFT_RESET). */
void virtual_usb_printer_set_keeps_buffer (VirtualUsbPrinter *self, gboolean keeps);
/* The next read finds these: what was said to somebody before. */
void virtual_usb_printer_say (VirtualUsbPrinter *self, const void *bytes, gsize length);
/* Answers every read with nothing instead of making it wait. */
void virtual_usb_printer_set_empty_packets (VirtualUsbPrinter *self, gboolean sends_empty);
/* Its back channel stalls at each read. */
void virtual_usb_printer_set_in_stalls (VirtualUsbPrinter *self, gboolean stalls);

guint virtual_usb_printer_get_n_taken (VirtualUsbPrinter *self);
guint virtual_usb_printer_get_n_kicks (VirtualUsbPrinter *self);
guint virtual_usb_printer_get_n_resets (VirtualUsbPrinter *self); /* of its buffer */
guint virtual_usb_printer_get_n_statuses (VirtualUsbPrinter *self); /* how often it was asked for */
guint virtual_usb_printer_get_n_ids (VirtualUsbPrinter *self); /* how often its id was asked for */
/* What arrived in all, without questions and orders about the status. Give. */
GBytes *virtual_usb_printer_dup_jobs (VirtualUsbPrinter *self);
/* What is on the paper, and the first byte that does not belong there: NULL for none. Give. */
char *virtual_usb_printer_dup_text (VirtualUsbPrinter *self);
char *virtual_usb_printer_dup_error (VirtualUsbPrinter *self);
