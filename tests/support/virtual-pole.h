/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * VirtualPole:
 *
 * A customer display of two rows of twenty columns at the far end of a pty. Strict: a byte or command that it
 * does not know, or half a hanzi over the edge, ends the test.
 */
typedef struct
{
  int master;
  int slave; /* held, so that the node stays when nobody else has it */
  char path[128];
  char cells[2][20 * 4 + 1]; /* each row as UTF-8 */
  gboolean has_chinese;
  int table; /* by ESC t; −1 = none */
  gboolean is_dark; /* by CLR, until something is written */
  guint n_rows_written;

  guint8 rows[2][20];
  guint8 pending[4]; /* of a command under way */
  guint n_pending;
  guint x;
  guint y;
} VirtualPole;

void virtual_pole_plug (VirtualPole *self, gboolean has_chinese);
void virtual_pole_unplug (VirtualPole *self);
/* Takes bytes as from the line. */
void virtual_pole_take (VirtualPole *self, const guint8 *bytes, gsize length);
/* Takes what has come over the line. */
void virtual_pole_read (VirtualPole *self);
/* Lets the main context turn until it shows these two rows (without spaces at their ends). */
void virtual_pole_await (VirtualPole *self, const char *upper, const char *lower);
/* Until it is dark. */
void virtual_pole_await_dark (VirtualPole *self);
