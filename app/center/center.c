/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/center.h"

#include "center/call.h"
#include "center/center-private.h"
#include "center/claim.h"
#include "center/ingest.h"
#include "center/route.h"
#include "center/shared.h"
#include "center/snapshot.h"
#include "center/stock.h"

#include <errno.h>
#include <string.h>

#define SQL_AUDIT "INSERT INTO audit (at, who, what, subject) VALUES (?1, ?2, ?3, ?4)"
#define SQL_ACCOUNT                                                                              \
  "SELECT id FROM account WHERE shop_id = ?1 AND party_id = ?2 AND kind = ?3 AND name = ?4 AND " \
  "unit = ?5"
#define SQL_ADD_ACCOUNT                                                                    \
  "INSERT INTO account (shop_id, party_id, kind, name, unit) VALUES (?1, ?2, ?3, ?4, ?5) " \
  "ON CONFLICT (shop_id, party_id, kind, name, unit) DO UPDATE SET unit = excluded.unit "  \
  "RETURNING id"

/* Commits of a feed whose salts are kept: weeks of a busy shop. A till away for longer reads its feed
 * anew. */
#define KEEP_COMMITS 50000
/* Each of 5 s, which is how long a lock is waited for. */
#define JOB_TRIES 24
#define SERVER_PAUSE_US (100 * G_TIME_SPAN_MILLISECOND)

static MrCenter *
open_any (const char *location, MrDbFlags flags, const char *files_dir, const MrWorld *world,
          GError **error)
{
  g_autoptr (MrCenter) self = g_new0 (MrCenter, 1);

  self->world = world;
  self->files_dir = g_strdup (files_dir);
  self->location = g_strdup (location);
  self->flags = flags & ~MR_DB_CREATE;
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  mr_db_enable_postgresql ();
  self->db = mr_db_open (location, flags, error);
  if (self->db == NULL)
    return NULL;
  if (mr_db_can_listen (self->db))
    mr_id_format (mr_id_new_random (world), self->process);
  return g_steal_pointer (&self);
}

gboolean
mr_center_prune_feeds (MrBatch *batch, gpointer data, GError **error)
{
  return mr_feed_prune_all (batch->db, KEEP_COMMITS, error);
}

