/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrPrinterProfile:
 * @id: what the settings store, "generic-58" or "generic-80"
 * @paper_mm: width of the paper roll, 58 or 80
 * @columns: Latin characters of the standard font in a line, 32 or 48; a hanzi takes two
 * @dots: printable dots in a line, 384 or 576
 * @gb18030: has a Chinese font; without it every line that is not ASCII goes as raster
 * @cutter: has a knife; without it a cut is paper fed to the tear bar
 * @drawer: has a drawer socket
 * @native_qr: knows GS ( k; without it QR codes go as raster
 *
 * What a receipt printer can do. Nothing here can be asked of the cheap ones, so it is chosen by a
 * person. The built-in ones promise only what nearly every clone keeps: raster for QR codes, a
 * Chinese font, no more.
 */
typedef struct
{
  const char *id; /* (static) */
  int paper_mm;
  int columns;
  int dots;
  gboolean gb18030;
  gboolean cutter;
  gboolean drawer;
  gboolean native_qr;
} MrPrinterProfile;

/* The built-in profiles, ended by one whose id is NULL. */
const MrPrinterProfile *mr_printer_profile_list (void);

/* The profile called @id; NULL when there is none of that name. */
const MrPrinterProfile *mr_printer_profile_find (const char *id);

/* The generic profile for paper of @paper_mm; the 58 mm one for any other width, because what fits
 * there fits everywhere. */
const MrPrinterProfile *mr_printer_profile_for_paper (int paper_mm);

G_END_DECLS
