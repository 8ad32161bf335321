/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/center-backup.h"
#include "center/restore.h"

#include "center-fixture.h"
#include "fault-vfs.h"
#include "test-database.h"

#include <glib/gstdio.h>

/* Backups and going back to one, without a server; restore-center does it with real processes. */

static void
add (const char *path, void (*test) (CenterFixture *fixture, gconstpointer data))
{
  g_test_add (path, CenterFixture, NULL, center_fixture_set_up, test, center_fixture_tear_down);
}

static void
make_backup (CenterFixture *fixture, MrCenterBackup *backup)
{
  g_autofree char *folder = g_build_filename (fixture->dir, "backups", NULL);
  g_autofree char *part = NULL;
  g_autoptr (GError) error = NULL;

  mr_center_backup_copy (fixture->center, folder, backup, &error);
  g_assert_no_error (error);
  part = mr_center_backup_dup_part (backup);
  mr_center_backup_verify (part, backup, &error);
  g_assert_no_error (error);
  mr_center_backup_finish (backup, &error);
  g_assert_no_error (error);
}

static gint64
get_safe (CenterFixture *fixture)
{
  return center_fixture_count (fixture, "SELECT safe FROM writer");
}

static void
test_safe (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till;
  g_auto (MrCenterBackup) backup = { NULL };
  g_auto (MrCenterBackup) second = { NULL };

  for (guint i = 0; i < 5; i++)
    fake_till_sell (till, 2);
  center_fixture_push (fixture, till, 0, 3, 200);
  make_backup (fixture, &backup);
  g_assert_cmpint (backup.n_entries, ==, 3);
  g_assert_cmpuint (backup.heads->len, ==, 1);
  /* Made is not noted. */
  g_assert_cmpint (get_safe (fixture), ==, 0);
  center_fixture_push (fixture, till, 3, 2, 200);
  center_fixture_run (fixture, mr_center_backup_note, &backup);
  g_assert_cmpint (get_safe (fixture), ==, 3);
  /* In the same second: another name. */
  make_backup (fixture, &second);
  g_assert_cmpstr (second.path, !=, backup.path);
  center_fixture_run (fixture, mr_center_backup_note, &second);
  g_assert_cmpint (get_safe (fixture), ==, 5);
  /* What an older one says takes nothing back; one of another history says nothing. */
  center_fixture_run (fixture, mr_center_backup_note, &backup);
  g_assert_cmpint (get_safe (fixture), ==, 5);
  g_assert_true (
      mr_db_exec (mr_center_get_db (fixture->center), "UPDATE writer SET safe = 0", NULL));
  g_array_index (second.heads, MrBackupHead, 0).h.bytes[0] ^= 1;
  center_fixture_run (fixture, mr_center_backup_note, &second);
  g_assert_cmpint (get_safe (fixture), ==, 0);
}

static void
test_damage (CenterFixture *fixture, gconstpointer data)
{
  static const char *const damages[] = {
    "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'sale', 'Sale') AS BLOB) WHERE n = 2",
    "UPDATE entry SET at = at + 1 WHERE n = 1",
    "DELETE FROM entry WHERE n = 3",
    "DELETE FROM entry WHERE n = 1",
    "UPDATE writer SET acked = 2",
    "UPDATE writer SET h = zeroblob(32)",
  };

  for (guint i = 0; i < 3; i++)
    fake_till_sell (&fixture->till, 1);
  center_fixture_push (fixture, &fixture->till, 0, 500, 200);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_auto (MrCenterBackup) backup = { NULL };
      g_autoptr (GError) error = NULL;
      g_autofree char *location = NULL;
      MrDb *db;

      make_backup (fixture, &backup);
      location = g_strconcat ("sqlite:", backup.path, NULL);
      db = mr_db_open (location, MR_DB_WRITE, NULL);
      g_assert_true (mr_db_exec (db, damages[i], &error));
      g_assert_true (mr_db_exec (db, "PRAGMA journal_mode = DELETE", NULL));
      mr_db_close (db);
      g_test_message ("%s", damages[i]);
      g_assert_false (mr_center_backup_verify (backup.path, &backup, &error));
      g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_CORRUPT);
    }
}

