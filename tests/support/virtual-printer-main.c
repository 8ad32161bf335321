/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-paper-picture.h"
#include "virtual-printer.h"

#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * virtual-printer [--port 0] [--columns 48] [--dump DIR] [--honest] — prints the port it listens on,
 * then keeps each job as DIR/0001.bin, its events as DIR/0001.events, a picture of the
 * paper as DIR/0001.png where Pango is there, and last its text as DIR/0001.txt.
 *
 * Told on its standard input: "paper N", so many lines are left on the roll (0: it is out), "roll", a new
 * one was put in; each is answered by the same line.
 */

static int port_number = 0;
static int columns = 48;
static char *dump_dir = NULL;
static gboolean is_honest = FALSE;

static const GOptionEntry options[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &port_number, "Port to listen on, 0 for any", "N" },
  { "columns", 'c', 0, G_OPTION_ARG_INT, &columns, "Columns of the paper, 32 or 48", "N" },
  { "dump", 'd', 0, G_OPTION_ARG_FILENAME, &dump_dir, "Folder to keep jobs in", "DIR" },
  { "honest", 0, 0, G_OPTION_ARG_NONE, &is_honest, "Answer questions about the status", NULL },
  G_OPTION_ENTRY_NULL,
};

static void
save (guint index, const char *ending, const char *content, gsize length)
{
  g_autofree char *name = g_strdup_printf ("%04u.%s", index + 1, ending);
  g_autofree char *path = g_build_filename (dump_dir, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, content, (gssize) length, &error))
    g_printerr ("%s\n", error->message);
}

static void
save_picture (guint index, VirtualPaper *paper)
{
#ifdef MR_WITH_PICTURES
  g_autofree char *name = g_strdup_printf ("%04u.png", index + 1);
  g_autofree char *path = g_build_filename (dump_dir, name, NULL);

  if (!virtual_paper_write_png (paper, columns, path))
    g_printerr ("%s cannot be written\n", path);
#endif
}

static void
on_job (guint index, GBytes *job, gpointer user)
{
  g_autoptr (VirtualPaper) paper = virtual_paper_read (job, columns);
  g_autofree char *text = virtual_paper_dup_text (paper);
  g_autofree char *events = virtual_paper_dup_events (paper);

  if (dump_dir == NULL)
    {
      printf ("%s\n", text);
      fflush (stdout);
      return;
    }
  save (index, "bin", g_bytes_get_data (job, NULL), g_bytes_get_size (job));
  save (index, "events", events, strlen (events));
  save_picture (index, paper);
  /* Last, for who waits for it. */
  save (index, "txt", text, strlen (text));
}

static void
obey (VirtualPrinter *printer, const char *line)
{
  VirtualScript script = is_honest ? VIRTUAL_SCRIPT_HONEST : VIRTUAL_SCRIPT_CHEAP;

  if (g_str_has_prefix (line, "paper "))
    script.roll.paper_lines = (int) g_ascii_strtoll (line + strlen ("paper "), NULL, 10);
  else if (!g_str_equal (line, "roll"))
    return;
  virtual_printer_set_script (printer, script);
  printf ("%s\n", line);
  fflush (stdout);
}

static gboolean
on_told (GIOChannel *channel, GIOCondition condition, gpointer printer)
{
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  obey (printer, g_strchomp (line));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminated (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("— a receipt printer without paper");
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) told = g_io_channel_unix_new (STDIN_FILENO);
  g_autoptr (VirtualPrinter) printer = NULL;
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (dump_dir != NULL && g_mkdir_with_parents (dump_dir, 0755) != 0)
    {
      g_printerr ("%s cannot be made\n", dump_dir);
      return 1;
    }
  printer = virtual_printer_new ((guint16) port_number, columns, on_job, NULL);
  if (printer == NULL)
    {
      g_printerr ("port %d is taken\n", port_number);
      return 1;
    }
  if (is_honest)
    virtual_printer_set_script (printer, VIRTUAL_SCRIPT_HONEST);
  printf ("%u\n", virtual_printer_get_port (printer));
  fflush (stdout);
  g_io_add_watch (told, G_IO_IN | G_IO_HUP, on_told, printer);
  g_unix_signal_add (SIGTERM, on_terminated, loop);
  g_unix_signal_add (SIGINT, on_terminated, loop);
  g_main_loop_run (loop);
  g_free (dump_dir);
  return 0;
}
