/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "center/quarantine.h"

/* What the owner of a shop decides: that a till is lost, and later what becomes of what it still sent.
 *
 *   tail      what a revoked till commits reaches the center as everything else does
 *   held      state(e) = held  ⇒  no movement, no sale and no level of the center comes of e
 *   no way by n(e) > what was acknowledged when the till was revoked  ⇒  state(e) ≠ applied, until settled
 *   settled   when the owner has said "book it", e counts as if its till had never been revoked
 */

static const char SQL_HELD[] = "SELECT count(*) FROM entry WHERE state = 'held'";
static const char SQL_HELD_WITH_EFFECT[] =
    "SELECT (SELECT count(*) FROM movement m JOIN entry e ON e.shop_id = m.shop_id"
    " AND e.writer_id = m.writer_id AND e.n = m.n WHERE e.state = 'held')"
    " + (SELECT count(*) FROM sale s JOIN entry e ON e.shop_id = s.shop_id"
    " AND e.writer_id = s.writer_id AND e.n = s.n WHERE e.state = 'held')";
static const char SQL_IS_REVOKED[] =
    "SELECT count(*) FROM till WHERE shop_id = ?1 AND number = ?2 AND revoked_at IS NOT NULL";
static const char SQL_ACKED[] =
    "SELECT coalesce (max (w.acked), 0) FROM writer w JOIN till t ON t.id = w.till_id"
    " WHERE t.shop_id = ?1 AND t.number = ?2";
static const char SQL_SLIPPED_BY[] =
    "SELECT count(*) FROM entry e JOIN writer w ON w.shop_id = e.shop_id AND w.id = e.writer_id"
    " JOIN till t ON t.id = w.till_id WHERE t.shop_id = ?1 AND t.number = ?2 AND e.n > ?3"
    " AND e.state = 'applied'";

typedef struct
{
  const MrNetworkShop *shop; /* (unowned) */
  gint64 number;
} Revoking;

static gboolean
do_revoke (MrBatch *batch, gpointer data, GError **error)
{
  const Revoking *revoking = data;

  return mr_network_revoke_till (batch, revoking->shop, revoking->number, error);
}

static gboolean
is_revoked (Sim *sim, SimTill *till)
{
  gint64 n = 0;

  return mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_IS_REVOKED, "ii",
                        sim->shops[till->shop].id, till->number) &&
         n > 0;
}

static void
revoke_till (Sim *sim, SimTill *till)
{
  Revoking revoking = { &sim->shops[till->shop], till->number };

  sim_set_clock (sim, &sim->center_world, 0);
  mr_db_get_int (mr_center_get_db (sim->center), &till->acked_when_revoked, NULL, SQL_ACKED, "ii",
                 revoking.shop->id, till->number);
  till->revoked_in_copy = sim->n_restores;
  till->is_settled = FALSE;
  if (sim_center_run (sim, do_revoke, &revoking))
    sim_watch_center (sim, sim->center);
}

static guint
count_trusted (Sim *sim)
{
  guint n = 0;

  for (guint i = 0; i < sim->n_tills; i++)
    n += !sim->tills[i].is_fenced;
  return n;
}

/* Copies of its disk would be revoked with it: in those histories nobody is. */
static void
lose_trust (Sim *sim)
{
  SimTill *till = &sim->tills[sim_below (sim, sim->n_tills)];

  if (sim->copies_disks || till->is_fenced || till->number == 0 || count_trusted (sim) < 3)
    return;
  till->is_fenced = TRUE;
  sim_count_fault (sim, SIM_TILL_REVOKED);
  sim_note (sim, "till %u is revoked", till->index);
  revoke_till (sim, till);
}

static void
settle (Sim *sim)
{
  for (guint i = 0; i < SIM_N_SHOPS; i++)
    {
      MrSettling settling = { .shop = i == 0 ? "corner" : "river", .how = MR_SETTLE_BOOK };

      sim_set_clock (sim, &sim->center_world, 0);
      if (sim_center_run (sim, mr_quarantine_settle, &settling))
        sim->counts[SIM_ENTRIES_SETTLED] += settling.n_settled;
      mr_settling_clear (&settling);
    }
  for (guint i = 0; i < sim->n_tills; i++)
    sim->tills[i].is_settled = TRUE;
  sim_note (sim, "the owner settles what waits");
  sim_watch_center (sim, sim->center);
}

void
sim_owner_act (Sim *sim)
{
  if (sim->center == NULL)
    return;
  if (sim_chance (sim, 50))
    lose_trust (sim);
  else if (sim_chance (sim, 30))
    settle (sim);
}

/* A center that went back in time has forgotten whom it was told not to trust. */
void
sim_owner_remind (Sim *sim)
{
  for (guint i = 0; i < sim->n_tills; i++)
    if (sim->tills[i].is_fenced && !sim->tills[i].is_replaced && !is_revoked (sim, &sim->tills[i]))
      revoke_till (sim, &sim->tills[i]);
}

/* TRUE: something is held. */
static gboolean
check_held (Sim *sim)
{
  MrDb *center = mr_center_get_db (sim->center);
  gint64 n = 0;

  gint64 n_held = 0;

  mr_db_get_int (center, &n_held, NULL, SQL_HELD, "");
  sim->counts[SIM_ENTRIES_HELD] += (guint64) n_held;
  mr_db_get_int (center, &n, NULL, SQL_HELD_WITH_EFFECT, "");
  if (n != 0)
    sim_fail (sim, "%d effects of entries that are held for the owner", (int) n);
  for (guint i = 0; i < sim->n_tills; i++)
    {
      const SimTill *till = &sim->tills[i];

      /* After a restore what had been acknowledged comes again, and is held, too. */
      if (!till->is_fenced || till->is_replaced || till->is_settled ||
          till->revoked_in_copy != sim->n_restores)
        continue;
      mr_db_get_int (center, &n, NULL, SQL_SLIPPED_BY, "iii", sim->shops[till->shop].id,
                     till->number, till->acked_when_revoked);
      if (n != 0)
        sim_fail (sim, "till %u: %d entries were booked after it was revoked", i, (int) n);
    }
  return n_held > 0;
}

gboolean
sim_owner_settle_all (Sim *sim)
{
  if (!check_held (sim))
    return FALSE;
  settle (sim);
  return TRUE;
}
