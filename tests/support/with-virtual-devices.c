/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-scale.h"
#include "virtual-usb-printer.h"
#include "virtual-usb-scanner.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/*
 * umockdev-wrapper with-virtual-devices PROGRAM [ARGUMENT…] — runs a program on a computer of which this one
 * plays the USB sockets: its process id is printed first, and this one ends as it ends. What is plugged in
 * is told on the standard input, a line each with words quoted as in a shell:
 *
 *   printer NAME PORT SERIAL MAKER PRODUCT    there is one, not plugged in; "" for what it does not tell
 *   scanner NAME PORT SERIAL MAKER PRODUCT pos|keyboard
 *   scale NAME ID PROTOCOL                    on a serial line over USB that udev calls so, plugged in
 *   plug NAME, unplug NAME                    the cable
 *   paper NAME LINES                          so many lines are left on the roll, −1 for enough
 *   pace NAME BYTES                           so slowly it prints: bytes in two milliseconds, 0 for at once
 *   taken NAME, kicks NAME                    how many bytes came to the printer; how often its drawer opened
 *   text NAME, error NAME                     what is on its paper; the first byte that does not belong there
 *   has NAME                                  "yes" while a program has the device's interface
 *   scan NAME CODE…                           the scanner reads codes, as fast as it can
 *   weight NAME stable|moving GRAMS           what lies on the scale
 *
 * Each is answered by "ok N" or "no N" and then N bytes.
 */

typedef struct
{
  VirtualUsbPrinter *printer; /* (owned) (nullable) */
  VirtualUsbScanner *scanner; /* (owned) (nullable) */
  VirtualScale *scale; /* (owned) (nullable) */
  VirtualUsbDevice *device; /* (unowned) (nullable) */
} Thing;

typedef struct
{
  VirtualUsb *bus; /* (owned) */
  GHashTable *things; /* (owned) (element-type utf8 Thing) */
  GPtrArray *orders; /* (owned) (element-type GStrv): devices keep their strings */
  GPid program;
} Desk;

/* An answer to an order, or NULL for one that makes no sense. */
typedef char *(*Obey) (Desk *desk, Thing *thing, char **words);

static void
thing_free (gpointer data)
{
  Thing *self = data;

  g_clear_pointer (&self->printer, virtual_usb_printer_free);
  g_clear_pointer (&self->scanner, virtual_usb_scanner_free);
  g_clear_pointer (&self->scale, virtual_scale_free);
  g_free (self);
}

static const char *
or_null (const char *word)
{
  return *word != '\0' ? word : NULL;
}

static char *
keep (Desk *desk, const char *name, Thing *thing)
{
  g_hash_table_insert (desk->things, g_strdup (name), thing);
  return g_strdup ("");
}

static char *
make_printer (Desk *desk, Thing *nothing, char **words)
{
  VirtualUsbPrinterPlan plan = VIRTUAL_USB_PRINTER_PLAN;
  Thing *thing = g_new0 (Thing, 1);

  plan.port = words[2];
  plan.serial = or_null (words[3]);
  thing->printer = virtual_usb_printer_new (desk->bus, &plan);
  thing->device = virtual_usb_printer_get_device (thing->printer);
  virtual_usb_set_names (thing->device, or_null (words[4]), or_null (words[5]));
  return keep (desk, words[1], thing);
}

static char *
make_scanner (Desk *desk, Thing *nothing, char **words)
{
  VirtualScannerKind kind =
      g_str_equal (words[6], "keyboard") ? VIRTUAL_SCANNER_KEYBOARD : VIRTUAL_SCANNER_HID_POS;
  Thing *thing = g_new0 (Thing, 1);

  thing->scanner = virtual_usb_scanner_new (desk->bus, kind, words[2], or_null (words[3]));
  thing->device = virtual_usb_scanner_get_device (thing->scanner);
  virtual_usb_set_names (thing->device, or_null (words[4]), or_null (words[5]));
  return keep (desk, words[1], thing);
}

