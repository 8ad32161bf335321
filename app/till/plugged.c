/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/plugged.h"

#include "device/serial-list.h"
#include "device/usb-bus.h"

#include <string.h>

#define SERIAL "serial:"
#define DEFAULT_SPEED "9600"

void
mr_plugged_free (MrPlugged *self)
{
  g_free (self->name);
  g_free (self->location);
  g_free (self);
}

/* Takes both. */
static void
add (GPtrArray *found, char *name, char *location)
{
  MrPlugged *plugged = g_new0 (MrPlugged, 1);

  plugged->name = name;
  plugged->location = location;
  g_ptr_array_add (found, plugged);
}

static gboolean
has_location (GPtrArray *found, const char *location)
{
  for (guint i = 0; i < found->len; i++)
    if (g_str_equal (((const MrPlugged *) g_ptr_array_index (found, i))->location, location))
      return TRUE;
  return FALSE;
}

static gboolean
is_alone_of_its_name (GPtrArray *interfaces, const MrUsbInterface *interface, const char *name)
{
  for (guint i = 0; i < interfaces->len; i++)
    {
      const MrUsbInterface *other = g_ptr_array_index (interfaces, i);
      g_autofree char *its_name = mr_usb_interface_dup_name (other);

      if (g_strcmp0 (its_name, name) == 0 && g_strcmp0 (other->serial, interface->serial) != 0)
        return FALSE;
    }
  return TRUE;
}

/* Two alike are told apart by their serial numbers. */
static char *
dup_caption (GPtrArray *interfaces, const MrUsbInterface *interface)
{
  g_autofree char *name = mr_usb_interface_dup_name (interface);

  if (name == NULL)
    return mr_usb_interface_dup_location (interface);
  if (interface->serial == NULL || is_alone_of_its_name (interfaces, interface, name))
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s · %s", name, interface->serial);
}

static GPtrArray *
list_printers (void)
{
  g_autoptr (MrUsbBus) bus = mr_usb_bus_get ();
  g_autoptr (GPtrArray) interfaces = mr_usb_bus_list (bus, MR_USB_PRINTER);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_plugged_free);

  for (guint i = 0; i < interfaces->len; i++)
    {
      const MrUsbInterface *interface = g_ptr_array_index (interfaces, i);
      g_autofree char *location = mr_usb_interface_dup_location (interface);

      if (!has_location (found, location))
        add (found, dup_caption (interfaces, interface), g_steal_pointer (&location));
    }
  return found;
}

static GPtrArray *
list_lines (void)
{
  g_autoptr (GPtrArray) ports = mr_serial_list ("/dev", "/sys");
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_plugged_free);

  for (guint i = 0; i < ports->len; i++)
    {
      const MrSerialPort *port = g_ptr_array_index (ports, i);

      add (found, g_strdup (port->name), g_strconcat (SERIAL, port->path, NULL));
    }
  return found;
}

static void
list (GTask *task, gpointer source, gpointer kind, GCancellable *cancellable)
{
  g_task_return_pointer (task,
                         GPOINTER_TO_INT (kind) == MR_PLUGGED_PRINTERS ? list_printers ()
                                                                       : list_lines (),
                         (GDestroyNotify) g_ptr_array_unref);
}

void
mr_plugged_list_async (MrPluggedKind kind, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, GINT_TO_POINTER (kind), NULL);
  g_task_run_in_thread (task, list);
}

GPtrArray *
mr_plugged_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- a serial line's location --- */

/* Behind the path: ":19200:8N1". NULL when @location is no serial line's. Borrowed. */
static const char *
find_rest (const char *location)
{
  const char *path = location + strlen (SERIAL);

  if (!g_str_has_prefix (location, SERIAL))
    return NULL;
  return path + strcspn (path, ":");
}

/* How long ":19200" is at the start of @rest, 0 where no speed is said. */
static gsize
measure_speed (const char *rest)
{
  gsize n = *rest == ':' ? strspn (rest + 1, "0123456789") : 0;

  return n > 0 ? n + 1 : 0;
}

char *
mr_plugged_dup_line (const char *location)
{
  const char *rest = find_rest (location);

  return rest != NULL ? g_strndup (location, (gsize) (rest - location)) : g_strdup (location);
}

char *
mr_plugged_dup_speed (const char *location)
{
  const char *rest = find_rest (location);
  gsize n = rest != NULL ? measure_speed (rest) : 0;

  if (rest == NULL)
    return g_strdup ("");
  return n > 0 ? g_strndup (rest + 1, n - 1) : g_strdup (DEFAULT_SPEED);
}

char *
mr_plugged_set_speed (const char *location, const char *baud)
{
  const char *rest = find_rest (location);
  g_autofree char *line = mr_plugged_dup_line (location);

  if (rest == NULL)
    return g_strdup (location);
  return g_strconcat (line, ":", baud, rest + measure_speed (rest), NULL);
}

char *
mr_plugged_set_line (const char *location, const char *line)
{
  const char *rest = find_rest (location);

  return g_strconcat (line, rest != NULL ? rest : "", NULL);
}
