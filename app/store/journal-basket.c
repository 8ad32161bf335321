/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

static const char keep_open[] = //
    "INSERT INTO basket (slot, id, label, held_at, staff, body) VALUES (0, ?1, '', NULL, ?2, ?3)"
    " ON CONFLICT (slot) DO UPDATE SET id = excluded.id, staff = excluded.staff,"
    " body = excluded.body";
static const char insert_held[] = //
    "INSERT INTO basket (slot, id, label, held_at, staff, body)"
    " SELECT coalesce(max(slot), 0) + 1, ?1, ?2, ?3, ?4, ?5 FROM basket"
    " RETURNING slot";
/* The open basket whose sale is in the journal is no longer one: it bears the id of that entry. So the
 * commit of a sale need not touch it. */
static const char select_body[] = //
    "SELECT body FROM basket WHERE slot = ?1"
    " AND (slot > 0 OR NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = basket.id))";
static const char delete_held[] = "DELETE FROM basket WHERE slot = ?1 AND slot > 0";
static const char select_held[] = //
    "SELECT slot, label, held_at, staff, body FROM basket WHERE slot > 0 ORDER BY held_at, slot";

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
  gint64 slot;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *basket = mr_basket_write (sale);
  if (!mr_db_get_int (self->db, &slot, error, insert_held, "bsiis", id.bytes, sizeof id.bytes,
                      label != NULL ? label : "", turn.at_us, filled.staff_number, basket))
    return FALSE;

  g_autofree char *body =
      mr_note_body_write (&filled, "slot", 'i', slot, "label", 's', label != NULL ? label : "",
                          "total", 'i', mr_sale_get_totals (sale)->total_minor, "basket", 'j',
                          basket, NULL);
  return mr_turn_append (&turn, MR_ID_NONE, MR_KIND_BASKET_HELD, body, error) &&
         mr_turn_clear_basket (&turn, error) && mr_turn_commit (&turn, error);
}

/* The held sale of @slot as an open one. */
static MrSale *
take_held (MrJournal *self, gint64 slot, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (MrSale) open = load_slot (self, 0, NULL);
  g_autoptr (MrSale) sale = NULL;

  if (open != NULL)
    g_set_error (&local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BASKET,
                 "there is an open basket: hold or finish it first");
  else
    sale = load_slot (self, slot, &local);
  if (sale == NULL && local == NULL)
    g_set_error (&local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
                 "no basket is held under %" G_GINT64_FORMAT, slot);
  if (local == NULL && mr_sale_get_state (sale) == MR_SALE_HELD)
    mr_sale_move (sale, MR_SALE_OPEN, &local);
  if (local == NULL)
    return g_steal_pointer (&sale);

  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

MrSale *
mr_journal_recall_basket (MrJournal *self, gint64 slot, const MrEntryContext *context,
                          GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;
  char sale_id[MR_ID_STRING_SIZE];

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return NULL;
  g_autoptr (MrSale) sale = take_held (self, slot, error);
  if (sale == NULL)
    return NULL;

  mr_sale_set_id (sale, mr_id_new (self->world));
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *body = mr_note_body_write (&filled, "slot", 'i', slot, "sale", 's',
                                              mr_id_format (mr_sale_get_id (sale), sale_id), NULL);
  if (!mr_turn_append (&turn, MR_ID_NONE, MR_KIND_BASKET_RECALLED, body, error) ||
      !mr_db_run (self->db, error, delete_held, "i", slot) ||
      !put_open (&turn, sale, filled.staff_number, error) || !mr_turn_commit (&turn, error))
    return NULL;
  return g_steal_pointer (&sale);
}

void
mr_held_basket_free (MrHeldBasket *self)
{
  if (self == NULL)
    return;
  g_free (self->label);
  g_free (self);
}

static MrHeldBasket *
read_held (MrQuery *query, GError **error)
{
  g_autoptr (MrSale) sale = mr_basket_read (mr_query_get_text (query, 4), error);

  if (sale == NULL)
    return NULL;

  MrHeldBasket *held = g_new0 (MrHeldBasket, 1);
  held->slot = mr_query_get_int (query, 0);
  held->label = g_strdup (mr_query_get_text (query, 1));
  held->held_at_us = mr_query_get_int (query, 2);
  held->staff = mr_query_get_int (query, 3);
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
    {
      MrHeldBasket *held = read_held (query, error);

      if (held == NULL)
        return NULL;
      g_ptr_array_add (rows, held);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}
