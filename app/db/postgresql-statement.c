/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/dialect.h"
#include "db/postgresql.h"

#include <string.h>

/* Of pg_type, which never changes them. */
#define OID_BOOL 16
#define OID_BYTEA 17
#define OID_INT8 20
#define OID_INT2 21
#define OID_INT4 23
#define OID_TEXT 25

typedef struct
{
  MrPostgresql *connection; /* (unowned) */
  char *name; /* (owned) at the server */
  char *sql; /* (owned) as written */
  int n_values;
  char **values; /* (owned) each (owned) (nullable) */
  int *lengths; /* (owned) */
  int *formats; /* (owned) 1 = binary */
  gboolean commits;
  PGresult *result; /* (owned) (nullable) while rows are read */
  int row;
} Statement;

static Statement *
new_statement (MrPostgresql *connection, const char *sql, int n_values)
{
  Statement *self = g_new0 (Statement, 1);

  self->connection = connection;
  self->name = g_strdup_printf ("s%u", ++connection->n_prepared);
  self->sql = g_strdup (sql);
  self->n_values = n_values;
  self->values = g_new0 (char *, MAX (n_values, 1));
  self->lengths = g_new0 (int, MAX (n_values, 1));
  self->formats = g_new0 (int, MAX (n_values, 1));
  self->commits = strcmp (sql, "COMMIT") == 0;
  return self;
}

gpointer
mr_postgresql_prepare (MrDb *db, const char *sql, GError **error)
{
  MrPostgresql *connection = db->connection;
  int n_values = 0;
  g_autofree char *numbered = mr_dialect_number_parameters (sql, &n_values);
  Statement *self = new_statement (connection, sql, n_values);
  PGresult *result = PQprepare (connection->server, self->name, numbered, 0, NULL);

  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    {
      mr_postgresql_set_error (db, result, sql, error);
      g_clear_pointer (&self, mr_postgresql_finalize);
    }
  PQclear (result);
  return self;
}

/* The server forgets it with the connection: statements are kept for as long as that. */
void
mr_postgresql_finalize (gpointer statement)
{
  Statement *self = statement;

  mr_postgresql_reset (self);
  g_free (self->values);
  g_free (self->lengths);
  g_free (self->formats);
  g_free (self->name);
  g_free (self->sql);
  g_free (self);
}

/* --- parameters --- */

static gboolean
take_value (Statement *self, int index, char *value, gsize length, gboolean binary)
{
  if (index < 1 || index > self->n_values || length > G_MAXINT)
    {
      g_free (value);
      return FALSE;
    }
  g_free (self->values[index - 1]);
  self->values[index - 1] = value;
  self->lengths[index - 1] = (int) length;
  self->formats[index - 1] = binary;
  return TRUE;
}

gboolean
mr_postgresql_bind_int (gpointer statement, int index, gint64 value)
{
  /* As text: it fits whatever type the server makes of the parameter. */
  char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return take_value (statement, index, text, strlen (text), FALSE);
}

gboolean
mr_postgresql_bind_text (gpointer statement, int index, const char *value)
{
  return take_value (statement, index, g_strdup (value), strlen (value), FALSE);
}

gboolean
mr_postgresql_bind_bytes (gpointer statement, int index, const void *data, gsize length)
{
  char *copy = g_malloc (MAX (length, 1)); /* NULL would be no value */

  memcpy (copy, data, length);
  return take_value (statement, index, copy, length, TRUE);
}

gboolean
mr_postgresql_bind_null (gpointer statement, int index)
{
  return take_value (statement, index, NULL, 0, FALSE);
}

static void
append_int32 (GByteArray *out, gint32 value)
{
  gint32 swapped = GINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &swapped, sizeof swapped);
}

/* An array as array_recv() reads it: dimensions, whether there are NULLs, the type, length and first
 * index of the one dimension, the elements. */
