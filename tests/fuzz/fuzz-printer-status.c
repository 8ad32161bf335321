/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-status.h"

#include "fuzz.h"

/* Whatever a printer says: an answer is what its fixed bits say, and never more than four bytes wait. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  MrStatusParser parser = { { 0 } };

  for (size_t i = 0; i < size; i++)
    {
      MrStatusKind kind = mr_status_parser_push (&parser, data[i]);

      g_assert_cmpuint (parser.n_bytes, <, 4);
      if (kind == MR_STATUS_REALTIME)
        g_assert_cmpint (data[i] & 0x93, ==, 0x12);
      if (kind == MR_STATUS_QUEUED)
        g_assert_cmpint (data[i] & 0x90, ==, 0);
      if (kind == MR_STATUS_AUTOMATIC)
        g_assert_cmpint (parser.bytes[0] & 0x93, ==, 0x10);
    }
  return 0;
}
