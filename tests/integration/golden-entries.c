/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/center.h"
#include "db/db.h"
#include "store/journal.h"

#include "center-fixture.h"
#include "sample-sale.h"
#include "temp-dir.h"

#include <string.h>

/* One entry of every kind, as the journal of this version writes it: tests/data/wire/<kind>.1.json. With
 * MR_WRITE_GOLDEN set the files are written, to be looked at. What is written once is taken by every later
 * center: the second test sends all there is, of every schema. */

static const char *const kinds[] = {
  MR_KIND_SALE,           MR_KIND_SALE_VOIDED,     MR_KIND_SHIFT_OPENED,    MR_KIND_SHIFT_CLOSED,
  MR_KIND_SHIFT_READ,     MR_KIND_SIGNED_IN,       MR_KIND_SIGNED_OUT,      MR_KIND_SIGN_IN_REFUSED,
  MR_KIND_BASKET_HELD,    MR_KIND_BASKET_RECALLED, MR_KIND_LINE_REMOVED,    MR_KIND_DRAWER_OPENED,
  MR_KIND_CASH_MOVED,     MR_KIND_REPRINTED,       MR_KIND_SETTING_CHANGED, MR_KIND_CLOCK_JUMPED,
  MR_KIND_STAFF_ADDED,    MR_KIND_DAMAGED,         MR_KIND_TAKEN_OVER,      MR_KIND_FORKED,
  MR_KIND_BASKET_DROPPED, MR_KIND_PUT_AWAY,
};

static const MrEntryContext context = { "2026-05-29", "CNY", 1, 1001 };

static char *
get_folder (void)
{
  const char *source = g_getenv ("MR_SOURCE_DIR");

  return g_build_filename (source == NULL ? "." : source, "tests", "data", "wire", NULL);
}

/* --- written ----------------------------------------------------------------------------------- */

static void
append_note (MrJournal *journal, const char *kind, char *body)
{
  g_autoptr (GError) error = NULL;

  mr_journal_append (journal, MR_ID_NONE, kind, body, &error);
  g_assert_no_error (error);
  g_free (body);
}

static void
sell (TestWorld *world, MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = sample_sale (world, 3);
  MrCommittedSale committed = { 0 };
  gint64 spool_id;

  mr_journal_commit_sale (journal, sale, &context, 12, TRUE, &committed, &error);
  g_assert_no_error (error);
  mr_journal_reprint (journal, committed.entry_id, &context, &spool_id, &error);
  g_assert_no_error (error);
  mr_committed_sale_clear (&committed);
}

/* Put aside, and taken by another till while the center could not be asked. */
static void
drop (TestWorld *world, MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) basket = sample_basket (world, 1);
  g_autoptr (GPtrArray) held = NULL;
  MrTaking taking = { .unclaimed = TRUE };

  mr_journal_hold_basket (journal, basket, "等一下", &context, &error);
  g_assert_no_error (error);
  held = mr_journal_list_held (journal, &error);
  taking.hold = ((const MrHeldBasket *) g_ptr_array_index (held, 0))->hold;
  taking.slot = ((const MrHeldBasket *) g_ptr_array_index (held, 0))->slot;
  mr_journal_drop_basket (journal, &taking, "taken", &context, &error);
  g_assert_no_error (error);
}

static void
hold_and_void (TestWorld *world, MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) held = sample_basket (world, 2);
  g_autoptr (MrSale) recalled = NULL;

  mr_journal_hold_basket (journal, held, "红衣服", &context, &error);
  g_assert_no_error (error);
  recalled = mr_journal_recall_basket (journal, 1, &context, &error);
  g_assert_no_error (error);
  mr_journal_note_removed_line (journal, recalled, 1, &context, &error);
  g_assert_no_error (error);
  g_assert_true (mr_sale_move (recalled, MR_SALE_VOID, NULL));
  mr_journal_void_sale (journal, recalled, &context, "顾客不要了", &error);
  g_assert_no_error (error);
  drop (world, journal);
}

