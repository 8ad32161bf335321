/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scan-decoder.h"

#include <string.h>

/*
 * Reports of a HID POS scanner. Where no descriptor tells the layout, one of two is met:
 *
 *   [0] id 2  [1] length  [2..4] AIM identifier  [5..60] data  [63] bit 0: goes on
 *   the same, with the AIM identifier and the data one byte later
 */

typedef struct
{
  MrScanDecoder decoder;
  MrHidScanner layout;
  gboolean is_known; /* the layout is the device's own word */
  char aim[3]; /* of the code under way */
} HidPos;

static const MrHidScanner first_layout = {
  .report_id = 2,
  .count = { 8 * 1, 8 },
  .aim = { { 8 * 2, 8 }, { 8 * 3, 8 }, { 8 * 4, 8 } },
  .data = { 8 * 5, 8 * 56 },
  .continued = { 8 * 63, 1 },
};
static const MrHidScanner second_layout = {
  .report_id = 2,
  .count = { 8 * 1, 8 },
  .aim = { { 8 * 3, 8 }, { 8 * 4, 8 }, { 8 * 5, 8 } },
  .data = { 8 * 6, 8 * 56 },
  .continued = { 8 * 63, 1 },
};

static gboolean
is_aim (const char *aim)
{
  return aim[0] == ']' && g_ascii_isalpha (aim[1]) && g_ascii_isalnum (aim[2]);
}

static void
read_aim (const MrHidScanner *layout, const guint8 *report, gsize length, char *aim)
{
  for (guint i = 0; i < 3; i++)
    aim[i] = (char) mr_hid_field_read (&layout->aim[i], report, length);
}

static const MrHidScanner *
choose_layout (const HidPos *self, const guint8 *report, gsize length)
{
  char aim[3];

  if (self->is_known)
    return &self->layout;
  read_aim (&second_layout, report, length, aim);
  if (length > 2 && report[2] != ']' && is_aim (aim))
    return &second_layout;
  return &first_layout;
}

/* FALSE when the report contradicts itself: no code is better than another one. */
static gboolean
find_data (const MrHidScanner *layout, const guint8 *report, gsize length, const guint8 **data,
           gsize *n_data)
{
  gsize begin = layout->data.bit / 8;
  gsize room = layout->data.n_bits / 8;

  if (begin > length)
    return FALSE;
  room = MIN (room, length - begin);
  *data = report + begin;
  *n_data = layout->count.n_bits > 0 ? mr_hid_field_read (&layout->count, report, length) : room;
  if (*n_data > room)
    return FALSE;
  while (*n_data > 0 && (*data)[*n_data - 1] == '\0')
    (*n_data)--;
  return TRUE;
}

/* The identifier goes before the first piece of a code. */
static void
take_aim (HidPos *self, const MrHidScanner *layout, const guint8 *report, gsize length,
          const guint8 *data, gsize n_data)
{
  MrScanDecoder *decoder = &self->decoder;
  char aim[3];

  if (decoder->is_spoilt)
    return;
  read_aim (layout, report, length, aim);
  /* Another kind of code: the rest of the one before never came. */
  if (decoder->held->len > 0 && is_aim (aim) && memcmp (aim, self->aim, sizeof aim) != 0)
    mr_scan_decoder_drop (decoder);
  if (decoder->held->len > 0 || n_data == 0)
    return;
  memcpy (self->aim, aim, sizeof aim);
  if (is_aim (aim) && (n_data < sizeof aim || memcmp (data, aim, sizeof aim) != 0))
    mr_scan_decoder_hold (decoder, aim, sizeof aim);
}

static gboolean
is_last (const MrHidScanner *layout, const guint8 *report, gsize length)
{
  return mr_hid_field_read (&layout->continued, report, length) == 0;
}

/* It does not say whether more comes. */
static gboolean
is_cut_off (const MrHidScanner *layout, gsize length)
{
  return layout->continued.n_bits > 0 && layout->continued.bit / 8 >= length;
}

static void
push_report (MrScanDecoder *decoder, const guint8 *report, gsize length)
{
  HidPos *self = (HidPos *) decoder;
  const MrHidScanner *layout = choose_layout (self, report, length);
  const guint8 *data;
  gsize n_data;

  /* A packet without bytes follows a report that filled its packet: it says nothing. */
  if (length == 0 || (layout->report_id != 0 && report[0] != layout->report_id))
    return;
  if (find_data (layout, report, length, &data, &n_data))
    {
      take_aim (self, layout, report, length, data, n_data);
      mr_scan_decoder_hold (decoder, data, n_data);
    }
  else
    mr_scan_decoder_spoil (decoder);
  if (is_last (layout, report, length) && !(decoder->is_spoilt && is_cut_off (layout, length)))
    mr_scan_decoder_finish (decoder);
}

MrScanDecoder *
mr_scan_decoder_new_hid_pos (const MrHidScanner *layout, guint pause_ms)
{
  static const MrScanDecoderClass class = { push_report, mr_scan_decoder_drop };
  HidPos *self = (HidPos *) mr_scan_decoder_alloc (sizeof (HidPos), &class, pause_ms);

  if (layout != NULL)
    self->layout = *layout;
  self->is_known = layout != NULL;
  return &self->decoder;
}
