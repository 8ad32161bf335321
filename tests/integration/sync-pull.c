/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"

#include "engine-fixture.h"

#include <string.h>

/* What a center can say to the questions for feeds and catalogs, one answer after the other. */

static void
test_revoked (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *acked = NULL;
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL;

  engine_fixture_settle (fixture);
  engine_fixture_append (fixture, 1);
  mr_sync_engine_poke (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/journal");
  acked = engine_fixture_make_acked (fixture, 1);
  engine_fixture_answer (fixture, 200, acked);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (
      fixture, 403, "{\"title\":\"revoked\",\"status\":403,\"detail\":\"this till is revoked\"}");
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_REVOKED);
  g_assert_cmpstr (engine_fixture_get_status (fixture).problem, ==, "403: this till is revoked");
  /* Its entries are still taken, and what it knows it keeps. */
  engine_fixture_append (fixture, 1);
  engine_fixture_ask_for (fixture, "/v1/journal");
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  g_assert_cmpstr (name, ==, "街角");
}

/* No news tells it that a restored center lacks what it had: it asks, and sends that again. */
static void
test_revoked_behind (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *all = NULL;
  g_autofree char *fewer = NULL;
  g_autofree char *again = NULL;

  engine_fixture_settle (fixture);
  engine_fixture_append (fixture, 3);
  mr_sync_engine_poke (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/journal");
  all = engine_fixture_make_acked (fixture, 3);
  engine_fixture_answer (fixture, 200, all);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 403, "{\"title\":\"revoked\",\"status\":403}");
  engine_fixture_ask_for (fixture, "/v1/journal");
  fewer = engine_fixture_make_acked (fixture, 1);
  engine_fixture_answer (fixture, 409, fewer);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 2);
  engine_fixture_ask_for (fixture, "/v1/journal");
  g_assert_nonnull (strstr (fixture->request.body, "\"n\":2"));
  again = engine_fixture_make_acked (fixture, 3);
  engine_fixture_answer (fixture, 200, again);
  g_assert_cmpint (engine_fixture_get_status (fixture).waiting, ==, 0);
}

static void
test_too_old (EngineFixture *fixture, gconstpointer data)
{
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 426,
                         "{\"title\":\"old\",\"status\":426,\"detail\":\"update Millrace\"}");
  g_assert_cmpint (engine_fixture_get_status (fixture).connection, ==, MR_SYNC_TOO_OLD);
  engine_fixture_append (fixture, 1);
  engine_fixture_ask_for (fixture, "/v1/journal");
}

/* Answers that make no sense change nothing and are asked again; a good one afterwards is taken. */
static void
test_bad_feeds (EngineFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = {
    "",
    "{\"now\":",
    "[]",
    "{\"now\":\"2026-05-28T20:26:40Z\",\"now\":\"2026-05-28T20:26:40Z\"}",
    "{\"now\":9223372036854775808}",
  };
  g_autofree char *feeds = NULL;
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      engine_fixture_ask_for (fixture, "/v1/feeds");
      engine_fixture_answer (fixture, 200, answers[i]);
      g_assert_cmpstr (engine_fixture_get_status (fixture).problem, !=, "");
      g_assert_false (engine_fixture_get_status (fixture).idle);
    }
  feeds = engine_fixture_make_feeds (fixture, 3, "setting", "name", "[\"街角\"]", 0);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 200, feeds);
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  g_assert_cmpstr (name, ==, "街角");
}

/* A table of a later version is kept and does not stop the rest; the cursor goes past it. */
static void
test_unknown_table (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *feeds =
      engine_fixture_make_feeds (fixture, 4, "loyalty", "7", "[\"gold\",{\"a\":[1]}]", 0);

  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 200, feeds);
  mr_sync_engine_poke (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=4.0123456789abcdef,4.0123456789abcdef"));
}

/* A row that does not fit its table is the center's mistake: nothing of it is taken, nothing is opened anew,
 * and the right row that follows is taken with the rest. */
static void
test_malformed_row (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *bad = engine_fixture_make_feeds (fixture, 2, "staff", "7", "[\"x\",5]", 0);
  g_autofree char *good =
      engine_fixture_make_feeds (fixture, 3, "staff", "7", "[1001,\"老板\",\"owner\",\"\",1]", 0);
  g_autoptr (MrShop) shop = NULL;
  g_autoptr (GPtrArray) staff = NULL;

  engine_fixture_settle (fixture);
  mr_sync_engine_poke (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 200, bad);
  g_assert_nonnull (strstr (engine_fixture_get_status (fixture).problem, "staff"));
  g_assert_false (mr_sync_engine_needs_reopening (fixture->engine));
  /* It may have been turned into nonsense on our disk: the page is fetched again. */
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=1."));
  engine_fixture_answer (fixture, 200, good);
  g_assert_cmpstr (engine_fixture_get_status (fixture).problem, ==, "");
  shop = mr_shop_open_reader (fixture->dir, NULL);
  staff = mr_shop_list_staff (shop, NULL);
  g_assert_cmpuint (staff->len, ==, 1);
}

