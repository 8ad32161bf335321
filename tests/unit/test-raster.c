/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/bars.h"

#include <string.h>

/* Rows of . and #, ended by newlines. */
static char *
draw (const MrRaster *raster)
{
  GString *out = g_string_new (NULL);

  for (int y = 0; y < mr_raster_get_height (raster); y++)
    {
      for (int x = 0; x < mr_raster_get_width (raster); x++)
        g_string_append_c (out, mr_raster_get_dot (raster, x, y) ? '#' : '.');
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static void
test_pbm (void)
{
#define PBM(text) text, sizeof text - 1
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *drawn; /* NULL: refused */
  } cases[] = {
    { PBM ("P1\n# by hand\n3 2\n1 0 1\n0 1 0\n"), "#.#\n.#.\n" },
    { PBM ("P1 3 2 101010"), "#.#\n.#.\n" },
    { PBM ("P4\n10 2\n\xff\xff\x80\x40"), "##########\n#........#\n" },
    { PBM ("P4 8 1 \x81 more"), "#......#\n" },
    { PBM ("P1 3 2 10101"), NULL },
    { PBM ("P1 3 2 101012"), NULL },
    { PBM ("P4\n10 2\n\xff\xff\x80"), NULL },
    { PBM ("P4 8 1"), NULL },
    { PBM ("P5 8 1 \x81"), NULL },
    { PBM ("P4 0 1 "), NULL },
    { PBM ("P4 -8 1 "), NULL },
    { PBM ("P4 99999999999999999999 1 "), NULL },
    { PBM ("P4 2049 1 "), NULL },
    { PBM ("P4"), NULL },
    { PBM ("P1 #"), NULL },
    { PBM (""), NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].bytes, cases[i].length);
      g_autoptr (GError) error = NULL;
      g_autoptr (MrRaster) raster = mr_raster_new_from_pbm (bytes, &error);

      if (cases[i].drawn == NULL)
        {
          g_assert_null (raster);
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
        }
      else
        {
          g_autofree char *drawn = NULL;

          g_assert_no_error (error);
          drawn = draw (raster);
          g_assert_cmpstr (drawn, ==, cases[i].drawn);
        }
    }
}

static void
test_no_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mr_raster_new_from_pbm_file ("/nowhere/logo.pbm", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* Padding of the last byte is not part of the picture. */
static void
test_padding (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("P4 10 1 \xff\xff", 10);
  g_autoptr (MrRaster) raster = mr_raster_new_from_pbm (bytes, NULL);

  g_assert_cmpuint (mr_raster_get_stride (raster), ==, 2);
  g_assert_cmpint (mr_raster_get_row (raster, 0)[1], ==, 0xC0);
}

static void
test_ink (void)
{
  static const guint8 ink[] = { 0, 127, 128, 255, 9, 9, 9, 9 };
  g_autoptr (MrRaster) raster = mr_raster_new_from_ink (ink, 4, 1, 8, 128);
  g_autofree char *drawn = draw (raster);

  g_assert_cmpstr (drawn, ==, "..##\n");
}

static void
test_limits (void)
{
  g_assert_null (mr_raster_new (0, 1));
  g_assert_null (mr_raster_new (1, 0));
  g_assert_null (mr_raster_new (-1, 5));
  g_assert_null (mr_raster_new (MR_RASTER_MAX_WIDTH + 1, 1));
  g_assert_null (mr_raster_new (1, MR_RASTER_MAX_HEIGHT + 1));
}

static void
test_qr (void)
{
  g_autoptr (MrRaster) small = mr_raster_new_qr ("A", 384, 4);
  g_autoptr (MrRaster) narrow = mr_raster_new_qr ("A", 60, 4);
  g_autofree char *long_text = g_strnfill (4000, 'x');

  /* Version 1: 21 modules and the quiet zone. */
  g_assert_cmpint (mr_raster_get_width (small), ==, 29 * 4);
  g_assert_cmpint (mr_raster_get_height (small), ==, 29 * 4);
  g_assert_cmpint (mr_raster_get_width (narrow), ==, 29 * 2);
  g_assert_null (mr_raster_new_qr ("A", 28, 4));
  g_assert_null (mr_raster_new_qr (long_text, 384, 4));
  g_assert_cmpint (mr_raster_measure_qr ("A"), ==, 21);
  g_assert_cmpint (mr_raster_measure_qr (long_text), ==, 0);
  /* The quiet zone is white, then the corner of the finder is black, its ring white. */
  g_assert_false (mr_raster_get_dot (small, 15, 16));
  g_assert_true (mr_raster_get_dot (small, 16, 16));
  g_assert_false (mr_raster_get_dot (small, 20, 20));
}

/* From the tables of the standards, by hand. */
static void
test_bars (void)
{
  g_autofree char *ean8 = mr_bars_encode (MR_BARS_EAN8, "96385074");
  g_autofree char *code_b = mr_bars_encode (MR_BARS_CODE128, "A");
  g_autofree char *code_c = mr_bars_encode (MR_BARS_CODE128, "1234");
  g_autofree char *ean13 = mr_bars_encode (MR_BARS_EAN13, "6901234567892");
  g_autoptr (MrRaster) raster = mr_raster_new_bars ("0110", 2, 2);
  g_autofree char *drawn = draw (raster);

  g_assert_cmpstr (ean8, ==,
                   "0000000"
                   "101"
                   "0001011"
                   "0101111"
                   "0111101"
                   "0110111"
                   "01010"
                   "1001110"
                   "1110010"
                   "1000100"
                   "1011100"
                   "101"
                   "0000000");
  /* Start B 104, A 33, check (104 + 33) mod 103 = 34. */
  g_assert_cmpstr (code_b, ==,
                   "0000000000"
                   "11010010000"
                   "10100011000"
                   "10001011000"
                   "1100011101011"
                   "0000000000");
  g_assert_cmpuint (strlen (code_c), ==, 20 + 11 * 4 + 13);
  g_assert_cmpuint (strlen (ean13), ==, 11 + 95 + 7);
  g_assert_null (mr_bars_encode (MR_BARS_EAN13, "6901234567893"));
  g_assert_null (mr_bars_encode (MR_BARS_CODE128, "é"));
  g_assert_cmpstr (drawn, ==, "..####..\n..####..\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/raster/pbm", test_pbm);
  g_test_add_func ("/raster/no-file", test_no_file);
  g_test_add_func ("/raster/padding", test_padding);
  g_test_add_func ("/raster/ink", test_ink);
  g_test_add_func ("/raster/limits", test_limits);
  g_test_add_func ("/raster/qr", test_qr);
  g_test_add_func ("/raster/bars", test_bars);
  return g_test_run ();
}
