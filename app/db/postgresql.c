/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/postgresql.h"

#include "db/dialect.h"

#include <poll.h>
#include <string.h>

#define CONNECT_TIMEOUT_S "5"
#define OLDEST_SERVER 150000

/* --- errors --- */

static MrDbError
translate_state (const char *state)
{
  /* The classes of SQLSTATE, PostgreSQL's documentation, appendix A. */
  static const struct
  {
    const char *prefix;
    MrDbError code;
  } states
      [] = {
        { "08P01", MR_DB_ERROR_FAILED }, /* we said something wrong */
        { "08", MR_DB_ERROR_LOST },
        { "57P", MR_DB_ERROR_LOST }, /* shut down, crashed, not up yet */
        { "23", MR_DB_ERROR_CONFLICT },
        { "40", MR_DB_ERROR_BUSY }, /* serialization failure, deadlock */
        { "55P03", MR_DB_ERROR_BUSY }, /* lock_timeout */
        { "53300", MR_DB_ERROR_BUSY }, /* too many connections */
        { "53", MR_DB_ERROR_FULL },
        { "58", MR_DB_ERROR_IO },
        { "XX001", MR_DB_ERROR_CORRUPT },
        { "XX002", MR_DB_ERROR_CORRUPT },
      };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_has_prefix (state, states[i].prefix))
      return states[i].code;
  return MR_DB_ERROR_FAILED;
}

static const char *
describe_code (MrDbError code)
{
  switch (code)
    {
    case MR_DB_ERROR_BUSY:
      return "somebody else holds what is to be changed";
    case MR_DB_ERROR_FULL:
      return "the server has no room left";
    case MR_DB_ERROR_IO:
      return "the server's disk failed";
    case MR_DB_ERROR_CORRUPT:
      return "the server's files are damaged";
    case MR_DB_ERROR_CONFLICT:
      return "the row is refused";
    case MR_DB_ERROR_LOST:
      return "the server cannot be reached";
    case MR_DB_ERROR_FAILED:
    case MR_DB_ERROR_NEWER:
    case MR_DB_ERROR_MISSING:
    default:
      return "the statement failed";
    }
}

void
mr_postgresql_set_error (MrDb *db, const PGresult *result, const char *doing, GError **error)
{
  MrPostgresql *self = db->connection;
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
  const char *primary =
      result != NULL ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  MrDbError code = state != NULL ? translate_state (state) : MR_DB_ERROR_LOST;
  g_autofree char *text = g_strdup (primary != NULL ? primary : PQerrorMessage (self->server));

  if (PQstatus (self->server) == CONNECTION_BAD)
    code = MR_DB_ERROR_LOST;
  if (code == MR_DB_ERROR_LOST)
    db->failed_io = TRUE;
  if (code != MR_DB_ERROR_CONFLICT && code != MR_DB_ERROR_FAILED)
    doing = NULL;
  g_strdelimit (g_strchomp (text), "\n", ' ');
  g_set_error (error, MR_DB_ERROR, code, "%s: %s (%s%s%s%s%s)", db->name, describe_code (code),
               text, doing != NULL ? ": " : "", doing != NULL ? doing : "",
               state != NULL ? ", SQLSTATE " : "", state != NULL ? state : "");
}

/* --- connection --- */

static void
close_connection (MrDb *db)
{
  MrPostgresql *self = db->connection;

  PQfinish (self->server);
  g_free (self);
}

static gboolean
exec_plain (MrDb *db, const char *sql, GError **error)
{
  MrPostgresql *self = db->connection;
  PGresult *result = PQexec (self->server, sql);
  ExecStatusType status = PQresultStatus (result);
  gboolean done =
      status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;

  if (!done)
    mr_postgresql_set_error (db, result, NULL, error);
  PQclear (result);
  return done;
}

static gboolean
exec_sql (MrDb *db, const char *sql, GError **error)
{
  g_autofree char *translated = mr_dialect_translate_schema (sql);

  return exec_plain (db, translated, error);
}

static gboolean
is_in_transaction (MrDb *db)
{
  MrPostgresql *self = db->connection;
  PGTransactionStatusType status = PQtransactionStatus (self->server);

  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

static gboolean
set_durable (MrDb *db, gboolean durable, GError **error)
{
  return exec_plain (db, durable ? "SET synchronous_commit = on" : "SET synchronous_commit = off",
                     error);
}

/* The server looks after its own log. */
static gboolean
checkpoint (MrDb *db, gsize min_wal_bytes, gboolean truncate, GError **error)
{
  return TRUE;
}

static gint64
get_changes (MrDb *db)
{
  MrPostgresql *self = db->connection;

  return self->changes;
}

static int
has_table (MrDb *db, const char *name, GError **error)
{
  gint64 count = 0;

  if (!mr_db_get_int (db, &count, error,
                      "SELECT count(*) FROM pg_catalog.pg_tables "
                      "WHERE schemaname = current_schema() AND tablename = ?1",
                      "s", name))
    return -1;
  return count > 0;
}

/* Rows that brought their numbers along have moved no sequence. */
static gboolean
draw_after (MrDb *db, const char *table, const char *column, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT setval(pg_get_serial_sequence('%s', '%s'), max(%s)) "
                       "FROM %s HAVING max(%s) IS NOT NULL",
                       table, column, column, table, column);

  return exec_plain (db, sql, error);
}

/* --- telling other processes --- */

static gboolean
listen (MrDb *db, GError **error)
{
  return exec_plain (db, "LISTEN millrace", error);
}

