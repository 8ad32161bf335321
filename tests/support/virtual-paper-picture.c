/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "virtual-paper-picture.h"

#include "device/bars.h"

#include <pango/pangocairo.h>

#define CELL_WIDTH 12
#define CELL_HEIGHT 24
#define LINE_HEIGHT 30
#define MARGIN 24
/* What GS w is set to. */
#define BAR_DOTS 2

typedef struct
{
  const char *text; /* (unowned): of an event */
  int latin_style;
  int hanzi_style;
  gboolean is_table_text;
} Run;

typedef struct
{
  cairo_t *cairo; /* (nullable): NULL while only measuring */
  PangoLayout *layout; /* (owned) (nullable) */
  int width;
  int y;
  int align;
  int latin_style;
  int hanzi_style;
  GArray *line; /* (owned): Run */
} Pen;

static gboolean
is_hanzi (const Run *run, gunichar character)
{
  return character >= 0x80 && !run->is_table_text;
}

/* Cells wide and high a character of @run is. */
static void
get_size (const Run *run, gunichar character, int *wide, int *high)
{
  gboolean hanzi = is_hanzi (run, character);
  gboolean twice_wide = (hanzi ? run->hanzi_style & 0x04 : run->latin_style & 0x20) != 0;
  gboolean twice_high = (hanzi ? run->hanzi_style & 0x08 : run->latin_style & 0x10) != 0;

  *wide = (hanzi ? 2 : 1) * (twice_wide ? 2 : 1);
  *high = twice_high ? 2 : 1;
}

static void
measure_line (const Pen *pen, int *cells, int *high)
{
  *cells = 0;
  *high = 1;
  for (guint i = 0; i < pen->line->len; i++)
    {
      const Run *run = &g_array_index (pen->line, Run, i);

      for (const char *p = run->text; *p != '\0'; p = g_utf8_next_char (p))
        {
          int wide;
          int tall;

          get_size (run, g_utf8_get_char (p), &wide, &tall);
          *cells += wide;
          *high = MAX (*high, tall);
        }
    }
}

static void
draw_character (Pen *pen, const Run *run, const char *p, double x, int line_high)
{
  int wide;
  int high;
  PangoRectangle box;
  gunichar character = g_utf8_get_char (p);
  double cell = is_hanzi (run, character) ? 2 * CELL_WIDTH : CELL_WIDTH;

  if (pen->cairo == NULL || character == ' ')
    return;
  get_size (run, character, &wide, &high);
  pango_layout_set_text (pen->layout, p, (int) (g_utf8_next_char (p) - p));
  pango_layout_get_pixel_extents (pen->layout, NULL, &box);
  cairo_save (pen->cairo);
  cairo_translate (pen->cairo, x, pen->y + (line_high - high) * CELL_HEIGHT);
  cairo_scale (pen->cairo, wide * CELL_WIDTH / cell, high);
  cairo_move_to (pen->cairo, (cell - box.width) / 2, (CELL_HEIGHT - box.height) / 2.0);
  pango_cairo_show_layout (pen->cairo, pen->layout);
  if ((run->latin_style & 0x08) != 0)
    {
      cairo_move_to (pen->cairo, (cell - box.width) / 2 + 0.7, (CELL_HEIGHT - box.height) / 2.0);
      pango_cairo_show_layout (pen->cairo, pen->layout);
    }
  cairo_restore (pen->cairo);
}

static int
get_left (const Pen *pen, int width)
{
  if (pen->align == 0)
    return MARGIN;
  return MARGIN + MAX (0, pen->width - width) / (pen->align == 1 ? 2 : 1);
}

static void
end_line (Pen *pen)
{
  int cells;
  int high;
  double x;

  measure_line (pen, &cells, &high);
  x = get_left (pen, cells * CELL_WIDTH);
  for (guint i = 0; i < pen->line->len; i++)
    {
      const Run *run = &g_array_index (pen->line, Run, i);

      for (const char *p = run->text; *p != '\0'; p = g_utf8_next_char (p))
        {
          int wide;
          int tall;

          draw_character (pen, run, p, x, high);
          get_size (run, g_utf8_get_char (p), &wide, &tall);
          x += wide * CELL_WIDTH;
        }
    }
  g_array_set_size (pen->line, 0);
  pen->y += LINE_HEIGHT + (high - 1) * CELL_HEIGHT;
}

/* Rows of (width + 7) / 8 bytes. */
static void
draw_dots (Pen *pen, const guint8 *dots, int width, int height)
{
  int left = get_left (pen, width);

  for (int y = 0; pen->cairo != NULL && y < height; y++)
    for (int x = 0; x < width; x++)
      if ((dots[y * ((width + 7) / 8) + x / 8] & (0x80 >> (x % 8))) != 0)
        cairo_rectangle (pen->cairo, left + x, pen->y + y, 1, 1);
  if (pen->cairo != NULL)
    cairo_fill (pen->cairo);
  pen->y += height;
}

