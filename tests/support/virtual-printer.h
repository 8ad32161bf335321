/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-head.h"

#include <gio/gio.h>

typedef enum
{
  VIRTUAL_FAULT_NONE,
  VIRTUAL_FAULT_DEAF, /* accepts, and after n_bytes reads no more */
  VIRTUAL_FAULT_HANGS_UP, /* closes after n_bytes */
  VIRTUAL_FAULT_RESETS, /* resets the connection after n_bytes */
  VIRTUAL_FAULT_SLOW, /* reads n_bytes every 20 ms */
} VirtualFault;

/**
 * VirtualScript:
 * @roll: how it is with the printer
 * @n_times: how often the fault strikes; −1 for always. A connection that brings less than n_bytes,
 *   as a look at the status does, is spared.
 */
typedef struct
{
  VirtualRoll roll;
  VirtualFault fault;
  gsize n_bytes;
  int n_times;
} VirtualScript;

#define VIRTUAL_SCRIPT_CHEAP \
  ((VirtualScript){ { FALSE, FALSE, -1, FALSE, FALSE }, VIRTUAL_FAULT_NONE, 0, -1 })
#define VIRTUAL_SCRIPT_HONEST \
  ((VirtualScript){ { TRUE, TRUE, -1, FALSE, FALSE }, VIRTUAL_FAULT_NONE, 0, -1 })

/* How much a connection brings while the printer is off-line. */
#define VIRTUAL_PRINTER_BUFFER 1024

/**
 * VirtualPrinter:
 *
 * A network printer on loopback, in a thread of its own, one connection at a time as real ones.
 * A job is a connection that brought more than questions about the status. All functions may be
 * called from any thread.
 */
typedef struct _VirtualPrinter VirtualPrinter;

/* Called on the printer's thread after each job. */
typedef void (*VirtualJobFunc) (guint index, GBytes *job, gpointer user);

/* Listens on 127.0.0.1:@port, 0 for any free one; columns 32 or 48. NULL when the port is taken. */
VirtualPrinter *virtual_printer_new (guint16 port, int columns, VirtualJobFunc on_job,
                                     gpointer user);
void virtual_printer_free (VirtualPrinter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualPrinter, virtual_printer_free)

guint16 virtual_printer_get_port (VirtualPrinter *self);
/* "tcp:127.0.0.1:PORT". Give. */
char *virtual_printer_dup_location (VirtualPrinter *self);

/* From the next connection on; paper and cover at once. */
void virtual_printer_set_script (VirtualPrinter *self, VirtualScript script);

guint virtual_printer_get_n_jobs (VirtualPrinter *self);
guint virtual_printer_get_n_kicks (VirtualPrinter *self);
guint virtual_printer_get_n_connections (VirtualPrinter *self);
/* What came in job @index, questions about the status included. Give. */
GBytes *virtual_printer_dup_job (VirtualPrinter *self, guint index);
/* The text of job @index. Give. */
char *virtual_printer_dup_text (VirtualPrinter *self, guint index);

/* A port of 127.0.0.1 where nobody listens. */
guint16 virtual_printer_find_dead_port (void);
