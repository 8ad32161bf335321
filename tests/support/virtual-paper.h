/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  VIRTUAL_INIT,
  VIRTUAL_TEXT, /* text; a: 1 when of a code table, a column a letter */
  VIRTUAL_LINE, /* the line ends */
  VIRTUAL_STYLE, /* a: style bits of ESC !, b: of FS ! or −1 */
  VIRTUAL_ALIGN, /* a: 0 left, 1 centre, 2 right */
  VIRTUAL_FEED, /* a: lines */
  VIRTUAL_CUT, /* a: 'A' full, 'B' partial */
  VIRTUAL_KICK, /* a: connector pin 2 or 5 */
  VIRTUAL_KICK_NOW, /* DLE DC4: the same, done when it arrives */
  VIRTUAL_IMAGE, /* a × b dots, bytes */
  VIRTUAL_BARCODE, /* a: the m of GS k, b: height, text */
  VIRTUAL_QR, /* a: module dots, text */
  VIRTUAL_LOGO, /* a: its number */
  VIRTUAL_STATUS, /* DLE EOT a: answered at once */
  VIRTUAL_CONFIRM, /* GS r: answered when all before it is printed */
  VIRTUAL_AUTOMATIC, /* GS a a: from now on the printer tells by itself what changes */
  VIRTUAL_SETTING, /* text: something that leaves no mark by itself */
  VIRTUAL_ERROR, /* text: what no printer should be sent */
} VirtualEventKind;

typedef struct
{
  VirtualEventKind kind;
  gsize offset; /* of its first byte */
  int a;
  int b;
  char *text; /* (owned) (nullable) */
  GBytes *bytes; /* (owned) (nullable): dots of an image, rows of (a + 7) / 8 bytes */
} VirtualEvent;

/**
 * VirtualPaper:
 *
 * Reads ESC/POS as the strictest printer would, written from the manuals and not from the encoder it
 * judges: a byte it does not know, half a hanzi, text wider than the paper, or a picture that speaks
 * to the printer is an error event. Takes bytes as they come, in any pieces.
 */
typedef struct _VirtualPaper VirtualPaper;

/* @columns: of the paper, 32 or 48. */
VirtualPaper *virtual_paper_new (int columns);
/* Whose code tables it has, as virtual_code_table_find() says; @kind must live as long. Epson's unless said. */
void virtual_paper_set_kind (VirtualPaper *self, const char *kind);
void virtual_paper_free (VirtualPaper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualPaper, virtual_paper_free)

void virtual_paper_push (VirtualPaper *self, const void *bytes, gsize length);
/* No more comes: half a command is an error. */
void virtual_paper_end (VirtualPaper *self);

/* What it has not understood to its end is thrown away; the next byte begins anew. */
void virtual_paper_forget (VirtualPaper *self);

guint virtual_paper_get_n_events (VirtualPaper *self);
const VirtualEvent *virtual_paper_get_event (VirtualPaper *self, guint index);
guint virtual_paper_count (VirtualPaper *self, VirtualEventKind kind);

/* One line an event: golden files. Give. */
char *virtual_paper_dup_events (VirtualPaper *self);
/* What a person reads: text, indented where it is centred or at the right, "[qr …]", "[cut]" … Give. */
char *virtual_paper_dup_text (VirtualPaper *self);
/* The first error, NULL for none. Give. */
char *virtual_paper_dup_error (VirtualPaper *self);

/* All of the above for one whole job. */
VirtualPaper *virtual_paper_read (GBytes *job, int columns);
