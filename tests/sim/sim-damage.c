/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <string.h>

/* Bits that turn over in what was on the disk for good.
 *
 *   R(t), J(t)    the replica's files and the journal of till t; x ⊕ b is x with bit b turned over
 *   A(t)          the last audit that compared R(t) with the center's checksums
 *
 *   replica       R(t) ⊕ b never keeps its till from starting; from A(t) on, or from the moment SQLite
 *                 finds it, R(t, f) = P(f, pos(t, f)) again: until then t is not held to that
 *   journal       verify (J(t) ⊕ b) names what is damaged, or content (J(t) ⊕ b) = content (J(t))
 */

/* No bits of the catalog's search: it is derived, and the audit does not look at it. */
static const char SQL_REPLICA_PAGES[] =
    "SELECT pageno FROM dbstat JOIN sqlite_schema s USING (name)"
    " WHERE name NOT LIKE 'search%' AND ncell > 0 ORDER BY pageno";
static const char SQL_JOURNAL_PAGES[] = "SELECT pageno FROM dbstat WHERE name IN ('entry', "
                                        "'receipt', 'movement', 'shift') AND ncell > 0"
                                        " ORDER BY pageno";
/* All that a sale is: its entry, its receipt, what it moved. */
static const char *const sql_contents[] = {
  "SELECT quote (writer) || quote (n) || quote (id) || quote (kind) || quote (schema) || quote (at)"
  " || quote (body) || quote (h) FROM entry NOT INDEXED ORDER BY 1",
  "SELECT quote (writer) || quote (number) || quote (entry_id) || quote (label) FROM receipt"
  " NOT INDEXED ORDER BY 1",
};
/* Of each journal at the end. */
#define N_JOURNAL_FLIPS 4

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Paths of the files of the till's replicas, always in one order. (element-type utf8) */
static GPtrArray *
list_replica_files (SimTill *till)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (till->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (strcmp (name, "shop.db") == 0 ||
        (g_str_has_prefix (name, "catalog-") && g_str_has_suffix (name, ".db")))
      g_ptr_array_add (paths, g_strconcat (till->dir, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  return paths;
}

/* One bit in a page of a table of the database at @path. When nobody has it open, what was committed goes from the
 * log to its place first, as when a program ends: a bit in the log would only shorten it. */
static gboolean
flip_in_tables (Sim *sim, const char *path, const char *sql_pages, gboolean is_open)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (MrDb) db = mr_db_open (location, is_open ? MR_DB_READ_ONLY : MR_DB_WRITE, NULL);
  g_autoptr (GArray) pages = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MrQuery) query = NULL;
  gint64 size = 0, page;

  if (db == NULL || (!is_open && !mr_db_checkpoint (db, 0, TRUE, NULL)) ||
      !mr_db_get_int (db, &size, NULL, "PRAGMA page_size", ""))
    return FALSE;
  query = mr_db_select (db, NULL, sql_pages, "");
  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      page = mr_query_get_int (query, 0);
      g_array_append_val (pages, page);
    }
  g_clear_pointer (&query, mr_query_reset);
  g_clear_pointer (&db, mr_db_close);
  if (pages->len == 0)
    return FALSE;
  page = g_array_index (pages, gint64, sim_below (sim, pages->len));
  return fault_vfs_flip (sim->vfs, path, (page - 1) * size, page * size);
}

/* --- replicas ---------------------------------------------------------------------------------- */

void
sim_damage_replica (Sim *sim, SimTill *till)
{
  g_autoptr (GPtrArray) paths = NULL;
  gboolean is_running = till->till != NULL;
  const char *path;

  if (!sim->damages_files || !sim_chance (sim, 400))
    return;
  paths = list_replica_files (till);
  if (paths->len == 0)
    return;
  path = g_ptr_array_index (paths, sim_below (sim, paths->len));
  if (!flip_in_tables (sim, path, SQL_REPLICA_PAGES, is_running))
    return;
  sim_count_fault (sim, is_running ? SIM_REPLICA_DAMAGED_RUNNING : SIM_REPLICA_DAMAGED);
  sim_note (sim, "till %u: a bit has turned over in %s", till->index, path);
  till->is_damaged = TRUE;
  till->is_rebuilding = FALSE;
  till->audited_us = 0;
  if (is_running)
    {
      MrSyncStatus status;

      mr_sync_get_status (mr_till_get_sync (till->till), &status);
      till->audited_us = status.audited_us;
    }
}

