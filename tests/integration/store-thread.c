/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/store.h"

#include "temp-dir.h"
#include "test-world.h"

#include <sodium.h>

typedef struct
{
  TestWorld world;
  char *dir; /* (owned) */
  MrStore *store; /* (owned) */
  guint appended; /* signals seen */
  guint answers;
  GString *order; /* (owned) letters of the jobs answered */
  GThread *ran_on; /* (unowned) */
  guint freed;
} Fixture;

typedef struct
{
  Fixture *fixture; /* (unowned) */
  char letter;
} Item;

static void
on_appended (MrStore *store, gpointer data)
{
  ((Fixture *) data)->appended++;
}

static void
set_up (Fixture *self, gconstpointer inline_jobs)
{
  g_autoptr (GError) error = NULL;

  test_world_init (&self->world, 3);
  self->dir = temp_dir_new ();
  self->order = g_string_new (NULL);
  self->store = mr_store_new (self->dir, &self->world.world, GPOINTER_TO_INT (inline_jobs), &error);
  g_assert_no_error (error);
  g_signal_connect (self->store, "appended", G_CALLBACK (on_appended), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->store);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_string_free (self->order, TRUE);
}

static void
free_item (gpointer data)
{
  ((Item *) data)->fixture->freed++;
  g_free (data);
}

static gboolean
append_one (MrJournal *journal, gpointer data, GError **error)
{
  Item *item = data;

  item->fixture->ran_on = g_thread_self ();
  return mr_journal_append (journal, MR_ID_NONE, MR_KIND_SIGNED_IN, "{}", error);
}

static gboolean
fail (MrJournal *journal, gpointer data, GError **error)
{
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING, "as asked");
  return FALSE;
}

static gboolean
count (MrJournal *journal, gpointer data, GError **error)
{
  MrId writer;
  MrHash h;

  return mr_journal_get_head (journal, &writer, data, &h, error);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GError) error = NULL;
  gpointer item;

  g_assert_true (mr_store_run_finish (MR_STORE (source), result, &item, &error));
  g_assert_no_error (error);
  g_string_append_c (self->order, ((Item *) item)->letter);
  self->answers++;
}

static void
on_failed (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (mr_store_run_finish (MR_STORE (source), result, NULL, &error));
  g_assert_true (g_error_matches (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING) ||
                 g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED));
  self->answers++;
}

static void
run_until (guint *counter, guint value)
{
  while (*counter < value)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_order (Fixture *self, gconstpointer inline_jobs)
{
  g_autoptr (GError) error = NULL;
  gint64 n = 0;

  for (char letter = 'a'; letter <= 'j'; letter++)
    {
      Item *item = g_new (Item, 1);

      *item = (Item){ self, letter };
      mr_store_run_async (self->store, append_one, item, free_item, on_done, self);
    }
  /* Answers come through the main loop, never from within the call. */
  g_assert_cmpuint (self->answers, ==, 0);
  g_assert_true (mr_store_run (self->store, count, &n, &error));
  g_assert_cmpint (n, ==, 10);
  run_until (&self->answers, 10);
  g_assert_cmpstr (self->order->str, ==, "abcdefghij");
  run_until (&self->appended, 1);
  while (self->freed < 10)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true ((self->ran_on == g_thread_self ()) == GPOINTER_TO_INT (inline_jobs));
}

static void
test_failure (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  mr_store_run_async (self->store, fail, NULL, NULL, on_failed, self);
  run_until (&self->answers, 1);
  g_assert_false (mr_store_run (self->store, fail, NULL, &error));
  g_assert_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING);
  g_assert_cmpuint (self->appended, ==, 0);
}

static void
test_stop (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Item *item = g_new (Item, 1);

  *item = (Item){ self, 'x' };
  mr_store_run_async (self->store, append_one, item, free_item, on_done, self);
  mr_store_stop (self->store);
  run_until (&self->answers, 1);
  g_assert_cmpstr (self->order->str, ==, "x");

  g_assert_false (mr_store_run (self->store, fail, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  mr_store_run_async (self->store, fail, NULL, NULL, on_failed, self);
  run_until (&self->answers, 2);
}

static void
test_refused (Fixture *self, gconstpointer inline_jobs)
{
  g_autoptr (GError) error = NULL;

  /* The folder is in use by the fixture's store. */
  g_assert_null (
      mr_store_new (self->dir, &self->world.world, GPOINTER_TO_INT (inline_jobs), &error));
  g_assert_nonnull (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);

#define ADD(name, function)                                                              \
  g_test_add ("/store/thread/" name, Fixture, GINT_TO_POINTER (FALSE), set_up, function, \
              tear_down);                                                                \
  g_test_add ("/store/inline/" name, Fixture, GINT_TO_POINTER (TRUE), set_up, function, tear_down)
  ADD ("order", test_order);
  ADD ("failure", test_failure);
  ADD ("stop", test_stop);
  ADD ("refused", test_refused);
#undef ADD
  return g_test_run ();
}
