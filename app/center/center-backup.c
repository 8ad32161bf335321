/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/center-backup.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define PREFIX "millrace-center-"
#define SUFFIX ".db"
#define PART ".part"
#define LAST_SECOND G_GINT64_CONSTANT (253402300799) /* of the year 9999 */
#define KEEP_NEWEST 3
#define MAX_TRIES 60
/* One that is older is of a backup that was killed, not of one that is being made. */
#define PART_IS_DEAD_US G_TIME_SPAN_DAY

#define SQL_CHECK "PRAGMA integrity_check(1)"
#define SQL_WRITERS "SELECT shop_id, id, uuid, acked, h FROM writer ORDER BY uuid"
#define SQL_ENTRIES                                       \
  "SELECT n, uuid, kind, schema, at, body, h FROM entry " \
  "WHERE shop_id = ?1 AND writer_id = ?2 ORDER BY n"
#define SQL_N_ENTRIES "SELECT count(*) FROM entry"
#define SQL_NOTE "INSERT INTO backup (path, bytes, made_at, verified_at) VALUES (?1, ?2, ?3, ?4)"
/* Only what is still the same chain: the center may have been restored since, or hold another one. */
#define SQL_SAFE                                                                          \
  "UPDATE writer SET safe = ?3 WHERE shop_id = ?1 AND uuid = ?2 AND safe < ?3 AND "       \
  "EXISTS (SELECT 1 FROM entry WHERE entry.shop_id = ?1 AND entry.writer_id = writer.id " \
  "AND entry.n = ?3 AND entry.h = ?4)"
#define SQL_FORGET "UPDATE backup SET removed_at = ?2 WHERE path = ?1 AND removed_at IS NULL"

void
mr_center_backup_clear (MrCenterBackup *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->heads, g_array_unref);
}

/* --- names --- */

const char *
mr_center_backup_name_format (gint64 made_at_us, char out[MR_CENTER_BACKUP_NAME_SIZE])
{
  gint64 seconds = CLAMP (made_at_us / G_USEC_PER_SEC, 0, LAST_SECOND);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = g_date_time_format (time, "%Y%m%dT%H%M%SZ");

  g_snprintf (out, MR_CENTER_BACKUP_NAME_SIZE, PREFIX "%s" SUFFIX, text);
  return out;
}

/* "20260528T213000Z" as RFC 3339 would have it. */
gboolean
mr_center_backup_name_parse (const char *name, gint64 *made_at_us)
{
  const char *text = name + strlen (PREFIX);
  char time[32], again[MR_CENTER_BACKUP_NAME_SIZE];

  if (!g_str_has_prefix (name, PREFIX) || strlen (text) != strlen ("20260528T213000Z" SUFFIX))
    return FALSE;
  g_snprintf (time, sizeof time, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", text, text + 4, text + 6,
              text + 9, text + 11, text + 13);
  /* One name for one moment: what would be written otherwise is not one of ours. */
  return mr_time_parse (time, made_at_us) &&
         strcmp (mr_center_backup_name_format (*made_at_us, again), name) == 0;
}

/* --- making --- */

/* Backups within one second: the later one is named a second later. */
static void
name_file (MrCenterBackup *self, const char *folder)
{
  char name[MR_CENTER_BACKUP_NAME_SIZE];

  for (guint i = 0; i < MAX_TRIES; i++)
    {
      g_free (self->path);
      self->path =
          g_build_filename (folder,
                            mr_center_backup_name_format (self->made_at_us + i * G_TIME_SPAN_SECOND,
                                                          name),
                            NULL);
      if (!g_file_test (self->path, G_FILE_TEST_EXISTS))
        return;
    }
}

gboolean
mr_center_backup_copy (MrCenter *center, const char *folder, MrCenterBackup *self, GError **error)
{
  g_autofree char *part = NULL;

  mr_center_backup_clear (self);
  self->made_at_us = mr_world_now_us (mr_center_get_world (center));
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return mr_db_fail_errno (folder, error);
  name_file (self, folder);
  part = mr_center_backup_dup_part (self);
  /* Of a backup that was killed in this very second. */
  g_unlink (part);
  return mr_db_backup (mr_center_get_db (center), part, error);
}

char *
mr_center_backup_dup_part (const MrCenterBackup *self)
{
  return g_strconcat (self->path, PART, NULL);
}

