/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <glib/gstdio.h>
#include <string.h>

/* What must hold at any moment, not only at rest.
 *
 *   P(f, v, s)   the rows of feed f as the center published them at (version, salt)
 *   R(t, f)      the rows of till t's replica of f, at its own position pos(t, f)
 *   A(f, v, s)   n up to which each writer's movements are in the levels of P(f, v, s)
 *   J(t)         the movements of till t's journal
 *
 *   convergence  R(t, f) = P(f, pos(t, f)), row by row, for both feeds
 *   on hand      shown(t, g) = level(g) in P(shop, pos) + Σ { m.q : m ∈ J(t), m.good = g,
 *                m.n > A(shop, pos)[m.writer] }, each entry once, however many chains it stands in
 *   acked        acked(t) ≤ |journal of t's writer|
 *   caps         each log ≤ MAX_WAL_BYTES, |stage| ≤ MAX_STAGE_ROWS
 */

#define MAX_WAL_BYTES (8 * 1024 * 1024)
#define MAX_STAGE_ROWS 4000

static const char SQL_FEEDS[] = "SELECT id, kind, scope_id, version, salt FROM feed";
static const char SQL_FEED_ROWS[] =
    "SELECT tbl || '/' || id || '@' || v || ' ' || fields, tbl, id, fields FROM feed_row"
    " WHERE feed_id = ?1 AND fields IS NOT NULL";
static const char SQL_WRITERS[] = "SELECT uuid, applied FROM writer WHERE shop_id = ?1";
static const char SQL_CURSOR[] = "SELECT v, salt FROM cursor WHERE feed = 'shop'";
static const char SQL_CATALOG[] = "SELECT file FROM catalog";
static const char SQL_STAGED[] = "SELECT count(*) FROM stage";
static const char SQL_MOVEMENTS[] =
    "SELECT w.id, m.n, m.good, m.quantity FROM movement m JOIN writer w ON w.number = m.writer"
    " WHERE NOT EXISTS (SELECT 1 FROM entry e JOIN entry later ON later.id = e.id"
    " WHERE e.writer = m.writer AND e.n = m.n AND later.writer > m.writer)";
static const char SQL_TOO_FAR[] = "SELECT count(*) FROM mine WHERE writer = ?1 AND acked > ?2";

/* Every table of both replicas, written as the feed writes its rows. */
#define ROW(table, fields)                                                              \
  "SELECT '" table "/' || id || '@' || v || ' ' || json_array (" fields ") FROM " table \
  " ORDER BY 1"
#define UNKNOWN "SELECT tbl || '/' || id || '@' || v || ' ' || fields FROM unknown_row ORDER BY 1"
const SimReplicaTable sim_replica_tables[] = {
  { "shop", "setting", ROW ("setting", "value") },
  { "shop", "staff", ROW ("staff", "number, name, role, pin_hash, active") },
  { "shop", "level", ROW ("level", "quantity") },
  { "shop", "tile", ROW ("tile", "page, place, pack") },
  { "shop", "short_code", ROW ("short_code", "code, pack") },
  { "shop", "own_price", ROW ("own_price", "pack, starts_at, amount") },
  { "shop", "till", ROW ("till", "name, number, revoked") },
  { "shop", "waiting", ROW ("waiting", "cause, till, kind, at, label, amount, reason") },
  { "shop", "held", ROW ("held", "till, label, at, staff, lines, total, basket, taker") },
  { "shop", "taken_twice", ROW ("taken_twice", "kind, label, amount, at") },
  { "shop", "receipt", ROW ("receipt", "till, label, at, total, body") },
  { "shop", "returned", ROW ("returned", "quantity, gross, amount, tax") },
  { "shop", "festival", UNKNOWN },
  { "region", "good",
    ROW ("good", "name, unit, category, brand, tax, sold_by, popularity, initials") },
  { "region", "pack", ROW ("pack", "good, units, barcodes, name") },
  { "region", "price", ROW ("price", "pack, kind, starts_at, amount") },
  { "region", "category", ROW ("category", "parent, name, place") },
  { "region", "tax", ROW ("tax", "name, rate_ppm, inclusive") },
  { "region", "festival", UNKNOWN },
};
const gsize sim_n_replica_tables = G_N_ELEMENTS (sim_replica_tables);