static void
draw_raster (Pen *pen, MrRaster *raster)
{
  g_assert_nonnull (raster);
  draw_dots (pen, mr_raster_get_row (raster, 0), mr_raster_get_width (raster),
             mr_raster_get_height (raster));
}

/* 73 is Code 128, 67 EAN-13, 68 EAN-8 (GS k). */
static void
draw_bars (Pen *pen, const VirtualEvent *event)
{
  MrBarsKind kind = event->a == 73   ? MR_BARS_CODE128
                    : event->a == 67 ? MR_BARS_EAN13
                                     : MR_BARS_EAN8;
  g_autofree char *modules = mr_bars_encode (kind, event->text);
  g_autoptr (MrRaster) raster = mr_raster_new_bars (modules, BAR_DOTS, event->b);

  draw_raster (pen, raster);
}

static void
draw_qr (Pen *pen, const VirtualEvent *event)
{
  g_autoptr (MrRaster) raster = mr_raster_new_qr (event->text, pen->width, event->a);

  draw_raster (pen, raster);
}

static void
draw_cut (Pen *pen)
{
  const double dashes[] = { 6, 6 };

  if (pen->cairo != NULL)
    {
      cairo_save (pen->cairo);
      cairo_set_dash (pen->cairo, dashes, 2, 0);
      cairo_move_to (pen->cairo, 0, pen->y + LINE_HEIGHT / 2.0);
      cairo_line_to (pen->cairo, pen->width + 2 * MARGIN, pen->y + LINE_HEIGHT / 2.0);
      cairo_stroke (pen->cairo);
      cairo_restore (pen->cairo);
    }
  pen->y += LINE_HEIGHT;
}

static void
draw_event (Pen *pen, const VirtualEvent *event)
{
  Run run = { event->text, pen->latin_style, pen->hanzi_style, event->a == 1 };

  switch (event->kind)
    {
    case VIRTUAL_TEXT:
      g_array_append_val (pen->line, run);
      break;
    case VIRTUAL_LINE:
      end_line (pen);
      break;
    case VIRTUAL_STYLE:
      if (event->b >= 0)
        pen->hanzi_style = event->b;
      else
        pen->latin_style = event->a;
      break;
    case VIRTUAL_ALIGN:
      pen->align = event->a;
      break;
    case VIRTUAL_FEED:
      pen->y += event->a * LINE_HEIGHT;
      break;
    case VIRTUAL_IMAGE:
      draw_dots (pen, g_bytes_get_data (event->bytes, NULL), event->a, event->b);
      break;
    case VIRTUAL_BARCODE:
      draw_bars (pen, event);
      break;
    case VIRTUAL_QR:
      draw_qr (pen, event);
      break;
    case VIRTUAL_CUT:
      draw_cut (pen);
      break;
    default:
      break;
    }
}

/* Draws all, or with no @cairo measures; the height either way. */
static int
draw (VirtualPaper *self, int columns, cairo_t *cairo)
{
  Pen pen = { cairo, NULL, columns * CELL_WIDTH, MARGIN };
  int height;

  pen.line = g_array_new (FALSE, FALSE, sizeof (Run));
  if (cairo != NULL)
    {
      PangoFontDescription *font = pango_font_description_from_string ("Noto Sans Mono CJK SC");

      pango_font_description_set_absolute_size (font, 21 * PANGO_SCALE);
      pen.layout = pango_cairo_create_layout (cairo);
      pango_layout_set_font_description (pen.layout, font);
      pango_font_description_free (font);
    }
  for (guint i = 0; i < virtual_paper_get_n_events (self); i++)
    draw_event (&pen, virtual_paper_get_event (self, i));
  height = pen.y + MARGIN;
  g_clear_object (&pen.layout);
  g_array_unref (pen.line);
  return height;
}

gboolean
virtual_paper_write_png (VirtualPaper *self, int columns, const char *path)
{
  int height = draw (self, columns, NULL);
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, columns * CELL_WIDTH + 2 * MARGIN, height);
  cairo_t *cairo = cairo_create (surface);
  cairo_status_t status;

  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  cairo_set_source_rgb (cairo, 0, 0, 0);
  cairo_set_antialias (cairo, CAIRO_ANTIALIAS_GRAY);
  draw (self, columns, cairo);
  cairo_destroy (cairo);
  status = cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  return status == CAIRO_STATUS_SUCCESS;
}
