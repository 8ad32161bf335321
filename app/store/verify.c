/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/verify-walk.h"

#include <string.h>
#include <unistd.h>

static const char select_entries[] = //
    "SELECT writer, n, id, kind, schema, at, body, h FROM entry ORDER BY writer, n";
static const char select_writer[] = "SELECT id FROM writer WHERE number = ?1";
static const char select_double[] = //
    "SELECT max(n) FROM entry GROUP BY writer, id HAVING count(*) > 1 LIMIT 1";
static const char select_key[] = "SELECT public FROM key";
static const char select_old_keys[] = "SELECT value FROM identity WHERE name = 'old_keys'";

/* --- one entry --- */

static char *
check_writer (MrWalk *self, gint64 writer)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, self->error, select_writer, "i", writer);
  MrId id;

  self->writer = writer;
  self->n = 0;
  self->at_us = 0;
  self->receipt_number = 0;
  memset (&self->h, 0, sizeof self->h);
  if (query == NULL || mr_query_step (query, self->error) != MR_STEP_ROW ||
      !mr_query_get_id (query, 0, &id))
    return g_strdup ("its writer is not in the file");
  return NULL;
}

static char *
check_chain (MrWalk *self, MrQuery *query)
{
  const MrEntry *entry = self->entry;
  MrHash h;

  if (!mr_entry_read_row (query, 1, self->entry))
    return g_strdup ("its id, kind, schema, body or hash is damaged");
  if (entry->n != self->n + 1)
    return g_strdup_printf ("entry %" G_GINT64_FORMAT " is missing before it", self->n + 1);
  mr_entry_compute_hash (entry, &self->h, &h);
  if (!mr_hash_equal (&h, &entry->h))
    return g_strdup ("its hash does not follow from its content and the entry before");
  if (entry->at_us < self->at_us)
    return g_strdup ("it is earlier than the entry before");
  return NULL;
}

static char *
check_entry (MrWalk *self, MrQuery *query)
{
  char *reason = check_chain (self, query);

  if (reason == NULL)
    reason = mr_walk_check_kind (self);
  if (reason != NULL)
    return reason;
  self->n = self->entry->n;
  self->at_us = self->entry->at_us;
  self->h = self->entry->h;
  self->result->n_entries++;
  return NULL;
}

/* --- the whole file --- */

static void
blame (MrWalk *self, gint64 writer, gint64 n, char *reason)
{
  self->result->bad_writer = MAX (writer, 1);
  self->result->bad_n = n;
  self->result->reason = reason;
}

/* FALSE: the walk is over, with @error set or somebody blamed. */
static gboolean
walk_entries (MrWalk *self)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, self->error, select_entries, "");
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, self->error)) == MR_STEP_ROW)
    {
      gint64 writer = mr_query_get_int (query, 0);
      gint64 n = mr_query_get_int (query, 1);
      char *reason = writer != self->writer ? check_writer (self, writer) : NULL;

      if (reason == NULL)
        reason = check_entry (self, query);
      if (reason != NULL)
        {
          blame (self, writer, n, reason);
          return FALSE;
        }
      if (*self->error != NULL)
        return FALSE;
    }
  return step == MR_STEP_DONE;
}

static gboolean
check_file (MrWalk *self)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *verdict = mr_db_get_text (self->db, &local, "PRAGMA integrity_check(1)", "");

  if (verdict != NULL && g_str_equal (verdict, "ok"))
    return TRUE;
  if (verdict == NULL && !g_error_matches (local, MR_DB_ERROR, MR_DB_ERROR_CORRUPT))
    g_propagate_error (self->error, g_steal_pointer (&local));
  else
    blame (self, 1, 0,
           g_strdup_printf ("the file is damaged: %s", verdict != NULL ? verdict : local->message));
  return FALSE;
}

static gboolean
check_doubles (MrWalk *self)
{
  gint64 n;

  if (mr_db_get_int (self->db, &n, self->error, select_double, ""))
    blame (self, self->writer, n, g_strdup ("its id is that of another entry"));
  return self->result->reason == NULL && *self->error == NULL;
}

static void
add_key (MrWalk *self, gconstpointer bytes, gsize length)
{
  MrHash key;

  if (bytes == NULL || length != sizeof key.bytes)
    return;
  memcpy (key.bytes, bytes, length);
  g_array_append_val (self->public_keys, key);
}

/* After a restore the Zs of the computer before are there, sealed with its key. */
static void
load_keys (MrWalk *self)
{
  g_autofree char *old = mr_db_get_text (self->db, NULL, select_old_keys, "");
  g_auto (GStrv) words = g_strsplit (old != NULL ? old : "", " ", -1);
  g_autoptr (MrQuery) query = mr_db_select (self->db, NULL, select_key, "");
  gsize length;

  for (char **word = words; *word != NULL; word++)
    {
      g_autofree guint8 *bytes = g_base64_decode (*word, &length);

      add_key (self, bytes, length);
    }
  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    return;
  gconstpointer key = mr_query_get_bytes (query, 0, &length);
  add_key (self, key, length);
}

static void
walk_file (MrWalk *self)
{
  if (!check_file (self))
    return;
  load_keys (self);
  if (!mr_walk_open_tables (self) || !walk_entries (self) || !check_doubles (self))
    return;

  char *reason = mr_walk_check_end (self);
  if (reason != NULL)
    blame (self, self->writer, self->n, reason);
}

/* A file on a medium that cannot be written has no log beside it and cannot get one. */
static MrDb *
open_file (const char *path, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *dir = g_path_get_dirname (path);
  gboolean still = !g_file_test (wal, G_FILE_TEST_EXISTS) && access (dir, W_OK) != 0;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY | (still ? MR_DB_STILL : 0), error);

  if (db == NULL || !mr_db_check_migrated (db, MR_JOURNAL_SQL, error) ||
      !mr_db_begin_read (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

/* A damaged file is a finding, not a failure to look. */
static gboolean
blame_damage (MrWalk *self, GError *error)
{
  if (!g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT))
    return FALSE;
  blame (self, 1, 0, g_strdup (error->message));
  return TRUE;
}

gboolean
mr_journal_verify (const char *path, MrVerifyResult *result, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (MrDb) db = open_file (path, &local);
  MrWalk walk = { .db = db,
                  .result = result,
                  .error = &local,
                  .entry = mr_entry_new (),
                  .public_keys = g_array_new (FALSE, FALSE, sizeof (MrHash)),
                  .settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                  .copies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

  memset (result, 0, sizeof *result);
  if (db != NULL)
    {
      walk_file (&walk);
      mr_walk_clear (&walk);
      mr_db_rollback (db);
    }
  else
    mr_walk_clear (&walk);
  if (local == NULL || (result->reason == NULL && blame_damage (&walk, local)))
    return TRUE;

  g_clear_pointer (&result->reason, g_free);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
