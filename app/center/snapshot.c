/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/snapshot.h"

#include "catalog/catalog.h"
#include "center/center-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SETTLE_US (15 * G_TIME_SPAN_MINUTE)
#define CHANGED_PERCENT 2
/* Below this a percentage says nothing. */
#define CHANGED_AT_LEAST 100
/* A till may be in the middle of an older one. */
#define KEEP_US (24 * G_TIME_SPAN_HOUR)
#define CHUNK 1000
#define ZSTD_LEVEL 5
#define NO_SALT "0000000000000000"

#define SQL_NEWEST                                                                      \
  "SELECT v, salt, bytes, built_at FROM snapshot WHERE region_id = ?1 AND schema = ?2 " \
  "ORDER BY built_at DESC, v DESC LIMIT 1"
#define SQL_FEED "SELECT id FROM feed WHERE kind = 'region' AND scope_id = ?1"
#define SQL_COUNT "SELECT count(*) FROM feed_row WHERE feed_id = ?1"
#define SQL_COUNT_SINCE "SELECT count(*) FROM feed_row WHERE feed_id = ?1 AND v > ?2"
#define SQL_REGION "SELECT name, currency FROM region WHERE id = ?1"
/* In order of version ids count up, near enough, so that the catalog's tables grow at their end. */
#define SQL_ROWS                                                                       \
  "SELECT tbl, v, id, fields FROM feed_row WHERE feed_id = ?1 AND fields IS NOT NULL " \
  "AND v > ?2 ORDER BY v LIMIT ?3"
#define SQL_LEASE                                                                                \
  "INSERT INTO lease (name, holder, expires_at) VALUES (?1, ?2, ?3) "                            \
  "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at " \
  "WHERE lease.expires_at <= ?4"
#define SQL_DROP_LEASES "DELETE FROM lease"
#define SQL_END_LEASE "DELETE FROM lease WHERE name = ?1 AND holder = ?2"
#define SQL_COUNT_LEASES "SELECT count(*) FROM lease WHERE expires_at > ?1"
#define SQL_ADD                                                               \
  "INSERT INTO snapshot (region_id, schema, v, salt, bytes, built_at) "       \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (region_id, schema, v, salt) " \
  "DO UPDATE SET bytes = excluded.bytes, built_at = excluded.built_at"
#define SQL_ALL                                                                                \
  "SELECT snapshot.region_id, snapshot.schema, snapshot.v, snapshot.salt, snapshot.built_at, " \
  "region.name FROM snapshot JOIN region ON region.id = snapshot.region_id "                   \
  "ORDER BY snapshot.region_id, snapshot.schema, snapshot.built_at DESC"
#define SQL_FORGET \
  "DELETE FROM snapshot WHERE region_id = ?1 AND schema = ?2 AND v = ?3 AND salt = ?4"

void
mr_snapshot_clear (MrSnapshot *self)
{
  g_clear_pointer (&self->name, g_free);
}

char *
mr_snapshot_make_name (const char *region, gint64 schema, const MrPosition *position)
{
  return g_strdup_printf ("%s-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "-%s", region, schema,
                          position->v, position->v > 0 ? position->salt : NO_SALT);
}

char *
mr_snapshot_make_path (MrCenter *center, const char *name, const char *suffix)
{
  g_autofree char *base = g_strconcat (name, suffix, NULL);

  return g_build_filename (center->files_dir, base, NULL);
}

/* --- which there are --- */

gboolean
mr_snapshot_load_newest (MrCenter *center, gint64 region_id, MrSnapshot *newest, gint64 *built_at,
                         GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (center->db, error, SQL_NEWEST, "ii", region_id, (gint64) MR_CATALOG_SCHEMA);
  MrStep step;

  *newest = (MrSnapshot){ .region_id = region_id, .schema = MR_CATALOG_SCHEMA };
  *built_at = 0;
  if (query == NULL)
    return FALSE;
  step = mr_query_step (query, error);
  if (step == MR_STEP_ROW)
    {
      newest->position.v = mr_query_get_int (query, 0);
      g_strlcpy (newest->position.salt, mr_query_get_text (query, 1), sizeof newest->position.salt);
      newest->bytes = mr_query_get_int (query, 2);
      *built_at = mr_query_get_int (query, 3);
    }
  return step != MR_STEP_ERROR;
}

gboolean
mr_snapshot_find_newest (MrCenter *center, gint64 region_id, MrPosition *newest, GError **error)
{
  MrSnapshot found;
  gint64 built_at;

  if (!mr_snapshot_load_newest (center, region_id, &found, &built_at, error))
    return FALSE;
  *newest = found.position;
  return TRUE;
}

