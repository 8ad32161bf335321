/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/pole-display.h"
#include "device/pole-text.h"

#include "temp-dir.h"
#include "virtual-pole.h"

#include <unistd.h>

/* A customer display on a serial line, and what goes wrong with one. */

static const MrPoleTiming quick = { 100, 20, 60000 };

static GBytes *
make_frame (const char *upper, const char *lower)
{
  g_autoptr (MrPoleText) text = mr_pole_text_new ("gb18030", NULL);
  const MrPoleRow rows[MR_POLE_ROWS] = { { upper, "" }, { lower, "" } };

  return mr_pole_text_new_frame (text, rows);
}

static void
show (MrPoleDisplay *display, const char *upper, const char *lower)
{
  g_autoptr (GBytes) frame = make_frame (upper, lower);

  mr_pole_display_show (display, frame);
}

static void
await_state (MrPoleDisplay *display, MrDeviceState state, MrDeviceReason reason)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (mr_device_get_state (MR_DEVICE (display)) != state ||
         mr_device_get_reason (MR_DEVICE (display)) != reason)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end_us);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

static MrPoleDisplay *
open_display (const char *kind, const char *path, const MrPoleTiming *timing)
{
  g_autofree char *location = g_strconcat (kind, path, NULL);
  g_autoptr (GError) error = NULL;
  MrPoleDisplay *display = mr_pole_display_new (location, timing, &error);

  g_assert_no_error (error);
  return display;
}

static void
test_shows (gconstpointer kind)
{
  VirtualPole pole;
  g_autoptr (MrPoleDisplay) display = NULL;

  virtual_pole_plug (&pole, TRUE);
  display = open_display (kind, pole.path, &quick);
  await_state (display, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  show (display, "可口可乐", "合计");
  virtual_pole_await (&pole, "可口可乐", "合计");
  show (display, "香蕉", "");
  virtual_pole_await (&pole, "香蕉", "");
  /* The till goes: so does what it said. */
  g_clear_object (&display);
  virtual_pole_await_dark (&pole);
  virtual_pole_unplug (&pole);
}

/* A box that hands what comes over the network to the display's line. */
static void read_more (GInputStream *stream, VirtualPole *pole);

static void
on_read (GObject *source, GAsyncResult *result, gpointer pole)
{
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return;
  virtual_pole_take (pole, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  read_more (G_INPUT_STREAM (source), pole);
}

static void
read_more (GInputStream *stream, VirtualPole *pole)
{
  g_input_stream_read_bytes_async (stream, 4096, G_PRIORITY_DEFAULT, NULL, on_read, pole);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source,
             VirtualPole *pole)
{
  g_ptr_array_add (g_object_get_data (G_OBJECT (service), "connections"),
                   g_object_ref (connection));
  read_more (g_io_stream_get_input_stream (G_IO_STREAM (connection)), pole);
  return TRUE;
}

static void
test_network (void)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);
  const MrPoleTiming timing = { 1000, 20, 60000 };
  VirtualPole pole;
  g_autoptr (MrPoleDisplay) display = NULL;

  virtual_pole_plug (&pole, TRUE);
  g_object_set_data (G_OBJECT (service), "connections", connections);
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), &pole);
  display = open_display ("tcp:", address, &timing);
  await_state (display, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  show (display, "可口可乐", "合计");
  virtual_pole_await (&pole, "可口可乐", "合计");
  show (display, "香蕉", "");
  virtual_pole_await (&pole, "香蕉", "");
  /* The box is switched off. */
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  for (guint i = 0; i < connections->len; i++)
    g_io_stream_close (connections->pdata[i], NULL, NULL);
  show (display, "nobody", "sees");
  await_state (display, MR_DEVICE_GONE, MR_DEVICE_REASON_REFUSED);
  g_clear_object (&display);
  virtual_pole_unplug (&pole);
}

