/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos.h"

#include "virtual-paper.h"

#include <string.h>

static VirtualPaper *
read_back (MrEscpos *escpos)
{
  g_autoptr (GBytes) job = mr_escpos_finish (escpos);

  return virtual_paper_read (job, mr_escpos_get_profile (escpos)->columns);
}

/* What the printer was told, against tests/data/escpos/@name.txt, which a person can read. With
 * MR_UPDATE_GOLDEN set the files are written anew. */
static void
assert_golden (MrEscpos *escpos, const char *name)
{
  g_autoptr (VirtualPaper) paper = read_back (escpos);
  g_autofree char *events = virtual_paper_dup_events (paper);
  g_autofree char *error = virtual_paper_dup_error (paper);
  g_autofree char *file = g_strconcat (name, ".txt", NULL);
  g_autofree char *path =
      g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "data", "escpos", file, NULL);
  g_autofree char *expected = NULL;

  if (g_getenv ("MR_UPDATE_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (path, events, -1, NULL));
  g_assert_true (g_file_get_contents (path, &expected, NULL, NULL));
  g_assert_cmpstr (events, ==, expected);
  g_assert_null (error);
}

static void
write_receipt (MrEscpos *escpos)
{
  const MrPrinterProfile *profile = mr_escpos_get_profile (escpos);
  g_autofree char *rule = mr_columns_rule ('-', profile->columns);
  g_autofree char *cola = mr_columns_pair ("可口可乐 330 ml × 2", "6.00", profile->columns, '.');
  g_autofree char *total = mr_columns_pair ("合计", "¥6.00", profile->columns / 2, ' ');

  mr_escpos_init (escpos);
  mr_escpos_align (escpos, MR_ALIGN_CENTER);
  mr_escpos_stored_logo (escpos, 1);
  mr_escpos_style (escpos, MR_ESCPOS_BOLD | MR_ESCPOS_DOUBLE_WIDTH | MR_ESCPOS_DOUBLE_HEIGHT);
  g_assert_true (mr_escpos_line (escpos, "街角便利店"));
  mr_escpos_style (escpos, MR_ESCPOS_PLAIN);
  mr_escpos_align (escpos, MR_ALIGN_LEFT);
  g_assert_true (mr_escpos_line (escpos, rule));
  g_assert_true (mr_escpos_line (escpos, cola));
  mr_escpos_style (escpos, MR_ESCPOS_DOUBLE_WIDTH);
  g_assert_true (mr_escpos_line (escpos, total));
  mr_escpos_style (escpos, MR_ESCPOS_UNDERLINE);
  g_assert_true (mr_escpos_text (escpos, "谢谢 "));
  g_assert_true (mr_escpos_line (escpos, "thanks"));
  mr_escpos_style (escpos, MR_ESCPOS_PLAIN);
  mr_escpos_align (escpos, MR_ALIGN_CENTER);
  g_assert_true (mr_escpos_barcode (escpos, MR_BARS_CODE128, "2A-000123", 60, TRUE));
  g_assert_true (mr_escpos_qr (escpos, "0197cafe-0000-7000-8000-000000000001", 4));
  mr_escpos_feed (escpos, 1);
  mr_escpos_kick (escpos, 2);
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
}

static void
test_receipt_80 (void)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-80"));

  write_receipt (escpos);
  assert_golden (escpos, "receipt-80");
}

static void
test_receipt_58 (void)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-58"));

  write_receipt (escpos);
  assert_golden (escpos, "receipt-58");
}

static void
test_native_qr (void)
{
  MrPrinterProfile profile = *mr_printer_profile_find ("generic-80");
  g_autoptr (MrEscpos) escpos = NULL;

  profile.native_qr = TRUE;
  escpos = mr_escpos_new (&profile);
  mr_escpos_init (escpos);
  g_assert_true (mr_escpos_qr (escpos, "https://例子/r?id=1", 6));
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_FULL);
  assert_golden (escpos, "native-qr");
}

static void
assert_bytes (MrEscpos *escpos, const char *expected, gsize length)
{
  g_autoptr (GBytes) job = mr_escpos_finish (escpos);

  g_assert_cmpmem (g_bytes_get_data (job, NULL), g_bytes_get_size (job), expected, length);
}

