/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/network.h"
#include "center/quarantine.h"
#include "center/report.h"
#include "wire/entry-body.h"

#include "center-fixture.h"
#include "fault-vfs.h"
#include "test-database.h"

#include <stdlib.h>
#include <string.h>

/* The center without a socket: what tills are answered, and what is in the books afterwards. */

static void
test_push (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  MrJournalReply reply;

  for (guint i = 0; i < 30; i++)
    fake_till_sell (till, 1 + i % 8);
  reply = center_fixture_push (fixture, till, 0, 10, 200);
  g_assert_cmpint (reply.acked, ==, 10);
  /* The same again, a part of it, and more with an overlap: nothing is doubled. */
  reply = center_fixture_push (fixture, till, 0, 10, 200);
  g_assert_cmpint (reply.acked, ==, 10);
  reply = center_fixture_push (fixture, till, 3, 4, 200);
  g_assert_cmpint (reply.acked, ==, 10);
  reply = center_fixture_push (fixture, till, 5, 500, 200);
  g_assert_cmpint (reply.acked, ==, 30);
  g_assert_true (mr_hash_equal (&reply.h, &((MrEntry *) g_ptr_array_index (till->entries, 29))->h));
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 30);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT sum(total) FROM sale"), ==,
                   till->total_minor);
  center_fixture_check_books (fixture);
}

static void
test_fork (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  g_autoptr (GError) error = NULL;
  g_autofree char *writer = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  MrJournalReply reply;
  MrChainReply chain;

  for (guint i = 0; i < 6; i++)
    fake_till_sell (till, 2);
  /* From the middle of a chain the center does not have. */
  reply = center_fixture_push (fixture, till, 3, 3, 409);
  g_assert_cmpint (reply.acked, ==, 0);
  center_fixture_push (fixture, till, 0, 4, 200);
  /* Another history from entry 3 on: both by its prev and by its overlap. */
  ((MrEntry *) g_ptr_array_index (till->entries, 2))->h.bytes[0] ^= 1;
  reply = center_fixture_push (fixture, till, 3, 2, 409);
  g_assert_cmpint (reply.acked, ==, 4);
  ((MrEntry *) g_ptr_array_index (till->entries, 2))->h.bytes[0] ^= 1;
  ((MrEntry *) g_ptr_array_index (till->entries, 2))->at_us++;
  reply = center_fixture_push (fixture, till, 1, 5, 409);
  g_assert_cmpint (reply.acked, ==, 4);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM entry"), ==, 4);

  writer = mr_id_to_string (till->writer);
  path = g_strdup_printf ("/v1/chain?writer=%s&n=2", writer);
  text = center_fixture_expect (fixture, till, "GET", path, NULL, 200, NULL);
  g_assert_true (mr_chain_reply_from_json (text, -1, &chain, &error));
  g_assert_cmpint (chain.n, ==, 2);
  g_assert_true (mr_hash_equal (&chain.h, &((MrEntry *) g_ptr_array_index (till->entries, 1))->h));
}

static void
test_clone (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  FakeTill clone;

  fake_till_init (&clone, &fixture->world.world);
  center_fixture_enrol (fixture, &clone);
  for (guint i = 0; i < 5; i++)
    {
      MrEntry *entry = fake_till_sell (till, 3);

      fake_till_add (&clone, entry->id, entry->kind, entry->schema, entry->body);
    }
  center_fixture_push (fixture, till, 0, 500, 200);
  clone.receipts = 5;
  fake_till_sell (&clone, 2);
  center_fixture_push (fixture, &clone, 0, 500, 200);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM entry"), ==, 11);
  g_assert_cmpint (center_fixture_count (fixture,
                                         "SELECT count(*) FROM entry WHERE state = 'duplicate'"),
                   ==, 5);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 6);
  center_fixture_check_books (fixture);
  fake_till_clear (&clone);
}

