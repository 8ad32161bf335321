/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/scan.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrKeyPress:
 * @keyval: the X keysym (what GDK calls the key value)
 * @character: the character that key makes, 0 for none (gdk_keyval_to_unicode())
 * @keycode: the hardware key code as X counts them (evdev + 8), 0 when not known
 * @time_ms: the time of the *event*, not of its arrival: a stall of our own loop must not look like
 *   a slow scanner. Wraps.
 * @shift, @control, @alt: what was held
 */
typedef struct
{
  guint keyval;
  gunichar character;
  guint keycode;
  guint32 time_ms;
  gboolean shift;
  gboolean control;
  gboolean alt;
} MrKeyPress;

/**
 * MrWedgeSettings:
 * @gap_ms: keys this close belong together, as far as it is known; scanners send every 1 … 30 ms, people press
 *   no faster than every 40 or so. A slower scanner is learnt (device/wedge-timing.h).
 * @min_characters: fewer are a person's keys, 3 or more
 * @enter_ms: an Enter this close to a scanner's last key belongs to the scan, whoever sent it
 * @scanner_is_us: the scanner sends the key positions of an American keyboard, whatever layout the
 *   system has; key codes are read instead of characters
 */
typedef struct
{
  guint gap_ms;
  guint min_characters;
  guint enter_ms;
  gboolean scanner_is_us;
} MrWedgeSettings;

#define MR_WEDGE_SETTINGS_DEFAULT ((MrWedgeSettings){ 35, 4, 100, FALSE })

typedef enum
{
  MR_WEDGE_PASS, /* a person's key: act on it, after what mr_wedge_pop() gives */
  MR_WEDGE_HOLD, /* not known yet: swallow it; it comes back as part of a scan or typed */
  MR_WEDGE_CONSUME, /* belongs to a scan: swallow it */
} MrWedgeVerdict;

typedef enum
{
  MR_WEDGE_SCANNED,
  MR_WEDGE_TYPED,
} MrWedgeEventKind;

typedef struct
{
  MrWedgeEventKind kind;
  MrScan *scan; /* (owned by the receiver) (nullable): with SCANNED */
  MrKeyPress key; /* with TYPED: a held key that was a person's after all */
} MrWedgeEvent;

/**
 * MrWedge:
 *
 * Tells a scanner that pretends to be a keyboard from a person at the same keyboard, by the times of
 * the keys alone. Every key goes through mr_wedge_key() before anything else sees it:
 *
 *   verdict = mr_wedge_key (wedge, &key);
 *   while (mr_wedge_pop (wedge, &event))
 *     … a scan, or a key that was held and is typed after all …
 *   if (verdict == MR_WEDGE_PASS)
 *     … the key itself …
 *   wait = mr_wedge_next_deadline_ms (wedge);   then, if >= 0, in so many ms: mr_wedge_timeout(), pop
 *
 * The timer must have a lower priority than key events, so that after a stall of the loop the keys
 * that wait are seen before it fires. No key is lost and none comes twice: each is passed at once,
 * comes back typed, or is in a scan (or is its terminator). A person's key waits 2 × gap_ms at most.
 *
 * Pure; one thread.
 */
typedef struct _MrWedge MrWedge;

MrWedge *mr_wedge_new (const MrWedgeSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
void mr_wedge_free (MrWedge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrWedge, mr_wedge_free)

/* Takes effect with the next run of keys; strings are copied. */
void mr_wedge_set_settings (MrWedge *self, const MrWedgeSettings *settings);

/* What was learnt so far: put it into the settings of the next one. */
guint mr_wedge_get_gap_ms (const MrWedge *self);

MrWedgeVerdict mr_wedge_key (MrWedge *self, const MrKeyPress *key) G_GNUC_WARN_UNUSED_RESULT;

/* In how many milliseconds, counted from the last mr_wedge_key(), mr_wedge_timeout() is due; −1 when
 * nothing is held. */
int mr_wedge_next_deadline_ms (const MrWedge *self);

/* No key came in time: decides about what is held. */
void mr_wedge_timeout (MrWedge *self);

/* The oldest event not yet taken. FALSE when there is none. */
gboolean mr_wedge_pop (MrWedge *self, MrWedgeEvent *event) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
