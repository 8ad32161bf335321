/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-source.h"
#include "till/till-private.h"

/* What the till is asked to list: receipts, and entries that wait for somebody. */

void
mr_refused_entry_free (MrRefusedEntry *self)
{
  if (self == NULL)
    return;
  g_free (self->cause);
  g_free (self->kind);
  g_free (self->label);
  g_free (self->reason);
  g_free (self);
}

static MrRefusedEntry *
take_refused (MrWaiting *waiting)
{
  MrRefusedEntry *entry = g_new0 (MrRefusedEntry, 1);

  entry->entry_id = waiting->entry_id;
  entry->cause = g_steal_pointer (&waiting->cause);
  entry->till_number = waiting->till_number;
  entry->kind = g_steal_pointer (&waiting->kind);
  entry->at_us = waiting->at_us;
  entry->label = g_steal_pointer (&waiting->label);
  entry->amount_minor = waiting->amount_minor;
  entry->reason = g_steal_pointer (&waiting->reason);
  return entry;
}

GPtrArray *
mr_till_list_refused (MrTill *self)
{
  GPtrArray *result = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_refused_entry_free);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  if (mr_till_get_ground (self)->shop != NULL)
    rows = mr_shop_list_waiting (mr_till_get_ground (self)->shop, &error);
  if (error != NULL)
    g_warning ("what the center could not book cannot be listed: %s", error->message);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    g_ptr_array_add (result, take_refused (g_ptr_array_index (rows, i)));
  return result;
}

MrReceipt *
mr_till_load_receipt (MrTill *self, MrId entry_id, guint copy, GError **error)
{
  return mr_receipt_load (mr_till_get_ground (self), entry_id, copy, error);
}
