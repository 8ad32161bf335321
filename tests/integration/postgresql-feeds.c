/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center-fixture.h"
#include "test-database.h"

#include "center/network.h"

#include <string.h>

/* Sixteen writers of one PostgreSQL database and two who read its feeds beside them: no row that was committed
 * may be behind a reader's cursor without having been read. Every row has an id of its own, so that a missed one
 * is not made up for by its next state. How long: the first argument, in seconds. */

#define WRITERS 16
#define READERS 2
#define FEEDS 3
#define PAGE 200
#define ROWS_MAX 4

#define SQL_DRAW "SELECT nextval('draw')"
#define SQL_PUT \
  "INSERT INTO feed_row (feed_id, tbl, id, v, fields) VALUES (?1, 'row', ?2, ?3, '[]')"
#define SQL_READ "SELECT id, v FROM feed_row WHERE feed_id = ?1 AND v > ?2 ORDER BY v LIMIT ?3"

typedef struct
{
  CenterFixture fixture;
  gint64 feeds[FEEDS]; /* in the order of their ids */
  gint64 drawn_feed; /* whose versions come from a sequence, for comparison */
  gboolean drawing;
  int stopping; /* atomic: nobody begins another transaction */
  int written; /* atomic: all have committed */
} Field;

typedef struct
{
  Field *field;
  guint number;
  TestWorld world;
  MrCenter *center; /* (owned) */
  FakeTill till;
  gint64 pushed; /* entries */
  GHashTable *rows; /* (owned) "feed id/row id": published or read */
  GThread *thread;
} Hand;

static gboolean
is_stopping (Field *field)
{
  return g_atomic_int_get (&field->stopping) != 0;
}

static void
note_row (Hand *self, gint64 feed_id, const char *id)
{
  g_hash_table_add (self->rows, g_strdup_printf ("%" G_GINT64_FORMAT "/%s", feed_id, id));
}

/* --- writing --- */

static void
publish (Hand *self, guint count)
{
  g_autoptr (GError) error = NULL;
  MrBatch *batch = mr_batch_begin (self->center, &error);
  guint first = count % FEEDS, n = 1 + count % ROWS_MAX;

  g_assert_no_error (error);
  for (guint feed = first; feed < FEEDS; feed++)
    for (guint i = 0; i < n; i++)
      {
        g_autofree char *id = g_strdup_printf ("%u-%u-%u", self->number, count, i);

        mr_feed_publish (batch->feeds, self->field->feeds[feed], "row", id, "[]", &error);
        g_assert_no_error (error);
        note_row (self, self->field->feeds[feed], id);
      }
  mr_batch_commit (batch, &error);
  g_assert_no_error (error);
}

/* As it goes wrong: the version is drawn where nobody waits for anybody. */
static void
publish_drawn (Hand *self, guint count)
{
  MrDb *db = mr_center_get_db (self->center);
  g_autofree char *id = g_strdup_printf ("%u-%u", self->number, count);
  g_autoptr (GError) error = NULL;
  gint64 v = 0;

  mr_db_begin (db, &error);
  mr_db_get_int (db, &v, &error, SQL_DRAW, "");
  mr_db_run (db, &error, SQL_PUT, "isi", self->field->drawn_feed, id, v);
  g_assert_no_error (error);
  mr_db_commit (db, &error);
  g_assert_no_error (error);
  note_row (self, self->field->drawn_feed, id);
}

/* What a till sells moves the levels its shop's feed shows. */
static void
sell (Hand *self)
{
  g_autofree char *body = NULL;
  FakeSignature signature;
  MrCenterRequest request = { .method = "POST", .path = "/v1/journal" };
  MrCenterReply reply = { 0 };

  fake_till_sell (&self->till, 3);
  body = fake_till_make_push (&self->till, self->pushed, 1);
  signature = fake_till_sign (&self->till, request.method, request.path, body, 0);
  request.body = body;
  request.length = strlen (body);
  request.till = signature.till;
  request.time = signature.time;
  request.signature = signature.signature;
  mr_center_handle (self->center, &request, &reply);
  g_assert_cmpuint (reply.status, ==, 200);
  self->pushed++;
  mr_center_reply_clear (&reply);
  fake_signature_clear (&signature);
}

static gpointer
write_rows (gpointer data)
{
  Hand *self = data;

  for (guint count = 0; !is_stopping (self->field); count++)
    if (self->field->drawing)
      publish_drawn (self, count);
    else if (count % 4 == 3)
      sell (self);
    else
      publish (self, count);
  return NULL;
}

/* --- reading --- */

/* One page of one feed; whether there was more. */
static gboolean
read_page (Hand *self, gint64 feed_id, MrPosition *cursor)
{
  MrDb *db = mr_center_get_db (self->center);
  g_autoptr (GError) error = NULL;
  MrFeedPage page = { 0 };
  gboolean full;

  mr_db_begin_read (db, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_feed_read (db, feed_id, cursor, cursor, PAGE, &page, &error), ==,
                   MR_FEED_READ);
  mr_db_rollback (db);
  for (guint i = 0; i < page.rows->len; i++)
    {
      const MrFeedRow *row = g_ptr_array_index (page.rows, i);

      note_row (self, feed_id, row->id);
    }
  *cursor = page.head;
  full = page.full;
  mr_feed_page_clear (&page);
  return !full;
}

static gboolean
read_drawn (Hand *self, gint64 feed_id, MrPosition *cursor)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrQuery) query = mr_db_select (mr_center_get_db (self->center), &error, SQL_READ,
                                            "iii", feed_id, cursor->v, (gint64) PAGE);
  guint n = 0;

  for (; query != NULL && mr_query_step (query, &error) == MR_STEP_ROW; n++)
    {
      note_row (self, feed_id, mr_query_get_text (query, 0));
      cursor->v = mr_query_get_int (query, 1);
    }
  g_assert_no_error (error);
  return n == PAGE;
}