static void
test_poison (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  g_autofree char *half = NULL;
  MrEntry *sale;

  fake_till_sell (till, 2);
  fake_till_add (till, MR_ID_NONE, "sale", 1, "{\"this\":\"is no sale\"}");
  fake_till_add (till, MR_ID_NONE, "sale", 1, "not even JSON");
  sale = fake_till_sell (till, 1);
  half = g_strndup (sale->body, strlen (sale->body) / 2);
  fake_till_add (till, MR_ID_NONE, "shift-closed", 1, half);
  fake_till_add (till, MR_ID_NONE, "moon-landed", 1, "{\"on\":\"foot\"}");
  fake_till_add (till, MR_ID_NONE, "sale", 7, "{\"tomorrow\":true}");
  fake_till_sell (till, 3);
  g_assert_cmpint (center_fixture_push (fixture, till, 0, 500, 200).acked, ==, 8);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 3);
  g_assert_cmpint (
      center_fixture_count (fixture, "SELECT count(*) FROM quarantine WHERE length(reason) > 20"),
      ==, 3);
  g_assert_cmpint (center_fixture_count (fixture,
                                         "SELECT count(*) FROM entry WHERE state = 'quarantined'"),
                   ==, 3);
  g_assert_cmpint (center_fixture_count (fixture,
                                         "SELECT count(*) FROM deferred WHERE cause = 'kind'"),
                   ==, 1);
  g_assert_cmpint (center_fixture_count (fixture,
                                         "SELECT count(*) FROM deferred WHERE cause = 'schema'"),
                   ==, 1);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT applied FROM writer"), ==, 8);
  center_fixture_check_books (fixture);
}

/* A million packs of a million pieces: said to somebody, and in no sum. */
static void
test_absurd_sale (CenterFixture *fixture, gconstpointer data)
{
  MrGood values = { .good_id = 5,
                    .pack_id = 5,
                    .price_minor = 1,
                    .has_price = TRUE,
                    .units_milli = MR_QUANTITY_MAX_MILLI,
                    .name = "all there is",
                    .unit = "",
                    .barcode = "",
                    .brand = "",
                    .category = "" };
  g_autoptr (MrGood) good = mr_good_new (&values);
  g_autoptr (MrSale) sale = mr_sale_new (mr_id_new (&fixture->world.world), "CNY", 1);
  const MrEntryContext context = { "2026-05-28", "CNY", 1, 1001 };
  const MrSaleFacts facts = { 1, "1A-000001", 1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *body = NULL;

  mr_sale_add (sale, good, MR_QUANTITY_MAX_MILLI, -1, FALSE, fixture->world.now_us, &error);
  mr_sale_add_tender (sale, MR_TENDER_CARD, mr_sale_get_totals (sale)->total_minor, &error);
  mr_sale_move (sale, MR_SALE_COMPLETE, &error);
  g_assert_no_error (error);
  body = mr_sale_body_write (sale, &context, &facts);
  fake_till_add (&fixture->till, mr_sale_get_id (sale), "sale", 1, body);
  fake_till_sell (&fixture->till, 2);
  center_fixture_push (fixture, &fixture->till, 0, 500, 200);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM quarantine"), ==, 1);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM movement"), ==, 2);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 1);
}

static void
test_wrong_currency (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  g_autoptr (GString) body = g_string_new (fake_till_sell (till, 2)->body);

  g_ptr_array_set_size (till->entries, 0);
  g_string_replace (body, "\"CNY\"", "\"EUR\"", 0);
  fake_till_add (till, MR_ID_NONE, "sale", 1, body->str);
  center_fixture_push (fixture, till, 0, 500, 200);
  /* The goods are gone all the same. */
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM movement"), ==, 2);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 0);
  g_assert_cmpint (
      center_fixture_count (fixture, "SELECT count(*) FROM quarantine WHERE reason LIKE '%EUR%'"),
      ==, 1);
}

static void
test_deferred_is_applied_by_update (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;

  for (guint i = 0; i < 3; i++)
    fake_till_sell (till, 2);
  /* As an older version would have kept it: a kind it did not know. */
  ((MrEntry *) g_ptr_array_index (till->entries, 1))->kind[0] = 'x';
  for (guint i = 1; i < 3; i++)
    {
      MrEntry *entry = g_ptr_array_index (till->entries, i);

      mr_entry_compute_hash (entry, &((MrEntry *) g_ptr_array_index (till->entries, i - 1))->h,
                             &entry->h);
    }
  center_fixture_push (fixture, till, 0, 500, 200);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 2);
  g_assert_true (mr_db_exec (mr_center_get_db (fixture->center),
                             "UPDATE entry SET kind = 'sale' WHERE kind = 'xale'", NULL));
  mr_center_close (fixture->center);
  center_fixture_open (fixture);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 3);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM deferred"), ==, 0);
  center_fixture_check_books (fixture);
}

