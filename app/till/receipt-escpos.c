/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-escpos.h"

/* Dots of a QR code's module: large enough for a phone at arm's length. */
#define QR_MODULE_DOTS 5

typedef struct
{
  const MrPaperOptions *options;
  MrEscpos *escpos;
} Pen;

/* A line the printer's fonts do not have, drawn by whoever can. */
static gboolean
paint_line (const Pen *pen, const char *line, MrReceiptStyle style)
{
  const MrPaperOptions *options = pen->options;
  int width = options->profile->dots;
  int height = 0;
  g_autofree guint8 *ink = NULL;
  g_autoptr (MrRaster) raster = NULL;

  if (options->painter == NULL)
    return FALSE;
  ink = options->painter (line, style, width, &height, options->painter_data);
  if (ink == NULL)
    return FALSE;
  raster = mr_raster_new_from_ink (ink, width, height, (gsize) width, 128);
  if (raster == NULL)
    return FALSE;
  mr_escpos_align (pen->escpos, MR_ALIGN_LEFT);
  mr_escpos_raster (pen->escpos, raster);
  return TRUE;
}

static void
print_line (const Pen *pen, const char *line, MrReceiptStyle style)
{
  if (mr_escpos_line (pen->escpos, line) || paint_line (pen, line, style))
    return;
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
