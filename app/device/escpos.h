/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/bars.h"
#include "device/columns.h"
#include "device/printer-profile.h"
#include "device/raster.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrEscpos:
 *
 * Writes ESC/POS, the language of receipt printers, for one printer's profile. It keeps to the
 * commands clones know, and works around what they get wrong:
 *
 * - Chinese text is always bracketed (FS & … FS .) and everything else is ASCII: many printers pair
 *   any two high bytes up into a hanzi.
 * - Sizes are given twice, by FS ! for hanzi and ESC ! for Latin, in that order, because on some
 *   printers the first undoes the second.
 * - A code page is selected when it is needed. A letter of it takes one column where a Chinese font
 *   takes two; the spaces between the two ends of a line make up for it.
 * - A picture never holds DLE EOT, DLE ENQ or DLE DC4: printers obey these even in the middle of
 *   picture data, and a logo would open the drawer.
 *
 * Text never carries commands: control characters are dropped. Pure; any one thread.
 *
 *   g_autoptr (MrEscpos) escpos = mr_escpos_new (profile);
 *   mr_escpos_init (escpos);
 *   if (!mr_escpos_line (escpos, "可口可乐 330 ml"))
 *     mr_escpos_raster (escpos, picture_of_that_line);
 *   mr_escpos_cut (escpos, MR_ESCPOS_CUT_PARTIAL);
 *   g_autoptr (GBytes) job = mr_escpos_finish (escpos);
 */
typedef struct _MrEscpos MrEscpos;

typedef enum
{
  MR_ESCPOS_PLAIN = 0,
  MR_ESCPOS_BOLD = 1 << 0,
  MR_ESCPOS_DOUBLE_WIDTH = 1 << 1, /* a line holds half the columns */
  MR_ESCPOS_DOUBLE_HEIGHT = 1 << 2,
  MR_ESCPOS_UNDERLINE = 1 << 3,
} MrEscposStyle;

typedef enum
{
  MR_ESCPOS_CUT_NONE, /* feeds past the tear bar */
  MR_ESCPOS_CUT_PARTIAL, /* leaves a bridge, so that the receipt does not fall */
  MR_ESCPOS_CUT_FULL,
} MrEscposCut;

/* @profile is copied; the set it is of must live as long. */
MrEscpos *mr_escpos_new (const MrPrinterProfile *profile) G_GNUC_WARN_UNUSED_RESULT;
void mr_escpos_free (MrEscpos *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrEscpos, mr_escpos_free)

const MrPrinterProfile *mr_escpos_get_profile (const MrEscpos *self);

/* What was written so far; the encoder is empty and as new afterwards. Give. */
GBytes *mr_escpos_finish (MrEscpos *self) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a printer of @profile has a glyph for all of @text: ASCII, with a Chinese font what GB18030
 * writes in two bytes (cheap fonts end there; rare hanzi in names take four), and what is in its code
 * pages. Of a profile that draws all, only for nothing. */
gboolean mr_escpos_can_print (const MrPrinterProfile *profile, const char *text);

/* Starts a receipt: the printer forgets what was set before. */
void mr_escpos_init (MrEscpos *self);

/* Writes @text (UTF-8, folded as mr_columns_fold() says; "\n" ends a line). FALSE, and nothing is
 * written, when mr_escpos_can_print() says no: the caller draws the line and sends it as raster. */
gboolean mr_escpos_text (MrEscpos *self, const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* The same, and ends the line. */
gboolean mr_escpos_line (MrEscpos *self, const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* Where nobody can draw: writes @text and ends the line, "?" (as wide) for what cannot be printed. */
void mr_escpos_line_lossy (MrEscpos *self, const char *text);

/* Holds until changed; start at the beginning of a line. */
void mr_escpos_style (MrEscpos *self, MrEscposStyle style);
void mr_escpos_align (MrEscpos *self, MrAlign align);

/* Feeds @lines (0 … 255) of paper. */
void mr_escpos_feed (MrEscpos *self, int lines);

/* Feeds to the knife and cuts; without a knife, or with CUT_NONE, feeds to the tear bar. */
void mr_escpos_cut (MrEscpos *self, MrEscposCut cut);

/* Opens the drawer on connector pin 2 or 5. Nothing when the profile has no drawer socket. */
void mr_escpos_kick (MrEscpos *self, int pin);

/* A QR code of @text (UTF-8), natively or as raster as the profile says, modules of at most
 * @max_module_dots (4 to 6 read well). FALSE when it is too long for the paper. */
gboolean mr_escpos_qr (MrEscpos *self, const char *text, int max_module_dots)
    G_GNUC_WARN_UNUSED_RESULT;

/* A barcode @height_dots high, natively or as raster as the profile says; @with_text: a native one has
 * its text beneath. FALSE, and nothing is written, when @text is not of that kind (mr_bars_encode())
 * or too wide for the paper. */
gboolean mr_escpos_barcode (MrEscpos *self, MrBarsKind kind, const char *text, int height_dots,
                            gboolean with_text) G_GNUC_WARN_UNUSED_RESULT;

/* A picture, in bands that small printer buffers hold; what is wider than the paper is cut off. The
 * alignment applies. A row of dots that would read as a command gets one dot more. */
void mr_escpos_raster (MrEscpos *self, const MrRaster *raster);

/* The logo somebody stored in the printer, by its number 1 … 255 (FS p). */
void mr_escpos_stored_logo (MrEscpos *self, int number);

/* One short job that opens the drawer when its turn has come: for mr_printer_kick(). Give. */
GBytes *mr_escpos_new_kick_job (const MrPrinterProfile *profile, int pin) G_GNUC_WARN_UNUSED_RESULT;

/* The same as a real-time command (DLE DC4), which is done when it arrives: without paper, with the cover
 * open, with a receipt in the buffer. NULL when the profile has none. Give. */
GBytes *mr_escpos_new_kick_now (const MrPrinterProfile *profile, int pin) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
