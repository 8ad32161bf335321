/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/admin.h"
#include "center/restore.h"
#include "center/server.h"
#include "system-world.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* millrace-center: serves the tills of a network, and the commands that set the network up. */

#define READERS 4
/* A server that has the lock but not its socket yet is just starting. */
#define ASK_TRIES 50
#define ASK_PAUSE_US 100000

typedef struct
{
  char *db;
  char *files;
  char *listen;
  gboolean insecure;
  gboolean behind_tls;
  gboolean version;
  char *db_path; /* the database's file; NULL for a PostgreSQL database */
} Options;

static void
options_clear (Options *self)
{
  g_free (self->db);
  g_free (self->files);
  g_free (self->listen);
  g_free (self->db_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
print_text (gboolean to_stderr, const char *text)
{
  FILE *file = to_stderr ? stderr : stdout;

  fputs (text, file);
  fflush (file);
}

static int
fail (const char *message)
{
  g_autofree char *text = g_strdup_printf ("millrace-center: %s\n", message);

  print_text (TRUE, text);
  return 1;
}

/* --- serving --- */

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

/* Each till that listens is an open file; the usual 1,024 would do for a region, not for a network. */
static void
allow_many_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static int
serve (const Options *options, GError **error)
{
  g_autoptr (MrLock) lock = NULL;
  MrServerFlags flags =
      options->insecure || options->behind_tls ? MR_SERVER_ANYWHERE : MR_SERVER_LOOPBACK_ONLY;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MrWorker) worker = NULL;
  g_autoptr (MrServer) server = NULL;
  g_autoptr (MrAdmin) admin = NULL;
  g_autofree char *url = NULL;
  g_autofree char *text = NULL;

  if (options->db_path != NULL && (lock = mr_lock_try (options->db_path, error)) == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, _ ("another millrace-center has %s open"),
                     options->db_path);
      return 1;
    }
  allow_many_files ();
  worker = mr_worker_new (options->db, options->files, mr_system_world_get (), READERS, error);
  if (worker == NULL)
    return 1;
  server = mr_server_new (worker, options->listen != NULL ? options->listen : "127.0.0.1:8780",
                          flags, error);
  if (server == NULL)
    return 1;
  /* What is in PostgreSQL's hands, commands reach without asking the server. */
  if (options->db_path != NULL &&
      (admin = mr_admin_new (worker, options->db_path, mr_system_world_get (), error)) == NULL)
    return 1;
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  url = mr_server_dup_url (server);
  text = g_strdup_printf (_ ("Millrace center at %s\n"), url);
  print_text (FALSE, text);
  g_main_loop_run (loop);
  return 0;
}

/* --- commands on a center of one's own --- */

static gboolean
run_task (gpointer user, MrWorkerTask task, gpointer data, GError **error)
{
  return task (user, data, error);
}

static void
print_own (gpointer user, gboolean to_stderr, const char *text)
{
  print_text (to_stderr, text);
}

static int
run_alone (const Options *options, char **arguments, int input_fd, int report_fd, GError **error)
{
  g_autoptr (MrCenter) center =
      mr_center_open (options->db, options->files, mr_system_world_get (), error);
  MrCommandHost host = { run_task, run_task,  print_own, mr_system_world_get (),
                         input_fd, report_fd, center };
  int status;

  if (center == NULL)
    return 1;
  status = mr_command_run (&host, arguments);
  mr_db_checkpoint (mr_center_get_db (center), 0, TRUE, NULL);
  return status;
}

/* Takes the lock of a file when no server runs, else asks the server. */
static int
run_command (const Options *options, char **arguments, GError **error)
{
  int input_fd, report_fd, status = -1;

  if (!mr_command_open_files (arguments, &input_fd, &report_fd, error))
    return 1;
  if (options->db_path == NULL)
    return run_alone (options, arguments, input_fd, report_fd, error);
  for (guint i = 0; i < ASK_TRIES && status < 0; i++)
    {
      g_autoptr (MrLock) lock = mr_lock_try (options->db_path, error);

      if (*error != NULL)
        return 1;
      if (lock != NULL)
        return run_alone (options, arguments, input_fd, report_fd, error);
      g_clear_error (error);
      status = mr_admin_ask (options->db_path, arguments, input_fd, report_fd, print_text, error);
      /* Only a socket that is not there yet is waited for: what was asked once is not asked twice. */
      if (status < 0 && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) &&
          !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        return 1;
      if (status < 0 && i + 1 < ASK_TRIES)
        {
          g_clear_error (error);
          g_usleep (ASK_PAUSE_US);
        }
    }
  return status < 0 ? 1 : status;
}

/* --- going back to a backup --- */

