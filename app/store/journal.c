/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define RESERVE_BYTES (8 * 1024 * 1024)
#define LOW_DISK_BYTES (G_GUINT64_CONSTANT (256) * 1024 * 1024)
#define MAX_WAL_BYTES (4 * 1024 * 1024)

static const char select_writer[] = //
    "SELECT number, id FROM writer WHERE closed_at IS NULL ORDER BY number DESC LIMIT 1";
static const char insert_writer[] = //
    "INSERT INTO writer (number, id, letter, opened_at) VALUES (1, ?1, ?2, ?3)";
static const char select_head[] = //
    "SELECT n, h, at FROM entry WHERE writer = ?1 ORDER BY n DESC LIMIT 1";
static const char select_last_receipt[] = //
    "SELECT coalesce(max(number), 0) FROM receipt WHERE writer = ?1";
static const char select_jump[] = //
    "SELECT max(n) FROM entry WHERE writer = ?1 AND at = ?2 AND kind = 'clock-jumped'";
static const char select_entry_exists[] = "SELECT 1 FROM entry WHERE id = ?1";

G_DEFINE_QUARK (mr - journal - error - quark, mr_journal_error)

gboolean
mr_query_get_id (MrQuery *query, int column, MrId *id)
{
  gsize length;
  gconstpointer bytes = mr_query_get_bytes (query, column, &length);

  if (bytes == NULL || length != sizeof id->bytes)
    return FALSE;
  memcpy (id->bytes, bytes, length);
  return TRUE;
}

gboolean
mr_query_get_hash (MrQuery *query, int column, MrHash *h)
{
  gsize length;
  gconstpointer bytes = mr_query_get_bytes (query, column, &length);

  memset (h, 0, sizeof *h);
  if (bytes == NULL || length != sizeof h->bytes)
    return FALSE;
  memcpy (h->bytes, bytes, length);
  return TRUE;
}

gboolean
mr_journal_is_disk_error (const GError *error, gboolean *is_full)
{
  *is_full = g_error_matches (error, MR_DB_ERROR, MR_DB_ERROR_FULL);
  return error->domain == MR_DB_ERROR;
}

/* --- the lock --- */

static gboolean
take_lock (MrJournal *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->dir, "journal.lock", NULL);

  self->lock_fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    {
      g_set_error (error, MR_DB_ERROR, errno == ENOSPC ? MR_DB_ERROR_FULL : MR_DB_ERROR_IO,
                   "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;

  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_BUSY,
               "%s: another program is using this till's folder: close it first", self->dir);
  return FALSE;
}

/* --- the reserve --- */

static char *
get_reserve_path (MrJournal *self)
{
  return g_build_filename (self->dir, "reserve", NULL);
}

/* Room that is there when the disk is full. That it cannot be had is no reason not to sell. */
void
mr_journal_keep_reserve (MrJournal *self)
{
  g_autofree char *path = get_reserve_path (self);
  GStatBuf status;

  if (g_stat (path, &status) == 0 && status.st_size >= RESERVE_BYTES)
    return;

  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  int failed = posix_fallocate (fd, 0, RESERVE_BYTES);
  close (fd);
  if (failed != 0)
    g_unlink (path);
}

gboolean
mr_journal_release_reserve (MrJournal *self)
{
  g_autofree char *path = get_reserve_path (self);

  return g_unlink (path) == 0;
}

gint64
mr_journal_get_disk_free (MrJournal *self)
{
  struct statvfs status;

  return statvfs (self->dir, &status) == 0 ? (gint64) (status.f_bavail * status.f_frsize) : -1;
}

gboolean
mr_journal_is_disk_low (MrJournal *self)
{
  gint64 free_bytes = mr_journal_get_disk_free (self);

  return free_bytes >= 0 && free_bytes < (gint64) LOW_DISK_BYTES;
}

/* --- loading --- */

static gboolean
make_writer (MrJournal *self, GError **error)
{
  MrId id = mr_id_new_random (self->world);
  g_autofree char *letter = g_strdup_printf ("?%02x%02x", id.bytes[0], id.bytes[1]);

  return mr_db_set_durable (self->db, TRUE, error) &&
         mr_db_run (self->db, error, insert_writer, "bsi", id.bytes, sizeof id.bytes, letter,
                    mr_world_now_us (self->world));
}

static gboolean
load_writer (MrJournal *self, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_writer, "");

  if (query == NULL)
    return FALSE;

  MrStep step = mr_query_step (query, error);
  if (step == MR_STEP_DONE && make_writer (self, error))
    {
      query = mr_db_select (self->db, error, select_writer, "");
      step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
    }
  if (step != MR_STEP_ROW)
    return FALSE;

  self->head.writer = mr_query_get_int (query, 0);
  return mr_query_get_id (query, 1, &self->head.writer_id);
}

static gboolean
load_head (MrJournal *self, GError **error)
{
  g_autoptr (MrQuery) query = mr_db_select (self->db, error, select_head, "i", self->head.writer);
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;

  if (step == MR_STEP_ROW)
    {
      gsize length;
      gconstpointer h = mr_query_get_bytes (query, 1, &length);

      if (h == NULL || length != MR_HASH_SIZE)
        {
          g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
                       "%s: the hash of the last entry is damaged", mr_db_get_path (self->db));
          return FALSE;
        }
      self->head.n = mr_query_get_int (query, 0);
      memcpy (self->head.h.bytes, h, MR_HASH_SIZE);
      self->head.at_us = mr_query_get_int (query, 2);
    }
  return step != MR_STEP_ERROR && mr_db_get_int (self->db, &self->head.receipt_number, error,
                                                 select_last_receipt, "i", self->head.writer);
}

