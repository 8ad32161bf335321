/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/snapshot.h"

#include "center-fixture.h"
#include "test-database.h"

#include <stdlib.h>
#include <string.h>

/* What tills read of the center: pages of feeds, positions that are refused, snapshots. */

static gboolean
publish_goods (MrBatch *batch, gpointer data, GError **error)
{
  gint64 feed = mr_feed_find (batch->db, "region", 1, error);
  gint64 n = *(gint64 *) data;

  for (gint64 i = 1; i <= n; i++)
    {
      g_autofree char *name = g_strdup_printf ("货品 %" G_GINT64_FORMAT, i);
      g_autofree char *barcode = g_strdup_printf ("%" G_GINT64_FORMAT, 100000 + i);
      g_autofree char *good = mr_feed_fields ("ssisiiis", name, "瓶", (gint64) 0, "", (gint64) 0,
                                              (gint64) 0, (gint64) 0, "");
      g_autofree char *pack = mr_feed_fields ("iiss", i, (gint64) 1000, barcode, "");

      if (!mr_feed_publish_int (batch->feeds, feed, "good", i, good, error) ||
          !mr_feed_publish_int (batch->feeds, feed, "pack", i, pack, error))
        return FALSE;
    }
  return TRUE;
}

static void
count_changed (const gint64 *feed_ids, guint n, gpointer data)
{
  for (guint i = 0; i < n; i++)
    {
      gint64 *times = g_hash_table_lookup (data, &feed_ids[i]);

      if (times == NULL)
        g_hash_table_insert (data, g_memdup2 (&feed_ids[i], sizeof (gint64)),
                             times = g_new0 (gint64, 1));
      (*times)++;
    }
}

static gint64
get_times (GHashTable *told, gint64 feed_id)
{
  const gint64 *times = g_hash_table_lookup (told, &feed_id);

  return times == NULL ? 0 : *times;
}

/* Whoever listens is told of what was committed, and of nothing else. */
static void
test_changes_are_told (CenterFixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  gint64 region =
      center_fixture_count (fixture, "SELECT id FROM feed WHERE kind = 'region' AND scope_id = 1");
  gint64 shop =
      center_fixture_count (fixture, "SELECT id FROM feed WHERE kind = 'shop' AND scope_id = 1");
  gint64 n = 3;
  g_autofree char *push = NULL;

  mr_center_set_feeds_changed (fixture->center, count_changed, told);
  center_fixture_run (fixture, publish_goods, &n);
  g_assert_cmpint (get_times (told, region), ==, 1);
  center_fixture_run (fixture, publish_goods, &n);
  g_assert_cmpint (get_times (told, region), ==, 1);
  g_assert_cmpint (get_times (told, shop), ==, 0);
  fake_till_sell (&fixture->till, 3);
  center_fixture_push (fixture, &fixture->till, 0, 1, 200);
  g_assert_cmpint (get_times (told, shop), ==, 1);
  /* A push that is refused leaves nothing behind, and nothing to tell. */
  push = fake_till_make_push (&fixture->till, 0, 1);
  g_free (center_fixture_expect (fixture, NULL, "POST", "/v1/journal", push, 401, NULL));
  g_assert_cmpuint (g_hash_table_size (told), ==, 2);
  g_assert_cmpint (get_times (told, shop), ==, 1);
}

static MrFeedsReply *
pull (CenterFixture *fixture, const MrPosition *region, const MrPosition *region_seen,
      const MrPosition *shop, guint limit)
{
  char r[MR_POSITION_STRING_SIZE], seen[MR_POSITION_STRING_SIZE], s[MR_POSITION_STRING_SIZE];
  g_autofree char *path =
      g_strdup_printf ("/v1/feeds?region=%s,%s&shop=%s,%s&schema=1&limit=%u",
                       mr_position_format (region, r), mr_position_format (region_seen, seen),
                       mr_position_format (shop, s), s, limit);
  g_autofree char *text =
      center_fixture_expect (fixture, &fixture->till, "GET", path, NULL, 200, NULL);
  g_autoptr (GError) error = NULL;
  MrFeedsReply *reply = mr_feeds_reply_from_json (text, -1, &error);

  g_assert_no_error (error);
  return reply;
}

