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
put_away (Fixture *self, guint position)
{
  const MrNeedFacts *facts = get (self, position);

  mr_till_put_away (self->till, facts->what, facts->subject, facts->at_us);
  sample_till_settle (self);
  mr_till_tick (self->till);
}

static void
pass (Fixture *self, guint minutes)
{
  for (guint i = 0; i < minutes; i++)
    {
      test_world_advance (&self->world, 60 * (gint64) G_USEC_PER_SEC);
      mr_till_tick (self->till);
      sample_till_settle (self);
    }
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

  /* Over a restart, and until somebody who runs the shop has put it away. */
  sample_till_start (self);
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_cmpstr (get (self, 0)->subject, ==, "1-2");
  put_away (self, 0);
  g_assert_cmpuint (count (self), ==, 0);
  close_shift (self);
  g_assert_cmpuint (count (self), ==, 0);
}

/* Damage is found by a look through the journal, too, once a day while nobody is at the till; and it is no longer said
 * when the journal is whole again. */
static void
test_daily_look (Fixture *self, gconstpointer data)
{
  sample_till_start (self);
  close_shift (self);
  change_journal (self, "DROP TRIGGER entry_is_never_changed;"
                        "UPDATE entry SET at = at + 1 WHERE n = 2");
  pass (self, 20);
  g_assert_cmpuint (count (self), ==, 0);
  /* Somebody sells, or is about to. */
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till), "6901234567892"), ==,
                   MR_SCAN_ADDED);
  pass (self, 15);
  g_assert_cmpuint (count (self), ==, 0);
  sample_till_pay (self, MR_TENDER_CASH, 300);
  sample_till_settle (self);
  pass (self, 9);
  g_assert_cmpuint (count (self), ==, 0);
  pass (self, 2);
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_cmpint (get (self, 0)->kind, ==, MR_NEED_DAMAGED);

  change_journal (self, "UPDATE entry SET at = at - 1 WHERE n = 2");
  g_assert_cmpuint (count (self), ==, 1);
  pass (self, 31);
  g_assert_cmpuint (count (self), ==, 0);
  change_journal (self, "UPDATE entry SET at = at + 1 WHERE n = 2");
  pass (self, 31);
  g_assert_cmpuint (count (self), ==, 1);
  /* The next look is a day later. */
  put_away (self, 0);
  g_assert_cmpuint (count (self), ==, 0);
}

#define HELD_ONCE "held/0190b5a0-1111-7222-8333-444444444444"

/* What two tills took, and numbers two computers printed: put away here at once, and by the center for all. */
static void
test_twice (Fixture *self, gconstpointer data)
{
  sample_till_feed (self, "taken_twice", HELD_ONCE, "[\"held\",\"红衣服\",1,1780000000000000]");
  sample_till_feed (self, "taken_twice", "later/x", "[\"later\",\"券\",1,1780000000000001]");
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *label = g_strdup_printf ("1A-00000%u", i);
      g_autofree char *id = g_strconcat ("number/", label, NULL);
      g_autofree char *fields =
          g_strdup_printf ("[\"number\",\"%s\",1,178000000000000%u]", label, i);

      sample_till_feed (self, "taken_twice", id, fields);
    }
  sample_till_start (self);
  g_assert_cmpuint (count (self), ==, 3);
  g_assert_cmpstr (get (self, 0)->cause, ==, "later");
  g_assert_cmpstr (get (self, 1)->cause, ==, "held");
  g_assert_cmpstr (get (self, 1)->label, ==, "红衣服");
  g_assert_cmpstr (get (self, 2)->cause, ==, "number");
  g_assert_cmpint (get (self, 2)->count, ==, 5);
  g_assert_cmpstr (get (self, 2)->label, ==, "1A-000005, 1A-000004, 1A-000003 …");

  put_away (self, 2);
  g_assert_cmpuint (count (self), ==, 2);
  put_away (self, 1);
  g_assert_cmpuint (count (self), ==, 1);
  /* The center has not heard of it yet; one more number is found meanwhile. */
  sample_till_feed (self, "taken_twice", "number/1A-000006",
                    "[\"number\",\"1A-000006\",1,1780000000000006]");
  sample_till_start (self);
  g_assert_cmpuint (count (self), ==, 2);
  g_assert_cmpint (get (self, 1)->count, ==, 1);
  g_assert_cmpstr (get (self, 1)->label, ==, "1A-000006");
  g_assert_cmpint (sample_till_verify (self), ==, 2);
}

/* A replica that was fetched anew is told after a restart, too; another time is news again. */
static void
test_replica (Fixture *self, gconstpointer data)
{
  sample_till_start (self);
  change_journal (self, "INSERT INTO identity VALUES ('replica_news', '1780000000000000')");
  g_assert_cmpuint (count (self), ==, 1);
  g_assert_cmpint (get (self, 0)->kind, ==, MR_NEED_REPLICA);
  g_assert_cmpint (get (self, 0)->at_us, ==, 1780000000000000);
  put_away (self, 0);
  g_assert_cmpuint (count (self), ==, 0);
  change_journal (self, "UPDATE identity SET value = '1780000000000001' "
                        "WHERE name = 'replica_news'");
  g_assert_cmpuint (count (self), ==, 1);
}

/* A cashier is told, and puts nothing away. */
static void
test_cashier (Fixture *self, gconstpointer data)
{
  sample_till_feed_staff (self);
  sample_till_feed (self, "setting", "mode", "[\"staffed\"]");
  sample_till_feed (self, "taken_twice", HELD_ONCE, "[\"held\",\"红衣服\",1,1780000000000000]");
  sample_till_start (self);
  mr_session_sign_in_async (mr_till_get_session (self->till), 1002, "5678", NULL, NULL);
  sample_till_settle (self);
  g_assert_cmpint (mr_session_get_staff_number (mr_till_get_session (self->till)), ==, 1002);
  put_away (self, 0);
  g_assert_cmpuint (count (self), ==, 1);
  mr_session_sign_in_async (mr_till_get_session (self->till), 1001, "1234", NULL, NULL);
  sample_till_settle (self);
  put_away (self, 0);
  g_assert_cmpuint (count (self), ==, 0);
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
  g_test_add ("/till/needs/daily-look", Fixture, NULL, set_up, test_daily_look, tear_down);
  g_test_add ("/till/needs/twice", Fixture, NULL, set_up, test_twice, tear_down);
  g_test_add ("/till/needs/replica", Fixture, NULL, set_up, test_replica, tear_down);
  g_test_add ("/till/needs/cashier", Fixture, NULL, set_up, test_cashier, tear_down);
  g_test_add ("/till/needs/backup", Fixture, NULL, set_up, test_backup, tear_down);
  return g_test_run ();
}