static gboolean
revoke_till (MrBatch *batch, gpointer data, GError **error)
{
  MrNetworkShop shop;

  return mr_network_find_shop (batch->db, "corner", &shop, error) &&
         mr_network_revoke_till (batch, &shop, 1, error);
}

static void
test_revoked (CenterFixture *fixture, gconstpointer data)
{
  static const char feeds[] = "/v1/feeds?region=0,0&shop=0,0&schema=1";
  FakeTill *till = &fixture->till;
  g_autofree char *ignored = NULL;

  fake_till_sell (till, 2);
  center_fixture_push (fixture, till, 0, 500, 200);
  center_fixture_run (fixture, revoke_till, NULL);
  fake_till_sell (till, 2);
  g_assert_cmpint (center_fixture_push (fixture, till, 1, 500, 200).acked, ==, 2);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 1);
  g_assert_cmpint (center_fixture_count (fixture,
                                         "SELECT count(*) FROM entry WHERE state = 'held'"),
                   ==, 1);
  ignored = center_fixture_expect (fixture, till, "GET", feeds, NULL, 403, "/problems/revoked");
}

/* Whether the shop's feed has a row `waiting` of @entry that begins with @fields; NULL = none at all. */
static gboolean
is_told (CenterFixture *fixture, const MrEntry *entry, const char *fields)
{
  char id[MR_ID_STRING_SIZE];
  g_autofree char *told =
      mr_db_get_text (mr_center_get_db (fixture->center), NULL,
                      "SELECT fields FROM feed_row WHERE tbl = 'waiting' AND id = ?1", "s",
                      mr_id_format (entry->id, id));

  return fields == NULL ? told == NULL : told != NULL && g_str_has_prefix (told, fields);
}

static MrSettling
settle (CenterFixture *fixture, const MrEntry *entry, MrSettle how)
{
  MrSettling settling = { .shop = "corner", .how = how };
  char id[MR_ID_STRING_SIZE];

  if (entry != NULL)
    settling.entry = mr_id_format (entry->id, id);
  center_fixture_run (fixture, mr_quarantine_settle, &settling);
  settling.entry = NULL;
  return settling;
}

static void
test_settling (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  MrSettling settling = { .shop = "corner", .entry = "0190b5a0-1111-7222-8333-444444444444" };
  MrEntry *euro, *broken, *unread;
  g_autofree char *euro_body = NULL;
  g_autofree char *list = NULL;
  g_autoptr (GString) body = NULL;
  g_autoptr (GError) error = NULL;

  body = g_string_new (fake_till_sell (till, 2)->body);
  g_ptr_array_set_size (till->entries, 0);
  g_string_replace (body, "\"CNY\"", "\"EUR\"", 0);
  euro = fake_till_add (till, MR_ID_NONE, "sale", 1, body->str);
  broken = fake_till_add (till, MR_ID_NONE, "sale", 1, "not even JSON");
  unread = fake_till_add (till, MR_ID_NONE, "shift-opened", 1, "{}");
  center_fixture_push (fixture, till, 0, 500, 200);
  g_assert_true (is_told (fixture, euro, "[\"currency\",1,\"sale\","));
  g_assert_true (is_told (fixture, broken, "[\"unreadable\",1,\"sale\","));
  list = mr_quarantine_list (mr_center_get_db (fixture->center), "corner", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (list, "\tcurrency\tIt was sold in EUR"));

  /* Nothing has changed: it waits on. */
  settling = settle (fixture, euro, MR_SETTLE_BOOK);
  g_assert_cmpuint (settling.n_refused, ==, 1);
  g_assert_nonnull (strstr (settling.reason, "EUR"));
  mr_settling_clear (&settling);
  g_assert_true (is_told (fixture, euro, "[\"currency\""));

  /* The shop's books are put right: it counts, and its goods do not move twice. */
  g_assert_true (mr_db_exec (mr_center_get_db (fixture->center),
                             "UPDATE shop SET currency = 'EUR' WHERE name = 'corner'", NULL));
  settling = settle (fixture, NULL, MR_SETTLE_BOOK);
  g_assert_cmpuint (settling.n_settled, ==, 1);
  g_assert_cmpuint (settling.n_refused, ==, 2);
  mr_settling_clear (&settling);
  g_assert_true (is_told (fixture, euro, NULL));
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM movement"), ==, 2);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 1);

  settling = settle (fixture, broken, MR_SETTLE_DROP);
  g_assert_cmpuint (settling.n_settled, ==, 1);
  settling = settle (fixture, unread, MR_SETTLE_BY_HAND);
  g_assert_true (is_told (fixture, broken, NULL));
  g_assert_true (is_told (fixture, unread, NULL));
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM quarantine "
                                                  "WHERE settled_at IS NULL"),
                   ==, 0);
  center_fixture_check_books (fixture);
}

