/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include <sodium.h>
#include <string.h>

#include "test-world.h"

static void
test_positions (void)
{
  static const char *const good[] = { "0", "1.0123456789abcdef",
                                      "9007199254740992.ffffffffffffffff" };
  static const char *const bad[] = {
    "",    "1",   "0.0123456789abcdef",  "01.0123456789abcdef", "1.0123456789ABCDEF",
    "1.0", "-1.", "1.0123456789abcdef0", "1.0123456789abcde",   "9007199254740993.ffffffffffffffff",
  };
  char text[MR_POSITION_STRING_SIZE];
  MrPosition position;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (mr_position_parse (good[i], &position));
      g_assert_cmpstr (mr_position_format (&position, text), ==, good[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (mr_position_parse (bad[i], &position));
}

static void
test_hashes (void)
{
  char text[MR_HASH_STRING_SIZE];
  MrHash h;

  memset (h.bytes, 0x5a, sizeof h.bytes);
  g_assert_true (mr_hash_parse (mr_hash_format (&h, text), &h));
  text[0] = 'A';
  g_assert_false (mr_hash_parse (text, &h));
  text[0] = 'g';
  g_assert_false (mr_hash_parse (text, &h));
  text[63] = '\0';
  g_assert_false (mr_hash_parse (text, &h));
  g_assert_false (mr_hash_parse ("", &h));
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    gint64 us; /* −1: refused */
  } times[] = {
    { "1970-01-01T00:00:00.000000Z", 0 },
    { "2026-05-28T20:26:40.000000Z", G_GINT64_CONSTANT (1780000000000000) },
    { "2024-02-29T23:59:59.999999Z", G_GINT64_CONSTANT (1709251199999999) },
    { "9999-12-31T23:59:59.999999Z", G_GINT64_CONSTANT (253402300799999999) },
    { "2026-05-28T20:26:40Z", G_GINT64_CONSTANT (1780000000000000) },
    { "2026-05-28T20:26:40.5Z", G_GINT64_CONSTANT (1780000000500000) },
    { "2026-02-29T00:00:00Z", -1 },
    { "2026-13-01T00:00:00Z", -1 },
    { "2026-05-28T24:00:00Z", -1 },
    { "2026-05-28T20:26:60Z", -1 },
    { "2026-05-28T20:26:40+00:00", -1 },
    { "2026-05-28T20:26:40.Z", -1 },
    { "2026-05-28T20:26:40.1234567Z", -1 },
    { "2026-05-28 20:26:40Z", -1 },
    { "2026-05-28T20:26", -1 },
    { "1969-12-31T23:59:59Z", -1 },
    { "", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      gint64 us = -1;

      g_test_message ("%s", times[i].text);
      g_assert_cmpint (mr_time_parse (times[i].text, &us), ==, times[i].us >= 0);
      g_assert_cmpint (us, ==, times[i].us);
      if (us >= 0 && strlen (times[i].text) == 27)
        {
          g_autofree char *text = mr_time_format (us);

          g_assert_cmpstr (text, ==, times[i].text);
        }
    }
}

static MrEntry *
make_entry (gint64 n, const char *kind, const char *body)
{
  MrEntry *entry = mr_entry_new ();

  for (guint i = 0; i < 16; i++)
    entry->id.bytes[i] = (guint8) (16 * i + n);
  entry->n = n;
  entry->kind = g_strdup (kind);
  entry->schema = 1;
  entry->at_us = G_GINT64_CONSTANT (1780000000123456) + n;
  entry->body = g_strdup (body);
  return entry;
}

/* Worked out apart from this program, with Python's hashlib and struct. */
static void
test_chain_hash (void)
{
  static const char *const expected[] = {
    "15cd42a191182ea2c6d59131e5e69878258ac537ba5744c700eca7db02dfc69d",
    "338ffc027567db3550d283de814b6e96b8b9b7dc85208d75fabb8905059957f7",
  };
  MrHash h = { { 0 } };
  char text[MR_HASH_STRING_SIZE];

  for (gint64 n = 1; n <= 2; n++)
    {
      g_autoptr (MrEntry) entry =
          make_entry (n, n == 1 ? "sale" : "shift-closed", n == 1 ? "{\"可乐\":1}" : "{}");
      MrHash previous = h;

      mr_entry_compute_hash (entry, &previous, &h);
      g_assert_cmpstr (mr_hash_format (&h, text), ==, expected[n - 1]);
    }
}

static MrJournalRequest *
make_request (void)
{
  MrJournalRequest *request = g_new0 (MrJournalRequest, 1);
  MrHash h;

  memset (request->writer.bytes, 0xc3, 16);
  request->prev_n = 4;
  memset (request->prev_h.bytes, 0x11, sizeof request->prev_h.bytes);
  request->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_entry_free);
  h = request->prev_h;
  for (gint64 n = 5; n <= 7; n++)
    {
      MrEntry *entry = make_entry (n, "sale", "{\"a\":\"\\u0001 \\\" 可乐 😀\",  \"b\" : 1}");

      mr_entry_compute_hash (entry, &h, &entry->h);
      h = entry->h;
      g_ptr_array_add (request->entries, entry);
    }
  return request;
}

/* The body arrives as the very bytes sent: blanks, escapes and all. */
static void
test_journal_request (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrJournalRequest) sent = make_request ();
  g_autofree char *json = mr_journal_request_to_json (sent);
  g_autoptr (MrJournalRequest) got = mr_journal_request_from_json (json, -1, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  again = mr_journal_request_to_json (got);
  g_assert_cmpstr (again, ==, json);
  g_assert_cmpuint (got->entries->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const MrEntry *a = g_ptr_array_index (sent->entries, i);
      const MrEntry *b = g_ptr_array_index (got->entries, i);

      g_assert_cmpstr (a->body, ==, b->body);
      g_assert_cmpint (a->at_us, ==, b->at_us);
      g_assert_true (mr_hash_equal (&a->h, &b->h));
    }
}

typedef struct
{
  const char *from; /* replaced once in a good message … */
  const char *to; /* … by this … */
  const char *error; /* … is refused so */
} Change;

static char *
replace_once (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, to, at + strlen (from));
}

