/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

/* Of a damaged body; in base64 it still fits the body of an entry. */
#define MAX_REMAINS (512 * 1024)
/* The identity's "fork_news". */
#define NEWS_COPIED "copied"
#define NEWS_DAMAGED "damaged "

static const char close_writer[] = "UPDATE writer SET closed_at = ?2 WHERE number = ?1";
static const char insert_writer[] = //
    "INSERT INTO writer (number, id, letter, opened_at)"
    " SELECT max(number) + 1, ?1, ?2, ?3 FROM writer";
static const char select_number[] = "SELECT number FROM writer WHERE id = ?1";
static const char select_letter[] = "SELECT letter FROM writer WHERE closed_at IS NULL"
                                    " ORDER BY number DESC LIMIT 1";
static const char select_tail[] = //
    "SELECT n, id, kind, schema, at, body, h FROM entry WHERE writer = ?1 AND n > ?2 ORDER BY n";
static const char select_before[] = //
    "SELECT w.id, e.h FROM writer w LEFT JOIN entry e ON e.writer = w.number AND e.n = ?2"
    " WHERE w.number = ?1";
static const char update_letter[] = "UPDATE writer SET letter = ?1 WHERE number = ?2";
static const char copy_movements[] = //
    "INSERT INTO movement (writer, n, good, quantity)"
    " SELECT ?3, ?4, good, quantity FROM movement WHERE writer = ?1 AND n = ?2";

gboolean
mr_turn_begin_writer (MrTurn *self, GError **error)
{
  MrDb *db = self->journal->db;
  MrId id = mr_id_new_random (self->journal->world);
  g_autofree char *letter = g_strdup_printf ("?%02x%02x", id.bytes[0], id.bytes[1]);
  gint64 number;

  if (!mr_db_run (db, error, close_writer, "ii", self->head.writer, self->at_us) ||
      !mr_db_run (db, error, insert_writer, "bsi", id.bytes, sizeof id.bytes, letter,
                  self->at_us) ||
      !mr_db_get_int (db, &number, error, select_number, "b", id.bytes, sizeof id.bytes))
    return FALSE;
  self->head = (MrHead){ .writer = number, .writer_id = id };
  return TRUE;
}

/* --- the tail ---------------------------------------------------------------------------------- */

/* Whether a damaged entry can still go on as what it says it is: the center looks at its sums. */
static gboolean
is_passable (MrTurn *self, const MrEntry *entry)
{
  return mr_entry_kind_is_valid (entry->kind) && g_utf8_validate (entry->body, -1, NULL) &&
         entry->at_us >= self->head.at_us && entry->at_us <= self->at_us &&
         strlen (entry->body) <= MR_ENTRY_MAX_BODY;
}

/* What is left of an entry that does not even read: nothing is dropped, and a person decides. */
static gboolean
keep_remains (MrTurn *self, MrId old_writer, gint64 n, MrQuery *query, GError **error)
{
  char text[MR_ID_STRING_SIZE];
  MrEntry entry = { .kind = (char *) MR_KIND_DAMAGED, .schema = 1, .at_us = self->at_us };
  MrEntryContext context;
  gsize length;
  gconstpointer bytes = mr_query_get_bytes (query, 5, &length);
  g_autofree char *left =
      g_base64_encode (bytes != NULL ? bytes : "", bytes != NULL ? MIN (length, MAX_REMAINS) : 0);

  mr_journal_fill_context (self->journal, NULL, &context);
  g_autofree char *body =
      mr_note_body_write (&context, "writer", 's', mr_id_format (old_writer, text), "n", 'i', n,
                          "bytes", 's', left, NULL);
  /* Under its id, so that it is known to have been taken over. */
  if (!mr_query_get_id (query, 1, &entry.id))
    entry.id = mr_id_new (self->journal->world);
  entry.body = body;
  return mr_turn_link (self, &entry, error);
}

static gboolean
take_over_entry (MrTurn *self, gint64 old_writer, MrEntry *entry, GError **error)
{
  gint64 old_n = entry->n;

  return mr_turn_link (self, entry, error) &&
         mr_db_run (self->journal->db, error, copy_movements, "iiii", old_writer, old_n,
                    self->head.writer, entry->n);
}