static gboolean
has_changed_much (MrDb *db, gint64 feed_id, gint64 since_v, gboolean *much, GError **error)
{
  gint64 n_rows = 0, n_changed = 0;

  if (!mr_db_get_int (db, &n_rows, error, SQL_COUNT, "i", feed_id) ||
      !mr_db_get_int (db, &n_changed, error, SQL_COUNT_SINCE, "ii", feed_id, since_v))
    return FALSE;
  *much = n_changed >= MAX (n_rows * CHANGED_PERCENT / 100, CHANGED_AT_LEAST);
  return TRUE;
}

gboolean
mr_snapshot_is_due (MrCenter *center, gint64 region_id, gboolean *due, GError **error)
{
  gint64 now_us = mr_world_now_us (center->world);
  MrPosition nothing = { 0 }, head;
  gint64 feed_id = 0, built_at;
  MrSnapshot newest;

  *due = TRUE;
  if (!mr_db_get_int (center->db, &feed_id, error, SQL_FEED, "i", region_id) ||
      !mr_snapshot_load_newest (center, region_id, &newest, &built_at, error))
    return FALSE;
  if (mr_feed_check (center->db, feed_id, &nothing, &nothing, &head, error) != MR_FEED_READ)
    return FALSE;
  if (built_at == 0)
    return TRUE;
  if (mr_position_equal (&head, &newest.position))
    *due = FALSE;
  else if (ABS (now_us - built_at) < SETTLE_US && newest.position.v <= head.v)
    return has_changed_much (center->db, feed_id, newest.position.v, due, error);
  return TRUE;
}

/* --- building --- */

typedef struct
{
  MrCatalogRow rows[CHUNK];
  guint n;
} Chunk;

static gboolean
apply_chunk (MrCatalog *catalog, Chunk *chunk, GError **error)
{
  gboolean applied = mr_catalog_apply_bulk (catalog, chunk->rows, chunk->n, error);

  for (guint i = 0; i < chunk->n; i++)
    {
      g_free ((char *) chunk->rows[i].table);
      g_free ((char *) chunk->rows[i].id);
      g_free ((char *) chunk->rows[i].fields);
    }
  chunk->n = 0;
  return applied;
}

/* A page, not all at once: PostgreSQL's answers are held in memory whole. */
static gboolean
read_chunk (MrDb *db, gint64 feed_id, gint64 after_v, Chunk *chunk, GError **error)
{
  MrQuery *query = mr_db_select (db, error, SQL_ROWS, "iii", feed_id, after_v, (gint64) CHUNK);
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    chunk->rows[chunk->n++] = (MrCatalogRow){
      g_strdup (mr_query_get_text (query, 0)),
      mr_query_get_int (query, 1),
      g_strdup (mr_query_get_text (query, 2)),
      g_strdup (mr_query_get_text (query, 3)),
    };
  return step == MR_STEP_DONE;
}

static gboolean
copy_rows (MrDb *db, gint64 feed_id, MrCatalog *catalog, GError **error)
{
  g_autofree Chunk *chunk = g_new0 (Chunk, 1);
  gint64 v = 0;
  guint n;

  do
    {
      if (!read_chunk (db, feed_id, v, chunk, error))
        {
          (void) apply_chunk (catalog, chunk, NULL);
          return FALSE;
        }
      n = chunk->n;
      v = n > 0 ? chunk->rows[n - 1].v : v;
      if (!apply_chunk (catalog, chunk, error))
        return FALSE;
    }
  while (n == CHUNK);
  return TRUE;
}

static gboolean
write_catalog (MrCenter *center, gint64 feed_id, const char *path, const MrCatalogHead *head,
               GError **error)
{
  g_autoptr (MrCatalog) catalog =
      mr_catalog_create (path, head, mr_world_now_us (center->world), error);

  return catalog != NULL && mr_catalog_begin_bulk (catalog, error) &&
         copy_rows (center->db, feed_id, catalog, error) &&
         mr_catalog_finish_bulk (catalog, head, error);
}

static gboolean
set_file_error (GError **error, const char *doing, const char *path)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "cannot %s %s: %s", doing, path,
               g_strerror (code));
  return FALSE;
}

