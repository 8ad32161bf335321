/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz-scan.h"

/* Reports of a keyboard. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  fuzz_scan_decoder (mr_scan_decoder_new_keyboard (FALSE), data, size);
  return 0;
}