gboolean
mr_postgresql_bind_column (gpointer statement, int index, const MrColumn *column)
{
  GByteArray *out = g_byte_array_sized_new ((guint) column->bytes->len + 20);
  gsize length;

  append_int32 (out, 1);
  append_int32 (out, column->has_null);
  append_int32 (out, column->type == 'i' ? OID_INT8 : column->type == 's' ? OID_TEXT : OID_BYTEA);
  append_int32 (out, (gint32) column->n);
  append_int32 (out, 1);
  g_byte_array_append (out, column->bytes->data, column->bytes->len);
  length = out->len;
  return take_value (statement, index, (char *) g_byte_array_free (out, FALSE), length, TRUE);
}

/* --- running --- */

/* What a column holds must be what both databases have; a sum, say, has to be cast. */
static gboolean
check_columns (MrDb *db, const Statement *self, GError **error)
{
  for (int i = 0; i < PQnfields (self->result); i++)
    switch (PQftype (self->result, i))
      {
      case OID_BOOL:
      case OID_BYTEA:
      case OID_INT2:
      case OID_INT4:
      case OID_INT8:
      case OID_TEXT:
        break;
      default:
        g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                     "%s: column %d is neither integer, text nor bytes; cast it: %s", db->name,
                     i + 1, self->sql);
        return FALSE;
      }
  return TRUE;
}

static gboolean
run (MrDb *db, Statement *self, GError **error)
{
  /* To the server that is a warning. */
  if (self->commits && PQtransactionStatus (self->connection->server) == PQTRANS_IDLE)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED, "%s: there is no transaction to commit",
                   db->name);
      return FALSE;
    }
  self->result =
      PQexecPrepared (self->connection->server, self->name, self->n_values,
                      (const char *const *) self->values, self->lengths, self->formats, 1);
  self->row = -1;
  switch (PQresultStatus (self->result))
    {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      break;
    default:
      mr_postgresql_set_error (db, self->result, self->sql, error);
      return FALSE;
    }
  self->connection->changes = g_ascii_strtoll (PQcmdTuples (self->result), NULL, 10);
  /* The server says so without an error when the transaction had failed before. */
  if (self->commits && strcmp (PQcmdStatus (self->result), "ROLLBACK") == 0)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                   "%s: nothing was committed, as a statement had failed", db->name);
      return FALSE;
    }
  return check_columns (db, self, error);
}

MrStep
mr_postgresql_step (MrDb *db, gpointer statement, GError **error)
{
  Statement *self = statement;

  if (self->result == NULL && !run (db, self, error))
    return MR_STEP_ERROR;
  return ++self->row < PQntuples (self->result) ? MR_STEP_ROW : MR_STEP_DONE;
}

void
mr_postgresql_reset (gpointer statement)
{
  Statement *self = statement;

  g_clear_pointer (&self->result, PQclear);
  for (int i = 0; i < self->n_values; i++)
    g_clear_pointer (&self->values[i], g_free);
}

/* --- values of a row --- */

gint64
mr_postgresql_get_int (gpointer statement, int column)
{
  const Statement *self = statement;
  const char *bytes = PQgetvalue (self->result, self->row, column);
  guint64 value = 0;
  int length = PQgetlength (self->result, self->row, column);

  switch (PQftype (self->result, column))
    {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
      if (length == 0)
        return 0; /* NULL */
      /* Big-endian, of 1, 2, 4 or 8 bytes, and signed. */
      value = (guint8) bytes[0] >= 0x80 ? G_MAXUINT64 : 0;
      for (int i = 0; i < length; i++)
        value = value << 8 | (guint8) bytes[i];
      return (gint64) value;
    default:
      return g_ascii_strtoll (bytes, NULL, 10);
    }
}

const char *
mr_postgresql_get_text (gpointer statement, int column)
{
  const Statement *self = statement;

  return mr_postgresql_is_null (statement, column) ? NULL
                                                   : PQgetvalue (self->result, self->row, column);
}

gconstpointer
mr_postgresql_get_bytes (gpointer statement, int column, gsize *length)
{
  const Statement *self = statement;

  *length = (gsize) PQgetlength (self->result, self->row, column);
  return mr_postgresql_get_text (statement, column);
}

gboolean
mr_postgresql_is_null (gpointer statement, int column)
{
  const Statement *self = statement;

  return PQgetisnull (self->result, self->row, column);
}
