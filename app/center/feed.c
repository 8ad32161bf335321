/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/feed.h"

#include "model/mechanism.h"
#include "wire/json.h"

#include <stdarg.h>
#include <string.h>

/* A page's fields; far below MR_FEEDS_MAX_REPLY, escapes and the other feed included. */
#define MAX_PAGE_BYTES (3 * 1024 * 1024)

/* A notice is at most 8000 bytes. */
#define MAX_NOTIFIED 300

#define SQL_FIND "SELECT id FROM feed WHERE kind = ?1 AND scope_id = ?2"
#define SQL_ALL "SELECT id FROM feed ORDER BY id"
#define SQL_ADD                                                                                   \
  "INSERT INTO feed (kind, scope_id, version, salt, oldest) VALUES (?1, ?2, 0, '', 0) RETURNING " \
  "id"
/* An update that changes nothing takes the row's lock on PostgreSQL. */
#define SQL_LOCK "UPDATE feed SET version = version WHERE id = ?1 RETURNING version"
#define SQL_PUBLISH                                                                        \
  "INSERT INTO feed_row (feed_id, tbl, id, v, fields) VALUES (?1, ?2, ?3, ?4, ?5) "        \
  "ON CONFLICT (feed_id, tbl, id) DO UPDATE SET v = excluded.v, fields = excluded.fields " \
  "WHERE feed_row.fields IS DISTINCT FROM excluded.fields"
#define SQL_PUBLISH_ALL SQL_PUBLISH " RETURNING feed_id, v"
#define SQL_TOMBSTONE                          \
  "UPDATE feed_row SET v = ?4, fields = NULL " \
  "WHERE feed_id = ?1 AND tbl = ?2 AND id = ?3 AND fields IS NOT NULL"
#define SQL_MOVE_HEAD "UPDATE feed SET version = ?2, salt = ?3 WHERE id = ?1"
#define SQL_ADD_SALT "INSERT INTO feed_salt (feed_id, version, salt) VALUES (?1, ?2, ?3)"
#define SQL_HEAD "SELECT version, salt, oldest FROM feed WHERE id = ?1"
#define SQL_SALT_AT \
  "SELECT salt FROM feed_salt WHERE feed_id = ?1 AND version >= ?2 ORDER BY version LIMIT 1"
#define SQL_PAGE \
  "SELECT tbl, v, id, fields FROM feed_row WHERE feed_id = ?1 AND v > ?2 ORDER BY v LIMIT ?3"
#define SQL_PRUNE_FROM \
  "SELECT version FROM feed_salt WHERE feed_id = ?1 ORDER BY version DESC LIMIT 1 OFFSET ?2"
#define SQL_LONG_HISTORIES \
  "SELECT feed_id FROM feed_salt GROUP BY feed_id HAVING count(*) > ?1 ORDER BY feed_id"
#define SQL_SET_OLDEST "UPDATE feed SET oldest = ?2 WHERE id = ?1"
#define SQL_PRUNE_SALTS "DELETE FROM feed_salt WHERE feed_id = ?1 AND version < ?2"
#define SQL_PRUNE_TOMBSTONES \
  "DELETE FROM feed_row WHERE feed_id = ?1 AND v <= ?2 AND fields IS NULL"

typedef struct
{
  gint64 id;
  gint64 started_at; /* version before this transaction */
  gint64 version; /* last one given */
  gint64 n_later; /* rows that wait: they take the versions that follow */
} FeedState;

struct _MrFeedWriter
{
  MrDb *db; /* (unowned) */
  const MrWorld *world; /* (unowned) */
  GArray *feeds; /* (owned) of FeedState */
  MrRows *later; /* (owned) rows with versions above those of their feeds */
  GArray *changed; /* (owned) of gint64, feed ids, once finished */
};

gint64
mr_feed_find (MrDb *db, const char *kind, gint64 scope_id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 id = 0;

  if (mr_db_get_int (db, &id, &local_error, SQL_FIND, "si", kind, scope_id))
    return id;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return 0;
    }
  if (!mr_db_get_int (db, &id, error, SQL_ADD, "si", kind, scope_id))
    return 0;
  return id;
}

MrFeedWriter *
mr_feed_writer_new (MrDb *db, const MrWorld *world)
{
  MrFeedWriter *self = g_new0 (MrFeedWriter, 1);

  self->db = db;
  self->world = world;
  self->feeds = g_array_new (FALSE, FALSE, sizeof (FeedState));
  self->later = mr_rows_new (SQL_PUBLISH_ALL, "issis");
  self->changed = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
mr_feed_writer_free (MrFeedWriter *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->feeds);
  mr_rows_free (self->later);
  g_array_unref (self->changed);
  g_free (self);
}

