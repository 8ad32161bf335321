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

/* "EPSON TM-T20III": the maker is often part of the name already. */
static char *
dup_name (const MrUsbInterface *interface)
{
  const char *maker = interface->maker != NULL ? interface->maker : "";
  const char *name = interface->name != NULL ? interface->name : "";
  g_autofree char *whole = *maker == '\0' || g_str_has_prefix (name, maker)
                               ? g_strdup (name)
                               : g_strdup_printf ("%s %s", maker, name);

  g_strstrip (whole);
  if (*whole == '\0' || !g_utf8_validate (whole, -1, NULL))
    return mr_usb_interface_dup_location (interface);
  return g_steal_pointer (&whole);
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
      MrPlugged *plugged = g_new0 (MrPlugged, 1);

      plugged->name = dup_name (interface);
      plugged->location = mr_usb_interface_dup_location (interface);
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
