/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/usb-list.h"

#include "device/usb-context.h"

#include <string.h>

#define NODES "/dev/bus/usb"
#define DEVICES "/sys/bus/usb/devices"
#define IPP_PROTOCOL 4
#define MAX_PORTS 7

/* Called for each device of the context. */
typedef void (*DeviceFunc) (libusb_device *device, gpointer user);

static void
for_each_device (MrUsbContext *context, DeviceFunc func, gpointer user)
{
  libusb_device **devices = NULL;
  ssize_t n = libusb_get_device_list (mr_usb_context_get_native (context), &devices);

  for (ssize_t i = 0; i < n; i++)
    func (devices[i], user);
  if (n >= 0)
    libusb_free_device_list (devices, TRUE);
}

/* As the system names it: "usb1" for the bus itself, "1-4.2" for what hangs on it. */
static char *
dup_path (libusb_device *device)
{
  guint8 ports[MAX_PORTS];
  int n = libusb_get_port_numbers (device, ports, sizeof ports);
  GString *path;

  if (n <= 0)
    return g_strdup_printf ("usb%u", libusb_get_bus_number (device));
  path = g_string_new (NULL);
  g_string_printf (path, "%u-%u", libusb_get_bus_number (device), ports[0]);
  for (int i = 1; i < n; i++)
    g_string_append_printf (path, ".%u", ports[i]);
  return g_string_free (path, FALSE);
}

/* The system has read these when it was plugged in: nobody needs a right to see them, and devices that
 * answer the question badly are not asked again. */
