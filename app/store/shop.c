/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/shop-inside.h"

#include "model/mechanism.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define SHOP_SQL "/org/millrace/sql/shop"
#define MAX_WAL_BYTES (4 * 1024 * 1024)

static const char select_cursor[] = //
    "SELECT v, salt, seen_v, seen_salt FROM cursor WHERE feed = ?1";
static const char put_seen[] = //
    "INSERT INTO cursor (feed, v, salt, seen_v, seen_salt) VALUES (?1, 0, '', ?2, ?3)"
    " ON CONFLICT (feed) DO UPDATE SET seen_v = excluded.seen_v, seen_salt = excluded.seen_salt";
static const char put_cursor[] = //
    "INSERT INTO cursor (feed, v, salt, seen_v, seen_salt) VALUES (?1, ?2, ?3, ?2, ?3)"
    " ON CONFLICT (feed) DO UPDATE SET v = excluded.v, salt = excluded.salt,"
    " seen_salt = CASE WHEN seen_v < excluded.v THEN excluded.salt ELSE seen_salt END,"
    " seen_v = max(seen_v, excluded.v)";
static const char put_stage[] = //
    "INSERT OR REPLACE INTO stage (feed, v, tbl, id, fields) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char put_stage_head[] = //
    "INSERT OR REPLACE INTO stage_head (feed, v, salt, replace) VALUES (?1, ?2, ?3, ?4)";
static const char select_stage_head[] = //
    "SELECT v, salt, replace FROM stage_head WHERE feed = ?1";
static const char select_stage[] = //
    "SELECT tbl, v, id, fields FROM stage WHERE feed = ?1 ORDER BY v, tbl, id";
static const char delete_stage[] = "DELETE FROM stage WHERE feed = ?1";
static const char delete_stage_head[] = "DELETE FROM stage_head WHERE feed = ?1";
static const char put_mine[] = //
    "INSERT OR REPLACE INTO mine (writer, acked, applied, h, safe) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char put_acked[] = //
    "INSERT INTO mine (writer, acked, applied, h, safe) VALUES (?1, ?2, ?4, ?3, 0)"
    " ON CONFLICT (writer) DO UPDATE SET acked = excluded.acked, h = excluded.h,"
    " applied = max(applied, excluded.applied)";
static const char select_mine[] = //
    "SELECT writer, acked, applied, h, safe FROM mine WHERE writer = ?1";
static const char select_catalog[] = "SELECT file FROM catalog WHERE id = 1";
static const char put_catalog[] = //
    "INSERT OR REPLACE INTO catalog (id, file, at) VALUES (1, ?1, ?2)";

/* --- opening --- */

static gboolean
check_pages (MrShop *self, GError **error)
{
  g_autofree char *verdict = mr_db_get_text (self->db, error, "PRAGMA integrity_check(1)", "");

  if (verdict != NULL && !g_str_equal (verdict, "ok"))
    g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT, "%s: %s", mr_db_get_path (self->db),
                 verdict);
  return verdict != NULL && g_str_equal (verdict, "ok");
}

gboolean
mr_shop_check_file (MrShop *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!check_pages (self, error))
    return FALSE;
  if (mr_db_check_migrated (self->db, SHOP_SQL, &local))
    return TRUE;
  g_set_error_literal (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT, local->message);
  return FALSE;
}

static gboolean
replay (MrShop *self, GError **error)
{
  if (!mr_db_begin (self->db, error))
    return FALSE;
  if (mr_shop_replay_unknown (self, error))
    return mr_db_commit (self->db, error);
  mr_db_rollback (self->db);
  return FALSE;
}

/* What the sync asks for again and again must answer, or it would ask for ever: pages that look whole may
 * hold what is not. */
static gboolean
check_positions (MrShop *self, GError **error)
{
  static const char *const feeds[] = { "region", "shop" };
  MrPosition cursor, seen;
  gboolean replace, staged;

  for (guint i = 0; i < G_N_ELEMENTS (feeds); i++)
    if (!mr_shop_get_cursor (self, feeds[i], &cursor, &seen, error) ||
        !mr_shop_get_stage_head (self, feeds[i], &cursor, &replace, &staged, error))
      return FALSE;
  return TRUE;
}

