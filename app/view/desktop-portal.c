/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/desktop-portal.h"

#include <gio/gio.h>

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define PATIENCE_MS 1000

/* Not the one of the whole process, which would outlive the asking. */
static GDBusConnection *
connect_to_session (void)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (address == NULL)
    return NULL;
  return g_dbus_connection_new_for_address_sync (address,
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, NULL, NULL);
}

/* A property and not a ping, which is answered for a program that hangs, too. Starts the portal if need be. */
static gboolean
is_hung (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_sync (connection, NAME, PATH, "org.freedesktop.DBus.Properties", "Get",
                                   g_variant_new ("(ss)", "org.freedesktop.portal.Settings",
                                                  "version"),
                                   NULL, G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, NULL, &error);

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

void
mr_desktop_portal_leave_if_hung (void)
{
  g_autoptr (GDBusConnection) connection = connect_to_session ();

  if (connection == NULL || !is_hung (connection))
    return;
  g_message ("the desktop's portal does not answer: the till starts without it");
  /* Nothing less keeps GTK from asking. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
}