/* --- what the center published ----------------------------------------------------------------- */

typedef struct
{
  guint64 sum; /* of a hash of each row: their order does not matter */
  GHashTable *levels; /* (owned) good id → quantity */
  GHashTable *applied; /* (owned) writer as text → n */
} Projection;

static void
free_projection (gpointer data)
{
  Projection *self = data;

  g_hash_table_unref (self->levels);
  g_hash_table_unref (self->applied);
  g_free (self);
}

static guint64
hash_row (const char *text)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  for (; *text != '\0'; text++)
    hash = (hash ^ (guint8) *text) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

static char *
make_key (const char *kind, gint64 v, const char *salt)
{
  return g_strdup_printf ("%s %" G_GINT64_FORMAT ".%s", kind, v, salt);
}

static char *
write_id (MrQuery *query, int column)
{
  gsize length;
  gconstpointer bytes = mr_query_get_bytes (query, column, &length);

  return g_base64_encode (bytes, length);
}

static Projection *
project (MrDb *db, gint64 feed_id, gint64 shop_id)
{
  Projection *self = g_new0 (Projection, 1);
  g_autoptr (MrQuery) rows = mr_db_select (db, NULL, SQL_FEED_ROWS, "i", feed_id);
  g_autoptr (MrQuery) writers = mr_db_select (db, NULL, SQL_WRITERS, "i", shop_id);

  self->levels = g_hash_table_new (NULL, NULL);
  self->applied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  while (rows != NULL && mr_query_step (rows, NULL) == MR_STEP_ROW)
    {
      self->sum += hash_row (mr_query_get_text (rows, 0));
      if (strcmp (mr_query_get_text (rows, 1), "level") == 0)
        g_hash_table_insert (
            self->levels,
            GSIZE_TO_POINTER (g_ascii_strtoll (mr_query_get_text (rows, 2), NULL, 10)),
            GSIZE_TO_POINTER (g_ascii_strtoll (mr_query_get_text (rows, 3) + 1, NULL, 10)));
    }
  while (writers != NULL && mr_query_step (writers, NULL) == MR_STEP_ROW)
    g_hash_table_insert (self->applied, write_id (writers, 0),
                         GSIZE_TO_POINTER (mr_query_get_int (writers, 1)));
  return self;
}

void
sim_watch_center (Sim *sim, MrCenter *center)
{
  MrDb *db = center == NULL ? NULL : mr_center_get_db (center);
  g_autoptr (MrQuery) feeds = db == NULL ? NULL : mr_db_select (db, NULL, SQL_FEEDS, "");

  if (sim->projections == NULL)
    sim->projections = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_projection);
  while (feeds != NULL && mr_query_step (feeds, NULL) == MR_STEP_ROW)
    {
      g_autofree char *key = make_key (mr_query_get_text (feeds, 1), mr_query_get_int (feeds, 3),
                                       mr_query_get_text (feeds, 4));

      if (g_hash_table_contains (sim->projections, key))
        continue;
      g_hash_table_insert (sim->projections, g_steal_pointer (&key),
                           project (db, mr_query_get_int (feeds, 0), mr_query_get_int (feeds, 2)));
      sim_poke (sim, mr_query_get_text (feeds, 1), mr_query_get_int (feeds, 2));
    }
}

/* --- what a till has --------------------------------------------------------------------------- */

void
sim_watch_forget (SimTill *till)
{
  g_clear_pointer (&till->journal_db, mr_db_close);
  g_clear_pointer (&till->shop_db, mr_db_close);
  g_clear_pointer (&till->catalog_db, mr_db_close);
  g_clear_pointer (&till->catalog_file, g_free);
  till->looked_at = 0;
}

