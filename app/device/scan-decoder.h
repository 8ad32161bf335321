/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/hid-descriptor.h"
#include "device/scan.h"

G_BEGIN_DECLS

/**
 * MrScanDecoder:
 *
 * Makes scans of what a scanner sends, piece by piece as it was read:
 *
 *   mr_scan_decoder_push (decoder, bytes, length, time_us);
 *   while ((scan = mr_scan_decoder_pop (decoder)) != NULL)
 *     …
 *   wait = mr_scan_decoder_get_wait_ms (decoder);   then, if >= 0 and nothing more came in so many
 *                                                   ms: mr_scan_decoder_end(), pop. Better in several
 *                                                   short waits: a computer that stands still is no pause
 *
 * Pure; one thread.
 */
typedef struct _MrScanDecoder MrScanDecoder;

/* Longer than any pause inside one code, shorter than between two: of a scanner that has nothing but pauses to end its
 * codes. */
#define MR_SCAN_PAUSE_MS 300
/* Of one that ends them itself, as nearly all do, and of one that has not sent any yet: what this computer reads
 * haltingly is not cut in two. And of HID POS, where no pause ends a good code: long, since the rest of one that
 * was given up looks like one. */
#define MR_SCAN_PAUSE_LONG_MS 2000

/* Reports of a HID POS scanner, one a push, with the layout its descriptor tells of; NULL: the two layouts
 * that are known. A code that is not whole after @pause_ms is dropped: half of one is another. */
MrScanDecoder *mr_scan_decoder_new_hid_pos (const MrHidScanner *layout, guint pause_ms)
    G_GNUC_WARN_UNUSED_RESULT;
/* Reports of a boot keyboard, one a push: characters as an American keyboard has them, whatever the
 * system's layout, input method or Caps Lock. Enter, Tab or a pause ends a code. @is_patient: it is not known to end
 * its codes by a pause alone. */
MrScanDecoder *mr_scan_decoder_new_keyboard (gboolean is_patient) G_GNUC_WARN_UNUSED_RESULT;
/* Bytes of a serial line. CR, LF, both or a pause ends a code. */
MrScanDecoder *mr_scan_decoder_new_stream (gboolean is_patient) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE once a pause ended a code; TRUE again once an end of its own did. */
gboolean mr_scan_decoder_is_patient (const MrScanDecoder *self);
void mr_scan_decoder_free (MrScanDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrScanDecoder, mr_scan_decoder_free)

/* @time_us: when it was read, on any clock that does not go back */
void mr_scan_decoder_push (MrScanDecoder *self, const guint8 *bytes, gsize length, gint64 time_us);
/* −1 when no code is under way. */
int mr_scan_decoder_get_wait_ms (const MrScanDecoder *self);
void mr_scan_decoder_end (MrScanDecoder *self);
/* The oldest scan not yet taken; NULL when there is none. Give. */
MrScan *mr_scan_decoder_pop (MrScanDecoder *self) G_GNUC_WARN_UNUSED_RESULT;

/* What the decoders themselves use. */
typedef struct
{
  void (*push) (MrScanDecoder *self, const guint8 *bytes, gsize length);
  void (*end) (MrScanDecoder *self); /* a pause: what is held is all there will be */
} MrScanDecoderClass;

struct _MrScanDecoder
{
  const MrScanDecoderClass *class;
  guint pause_ms;
  GByteArray *held; /* (owned): of the code under way */
  gboolean is_spoilt; /* too long, or a piece is missing: dropped up to its end */
  gboolean is_patient; /* its codes have an end of their own, as far as is known */
  gint64 last_us;
  GQueue scans; /* (owned): MrScan */
};

/* @size: of the struct that begins with it */
MrScanDecoder *mr_scan_decoder_alloc (gsize size, const MrScanDecoderClass *class, guint pause_ms);
void mr_scan_decoder_hold (MrScanDecoder *self, const void *bytes, gsize length);
/* The end of a code, as the scanner sends it. */
void mr_scan_decoder_terminate (MrScanDecoder *self);
/* What is held was a code. */
void mr_scan_decoder_finish (MrScanDecoder *self);
void mr_scan_decoder_drop (MrScanDecoder *self);
/* What is held is no code, nor is what still comes of it. */
void mr_scan_decoder_spoil (MrScanDecoder *self);

G_END_DECLS
