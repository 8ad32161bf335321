/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* How soon a till knows: a change at the center visible at a till, the catch-up of one that was away, and
 * a new till's first catalog; over HTTP on loopback, the center on threads of its own. Argument: number of
 * goods. The center pokes the till: measured is all from before its commit to the price a scan would find. */

#include "catalog/catalog.h"
#include "db/db.h"
#include "store/journal.h"
#include "store/shop.h"
#include "sync/sync.h"

#include "figures.h"
#include "served-center.h"
#include "system-world.h"
#include "temp-dir.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <stdlib.h>

#define N_CHANGES 300
#define N_CAUGHT_UP 10000
#define NS_PER_MS 1e6
#define NS_PER_S 1e9

typedef struct
{
  ServedCenter *center; /* (unowned) */
  char *dir; /* (owned) */
  MrJournal *journal; /* (owned) */
  MrSync *sync; /* (owned) */
  MrCatalog *catalog; /* (owned) (nullable) a reader of the current file */
} Till;

static void
on_replica_changed (MrSync *sync, gpointer user_data)
{
  Till *till = user_data;
  g_autoptr (MrShop) shop = mr_shop_open_reader (till->dir, NULL);
  g_autofree char *file = shop == NULL ? NULL : mr_shop_dup_catalog (shop);
  g_autofree char *path = file == NULL ? NULL : g_build_filename (till->dir, file, NULL);

  if (till->catalog == NULL && path != NULL)
    till->catalog = mr_catalog_open (path, NULL);
}

typedef struct
{
  MrEnrolReply *reply;
  gboolean done;
} Enrolled;

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Enrolled *enrolled = user_data;

  enrolled->reply = mr_sync_enrol_finish (result, &error);
  g_assert_no_error (error);
  enrolled->done = TRUE;
}

static void
till_start (Till *till, ServedCenter *center)
{
  g_autofree char *code = served_center_new_code (center);
  guint8 public_key[32], secret_key[64];
  Enrolled enrolled = { 0 };

  till->center = center;
  till->dir = temp_dir_new ();
  till->journal = mr_journal_open (till->dir, mr_system_world_get (), NULL);
  mr_journal_get_key (till->journal, public_key, secret_key, NULL);
  mr_sync_enrol_async (served_center_get_url (center), code, "bench", public_key, NULL, on_enrolled,
                       &enrolled);
  while (!enrolled.done)
    g_main_context_iteration (NULL, TRUE);
  mr_journal_set_enrolment (till->journal, served_center_get_url (center), enrolled.reply, NULL);
  mr_enrol_reply_free (enrolled.reply);
  till->sync = mr_sync_new (till->dir, mr_system_world_get ());
  g_signal_connect (till->sync, "replica-changed", G_CALLBACK (on_replica_changed), till);
}

static void
till_stop (Till *till)
{
  g_clear_object (&till->sync);
  g_clear_pointer (&till->catalog, mr_catalog_close);
  mr_journal_close (till->journal);
  temp_dir_remove (till->dir);
  g_free (till->dir);
}

static void
wait_idle (Till *till)
{
  MrSyncStatus status;

  for (mr_sync_get_status (till->sync, &status); !status.idle || till->catalog == NULL;
       mr_sync_get_status (till->sync, &status))
    g_main_context_iteration (NULL, TRUE);
}

static gint64
get_price (Till *till, const char *barcode)
{
  g_autoptr (GPtrArray) found =
      mr_catalog_find_barcode (till->catalog, barcode, g_get_real_time () + G_USEC_PER_SEC, NULL);

  return found == NULL || found->len == 0 ? -1
                                          : ((MrGood *) g_ptr_array_index (found, 0))->price_minor;
}

/* --- a change ---------------------------------------------------------------------------------- */

static gint64
measure_change (Till *till, guint i)
{
  g_autofree char *barcode = served_center_make_barcode (i % 100);
  gint64 price_minor = 1000 + i;
  gint64 start_ns = figures_now_ns ();

  served_center_put_goods (till->center, i % 100, 1, price_minor);
  while (get_price (till, barcode) != price_minor)
    g_main_context_iteration (NULL, TRUE);
  return figures_now_ns () - start_ns;
}

