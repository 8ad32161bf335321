/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <string.h>

/* What must hold at rest, when no more faults come.
 *
 *   J(t), C       the entries of till t's journal; the entries of the center
 *   answered(t)   what the cashier was told is done, or paid
 *   sales(J)      entries of kind sale; receipts(J) the rows of table receipt
 *
 *   durable       answered(t) ⊆ J(t); one receipt under its label for what was paid
 *   no orphan     { e.id : e ∈ sales(J(t)), readable } = { r.entry_id : r ∈ receipts(J(t)) }
 *   nothing lost  ⋃ J(t) ⊆ C, bodies and hashes equal; what a disk that is gone left at the center stays
 *   nothing made  |C| = Σ |J(t)|, where no disk was copied; each id has an effect once
 *   chains        each journal verifies; at the center max n = count = acked for each writer
 *   receipts      numbers of each writer are 1 … k, each once
 *   settled       state(e) = applied, or what a poison or unknown entry has to be
 *   convergence   R(t, f) = feed f, row by row, and each good is found by its code and its name
 *   on hand       shown(t, g) = level(g) at the center
 *   mine          acked = applied = |J(t)| for each till's own writer
 */

static const char SQL_TILL_ENTRIES[] =
    "SELECT id, body, h, writer || '/' || n || ' ' || kind FROM entry ORDER BY writer, n";
static const char SQL_CENTER_ENTRY[] = "SELECT body, h, state FROM entry WHERE uuid = ?1";
static const char SQL_COUNT_ENTRIES[] = "SELECT count(*) FROM entry";
static const char SQL_COUNT_RECEIPTS[] =
    "SELECT count(*) FROM receipt WHERE entry_id = ?1 AND label = ?2";
static const char SQL_COUNT_ANSWERED[] = "SELECT count(DISTINCT id) FROM entry WHERE id = ?1";
static const char SQL_RECEIPTS[] =
    "SELECT writer, count(*), count(DISTINCT number), min(number), max(number) FROM receipt"
    " GROUP BY writer";
static const char SQL_BREAK_RECEIPT[] =
    "UPDATE receipt SET number = 1000000 + number WHERE number = 2";
static const char SQL_APPLIED[] =
    "SELECT count(*) FROM entry WHERE uuid = ?1 AND body = ?2 AND state <> 'duplicate'";
static const char SQL_APPLIED_ID[] =
    "SELECT count(*) FROM entry WHERE uuid = ?1 AND state = 'applied'";
static const char SQL_UNSETTLED[] =
    "SELECT uuid, state FROM entry WHERE state NOT IN ('applied', 'duplicate')";
static const char SQL_TORN_CHAINS[] =
    "SELECT count(*) FROM writer w WHERE w.acked <> (SELECT count(*) FROM entry e"
    " WHERE e.shop_id = w.shop_id AND e.writer_id = w.id)"
    " OR w.acked <> (SELECT coalesce (max (n), 0) FROM entry e"
    " WHERE e.shop_id = w.shop_id AND e.writer_id = w.id)";
static const char SQL_LEVELS[] = "SELECT good_id, quantity FROM level WHERE location_id = ?1";
static const char SQL_PARTED[] = "SELECT count(*) - 1 FROM writer";
static const char SQL_ORPHANS[] =
    "SELECT (SELECT count(*) FROM entry WHERE kind = 'sale' AND json_extract (CAST (body AS TEXT),"
    " '$.receipt') IS NOT NULL AND id NOT IN (SELECT entry_id FROM receipt))"
    " + (SELECT count(*) FROM receipt WHERE entry_id NOT IN (SELECT id FROM entry))";
static const char SQL_FEED[] =
    "SELECT id, version, salt FROM feed WHERE kind = ?1 AND scope_id = ?2";
static const char SQL_FEED_ROWS[] =
    "SELECT tbl || '/' || id || '@' || v || ' ' || fields FROM feed_row WHERE feed_id = ?1"
    " AND fields IS NOT NULL AND tbl = ?2 ORDER BY 1";
