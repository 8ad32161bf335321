/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos-rest.h"
#include "device/escpos.h"

#include "fuzz.h"

#define ID "shop"

/* A file that a shop put among its printer profiles: refused with a reason, or all it says is within what the
 * till prints by, and a receipt comes out. */
static void
assert_within (const MrPrinterProfile *profile)
{
  g_assert_true (profile->paper_mm >= 40 && profile->paper_mm <= 120);
  g_assert_true (profile->columns >= 16 && profile->columns <= 96);
  g_assert_true (profile->dots >= 128 && profile->dots <= 1024 && profile->dots % 8 == 0);
  g_assert_cmpint (profile->dots / profile->columns, >=, 8);
  g_assert_true (g_utf8_validate (profile->name, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (profile->name, -1), >, 0);
  g_assert_cmpint (g_utf8_strlen (profile->name, -1), <=, 60);
  for (const char *p = profile->name; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
  for (guint i = 0; i < profile->code_pages->len; i++)
    for (guint k = 0; k <= i; k++)
      {
        int one = mr_code_page_get_number (g_ptr_array_index (profile->code_pages, i));
        int other = mr_code_page_get_number (g_ptr_array_index (profile->code_pages, k));

        g_assert_true (one >= 0 && one <= 255 && (k == i || one != other));
      }
}

static void
print_receipt (const MrPrinterProfile *profile)
{
  static const char *const lines[] = { "Total 3.00", "可口可乐 330 ml", "Grüße, привет, ¥6",
                                       "㐂𠮷" };
  g_autoptr (MrEscpos) escpos = mr_escpos_new (profile);
  g_autoptr (GBytes) now = mr_escpos_new_kick_now (profile, 2);
  g_autoptr (GBytes) job = NULL;
  const guint8 *bytes;
  gsize length;

  g_assert_true (now == NULL || (profile->drawer && profile->drawer_now));
  mr_escpos_init (escpos);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      gboolean can = mr_escpos_can_print (profile, lines[i]);

      g_assert_cmpint (mr_escpos_line (escpos, lines[i]), ==, can);
      if (!can)
        mr_escpos_line_lossy (escpos, lines[i]);
    }
  g_assert_true (mr_escpos_qr (escpos, "0197cafe", 6));
  /* With its quiet zones 81 modules of two dots. */
  g_assert_cmpint (mr_escpos_barcode (escpos, MR_BARS_EAN8, "96385074", 40, TRUE), ==,
                   profile->dots >= 162);
  mr_escpos_kick (escpos, 2);
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
  job = mr_escpos_finish (escpos);
  bytes = g_bytes_get_data (job, &length);
  g_assert_cmpuint (mr_escpos_count_missing (bytes, length, length), ==, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static MrPrinterProfileSet *set;
  static guint n;
  g_autoptr (GError) error = NULL;

  if (set == NULL)
    {
      set = mr_printer_profile_set_new (NULL);
      n = mr_printer_profile_set_get_n (set);
    }
  if (mr_printer_profile_set_add (set, ID, (const char *) data, size, &error))
    {
      const MrPrinterProfile *profile = mr_printer_profile_set_find (set, ID);

      g_assert_no_error (error);
      assert_within (profile);
      print_receipt (profile);
      g_assert_cmpuint (mr_printer_profile_set_get_n (set), ==, n + 1);
    }
  else
    g_assert_nonnull (error);
  return 0;
}