/* The bytes themselves, from the manuals. */
static void
test_bytes (void)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-80"));
  const MrPrinterProfile *profile = mr_printer_profile_find ("generic-58");
  g_autoptr (GBytes) kick = mr_escpos_new_kick_job (profile, 5);
  g_autoptr (GBytes) now = mr_escpos_new_kick_now (profile, 5);

  g_assert_true (mr_escpos_text (escpos, "a可b"));
  assert_bytes (escpos, "a\x1c&\xbf\xc9\x1c.b", 8);
  g_assert_true (mr_escpos_line (escpos, "可乐"));
  assert_bytes (escpos, "\x1c&\xbf\xc9\xc0\xd6\x1c.\n", 9);
  mr_escpos_style (escpos, MR_ESCPOS_BOLD);
  assert_bytes (escpos, "\x1c!\0\x1b!\x08", 6);
  mr_escpos_feed (escpos, 1000);
  assert_bytes (escpos,
                "\x1b"
                "d\xff",
                3);
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_FULL);
  assert_bytes (escpos, "\x1dVA\0", 4);
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_NONE);
  assert_bytes (escpos,
                "\x1b"
                "d\x04",
                3);
  g_assert_cmpmem (g_bytes_get_data (kick, NULL), g_bytes_get_size (kick), "\x1bp\x01\x32\xfa", 5);
  g_assert_cmpmem (g_bytes_get_data (now, NULL), g_bytes_get_size (now), "\x10\x14\1\1\1", 5);
  assert_bytes (escpos, "", 0);
}

static void
test_can_print (void)
{
  static const struct
  {
    const char *text;
    gboolean with_font;
    gboolean without_font;
  } cases[] = {
    { "milk 330 ml", TRUE, TRUE },
    { "牛奶", TRUE, FALSE },
    { "牛奶 ¥3.00 × 2", TRUE, FALSE },
    { "\xe2\x88\x92"
      "3.00",
      TRUE, TRUE }, /* the minus sign is a hyphen */
    { "㐀", FALSE, FALSE }, /* four bytes in GB18030 */
    { "𠮷野家", FALSE, FALSE },
    { "สวัสดี", FALSE, FALSE },
    { "😀", FALSE, FALSE },
    { "龍", TRUE, FALSE }, /* GBK, not GB 2312 */
    { "", TRUE, TRUE },
  };
  MrPrinterProfile without = *mr_printer_profile_find ("generic-58");

  without.gb18030 = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrEscpos) escpos = mr_escpos_new (&without);

      g_assert_cmpint (mr_escpos_can_print (mr_printer_profile_find ("generic-58"), cases[i].text),
                       ==, cases[i].with_font);
      g_assert_cmpint (mr_escpos_can_print (&without, cases[i].text), ==, cases[i].without_font);
      /* What cannot be printed leaves no trace. */
      g_assert_cmpint (mr_escpos_line (escpos, cases[i].text), ==, cases[i].without_font);
      if (!cases[i].without_font)
        assert_bytes (escpos, "", 0);
    }
}

static void
test_lossy (void)
{
  MrPrinterProfile without = *mr_printer_profile_find ("generic-58");
  g_autoptr (MrEscpos) escpos = NULL;

  without.gb18030 = FALSE;
  escpos = mr_escpos_new (&without);
  mr_escpos_line_lossy (escpos, "牛奶 a\xcc\x93 ก");
  assert_bytes (escpos, "???? a ?\n", 9);
}

/* A name with commands in it stays a name. */
static void
test_no_commands_in_text (void)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-58"));

  g_assert_true (mr_escpos_line (escpos, "milk\x1bp\x01\x10\x14\x01\x1d"));
  assert_bytes (escpos, "milkp\n", 6);
  g_assert_false (mr_escpos_qr (escpos, "a\x10\x04", 4));
  g_assert_false (mr_escpos_qr (escpos, "", 4));
  assert_bytes (escpos, "", 0);
}