static char *
dup_attribute (const char *path, const char *name)
{
  g_autofree char *file = g_build_filename (DEVICES, path, name, NULL);
  char *value = NULL;

  if (!g_file_get_contents (file, &value, NULL, NULL))
    return NULL;
  for (char *c = value; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (value);
  if (value[0] == '\0' || !g_utf8_validate (value, -1, NULL))
    g_clear_pointer (&value, g_free);
  return value;
}

static void
find_endpoints (const struct libusb_interface_descriptor *setting, int type,
                MrUsbInterface *interface)
{
  interface->out_endpoint = 0;
  interface->in_endpoint = 0;
  for (int i = 0; i < setting->bNumEndpoints; i++)
    {
      const struct libusb_endpoint_descriptor *endpoint = &setting->endpoint[i];
      gboolean is_in = (endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0;

      if ((endpoint->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != type)
        continue;
      if (!is_in && interface->out_endpoint == 0)
        interface->out_endpoint = endpoint->bEndpointAddress;
      if (is_in && interface->in_endpoint == 0)
        {
          interface->in_endpoint = endpoint->bEndpointAddress;
          interface->in_size = endpoint->wMaxPacketSize & 0x7FF;
        }
    }
}

/* Whether @setting is of the kind, and then everything that it says. */
static gboolean
take_setting (const struct libusb_interface_descriptor *setting, MrUsbInterface *interface)
{
  gboolean is_printer = interface->kind == MR_USB_PRINTER;

  if (setting->bInterfaceClass != (is_printer ? LIBUSB_CLASS_PRINTER : LIBUSB_CLASS_HID) ||
      (is_printer && setting->bInterfaceProtocol == IPP_PROTOCOL))
    return FALSE;
  interface->number = setting->bInterfaceNumber;
  interface->alternate = setting->bAlternateSetting;
  interface->subclass = setting->bInterfaceSubClass;
  interface->protocol = setting->bInterfaceProtocol;
  find_endpoints (setting, is_printer ? LIBUSB_TRANSFER_TYPE_BULK : LIBUSB_TRANSFER_TYPE_INTERRUPT,
                  interface);
  return (is_printer ? interface->out_endpoint : interface->in_endpoint) != 0;
}

/* The first setting that can be read, or else the first. */
static gboolean
choose_setting (const struct libusb_interface *settings, MrUsbInterface *interface)
{
  gboolean is_found = FALSE;
  MrUsbInterface first = *interface;

  for (int i = 0; i < settings->num_altsetting; i++)
    {
      MrUsbInterface candidate = *interface;

      if (!take_setting (&settings->altsetting[i], &candidate))
        continue;
      if (!is_found)
        first = candidate;
      is_found = TRUE;
      if (candidate.in_endpoint != 0)
        {
          first = candidate;
          break;
        }
    }
  *interface = first;
  return is_found;
}

typedef struct
{
  MrUsbContext *context; /* (unowned) */
  MrUsbKind kind;
  GPtrArray *found; /* (unowned) */
} Search;

static void
add_interface (Search *search, libusb_device *device, MrUsbInterface *plain)
{
  MrUsbInterface *interface = g_atomic_rc_box_dup (sizeof *plain, plain);

  interface->path = dup_path (device);
  interface->serial = dup_attribute (interface->path, "serial");
  interface->maker = dup_attribute (interface->path, "manufacturer");
  interface->name = dup_attribute (interface->path, "product");
  interface->context = mr_usb_context_ref (search->context);
  interface->device = libusb_ref_device (device);
  g_ptr_array_add (search->found, interface);
}

static void
search_device (libusb_device *device, gpointer user)
{
  Search *search = user;
  struct libusb_device_descriptor descriptor;
  struct libusb_config_descriptor *config = NULL;

  if (libusb_get_device_descriptor (device, &descriptor) != LIBUSB_SUCCESS ||
      libusb_get_active_config_descriptor (device, &config) != LIBUSB_SUCCESS)
    return;
  for (int i = 0; i < config->bNumInterfaces; i++)
    {
      MrUsbInterface plain = {
        .kind = search->kind,
        .vendor = descriptor.idVendor,
        .product = descriptor.idProduct,
        .bus = libusb_get_bus_number (device),
        .address = libusb_get_device_address (device),
      };

      if (choose_setting (&config->interface[i], &plain))
        add_interface (search, device, &plain);
    }
  libusb_free_config_descriptor (config);
}

static int
compare_interfaces (gconstpointer a, gconstpointer b)
{
  const MrUsbInterface *first = *(MrUsbInterface *const *) a;
  const MrUsbInterface *second = *(MrUsbInterface *const *) b;
  int order = strcmp (first->path, second->path);

  return order != 0 ? order : first->number - second->number;
}

GPtrArray *
mr_usb_list_interfaces (MrUsbContext *context, MrUsbKind kind)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_usb_interface_unref);
  Search search = { context, kind, found };

  for_each_device (context, search_device, &search);
  g_ptr_array_sort (found, compare_interfaces);
  return found;
}

static void
append_address (GString *addresses, guint bus, guint address)
{
  g_string_append_printf (addresses, "%u:%u ", bus, address);
}

static void
add_address (libusb_device *device, gpointer user)
{
  append_address (user, libusb_get_bus_number (device), libusb_get_device_address (device));
}

char *
mr_usb_list_addresses (MrUsbContext *context)
{
  GString *addresses = g_string_new (" ");

  for_each_device (context, add_address, addresses);
  return g_string_free (addresses, FALSE);
}

static void
add_unknown_of_bus (const char *bus, const char *known, GString *unknown)
{
  g_autofree char *folder = g_build_filename (NODES, bus, NULL);
  g_autoptr (GDir) nodes = g_dir_open (folder, 0, NULL);
  const char *node;

  while (nodes != NULL && (node = g_dir_read_name (nodes)) != NULL)
    {
      g_autoptr (GString) address = g_string_new (" ");

      append_address (address, (guint) g_ascii_strtoull (bus, NULL, 10),
                      (guint) g_ascii_strtoull (node, NULL, 10));
      if (strstr (known, address->str) == NULL)
        g_string_append (unknown, address->str + 1);
    }
}

char *
mr_usb_list_unknown (MrUsbContext *context)
{
  g_autofree char *known = mr_usb_list_addresses (context);
  g_autoptr (GDir) buses = g_dir_open (NODES, 0, NULL);
  GString *unknown = g_string_new (NULL);
  const char *bus;

  while (buses != NULL && (bus = g_dir_read_name (buses)) != NULL)
    add_unknown_of_bus (bus, known, unknown);
  return g_string_free (unknown, FALSE);
}
