/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench-copy.h"

#include "figures.h"

#include "center/center.h"

#include <libpq-fe.h>

static PGconn *
connect_to (const char *location)
{
  PGconn *server = PQconnectdb (location);

  if (PQstatus (server) != CONNECTION_OK)
    g_error ("%s", PQerrorMessage (server));
  return server;
}

static guint
run_sql (PGconn *server, const char *sql, ExecStatusType wanted)
{
  PGresult *result = PQexec (server, sql);
  guint n = (guint) g_ascii_strtoull (PQcmdTuples (result), NULL, 10);

  if (PQresultStatus (result) != wanted)
    g_error ("%s: %s", sql, PQerrorMessage (server));
  PQclear (result);
  return n;
}

static GPtrArray *
copy_out (PGconn *server, const char *table, gint64 after_n, gint64 to_n)
{
  g_autofree char *sql =
      g_strdup_printf ("COPY (SELECT * FROM %s WHERE writer_id = 1 AND n > %" G_GINT64_FORMAT
                       " AND n <= %" G_GINT64_FORMAT " ORDER BY n) TO STDOUT (FORMAT binary)",
                       table, after_n, to_n);
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  char *text;
  int length;

  run_sql (server, sql, PGRES_COPY_OUT);
  while ((length = PQgetCopyData (server, &text, 0)) > 0)
    {
      g_ptr_array_add (messages, g_bytes_new (text, (gsize) length));
      PQfreemem (text);
    }
  PQclear (PQgetResult (server));
  PQclear (PQgetResult (server));
  return messages;
}

static guint
copy_in (PGconn *server, const char *table, GPtrArray *messages)
{
  g_autofree char *sql = g_strdup_printf ("COPY %s FROM STDIN (FORMAT binary)", table);
  PGresult *result;
  guint n;

  run_sql (server, sql, PGRES_COPY_IN);
  for (guint i = 0; i < messages->len; i++)
    {
      gsize length;
      const char *data = g_bytes_get_data (g_ptr_array_index (messages, i), &length);

      PQputCopyData (server, data, (int) length);
    }
  PQputCopyEnd (server, NULL);
  result = PQgetResult (server);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    g_error ("%s: %s", sql, PQerrorMessage (server));
  n = (guint) g_ascii_strtoull (PQcmdTuples (result), NULL, 10);
  PQclear (result);
  PQclear (PQgetResult (server));
  return n;
}

gint64
bench_copy (const char *from, const char *to, const char *const *tables, guint n_tables,
            guint n_groups, guint group, guint *n_rows)
{
  PGconn *source = connect_to (from), *target = connect_to (to);
  g_autofree GPtrArray **data = g_new0 (GPtrArray *, n_tables);
  gint64 spent = 0;

  for (guint i = 0; i < n_groups; i++)
    {
      gint64 start;

      for (guint t = 0; t < n_tables; t++)
        data[t] = copy_out (source, tables[t], (gint64) i * group, (gint64) (i + 1) * group);
      start = figures_now_ns ();
      run_sql (target, "BEGIN", PGRES_COMMAND_OK);
      for (guint t = 0; t < n_tables; t++)
        *n_rows += copy_in (target, tables[t], data[t]);
      run_sql (target, "COMMIT", PGRES_COMMAND_OK);
      spent += figures_now_ns () - start;
      for (guint t = 0; t < n_tables; t++)
        g_ptr_array_unref (data[t]);
    }
  PQfinish (source);
  PQfinish (target);
  return spent;
}
