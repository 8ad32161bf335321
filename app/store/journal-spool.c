/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

static const char select_waiting[] = //
    "SELECT id, entry_id, copy, state, reason, queued_at, tries FROM spool"
    " WHERE state IN ('queued', 'printing') ORDER BY id";
static const char update_spool[] = //
    "UPDATE spool SET state = ?2, reason = ?3, tries = tries + (?2 = 'printing') WHERE id = ?1";
static const char select_entry[] = "SELECT 1 FROM entry WHERE id = ?1";
static const char update_copies[] = //
    "UPDATE receipt SET copies = copies + 1 WHERE entry_id = ?1 AND (writer, number) IN"
    " (SELECT writer, json_extract (CAST (body AS TEXT), '$.receipt') FROM entry"
    " WHERE id = ?1 AND kind = 'sale') RETURNING copies";
static const char select_copy[] =
    "SELECT coalesce(max(copy), 0) + 1 FROM spool WHERE entry_id = ?1";
static const char select_queued[] = "SELECT 1 FROM spool WHERE entry_id = ?1 LIMIT 1";
static const char select_lockout[] = "SELECT failures, wait_ms FROM lockout WHERE staff = ?1";
static const char upsert_lockout[] = //
    "INSERT INTO lockout (staff, failures, wait_ms) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (staff) DO UPDATE SET failures = excluded.failures, wait_ms = excluded.wait_ms";

GPtrArray *
mr_journal_list_spool (MrJournal *self, GError **error)
{
  if (!mr_journal_ready (self, error))
    return NULL;

  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_waiting, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrSpoolRow *row = g_new0 (MrSpoolRow, 1);

      g_ptr_array_add (rows, row);
      row->id = mr_query_get_int (query, 0);
      mr_query_get_id (query, 1, &row->entry_id);
      row->copy = mr_query_get_int (query, 2);
      g_strlcpy (row->state, mr_query_get_required_text (query, 3), sizeof row->state);
      g_strlcpy (row->reason, mr_query_get_required_text (query, 4), sizeof row->reason);
      row->queued_at_us = mr_query_get_int (query, 5);
      row->tries = mr_query_get_int (query, 6);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

gboolean
mr_journal_set_spool (MrJournal *self, gint64 id, const char *state, const char *reason,
                      GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  /* That printing began must be known after a power cut: what follows is a COPY. The rest may be lost: then
   * it is tried again. */
  gboolean durable = strcmp (state, "printing") == 0;

  if (!mr_turn_begin (&turn, self, durable, error) ||
      !mr_db_run (self->db, error, update_spool, "iss", id, state, reason != NULL ? reason : ""))
    return FALSE;
  if (mr_db_get_changes (self->db) == 0)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
                   "nothing is to be printed under %" G_GINT64_FORMAT, id);
      return FALSE;
    }
  return mr_turn_commit (&turn, error);
}

/* A receipt counts its copies; an X or a Z is counted by what was printed of it. */
static gboolean
count_copy (MrTurn *turn, MrId entry_id, gint64 *copy, gboolean *is_own, GError **error)
{
  MrDb *db = turn->journal->db;
  g_autoptr (GError) local = NULL;
  gint64 found;

  *is_own =
      mr_db_get_int (db, &found, &local, select_entry, "b", entry_id.bytes, sizeof entry_id.bytes);
  if (*is_own &&
      !mr_db_get_int (db, copy, &local, update_copies, "b", entry_id.bytes,
                      sizeof entry_id.bytes) &&
      local == NULL)
    mr_db_get_int (db, copy, &local, select_copy, "b", entry_id.bytes, sizeof entry_id.bytes);

  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
mr_journal_reprint (MrJournal *self, MrId entry_id, const MrEntryContext *context, gint64 *spool_id,
                    GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  char id[MR_ID_STRING_SIZE];
  MrEntryContext filled;
  gint64 copy = 1;
  gboolean is_own;

  if (!mr_turn_begin (&turn, self, TRUE, error) ||
      !count_copy (&turn, entry_id, &copy, &is_own, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *body = mr_note_body_write (&filled, "entry", 's', mr_id_format (entry_id, id),
                                              "copy", 'i', copy, NULL);
  return mr_turn_append (&turn, MR_ID_NONE, MR_KIND_REPRINTED, body, error) &&
         mr_turn_queue_print (&turn, is_own ? entry_id : turn.last_id, copy, spool_id, error) &&
         mr_turn_commit (&turn, error);
}

static gboolean
was_queued (MrJournal *self, MrId entry_id, gboolean *queued, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 found;

  *queued = mr_db_get_int (self->db, &found, &local, select_queued, "b", entry_id.bytes,
                           sizeof entry_id.bytes);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
mr_journal_print_first (MrJournal *self, MrId entry_id, const MrEntryContext *context,
                        gint64 *spool_id, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  gboolean queued;

  if (!mr_journal_ready (self, error) || !was_queued (self, entry_id, &queued, error))
    return FALSE;
  if (queued)
    return mr_journal_reprint (self, entry_id, context, spool_id, error);
  return mr_turn_begin (&turn, self, TRUE, error) &&
         mr_turn_queue_print (&turn, entry_id, 0, spool_id, error) && mr_turn_commit (&turn, error);
}

/* --- wrong PINs --- */

gboolean
mr_journal_get_lockout (MrJournal *self, gint64 staff, gint64 *failures, gint64 *wait_ms)
{
  *failures = 0;
  *wait_ms = 0;
  if (!mr_journal_ready (self, NULL))
    return FALSE;

  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_lockout, "i", staff);
  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    return FALSE;
  *failures = mr_query_get_int (query, 0);
  *wait_ms = mr_query_get_int (query, 1);
  return TRUE;
}

gboolean
mr_journal_set_lockout (MrJournal *self, gint64 staff, gint64 failures, gint64 wait_ms,
                        GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  return mr_turn_begin (&turn, self, TRUE, error) &&
         mr_db_run (self->db, error, upsert_lockout, "iii", staff, failures, wait_ms) &&
         mr_turn_commit (&turn, error);
}