gboolean
mr_center_backup_finish (MrCenterBackup *self, GError **error)
{
  g_autofree char *part = mr_center_backup_dup_part (self);
  g_autofree char *folder = g_path_get_dirname (self->path);

  return mr_db_sync_path (part, error) &&
         (g_rename (part, self->path) == 0 || mr_db_fail_errno (self->path, error)) &&
         mr_db_sync_path (folder, error);
}

/* --- looking through it --- */

typedef struct
{
  gint64 shop_id;
  gint64 id;
  MrBackupHead head;
} Writer;

static gboolean
set_corrupt (GError **error, MrDb *db, const char *what, gint64 writer_id, gint64 n)
{
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT,
               "%s: entry %" G_GINT64_FORMAT " of writer %" G_GINT64_FORMAT " %s",
               mr_db_get_path (db), n, writer_id, what);
  return FALSE;
}

static gboolean
check_pages (MrDb *db, GError **error)
{
  g_autofree char *verdict = mr_db_get_text (db, error, SQL_CHECK, "");

  if (verdict == NULL)
    return FALSE;
  if (strcmp (verdict, "ok") == 0)
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT, "%s: %s", mr_db_get_path (db), verdict);
  return FALSE;
}

/* The next link: @h is that of the entry before, and becomes this one's. */
static gboolean
check_entry (MrDb *db, const Writer *writer, gint64 n, MrQuery *query, MrHash *h, GError **error)
{
  g_autoptr (MrEntry) entry = mr_entry_new ();
  MrHash stored, follows;
  gconstpointer body;
  gsize length = 0;

  entry->n = mr_query_get_int (query, 0);
  if (entry->n != n)
    return set_corrupt (error, db, "is missing", writer->id, n);
  body = mr_query_get_bytes (query, 5, &length);
  if (!mr_query_copy_bytes (query, 1, entry->id.bytes, sizeof entry->id.bytes) ||
      !mr_query_copy_bytes (query, 6, stored.bytes, sizeof stored.bytes) || body == NULL ||
      mr_query_get_text (query, 2) == NULL)
    return set_corrupt (error, db, "is damaged", writer->id, n);
  entry->kind = g_strdup (mr_query_get_text (query, 2));
  entry->schema = mr_query_get_int (query, 3);
  entry->at_us = mr_query_get_int (query, 4);
  entry->body = g_strndup (body, length);
  mr_entry_compute_hash (entry, h, &follows);
  if (!mr_hash_equal (&follows, &stored))
    return set_corrupt (error, db, "is not what was pushed", writer->id, n);
  *h = follows;
  return TRUE;
}

static gboolean
check_chain (MrDb *db, const Writer *writer, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (db, error, SQL_ENTRIES, "ii", writer->shop_id, writer->id);
  MrHash h = { { 0 } };
  gint64 n = 0;
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    if (!check_entry (db, writer, ++n, query, &h, error))
      return FALSE;
  if (step == MR_STEP_ERROR)
    return FALSE;
  if (n != writer->head.n || !mr_hash_equal (&h, &writer->head.h))
    return set_corrupt (error, db, "is not where its chain ends", writer->id, n);
  return TRUE;
}

static GArray *
load_writers (MrDb *db, GError **error)
{
  g_autoptr (GArray) writers = g_array_new (FALSE, TRUE, sizeof (Writer));
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_WRITERS, "");
  MrStep step;

  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      Writer writer = { mr_query_get_int (query, 0), mr_query_get_int (query, 1), { 0 } };

      writer.head.shop_id = writer.shop_id;
      writer.head.n = mr_query_get_int (query, 3);
      if (!mr_query_copy_bytes (query, 2, writer.head.writer.bytes,
                                sizeof writer.head.writer.bytes) ||
          !mr_query_copy_bytes (query, 4, writer.head.h.bytes, sizeof writer.head.h.bytes))
        {
          set_corrupt (error, db, "is where its writer is damaged", writer.id, writer.head.n);
          return NULL;
        }
      g_array_append_val (writers, writer);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&writers) : NULL;
}

static gboolean
look_through (MrDb *db, MrCenterBackup *self, GError **error)
{
  g_autoptr (GArray) writers = NULL;

  if (!check_pages (db, error) || (writers = load_writers (db, error)) == NULL ||
      !mr_db_get_int (db, &self->n_entries, error, SQL_N_ENTRIES, ""))
    return FALSE;
  g_clear_pointer (&self->heads, g_array_unref);
  self->heads = g_array_new (FALSE, FALSE, sizeof (MrBackupHead));
  for (guint i = 0; i < writers->len; i++)
    {
      const Writer *writer = &g_array_index (writers, Writer, i);

      if (!check_chain (db, writer, error))
        return FALSE;
      g_array_append_val (self->heads, writer->head);
    }
  return TRUE;
}