static FeedState *
use_feed (MrFeedWriter *self, gint64 feed_id, GError **error)
{
  FeedState state = { feed_id, 0, 0, 0 };

  /* Newest first: rows of one feed come in runs. */
  for (guint i = self->feeds->len; i > 0; i--)
    {
      FeedState *known = &g_array_index (self->feeds, FeedState, i - 1);

      if (known->id == feed_id)
        return known;
    }
  if (!mr_db_get_int (self->db, &state.version, error, SQL_LOCK, "i", feed_id))
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED, "there is no feed %" G_GINT64_FORMAT,
                     feed_id);
      return NULL;
    }
  state.started_at = state.version;
  g_array_append_val (self->feeds, state);
  return &g_array_index (self->feeds, FeedState, self->feeds->len - 1);
}

gboolean
mr_feed_publish (MrFeedWriter *self, gint64 feed_id, const char *table, const char *id,
                 const char *fields, GError **error)
{
  FeedState *feed = use_feed (self, feed_id, error);

  if (feed == NULL)
    return FALSE;
  g_assert (feed->n_later == 0);
  if (!mr_db_run (self->db, error, SQL_PUBLISH, "issis", feed_id, table, id, feed->version + 1,
                  fields))
    return FALSE;
  if (mr_db_get_changes (self->db) > 0)
    feed->version++;
  return TRUE;
}

gboolean
mr_feed_writer_lock (MrFeedWriter *self, gint64 feed_id, GError **error)
{
  return feed_id == 0 || use_feed (self, feed_id, error) != NULL;
}

gboolean
mr_feed_publish_later (MrFeedWriter *self, gint64 feed_id, const char *table, const char *id,
                       const char *fields, GError **error)
{
  FeedState *feed;

  if (!mr_db_is_queueing (self->db))
    return mr_feed_publish (self, feed_id, table, id, fields, error);
  feed = use_feed (self, feed_id, error);
  if (feed == NULL)
    return FALSE;
  mr_rows_add (self->later, "issis", feed_id, table, id, feed->version + ++feed->n_later, fields);
  return TRUE;
}

gboolean
mr_feed_publish_int_later (MrFeedWriter *self, gint64 feed_id, const char *table, gint64 id,
                           const char *fields, GError **error)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, id);
  return mr_feed_publish_later (self, feed_id, table, text, fields, error);
}

static gboolean
take_version (MrQuery *row, gpointer data, GError **error)
{
  FeedState *feed = use_feed (data, mr_query_get_int (row, 0), error);

  if (feed == NULL)
    return FALSE;
  feed->version = MAX (feed->version, mr_query_get_int (row, 1));
  return TRUE;
}

gboolean
mr_feed_publish_int (MrFeedWriter *self, gint64 feed_id, const char *table, gint64 id,
                     const char *fields, GError **error)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, id);
  return mr_feed_publish (self, feed_id, table, text, fields, error);
}

gboolean
mr_feed_tombstone (MrFeedWriter *self, gint64 feed_id, const char *table, const char *id,
                   GError **error)
{
  FeedState *feed = use_feed (self, feed_id, error);

  if (feed == NULL)
    return FALSE;
  if (!mr_db_run (self->db, error, SQL_TOMBSTONE, "issi", feed_id, table, id, feed->version + 1))
    return FALSE;
  if (mr_db_get_changes (self->db) > 0)
    feed->version++;
  return TRUE;
}

static gboolean
renew (MrFeedWriter *self, gint64 feed_id, GError **error)
{
  FeedState *feed = use_feed (self, feed_id, error);

  if (feed == NULL)
    return FALSE;
  feed->version++;
  return TRUE;
}

/* Of a query that returns ids; takes it. */
static GArray *
take_ids (MrQuery *query, GError **error)
{
  g_autoptr (MrQuery) taken = query;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  MrStep step = MR_STEP_ERROR;

  while (taken != NULL && (step = mr_query_step (taken, error)) == MR_STEP_ROW)
    {
      gint64 id = mr_query_get_int (taken, 0);

      g_array_append_val (ids, id);
    }
  return step == MR_STEP_DONE ? g_steal_pointer (&ids) : NULL;
}

