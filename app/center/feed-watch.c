/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/feed-watch.h"

#define SQL_REGION_HEADS "SELECT id, version FROM feed WHERE kind = 'region' ORDER BY id"

struct _MrFeedWatch
{
  GMutex lock; /* guards the following; held while the listener is told */
  MrFeedsChanged changed; /* NULL = nobody listens */
  gpointer data; /* (unowned) */

  /* The writer's thread. */
  GHashTable *heads; /* (owned) region feed id → version, as gint64 */
  gboolean looked;
};

MrFeedWatch *
mr_feed_watch_new (void)
{
  MrFeedWatch *self = g_new0 (MrFeedWatch, 1);

  g_mutex_init (&self->lock);
  self->heads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return self;
}

void
mr_feed_watch_free (MrFeedWatch *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->heads);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
mr_feed_watch_set_listener (MrFeedWatch *self, MrFeedsChanged changed, gpointer data)
{
  g_mutex_lock (&self->lock);
  self->changed = changed;
  self->data = data;
  g_mutex_unlock (&self->lock);
}

void
mr_feed_watch_tell (const gint64 *feed_ids, guint n, gpointer watch)
{
  MrFeedWatch *self = watch;

  g_mutex_lock (&self->lock);
  if (self->changed != NULL && n > 0)
    self->changed (feed_ids, n, self->data);
  g_mutex_unlock (&self->lock);
}

static gboolean
take_head (MrFeedWatch *self, gint64 feed_id, gint64 version)
{
  const gint64 *before = g_hash_table_lookup (self->heads, &feed_id);
  gboolean moved = before == NULL || *before != version;

  if (moved)
    g_hash_table_insert (self->heads, g_memdup2 (&feed_id, sizeof feed_id),
                         g_memdup2 (&version, sizeof version));
  return moved;
}

void
mr_feed_watch_look (MrFeedWatch *self, MrDb *db)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MrQuery) query = NULL;

  /* Whoever commits next finds out what can be done. */
  if (mr_db_has_failed (db))
    return;
  query = mr_db_select (db, &error, SQL_REGION_HEADS, "");

  while (query != NULL && mr_query_step (query, &error) == MR_STEP_ROW)
    {
      gint64 feed_id = mr_query_get_int (query, 0);

      if (take_head (self, feed_id, mr_query_get_int (query, 1)))
        g_array_append_val (moved, feed_id);
    }
  if (error != NULL)
    g_warning ("looking at feeds: %s", error->message);
  if (self->looked)
    mr_feed_watch_tell ((const gint64 *) (gpointer) moved->data, moved->len, self);
  self->looked = TRUE;
}