/* On the disk before anybody is told its name. */
static gboolean
settle_file (const char *from, const char *to, gint64 *bytes, GError **error)
{
  int fd = g_open (from, O_RDONLY | O_CLOEXEC, 0);
  struct stat info;

  if (fd < 0)
    return set_file_error (error, "open", from);
  if (fsync (fd) != 0 || fstat (fd, &info) != 0)
    {
      set_file_error (error, "write", from);
      close (fd);
      return FALSE;
    }
  close (fd);
  *bytes = info.st_size;
  return g_rename (from, to) == 0 || set_file_error (error, "name", to);
}

static void
remove_work (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      g_unlink (file);
    }
}

static gboolean
load_head (MrCenter *center, gint64 region_id, gint64 *feed_id, MrCatalogHead *head, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (center->db, error, SQL_REGION, "i", region_id);
  MrPosition nothing = { 0 }, position;

  *head = (MrCatalogHead){ 0 };
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;
  g_strlcpy (head->region, mr_query_get_text (query, 0), sizeof head->region);
  g_strlcpy (head->currency, mr_query_get_text (query, 1), sizeof head->currency);
  if (!mr_db_get_int (center->db, feed_id, error, SQL_FEED, "i", region_id) ||
      mr_feed_check (center->db, *feed_id, &nothing, &nothing, &position, error) != MR_FEED_READ)
    return FALSE;
  head->v = position.v;
  g_strlcpy (head->salt, position.salt, sizeof head->salt);
  return TRUE;
}

static gboolean
build_from_view (MrCenter *center, MrSnapshot *built, const char *work, GError **error)
{
  MrCatalogHead head;
  gint64 feed_id = 0;

  if (!load_head (center, built->region_id, &feed_id, &head, error))
    return FALSE;
  built->position.v = head.v;
  g_strlcpy (built->position.salt, head.salt, sizeof built->position.salt);
  built->name = mr_snapshot_make_name (head.region, built->schema, &built->position);
  return write_catalog (center, feed_id, work, &head, error) &&
         mr_catalog_check (work, &head, error);
}

gboolean
mr_snapshot_build (MrCenter *center, gint64 region_id, MrSnapshot *built, GError **error)
{
  MrId chance = mr_id_new_random (center->world);
  char unique[MR_ID_STRING_SIZE];
  g_autofree char *work = mr_snapshot_make_path (center, mr_id_format (chance, unique), ".work");
  g_autofree char *packed = g_strconcat (work, MR_SNAPSHOT_SUFFIX, NULL);
  g_autofree char *path = NULL;
  gboolean done;

  *built = (MrSnapshot){ .region_id = region_id, .schema = MR_CATALOG_SCHEMA };
  if (!mr_db_begin_read (center->db, error))
    return FALSE;
  done = build_from_view (center, built, work, error);
  mr_db_rollback (center->db);
  if (done)
    {
      path = mr_snapshot_make_path (center, built->name, MR_SNAPSHOT_SUFFIX);
      done = mr_catalog_pack (work, packed, ZSTD_LEVEL, error) &&
             settle_file (packed, path, &built->bytes, error);
    }
  remove_work (work);
  remove_work (packed);
  if (!done)
    {
      mr_snapshot_clear (built);
      g_prefix_error (error, "the snapshot could not be built: ");
    }
  return done;
}

char *
mr_snapshot_make_lease_name (gint64 region_id)
{
  return g_strdup_printf ("snapshot-%" G_GINT64_FORMAT "-%d", region_id, MR_CATALOG_SCHEMA);
}

gboolean
mr_snapshot_take_lease (MrBatch *batch, gpointer data, GError **error)
{
  MrSnapshotLease *lease = data;
  g_autofree char *name = mr_snapshot_make_lease_name (lease->region_id);
  gboolean due;

  lease->holder = mr_id_new_random (mr_center_get_world (batch->center));
  if (!mr_db_run (batch->db, error, SQL_LEASE, "sbii", name, lease->holder.bytes,
                  sizeof lease->holder.bytes, batch->now_us + MR_SNAPSHOT_LEASE_US, batch->now_us))
    return FALSE;
  lease->taken = mr_db_get_changes (batch->db) > 0;
  if (!lease->taken)
    return TRUE;
  /* Another process may have built it since we looked. */
  if (!mr_snapshot_is_due (batch->center, lease->region_id, &due, error))
    return FALSE;
  lease->taken = due;
  return due || mr_snapshot_give_back_lease (batch, lease, error);
}

/* *@held: it was ours until now. */
static gboolean
end_lease (MrBatch *batch, const MrSnapshotLease *lease, gboolean *held, GError **error)
{
  g_autofree char *name = mr_snapshot_make_lease_name (lease->region_id);

  if (!mr_db_run (batch->db, error, SQL_END_LEASE, "sb", name, lease->holder.bytes,
                  sizeof lease->holder.bytes))
    return FALSE;
  *held = mr_db_get_changes (batch->db) > 0;
  return TRUE;
}

