/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* Paper asked for by hand: the part of MrSpooler that writes orders into the journal. */

#include "till/parts.h"

/* A reprint asked for. */
typedef struct
{
  MrSpooler *spooler; /* (owned) */
  GTask *task; /* (owned) */
  MrId entry_id;
  gboolean original;
  MrEntryContext context;
  gint64 spool_id;
} Order;

static void
free_order (gpointer data)
{
  Order *order = data;

  g_object_unref (order->task);
  g_object_unref (order->spooler);
  g_free (order);
}

static gboolean
store_order (MrJournal *journal, gpointer data, GError **error)
{
  Order *order = data;

  if (order->original)
    return mr_journal_print_first (journal, order->entry_id, &order->context, &order->spool_id,
                                   error);
  return mr_journal_reprint (journal, order->entry_id, &order->context, &order->spool_id, error);
}

static void
on_ordered (MrGround *ground, gpointer data, const GError *error)
{
  Order *order = data;

  if (error != NULL)
    {
      g_task_return_error (order->task, g_error_copy (error));
      return;
    }
  mr_spooler_take_order (order->spooler);
  g_task_return_boolean (order->task, TRUE);
}

static void
run_order (MrSpooler *self, MrId entry_id, gboolean original, GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  MrGround *ground = mr_spooler_get_ground (self);
  Order *order;

  if (!mr_session_may (ground->session, MR_MAY_REPRINT))
    {
      g_task_return_new_error (task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_FORBIDDEN,
                               "this needs somebody who may");
      return;
    }
  order = g_new0 (Order, 1);
  order->spooler = g_object_ref (self);
  order->task = g_steal_pointer (&task);
  order->entry_id = entry_id;
  order->original = original;
  mr_ground_fill_context (ground, &order->context);
  mr_ground_run (ground, store_order, order, free_order, on_ordered);
}

void
mr_spooler_print_last_async (MrSpooler *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) receipts =
      mr_journal_list_receipts (mr_spooler_get_ground (self)->journal, 1, NULL);
  const MrReceiptRow *last;

  if (receipts == NULL || receipts->len == 0)
    {
      g_task_report_new_error (self, callback, user_data, mr_spooler_print_last_async,
                               MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING,
                               "there is no receipt yet");
      return;
    }
  last = g_ptr_array_index (receipts, 0);
  run_order (self, last->entry_id, TRUE, callback, user_data);
}

gboolean
mr_spooler_print_last_finish (MrSpooler *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mr_spooler_reprint_async (MrSpooler *self, MrId entry_id, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  run_order (self, entry_id, FALSE, callback, user_data);
}

gboolean
mr_spooler_reprint_finish (MrSpooler *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
