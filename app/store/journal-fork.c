/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

static const char close_writer[] = "UPDATE writer SET closed_at = ?2 WHERE number = ?1";
static const char insert_writer[] = //
    "INSERT INTO writer (number, id, letter, opened_at)"
    " SELECT max(number) + 1, ?1, ?2, ?3 FROM writer";
static const char select_number[] = "SELECT number FROM writer WHERE id = ?1";
static const char select_letter[] = "SELECT letter FROM writer WHERE closed_at IS NULL"
                                    " ORDER BY number DESC LIMIT 1";
static const char select_tail[] = //
    "SELECT n, id, kind, schema, at, body, h FROM entry WHERE writer = ?1 AND n > ?2 ORDER BY n";
static const char copy_movements[] = //
    "INSERT INTO movement (writer, n, good, quantity)"
    " SELECT ?3, ?4, good, quantity FROM movement WHERE writer = ?1 AND n = ?2";

/* From here on the turn is at the beginning of a chain of its own. */
static gboolean
begin_writer (MrTurn *self, GError **error)
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

static gboolean
take_over_entry (MrTurn *self, gint64 old_writer, MrEntry *entry, GError **error)
{
  gint64 old_n = entry->n;

  return mr_turn_link (self, entry, error) &&
         mr_db_run (self->journal->db, error, copy_movements, "iiii", old_writer, old_n,
                    self->head.writer, entry->n);
}

static gboolean
take_over_tail (MrTurn *self, gint64 old_writer, gint64 common_n, GError **error)
{
  g_autoptr (MrEntry) entry = mr_entry_new ();
  g_autoptr (MrQuery) query =
      mr_db_select (self->journal->db, error, select_tail, "ii", old_writer, common_n);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      if (!mr_entry_read_row (query, 0, entry))
        {
          g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
                       "%s: entry %" G_GINT64_FORMAT " is damaged",
                       mr_db_get_path (self->journal->db), mr_query_get_int (query, 0));
          return FALSE;
        }
      if (!take_over_entry (self, old_writer, entry, error))
        return FALSE;
    }
  return step == MR_STEP_DONE;
}

static gboolean
note_fork (MrTurn *self, MrId old_writer, gint64 common_n, const MrEntryContext *context,
           GError **error)
{
  char text[MR_ID_STRING_SIZE];
  MrEntryContext filled;

  mr_journal_fill_context (self->journal, context, &filled);
  g_autofree char *body =
      mr_note_body_write (&filled, "writer", 's', mr_id_format (old_writer, text), "n", 'i',
                          common_n, NULL);
  return mr_turn_append (self, MR_ID_NONE, MR_KIND_FORKED, body, error);
}

gboolean
mr_journal_fork (MrJournal *self, MrId writer, gint64 common_n, const MrEntryContext *context,
                 GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;

  MrHead old = turn.head;
  if (!mr_id_equal (old.writer_id, writer))
    return TRUE;
  if (common_n < 0 || common_n > old.n)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED,
                   "the chain has no entry %" G_GINT64_FORMAT " to part at", common_n);
      return FALSE;
    }
  return begin_writer (&turn, error) && take_over_tail (&turn, old.writer, common_n, error) &&
         note_fork (&turn, old.writer_id, common_n, context, error) &&
         mr_turn_commit (&turn, error) && mr_journal_load_identity (self, error);
}

gboolean
mr_journal_is_provisional (MrJournal *self)
{
  g_autofree char *letter =
      mr_journal_ready (self, NULL) ? mr_db_get_text (self->db, NULL, select_letter, "") : NULL;

  return letter == NULL || letter[0] == '?';
}
