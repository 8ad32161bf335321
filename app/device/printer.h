/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* How a job ended. */
typedef enum
{
  MR_PRINT_CONFIRMED, /* the printer itself said that all was printed */
  MR_PRINT_SENT, /* every byte was taken and nothing was wrong; this printer says no more than that */
  MR_PRINT_NOT_STARTED, /* no byte went out: print it again as it is */
  MR_PRINT_CUT_SHORT, /* some of it may be on paper: print it again whole, marked COPY */
} MrPrintOutcome;

/**
 * MrPrinter:
 *
 * One receipt printer, reached by a location:
 *
 *   tcp:HOST[:PORT]   a network printer (9100 unless said), one connection a job
 *   file:/dev/usb/lp0 a device node, or any file: bytes are appended
 *   serial:PATH[:BAUD[:FORMAT]][:wire]
 *                     a serial line, 9600:8N1 unless said; held up by XOFF, or by a wire to CTS
 *   usb:04b8:0202:A1  a printer of class 7 by its maker, its product and, if more than one such are
 *                     plugged in, its serial; usb: the first there is
 *   dir:PATH          a folder; each job becomes a file ID.bin, there whole or not at all
 *
 * It has a thread of its own, so no function here waits, and nothing it does can hold up a sale.
 * Jobs are done in order; a drawer goes before receipts that wait, and a receipt that is stuck is
 * given up for it. A job is tried once: who keeps the jobs (the till's spool) sends it again when
 * ::job-done says so or when the state turns READY. An idle printer is looked after quietly, so that
 * the state is true before somebody prints.
 *
 * Made on, used from and signalling on one thread: that of the main context that was the default
 * when it was made.
 *
 * Signals:
 *   job-done (const char *id, int outcome (MrPrintOutcome), int reason (MrDeviceReason)): once for
 *   each job, in the order they ended.
 */
#define MR_TYPE_PRINTER (mr_printer_get_type ())
G_DECLARE_FINAL_TYPE (MrPrinter, mr_printer, MR, PRINTER, MrDevice)

/**
 * MrPrinterTiming:
 * @connect_ms: to find and reach the printer
 * @answer_ms: for one answer to a question about its status; asked twice
 * @stall_ms: without taking a byte, or without a word after the last, before a job counts as failed
 * @kick_patience_ms: the same while a drawer waits behind the job
 * @probe_ready_ms, @probe_trouble_ms: how often an idle printer is looked at. One on this computer is
 *   looked at six times as often while ready. In trouble, the pause of one on the network, and of any
 *   that swallows jobs in silence, doubles up to @probe_ready_ms. 0 for never.
 */
typedef struct
{
  int connect_ms;
  int answer_ms;
  int stall_ms;
  int kick_patience_ms;
  int probe_ready_ms;
  int probe_trouble_ms;
} MrPrinterTiming;

#define MR_PRINTER_TIMING_DEFAULT ((MrPrinterTiming){ 2000, 300, 10000, 500, 30000, 2000 })

/* Whether @location can be understood: G_IO_ERROR_INVALID_ARGUMENT. Does not look whether it exists. */
gboolean mr_printer_check_location (const char *location, GError **error);

/* NULL when mr_printer_check_location() says no. @timing NULL for the default. Starts looking at once. */
MrPrinter *mr_printer_new (const char *location, const MrPrinterTiming *timing, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Queues @job. @id comes back in ::job-done; for dir: it is the name of the file, so letters, digits,
 * "-", "_" and "." (others become "_"). */
void mr_printer_print (MrPrinter *self, const char *id, GBytes *job);

/* Opens the drawer, before every receipt that waits, exactly once: with @job (mr_escpos_new_kick_job())
 * while the printer is on-line, so that any will understand it; with @now (mr_escpos_new_kick_now(),
 * (nullable): it has no such command) when it says that it cannot print, a receipt is stuck, or one is
 * under way: between two commands of that. */
void mr_printer_kick (MrPrinter *self, const char *id, GBytes *job, GBytes *now);

/* Looks at the printer now if it is idle: for "try again" and the Devices page. */
void mr_printer_probe (MrPrinter *self);

/* Takes no more jobs; those that wait, and the one under way, end with REASON_CLOSED before this
 * returns. The last unref does the same, in silence. */
void mr_printer_close (MrPrinter *self);

const char *mr_printer_get_location (MrPrinter *self);
/* What the printer calls itself ("EPSON TM-T88"), NULL when it has not said. Give. */
char *mr_printer_dup_name (MrPrinter *self);
/* It says nothing, so nobody can know whether it has paper: its jobs end with SENT. ::changed tells. */
gboolean mr_printer_is_silent (MrPrinter *self);
guint mr_printer_get_n_waiting (MrPrinter *self); /* jobs not yet ended */

gboolean mr_print_outcome_is_printed (MrPrintOutcome outcome);
const char *mr_print_outcome_to_string (MrPrintOutcome outcome); /* "confirmed", … */

G_END_DECLS
