/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center-fixture.h"
#include "test-database.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

/* Runs the statements of the file it is given, each in a transaction that is undone, on a small center, and
 * says what came of each: for center-statements.py. A line is a name, the types of the parameters or ?, and the
 * statement, between tabs. */

/* As PostgreSQL understands the parameters: i, s or b each, x for anything else. */
static char *
ask_types (const char *location, const char *sql)
{
  PGconn *server = PQconnectdb (location);
  g_autoptr (GString) numbered = g_string_new (sql);
  GString *types = g_string_new (NULL);
  PGresult *result;

  /* No statement of the center has a question mark in a string. */
  g_string_replace (numbered, "?", "$", 0);
  result = PQprepare (server, "asked", numbered->str, 0, NULL);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    g_error ("%s: %s", sql, PQerrorMessage (server));
  PQclear (result);
  result = PQdescribePrepared (server, "asked");
  for (int i = 0; i < PQnparams (result); i++)
    {
      Oid type = PQparamtype (result, i);

      g_string_append_c (types, type == 20 ? 'i' : type == 25 ? 's' : type == 17 ? 'b' : 'x');
    }
  PQclear (result);
  PQfinish (server);
  return g_string_free (types, FALSE);
}

static void
bind_something (MrQuery *query, const char *types)
{
  static const guint8 bytes[16] = { 1, 2, 3 };

  for (int i = 0; types[i] != '\0'; i++)
    if (types[i] == 's')
      mr_query_bind_text (query, i + 1, "shop");
    else if (types[i] == 'b')
      mr_query_bind_bytes (query, i + 1, bytes, sizeof bytes);
    else
      mr_query_bind_int (query, i + 1, 1);
}

static char *
run_one (MrDb *db, const char *sql, const char *types)
{
  g_autoptr (GError) error = NULL;
  MrQuery *query;
  MrStep step = MR_STEP_ERROR;
  char *outcome;
  guint n = 0;

  mr_db_begin (db, &error);
  g_assert_no_error (error);
  query = mr_db_query (db, sql, &error);
  if (query != NULL)
    {
      bind_something (query, types);
      for (; (step = mr_query_step (query, &error)) == MR_STEP_ROW; n++)
        ;
    }
  if (step == MR_STEP_DONE)
    outcome = g_strdup_printf ("%u rows, %" G_GINT64_FORMAT " changed", n,
                               g_str_has_prefix (sql, "SELECT") ? 0 : mr_db_get_changes (db));
  else if (g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_CONFLICT))
    outcome = g_strdup ("refused");
  else
    outcome = g_strdup_printf ("error: %s", error->message);
  mr_db_rollback (db);
  return outcome;
}

int
main (int argc, char **argv)
{
  CenterFixture fixture = { 0 };
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_assert (argc == 2);
  g_file_get_contents (argv[1], &text, NULL, &error);
  g_assert_no_error (error);
  center_fixture_set_up (&fixture, NULL);
  fake_till_sell (&fixture.till, 3);
  center_fixture_push (&fixture, &fixture.till, 0, 1, 200);
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; **line != '\0'; line++)
    {
      g_auto (GStrv) parts = g_strsplit (*line, "\t", 3);
      g_autofree char *types = test_database_is_server ()
                                   ? ask_types (fixture.location, parts[2])
                                   : g_strdup (strcmp (parts[1], "-") == 0 ? "" : parts[1]);
      g_autofree char *outcome = run_one (mr_center_get_db (fixture.center), parts[2], types);

      g_print ("%s\t%s\t%s\n", parts[0], *types != '\0' ? types : "-", outcome);
    }
  center_fixture_tear_down (&fixture, NULL);
  return 0;
}
