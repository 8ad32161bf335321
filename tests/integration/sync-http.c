/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/catalog.h"
#include "db/db.h"
#include "store/journal.h"
#include "store/shop.h"
#include "sync/sync.h"

#include "served-center.h"
#include "system-world.h"
#include "temp-dir.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

/* The sync thread against a real center over real sockets. */

typedef struct
{
  ServedCenter *center;
  char *dir;
  MrJournal *journal;
  MrSync *sync;
  guint n_status;
  guint n_replica;
} Fixture;

static const MrEntryContext context = { .staff_number = 1001 };

static void
on_status_changed (MrSync *sync, gpointer user_data)
{
  ((Fixture *) user_data)->n_status++;
}

static void
on_replica_changed (MrSync *sync, gpointer user_data)
{
  ((Fixture *) user_data)->n_replica++;
}

static gboolean
on_deadline (gpointer reached)
{
  *(gboolean *) reached = TRUE;
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @is_true; a minute is long enough for any machine. */
static void
wait_until (Fixture *fixture, gboolean (*is_true) (Fixture *fixture))
{
  gboolean late = FALSE;
  guint deadline = g_timeout_add_seconds (60, on_deadline, &late);

  while (!is_true (fixture) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_assert_false (late);
}

static MrSyncStatus
get_status (Fixture *fixture)
{
  MrSyncStatus status;

  mr_sync_get_status (fixture->sync, &status);
  return status;
}

typedef struct
{
  MrEnrolReply *reply;
  GError *error;
  gboolean done;
} Enrolled;

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Enrolled *enrolled = user_data;

  enrolled->reply = mr_sync_enrol_finish (result, &enrolled->error);
  enrolled->done = TRUE;
}

static Enrolled
enrol_at (Fixture *fixture, const char *url, const char *code)
{
  guint8 public_key[32], secret_key[64];
  Enrolled enrolled = { 0 };

  g_assert_true (mr_journal_get_key (fixture->journal, public_key, secret_key, NULL));
  mr_sync_enrol_async (url, code, "收银台", public_key, NULL, on_enrolled, &enrolled);
  while (!enrolled.done)
    g_main_context_iteration (NULL, TRUE);
  return enrolled;
}

static void
enrol (Fixture *fixture)
{
  g_autofree char *code = served_center_new_code (fixture->center);
  Enrolled enrolled = enrol_at (fixture, served_center_get_url (fixture->center), code);

  g_assert_no_error (enrolled.error);
  g_assert_cmpstr (enrolled.reply->region, ==, "east");
  g_assert_true (mr_journal_set_enrolment (fixture->journal,
                                           served_center_get_url (fixture->center), enrolled.reply,
                                           NULL));
  mr_enrol_reply_free (enrolled.reply);
}

static void
start_sync (Fixture *fixture)
{
  fixture->sync = mr_sync_new (fixture->dir, mr_system_world_get ());
  g_signal_connect (fixture->sync, "status-changed", G_CALLBACK (on_status_changed), fixture);
  g_signal_connect (fixture->sync, "replica-changed", G_CALLBACK (on_replica_changed), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->center = served_center_new ();
  served_center_put_goods (fixture->center, 0, 20, 350);
  fixture->dir = temp_dir_new ();
  fixture->journal = mr_journal_open (fixture->dir, mr_system_world_get (), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* A word on its way home holds a reference: stopped, it says nothing any more. */
  if (fixture->sync != NULL)
    mr_sync_stop (fixture->sync);
  g_clear_object (&fixture->sync);
  mr_journal_close (fixture->journal);
  served_center_free (fixture->center);
  temp_dir_remove (fixture->dir);
  g_free (fixture->dir);
}

static gboolean
is_idle (Fixture *fixture)
{
  return get_status (fixture).idle && fixture->n_replica > 0;
}

static gboolean
is_offline (Fixture *fixture)
{
  return get_status (fixture).connection == MR_SYNC_OFFLINE;
}

static gboolean
is_online (Fixture *fixture)
{
  return get_status (fixture).connection == MR_SYNC_ONLINE;
}

static gboolean
has_pushed_all (Fixture *fixture)
{
  return get_status (fixture).waiting == 0;
}

static gboolean
has_waiting (Fixture *fixture)
{
  return get_status (fixture).waiting > 0;
}

static gboolean
has_problem (Fixture *fixture)
{
  return *get_status (fixture).problem != '\0';
}

static gboolean
knows_waiting (Fixture *fixture)
{
  return get_status (fixture).waiting >= 0;
}

static gint64
get_price (Fixture *fixture, guint number)
{
  g_autoptr (MrShop) shop = mr_shop_open_reader (fixture->dir, NULL);
  g_autofree char *file = shop == NULL ? NULL : mr_shop_dup_catalog (shop);
  g_autofree char *path = file == NULL ? NULL : g_build_filename (fixture->dir, file, NULL);
  g_autoptr (MrCatalog) catalog = path == NULL ? NULL : mr_catalog_open (path, NULL);
  g_autofree char *barcode = served_center_make_barcode (number);
  g_autoptr (GPtrArray) found = NULL;

  if (catalog == NULL)
    return -1;
  found = mr_catalog_find_barcode (catalog, barcode, g_get_real_time (), NULL);
  return found->len == 0 ? -1 : ((MrGood *) g_ptr_array_index (found, 0))->price_minor;
}

static gboolean
has_new_price (Fixture *fixture)
{
  return get_price (fixture, 3) == 480;
}

static gint64
count_entries (Fixture *fixture)
{
  g_autoptr (MrDb) db =
      mr_db_open (served_center_get_location (fixture->center), MR_DB_READ_ONLY, NULL);
  gint64 n = -1;

  g_assert_true (mr_db_get_int (db, &n, NULL, "SELECT count(*) FROM entry", ""));
  return n;
}

/* --- tests ------------------------------------------------------------------------------------- */

/* From nothing to a catalog, entries up, a change down. */
static void
test_way (Fixture *fixture, gconstpointer data)
{
  start_sync (fixture);
  enrol (fixture);
  g_assert_true (mr_journal_note_drawer (fixture->journal, &context, "换零钱", NULL));
  mr_sync_poke (fixture->sync);
  wait_until (fixture, is_idle);
  g_assert_cmpint (get_price (fixture, 3), ==, 350);
  g_assert_cmpint (count_entries (fixture), ==, 1);
  g_assert_true (is_online (fixture));
  g_assert_cmpint (ABS (get_status (fixture).clock_offset_us), <, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (fixture->n_status, >, 0);

  g_assert_true (mr_journal_note_drawer (fixture->journal, &context, "换零钱", NULL));
  mr_sync_appended (fixture->sync);
  wait_until (fixture, has_waiting);
  wait_until (fixture, has_pushed_all);
  g_assert_cmpint (count_entries (fixture), ==, 2);

  served_center_put_goods (fixture->center, 3, 1, 480);
  mr_sync_poke (fixture->sync);
  wait_until (fixture, has_new_price);
}

static gint64 awaited_minor;

static gboolean
has_awaited_price (Fixture *fixture)
{
  return get_price (fixture, 3) == awaited_minor;
}

/* A till that waits is told: polling alone would take half a minute for each of these at least. Told again
 * after the center was restarted. */
static void
test_poked (Fixture *fixture, gconstpointer data)
{
  enrol (fixture);
  start_sync (fixture);
  wait_until (fixture, is_idle);
  for (awaited_minor = 401; awaited_minor < 411; awaited_minor++)
    {
      if (awaited_minor == 406)
        {
          served_center_stop (fixture->center);
          wait_until (fixture, is_offline);
          served_center_start (fixture->center);
          mr_sync_poke (fixture->sync);
          wait_until (fixture, is_online);
        }
      served_center_put_goods (fixture->center, 3, 1, awaited_minor);
      wait_until (fixture, has_awaited_price);
    }
}

/* The center goes away in the midst of a day: it is said, nothing is lost, all drains by itself. */
static void
test_outage (Fixture *fixture, gconstpointer data)
{
  enrol (fixture);
  start_sync (fixture);
  wait_until (fixture, is_idle);
  served_center_stop (fixture->center);
  for (guint i = 0; i < 30; i++)
    {
      g_assert_true (mr_journal_note_drawer (fixture->journal, &context, "换零钱", NULL));
      mr_sync_appended (fixture->sync);
    }
  wait_until (fixture, is_offline);
  wait_until (fixture, has_waiting);
  served_center_start (fixture->center);
  mr_sync_poke (fixture->sync);
  wait_until (fixture, is_online);
  wait_until (fixture, has_pushed_all);
  g_assert_cmpint (count_entries (fixture), ==, 30);
}

/* Replicas that are deleted come back by themselves; so does one that is damaged. */
static void
test_replicas_gone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *shop_path = g_build_filename (fixture->dir, "shop.db", NULL);
  g_autofree char *first = NULL;
  g_autofree char *catalog_path = NULL;

  enrol (fixture);
  start_sync (fixture);
  wait_until (fixture, is_idle);
  {
    g_autoptr (MrShop) shop = mr_shop_open_reader (fixture->dir, NULL);

    first = mr_shop_dup_catalog (shop);
  }
  g_clear_object (&fixture->sync);
  fixture->n_replica = 0;
  catalog_path = g_build_filename (fixture->dir, first, NULL);
  g_assert_cmpint (g_unlink (catalog_path), ==, 0);
  g_assert_true (
      g_file_set_contents (shop_path, "not a database at all, but long enough", -1, NULL));
  start_sync (fixture);
  wait_until (fixture, is_idle);
  g_assert_cmpint (get_price (fixture, 3), ==, 350);
}

static void
on_page (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, "<html>", 6);
}

static void
expect_refusal (Fixture *fixture, const char *url, const char *code, MrSyncError expected)
{
  Enrolled enrolled = enrol_at (fixture, url, code);

  g_assert_null (enrolled.reply);
  g_assert_error (enrolled.error, MR_SYNC_ERROR, (int) expected);
  g_assert_cmpstr (enrolled.error->message, !=, "");
  g_error_free (enrolled.error);
}

static void
test_enrolment_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SoupServer) other = soup_server_new (NULL, NULL);
  g_autofree char *code = served_center_new_code (fixture->center);
  g_autofree char *url = g_strdup (served_center_get_url (fixture->center));
  g_autofree char *other_url = NULL;
  g_autoslist (GUri) uris = NULL;
  Enrolled enrolled;

  soup_server_add_handler (other, NULL, on_page, NULL, NULL);
  g_assert_true (soup_server_listen_local (other, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (other);
  other_url = g_uri_to_string (uris->data);
  expect_refusal (fixture, "the center", code, MR_SYNC_ERROR_ADDRESS);
  expect_refusal (fixture, "ftp://127.0.0.1", code, MR_SYNC_ERROR_ADDRESS);
  expect_refusal (fixture, other_url, code, MR_SYNC_ERROR_ANSWER);
  expect_refusal (fixture, url, "AAAA-BBBB-CCCC", MR_SYNC_ERROR_REFUSED);
  enrolled = enrol_at (fixture, url, code);
  g_assert_no_error (enrolled.error);
  mr_enrol_reply_free (enrolled.reply);
  served_center_stop (fixture->center);
  expect_refusal (fixture, url, code, MR_SYNC_ERROR_UNREACHABLE);
}

/* Stopped in the midst of everything: no thread and no answer is left behind. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  enrol (fixture);
  for (guint i = 0; i < 5; i++)
    {
      start_sync (fixture);
      mr_sync_poke (fixture->sync);
      g_usleep (i * 3000);
      mr_sync_stop (fixture->sync);
      mr_sync_poke (fixture->sync);
      g_clear_object (&fixture->sync);
    }
}

/* What the center has nobody knows while the replica cannot be opened: that is not "nothing waits". */
static void
test_cannot_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "shop.db", NULL);

  enrol (fixture);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  start_sync (fixture);
  wait_until (fixture, has_problem);
  g_assert_false (knows_waiting (fixture));
  g_assert_cmpint (g_rmdir (path), ==, 0);
  mr_sync_poke (fixture->sync);
  wait_until (fixture, knows_waiting);
  wait_until (fixture, is_idle);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sync-http/way", test_way);
  ADD ("/sync-http/poked", test_poked);
  ADD ("/sync-http/outage", test_outage);
  ADD ("/sync-http/replicas-gone", test_replicas_gone);
  ADD ("/sync-http/enrolment-refused", test_enrolment_refused);
  ADD ("/sync-http/cannot-open", test_cannot_open);
  ADD ("/sync-http/stop", test_stop);
  return g_test_run ();
}
