/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sim.h"

#include "catalog/catalog.h"
#include "db/db.h"

#include <glib/gstdio.h>
#include <string.h>

static const MrEntryContext context = { .staff_number = 1001 };

/* --- disks ------------------------------------------------------------------------------------- */

static void
copy_journal (const char *from, const char *to)
{
  static const char *const tails[] = { "journal.db", "journal.db-wal" };

  g_mkdir_with_parents (to, 0700);
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *from_path = g_strconcat (from, tails[i], NULL);
      g_autofree char *to_path = g_strconcat (to, tails[i], NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (g_file_get_contents (from_path, &bytes, &length, NULL))
        g_assert_true (g_file_set_contents (to_path, bytes, (gssize) length, NULL));
    }
}

void
sim_till_put_disk (Sim *sim, SimTill *till)
{
  g_free (till->dir);
  till->dir = g_strdup_printf ("%s/till-%u-%u/", sim->dir, till->index, till->n_disks++);
  if (till->image != NULL)
    copy_journal (till->image, till->dir);
}

void
sim_till_clear (Sim *sim, SimTill *till)
{
  sim_till_stop (sim, till);
  g_array_unref (till->answered);
  g_free (till->image);
  g_free (till->dir);
}

static gboolean
is_at_center (Sim *sim, MrId id)
{
  gint64 n = 0;

  return mr_db_get_int (mr_center_get_db (sim->center), &n, NULL,
                        "SELECT count(*) FROM entry WHERE uuid = ?1", "b", id.bytes,
                        sizeof id.bytes) &&
         n > 0;
}

/* What the old disk held and the new one does not is with the center, or gone as it is in life. */
static void
forget_answers (Sim *sim, SimTill *till)
{
  g_autoptr (MrJournal) journal = mr_journal_open_reader (till->dir, NULL);

  for (guint i = till->answered->len; i > 0; i--)
    {
      MrId id = g_array_index (till->answered, SimAnswered, i - 1).id;
      g_autoptr (MrEntry) entry = mr_journal_find (journal, id, NULL);

      if (entry != NULL)
        continue;
      if (is_at_center (sim, id))
        g_array_append_val (sim->left_at_center, id);
      g_array_remove_index (till->answered, i - 1);
    }
}

/* Of a till without power: a copy of its disk is made, put back, or put into another machine. */
static void
handle_disks (Sim *sim, SimTill *till)
{
  if (!sim->copies_disks || sim->center == NULL)
    return;
  if (till->image == NULL || sim_chance (sim, 200))
    {
      g_free (till->image);
      till->image =
          g_strdup_printf ("%s/image-%u-%" G_GINT64_FORMAT "/", sim->dir, till->index, sim->now_us);
      copy_journal (till->dir, till->image);
      return;
    }
  if (sim->n_tills < G_N_ELEMENTS (sim->tills) && sim_chance (sim, 300))
    {
      sim->counts[SIM_DISK_CLONED]++;
      sim_note (sim, "till %u: its disk is copied into another machine", till->index);
      sim_till_add (sim, till->image);
    }
  else if (sim_chance (sim, 500))
    {
      sim->counts[SIM_DISK_RESTORED]++;
      sim_note (sim, "till %u: an older disk is put back", till->index);
      sim_till_put_disk (sim, till);
      forget_answers (sim, till);
    }
}

void
sim_till_part (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  MrSyncStatus status;

  mr_sync_engine_get_status (till->engine, &status);
  if (!status.forked || status.fork_n < 0)
    return;
  if (!mr_journal_fork (till->journal, status.fork_writer, status.fork_n, &context, &error))
    {
      sim_fail (sim, "till %u: cannot part from the other chain: %s", till->index, error->message);
      return;
    }
  sim->counts[SIM_CHAIN_PARTED]++;
  sim_note (sim, "till %u parts after entry %" G_GINT64_FORMAT, till->index, status.fork_n);
  mr_sync_engine_appended (till->engine);
}

/* --- on and off -------------------------------------------------------------------------------- */

static void
on_start (Sim *sim, gpointer data)
{
  SimTill *till = data;

  if (till->journal == NULL)
    sim_till_start (sim, till);
}

