/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-paper.h"

/**
 * VirtualRoll:
 * @answers: DLE EOT, GS r and GS a are understood; FALSE is the cheap clone
 * @confirms: GS r is answered
 * @paper_lines: lines left on the roll, −1 for enough; at 0 it is out and confirms nothing
 * @cover_open: says so, and confirms nothing
 *
 * How it is with a printer.
 */
typedef struct
{
  gboolean answers;
  gboolean confirms;
  int paper_lines;
  gboolean cover_open;
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
  guint n_seen; /* events already acted upon */
  gboolean owes_confirmation;
  int tells; /* GS a's bits */
  int told; /* the trouble that was told last, −1 for nothing yet */
} VirtualHead;

void virtual_head_init (VirtualHead *self, int columns);
void virtual_head_clear (VirtualHead *self);

/* @length may be 0: the roll has changed. Paper is used up in @roll. */
void virtual_head_push (VirtualHead *self, VirtualRoll *roll, const void *bytes, gsize length);
