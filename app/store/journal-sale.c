/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <string.h>

#define RECEIPT_COLUMNS "entry_id, number, label, at, total, shift_number, copies"

static const char insert_receipt[] = //
    "INSERT INTO receipt (writer, number, label, entry_id, entry_n, at, total, shift_number)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
static const char add_movement[] = //
    "INSERT INTO movement (writer, n, good, quantity) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (writer, n, good) DO UPDATE SET quantity = quantity + excluded.quantity";
/* The entry says its receipt's number: an index of receipts by entry would cost a page for each sale. */
static const char select_receipt[] = //
    "SELECT r.entry_id, r.number, r.label, r.at, r.total, r.shift_number, r.copies FROM entry e"
    " JOIN receipt r ON r.writer = e.writer AND r.entry_id = e.id"
    " AND r.number = json_extract (CAST (e.body AS TEXT), '$.receipt')"
    " WHERE e.id = ?1 AND e.kind = 'sale'";
static const char select_receipts[] = //
    "SELECT " RECEIPT_COLUMNS " FROM receipt WHERE ?2 = '' OR instr(upper(label), upper(?2)) > 0"
    " ORDER BY writer DESC, number DESC LIMIT ?1";
static const char select_writers[] = "SELECT number, id FROM writer ORDER BY number";
/* After a fork the tail of the old chain stands in the new one, too. */
static const char sum_movements[] = //
    "SELECT coalesce(sum(m.quantity), 0) FROM movement m"
    " WHERE m.writer = ?1 AND m.n > ?2 AND m.good = ?3 AND NOT EXISTS"
    " (SELECT 1 FROM entry e JOIN entry later ON later.id = e.id"
    " WHERE e.writer = m.writer AND e.n = m.n AND later.writer > m.writer)";
/* Of those few entries that the index entry_with_returns holds. A damaged one is the chain's trouble. */
static const char select_returned[] = //
    "SELECT json_extract(line.value, '$.return.line'), -json_extract(line.value, '$.quantity'),"
    " json_extract(line.value, '$.return.gross'), json_extract(line.value, '$.return.amount'),"
    " json_extract(line.value, '$.return.tax') FROM entry e,"
    " json_each(CASE WHEN json_valid(CAST(e.body AS TEXT)) THEN CAST(e.body AS TEXT) ELSE '{}' END,"
    " '$.lines') line WHERE e.writer = ?1 AND e.n > ?2 AND e.kind = 'sale' AND e.schema > 1"
    " AND json_extract(line.value, '$.return.sale') = ?3"
    " AND json_extract(line.value, '$.removed') IS NOT 1"
    " AND NOT EXISTS (SELECT 1 FROM entry later WHERE later.id = e.id AND later.writer > e.writer)";

void
mr_committed_sale_clear (MrCommittedSale *self)
{
  g_clear_pointer (&self->shift, mr_shift_free);
}

/* --- a finished sale --- */

static gboolean
check_sale (MrJournal *self, const MrSale *sale, GError **error)
{
  g_autofree char *broken = mr_sale_check (sale);

  if (broken != NULL || mr_sale_get_state (sale) != MR_SALE_COMPLETE ||
      mr_id_is_none (mr_sale_get_id (sale)))
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED,
                   "the sale cannot be committed: %s",
                   broken != NULL ? broken : "it is not complete, or has no id");
      return FALSE;
    }
  if (self->shift == NULL)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_NO_SHIFT,
                   "no shift is open: a sale belongs to a shift");
      return FALSE;
    }
  return TRUE;
}

static gboolean
append_sale (MrTurn *turn, const MrSale *sale, const MrEntryContext *context, gint64 catalog_v,
             MrSaleFacts *facts, GError **error)
{
  MrEntryContext filled;

  mr_journal_fill_context (turn->journal, context, &filled);
  /* The body has one currency: the sale's own. */
  g_strlcpy (filled.currency, mr_sale_get_currency (sale), sizeof filled.currency);
  filled.shift_number = turn->shift->number;

  facts->receipt_number = ++turn->head.receipt_number;
  facts->catalog_v = catalog_v;
  g_snprintf (facts->receipt_label, sizeof facts->receipt_label, "%s-%06" G_GINT64_FORMAT,
              turn->journal->label_prefix, facts->receipt_number);
  g_autofree char *body = mr_sale_body_write (sale, &filled, facts);
  return mr_turn_append_schema (turn, mr_sale_get_id (sale), MR_KIND_SALE,
                                mr_sale_body_get_schema (sale), body, error);
}