gboolean
mr_snapshot_give_back_lease (MrBatch *batch, gpointer data, GError **error)
{
  gboolean held;

  return end_lease (batch, data, &held, error);
}

gboolean
mr_snapshot_drop_leases (MrBatch *batch, gpointer data, GError **error)
{
  return mr_db_run (batch->db, error, SQL_DROP_LEASES, "");
}

gboolean
mr_snapshot_add (MrBatch *batch, gpointer data, GError **error)
{
  const MrSnapshotLease *lease = data;
  const MrSnapshot *built = &lease->built;
  gboolean held;

  return end_lease (batch, lease, &held, error) &&
         (!held ||
          mr_db_run (batch->db, error, SQL_ADD, "iiisii", built->region_id, built->schema,
                     built->position.v, built->position.salt, built->bytes, batch->now_us));
}

gboolean
mr_snapshot_build_inline (MrCenter *center, gint64 region_id, GError **error)
{
  MrSnapshotLease lease = { .region_id = region_id };
  gboolean added;

  if (!mr_center_run (center, mr_snapshot_take_lease, &lease, error))
    return FALSE;
  if (!lease.taken)
    return TRUE;
  if (!mr_snapshot_build (center, region_id, &lease.built, error))
    {
      mr_center_run (center, mr_snapshot_give_back_lease, &lease, NULL);
      return FALSE;
    }
  added = mr_center_run (center, mr_snapshot_add, &lease, error);
  mr_snapshot_clear (&lease.built);
  return added;
}

/* --- tidying --- */

static gboolean
list_known (MrCenter *center, GPtrArray *all, GHashTable *keep, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (center->db, error, SQL_ALL, "");
  gint64 now_us = mr_world_now_us (center->world);
  gint64 last_region = 0;
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrSnapshot *snapshot = g_new0 (MrSnapshot, 1);
      gboolean newest;

      snapshot->region_id = mr_query_get_int (query, 0);
      snapshot->schema = mr_query_get_int (query, 1);
      snapshot->position.v = mr_query_get_int (query, 2);
      g_strlcpy (snapshot->position.salt, mr_query_get_text (query, 3),
                 sizeof snapshot->position.salt);
      snapshot->name = mr_snapshot_make_name (mr_query_get_text (query, 5), snapshot->schema,
                                              &snapshot->position);
      newest = snapshot->region_id != last_region;
      last_region = snapshot->region_id;
      if (newest || ABS (now_us - mr_query_get_int (query, 4)) < KEEP_US)
        {
          g_autofree char *path =
              mr_snapshot_make_path (center, snapshot->name, MR_SNAPSHOT_SUFFIX);

          if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
            g_hash_table_add (keep, g_strconcat (snapshot->name, MR_SNAPSHOT_SUFFIX, NULL));
        }
      g_ptr_array_add (all, snapshot);
    }
  return step == MR_STEP_DONE;
}

static void
free_snapshot (gpointer data)
{
  mr_snapshot_clear (data);
  g_free (data);
}

static void
remove_unknown_files (MrCenter *center, GHashTable *keep)
{
  g_autoptr (GDir) dir = g_dir_open (center->files_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if ((g_str_has_suffix (name, MR_SNAPSHOT_SUFFIX) || strstr (name, ".work") != NULL) &&
        !g_hash_table_contains (keep, name))
      {
        g_autofree char *path = g_build_filename (center->files_dir, name, NULL);

        g_unlink (path);
      }
}

gboolean
mr_snapshot_tidy (MrCenter *center, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (free_snapshot);
  g_autoptr (GHashTable) keep = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 n_building = 0;

  if (!list_known (center, all, keep, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      const MrSnapshot *snapshot = g_ptr_array_index (all, i);
      g_autofree char *file = g_strconcat (snapshot->name, MR_SNAPSHOT_SUFFIX, NULL);

      if (!g_hash_table_contains (keep, file) &&
          !mr_db_run (center->db, error, SQL_FORGET, "iiis", snapshot->region_id, snapshot->schema,
                      snapshot->position.v, snapshot->position.salt))
        return FALSE;
    }
  /* A file that nobody knows yet may be another process's work. */
  if (!mr_db_get_int (center->db, &n_building, error, SQL_COUNT_LEASES, "i",
                      mr_world_now_us (center->world)))
    return FALSE;
  if (n_building == 0)
    remove_unknown_files (center, keep);
  return TRUE;
}
