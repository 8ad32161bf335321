/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"
#include "store/backup.h"
#include "store/journal.h"
#include "till/backup-desk.h"

#include "sample-till.h"
#include "temp-dir.h"

#include <glib/gstdio.h>

typedef SampleTill Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  sample_till_set_up (self);
  sample_till_feed (self, "staff", "1", "[1,\"王芳\",\"owner\",\"\",1]");
  sample_till_start (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sample_till_tear_down (self);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift = mr_shift_desk_close_finish (MR_SHIFT_DESK (source), result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (shift);
}

/* One can of cola, then the day is over. */
static void
sell_and_close (Fixture *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);

  g_assert_cmpint (mr_checkout_scan (checkout, "6901234567892"), ==, MR_SCAN_ADDED);
  sample_till_pay (self, MR_TENDER_CASH, 300);
  mr_shift_desk_close_async (mr_till_get_shift_desk (self->till), 300, TRUE, on_closed, NULL);
  sample_till_settle (self);
  test_world_advance (&self->world, 3600 * (gint64) G_USEC_PER_SEC);
}

static void
set_folder (Fixture *self, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->till), MR_SETTING_BACKUP_FOLDER, value, NULL,
                         NULL);
  sample_till_settle (self);
}

static char *
get_own_folder (Fixture *self)
{
  return g_build_filename (self->dir, MR_BACKUP_FOLDER, NULL);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A file that is a journal: what a new computer becomes this till from. */
static void
test_closing (Fixture *self, gconstpointer data)
{
  MrBackupDesk *desk = mr_till_get_backup_desk (self->till);
  g_autofree char *folder = get_own_folder (self);
  g_autofree char *other = temp_dir_new ();
  g_autofree char *copy = g_build_filename (other, "journal.db", NULL);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (MrJournal) journal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  MrVerifyResult result = { 0 };
  MrTillStatus status;
  GStatBuf details;
  gsize length;
  MrId here, there;
  gint64 n_here, n_there;
  MrHash h;

  g_assert_cmpint (mr_backup_desk_get_state (desk), ==, MR_BACKUP_NONE_YET);
  sell_and_close (self);
  g_assert_cmpint (mr_backup_desk_get_state (desk), ==, MR_BACKUP_DONE);
  mr_till_get_status (self->till, &status);
  g_assert_cmpint (status.backup_at_us, ==, SAMPLE_NOW_US);
  files = mr_backup_list (folder);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_assert_cmpstr (((MrBackupFile *) files->pdata[0])->path, ==, mr_backup_desk_get_path (desk));
  g_assert_cmpint (g_stat (mr_backup_desk_get_path (desk), &details), ==, 0);
  g_assert_cmpuint (details.st_mode & 077, ==, 0);

  g_assert_true (mr_journal_verify (mr_backup_desk_get_path (desk), &result, &error));
  g_assert_cmpint (result.bad_writer, ==, 0);
  g_assert_cmpint (result.n_entries, ==, sample_till_verify (self));
  g_assert_true (g_file_get_contents (mr_backup_desk_get_path (desk), &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (copy, bytes, (gssize) length, NULL));
  journal = mr_journal_open (other, &self->world.world, &error);
  g_assert_no_error (error);
  g_assert_true (mr_journal_get_head (journal, &there, &n_there, &h, NULL));
  sample_till_stop (self);
  g_clear_pointer (&journal, mr_journal_close);
  journal = mr_journal_open (self->dir, &self->world.world, &error);
  g_assert_no_error (error);
  g_assert_true (mr_journal_get_head (journal, &here, &n_here, &h, NULL));
  g_assert_true (mr_id_equal (here, there));
  g_assert_cmpint (n_here, ==, n_there);
  g_clear_pointer (&journal, mr_journal_close);
  temp_dir_remove (other);

  /* It is known again after a restart. */
  sample_till_start (self);
  mr_till_get_status (self->till, &status);
  g_assert_cmpint (status.backup_at_us, ==, SAMPLE_NOW_US);
  g_assert_cmpint (status.backup, ==, MR_BACKUP_DONE);
}

static void
test_thinning (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = get_own_folder (self);
  g_autofree char *stranger =
      g_build_filename (folder,
                        "millrace-0190b5a0-1111-7222-8333-444444444444-20010101T000000Z.journal",
                        NULL);
  g_autofree char *note = g_build_filename (folder, "read-me.txt", NULL);
  g_autoptr (GPtrArray) files = NULL;

  sell_and_close (self);
  g_assert_true (g_file_set_contents (stranger, "x", 1, NULL));
  g_assert_true (g_file_set_contents (note, "x", 1, NULL));
  for (guint i = 0; i < MR_BACKUP_KEEP + 2; i++)
    sell_and_close (self);
  files = mr_backup_list (folder);
  /* Its own are thinned out; another till's, and what is no backup, are left alone. */
  g_assert_cmpuint (files->len, ==, MR_BACKUP_KEEP + 1);
  g_assert_cmpint (((MrBackupFile *) files->pdata[0])->made_at_us, ==,
                   SAMPLE_NOW_US + (MR_BACKUP_KEEP + 2) * 3600 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpuint (count_files (folder), ==, MR_BACKUP_KEEP + 2);
}

static void
test_chosen_folder (Fixture *self, gconstpointer data)
{
  MrBackupDesk *desk = mr_till_get_backup_desk (self->till);
  g_autofree char *own = get_own_folder (self);
  g_autofree char *chosen = temp_dir_new ();
  g_autofree char *missing = g_build_filename (chosen, "not-plugged-in", NULL);

  g_assert_false (mr_settings_check (MR_SETTING_BACKUP_FOLDER, "a/relative/one", NULL));
  set_folder (self, chosen);
  sell_and_close (self);
  g_assert_cmpint (mr_backup_desk_get_state (desk), ==, MR_BACKUP_DONE);
  g_assert_cmpuint (count_files (chosen), ==, 1);
  g_assert_cmpuint (count_files (own), ==, 0);
  /* What is not there is not made on the system's disk; the backup is made all the same. */
  set_folder (self, missing);
  sell_and_close (self);
  g_assert_cmpint (mr_backup_desk_get_state (desk), ==, MR_BACKUP_ELSEWHERE);
  g_assert_cmpstr (mr_backup_desk_get_problem (desk), !=, "");
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (own), ==, 1);
  temp_dir_remove (chosen);
}

/* Somebody changed a receipt of yesterday: such a file is no backup, and the shift closes all the same. */
static void
test_broken (Fixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);
  g_autofree char *own = get_own_folder (self);
  g_autoptr (GError) error = NULL;
  MrBackupDesk *desk;
  MrDb *db;

  sell_and_close (self);
  sample_till_stop (self);
  db = mr_db_open (location, MR_DB_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (mr_db_exec (db,
                             "DROP TRIGGER entry_is_never_changed;"
                             "UPDATE entry SET at = at + 1 WHERE n = 2",
                             NULL));
  mr_db_close (db);
  sample_till_start (self);
  desk = mr_till_get_backup_desk (self->till);
  sell_and_close (self);
  g_assert_cmpint (mr_backup_desk_get_state (desk), ==, MR_BACKUP_FAILED);
  g_assert_nonnull (g_strrstr (mr_backup_desk_get_problem (desk), "entry 2"));
  /* The one of before is kept, nothing half made beside it. */
  g_assert_cmpuint (count_files (own), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/till/backup/closing", Fixture, NULL, set_up, test_closing, tear_down);
  g_test_add ("/till/backup/thinning", Fixture, NULL, set_up, test_thinning, tear_down);
  g_test_add ("/till/backup/chosen-folder", Fixture, NULL, set_up, test_chosen_folder, tear_down);
  g_test_add ("/till/backup/broken", Fixture, NULL, set_up, test_broken, tear_down);
  return g_test_run ();
}