static gboolean
open_one (SimTill *till, const char *file, MrDb **db)
{
  g_autofree char *location = g_strconcat ("sqlite:", till->dir, file, NULL);

  if (*db == NULL)
    *db = mr_db_open (location, MR_DB_READ_ONLY, NULL);
  return *db != NULL;
}

static gboolean
open_replicas (SimTill *till)
{
  g_autofree char *file = NULL;

  if (!open_one (till, "journal.db", &till->journal_db) ||
      !open_one (till, "shop.db", &till->shop_db))
    return FALSE;
  file = mr_db_get_text (till->shop_db, NULL, SQL_CATALOG, "");
  if (g_strcmp0 (file, till->catalog_file) != 0)
    {
      g_clear_pointer (&till->catalog_db, mr_db_close);
      g_free (till->catalog_file);
      till->catalog_file = g_steal_pointer (&file);
    }
  return till->catalog_file == NULL || open_one (till, till->catalog_file, &till->catalog_db);
}

static guint64
sum_rows (MrDb *db, const char *feed)
{
  guint64 sum = 0;

  for (gsize i = 0; i < sim_n_replica_tables; i++)
    {
      g_autoptr (MrQuery) query = NULL;

      if (strcmp (sim_replica_tables[i].feed, feed) != 0)
        continue;
      query = mr_db_select (db, NULL, sim_replica_tables[i].sql, "");
      while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
        sum += hash_row (mr_query_get_text (query, 0));
    }
  return sum;
}

/* R(t, f) = P(f, pos(t, f)) */
static Projection *
compare (Sim *sim, SimTill *till, MrDb *db, const char *feed, const MrPosition *position)
{
  g_autofree char *key = make_key (feed, position->v, position->salt);
  Projection *published = g_hash_table_lookup (sim->projections, key);

  if (published == NULL)
    sim_fail (sim, "till %u: its %s replica stands at %s, where the center never was", till->index,
              feed, key);
  else if (published->sum != sum_rows (db, feed))
    sim_fail (sim, "till %u: its %s replica is not what the center published at %s", till->index,
              feed, key);
  sim->counts[SIM_LOOKS]++;
  return published;
}

/* Good id → sum of the own movements that @published does not include. */
static GHashTable *
sum_own (SimTill *till, const Projection *published)
{
  GHashTable *sums = g_hash_table_new (NULL, NULL);
  g_autoptr (MrQuery) query = mr_db_select (till->journal_db, NULL, SQL_MOVEMENTS, "");

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      g_autofree char *writer = write_id (query, 0);
      gint64 applied = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (published->applied, writer));
      gpointer good = GSIZE_TO_POINTER (mr_query_get_int (query, 2));
      gint64 sum = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (sums, good));

      if (mr_query_get_int (query, 1) > applied)
        g_hash_table_insert (sums, good, GSIZE_TO_POINTER (sum + mr_query_get_int (query, 3)));
    }
  return sums;
}

/* shown(t, g) = level(g) + own movements it does not include */
static void
check_on_hand (Sim *sim, SimTill *till, const Projection *published)
{
  g_autoptr (GHashTable) own = sum_own (till, published);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, published->levels);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      gint64 good_id = (gint64) GPOINTER_TO_SIZE (key);
      gint64 expected = (gint64) GPOINTER_TO_SIZE (value) +
                        (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (own, key));
      gint64 shown = 0;

      if (!mr_shelf_get_on_hand (mr_till_get_shelf (till->till), good_id, &shown))
        shown = 0;
      if (shown != expected)
        sim_fail (sim,
                  "till %u: of good %" G_GINT64_FORMAT " it shows %" G_GINT64_FORMAT
                  " on hand; its position and its own movements make %" G_GINT64_FORMAT,
                  till->index, good_id, shown, expected);
    }
}