static const char SQL_FEED_TABLES[] =
    "SELECT DISTINCT tbl FROM feed_row WHERE feed_id = ?1 AND fields IS NOT NULL";

static MrDb *
open_db (Sim *sim, const char *path, MrDbFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = g_strconcat ("sqlite:", path, NULL);
  MrDb *db = mr_db_open (location, flags, &error);

  if (db == NULL)
    sim_fail (sim, "%s does not open: %s", path, error->message);
  return db;
}

static gint64
get_int (Sim *sim, MrDb *db, const char *sql, const char *types, gint64 a, gint64 b)
{
  g_autoptr (GError) error = NULL;
  gint64 value = 0;
  gboolean found;

  if (*types == '\0')
    found = mr_db_get_int (db, &value, &error, sql, "");
  else if (strlen (types) == 1)
    found = mr_db_get_int (db, &value, &error, sql, types, a);
  else
    found = mr_db_get_int (db, &value, &error, sql, types, a, b);
  if (!found)
    sim_fail (sim, "no row of %s", sql);
  return value;
}

/* --- the books --------------------------------------------------------------------------------- */

static gboolean
is_same (MrQuery *a, int column_a, MrQuery *b, int column_b)
{
  gsize length_a, length_b;
  gconstpointer bytes_a = mr_query_get_bytes (a, column_a, &length_a);
  gconstpointer bytes_b = mr_query_get_bytes (b, column_b, &length_b);

  return length_a == length_b && memcmp (bytes_a, bytes_b, length_a) == 0;
}

/* What the center has to make of an entry. */
static const char *
get_state (Sim *sim, gconstpointer bytes)
{
  MrId id;
  char text[MR_ID_STRING_SIZE];
  const char *state;

  memcpy (id.bytes, bytes, sizeof id.bytes);
  state = g_hash_table_lookup (sim->put_aside, mr_id_format (id, text));
  return state == NULL ? "applied" : state;
}

/* Every entry of the till stands at the center once, byte for byte, and had its effect. */
static gint64
compare_entries (Sim *sim, SimTill *till, MrDb *db)
{
  MrDb *center = mr_center_get_db (sim->center);
  g_autoptr (MrQuery) own = mr_db_select (db, NULL, SQL_TILL_ENTRIES, "");
  gint64 n = 0;

  while (own != NULL && mr_query_step (own, NULL) == MR_STEP_ROW)
    {
      gsize length;
      gconstpointer id = mr_query_get_bytes (own, 0, &length);
      g_autoptr (MrQuery) there = mr_db_select (center, NULL, SQL_CENTER_ENTRY, "b", id, length);

      n++;
      if (there == NULL || mr_query_step (there, NULL) != MR_STEP_ROW)
        sim_fail (sim, "till %u: entry %" G_GINT64_FORMAT " is not at the center", till->index, n);
      else if (!is_same (own, 1, there, 0) || !is_same (own, 2, there, 1))
        sim_fail (sim, "till %u: entry %" G_GINT64_FORMAT " differs at the center", till->index, n);
      else if (strcmp (mr_query_get_text (there, 2), get_state (sim, id)) != 0)
        sim_fail (sim, "till %u: entry %" G_GINT64_FORMAT " is %s at the center", till->index, n,
                  mr_query_get_text (there, 2));
      else if (mr_query_step (there, NULL) == MR_STEP_ROW)
        sim_fail (sim, "till %u: entry %" G_GINT64_FORMAT " is twice at the center", till->index,
                  n);
    }
  return n;
}

/* Of tills whose disks were copied: once applied, however many chains it came by. */
static void
find_entries (Sim *sim, SimTill *till, MrDb *db)
{
  g_autoptr (MrQuery) own = mr_db_select (db, NULL, SQL_TILL_ENTRIES, "");

  while (own != NULL && mr_query_step (own, NULL) == MR_STEP_ROW)
    {
      gsize id_length, body_length;
      gconstpointer id = mr_query_get_bytes (own, 0, &id_length);
      gconstpointer body = mr_query_get_bytes (own, 1, &body_length);
      gint64 n = 0;

      mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_APPLIED, "bb", id, id_length,
                     body, body_length);
      if (n != 1)
        sim_fail (sim, "till %u: entry %s of its journal has an effect %d times at the center",
                  till->index, mr_query_get_text (own, 3), (int) n);
    }
}

