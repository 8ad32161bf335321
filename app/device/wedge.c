/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/wedge.h"

#include "device/alt-number.h"
#include "device/wedge-timing.h"
#include "model/barcode.h"

#include <string.h>

/* X keysyms (X11/keysymdef.h); the numbers are fixed for ever. */
#define KEY_TAB 0xFF09
#define KEY_LINEFEED 0xFF0A
#define KEY_RETURN 0xFF0D
#define KEY_KP_TAB 0xFF89
#define KEY_KP_ENTER 0xFF8D
#define KEY_ISO_LEFT_TAB 0xFE20
#define KEY_ALT_LEFT 0xFFE9
#define KEY_ALT_RIGHT 0xFFEA
#define KEY_META_LEFT 0xFFE7
#define KEY_META_RIGHT 0xFFE8

#define GS 0x1D
#define RS 0x1E

/* No barcode is longer: a QR code holds 7089 digits. */
#define MAX_RUN 8192
/* A held key repeats at 20 to 40 ms; a scanner that reads 8888 sends faster than this. */
#define REPEAT_GAP_MS 8
/* So many keys at an even beat are a scanner's, though as slow as fast fingers. */
#define MIN_SLOW_RUN 8
/* A person's key just before a scan stands out from the scanner's even beat by at least this. */
#define STRAY_GAP_MS 15

typedef struct
{
  MrKeyPress key;
  guint32 gap_ms; /* since the event before, modifiers included */
  gboolean after_alt; /* Alt was pressed anew before this key: a new number begins */
} HeldKey;

struct _MrWedge
{
  MrWedgeSettings settings;
  MrWedgeTiming timing;

  GArray *run; /* (owned): HeldKey: keys that follow each other closely, not decided yet */
  guint32 last_ms; /* event time of the last of them, modifiers included */
  gboolean alt_pressed;
  gboolean too_long; /* the run was longer than any code, and is dropped as it comes */

  gboolean has_scanned;
  guint32 scanned_ms; /* event time of the last key of the last scan, its Enter aside */

  GArray *events; /* (owned): MrWedgeEvent */
  guint n_popped;
};

/* The characters of an American keyboard by X key code. */
static const char us_plain[] =
    "..........1234567890-=..qwertyuiop[]..asdfghjkl;'`.\\zxcvbnm,./.*. .............789-456+1230.";
static const char us_shifted[] =
    "..........!@#$%^&*()_+..QWERTYUIOP{}..ASDFGHJKL:\"~.|ZXCVBNM<>?.*. .............789-456+1230.";

static char
get_us_character (const MrKeyPress *key)
{
  gboolean is_known =
      (key->keycode >= 10 && key->keycode <= 21) || (key->keycode >= 24 && key->keycode <= 35) ||
      (key->keycode >= 38 && key->keycode <= 49) || (key->keycode >= 51 && key->keycode <= 61) ||
      key->keycode == 63 || key->keycode == 65 || (key->keycode >= 79 && key->keycode <= 91);

  if (key->keycode == 106)
    return '/';
  if (!is_known)
    return '\0';
  return key->shift ? us_shifted[key->keycode] : us_plain[key->keycode];
}

MrWedge *
mr_wedge_new (const MrWedgeSettings *settings)
{
  MrWedge *self = g_new0 (MrWedge, 1);

  self->run = g_array_new (FALSE, FALSE, sizeof (HeldKey));
  self->events = g_array_new (FALSE, FALSE, sizeof (MrWedgeEvent));
  mr_wedge_set_settings (self, settings);
  return self;
}

void
mr_wedge_free (MrWedge *self)
{
  MrWedgeEvent event;

  while (mr_wedge_pop (self, &event))
    g_clear_pointer (&event.scan, mr_scan_free);
  g_array_unref (self->run);
  g_array_unref (self->events);
  g_free (self);
}

void
mr_wedge_set_settings (MrWedge *self, const MrWedgeSettings *settings)
{
  self->settings = *settings;
  self->settings.min_characters = MAX (3, settings->min_characters);
  self->timing.gap_ms = MIN (settings->gap_ms, MR_WEDGE_SLOW_MS);
}

guint
mr_wedge_get_gap_ms (const MrWedge *self)
{
  return self->timing.gap_ms;
}

static const HeldKey *
get_held (const MrWedge *self, guint index)
{
  return &g_array_index (self->run, HeldKey, index);
}

/* Shift, Control, Caps Lock …: come on their own between the keys they change. */
static gboolean
is_modifier (guint keyval)
{
  return (keyval >= 0xFFE1 && keyval <= 0xFFEE) || (keyval >= 0xFE01 && keyval <= 0xFE13) ||
         keyval == 0xFF7E || keyval == 0xFF7F;
}

static gboolean
is_alt (guint keyval)
{
  return keyval == KEY_ALT_LEFT || keyval == KEY_ALT_RIGHT || keyval == KEY_META_LEFT ||
         keyval == KEY_META_RIGHT;
}