static gpointer
read_rows (gpointer data)
{
  Hand *self = data;
  MrPosition cursors[FEEDS] = { 0 }, drawn = { 0 };
  gboolean last;

  do
    {
      /* Looked at before reading: what follows the end of all writing reads all. */
      last = g_atomic_int_get (&self->field->written) != 0;
      for (guint i = 0; i < FEEDS && !self->field->drawing; i++)
        while (read_page (self, self->field->feeds[i], &cursors[i]))
          ;
      while (self->field->drawing && read_drawn (self, self->field->drawn_feed, &drawn))
        ;
    }
  while (!last);
  return NULL;
}

/* --- the field --- */

static void
open_hand (Hand *self, Field *field, guint number, gboolean writes)
{
  g_autoptr (GError) error = NULL;

  self->field = field;
  self->number = number;
  test_world_init (&self->world, 1000 + number);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->center = (writes ? mr_center_open : mr_center_open_reader) (field->fixture.location,
                                                                    field->fixture.files,
                                                                    &self->world.world, &error);
  g_assert_no_error (error);
  if (!writes)
    return;
  fake_till_init (&self->till, &self->world.world);
  center_fixture_enrol (&field->fixture, &self->till);
}

static void
close_hand (Hand *self, gboolean writes)
{
  if (writes)
    fake_till_clear (&self->till);
  mr_center_close (self->center);
  g_hash_table_unref (self->rows);
}

static guint
count_missed (const Hand *writers, const Hand *reader)
{
  guint missed = 0;

  for (guint i = 0; i < WRITERS; i++)
    {
      GHashTableIter iter;
      gpointer key;

      g_hash_table_iter_init (&iter, writers[i].rows);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        missed += !g_hash_table_contains (reader->rows, key);
    }
  return missed;
}

static void
set_up (Field *field, gboolean drawing)
{
  MrDb *db;
  g_autoptr (GError) error = NULL;

  *field = (Field){ .drawing = drawing };
  center_fixture_set_up (&field->fixture, NULL);
  db = mr_center_get_db (field->fixture.center);
  field->feeds[0] = mr_feed_find (db, "region", 1, &error);
  field->feeds[1] = mr_feed_find (db, "shop", 1, &error);
  field->feeds[2] = mr_feed_find (db, "shop", 2, &error);
  field->drawn_feed = mr_feed_find (db, "shop", 3, &error);
  g_assert_no_error (error);
  g_assert_cmpint (field->feeds[0], <, field->feeds[1]);
  g_assert_cmpint (field->feeds[1], <, field->feeds[2]);
  mr_db_exec (db, "CREATE SEQUENCE draw", &error);
  g_assert_no_error (error);
}

/* Missed by both readers together. */
static guint
run_field (Field *field, double seconds, guint *n_rows)
{
  Hand writers[WRITERS] = { 0 }, readers[READERS] = { 0 };
  guint missed = 0;

  for (guint i = 0; i < WRITERS; i++)
    open_hand (&writers[i], field, i, TRUE);
  for (guint i = 0; i < READERS; i++)
    open_hand (&readers[i], field, WRITERS + i, FALSE);
  for (guint i = 0; i < READERS; i++)
    readers[i].thread = g_thread_new ("reader", read_rows, &readers[i]);
  for (guint i = 0; i < WRITERS; i++)
    writers[i].thread = g_thread_new ("writer", write_rows, &writers[i]);
  g_usleep ((gulong) (seconds * G_USEC_PER_SEC));
  g_atomic_int_set (&field->stopping, 1);
  for (guint i = 0; i < WRITERS; i++)
    g_thread_join (writers[i].thread);
  g_atomic_int_set (&field->written, 1);
  for (guint i = 0; i < READERS; i++)
    g_thread_join (readers[i].thread);
  *n_rows = 0;
  for (guint i = 0; i < WRITERS; i++)
    *n_rows += g_hash_table_size (writers[i].rows);
  for (guint i = 0; i < READERS; i++)
    missed += count_missed (writers, &readers[i]);
  for (guint i = 0; i < WRITERS; i++)
    close_hand (&writers[i], TRUE);
  for (guint i = 0; i < READERS; i++)
    close_hand (&readers[i], FALSE);
  return missed;
}

static double seconds = 5;

static void
test_feeds (void)
{
  Field field;
  guint n_rows, missed;

  set_up (&field, FALSE);
  missed = run_field (&field, seconds, &n_rows);
  g_test_message ("%u rows by %d writers in %g s, %u missed", n_rows, WRITERS, seconds, missed);
  g_assert_cmpuint (n_rows, >, 0);
  g_assert_cmpuint (missed, ==, 0);
  center_fixture_check_books (&field.fixture);
  center_fixture_tear_down (&field.fixture, NULL);
}

/* That a missed row would be noticed. */
static void
test_drawn_versions (void)
{
  Field field;
  guint n_rows, missed;

  set_up (&field, TRUE);
  missed = run_field (&field, MIN (seconds, 3), &n_rows);
  g_test_message ("%u rows with versions from a sequence, %u missed", n_rows, missed);
  g_assert_cmpuint (missed, >, 0);
  center_fixture_tear_down (&field.fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1)
    seconds = g_ascii_strtod (argv[1], NULL);
  if (!test_database_is_server ())
    {
      g_print ("1..0 # SKIP a SQLite file has one writer\n");
      return 0;
    }
  g_test_add_func ("/postgresql/feeds", test_feeds);
  g_test_add_func ("/postgresql/drawn-versions", test_drawn_versions);
  return g_test_run ();
}
