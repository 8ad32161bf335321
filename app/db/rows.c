/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"
#include "db/dialect.h"

#include <stdarg.h>
#include <string.h>

/* More waiting than this is written: a set is as fast as it gets long before. */
#define MAX_WAITING_ROWS 20000

struct _MrRows
{
  const char *sql; /* (static) */
  char *table; /* (owned) that the rows are for */
  GArray *columns; /* (owned) of MrColumn */
  guint n;
};

/* "INSERT INTO table (…": the third word. */
static char *
get_table (const char *sql)
{
  g_auto (GStrv) words = g_strsplit_set (sql, " (", 4);

  g_assert (g_strv_length (words) == 4 && strcmp (words[0], "INSERT") == 0);
  return g_strdup (words[2]);
}

static void
clear_column (gpointer data)
{
  g_byte_array_unref (((MrColumn *) data)->bytes);
}

MrRows *
mr_rows_new (const char *sql, const char *types)
{
  MrRows *self = g_new0 (MrRows, 1);

  self->sql = sql;
  self->table = get_table (sql);
  self->columns = g_array_new (FALSE, FALSE, sizeof (MrColumn));
  g_array_set_clear_func (self->columns, clear_column);
  for (const char *type = types; *type != '\0'; type++)
    {
      MrColumn column = { *type == 'n' ? 'i' : *type, 0, FALSE, g_byte_array_new () };

      g_array_append_val (self->columns, column);
    }
  return self;
}

void
mr_rows_free (MrRows *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->columns);
  g_free (self->table);
  g_free (self);
}

static void
append_value (MrColumn *self, gconstpointer data, gsize length)
{
  gint32 size = data != NULL ? GINT32_TO_BE ((gint32) length) : (gint32) -1;

  g_assert (length <= G_MAXINT32);
  g_byte_array_append (self->bytes, (const guint8 *) &size, sizeof size);
  if (data != NULL)
    g_byte_array_append (self->bytes, data, (guint) length);
  self->has_null |= data == NULL;
  self->n++;
}

static void
add_valist (MrRows *self, const char *types, va_list *values)
{
  g_assert (strlen (types) == self->columns->len);
  for (guint i = 0; i < self->columns->len; i++)
    {
      MrColumn *column = &g_array_index (self->columns, MrColumn, i);

      g_assert (types[i] == column->type || (types[i] == 'n' && column->type == 'i'));
      if (types[i] == 'i')
        {
          gint64 value = GINT64_TO_BE (va_arg (*values, gint64));

          append_value (column, &value, sizeof value);
        }
      else if (types[i] == 's')
        {
          const char *value = va_arg (*values, const char *);

          append_value (column, value, value != NULL ? strlen (value) : 0);
        }
      else if (types[i] == 'b')
        {
          const void *value = va_arg (*values, const void *);
          gsize length = va_arg (*values, gsize);

          append_value (column, value, length);
        }
      else
        append_value (column, NULL, 0);
    }
  self->n++;
}

void
mr_rows_add (MrRows *self, const char *types, ...)
{
  va_list values;

  va_start (values, types);
  add_valist (self, types, &values);
  va_end (values);
}

void
mr_rows_add_row (MrRows *self, MrQuery *row)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      MrColumn *column = &g_array_index (self->columns, MrColumn, i);
      gsize length = sizeof (gint64);
      gconstpointer value = NULL;
      gint64 number;

      if (!mr_query_is_null (row, (int) i) && column->type == 'i')
        {
          number = GINT64_TO_BE (mr_query_get_int (row, (int) i));
          value = &number;
        }
      else if (!mr_query_is_null (row, (int) i))
        value = mr_query_get_bytes (row, (int) i, &length);
      append_value (column, value, length);
    }
  self->n++;
}

static void
forget (MrRows *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      MrColumn *column = &g_array_index (self->columns, MrColumn, i);

      g_byte_array_set_size (column->bytes, 0);
      column->n = 0;
      column->has_null = FALSE;
    }
  self->n = 0;
}

static gboolean
take_rows (MrQuery *query, MrRowFunc each, gpointer data, GError **error)
{
  MrStep step;

  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    if (each != NULL && !each (query, data, error))
      {
        mr_query_reset (query);
        return FALSE;
      }
  return step == MR_STEP_DONE;
}

/* --- together --- */

static const char *
get_set_sql (MrRows *self, MrDb *db)
{
  g_autoptr (GString) types = g_string_new (NULL);
  char *sql;

  if (db->sets == NULL)
    db->sets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  sql = g_hash_table_lookup (db->sets, self->sql);
  if (sql != NULL)
    return sql;
  for (guint i = 0; i < self->columns->len; i++)
    g_string_append_c (types, g_array_index (self->columns, MrColumn, i).type);
  sql = mr_dialect_make_set (self->sql, types->str);
  g_assert (sql != NULL);
  g_hash_table_insert (db->sets, (gpointer) self->sql, sql);
  return sql;
}