/* What a revoked till had left is released by a word, in the order it happened, or given up. */
static void
test_held (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  MrSettling settling;
  MrEntry *first, *second;

  center_fixture_run (fixture, revoke_till, NULL);
  first = fake_till_sell (till, 2);
  fake_till_add (till, MR_ID_NONE, "drawer-opened", 1, "{}");
  second = fake_till_sell (till, 1);
  center_fixture_push (fixture, till, 0, 500, 200);
  g_assert_true (is_told (fixture, first, "[\"revoked\",1,\"sale\","));
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM movement"), ==, 0);
  settling = settle (fixture, second, MR_SETTLE_DROP);
  g_assert_cmpuint (settling.n_settled, ==, 1);
  g_assert_true (is_told (fixture, second, NULL));
  settling = settle (fixture, NULL, MR_SETTLE_BOOK);
  g_assert_cmpuint (settling.n_settled, ==, 2);
  g_assert_true (is_told (fixture, first, NULL));
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 1);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM movement"), ==, 2);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM deferred"), ==, 0);
  center_fixture_check_books (fixture);
}

static void
test_signatures (CenterFixture *fixture, gconstpointer data)
{
  static const char path[] = "/v1/feeds?region=0,0&shop=0,0&schema=1";
  static const struct
  {
    gint64 skew_us;
    guint status;
  } skews[] = {
    { 0, 200 },
    { -23 * G_TIME_SPAN_HOUR, 200 },
    { 23 * G_TIME_SPAN_HOUR, 200 },
    { -25 * G_TIME_SPAN_HOUR, 401 },
    { 400 * G_TIME_SPAN_DAY, 401 },
  };
  FakeTill *till = &fixture->till;
  FakeTill stranger;
  MrCenterReply reply;

  for (gsize i = 0; i < G_N_ELEMENTS (skews); i++)
    {
      g_autofree char *text = NULL;

      reply = center_fixture_send (fixture, till, "GET", path, NULL, skews[i].skew_us);
      text = center_fixture_dup_body (&reply);
      g_assert_cmpuint (reply.status, ==, skews[i].status);
      g_assert_true (reply.status == 200 || strstr (text, "\"now\":\"2026-") != NULL);
      mr_center_reply_clear (&reply);
    }
  /* Unknown till, wrong key, no signature at all. */
  fake_till_init (&stranger, &fixture->world.world);
  stranger.id = mr_id_new (&fixture->world.world);
  g_free (
      center_fixture_expect (fixture, &stranger, "GET", path, NULL, 401, "/problems/signature"));
  stranger.id = till->id;
  g_free (
      center_fixture_expect (fixture, &stranger, "GET", path, NULL, 401, "/problems/signature"));
  g_free (center_fixture_expect (fixture, NULL, "GET", path, NULL, 401, "/problems/signature"));
  fake_till_clear (&stranger);
}

/* A signature is of one request: another path, method or body is refused. */
static void
test_signature_covers_all (CenterFixture *fixture, gconstpointer data)
{
  static const char path[] = "/v1/chain?writer=00000000-0000-0000-0000-000000000001&n=1";
  FakeSignature signature = fake_till_sign (&fixture->till, "GET", path, NULL, 0);
  MrCenterRequest request = { .method = "GET",
                              .till = signature.till,
                              .time = signature.time,
                              .signature = signature.signature };
  const char *paths[] = { path, "/v1/chain?writer=00000000-0000-0000-0000-000000000001&n=2" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      MrCenterReply reply = { 0 };

      request.path = paths[i];
      mr_center_handle (fixture->center, &request, &reply);
      g_assert_cmpuint (reply.status, ==, i == 0 ? 200 : 401);
      mr_center_reply_clear (&reply);
    }
  fake_signature_clear (&signature);
}