static gboolean
is_terminator (const MrKeyPress *key)
{
  switch (key->keyval)
    {
    case KEY_RETURN:
    case KEY_KP_ENTER:
    case KEY_LINEFEED:
    case KEY_TAB:
    case KEY_KP_TAB:
    case KEY_ISO_LEFT_TAB:
      return TRUE;
    default:
      /* Scanners that send control characters: Ctrl+M and Ctrl+J are CR and LF. */
      return key->control &&
             (key->keyval == 'j' || key->keyval == 'm' || key->keyval == 'J' || key->keyval == 'M');
    }
}

/* The digit of a keypad key, with Num Lock or without; −1 for another key. */
static int
get_alt_digit (const MrKeyPress *key)
{
  static const gint8 without_num_lock[] = {
    7, 4, 8, 6, 2, 9, 3, 1, 5, 0
  }; /* KP_Home … KP_Insert */

  if (key->keyval >= 0xFF95 && key->keyval <= 0xFF9E)
    return without_num_lock[key->keyval - 0xFF95];
  if (key->keyval >= 0xFFB0 && key->keyval <= 0xFFB9)
    return (int) (key->keyval - 0xFFB0);
  if (key->keyval >= '0' && key->keyval <= '9')
    return (int) (key->keyval - '0');
  return -1;
}

/* What the key adds to a code: a character, 0 for nothing. */
static gunichar
get_character (const MrWedge *self, const MrKeyPress *key)
{
  gunichar character = key->character;

  if (self->settings.scanner_is_us && get_us_character (key) != '\0')
    character = (gunichar) get_us_character (key);
  if (key->control)
    {
      /* GS and RS as the control keys they are in ASCII. */
      if (character == ']' || character == GS)
        return GS;
      if (character == '^' || character == '6' || character == RS)
        return RS;
      return 0;
    }
  if (character == GS || character == RS)
    return character;
  return character < 0x20 || character == 0x7F ? 0 : character;
}

static gboolean
may_be_scanned (const MrWedge *self, const MrKeyPress *key)
{
  if (key->alt)
    return get_alt_digit (key) >= 0;
  return get_character (self, key) != 0;
}

/* Between two event times that may wrap; one that went back a little counts as none. */
static guint32
get_gap_ms (guint32 before_ms, guint32 after_ms)
{
  gint32 gap = (gint32) (after_ms - before_ms);

  return gap < 0 && gap > -1000 ? 0 : (guint32) gap;
}

static void
add_event (MrWedge *self, MrWedgeEvent event)
{
  g_array_append_val (self->events, event);
}

static void
give_back (MrWedge *self, guint n_keys)
{
  for (guint i = 0; i < n_keys; i++)
    add_event (self, (MrWedgeEvent){ MR_WEDGE_TYPED, NULL, get_held (self, i)->key });
  g_array_remove_range (self->run, 0, n_keys);
}

/* What the held keys from @first on spell. */
static GString *
spell (const MrWedge *self, guint first)
{
  GString *text = g_string_new (NULL);
  guint number = 0;
  gboolean in_number = FALSE;

  for (guint i = first; i < self->run->len; i++)
    {
      const HeldKey *held = get_held (self, i);

      if (in_number && (!held->key.alt || held->after_alt))
        {
          mr_alt_number_append (text, number);
          in_number = FALSE;
        }
      if (held->key.alt)
        {
          number = (in_number ? MIN (number, 99999) * 10 : 0) + (guint) get_alt_digit (&held->key);
          in_number = TRUE;
        }
      else
        g_string_append_unichar (text, get_character (self, &held->key));
    }
  if (in_number)
    mr_alt_number_append (text, number);
  return text;
}

static gboolean
is_key_held_down (const MrWedge *self)
{
  const MrKeyPress *first = &get_held (self, 0)->key;
  const MrKeyPress *last = &get_held (self, self->run->len - 1)->key;

  for (guint i = 1; i < self->run->len; i++)
    if (get_held (self, i)->key.keyval != first->keyval)
      return FALSE;
  return get_gap_ms (first->time_ms, last->time_ms) >= REPEAT_GAP_MS * (self->run->len - 1);
}

/* Fast enough for no hand, or long and as even as no hand. */
static gboolean
has_scanners_beat (const MrWedge *self)
{
  guint32 least_ms = G_MAXUINT32;
  guint32 most_ms = 0;

  /* The first gap may be a radio waking up. */
  for (guint i = 1; i < self->run->len; i++)
    {
      most_ms = MAX (most_ms, get_held (self, i)->gap_ms);
      if (i > 1)
        least_ms = MIN (least_ms, get_held (self, i)->gap_ms);
    }
  return most_ms <= MR_WEDGE_FAST_MS ||
         (self->run->len >= MIN_SLOW_RUN && mr_wedge_timing_is_even (least_ms, most_ms));
}

static gboolean
is_scan (const MrWedge *self)
{
  return self->run->len >= self->settings.min_characters && !is_key_held_down (self) &&
         has_scanners_beat (self);
}

static gboolean
is_checked_code (const GString *text)
{
  MrBarcode barcode;

  return mr_barcode_parse (text->str, &barcode) && barcode.kind != MR_BARCODE_TEXT;
}

