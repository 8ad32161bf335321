/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/wedge-timing.h"

#include "model/barcode.h"

#include <string.h>

#define MIN_DIGITS 8
#define N_TO_WIDEN 3
#define N_TO_NARROW 50
/* Event times are whole milliseconds, and systems handle keys some at a time. */
#define EVEN_SLACK_MS 8

gboolean
mr_wedge_timing_is_even (guint32 least_ms, guint32 most_ms)
{
  return most_ms <= least_ms + least_ms / 2 + EVEN_SLACK_MS;
}

static void
begin (MrWedgeTiming *self)
{
  self->n_digits = 0;
  self->least_ms = G_MAXUINT32;
  self->most_ms = 0;
}

void
mr_wedge_timing_see (MrWedgeTiming *self, gunichar character, guint32 time_ms)
{
  guint32 gap_ms = time_ms - self->last_ms;

  if (character < '0' || character > '9')
    {
      begin (self);
      return;
    }
  if (self->n_digits == 0 || gap_ms > MR_WEDGE_SLOW_MS)
    begin (self);
  else if (self->n_digits > 1)
    {
      self->least_ms = MIN (self->least_ms, gap_ms);
      self->most_ms = MAX (self->most_ms, gap_ms);
    }
  if (self->n_digits < sizeof self->digits - 1)
    self->digits[self->n_digits] = (char) character;
  self->n_digits++;
  self->last_ms = time_ms;
}

static gboolean
is_barcode (MrWedgeTiming *self)
{
  MrBarcode barcode;

  if (self->n_digits < MIN_DIGITS || self->n_digits >= sizeof self->digits)
    return FALSE;
  self->digits[self->n_digits] = '\0';
  /* A key that is held down repeats as evenly. */
  if (strspn (self->digits, (char[]){ self->digits[0], '\0' }) == self->n_digits)
    return FALSE;
  return mr_barcode_parse (self->digits, &barcode) && barcode.kind != MR_BARCODE_TEXT;
}

static void
learn (MrWedgeTiming *self)
{
  if (self->most_ms > MR_WEDGE_FAST_MS / 2)
    self->n_fast = 0;
  else
    self->n_fast++;
  if (self->most_ms > self->gap_ms)
    self->n_slow++;
  if (self->n_slow >= N_TO_WIDEN)
    {
      self->gap_ms = MIN (self->most_ms + self->most_ms / 4, MR_WEDGE_SLOW_MS);
      self->n_slow = 0;
    }
  else if (self->n_fast >= N_TO_NARROW)
    {
      self->gap_ms = MIN (self->gap_ms, MR_WEDGE_FAST_MS);
      self->n_slow = 0;
      self->n_fast = 0;
    }
}

void
mr_wedge_timing_end (MrWedgeTiming *self, guint32 time_ms)
{
  if (time_ms - self->last_ms <= 2 * MR_WEDGE_SLOW_MS && is_barcode (self) &&
      mr_wedge_timing_is_even (self->least_ms, self->most_ms))
    learn (self);
  begin (self);
}
