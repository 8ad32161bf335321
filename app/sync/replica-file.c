/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Readers are told of a new catalog at once; whoever was about to open the old one has done so by then. */
#define KEEP_OLD_US (60 * G_USEC_PER_SEC)

static char *
build_path (MrSyncEngine *self, const char *file)
{
  return g_build_filename (self->dir, file, NULL);
}

static gboolean
is_catalog_file (const char *name)
{
  return g_str_has_prefix (name, "catalog-") && g_str_has_suffix (name, ".db");
}

static gboolean
open_file (MrSyncEngine *self, const char *file, GError **error)
{
  g_autofree char *path = build_path (self, file);
  MrCatalogHead head = { 0 };
  MrPosition position = { 0 };
  MrCatalog *catalog = mr_catalog_open_writer (path, error);

  if (catalog == NULL || !mr_catalog_get_head (catalog, &head, error))
    {
      mr_catalog_close (catalog);
      return FALSE;
    }
  if (strcmp (head.region, self->region) != 0)
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE,
                   "%s is the catalog of another region", file);
      mr_catalog_close (catalog);
      return FALSE;
    }
  position.v = head.v;
  g_strlcpy (position.salt, head.salt, sizeof position.salt);
  if (!mr_position_is_sound (&position))
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s: its position is damaged",
                   file);
      mr_catalog_close (catalog);
      return FALSE;
    }
  g_clear_pointer (&self->catalog, mr_catalog_close);
  self->catalog = catalog;
  self->catalog_head = head;
  self->status.catalog_v = head.v;
  g_free (self->catalog_file);
  self->catalog_file = g_strdup (file);
  return TRUE;
}

/* The file's own time says when it was last known to be complete: a till that starts without a network
 * must know how old its prices are. */
static void
read_age (MrSyncEngine *self)
{
  g_autofree char *path = build_path (self, self->catalog_file);
  struct stat info;

  if (stat (path, &info) == 0)
    self->status.catalog_at_us = info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
}

void
mr_replica_file_touch (MrSyncEngine *self)
{
  gint64 now_us = mr_world_now_us (self->world);
  const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
                                     { .tv_sec = now_us / G_USEC_PER_SEC,
                                       .tv_nsec = now_us % G_USEC_PER_SEC * 1000 } };
  g_autofree char *path = build_path (self, self->catalog_file);

  utimensat (AT_FDCWD, path, times, 0);
  self->status.catalog_at_us = now_us;
}

static int
compare_versions (gconstpointer a, gconstpointer b)
{
  gint64 v = g_ascii_strtoll (*(const char *const *) a + strlen ("catalog-"), NULL, 10);
  gint64 w = g_ascii_strtoll (*(const char *const *) b + strlen ("catalog-"), NULL, 10);

  return v < w ? 1 : v > w ? -1 : 0;
}

/* Catalog files in the till's folder, newest first. (element-type utf8) */
static GPtrArray *
list_files (MrSyncEngine *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_catalog_file (name))
      g_ptr_array_add (files, g_strdup (name));
  g_ptr_array_sort (files, compare_versions);
  return files;
}

/* A replica that lost its last commit, or was deleted, names an older file than there is, or none: the
 * newest good one is better than selling without a catalog until the network is back. */
static gboolean
adopt_any (MrSyncEngine *self)
{
  g_autoptr (GPtrArray) files = list_files (self);

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (open_file (self, g_ptr_array_index (files, i), NULL) &&
          mr_shop_set_catalog (self->shop, self->catalog_file, mr_world_now_us (self->world),
                               &error))
        {
          self->status.replica++;
          return TRUE;
        }
    }
  return FALSE;
}

void
mr_replica_file_open (MrSyncEngine *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = mr_shop_dup_catalog (self->shop);

  if ((file != NULL && open_file (self, file, &error)) || adopt_any (self))
    {
      read_age (self);
      return;
    }
  if (error != NULL)
    mr_engine_set_problem (self, MR_LANE_SNAPSHOT, error->message);
  mr_snapshot_fetch_want (self);
}

gboolean
mr_replica_file_switch (MrSyncEngine *self, const char *file, GError **error)
{
  g_autofree char *old = g_strdup (self->catalog_file);

  /* Rows staged for the old file begin where the old file ended. */
  if (!open_file (self, file, error) || !mr_shop_clear_stage (self->shop, "region", error) ||
      !mr_shop_set_catalog (self->shop, file, mr_world_now_us (self->world), error))
    return FALSE;
  mr_replica_file_touch (self);
  self->status.replica++;
  if (old != NULL && strcmp (old, file) != 0)
    {
      g_free (self->old_catalog);
      self->old_catalog = g_steal_pointer (&old);
      self->old_catalog_until_us = mr_engine_now_us (self) + KEEP_OLD_US;
    }
  return TRUE;
}

void
mr_replica_file_delete (MrSyncEngine *self, const char *file)
{
  static const char *const tails[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *name = g_strconcat (file, tails[i], NULL);
      g_autofree char *path = build_path (self, name);

      g_unlink (path);
    }
}

void
mr_replica_file_tidy (MrSyncEngine *self, gboolean at_start)
{
  if (self->old_catalog != NULL && mr_engine_now_us (self) >= self->old_catalog_until_us)
    {
      mr_replica_file_delete (self, self->old_catalog);
      g_clear_pointer (&self->old_catalog, g_free);
    }
  if (at_start && self->catalog_file != NULL)
    {
      g_autoptr (GPtrArray) files = list_files (self);

      for (guint i = 0; i < files->len; i++)
        if (strcmp (g_ptr_array_index (files, i), self->catalog_file) != 0)
          mr_replica_file_delete (self, g_ptr_array_index (files, i));
    }
}
