/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/center-backup.h"

#include "center-fixture.h"
#include "fuzz.h"
#include "temp-dir.h"

#include <stdlib.h>
#include <string.h>

/* A backup of a center with some entries, changed: the input is a list of places (4 bytes, modulo the size) and
 * bytes to put there. Whatever it is then, looking through it ends with an answer; what is unchanged is good. Its
 * name is tried as a name, too. */

static char *dir; /* (owned) */
static char *good; /* (owned) bytes of the backup */
static gsize length;

static void
remove_dir (void)
{
  temp_dir_remove (dir);
  g_free (dir);
  g_free (good);
}

static void
make_backup (void)
{
  CenterFixture fixture;
  g_autofree char *path = NULL;

  dir = temp_dir_new ();
  atexit (remove_dir);
  path = g_build_filename (dir, "good", NULL);
  center_fixture_set_up (&fixture, NULL);
  for (guint i = 0; i < 3; i++)
    fake_till_sell (&fixture.till, 2);
  center_fixture_push (&fixture, &fixture.till, 0, 500, 200);
  g_assert_true (mr_db_backup (mr_center_get_db (fixture.center), path, NULL));
  center_fixture_tear_down (&fixture, NULL);
  g_assert_true (g_file_get_contents (path, &good, &length, NULL));
}

static gboolean
change (char *bytes, const uint8_t *data, size_t size)
{
  gboolean changed = FALSE;

  for (size_t i = 0; i + 5 <= size; i += 5)
    {
      guint32 place;

      memcpy (&place, data + i, sizeof place);
      place = GUINT32_FROM_LE (place) % length;
      changed |= bytes[place] != (char) data[i + 4];
      bytes[place] = (char) data[i + 4];
    }
  return changed;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (MrCenterBackup) backup = { NULL };
  g_autofree char *name = g_strndup ((const char *) data, size);
  g_autofree char *path = NULL;
  g_autofree char *bytes = NULL;
  char again[MR_CENTER_BACKUP_NAME_SIZE];
  gboolean changed, verified;
  gint64 made_at_us;

  if (dir == NULL)
    make_backup ();
  if (mr_center_backup_name_parse (name, &made_at_us))
    g_assert_cmpstr (mr_center_backup_name_format (made_at_us, again), ==, name);
  path = g_build_filename (dir, "tried", NULL);
  bytes = g_memdup2 (good, length);
  changed = change (bytes, data, size);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  verified = mr_center_backup_verify (path, &backup, NULL);
  g_assert_true (verified || changed);
  return 0;
}
