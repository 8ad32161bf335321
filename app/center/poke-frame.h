/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* WebSocket frames (RFC 6455, 5.2) as far as pokes need them: a till sends control frames only, the center
 * control frames and short texts. Nothing here is ever fragmented. */

#define MR_FRAME_MAX_PAYLOAD 125 /* bytes; longer ones have other headers */
#define MR_FRAME_MAX_SENT (2 + MR_FRAME_MAX_PAYLOAD)
#define MR_FRAME_MAX_TAKEN (6 + MR_FRAME_MAX_PAYLOAD)

typedef enum
{
  MR_FRAME_TEXT = 0x1,
  MR_FRAME_CLOSE = 0x8,
  MR_FRAME_PING = 0x9,
  MR_FRAME_PONG = 0xa,
} MrFrameKind;

typedef enum
{
  MR_FRAME_TAKEN,
  MR_FRAME_NOT_WHOLE, /* more is to come */
  MR_FRAME_WRONG, /* nothing a till sends; the connection is of no use any more */
} MrFrameVerdict;

typedef struct
{
  MrFrameKind kind;
  guint8 payload[MR_FRAME_MAX_PAYLOAD];
  gsize length; /* of the payload */
  gsize used; /* bytes of the whole frame */
} MrFrame;

/* The control frame a till's bytes begin with, unmasked. */
MrFrameVerdict mr_frame_take (const guint8 *bytes, gsize length, MrFrame *frame);
/* Writes a frame of the center's; gives its length. @length: at most MR_FRAME_MAX_PAYLOAD. */
gsize mr_frame_put (MrFrameKind kind, const void *payload, gsize length,
                    guint8 out[MR_FRAME_MAX_SENT]);

G_END_DECLS
