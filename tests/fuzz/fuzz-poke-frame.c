/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/poke-frame.h"

#include "fuzz.h"

#include <string.h>

/* A till's bytes are the same frames in one piece as byte by byte; and no byte is used twice. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  MrFrame frame, again;
  guint8 put[MR_FRAME_MAX_SENT];
  gsize at = 0;
  MrFrameVerdict verdict;

  while ((verdict = mr_frame_take (data + at, size - at, &frame)) == MR_FRAME_TAKEN)
    {
      g_assert_cmpuint (frame.used, >=, 6);
      g_assert_cmpuint (frame.used, <=, MIN (size - at, (gsize) MR_FRAME_MAX_TAKEN));
      for (gsize length = 0; length < frame.used; length++)
        g_assert_cmpint (mr_frame_take (data + at, length, &again), ==, MR_FRAME_NOT_WHOLE);
      g_assert_cmpuint (mr_frame_put (frame.kind, frame.payload, frame.length, put), ==,
                        frame.used - 4);
      g_assert_cmpmem (put + 2, frame.length, frame.payload, frame.length);
      at += frame.used;
    }
  if (verdict == MR_FRAME_NOT_WHOLE)
    g_assert_cmpuint (size - at, <, MR_FRAME_MAX_TAKEN);
  return 0;
}