/* Walks the routes table: everybody but those it names is refused. */
static void
test_routes_refuse_strangers (CenterFixture *fixture, gconstpointer data)
{
  guint n = 0;

  for (const MrCenterRoute *route = mr_center_get_routes (); route->method != NULL; route++, n++)
    {
      g_autofree char *path =
          g_strconcat (route->path, g_str_has_suffix (route->path, "/") ? "east" : "", NULL);
      const char *body = strcmp (route->method, "POST") == 0 ? "{}" : NULL;
      MrCenterReply reply = center_fixture_send (fixture, NULL, route->method, path, body, 0);

      if (route->caller >= MR_CALLER_TILL)
        g_assert_cmpuint (reply.status, ==, 401);
      else
        g_assert_cmpuint (reply.status, ==, body == NULL ? 200 : 400);
      mr_center_reply_clear (&reply);
      g_free (center_fixture_expect (fixture, NULL, "BREW", path, NULL, 405, "/problems/method"));
    }
  g_assert_cmpuint (n, ==, 8);
  g_free (
      center_fixture_expect (fixture, NULL, "GET", "/v2/tea", NULL, 404, "/problems/not-found"));
}

static void
test_bad_bodies (CenterFixture *fixture, gconstpointer data)
{
#define WRITER "\"writer\":\"00000000-0000-0000-0000-000000000001\""
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
  static const struct
  {
    const char *path;
    const char *body;
    guint status;
    const char *type;
  } rows[] = {
    { "/v1/journal", "", 400, "/problems/bad-json" },
    { "/v1/journal", "{", 400, "/problems/bad-json" },
    { "/v1/journal", "{}", 400, "/problems/bad-message" },
    { "/v1/journal", "[]", 400, "/problems/bad-message" },
    { "/v1/journal", "{" WRITER "," WRITER "}", 400, "/problems/bad-json" },
    { "/v1/journal",
      "{" WRITER ",\"prev\":{\"n\":9223372036854775808,\"h\":\"" ZERO "\"},\"entries\":[]}", 400,
      "/problems/bad-json" },
    { "/v1/journal",
      "{" WRITER ",\"prev\":{\"n\":9007199254740993,\"h\":\"" ZERO "\"},\"entries\":[]}", 400,
      "/problems/bad-json" },
    { "/v1/journal", "{" WRITER ",\"prev\":{\"n\":0,\"h\":\"" ZERO "\"},\"entries\":[]}", 200,
      NULL },
    { "/v1/claim", "{\"key\":\"\",\"kind\":\"return\",\"subject\":\"x\",\"amount\":1}", 400,
      "/problems/bad-message" },
    { "/v1/claim", "{\"key\":\"a\",\"kind\":\"return\",\"subject\":\"x\",\"amount\":-1}", 400,
      "/problems/bad-message" },
    { "/v1/enrol", "{\"code\":\"NOPE\",\"public_key\":\"AAAA\",\"name\":\"\"}", 400,
      "/problems/bad-message" },
    { "/v1/enrol",
      "{\"code\":\"NOPE\",\"public_key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"name\":"
      "\"\"}",
      403, "/problems/code-unknown" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_free (center_fixture_expect (fixture, &fixture->till, "POST", rows[i].path, rows[i].body,
                                   rows[i].status, rows[i].type));
}

static void
test_large_body (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *megabyte = g_strnfill (1024 * 1024, 'x');
  g_autofree char *huge = g_strnfill (MR_JOURNAL_MAX_REQUEST + 1, 'x');
  FakeTill *till = &fixture->till;
  g_autofree char *body = NULL;

  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", megabyte, 413,
                                 "/problems/too-large"));
  g_free (center_fixture_expect (fixture, NULL, "POST", "/v1/enrol", megabyte, 413,
                                 "/problems/too-large"));
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/journal", huge, 413,
                                 "/problems/too-large"));
  /* More than 256 KiB of entries in one go. */
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strnfill (100 * 1024, 'y');

      fake_till_add (till, MR_ID_NONE, "note", 1, text);
    }
  body = fake_till_make_push (till, 0, 500);
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/journal", body, 413,
                                 "/problems/too-large"));
  center_fixture_push (fixture, till, 0, 2, 200);
}