static gboolean
store_receipt (MrTurn *turn, const MrSale *sale, const MrSaleFacts *facts, GError **error)
{
  return mr_db_run (turn->journal->db, error, insert_receipt, "iisbiiii", turn->head.writer,
                    facts->receipt_number, facts->receipt_label, turn->last_id.bytes,
                    sizeof turn->last_id.bytes, turn->head.n, turn->at_us,
                    mr_sale_get_totals (sale)->total_minor, turn->shift->number);
}

static gboolean
store_movements (MrTurn *turn, const MrSale *sale, GError **error)
{
  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      const MrLine *line = mr_sale_get_line (sale, i);

      if (line->removed || line->good->good_id == 0)
        continue;
      gint64 moved =
          -mr_money_ratio (line->quantity_milli, line->good->units_milli, MR_QUANTITY_ONE_MILLI);
      if (!mr_db_run (turn->journal->db, error, add_movement, "iiii", turn->head.writer,
                      turn->head.n, line->good->good_id, moved))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_commit (MrJournal *self, const MrSale *sale, const MrEntryContext *context, gint64 catalog_v,
            gboolean print, MrCommittedSale *committed, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrSaleFacts facts = { 0 };
  gint64 spool_id = 0;

  if (!mr_journal_ready (self, error) || !check_sale (self, sale, error) ||
      !mr_turn_begin (&turn, self, TRUE, error) ||
      !append_sale (&turn, sale, context, catalog_v, &facts, error) ||
      !store_receipt (&turn, sale, &facts, error) || !store_movements (&turn, sale, error) ||
      !mr_shift_add_sale (turn.shift, sale, error) || !mr_turn_store_shift (&turn, error) ||
      (print && !mr_turn_queue_print (&turn, turn.last_id, 0, &spool_id, error)))
    return FALSE;

  g_autoptr (MrShift) shift = mr_shift_copy (turn.shift);
  MrCommittedSale done = { .entry_id = turn.last_id,
                           .n = turn.head.n,
                           .receipt_number = facts.receipt_number,
                           .at_us = turn.at_us,
                           .spool_id = spool_id };
  if (!mr_turn_commit (&turn, error))
    return FALSE;

  g_strlcpy (done.receipt_label, facts.receipt_label, sizeof done.receipt_label);
  done.shift = g_steal_pointer (&shift);
  *committed = done;
  return TRUE;
}

/* What became of a sale committed before. */
static void
recollect (MrJournal *self, MrId entry_id, MrCommittedSale *committed)
{
  g_autoptr (MrEntry) entry = mr_journal_find (self, entry_id, NULL);
  MrReceiptRow row;

  if (entry == NULL || !mr_journal_get_receipt (self, entry_id, &row, NULL))
    return;
  *committed = (MrCommittedSale){ .entry_id = entry_id,
                                  .n = entry->n,
                                  .receipt_number = row.number,
                                  .at_us = row.at_us,
                                  .shift = mr_journal_load_last_shift (self, NULL) };
  g_strlcpy (committed->receipt_label, row.label, sizeof committed->receipt_label);
}

gboolean
mr_journal_commit_sale (MrJournal *self, const MrSale *sale, const MrEntryContext *context,
                        gint64 catalog_v, gboolean print, MrCommittedSale *committed,
                        GError **error)
{
  g_autoptr (GError) local = NULL;

  memset (committed, 0, sizeof *committed);
  if (try_commit (self, sale, context, catalog_v, print, committed, &local))
    return TRUE;
  if (g_error_matches (local, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_DOUBLE))
    recollect (self, mr_sale_get_id (sale), committed);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- what is given up --- */

gboolean
mr_journal_void_sale (MrJournal *self, const MrSale *sale, const MrEntryContext *context,
                      const char *reason, GError **error)
{
  g_auto (MrTurn) turn = { NULL };
  MrEntryContext filled;

  if (!mr_turn_begin (&turn, self, TRUE, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *basket = mr_basket_write (sale);
  g_autofree char *body =
      mr_note_body_write (&filled, "reason", 's', reason != NULL ? reason : "", "total", 'i',
                          mr_sale_get_totals (sale)->total_minor, "basket", 'j', basket, NULL);
  if (!mr_turn_append (&turn, MR_ID_NONE, MR_KIND_SALE_VOIDED, body, error))
    return FALSE;
  if (turn.shift != NULL)
    {
      turn.shift->void_count++;
      if (!mr_turn_store_shift (&turn, error))
        return FALSE;
    }
  return mr_turn_clear_basket (&turn, error) && mr_turn_commit (&turn, error);
}

gboolean
mr_journal_note_removed_line (MrJournal *self, const MrSale *sale, guint line_number,
                              const MrEntryContext *context, GError **error)
{
  const MrLine *line = mr_sale_find_line (sale, line_number);
  char sale_id[MR_ID_STRING_SIZE];
  MrEntryContext filled;

  if (line == NULL)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING, "the sale has no line %u",
                   line_number);
      return FALSE;
    }
  if (!mr_journal_ready (self, error))
    return FALSE;
  mr_journal_fill_context (self, context, &filled);
  g_autofree char *body =
      mr_note_body_write (&filled, "sale", 's', mr_id_format (mr_sale_get_id (sale), sale_id),
                          "line", 'i', (gint64) line->number, "good", 'i', line->good->good_id,
                          "pack", 'i', line->good->pack_id, "name", 's', line->good->name,
                          "quantity", 'i', line->quantity_milli, "price", 'i',
                          line->unit_price_minor, "amount", 'i',
                          line->gross_minor - line->discount_minor, NULL);
  /* The shift counts removed lines with the sale they were removed from. */
  return mr_journal_append (self, MR_ID_NONE, MR_KIND_LINE_REMOVED, body, error);
}

/* --- receipts --- */

static gboolean
read_receipt (MrQuery *query, MrReceiptRow *row)
{
  if (!mr_query_get_id (query, 0, &row->entry_id))
    return FALSE;
  row->number = mr_query_get_int (query, 1);
  g_strlcpy (row->label, mr_query_get_required_text (query, 2), sizeof row->label);
  row->at_us = mr_query_get_int (query, 3);
  row->total_minor = mr_query_get_int (query, 4);
  row->shift_number = mr_query_get_int (query, 5);
  row->copies = mr_query_get_int (query, 6);
  return TRUE;
}

gboolean
mr_journal_get_receipt (MrJournal *self, MrId entry_id, MrReceiptRow *row, GError **error)
{
  if (!mr_journal_ready (self, error))
    return FALSE;

  g_autoptr (MrQuery) query =
      mr_db_select (self->db, error, select_receipt, "b", entry_id.bytes, sizeof entry_id.bytes);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;

  if (step == MR_STEP_DONE)
    g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
                 "this till has printed no such receipt");
  return step == MR_STEP_ROW && read_receipt (query, row);
}

GPtrArray *
mr_journal_list_receipts (MrJournal *self, guint max, GError **error)
{
  return mr_journal_find_receipts (self, "", max, error);
}

GPtrArray *
mr_journal_find_receipts (MrJournal *self, const char *typed, guint max, GError **error)
{
  if (!mr_journal_ready (self, error))
    return NULL;

  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, error, select_receipts, "is", (gint64) max, typed);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrReceiptRow row = { .number = 0 };

      if (read_receipt (query, &row))
        g_ptr_array_add (rows, g_memdup2 (&row, sizeof row));
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

static gint64
find_applied (const GArray *mine, MrId writer)
{
  for (guint i = 0; mine != NULL && i < mine->len; i++)
    if (mr_id_equal (g_array_index (mine, MrMine, i).writer, writer))
      return g_array_index (mine, MrMine, i).applied;
  return 0;
}

gint64
mr_journal_sum_movements (MrJournal *self, gint64 good_id, const GArray *mine)
{
  gint64 sum = 0, of_writer;

  if (!mr_journal_ready (self, NULL))
    return 0;

  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_writers, "");
  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      MrId writer = MR_ID_NONE;

      mr_query_get_id (query, 1, &writer);
      if (mr_db_get_int (self->db, &of_writer, NULL, sum_movements, "iii",
                         mr_query_get_int (query, 0), find_applied (mine, writer), good_id))
        sum += of_writer;
    }
  return sum;
}

static gboolean
add_returned (MrJournal *self, gint64 writer, gint64 applied, MrId entry_id, GArray *returned,
              GError **error)
{
  char id[MR_ID_STRING_SIZE];
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_returned, "iis", writer,
                                            applied, mr_id_format (entry_id, id));
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      const MrReturned line = { (guint) mr_query_get_int (query, 0), mr_query_get_int (query, 1),
                                mr_query_get_int (query, 2), mr_query_get_int (query, 3),
                                mr_query_get_int (query, 4) };

      mr_returned_add (returned, &line);
    }
  return step == MR_STEP_DONE;
}

gboolean
mr_journal_add_returned (MrJournal *self, MrId entry_id, const GArray *mine, GArray *returned,
                         GError **error)
{
  MrStep step = MR_STEP_ERROR;

  if (!mr_journal_ready (self, error))
    return FALSE;

  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_writers, "");
  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrId writer = MR_ID_NONE;

      mr_query_get_id (query, 1, &writer);
      if (!add_returned (self, mr_query_get_int (query, 0), find_applied (mine, writer), entry_id,
                         returned, error))
        return FALSE;
    }
  return step == MR_STEP_DONE;
}
