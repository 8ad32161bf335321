/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/scan-keys.h"

#include "device/wedge.h"
#include "till/parts.h"

struct _MrScanKeys
{
  MrSettings *settings; /* (owned) */
  gulong changed_id;
  gulong gap_changed_id;
  guint gap_ms; /* as the settings have it */
  MrWedge *wedge; /* (owned) */
};

static MrWedgeSettings
read_settings (MrSettings *settings)
{
  MrWedgeSettings wedge = MR_WEDGE_SETTINGS_DEFAULT;
  const char *gap = mr_settings_get (settings, MR_SETTING_WEDGE_GAP);
  if (*gap != '\0')
    wedge.gap_ms = (guint) g_ascii_strtoull (gap, NULL, 10);
  wedge.scanner_is_us = mr_settings_get_flag (settings, MR_SETTING_SCANNER_US);
  return wedge;
}

static void
on_settings_changed (MrSettings *settings, const char *name, gpointer user_data)
{
  MrScanKeys *self = user_data;
  MrWedgeSettings wedge = read_settings (settings);
  self->gap_ms = wedge.gap_ms;
  mr_wedge_set_settings (self->wedge, &wedge);
}

MrScanKeys *
mr_scan_keys_new (MrSettings *settings)
{
  MrScanKeys *self = g_new0 (MrScanKeys, 1);
  MrWedgeSettings wedge = read_settings (settings);
  self->settings = g_object_ref (settings);
  self->gap_ms = wedge.gap_ms;
  self->wedge = mr_wedge_new (&wedge);
  self->changed_id = g_signal_connect (settings, "changed::" MR_SETTING_SCANNER_US,
                                       G_CALLBACK (on_settings_changed), self);
  self->gap_changed_id = g_signal_connect (settings, "changed::" MR_SETTING_WEDGE_GAP,
                                           G_CALLBACK (on_settings_changed), self);
  return self;
}

void
mr_scan_keys_free (MrScanKeys *self)
{
  if (self == NULL)
    return;
  g_clear_signal_handler (&self->changed_id, self->settings);
  g_clear_signal_handler (&self->gap_changed_id, self->settings);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->wedge, mr_wedge_free);
  g_free (self);
}

/* A till that is started again knows its scanner. */
static void
keep_gap (MrScanKeys *self)
{
  guint gap_ms = mr_wedge_get_gap_ms (self->wedge);
  g_autofree char *value = NULL;
  if (gap_ms == self->gap_ms)
    return;
  value = g_strdup_printf ("%u", gap_ms);
  mr_settings_set_async (self->settings, MR_SETTING_WEDGE_GAP, value, NULL, NULL);
}

MrScanKeysVerdict
mr_scan_keys_press (MrScanKeys *self, const MrScanKey *key)
{
  MrKeyPress press = {
    .keyval = key->keyval,
    .character = key->character,
    .keycode = key->keycode,
    .time_ms = key->time_ms,
    .shift = key->shift,
    .control = key->control,
    .alt = key->alt,
  };
  MrWedgeVerdict verdict = mr_wedge_key (self->wedge, &press);
  keep_gap (self);
  switch (verdict)
    {
    case MR_WEDGE_HOLD:
      return MR_SCAN_KEYS_HOLD;
    case MR_WEDGE_CONSUME:
      return MR_SCAN_KEYS_CONSUME;
    case MR_WEDGE_PASS:
    default:
      return MR_SCAN_KEYS_PASS;
    }
}

void
mr_scan_keys_trim (MrSettings *settings, MrScan *scan)
{
  mr_scan_trim (scan, mr_settings_get (settings, MR_SETTING_SCAN_PREFIX),
                mr_settings_get (settings, MR_SETTING_SCAN_SUFFIX));
}

MrScanKeysEvent
mr_scan_keys_pop (MrScanKeys *self, char **code, MrScanKey *typed)
{
  MrWedgeEvent event;
  if (!mr_wedge_pop (self->wedge, &event))
    return MR_SCAN_KEYS_NOTHING;
  if (event.kind == MR_WEDGE_SCANNED)
    {
      mr_scan_keys_trim (self->settings, event.scan);
      *code = g_strdup (event.scan->text);
      mr_scan_free (event.scan);
      return MR_SCAN_KEYS_SCANNED;
    }
  *typed = (MrScanKey){
    .keyval = event.key.keyval,
    .character = event.key.character,
    .keycode = event.key.keycode,
    .time_ms = event.key.time_ms,
    .shift = event.key.shift,
    .control = event.key.control,
    .alt = event.key.alt,
  };
  return MR_SCAN_KEYS_TYPED;
}

int
mr_scan_keys_next_deadline_ms (MrScanKeys *self)
{
  return mr_wedge_next_deadline_ms (self->wedge);
}

void
mr_scan_keys_timeout (MrScanKeys *self)
{
  mr_wedge_timeout (self->wedge);
}
