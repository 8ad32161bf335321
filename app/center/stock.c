/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/stock.h"

#define SQL_MOVE                                                                             \
  "INSERT INTO movement (shop_id, writer_id, n, line, good_id, from_location, to_location, " \
  "quantity) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
#define SQL_ADD_LEVEL                                                                    \
  "INSERT INTO level (shop_id, location_id, good_id, quantity) VALUES (?1, ?2, ?3, ?4) " \
  "ON CONFLICT (shop_id, location_id, good_id) "                                         \
  "DO UPDATE SET quantity = level.quantity + excluded.quantity "                         \
  "RETURNING shop_id, location_id, good_id, quantity"

typedef struct
{
  gint64 shop_id;
  gint64 location_id;
  gint64 good_id;
  gint64 feed_id; /* 0 = nobody is told */
} LevelKey;

typedef struct
{
  LevelKey key;
  gint64 quantity_milli;
  gint64 level_milli; /* what there is with it, once written */
} Delta;

struct _MrStockDeltas
{
  GHashTable *deltas; /* (owned) of Delta, keyed by itself */
  gint64 shop_id;
  gint64 shop_location;
  gint64 feed_id;
};

static guint
hash_key (gconstpointer key)
{
  const LevelKey *self = key;
  guint64 mixed = (guint64) self->good_id * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) +
                  (guint64) self->location_id * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9) +
                  (guint64) self->shop_id;

  return (guint) (mixed ^ (mixed >> 32));
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  const LevelKey *left = a, *right = b;

  return left->good_id == right->good_id && left->location_id == right->location_id &&
         left->shop_id == right->shop_id;
}

GHashTable *
mr_stock_new_sums (void)
{
  return g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);
}

MrStockDeltas *
mr_stock_deltas_new (gint64 shop_id, gint64 shop_location, gint64 feed_id)
{
  MrStockDeltas *self = g_new0 (MrStockDeltas, 1);

  self->deltas = mr_stock_new_sums ();
  self->shop_id = shop_id;
  self->shop_location = shop_location;
  self->feed_id = feed_id;
  return self;
}

void
mr_stock_deltas_free (MrStockDeltas *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->deltas);
  g_free (self);
}

static void
add_to (GHashTable *sums, const LevelKey *key, gint64 quantity_milli)
{
  Delta *delta = g_hash_table_lookup (sums, key);

  if (delta == NULL)
    {
      delta = g_new0 (Delta, 1);
      delta->key = *key;
      g_hash_table_insert (sums, &delta->key, delta);
    }
  delta->quantity_milli += quantity_milli;
}

static void
add_delta (MrStockDeltas *self, gint64 location_id, gint64 good_id, gint64 quantity_milli)
{
  LevelKey key = { self->shop_id, location_id, good_id,
                   location_id == self->shop_location ? self->feed_id : 0 };

  add_to (self->deltas, &key, quantity_milli);
}

gboolean
mr_stock_move (MrBatch *batch, MrStockDeltas *deltas, const MrMovement *movement, GError **error)
{
  add_delta (deltas, movement->from, movement->good_id, -movement->quantity_milli);
  add_delta (deltas, movement->to, movement->good_id, movement->quantity_milli);
  return mr_db_queue (batch->db, error, SQL_MOVE, "iiiiiiii", movement->shop_id,
                      movement->writer_id, movement->n, movement->line, movement->good_id,
                      movement->from, movement->to, movement->quantity_milli);
}

static void
move_sums (GHashTable *from, GHashTable *to)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Delta *delta = value;

      add_to (to, &delta->key, delta->quantity_milli);
    }
  g_hash_table_remove_all (from);
}

gboolean
mr_stock_flush (MrBatch *batch, MrStockDeltas *deltas, GError **error)
{
  move_sums (deltas->deltas, batch->call_levels);
  return TRUE;
}

void
mr_stock_keep (MrBatch *batch)
{
  move_sums (batch->call_levels, batch->levels);
}

void
mr_stock_drop (MrBatch *batch)
{
  g_hash_table_remove_all (batch->call_levels);
}

/* --- at the end of a batch --- */

/* In the order of feeds, then of goods: rows are locked in one order by everybody. */
static int
compare_deltas (gconstpointer a, gconstpointer b)
{
  const LevelKey *left = &(*(const Delta *const *) a)->key;
  const LevelKey *right = &(*(const Delta *const *) b)->key;

  if (left->feed_id != right->feed_id)
    return left->feed_id < right->feed_id ? -1 : 1;
  if (left->location_id != right->location_id)
    return left->location_id < right->location_id ? -1 : 1;
  return left->good_id < right->good_id ? -1 : left->good_id > right->good_id;
}

static GPtrArray *
sort_deltas (GHashTable *sums)
{
  GPtrArray *sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (sorted, value);
  g_ptr_array_sort (sorted, compare_deltas);
  return sorted;
}

/* A feed's lock stands for those of all levels it shows, and of the shop's customers. */
void
mr_stock_list_feeds (MrBatch *batch, GArray *ids)
{
  GHashTableIter iter;
  gpointer key;
  gint64 last = 0;

  mr_stock_keep (batch);
  g_hash_table_iter_init (&iter, batch->levels);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gint64 feed_id = ((const LevelKey *) key)->feed_id;

      if (feed_id != last && feed_id != 0)
        g_array_append_val (ids, feed_id);
      last = feed_id;
    }
}

static gboolean
take_level (MrQuery *row, gpointer data, GError **error)
{
  LevelKey key = { mr_query_get_int (row, 0), mr_query_get_int (row, 1), mr_query_get_int (row, 2),
                   0 };
  Delta *delta = g_hash_table_lookup (data, &key);

  g_assert (delta != NULL);
  delta->level_milli = mr_query_get_int (row, 3);
  return TRUE;
}

static gboolean
write_levels (MrBatch *batch, GPtrArray *sorted, GError **error)
{
  g_autoptr (MrRows) rows = mr_rows_new (SQL_ADD_LEVEL, "iiii");

  for (guint i = 0; i < sorted->len; i++)
    {
      const Delta *delta = g_ptr_array_index (sorted, i);

      mr_rows_add (rows, "iiii", delta->key.shop_id, delta->key.location_id, delta->key.good_id,
                   delta->quantity_milli);
    }
  return mr_rows_write (rows, batch->db, take_level, batch->levels, error);
}

static gboolean
publish_levels (MrBatch *batch, GPtrArray *sorted, GError **error)
{
  for (guint i = 0; i < sorted->len; i++)
    {
      const Delta *delta = g_ptr_array_index (sorted, i);
      g_autofree char *fields = NULL;

      if (delta->key.feed_id == 0)
        continue;
      fields = mr_feed_fields ("i", delta->level_milli);
      if (!mr_feed_publish_int_later (batch->feeds, delta->key.feed_id, "level", delta->key.good_id,
                                      fields, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mr_stock_publish (MrBatch *batch, GError **error)
{
  g_autoptr (GPtrArray) sorted = NULL;

  mr_stock_keep (batch);
  sorted = sort_deltas (batch->levels);
  return write_levels (batch, sorted, error) && publish_levels (batch, sorted, error);
}