/* What nobody can do without: the center's durable commit, one question and its answer, the till's commit. */
static gint64
measure_floor (Till *till, SoupSession *session, MrDb *first, MrDb *second)
{
  g_autofree char *url = g_strconcat (served_center_get_url (till->center), "/v1/health", NULL);
  gint64 start_ns = figures_now_ns ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GBytes) body = soup_session_send_and_read (session, message, NULL, NULL);

  g_assert_nonnull (body);
  g_assert_true (mr_db_run (first, NULL, "INSERT INTO t (a) VALUES (?1)", "i", start_ns));
  g_assert_true (mr_db_run (second, NULL, "INSERT INTO t (a) VALUES (?1)", "i", start_ns));
  return figures_now_ns () - start_ns;
}

static MrDb *
open_plain (const char *dir, const char *name, MrDbFlags flags)
{
  g_autofree char *location = g_strconcat ("sqlite:", dir, "/", name, NULL);
  MrDb *db = mr_db_open (location, MR_DB_WRITE | MR_DB_CREATE | flags, NULL);

  g_assert_true (mr_db_exec (db, "CREATE TABLE t (a INTEGER)", NULL));
  return db;
}

static void
bench_change (Till *till)
{
  Samples ours = SAMPLES_NEW, floor = SAMPLES_NEW;
  g_autofree char *dir = temp_dir_new ();
  MrDb *first = open_plain (dir, "first.db", MR_DB_DURABLE);
  MrDb *second = open_plain (dir, "second.db", 0);
  g_autoptr (SoupSession) session = soup_session_new ();

  for (guint i = 0; i < N_CHANGES; i++)
    {
      samples_add (&ours, measure_change (till, i));
      samples_add (&floor, measure_floor (till, session, first, second));
    }
  figures_value ("change at center → visible at till, p50",
                 (double) samples_percentile (&ours, 50) / NS_PER_MS, "ms", 5);
  figures_value ("change at center → visible at till, p99",
                 (double) samples_percentile (&ours, 99) / NS_PER_MS, "ms", 0);
  figures_ratio ("p50", (double) samples_percentile (&ours, 50) / NS_PER_MS,
                 "one HTTP round trip + two commits",
                 (double) samples_percentile (&floor, 50) / NS_PER_MS, "ms", 0);
  mr_db_close (first);
  mr_db_close (second);
  temp_dir_remove (dir);
  samples_clear (&ours);
  samples_clear (&floor);
}

/* --- many changes ------------------------------------------------------------------------------ */

static void
bench_catch_up (Till *till, guint n_goods)
{
  guint n = MIN (n_goods, N_CAUGHT_UP);
  g_autofree char *last = served_center_make_barcode (n - 1);
  gint64 start_ns;
  double seconds;

  served_center_put_goods (till->center, 0, n, 7777);
  start_ns = figures_now_ns ();
  mr_sync_poke (till->sync);
  while (get_price (till, last) != 7777)
    g_main_context_iteration (NULL, TRUE);
  seconds = (double) (figures_now_ns () - start_ns) / NS_PER_S;
  wait_idle (till);
  figures_value ("catch-up of 10,000 prices", seconds, "s", 0);
  figures_value ("catch-up, rows a second", n / seconds, "rows/s", 0);
}

/* --- the first catalog ------------------------------------------------------------------------- */

static void
bench_bootstrap (ServedCenter *center)
{
  Till till = { 0 };
  gint64 start_ns = figures_now_ns ();
  MrSyncStatus status;

  till_start (&till, center);
  wait_idle (&till);
  mr_sync_get_status (till.sync, &status);
  figures_value ("enrolled, catalog in use, both feeds at their heads",
                 (double) (figures_now_ns () - start_ns) / NS_PER_S, "s", 0);
  till_stop (&till);
}

int
main (int argc, char **argv)
{
  guint n_goods = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 100000;
  ServedCenter *center = served_center_new ();
  Till till = { 0 };

  g_assert_cmpint (sodium_init (), >=, 0);
  figures_title ("sync over HTTP on loopback, %u goods", n_goods);
  for (guint i = 0; i < n_goods; i += 10000)
    served_center_put_goods (center, i, MIN (10000, n_goods - i), 350);
  till_start (&till, center);
  wait_idle (&till);
  bench_bootstrap (center);
  bench_change (&till);
  bench_catch_up (&till, n_goods);
  till_stop (&till);
  served_center_free (center);
  return EXIT_SUCCESS;
}
