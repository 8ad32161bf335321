/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-paper.h"

/**
 * VirtualRoll:
 * @answers: DLE EOT, GS r and GS a are understood; FALSE is the cheap clone
 * @confirms: GS r is answered
 * @paper_lines: lines left on the roll, −1 for enough; at 0 it is out and confirms nothing
 * @cover_open: says so, and confirms nothing
 * @lacks_kick_now: DLE DC4 does nothing
 *
 * How it is with a printer. Without paper or with the cover open it is off-line: it does real-time
 * commands (DLE EOT, DLE DC4) and nothing else; what came meanwhile is done when it is well again.
 */
typedef struct
{
  gboolean answers;
  gboolean confirms;
  int paper_lines;
  gboolean cover_open;
  gboolean lacks_kick_now;
} VirtualRoll;

gboolean virtual_roll_is_out_of_order (const VirtualRoll *self);

/**
 * VirtualHead:
 * @said: what the printer answers and tells: to be sent and taken from here
 * @n_kicks: how often the drawer opened
 *
 * What a printer does with the bytes that arrive, by whatever way they come. Not locked.
 */
typedef struct
{
  VirtualPaper *paper; /* (owned) */
  GByteArray *said; /* (owned) */
  guint n_kicks;
  guint n_heard; /* events looked at for real-time commands */
  guint n_seen; /* events done */
  gboolean owes_confirmation;
  int tells; /* GS a's bits */
  int told; /* the trouble that was told last, −1 for nothing yet */
} VirtualHead;

void virtual_head_init (VirtualHead *self, int columns);
void virtual_head_clear (VirtualHead *self);

/* @length may be 0: the roll has changed. Paper is used up in @roll. */
void virtual_head_push (VirtualHead *self, VirtualRoll *roll, const void *bytes, gsize length);

/* What waits to be done is thrown away. */
void virtual_head_forget (VirtualHead *self);
/* How often the drawer will open once the printer is well again. */
guint virtual_head_count_held_kicks (const VirtualHead *self);
