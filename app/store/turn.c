/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

/* A clock corrected by less than this is no news. */
#define JUMP_TOLERANCE_US G_USEC_PER_SEC
#define ENTRY_SCHEMA 1

static const char insert_entry[] = //
    "INSERT INTO entry (writer, n, id, kind, schema, at, body, h)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
static const char select_entry_exists[] = "SELECT n FROM entry WHERE id = ?1";
/* A sale changes the sums alone: the index of the open shift is left in peace. */
static const char update_sums[] = "UPDATE shift SET sums = ?3 WHERE number = ?1 AND state = ?2";
static const char upsert_shift[] = //
    "INSERT INTO shift (number, state, sums, id) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (number) DO UPDATE SET state = excluded.state, sums = excluded.sums";
static const char insert_spool[] = //
    "INSERT INTO spool (entry_id, copy, state, queued_at) VALUES (?1, ?2, 'queued', ?3)";
/* RETURNING goes through a table of its own, which took a sixth of the time of a sale. */
static const char select_spool_id[] = "SELECT last_insert_rowid ()";
static const char delete_basket[] = "DELETE FROM basket WHERE slot = 0";

/* Puts @entry at the end of the turn's chain, as it is but for its number and hash. */
gboolean
mr_turn_link (MrTurn *self, MrEntry *entry, GError **error)
{
  entry->n = self->head.n + 1;
  mr_entry_compute_hash (entry, &self->head.h, &entry->h);
  if (!mr_db_run (self->journal->db, error, insert_entry, "iibsiibb", self->head.writer, entry->n,
                  entry->id.bytes, sizeof entry->id.bytes, entry->kind, entry->schema, entry->at_us,
                  entry->body, strlen (entry->body), entry->h.bytes, sizeof entry->h.bytes))
    return FALSE;

  self->head.n = entry->n;
  self->head.h = entry->h;
  self->head.at_us = entry->at_us;
  self->last_id = entry->id;
  return TRUE;
}

static gboolean
check_entry (MrTurn *self, MrId id, const char *kind, const char *body, GError **error)
{
  gint64 n;
  g_autoptr (GError) local = NULL;

  if (!mr_entry_kind_is_valid (kind) || strlen (body) > MR_ENTRY_MAX_BODY)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED,
                   "an entry “%s” of %" G_GSIZE_FORMAT " bytes is not one", kind, strlen (body));
      return FALSE;
    }
  if (mr_id_is_none (id))
    return TRUE;

  if (mr_db_get_int (self->journal->db, &n, &local, select_entry_exists, "b", id.bytes,
                     sizeof id.bytes))
    g_set_error (&local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_DOUBLE,
                 "this is in the journal already, as entry %" G_GINT64_FORMAT, n);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
mr_turn_append (MrTurn *self, MrId id, const char *kind, const char *body, GError **error)
{
  return mr_turn_append_schema (self, id, kind, ENTRY_SCHEMA, body, error);
}

gboolean
mr_turn_append_schema (MrTurn *self, MrId id, const char *kind, gint64 schema, const char *body,
                       GError **error)
{
  if (!check_entry (self, id, kind, body, error))
    return FALSE;

  MrEntry entry = { .id = mr_id_is_none (id) ? mr_id_new (self->journal->world) : id,
                    .kind = (char *) kind,
                    .schema = schema,
                    .at_us = self->at_us,
                    .body = (char *) body };
  return mr_turn_link (self, &entry, error);
}

static gboolean
note_jump (MrTurn *self, gint64 now_us, GError **error)
{
  MrEntryContext context;

  mr_journal_fill_context (self->journal, NULL, &context);
  g_autofree char *body =
      mr_note_body_write (&context, "behind_us", 'i', self->head.at_us - now_us, NULL);
  return mr_turn_append (self, MR_ID_NONE, MR_KIND_CLOCK_JUMPED, body, error);
}

gboolean
mr_turn_begin (MrTurn *self, MrJournal *journal, gboolean durable, GError **error)
{
  g_assert (journal->world != NULL);
  if (!mr_journal_ready (journal, error) || !mr_db_set_durable (journal->db, durable, error) ||
      !mr_db_begin (journal->db, error))
    return FALSE;

  gint64 now_us = mr_world_now_us (journal->world);
  self->journal = journal;
  self->head = journal->head;
  self->at_us = MAX (now_us, self->head.at_us);
  self->shift = journal->shift != NULL ? mr_shift_copy (journal->shift) : NULL;
  /* Only what is durable appends entries. */
  if (durable && now_us < self->head.at_us - JUMP_TOLERANCE_US &&
      journal->jump_noted_at_us != self->head.at_us && !note_jump (self, now_us, error))
    {
      mr_turn_cancel (self);
      return FALSE;
    }
  return TRUE;
}

gboolean
mr_turn_store_shift (MrTurn *self, GError **error)
{
  const MrShift *shift = self->shift;
  const char *state = mr_shift_state_to_string (shift->state);
  g_autofree char *sums = mr_shift_body_write (shift, NULL, NULL);
  MrDb *db = self->journal->db;

  if (!mr_db_run (db, error, update_sums, "iss", shift->number, state, sums))
    return FALSE;
  return mr_db_get_changes (db) > 0 ||
         mr_db_run (db, error, upsert_shift, "issb", shift->number, state, sums, shift->id.bytes,
                    sizeof shift->id.bytes);
}

gboolean
mr_turn_queue_print (MrTurn *self, MrId entry_id, gint64 copy, gint64 *spool_id, GError **error)
{
  MrDb *db = self->journal->db;

  return mr_db_run (db, error, insert_spool, "bii", entry_id.bytes, sizeof entry_id.bytes, copy,
                    self->at_us) &&
         (spool_id == NULL || mr_db_get_int (db, spool_id, error, select_spool_id, ""));
}

gboolean
mr_turn_clear_basket (MrTurn *self, GError **error)
{
  return mr_db_run (self->journal->db, error, delete_basket, "");
}

static void
take_over (MrTurn *self)
{
  MrJournal *journal = self->journal;
  gint64 now_us = mr_world_now_us (journal->world);

  if (self->head.n != journal->head.n && now_us < self->head.at_us - JUMP_TOLERANCE_US)
    journal->jump_noted_at_us = self->head.at_us;
  journal->head = self->head;
  g_clear_pointer (&journal->shift, mr_shift_free);
  if (self->shift != NULL && self->shift->state == MR_SHIFT_OPEN)
    journal->shift = mr_shift_copy (self->shift);
}

gboolean
mr_turn_commit (MrTurn *self, GError **error)
{
  MrJournal *journal = self->journal;
  g_autoptr (GError) local = NULL;

  if (mr_db_commit (journal->db, &local))
    take_over (self);
  else if (g_error_matches (local, MR_DB_ERROR, MR_DB_ERROR_IO) &&
           mr_journal_look_again (journal, self->last_id))
    g_clear_error (&local); /* it is there, and on the disk: the journal was loaded anew */

  self->journal = NULL;
  g_clear_pointer (&self->shift, mr_shift_free);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

void
mr_turn_cancel (MrTurn *self)
{
  if (self->journal != NULL)
    mr_db_rollback (self->journal->db);
  self->journal = NULL;
  g_clear_pointer (&self->shift, mr_shift_free);
}

gboolean
mr_journal_append (MrJournal *self, MrId id, const char *kind, const char *body, GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  return mr_turn_begin (&turn, self, TRUE, error) &&
         mr_turn_append (&turn, id, kind, body, error) && mr_turn_commit (&turn, error);
}
