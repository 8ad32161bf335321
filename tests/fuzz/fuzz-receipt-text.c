/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos.h"

#include "fuzz.h"
#include "virtual-paper.h"

/* A good's name from anywhere, laid out and printed: it fits, and no printer finds a command in it. */
static void
print_line (MrEscpos *escpos, const char *line)
{
  const MrPrinterProfile *profile = mr_escpos_get_profile (escpos);

  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_cmpint (mr_columns_width (line), <=, profile->columns);
  if (!mr_escpos_line (escpos, line))
    {
      g_assert_false (mr_escpos_can_print (profile, line));
      mr_escpos_line_lossy (escpos, line);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_for_paper (58));
  g_auto (GStrv) lines = mr_columns_wrap (text, 32, 0);
  g_auto (GStrv) two = mr_columns_wrap (text, 32, 2);
  g_autofree char *pair = mr_columns_pair (text, "¥6.00", 32, '.');
  g_autofree char *narrow = mr_columns_pad (text, 5, MR_ALIGN_CENTER);
  g_autoptr (GBytes) job = NULL;
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *wrong = NULL;

  mr_escpos_init (escpos);
  for (char **line = lines; *line != NULL; line++)
    print_line (escpos, *line);
  g_assert_cmpuint (g_strv_length (two), <=, 2);
  for (char **line = two; *line != NULL; line++)
    print_line (escpos, *line);
  g_assert_cmpint (mr_columns_width (pair), ==, 32);
  print_line (escpos, pair);
  g_assert_cmpint (mr_columns_width (narrow), ==, 5);
  print_line (escpos, narrow);
  if (mr_escpos_qr (escpos, text, 3))
    g_assert_cmpuint (size, >, 0);
  job = mr_escpos_finish (escpos);
  paper = virtual_paper_read (job, 32);
  wrong = virtual_paper_dup_error (paper);
  g_assert_cmpstr (wrong, ==, NULL);
  return 0;
}
