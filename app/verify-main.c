/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal.h"

#include <sodium.h>
#include <stdio.h>

/* What the exit status says. */
enum
{
  STATUS_GOOD = 0,
  STATUS_BAD = 1,
  STATUS_UNREADABLE = 2,
};

static int
verify (const char *path)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  if (!mr_journal_verify (path, &result, &error))
    {
      fprintf (stderr, "millrace-verify: %s\n", error->message);
      return STATUS_UNREADABLE;
    }
  if (result.bad_writer == 0)
    {
      printf ("%s: %" G_GINT64_FORMAT " entries, all good\n", path, result.n_entries);
      return STATUS_GOOD;
    }
  printf ("%s: writer %" G_GINT64_FORMAT ", entry %" G_GINT64_FORMAT ": %s\n", path,
          result.bad_writer, result.bad_n, result.reason);
  g_free (result.reason);
  return STATUS_BAD;
}

int
main (int argc, char *argv[])
{
  if (argc != 2 || argv[1][0] == '-')
    {
      fprintf (
          stderr,
          "Usage: millrace-verify FILE\n"
          "Walks a till's journal.db and names the first row that is not as it was written.\n");
      return STATUS_UNREADABLE;
    }
  if (sodium_init () < 0)
    return STATUS_UNREADABLE;
  return verify (argv[1]);
}
