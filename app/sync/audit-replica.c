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

  return mr_catalog_visit_rows (self->catalog, add_row, sums, error) ? g_steal_pointer (&sums)
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
  self->status.rebuilt_us = self->status.audited_us;
  return TRUE;
}

static gboolean
blame_file (MrSyncEngine *self, const GError *error)
{
  g_message ("%s; it is fetched anew", error->message);
  self->status.rebuilt_us = self->status.audited_us;
  return TRUE;
}

gboolean
mr_audit_compare (MrSyncEngine *self, const MrFeedsReply *reply, gboolean *bad_region,
                  gboolean *bad_shop, GError **error)
{
  MrPosition cursor, seen;
  const MrFeedPage *region = &reply->region, *shop = &reply->shop;

  *bad_region = *bad_shop = FALSE;
  if (shop->sums == NULL || !mr_shop_get_cursor (self->shop, "shop", &cursor, &seen, error))
    return shop->sums == NULL;
  self->status.audited_us = mr_engine_center_now_us (self);
  if (mr_position_equal (&cursor, &shop->seen))
    {
      g_autoptr (GArray) ours = mr_shop_sum_tables (self->shop, error);

      if (ours == NULL)
        return FALSE;
      *bad_shop = differs (self, "shop", shop->sums, ours);
    }
  if (region->sums != NULL && self->catalog != NULL && self->catalog_head.v == region->seen.v &&
      g_str_equal (self->catalog_head.salt, region->seen.salt))
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GArray) ours = sum_catalog (self, &local);

      /* SQLite may be the first to see it, when every page is read. */
      if (ours == NULL && !g_error_matches (local, MR_CATALOG_ERROR, MR_CATALOG_ERROR_FILE))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      *bad_region =
          ours == NULL ? blame_file (self, local) : differs (self, "region", region->sums, ours);
    }
  self->audit_due_us = mr_engine_now_us (self) + DAY_US;
  return TRUE;
}
