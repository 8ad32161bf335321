/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-port.h"

#include <string.h>

static MrPrinterPort *
new_for_path (MrPrinterPort *(*make) (const char *path), const char *path, GError **error)
{
  if (g_path_is_absolute (path))
    return make (path);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "\"%s\" is not an absolute path",
               path);
  return NULL;
}

MrPrinterPort *
mr_printer_port_new (const char *location, const MrPrinterTiming *timing, GError **error)
{
  MrPrinterPort *self;

  if (g_str_has_prefix (location, "tcp:"))
    self = mr_printer_tcp_new (location + strlen ("tcp:"), error);
  else if (g_str_has_prefix (location, "file:"))
    self = new_for_path (mr_printer_node_new, location + strlen ("file:"), error);
  else if (g_str_has_prefix (location, "dir:"))
    self = new_for_path (mr_printer_folder_new, location + strlen ("dir:"), error);
  else if (g_str_has_prefix (location, "serial:"))
    self = mr_printer_serial_new (location + strlen ("serial:"), error);
  else if (g_str_has_prefix (location, "usb:"))
    self = mr_printer_usb_new (location + strlen ("usb:"), error);
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is not usb:VVVV:PPPP, tcp:HOST:PORT, file:PATH, serial:PATH or dir:PATH",
                   location);
      return NULL;
    }
  if (self != NULL)
    self->timing = *timing;
  return self;
}

void
mr_printer_port_free (MrPrinterPort *self)
{
  g_clear_pointer (&self->name, g_free);
  self->class->close (self);
  self->class->free (self);
}