/* The center no longer knows what changed since: from 0 into the stage, then in place of the old. */
static void
test_shop_too_old (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *feeds =
      engine_fixture_make_feeds (fixture, 9, "setting", "currency", "[\"CNY\"]", 0);
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL;
  g_autofree char *currency = NULL;

  engine_fixture_settle (fixture);
  mr_sync_engine_poke (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 410,
                         "{\"type\":\"/problems/shop-too-old\",\"title\":\"x\",\"status\":410,"
                         "\"detail\":\"y\"}");
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  g_assert_cmpstr (name, ==, "街角");
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=0,0&"));
  engine_fixture_answer (fixture, 200, feeds);
  g_clear_pointer (&name, g_free);
  name = mr_shop_dup_setting (shop, "name");
  currency = mr_shop_dup_setting (shop, "currency");
  g_assert_null (name);
  g_assert_cmpstr (currency, ==, "CNY");
}

static void
run_on_replica (EngineFixture *fixture, const char *sql)
{
  g_autofree char *location = g_strconcat ("sqlite:", fixture->dir, "/shop.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE, &error);

  mr_db_exec (db, sql, &error);
  g_assert_no_error (error);
}

/* The pages that were there already cannot be thrown away, as on a full disk: nothing is added to them all the
 * same, or what they lack would be missing from the replica. */
static void
test_shop_too_old_on_full_disk (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *whole = engine_fixture_make_feeds (fixture, 5, "setting", "a", "[\"1\"]", 0);
  g_autofree char *last = engine_fixture_make_feeds (fixture, 9, "setting", "b", "[\"2\"]", 0);
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_from_json (whole, -1, NULL);
  g_autofree char *part = NULL;
  g_autoptr (MrShop) shop = NULL;
  g_autofree char *name = NULL, *a = NULL, *b = NULL;

  reply->shop.full = FALSE;
  part = mr_feeds_reply_to_json (reply);
  engine_fixture_settle (fixture);
  mr_sync_engine_poke (fixture->engine);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  engine_fixture_answer (fixture, 200, part);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=5."));
  run_on_replica (fixture, "CREATE TRIGGER full BEFORE DELETE ON stage"
                           " BEGIN SELECT RAISE (ABORT, 'no room'); END");
  engine_fixture_answer (fixture, 410,
                         "{\"type\":\"/problems/shop-too-old\",\"title\":\"x\",\"status\":410,"
                         "\"detail\":\"y\"}");
  run_on_replica (fixture, "DROP TRIGGER full");
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=0,"));
  engine_fixture_answer (fixture, 200, last);
  shop = mr_shop_open_reader (fixture->dir, NULL);
  name = mr_shop_dup_setting (shop, "name");
  a = mr_shop_dup_setting (shop, "a");
  b = mr_shop_dup_setting (shop, "b");
  g_assert_null (name);
  g_assert_null (a);
  g_assert_cmpstr (b, ==, "2");
}

static void
answer_part (EngineFixture *fixture, guint status, const char *etag, gint64 total,
             const char *bytes, gsize length, gboolean ends)
{
  const MrSyncReply part = { .status = status,
                             .etag = etag,
                             .content_length = total,
                             .retry_after_ms = -1,
                             .body = bytes,
                             .length = length,
                             .partial = TRUE };

  engine_fixture_answer_with (fixture, &part);
  if (ends)
    {
      const MrSyncReply end = {
        .status = status, .etag = etag, .content_length = total, .retry_after_ms = -1
      };

      engine_fixture_answer_with (fixture, &end);
    }
}

static const char snapshot_name[] =
    "{\"name\":\"east-1-7-0123456789abcdef\",\"bytes\":1000,\"schema\":1,"
    "\"position\":\"7.0123456789abcdef\"}";

/* What came stays, over a broken connection and over a restart; the rest is asked for by Range. */
static void
test_snapshot_resumed (EngineFixture *fixture, gconstpointer data)
{
  char bytes[1000];

  memset (bytes, 'x', sizeof bytes);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
  engine_fixture_answer (fixture, 200, snapshot_name);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_null (fixture->request.range);
  answer_part (fixture, 200, "\"a\"", 1000, bytes, 300, FALSE);
  g_assert_cmpint (engine_fixture_get_status (fixture).snapshot_done, ==, 300);
  g_assert_cmpint (engine_fixture_get_status (fixture).snapshot_total, ==, 1000);
  engine_fixture_answer (fixture, 0, NULL);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_cmpstr (fixture->request.range, ==, "bytes=300-");
  g_assert_cmpstr (fixture->request.if_range, ==, "\"a\"");
  answer_part (fixture, 206, "\"a\"", 1000, bytes, 200, FALSE);

  g_clear_pointer (&fixture->engine, mr_sync_engine_free);
  engine_fixture_open (fixture);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_cmpstr (fixture->request.range, ==, "bytes=500-");
  /* Other bytes under the same name: all of them, from the beginning. */
  answer_part (fixture, 200, "\"b\"", 1000, bytes, 100, FALSE);
  engine_fixture_answer (fixture, 0, NULL);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  g_assert_cmpstr (fixture->request.range, ==, "bytes=100-");
  g_assert_cmpstr (fixture->request.if_range, ==, "\"b\"");
  /* Whole, and no catalog: thrown away, and asked for anew. */
  answer_part (fixture, 206, "\"b\"", 1000, bytes, 900, TRUE);
  g_assert_cmpstr (engine_fixture_get_status (fixture).problem, !=, "");
  g_assert_cmpint (engine_fixture_get_status (fixture).catalog_v, ==, 0);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
}

static void
test_snapshot_gone (EngineFixture *fixture, gconstpointer data)
{
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
  engine_fixture_answer (fixture, 503,
                         "{\"title\":\"x\",\"status\":503,\"detail\":\"being built\"}");
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
  engine_fixture_answer (
      fixture, 200, "{\"name\":\"../../etc/passwd\",\"bytes\":5,\"schema\":1,\"position\":\"0\"}");
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
  engine_fixture_answer (fixture, 200,
                         "{\"name\":\"west-1-7-0123456789abcdef\",\"bytes\":5,\"schema\":1,"
                         "\"position\":\"0\"}");
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
  engine_fixture_answer (fixture, 200, snapshot_name);
  engine_fixture_ask_for (fixture, "/v1/snapshot/east-1-7-0123456789abcdef");
  engine_fixture_answer (fixture, 404, "");
  engine_fixture_ask_for (fixture, "/v1/snapshot/east?schema=1");
}

#define ADD(path, function) \
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, function, engine_fixture_tear_down)

