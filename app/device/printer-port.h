/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-wait.h"
#include "device/printer.h"

G_BEGIN_DECLS

/*
 * The way bytes reach a printer, behind one interface: each driver (network, device node, folder, USB)
 * is a port. Runs on the printer's thread only. Inside app/device.
 */

typedef struct _MrPrinterPort MrPrinterPort;

/**
 * MrPrinterPortClass:
 * @open: gets through to the printer; @job_id is NULL to look only
 * @write: hands over up to @length bytes, @n_taken of them were taken (also on failure). NO_ANSWER: it
 *   takes no more at the moment; it may be called again for the rest.
 * @read: (nullable): bytes the printer says within @timeout_ms: their number, 0 for none, −1 when it
 *   hung up
 * @look: (nullable): of an open printer that says nothing: what is wrong, as far as the system knows
 * @unblock: (nullable): throws away what the printer holds and has not printed, so that it hears again;
 *   FALSE when it does not let itself be told
 * @finish: all bytes are handed over: makes sure they arrived, then closes
 * @close: closes in whatever state; nothing when not open. A port may keep the device for the next time.
 * @watch: (nullable): once, before anything else: @on_changed is to be called, on whatever thread, when
 *   it is worth looking at the printer; not after free()
 * @holds_back: nothing is visible before finish(), so a job that failed never started
 * @is_local: looking costs nothing and disturbs nobody, so it is done often
 * @hung_up: what it means when read() says so; NONE for DROPPED
 */
typedef struct
{
  MrDeviceReason (*open) (MrPrinterPort *self, const char *job_id, const MrDeviceWait *wait);
  MrDeviceReason (*write) (MrPrinterPort *self, const guint8 *bytes, gsize length, gsize *n_taken,
                           const MrDeviceWait *wait);
  int (*read) (MrPrinterPort *self, guint8 *bytes, int size, int timeout_ms,
               const MrDeviceWait *wait);
  MrDeviceReason (*look) (MrPrinterPort *self);
  gboolean (*unblock) (MrPrinterPort *self);
  MrDeviceReason (*finish) (MrPrinterPort *self, const MrDeviceWait *wait);
  void (*close) (MrPrinterPort *self);
  void (*watch) (MrPrinterPort *self, void (*on_changed) (gpointer user), gpointer user);
  void (*free) (MrPrinterPort *self);
  gboolean holds_back;
  gboolean is_local;
  MrDeviceReason hung_up;
} MrPrinterPortClass;

struct _MrPrinterPort
{
  const MrPrinterPortClass *class;
  MrPrinterTiming timing;
  char *name; /* (owned) (nullable): what the printer calls itself, once it was open */
  gboolean is_one_way; /* as opened now it cannot be read, and is never asked */
};

/* The port for @location. G_IO_ERROR_INVALID_ARGUMENT. Opens nothing. */
MrPrinterPort *mr_printer_port_new (const char *location, const MrPrinterTiming *timing,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void mr_printer_port_free (MrPrinterPort *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPrinterPort, mr_printer_port_free)

/* The drivers. */
MrPrinterPort *mr_printer_tcp_new (const char *host_and_port, GError **error);
MrPrinterPort *mr_printer_node_new (const char *path);
MrPrinterPort *mr_printer_folder_new (const char *path);
MrPrinterPort *mr_printer_serial_new (const char *place, GError **error);
MrPrinterPort *mr_printer_usb_new (const char *text, GError **error);

G_END_DECLS
