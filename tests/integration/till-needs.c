/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "till/till.h"

#include "sample-till.h"

#define REFUSED "0190b5a0-1111-7222-8333-444444444444"
#define OF_LATER "0190b5a0-1111-7222-8333-555555555555"

typedef SampleTill Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  sample_till_set_up (self);
  sample_till_feed (self, "staff", "1", "[1,\"王芳\",\"owner\",\"\",1]");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (self);
}

static guint
count (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (mr_till_get_needs (self->till)));
}

static const MrNeedFacts *
get (Fixture *self, guint position)
{
  g_autoptr (MrNeed) need =
      g_list_model_get_item (G_LIST_MODEL (mr_till_get_needs (self->till)), position);

  g_assert_nonnull (need);
  return mr_need_get_facts (need); /* the list holds it, too */
}

/* There from the start, and gone once the center says that it is settled. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  sample_till_feed (self, "waiting", REFUSED,
                    "[\"sums\",2,\"sale\",1780000000000000,\"2A-000007\",350,\"Its sums.\"]");
  sample_till_feed (self, "waiting", OF_LATER,
                    "[\"a-later-word\",1,\"later\",1770000000000000,\"\",0,\"?\",\"more\"]");
  sample_till_start (self);
  g_assert_cmpuint (count (self), ==, 2);
  g_assert_cmpint (get (self, 0)->kind, ==, MR_NEED_REFUSED);
  g_assert_cmpstr (get (self, 0)->cause, ==, "a-later-word");
  g_assert_cmpstr (get (self, 1)->cause, ==, "sums");
  g_assert_cmpstr (get (self, 1)->label, ==, "2A-000007");
  g_assert_cmpstr (get (self, 1)->entry_kind, ==, "sale");
  g_assert_cmpint (get (self, 1)->amount_minor, ==, 350);
  g_assert_cmpint (get (self, 1)->till_number, ==, 2);

  sample_till_feed (self, "waiting", REFUSED, NULL);
  sample_till_start (self);
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_cmpstr (get (self, 0)->cause, ==, "a-later-word");
}

static void
close_shift (Fixture *self)
{
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till), "6901234567892"), ==,
                   MR_SCAN_ADDED);
  sample_till_pay (self, MR_TENDER_CASH, 300);
  mr_shift_desk_close_async (mr_till_get_shift_desk (self->till), 300, TRUE, NULL, NULL);
  sample_till_settle (self);
  mr_till_tick (self->till);
}

static void
change_journal (Fixture *self, const char *statements)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);
  g_autoptr (GError) error = NULL;
  MrDb *db;

  sample_till_stop (self);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (mr_db_exec (db, statements, &error));
  g_assert_no_error (error);
  mr_db_close (db);
  sample_till_start (self);
}

/* A record that is not as it was written is found when the shift is closed. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  MrTillStatus status;

  sample_till_start (self);
  close_shift (self);
  g_assert_cmpuint (count (self), ==, 0);
  change_journal (self, "DROP TRIGGER entry_is_never_changed;"
                        "UPDATE entry SET at = at + 1 WHERE n = 2");
  close_shift (self);
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_cmpint (get (self, 0)->kind, ==, MR_NEED_DAMAGED);
  mr_till_get_status (self->till, &status);
  g_assert_true (status.damaged);
}

/* A stick that is not there is told until a closing finds one. */
static void
test_backup (Fixture *self, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (self->dir, "not-plugged-in", NULL);
  MrSettings *settings;
  MrTillStatus status;

  sample_till_start (self);
  settings = mr_till_get_settings (self->till);
  mr_settings_set_async (settings, MR_SETTING_BACKUP_FOLDER, nowhere, NULL, NULL);
  sample_till_settle (self);
  close_shift (self);
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_cmpint (get (self, 0)->kind, ==, MR_NEED_BACKUP);
  g_assert_cmpstr (get (self, 0)->cause, ==, "elsewhere");
  g_assert_cmpint (get (self, 0)->at_us, >, 0);
  mr_settings_set_async (settings, MR_SETTING_BACKUP_FOLDER, "", NULL, NULL);
  sample_till_settle (self);
  close_shift (self);
  g_assert_cmpuint (count (self), ==, 0);
  mr_till_get_status (self->till, &status);
  g_assert_cmpint (status.disk_free, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/till/needs/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/till/needs/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/till/needs/backup", Fixture, NULL, set_up, test_backup, tear_down);
  return g_test_run ();
}
