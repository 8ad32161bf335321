/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/postgresql.h"

#include <string.h>

/* A longer name would be cut by the server (NAMEDATALEN). */
#define MAX_NAME 63
#define FILLING "_restoring"

static const char select_name[] = "SELECT CAST(current_database() AS text)";
static const char select_others[] =
    "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

/* The same server and user, another database: a URI of what @location says itself. */
static char *
name_beside (const char *location, const char *database)
{
  PQconninfoOption *options = PQconninfoParse (location, NULL);
  GString *uri = g_string_new ("postgresql:///");
  char before = '?';

  g_string_append_uri_escaped (uri, database, NULL, FALSE);
  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (option->val != NULL && strcmp (option->keyword, "dbname") != 0)
      {
        g_string_append_printf (uri, "%c%s=", before, option->keyword);
        g_string_append_uri_escaped (uri, option->val, NULL, FALSE);
        before = '&';
      }
  PQconninfoFree (options);
  return g_string_free (uri, FALSE);
}

/* A connection to another database of the server, as one that is renamed may have none: every server has one
 * of these. */
static MrDb *
open_desk (const char *location, GError **error)
{
  g_autofree char *usual = name_beside (location, "postgres");
  g_autofree char *always = name_beside (location, "template1");
  MrDb *db = mr_db_open (usual, MR_DB_WRITE, NULL);

  return db != NULL ? db : mr_db_open (always, MR_DB_WRITE, error);
}

static char *
quote (MrDb *db, const char *name)
{
  MrPostgresql *self = db->connection;
  char *quoted = PQescapeIdentifier (self->server, name, strlen (name));
  char *copy = g_strdup (quoted);

  PQfreemem (quoted);
  return copy;
}

static gboolean
drop_database (MrDb *desk, const char *name, GError **error)
{
  g_autofree char *quoted = quote (desk, name);
  g_autofree char *sql = g_strconcat ("DROP DATABASE IF EXISTS ", quoted, NULL);

  return mr_db_exec (desk, sql, error);
}

static gboolean
make_database (MrDb *desk, const char *name, GError **error)
{
  g_autofree char *quoted = quote (desk, name);
  g_autofree char *sql = g_strconcat (
      "CREATE DATABASE ", quoted,
      " TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'", NULL);

  /* Left by one that was cut short. */
  if (drop_database (desk, name, error) && mr_db_exec (desk, sql, error))
    return TRUE;
  g_prefix_error (error,
                  "a new database for the backup could not be made beside the old one (give this "
                  "user the right to with ALTER ROLE … CREATEDB, or say an empty database): ");
  return FALSE;
}

/* Both names change, or neither. */
static gboolean
swap_names (MrDb *desk, const char *name, const char *filled, const char *kept, GError **error)
{
  g_autofree char *old_name = quote (desk, name);
  g_autofree char *new_name = quote (desk, filled);
  g_autofree char *kept_name = quote (desk, kept);
  g_autofree char *aside =
      g_strconcat ("ALTER DATABASE ", old_name, " RENAME TO ", kept_name, NULL);
  g_autofree char *place = g_strconcat ("ALTER DATABASE ", new_name, " RENAME TO ", old_name, NULL);

  if (mr_db_begin (desk, error) && mr_db_exec (desk, aside, error) &&
      mr_db_exec (desk, place, error))
    return mr_db_commit (desk, error);
  mr_db_rollback (desk);
  return FALSE;
}

static gboolean
fill (MrDb *file, const char *location, const char *resource_dir, GError **error)
{
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE | MR_DB_DURABLE, error);

  return db != NULL && mr_db_migrate (db, resource_dir, 0, error) && mr_copy_rows (file, db, error);
}

static gboolean
fill_beside (MrDb *file, const char *location, const char *resource_dir, const char *name,
             const char *kept, GError **error)
{
  g_autofree char *filled = g_strconcat (name, FILLING, NULL);
  g_autofree char *beside = name_beside (location, filled);
  g_autoptr (MrDb) desk = open_desk (location, error);

  if (desk == NULL || !make_database (desk, filled, error))
    return FALSE;
  if (fill (file, beside, resource_dir, error) && swap_names (desk, name, filled, kept, error))
    return TRUE;
  drop_database (desk, filled, NULL);
  return FALSE;
}

/* What is there: its name, and whether it holds anything. Nobody else may have it open. */
static char *
look_at (MrDb *file, const char *location, gboolean *used, GError **error)
{
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, error);
  gint64 n_others = 0;

  if (db == NULL || !mr_db_get_int (db, &n_others, error, select_others, ""))
    return NULL;
  if (n_others > 0)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY,
                   "%s is being served or used by others (%" G_GINT64_FORMAT
                   " connections): stop them first",
                   db->name, n_others);
      return NULL;
    }
  return mr_copy_is_used (file, db, used, error) ? mr_db_get_text (db, error, select_name, "")
                                                 : NULL;
}

gboolean
mr_db_replace (const char *location, const char *path, const char *resource_dir, const char *suffix,
               char **kept, GError **error)
{
  g_autofree char *from = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (MrDb) file = mr_db_open (from, MR_DB_READ_ONLY | MR_DB_STILL, error);
  g_autofree char *name = NULL;
  g_autofree char *aside = NULL;
  gboolean used;

  *kept = NULL;
  if (file == NULL || !mr_db_check_migrated (file, resource_dir, error) ||
      (name = look_at (file, location, &used, error)) == NULL)
    return FALSE;
  if (!used)
    return fill (file, location, resource_dir, error);
  aside = g_strconcat (name, suffix, NULL);
  if (MAX (strlen (aside), strlen (name) + strlen (FILLING)) > MAX_NAME)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_FAILED,
                   "“%s” is too long a name to be kept beside: rename the database", name);
      return FALSE;
    }
  if (!fill_beside (file, location, resource_dir, name, aside, error))
    return FALSE;
  *kept = g_steal_pointer (&aside);
  return TRUE;
}