static char *
make_scale (Desk *desk, Thing *nothing, char **words)
{
  MrScaleProtocol protocol;
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  Thing *thing;

  if (!mr_scale_protocol_parse (words[3], &protocol))
    return NULL;
  folder = g_build_filename (g_getenv ("UMOCKDEV_DIR"), "dev/serial/by-id", NULL);
  path = g_build_filename (folder, words[2], NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return NULL;
  thing = g_new0 (Thing, 1);
  thing->scale = virtual_scale_new (path, protocol);
  return keep (desk, words[1], thing);
}

static char *
plug (Desk *desk, Thing *thing, char **words)
{
  if (thing->scale != NULL)
    virtual_scale_plug (thing->scale);
  else
    virtual_usb_plug (thing->device, TRUE);
  return g_strdup ("");
}

/* As real buses end what is under way. */
static char *
unplug (Desk *desk, Thing *thing, char **words)
{
  if (thing->scale != NULL)
    virtual_scale_unplug (thing->scale);
  else if (thing->scanner != NULL)
    virtual_usb_scanner_unplug (thing->scanner, -EPROTO);
  else
    virtual_usb_unplug (thing->device, -EPROTO);
  return g_strdup ("");
}

static char *
set_paper (Desk *desk, Thing *thing, char **words)
{
  VirtualRoll roll = VIRTUAL_USB_PRINTER_ROLL;

  if (thing->printer == NULL)
    return NULL;
  roll.paper_lines = (int) g_ascii_strtoll (words[2], NULL, 10);
  virtual_usb_printer_set_roll (thing->printer, roll);
  return g_strdup ("");
}

static char *
set_pace (Desk *desk, Thing *thing, char **words)
{
  if (thing->printer == NULL)
    return NULL;
  virtual_usb_printer_set_pace (thing->printer, (guint) g_ascii_strtoull (words[2], NULL, 10));
  return g_strdup ("");
}

static char *
count_taken (Desk *desk, Thing *thing, char **words)
{
  return thing->printer != NULL
             ? g_strdup_printf ("%u", virtual_usb_printer_get_n_taken (thing->printer))
             : NULL;
}

static char *
count_kicks (Desk *desk, Thing *thing, char **words)
{
  return thing->printer != NULL
             ? g_strdup_printf ("%u", virtual_usb_printer_get_n_kicks (thing->printer))
             : NULL;
}

static char *
tell_text (Desk *desk, Thing *thing, char **words)
{
  return thing->printer != NULL ? virtual_usb_printer_dup_text (thing->printer) : NULL;
}

static char *
tell_error (Desk *desk, Thing *thing, char **words)
{
  char *error;

  if (thing->printer == NULL)
    return NULL;
  error = virtual_usb_printer_dup_error (thing->printer);
  return error != NULL ? error : g_strdup ("");
}

static char *
tell_whether_had (Desk *desk, Thing *thing, char **words)
{
  if (thing->device == NULL)
    return NULL;
  return g_strdup (virtual_usb_is_claimed (thing->device) ? "yes" : "no");
}

static char *
scan (Desk *desk, Thing *thing, char **words)
{
  if (thing->scanner == NULL)
    return NULL;
  for (char **code = words + 2; *code != NULL; code++)
    virtual_usb_scanner_scan (thing->scanner, "", *code);
  return g_strdup ("");
}

static char *
lay (Desk *desk, Thing *thing, char **words)
{
  if (thing->scale == NULL)
    return NULL;
  virtual_scale_set_weight (thing->scale,
                            g_str_equal (words[2], "moving") ? MR_WEIGHT_MOVING : MR_WEIGHT_STABLE,
                            g_ascii_strtoll (words[3], NULL, 10));
  return g_strdup ("");
}

static const struct
{
  const char *word;
  guint n_words; /* at least */
  gboolean makes;
  Obey obey;
} orders[] = {
  { "printer", 6, TRUE, make_printer }, { "scanner", 7, TRUE, make_scanner },
  { "scale", 4, TRUE, make_scale },     { "plug", 2, FALSE, plug },
  { "unplug", 2, FALSE, unplug },       { "paper", 3, FALSE, set_paper },
  { "pace", 3, FALSE, set_pace },       { "taken", 2, FALSE, count_taken },
  { "kicks", 2, FALSE, count_kicks },   { "text", 2, FALSE, tell_text },
  { "error", 2, FALSE, tell_error },    { "has", 2, FALSE, tell_whether_had },
  { "scan", 3, FALSE, scan },           { "weight", 4, FALSE, lay },
};

/* Takes @words. */
static char *
obey (Desk *desk, char **words)
{
  guint n_words = g_strv_length (words);
  Thing *thing = n_words > 1 ? g_hash_table_lookup (desk->things, words[1]) : NULL;

  g_ptr_array_add (desk->orders, words);
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    if (n_words >= orders[i].n_words && g_str_equal (orders[i].word, words[0]))
      return orders[i].makes == (thing == NULL) ? orders[i].obey (desk, thing, words) : NULL;
  return NULL;
}

static gboolean
on_told (GIOChannel *channel, GIOCondition condition, gpointer user)
{
  g_autofree char *line = NULL;
  g_autofree char *answer = NULL;
  char **words = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  if (g_shell_parse_argv (line, NULL, &words, NULL))
    answer = obey (user, words);
  printf ("%s %zu\n%s", answer != NULL ? "ok" : "no", answer != NULL ? strlen (answer) : 0,
          answer != NULL ? answer : "");
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

/* --- the program ------------------------------------------------------------------------------- */

static int status = 1;

static void
on_ended (GPid program, int wait_status, gpointer loop)
{
  status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
  g_main_loop_quit (loop);
}

static gboolean
on_terminated (gpointer user)
{
  kill (((Desk *) user)->program, SIGTERM);
  return G_SOURCE_CONTINUE;
}

/* In the child: it has no life of its own, and what it says is not an answer. */
static void
prepare (gpointer parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  dup2 (STDERR_FILENO, STDOUT_FILENO);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) told = g_io_channel_unix_new (STDIN_FILENO);
  g_autoptr (GError) error = NULL;
  Desk desk = { NULL };

  if (argc < 2)
    {
      g_printerr ("a program to run is missing\n");
      return 2;
    }
  desk.bus = virtual_usb_new ();
  desk.things = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, thing_free);
  desk.orders = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  if (!g_spawn_async (NULL, argv + 1, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH,
                      prepare, NULL, &desk.program, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  printf ("%d\n", (int) desk.program);
  fflush (stdout);
  g_child_watch_add (desk.program, on_ended, loop);
  g_io_add_watch (told, G_IO_IN | G_IO_HUP, on_told, &desk);
  g_unix_signal_add (SIGTERM, on_terminated, &desk);
  g_unix_signal_add (SIGINT, on_terminated, &desk);
  g_main_loop_run (loop);
  g_hash_table_unref (desk.things);
  virtual_usb_free (desk.bus);
  g_ptr_array_unref (desk.orders);
  return status;
}