/* A jump that was noted before the restart is not noted again. */
static gboolean
load_jump (MrJournal *self, GError **error)
{
  gint64 n = 0;

  if (mr_world_now_us (self->world) >= self->head.at_us)
    return TRUE;
  if (!mr_db_get_int (self->db, &n, error, select_jump, "ii", self->head.writer, self->head.at_us))
    return FALSE;
  if (n > 0)
    self->jump_noted_at_us = self->head.at_us;
  return TRUE;
}

gboolean
mr_journal_load (MrJournal *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  memset (&self->head, 0, sizeof self->head);
  g_clear_pointer (&self->shift, mr_shift_free);
  if (!load_writer (self, error) || !load_head (self, error) || !load_jump (self, error) ||
      !mr_journal_load_identity (self, error))
    return FALSE;

  self->shift = mr_journal_load_shift (self, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

/* The till's key is in it: nobody else is to read it, whatever its folder allows. SQLite gives the log
 * the same mode. */
static void
make_private (const char *path)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return; /* SQLite says why */
  if (fchmod (fd, 0600) != 0)
    g_debug ("%s: %s", path, g_strerror (errno));
  close (fd);
}

static gboolean
open_file (MrJournal *self, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", self->dir, "/journal.db", NULL);

  if (self->world == NULL)
    {
      self->db = mr_db_open (location, MR_DB_READ_ONLY, error);
      return self->db != NULL && mr_db_check_migrated (self->db, MR_JOURNAL_SQL, error) &&
             mr_journal_load_identity (self, error);
    }

  make_private (location + strlen ("sqlite:"));
  self->db = mr_db_open (location, MR_DB_WRITE | MR_DB_CREATE | MR_DB_DURABLE, error);
  return self->db != NULL &&
         mr_db_migrate (self->db, MR_JOURNAL_SQL, mr_world_now_us (self->world), error) &&
         mr_journal_load (self, error);
}

/* After a failed fsync the kernel may call clean what never reached the disk: what is read back proves
 * nothing until it has been written somewhere else, which the checkpoint does. */
static gboolean
reopen (MrJournal *self, GError **error)
{
  g_clear_pointer (&self->db, mr_db_close);
  if (open_file (self, error) &&
      (self->world == NULL || mr_db_checkpoint (self->db, 0, TRUE, error)))
    return TRUE;

  g_clear_pointer (&self->db, mr_db_close);
  return FALSE;
}

gboolean
mr_journal_ready (MrJournal *self, GError **error)
{
  g_assert (self->thread == NULL || self->thread == g_thread_self ());

  if (self->db != NULL && !mr_db_has_failed (self->db))
    return TRUE;
  return reopen (self, error);
}

gboolean
mr_journal_look_again (MrJournal *self, MrId id)
{
  gint64 found = 0;

  return reopen (self, NULL) && !mr_id_is_none (id) &&
         mr_db_get_int (self->db, &found, NULL, select_entry_exists, "b", id.bytes,
                        sizeof id.bytes);
}

/* --- opening and closing --- */

static MrJournal *
new_journal (const char *dir, const MrWorld *world)
{
  MrJournal *self = g_new0 (MrJournal, 1);

  self->dir = g_strdup (dir);
  self->world = world;
  self->lock_fd = -1;
  return self;
}

MrJournal *
mr_journal_open (const char *dir, const MrWorld *world, GError **error)
{
  g_autoptr (MrJournal) self = new_journal (dir, world);

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_IO, "%s: %s", dir, g_strerror (errno));
      return NULL;
    }
  self->thread = g_thread_self ();
  if (!take_lock (self, error) || !mr_journal_take_staged (self, error) || !open_file (self, error))
    return NULL;

  /* Whoever was killed between writing and syncing has left an entry that reads well and that a power cut still takes:
   * before it is sent anywhere the log is synced, which a checkpoint does first. One that fails then is for
   * mr_journal_ready(), or for want of room. */
  mr_db_checkpoint (self->db, 0, TRUE, NULL);
  mr_journal_keep_reserve (self);
  return g_steal_pointer (&self);
}

MrJournal *
mr_journal_open_reader (const char *dir, GError **error)
{
  g_autoptr (MrJournal) self = new_journal (dir, NULL);

  return open_file (self, error) ? g_steal_pointer (&self) : NULL;
}

void
mr_journal_close (MrJournal *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->db, mr_db_close);
  g_clear_pointer (&self->shift, mr_shift_free);
  g_clear_pointer (&self->time_zone, g_time_zone_unref);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->dir);
  g_free (self);
}

gboolean
mr_journal_tidy (MrJournal *self, gboolean closing, GError **error)
{
  if (!mr_journal_ready (self, error))
    return FALSE;

  mr_journal_keep_reserve (self);
  /* A checkpoint syncs the log before it folds it: that is how a kept basket gets to the disk. */
  if (!mr_db_set_durable (self->db, TRUE, error) ||
      !mr_db_checkpoint (self->db, self->basket_waits ? 0 : MAX_WAL_BYTES, closing, error))
    return FALSE;
  self->basket_waits = FALSE;
  return TRUE;
}

gboolean
mr_journal_backup (MrJournal *self, const char *path, GError **error)
{
  return mr_journal_ready (self, error) && mr_db_backup (self->db, path, error);
}