static void
check_acked (Sim *sim, SimTill *till, const MrSyncStatus *status)
{
  g_autoptr (MrQuery) head = mr_db_select (
      till->journal_db, NULL,
      "SELECT w.id, coalesce (max (e.n), 0) FROM writer w LEFT JOIN entry e ON e.writer = w.number"
      " WHERE w.closed_at IS NULL GROUP BY w.number",
      "");
  gsize length;
  gconstpointer id;
  gint64 n = 0;

  /* An older disk put back learns from the center, or from a replica that was left, how much it forgot. */
  if (status->forked || (sim->copies_disks && !status->idle) || head == NULL ||
      mr_query_step (head, NULL) != MR_STEP_ROW)
    return;
  id = mr_query_get_bytes (head, 0, &length);
  mr_db_get_int (till->shop_db, &n, NULL, SQL_TOO_FAR, "bi", id, length,
                 mr_query_get_int (head, 1));
  if (n != 0)
    sim_fail (sim, "till %u: more is acknowledged than it has written", till->index);
}

static void
check_caps (Sim *sim, SimTill *till)
{
  g_autofree char *catalog_log =
      g_strconcat (till->catalog_file == NULL ? "catalog" : till->catalog_file, "-wal", NULL);
  const char *const logs[] = { "journal.db-wal", "shop.db-wal", catalog_log };
  gint64 staged = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (logs); i++)
    {
      g_autofree char *path = g_strconcat (till->dir, logs[i], NULL);
      GStatBuf info;

      if (g_stat (path, &info) == 0 && info.st_size > MAX_WAL_BYTES)
        sim_fail (sim, "till %u: %s has grown to %d bytes", till->index, logs[i],
                  (int) info.st_size);
    }
  mr_db_get_int (till->shop_db, &staged, NULL, SQL_STAGED, "");
  if (staged > MAX_STAGE_ROWS)
    sim_fail (sim, "till %u: %d rows are staged", till->index, (int) staged);
}

static gboolean
get_shop_position (SimTill *till, MrPosition *position)
{
  g_autoptr (MrQuery) query = mr_db_select (till->shop_db, NULL, SQL_CURSOR, "");

  *position = (MrPosition){ 0 };
  if (query == NULL || mr_query_step (query, NULL) != MR_STEP_ROW)
    return FALSE;
  position->v = mr_query_get_int (query, 0);
  g_strlcpy (position->salt, mr_query_get_text (query, 1), sizeof position->salt);
  return position->v > 0;
}

static gboolean
get_catalog_position (SimTill *till, MrPosition *position)
{
  g_autofree char *path = g_strconcat (till->dir, till->catalog_file, NULL);
  g_autoptr (MrCatalog) catalog = mr_catalog_open (path, NULL);
  MrCatalogHead head;

  if (catalog == NULL || !mr_catalog_get_head (catalog, &head, NULL))
    return FALSE;
  position->v = head.v;
  g_strlcpy (position->salt, head.salt, sizeof position->salt);
  return TRUE;
}

void
sim_watch_till (Sim *sim, SimTill *till)
{
  MrSyncStatus status;
  MrPosition position;

  if (till->till == NULL)
    return;
  mr_sync_get_status (mr_till_get_sync (till->till), &status);
  sim_damage_watch (sim, till, &status);
  if (till->is_damaged || status.replica == till->looked_at || !open_replicas (till))
    return;
  till->looked_at = status.replica;
  check_acked (sim, till, &status);
  check_caps (sim, till);
  if (get_shop_position (till, &position))
    {
      const Projection *published = compare (sim, till, till->shop_db, "shop", &position);

      /* Where a disk was copied, what the center has applied of this writer may be another machine's, until the
       * chains have parted and the new one has arrived: then it is looked at, at rest. */
      if (published != NULL && !sim->copies_disks)
        check_on_hand (sim, till, published);
    }
  if (till->catalog_db != NULL && get_catalog_position (till, &position))
    compare (sim, till, till->catalog_db, "region", &position);
}

gint64
sim_watch_sum_on_hand (Sim *sim, SimTill *till)
{
  gint64 sum = 0;

  for (guint i = 0; till->till != NULL && i < sim->n_goods; i++)
    {
      gint64 shown = 0;

      if (mr_shelf_get_on_hand (mr_till_get_shelf (till->till), 1 + (gint64) i, &shown))
        sum += shown * (i + 1);
    }
  return sum;
}
