/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "virtual-paper.h"

/* Draws what was printed as a PNG of the paper, a pixel a dot: hanzi from whatever font there is, in
 * the cells the printer would use. Barcodes and QR codes the printer makes itself are drawn by the
 * till's own hand from what the strict reader understood. */
gboolean virtual_paper_write_png (VirtualPaper *self, int columns, const char *path);
