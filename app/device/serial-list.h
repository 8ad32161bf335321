/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrSerialPort:
 * @path: (owned): of the device; over USB the one that names what is plugged in, so that it stays the same in
 *   another socket
 * @name: (owned): what a person knows it by: "FTDI FT232R USB UART A10K", "COM1"
 * @is_usb: over USB
 *
 * A serial line of this computer. Inside app.
 */
typedef struct
{
  char *path;
  char *name;
  gboolean is_usb;
} MrSerialPort;

void mr_serial_port_free (MrSerialPort *self);

/* The lines there are, those over USB first; sockets that the system only allows for are none. @dev, @sys:
 * "/dev" and "/sys". Opens no line. (transfer full) (element-type MrSerialPort) */
GPtrArray *mr_serial_list (const char *dev, const char *sys) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