static void
test_enrolment (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *code = NULL, *late = NULL;
  g_autofree char *body = NULL, *other_body = NULL, *late_body = NULL;
  g_autofree char *first = NULL, *second = NULL;
  FakeTill one, two;

  fake_till_init (&one, &fixture->world.world);
  fake_till_init (&two, &fixture->world.world);
  code = center_fixture_new_code (fixture);
  late = center_fixture_new_code (fixture);
  body = fake_till_make_enrolment (&one, code);
  first = center_fixture_expect (fixture, NULL, "POST", "/v1/enrol", body, 200, NULL);
  /* A lost answer: the same key gets the same till. */
  second = center_fixture_expect (fixture, NULL, "POST", "/v1/enrol", body, 200, NULL);
  g_assert_cmpstr (first, ==, second);
  g_assert_nonnull (strstr (first, "\"letter\":\"B\""));
  other_body = fake_till_make_enrolment (&two, code);
  g_free (center_fixture_expect (fixture, NULL, "POST", "/v1/enrol", other_body, 403,
                                 "/problems/code-used"));
  test_world_advance (&fixture->world, 25 * G_TIME_SPAN_HOUR);
  late_body = fake_till_make_enrolment (&two, late);
  g_free (center_fixture_expect (fixture, NULL, "POST", "/v1/enrol", late_body, 403,
                                 "/problems/code-expired"));
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM till"), ==, 2);
  fake_till_clear (&one);
  fake_till_clear (&two);
}

static void
test_claims (CenterFixture *fixture, gconstpointer data)
{
  static const char piece[] =
      "{\"key\":\"k1\",\"kind\":\"return\",\"subject\":\"r1/1\",\"amount\":2000,\"of\":3000}";
  static const char more[] =
      "{\"key\":\"k2\",\"kind\":\"return\",\"subject\":\"r1/1\",\"amount\":2000,\"of\":3000}";
  static const char rest[] =
      "{\"key\":\"k3\",\"kind\":\"return\",\"subject\":\"r1/1\",\"amount\":1000,\"of\":3000}";
  static const char reused[] =
      "{\"key\":\"k1\",\"kind\":\"return\",\"subject\":\"r2/1\",\"amount\":2000}";
  FakeTill *till = &fixture->till;

  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", piece, 200, NULL));
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", piece, 200, NULL));
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", more, 409, "/problems/taken"));
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", rest, 200, NULL));
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", reused, 409,
                                 "/problems/key-used"));
  test_world_advance (&fixture->world, 11 * G_TIME_SPAN_MINUTE);
  g_free (center_fixture_expect (fixture, till, "POST", "/v1/claim", more, 200, NULL));
}

static void
test_report (CenterFixture *fixture, gconstpointer data)
{
  g_autoptr (MrReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gint64 tenders = 0, days = 0, taxes = 0;

  for (guint i = 0; i < 40; i++)
    fake_till_sell (&fixture->till, 1 + i % 5);
  center_fixture_push (fixture, &fixture->till, 0, 500, 200);
  report = mr_report_sales (mr_center_get_db (fixture->center), "corner", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (report->count, ==, 40);
  g_assert_cmpint (report->total_minor, ==, fixture->till.total_minor);
  for (guint i = 0; i < report->tenders->len; i++)
    tenders += g_array_index (report->tenders, MrReportSum, i).amount_minor;
  for (guint i = 0; i < report->days->len; i++)
    days += g_array_index (report->days, MrReportSum, i).amount_minor;
  for (guint i = 0; i < report->taxes->len; i++)
    taxes += g_array_index (report->taxes, MrReportTax, i).tax_minor;
  g_assert_cmpint (tenders, ==, report->total_minor + report->rounding_minor);
  g_assert_cmpint (days, ==, report->total_minor);
  g_assert_cmpint (taxes, ==, report->tax_minor);
  g_clear_pointer (&report, mr_report_free);
  report =
      mr_report_sales (mr_center_get_db (fixture->center), "corner", "2026-05-29", NULL, &error);
  g_assert_cmpint (report->count, ==, 0);
  g_clear_pointer (&report, mr_report_free);
  report = mr_report_sales (mr_center_get_db (fixture->center), "nowhere", NULL, NULL, &error);
  g_assert_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_MISSING);
  g_clear_error (&error);
  report = mr_report_sales (mr_center_get_db (fixture->center), "corner", "2026-5-1", NULL, &error);
  g_assert_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID);
}

