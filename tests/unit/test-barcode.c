/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/barcode.h"

#include <string.h>

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    MrBarcodeKind kind;
    const char *key;
  } cases[] = {
    { "6901939621608", MR_BARCODE_EAN13, "6901939621608" },
    { " 6901939621608\r\n", MR_BARCODE_EAN13, "6901939621608" },
    { "\xe3\x80\x80"
      "6901939621608",
      MR_BARCODE_EAN13, "6901939621608" },
    { "6901939621607", MR_BARCODE_TEXT, "6901939621607" },
    { "036000291452", MR_BARCODE_UPC_A, "0036000291452" },
    { "0036000291452", MR_BARCODE_EAN13, "0036000291452" },
    { "036000291453", MR_BARCODE_TEXT, "036000291453" },
    { "96385074", MR_BARCODE_EAN8, "96385074" },
    { "96385075", MR_BARCODE_TEXT, "96385075" },
    /* The four ways of leaving zeros out (GS1 General Specifications 5.2.2.4.2). */
    { "04252614", MR_BARCODE_UPC_E, "0042100005264" },
    { "01234531", MR_BARCODE_UPC_E, "0012300000451" },
    { "01234543", MR_BARCODE_UPC_E, "0012340000053" },
    { "01234565", MR_BARCODE_UPC_E, "0012345000065" },
    { "18901243", MR_BARCODE_UPC_E, "0189010000023" },
    { "18901245", MR_BARCODE_EAN8, "18901245" },
    { "16901939621605", MR_BARCODE_ITF14, "16901939621605" },
    { "06901939621608", MR_BARCODE_ITF14, "6901939621608" },
    { "16901939621606", MR_BARCODE_TEXT, "16901939621606" },
    { "12", MR_BARCODE_TEXT, "12" },
    { "ABC-123", MR_BARCODE_TEXT, "ABC-123" },
    { "a b", MR_BARCODE_TEXT, "a b" },
    { "货架7", MR_BARCODE_TEXT, "货架7" },
    { "0106901939621608\x1d"
      "10A1",
      MR_BARCODE_TEXT,
      "0106901939621608\x1d"
      "10A1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MrBarcode barcode;

      g_assert_true (mr_barcode_parse (cases[i].text, &barcode));
      g_assert_cmpstr (barcode.key, ==, cases[i].key);
      g_assert_cmpstr (mr_barcode_kind_to_string (barcode.kind), ==,
                       mr_barcode_kind_to_string (cases[i].kind));
    }
}

static void
test_refuses (void)
{
  g_autofree char *longest = g_strnfill (MR_BARCODE_MAX_LENGTH, '7');
  g_autofree char *too_long = g_strnfill (MR_BARCODE_MAX_LENGTH + 1, '7');
  static const char *const cases[] = {
    NULL,
    "",
    " \t\n",
    "\xe3\x80\x80",
    "12\n34",
    "12\t34",
    "\x01",
    "a\x7f",
    "\xff\xfe",
    "a\xc2\x85"
    "b",
  };
  MrBarcode barcode;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_false (mr_barcode_parse (cases[i], &barcode));
  g_assert_false (mr_barcode_parse (too_long, &barcode));
  g_assert_true (mr_barcode_parse (longest, &barcode));
  g_assert_cmpstr (barcode.key, ==, longest);
}

static void
test_check_digit (void)
{
  static const struct
  {
    const char *digits;
    int check;
  } cases[] = {
    { "690193962160", 8 },
    { "03600029145", 2 },
    { "9638507", 4 },
    { "1690193962160", 5 },
    { "", 0 },
    { "12a4", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (mr_barcode_check_digit (cases[i].digits, strlen (cases[i].digits)), ==,
                     cases[i].check);
}

static void
test_wrong_check (void)
{
  static const struct
  {
    const char *text;
    int expected; /* -1: nothing wrong */
  } cases[] = {
    { "6901939621607", 8 }, { "6901939621608", -1 }, { "036000291453", 2 }, { "96385075", 4 },
    { "04252614", -1 },     { "16901939621606", 5 }, { "12", -1 },          { "690193962160A", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int expected = -1;
      gboolean is_wrong = mr_barcode_has_wrong_check (cases[i].text, &expected);

      g_assert_cmpint (is_wrong, ==, cases[i].expected >= 0);
      g_assert_cmpint (expected, ==, cases[i].expected);
    }
}

/* Whatever any digits become: the key found once is found again from itself. */
static void
test_key_is_stable (void)
{
  for (guint i = 0; i < 200000; i++)
    {
      static const int lengths[] = { 8, 12, 13, 14 };
      g_autofree char *text =
          g_strdup_printf ("%0*u", lengths[i % 4], (guint) (i * 2654435761u) % 100000000);
      MrBarcode once;
      MrBarcode twice;

      g_assert_true (mr_barcode_parse (text, &once));
      g_assert_true (mr_barcode_parse (once.key, &twice));
      g_assert_cmpstr (once.key, ==, twice.key);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/barcode/parse", test_parse);
  g_test_add_func ("/barcode/refuses", test_refuses);
  g_test_add_func ("/barcode/check-digit", test_check_digit);
  g_test_add_func ("/barcode/wrong-check", test_wrong_check);
  g_test_add_func ("/barcode/key-is-stable", test_key_is_stable);
  return g_test_run ();
}
