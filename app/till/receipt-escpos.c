/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-escpos.h"

#include <string.h>

/* Dots of a QR code's module: large enough for a phone at arm's length. */
#define QR_MODULE_DOTS 5
#define BARCODE_DOTS 64
/* Of 0 … 255: darker is black. */
#define INK_THRESHOLD 128

typedef struct
{
  const MrPaperOptions *options;
  MrEscpos *escpos;
} Pen;

/* Dots of a column; a big one is two. */
static int
get_cell (const Pen *pen, MrReceiptStyle style)
{
  int cell = pen->options->profile->dots / pen->options->profile->columns;

  return (style & MR_RECEIPT_BIG) != 0 ? 2 * cell : cell;
}

/* A part of a line between gaps of two spaces and more. */
typedef struct
{
  char *text; /* (owned) */
  int first; /* column */
  int n_columns;
  guint8 *ink; /* (owned) */
  int height;
} Piece;

static void
clear_piece (gpointer data)
{
  Piece *piece = data;

  g_free (piece->text);
  g_free (piece->ink);
}

/* (element-type Piece) */
static GArray *
split_line (const char *line)
{
  GArray *pieces = g_array_new (FALSE, TRUE, sizeof (Piece));
  const char *start = line;

  g_array_set_clear_func (pieces, clear_piece);
  while (*(start += strspn (start, " ")) != '\0')
    {
      const char *gap = strstr (start, "  ");
      gsize length = gap != NULL ? (gsize) (gap - start) : strlen (start);
      g_autofree char *before = g_strndup (line, (gsize) (start - line));
      Piece piece = { .text = g_strchomp (g_strndup (start, length)) };

      piece.first = mr_columns_width (before);
      piece.n_columns = mr_columns_width (piece.text);
      g_array_append_val (pieces, piece);
      start += length;
    }
  return pieces;
}

/* Draws each piece where its columns are; what ends the line keeps to its right edge. The tallest says
 * how high the line is; 0 when a piece cannot be drawn. */
static int
paint_pieces (const Pen *pen, GArray *pieces, MrReceiptStyle style)
{
  int height = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      Piece *piece = &g_array_index (pieces, Piece, i);
      MrReceiptStyle how = (style & (MR_RECEIPT_BOLD | MR_RECEIPT_BIG)) |
                           (i > 0 && i + 1 == pieces->len ? MR_RECEIPT_RIGHT : MR_RECEIPT_PLAIN);

      if (piece->n_columns == 0)
        continue;
      piece->ink =
          pen->options->painter (piece->text, how, piece->n_columns * get_cell (pen, style),
                                 &piece->height, pen->options->painter_data);
      if (piece->ink == NULL)
        return 0;
      height = MAX (height, piece->height);
    }
  return height;
}

static void
copy_piece (MrRaster *raster, const Piece *piece, int cell)
{
  int width = piece->n_columns * cell;
  int left = piece->first * cell;

  for (int y = 0; y < piece->height; y++)
    for (int x = 0; x < width && left + x < mr_raster_get_width (raster); x++)
      if (piece->ink[y * width + x] >= INK_THRESHOLD)
        mr_raster_set_dot (raster, left + x, y, TRUE);
}

/* A line the printer's fonts do not have, drawn by whoever can, with the layout of a printed one. */
static gboolean
paint_line (const Pen *pen, const char *line, MrReceiptStyle style)
{
  g_autoptr (GArray) pieces = split_line (line);
  g_autoptr (MrRaster) raster = NULL;
  int height;

  if (pen->options->painter == NULL)
    return FALSE;
  height = paint_pieces (pen, pieces, style);
  raster = mr_raster_new (pen->options->profile->dots, height);
  if (raster == NULL)
    return FALSE;
  for (guint i = 0; i < pieces->len; i++)
    copy_piece (raster, &g_array_index (pieces, Piece, i), get_cell (pen, style));
  mr_escpos_align (pen->escpos, MR_ALIGN_LEFT);
  mr_escpos_raster (pen->escpos, raster);
  return TRUE;
}

static void
print_line (const Pen *pen, const char *line, MrReceiptStyle style)
{
  if (*line == '\0')
    mr_escpos_feed (pen->escpos, 1);
  else if (!mr_escpos_line (pen->escpos, line) && !paint_line (pen, line, style))
    mr_escpos_line_lossy (pen->escpos, line);
}

