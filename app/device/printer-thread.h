/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer-port.h"

G_BEGIN_DECLS

/**
 * MrPrinterNews:
 * @serial: 0: the state changed; else this job ended
 * @is_silent: with the state: it is printed blind
 *
 * What a printer's thread tells the side that made it.
 */
typedef struct
{
  guint64 serial;
  MrDeviceState state;
  MrPrintOutcome outcome;
  MrDeviceReason reason;
  gboolean is_silent;
} MrPrinterNews;

/* Called in the main context of the maker when there are news to take. */
typedef void (*MrPrinterNewsFunc) (GObject *printer);

/**
 * MrPrinterThread:
 *
 * The thread that talks to one printer by its port, and what it shares with the main side. Outlives
 * whichever of the two goes first; nobody waits for it. Inside app/device; functions are the main
 * side's.
 */
typedef struct _MrPrinterThread MrPrinterThread;

/* Takes @port. @printer is held weakly, and not called back once it is gone. */
MrPrinterThread *mr_printer_thread_start (MrPrinterPort *port, GObject *printer,
                                          MrPrinterNewsFunc on_news) G_GNUC_WARN_UNUSED_RESULT;

/* Stops as soon as it can; no more news are told. */
void mr_printer_thread_stop (MrPrinterThread *self);
void mr_printer_thread_unref (MrPrinterThread *self);

void mr_printer_thread_add_job (MrPrinterThread *self, guint64 serial, const char *id,
                                GBytes *bytes, gboolean is_kick, GBytes *now);
void mr_printer_thread_look (MrPrinterThread *self);

/* What the printer calls itself; NULL until that is known. Give. */
char *mr_printer_thread_dup_name (MrPrinterThread *self);

/* The oldest news; FALSE when there are none. */
gboolean mr_printer_thread_take_news (MrPrinterThread *self, MrPrinterNews *news);

/* Which job is under way (0 for none) and whether bytes of it went out. FALSE when there are news to
 * take first: a job has either ended or is under way. */
gboolean mr_printer_thread_get_current (MrPrinterThread *self, guint64 *serial,
                                        gboolean *bytes_went_out);

G_END_DECLS
