/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-escpos.h"
#include "view/line-painter.h"

#include "sample-receipt.h"
#include "temp-dir.h"
#include "virtual-paper-picture.h"

#include <cairo.h>
#include <locale.h>
#include <string.h>

/*
 * Receipts as a strict printer puts them on paper, against tests/data/receipt/NAME.png (MR_UPDATE_GOLDEN
 * writes those anew), and every code on them read back from the picture by a reader that is not ours.
 */

/* Of a channel's 255; of a thousand pixels. Fonts are hinted differently elsewhere. */
#define SHADE 96
#define ALLOWED_PERMILLE 10

static GBytes *
print (const MrReceipt *receipt, const MrPrinterProfile *profile)
{
  MrPaperOptions options = { .profile = profile, .painter = mr_line_painter_paint };

  return mr_receipt_to_escpos (receipt, &options);
}

static VirtualPaper *
read_back (GBytes *job, const MrPrinterProfile *profile)
{
  VirtualPaper *paper = virtual_paper_new (profile->columns);
  g_autofree char *error = NULL;

  virtual_paper_set_kind (paper, profile->id);
  virtual_paper_push (paper, g_bytes_get_data (job, NULL), g_bytes_get_size (job));
  virtual_paper_end (paper);
  error = virtual_paper_dup_error (paper);
  g_assert_cmpstr (error, ==, NULL);
  return paper;
}

/* Pixels that differ by more than a shade; −1 where the sizes differ. */
static int
count_differing (const char *one, const char *other)
{
  cairo_surface_t *surfaces[] = { cairo_image_surface_create_from_png (one),
                                  cairo_image_surface_create_from_png (other) };
  int width = cairo_image_surface_get_width (surfaces[0]);
  int height = cairo_image_surface_get_height (surfaces[0]);
  int n = 0;

  g_assert_cmpint (cairo_surface_status (surfaces[0]), ==, CAIRO_STATUS_SUCCESS);
  if (width != cairo_image_surface_get_width (surfaces[1]) ||
      height != cairo_image_surface_get_height (surfaces[1]))
    n = -1;
  for (int y = 0; n >= 0 && y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint8 *pixels[2];

        for (int i = 0; i < 2; i++)
          pixels[i] = cairo_image_surface_get_data (surfaces[i]) +
                      y * cairo_image_surface_get_stride (surfaces[i]) + 4 * x;
        n += ABS (pixels[0][1] - pixels[1][1]) > SHADE;
      }
  g_print ("# %s: %d of %d pixels differ\n", other, n, width * height);
  n = n < 0 ? n : (int) ((gint64) n * 1000 / (width * height));
  cairo_surface_destroy (surfaces[0]);
  cairo_surface_destroy (surfaces[1]);
  return n;
}

static void
assert_picture (const MrReceipt *receipt, const char *profile_id, const char *name)
{
  const MrPrinterProfile *profile = mr_printer_profile_find (profile_id);
  g_autoptr (GBytes) job = print (receipt, profile);
  g_autoptr (VirtualPaper) paper = read_back (job, profile);
  g_autofree char *file = g_strconcat (name, ".png", NULL);
  g_autofree char *kept =
      g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "data", "receipt", file, NULL);
  g_autofree char *folder = temp_dir_new ();
  g_autofree char *drawn = g_build_filename (folder, file, NULL);
  int permille;

  if (g_getenv ("MR_UPDATE_GOLDEN") != NULL)
    g_assert_true (virtual_paper_write_png (paper, profile->columns, kept));
  g_assert_true (virtual_paper_write_png (paper, profile->columns, drawn));
  permille = count_differing (drawn, kept);
  g_assert_cmpint (permille, >=, 0);
  g_assert_cmpint (permille, <=, ALLOWED_PERMILLE);
  temp_dir_remove (folder);
}

static MrReceipt *
make_sale_receipt (GTimeZone *zone)
{
  MrReceiptFacts facts = sample_receipt_make_facts (zone);
  g_autoptr (MrSale) sale = sample_receipt_make_full_sale ();

  return mr_receipt_new_sale (sale, &facts);
}

static MrReceipt *
make_test_page (GTimeZone *zone)
{
  MrReceiptFacts facts = sample_receipt_make_facts (zone);

  return mr_receipt_new_test (&facts);
}

/* Names without end in two scripts, both languages, both widths, by fonts and all as a picture. */
static void
test_pictures (void)
{
  /* English first: gettext keeps what it has found once. */
  static const struct
  {
    const char *language;
    const char *profile;
    const char *name;
    gboolean is_test_page;
  } cases[] = {
    { "C", "generic-58", "sale-en-58", FALSE },
    { "C", "generic-80", "sale-en-80", FALSE },
    { "C", "epson-tm-t88vi", "sale-en-t88", FALSE },
    { "C", "generic-80", "test-page-80", TRUE },
    { "C", "epson-tm-t20iii", "test-page-t20", TRUE },
    { "zh_CN", "generic-58", "sale-zh-58", FALSE },
    { "zh_CN", "generic-80", "sale-zh-80", FALSE },
    { "zh_CN", "picture-58", "sale-zh-picture-58", FALSE },
    { "zh_CN", "generic-58", "test-page-58", TRUE },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrReceipt) receipt = NULL;

      sample_receipt_use_language (cases[i].language);
      receipt = cases[i].is_test_page ? make_test_page (zone) : make_sale_receipt (zone);
      assert_picture (receipt, cases[i].profile, cases[i].name);
    }
  sample_receipt_use_language ("C");
}