void
sim_damage_watch (Sim *sim, SimTill *till, const MrSyncStatus *status)
{
  if (!till->is_damaged || status->audited_us == 0 || status->audited_us == till->audited_us)
    return;
  if (status->rebuilt_us != 0 && !till->is_rebuilding)
    {
      till->is_rebuilding = TRUE;
      sim->counts[SIM_DAMAGE_AUDITED]++;
      sim_note (sim, "till %u: the audit found its replica damaged", till->index);
    }
  if (!status->idle)
    return;
  till->is_damaged = till->is_rebuilding = FALSE;
  /* The replica that nobody looked at meanwhile may be another file of the same name, and is looked at now. */
  sim_watch_forget (till);
}

gboolean
sim_damage_is_mended (Sim *sim)
{
  for (guint i = 0; i < sim->n_tills; i++)
    {
      sim_watch_till (sim, &sim->tills[i]);
      /* Whom the center does not trust is told nothing, and audits nothing. */
      if (sim->tills[i].is_damaged && !sim->tills[i].is_fenced)
        return FALSE;
    }
  return TRUE;
}

/* --- journals ---------------------------------------------------------------------------------- */

/* (nullable): not all of it can be read */
static char *
write_contents (const char *path)
{
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; db != NULL && i < G_N_ELEMENTS (sql_contents); i++)
    {
      g_autoptr (MrQuery) query = mr_db_select (db, NULL, sql_contents[i], "");
      MrStep step = MR_STEP_ERROR;

      while (query != NULL && (step = mr_query_step (query, NULL)) == MR_STEP_ROW)
        g_string_append_printf (text, "%s\n", mr_query_get_text (query, 0));
      if (step != MR_STEP_DONE)
        return NULL;
    }
  return db == NULL ? NULL : g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check_flip (Sim *sim, SimTill *till, const char *path, const char *before)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;
  MrVerifyResult result = { 0 };

  if (!flip_in_tables (sim, path, SQL_JOURNAL_PAGES, FALSE))
    return;
  sim->counts[SIM_JOURNAL_DAMAGED]++;
  after = write_contents (path);
  if (!mr_journal_verify (path, &result, &error))
    sim_note (sim, "till %u: the damaged journal cannot be read: %s", till->index, error->message);
  else if (result.bad_writer != 0)
    sim->counts[SIM_DAMAGE_NAMED]++;
  else if (g_strcmp0 (before, after) != 0)
    sim_fail (sim, "till %u: a bit of its journal turned over, and it verifies", till->index);
  g_free (result.reason);
}

void
sim_damage_check_journal (Sim *sim, SimTill *till)
{
  g_autofree char *path = g_strconcat (till->dir, "journal.db", NULL);
  MrVerifyResult result = { 0 };
  gboolean whole = mr_journal_verify (path, &result, NULL) && result.bad_writer == 0;

  g_free (result.reason);
  /* One that has a poison entry is not whole to begin with. */
  for (guint i = 0; sim->damages_files && whole && i < N_JOURNAL_FLIPS; i++)
    {
      g_autofree char *dir = g_strdup_printf ("%s/damaged-%u-%u/", sim->dir, till->index, i);
      g_autofree char *copy = g_strconcat (dir, "journal.db", NULL);
      g_autofree char *before = NULL;

      sim_till_copy_journal (till->dir, dir);
      before = write_contents (copy);
      check_flip (sim, till, copy, before);
    }
}