static void
check_left_at_center (Sim *sim)
{
  for (guint i = 0; i < sim->left_at_center->len; i++)
    {
      const MrId *id = &g_array_index (sim->left_at_center, MrId, i);
      gint64 n = 0;

      mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_APPLIED_ID, "b", id->bytes,
                     sizeof id->bytes);
      if (n != 1)
        sim_fail (sim, "a sale of a disk that is gone is applied %d times at the center", (int) n);
    }
}

static void
check_answered (Sim *sim, SimTill *till, MrDb *db)
{
  for (guint i = 0; i < till->answered->len; i++)
    {
      const SimAnswered *answered = &g_array_index (till->answered, SimAnswered, i);
      gint64 n = 0;

      if (*answered->label != '\0')
        mr_db_get_int (db, &n, NULL, SQL_COUNT_RECEIPTS, "bs", answered->id.bytes,
                       sizeof answered->id.bytes, answered->label);
      else
        mr_db_get_int (db, &n, NULL, SQL_COUNT_ANSWERED, "b", answered->id.bytes,
                       sizeof answered->id.bytes);
      if (n != 1)
        sim_fail (sim, "till %u: the answered entry %02x%02x %s is %d times in the journal",
                  till->index, answered->id.bytes[14], answered->id.bytes[15], answered->label,
                  (int) n);
    }
}

static void
check_receipts (Sim *sim, SimTill *till, MrDb *db)
{
  g_autoptr (MrQuery) query = mr_db_select (db, NULL, SQL_RECEIPTS, "");

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      gint64 n = mr_query_get_int (query, 1);

      if (mr_query_get_int (query, 2) != n || mr_query_get_int (query, 3) != 1 ||
          mr_query_get_int (query, 4) != n)
        sim_fail (sim, "till %u: %d receipts have numbers from %d to %d, %d different", till->index,
                  (int) n, (int) mr_query_get_int (query, 3), (int) mr_query_get_int (query, 4),
                  (int) mr_query_get_int (query, 2));
    }
}

/* A body nobody can read was written on purpose: the walk ends there, and rightly. */
static gboolean
is_put_aside (Sim *sim, const char *path, const MrVerifyResult *result)
{
  g_autoptr (MrDb) db = open_db (sim, path, MR_DB_READ_ONLY);
  g_autoptr (MrQuery) query =
      db == NULL ? NULL
                 : mr_db_select (db, NULL, "SELECT id FROM entry WHERE writer = ?1 AND n = ?2",
                                 "ii", result->bad_writer, result->bad_n);
  gsize length;

  return query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW &&
         strcmp (get_state (sim, mr_query_get_bytes (query, 0, &length)), "quarantined") == 0;
}

static void
verify_journal (Sim *sim, SimTill *till, const char *path)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result = { 0 };

  if (!mr_journal_verify (path, &result, &error))
    sim_fail (sim, "till %u: the journal cannot be read: %s", till->index, error->message);
  else if (result.bad_writer != 0 && !is_put_aside (sim, path, &result))
    sim_fail (sim, "till %u: entry %" G_GINT64_FORMAT " does not verify: %s", till->index,
              result.bad_n, result.reason);
  g_free (result.reason);
}

static gint64
check_journal (Sim *sim, SimTill *till)
{
  g_autofree char *path = g_strconcat (till->dir, "journal.db", NULL);
  g_autoptr (MrDb) db = NULL;

  if (sim->broken == SIM_REPEATED_RECEIPT)
    {
      g_autoptr (MrDb) writer = open_db (sim, path, MR_DB_WRITE);

      mr_db_exec (writer, SQL_BREAK_RECEIPT, NULL);
    }
  db = open_db (sim, path, MR_DB_READ_ONLY);
  if (db == NULL)
    return 0;
  sim->counts[SIM_CHAIN_PARTED] += (guint64) get_int (sim, db, SQL_PARTED, "", 0, 0);
  check_answered (sim, till, db);
  check_receipts (sim, till, db);
  if (get_int (sim, db, SQL_ORPHANS, "", 0, 0) != 0)
    sim_fail (sim, "till %u: a sale without its entry, or an entry without its sale", till->index);
  verify_journal (sim, till, path);
  if (!sim->copies_disks)
    return compare_entries (sim, till, db);
  find_entries (sim, till, db);
  return 0;
}

