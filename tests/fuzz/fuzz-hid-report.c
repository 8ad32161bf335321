/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz-scan.h"

#include "scanner-reports.h"

/* Reports of a HID POS scanner; the first byte says which layout it told of. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const guint8 *descriptors[] = { NULL, scanner_descriptor, scanner_descriptor_late };
  const gsize lengths[] = { 0, scanner_descriptor_length, scanner_descriptor_late_length };
  MrHidScanner layout;
  guint which;

  if (size == 0)
    return 0;
  which = data[0] % 3;
  if (which > 0)
    g_assert_true (mr_hid_scanner_parse (descriptors[which], lengths[which], &layout));
  fuzz_scan_decoder (mr_scan_decoder_new_hid_pos (which > 0 ? &layout : NULL, 2000), data + 1,
                     size - 1);
  return 0;
}
