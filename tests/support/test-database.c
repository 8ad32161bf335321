/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-database.h"

#include "db/db.h"

#include <string.h>
#include <unistd.h>

static guint n_databases;

gboolean
test_database_is_server (void)
{
  return g_getenv ("MR_TEST_POSTGRESQL") != NULL;
}

/* The location @server with another database than postgres. */
static char *
replace_database (const char *server, const char *name)
{
  const char *at = strstr (server, "/postgres?");

  /* postgresql:///postgres?host=… */
  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s/%s%s", (int) (at - server), server, name,
                          at + strlen ("/postgres"));
}

static char *
create_database (const char *template)
{
  const char *server = g_getenv ("MR_TEST_POSTGRESQL");
  g_autofree char *name = g_strdup_printf ("center_%d_%u", (int) getpid (), ++n_databases);
  g_autofree char *sql = g_strconcat ("CREATE DATABASE ", name, " TEMPLATE ", template, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = NULL;

  mr_db_enable_postgresql ();
  db = mr_db_open (server, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  mr_db_exec (db, sql, &error);
  g_assert_no_error (error);
  return replace_database (server, name);
}

char *
test_database_new (const char *dir)
{
  return test_database_is_server () ? create_database ("template0")
                                    : g_strconcat ("sqlite:", dir, "/center.db", NULL);
}

char *
test_database_copy (const char *location, const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY, &error);

  g_assert_no_error (error);
  if (test_database_is_server ())
    {
      g_autofree char *name =
          mr_db_get_text (db, &error, "SELECT CAST(current_database() AS text)", "");

      g_assert_no_error (error);
      g_clear_pointer (&db, mr_db_close);
      return create_database (name);
    }
  mr_db_backup (db, path, &error);
  g_assert_no_error (error);
  return g_strconcat ("sqlite:", path, NULL);
}
