/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/stock.h"

#define SQL_MOVE                                                                             \
  "INSERT INTO movement (shop_id, writer_id, n, line, good_id, from_location, to_location, " \
  "quantity) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
#define SQL_ADD_LEVEL                                                                    \
  "INSERT INTO level (shop_id, location_id, good_id, quantity) VALUES (?1, ?2, ?3, ?4) " \
  "ON CONFLICT (shop_id, location_id, good_id) "                                         \
  "DO UPDATE SET quantity = level.quantity + excluded.quantity"
#define SQL_LEVEL \
  "SELECT quantity FROM level WHERE shop_id = ?1 AND location_id = ?2 AND good_id = ?3"

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
mr_stock_new_set (void)
{
  return g_hash_table_new_full (hash_key, equal_keys, g_free, NULL);
}

MrStockDeltas *
mr_stock_deltas_new (gint64 shop_id, gint64 shop_location, gint64 feed_id)
{
  MrStockDeltas *self = g_new0 (MrStockDeltas, 1);

  self->deltas = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);
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
add_delta (MrStockDeltas *self, gint64 location_id, gint64 good_id, gint64 quantity_milli)
{
  LevelKey key = { self->shop_id, location_id, good_id,
                   location_id == self->shop_location ? self->feed_id : 0 };
  Delta *delta = g_hash_table_lookup (self->deltas, &key);

  if (delta == NULL)
    {
      delta = g_new0 (Delta, 1);
      delta->key = key;
      g_hash_table_insert (self->deltas, &delta->key, delta);
    }
  delta->quantity_milli += quantity_milli;
}

gboolean
mr_stock_move (MrBatch *batch, MrStockDeltas *deltas, const MrMovement *movement, GError **error)
{
  add_delta (deltas, movement->from, movement->good_id, -movement->quantity_milli);
  add_delta (deltas, movement->to, movement->good_id, movement->quantity_milli);
  return mr_db_run (batch->db, error, SQL_MOVE, "iiiiiiii", movement->shop_id, movement->writer_id,
                    movement->n, movement->line, movement->good_id, movement->from, movement->to,
                    movement->quantity_milli);
}

/* In the order of goods: rows are locked in one order by everybody. */
static int
compare_deltas (gconstpointer a, gconstpointer b)
{
  const LevelKey *left = &(*(const Delta *const *) a)->key;
  const LevelKey *right = &(*(const Delta *const *) b)->key;

  if (left->location_id != right->location_id)
    return left->location_id < right->location_id ? -1 : 1;
  return left->good_id < right->good_id ? -1 : left->good_id > right->good_id;
}

gboolean
mr_stock_flush (MrBatch *batch, MrStockDeltas *deltas, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, deltas->deltas);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (sorted, value);
  g_ptr_array_sort (sorted, compare_deltas);
  for (guint i = 0; i < sorted->len; i++)
    {
      const Delta *delta = g_ptr_array_index (sorted, i);
      const LevelKey *key = &delta->key;

      if (!mr_db_run (batch->db, error, SQL_ADD_LEVEL, "iiii", key->shop_id, key->location_id,
                      key->good_id, delta->quantity_milli))
        return FALSE;
      if (key->feed_id != 0)
        g_hash_table_add (batch->levels, g_memdup2 (key, sizeof *key));
    }
  g_hash_table_remove_all (deltas->deltas);
  return TRUE;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const LevelKey *left = *(const LevelKey *const *) a;
  const LevelKey *right = *(const LevelKey *const *) b;

  if (left->feed_id != right->feed_id)
    return left->feed_id < right->feed_id ? -1 : 1;
  return left->good_id < right->good_id ? -1 : left->good_id > right->good_id;
}

static gboolean
publish_level (MrBatch *batch, const LevelKey *key, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *fields = NULL;
  gint64 quantity_milli = 0;

  if (!mr_db_get_int (batch->db, &quantity_milli, &local_error, SQL_LEVEL, "iii", key->shop_id,
                      key->location_id, key->good_id))
    {
      /* Its call was refused after all and took the level with it. */
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  fields = mr_feed_fields ("i", quantity_milli);
  return mr_feed_publish_int (batch->feeds, key->feed_id, "level", key->good_id, fields, error);
}

gboolean
mr_stock_publish (MrBatch *batch, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, batch->levels);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (sorted, key);
  /* Feeds are locked in the order of their ids, whoever writes. */
  g_ptr_array_sort (sorted, compare_keys);
  for (guint i = 0; i < sorted->len; i++)
    if (!publish_level (batch, g_ptr_array_index (sorted, i), error))
      return FALSE;
  return TRUE;
}
