/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/escpos.h"
#include "till/receipt.h"
#include "till/spooler.h"

G_BEGIN_DECLS

/* A document as a receipt printer's bytes. Private to this folder: the view knows no printers. */

/**
 * MrPaperOptions:
 * @profile: what the printer can do
 * @logo: (nullable): a picture for the logo's place
 * @stored_logo: number of a logo in the printer itself, 0 = none
 * @painter: (nullable): for what its fonts cannot show
 */
typedef struct
{
  const MrPrinterProfile *profile;
  MrRaster *logo; /* (unowned) */
  int stored_logo;
  MrLinePainter painter;
  gpointer painter_data;
} MrPaperOptions;

/* (transfer full) */
GBytes *mr_receipt_to_escpos (const MrReceipt *receipt, const MrPaperOptions *options);

G_END_DECLS