/* --- the replicas ------------------------------------------------------------------------------ */

static GPtrArray *
list_texts (MrQuery *query)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    g_ptr_array_add (texts, g_strdup (mr_query_get_text (query, 0)));
  return texts;
}

static void
compare_table (Sim *sim, SimTill *till, MrDb *replica, gint64 feed_id, gsize index)
{
  g_autoptr (MrQuery) theirs = mr_db_select (mr_center_get_db (sim->center), NULL, SQL_FEED_ROWS,
                                             "is", feed_id, sim_replica_tables[index].table);
  g_autoptr (MrQuery) ours = mr_db_select (replica, NULL, sim_replica_tables[index].sql, "");
  g_autoptr (GPtrArray) expected = list_texts (theirs);
  g_autoptr (GPtrArray) got = list_texts (ours);

  for (guint i = 0; i < MAX (expected->len, got->len); i++)
    {
      const char *want = i < expected->len ? g_ptr_array_index (expected, i) : "nothing";
      const char *have = i < got->len ? g_ptr_array_index (got, i) : "nothing";

      if (strcmp (want, have) != 0)
        sim_fail (sim, "till %u: %s: the center says %s, the replica %s", till->index,
                  sim_replica_tables[index].table, want, have);
    }
}

/* A table the checks do not know would go unchecked. */
static void
check_known_tables (Sim *sim, gint64 feed_id, const char *feed)
{
  g_autoptr (MrQuery) query =
      mr_db_select (mr_center_get_db (sim->center), NULL, SQL_FEED_TABLES, "i", feed_id);

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      gboolean known = FALSE;

      for (gsize i = 0; i < sim_n_replica_tables; i++)
        known |= strcmp (sim_replica_tables[i].feed, feed) == 0 &&
                 strcmp (sim_replica_tables[i].table, mr_query_get_text (query, 0)) == 0;
      if (!known)
        sim_fail (sim, "table %s of the %s feed is not checked", mr_query_get_text (query, 0),
                  feed);
    }
}

