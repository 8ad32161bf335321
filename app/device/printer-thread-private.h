/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/actor.h"
#include "device/printer-flow.h"
#include "device/printer-thread.h"

G_BEGIN_DECLS

/* What printer-thread.c (queues, states, looking) and printer-job.c (one job) share. All on the
 * printer's thread. */

/* @now: done at once, whatever waits. */
typedef struct
{
  guint64 serial;
  char *id; /* (owned) */
  GBytes *bytes; /* (owned) */
  GBytes *now; /* (owned) (nullable): of a kick */
  gboolean is_kick;
} MrPrinterJob;

struct _MrPrinterThread
{
  MrActor actor; /* its news: MrPrinterNews */

  /* Under the mutex: */
  GQueue kicks; /* (owned): MrPrinterJob */
  GQueue receipts; /* (owned): MrPrinterJob */
  gboolean wants_probe;
  gboolean is_kicking; /* the job under way, if any, opens the drawer */
  char *name; /* (owned) (nullable): what the printer calls itself */
  guint64 current; /* serial of the job under way, 0 for none */
  gboolean bytes_went_out; /* of the job under way */

  /* The thread's alone: */
  MrPrinterFlow flow; /* (owned) */
  MrPrinterTiming timing;
  MrDeviceState state;
  MrDeviceReason reason;
  gboolean was_ready;
  gboolean is_doubtful; /* was ready, and did not answer once: it may be serving another till */
  gboolean swallows; /* takes connections, but the last job got stuck, and it never says why */
  int pause_ms; /* until the next look at a printer in trouble */
  gboolean any_out; /* bytes of the job under way went out */
  gboolean kick_waits; /* for the end of that: in its middle the printer heard nothing */
  int kick_limit_ms; /* how long a drawer may wait to be taken; 0 for as long as a receipt */
};

void mr_printer_job_free (MrPrinterJob *job);

void mr_printer_thread_post (MrPrinterThread *self, MrPrinterNews news);
MrDeviceReason mr_printer_thread_open (MrPrinterThread *self, const char *job_id);
MrDeviceReason mr_printer_thread_check (MrPrinterThread *self, gboolean is_patient);

/* @confirmed: the printer said that all is on paper. Afterwards any_out says whether bytes went out. */
MrDeviceReason mr_printer_thread_run_job (MrPrinterThread *self, const MrPrinterJob *job,
                                          gboolean *confirmed);

G_END_DECLS