/* A group with a refused call in its midst: the others stand. */
static void
test_group (CenterFixture *fixture, gconstpointer data)
{
  static const char good[] = "{\"key\":\"a\",\"kind\":\"basket\",\"subject\":\"b\",\"amount\":1}";
  static const char taken[] = "{\"key\":\"c\",\"kind\":\"basket\",\"subject\":\"b\",\"amount\":1}";
  static const char third[] = "{\"key\":\"d\",\"kind\":\"basket\",\"subject\":\"e\",\"amount\":1}";
  const char *bodies[] = { good, taken, third };
  const guint statuses[] = { 200, 409, 200 };
  FakeSignature signatures[3];
  MrCall *calls[3];

  for (guint i = 0; i < 3; i++)
    {
      MrCenterRequest request = { .method = "POST", .path = "/v1/claim", .body = bodies[i] };

      signatures[i] = fake_till_sign (&fixture->till, "POST", "/v1/claim", bodies[i], 0);
      request.length = strlen (bodies[i]);
      request.till = signatures[i].till;
      request.time = signatures[i].time;
      request.signature = signatures[i].signature;
      calls[i] = mr_call_new (fixture->center, &request);
    }
  mr_center_write (fixture->center, calls, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (calls[i]->reply.status, ==, statuses[i]);
      mr_call_free (calls[i]);
      fake_signature_clear (&signatures[i]);
    }
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM claim"), ==, 2);
}

/* --- a disk that fails --- */

static TestWorld disk_world;
static FaultVfs *disk;

static void
set_up_on_bad_disk (CenterFixture *fixture, gconstpointer data)
{
  test_world_init (&disk_world, 7);
  disk = fault_vfs_new ("bad-disk", &disk_world);
  mr_db_use_vfs (fault_vfs_get_name (disk));
  center_fixture_set_up (fixture, NULL);
}

static void
tear_down_bad_disk (CenterFixture *fixture, gconstpointer data)
{
  center_fixture_tear_down (fixture, NULL);
  mr_db_use_vfs (NULL);
  g_clear_pointer (&disk, fault_vfs_free);
}

/* Refused as a whole, said so, and taken as soon as there is a disk again. */
static void
test_bad_disk (CenterFixture *fixture, gconstpointer data)
{
  static const struct
  {
    Fault fault;
    FaultCalls calls;
    guint status;
  } rows[] = {
    { FAULT_FULL, FAULT_ON_WRITE, 507 },
    { FAULT_HALF_FULL, FAULT_ON_WRITE, 507 },
    { FAULT_IO, FAULT_ON_WRITE, 500 },
    { FAULT_IO, FAULT_ON_SYNC, 500 },
  };
  FakeTill *till = &fixture->till;
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);

  /* A failed disk is said in the log. */
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *body = NULL;

      fake_till_sell (till, 3);
      fake_till_sell (till, 2);
      body = fake_till_make_push (till, (gint64) i * 2, 2);
      fault_vfs_plan (disk, rows[i].fault, rows[i].calls, 1, TRUE);
      g_free (center_fixture_expect (fixture, till, "POST", "/v1/journal", body, rows[i].status,
                                     rows[i].status == 507 ? "/problems/disk-full"
                                                           : "/problems/internal"));
      fault_vfs_plan (disk, FAULT_NONE, 0, 0, FALSE);
      g_free (center_fixture_expect (fixture, till, "POST", "/v1/journal", body, 200, NULL));
    }
  g_log_set_always_fatal (fatal);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==,
                   2 * G_N_ELEMENTS (rows));
  center_fixture_check_books (fixture);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (CenterFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/center/push", test_push },
    { "/center/fork", test_fork },
    { "/center/clone", test_clone },
    { "/center/poison", test_poison },
    { "/center/absurd-sale", test_absurd_sale },
    { "/center/wrong-currency", test_wrong_currency },
    { "/center/deferred", test_deferred_is_applied_by_update },
    { "/center/revoked", test_revoked },
    { "/center/settling", test_settling },
    { "/center/held", test_held },
    { "/center/signatures", test_signatures },
    { "/center/signature-covers-all", test_signature_covers_all },
    { "/center/routes", test_routes_refuse_strangers },
    { "/center/bad-bodies", test_bad_bodies },
    { "/center/large-body", test_large_body },
    { "/center/enrolment", test_enrolment },
    { "/center/claims", test_claims },
    { "/center/group", test_group },
    { "/center/report", test_report },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, CenterFixture, NULL, center_fixture_set_up, tests[i].run,
                center_fixture_tear_down);
  /* The disk of a file, that is. */
  if (!test_database_is_server ())
    g_test_add ("/center/bad-disk", CenterFixture, NULL, set_up_on_bad_disk, test_bad_disk,
                tear_down_bad_disk);
  return g_test_run ();
}