/* A short day with one of everything. */
static void
live_a_day (TestWorld *world, MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) opened = NULL;
  g_autoptr (MrShift) closed = NULL;
  g_autofree char *sums = NULL;

  append_note (journal, MR_KIND_SIGN_IN_REFUSED,
               mr_note_body_write (&context, "number", 'i', (gint64) 1001, "failures", 'i',
                                   (gint64) 1, NULL));
  append_note (journal, MR_KIND_SIGNED_IN,
               mr_note_body_write (&context, "number", 'i', (gint64) 1001, "failures", 'i',
                                   (gint64) 0, NULL));
  opened = mr_journal_open_shift (journal, 20000, &context, &error);
  g_assert_no_error (error);
  sell (world, journal);
  hold_and_void (world, journal);
  g_assert_true (mr_journal_note_drawer (journal, &context, "换零钱", NULL));
  g_assert_true (mr_journal_move_cash (journal, -500, "买牛奶", &context, NULL));
  g_assert_true (mr_journal_set_setting (journal, "paper_mm", "58", &context, NULL));
  append_note (journal, MR_KIND_STAFF_ADDED,
               mr_note_body_write (&context, "number", 'i', (gint64) 1002, "name", 's', "小王",
                                   "role", 's', "cashier", NULL));
  g_assert_true (mr_journal_read_shift (journal, &context, FALSE, NULL));
  world->now_us -= 60 * G_USEC_PER_SEC;
  closed = mr_journal_close_shift (journal, 21900, TRUE, &context, FALSE, &error);
  g_assert_no_error (error);
  sums = mr_shift_body_write (closed, NULL, NULL);
  append_note (journal, MR_KIND_SIGNED_OUT,
               mr_note_body_write (&context, "number", 'i', (gint64) 1001, NULL));
  append_note (journal, MR_KIND_DAMAGED,
               mr_note_body_write (&context, "writer", 's', "6373e32e-f075-8480-d1ed-e8b462ff3464",
                                   "n", 'i', (gint64) 3, "bytes", 's', "eyJkYXRlIjq/", NULL));
  mr_journal_put_away (journal, "number", "", 1780000000000000, &context, &error);
  g_assert_no_error (error);
  append_note (journal, MR_KIND_TAKEN_OVER,
               mr_note_body_write (&context, "till", 'i', (gint64) 2, "last_shift", 'j', sums,
                                   NULL));
}

/* From the very beginning: all of the day is in the new chain too. */
static void
part (MrJournal *journal)
{
  g_autoptr (GError) error = NULL;
  MrId writer;
  MrHash h;
  gint64 n;

  g_assert_true (mr_journal_get_head (journal, &writer, &n, &h, &error));
  mr_journal_fork (journal, writer, 0, &context, &error);
  g_assert_no_error (error);
}

static void
compare (const char *kind, const char *body)
{
  g_autofree char *folder = get_folder ();
  g_autofree char *file = g_strconcat (folder, "/", kind, ".1.json", NULL);
  g_autofree char *golden = NULL;

  if (g_getenv ("MR_WRITE_GOLDEN") != NULL)
    {
      g_autofree char *line = g_strconcat (body, "\n", NULL);

      g_assert_true (g_file_set_contents (file, line, -1, NULL));
      return;
    }
  g_assert_true (g_file_get_contents (file, &golden, NULL, NULL));
  g_assert_cmpstr (body, ==, g_strchomp (golden));
}

static const char *
find_body (GPtrArray *entries, const char *kind)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const MrEntry *entry = g_ptr_array_index (entries, i);

      if (strcmp (entry->kind, kind) == 0)
        return entry->body;
    }
  return NULL;
}

static void
test_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = temp_dir_new ();
  g_autoptr (MrJournal) journal = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  TestWorld world;

  test_world_init (&world, 17);
  journal = mr_journal_open (dir, &world.world, &error);
  g_assert_no_error (error);
  live_a_day (&world, journal);
  part (journal);
  entries = mr_journal_read (journal, 0, 500, 1024 * 1024, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *body = find_body (entries, kinds[i]);

      g_test_message ("%s", kinds[i]);
      g_assert_nonnull (body);
      compare (kinds[i], body);
    }
  g_clear_pointer (&journal, mr_journal_close);
  temp_dir_remove (dir);
}

/* --- taken ------------------------------------------------------------------------------------- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_golden (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean
is_kind (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* "<kind>.<schema>[.<what>].json"; baskets and the like are no entries. */
static void
add_golden (FakeTill *till, const char *folder, const char *name)
{
  g_auto (GStrv) words = g_strsplit (name, ".", 3);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *body = NULL;

  if (!is_kind (words[0]))
    return;
  g_assert_true (g_file_get_contents (path, &body, NULL, NULL));
  fake_till_add (till, mr_id_new (till->world), words[0], g_ascii_strtoll (words[1], NULL, 10),
                 g_strchomp (body));
}

static void
test_taken (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = get_folder ();
  g_autoptr (GPtrArray) names = list_golden (folder);

  for (guint i = 0; i < names->len; i++)
    add_golden (&fixture->till, folder, g_ptr_array_index (names, i));
  g_assert_cmpuint (fixture->till.entries->len, >=, G_N_ELEMENTS (kinds));
  center_fixture_push (fixture, &fixture->till, 0, 500, 200);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM entry"), ==,
                   fixture->till.entries->len);
  g_assert_cmpint (center_fixture_count (fixture,
                                         "SELECT count(*) FROM entry WHERE state <> 'applied'"
                                         " AND kind <> 'damaged'"),
                   ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/golden/written", test_written);
  g_test_add ("/golden/taken", CenterFixture, NULL, center_fixture_set_up, test_taken,
              center_fixture_tear_down);
  return g_test_run ();
}
