/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal.h"

#include "fuzz.h"
#include "sample-sale.h"
#include "temp-dir.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A journal.db whose bytes somebody has been at: the input is a list of changes, 3 bytes of offset and one to
 * be XOR-ed in; an odd rest cuts the file short. millrace-verify must come to an answer. */

static char *dir; /* (owned) */
static char *path; /* (owned) */
static char *sound; /* (owned) the file as it was closed */
static gsize sound_length;

static void
remove_dir (void)
{
  temp_dir_remove (dir);
  g_free (dir);
  g_free (path);
  g_free (sound);
}

static void
make_journal (void)
{
  TestWorld world;
  MrEntryContext cashier = { .staff_number = 1 };

  g_assert_cmpint (sodium_init (), >=, 0);
  test_world_init (&world, 1);
  dir = temp_dir_new ();
  path = g_build_filename (dir, "journal.db", NULL);
  atexit (remove_dir);

  MrJournal *journal = mr_journal_open (dir, &world.world, NULL);
  MrShift *shift = mr_journal_open_shift (journal, 100, &cashier, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (MrSale) sale = sample_sale (&world, 2);
      MrCommittedSale committed = { 0 };

      mr_journal_commit_sale (journal, sale, &cashier, 1, TRUE, &committed, NULL);
      mr_committed_sale_clear (&committed);
    }
  mr_shift_free (shift);
  shift = mr_journal_close_shift (journal, 5, TRUE, &cashier, FALSE, NULL);
  mr_shift_free (shift);
  mr_journal_close (journal);
  g_assert_true (g_file_get_contents (path, &sound, &sound_length, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  MrVerifyResult result;

  if (sound == NULL)
    make_journal ();
  g_autofree guint8 *bytes = g_memdup2 (sound, sound_length);
  for (; size >= 4; data += 4, size -= 4)
    {
      gsize offset = (gsize) data[0] << 16 | (gsize) data[1] << 8 | data[2];

      bytes[offset % sound_length] ^= data[3];
    }
  gsize length = size == 0 ? sound_length : sound_length * data[0] / 256;

  g_assert_true (g_file_set_contents (path, (const char *) bytes, (gssize) length, &error));
  gboolean read = mr_journal_verify (path, &result, &error);
  /* One way or the other, never both; a sound file is found sound. */
  g_assert_true (read == (error == NULL));
  if (length == sound_length && memcmp (bytes, sound, length) == 0)
    g_assert_true (read && result.bad_writer == 0 && result.n_entries == 5);
  g_free (result.reason);
  return 0;
}
