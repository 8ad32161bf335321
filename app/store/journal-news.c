/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

/* News that somebody has put away, so that it stays away also before the center has heard of it: lines "what",
 * "subject", "at" of the identity's "put_away", with tabs between, the oldest first. */

#define NAME "put_away"
/* What is older has left the feed, or is about a file that is no more. */
#define MAX_LINES 200

static gboolean
is_line_of (const char *line, const char *what, const char *subject, gint64 *at_us)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", 3);

  if (g_strv_length (fields) != 3 || strcmp (fields[0], what) != 0 ||
      strcmp (fields[1], subject) != 0)
    return FALSE;
  *at_us = g_ascii_strtoll (fields[2], NULL, 10);
  return TRUE;
}

static char *
add_line (const char *text, const char *what, const char *subject, gint64 at_us)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);
  GString *out = g_string_new (NULL);
  gint64 earlier_us;

  for (guint i = n >= MAX_LINES ? n - MAX_LINES + 1 : 0; i < n; i++)
    if (*lines[i] != '\0' && !is_line_of (lines[i], what, subject, &earlier_us))
      g_string_append_printf (out, "%s\n", lines[i]);
  g_string_append_printf (out, "%s\t%s\t%" G_GINT64_FORMAT, what, subject, at_us);
  return g_string_free (out, FALSE);
}

gboolean
mr_journal_put_away (MrJournal *self, const char *what, const char *subject, gint64 at_us,
                     const MrEntryContext *context, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;
  g_autofree char *body = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  body = mr_note_body_write (&filled, "what", 's', what, "subject", 's', subject, "at", 'i', at_us,
                             NULL);
  before = mr_journal_dup_identity (self, NAME);
  after = add_line (before != NULL ? before : "", what, subject, at_us);
  return mr_turn_append (&turn, MR_ID_NONE, MR_KIND_PUT_AWAY, body, error) &&
         mr_turn_put_identity (&turn, NAME, after, error) && mr_turn_commit (&turn, error);
}

gboolean
mr_journal_is_put_away (MrJournal *self, const char *what, const char *subject, gint64 at_us)
{
  g_autofree char *text = mr_journal_dup_identity (self, NAME);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  gint64 upto_us;

  for (guint i = 0; lines[i] != NULL; i++)
    if ((is_line_of (lines[i], what, subject, &upto_us) ||
         is_line_of (lines[i], what, "", &upto_us)) &&
        at_us <= upto_us)
      return TRUE;
  return FALSE;
}