static void
test_barcodes (void)
{
  static const struct
  {
    MrBarsKind kind;
    const char *text;
    gboolean fits_58;
    gboolean fits_80;
  } cases[] = {
    { MR_BARS_EAN13, "6901234567892", TRUE, TRUE },
    { MR_BARS_EAN13, "6901234567893", FALSE, FALSE },
    { MR_BARS_EAN13, "690123456789", FALSE, FALSE },
    { MR_BARS_EAN13, "690123456789X", FALSE, FALSE },
    { MR_BARS_EAN8, "96385074", TRUE, TRUE },
    { MR_BARS_EAN8, "96385075", FALSE, FALSE },
    { MR_BARS_CODE128, "2A-000123", TRUE, TRUE },
    { MR_BARS_CODE128, "{brace}", TRUE, TRUE },
    { MR_BARS_CODE128, "12345678901234567890", TRUE, TRUE }, /* two digits a symbol */
    { MR_BARS_CODE128, "123456789012345678901", FALSE, TRUE },
    { MR_BARS_CODE128, "16040520", TRUE, TRUE }, /* as pairs these bytes are DLE EOT ENQ DC4 */
    { MR_BARS_CODE128, "0016", TRUE, TRUE },
    { MR_BARS_CODE128, "1", TRUE, TRUE },
    { MR_BARS_CODE128, "", FALSE, FALSE },
    { MR_BARS_CODE128, "牛奶", FALSE, FALSE },
    { MR_BARS_CODE128, "a\x10", FALSE, FALSE },
    { MR_BARS_CODE128, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", FALSE, FALSE },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean is_wide = i % 2 == 1;
      g_autoptr (MrEscpos) escpos =
          mr_escpos_new (mr_printer_profile_for_paper (is_wide ? 80 : 58));
      gboolean fits = is_wide ? cases[i / 2].fits_80 : cases[i / 2].fits_58;
      g_autoptr (VirtualPaper) paper = NULL;
      g_autofree char *error = NULL;

      g_assert_cmpint (mr_escpos_barcode (escpos, cases[i / 2].kind, cases[i / 2].text, 80, FALSE),
                       ==, fits);
      paper = read_back (escpos);
      error = virtual_paper_dup_error (paper);
      g_assert_null (error);
      g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_BARCODE), ==, fits ? 1 : 0);
      if (fits)
        g_assert_cmpstr (
            virtual_paper_get_event (paper, virtual_paper_get_n_events (paper) - 1)->text, ==,
            cases[i / 2].text);
    }
}

/* The picture the printer got, of all its bands. */
static GBytes *
join_images (VirtualPaper *paper, int *width, int *height)
{
  GByteArray *dots = g_byte_array_new ();

  *width = 0;
  *height = 0;
  for (guint i = 0; i < virtual_paper_get_n_events (paper); i++)
    {
      const VirtualEvent *event = virtual_paper_get_event (paper, i);

      if (event->kind != VIRTUAL_IMAGE)
        continue;
      *width = event->a;
      *height += event->b;
      g_byte_array_append (dots, g_bytes_get_data (event->bytes, NULL),
                           (guint) g_bytes_get_size (event->bytes));
    }
  return g_byte_array_free_to_bytes (dots);
}

/* Noise of every density, tall enough for many bands: it arrives, and never says a word. The strict
 * printer complains of each 10 04, 10 05, 10 14. */
static void
test_raster_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  g_autoptr (MrRaster) raster = mr_raster_new (300, 700);
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-58"));
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *error = NULL;
  g_autoptr (GBytes) dots = NULL;
  const guint8 *bytes;
  int width;
  int height;
  int n_changed = 0;

  for (int y = 0; y < 700; y++)
    for (int x = 0; x < 300; x++)
      mr_raster_set_dot (raster, x, y, g_rand_int_range (rand, 0, 700) < y / 4);
  mr_escpos_raster (escpos, raster);
  paper = read_back (escpos);
  error = virtual_paper_dup_error (paper);
  g_assert_null (error);
  dots = join_images (paper, &width, &height);
  g_assert_cmpint (width, ==, 304);
  g_assert_cmpint (height, ==, 700);
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_IMAGE), >, 5);
  bytes = g_bytes_get_data (dots, NULL);
  for (int y = 0; y < 700; y++)
    for (int x = 0; x < 300; x++)
      {
        gboolean is_black = (bytes[y * 38 + x / 8] & (0x80 >> (x % 8))) != 0;

        /* Dots are only ever added. */
        g_assert_true (is_black || !mr_raster_get_dot (raster, x, y));
        n_changed += is_black != mr_raster_get_dot (raster, x, y);
      }
  g_assert_cmpint (n_changed, >, 0);
  g_assert_cmpint (n_changed, <, 300);
}

static void
test_raster_speaks_not (void)
{
  static const guint8 words[][2] = { { 0x10, 0x04 }, { 0x10, 0x05 }, { 0x10, 0x14 } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-58"));
      g_autoptr (MrRaster) raster = mr_raster_new (8, 4);
      g_autoptr (VirtualPaper) paper = NULL;
      g_autofree char *error = NULL;
      const guint8 *bytes;

      /* Down a column of bytes: across the ends of rows. */
      for (int y = 0; y < 4; y++)
        for (int x = 0; x < 8; x++)
          mr_raster_set_dot (raster, x, y, (words[i][y % 2] & (0x80 >> x)) != 0);
      mr_escpos_raster (escpos, raster);
      paper = read_back (escpos);
      error = virtual_paper_dup_error (paper);
      g_assert_null (error);
      bytes = g_bytes_get_data (virtual_paper_get_event (paper, 0)->bytes, NULL);
      g_assert_cmpint (bytes[0], ==, 0x18);
      g_assert_cmpint (bytes[1], ==, words[i][1]);
      g_assert_cmpint (bytes[2], ==, 0x18);
    }
}

