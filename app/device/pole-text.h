/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define MR_POLE_COLUMNS 20
#define MR_POLE_ROWS 2

/**
 * MrPoleText:
 *
 * Writes what a pole display of two rows of twenty columns shows, in the commands that Epson's DM-D
 * displays and their many clones share (manual "DM-D110/210", the commands of ESC/POS for displays):
 * ESC t (table), US C (cursor), US $ (where to), CLR. Each frame writes both rows whole, so nothing has to be
 * cleared first, nothing flickers, and one that was switched off meanwhile is right again.
 *
 * What a display can show is one of: "ascii"; "gb18030", as Chinese displays with a font take it, two
 * columns a hanzi; "N:CHARSET", a table of its own by number and what is in it ("16:CP1252").
 * Immutable; any thread.
 */
typedef struct _MrPoleText MrPoleText;

/* One row: @right at its end, always whole if it fits at all; @left before it, cut between characters. */
typedef struct
{
  const char *left;
  const char *right;
} MrPoleRow;

/* NULL with G_IO_ERROR_INVALID_ARGUMENT. */
MrPoleText *mr_pole_text_new (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void mr_pole_text_free (MrPoleText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPoleText, mr_pole_text_free)

/* Whether it has all of @text; for the rest it shows "?". */
gboolean mr_pole_text_can_show (const MrPoleText *self, const char *text);
/* The bytes that show @rows. Give. */
GBytes *mr_pole_text_new_frame (const MrPoleText *self, const MrPoleRow rows[MR_POLE_ROWS])
    G_GNUC_WARN_UNUSED_RESULT;
/* The bytes that leave it dark. Give. */
GBytes *mr_pole_text_new_blank (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
