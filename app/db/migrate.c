/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"

#include "data/sql-resources.h"

#include <gio/gio.h>

#define MIGRATION_LOCK 1

static const char create_migration[] = "CREATE TABLE IF NOT EXISTS migration ("
                                       " number INTEGER NOT NULL,"
                                       " name TEXT NOT NULL," /* of the file */
                                       " sha256 TEXT NOT NULL," /* hex, of the file as applied */
                                       " at INTEGER NOT NULL," /* µs */
                                       " PRIMARY KEY (number)"
                                       ") STRICT";
static const char select_newest[] = "SELECT coalesce(max(number), 0) FROM migration";
static const char select_sha256[] = "SELECT sha256 FROM migration WHERE number = ?1";
static const char insert_migration[] = //
    "INSERT INTO migration (number, name, sha256, at) VALUES (?1, ?2, ?3, ?4)";

typedef struct
{
  gint64 number;
  char *name; /* (owned) */
  GBytes *sql; /* (owned) GResource puts a NUL behind it */
  char *sha256; /* (owned) hex */
} Step;

static void
free_step (gpointer data)
{
  Step *step = data;

  g_free (step->name);
  g_bytes_unref (step->sql);
  g_free (step->sha256);
  g_free (step);
}

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const Step *const *x = a;
  const Step *const *y = b;

  return (*x)->number < (*y)->number ? -1 : (*x)->number > (*y)->number;
}

static Step *
read_step (GResource *resource, const char *resource_dir, const char *name)
{
  g_autofree char *path = g_build_path ("/", resource_dir, name, NULL);
  Step *step = g_new0 (Step, 1);

  step->number = g_ascii_strtoll (name, NULL, 10);
  step->name = g_strdup (name);
  step->sql = g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_assert (step->number > 0 && step->sql != NULL);
  step->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, step->sql);
  return step;
}

/* The files of @resource_dir by number. (element-type Step) */
static GPtrArray *
list_steps (const char *resource_dir, GError **error)
{
  /* Asked for by name, so that the linker keeps the SQL in every program that migrates. */
  GResource *resource = mr_sql_get_resource ();
  g_auto (GStrv) names =
      g_resource_enumerate_children (resource, resource_dir, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (names == NULL)
    return NULL;

  GPtrArray *steps = g_ptr_array_new_with_free_func (free_step);
  for (int i = 0; names[i] != NULL; i++)
    if (g_str_has_suffix (names[i], ".sql"))
      g_ptr_array_add (steps, read_step (resource, resource_dir, names[i]));
  g_ptr_array_sort (steps, compare_steps);
  return steps;
}

/* An applied step must be the one we know: else two versions of Millrace disagree about the same file. */
static gboolean
check_applied (MrDb *db, const Step *step, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *sha256 = mr_db_get_text (db, &local, select_sha256, "i", step->number);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (g_strcmp0 (sha256, step->sha256) == 0)
    return TRUE;

  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
               "%s: migration %s was applied with another content: this file was made by a changed "
               "copy of Millrace",
               mr_db_get_name (db), step->name);
  return FALSE;
}

/* Number of the newest migration applied; 0 for a new file. Refuses what is not ours to touch. */
static gboolean
get_version (MrDb *db, GPtrArray *steps, gint64 *version, GError **error)
{
  int known = db->backend->has_table (db, "migration", error);

  *version = 0;
  if (known <= 0)
    return known == 0;
  if (!mr_db_get_int (db, version, error, select_newest, ""))
    return FALSE;

  const Step *last = steps->len > 0 ? g_ptr_array_index (steps, steps->len - 1) : NULL;
  gint64 newest = last != NULL ? last->number : 0;
  if (*version > newest)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_NEWER,
                   "%s was written by a newer version of Millrace (its format is %" G_GINT64_FORMAT
                   ", this program knows %" G_GINT64_FORMAT "): nothing was changed; install the "
                   "newer version to open it",
                   mr_db_get_name (db), *version, newest);
      return FALSE;
    }

  for (guint i = 0; i < steps->len; i++)
    {
      const Step *step = g_ptr_array_index (steps, i);

      if (step->number <= *version && !check_applied (db, step, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_step (MrDb *db, const Step *step, gint64 now_us, GError **error)
{
  const char *sql = g_bytes_get_data (step->sql, NULL);
  gint64 version = 0;

  if (!mr_db_begin (db, error))
    return FALSE;
  /* Of two programs that start at once one does it, and the other finds it done. */
  if (mr_db_lock (db, MIGRATION_LOCK, error) && mr_db_exec (db, create_migration, error) &&
      mr_db_get_int (db, &version, error, select_newest, "") &&
      (version >= step->number ||
       (mr_db_exec (db, sql, error) && mr_db_run (db, error, insert_migration, "issi", step->number,
                                                  step->name, step->sha256, now_us))))
    return mr_db_commit (db, error);

  mr_db_rollback (db);
  g_prefix_error (error, "migration %s: ", step->name);
  return FALSE;
}

gboolean
mr_db_migrate (MrDb *self, const char *resource_dir, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) steps = list_steps (resource_dir, error);
  gint64 version = 0;

  if (steps == NULL || !get_version (self, steps, &version, error))
    return FALSE;

  for (guint i = 0; i < steps->len; i++)
    {
      const Step *step = g_ptr_array_index (steps, i);

      if (step->number > version && !apply_step (self, step, now_us, error))
        return FALSE;
    }
  self->schema = g_intern_string (resource_dir);
  return TRUE;
}

gboolean
mr_db_check_migrated (MrDb *self, const char *resource_dir, GError **error)
{
  g_autoptr (GPtrArray) steps = list_steps (resource_dir, error);
  gint64 version = 0;

  if (steps == NULL || !get_version (self, steps, &version, error))
    return FALSE;

  const Step *last = steps->len > 0 ? g_ptr_array_index (steps, steps->len - 1) : NULL;
  if (last == NULL || version == last->number)
    {
      self->schema = g_intern_string (resource_dir);
      return TRUE;
    }

  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
               "%s is of an older version of Millrace (its format is %" G_GINT64_FORMAT
               ", this program reads %" G_GINT64_FORMAT "): open it once with the till",
               mr_db_get_name (self), version, last->number);
  return FALSE;
}
