/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrRaster:
 *
 * A black and white picture of dots as a receipt printer wants it: rows of bytes, the leftmost dot
 * in the highest bit, 1 is black. Text the printer has no font for comes here: who can draw text
 * (the view, by Pango) fills one and gives it to mr_escpos_raster(). Ref-counted; filled by its
 * maker before it is shared, not changed after.
 */
typedef struct _MrRaster MrRaster;

#define MR_RASTER_MAX_WIDTH 2048 /* dots */
#define MR_RASTER_MAX_HEIGHT 16384 /* dots: two metres of paper */

/* White. NULL when a side is not 1 … the limit. */
MrRaster *mr_raster_new (int width, int height) G_GNUC_WARN_UNUSED_RESULT;

/* From 8-bit grey or alpha samples as Cairo's A8 gives them (@ink: 0 paper … 255 ink), @stride bytes
 * a row. Black where @ink >= @threshold. NULL as mr_raster_new(). */
MrRaster *mr_raster_new_from_ink (const guint8 *ink, int width, int height, gsize stride,
                                  guint8 threshold) G_GNUC_WARN_UNUSED_RESULT;

/* From a portable bitmap (PBM, P1 or P4): what a logo file holds. G_IO_ERROR_INVALID_DATA. */
MrRaster *mr_raster_new_from_pbm (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
MrRaster *mr_raster_new_from_pbm_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A QR code of @text (UTF-8, error correction M) with its quiet zone of four modules, as large as
 * fits in @max_width dots but no module larger than @max_module_dots. NULL when it does not fit. */
MrRaster *mr_raster_new_qr (const char *text, int max_width, int max_module_dots)
    G_GNUC_WARN_UNUSED_RESULT;

/* How many modules wide (without quiet zone) the QR code of @text is; 0 when it is too long for one. */
int mr_raster_measure_qr (const char *text);

MrRaster *mr_raster_ref (MrRaster *self);
void mr_raster_unref (MrRaster *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrRaster, mr_raster_unref)

int mr_raster_get_width (const MrRaster *self);
int mr_raster_get_height (const MrRaster *self);
gsize mr_raster_get_stride (const MrRaster *self); /* bytes a row */
const guint8 *mr_raster_get_row (const MrRaster *self, int y);
gboolean mr_raster_get_dot (const MrRaster *self, int x, int y);
void mr_raster_set_dot (MrRaster *self, int x, int y, gboolean black);

G_END_DECLS
