/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/code-page.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MrPrinterProfile:
 * @id: what the settings store: the name of its file without ".ini"
 * @name: what a person calls it
 * @model: (nullable): a word that only such printers have in what they call themselves over USB
 * @paper_mm: width of the paper roll
 * @columns: Latin characters of the standard font in a line; a hanzi takes two
 * @dots: printable dots in a line; a column is dots / columns of them wide
 * @gb18030: has a Chinese font
 * @cutter: has a knife; without it a cut is paper fed to the tear bar
 * @drawer: has a drawer socket
 * @drawer_now: opens it at once, whether it can print or not (DLE DC4)
 * @native_qr: knows GS ( k; without it QR codes go as raster
 * @native_barcodes: knows GS k; without it barcodes go as raster
 * @raster_always: every line goes as a picture, whatever its fonts
 * @code_pages: (element-type MrCodePage): tables for what is neither ASCII nor in the Chinese font; a
 *   line with a character that no font has goes as raster
 *
 * What a receipt printer can do. Nothing here can be asked of the cheap ones, so it is chosen by a
 * person; better ones tell their model. The generic ones promise only what nearly every clone keeps. Whether a printer answers
 * questions about its status is not here: that is found out by asking.
 */
typedef struct
{
  const char *id;
  const char *name;
  const char *model;
  int paper_mm;
  int columns;
  int dots;
  gboolean gb18030;
  gboolean cutter;
  gboolean drawer;
  gboolean drawer_now;
  gboolean native_qr;
  gboolean native_barcodes;
  gboolean raster_always;
  GPtrArray *code_pages;
} MrPrinterProfile;

/* The built-in profile called @id; NULL when there is none of that name. Any thread; never freed. */
const MrPrinterProfile *mr_printer_profile_find (const char *id);

/* The generic profile for paper of @paper_mm; the 58 mm one for any other width, because what fits
 * there fits everywhere. */
const MrPrinterProfile *mr_printer_profile_for_paper (int paper_mm);

/**
 * MrPrinterProfileSet:
 *
 * The profiles there are: those built in (data/printers), then what a shop put into a folder of its
 * own, which may also replace a built-in one by its name. Each is a key file NAME.ini:
 *
 *   [printer]
 *   name=Epson TM-T88VI
 *   model=TM-T88VI       # may be left out
 *   paper-mm=80          # 40 … 120
 *   columns=42           # 16 … 96
 *   dots=512             # 128 … 1024, a multiple of 8, at least 8 a column
 *   gb18030=false        # these five are false when left out
 *   cutter=true
 *   drawer=true
 *   qr=true
 *   barcodes=true
 *   drawer-now=false     # true when left out
 *   raster=always        # or needed
 *   [code-pages]         # n of ESC t n=character set as iconv calls it
 *   16=WINDOWS-1252
 *
 * A file that cannot be used is left out and named among the problems. Immutable once made.
 */
typedef struct _MrPrinterProfileSet MrPrinterProfileSet;

/* @folder: (nullable): one that is not there is empty. */
MrPrinterProfileSet *mr_printer_profile_set_new (const char *folder) G_GNUC_WARN_UNUSED_RESULT;
void mr_printer_profile_set_free (MrPrinterProfileSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrPrinterProfileSet, mr_printer_profile_set_free)

guint mr_printer_profile_set_get_n (const MrPrinterProfileSet *self);
const MrPrinterProfile *mr_printer_profile_set_get (const MrPrinterProfileSet *self, guint index);
const MrPrinterProfile *mr_printer_profile_set_find (const MrPrinterProfileSet *self,
                                                     const char *id);
/* The one whose model is a word of @name, what a printer calls itself ("EPSON TM-T88VI"); NULL for none. */
const MrPrinterProfile *mr_printer_profile_set_find_model (const MrPrinterProfileSet *self,
                                                           const char *name);
/* What was wrong with the folder's files, a line each: "acme.ini: columns=0 is not 16 … 96". */
const GPtrArray *mr_printer_profile_set_get_problems (const MrPrinterProfileSet *self);

/* Adds what @text, a key file of @length bytes, says as the profile @id. G_KEY_FILE_ERROR,
 * G_IO_ERROR_INVALID_DATA: nothing is added. */
gboolean mr_printer_profile_set_add (MrPrinterProfileSet *self, const char *id, const char *text,
                                     gsize length, GError **error);

G_END_DECLS
