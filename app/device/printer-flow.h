/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer-talk.h"

G_BEGIN_DECLS

/**
 * MrPrinterFlow:
 * @holds_part: the printer has a part of a receipt that was cut short
 *
 * What goes out to one printer, job after job. On the printer's thread only. Inside app/device.
 */
typedef struct
{
  MrPrinterPort *port; /* (owned) */
  MrPrinterTalk talk;
  MrDeviceWait wait;
  gboolean holds_part;
} MrPrinterFlow;

/* Bytes @n_done to @end of a piece of a job that has @length, whole commands, from where it was whenever the
 * port takes no more for a while, unless the printer says why, or nothing has gone out for too long. @n_done
 * is how far it came, also on failure; what the last command then lacks is filled up before the next. */
MrDeviceReason mr_printer_flow_write (MrPrinterFlow *self, const guint8 *piece, gsize length,
                                      gsize end, gsize *n_done);

/* The printer throws away what it holds. FALSE when it cannot be told to. */
gboolean mr_printer_flow_unblock (MrPrinterFlow *self);

G_END_DECLS
