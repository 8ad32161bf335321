/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scanner.h"
#include "device/serial-list.h"
#include "device/usb-bus.h"

#define BOOT 1
#define MOUSE 2

void
mr_scanner_place_free (MrScannerPlace *self)
{
  g_free (self->location);
  g_free (self->name);
  g_free (self);
}

/* Takes both. A device with several interfaces is one place. */
static void
add_place (GPtrArray *places, char *location, char *name)
{
  MrScannerPlace *place;

  for (guint i = 0; i < places->len; i++)
    if (g_str_equal (((MrScannerPlace *) g_ptr_array_index (places, i))->location, location))
      {
        g_free (location);
        g_free (name);
        return;
      }
  place = g_new0 (MrScannerPlace, 1);
  place->location = location;
  place->name = name != NULL ? name : g_strdup ("");
  g_ptr_array_add (places, place);
}

static void
add_usb (GPtrArray *places)
{
  g_autoptr (MrUsbBus) bus = mr_usb_bus_get ();
  g_autoptr (GPtrArray) interfaces = mr_usb_bus_list (bus, MR_USB_HID);

  for (guint i = 0; i < interfaces->len; i++)
    {
      const MrUsbInterface *interface = g_ptr_array_index (interfaces, i);

      if (interface->subclass != BOOT || interface->protocol != MOUSE)
        add_place (places, mr_usb_interface_dup_location (interface),
                   mr_usb_interface_dup_name (interface));
    }
}

/* What is not on USB is not listened to unasked: it may be a printer. */
static void
add_serial (GPtrArray *places)
{
  g_autoptr (GPtrArray) ports = mr_serial_list ("/dev", "/sys");

  for (guint i = 0; i < ports->len; i++)
    {
      const MrSerialPort *port = g_ptr_array_index (ports, i);

      if (port->is_usb)
        add_place (places, g_strconcat ("serial:", port->path, NULL), g_strdup (port->name));
    }
}

GPtrArray *
mr_scanner_list_places (void)
{
  GPtrArray *places = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_scanner_place_free);

  add_usb (places);
  add_serial (places);
  return places;
}
