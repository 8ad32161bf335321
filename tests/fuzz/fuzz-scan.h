/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/scan-decoder.h"

#include "fuzz.h"

#include <string.h>

/* Pushes pieces: a byte with its length (and in the top bit, whether there is a pause before it), then its
 * bytes. Scans are text, and never longer than what came. Frees @decoder. */
static inline void
fuzz_scan_decoder (MrScanDecoder *decoder, const uint8_t *data, size_t size)
{
  gint64 time_us = 0;
  gsize n_pushed = 0;
  gsize n_scanned = 0;
  MrScan *scan;

  while (size > 0)
    {
      gsize length = MIN (data[0] & 0x7F, size - 1);

      time_us += (data[0] & 0x80) != 0 ? 3 * G_USEC_PER_SEC : 0;
      mr_scan_decoder_push (decoder, data + 1, length, time_us);
      n_pushed += length;
      data += 1 + length;
      size -= 1 + length;
      g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), >=, -1);
    }
  mr_scan_decoder_end (decoder);
  g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), ==, -1);
  while ((scan = mr_scan_decoder_pop (decoder)) != NULL)
    {
      g_assert_true (g_utf8_validate (scan->text, -1, NULL));
      g_assert_cmpuint (strlen (scan->text), >, 0);
      n_scanned += (gsize) g_utf8_strlen (scan->text, -1);
      mr_scan_free (scan);
    }
  g_assert_cmpuint (n_scanned, <=, n_pushed);
  mr_scan_decoder_free (decoder);
}
