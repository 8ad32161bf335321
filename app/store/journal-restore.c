/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal-inside.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

/* A backup becomes the journal when the program starts, before any database is open: nothing is ever renamed
 * over an open one. Until then it lies beside it under this name, checked and made ready. */
#define STAGED "restore.journal"
#define PART "restore.part"
/* What was there of an empty till is kept, though nobody will miss it. */
#define BEFORE "before-restore-"

static const char select_keys[] = "SELECT public FROM key";
static const char delete_key[] = "DELETE FROM key";
static const char select_old_keys[] = "SELECT value FROM identity WHERE name = 'old_keys'";
static const char upsert_identity[] = //
    "INSERT INTO identity (name, value) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
static const char delete_till[] = "DELETE FROM identity WHERE name = 'till_id'";
static const char update_letter[] = "UPDATE writer SET letter = ?1 WHERE closed_at IS NULL";

static void
remove_part (const char *part)
{
  static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (part, ends[i], NULL);

      g_unlink (path);
    }
}

static gboolean
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = g_file_new_for_path (to);

  if (!g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return FALSE;
  if (g_chmod (to, 0600) == 0)
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_IO, "%s: %s", to, g_strerror (errno));
  return FALSE;
}

/* The seals of the old computer's Zs are still checked with its key, which signs nothing more. */
static gboolean
retire_key (MrDb *db, GError **error)
{
  g_autofree char *known = mr_db_get_text (db, NULL, select_old_keys, "");
  g_autofree char *key = NULL;
  g_autofree char *all = NULL;
  g_autoptr (MrQuery) query = mr_db_select (db, error, select_keys, "");
  MrStep step = query != NULL ? mr_query_step (query, error) : MR_STEP_ERROR;
  gsize length = 0;

  if (step != MR_STEP_ROW)
    return step == MR_STEP_DONE;
  gconstpointer bytes = mr_query_get_bytes (query, 0, &length);
  key = g_base64_encode (bytes != NULL ? bytes : "", length);
  mr_query_reset (query);
  all = known != NULL ? g_strconcat (known, " ", key, NULL) : g_strdup (key);
  return mr_db_run (db, error, upsert_identity, "ss", "old_keys", all) &&
         mr_db_run (db, error, delete_key, "");
}

/* Until the center has taken this computer for the till it prints no number that the old one may print too. */
static gboolean
make_ready (MrDb *db, const MrWorld *world, GError **error)
{
  MrId chance = mr_id_new_random (world);
  g_autofree char *letter = g_strdup_printf ("?%02x%02x", chance.bytes[0], chance.bytes[1]);

  return mr_db_begin (db, error) && retire_key (db, error) &&
         mr_db_run (db, error, delete_till, "") &&
         mr_db_run (db, error, update_letter, "s", letter) && mr_db_commit (db, error) &&
         mr_db_checkpoint (db, 0, TRUE, error);
}

static gboolean
check_copy (const char *part, GError **error)
{
  MrVerifyResult result;

  if (!mr_journal_verify (part, &result, error))
    return FALSE;
  if (result.reason == NULL)
    return TRUE;
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_BROKEN,
               "the backup is damaged at entry %" G_GINT64_FORMAT ": %s", result.bad_n,
               result.reason);
  g_free (result.reason);
  return FALSE;
}

static gboolean
prepare (const char *part, const MrWorld *world, GError **error)
{
  g_autofree char *location = g_strconcat ("sqlite:", part, NULL);
  g_autoptr (MrDb) db = mr_db_open (location, MR_DB_WRITE | MR_DB_DURABLE, error);

  return db != NULL && mr_db_migrate (db, MR_JOURNAL_SQL, mr_world_now_us (world), error) &&
         check_copy (part, error) && make_ready (db, world, error);
}

static gboolean
stage (const char *dir, const char *part, GError **error)
{
  g_autofree char *staged = g_build_filename (dir, STAGED, NULL);

  if (g_rename (part, staged) == 0)
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_IO, "%s: %s", staged, g_strerror (errno));
  return FALSE;
}

gboolean
mr_journal_restore (MrJournal *self, const char *path, GError **error)
{
  g_autofree char *till = mr_journal_dup_identity (self, "till_id");
  g_autoptr (MrShift) last = mr_journal_load_last_shift (self, NULL);
  g_autofree char *part = g_build_filename (self->dir, PART, NULL);

  if (till != NULL || last != NULL)
    {
      g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_REFUSED,
                   "this computer is a till already: only an empty one can become another");
      return FALSE;
    }
  remove_part (part);
  if (copy_file (path, part, error) && prepare (part, self->world, error) &&
      stage (self->dir, part, error))
    return TRUE;
  remove_part (part);
  return FALSE;
}

/* --- at the start ------------------------------------------------------------------------------ */

static gboolean
move (const char *dir, const char *from, const char *to, GError **error)
{
  g_autofree char *source = g_build_filename (dir, from, NULL);
  g_autofree char *target = g_build_filename (dir, to, NULL);

  if (g_rename (source, target) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, MR_DB_ERROR, MR_DB_ERROR_IO, "%s: %s", source, g_strerror (errno));
  return FALSE;
}

gboolean
mr_journal_take_staged (MrJournal *self, GError **error)
{
  g_autofree char *staged = g_build_filename (self->dir, STAGED, NULL);

  if (!g_file_test (staged, G_FILE_TEST_EXISTS))
    return TRUE;
  return move (self->dir, "journal.db-wal", BEFORE "journal.db-wal", error) &&
         move (self->dir, "journal.db-shm", BEFORE "journal.db-shm", error) &&
         move (self->dir, "journal.db", BEFORE "journal.db", error) &&
         move (self->dir, STAGED, "journal.db", error);
}
