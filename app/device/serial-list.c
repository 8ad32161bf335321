/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/serial-list.h"

#include <string.h>

/* Where udev names what is plugged in. */
#define BY_ID "serial/by-id"
#define BUILT_IN "ttyS"

void
mr_serial_port_free (MrSerialPort *self)
{
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

/* "usb-FTDI_FT232R_USB_UART_A10K-if00-port0": the maker's words without what is the system's. */
static char *
make_name (const char *id)
{
  g_autoptr (GRegex) frame = g_regex_new ("^usb-|-if[0-9a-f]{2}(-port[0-9]+)?$", 0, 0, NULL);
  char *name = g_regex_replace_literal (frame, id, -1, 0, "", 0, NULL);

  if (name == NULL || *name == '\0')
    {
      g_free (name);
      return g_strdup (id);
    }
  return g_strdelimit (name, "_", ' ');
}

static void
add (GPtrArray *ports, char *path, char *name, gboolean is_usb)
{
  MrSerialPort *port = g_new0 (MrSerialPort, 1);

  port->path = path;
  port->name = name;
  port->is_usb = is_usb;
  g_ptr_array_add (ports, port);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names in a folder in their order. Empty when it is not there. */
static GPtrArray *
list_folder (const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* @taken: the devices that have a name now: "ttyUSB0". */
static void
add_named (GPtrArray *ports, const char *dev, GHashTable *taken)
{
  g_autofree char *folder = g_build_filename (dev, BY_ID, NULL);
  g_autoptr (GPtrArray) ids = list_folder (folder);

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      char *path = g_build_filename (folder, id, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (target != NULL)
        g_hash_table_add (taken, g_path_get_basename (target));
      add (ports, path, make_name (id), TRUE);
    }
}

/* Behind a socket that is not there the system knows no kind of chip. */
static gboolean
is_there (const char *device, const char *name)
{
  g_autofree char *driver = g_build_filename (device, "device", NULL);
  g_autofree char *type = g_build_filename (device, "type", NULL);
  g_autofree char *text = NULL;

  if (!g_file_test (driver, G_FILE_TEST_EXISTS))
    return FALSE;
  return !g_str_has_prefix (name, BUILT_IN) || !g_file_get_contents (type, &text, NULL, NULL) ||
         g_ascii_strtoll (text, NULL, 10) != 0;
}

static char *
make_line_name (const char *name)
{
  guint64 n;

  if (g_str_has_prefix (name, BUILT_IN) &&
      g_ascii_string_to_unsigned (name + strlen (BUILT_IN), 10, 0, 255, &n, NULL))
    return g_strdup_printf ("COM%u", (guint) n + 1);
  return g_strdup (name);
}

static void
add_others (GPtrArray *ports, const char *dev, const char *sys, GHashTable *taken)
{
  g_autofree char *folder = g_build_filename (sys, "class", "tty", NULL);
  g_autoptr (GPtrArray) names = list_folder (folder);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *device = g_build_filename (folder, name, NULL);
      g_autofree char *path = g_build_filename (dev, name, NULL);

      if (g_hash_table_contains (taken, name) || !g_file_test (path, G_FILE_TEST_EXISTS) ||
          !is_there (device, name))
        continue;
      add (ports, g_steal_pointer (&path), make_line_name (name),
           g_str_has_prefix (name, "ttyUSB") || g_str_has_prefix (name, "ttyACM"));
    }
}

/* Several lines of one device: what the system calls each. */
static void
tell_apart (GPtrArray *ports)
{
  for (guint i = 0; i < ports->len; i++)
    for (guint j = i + 1; j < ports->len; j++)
      {
        MrSerialPort *one = g_ptr_array_index (ports, i);
        MrSerialPort *other = g_ptr_array_index (ports, j);

        if (!g_str_equal (one->name, other->name))
          continue;
        g_free (other->name);
        other->name = g_path_get_basename (other->path);
      }
}

GPtrArray *
mr_serial_list (const char *dev, const char *sys)
{
  GPtrArray *ports = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_serial_port_free);
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  add_named (ports, dev, taken);
  add_others (ports, dev, sys, taken);
  tell_apart (ports);
  return ports;
}
