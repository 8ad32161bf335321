/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include <string.h>

/* The books at rest, worked out from the facts: M the movements, E the entries that had an effect once.
 *
 *   stock     level(l, g) = Σ { q : m ∈ M, m.to = l } − Σ { q : m ∈ M, m.from = l }
 *   tills     Σ { −q : m ∈ M, m.from = shop, m.writer ≠ 0 } = Σ journals' movements of that shop
 *   transfer  Σ over all accounts of (credits − debits) = 0; both accounts bear the transfer's unit
 *   money     for each sale: Σ tenders = total + rounding
 *   shifts    for each closed shift: Σ tenders of its sales = what its Z says, counted by the center
 */

static const char SQL_WRONG_LEVELS[] =
    "SELECT count(*) FROM level l WHERE l.quantity <>"
    " (SELECT coalesce (sum (quantity), 0) FROM movement m WHERE m.to_location = l.location_id"
    "  AND m.good_id = l.good_id)"
    " - (SELECT coalesce (sum (quantity), 0) FROM movement m WHERE m.from_location = l.location_id"
    "  AND m.good_id = l.good_id)";
static const char SQL_MISSING_LEVELS[] =
    "SELECT count(*) FROM movement m WHERE m.writer_id <> 0 AND NOT EXISTS"
    " (SELECT 1 FROM level l WHERE l.location_id = m.from_location AND l.good_id = m.good_id)";
/* With copied disks one event stands in several journals; the center's own lines say what was sold. */
static const char SQL_SOLD[] =
    "SELECT coalesce (sum (l.quantity * l.units / 1000), 0) FROM sale_line l JOIN entry e"
    " ON e.shop_id = l.shop_id AND e.writer_id = l.writer_id AND e.n = l.n"
    " WHERE e.state = 'applied' AND l.shop_id = ?1 AND l.good_id = ?2";
static const char SQL_MOVED[] =
    "SELECT coalesce (sum (CASE WHEN from_location = ?1 THEN quantity ELSE -quantity END), 0)"
    " FROM movement WHERE writer_id <> 0 AND good_id = ?2 AND ?1 IN (from_location, to_location)";
static const char SQL_OWN[] = "SELECT coalesce (sum (-quantity), 0) FROM movement WHERE good = ?1";
static const char SQL_NEGATIVE[] =
    "SELECT count(*) FROM level l WHERE l.quantity < 0 AND l.shop_id > 0 AND 1 <"
    " (SELECT count(DISTINCT m.writer_id) FROM movement m WHERE m.from_location = l.location_id"
    "  AND m.good_id = l.good_id)";
static const char SQL_UNBALANCED[] =
    "SELECT count(*) FROM transfer t WHERE (SELECT unit FROM account WHERE id = t.debit) <> t.unit"
    " OR (SELECT unit FROM account WHERE id = t.credit) <> t.unit";
static const char SQL_BALANCE[] =
    "SELECT coalesce (sum (CASE WHEN t.debit = a.id THEN -t.amount ELSE t.amount END), 0)"
    " FROM account a JOIN transfer t ON a.id IN (t.debit, t.credit)";
static const char SQL_WRONG_SALES[] =
    "SELECT count(*) FROM sale s WHERE s.total + s.rounding <>"
    " (SELECT coalesce (sum (amount), 0) FROM sale_tender t WHERE t.shop_id = s.shop_id"
    "  AND t.writer_id = s.writer_id AND t.n = s.n)";
/* What a fork took along stands in two chains, and its shift's sums in both. */
static const char SQL_WRONG_SHIFTS[] =
    "SELECT count(*) FROM shift z WHERE z.closed_n > 0 AND z.opened_n > 0 AND (z.total <>"
    " (SELECT coalesce (sum (s.total), 0) FROM sale s WHERE s.shop_id = z.shop_id"
    "  AND s.writer_id = z.writer_id AND s.shift = z.number)"
    " OR z.sale_count <> (SELECT count(*) FROM sale s WHERE s.shop_id = z.shop_id"
    "  AND s.writer_id = z.writer_id AND s.shift = z.number))";

static gint64
get_int (Sim *sim, MrDb *db, const char *sql)
{
  gint64 value = 0;

  if (!mr_db_get_int (db, &value, NULL, sql, ""))
    sim_fail (sim, "no row of %s", sql);
  return value;
}

static gint64
sum_journals (Sim *sim, guint shop, gint64 good_id)
{
  gint64 sum = 0;

  for (guint i = 0; i < sim->n_tills; i++)
    {
      g_autofree char *location = g_strconcat ("sqlite:", sim->tills[i].dir, "journal.db", NULL);
      g_autoptr (MrDb) db = NULL;
      gint64 own = 0;

      if (sim->tills[i].shop != shop)
        continue;
      db = mr_db_open (location, MR_DB_READ_ONLY, NULL);
      if (db == NULL || !mr_db_get_int (db, &own, NULL, SQL_OWN, "i", good_id))
        sim_fail (sim, "the movements of till %u cannot be read", i);
      sum += own;
    }
  return sum;
}

static void
check_good (Sim *sim, guint shop, gint64 good_id)
{
  MrDb *center = mr_center_get_db (sim->center);
  gint64 moved = 0, expected = 0;

  mr_db_get_int (center, &moved, NULL, SQL_MOVED, "ii", sim->shops[shop].location_id, good_id);
  if (sim->copies_disks)
    mr_db_get_int (center, &expected, NULL, SQL_SOLD, "ii", sim->shops[shop].id, good_id);
  else
    expected = sum_journals (sim, shop, good_id);
  if (moved != expected)
    sim_fail (sim,
              "good %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT
              " went out at the center, %" G_GINT64_FORMAT " were sold",
              good_id, moved, expected);
}

void
sim_check_stock (Sim *sim)
{
  MrDb *center = mr_center_get_db (sim->center);

  if (get_int (sim, center, SQL_WRONG_LEVELS) != 0)
    sim_fail (sim, "a level is not the sum of its movements");
  if (get_int (sim, center, SQL_MISSING_LEVELS) != 0)
    sim_fail (sim, "a good was sold and has no level");
  for (guint shop = 0; shop < SIM_N_SHOPS; shop++)
    for (guint i = 0; i < sim->n_goods; i++)
      check_good (sim, shop, 1 + (gint64) i);
  sim->counts[SIM_LAST_PIECE_TWICE] += (guint64) get_int (sim, center, SQL_NEGATIVE);
}

void
sim_check_money (Sim *sim)
{
  MrDb *center = mr_center_get_db (sim->center);

  if (get_int (sim, center, SQL_UNBALANCED) != 0)
    sim_fail (sim, "a transfer moves another unit than that of its accounts");
  if (get_int (sim, center, SQL_BALANCE) != 0)
    sim_fail (sim, "the accounts do not balance");
  if (get_int (sim, center, SQL_WRONG_SALES) != 0)
    sim_fail (sim, "the tenders of a sale are not its total");
  if (!sim->copies_disks && get_int (sim, center, SQL_WRONG_SHIFTS) != 0)
    sim_fail (sim, "a Z says other sums than the sales of its shift");
}
