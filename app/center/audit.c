/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/audit.h"

#include "center/center-private.h"

#define SQL_ROWS                                                                       \
  "SELECT tbl, id, v, fields FROM feed_row WHERE feed_id = ?1 AND fields IS NOT NULL " \
  "ORDER BY tbl"

typedef struct
{
  MrPosition head;
  GArray *sums; /* (owned) of MrTableSum */
} Known;

static void
free_known (gpointer data)
{
  Known *known = data;

  g_array_unref (known->sums);
  g_free (known);
}

static GArray *
sum_rows (MrDb *db, gint64 feed_id, GError **error)
{
  g_autoptr (GArray) sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_ROWS, "i", feed_id);
  MrStep step;

  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    mr_table_sums_add (sums, mr_query_get_text (query, 0), mr_query_get_text (query, 1),
                       mr_query_get_int (query, 2), mr_query_get_text (query, 3));
  return step == MR_STEP_DONE ? g_steal_pointer (&sums) : NULL;
}

GArray *
mr_audit_sum_feed (MrCenter *center, gint64 feed_id, const MrPosition *head, GError **error)
{
  g_autoptr (GArray) sums = NULL;
  Known *known;

  if (center->feed_sums == NULL)
    center->feed_sums = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, free_known);
  known = g_hash_table_lookup (center->feed_sums, &feed_id);
  if (known != NULL && mr_position_equal (&known->head, head))
    return g_array_ref (known->sums);
  sums = sum_rows (mr_center_get_db (center), feed_id, error);
  if (sums == NULL)
    return NULL;
  known = g_new0 (Known, 1);
  known->head = *head;
  known->sums = g_array_ref (sums);
  g_hash_table_insert (center->feed_sums, g_memdup2 (&feed_id, sizeof feed_id), known);
  return g_steal_pointer (&sums);
}