/* A picture that somebody reads meanwhile. */
typedef struct
{
  char *key; /* (owned): the checksum of what was printed */
  char *kinds; /* (owned): the profiles that print so */
  char *path; /* (owned) */
  const char *const *expected; /* (unowned) */
  GSubprocess *reader; /* (owned) */
} Reading;

static void
free_reading (gpointer data)
{
  Reading *reading = data;

  g_free (reading->key);
  g_free (reading->kinds);
  g_free (reading->path);
  g_object_unref (reading->reader);
  g_free (reading);
}

/* Kinds that print byte for byte the same are one picture. */
static void
start_reading (GPtrArray *readings, const char *folder, const MrReceipt *receipt,
               const MrPrinterProfile *profile, const char *const *expected)
{
  g_autoptr (GBytes) job = print (receipt, profile);
  g_autoptr (VirtualPaper) paper = read_back (job, profile);
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, job);
  g_autofree char *key = g_strdup_printf ("%d-%s", profile->columns, sum);
  g_autoptr (GError) error = NULL;
  Reading *reading;

  for (guint i = 0; i < readings->len; i++)
    {
      reading = g_ptr_array_index (readings, i);
      if (g_str_equal (reading->key, key))
        {
          g_autofree char *before = reading->kinds;

          reading->kinds = g_strconcat (before, " ", profile->id, NULL);
          return;
        }
    }
  reading = g_new0 (Reading, 1);
  reading->kinds = g_strdup (profile->id);
  reading->path = g_strdup_printf ("%s/%u.png", folder, readings->len);
  reading->expected = expected;
  reading->key = g_steal_pointer (&key);
  g_assert_true (virtual_paper_write_png (paper, profile->columns, reading->path));
  reading->reader =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                        "zbarimg", "-q", "--raw", "-Sean8.enable", reading->path, NULL);
  g_assert_no_error (error);
  g_ptr_array_add (readings, reading);
}

static void
assert_codes (const Reading *reading)
{
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  g_subprocess_communicate_utf8 (reading->reader, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (output), "\n", -1);
  for (guint i = 0; reading->expected[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) lines, reading->expected[i]))
      g_error ("%s: %s is not among what was read: %s", reading->kinds, reading->expected[i],
               output);
  g_assert_cmpuint (g_strv_length (lines), ==, g_strv_length ((char **) reading->expected));
}

static void
test_codes (void)
{
  static const char *const on_test_page[] = { "6901234567892", "96385074", "2A-000123",
                                              "Millrace 街角便利店", NULL };
  char id[MR_ID_STRING_SIZE];
  const char *on_sale[] = { mr_id_format (sample_receipt_id, id), NULL };
  g_autofree char *zbarimg = g_find_program_in_path ("zbarimg");
  g_autofree char *folder = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  g_autoptr (MrPrinterProfileSet) set = mr_printer_profile_set_new (NULL);
  g_autoptr (MrReceipt) sale = make_sale_receipt (zone);
  g_autoptr (MrReceipt) test_page = make_test_page (zone);
  g_autoptr (GPtrArray) readings = g_ptr_array_new_with_free_func (free_reading);

  if (zbarimg == NULL)
    {
      g_test_skip ("zbarimg is not installed");
      return;
    }
  folder = temp_dir_new ();
  for (guint i = 0; i < mr_printer_profile_set_get_n (set); i++)
    {
      const MrPrinterProfile *profile = mr_printer_profile_set_get (set, i);

      start_reading (readings, folder, sale, profile, on_sale);
      start_reading (readings, folder, test_page, profile, on_test_page);
    }
  for (guint i = 0; i < readings->len; i++)
    assert_codes (g_ptr_array_index (readings, i));
  temp_dir_remove (folder);
}

/* The right edge is where it was, however a line went to paper: a price beside a name that is drawn
 * as a picture ends in the dots of the last column. */
static void
test_painted_columns (void)
{
  const MrPrinterProfile *profile = mr_printer_profile_find ("generic-80");
  int width = 7 * 12;
  int height;
  g_autofree guint8 *ink = mr_line_painter_paint ("158.50", MR_RECEIPT_RIGHT, width, &height, NULL);
  g_autofree guint8 *narrow =
      mr_line_painter_paint ("김치 라면 김치 라면", MR_RECEIPT_PLAIN, 60, &height, NULL);
  gboolean is_inked = FALSE;

  g_assert_nonnull (narrow);
  g_assert_cmpint (profile->dots / profile->columns, ==, 12);
  for (int y = 0; y < height; y++)
    {
      /* Six characters take six columns, so the first column is free and the last is not. */
      for (int x = 0; x < 6; x++)
        g_assert_cmpint (ink[y * width + x], ==, 0);
      for (int x = width - 12; x < width; x++)
        is_inked |= ink[y * width + x] > 128;
    }
  g_assert_true (is_inked);
}

int
main (int argc, char **argv)
{
  g_autofree char *fonts =
      g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "support", "fonts.conf", NULL);

  setlocale (LC_ALL, "C.UTF-8");
  g_setenv ("FONTCONFIG_FILE", fonts, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receipt-pictures/drawn/golden", test_pictures);
  g_test_add_func ("/receipt-pictures/codes", test_codes);
  g_test_add_func ("/receipt-pictures/drawn/columns", test_painted_columns);
  return g_test_run ();
}