static void
test_journal_refusals (void)
{
  static const Change changes[] = {
    { "\"n\":6", "\"n\":7", "entries[1]: “n” must be 6, not 7" },
    { "\"n\":5,", "", "entries[0]: “n” is missing" },
    { "\"n\":4", "\"n\":-1", "prev: “n” must be from 0 to 9007199254740992, not -1" },
    { "\"kind\":\"sale\"", "\"kind\":\"Sale\"",
      "entries[0]: “kind” must be lower-case letters, digits and “-”" },
    { "\"kind\":\"sale\"", "\"kind\":\"\"",
      "entries[0]: “kind” must be lower-case letters, digits and “-”" },
    { "\"schema\":1", "\"schema\":0", "entries[0]: “schema” must be from 1 to 2147483647, not 0" },
    { "\"at\":\"2026", "\"at\":\"26",
      "entries[0]: “at” must be a time like 2026-05-28T07:06:40.000000Z" },
    { "\"body\":\"", "\"body\":7,\"x\":\"", "entries[0]: “body” must be a text" },
    { "c3c3c3c3-", "c3c3c3c3", "“writer” must be a UUID" },
    { "1111\"}", "111\"}", "prev: “h” must be 64 lower-case hexadecimal digits" },
    { "\"entries\":[", "\"entries\":[7,", "“entries[0]” must be an object" },
  };
  g_autoptr (MrJournalRequest) request = make_request ();
  g_autofree char *json = mr_journal_request_to_json (request);

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *changed = replace_once (json, changes[i].from, changes[i].to);

      g_assert_null (mr_journal_request_from_json (changed, -1, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, ==, changes[i].error);
    }
}

/* One long entry may stand alone; two such are too many; one beyond all measure never is. */
static void
test_journal_sizes (void)
{
  static const struct
  {
    gsize bytes;
    guint n;
    gboolean ok;
  } sizes[] = {
    { MR_JOURNAL_MAX_BYTES / 2, 2, TRUE }, { MR_JOURNAL_MAX_BYTES / 2 + 1, 2, FALSE },
    { MR_ENTRY_MAX_BODY, 1, TRUE },        { MR_ENTRY_MAX_BODY + 1, 1, FALSE },
    { 2, MR_JOURNAL_MAX_ENTRIES, TRUE },   { 2, MR_JOURNAL_MAX_ENTRIES + 1, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrJournalRequest) request = make_request ();
      g_autoptr (MrJournalRequest) got = NULL;
      g_autofree char *body = g_strnfill (sizes[i].bytes, 'x');
      g_autofree char *json = NULL;

      g_ptr_array_set_size (request->entries, 0);
      for (guint k = 0; k < sizes[i].n; k++)
        g_ptr_array_add (request->entries, make_entry (5 + k, "sale", body));
      json = mr_journal_request_to_json (request);
      got = mr_journal_request_from_json (json, -1, &error);
      if (sizes[i].ok)
        g_assert_no_error (error);
      else
        g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE);
    }
}

static void
add_row (MrFeedPage *page, const char *table, gint64 v, const char *id, const char *fields)
{
  MrFeedRow *row = g_new0 (MrFeedRow, 1);

  *row = (MrFeedRow){ g_strdup (table), v, g_strdup (id), g_strdup (fields) };
  g_ptr_array_add (page->rows, row);
}