static gboolean
write_together (MrRows *self, MrDb *db, MrRowFunc each, gpointer data, GError **error)
{
  MrQuery *query = mr_db_query (db, get_set_sql (self, db), error);

  if (query == NULL)
    return FALSE;
  for (guint i = 0; i < self->columns->len; i++)
    mr_query_bind_column (query, (int) i + 1, &g_array_index (self->columns, MrColumn, i));
  return take_rows (query, each, data, error);
}

/* --- one by one --- */

/* Binds the value at @at and moves behind it. */
static void
bind_value (MrQuery *query, int index, const MrColumn *column, gsize *at)
{
  const guint8 *bytes = column->bytes->data + *at;
  gint64 number;
  gint32 size;

  memcpy (&size, bytes, sizeof size);
  size = GINT32_FROM_BE (size);
  bytes += sizeof size;
  *at += sizeof size + (gsize) MAX (size, 0);
  if (size < 0)
    mr_query_bind_null (query, index);
  else if (column->type == 'b')
    mr_query_bind_bytes (query, index, bytes, (gsize) size);
  else if (column->type == 's')
    {
      g_autofree char *text = g_strndup ((const char *) bytes, (gsize) size);

      mr_query_bind_text (query, index, text);
    }
  else
    {
      memcpy (&number, bytes, sizeof number);
      mr_query_bind_int (query, index, GINT64_FROM_BE (number));
    }
}

static gboolean
write_one_by_one (MrRows *self, MrDb *db, MrRowFunc each, gpointer data, GError **error)
{
  g_autofree gsize *at = g_new0 (gsize, self->columns->len);

  for (guint row = 0; row < self->n; row++)
    {
      MrQuery *query = mr_db_query (db, self->sql, error);

      if (query == NULL)
        return FALSE;
      for (guint i = 0; i < self->columns->len; i++)
        bind_value (query, (int) i + 1, &g_array_index (self->columns, MrColumn, i), &at[i]);
      if (!take_rows (query, each, data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mr_rows_write (MrRows *self, MrDb *db, MrRowFunc each, gpointer data, GError **error)
{
  gboolean written;

  if (self->n == 0)
    return TRUE;
  if (db->backend->bind_column != NULL)
    written = write_together (self, db, each, data, error);
  else
    written = write_one_by_one (self, db, each, data, error);
  forget (self);
  return written;
}

/* --- what waits --- */

void
mr_rows_free_queue (MrDb *db)
{
  g_clear_pointer (&db->queue, g_ptr_array_unref);
  g_clear_pointer (&db->sets, g_hash_table_unref);
}

void
mr_rows_drop_queue (MrDb *db)
{
  for (guint i = 0; db->queue != NULL && i < db->queue->len; i++)
    forget (g_ptr_array_index (db->queue, i));
}

gboolean
mr_db_can_queue (MrDb *self)
{
  return self->backend->bind_column != NULL;
}

gboolean
mr_db_set_queueing (MrDb *self, gboolean queueing)
{
  self->queues = queueing && mr_db_can_queue (self);
  return self->queues;
}

gboolean
mr_db_is_queueing (MrDb *self)
{
  return self->queues;
}

gboolean
mr_db_flush (MrDb *self, GError **error)
{
  g_autoptr (GPtrArray) queue = g_steal_pointer (&self->queue);
  gboolean written = TRUE;

  /* Rows are written in the order in which their tables were first spoken of: a fact before what follows. */
  for (guint i = 0; queue != NULL && i < queue->len && written; i++)
    written = mr_rows_write (g_ptr_array_index (queue, i), self, NULL, NULL, error);
  /* The empty lists are kept for the next transaction. */
  for (guint i = 0; queue != NULL && i < queue->len; i++)
    forget (g_ptr_array_index (queue, i));
  self->queue = g_steal_pointer (&queue);
  return written;
}

gboolean
mr_rows_flush_before (MrDb *db, const char *sql, GError **error)
{
  for (guint i = 0; db->queue != NULL && i < db->queue->len; i++)
    {
      const MrRows *rows = g_ptr_array_index (db->queue, i);

      if (rows->n > 0 && mr_dialect_mentions (sql, rows->table))
        return mr_db_flush (db, error);
    }
  return TRUE;
}

static MrRows *
find_waiting (MrDb *db, const char *sql, const char *types)
{
  MrRows *rows;

  if (db->queue == NULL)
    db->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_rows_free);
  for (guint i = 0; i < db->queue->len; i++)
    {
      rows = g_ptr_array_index (db->queue, i);
      if (rows->sql == sql || strcmp (rows->sql, sql) == 0)
        return rows;
    }
  rows = mr_rows_new (sql, types);
  g_ptr_array_add (db->queue, rows);
  return rows;
}

gboolean
mr_db_queue (MrDb *self, GError **error, const char *sql, const char *types, ...)
{
  MrRows *rows;
  va_list values;

  if (!self->queues)
    {
      MrQuery *query;

      va_start (values, types);
      query = mr_db_select_valist (self, error, sql, types, &values);
      va_end (values);
      return query != NULL && take_rows (query, NULL, NULL, error);
    }
  rows = find_waiting (self, sql, types);
  self->n_written++;
  va_start (values, types);
  add_valist (rows, types, &values);
  va_end (values);
  return rows->n < MAX_WAITING_ROWS || mr_db_flush (self, error);
}