/* A database of PostgreSQL says itself whether somebody has it open. */
static int
restore (const Options *options, const char *file, GError **error)
{
  g_autoptr (MrLock) lock = NULL;
  g_auto (MrCenterBackup) backup = { NULL };
  g_autofree char *absolute = g_canonicalize_filename (file, NULL);
  g_autofree char *kept = NULL;
  g_autofree char *text = NULL;
  g_autofree char *aside = NULL;

  if (options->db_path != NULL && (lock = mr_lock_try (options->db_path, error)) == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                     _ ("%s is being served: stop that millrace-center first"), options->db_path);
      return 1;
    }
  if (!mr_center_restore (absolute, options->db, options->files, mr_system_world_get (), &kept,
                          &backup, error))
    return 1;
  text =
      g_strdup_printf (_ ("Restored with %" PRId64 " entries; tills send again what it has not.\n"),
                       backup.n_entries);
  print_text (FALSE, text);
  if (kept == NULL)
    return 0;
  aside = g_strdup_printf (_ ("What was there before is kept as %s\n"), kept);
  print_text (FALSE, aside);
  return 0;
}

/* --- arguments --- */

/* Several servers and commands may have it open: they meet in a folder of files that is told them. */
static gboolean
check_postgresql (const Options *options, GError **error)
{
  if (options->files != NULL)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
               _ ("say which folder the centers of this database share: --files DIR"));
  return FALSE;
}

static gboolean
check_options (Options *options, GError **error)
{
  if (options->db != NULL && (g_str_has_prefix (options->db, "postgresql:") ||
                              g_str_has_prefix (options->db, "postgres:")))
    return check_postgresql (options, error);
  if (options->db == NULL || !g_str_has_prefix (options->db, "sqlite:") || options->db[7] == '\0')
    {
      g_set_error (
          error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
          _ ("say where the database is: --db sqlite:PATH or --db postgresql://HOST/NAME"));
      return FALSE;
    }
  options->db_path = g_canonicalize_filename (options->db + strlen ("sqlite:"), NULL);
  g_free (options->db);
  options->db = g_strconcat ("sqlite:", options->db_path, NULL);
  if (options->files == NULL)
    {
      g_autofree char *dir = g_path_get_dirname (options->db_path);

      options->files = g_build_filename (dir, "files", NULL);
    }
  return TRUE;
}

/* TRUE: go on with what is left in @arguments. */
static gboolean
parse_arguments (Options *options, char ***arguments, GError **error)
{
  const GOptionEntry entries[] = {
    { "db", 0, 0, G_OPTION_ARG_STRING, &options->db, N_ ("the database"),
      "sqlite:PATH|postgresql://HOST/NAME" },
    { "files", 0, 0, G_OPTION_ARG_FILENAME, &options->files,
      N_ ("folder of pictures and snapshots; beside the database by default"), "DIR" },
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen,
      N_ ("address to serve at; 127.0.0.1:8780 by default, port 0 is any"), "ADDR:PORT" },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &options->insecure,
      N_ ("serve in the clear to other machines"), NULL },
    { "behind-tls", 0, 0, G_OPTION_ARG_NONE, &options->behind_tls,
      N_ ("serve another machine that adds TLS"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("say the version"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("COMMAND …"));
  g_autofree char *commands = mr_command_dup_summary ();

  g_option_context_set_summary (context, commands);
  g_option_context_add_main_entries (context, entries, MR_GETTEXT_DOMAIN);
  /* The commands have options of their own. */
  g_option_context_set_ignore_unknown_options (context, TRUE);
  return g_option_context_parse_strv (context, arguments, error);
}

static int
run (char ***arguments, Options *options, GError **error)
{
  if (!parse_arguments (options, arguments, error))
    return 2;
  if (options->version)
    {
      print_text (FALSE, "millrace-center " MR_VERSION "\n");
      return 0;
    }
  if ((*arguments)[0] == NULL || (*arguments)[1] == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _ ("say what to do; --help lists the commands"));
      return 2;
    }
  if (!check_options (options, error))
    return 2;
  if (strcmp ((*arguments)[1], "restore") == 0 && (*arguments)[2] != NULL &&
      (*arguments)[3] == NULL)
    return restore (options, (*arguments)[2], error);
  if (strcmp ((*arguments)[1], "serve") != 0)
    return run_command (options, *arguments + 1, error);
  if ((*arguments)[2] == NULL)
    return serve (options, error);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("serve knows nothing of “%s”"),
               (*arguments)[2]);
  return 2;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  /* Hashes of PINs and what people bought are nobody else's on this machine. */
  umask (0077);
  setlocale (LC_ALL, "");
  bindtextdomain (MR_GETTEXT_DOMAIN, MR_LOCALE_DIR);
  bind_textdomain_codeset (MR_GETTEXT_DOMAIN, "UTF-8");
  textdomain (MR_GETTEXT_DOMAIN);
  if (sodium_init () < 0)
    return fail ("libsodium does not start");
  arguments = g_strdupv (argv);
  status = run (&arguments, &options, &error);
  if (error != NULL)
    fail (error->message);
  return status;
}
