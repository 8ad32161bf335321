/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/journal.h"

#include "fault-vfs.h"
#include "sample-sale.h"
#include "temp-dir.h"

#include <gio/gio.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A till that sells is killed, 220 times; each time its journal is opened and looked at as at a start. */
#define KILLS_BY_CALL 150
#define KILLS_BY_TIME 70
#define KILLS_PER_JOURNAL 15

typedef struct
{
  char *dir; /* (owned) */
  GHashTable *known; /* (owned) text of the ids of all sales answered */
  guint64 seed;
  guint n_answered;
  guint n_unanswered_there; /* committed, but the answer was cut off */
} Shop;

static const MrEntryContext cashier = { .staff_number = 1001 };

/* --- the till, in a process of its own --- */

static void
sell_for_ever (const char *dir, TestWorld *world, int answers)
{
  g_autoptr (MrJournal) journal = mr_journal_open (dir, &world->world, NULL);

  if (journal == NULL)
    _exit (1);
  while (TRUE)
    {
      g_autoptr (MrSale) sale = sample_sale (world, 1 + (guint) test_world_below (world, 5));
      MrCommittedSale committed = { 0 };
      g_autoptr (MrShift) shift = mr_journal_load_shift (journal, NULL);
      MrId id = mr_sale_get_id (sale);

      if (shift == NULL)
        shift = mr_journal_open_shift (journal, 20000, &cashier, NULL);
      if (!mr_journal_keep_basket (journal, sale, 1001, NULL) ||
          !mr_journal_commit_sale (journal, sale, &cashier, 1, TRUE, &committed, NULL))
        _exit (2);
      mr_committed_sale_clear (&committed);
      if (write (answers, id.bytes, sizeof id.bytes) != sizeof id.bytes)
        _exit (3);
      test_world_advance (world, G_USEC_PER_SEC);
      if (test_world_below (world, 5) == 0)
        mr_journal_tidy (journal, test_world_below (world, 2) == 0, NULL);
      if (test_world_below (world, 9) == 0)
        {
          MrShift *closed = mr_journal_close_shift (journal, 5, TRUE, &cashier, TRUE, NULL);

          g_clear_pointer (&closed, mr_shift_free);
        }
    }
}

/* Kills by call when @k > 0, else by SIGKILL after a while. */
static int
run_till (Shop *shop, guint64 k, Fault fault, pid_t *pid)
{
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  shop->seed++;
  *pid = fork ();
  g_assert_cmpint (*pid, >=, 0);
  if (*pid > 0)
    {
      close (ends[1]);
      return ends[0];
    }

  TestWorld world;
  close (ends[0]);
  test_world_init (&world, shop->seed);
  /* A later life begins later. */
  test_world_advance (&world, (gint64) shop->seed * G_TIME_SPAN_HOUR);
  if (k > 0)
    {
      FaultVfs *vfs = fault_vfs_new ("deadly", &world);

      mr_db_use_vfs ("deadly");
      fault_vfs_plan (vfs, fault, FAULT_ON_ANY, k, FALSE);
    }
  sell_for_ever (shop->dir, &world, ends[1]);
  _exit (0);
}

static void
collect_answers (Shop *shop, int answers)
{
  MrId id;

  while (read (answers, id.bytes, sizeof id.bytes) == sizeof id.bytes)
    {
      g_assert_true (g_hash_table_add (shop->known, mr_id_to_string (id)));
      shop->n_answered++;
    }
  close (answers);
}

/* --- what is left of it --- */

static void
look_at_receipts (Shop *shop, MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = mr_journal_list_receipts (journal, G_MAXINT, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const MrReceiptRow *row = g_ptr_array_index (rows, i);
      g_autofree char *id = mr_id_to_string (row->entry_id);

      g_assert_cmpint (row->number, ==, rows->len - i);
      if (g_hash_table_contains (shop->known, id))
        continue;
      /* Committed, killed before the answer: no more than one a life. */
      shop->n_unanswered_there++;
      g_hash_table_add (shop->known, g_steal_pointer (&id));
      g_assert_cmpuint (i, ==, 0);
    }
  g_assert_cmpuint (rows->len, ==, g_hash_table_size (shop->known));
}

static void
look_at_journal (Shop *shop)
{
  g_autofree char *path = g_build_filename (shop->dir, "journal.db", NULL);
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;
  TestWorld world;

  test_world_init (&world, shop->seed);
  g_autoptr (MrJournal) journal = mr_journal_open (shop->dir, &world.world, &error);
  g_assert_no_error (error);
  look_at_receipts (shop, journal);
  g_assert_true (mr_journal_verify (path, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (result.reason, ==, NULL);
}

static void
start_shop (Shop *shop)
{
  shop->dir = temp_dir_new ();
  shop->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
end_shop (Shop *shop)
{
  temp_dir_remove (shop->dir);
  g_clear_pointer (&shop->dir, g_free);
  g_clear_pointer (&shop->known, g_hash_table_unref);
}

/* Before the k-th call that writes, or in the middle of it. */
static void
test_by_call (void)
{
  Shop shop = { .seed = 100 };

  for (guint kill_number = 0; kill_number < KILLS_BY_CALL; kill_number++)
    {
      Fault fault = kill_number % 2 == 0 ? FAULT_EXIT : FAULT_HALF_EXIT;
      int status;
      pid_t pid;

      if (kill_number % KILLS_PER_JOURNAL == 0)
        start_shop (&shop);
      collect_answers (&shop, run_till (&shop, 1 + kill_number, fault, &pid));
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, FAULT_EXIT_STATUS);
      look_at_journal (&shop);
      if (kill_number % KILLS_PER_JOURNAL == KILLS_PER_JOURNAL - 1)
        end_shop (&shop);
    }
  g_test_message ("%u answered, %u there without an answer", shop.n_answered,
                  shop.n_unanswered_there);
  g_assert_cmpuint (shop.n_answered, >, KILLS_BY_CALL / 2);
}

static void
test_by_time (void)
{
  Shop shop = { .seed = 1000 };
  TestWorld chance;

  test_world_init (&chance, 1);
  for (guint kill_number = 0; kill_number < KILLS_BY_TIME; kill_number++)
    {
      int status;
      pid_t pid;

      if (kill_number % KILLS_PER_JOURNAL == 0)
        start_shop (&shop);
      int answers = run_till (&shop, 0, FAULT_NONE, &pid);
      g_usleep (test_world_below (&chance, 25000));
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      collect_answers (&shop, answers);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      look_at_journal (&shop);
      if (kill_number % KILLS_PER_JOURNAL == KILLS_PER_JOURNAL - 1 ||
          kill_number == KILLS_BY_TIME - 1)
        end_shop (&shop);
    }
  g_test_message ("%u answered, %u there without an answer", shop.n_answered,
                  shop.n_unanswered_there);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

  g_test_add_func ("/kill-store/by-call", test_by_call);
  g_test_add_func ("/kill-store/by-time", test_by_time);
  return g_test_run ();
}