static void
test_raster_too_wide (void)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (mr_printer_profile_find ("generic-58"));
  g_autoptr (MrRaster) raster = mr_raster_new (2048, 3);
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *error = NULL;

  mr_escpos_raster (escpos, raster);
  paper = read_back (escpos);
  error = virtual_paper_dup_error (paper);
  g_assert_null (error);
  g_assert_cmpint (virtual_paper_get_event (paper, 0)->a, ==, 384);
}

/* Latin by the page that has it, Chinese still by its font, and the right edge where it was. */
static void
test_code_pages (void)
{
  g_autoptr (MrEscpos) chinese = mr_escpos_new (mr_printer_profile_find ("epson-tm-t82iii"));
  g_autoptr (MrEscpos) western = mr_escpos_new (mr_printer_profile_find ("epson-tm-t20iii"));
  g_autofree char *pair = mr_columns_pair ("Хлеб", "1.50", 48, ' ');
  g_autofree char *indented = mr_columns_pair ("  2 × 3.00", "6.00", 48, ' ');
  g_autoptr (GBytes) job = NULL;
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *error = NULL;
  g_autofree char *text = NULL;
  const char *second;

  g_assert_true (mr_escpos_text (chinese, "ñ奶ä"));
  /* 0 is CP437: a4 is ñ, 84 is ä; hanzi mode is left for the second. */
  assert_bytes (chinese, "\x1bt\0\xa4\x1c&\xc4\xcc\x1c.\x84", 11);
  g_assert_false (mr_escpos_text (western, "牛奶"));
  mr_escpos_init (western);
  g_assert_true (mr_escpos_line (western, pair));
  g_assert_true (mr_escpos_line (western, "Łódź ñ"));
  g_assert_true (mr_escpos_line (western, indented));
  g_assert_true (mr_escpos_line (western, "    éé"));
  job = mr_escpos_finish (western);
  paper = virtual_paper_read (job, 48);
  error = virtual_paper_dup_error (paper);
  g_assert_null (error);
  text = virtual_paper_dup_text (paper);
  g_assert_true (g_str_has_prefix (text, "Хлеб  "));
  g_assert_cmpint (g_utf8_strlen (text, strchr (text, '\n') - text), ==, 48);
  g_assert_nonnull (strstr (text, "1.50\nŁódź ñ\n"));
  second = strstr (text, "  2 × 3.00");
  g_assert_cmpint (g_utf8_strlen (second, strchr (second, '\n') - second), ==, 48);
  /* What is centred keeps its middle. */
  g_assert_nonnull (strstr (text, "6.00\n     éé\n"));
}