/* The salt of the shop's feed, which every sale moves. */
static char *
dup_shop_salt (CenterFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *salt = mr_db_get_text (mr_center_get_db (fixture->center), &error,
                               "SELECT salt FROM feed ORDER BY version DESC, id DESC", "");

  g_assert_no_error (error);
  g_assert_nonnull (salt);
  return salt;
}

static gboolean
restore (CenterFixture *fixture, const MrCenterBackup *backup, char **kept,
         MrCenterBackup *restored, GError **error)
{
  return mr_center_restore (backup->path, fixture->location, fixture->files, &fixture->world.world,
                            kept, restored, error);
}

static void
check_kept (CenterFixture *fixture, const char *kept)
{
  g_autoptr (MrDb) db = NULL;
  gint64 n = 0;

  if (!test_database_is_server ())
    {
      g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
      return;
    }
  db = mr_db_open (fixture->location, MR_DB_READ_ONLY, NULL);
  g_assert_true (mr_db_get_int (db, &n, NULL,
                                "SELECT count(*) FROM pg_database WHERE datname = ?1 "
                                "OR datname LIKE current_database() || '_restoring'",
                                "s", kept));
  g_assert_cmpint (n, ==, 1);
}

static void
test_restore (CenterFixture *fixture, gconstpointer data)
{
  FakeTill *till = &fixture->till, another;
  g_auto (MrCenterBackup) backup = { NULL };
  g_auto (MrCenterBackup) restored = { NULL };
  g_autofree char *kept = NULL;
  g_autofree char *broken = g_build_filename (fixture->dir, "broken.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  fake_till_init (&another, &fixture->world.world);
  fake_till_sell (till, 2);
  center_fixture_push (fixture, till, 0, 500, 200);
  make_backup (fixture, &backup);
  fake_till_sell (till, 2);
  center_fixture_push (fixture, till, 1, 500, 200);
  before = dup_shop_salt (fixture);
  mr_center_close (fixture->center);

  /* What is no backup changes nothing. */
  g_assert_true (g_file_set_contents (broken, "not a database at all, but long enough", -1, NULL));
  g_assert_false (mr_center_restore (broken, fixture->location, fixture->files,
                                     &fixture->world.world, &kept, &restored, NULL));
  g_assert_null (kept);
  center_fixture_open (fixture);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT acked FROM writer"), ==, 2);
  /* Of a server's database another connection is in the way; of a file there is the lock. */
  if (test_database_is_server ())
    {
      g_assert_false (restore (fixture, &backup, &kept, &restored, &error));
      g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY);
      g_clear_error (&error);
    }
  mr_center_close (fixture->center);

  restore (fixture, &backup, &kept, &restored, &error);
  g_assert_no_error (error);
  check_kept (fixture, kept);
  g_assert_true (g_file_test (backup.path, G_FILE_TEST_EXISTS));
  center_fixture_open (fixture);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT acked FROM writer"), ==, 1);
  g_assert_cmpint (get_safe (fixture), ==, 1);
  /* A new head for each feed: no position of the lost time is one of the new. */
  after = dup_shop_salt (fixture);
  g_assert_cmpstr (after, !=, before);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM feed WHERE version > "
                                                  "(SELECT max(v) FROM feed_row "
                                                  "WHERE feed_id = feed.id)"),
                   >=, 1);
  /* The till sends again what is missing, and it has its effect once. */
  g_assert_cmpint (center_fixture_push (fixture, till, 1, 500, 200).acked, ==, 2);
  g_assert_cmpint (center_fixture_count (fixture, "SELECT count(*) FROM sale"), ==, 2);
  center_fixture_check_books (fixture);
  /* New rows get numbers of their own, whatever came with the backup. */
  center_fixture_enrol (fixture, &another);
  fake_till_sell (&another, 1);
  center_fixture_push (fixture, &another, 0, 500, 200);
  center_fixture_check_books (fixture);
  fake_till_clear (&another);
}

