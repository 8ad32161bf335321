/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

/* Receipt numbers over all disks, at rest. R(s) the receipts in the journals of shop s whose sales are booked:
 *
 *   listed    { l : r, q ∈ R(s), r.label = q.label = l, r.entry ≠ q.entry } ⊆ what shop s is told was printed twice
 *   and only  a number it is told of stands on as many booked sales as it is told
 *
 * The two differ where the disk of one of the computers is gone: then only the center still has its sales.
 */

static const char SQL_RECEIPTS[] = "SELECT entry_id, label FROM receipt ORDER BY writer, number";
static const char SQL_BOOKED[] = "SELECT count(*) FROM sale WHERE shop_id = ?1 AND uuid = ?2";
static const char SQL_LISTED[] = "SELECT count(*) FROM taken_twice WHERE shop_id = ?1"
                                 " AND kind = 'number' AND subject = ?2";
static const char SQL_WRONGLY_LISTED[] =
    "SELECT count(*) FROM taken_twice t WHERE t.kind = 'number' AND t.amount <>"
    " (SELECT count(DISTINCT s.uuid) - 1 FROM sale s WHERE s.shop_id = t.shop_id"
    "  AND s.label = t.subject)";

static gboolean
is_booked (Sim *sim, gint64 shop_id, const MrId *id)
{
  gint64 n = 0;

  mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_BOOKED, "ib", shop_id, id->bytes,
                 sizeof id->bytes);
  return n > 0;
}

static void
check_listed (Sim *sim, gint64 shop_id, const char *label)
{
  gint64 n = 0;

  mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_LISTED, "is", shop_id, label);
  if (n != 1)
    sim_fail (sim, "receipt number %s was printed by two computers, and nobody is told", label);
  sim->counts[SIM_NUMBER_TWICE]++;
}

/* @sales: label → id of the sale that bears it, of the journals of the shop that were looked at before. */
static void
check_journal (Sim *sim, const SimTill *till, GHashTable *sales, GHashTable *doubled)
{
  g_autofree char *location = g_strconcat ("sqlite:", till->dir, "journal.db", NULL);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_READ_ONLY, NULL);
  g_autoptr (MrQuery) query = db == NULL ? NULL : mr_db_select (db, NULL, SQL_RECEIPTS, "");
  gint64 shop_id = sim->shops[till->shop].id;

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      const char *label = mr_query_get_text (query, 1);
      const MrId *other = g_hash_table_lookup (sales, label);
      MrId id;

      if (!mr_query_copy_bytes (query, 0, id.bytes, sizeof id.bytes) ||
          !is_booked (sim, shop_id, &id))
        continue;
      if (other == NULL)
        g_hash_table_insert (sales, g_strdup (label), g_memdup2 (&id, sizeof id));
      else if (!mr_id_equal (*other, id) && g_hash_table_add (doubled, g_strdup (label)))
        check_listed (sim, shop_id, label);
    }
}

void
sim_check_numbers (Sim *sim)
{
  gint64 n = -1;

  for (guint shop = 0; shop < SIM_N_SHOPS; shop++)
    {
      g_autoptr (GHashTable) sales =
          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_autoptr (GHashTable) doubled =
          g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint i = 0; i < sim->n_tills; i++)
        if (sim->tills[i].shop == shop)
          check_journal (sim, &sim->tills[i], sales, doubled);
    }
  if (!mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_WRONGLY_LISTED, "") || n != 0)
    sim_fail (sim, "%d numbers are listed as printed twice that were not, or not so often",
              (int) n);
}
