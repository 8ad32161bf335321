/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/raster.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  MR_BARS_CODE128, /* 1 … 64 printable ASCII characters */
  MR_BARS_EAN13, /* 13 digits with a right check digit */
  MR_BARS_EAN8, /* 8 digits with a right check digit */
} MrBarsKind;

/* The modules of @text as a barcode, '1' dark and '0' light, with its quiet zones. Code 128 in code C
 * where that is shorter throughout, else in code B. NULL when @text is not of that kind. Give. */
char *mr_bars_encode (MrBarsKind kind, const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* @modules (mr_bars_encode()) as a picture, each @module_dots wide. NULL when too large for one. */
MrRaster *mr_raster_new_bars (const char *modules, int module_dots, int height)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