gboolean
mr_feed_renew_all (MrFeedWriter *self, GError **error)
{
  g_autoptr (GArray) feeds = take_ids (mr_db_select (self->db, error, SQL_ALL, ""), error);

  for (guint i = 0; feeds != NULL && i < feeds->len; i++)
    if (!renew (self, g_array_index (feeds, gint64, i), error))
      return FALSE;
  return feeds != NULL;
}

static void
draw_salt (const MrWorld *world, char out[17])
{
  guint8 bytes[8];

  mr_world_fill_random (world, bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_snprintf (out + 2 * i, 3, "%02x", bytes[i]);
}

gboolean
mr_feed_writer_finish (MrFeedWriter *self, GError **error)
{
  if (!mr_rows_write (self->later, self->db, take_version, self, error))
    return FALSE;
  for (guint i = 0; i < self->feeds->len; i++)
    {
      const FeedState *feed = &g_array_index (self->feeds, FeedState, i);
      char salt[17];

      if (feed->version == feed->started_at)
        continue;
      draw_salt (self->world, salt);
      if (!mr_db_run (self->db, error, SQL_MOVE_HEAD, "iis", feed->id, feed->version, salt) ||
          !mr_db_run (self->db, error, SQL_ADD_SALT, "iis", feed->id, feed->version, salt))
        return FALSE;
      g_array_append_val (self->changed, feed->id);
    }
  g_array_set_size (self->feeds, 0);
  return TRUE;
}

const gint64 *
mr_feed_writer_get_changed (MrFeedWriter *self, guint *n)
{
  *n = self->changed->len;
  return (const gint64 *) (gpointer) self->changed->data;
}

gboolean
mr_feed_writer_notify (MrFeedWriter *self, const char *process, GError **error)
{
  g_autoptr (GString) text = g_string_new (process);

  for (guint i = 0; i < MIN (self->changed->len, MAX_NOTIFIED); i++)
    g_string_append_printf (text, "%c%" G_GINT64_FORMAT, i == 0 ? ' ' : ',',
                            g_array_index (self->changed, gint64, i));
  return self->changed->len == 0 || mr_db_notify (self->db, text->str, error);
}

/* A till takes no page with more than this in it; the time of an entry of the year 9999 is more. */
static void
append_int (GString *out, gint64 value)
{
  g_string_append_printf (out, "%" G_GINT64_FORMAT,
                          CLAMP (value, -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT));
}

char *
mr_feed_fields (const char *types, ...)
{
  GString *out = g_string_new ("[");
  va_list values;

  va_start (values, types);
  for (const char *type = types; *type != '\0'; type++)
    {
      if (type != types)
        g_string_append_c (out, ',');
      if (*type == 'i')
        append_int (out, va_arg (values, gint64));
      else
        mr_wire_append_string (out, va_arg (values, const char *));
    }
  va_end (values);
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

static gboolean
read_head (MrDb *db, gint64 feed_id, MrPosition *head, gint64 *oldest, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (db, error, SQL_HEAD, "i", feed_id);
  MrStep step;

  *head = (MrPosition){ 0 };
  *oldest = 0;
  if (query == NULL)
    return FALSE;
  step = mr_query_step (query, error);
  if (step == MR_STEP_ROW)
    {
      head->v = mr_query_get_int (query, 0);
      g_strlcpy (head->salt, mr_query_get_text (query, 1), sizeof head->salt);
      *oldest = mr_query_get_int (query, 2);
    }
  return step != MR_STEP_ERROR;
}

/* Empty text when @v is beyond the head. */
static gboolean
read_salt_at (MrDb *db, gint64 feed_id, gint64 v, char salt[17], GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = NULL;

  salt[0] = '\0';
  if (v == 0)
    return TRUE;
  text = mr_db_get_text (db, &local_error, SQL_SALT_AT, "ii", feed_id, v);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (text != NULL)
    g_strlcpy (salt, text, 17);
  return TRUE;
}

static MrFeedVerdict
judge (MrDb *db, gint64 feed_id, const MrPosition *position, const MrPosition *head, gint64 oldest,
       GError **error)
{
  char salt[17];

  if (position->v == 0)
    return MR_FEED_READ;
  if (position->v > head->v)
    return MR_FEED_DIVERGED;
  if (!read_salt_at (db, feed_id, position->v, salt, error))
    return MR_FEED_FAILED;
  if (strcmp (salt, position->salt) == 0 || mr_mechanism_is_off (MR_MECHANISM_SALT))
    return MR_FEED_READ;
  /* Its own salt was forgotten: nothing can be said about it but that it is old. */
  return position->v < oldest ? MR_FEED_TOO_OLD : MR_FEED_DIVERGED;
}

static MrFeedVerdict
check (MrDb *db, gint64 feed_id, const MrPosition *cursor, const MrPosition *seen, MrPosition *head,
       GError **error)
{
  gint64 oldest = 0;
  MrFeedVerdict verdict;

  if (!read_head (db, feed_id, head, &oldest, error))
    return MR_FEED_FAILED;
  verdict = mr_mechanism_is_off (MR_MECHANISM_SEEN)
                ? MR_FEED_READ
                : judge (db, feed_id, seen, head, oldest, error);
  /* A cursor paging anew from 0 is of today, whatever was seen long ago. */
  if (verdict == MR_FEED_DIVERGED || verdict == MR_FEED_FAILED)
    return verdict;
  return judge (db, feed_id, cursor, head, oldest, error);
}

MrFeedVerdict
mr_feed_check (MrDb *db, gint64 feed_id, const MrPosition *cursor, const MrPosition *seen,
               MrPosition *head, GError **error)
{
  return check (db, feed_id, cursor, seen, head, error);
}

static MrFeedRow *
take_row (MrQuery *query)
{
  MrFeedRow *row = g_new0 (MrFeedRow, 1);

  row->table = g_strdup (mr_query_get_text (query, 0));
  row->v = mr_query_get_int (query, 1);
  row->id = g_strdup (mr_query_get_text (query, 2));
  row->fields = g_strdup (mr_query_get_text (query, 3));
  return row;
}

static gboolean
read_rows (MrDb *db, gint64 feed_id, gint64 after_v, guint limit, GPtrArray *rows, gboolean *ended,
           GError **error)
{
  gsize bytes = 0;
  g_autoptr (MrQuery) query = NULL;
  MrStep step;

  query = mr_db_select (db, error, SQL_PAGE, "iii", feed_id, after_v, (gint64) limit);
  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrFeedRow *row = take_row (query);

      g_ptr_array_add (rows, row);
      bytes += row->fields != NULL ? strlen (row->fields) : 0;
      if (bytes > MAX_PAGE_BYTES)
        break;
    }
  *ended = step == MR_STEP_DONE;
  return step != MR_STEP_ERROR;
}

MrFeedVerdict
mr_feed_read (MrDb *db, gint64 feed_id, const MrPosition *cursor, const MrPosition *seen,
              guint limit, MrFeedPage *page, GError **error)
{
  MrFeedVerdict verdict = check (db, feed_id, cursor, seen, &page->seen, error);
  gboolean ended = FALSE;

  page->rows = NULL;
  if (verdict != MR_FEED_READ)
    return verdict;
  page->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_feed_row_free);
  if (!read_rows (db, feed_id, cursor->v, limit, page->rows, &ended, error))
    return MR_FEED_FAILED;
  page->head = page->seen;
  page->full = ended && page->rows->len < limit;
  if (!page->full)
    {
      const MrFeedRow *last = g_ptr_array_index (page->rows, page->rows->len - 1);

      page->head.v = last->v;
      page->full = last->v == page->seen.v;
      if (!read_salt_at (db, feed_id, last->v, page->head.salt, error))
        return MR_FEED_FAILED;
    }
  return MR_FEED_READ;
}

