/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* Enrolling: the part of MrTill that asks the center who this till is, and writes it down. */

#include "store/backup.h"
#include "sync/sync.h"
#include "sync/transport.h"
#include "till/till-private.h"

#include <sodium.h>

/* An enrolment on its way: asked for at the center, then written down. */
typedef struct
{
  MrTill *till; /* (owned) */
  GTask *task; /* (owned) */
  char *url; /* (owned) */
  char *code; /* (owned) */
  char *name; /* (owned) */
  guint8 public_key[32];
  MrEnrolReply *reply; /* (owned) (nullable) */
} Enrolment;

static void
free_enrolment (gpointer data)
{
  Enrolment *enrolment = data;

  g_clear_pointer (&enrolment->reply, mr_enrol_reply_free);
  g_object_unref (enrolment->task);
  g_object_unref (enrolment->till);
  g_free (enrolment->url);
  g_free (enrolment->code);
  g_free (enrolment->name);
  g_free (enrolment);
}

static gboolean
read_key (MrJournal *journal, gpointer data, GError **error)
{
  Enrolment *enrolment = data;
  guint8 secret_key[64];
  gboolean done = mr_journal_get_key (journal, enrolment->public_key, secret_key, error);

  sodium_memzero (secret_key, sizeof secret_key);
  return done;
}

static gboolean
store_enrolment (MrJournal *journal, gpointer data, GError **error)
{
  const Enrolment *enrolment = data;

  return mr_journal_set_enrolment (journal, enrolment->url, enrolment->reply, error);
}

static void
on_enrolment_stored (MrGround *ground, gpointer data, const GError *error)
{
  Enrolment *enrolment = data;
  MrTill *self = enrolment->till;

  if (error != NULL)
    {
      g_task_return_error (enrolment->task, g_error_copy (error));
      return;
    }
  mr_till_take_enrolment (self);
  g_task_return_boolean (enrolment->task, TRUE);
}

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Enrolment *enrolment = user_data;
  GError *error = NULL;

  enrolment->reply = mr_sync_enrol_finish (result, &error);
  if (enrolment->reply == NULL)
    {
      g_task_return_error (enrolment->task, error);
      free_enrolment (enrolment);
      return;
    }
  mr_ground_run (mr_till_get_ground (enrolment->till), store_enrolment, enrolment, free_enrolment,
                 on_enrolment_stored);
}

static void
on_key_read (MrGround *ground, gpointer data, const GError *error)
{
  Enrolment *enrolment = data;
  Enrolment *next;

  if (error != NULL)
    {
      g_task_return_error (enrolment->task, g_error_copy (error));
      return;
    }
  /* The job's data is freed when this returns: what follows has its own. */
  next = g_memdup2 (enrolment, sizeof *enrolment);
  g_object_ref (next->till);
  g_object_ref (next->task);
  next->url = g_strdup (enrolment->url);
  next->code = g_strdup (enrolment->code);
  next->name = g_strdup (enrolment->name);
  mr_sync_enrol_async (next->url, next->code, next->name, next->public_key, NULL, on_enrolled,
                       next);
}

void
mr_till_enrol_async (MrTill *self, const char *center_url, const char *code, const char *name,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  Enrolment *enrolment = g_new0 (Enrolment, 1);

  enrolment->till = g_object_ref (self);
  enrolment->task = g_task_new (self, NULL, callback, user_data);
  enrolment->url = g_strdup (center_url);
  enrolment->code = g_strdup (code);
  enrolment->name = g_strdup (name);
  mr_ground_run (mr_till_get_ground (self), read_key, enrolment, free_enrolment, on_key_read);
}

/* --- from a backup --- */

typedef struct
{
  GTask *task; /* (owned) */
  char *path; /* (owned) */
} Restoring;

static void
free_restoring (gpointer data)
{
  Restoring *restoring = data;

  g_object_unref (restoring->task);
  g_free (restoring->path);
  g_free (restoring);
}

static gboolean
store_restore (MrJournal *journal, gpointer data, GError **error)
{
  return mr_journal_restore (journal, ((Restoring *) data)->path, error);
}

static void
on_restored (MrGround *ground, gpointer data, const GError *error)
{
  Restoring *restoring = data;

  if (error != NULL)
    g_task_return_error (restoring->task, g_error_copy (error));
  else
    g_task_return_boolean (restoring->task, TRUE);
}

void
mr_till_restore_async (MrTill *self, const char *path, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  Restoring *restoring = g_new (Restoring, 1);

  *restoring = (Restoring){ g_task_new (self, NULL, callback, user_data), g_strdup (path) };
  mr_ground_run (mr_till_get_ground (self), store_restore, restoring, free_restoring, on_restored);
}

gboolean
mr_till_restore_finish (MrTill *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
mr_till_find_backup (MrTill *self)
{
  g_autofree char *stick = mr_backup_find_stick ();
  g_autoptr (GPtrArray) found = stick != NULL ? mr_backup_list (stick) : NULL;

  if (found == NULL || found->len == 0)
    return NULL;
  return g_strdup (((const MrBackupFile *) g_ptr_array_index (found, 0))->path);
}

/* --- a center that has moved --- */

static gboolean
store_center (MrJournal *journal, gpointer data, GError **error)
{
  return mr_journal_set_identity (journal, "center_url", data, error);
}

static void
on_center_stored (MrGround *ground, gpointer data, const GError *error)
{
  if (error != NULL)
    g_warning ("the center's new address is not written down: %s", error->message);
  mr_ground_touch (ground);
}

gboolean
mr_till_follow_center (MrTill *self, const char *center_url, GError **error)
{
  g_autofree char *url = mr_transport_clean_url (center_url);
  g_autofree char *known = mr_ground_dup_identity (mr_till_get_ground (self), "center_url");

  if (url == NULL)
    {
      g_set_error (error, MR_SYNC_ERROR, MR_SYNC_ERROR_ADDRESS,
                   "“%s” is not the address of a center", center_url);
      return FALSE;
    }
  if (g_strcmp0 (url, known) != 0)
    mr_ground_run (mr_till_get_ground (self), store_center, g_steal_pointer (&url), g_free,
                   on_center_stored);
  return TRUE;
}

gboolean
mr_till_enrol_finish (MrTill *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
