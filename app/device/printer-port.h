/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/printer.h"

G_BEGIN_DECLS

/*
 * The way bytes reach a printer, behind one interface: each driver (network, device node, folder)
 * is a port. Runs on the printer's thread only. Inside app/device.
 */

typedef enum
{
  MR_WAIT_READY,
  MR_WAIT_LATE, /* the time is over */
  MR_WAIT_STOP, /* the printer is being closed */
} MrWaitResult;

/**
 * MrPrinterWait:
 * @wake_fd: becomes readable when somebody wants the thread
 * @hurry: empties @wake_fd and says how long any wait may take now: −1 as long as it likes, 0 not at
 *   all (closing), else at most so many milliseconds (a drawer waits)
 *
 * How a port waits, so that it can be hurried.
 */
typedef struct
{
  int wake_fd;
  int (*hurry) (gpointer user);
  gpointer user; /* (unowned) */
} MrPrinterWait;

/* Whether something more urgent waits, or nothing matters any more. */
static inline gboolean
mr_printer_wait_is_hurried (const MrPrinterWait *self)
{
  return self->hurry (self->user) >= 0;
}

/* Waits for @events on @fd (−1: for nothing but the time). MR_WAIT_READY also on an error condition,
 * which the next read or write then tells. */
MrWaitResult mr_printer_wait (const MrPrinterWait *self, int fd, short events, int timeout_ms);

typedef struct _MrPrinterPort MrPrinterPort;

/**
 * MrPrinterPortClass:
 * @open: gets through to the printer; @job_id is NULL to look only
 * @write: hands over up to @length bytes, @n_taken of them were taken (also on failure)
 * @read: (nullable): bytes the printer says within @timeout_ms: their number, 0 for none, −1 when it
 *   hung up
 * @look: (nullable): what is wrong, as far as the system knows without asking the printer
 * @finish: all bytes are handed over: makes sure they arrived, then closes
 * @close: closes in whatever state; nothing when not open
 * @holds_back: nothing is visible before finish(), so a job that failed never started
 * @is_local: looking costs nothing and disturbs nobody, so it is done often
 */
typedef struct
{
  MrDeviceReason (*open) (MrPrinterPort *self, const char *job_id, const MrPrinterWait *wait);
  MrDeviceReason (*write) (MrPrinterPort *self, const guint8 *bytes, gsize length, gsize *n_taken,
                           const MrPrinterWait *wait);
  int (*read) (MrPrinterPort *self, guint8 *bytes, int size, int timeout_ms,
               const MrPrinterWait *wait);
  MrDeviceReason (*look) (MrPrinterPort *self);
  MrDeviceReason (*finish) (MrPrinterPort *self, const MrPrinterWait *wait);
  void (*close) (MrPrinterPort *self);
  void (*free) (MrPrinterPort *self);
  gboolean holds_back;
  gboolean is_local;
} MrPrinterPortClass;

struct _MrPrinterPort
{
  const MrPrinterPortClass *class;
  MrPrinterTiming timing;
  gboolean is_one_way; /* as opened now it cannot be read, and is never asked */
};

/* The port for @location. G_IO_ERROR_INVALID_ARGUMENT. Opens nothing. */
MrPrinterPort *mr_printer_port_new (const char *location, const MrPrinterTiming *timing,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void mr_printer_port_free (MrPrinterPort *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPrinterPort, mr_printer_port_free)

/* What is shared by ports that have a file descriptor, which must be non-blocking. */
MrDeviceReason mr_printer_port_write_fd (const MrPrinterPort *self, int fd, const guint8 *bytes,
                                         gsize length, gsize *n_taken, const MrPrinterWait *wait);
int mr_printer_port_read_fd (int fd, guint8 *bytes, int size, int timeout_ms,
                             const MrPrinterWait *wait);

/* The drivers. */
MrPrinterPort *mr_printer_tcp_new (const char *host_and_port, GError **error);
MrPrinterPort *mr_printer_node_new (const char *path);
MrPrinterPort *mr_printer_folder_new (const char *path);

G_END_DECLS
