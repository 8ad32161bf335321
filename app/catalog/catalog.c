/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog-private.h"

#include "catalog/search-terms.h"

#include <string.h>

G_DEFINE_QUARK (mr - catalog - error - quark, mr_catalog_error)

#define SQL_DIR "/org/millrace/sql/catalog"

static const char SQL_GET_META[] = "SELECT value FROM meta WHERE name = ?1";
static const char SQL_SET_META[] =
    "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";

static MrCatalog *
catalog_new (const char *path, MrDbFlags flags, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  MrDb *db = mr_db_open (location, flags, error);
  MrCatalog *self = NULL;

  if (db == NULL)
    return NULL;
  self = g_new0 (MrCatalog, 1);
  self->db = db;
  self->path = g_strdup (path);
  return self;
}

void
mr_catalog_close (MrCatalog *self)
{
  if (self == NULL)
    return;
  mr_db_close (self->db);
  g_free (self->path);
  mr_catalog_forget_small (self);
  g_free (self);
}

void
mr_catalog_blame_file (MrCatalog *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  /* What a row of the feed can be blamed for is told apart before. */
  if (error == NULL || (!g_error_matches (*error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT) &&
                        !g_error_matches (*error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT) &&
                        !g_error_matches (*error, MR_DB_ERROR, MR_DB_ERROR_FAILED)))
    return;
  cause = g_steal_pointer (error);
  g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s is damaged: %s", self->path,
               cause->message);
}

static gboolean
set_meta (MrCatalog *self, const char *name, const char *value, GError **error)
{
  return mr_db_run (self->db, error, SQL_SET_META, "ss", name, value);
}

/* (nullable) with @error set when it is not there. */
static char *
dup_meta (MrCatalog *self, const char *name, GError **error)
{
  g_autoptr (GError) local = NULL;
  char *value = mr_db_get_text (self->db, &local, SQL_GET_META, "s", name);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      g_clear_pointer (&value, g_free);
    }
  else if (value == NULL)
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s is not a catalog: no %s",
                   self->path, name);
    }
  return value;
}

gboolean
mr_catalog_write_head (MrCatalog *self, const MrCatalogHead *head, GError **error)
{
  g_autofree char *v = g_strdup_printf ("%" G_GINT64_FORMAT, head->v);

  return set_meta (self, "region", head->region, error) && set_meta (self, "v", v, error) &&
         set_meta (self, "salt", head->salt, error) &&
         set_meta (self, "currency", head->currency, error);
}

static gboolean
read_meta (MrCatalog *self, const char *name, char *out, gsize size, GError **error)
{
  g_autofree char *value = dup_meta (self, name, error);

  if (value == NULL)
    return FALSE;
  if (g_strlcpy (out, value, size) >= size)
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s: %s is too long", self->path,
                   name);
      return FALSE;
    }
  return TRUE;
}

gboolean
mr_catalog_get_head (MrCatalog *self, MrCatalogHead *head, GError **error)
{
  char v[24];

  if (!read_meta (self, "region", head->region, sizeof head->region, error) ||
      !read_meta (self, "salt", head->salt, sizeof head->salt, error) ||
      !read_meta (self, "currency", head->currency, sizeof head->currency, error) ||
      !read_meta (self, "v", v, sizeof v, error))
    return FALSE;
  if (!g_ascii_string_to_signed (v, 10, 0, G_MAXINT64, &head->v, NULL))
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE,
                   "%s: version \"%s\" is no number", self->path, v);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_schema (MrCatalog *self, GError **error)
{
  g_autofree char *schema = dup_meta (self, "schema", error);

  if (schema == NULL)
    return FALSE;
  if (strcmp (schema, G_STRINGIFY (MR_CATALOG_SCHEMA)) != 0)
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE,
                   "%s has schema %s, this program reads %d", self->path, schema,
                   MR_CATALOG_SCHEMA);
      return FALSE;
    }
  return TRUE;
}

static gboolean
init_meta (MrCatalog *self, const MrCatalogHead *head, GError **error)
{
  if (!mr_db_begin (self->db, error))
    return FALSE;
  if (!mr_catalog_write_head (self, head, error) ||
      !set_meta (self, "schema", G_STRINGIFY (MR_CATALOG_SCHEMA), error) ||
      !set_meta (self, "splitting", mr_search_terms_get_fingerprint (), error))
    {
      mr_db_rollback (self->db);
      return FALSE;
    }
  return mr_db_commit (self->db, error);
}

MrCatalog *
mr_catalog_create (const char *path, const MrCatalogHead *head, gint64 now_us, GError **error)
{
  g_autoptr (MrCatalog) self = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE, "%s is there already", path);
      return NULL;
    }
  self = catalog_new (path, MR_DB_WRITE | MR_DB_CREATE, error);
  if (self == NULL || !mr_db_migrate (self->db, SQL_DIR, now_us, error) ||
      !init_meta (self, head, error))
    return NULL;
  return g_steal_pointer (&self);
}

MrCatalog *
mr_catalog_open (const char *path, GError **error)
{
  g_autoptr (MrCatalog) self = catalog_new (path, MR_DB_READ_ONLY, error);

  if (self == NULL || !check_schema (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* A contentless index forgets a good only when given the very terms it was added with: an index made
 * by other rules of splitting is made anew before anything is changed. */
static gboolean
follow_splitting (MrCatalog *self, GError **error)
{
  g_autofree char *splitting = dup_meta (self, "splitting", error);

  if (splitting == NULL)
    return FALSE;
  if (strcmp (splitting, mr_search_terms_get_fingerprint ()) == 0)
    return TRUE;
  if (!mr_db_begin (self->db, error))
    return FALSE;
  if (!mr_catalog_rebuild_search (self, error) ||
      !set_meta (self, "splitting", mr_search_terms_get_fingerprint (), error))
    {
      mr_db_rollback (self->db);
      return FALSE;
    }
  return mr_db_commit (self->db, error);
}

MrCatalog *
mr_catalog_open_writer (const char *path, GError **error)
{
  g_autoptr (MrCatalog) self = catalog_new (path, MR_DB_WRITE, error);

  if (self == NULL || !check_schema (self, error) || !follow_splitting (self, error) ||
      !mr_catalog_replay_unknown (self, error))
    return NULL;
  return g_steal_pointer (&self);
}