static char *
make_feeds (void)
{
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_new ();
  MrMine mine = { .acked = 7, .applied = 6, .safe = 3 };

  memset (mine.writer.bytes, 0xc3, 16);
  reply->now_us = G_GINT64_CONSTANT (1780000000000001);
  g_assert_true (mr_position_parse ("5.0123456789abcdef", &reply->region.head));
  g_assert_true (mr_position_parse ("9.fedcba9876543210", &reply->region.seen));
  add_row (&reply->region, "good", 4, "12", "[\"可乐\",\"瓶\",0,\"\",1,0,5]");
  add_row (&reply->region, "good", 5, "13", NULL);
  add_row (&reply->region, "newer", 5, "0-7", "[{\"a\":[1,\"\"]}]");
  reply->shop.full = TRUE;
  g_array_append_val (reply->mine, mine);
  return mr_feeds_reply_to_json (reply);
}

static void
test_feeds (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = make_feeds ();
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_from_json (json, -1, &error);
  g_autofree char *again = NULL;
  const MrFeedRow *row;

  g_assert_no_error (error);
  again = mr_feeds_reply_to_json (reply);
  g_assert_cmpstr (again, ==, json);
  g_assert_cmpuint (reply->region.rows->len, ==, 3);
  row = g_ptr_array_index (reply->region.rows, 0);
  g_assert_cmpstr (row->id, ==, "12");
  g_assert_cmpstr (row->fields, ==, "[\"可乐\",\"瓶\",0,\"\",1,0,5]");
  row = g_ptr_array_index (reply->region.rows, 1);
  g_assert_null (row->fields);
  g_assert_true (reply->shop.full);
  g_assert_cmpint (g_array_index (reply->mine, MrMine, 0).applied, ==, 6);
}

static void
test_feeds_refusals (void)
{
  static const struct
  {
    const char *from;
    const char *to;
    int row; /* −1: another error */
    const char *error;
  } changes[] = {
    { "[\"good\",5,", "[\"good\",3,", 1, NULL },
    { "[\"good\",5,", "[\"good\",6,", 1, NULL },
    { "[\"good\",4,", "[\"\",4,", 0, NULL },
    { "[\"good\",4,12", "[\"good\",4,-1", 0, NULL },
    { "[\"good\",4,12", "[\"good\",4,[]", 0, NULL },
    { "[\"good\",5,13]", "[\"good\"]", 1, NULL },
    { "[\"good\",5,13]", "7", 1, NULL },
    { "\"full\":false", "\"full\":0", -1, "region: “full” must be true or false" },
    { "5.0123", "5.123", -1,
      "region: “head” must be a version, a point and 16 lower-case hexadecimal digits, or 0" },
    { ",7,6,", ",7,-6,", -1, "mine[0] is not [writer, acked, applied, h, safe]" },
    { "\"shop\":{", "\"shop\":7,\"x\":{", -1, "“shop” must be an object" },
  };
  g_autofree char *json = make_feeds ();

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *changed = replace_once (json, changes[i].from, changes[i].to);
      g_autofree char *at_row = g_strdup_printf ("rows[%d]", changes[i].row);

      g_assert_null (mr_feeds_reply_from_json (changed, -1, &error));
      g_assert_nonnull (error);
      if (changes[i].row < 0)
        g_assert_cmpstr (error->message, ==, changes[i].error);
      else
        g_assert_nonnull (strstr (error->message, at_row));
    }
}