static MrShop *
open_writer (const char *location, gint64 now_us, GError **error)
{
  g_autoptr (MrShop) self = g_new0 (MrShop, 1);

  self->db = mr_db_open (location, MR_DB_WRITE | MR_DB_CREATE, error);
  if (self->db == NULL || !check_pages (self, error) ||
      !mr_db_migrate (self->db, SHOP_SQL, now_us, error) || !check_positions (self, error) ||
      !replay (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
remove_files (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autofree char *shm = g_strconcat (path, "-shm", NULL);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  g_unlink (path);
  g_unlink (journal);
  g_unlink (wal);
  g_unlink (shm);
}

/* Whether what is wrong is in the file itself, so that a new one helps. */
static gboolean
is_hopeless (const GError *error)
{
  return g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_FAILED) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_NEWER);
}

MrShop *
mr_shop_open (const char *dir, gint64 now_us, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "shop.db", NULL);
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (GError) local = NULL;

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_IO, "%s: %s", dir, g_strerror (errno));
      return NULL;
    }

  MrShop *self = open_writer (location, now_us, &local);
  if (self == NULL && is_hopeless (local))
    {
      g_message ("%s; the replica is fetched from the center anew", local->message);
      g_clear_error (&local);
      remove_files (path);
      self = open_writer (location, now_us, &local);
    }
  if (self == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return self;
}

static void
find_file (const char *path, guint64 *device, guint64 *inode)
{
  GStatBuf info = { 0 };

  g_stat (path, &info);
  *device = info.st_dev;
  *inode = info.st_ino;
}

MrShop *
mr_shop_open_reader (const char *dir, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", dir, "/shop.db", NULL);
  g_autoptr (MrShop) self = g_new0 (MrShop, 1);

  /* Before it is opened: replaced in between, it looks replaced, and is opened once more. */
  find_file (location + strlen ("sqlite:"), &self->device, &self->inode);
  self->db = mr_db_open (location, MR_DB_READ_ONLY, error);
  if (self->db == NULL || !mr_db_check_migrated (self->db, SHOP_SQL, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
mr_shop_is_replaced (MrShop *self)
{
  guint64 device, inode;

  find_file (mr_db_get_path (self->db), &device, &inode);
  return device != self->device || inode != self->inode;
}

void
mr_shop_close (MrShop *self)
{
  if (self == NULL)
    return;
  mr_db_close (self->db);
  g_free (self);
}

gboolean
mr_shop_is_file_failure (const GError *error)
{
  return g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_IO) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT);
}

gboolean
mr_shop_is_row_failure (const GError *error)
{
  return g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_FAILED) ||
         g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT);
}

/* --- position --- */

static gboolean
take_position (MrShop *self, MrQuery *query, int column, MrPosition *position, GError **error)
{
  position->v = mr_query_get_int (query, column);
  g_strlcpy (position->salt, mr_query_get_required_text (query, column + 1), sizeof position->salt);
  if (mr_position_is_sound (position))
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT, "%s: a position is damaged",
               mr_db_get_path (self->db));
  return FALSE;
}

gboolean
mr_shop_get_cursor (MrShop *self, const char *feed, MrPosition *cursor, MrPosition *seen,
                    GError **error)
{
  memset (cursor, 0, sizeof *cursor);
  memset (seen, 0, sizeof *seen);

  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_cursor, "s", feed);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  if (step == MR_STEP_ROW)
    return take_position (self, query, 0, cursor, error) &&
           take_position (self, query, 2, seen, error);
  return step != MR_STEP_ERROR;
}

gboolean
mr_shop_set_seen (MrShop *self, const char *feed, const MrPosition *seen, GError **error)
{
  return mr_db_run (self->db, error, put_seen, "sis", feed, seen->v, seen->salt);
}

/* --- the stage --- */

static gboolean
clear_stage (MrShop *self, const char *feed, GError **error)
{
  return mr_db_run (self->db, error, delete_stage, "s", feed) &&
         mr_db_run (self->db, error, delete_stage_head, "s", feed);
}

/* Commits what went well, rolls back what did not. */
static gboolean
finish (MrShop *self, gboolean went_well, GError **error)
{
  if (!went_well)
    {
      mr_db_rollback (self->db);
      return FALSE;
    }
  if (!mr_db_commit (self->db, error))
    return FALSE;
  /* The one writer checkpoints; what it cannot fold away now it can after the next commit. */
  mr_db_checkpoint (self->db, MAX_WAL_BYTES, FALSE, NULL);
  return TRUE;
}

static gboolean
stage_page (MrShop *self, const char *feed, const MrFeedPage *page, gboolean replace,
            GError **error)
{
  MrPosition head;
  gboolean replacing, staged;

  if (!mr_shop_get_stage_head (self, feed, &head, &replacing, &staged, error))
    return FALSE;
  if (staged && !replacing != !replace && !clear_stage (self, feed, error))
    return FALSE;
  for (guint i = 0; i < page->rows->len; i++)
    {
      const MrFeedRow *row = g_ptr_array_index (page->rows, i);

      if (!mr_db_run (self->db, error, put_stage, "sisss", feed, row->v, row->table, row->id,
                      row->fields))
        return FALSE;
    }
  return mr_db_run (self->db, error, put_stage_head, "sisi", feed, page->head.v, page->head.salt,
                    (gint64) (replace ? 1 : 0));
}