static gboolean
await_notice (MrDb *db, int timeout_ms, char **notice, GError **error)
{
  MrPostgresql *self = db->connection;
  struct pollfd waiting = { PQsocket (self->server), POLLIN, 0 };
  PGnotify *told = PQnotifies (self->server);

  *notice = NULL;
  if (told == NULL)
    {
      if (poll (&waiting, 1, timeout_ms) == 0)
        return TRUE;
      if (!PQconsumeInput (self->server))
        {
          mr_postgresql_set_error (db, NULL, NULL, error);
          return FALSE;
        }
      told = PQnotifies (self->server);
    }
  if (told != NULL)
    *notice = g_strdup (told->extra);
  PQfreemem (told);
  return TRUE;
}

static const MrBackend backend = {
  .close = close_connection,
  .exec = exec_sql,
  .in_transaction = is_in_transaction,
  .set_durable = set_durable,
  .checkpoint = checkpoint,
  .backup = mr_copy_to_file,
  .get_changes = get_changes,
  .has_table = has_table,
  .draw_after = draw_after,
  .listen = listen,
  .await_notice = await_notice,
  .prepare = mr_postgresql_prepare,
  .finalize = mr_postgresql_finalize,
  .bind_int = mr_postgresql_bind_int,
  .bind_text = mr_postgresql_bind_text,
  .bind_bytes = mr_postgresql_bind_bytes,
  .bind_null = mr_postgresql_bind_null,
  .bind_column = mr_postgresql_bind_column,
  .step = mr_postgresql_step,
  .reset = mr_postgresql_reset,
  .get_int = mr_postgresql_get_int,
  .get_text = mr_postgresql_get_text,
  .get_bytes = mr_postgresql_get_bytes,
  .is_null = mr_postgresql_is_null,
  /* The view is taken by the first statement that asks for something: so there is one. */
  .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1",
  .begin_write = "BEGIN",
  .take_lock = "SELECT 1 FROM pg_advisory_xact_lock(?1)",
  .log_ends = "SELECT CAST(pg_current_wal_flush_lsn() - '0/0' AS bigint), "
              "coalesce((SELECT CAST(max(flush_lsn - '0/0') AS bigint) "
              "FROM pg_catalog.pg_stat_replication WHERE sync_state IN ('sync', 'quorum')), -1)",
  .notify = "SELECT 1 FROM pg_notify('millrace', ?1)",
  .reads_at_once = TRUE,
};

/* --- opening --- */

/* Where to, without the password that may stand in the location. */
static char *
name_server (PGconn *server, const char *location)
{
  const char *host = PQhost (server), *database = PQdb (server);

  return g_strdup_printf ("postgresql://%s/%s", host != NULL ? host : "",
                          database != NULL ? database : "");
}

static gboolean
check_server (MrDb *db, GError **error)
{
  static const char sql[] =
      "SELECT CAST(datcollate AS text), CAST(pg_encoding_to_char(encoding) AS text), "
      "CAST(datlocprovider AS text) FROM pg_catalog.pg_database WHERE datname = current_database()";
  MrPostgresql *self = db->connection;

  if (PQserverVersion (self->server) < OLDEST_SERVER)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                   "%s is PostgreSQL %d; Millrace needs 15 or newer", db->name,
                   PQserverVersion (self->server) / 10000);
      return FALSE;
    }

  g_autoptr (MrQuery) query = mr_db_select (db, error, sql, "");
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;

  const char *collate = mr_query_get_text (query, 0), *encoding = mr_query_get_text (query, 1);
  gboolean of_libc = strcmp (mr_query_get_text (query, 2), "c") == 0;
  if (of_libc && (strcmp (collate, "C") == 0 || strcmp (collate, "POSIX") == 0) &&
      strcmp (encoding, "UTF8") == 0)
    return TRUE;

  g_set_error (
      error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
      "%s sorts text as %s and keeps it as %s, but Millrace needs C and UTF8, so that every "
      "database puts things in the same order; make one with CREATE DATABASE … TEMPLATE "
      "template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'",
      db->name, of_libc ? collate : "ICU", encoding);
  return FALSE;
}

static gboolean
set_up (MrDb *db, GError **error)
{
  db->durable = (db->flags & MR_DB_DURABLE) != 0;
  return exec_plain (db,
                     "SET client_min_messages = warning; SET timezone = 'UTC'; "
                     "SET lock_timeout = '5s'; SET standard_conforming_strings = on",
                     error) &&
         set_durable (db, db->durable, error) && check_server (db, error) &&
         ((db->flags & MR_DB_WRITE) != 0 ||
          exec_plain (db, "SET default_transaction_read_only = on", error));
}

static MrDb *
open_server (const char *location, MrDbFlags flags, GError **error)
{
  /* What stands later wins: the location may say otherwise. */
  const char *names[] = { "connect_timeout", "fallback_application_name", "dbname",
                          "client_encoding", NULL };
  const char *values[] = { CONNECT_TIMEOUT_S, "millrace-center", location, "UTF8", NULL };
  g_autoptr (MrDb) db = g_new0 (MrDb, 1);
  MrPostgresql *self = g_new0 (MrPostgresql, 1);

  self->server = PQconnectdbParams (names, values, 1);
  db->backend = &backend;
  db->connection = self;
  db->name = name_server (self->server, location);
  db->flags = flags;
  if (PQstatus (self->server) != CONNECTION_OK)
    {
      mr_postgresql_set_error (db, NULL, NULL, error);
      return NULL;
    }
  return set_up (db, error) ? g_steal_pointer (&db) : NULL;
}

void
mr_db_enable_postgresql (void)
{
  mr_db_add_opener ("postgresql:", open_server);
  mr_db_add_opener ("postgres:", open_server);
}