gboolean
mr_center_backup_verify (const char *path, MrCenterBackup *self, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY | MR_DB_STILL, error);
  GStatBuf status;

  if (db == NULL || !look_through (db, self, error))
    return FALSE;
  if (g_stat (path, &status) != 0)
    return mr_db_fail_errno (path, error);
  self->bytes = status.st_size;
  return TRUE;
}

/* --- noting --- */

gboolean
mr_center_note_safe (MrDb *db, const GArray *heads, GError **error)
{
  for (guint i = 0; i < heads->len; i++)
    {
      const MrBackupHead *head = &g_array_index (heads, MrBackupHead, i);

      if (!mr_db_run (db, error, SQL_SAFE, "ibib", head->shop_id, head->writer.bytes,
                      sizeof head->writer.bytes, head->n, head->h.bytes, sizeof head->h.bytes))
        return FALSE;
    }
  return TRUE;
}

gboolean
mr_center_backup_note (MrBatch *batch, gpointer data, GError **error)
{
  const MrCenterBackup *self = data;

  if (!mr_center_note_safe (batch->db, self->heads, error))
    return FALSE;
  return mr_db_run (batch->db, error, SQL_NOTE, "siii", self->path, self->bytes, self->made_at_us,
                    batch->now_us) &&
         mr_batch_note (batch, "console", "backup-made", self->path, error);
}

/* --- thinning --- */

/* The span in which one backup is enough, by its age. */
static gint64
get_span_us (gint64 age_us)
{
  if (age_us <= G_TIME_SPAN_DAY)
    return G_TIME_SPAN_HOUR;
  if (age_us <= 14 * G_TIME_SPAN_DAY)
    return G_TIME_SPAN_DAY;
  return age_us <= 60 * G_TIME_SPAN_DAY ? 7 * G_TIME_SPAN_DAY : 30 * G_TIME_SPAN_DAY;
}

GArray *
mr_center_backup_choose_old (const GArray *times, gint64 now_us)
{
  GArray *old = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = KEEP_NEWEST; i < times->len; i++)
    {
      gint64 time_us = g_array_index (times, gint64, i);
      gint64 span_us = get_span_us (now_us - time_us);

      /* The oldest of each span stays: it is the one that ages into the next, longer one. */
      if (i + 1 < times->len && g_array_index (times, gint64, i + 1) / span_us == time_us / span_us)
        g_array_append_val (old, time_us);
    }
  return old;
}

static void
remove_dead_part (const char *folder, const char *name, gint64 now_us)
{
  g_autofree char *whole = g_strndup (name, strlen (name) - strlen (PART));
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gint64 time_us;

  if (mr_center_backup_name_parse (whole, &time_us) && time_us + PART_IS_DEAD_US < now_us)
    g_unlink (path);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return left == right ? 0 : left < right ? 1 : -1;
}

GPtrArray *
mr_center_backup_thin (const char *folder, gint64 now_us)
{
  GPtrArray *removed = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) old = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      gint64 time_us;

      if (mr_center_backup_name_parse (name, &time_us))
        g_array_append_val (times, time_us);
      else if (g_str_has_suffix (name, PART))
        remove_dead_part (folder, name, now_us);
    }
  g_array_sort (times, compare_newest_first);
  old = mr_center_backup_choose_old (times, now_us);
  for (guint i = 0; i < old->len; i++)
    {
      char text[MR_CENTER_BACKUP_NAME_SIZE];
      char *path =
          g_build_filename (folder,
                            mr_center_backup_name_format (g_array_index (old, gint64, i), text),
                            NULL);

      g_unlink (path);
      g_ptr_array_add (removed, path);
    }
  return removed;
}

gboolean
mr_center_backup_forget (MrBatch *batch, gpointer data, GError **error)
{
  const GPtrArray *paths = data;

  for (guint i = 0; i < paths->len; i++)
    if (!mr_db_run (batch->db, error, SQL_FORGET, "si", g_ptr_array_index (paths, i),
                    batch->now_us))
      return FALSE;
  return TRUE;
}