static void
test_feed_pages (CenterFixture *fixture, gconstpointer data)
{
  MrPosition region = { 0 }, shop = { 0 };
  gint64 n = 25;
  guint rows = 0, pages = 0;
  gboolean full = FALSE;

  center_fixture_run (fixture, publish_goods, &n);
  while (!full)
    {
      g_autoptr (MrFeedsReply) reply = pull (fixture, &region, &region, &shop, 7);

      rows += reply->region.rows->len;
      region = reply->region.head;
      shop = reply->shop.head;
      full = reply->region.full && reply->shop.full;
      pages++;
    }
  g_assert_cmpuint (rows, ==, 50);
  g_assert_cmpuint (pages, ==, 8);
  /* The same again draws no version; a sale moves the shop's levels and is told to its tills. */
  center_fixture_run (fixture, publish_goods, &n);
  fake_till_sell (&fixture->till, 3);
  center_fixture_push (fixture, &fixture->till, 0, 1, 200);
  {
    g_autoptr (MrFeedsReply) reply = pull (fixture, &region, &region, &shop, 100);
    const MrMine *mine = &g_array_index (reply->mine, MrMine, 0);

    g_assert_cmpuint (reply->region.rows->len, ==, 0);
    g_assert_cmpuint (reply->shop.rows->len, ==, 4);
    g_assert_cmpstr (((MrFeedRow *) g_ptr_array_index (reply->shop.rows, 0))->table, ==, "receipt");
    g_assert_cmpstr (((MrFeedRow *) g_ptr_array_index (reply->shop.rows, 1))->table, ==, "level");
    g_assert_cmpint (mine->applied, ==, 1);
    g_assert_true (mr_id_equal (mine->writer, fixture->till.writer));
  }
}

static void
test_feed_positions (CenterFixture *fixture, gconstpointer data)
{
  static const char *const rows[][3] = {
    { "region=1.ffffffffffffffff,1.ffffffffffffffff&shop=0,0", "409", "/problems/region-diverged" },
    { "region=0,0&shop=1.ffffffffffffffff,0", "409", "/problems/shop-diverged" },
    { "region=0,0&shop=0,9000.ffffffffffffffff", "409", "/problems/shop-diverged" },
    { "region=0&shop=0,0", "400", "/problems/bad-query" },
    { "region=0,0&shop=x,0", "400", "/problems/bad-query" },
    { "region=0,0&shop=0,0&limit=0", "400", "/problems/bad-query" },
    { "region=0,0&shop=0,0&limit=99999999999999999999", "400", "/problems/bad-query" },
  };
  gint64 n = 3;

  center_fixture_run (fixture, publish_goods, &n);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/v1/feeds?schema=1&", rows[i][0], NULL);

      g_free (center_fixture_expect (fixture, &fixture->till, "GET", path, NULL,
                                     (guint) g_ascii_strtoull (rows[i][1], NULL, 10), rows[i][2]));
    }
  g_free (center_fixture_expect (fixture, &fixture->till, "GET",
                                 "/v1/feeds?schema=0&region=0,0&shop=0,0", NULL, 426,
                                 "/problems/too-old-to-talk"));
}

static gboolean
prune (MrBatch *batch, gpointer data, GError **error)
{
  return mr_feed_prune (batch->db, mr_feed_find (batch->db, "region", 1, error), 2, error);
}

static gboolean
touch_good (MrBatch *batch, gpointer data, GError **error)
{
  g_autofree char *good =
      mr_feed_fields ("ssisiiis", data, "", (gint64) 0, "", (gint64) 0, (gint64) 0, (gint64) 0, "");
  gint64 feed = mr_feed_find (batch->db, "region", 1, error);

  return mr_feed_publish_int (batch->feeds, feed, "good", 1, good, error);
}

static void
test_feed_prune (CenterFixture *fixture, gconstpointer data)
{
  MrPosition nothing = { 0 }, old, middle;
  g_autofree char *path = NULL;
  gint64 n = 10;
  char text[MR_POSITION_STRING_SIZE];

  center_fixture_run (fixture, publish_goods, &n);
  {
    g_autoptr (MrFeedsReply) reply = pull (fixture, &nothing, &nothing, &nothing, 100);

    old = reply->region.head;
  }
  center_fixture_run (fixture, touch_good, (gpointer) "one");
  center_fixture_run (fixture, touch_good, (gpointer) "two");
  center_fixture_run (fixture, touch_good, (gpointer) "three");
  center_fixture_run (fixture, prune, NULL);
  path = g_strdup_printf ("/v1/feeds?schema=1&region=%s,%s", mr_position_format (&old, text), text);
  g_free (center_fixture_expect (fixture, &fixture->till, "GET", path, NULL, 410,
                                 "/problems/region-too-old"));
  /* Paging anew from 0 passes through versions whose own salts are forgotten. */
  {
    g_autoptr (MrFeedsReply) reply = pull (fixture, &nothing, &nothing, &nothing, 5);

    middle = reply->region.head;
    g_assert_false (reply->region.full);
  }
  {
    g_autoptr (MrFeedsReply) reply = pull (fixture, &middle, &middle, &nothing, 100);

    g_assert_true (reply->region.full);
    g_assert_cmpuint (reply->region.rows->len, ==, 15);
  }
}