static void
compare_feed (Sim *sim, SimTill *till, const char *feed, gint64 scope_id, const char *path)
{
  g_autoptr (MrQuery) query =
      mr_db_select (mr_center_get_db (sim->center), NULL, SQL_FEED, "si", feed, scope_id);
  g_autoptr (MrDb) replica = open_db (sim, path, MR_DB_READ_ONLY);
  gint64 feed_id;

  if (replica == NULL || query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    {
      sim_fail (sim, "no %s feed to compare", feed);
      return;
    }
  feed_id = mr_query_get_int (query, 0);
  check_known_tables (sim, feed_id, feed);
  for (gsize i = 0; i < sim_n_replica_tables; i++)
    if (strcmp (sim_replica_tables[i].feed, feed) == 0)
      compare_table (sim, till, replica, feed_id, i);
}

/* Everything the catalog finds by is derived: each good is found by its code and by its name. */
static void
check_finding (Sim *sim, SimTill *till, const char *path)
{
  g_autoptr (MrCatalog) catalog = mr_catalog_open (path, NULL);

  for (guint i = 0; catalog != NULL && i < sim->n_goods; i++)
    {
      g_autofree char *barcode = g_strdup_printf ("69%011u", i);
      g_autoptr (GPtrArray) found =
          mr_catalog_find_barcode (catalog, barcode, till->world.now_us, NULL);
      g_autoptr (GPtrArray) searched = NULL;
      const MrGood *good;

      /* Added at the center after the backup it went back to. */
      if (found == NULL || found->len == 0)
        continue;
      good = g_ptr_array_index (found, 0);
      searched = mr_catalog_search (catalog, good->name, 10, till->world.now_us, NULL);
      if (searched == NULL || searched->len == 0)
        sim_fail (sim, "till %u: “%s” is not found by its name", till->index, good->name);
    }
}

/* With nothing on its way, what a till shows to be on hand is what the center says there is. */
static void
check_on_hand (Sim *sim, SimTill *till)
{
  g_autoptr (MrQuery) levels = mr_db_select (mr_center_get_db (sim->center), NULL, SQL_LEVELS, "i",
                                             sim->shops[till->shop].location_id);

  while (levels != NULL && mr_query_step (levels, NULL) == MR_STEP_ROW)
    {
      gint64 shown = 0;

      mr_shelf_get_on_hand (mr_till_get_shelf (till->till), mr_query_get_int (levels, 0), &shown);
      if (shown != mr_query_get_int (levels, 1))
        sim_fail (sim,
                  "till %u: of good %" G_GINT64_FORMAT " it shows %" G_GINT64_FORMAT
                  ", the center has %" G_GINT64_FORMAT,
                  till->index, mr_query_get_int (levels, 0), shown, mr_query_get_int (levels, 1));
    }
}

static void
check_replicas (Sim *sim, SimTill *till)
{
  g_autofree char *shop_path = g_strconcat (till->dir, "shop.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShop) shop = mr_shop_open_reader (till->dir, &error);
  g_autoptr (MrJournal) journal = mr_journal_open_reader (till->dir, NULL);
  g_autofree char *file = shop == NULL ? NULL : mr_shop_dup_catalog (shop);
  g_autofree char *catalog_path = file == NULL ? NULL : g_strconcat (till->dir, file, NULL);
  MrId writer;
  MrMine mine = { 0 };
  MrHash h;
  gint64 n = 0;

  compare_feed (sim, till, "shop", sim->shops[till->shop].id, shop_path);
  if (catalog_path == NULL)
    {
      sim_fail (sim, "till %u has no catalog: %s", till->index,
                error != NULL ? error->message : "none is named");
      return;
    }
  check_on_hand (sim, till);
  compare_feed (sim, till, "region", sim->shops[till->shop].region_id, catalog_path);
  check_finding (sim, till, catalog_path);
  mr_journal_get_head (journal, &writer, &n, &h, NULL);
  if (!mr_shop_get_mine (shop, writer, &mine) || mine.acked != n || mine.applied != n)
    sim_fail (sim, "till %u: %d entries, the replica knows of %d, its levels of %d", till->index,
              (int) n, (int) mine.acked, (int) mine.applied);
}

/* Nobody's entry waits at the center but those that have to. */
static void
check_settled (Sim *sim)
{
  g_autoptr (MrQuery) query =
      mr_db_select (mr_center_get_db (sim->center), NULL, SQL_UNSETTLED, "");

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      gsize length;
      const char *state = get_state (sim, mr_query_get_bytes (query, 0, &length));

      if (strcmp (state, mr_query_get_text (query, 1)) != 0)
        sim_fail (sim, "the center has made an entry %s that is %s", mr_query_get_text (query, 1),
                  state);
    }
}

void
sim_check (Sim *sim)
{
  MrDb *center = mr_center_get_db (sim->center);
  gint64 n_entries = 0;

  for (guint i = 0; i < sim->n_tills; i++)
    {
      n_entries += check_journal (sim, &sim->tills[i]);
      sim_damage_check_journal (sim, &sim->tills[i]);
      if (!sim->tills[i].is_fenced)
        check_replicas (sim, &sim->tills[i]);
    }
  sim_check_stock (sim);
  sim_check_money (sim);
  sim_check_returns (sim);
  sim_check_numbers (sim);
  check_left_at_center (sim);
  check_settled (sim);
  if (get_int (sim, center, SQL_TORN_CHAINS, "", 0, 0) != 0)
    sim_fail (sim, "a chain at the center has a gap, or is not as long as the center says");
  if (!sim->copies_disks && get_int (sim, center, SQL_COUNT_ENTRIES, "", 0, 0) != n_entries)
    sim_fail (sim, "the center holds another number of entries than the %d of the tills",
              (int) n_entries);
}
