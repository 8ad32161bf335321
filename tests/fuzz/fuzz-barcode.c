/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/barcode.h"

#include "fuzz.h"

#include <string.h>

/* What a scanner sends, or a file to import. A key is valid text and is its own key. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  MrBarcode barcode;
  MrBarcode again;
  int expected = -1;

  if (mr_barcode_parse (text, &barcode))
    {
      g_assert_true (g_utf8_validate (barcode.key, -1, NULL));
      g_assert_cmpuint (strlen (barcode.key), >, 0);
      g_assert_true (mr_barcode_parse (barcode.key, &again));
      g_assert_cmpstr (again.key, ==, barcode.key);
      g_assert_nonnull (mr_barcode_kind_to_string (barcode.kind));
    }
  if (mr_barcode_has_wrong_check (text, &expected))
    {
      g_assert_true (expected >= 0 && expected <= 9);
      text[strlen (text) - 1] = (char) ('0' + expected);
      g_assert_true (mr_barcode_parse (text, &barcode));
      g_assert_cmpuint (barcode.kind, !=, MR_BARCODE_TEXT);
    }
  return 0;
}