/* The answer to an audit: the row of engine_fixture_settle() is still all there is, by @sum_fields. */
static char *
make_audit (EngineFixture *fixture, const char *sum_fields)
{
  g_autofree char *text =
      engine_fixture_make_feeds (fixture, 1, "setting", "name", "[\"街角\"]", 0);
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_from_json (text, -1, NULL);

  g_ptr_array_set_size (reply->shop.rows, 0);
  reply->shop.sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));
  mr_table_sums_add (reply->shop.sums, "setting", "name", 1, sum_fields);
  return mr_feeds_reply_to_json (reply);
}

static void
ask_for_audit (EngineFixture *fixture)
{
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *feeds = NULL;

      engine_fixture_ask_for (fixture, "/v1/feeds");
      if (strstr (fixture->request.path, "audit=1&") != NULL)
        return;
      feeds = engine_fixture_make_feeds (fixture, 1, "setting", "name", "[\"街角\"]", 0);
      engine_fixture_answer (fixture, 200, feeds);
      test_world_advance (&fixture->world, 60 * (gint64) G_USEC_PER_SEC);
    }
  g_assert_not_reached ();
}

static void
test_audit (EngineFixture *fixture, gconstpointer data)
{
  g_autofree char *same = make_audit (fixture, "[ \"\\u8857\\u89d2\" ]");
  g_autofree char *other = make_audit (fixture, "[\"街头\"]");
  gint64 began_us = fixture->world.monotonic_us;

  engine_fixture_settle (fixture);
  ask_for_audit (fixture);
  engine_fixture_answer (fixture, 200, same);
  g_assert_cmpint (engine_fixture_get_status (fixture).audited_us, >, 0);
  g_assert_cmpint (engine_fixture_get_status (fixture).rebuilt_us, ==, 0);
  /* Once a day is enough. */
  ask_for_audit (fixture);
  g_assert_cmpint (fixture->world.monotonic_us - began_us, >=, 24 * G_TIME_SPAN_HOUR);
  engine_fixture_answer (fixture, 200, other);
  g_assert_cmpint (engine_fixture_get_status (fixture).rebuilt_us, >, 0);
  engine_fixture_ask_for (fixture, "/v1/feeds");
  g_assert_nonnull (strstr (fixture->request.path, "shop=0,0&"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/sync/revoked", test_revoked);
  ADD ("/sync/revoked-behind", test_revoked_behind);
  ADD ("/sync/too-old", test_too_old);
  ADD ("/sync/bad-feeds", test_bad_feeds);
  ADD ("/sync/unknown-table", test_unknown_table);
  ADD ("/sync/malformed-row", test_malformed_row);
  ADD ("/sync/shop-too-old", test_shop_too_old);
  ADD ("/sync/shop-too-old-on-full-disk", test_shop_too_old_on_full_disk);
  ADD ("/sync/audit", test_audit);
  ADD ("/sync/snapshot-resumed", test_snapshot_resumed);
  ADD ("/sync/snapshot-gone", test_snapshot_gone);
  return g_test_run ();
}
