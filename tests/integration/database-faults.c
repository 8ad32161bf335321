/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "db/db.h"

#include "fault-vfs.h"
#include "temp-dir.h"

#include <gio/gio.h>

typedef struct
{
  TestWorld world;
  FaultVfs *vfs; /* (owned) */
  char *dir; /* (owned) */
  char *location; /* (owned) */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  test_world_init (&self->world, 1);
  self->vfs = fault_vfs_new ("faulty", &self->world);
  mr_db_use_vfs ("faulty");
  self->dir = temp_dir_new ();
  self->location = g_strconcat ("sqlite:", self->dir, "/one.db", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mr_db_use_vfs (NULL);
  fault_vfs_free (self->vfs);
  temp_dir_remove (self->dir);
  g_free (self->dir);
  g_free (self->location);
}

static MrDb *
open_db (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MrDb *db = mr_db_open (self->location, MR_DB_WRITE | MR_DB_CREATE | MR_DB_DURABLE, &error);

  g_assert_no_error (error);
  mr_db_exec (db, "CREATE TABLE IF NOT EXISTS thing (id INTEGER PRIMARY KEY, raw BLOB) STRICT",
              &error);
  g_assert_no_error (error);
  return db;
}

static gboolean
add_thing (MrDb *db, gint64 id, GError **error)
{
  return mr_db_run (db, error, "INSERT INTO thing VALUES (?1, zeroblob (5000))", "i", id);
}

static gint64
count_things (MrDb *db)
{
  g_autoptr (GError) error = NULL;
  gint64 n = -1;

  mr_db_get_int (db, &n, &error, "SELECT count(*) FROM thing", "");
  g_assert_no_error (error);
  return n;
}

/* At each write of a commit in turn: the commit is refused, what was there before is there after, and
 * once there is room again it goes through. */
static void
test_full (Fixture *self, gconstpointer data)
{
  Fault faults[] = { FAULT_FULL, FAULT_HALF_FULL };

  for (guint f = 0; f < G_N_ELEMENTS (faults); f++)
    for (guint64 k = 1;; k++)
      {
        g_autoptr (MrDb) db = open_db (self);
        g_autoptr (GError) error = NULL;
        gint64 before = count_things (db);

        fault_vfs_plan (self->vfs, faults[f], FAULT_ON_WRITE, k, TRUE);
        gboolean committed = add_thing (db, before, &error);
        fault_vfs_plan (self->vfs, FAULT_NONE, 0, 0, FALSE);
        if (committed)
          {
            g_assert_cmpuint (k, >, 2);
            break;
          }
        g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
        g_clear_error (&error);
        g_assert_false (mr_db_in_transaction (db));
        g_assert_cmpint (count_things (db), ==, before);
        g_assert_true (add_thing (db, before, &error));
        g_assert_no_error (error);
      }
}

static void
test_capacity (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_db (self);
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  fault_vfs_set_capacity (self->vfs, self->dir, 100000);
  while (add_thing (db, id, &error))
    id++;
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
  g_assert_cmpint (id, >, 2);
  g_assert_cmpint (count_things (db), ==, id);
  g_clear_error (&error);

  fault_vfs_set_capacity (self->vfs, self->dir, G_MAXINT64);
  g_assert_true (add_thing (db, id, &error));
  g_assert_no_error (error);
}

/* A failed fsync: the commit says so, and after reopening the row is there or not, as a whole. */
static void
test_failed_sync (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrDb) db = open_db (self);

  g_assert_true (add_thing (db, 0, &error));
  fault_vfs_plan (self->vfs, FAULT_IO, FAULT_ON_SYNC, 1, TRUE);
  g_assert_false (add_thing (db, 1, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_IO);
  g_clear_pointer (&db, mr_db_close);
  fault_vfs_plan (self->vfs, FAULT_NONE, 0, 0, FALSE);

  db = open_db (self);
  gint64 n = count_things (db);
  g_assert_true (n == 1 || n == 2);
}

/* Power cuts: every answered commit is there, nothing is there in part, the file is sound. */
static void
test_crash (Fixture *self, gconstpointer data)
{
  gint64 answered = 0;
  guint lost = 0;

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (MrDb) db = open_db (self);
      g_autoptr (GError) error = NULL;
      gint64 found = count_things (db);

      g_assert_cmpint (found, >=, answered);
      g_autofree char *verdict = mr_db_get_text (db, &error, "PRAGMA integrity_check", "");
      g_assert_cmpstr (verdict, ==, "ok");

      answered = found;
      fault_vfs_plan (self->vfs, FAULT_IO, FAULT_ON_ANY, 1 + test_world_below (&self->world, 40),
                      TRUE);
      gboolean working = TRUE;
      while (working)
        {
          working = add_thing (db, answered, NULL);
          if (working)
            answered++;
          if (answered % 5 == 0)
            working = working && mr_db_checkpoint (db, 0, FALSE, NULL);
        }
      lost += fault_vfs_is_dirty (self->vfs, self->dir);
      fault_vfs_crash (self->vfs, self->dir);
      fault_vfs_plan (self->vfs, FAULT_NONE, 0, 0, FALSE);
    }
  /* The cuts did meet unsynced writes. */
  g_assert_cmpuint (lost, >, 10);
}

/* What a commit that is not durable loses, the next durable one keeps with it. */
static void
test_not_durable (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_db (self);
  g_autoptr (GError) error = NULL;

  g_assert_true (add_thing (db, 0, &error));
  g_assert_false (fault_vfs_is_dirty (self->vfs, self->dir));
  g_assert_true (mr_db_set_durable (db, FALSE, &error));
  fault_vfs_plan (self->vfs, FAULT_NONE, FAULT_ON_SYNC, 0, FALSE);
  g_assert_true (add_thing (db, 1, &error));
  g_assert_cmpuint (fault_vfs_get_count (self->vfs), ==, 0);
  g_assert_true (fault_vfs_is_dirty (self->vfs, self->dir));

  g_assert_true (mr_db_set_durable (db, TRUE, &error));
  g_assert_true (add_thing (db, 2, &error));
  g_assert_cmpuint (fault_vfs_get_count (self->vfs), ==, 1);
  g_assert_false (fault_vfs_is_dirty (self->vfs, self->dir));
  g_assert_no_error (error);
}

static void
test_backup_full (Fixture *self, gconstpointer data)
{
  g_autoptr (MrDb) db = open_db (self);
  g_autofree char *path = g_build_filename (self->dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;

  for (gint64 i = 0; i < 10; i++)
    g_assert_true (add_thing (db, i, &error));
  fault_vfs_plan (self->vfs, FAULT_FULL, FAULT_ON_WRITE, 5, TRUE);
  g_assert_false (mr_db_backup (db, path, &error));
  g_assert_error (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
  fault_vfs_plan (self->vfs, FAULT_NONE, 0, 0, FALSE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_true (mr_db_backup (db, path, &error));
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) \
  g_test_add ("/database-faults/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("full", test_full);
  ADD ("capacity", test_capacity);
  ADD ("failed-sync", test_failed_sync);
  ADD ("crash", test_crash);
  ADD ("not-durable", test_not_durable);
  ADD ("backup-full", test_backup_full);
#undef ADD
  return g_test_run ();
}
