/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/hid-descriptor.h"

#include "fuzz.h"

/* Whatever a device says of itself: fields that lie in a report, or no scanner. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint8 report[64] = { 0xFF, 0xFF, 0xFF };
  MrHidScanner scanner;

  if (!mr_hid_scanner_parse (data, size, &scanner))
    return 0;
  g_assert_cmpuint (scanner.data.bit % 8, ==, 0);
  g_assert_cmpuint (scanner.data.n_bits, >=, 8);
  g_assert_cmpuint (scanner.data.bit + scanner.data.n_bits, <=, 8 * 4097);
  g_assert_cmpuint (scanner.count.n_bits, <=, 32);
  g_assert_cmpuint (scanner.continued.n_bits, <=, 32);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (mr_hid_field_read (&scanner.aim[i], report, sizeof report), <=, 0xFF);
  mr_hid_field_read (&scanner.count, report, sizeof report);
  mr_hid_field_read (&scanner.continued, report, sizeof report);
  return 0;
}
