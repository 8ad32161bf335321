/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "center/quarantine.h"

#include <string.h>

/* What the owner of a shop decides: that a till is lost, and later what becomes of what it still sent.
 *
 *   tail      what a revoked till commits reaches the center as everything else does
 *   held      state(e) = held  ⇒  no movement, no sale and no level of the center comes of e
 *   no way by n(e) > what was acknowledged when the till was revoked  ⇒  state(e) ≠ applied, until settled
 *   settled   when the owner has said "book it", e counts as if its till had never been revoked
 *   aside     when the owner has put an entry right by hand or dropped it, nobody is asked about it again, and
 *             no movement and no sale comes of it; at rest, when all is decided, no till shows anything to decide
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

/* What nobody can book. */
static const char SQL_UNDECIDED[] =
    "SELECT e.uuid FROM quarantine q JOIN entry e ON e.shop_id = q.shop_id"
    " AND e.writer_id = q.writer_id AND e.n = q.n WHERE q.shop_id = ?1 AND q.settled_at IS NULL"
    " ORDER BY q.writer_id, q.n";
static const char SQL_ASIDE_WITH_EFFECT[] =
    "SELECT (SELECT count(*) FROM movement m JOIN quarantine q ON q.shop_id = m.shop_id"
    " AND q.writer_id = m.writer_id AND q.n = m.n WHERE q.settled_how IN ('by-hand', 'dropped'))"
    " + (SELECT count(*) FROM sale s JOIN quarantine q ON q.shop_id = s.shop_id"
    " AND q.writer_id = s.writer_id AND q.n = s.n WHERE q.settled_how IN ('by-hand', 'dropped'))";
static const char SQL_ASKED_AGAIN[] =
    "SELECT count(*) FROM feed_row f JOIN feed ON feed.id = f.feed_id WHERE f.tbl = 'waiting'"
    " AND f.fields IS NOT NULL AND feed.kind = 'shop'";

static const char *const shop_names[SIM_N_SHOPS] = { "corner", "river" };

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

/* The ids of what waits in the shop and cannot be booked. (element-type utf8) */
static GPtrArray *
list_undecided (Sim *sim, guint shop)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MrQuery) query =
      mr_db_select (mr_center_get_db (sim->center), NULL, SQL_UNDECIDED, "i", sim->shops[shop].id);

  while (query != NULL && mr_query_step (query, NULL) == MR_STEP_ROW)
    {
      gsize length;
      MrId id;

      memcpy (id.bytes, mr_query_get_bytes (query, 0, &length), sizeof id.bytes);
      g_ptr_array_add (ids, mr_id_to_string (id));
    }
  return ids;
}

static void
put_aside (Sim *sim, guint shop, const char *id)
{
  gboolean by_hand = sim_below (sim, 2) == 0;
  MrSettling settling = { .shop = shop_names[shop],
                          .entry = id,
                          .how = by_hand ? MR_SETTLE_BY_HAND : MR_SETTLE_DROP };

  sim_set_clock (sim, &sim->center_world, 0);
  if (sim_center_run (sim, mr_quarantine_settle, &settling))
    sim->counts[by_hand ? SIM_ENTRIES_BY_HAND : SIM_ENTRIES_DROPPED] += settling.n_settled;
  if (settling.n_settled != 1)
    sim_fail (sim, "the owner decides about entry %s, and %u are settled", id, settling.n_settled);
  mr_settling_clear (&settling);
}

/* After what can be booked was: what is left is put right in another way, or is not to count. */
static void
put_all_aside (Sim *sim)
{
  for (guint i = 0; i < SIM_N_SHOPS && sim->failure == NULL; i++)
    {
      g_autoptr (GPtrArray) ids = list_undecided (sim, i);

      for (guint j = 0; j < ids->len && sim->failure == NULL; j++)
        put_aside (sim, i, g_ptr_array_index (ids, j));
    }
}

static void
check_aside (Sim *sim)
{
  MrDb *center = mr_center_get_db (sim->center);
  gint64 n = 0;

  mr_db_get_int (center, &n, NULL, SQL_ASIDE_WITH_EFFECT, "");
  if (n != 0)
    sim_fail (sim, "%d effects of entries that were put aside", (int) n);
}

static void
settle (Sim *sim)
{
  for (guint i = 0; i < SIM_N_SHOPS; i++)
    {
      MrSettling settling = { .shop = shop_names[i], .how = MR_SETTLE_BOOK };

      sim_set_clock (sim, &sim->center_world, 0);
      if (sim_center_run (sim, mr_quarantine_settle, &settling))
        sim->counts[SIM_ENTRIES_SETTLED] += settling.n_settled;
      mr_settling_clear (&settling);
    }
  for (guint i = 0; i < sim->n_tills; i++)
    sim->tills[i].is_settled = TRUE;
  sim_note (sim, "the owner settles what waits");
  if (sim->calm || sim_below (sim, 2) == 0)
    put_all_aside (sim);
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
  gboolean any = check_held (sim);
  gint64 n = 0;

  check_aside (sim);
  mr_db_get_int (mr_center_get_db (sim->center), &n, NULL, SQL_ASKED_AGAIN, "");
  if (!any && n == 0)
    return FALSE;
  settle (sim);
  return TRUE;
}