/* A profile that is wrong says what is wrong, and adds nothing. */
static void
test_bad_profiles (void)
{
#define HEAD "[printer]\nname=A\npaper-mm=80\n"
  static const struct
  {
    const char *text;
    const char *problem; /* NULL: it is right */
  } cases[] = {
    { HEAD "columns=48\ndots=576\n", NULL },
    { HEAD "columns=48\ndots=576\nraster=always\ndrawer=true\ndrawer-now=false\n[code-pages]\n16="
           "WINDOWS-1252\n",
      NULL },
    { "", "group" },
    { "[printer]\nname=A\n", "paper-mm" },
    { HEAD "columns=0\ndots=576\n", "columns=0 is not 16 … 96" },
    { HEAD "columns=many\ndots=576\n", "columns" },
    { HEAD "columns=48\ndots=300\n", "dots=300" },
    { HEAD "columns=48\ndots=577\n", "dots=577" },
    { HEAD "columns=48\ndots=576\ncuter=true\n", "unknown key cuter" },
    { HEAD "columns=48\ndots=576\ncutter=perhaps\n", "cutter" },
    { HEAD "columns=48\ndots=576\nraster=often\n", "raster=often" },
    { HEAD "columns=48\ndots=576\ndrawer-now=later\n", "drawer-now" },
    { HEAD "columns=48\ndots=576\n[pages]\n", "unknown group [pages]" },
    { HEAD "columns=48\ndots=576\n[code-pages]\n256=CP437\n", "256" },
    { HEAD "columns=48\ndots=576\n[code-pages]\n1=GB18030\n", "GB18030" },
    { HEAD "columns=48\ndots=576\n[code-pages]\n1=nonsense\n", "nonsense" },
    { "[printer]\nname=\npaper-mm=80\ncolumns=48\ndots=576\n", "name" },
    { HEAD "model=TM T88\n", "model" },
    { HEAD "model=\n", "model" },
    { "\xff\xfe\x00", "" },
  };
  g_autoptr (MrPrinterProfileSet) set = mr_printer_profile_set_new (NULL);
  guint n = mr_printer_profile_set_get_n (set);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean added =
          mr_printer_profile_set_add (set, "a", cases[i].text, strlen (cases[i].text), &error);

      if (cases[i].problem == NULL)
        g_assert_no_error (error);
      else
        g_assert_nonnull (strstr (error != NULL ? error->message : "added", cases[i].problem));
      g_assert_cmpint (added, ==, cases[i].problem == NULL);
    }
  g_assert_cmpuint (mr_printer_profile_set_get_n (set), ==, n + 1);
  g_assert_true (mr_printer_profile_set_find (set, "a")->raster_always);
  /* Said to open its drawer in its turn only; others are taken to know better. */
  g_assert_null (mr_escpos_new_kick_now (mr_printer_profile_set_find (set, "a"), 2));
  g_assert_true (mr_printer_profile_find ("generic-58")->drawer_now);
#undef HEAD
}

static void
test_profiles (void)
{
  g_autoptr (MrPrinterProfileSet) set = mr_printer_profile_set_new ("/nowhere");

  g_assert_cmpuint (mr_printer_profile_set_get_problems (set)->len, ==, 0);
  g_assert_cmpuint (mr_printer_profile_set_get_n (set), >=, 8);
  for (guint i = 0; i < mr_printer_profile_set_get_n (set); i++)
    g_assert_cmpint (mr_printer_profile_set_get (set, i)->dots, >=,
                     mr_printer_profile_set_get (set, i)->columns * 12);

  g_assert_null (mr_printer_profile_find ("none"));
  g_assert_cmpint (mr_printer_profile_find ("generic-80")->dots, ==, 576);
  g_assert_cmpstr (mr_printer_profile_for_paper (80)->id, ==, "generic-80");
  g_assert_cmpstr (mr_printer_profile_for_paper (76)->id, ==, "generic-58");
}

/* Which of them a printer is by what it calls itself: a whole word of it. */
static void
test_models (void)
{
  static const struct
  {
    const char *name;
    const char *id;
  } cases[] = {
    { "EPSON TM-T88VI", "epson-tm-t88vi" },
    { "TM-T88V", "epson-tm-t88v" },
    { "Bixolon srp-350iii USB", "bixolon-srp-350iii" },
    { "EPSON TM-T88", NULL },
    { "EPSON TM-T88VII", NULL },
    { "POSco R-80", NULL },
    { "", NULL },
  };
  g_autoptr (MrPrinterProfileSet) set = mr_printer_profile_set_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const MrPrinterProfile *found = mr_printer_profile_set_find_model (set, cases[i].name);

      g_assert_cmpstr (found != NULL ? found->id : NULL, ==, cases[i].id);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/escpos/receipt-80", test_receipt_80);
  g_test_add_func ("/escpos/receipt-58", test_receipt_58);
  g_test_add_func ("/escpos/native-qr", test_native_qr);
  g_test_add_func ("/escpos/bytes", test_bytes);
  g_test_add_func ("/escpos/can-print", test_can_print);
  g_test_add_func ("/escpos/lossy", test_lossy);
  g_test_add_func ("/escpos/no-commands-in-text", test_no_commands_in_text);
  g_test_add_func ("/escpos/barcodes", test_barcodes);
  g_test_add_func ("/escpos/raster-noise", test_raster_noise);
  g_test_add_func ("/escpos/raster-speaks-not", test_raster_speaks_not);
  g_test_add_func ("/escpos/raster-too-wide", test_raster_too_wide);
  g_test_add_func ("/escpos/code-pages", test_code_pages);
  g_test_add_func ("/escpos/profiles", test_profiles);
  g_test_add_func ("/escpos/bad-profiles", test_bad_profiles);
  g_test_add_func ("/escpos/models", test_models);
  return g_test_run ();
}
