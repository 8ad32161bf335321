/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

static const char keep_open[] = //
    "INSERT INTO basket (slot, id, label, held_at, staff, body) VALUES (0, ?1, '', NULL, ?2, ?3)"
    " ON CONFLICT (slot) DO UPDATE SET id = excluded.id, staff = excluded.staff,"
    " body = excluded.body";
static const char insert_held[] = //
    "INSERT INTO basket (slot, id, label, held_at, staff, body, hold)"
    " SELECT coalesce(max(slot), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6 FROM basket"
    " RETURNING slot";
/* The open basket whose sale is in the journal is no longer one: it bears the id of that entry. So the
 * commit of a sale need not touch it. */
static const char select_body[] = //
    "SELECT body FROM basket WHERE slot = ?1"
    " AND (slot > 0 OR NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = basket.id))";
static const char delete_held[] = "DELETE FROM basket WHERE slot = ?1 AND slot > 0";
static const char select_held[] = //
    "SELECT slot, label, held_at, staff, body, hold FROM basket WHERE slot > 0"
    " ORDER BY held_at, slot";
static const char put_taken[] = "INSERT INTO taken (hold) VALUES (?1) ON CONFLICT DO NOTHING";
static const char select_taken[] = "SELECT count(*) FROM taken WHERE hold = ?1";
static const char select_hold[] = "SELECT hold FROM basket WHERE slot = ?1 AND slot > 0";

static gboolean
put_open (MrTurn *turn, const MrSale *sale, gint64 staff, GError **error)
{
  MrId id = mr_sale_get_id (sale);

  if (mr_sale_get_n_lines (sale) == 0)
    return mr_turn_clear_basket (turn, error);

  g_autofree char *body = mr_basket_write (sale);
  return mr_db_run (turn->journal->db, error, keep_open, "bis", id.bytes, sizeof id.bytes, staff,
                    body);
}

gboolean
mr_journal_keep_basket (MrJournal *self, const MrSale *sale, gint64 staff, GError **error)
{
  g_auto (MrTurn) turn = { NULL };

  if (!mr_turn_begin (&turn, self, FALSE, error) || !put_open (&turn, sale, staff, error) ||
      !mr_turn_commit (&turn, error))
    return FALSE;
  self->basket_waits = TRUE;
  return TRUE;
}

static MrSale *
load_slot (MrJournal *self, gint64 slot, GError **error)
{
  g_autofree char *body = mr_db_get_text (self->db, error, select_body, "i", slot);

  return body != NULL ? mr_basket_read (body, error) : NULL;
}

MrSale *
mr_journal_load_basket (MrJournal *self, GError **error)
{
  return mr_journal_ready (self, error) ? load_slot (self, 0, error) : NULL;
}

gboolean
mr_journal_hold_basket (MrJournal *self, const MrSale *sale, const char *label,
                        const MrEntryContext *context, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;
  MrId id = mr_sale_get_id (sale);
  MrId hold = mr_id_new (self->world);
  gint64 slot;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *basket = mr_basket_write (sale);
  if (!mr_db_get_int (self->db, &slot, error, insert_held, "bsiisb", id.bytes, sizeof id.bytes,
                      label != NULL ? label : "", turn.at_us, filled.staff_number, basket,
                      hold.bytes, sizeof hold.bytes))
    return FALSE;

  g_autofree char *body =
      mr_note_body_write (&filled, "slot", 'i', slot, "label", 's', label != NULL ? label : "",
                          "total", 'i', mr_sale_get_totals (sale)->total_minor, "basket", 'j',
                          basket, NULL);
  return mr_turn_append (&turn, hold, MR_KIND_BASKET_HELD, body, error) &&
         mr_turn_clear_basket (&turn, error) && mr_turn_commit (&turn, error);
}

/* --- taken --- */

/* The sale of @taking, as it is kept here or as the other till told it. */
static MrSale *
load_taking (MrJournal *self, const MrTaking *taking, GError **error)
{
  g_autoptr (MrSale) sale = NULL;

  if (taking->slot == 0)
    return mr_basket_read (taking->basket, error);
  g_autoptr (GError) local = NULL;
  sale = load_slot (self, taking->slot, &local);
  if (sale != NULL)
    return g_steal_pointer (&sale);
  if (local == NULL)
    g_set_error (&local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
                 "no basket is held under %" G_GINT64_FORMAT, taking->slot);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* The held sale as an open one. */
static MrSale *
open_taking (MrJournal *self, const MrTaking *taking, GError **error)
{
  g_autoptr (MrSale) open = load_slot (self, 0, NULL);
  g_autoptr (MrSale) sale = NULL;

  if (open != NULL)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BASKET,
                   "there is an open basket: hold or finish it first");
      return NULL;
    }
  sale = load_taking (self, taking, error);
  if (sale == NULL ||
      (mr_sale_get_state (sale) == MR_SALE_HELD && !mr_sale_move (sale, MR_SALE_OPEN, error)))
    return NULL;
  mr_sale_set_id (sale, mr_id_new (self->world));
  return g_steal_pointer (&sale);
}

