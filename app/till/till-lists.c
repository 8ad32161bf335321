/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/backup.h"
#include "till/parts.h"
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

typedef struct
{
  MrLabelList *list; /* (owned) */
  char *folder; /* (owned): or MR_BACKUP_STICK */
} LabelErrand;

static void
free_label_errand (gpointer data)
{
  LabelErrand *errand = data;

  g_clear_pointer (&errand->list, mr_label_list_free);
  g_free (errand->folder);
  g_free (errand);
}

/* On a thread: a stick takes its time. */
static void
save_labels (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  LabelErrand *errand = data;
  gboolean on_stick = g_str_equal (errand->folder, MR_BACKUP_STICK);
  g_autofree char *stick = on_stick ? mr_backup_find_stick () : NULL;
  const char *folder = on_stick ? stick : errand->folder;
  GError *error = NULL;

  if (folder == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no stick is plugged in");
  else if (errand->list->n_written > 0 && !mr_label_list_save (errand->list, folder, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&errand->list),
                           (GDestroyNotify) mr_label_list_free);
}

static void
on_labels_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  MrLabelList *list = g_task_propagate_pointer (G_TASK (result), &error);

  if (list == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (*list->path != '\0')
    mr_label_list_note_written (list, mr_till_get_ground (g_task_get_source_object (task)));
  g_task_return_pointer (task, list, (GDestroyNotify) mr_label_list_free);
}

MrLabelList *
mr_till_dup_label_list (MrTill *self)
{
  return mr_label_list_new (mr_till_get_ground (self));
}

void
mr_till_write_label_list_async (MrTill *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  /* The thread must not be the last to know the till. */
  g_autoptr (GTask) saving = g_task_new (NULL, NULL, on_labels_saved, task);
  LabelErrand *errand = g_new0 (LabelErrand, 1);

  errand->list = mr_till_dup_label_list (self);
  errand->folder =
      g_strdup (mr_settings_get (mr_till_get_settings (self), MR_SETTING_LABEL_FOLDER));
  g_task_set_task_data (saving, errand, free_label_errand);
  g_task_run_in_thread (saving, save_labels);
}

MrLabelList *
mr_till_write_label_list_finish (MrTill *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
