/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/backend.h"

#include <glib/gstdio.h>
#include <string.h>

/* Rows that are read, or written, together where one by one is slow. */
#define ROWS_AT_ONCE 2000

/* In the order in which they were made: what a table refers to comes before it. */
static const char select_tables[] =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "ORDER BY rowid";
static const char select_columns[] =
    "SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid";

/* A table of both databases. Statements are made of the names in our own migrations, which are plain words, and
 * interned, since a database keeps them by their text. */
typedef struct
{
  char *name; /* (owned) */
  char *types; /* (owned) a letter a column: 'i', 's', 'b' */
  char *number; /* (owned) (nullable) the column that draws numbers */
  const char *read; /* all rows, by the key */
  const char *declare; /* the same, as a cursor */
  const char *fetch;
  const char *close;
  const char *insert;
  const char *empty;
  const char *any;
  char *sum; /* (owned) (nullable) hex, of the rows that were copied */
} Table;

static void
free_table (gpointer data)
{
  Table *self = data;

  g_free (self->name);
  g_free (self->types);
  g_free (self->number);
  g_free (self->sum);
  g_free (self);
}

static const char *intern (const char *format, ...) G_GNUC_PRINTF (1, 2);

static const char *
intern (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  return g_intern_string (text);
}

static char
letter_of (const char *type)
{
  return strcmp (type, "INTEGER") == 0 ? 'i' : strcmp (type, "TEXT") == 0 ? 's' : 'b';
}

static void
write_statements (Table *self, const char *columns, const char *values, const char *key)
{
  self->read = intern ("SELECT %s FROM %s ORDER BY %s", columns, self->name, key);
  self->declare = intern ("DECLARE copy_%s NO SCROLL CURSOR FOR %s", self->name, self->read);
  self->fetch = intern ("FETCH %d FROM copy_%s", ROWS_AT_ONCE, self->name);
  self->close = intern ("CLOSE copy_%s", self->name);
  self->insert = intern ("INSERT INTO %s (%s) VALUES (%s)", self->name, columns, values);
  self->empty = intern ("DELETE FROM %s", self->name);
  self->any = intern ("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 1) AS one", self->name);
}

static gboolean
describe_table (Table *self, MrDb *file, GError **error)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);
  g_autoptr (GString) types = g_string_new (NULL);
  g_autofree const char **keys = g_new0 (const char *, 65);
  g_autofree char *key = NULL;
  g_autoptr (MrQuery) query = mr_db_select (file, error, select_columns, "s", self->name);
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      const char *name = g_intern_string (mr_query_get_text (query, 0));
      gint64 place = mr_query_get_int (query, 2);

      g_string_append_printf (columns, "%s%s", types->len > 0 ? ", " : "", name);
      g_string_append_c (types, letter_of (mr_query_get_text (query, 1)));
      g_string_append_printf (values, "%s?%u", types->len > 1 ? ", " : "", (guint) types->len);
      if (place > 0 && place <= 64)
        keys[place - 1] = name;
      if (place == 1 && types->str[types->len - 1] == 'i')
        self->number = g_strdup (name);
    }
  /* A key of several columns draws nothing. */
  if (keys[0] == NULL || keys[1] != NULL)
    g_clear_pointer (&self->number, g_free);
  key = keys[0] != NULL ? g_strjoinv (", ", (char **) keys) : g_strdup (columns->str);
  write_statements (self, columns->str, values->str, key);
  self->types = g_strdup (types->str);
  return step == MR_STEP_DONE;
}

/* (element-type Table) */
static GPtrArray *
list_tables (MrDb *file, GError **error)
{
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (free_table);
  g_autoptr (MrQuery) query = mr_db_select (file, error, select_tables, "");
  MrStep step;

  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      Table *table = g_new0 (Table, 1);

      table->name = g_strdup (mr_query_get_text (query, 0));
      g_ptr_array_add (tables, table);
    }
  for (guint i = 0; i < tables->len && step == MR_STEP_DONE; i++)
    if (!describe_table (g_ptr_array_index (tables, i), file, error))
      return NULL;
  return step == MR_STEP_DONE ? g_steal_pointer (&tables) : NULL;
}

/* --- rows --- */

static void
add_value (GChecksum *sum, MrQuery *row, int column, char type)
{
  gsize length = 0;
  gconstpointer bytes;
  gint64 number;
  guint8 head[9] = { (guint8) type };

  if (mr_query_is_null (row, column))
    head[0] = 'n';
  else if (type == 'i')
    {
      number = GINT64_TO_BE (mr_query_get_int (row, column));
      memcpy (head + 1, &number, sizeof number);
    }
  else
    {
      bytes = mr_query_get_bytes (row, column, &length);
      number = GINT64_TO_BE ((gint64) length);
      memcpy (head + 1, &number, sizeof number);
      g_checksum_update (sum, head, sizeof head);
      g_checksum_update (sum, bytes, (gssize) length);
      return;
    }
  g_checksum_update (sum, head, sizeof head);
}

typedef struct
{
  const Table *table;
  GChecksum *sum; /* (owned) of every value in the order of the key */
  MrRows *rows; /* (owned) (nullable) where they go */
  MrDb *to; /* (unowned) */
  guint n; /* rows that wait in @rows */
} Walk;