/* Only what is true now is shown, however much was said meanwhile. */
static void
test_comes_late (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "display", NULL);
  VirtualPole pole;
  g_autoptr (MrPoleDisplay) display = open_display ("serial:", path, &quick);

  await_state (display, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_DEVICE);
  for (guint i = 0; i < 1000; i++)
    show (display, "old", "news");
  show (display, "now", "");
  virtual_pole_plug (&pole, TRUE);
  g_assert_cmpint (symlink (pole.path, path), ==, 0);
  virtual_pole_await (&pole, "now", "");
  g_assert_cmpuint (pole.n_rows_written, ==, 2);
  await_state (display, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_pole_unplug (&pole);
  temp_dir_remove (folder);
}

static void
test_unplugged (void)
{
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *path = g_build_filename (folder, "display", NULL);
  VirtualPole pole;
  g_autoptr (MrPoleDisplay) display = NULL;

  virtual_pole_plug (&pole, TRUE);
  g_assert_cmpint (symlink (pole.path, path), ==, 0);
  display = open_display ("serial:", path, &quick);
  show (display, "before", "");
  virtual_pole_await (&pole, "before", "");
  virtual_pole_unplug (&pole);
  g_assert_cmpint (unlink (path), ==, 0);
  show (display, "meanwhile", "");
  await_state (display, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
  virtual_pole_plug (&pole, TRUE);
  g_assert_cmpint (symlink (pole.path, path), ==, 0);
  virtual_pole_await (&pole, "meanwhile", "");
  await_state (display, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_pole_unplug (&pole);
  temp_dir_remove (folder);
}

/* Nobody takes the bytes. */
static void
test_stuck (void)
{
  static const MrPoleTiming often = { 50, 20, 1 };
  VirtualPole pole;
  g_autoptr (MrPoleDisplay) display = NULL;

  virtual_pole_plug (&pole, TRUE);
  display = open_display ("serial:", pole.path, &often);
  show (display, "a", "b");
  await_state (display, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_ANSWER);
  virtual_pole_await (&pole, "a", "b");
  await_state (display, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  g_clear_object (&display);
  virtual_pole_unplug (&pole);
}

/* Switched off and on, it has forgotten everything. */
static void
test_forgetful (void)
{
  static const MrPoleTiming often = { 100, 20, 20 };
  static const guint8 blank = 0x0C;
  VirtualPole pole;
  g_autoptr (MrPoleDisplay) display = NULL;

  virtual_pole_plug (&pole, TRUE);
  display = open_display ("serial:", pole.path, &often);
  show (display, "a", "b");
  virtual_pole_await (&pole, "a", "b");
  virtual_pole_take (&pole, &blank, 1);
  g_assert_cmpstr (pole.cells[0], ==, "");
  virtual_pole_await (&pole, "a", "b");
  g_clear_object (&display);
  virtual_pole_unplug (&pole);
}

static void
test_locations (void)
{
  static const char *const wrong[] = { "",          "window",          "dir:/tmp",
                                       "serial:",   "serial:/dev/x:0", "file:x",
                                       "/dev/ttyS0" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (mr_pole_display_check_location (wrong[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
      g_assert_null (mr_pole_display_new (wrong[i], NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  g_assert_true (mr_pole_display_check_location ("serial:/dev/ttyUSB0:9600:8N1", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/pole-display/shows/serial", "serial:", test_shows);
  g_test_add_data_func ("/pole-display/shows/file", "file:", test_shows);
  g_test_add_func ("/pole-display/shows/network", test_network);
  g_test_add_func ("/pole-display/comes-late", test_comes_late);
  g_test_add_func ("/pole-display/unplugged", test_unplugged);
  g_test_add_func ("/pole-display/stuck", test_stuck);
  g_test_add_func ("/pole-display/forgetful", test_forgetful);
  g_test_add_func ("/pole-display/locations", test_locations);
  return g_test_run ();
}
