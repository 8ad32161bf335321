/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/settings.h"

G_BEGIN_DECLS

/* A key as the window system tells of it; see MrKeyPress of device/wedge.h. */
typedef struct
{
  guint keyval;
  gunichar character;
  guint keycode;
  guint32 time_ms; /* of the event, not of its arrival */
  gboolean shift;
  gboolean control;
  gboolean alt;
} MrScanKey;

typedef enum
{
  MR_SCAN_KEYS_NOTHING,
  MR_SCAN_KEYS_SCANNED, /* a code was read; every key held so far and not typed belonged to it */
  MR_SCAN_KEYS_TYPED, /* a key that was held is a person's after all */
} MrScanKeysEvent;

/**
 * MrScanKeys:
 *
 * The door through which a window's keys reach the wedge of the device room: which of them are a
 * scanner's, and what was scanned. Use it as MrWedge says. Follows the settings
 * MR_SETTING_SCANNER_US, MR_SETTING_SCAN_PREFIX and MR_SETTING_SCAN_SUFFIX. Main thread.
 */
typedef struct _MrScanKeys MrScanKeys;

MrScanKeys *mr_scan_keys_new (MrSettings *settings);
void mr_scan_keys_free (MrScanKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrScanKeys, mr_scan_keys_free)

/* What happened to a key. */
typedef enum
{
  MR_SCAN_KEYS_PASS, /* a person's: act on it, after what was popped */
  MR_SCAN_KEYS_HOLD, /* keep it: it comes back typed, or was part of a scan */
  MR_SCAN_KEYS_CONSUME, /* a scanner's: forget it */
} MrScanKeysVerdict;

MrScanKeysVerdict mr_scan_keys_press (MrScanKeys *self, const MrScanKey *key);
/* Takes the next thing that is now known; @code (transfer full) with SCANNED, @typed with TYPED. */
MrScanKeysEvent mr_scan_keys_pop (MrScanKeys *self, char **code, MrScanKey *typed);
/* Milliseconds after the last key until mr_scan_keys_timeout() is due; −1 = not at all. */
int mr_scan_keys_next_deadline_ms (MrScanKeys *self);
void mr_scan_keys_timeout (MrScanKeys *self);

G_END_DECLS