static void
delete_files (SimTill *till, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (till->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      {
        g_autofree char *path = g_build_filename (till->dir, name, NULL);

        g_unlink (path);
      }
}

static void
lose_replicas (Sim *sim, SimTill *till)
{
  if (sim_chance (sim, 80))
    {
      sim->counts[SIM_REPLICA_DELETED]++;
      sim_note (sim, "till %u: shop.db is gone", till->index);
      delete_files (till, "shop.db");
    }
  if (sim_chance (sim, 80))
    {
      sim->counts[SIM_CATALOG_DELETED]++;
      sim_note (sim, "till %u: the catalog is gone", till->index);
      delete_files (till, "catalog-");
    }
}

static void
set_clock_anew (Sim *sim, SimTill *till)
{
  static const gint64 spans_s[] = { 5, 600, 5 * 3600, 3 * 86400 };
  gint64 span_us;

  if (!sim_chance (sim, 120))
    return;
  span_us = spans_s[test_world_below (&sim->chance, G_N_ELEMENTS (spans_s))] * G_USEC_PER_SEC;
  till->skew_us = sim_between_us (sim, -span_us, span_us);
  sim->counts[SIM_CLOCK_SET]++;
  sim_note (sim, "till %u: the clock is off by %d s", till->index,
            (int) (till->skew_us / G_USEC_PER_SEC));
}

static gboolean
open_engine (Sim *sim, SimTill *till)
{
  static const guint page_rows[] = { 2, 5, 2000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (MrJournal) reader = mr_journal_open_reader (till->dir, &error);
  g_autoptr (MrShop) shop = NULL;

  if (reader != NULL)
    shop = mr_shop_open (till->dir, till->world.now_us, &error);
  if (shop != NULL)
    till->engine = mr_sync_engine_new (till->dir, g_steal_pointer (&reader),
                                       g_steal_pointer (&shop), &till->world.world, &error);
  if (till->engine == NULL)
    {
      sim_fail (sim, "till %u: the replicas do not open: %s", till->index, error->message);
      return FALSE;
    }
  mr_sync_engine_set_page_rows (
      till->engine, page_rows[test_world_below (&sim->chance, G_N_ELEMENTS (page_rows))]);
  return TRUE;
}

void
sim_till_reopen (Sim *sim, SimTill *till)
{
  sim_note (sim, "till %u opens its files again", till->index);
  g_clear_pointer (&till->engine, mr_sync_engine_free);
  till->life++;
  till->wake_us = G_MAXINT64;
  if (open_engine (sim, till))
    sim_pump (sim, till);
}

static void
open_shift (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift = mr_journal_load_shift (till->journal, &error);

  if (shift == NULL && error == NULL)
    shift = mr_journal_open_shift (till->journal, 20000, &context, &error);
  if (shift == NULL)
    sim_fail (sim, "till %u: no shift: %s", till->index, error->message);
}

void
sim_till_start (Sim *sim, SimTill *till)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  set_clock_anew (sim, till);
  lose_replicas (sim, till);
  sim_set_clock (sim, &till->world, till->skew_us);
  till->life++;
  till->wake_us = G_MAXINT64;
  till->journal = mr_journal_open (till->dir, &till->world.world, &error);
  if (till->journal == NULL)
    {
      sim_fail (sim, "till %u: the journal does not open: %s", till->index, error->message);
      return;
    }
  id = mr_journal_dup_identity (till->journal, "till_id");
  if (id == NULL)
    sim_center_enrol (sim, till);
  open_shift (sim, till);
  sim_note (sim, "till %u starts", till->index);
  if (sim->broken == SIM_LYING_DISK && till->index == 0)
    fault_vfs_set_lying (sim->vfs, till->dir);
  if (open_engine (sim, till))
    sim_pump (sim, till);
}

void
sim_till_stop (Sim *sim, SimTill *till)
{
  g_clear_pointer (&till->engine, mr_sync_engine_free);
  g_clear_pointer (&till->journal, mr_journal_close);
}

void
sim_till_lose_power (Sim *sim, SimTill *till)
{
  sim_note (sim, "till %u loses its power", till->index);
  fault_vfs_crash (sim->vfs, till->dir);
  sim_till_stop (sim, till);
  handle_disks (sim, till);
  sim_plan (sim, sim_between_us (sim, G_USEC_PER_SEC, 120 * G_USEC_PER_SEC), on_start, till, NULL);
}

/* --- what a cashier does ----------------------------------------------------------------------- */

static MrGood *
make_unknown_good (Sim *sim)
{
  const MrGood values = { .price_minor = 100 + (gint64) test_world_below (&sim->chance, 2000),
                          .has_price = TRUE,
                          .units_milli = 1000,
                          .tax = { 0, 0, TRUE },
                          .name = "杂货",
                          .unit = "",
                          .barcode = "",
                          .brand = "",
                          .category = "" };

  return mr_good_new (&values);
}

/* As scanned: from the till's own catalog, when it has one and the good is in it. */
static MrGood *
pick_good (Sim *sim, SimTill *till, MrCatalog *catalog)
{
  g_autofree char *barcode =
      g_strdup_printf ("69%011u", (guint) test_world_below (&sim->chance, MAX (sim->n_goods, 1)));
  g_autoptr (GPtrArray) found = NULL;

  if (catalog != NULL)
    found = mr_catalog_find_barcode (catalog, barcode, till->world.now_us, NULL);
  if (found == NULL || found->len == 0)
    return make_unknown_good (sim);
  return mr_good_ref (g_ptr_array_index (found, 0));
}

static MrCatalog *
open_catalog (SimTill *till)
{
  g_autoptr (MrShop) shop = mr_shop_open_reader (till->dir, NULL);
  g_autofree char *file = shop == NULL ? NULL : mr_shop_dup_catalog (shop);
  g_autofree char *path = file == NULL ? NULL : g_build_filename (till->dir, file, NULL);

  return path == NULL ? NULL : mr_catalog_open (path, NULL);
}

static MrSale *
fill_basket (Sim *sim, SimTill *till)
{
  MrSale *sale = mr_sale_new (mr_id_new (&till->world.world), "CNY", 10);
  g_autoptr (MrCatalog) catalog = open_catalog (till);
  guint n_lines = 1 + (guint) test_world_below (&sim->chance, 4);

  for (guint i = 0; i < n_lines; i++)
    {
      g_autoptr (MrGood) good = pick_good (sim, till, catalog);
      gint64 quantity = 1000 * (1 + (gint64) test_world_below (&sim->chance, 3));

      mr_sale_add (sale, good, quantity, good->has_price ? -1 : 100, TRUE, till->world.now_us,
                   NULL);
    }
  return sale;
}

static gboolean
sell (Sim *sim, SimTill *till)
{
  g_autoptr (MrSale) sale = fill_basket (sim, till);
  const MrTenderKind kind = (MrTenderKind) test_world_below (&sim->chance, MR_N_TENDERS);
  MrCommittedSale committed = { 0 };
  SimAnswered answered;

  if (!mr_sale_add_tender (sale, kind, mr_sale_get_totals (sale)->total_minor, NULL) ||
      !mr_sale_move (sale, MR_SALE_COMPLETE, NULL))
    return FALSE;
  if (!mr_journal_commit_sale (till->journal, sale, &context, 1, sim_chance (sim, 500), &committed,
                               NULL))
    return FALSE;
  answered = (SimAnswered){ committed.entry_id, committed.receipt_number };
  g_array_append_val (till->answered, answered);
  sim->counts[SIM_SALES]++;
  sim_note (sim, "till %u: receipt %" G_GINT64_FORMAT ", entry %" G_GINT64_FORMAT, till->index,
            committed.receipt_number, committed.n);
  mr_committed_sale_clear (&committed);
  return TRUE;
}

static gboolean
void_basket (Sim *sim, SimTill *till)
{
  g_autoptr (MrSale) sale = fill_basket (sim, till);

  return mr_sale_move (sale, MR_SALE_VOID, NULL) &&
         mr_journal_void_sale (till->journal, sale, &context, "顾客不要了", NULL);
}

static gboolean
hold_basket (Sim *sim, SimTill *till)
{
  g_autoptr (MrSale) sale = fill_basket (sim, till);

  return mr_journal_hold_basket (till->journal, sale, "挂单", &context, NULL);
}

static gboolean
turn_shift (Sim *sim, SimTill *till)
{
  g_autoptr (MrShift) closed =
      mr_journal_close_shift (till->journal, 20000, TRUE, &context, FALSE, NULL);
  g_autoptr (MrShift) opened = NULL;

  if (closed == NULL)
    return FALSE;
  opened = mr_journal_open_shift (till->journal, 20000, &context, NULL);
  return opened != NULL;
}

static gboolean
do_other (Sim *sim, SimTill *till)
{
  sim->counts[SIM_OTHER_ENTRIES]++;
  switch (test_world_below (&sim->chance, 6))
    {
    case 0:
      return void_basket (sim, till);
    case 1:
      return hold_basket (sim, till);
    case 2:
      return turn_shift (sim, till);
    case 3:
      return mr_journal_read_shift (till->journal, &context, FALSE, NULL);
    case 4:
      return mr_journal_move_cash (till->journal, -500, "买牛奶", &context, NULL);
    default:
      return mr_journal_note_drawer (till->journal, &context, "换零钱", NULL);
    }
}

void
sim_till_act (Sim *sim, SimTill *till)
{
  gboolean power_fails = sim_chance (sim, 15);
  gboolean disk_fails = sim_chance (sim, 15);
  gboolean done;

  if (till->journal == NULL)
    return;
  sim_set_clock (sim, &till->world, till->skew_us);
  if (power_fails || disk_fails)
    fault_vfs_plan (sim->vfs, FAULT_IO, FAULT_ON_WRITE | FAULT_ON_SYNC,
                    1 + test_world_below (&sim->chance, 12), power_fails);
  done = test_world_below (&sim->chance, 10) < 7 ? sell (sim, till) : do_other (sim, till);
  fault_vfs_plan (sim->vfs, FAULT_NONE, 0, 0, FALSE);
  if (power_fails)
    {
      sim->counts[SIM_TILL_POWER_LOST_IN_COMMIT]++;
      sim_till_lose_power (sim, till);
      return;
    }
  sim->counts[SIM_DISK_HICCUP] += disk_fails;
  /* What was not answered may or may not have happened; the cashier looks, and goes on. */
  if (!done && disk_fails)
    {
      sim_note (sim, "till %u: the disk failed once", till->index);
      open_shift (sim, till);
    }
  else if (!done)
    sim_fail (sim, "till %u: refused without a fault", till->index);
  if (till->engine != NULL)
    mr_sync_engine_appended (till->engine);
  sim_pump (sim, till);
}