/* How many keys at the front are a person's that happened to come just before the scanner's: they
 * stand apart, and without them, but not with them, the check digit is right. */
static guint
count_stray_keys (const MrWedge *self)
{
  g_autoptr (GString) whole = spell (self, 0);
  guint limit = self->run->len - self->settings.min_characters;

  if (is_checked_code (whole))
    return 0;
  for (guint i = 0; i < MIN (limit, 3); i++)
    {
      guint32 gap =
          get_gap_ms (get_held (self, i)->key.time_ms, get_held (self, i + 1)->key.time_ms);
      g_autoptr (GString) rest = spell (self, i + 1);

      if (gap >= STRAY_GAP_MS && is_checked_code (rest))
        return i + 1;
    }
  return 0;
}

static void
finish_scan (MrWedge *self)
{
  g_autoptr (GString) text = NULL;
  MrWedgeEvent event = { MR_WEDGE_SCANNED };

  give_back (self, count_stray_keys (self));
  text = spell (self, 0);
  if (!self->too_long)
    event.scan = mr_scan_new (text->str, text->len);
  if (event.scan != NULL)
    add_event (self, event);
  g_array_set_size (self->run, 0);
  self->too_long = FALSE;
  self->has_scanned = TRUE;
  self->scanned_ms = self->last_ms;
}

static void
settle_run (MrWedge *self)
{
  if (self->run->len == 0)
    return;
  if (is_scan (self))
    finish_scan (self);
  else
    give_back (self, self->run->len);
}

/* Where a slow scanner was learnt, a run may be a person's keys and a fast scan after them: settles what is
 * before the last slow gap, as it would be if nothing had been learnt. */
static void
settle_head (MrWedge *self)
{
  while (!has_scanners_beat (self))
    {
      g_autoptr (GArray) rest = NULL;
      guint first;

      for (first = 1; get_held (self, first)->gap_ms <= MR_WEDGE_FAST_MS; first++)
        continue;
      rest = g_array_copy (self->run);
      g_array_remove_range (rest, 0, first);
      g_array_set_size (self->run, first);
      settle_run (self);
      g_array_append_vals (self->run, rest->data, rest->len);
    }
}

static void
settle (MrWedge *self)
{
  settle_head (self);
  settle_run (self);
}

static void
hold (MrWedge *self, const MrKeyPress *key)
{
  HeldKey held = { *key, get_gap_ms (self->last_ms, key->time_ms), self->alt_pressed };

  if (self->run->len < MAX_RUN)
    g_array_append_val (self->run, held);
  else
    self->too_long = TRUE;
  self->last_ms = key->time_ms;
  self->alt_pressed = FALSE;
}

static MrWedgeVerdict
take_terminator (MrWedge *self, const MrKeyPress *key)
{
  gboolean ends_scan;

  mr_wedge_timing_end (&self->timing, key->time_ms);
  settle_head (self);
  ends_scan = self->run->len > 0 && is_scan (self) &&
              get_gap_ms (self->last_ms, key->time_ms) <= self->settings.enter_ms;

  settle_run (self);
  if (ends_scan)
    {
      /* A line feed may follow the carriage return. */
      self->scanned_ms = key->time_ms;
      return MR_WEDGE_CONSUME;
    }
  if (self->has_scanned && get_gap_ms (self->scanned_ms, key->time_ms) <= self->settings.enter_ms)
    return MR_WEDGE_CONSUME;
  return MR_WEDGE_PASS;
}

MrWedgeVerdict
mr_wedge_key (MrWedge *self, const MrKeyPress *key)
{
  gboolean is_close = get_gap_ms (self->last_ms, key->time_ms) <= self->timing.gap_ms;

  if (is_modifier (key->keyval))
    {
      mr_wedge_timing_see (&self->timing, 0, key->time_ms);
      if (is_alt (key->keyval))
        self->alt_pressed = TRUE;
      if (self->run->len > 0 && is_close)
        self->last_ms = key->time_ms;
      return MR_WEDGE_PASS;
    }
  if (is_terminator (key))
    return take_terminator (self, key);
  mr_wedge_timing_see (&self->timing, key->control || key->alt ? 0 : get_character (self, key),
                       key->time_ms);
  if (!is_close || !may_be_scanned (self, key))
    settle (self);
  if (!may_be_scanned (self, key))
    return MR_WEDGE_PASS;
  hold (self, key);
  return MR_WEDGE_HOLD;
}

int
mr_wedge_next_deadline_ms (const MrWedge *self)
{
  if (self->run->len == 0)
    return -1;
  return (int) (is_scan (self) ? self->settings.enter_ms : 2 * self->timing.gap_ms);
}

void
mr_wedge_timeout (MrWedge *self)
{
  settle (self);
}

gboolean
mr_wedge_pop (MrWedge *self, MrWedgeEvent *event)
{
  if (self->n_popped == self->events->len)
    {
      g_array_set_size (self->events, 0);
      self->n_popped = 0;
      return FALSE;
    }
  *event = g_array_index (self->events, MrWedgeEvent, self->n_popped++);
  return TRUE;
}
