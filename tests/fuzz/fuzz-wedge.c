/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/wedge-timing.h"
#include "device/wedge.h"

#include "fuzz.h"

/* Four bytes a key: kind, character, milliseconds since the last, whether the timer fires between. */
#define KEY_BYTES 4

static MrKeyPress
make_key (const uint8_t *data)
{
  static const guint others[] = {
    0xFF0D, 0xFF8D, 0xFF09, 0xFFE1, 0xFFE3, 0xFFE9, 0xFFC3, 0xFF9E, 0xFFB5,
  };
  MrKeyPress key = { .keyval = data[1], .character = data[1], .keycode = data[1] % 128 };

  if ((data[0] & 0x10) != 0)
    {
      key.keyval = others[data[1] % G_N_ELEMENTS (others)];
      key.character = 0;
    }
  key.shift = (data[0] & 1) != 0;
  key.control = (data[0] & 2) != 0;
  key.alt = (data[0] & 4) != 0;
  return key;
}

/* Events come out whole; a typed key is one that was held, and each held key comes back once or went
 * into a scan. */
static void
take_events (MrWedge *wedge, guint *n_held)
{
  MrWedgeEvent event;

  while (mr_wedge_pop (wedge, &event))
    if (event.kind == MR_WEDGE_SCANNED)
      {
        g_assert_true (g_utf8_validate (event.scan->text, -1, NULL));
        g_assert_true (event.scan->text[0] != '\0');
        g_clear_pointer (&event.scan, mr_scan_free);
      }
    else
      {
        g_assert_cmpuint (*n_held, >, 0);
        (*n_held)--;
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  MrWedgeSettings settings = MR_WEDGE_SETTINGS_DEFAULT;
  g_autoptr (MrWedge) wedge = NULL;
  guint32 time_ms = 0;
  guint n_held = 0;

  settings.scanner_is_us = size > 0 && data[0] % 2 == 1;
  settings.gap_ms = size > 1 && data[1] % 2 == 1 ? MR_WEDGE_SLOW_MS : MR_WEDGE_FAST_MS;
  wedge = mr_wedge_new (&settings);
  for (; size >= KEY_BYTES; data += KEY_BYTES, size -= KEY_BYTES)
    {
      MrKeyPress key = make_key (data);

      time_ms += data[2];
      key.time_ms = time_ms;
      if (mr_wedge_key (wedge, &key) == MR_WEDGE_HOLD)
        n_held++;
      g_assert_cmpint (mr_wedge_next_deadline_ms (wedge) >= 0, <=, n_held > 0);
      if (data[3] % 8 == 0)
        mr_wedge_timeout (wedge);
      take_events (wedge, &n_held);
    }
  mr_wedge_timeout (wedge);
  g_assert_cmpint (mr_wedge_next_deadline_ms (wedge), ==, -1);
  take_events (wedge, &n_held);
  return 0;
}