static gboolean
take_row (Walk *self, MrQuery *row, GError **error)
{
  for (int i = 0; self->table->types[i] != '\0'; i++)
    add_value (self->sum, row, i, self->table->types[i]);
  if (self->rows == NULL)
    return TRUE;
  mr_rows_add_row (self->rows, row);
  if (++self->n < ROWS_AT_ONCE)
    return TRUE;
  self->n = 0;
  return mr_rows_write (self->rows, self->to, NULL, NULL, error);
}

/* All rows of one statement. −1 with @error, or how many. */
static gint64
take_rows (Walk *self, MrDb *db, const char *sql, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (db, error, sql, "");
  gint64 n = 0;
  MrStep step;

  if (query == NULL)
    return -1;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      if (!take_row (self, query, error))
        return -1;
      n++;
    }
  return step == MR_STEP_DONE ? n : -1;
}

static gboolean
walk (Walk *self, MrDb *db, GError **error)
{
  gint64 n;

  if (!db->backend->reads_at_once)
    return take_rows (self, db, self->table->read, error) >= 0;
  if (!mr_db_exec (db, self->table->declare, error))
    return FALSE;
  while ((n = take_rows (self, db, self->table->fetch, error)) > 0)
    ;
  return n == 0 && mr_db_exec (db, self->table->close, error);
}

static gboolean
copy_table (Table *table, MrDb *from, MrDb *to, GError **error)
{
  Walk self = { table, g_checksum_new (G_CHECKSUM_SHA256),
                mr_rows_new (table->insert, table->types), to, 0 };
  gboolean copied = walk (&self, from, error) && mr_rows_write (self.rows, to, NULL, NULL, error);

  table->sum = g_strdup (g_checksum_get_string (self.sum));
  g_checksum_free (self.sum);
  mr_rows_free (self.rows);
  return copied && (table->number == NULL || to->backend->draw_after == NULL ||
                    to->backend->draw_after (to, table->name, table->number, error));
}

/* What was written is read again: row by row it must be what was read. */
static gboolean
compare_table (const Table *table, MrDb *to, GError **error)
{
  Walk self = { table, g_checksum_new (G_CHECKSUM_SHA256), NULL, NULL, 0 };
  gboolean same = walk (&self, to, error);

  if (same && strcmp (g_checksum_get_string (self.sum), table->sum) != 0)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT,
                   "%s: table %s does not hold what was written to it", to->name, table->name);
      same = FALSE;
    }
  g_checksum_free (self.sum);
  return same;
}

static gboolean
copy_tables (GPtrArray *tables, MrDb *from, MrDb *to, GError **error)
{
  for (guint i = tables->len; i > 0; i--)
    if (!mr_db_run (to, error, ((Table *) g_ptr_array_index (tables, i - 1))->empty, ""))
      return FALSE;
  for (guint i = 0; i < tables->len; i++)
    if (!copy_table (g_ptr_array_index (tables, i), from, to, error))
      return FALSE;
  for (guint i = 0; i < tables->len; i++)
    if (!compare_table (g_ptr_array_index (tables, i), to, error))
      return FALSE;
  return TRUE;
}

gboolean
mr_copy_rows (MrDb *from, MrDb *to, GError **error)
{
  g_autoptr (GPtrArray) tables = list_tables (from->path != NULL ? from : to, error);
  gboolean copied;

  if (tables == NULL || !mr_db_begin_read (from, error))
    return FALSE;
  copied = mr_db_begin (to, error);
  if (copied && !copy_tables (tables, from, to, error))
    {
      mr_db_rollback (to);
      copied = FALSE;
    }
  mr_db_rollback (from);
  return copied && mr_db_commit (to, error);
}

gboolean
mr_copy_is_used (MrDb *file, MrDb *db, gboolean *used, GError **error)
{
  g_autoptr (GPtrArray) tables = list_tables (file, error);

  *used = FALSE;
  for (guint i = 0; tables != NULL && i < tables->len && !*used; i++)
    {
      const Table *table = g_ptr_array_index (tables, i);
      int known = db->backend->has_table (db, table->name, error);
      gint64 n = 0;

      if (known < 0 || (known > 0 && !mr_db_get_int (db, &n, error, table->any, "")))
        return FALSE;
      /* That of the migrations says nothing about what is kept. */
      *used = n > 0 && strcmp (table->name, "migration") != 0;
    }
  return tables != NULL;
}

/* --- to a file --- */

static gboolean
fill_file (MrDb *db, const char *location, GError **error)
{
  g_autoptr (MrDb) file = mr_db_open (location, MR_DB_WRITE | MR_DB_CREATE, error);

  /* One file without a log: a reader need not write anything beside it. */
  return file != NULL && mr_db_migrate (file, db->schema, 0, error) &&
         mr_db_exec (file, "PRAGMA journal_mode = DELETE", error) && mr_copy_rows (db, file, error);
}

gboolean
mr_copy_to_file (MrDb *db, const char *path, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);

  if (db->schema == NULL || g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                   db->schema == NULL
                       ? "%s: the database has no tables of ours to copy"
                       : "%s: there is a file of this name already; a backup never replaces one",
                   db->schema == NULL ? db->name : path);
      return FALSE;
    }
  if (fill_file (db, location, error))
    return TRUE;
  g_unlink (path);
  return FALSE;
}
