/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"
#include "store/shop-inside.h"
#include "wire/entry-body.h"
#include "wire/fields.h"

static const char count_tills[] = "SELECT count(*) FROM till WHERE revoked = 0";
static const char select_held[] = //
    "SELECT h.id, h.till, coalesce(t.name, ''), coalesce(s.name, ''), h.label, h.at, h.lines,"
    " h.total, h.basket, h.taker <> '' FROM held h LEFT JOIN till t ON t.id = h.till"
    " LEFT JOIN staff s ON s.number = h.staff AND s.number <> 0 GROUP BY h.id ORDER BY h.at, h.id";
static const char select_twice[] = //
    "SELECT kind, substr(id, length(kind) + 2), label, amount, at FROM taken_twice"
    " ORDER BY at DESC, id";
static const char find_receipts[] = //
    "SELECT r.id, r.till, coalesce(t.name, ''), r.label, r.at, r.total FROM receipt r"
    " LEFT JOIN till t ON t.id = r.till"
    " WHERE ?1 = '' OR instr(upper(r.label), upper(?1)) > 0 OR r.id = lower(?1)"
    " ORDER BY r.at DESC, r.id LIMIT ?2";
static const char select_receipt[] = "SELECT at, body FROM receipt WHERE id = ?1";
/* One statement, so that both are of one moment whatever the sync thread does in between. */
static const char select_returned[] = //
    "SELECT NULL AS writer, CAST (substr(id, 38) AS INTEGER), quantity, gross, amount, tax"
    " FROM returned WHERE id >= ?1 || '/' AND id < ?1 || '0'"
    " UNION ALL SELECT writer, applied, 0, 0, 0, 0 FROM mine";

guint
mr_shop_count_tills (MrShop *self)
{
  gint64 n = 0;

  mr_db_get_int (self->db, &n, NULL, count_tills, "");
  return (guint) n;
}

void
mr_shared_basket_free (MrSharedBasket *self)
{
  if (self == NULL)
    return;
  g_free (self->till);
  g_free (self->till_name);
  g_free (self->staff_name);
  g_free (self->label);
  g_free (self->basket);
  g_free (self);
}

static MrSharedBasket *
read_held (MrQuery *query)
{
  MrSharedBasket *held = g_new0 (MrSharedBasket, 1);

  if (!mr_id_parse (mr_query_get_required_text (query, 0), &held->hold))
    held->hold = MR_ID_NONE;
  held->till = g_strdup (mr_query_get_required_text (query, 1));
  held->till_name = g_strdup (mr_query_get_required_text (query, 2));
  held->staff_name = g_strdup (mr_query_get_required_text (query, 3));
  held->label = g_strdup (mr_query_get_required_text (query, 4));
  held->held_at_us = mr_query_get_int (query, 5);
  held->n_lines = mr_query_get_int (query, 6);
  held->total_minor = mr_query_get_int (query, 7);
  held->basket = g_strdup (mr_query_get_required_text (query, 8));
  held->taken = mr_query_get_int (query, 9) != 0;
  return held;
}

GPtrArray *
mr_shop_list_held (MrShop *self, GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mr_shared_basket_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_held, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    g_ptr_array_add (rows, read_held (query));
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

void
mr_shared_receipt_free (MrSharedReceipt *self)
{
  if (self == NULL)
    return;
  g_free (self->till);
  g_free (self->till_name);
  g_free (self->label);
  g_free (self);
}

GPtrArray *
mr_shop_find_receipts (MrShop *self, const char *typed, guint max, GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mr_shared_receipt_free);
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, error, find_receipts, "si", typed, (gint64) max);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrSharedReceipt *receipt;
      MrId id;

      if (!mr_id_parse (mr_query_get_required_text (query, 0), &id))
        continue;
      receipt = g_new0 (MrSharedReceipt, 1);
      receipt->entry_id = id;
      receipt->till = g_strdup (mr_query_get_required_text (query, 1));
      receipt->till_name = g_strdup (mr_query_get_required_text (query, 2));
      receipt->label = g_strdup (mr_query_get_required_text (query, 3));
      receipt->at_us = mr_query_get_int (query, 4);
      receipt->total_minor = mr_query_get_int (query, 5);
      g_ptr_array_add (rows, receipt);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

MrEntry *
mr_shop_load_receipt (MrShop *self, MrId entry_id)
{
  char id[MR_ID_STRING_SIZE];
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, NULL, select_receipt, "s", mr_id_format (entry_id, id));
  MrEntry *entry;

  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    return NULL;
  entry = mr_entry_new ();
  entry->id = entry_id;
  entry->kind = g_strdup (MR_KIND_SALE);
  entry->schema = 1;
  entry->at_us = mr_query_get_int (query, 0);
  entry->body = g_strdup (mr_query_get_required_text (query, 1));
  return entry;
}

GArray *
mr_shop_read_returned (MrShop *self, MrId entry_id, GArray *returned)
{
  g_autoptr (GArray) mine = g_array_new (FALSE, TRUE, sizeof (MrMine));
  char id[MR_ID_STRING_SIZE];
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, NULL, select_returned, "s", mr_id_format (entry_id, id));
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, NULL)) == MR_STEP_ROW)
    {
      MrMine row = { .applied = mr_query_get_int (query, 1) };
      const MrReturned line = { (guint) mr_query_get_int (query, 1), mr_query_get_int (query, 2),
                                mr_query_get_int (query, 3), mr_query_get_int (query, 4),
                                mr_query_get_int (query, 5) };

      if (mr_query_is_null (query, 0))
        mr_returned_add (returned, &line);
      else if (mr_query_get_id (query, 0, &row.writer))
        g_array_append_val (mine, row);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&mine) : NULL;
}

void
mr_taken_twice_free (MrTakenTwice *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->subject);
  g_free (self->label);
  g_free (self);
}

GPtrArray *
mr_shop_list_taken_twice (MrShop *self, GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mr_taken_twice_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_twice, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrTakenTwice *twice = g_new0 (MrTakenTwice, 1);

      twice->kind = g_strdup (mr_query_get_required_text (query, 0));
      twice->subject = g_strdup (mr_query_get_required_text (query, 1));
      twice->label = g_strdup (mr_query_get_required_text (query, 2));
      twice->amount = mr_query_get_int (query, 3);
      /* A row damaged on the disk is shown all the same; putting it away names the time in an entry. */
      twice->at_us = CLAMP (mr_query_get_int (query, 4), -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT);
      g_ptr_array_add (rows, twice);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}
