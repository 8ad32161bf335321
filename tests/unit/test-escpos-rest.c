/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos-rest.h"
#include "device/escpos.h"

#include "printer-desk.h"
#include "virtual-paper.h"

#include <string.h>

/* What lacks at each byte of a receipt. */

/* Cut short after any number of bytes and filled up, the next job's first command is understood. */
static void
test_cut_short (void)
{
  static const char next[] = "\x1b@X\n";
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-80"));
  g_autoptr (MrRaster) picture = mr_raster_new_bars ("10110111", 2, 24);
  g_autoptr (GBytes) job = NULL;
  const guint8 *bytes;
  gsize length;
  gsize most = 0;

  mr_escpos_init (escpos);
  mr_escpos_stored_logo (escpos, 1);
  mr_escpos_style (escpos, MR_ESCPOS_BOLD);
  g_assert_true (mr_escpos_line (escpos, "可口可乐 2 × 3.00"));
  mr_escpos_raster (escpos, picture);
  g_assert_true (mr_escpos_barcode (escpos, MR_BARS_EAN13, "6901234567892", 40, TRUE));
  g_assert_true (mr_escpos_barcode (escpos, MR_BARS_CODE128, "2A-000123", 40, FALSE));
  g_assert_true (mr_escpos_line (escpos, "谢谢"));
  mr_escpos_kick (escpos, 2);
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
  job = mr_escpos_finish (escpos);
  bytes = g_bytes_get_data (job, &length);
  for (gsize n = 0; n <= length; n++)
    {
      gsize missing = mr_escpos_count_missing (bytes, length, n);
      g_autofree guint8 *nothing = g_malloc0 (missing + 1);
      g_autoptr (VirtualPaper) paper = virtual_paper_new (48);
      gsize init = 0;

      virtual_paper_push (paper, bytes, n);
      virtual_paper_push (paper, nothing, missing);
      virtual_paper_push (paper, next, sizeof next - 1);
      for (guint i = 0; i < virtual_paper_get_n_events (paper); i++)
        if (virtual_paper_get_event (paper, i)->kind == VIRTUAL_INIT)
          init = virtual_paper_get_event (paper, i)->offset;
      g_assert_cmpuint (init, ==, n + missing);
      most = MAX (most, missing);
    }
  /* In the middle of the picture. */
  g_assert_cmpuint (most, >, 48);
  g_assert_cmpuint (mr_escpos_count_missing (bytes, length, length), ==, 0);
}

static const guint8 kick[] = { 0x10, 0x14, 1, 0, 1 };

/* What is on the paper when a drawer is put in at @at, without that; nothing may have gone wrong. */
static char *
read_with_kick (const guint8 *job, gsize length, gsize at)
{
  g_autoptr (VirtualPaper) paper = virtual_paper_new (48);
  g_autofree char *error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;

  virtual_paper_push (paper, job, at);
  virtual_paper_push (paper, kick, sizeof kick);
  virtual_paper_push (paper, job + at, length - at);
  virtual_paper_end (paper);
  error = virtual_paper_dup_error (paper);
  g_assert_cmpstr (error, ==, NULL);
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_KICK_NOW), ==, 1);
  text = virtual_paper_dup_text (paper);
  parts = g_strsplit (text, "[drawer]\n", -1);
  return g_strjoinv ("", parts);
}

/* A drawer put in behind what lacks changes nothing on the paper. */
static void
test_drawer_anywhere (void)
{
  g_autoptr (GBytes) bytes = printer_desk_make_mixed_receipt (1);
  g_autoptr (VirtualPaper) paper = virtual_paper_read (bytes, 48);
  g_autofree char *text = virtual_paper_dup_text (paper);
  gsize length;
  const guint8 *job = g_bytes_get_data (bytes, &length);
  gsize last = length;
  guint n_gaps = 0;

  for (gsize from = 0; from <= length; from++)
    {
      gsize gap = from + mr_escpos_count_missing (job, length, from);
      g_autofree char *with_kick = NULL;

      g_assert_cmpuint (gap, <=, length);
      if (gap == last)
        continue;
      last = gap;
      n_gaps++;
      with_kick = read_with_kick (job, length, gap);
      g_assert_cmpstr (with_kick, ==, text);
    }
  /* Letters of its two lines and every command: not only the end of it all. */
  g_assert_cmpuint (n_gaps, >, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/escpos-rest/cut-short", test_cut_short);
  g_test_add_func ("/escpos-rest/drawer-anywhere", test_drawer_anywhere);
  return g_test_run ();
}