/* A center restored from an older copy: what was seen since is not in its history. */
static void
test_feed_restored (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *location = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  MrPosition nothing = { 0 }, before, after;
  char cursor[MR_POSITION_STRING_SIZE], seen[MR_POSITION_STRING_SIZE];
  gint64 n = 2;

  center_fixture_run (fixture, publish_goods, &n);
  {
    g_autoptr (MrFeedsReply) reply = pull (fixture, &nothing, &nothing, &nothing, 100);

    before = reply->region.head;
  }
  mr_center_close (fixture->center);
  location = test_database_copy (fixture->location, fixture->dir);
  center_fixture_open (fixture);
  center_fixture_run (fixture, touch_good, (gpointer) "lost");
  {
    g_autoptr (MrFeedsReply) reply = pull (fixture, &before, &before, &nothing, 100);

    after = reply->region.head;
  }
  mr_center_close (fixture->center);
  fixture->center = mr_center_open (location, fixture->files, &fixture->world.world, &error);
  g_assert_no_error (error);
  center_fixture_run (fixture, touch_good, (gpointer) "another history of the same length");
  /* The cursor alone would be believed; what was seen gives it away. */
  path = g_strdup_printf ("/v1/feeds?schema=1&region=%s,%s", mr_position_format (&before, cursor),
                          mr_position_format (&after, seen));
  g_free (center_fixture_expect (fixture, &fixture->till, "GET", path, NULL, 409,
                                 "/problems/region-diverged"));
}

static void
test_snapshot (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSnapshotInfo) info = NULL;
  g_autofree char *path = NULL;
  FakeSignature signature;
  MrCenterRequest request = { .method = "GET", .range = "bytes=10-19" };
  MrCenterReply reply;
  gint64 n = 6000;

  center_fixture_run (fixture, publish_goods, &n);
  g_free (center_fixture_expect (fixture, &fixture->till, "GET",
                                 "/v1/feeds?schema=1&region=0,0&shop=0,0", NULL, 410,
                                 "/problems/region-too-old"));
  text = center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/east?schema=1", NULL,
                                200, NULL);
  info = mr_snapshot_info_from_json (text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->position.v, ==, 12000);
  path = g_strconcat ("/v1/snapshot/", info->name, NULL);
  reply = center_fixture_send (fixture, &fixture->till, "GET", path, NULL, 0);
  g_assert_cmpuint (reply.status, ==, 200);
  g_assert_cmpuint (g_bytes_get_size (reply.body), ==, info->bytes);
  g_assert_nonnull (reply.etag);
  mr_center_reply_clear (&reply);
  /* A part of it, and a part beyond its end. */
  signature = fake_till_sign (&fixture->till, "GET", path, NULL, 0);
  request.path = path;
  request.till = signature.till;
  request.time = signature.time;
  request.signature = signature.signature;
  mr_center_handle (fixture->center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 206);
  g_assert_cmpuint (g_bytes_get_size (reply.body), ==, 10);
  mr_center_reply_clear (&reply);
  request.range = "bytes=999999999-";
  mr_center_handle (fixture->center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 416);
  mr_center_reply_clear (&reply);
  fake_signature_clear (&signature);
  g_free (center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/west", NULL, 404,
                                 "/problems/no-snapshot"));
  g_free (center_fixture_expect (fixture, &fixture->till, "GET",
                                 "/v1/snapshot/east-1-1-0123456789abcdef", NULL, 404,
                                 "/problems/no-snapshot"));
  g_free (center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/..%2fcenter.db",
                                 NULL, 404, "/problems/no-snapshot"));
}

static void
test_snapshot_is_kept (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  gint64 n = 300;

  center_fixture_run (fixture, publish_goods, &n);
  first =
      center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/east", NULL, 200, NULL);
  center_fixture_run (fixture, touch_good, (gpointer) "a little");
  second =
      center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/east", NULL, 200, NULL);
  g_assert_cmpstr (first, ==, second);
  test_world_advance (&fixture->world, 16 * G_TIME_SPAN_MINUTE);
  third =
      center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/east", NULL, 200, NULL);
  g_assert_cmpstr (first, !=, third);
}

