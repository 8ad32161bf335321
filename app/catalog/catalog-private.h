/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/catalog.h"

#include "db/db.h"

G_BEGIN_DECLS

struct _MrCatalog
{
  MrDb *db; /* (owned) */
  char *path; /* (owned) */
  gboolean bulk; /* between begin_bulk and finish_bulk */

  /* Small tables, read once a version; NULL before the first good is read. */
  GHashTable *category_paths; /* (owned) (nullable) id → path with "/" */
  GHashTable *taxes; /* (owned) (nullable) id → MrTax */
  gint64 small_v; /* version they are of */
};

#define MR_CATALOG_MAX_ID G_GINT64_CONSTANT (0xFFFFFFFF)
#define MR_CATALOG_MAX_POPULARITY 1000000

/* The row of a good in the search index: most popular first. */
static inline gint64
mr_catalog_search_rowid (gint64 good_id, gint64 popularity)
{
  return ((MR_CATALOG_MAX_POPULARITY - popularity) << 32) | good_id;
}

/* What was read of the small tables is no longer true. */
static inline void
mr_catalog_forget_small (MrCatalog *self)
{
  g_clear_pointer (&self->category_paths, g_hash_table_unref);
  g_clear_pointer (&self->taxes, g_hash_table_unref);
}

/* Turns an error of the database that says that the file is damaged, or that its tables are not those this program
 * made, into MR_CATALOG_ERROR_FILE. */
void mr_catalog_blame_file (MrCatalog *self, GError **error);
gboolean mr_catalog_write_head (MrCatalog *self, const MrCatalogHead *head, GError **error);
/* Makes the derived table `search` anew from `good`. Needs a transaction. */
gboolean mr_catalog_rebuild_search (MrCatalog *self, GError **error);
/* Puts what was kept as rows of unknown tables where this program has a table for it. */
gboolean mr_catalog_replay_unknown (MrCatalog *self, GError **error);
/* One feed row, in a transaction; @keep_derived FALSE leaves barcode and search alone. */
gboolean mr_catalog_apply_row (MrCatalog *self, const MrCatalogRow *row, gboolean keep_derived,
                               GError **error);

G_END_DECLS