/* Notes who has it now and takes it from where it is kept. @given_up: nobody wants it any more. */
static gboolean
append_taken (MrTurn *turn, const char *kind, const MrTaking *taking, const MrSale *sale,
              const char *reason, gboolean given_up, const MrEntryContext *context, GError **error)
{
  MrDb *db = turn->journal->db;
  g_autofree char *sale_id = mr_id_to_string (mr_sale_get_id (sale));
  g_autofree char *hold = mr_id_to_string (taking->hold);
  g_autofree char *body =
      mr_note_body_write (context, "slot", 'i', taking->slot, "sale", 's', sale_id, NULL);
  GString *out = g_string_new_len (body, (gssize) strlen (body) - 1);

  if (!mr_id_is_none (taking->hold))
    mr_note_body_append (out, "hold", hold);
  if (taking->claim != NULL)
    mr_note_body_append (out, "claim", taking->claim);
  if (taking->unclaimed)
    g_string_append (out, ",\"unclaimed\":1");
  if (reason != NULL)
    mr_note_body_append (out, "reason", reason);
  if (given_up)
    g_string_append_printf (out, ",\"void\":1,\"total\":%" G_GINT64_FORMAT,
                            mr_sale_get_totals (sale)->total_minor);
  g_string_append_c (out, '}');
  g_autofree char *text = g_string_free (out, FALSE);
  return mr_turn_append (turn, MR_ID_NONE, kind, text, error) &&
         mr_db_run (db, error, delete_held, "i", taking->slot) &&
         (mr_id_is_none (taking->hold) ||
          mr_db_run (db, error, put_taken, "b", taking->hold.bytes, sizeof taking->hold.bytes));
}

MrSale *
mr_journal_take_basket (MrJournal *self, const MrTaking *taking, const MrEntryContext *context,
                        GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return NULL;
  g_autoptr (MrSale) sale = open_taking (self, taking, error);
  if (sale == NULL)
    return NULL;

  mr_journal_fill_context (self, context, &filled);
  if (!append_taken (&turn, MR_KIND_BASKET_RECALLED, taking, sale, NULL, FALSE, &filled, error) ||
      !put_open (&turn, sale, filled.staff_number, error) || !mr_turn_commit (&turn, error))
    return NULL;
  return g_steal_pointer (&sale);
}

MrSale *
mr_journal_recall_basket (MrJournal *self, gint64 slot, const MrEntryContext *context,
                          GError **error)
{
  MrTaking taking = { .slot = slot };

  if (!mr_journal_ready (self, error))
    return NULL;
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_hold, "i", slot);
  if (query == NULL || mr_query_step (query, error) == MR_STEP_ERROR)
    return NULL;
  mr_query_get_id (query, 0, &taking.hold);
  g_clear_pointer (&query, mr_query_reset);
  return mr_journal_take_basket (self, &taking, context, error);
}

/* @given_up: by a person, and counted like a void; else another till has it. */
static gboolean
drop_basket (MrJournal *self, const MrTaking *taking, const char *reason, gboolean given_up,
             const MrEntryContext *context, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  g_autoptr (MrSale) sale = load_taking (self, taking, error);
  if (sale == NULL)
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  if (!append_taken (&turn, MR_KIND_BASKET_DROPPED, taking, sale, reason, given_up, &filled, error))
    return FALSE;
  if (given_up && turn.shift != NULL)
    {
      turn.shift->void_count++;
      if (!mr_turn_store_shift (&turn, error))
        return FALSE;
    }
  return mr_turn_commit (&turn, error);
}

gboolean
mr_journal_drop_basket (MrJournal *self, const MrTaking *taking, const char *reason,
                        const MrEntryContext *context, GError **error)
{
  return drop_basket (self, taking, reason, FALSE, context, error);
}

gboolean
mr_journal_give_up_basket (MrJournal *self, const MrTaking *taking, const char *reason,
                           const MrEntryContext *context, GError **error)
{
  return drop_basket (self, taking, reason, TRUE, context, error);
}

gboolean
mr_journal_has_taken (MrJournal *self, MrId hold)
{
  gint64 n = 0;

  return mr_journal_ready (self, NULL) &&
         mr_db_get_int (self->db, &n, NULL, select_taken, "b", hold.bytes, sizeof hold.bytes) &&
         n > 0;
}

/* --- the list --- */

void
mr_held_basket_free (MrHeldBasket *self)
{
  if (self == NULL)
    return;
  g_free (self->label);
  g_free (self);
}

/* One that was damaged on the disk is listed, too, with nothing in it: the others are not to go with it. */
static MrHeldBasket *
read_held (MrQuery *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = mr_basket_read (mr_query_get_required_text (query, 4), &error);
  MrHeldBasket *held = g_new0 (MrHeldBasket, 1);

  held->slot = mr_query_get_int (query, 0);
  mr_query_get_id (query, 5, &held->hold);
  held->label = g_strdup (mr_query_get_required_text (query, 1));
  held->held_at_us = mr_query_get_int (query, 2);
  held->staff = mr_query_get_int (query, 3);
  if (sale == NULL)
    {
      g_message ("the basket held under %" G_GINT64_FORMAT " cannot be read: %s", held->slot,
                 error->message);
      return held;
    }
  held->n_lines = mr_sale_count_live_lines (sale);
  held->total_minor = mr_sale_get_totals (sale)->total_minor;
  return held;
}

GPtrArray *
mr_journal_list_held (MrJournal *self, GError **error)
{
  if (!mr_journal_ready (self, error))
    return NULL;

  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mr_held_basket_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_held, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    g_ptr_array_add (rows, read_held (query));
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}