/* A backup is the same file, whatever it was made of: a network moves from one kind of database to another with it. */
static void
test_move (CenterFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "moved.db", NULL);
  g_autofree char *to_file = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *fresh = NULL;
  g_auto (MrCenterBackup) backup = { NULL };
  g_auto (MrCenterBackup) restored = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  fake_till_sell (&fixture->till, 2);
  center_fixture_push (fixture, &fixture->till, 0, 500, 200);
  make_backup (fixture, &backup);
  mr_center_restore (backup.path, to_file, fixture->files, &fixture->world.world, &kept, &restored,
                     &error);
  g_assert_no_error (error);
  g_assert_null (kept);
  mr_center_close (fixture->center);
  if (test_database_is_server ())
    {
      fresh = test_database_new (fixture->dir);
      mr_center_restore (path, fresh, fixture->files, &fixture->world.world, &kept, &restored,
                         &error);
      g_assert_no_error (error);
      /* Nothing was in it: no other database had to be made. */
      g_assert_null (kept);
    }
  g_free (fixture->location);
  fixture->location = g_strdup (fresh != NULL ? fresh : to_file);
  center_fixture_open (fixture);
  fake_till_sell (&fixture->till, 2);
  g_assert_cmpint (center_fixture_push (fixture, &fixture->till, 1, 500, 200).acked, ==, 2);
  center_fixture_check_books (fixture);
}

/* Of a server's database the file is written row by row; database-faults has a file's copy. */
static void
test_full (CenterFixture *fixture, gconstpointer data)
{
  g_autoptr (FaultVfs) vfs = NULL;
  g_autofree char *part = NULL;
  g_autofree char *folder = g_build_filename (fixture->dir, "backups", NULL);
  g_auto (MrCenterBackup) backup = { NULL };
  g_autoptr (GError) error = NULL;

  if (!test_database_is_server ())
    {
      g_test_skip ("on PostgreSQL");
      return;
    }
  vfs = fault_vfs_new ("faulty", &fixture->world);
  mr_db_use_vfs ("faulty");
  for (guint k = 1; k < 200; k += 20)
    {
      fault_vfs_plan (vfs, FAULT_FULL, FAULT_ON_WRITE, k, TRUE);
      g_assert_false (mr_center_backup_copy (fixture->center, folder, &backup, &error));
      g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
      g_assert_nonnull (strstr (error->message, folder));
      g_clear_error (&error);
      part = mr_center_backup_dup_part (&backup);
      g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
      g_clear_pointer (&part, g_free);
    }
  fault_vfs_plan (vfs, FAULT_NONE, 0, 0, FALSE);
  make_backup (fixture, &backup);
  mr_db_use_vfs (NULL);
}

/* Hourly backups for a year, thinned after each: few stay, of every age. */
static void
test_thinning (void)
{
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 now_us = G_GINT64_CONSTANT (1780000000000000);
  guint n_day = 0, n_fortnight = 0;

  for (guint hour = 0; hour < 365 * 24; hour++, now_us += G_TIME_SPAN_HOUR)
    {
      g_autoptr (GArray) old = NULL;

      g_array_prepend_val (kept, now_us);
      old = mr_center_backup_choose_old (kept, now_us);
      for (guint i = 0; i < old->len; i++)
        for (guint j = 0; j < kept->len; j++)
          if (g_array_index (kept, gint64, j) == g_array_index (old, gint64, i))
            g_array_remove_index (kept, j--);
    }
  now_us -= G_TIME_SPAN_HOUR;
  for (guint i = 0; i < kept->len; i++)
    {
      gint64 age_us = now_us - g_array_index (kept, gint64, i);

      n_day += age_us <= G_TIME_SPAN_DAY;
      n_fortnight += age_us > G_TIME_SPAN_DAY && age_us <= 14 * G_TIME_SPAN_DAY;
    }
  g_assert_cmpuint (n_day, >=, 24);
  g_assert_cmpuint (n_fortnight, >=, 12);
  g_assert_cmpuint (n_fortnight, <=, 15);
  g_assert_cmpuint (kept->len, <, 70);
  g_assert_cmpint (now_us - g_array_index (kept, gint64, kept->len - 1), >, 300 * G_TIME_SPAN_DAY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/center/backup/safe", test_safe);
  add ("/center/backup/damage", test_damage);
  add ("/center/backup/restore", test_restore);
  add ("/center/backup/move", test_move);
  add ("/center/backup/full", test_full);
  g_test_add_func ("/center/backup/thinning", test_thinning);
  return g_test_run ();
}
