/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/spooler.h"

G_BEGIN_DECLS

/* The MrLinePainter of a till with a screen: draws with the screen's fonts what the printer's cannot
 * show. Main thread. */
guint8 *mr_line_painter_paint (const char *text, MrReceiptStyle style, int width_px, int *height_px,
                               gpointer user_data);

G_END_DECLS
