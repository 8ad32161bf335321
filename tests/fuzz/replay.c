/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

/* Each input in memory of exactly its size: a sanitizer sees every byte read beyond it. */
static gboolean
replay_file (const char *path)
{
  g_autofree char *text = NULL;
  uint8_t *exact;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return FALSE;
  exact = malloc (MAX (length, 1));
  memcpy (exact, text, length);
  LLVMFuzzerTestOneInput (exact, length);
  free (exact);
  return TRUE;
}

/* Plain TAP: a target that finds something aborts, and no "ok" follows. What GLib warns of is a finding, too. */
int
main (int argc, char **argv)
{
  int number = 0;

  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (argv[i], 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (argv[i], name, NULL);

          if (!replay_file (path))
            g_print ("not ");
          g_print ("ok %d %s\n", ++number, name);
        }
    }
  g_print ("1..%d\n", number);
  /* An empty corpus would pass without having tested anything. */
  return number == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
