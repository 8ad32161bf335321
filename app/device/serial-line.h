/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-state.h"

#include <gio/gio.h>
#include <termios.h>

G_BEGIN_DECLS

/**
 * MrSerialPlace:
 * @path: (owned): of the device
 * @baud: bits a second
 * @data_bits: 7 or 8
 * @parity: 'N', 'E' or 'O'
 * @stop_bits: 1 or 2
 *
 * Where a serial device is and how it talks: what "PATH[:BAUD[:FORMAT]]" says behind "serial:", as in
 * "/dev/ttyUSB0:9600:8N1", which is what is not said. Inside app/device.
 */
typedef struct
{
  char *path;
  guint baud;
  guint data_bits;
  char parity;
  guint stop_bits;
} MrSerialPlace;

/* NULL, with G_IO_ERROR_INVALID_ARGUMENT that names the part which cannot be. Give. */
MrSerialPlace *mr_serial_place_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void mr_serial_place_free (MrSerialPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrSerialPlace, mr_serial_place_free)

/**
 * MrSerialFlow:
 *
 * How the other side says that it cannot take more: not at all, by a wire (RTS/CTS), or by the bytes XOFF
 * and XON, which then cannot be data that comes in.
 */
typedef enum
{
  MR_SERIAL_FLOW_NONE,
  MR_SERIAL_FLOW_WIRE,
  MR_SERIAL_FLOW_BYTES,
} MrSerialFlow;

/**
 * MrSerialLine:
 * @fd: non-blocking; −1 when closed
 * @before: the settings found, given back when it is closed
 *
 * An open serial line: raw, without echo, for us alone. A break is ignored, the modem wires are, and they
 * stay as they are when it is closed. Plain struct; { .fd = -1 } to start.
 */
typedef struct
{
  int fd;
  struct termios before;
} MrSerialLine;

/* IN_USE when another program has it, NO_DEVICE when there is none, IO when it is no serial line or cannot
 * be set as @place says. */
MrDeviceReason mr_serial_line_open (MrSerialLine *self, const MrSerialPlace *place,
                                    MrSerialFlow flow);
/* Nothing when closed. What was written and not sent yet is dropped: a scale that is gone takes nothing. */
void mr_serial_line_close (MrSerialLine *self);

G_END_DECLS
