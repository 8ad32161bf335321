/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos.h"

#include "temp-dir.h"
#include "virtual-paper.h"

#include <string.h>

/* The QR code of a receipt is read back by a reader that is not ours. */

/* The printed images, bands joined, as a bitmap file. */
static void
write_images (VirtualPaper *paper, const char *path)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autofree char *header = NULL;
  g_autoptr (GByteArray) dots = g_byte_array_new ();
  int width = 0;
  int height = 0;

  for (guint i = 0; i < virtual_paper_get_n_events (paper); i++)
    {
      const VirtualEvent *event = virtual_paper_get_event (paper, i);

      if (event->kind != VIRTUAL_IMAGE)
        continue;
      width = event->a;
      height += event->b;
      g_byte_array_append (dots, g_bytes_get_data (event->bytes, NULL),
                           (guint) g_bytes_get_size (event->bytes));
    }
  header = g_strdup_printf ("P4\n%d %d\n", width, height);
  g_byte_array_append (file, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (file, dots->data, dots->len);
  g_assert_true (g_file_set_contents (path, (const char *) file->data, (gssize) file->len, NULL));
}

static void
test_qr (void)
{
  static const char *const texts[] = {
    "0197cafe-0000-7000-8000-000000000001",
    "https://example.org/r/0197cafe?s=街角便利店",
    "1",
    ("0123456789012345678901234567890123456789012345678901234567890123456789"
     "0123456789012345678901234567890123456789012345678901234567890123456789"),
  };
  g_autofree char *zbarimg = g_find_program_in_path ("zbarimg");
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (zbarimg == NULL)
    {
      g_test_skip ("zbarimg is not installed");
      return;
    }
  folder = temp_dir_new ();
  path = g_build_filename (folder, "codes.pbm", NULL);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (texts); i++)
    {
      const char *argv[] = { zbarimg, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path, NULL };
      g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_for_paper (i % 2 ? 80 : 58));
      g_autoptr (GBytes) job = NULL;
      g_autoptr (VirtualPaper) paper = NULL;
      g_autofree char *error = NULL;
      g_autofree char *output = NULL;
      g_autoptr (GError) spawn_error = NULL;

      g_assert_true (mr_escpos_qr (escpos, texts[i / 2], i % 2 ? 6 : 4));
      job = mr_escpos_finish (escpos);
      paper = virtual_paper_read (job, i % 2 ? 48 : 32);
      error = virtual_paper_dup_error (paper);
      g_assert_null (error);
      write_images (paper, path);
      g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                                   NULL, &output, NULL, NULL, &spawn_error));
      g_assert_cmpstr (g_strchomp (output), ==, texts[i / 2]);
    }
  temp_dir_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receipt-codes/qr", test_qr);
  return g_test_run ();
}
