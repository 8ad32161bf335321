/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* The receipts of all tills of the shop: the part of MrTill that finds them. */

#include "till/receipt-source.h"
#include "till/till-private.h"

static MrReceiptSummary *
new_own (const MrReceiptRow *row)
{
  MrReceiptSummary *summary = g_new0 (MrReceiptSummary, 1);

  summary->entry_id = row->entry_id;
  g_strlcpy (summary->label, row->label, sizeof summary->label);
  summary->at_us = row->at_us;
  summary->total_minor = row->total_minor;
  summary->copies = row->copies;
  return summary;
}

static void
add_own (GPtrArray *result, GPtrArray *rows, const GError *error)
{
  if (rows == NULL)
    g_warning ("the receipts cannot be listed: %s", error->message);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_ptr_array_add (result, new_own (g_ptr_array_index (rows, i)));
}

static void
mark_returned (MrGround *ground, GPtrArray *result)
{
  for (guint i = 0; i < result->len; i++)
    {
      MrReceiptSummary *summary = g_ptr_array_index (result, i);
      g_autoptr (GArray) returned = mr_receipt_read_returned (ground, summary->entry_id, NULL);

      summary->returned = returned != NULL && returned->len > 0;
    }
}

GPtrArray *
mr_till_list_receipts (MrTill *self, guint max)
{
  GPtrArray *result = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows =
      mr_journal_list_receipts (mr_till_get_ground (self)->journal, max, &error);

  add_own (result, rows, error);
  mark_returned (mr_till_get_ground (self), result);
  return result;
}

static gboolean
has_receipt (GPtrArray *result, MrId entry_id)
{
  for (guint i = 0; i < result->len; i++)
    if (mr_id_equal (((const MrReceiptSummary *) g_ptr_array_index (result, i))->entry_id,
                     entry_id))
      return TRUE;
  return FALSE;
}

/* The center knows those of this till too; in the journal more is known of them. */
static void
add_shared (MrGround *ground, GPtrArray *result, const char *typed, guint max)
{
  g_autofree char *own_till = mr_ground_dup_identity (ground, "till_id");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shared =
      ground->shop != NULL ? mr_shop_find_receipts (ground->shop, typed, max, &error) : NULL;

  if (error != NULL)
    g_message ("the shop's receipts cannot be listed: %s", error->message);
  for (guint i = 0; shared != NULL && i < shared->len; i++)
    {
      const MrSharedReceipt *receipt = g_ptr_array_index (shared, i);
      MrReceiptSummary *summary;

      if (has_receipt (result, receipt->entry_id))
        continue;
      summary = g_new0 (MrReceiptSummary, 1);
      summary->entry_id = receipt->entry_id;
      g_strlcpy (summary->label, receipt->label, sizeof summary->label);
      summary->at_us = receipt->at_us;
      summary->total_minor = receipt->total_minor;
      /* One of this very till that the journal lacks is from a disk that is no more. */
      if (g_strcmp0 (receipt->till, own_till) != 0)
        g_strlcpy (summary->till_name, receipt->till_name, sizeof summary->till_name);
      g_ptr_array_add (result, summary);
    }
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const MrReceiptSummary *left = *(const MrReceiptSummary *const *) a;
  const MrReceiptSummary *right = *(const MrReceiptSummary *const *) b;

  return left->at_us > right->at_us ? -1 : left->at_us < right->at_us;
}

GPtrArray *
mr_till_find_receipts (MrTill *self, const char *typed, guint max)
{
  MrGround *ground = mr_till_get_ground (self);
  GPtrArray *result = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) own = NULL;
  MrReceiptRow row;
  MrId id;

  if (mr_id_parse (text, &id) && mr_journal_get_receipt (ground->journal, id, &row, NULL))
    {
      g_ptr_array_add (result, new_own (&row));
      mark_returned (ground, result);
      return result;
    }
  own = mr_journal_find_receipts (ground->journal, text, max, &error);
  add_own (result, own, error);
  add_shared (ground, result, text, max);
  g_ptr_array_sort (result, compare_newest_first);
  if (result->len > max)
    g_ptr_array_set_size (result, (int) max);
  mark_returned (ground, result);
  return result;
}