void
mr_feed_page_clear (MrFeedPage *page)
{
  g_clear_pointer (&page->rows, g_ptr_array_unref);
  g_clear_pointer (&page->sums, g_array_unref);
}

gboolean
mr_feed_prune (MrDb *db, gint64 feed_id, gint64 keep, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 oldest = 0;

  g_assert (keep > 0);
  if (!mr_db_get_int (db, &oldest, &local_error, SQL_PRUNE_FROM, "ii", feed_id, keep - 1))
    {
      if (local_error == NULL)
        return TRUE; /* fewer commits than are to be kept */
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return mr_db_run (db, error, SQL_PRUNE_SALTS, "ii", feed_id, oldest) &&
         mr_db_run (db, error, SQL_PRUNE_TOMBSTONES, "ii", feed_id, oldest) &&
         mr_db_run (db, error, SQL_SET_OLDEST, "ii", feed_id, oldest);
}

gboolean
mr_feed_prune_all (MrDb *db, gint64 keep, GError **error)
{
  g_autoptr (GArray) feeds =
      take_ids (mr_db_select (db, error, SQL_LONG_HISTORIES, "i", 2 * keep), error);

  for (guint i = 0; feeds != NULL && i < feeds->len; i++)
    if (!mr_feed_prune (db, g_array_index (feeds, gint64, i), keep, error))
      return FALSE;
  return feeds != NULL;
}
