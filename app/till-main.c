/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "system-world.h"
#include "till/till.h"
#include "view/application.h"
#include "view/desktop-portal.h"
#include "view/input-method.h"
#include "view/language.h"

#include <glib/gi18n.h>
#include <unistd.h>

/* The till with its screen. */

typedef struct
{
  char *data; /* (owned) (nullable) */
  char *center; /* (owned) (nullable) */
  char *enrol; /* (owned) (nullable) */
  char *name; /* (owned) (nullable) */
  gboolean version;
} Options;

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options->data, N_ ("Folder of this till's data"),
      N_ ("DIR") },
    { "center", 0, 0, G_OPTION_ARG_STRING, &options->center,
      N_ ("Address of the center; a till that has joined goes on there"), N_ ("URL") },
    { "enrol", 0, 0, G_OPTION_ARG_STRING, &options->enrol,
      N_ ("Enrolment code, with --center: join before the first sale"), N_ ("CODE") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options->name, N_ ("Name of this till at the center"),
      N_ ("NAME") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Print the version and leave"),
      NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_set_translation_domain (context, MR_GETTEXT_DOMAIN);
  g_option_context_add_main_entries (context, entries, MR_GETTEXT_DOMAIN);
  return g_option_context_parse (context, argc, argv, error);
}

static void
clear_options (Options *options)
{
  g_free (options->data);
  g_free (options->center);
  g_free (options->enrol);
  g_free (options->name);
}

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  if (!mr_till_enrol_finish (MR_TILL (source), result, &error))
    g_printerr (_ ("The center did not take this till: %s\n"), error->message);
}

/* Given on the command line, joining needs no assistant, and a till that has joined follows its center. */
static gboolean
enrol (MrTill *till, const Options *options, GError **error)
{
  if (options->center != NULL && mr_till_is_enrolled (till))
    return mr_till_follow_center (till, options->center, error);
  if (options->center == NULL || options->enrol == NULL)
    return TRUE;
  mr_settings_set_async (mr_till_get_settings (till), MR_SETTING_SETUP, "done", NULL, NULL);
  mr_till_enrol_async (till, options->center, options->enrol,
                       options->name != NULL ? options->name : _ ("Till"), on_enrolled, NULL);
  return TRUE;
}

static int
run (const Options *options, int argc, char **argv, gboolean *again)
{
  g_autofree char *dir = options->data != NULL
                             ? g_strdup (options->data)
                             : g_build_filename (g_get_user_data_dir (), "millrace", "till", NULL);
  MrTillConfig config = {
    .dir = dir,
    .world = mr_system_world_get (),
    .with_sync = TRUE,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrTill) till = NULL;
  g_autoptr (MrApplication) application = NULL;
  int status;

  mr_desktop_portal_leave_if_hung ();
  till = mr_till_new (&config, &error);
  if (till == NULL)
    {
      g_printerr (_ ("The till's data in %s cannot be opened: %s\n"), dir, error->message);
      return 1;
    }
  if (!enrol (till, options, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  application = mr_application_new (till, options->data == NULL);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  mr_till_stop (till);
  *again = mr_application_is_to_restart (application);
  return status;
}

/* It takes keys one by one only when it is told to; else they overtake each other on a busy machine.
 * Left alone it waits 16 s for an answer. */
static void
set_up_ibus (void)
{
  g_setenv ("IBUS_ENABLE_SYNC_MODE", "1", FALSE);
  g_setenv ("IBUS_TIMEOUT", G_STRINGIFY (MR_INPUT_METHOD_PATIENCE_MS), FALSE);
}

int
main (int argc, char **argv)
{
  Options options = { NULL };
  g_autoptr (GError) error = NULL;
  const char *locale_dir = g_getenv ("MR_LOCALE_DIR");
  g_auto (GStrv) arguments = g_strdupv (argv);
  gboolean again = FALSE;
  int status = 0;

  mr_language_set_up (locale_dir != NULL ? locale_dir : MR_LOCALE_DIR, g_getenv ("LANGUAGE"));
  /* A browser does its own drawing. */
  if (g_getenv ("GSK_RENDERER") == NULL && g_strcmp0 (g_getenv ("GDK_BACKEND"), "broadway") != 0)
    mr_application_draw_plainly ();
  set_up_ibus ();
  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      status = 2;
    }
  else if (options.version)
    g_print ("millrace-till %s\n", MR_VERSION);
  else
    status = run (&options, argc, argv, &again);
  clear_options (&options);
  if (again)
    execv ("/proc/self/exe", arguments);
  return status;
}
