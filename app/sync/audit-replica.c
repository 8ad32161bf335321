/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/engine-inside.h"

#include "model/mechanism.h"

/* Once a day, while nobody is at the till, the center's checksums of both feeds are compared with the replicas. It
 * finds what nothing else does: a damaged page that SQLite cannot see, a row that one of us forgot. */

#define DAY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)
/* After a start the till has better things to do. */
#define FIRST_US (600 * (gint64) G_USEC_PER_SEC)
#define SPREAD_US (3600 * (gint64) G_USEC_PER_SEC)

void
mr_audit_begin (MrSyncEngine *self)
{
  self->audit_due_us =
      mr_engine_now_us (self) + FIRST_US + mr_backoff_spread_us (self->world, SPREAD_US);
}

gboolean
mr_audit_is_due (MrSyncEngine *self)
{
  return mr_engine_now_us (self) >= self->audit_due_us && !mr_engine_is_in_use (self);
}

static void
add_row (const MrCatalogRow *row, gpointer data)
{
  mr_table_sums_add (data, row->table, row->id, row->v, row->fields);
}

static GArray *
sum_catalog (MrSyncEngine *self, GError **error)
{
  g_autoptr (GArray) sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));

  return mr_catalog_check_pages (self->catalog, error) &&
                 mr_catalog_visit_rows (self->catalog, add_row, sums, error)
             ? g_steal_pointer (&sums)
             : NULL;
}

/* TRUE: they are of one position, and not the same. */
static gboolean
differs (MrSyncEngine *self, const char *feed, const GArray *theirs, const GArray *ours)
{
  const char *table = mr_table_sums_find_difference (theirs, ours);

  if (table == NULL || mr_mechanism_is_off (MR_MECHANISM_AUDIT))
    return FALSE;
  g_message ("the replica's table %s is not what the center's %s feed says; it is fetched anew",
             table, feed);
  self->status.rebuilt_us = mr_engine_center_now_us (self);
  return TRUE;
}

static gboolean
blame_file (MrSyncEngine *self, const GError *error)
{
  g_message ("%s; it is fetched anew", error->message);
  self->status.rebuilt_us = mr_engine_center_now_us (self);
  return TRUE;
}

/* Which catalog is in use is known to the replica alone, and to no checksum of the center's. */
static gboolean
keep_catalog_named (MrSyncEngine *self, GError **error)
{
  g_autofree char *named = mr_shop_dup_catalog (self->shop);

  if (self->catalog == NULL || g_strcmp0 (named, self->catalog_file) == 0)
    return TRUE;
  g_message ("the replica names the catalog “%s” and not “%s”, which is in use",
             named != NULL ? named : "", self->catalog_file);
  return mr_shop_set_catalog (self->shop, self->catalog_file, mr_world_now_us (self->world), error);
}

static gboolean
audit_shop (MrSyncEngine *self, const GArray *theirs, gboolean *bad, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) ours = mr_shop_sum_tables (self->shop, &local);

  /* A damaged file is put aside as a whole; rows that do not read are rows that differ. */
  if (ours == NULL && !mr_shop_is_row_failure (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *bad = ours == NULL ? blame_file (self, local) : differs (self, "shop", theirs, ours);
  return TRUE;
}

static gboolean
audit_region (MrSyncEngine *self, const GArray *theirs, gboolean *bad, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) ours = sum_catalog (self, &local);

  /* SQLite may be the first to see it, when every page is read. */
  if (ours == NULL && !g_error_matches (local, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *bad = ours == NULL ? blame_file (self, local) : differs (self, "region", theirs, ours);
  return TRUE;
}

/* A catalog that is on its way is compared when it is there: tomorrow. */
static gboolean
awaits_catalog (MrSyncEngine *self)
{
  return self->catalog == NULL || self->snapshot.wanted;
}

/* Both or neither: what was somewhere else would go unseen for a day. */
static gboolean
can_compare (MrSyncEngine *self, const MrFeedsReply *reply, const MrPosition *cursor)
{
  const MrFeedPage *region = &reply->region;

  return mr_position_equal (cursor, &reply->shop.seen) &&
         (awaits_catalog (self) ||
          (region->sums != NULL && self->catalog_head.v == region->seen.v &&
           g_str_equal (self->catalog_head.salt, region->seen.salt)));
}

gboolean
mr_audit_compare (MrSyncEngine *self, const MrFeedsReply *reply, gboolean *bad_region,
                  gboolean *bad_shop, GError **error)
{
  MrPosition cursor, seen;

  *bad_region = *bad_shop = FALSE;
  if (reply->shop.sums == NULL)
    return TRUE;
  if (!mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, error))
    return FALSE;
  /* The next pull asks again. */
  if (!can_compare (self, reply, &cursor))
    return TRUE;
  if (!keep_catalog_named (self, error) || !audit_shop (self, reply->shop.sums, bad_shop, error) ||
      (!awaits_catalog (self) && !audit_region (self, reply->region.sums, bad_region, error)))
    return FALSE;
  /* One that found something is no later than what it found. */
  self->status.audited_us =
      *bad_shop || *bad_region ? self->status.rebuilt_us : mr_engine_center_now_us (self);
  self->audit_due_us = mr_engine_now_us (self) + DAY_US;
  return TRUE;
}
