/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos.h"

#include "fuzz.h"
#include "virtual-paper.h"

/* A logo file from anywhere: refused with a reason, or a picture that prints and says nothing else to
 * the printer. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrRaster) raster = mr_raster_new_from_pbm (bytes, &error);
  g_autoptr (MrEscpos) escpos = NULL;
  g_autoptr (GBytes) job = NULL;
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *wrong = NULL;

  g_assert_cmpint (raster == NULL, ==, error != NULL);
  if (raster == NULL)
    return 0;
  escpos = mr_escpos_new (mr_printer_profile_for_paper (58));
  mr_escpos_raster (escpos, raster);
  job = mr_escpos_finish (escpos);
  paper = virtual_paper_read (job, 32);
  wrong = virtual_paper_dup_error (paper);
  g_assert_null (wrong);
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_IMAGE), ==,
                    virtual_paper_get_n_events (paper));
  return 0;
}