static int
count_columns (const Pen *pen, MrReceiptStyle style)
{
  int columns = pen->options->profile->columns;

  return (style & MR_RECEIPT_BIG) != 0 ? columns / 2 : columns;
}

static void
set_style (const Pen *pen, MrReceiptStyle style)
{
  MrEscposStyle escpos = MR_ESCPOS_PLAIN;

  if ((style & MR_RECEIPT_BOLD) != 0)
    escpos |= MR_ESCPOS_BOLD;
  if ((style & MR_RECEIPT_BIG) != 0)
    escpos |= MR_ESCPOS_DOUBLE_WIDTH | MR_ESCPOS_DOUBLE_HEIGHT;
  mr_escpos_style (pen->escpos, escpos);
}

/* Centred with spaces, not by the printer: then a painted line stands where a printed one would. */
static void
print_text (const Pen *pen, const MrPaperRow *row)
{
  int columns = count_columns (pen, row->style);
  g_auto (GStrv) lines = mr_columns_wrap (row->left, columns, (int) row->max_lines);
  gboolean centred = (row->style & MR_RECEIPT_CENTER) != 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *padded = mr_columns_pad (lines[i], columns, MR_ALIGN_CENTER);

      print_line (pen, centred ? g_strchomp (padded) : lines[i], row->style);
    }
}

static void
print_logo (const Pen *pen)
{
  if (pen->options->logo == NULL && pen->options->stored_logo == 0)
    return;
  mr_escpos_align (pen->escpos, MR_ALIGN_CENTER);
  if (pen->options->logo != NULL)
    mr_escpos_raster (pen->escpos, pen->options->logo);
  else
    mr_escpos_stored_logo (pen->escpos, pen->options->stored_logo);
  mr_escpos_align (pen->escpos, MR_ALIGN_LEFT);
}

static void
print_qr (const Pen *pen, const MrPaperRow *row)
{
  mr_escpos_align (pen->escpos, MR_ALIGN_CENTER);
  if (!mr_escpos_qr (pen->escpos, row->left, QR_MODULE_DOTS))
    mr_escpos_line_lossy (pen->escpos, row->left);
  mr_escpos_align (pen->escpos, MR_ALIGN_LEFT);
}

static void
print_barcode (const Pen *pen, const MrPaperRow *row)
{
  static const MrBarsKind kinds[] = { MR_BARS_EAN13, MR_BARS_EAN8, MR_BARS_CODE128 };
  gboolean done = FALSE;

  mr_escpos_align (pen->escpos, MR_ALIGN_CENTER);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds) && !done; i++)
    done = mr_escpos_barcode (pen->escpos, kinds[i], row->left, BARCODE_DOTS, FALSE);
  if (!done)
    mr_escpos_line_lossy (pen->escpos, row->left);
  mr_escpos_align (pen->escpos, MR_ALIGN_LEFT);
}

static void
print_row (const Pen *pen, const MrPaperRow *row)
{
  g_autofree char *line = NULL;

  set_style (pen, row->style);
  switch (row->kind)
    {
    case MR_RECEIPT_TEXT:
      print_text (pen, row);
      break;
    case MR_RECEIPT_PAIR:
      line = mr_columns_pair (row->left, row->right, count_columns (pen, row->style), ' ');
      print_line (pen, line, row->style);
      break;
    case MR_RECEIPT_RULE:
      line = mr_columns_rule ('-', count_columns (pen, row->style));
      print_line (pen, line, row->style);
      break;
    case MR_RECEIPT_BLANK:
      mr_escpos_feed (pen->escpos, 1);
      break;
    case MR_RECEIPT_QR:
      print_qr (pen, row);
      break;
    case MR_RECEIPT_BARCODE:
      print_barcode (pen, row);
      break;
    case MR_RECEIPT_LOGO:
      print_logo (pen);
      break;
    default:
      break;
    }
}

GBytes *
mr_receipt_to_escpos (const MrReceipt *receipt, const MrPaperOptions *options)
{
  g_autoptr (MrEscpos) escpos = mr_escpos_new (options->profile);
  const Pen pen = { options, escpos };

  mr_escpos_init (escpos);
  for (guint i = 0; i < mr_receipt_get_n_rows (receipt); i++)
    print_row (&pen, mr_receipt_get_row (receipt, i));
  mr_escpos_style (escpos, MR_ESCPOS_PLAIN);
  mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
  return mr_escpos_finish (escpos);
}