gboolean
mr_shop_stage (MrShop *self, const char *feed, const MrFeedPage *page, gboolean replace,
               GError **error)
{
  return mr_db_begin (self->db, error) &&
         finish (self, stage_page (self, feed, page, replace, error), error);
}

gboolean
mr_shop_get_stage_head (MrShop *self, const char *feed, MrPosition *head, gboolean *replace,
                        gboolean *staged, GError **error)
{
  MrPosition seen;
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_stage_head, "s", feed);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;

  *replace = FALSE;
  *staged = step == MR_STEP_ROW;
  if (step == MR_STEP_DONE)
    return mr_shop_get_cursor (self, feed, head, &seen, error);
  if (step == MR_STEP_ERROR)
    return FALSE;

  *replace = mr_query_get_int (query, 2) != 0;
  return take_position (self, query, 0, head, error);
}

gboolean
mr_shop_clear_stage (MrShop *self, const char *feed, GError **error)
{
  return mr_db_begin (self->db, error) && finish (self, clear_stage (self, feed, error), error);
}

GPtrArray *
mr_shop_list_staged (MrShop *self, const char *feed, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_feed_row_free);
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_stage, "s", feed);
  MrStep step = MR_STEP_ERROR;

  while (query != NULL && (step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrFeedRow *row = g_new0 (MrFeedRow, 1);

      row->table = g_strdup (mr_query_get_required_text (query, 0));
      row->v = mr_query_get_int (query, 1);
      row->id = g_strdup (mr_query_get_required_text (query, 2));
      row->fields = g_strdup (mr_query_get_text (query, 3));
      g_ptr_array_add (rows, row);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

/* --- applying --- */

static gboolean
apply_stage (MrShop *self, GError **error)
{
  MrPosition head;
  gboolean replace, staged;

  if (!mr_shop_get_stage_head (self, "shop", &head, &replace, &staged, error))
    return FALSE;
  if (!staged)
    return TRUE;
  return (!replace || mr_shop_empty_tables (self, error)) &&
         mr_shop_apply_rows (self, "shop", error) &&
         mr_db_run (self->db, error, put_cursor, "sis", "shop", head.v, head.salt) &&
         clear_stage (self, "shop", error);
}

static gboolean
store_mine (MrShop *self, const GArray *mine, GError **error)
{
  for (guint i = 0; mine != NULL && i < mine->len; i++)
    {
      const MrMine *row = &g_array_index (mine, MrMine, i);

      if (!mr_db_run (self->db, error, put_mine, "biibi", row->writer.bytes,
                      sizeof row->writer.bytes, row->acked, row->applied, row->h.bytes,
                      sizeof row->h.bytes, row->safe))
        return FALSE;
    }
  return TRUE;
}

gboolean
mr_shop_apply (MrShop *self, const GArray *mine, GError **error)
{
  return mr_db_begin (self->db, error) &&
         finish (self, apply_stage (self, error) && store_mine (self, mine, error), error);
}

gboolean
mr_shop_get_mine (MrShop *self, MrId writer, MrMine *mine)
{
  g_autoptr (MrQuery) query =
      mr_db_select (self->db, NULL, select_mine, "b", writer.bytes, sizeof writer.bytes);
  gsize length;

  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    return FALSE;

  gconstpointer h = mr_query_get_bytes (query, 3, &length);
  if (length != MR_HASH_SIZE)
    return FALSE;
  mine->writer = writer;
  mine->acked = mr_query_get_int (query, 1);
  mine->applied = mr_query_get_int (query, 2);
  memcpy (mine->h.bytes, h, MR_HASH_SIZE);
  mine->safe = mr_query_get_int (query, 4);
  return TRUE;
}

gboolean
mr_shop_set_acked (MrShop *self, MrId writer, gint64 acked, const MrHash *h, GError **error)
{
  gint64 applied = mr_mechanism_is_off (MR_MECHANISM_MINE) ? acked : 0;

  return mr_db_run (self->db, error, put_acked, "bibi", writer.bytes, sizeof writer.bytes, acked,
                    h->bytes, sizeof h->bytes, applied);
}

/* --- the catalog in use --- */

char *
mr_shop_dup_catalog (MrShop *self)
{
  return mr_db_get_text (self->db, NULL, select_catalog, "");
}

gboolean
mr_shop_set_catalog (MrShop *self, const char *file, gint64 now_us, GError **error)
{
  return mr_db_run (self->db, error, put_catalog, "si", file, now_us);
}
