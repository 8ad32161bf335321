/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"
#include "model/world.h"

G_BEGIN_DECLS

/**
 * MrCatalog:
 *
 * A region's catalog as a SQLite file: schema, search index, builder, reader; the same code at the center
 * (snapshots) and at a till (replica). A reader belongs to one thread; the one writer is the sync
 * thread or the center's snapshot builder.
 */
typedef struct _MrCatalog MrCatalog;

#define MR_CATALOG_SCHEMA 1

#define MR_CATALOG_ERROR (mr_catalog_error_quark ())
GQuark mr_catalog_error_quark (void);
typedef enum
{
  MR_CATALOG_ERROR_ROW, /* a feed row is malformed: the center is wrong; nothing was applied */
  MR_CATALOG_ERROR_FILE, /* not a catalog, not the expected one, or damaged: get a snapshot */
} MrCatalogError;

typedef struct
{
  const char *table;
  gint64 v;
  const char *id;
  const char *fields; /* (nullable) JSON array text in column order; NULL = tombstone */
} MrCatalogRow;

typedef struct
{
  char region[64];
  gint64 v;
  char salt[17];
  char currency[4];
} MrCatalogHead;

/* Makes a new, empty catalog file for @region; fails when @path exists. */
MrCatalog *mr_catalog_create (const char *path, const MrCatalogHead *head, gint64 now_us,
                              GError **error);
MrCatalog *mr_catalog_open (const char *path, GError **error); /* reader */
MrCatalog *mr_catalog_open_writer (const char *path, GError **error);
void mr_catalog_close (MrCatalog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrCatalog, mr_catalog_close)

/* --- writing --- */
/* Bulk building of a file just created: begin, any number of apply calls, finish with the head: indexes
 * and search are built at the end, in one go, and the file is left without WAL, ready to be shipped. There is
 * no way back: after an error, close the file and delete it. */
gboolean mr_catalog_begin_bulk (MrCatalog *self, GError **error);
gboolean mr_catalog_apply_bulk (MrCatalog *self, const MrCatalogRow *rows, gsize n, GError **error);
gboolean mr_catalog_finish_bulk (MrCatalog *self, const MrCatalogHead *head, GError **error);
/* Feed rows onto a file in use: all of them and the new head in one transaction. Unknown tables and extra
 * fields are kept raw. A malformed row of a known table is an error naming it; nothing is applied. */
gboolean mr_catalog_apply (MrCatalog *self, const MrCatalogRow *rows, gsize n,
                           const MrCatalogHead *head, GError **error);
/* Names of the tables this version knows, NULL-terminated. */
const char *const *mr_catalog_get_tables (void);

/* --- reading --- */
/* Whether the file is whole as it lies on the disk, its indexes with it (but not what the search finds);
 * MR_CATALOG_ERROR_FILE when not. Reads all of it. */
gboolean mr_catalog_check_pages (MrCatalog *self, GError **error);
/* All rows as the feed had them, table by table; each is valid during the call. */
typedef void (*MrCatalogVisit) (const MrCatalogRow *row, gpointer data);
gboolean mr_catalog_visit_rows (MrCatalog *self, MrCatalogVisit visit, gpointer data,
                                GError **error);
gboolean mr_catalog_get_head (MrCatalog *self, MrCatalogHead *head, GError **error);
/* All packs with this barcode key, most popular first; prices in force at @now_us.
 * (element-type MrGood), empty when unknown. */
GPtrArray *mr_catalog_find_barcode (MrCatalog *self, const char *key, gint64 now_us,
                                    GError **error);
MrGood *mr_catalog_get_pack (MrCatalog *self, gint64 pack_id, gint64 now_us,
                             GError **error); /* (nullable) */
/* As typed: words, pinyin initials, a barcode's beginning; at most @max packs, by their goods' popularity,
 * the smallest pack of a good first. (element-type MrGood) */
GPtrArray *mr_catalog_search (MrCatalog *self, const char *typed, guint max, gint64 now_us,
                              GError **error);
GPtrArray *mr_catalog_list_category (MrCatalog *self, gint64 category_id, guint max, gint64 now_us,
                                     GError **error); /* with its descendants, by popularity */
typedef struct
{
  gint64 id;
  gint64 parent;
  char *name; /* (owned) */
} MrCategory;
void mr_category_free (MrCategory *self);
GPtrArray *mr_catalog_list_categories (MrCatalog *self, gint64 parent, GError **error);
/* The moment the next price change takes effect after @now_us; G_MAXINT64 = none known. */
gint64 mr_catalog_get_next_change_us (MrCatalog *self, gint64 now_us);
gboolean mr_catalog_count_goods (MrCatalog *self, gint64 *count, GError **error);

/* --- shipping --- */
/* File → zstd and back, streaming; the frame carries a checksum. The result appears under its name only
 * when it is whole and on the disk; unpacking refuses to replace a file. Packing reads every page first
 * (quick_check), so that a till, told by the checksum that it has the same bytes, need not. @level 1..19. */
gboolean mr_catalog_pack (const char *path, const char *zst_path, int level, GError **error);
gboolean mr_catalog_unpack (const char *zst_path, const char *path, GError **error);
/* Opens @path, checks schema, head, size, and that its search answers. */
gboolean mr_catalog_check (const char *path, const MrCatalogHead *expected, GError **error);

G_END_DECLS
