/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"

#include <stdarg.h>
#include <string.h>

struct _MrQuery
{
  MrDb *db; /* (unowned) */
  char *sql; /* (owned) */
  gpointer statement; /* (owned) the backend's */
  MrQuery *next; /* (owned) (nullable) another of the same text, for a nested use */
  gboolean in_use;
  gboolean bad_bind;
};

static void
free_query (MrQuery *self)
{
  while (self != NULL)
    {
      MrQuery *next = self->next;

      self->db->backend->finalize (self->statement);
      g_free (self->sql);
      g_free (self);
      self = next;
    }
}

void
mr_query_free_all (MrDb *db)
{
  if (db->queries == NULL)
    return;

  GHashTableIter iter;
  gpointer query;

  g_hash_table_iter_init (&iter, db->queries);
  while (g_hash_table_iter_next (&iter, NULL, &query))
    free_query (query);
  g_clear_pointer (&db->queries, g_hash_table_unref);
}

static MrQuery *
prepare_query (MrDb *db, const char *sql, GError **error)
{
  gpointer statement = db->backend->prepare (db, sql, error);

  if (statement == NULL)
    return NULL;

  MrQuery *self = g_new0 (MrQuery, 1);
  self->db = db;
  self->sql = g_strdup (sql);
  self->statement = statement;
  return self;
}

MrQuery *
mr_db_query (MrDb *db, const char *sql, GError **error)
{
  if (db->queries == NULL)
    db->queries = g_hash_table_new (g_str_hash, g_str_equal);

  if (!mr_rows_flush_before (db, sql, error))
    return NULL;
  if (!g_str_has_prefix (sql, "SELECT"))
    db->n_written++;

  MrQuery *first = g_hash_table_lookup (db->queries, sql);
  MrQuery *idle = first;

  while (idle != NULL && idle->in_use)
    idle = idle->next;
  if (idle == NULL)
    {
      idle = prepare_query (db, sql, error);
      if (idle == NULL)
        return NULL;
      if (first != NULL)
        {
          idle->next = first->next;
          first->next = idle;
        }
      else
        g_hash_table_insert (db->queries, idle->sql, idle);
    }

  idle->in_use = TRUE;
  idle->bad_bind = FALSE;
  return idle;
}

void
mr_query_bind_int (MrQuery *self, int index, gint64 value)
{
  if (!self->db->backend->bind_int (self->statement, index, value))
    self->bad_bind = TRUE;
}

void
mr_query_bind_text (MrQuery *self, int index, const char *value)
{
  if (value == NULL)
    mr_query_bind_null (self, index);
  else if (!self->db->backend->bind_text (self->statement, index, value))
    self->bad_bind = TRUE;
}

void
mr_query_bind_bytes (MrQuery *self, int index, const void *data, gsize length)
{
  if (data == NULL)
    mr_query_bind_null (self, index);
  else if (!self->db->backend->bind_bytes (self->statement, index, data, length))
    self->bad_bind = TRUE;
}

void
mr_query_bind_null (MrQuery *self, int index)
{
  if (!self->db->backend->bind_null (self->statement, index))
    self->bad_bind = TRUE;
}

gboolean
mr_query_bind_column (MrQuery *self, int index, const MrColumn *column)
{
  return self->db->backend->bind_column (self->statement, index, column);
}

MrStep
mr_query_step (MrQuery *self, GError **error)
{
  g_assert (self->in_use);

  if (self->bad_bind)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                   "a value could not be bound to the statement “%s”", self->sql);
      mr_query_reset (self);
      return MR_STEP_ERROR;
    }

  MrStep step = self->db->backend->step (self->db, self->statement, error);
  if (step != MR_STEP_ROW)
    mr_query_reset (self);
  return step;
}

gint64
mr_query_get_int (MrQuery *self, int column)
{
  return self->db->backend->get_int (self->statement, column);
}

const char *
mr_query_get_text (MrQuery *self, int column)
{
  return self->db->backend->get_text (self->statement, column);
}

const char *
mr_query_get_required_text (MrQuery *self, int column)
{
  const char *text = mr_query_get_text (self, column);

  return text != NULL ? text : "";
}

gconstpointer
mr_query_get_bytes (MrQuery *self, int column, gsize *length)
{
  return self->db->backend->get_bytes (self->statement, column, length);
}

gboolean
mr_query_is_null (MrQuery *self, int column)
{
  return self->db->backend->is_null (self->statement, column);
}

gboolean
mr_query_copy_bytes (MrQuery *self, int column, void *out, gsize size)
{
  gsize length = 0;
  gconstpointer bytes = mr_query_get_bytes (self, column, &length);

  if (bytes == NULL || length != size)
    return FALSE;
  memcpy (out, bytes, size);
  return TRUE;
}

void
mr_query_reset (MrQuery *self)
{
  if (self == NULL || !self->in_use)
    return;

  self->db->backend->reset (self->statement);
  self->in_use = FALSE;
}

/* --- short forms --- */

static void
bind_arguments (MrQuery *self, const char *types, va_list *arguments)
{
  for (int i = 0; types[i] != '\0'; i++)
    switch (types[i])
      {
      case 'i':
        mr_query_bind_int (self, i + 1, va_arg (*arguments, gint64));
        break;
      case 's':
        mr_query_bind_text (self, i + 1, va_arg (*arguments, const char *));
        break;
        case 'b': {
          const void *data = va_arg (*arguments, const void *);
          gsize length = va_arg (*arguments, gsize);

          mr_query_bind_bytes (self, i + 1, data, length);
          break;
        }
      case 'n':
        mr_query_bind_null (self, i + 1);
        break;
      default:
        g_assert_not_reached ();
      }
}

MrQuery *
mr_db_select_valist (MrDb *db, GError **error, const char *sql, const char *types,
                     va_list *arguments)
{
  MrQuery *query = mr_db_query (db, sql, error);

  if (query != NULL)
    bind_arguments (query, types, arguments);
  return query;
}

MrQuery *
mr_db_select (MrDb *self, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  MrQuery *query = mr_db_select_valist (self, error, sql, types, &arguments);
  va_end (arguments);
  return query;
}

gboolean
mr_db_run (MrDb *self, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  MrQuery *query = mr_db_select_valist (self, error, sql, types, &arguments);
  va_end (arguments);
  if (query == NULL)
    return FALSE;

  MrStep step;
  do
    step = mr_query_step (query, error);
  while (step == MR_STEP_ROW);
  return step == MR_STEP_DONE;
}

gboolean
mr_db_get_int (MrDb *self, gint64 *value, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  g_autoptr (MrQuery) query = mr_db_select_valist (self, error, sql, types, &arguments);
  va_end (arguments);
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;

  *value = mr_query_get_int (query, 0);
  return TRUE;
}

char *
mr_db_get_text (MrDb *self, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;

  va_start (arguments, types);
  g_autoptr (MrQuery) query = mr_db_select_valist (self, error, sql, types, &arguments);
  va_end (arguments);
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return NULL;

  return g_strdup (mr_query_get_text (query, 0));
}
