/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/poke-frame.h"

#include <string.h>

#define FINAL 0x80 /* and none of the three reserved bits, as no extension was agreed on */
#define MASKED 0x80
#define HEADER 2
#define MASK 4

MrFrameVerdict
mr_frame_take (const guint8 *bytes, gsize length, MrFrame *frame)
{
  if (length < HEADER)
    return MR_FRAME_NOT_WHOLE;
  frame->length = bytes[1] & 0x7f;
  frame->used = HEADER + MASK + frame->length;
  if (bytes[0] < (FINAL | MR_FRAME_CLOSE) || bytes[0] > (FINAL | MR_FRAME_PONG) ||
      (bytes[1] & MASKED) == 0 || frame->length > MR_FRAME_MAX_PAYLOAD)
    return MR_FRAME_WRONG;
  if (length < frame->used)
    return MR_FRAME_NOT_WHOLE;
  frame->kind = (MrFrameKind) (bytes[0] & 0x0f);
  for (gsize i = 0; i < frame->length; i++)
    frame->payload[i] = bytes[HEADER + MASK + i] ^ bytes[HEADER + i % MASK];
  return MR_FRAME_TAKEN;
}

gsize
mr_frame_put (MrFrameKind kind, const void *payload, gsize length, guint8 out[MR_FRAME_MAX_SENT])
{
  g_assert (length <= MR_FRAME_MAX_PAYLOAD);
  out[0] = (guint8) (FINAL | kind);
  out[1] = (guint8) length;
  if (length > 0)
    memcpy (out + HEADER, payload, length);
  return HEADER + length;
}
