/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/command.h"
#include "center/import.h"
#include "center/network.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <unistd.h>

#define PROGRESS_EVERY 20000

typedef struct
{
  const char *region;
  gint64 region_id;
  MrImport *import;
  MrDb *db; /* (unowned) the connection the import began on */
  gboolean done;
} Work;

static gboolean
find_region (MrCenter *center, gpointer data, GError **error)
{
  Work *work = data;

  work->region_id = mr_network_find_region (mr_center_get_db (center), work->region, error);
  return work->region_id != 0;
}

static gboolean
import_step (MrCenter *center, gpointer data, GError **error)
{
  Work *work = data;
  MrDb *db = mr_center_get_db (center);

  if (work->db == NULL)
    work->db = db;
  if (work->db == db)
    return mr_import_step (work->import, db, &work->done, error);
  g_set_error (
      error, MR_DB_ERROR, MR_DB_ERROR_IO,
      "the disk failed meanwhile; what was imported so far is kept: import the file again");
  return FALSE;
}

/* Step by step: tills' entries are stored in between. */
static gboolean
import_all (const MrCommandHost *host, Work *work, GError **error)
{
  guint64 said = 0;

  while (!work->done)
    {
      guint64 lines;

      if (!host->write (host->user, import_step, work, error))
        return FALSE;
      lines = mr_import_get_counts (work->import)->lines;
      if (lines / PROGRESS_EVERY > said)
        {
          said = lines / PROGRESS_EVERY;
          mr_command_warn (host, _ ("%" PRIu64 " lines …\n"), lines);
        }
    }
  return TRUE;
}

static void
say_ignored (const MrCommandHost *host, MrImport *import)
{
  GPtrArray *ignored = mr_import_get_ignored (import);

  for (guint i = 0; i < ignored->len; i++)
    mr_command_warn (host, _ ("Column “%s” means nothing to the import and was ignored.\n"),
                     (const char *) g_ptr_array_index (ignored, i));
}

static gboolean
import_from (const MrCommandHost *host, Work *work, GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (host->input_fd, FALSE);
  g_autoptr (GOutputStream) report = NULL;
  g_autoptr (MrImport) import = NULL;
  g_autofree char *summary = NULL;
  gboolean imported;

  if (host->report_fd >= 0)
    report = g_unix_output_stream_new (host->report_fd, FALSE);
  import = mr_import_new (input, work->region_id, host->world, report, error);
  if (import == NULL)
    return FALSE;
  work->import = import;
  say_ignored (host, import);
  imported = import_all (host, work, error);
  summary = mr_import_describe (import);
  mr_command_print (host, "%s\n", summary);
  if (mr_import_get_counts (import)->refused > 0 && host->report_fd < 0)
    mr_command_warn (host, _ ("--report FILE lists each refused line with its reason.\n"));
  return imported && (report == NULL || g_output_stream_flush (report, NULL, error));
}

gboolean
mr_command_import (const MrCommandHost *host, char **arguments, GError **error)
{
  g_autofree char *region = NULL;
  g_autofree char *report = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry entries[] = {
    { "region", 0, 0, G_OPTION_ARG_STRING, &region, NULL, NULL },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, NULL, NULL },
    { NULL },
  };
  Work work = { 0 };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, &arguments, error))
    return FALSE;
  if (region == NULL || g_strv_length (arguments) != 2 || host->input_fd < 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("use it like this: %s"),
                   "import-goods FILE --region REGION [--report FILE]");
      return FALSE;
    }
  work.region = region;
  return host->read (host->user, find_region, &work, error) && import_from (host, &work, error);
}