gboolean
mr_turn_take_over (MrTurn *self, gint64 old_writer, gint64 common_n, gint64 *damaged_n,
                   GError **error)
{
  MrDb *db = self->journal->db;
  MrId old_id = MR_ID_NONE;
  MrHash previous = { { 0 } };
  g_autoptr (MrEntry) entry = mr_entry_new ();
  g_autoptr (MrQuery) before = mr_db_select (db, error, select_before, "ii", old_writer, common_n);
  g_autoptr (MrQuery) query = mr_db_select (db, error, select_tail, "ii", old_writer, common_n);
  MrStep step = MR_STEP_ERROR;

  *damaged_n = 0;
  if (before == NULL || query == NULL || mr_query_step (before, error) != MR_STEP_ROW ||
      !mr_query_get_id (before, 0, &old_id))
    return FALSE;
  mr_query_get_hash (before, 1, &previous);
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      gint64 n = mr_query_get_int (query, 0);
      gboolean reads = mr_entry_read_row (query, 0, entry);
      gboolean sound = reads && mr_entry_is_sound (entry, &previous);

      if (!sound && *damaged_n == 0)
        *damaged_n = n;
      mr_query_get_hash (query, 6, &previous);
      if (!(sound || (reads && is_passable (self, entry))
                ? take_over_entry (self, old_writer, entry, error)
                : keep_remains (self, old_id, n, query, error)))
        return FALSE;
    }
  return step == MR_STEP_DONE;
}

/* --- parting ----------------------------------------------------------------------------------- */

/* The entry for the center, the news for the owner. */
static gboolean
note_fork (MrTurn *self, MrId old_writer, gint64 common_n, gint64 damaged_n,
           const MrEntryContext *context, GError **error)
{
  char text[MR_ID_STRING_SIZE];
  MrEntryContext filled;
  g_autofree char *news = damaged_n == 0
                              ? g_strdup (NEWS_COPIED)
                              : g_strdup_printf (NEWS_DAMAGED "%" G_GINT64_FORMAT, damaged_n);
  g_autofree char *body = NULL;

  mr_journal_fill_context (self->journal, context, &filled);
  mr_id_format (old_writer, text);
  if (damaged_n == 0)
    body = mr_note_body_write (&filled, "writer", 's', text, "n", 'i', common_n, NULL);
  else
    body = mr_note_body_write (&filled, "writer", 's', text, "n", 'i', common_n, "damaged", 'i',
                               damaged_n, NULL);
  return mr_turn_append (self, MR_ID_NONE, MR_KIND_FORKED, body, error) &&
         mr_turn_put_identity (self, "fork_news", news, error);
}

gboolean
mr_journal_fork (MrJournal *self, MrId writer, gint64 common_n, const MrEntryContext *context,
                 GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;

  MrHead old = turn.head;
  gint64 damaged_n = 0;

  if (!mr_id_equal (old.writer_id, writer))
    return TRUE;
  if (common_n < 0 || common_n > old.n)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED,
                   "the chain has no entry %" G_GINT64_FORMAT " to part at", common_n);
      return FALSE;
    }
  return mr_turn_begin_writer (&turn, error) &&
         mr_turn_take_over (&turn, old.writer, common_n, &damaged_n, error) &&
         note_fork (&turn, old.writer_id, common_n, damaged_n, context, error) &&
         mr_turn_commit (&turn, error) && mr_journal_load_identity (self, error);
}

/* --- the letter -------------------------------------------------------------------------------- */

char *
mr_journal_dup_letter (MrJournal *self)
{
  return mr_journal_ready (self, NULL) ? mr_db_get_text (self->db, NULL, select_letter, "") : NULL;
}

gboolean
mr_journal_is_provisional (MrJournal *self)
{
  g_autofree char *letter = mr_journal_dup_letter (self);

  return letter == NULL || mr_letter_parse (letter) == 0;
}

gboolean
mr_journal_set_letter (MrJournal *self, MrId writer, const char *letter, GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  if (mr_letter_parse (letter) == 0)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED, "“%s” is no letter", letter);
      return FALSE;
    }
  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  if (!mr_id_equal (turn.head.writer_id, writer))
    return TRUE;
  return mr_db_run (self->db, error, update_letter, "si", letter, turn.head.writer) &&
         mr_turn_put_identity (&turn, "letter", letter, error) && mr_turn_commit (&turn, error) &&
         mr_journal_load_identity (self, error);
}

/* --- what the owner is told -------------------------------------------------------------------- */

MrForkNews
mr_journal_get_fork_news (MrJournal *self, gint64 *damaged_n)
{
  g_autofree char *news = mr_journal_dup_identity (self, "fork_news");

  *damaged_n = 0;
  if (g_strcmp0 (news, NEWS_COPIED) == 0)
    return MR_FORK_COPIED;
  if (news == NULL || !g_str_has_prefix (news, NEWS_DAMAGED))
    return MR_FORK_NONE;
  *damaged_n = g_ascii_strtoll (news + strlen (NEWS_DAMAGED), NULL, 10);
  return MR_FORK_DAMAGED;
}

gboolean
mr_journal_forget_fork_news (MrJournal *self, GError **error)
{
  return mr_journal_set_identity (self, "fork_news", "", error);
}