static void
test_enrol (void)
{
  g_autoptr (GError) error = NULL;
  MrEnrolReply reply = { .letter = (char *) "A",
                         .till_number = 2,
                         .shop_name = (char *) "好邻居",
                         .region = (char *) "east",
                         .currency = (char *) "CNY",
                         .now_us = 5 };
  MrEnrolRequest request = { (char *) "K7", (char *) "cHVibGlj", (char *) "收银台 1" };
  g_autofree char *json = mr_enrol_reply_to_json (&reply);
  g_autoptr (MrEnrolReply) got = mr_enrol_reply_from_json (json, -1, &error);
  g_autofree char *request_json = mr_enrol_request_to_json (&request);
  g_autoptr (MrEnrolRequest) asked = mr_enrol_request_from_json (request_json, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (got->shop_name, ==, "好邻居");
  g_assert_cmpstr (got->region, ==, "east");
  g_assert_cmpint (got->till_number, ==, 2);
  g_assert_cmpint (got->now_us, ==, 5);
  g_assert_cmpstr (asked->name, ==, "收银台 1");
  g_assert_null (mr_enrol_request_from_json ("{\"code\":\"a\"}", -1, &error));
  g_assert_cmpstr (error->message, ==, "“public_key” is missing");
}

static void
test_small_replies (void)
{
  g_autoptr (GError) error = NULL;
  MrJournalReply reply = { .acked = 9, .now_us = 6 }, got;
  MrChainReply chain = { .n = 3 }, got_chain;
  MrProblem problem = { 413, (char *) "/problems/too-large", (char *) "Too large",
                        (char *) "send less" };
  MrSnapshotInfo info = { .name = (char *) "east-1-5-0123456789abcdef", .bytes = 7, .schema = 1 };
  g_autofree char *json = mr_journal_reply_to_json (&reply);
  g_autofree char *chain_json = mr_chain_reply_to_json (&chain);
  g_autofree char *problem_json = mr_problem_to_json (&problem);
  g_autofree char *info_json = mr_snapshot_info_to_json (&info);
  g_autoptr (MrProblem) got_problem = mr_problem_from_json (problem_json, -1, &error);
  g_autoptr (MrSnapshotInfo) got_info = mr_snapshot_info_from_json (info_json, -1, &error);
  g_autoptr (MrProblem) bare = mr_problem_from_json ("{}", -1, &error);

  g_assert_no_error (error);
  g_assert_true (mr_journal_reply_from_json (json, -1, &got, &error));
  g_assert_cmpint (got.acked, ==, 9);
  g_assert_true (mr_chain_reply_from_json (chain_json, -1, &got_chain, &error));
  g_assert_cmpint (got_chain.n, ==, 3);
  g_assert_cmpuint (got_problem->status, ==, 413);
  g_assert_cmpstr (got_problem->detail, ==, "send less");
  g_assert_cmpstr (bare->type, ==, "about:blank");
  g_assert_cmpstr (got_info->name, ==, "east-1-5-0123456789abcdef");
  info.name = (char *) "../../etc/passwd";
  g_clear_pointer (&info_json, g_free);
  info_json = mr_snapshot_info_to_json (&info);
  g_assert_null (mr_snapshot_info_from_json (info_json, -1, NULL));
}

static void
test_signature (void)
{
  guint8 public_key[32], secret_key[64];
  g_autofree char *signature = NULL;

  crypto_sign_keypair (public_key, secret_key);
  signature = mr_sign_request (secret_key, "2026-05-28T20:26:40Z", "POST", "/v1/journal", "{}", 2);
#define VERIFY(time, method, path, body, length) \
  mr_verify_request (public_key, signature, time, method, path, body, length)
  g_assert_true (VERIFY ("2026-05-28T20:26:40Z", "POST", "/v1/journal", "{}", 2));
  g_assert_false (VERIFY ("2026-05-28T20:26:41Z", "POST", "/v1/journal", "{}", 2));
  g_assert_false (VERIFY ("2026-05-28T20:26:40Z", "PUT", "/v1/journal", "{}", 2));
  g_assert_false (VERIFY ("2026-05-28T20:26:40Z", "POST", "/v1/journal?", "{}", 2));
  g_assert_false (VERIFY ("2026-05-28T20:26:40Z", "POST", "/v1/journal", "{ }", 3));
  g_assert_false (VERIFY ("2026-05-28T20:26:40Z", "POST", "/v1/journal", NULL, 0));
  g_assert_false (VERIFY ("2026-05-28T20:26:40Z\nPOST", "/v1/journal", "", "{}", 2));
#undef VERIFY
  g_assert_false (mr_verify_request (public_key, "", "t", "GET", "/", NULL, 0));
  g_assert_false (mr_verify_request (public_key, "AAAA", "t", "GET", "/", NULL, 0));
  public_key[0] ^= 1;
  g_assert_false (mr_verify_request (public_key, signature, "2026-05-28T20:26:40Z", "POST",
                                     "/v1/journal", "{}", 2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/wire/positions", test_positions);
  g_test_add_func ("/wire/hashes", test_hashes);
  g_test_add_func ("/wire/times", test_times);
  g_test_add_func ("/wire/chain-hash", test_chain_hash);
  g_test_add_func ("/wire/journal-request", test_journal_request);
  g_test_add_func ("/wire/journal-refusals", test_journal_refusals);
  g_test_add_func ("/wire/journal-sizes", test_journal_sizes);
  g_test_add_func ("/wire/feeds", test_feeds);
  g_test_add_func ("/wire/feeds-refusals", test_feeds_refusals);
  g_test_add_func ("/wire/enrol", test_enrol);
  g_test_add_func ("/wire/small-replies", test_small_replies);
  g_test_add_func ("/wire/signature", test_signature);
  return g_test_run ();
}
