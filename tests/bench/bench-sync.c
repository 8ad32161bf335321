/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* How soon a till knows: a change at the center visible at a till, the catch-up of one that was away, and
 * a new till's first catalog; over HTTP on loopback, the center on threads of its own. Arguments: number of
 * goods; "--ask": do what standard input says, one measurement a line, for bench-pouchdb.py. The center pokes the till: measured is all from before its commit to the price a scan would find. */

#include "catalog/catalog.h"
#include "db/db.h"
#include "store/journal.h"
#include "store/shop.h"
#include "sync/sync.h"

#include "fake-till.h"
#include "figures.h"
#include "served-center.h"
#include "system-world.h"
#include "temp-dir.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_CHANGES 300
#define N_CAUGHT_UP 10000
#define N_CATCH_UPS 5
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

/* From the poke to the last of the prices. */
static gint64
measure_catch_up (Till *till, guint n, gint64 price_minor)
{
  g_autofree char *last = served_center_make_barcode (n - 1);
  gint64 start_ns;

  served_center_put_goods (till->center, 0, n, price_minor);
  start_ns = figures_now_ns ();
  while (get_price (till, last) != price_minor)
    g_main_context_iteration (NULL, TRUE);
  return figures_now_ns () - start_ns;
}

/* As many rows of one table changed in one transaction, by SQLite alone. */
static gint64
measure_update (MrDb *db, guint n, gint64 price_minor)
{
  gint64 start_ns = figures_now_ns ();

  g_assert_true (mr_db_begin (db, NULL));
  for (guint i = 0; i < n; i++)
    g_assert_true (mr_db_run (db, NULL,
                              "INSERT INTO price (id, pack, amount, since) VALUES (?1, ?1, ?2, 0) "
                              "ON CONFLICT (id) DO UPDATE SET amount = excluded.amount",
                              "ii", (gint64) i, price_minor));
  g_assert_true (mr_db_commit (db, NULL));
  return figures_now_ns () - start_ns;
}

static void
bench_catch_up (Till *till, guint n_goods)
{
  guint n = MIN (n_goods, N_CAUGHT_UP);
  Samples ours = SAMPLES_NEW, floor = SAMPLES_NEW;
  g_autofree char *dir = temp_dir_new ();
  MrDb *db = open_plain (dir, "prices.db", 0);
  double seconds;

  g_assert_true (mr_db_exec (
      db,
      "CREATE TABLE price (id INTEGER PRIMARY KEY, pack INTEGER, amount INTEGER, since INTEGER)",
      NULL));
  for (guint i = 0; i <= N_CATCH_UPS; i++)
    {
      gint64 floor_ns = measure_update (db, n, 7000 + i);
      gint64 ours_ns = measure_catch_up (till, n, 7000 + i);

      wait_idle (till);
      /* The first only fills the plain table. */
      if (i == 0)
        continue;
      samples_add (&ours, ours_ns);
      samples_add (&floor, floor_ns);
    }
  seconds = (double) samples_percentile (&ours, 50) / NS_PER_S;
  figures_ratio ("catch-up of 10,000 prices", seconds, "the same rows updated in one transaction",
                 (double) samples_percentile (&floor, 50) / NS_PER_S, "s", 0);
  figures_value ("catch-up, rows a second", n / seconds, "rows/s", 0);
  mr_db_close (db);
  temp_dir_remove (dir);
  samples_clear (&ours);
  samples_clear (&floor);
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

/* --- asked by another program, in turn with another system ------------------------------------- */

#define GROUP 250

typedef struct
{
  Till *till; /* (unowned) */
  FakeTill seller;
  SoupSession *session; /* (owned) */
  gint64 pushed;
  guint round;
} Desk;

static GBytes *
post (Desk *self, const char *path, const char *body, FakeSignature *signature)
{
  g_autofree char *url = g_strconcat (served_center_get_url (self->till->center), path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  GBytes *reply;

  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  if (signature != NULL)
    {
      soup_message_headers_append (headers, "Millrace-Till", signature->till);
      soup_message_headers_append (headers, "Millrace-Time", signature->time);
      soup_message_headers_append (headers, "Millrace-Signature", signature->signature);
    }
  reply = soup_session_send_and_read (self->session, message, NULL, NULL);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return reply;
}

static void
desk_open (Desk *self, Till *till)
{
  g_autofree char *code = served_center_new_code (till->center);
  g_autofree char *enrolment = NULL;
  g_autoptr (GBytes) reply = NULL;

  self->till = till;
  self->session = soup_session_new ();
  fake_till_init (&self->seller, mr_system_world_get ());
  enrolment = fake_till_make_enrolment (&self->seller, code);
  reply = post (self, "/v1/enrol", enrolment, NULL);
  fake_till_enrolled (&self->seller, g_bytes_get_data (reply, NULL),
                      (gssize) g_bytes_get_size (reply));
}

/* @path: where the entries are left for the other side. */
static gint64
ask_ingest (Desk *self, const char *path)
{
  g_autofree char *body = NULL;
  g_autoptr (GBytes) reply = NULL;
  FakeSignature signature;
  gint64 start_ns;

  for (guint i = 0; i < GROUP; i++)
    fake_till_sell (&self->seller, 1);
  body = fake_till_make_push (&self->seller, self->pushed, GROUP);
  self->pushed += GROUP;
  g_assert_true (g_file_set_contents (path, body, -1, NULL));
  start_ns = figures_now_ns ();
  signature = fake_till_sign (&self->seller, "POST", "/v1/journal", body, 0);
  reply = post (self, "/v1/journal", body, &signature);
  start_ns = figures_now_ns () - start_ns;
  fake_signature_clear (&signature);
  return start_ns;
}

static void
answer_questions (Till *till, guint n_goods)
{
  Desk desk = { 0 };
  char line[4096];

  desk_open (&desk, till);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      gint64 spent_ns = 0;

      g_strchomp (line);
      wait_idle (till);
      desk.round++;
      if (g_str_has_prefix (line, "ingest "))
        spent_ns = ask_ingest (&desk, line + strlen ("ingest "));
      else if (strcmp (line, "catch-up") == 0)
        spent_ns = measure_catch_up (till, MIN (n_goods, N_CAUGHT_UP), 7000 + desk.round);
      else if (strcmp (line, "change") == 0)
        spent_ns = measure_change (till, desk.round);
      fprintf (stdout, "%" G_GINT64_FORMAT "\n", spent_ns);
      fflush (stdout);
    }
  fake_till_clear (&desk.seller);
  g_object_unref (desk.session);
}

int
main (int argc, char **argv)
{
  guint n_goods = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 100000;
  ServedCenter *center = served_center_new ();
  Till till = { 0 };

  g_assert_cmpint (sodium_init (), >=, 0);
  if (argc <= 2)
    figures_title ("sync over HTTP on loopback, %u goods", n_goods);
  for (guint i = 0; i < n_goods; i += 10000)
    served_center_put_goods (center, i, MIN (10000, n_goods - i), 350);
  till_start (&till, center);
  wait_idle (&till);
  if (argc > 2)
    {
      answer_questions (&till, n_goods);
    }
  else
    {
      bench_bootstrap (center);
      bench_change (&till);
      bench_catch_up (&till, n_goods);
    }
  till_stop (&till);
  served_center_free (center);
  return EXIT_SUCCESS;
}
