/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/plugged.h"

#include "device/usb-bus.h"

void
mr_plugged_free (MrPlugged *self)
{
  g_free (self->name);
  g_free (self->location);
  g_free (self);
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

static void
list_printers (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (MrUsbBus) bus = mr_usb_bus_get ();
  g_autoptr (GPtrArray) interfaces = mr_usb_bus_list (bus, MR_USB_PRINTER);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_plugged_free);

  for (guint i = 0; i < interfaces->len; i++)
    {
      const MrUsbInterface *interface = g_ptr_array_index (interfaces, i);
      g_autofree char *location = mr_usb_interface_dup_location (interface);
      MrPlugged *plugged;

      if (has_location (found, location))
        continue;
      plugged = g_new0 (MrPlugged, 1);
      plugged->name = dup_caption (interfaces, interface);
      plugged->location = g_steal_pointer (&location);
      g_ptr_array_add (found, plugged);
    }
  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

void
mr_plugged_list_printers_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_run_in_thread (task, list_printers);
}

GPtrArray *
mr_plugged_list_printers_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
