/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/line-painter.h"

#include <pango/pangocairo.h>

/* A hanzi of a receipt printer's own font is so many dots wide and high, Latin half as wide; BIG doubles it. */
#define FONT_PX 24

static PangoLayout *
new_layout (cairo_t *cairo, const char *text, MrReceiptStyle style)
{
  PangoLayout *layout = pango_cairo_create_layout (cairo);
  PangoFontDescription *font =
      pango_font_description_from_string ("Noto Sans Mono CJK SC, monospace");
  pango_font_description_set_absolute_size (font,
                                            ((style & MR_RECEIPT_BIG) ? 2 * FONT_PX : FONT_PX) *
                                                PANGO_SCALE);
  if (style & MR_RECEIPT_BOLD)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static void
measure (const char *text, MrReceiptStyle style, int *width_px, int *height_px)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cairo = cairo_create (surface);
  g_autoptr (PangoLayout) layout = new_layout (cairo, text, style);
  pango_layout_get_pixel_size (layout, width_px, height_px);
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);
}

static void
draw (cairo_surface_t *surface, const char *text, MrReceiptStyle style, int natural_px,
      int width_px)
{
  cairo_t *cairo = cairo_create (surface);
  g_autoptr (PangoLayout) layout = new_layout (cairo, text, style);
  if (natural_px > width_px)
    cairo_scale (cairo, (double) width_px / natural_px, 1);
  else if (style & MR_RECEIPT_RIGHT)
    cairo_translate (cairo, width_px - natural_px, 0);
  pango_cairo_show_layout (cairo, layout);
  cairo_destroy (cairo);
  cairo_surface_flush (surface);
}

guint8 *
mr_line_painter_paint (const char *text, MrReceiptStyle style, int width_px, int *height_px,
                       gpointer user_data)
{
  int natural_px;
  measure (text, style, &natural_px, height_px);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, width_px, *height_px);
  draw (surface, text, style, natural_px, width_px);
  guint8 *ink = g_malloc0_n ((gsize) width_px, (gsize) *height_px);
  for (int y = 0; y < *height_px; y++)
    memcpy (ink + (gsize) y * (gsize) width_px,
            cairo_image_surface_get_data (surface) +
                (gsize) y * (gsize) cairo_image_surface_get_stride (surface),
            (gsize) width_px);
  cairo_surface_destroy (surface);
  return ink;
}
