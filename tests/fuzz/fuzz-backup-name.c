/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/backup.h"

#include "fuzz.h"

/* File names found on a stick: what is taken for a backup is named as one would be, byte for byte. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *name = g_strndup ((const char *) data, size);
  char again[MR_BACKUP_NAME_SIZE];
  gint64 made_at_us;
  MrId till;

  if (mr_backup_name_parse (name, &till, &made_at_us))
    g_assert_cmpstr (mr_backup_name_format (till, made_at_us, again), ==, name);
  return 0;
}