MrCenter *
mr_center_open (const char *location, const char *files_dir, const MrWorld *world, GError **error)
{
  g_autoptr (MrCenter) self = NULL;

  if (g_mkdir_with_parents (files_dir, 0750) != 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
                   "cannot make the folder %s: %s", files_dir, g_strerror (code));
      return NULL;
    }
  self = open_any (location, MR_DB_WRITE | MR_DB_CREATE | MR_DB_DURABLE, files_dir, world, error);
  if (self == NULL || !mr_db_migrate (self->db, MR_CENTER_SQL, mr_world_now_us (world), error) ||
      /* A SQLite file has one server: a lease that is left is of one that was killed. */
      (mr_db_get_path (self->db) != NULL &&
       !mr_center_run (self, mr_snapshot_drop_leases, NULL, error)) ||
      !mr_snapshot_tidy (self, error) ||
      !mr_center_run (self, mr_center_prune_feeds, NULL, error) ||
      !mr_center_run (self, mr_ingest_apply_deferred, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

MrCenter *
mr_center_open_reader (const char *location, const char *files_dir, const MrWorld *world,
                       GError **error)
{
  g_autoptr (MrCenter) self = open_any (location, MR_DB_READ_ONLY, files_dir, world, error);

  if (self == NULL || !mr_db_check_migrated (self->db, MR_CENTER_SQL, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
mr_center_close (MrCenter *self)
{
  if (self == NULL)
    return;
  mr_db_close (self->db);
  g_hash_table_unref (self->accounts);
  g_clear_pointer (&self->feed_sums, g_hash_table_unref);
  g_free (self->files_dir);
  g_free (self->location);
  g_free (self);
}

MrDb *
mr_center_get_db (MrCenter *self)
{
  return self->db;
}

const MrWorld *
mr_center_get_world (MrCenter *self)
{
  return self->world;
}

const char *
mr_center_get_files_dir (MrCenter *self)
{
  return self->files_dir;
}

void
mr_center_set_snapshot_builder (MrCenter *self, MrSnapshotDue due, gpointer data)
{
  self->snapshot_due = due;
  self->snapshot_data = data;
}

const char *
mr_center_get_process (MrCenter *self)
{
  return self->process;
}

void
mr_center_set_feeds_changed (MrCenter *self, MrFeedsChanged changed, gpointer data)
{
  self->feeds_changed = changed;
  self->feeds_changed_data = data;
}

/* --- transactions --- */

void
mr_center_forget (MrCenter *self)
{
  g_hash_table_remove_all (self->accounts);
}

gboolean
mr_center_heal (MrCenter *self, GError **error)
{
  MrDb *fresh;

  if (!mr_db_has_failed (self->db))
    return TRUE;
  fresh = mr_db_open (self->location, self->flags, error);
  if (fresh == NULL)
    return FALSE;
  mr_db_close (self->db);
  self->db = fresh;
  mr_center_forget (self);
  return TRUE;
}

gboolean
mr_center_may_pass (MrCenter *self, const GError *error)
{
  /* A file has waited for its lock already. */
  if (mr_db_get_path (self->db) != NULL)
    return FALSE;
  if (g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_BUSY))
    return TRUE;
  if (!g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_LOST))
    return FALSE;
  g_usleep (SERVER_PAUSE_US);
  return TRUE;
}

static void
free_batch (MrBatch *self)
{
  mr_feed_writer_free (self->feeds);
  g_hash_table_unref (self->levels);
  g_hash_table_unref (self->call_levels);
  g_hash_table_unref (self->shared);
  g_free (self);
}

MrBatch *
mr_batch_begin (MrCenter *center, GError **error)
{
  MrBatch *self;

  if (!mr_center_heal (center, error) || !mr_db_begin (center->db, error))
    return NULL;
  self = g_new0 (MrBatch, 1);
  self->center = center;
  self->db = center->db;
  self->now_us = mr_world_now_us (center->world);
  self->feeds = mr_feed_writer_new (center->db, center->world);
  self->levels = mr_stock_new_sums ();
  self->call_levels = mr_stock_new_sums ();
  self->shared = mr_shared_new_set ();
  return self;
}

void
mr_batch_rollback (MrBatch *self)
{
  mr_db_rollback (self->db);
  mr_center_forget (self->center);
  free_batch (self);
}

static void
tell_changed (MrBatch *self)
{
  guint n;
  const gint64 *feed_ids = mr_feed_writer_get_changed (self->feeds, &n);

  if (n > 0 && self->center->feeds_changed != NULL)
    self->center->feeds_changed (feed_ids, n, self->center->feeds_changed_data);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return *left < *right ? -1 : *left > *right;
}

/* All that are published to from here on, in the order of their ids, whoever writes. */
static gboolean
lock_feeds (MrBatch *self, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  mr_stock_list_feeds (self, ids);
  mr_shared_list_feeds (self, ids);
  g_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    if (!mr_feed_writer_lock (self->feeds, g_array_index (ids, gint64, i), error))
      return FALSE;
  return TRUE;
}

/* With whatever is written next: a center runs for months. */
static gboolean
expire_daily (MrBatch *self, GError **error)
{
  if (self->now_us - self->center->expired_at_us < G_TIME_SPAN_DAY)
    return TRUE;
  if (!mr_shared_expire (self, NULL, error) || !mr_claim_forget_old (self, error))
    return FALSE;
  self->center->expired_at_us = self->now_us;
  return TRUE;
}

gboolean
mr_batch_commit (MrBatch *self, GError **error)
{
  if (!expire_daily (self, error) || !lock_feeds (self, error) ||
      !mr_shared_publish (self, error) || !mr_stock_publish (self, error) ||
      !mr_feed_writer_finish (self->feeds, error) ||
      !mr_feed_writer_notify (self->feeds, self->center->process, error) ||
      !mr_db_commit (self->db, error))
    {
      mr_batch_rollback (self);
      return FALSE;
    }
  tell_changed (self);
  free_batch (self);
  return TRUE;
}

gboolean
mr_batch_note (MrBatch *self, const char *who, const char *what, const char *subject,
               GError **error)
{
  return mr_db_run (self->db, error, SQL_AUDIT, "isss", self->now_us, who, what, subject);
}

/* Where other processes write too, a job waits for its turn before it has done anything. */
static MrBatch *
begin_job (MrCenter *self, GError **error)
{
  for (guint i = 1;; i++)
    {
      g_autoptr (GError) local_error = NULL;
      MrBatch *batch = mr_batch_begin (self, &local_error);

      if (batch != NULL && mr_db_lock (batch->db, MR_CENTER_LOCK_DESK, &local_error))
        return batch;
      if (batch != NULL)
        mr_batch_rollback (batch);
      if (i == JOB_TRIES || !mr_center_may_pass (self, local_error))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
}

gboolean
mr_center_run (MrCenter *self, MrCenterJob job, gpointer data, GError **error)
{
  MrBatch *batch = begin_job (self, error);

  if (batch == NULL)
    return FALSE;
  if (!job (batch, data, error))
    {
      mr_batch_rollback (batch);
      return FALSE;
    }
  return mr_batch_commit (batch, error);
}

gboolean
mr_center_run_task (MrCenter *self, gpointer data, GError **error)
{
  const MrCenterTask *task = data;

  return mr_center_run (self, task->job, task->data, error);
}

gint64
mr_center_get_account (MrBatch *batch, gint64 shop_id, gint64 party_id, const char *kind,
                       const char *name, const char *unit, GError **error)
{
  GHashTable *known = batch->center->accounts;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%s/%s/%s",
                                          shop_id, party_id, kind, name, unit);
  gint64 *cached = g_hash_table_lookup (known, key);
  gint64 id = 0;

  if (cached != NULL)
    return *cached;
  if (!mr_db_get_int (batch->db, &id, &local_error, SQL_ACCOUNT, "iisss", shop_id, party_id, kind,
                      name, unit) &&
      (local_error != NULL || !mr_db_get_int (batch->db, &id, &local_error, SQL_ADD_ACCOUNT,
                                              "iisss", shop_id, party_id, kind, name, unit)))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return 0;
    }
  g_hash_table_insert (known, g_steal_pointer (&key), g_memdup2 (&id, sizeof id));
  return id;
}

/* --- calls --- */

void
mr_center_read (MrCenter *self, MrCall *call)
{
  /* A lost server is asked once more: it may be back already. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      mr_center_reply_clear (&call->reply);
      if (mr_center_heal (self, &error) &&
          mr_route_get_parts (call->route)->read (self, call, &error))
        return;
      if (i == 1 || !g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_LOST))
        {
          mr_call_reply_error (call, error);
          return;
        }
    }
}

void
mr_center_handle (MrCenter *self, const MrCenterRequest *request, MrCenterReply *reply)
{
  g_autoptr (MrCall) call = mr_call_new (self, request);
  MrCall *calls[] = { call };

  if (!mr_call_is_answered (call))
    {
      if (call->route->writes)
        mr_center_write (self, calls, 1);
      else
        mr_center_read (self, call);
    }
  *reply = call->reply;
  call->reply = (MrCenterReply){ 0 };
}