/* A server killed in the middle of building keeps nobody from it. */
static void
test_snapshot_after_kill (CenterFixture *fixture, gconstpointer data)
{
  gint64 n = 10;
  MrSnapshotLease lease = { .region_id = 1 };

  center_fixture_run (fixture, publish_goods, &n);
  center_fixture_run (fixture, mr_snapshot_take_lease, &lease);
  g_assert_true (lease.taken);
  g_free (center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/east", NULL, 503,
                                 "/problems/building"));
  mr_center_close (fixture->center);
  /* One of a PostgreSQL database may be that of another server, and has to run out. */
  if (test_database_is_server ())
    test_world_advance (&fixture->world, MR_SNAPSHOT_LEASE_US);
  center_fixture_open (fixture);
  g_free (
      center_fixture_expect (fixture, &fixture->till, "GET", "/v1/snapshot/east", NULL, 200, NULL));
}

static gboolean
has_file (CenterFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->files, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
tidy (CenterFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mr_snapshot_tidy (fixture->center, &error));
  g_assert_no_error (error);
}

/* Several processes with one database and one folder: one builds, nobody touches its work, and who comes late
 * adds nothing. */
static void
test_snapshot_leases (CenterFixture *fixture, gconstpointer data)
{
  MrSnapshotLease first = { .region_id = 1 }, second = { .region_id = 1 };
  g_autofree char *work = g_build_filename (fixture->files, "somebody.work", NULL);
  g_autoptr (GError) error = NULL;
  gint64 n = 10;
  MrPosition newest;

  center_fixture_run (fixture, publish_goods, &n);
  center_fixture_run (fixture, mr_snapshot_take_lease, &first);
  g_assert_true (first.taken);
  center_fixture_run (fixture, mr_snapshot_take_lease, &second);
  g_assert_false (second.taken);
  center_fixture_run (fixture, mr_snapshot_give_back_lease, &second);
  center_fixture_run (fixture, mr_snapshot_take_lease, &second);
  g_assert_false (second.taken);

  g_assert_true (g_file_set_contents (work, "half", -1, NULL));
  tidy (fixture);
  g_assert_true (has_file (fixture, "somebody.work"));

  /* The first takes so long that its lease runs out; the second builds what is there by then. */
  g_assert_true (mr_snapshot_build (fixture->center, 1, &first.built, &error));
  g_assert_no_error (error);
  n = 20;
  center_fixture_run (fixture, publish_goods, &n);
  test_world_advance (&fixture->world, MR_SNAPSHOT_LEASE_US);
  center_fixture_run (fixture, mr_snapshot_take_lease, &second);
  g_assert_true (second.taken);
  g_assert_true (mr_snapshot_build (fixture->center, 1, &second.built, &error));
  center_fixture_run (fixture, mr_snapshot_add, &second);
  center_fixture_run (fixture, mr_snapshot_add, &first);
  g_assert_true (mr_snapshot_find_newest (fixture->center, 1, &newest, &error));
  g_assert_true (mr_position_equal (&newest, &second.built.position));

  /* Built already: there is nothing to take. What nobody has made known goes. */
  center_fixture_run (fixture, mr_snapshot_take_lease, &first);
  g_assert_false (first.taken);
  tidy (fixture);
  g_assert_false (has_file (fixture, "somebody.work"));
  {
    g_autofree char *late = g_strconcat (first.built.name, MR_SNAPSHOT_SUFFIX, NULL);
    g_autofree char *kept = g_strconcat (second.built.name, MR_SNAPSHOT_SUFFIX, NULL);

    g_assert_false (has_file (fixture, late));
    g_assert_true (has_file (fixture, kept));
  }
  mr_snapshot_clear (&first.built);
  mr_snapshot_clear (&second.built);
}

/* The time of an entry of the year 9999 does not make a page that no till takes. */
static void
test_feed_fields (CenterFixture *fixture, gconstpointer data)
{
  const gint64 year_9999_us = G_GINT64_CONSTANT (253402300799000000);
  g_autofree char *fields = mr_feed_fields ("isi", year_9999_us, "a\"", -year_9999_us);

  g_assert_cmpstr (fields, ==, "[9007199254740992,\"a\\\"\",-9007199254740992]");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (CenterFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/center/snapshot-leases", test_snapshot_leases },
    { "/center/feed/told", test_changes_are_told },
    { "/center/feed/fields", test_feed_fields },
    { "/center/feed/pages", test_feed_pages },
    { "/center/feed/positions", test_feed_positions },
    { "/center/feed/prune", test_feed_prune },
    { "/center/feed/restored", test_feed_restored },
    { "/center/snapshot", test_snapshot },
    { "/center/snapshot-after-kill", test_snapshot_after_kill },
    { "/center/snapshot-is-kept", test_snapshot_is_kept },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, CenterFixture, NULL, center_fixture_set_up, tests[i].run,
                center_fixture_tear_down);
  return g_test_run ();
}
