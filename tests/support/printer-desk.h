/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer.h"

/**
 * PrinterDesk:
 * @done: how each job ended, "id outcome reason" a line
 * @states: each state and reason there was, "ready/none "
 *
 * Somebody who prints: a spool in small. Use with g_auto and { NULL }.
 */
typedef struct
{
  MrPrinter *printer; /* (owned) */
  GString *done; /* (owned) */
  GString *states; /* (owned) */
  guint n_done;
} PrinterDesk;

/* Waits made short, for what is meant to fail. */
extern const MrPrinterTiming printer_desk_quick;
/* For what must succeed, or fail in one way only, however busy this machine is. */
extern const MrPrinterTiming printer_desk_patient;

void printer_desk_init (PrinterDesk *self, const char *location, const MrPrinterTiming *timing);
void printer_desk_clear (PrinterDesk *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PrinterDesk, printer_desk_clear)

/* Until @n jobs in all have ended. */
void printer_desk_wait_done (PrinterDesk *self, guint n);
void printer_desk_wait_state (PrinterDesk *self, MrDeviceState state, MrDeviceReason reason);

/* Until the printer, silent so far, has said something. */
void printer_desk_wait_voice (PrinterDesk *self);

/* Enough lines to fill every buffer on the way. */
#define PRINTER_DESK_LONG 20000

/* A receipt of @n_lines for 80 mm, with a cut. */
GBytes *printer_desk_make_receipt (int n_lines);
/* Hanzi, sizes, a picture and a barcode, @n_blocks times: all that a drawer must not come into. */
GBytes *printer_desk_make_mixed_receipt (int n_blocks);
void printer_desk_print (PrinterDesk *self, const char *id, int n_lines);
void printer_desk_kick (PrinterDesk *self, const char *id);
