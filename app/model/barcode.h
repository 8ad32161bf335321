/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  MR_BARCODE_TEXT, /* anything else, kept as it is: Code 128, a shop's own code, a wrong check digit */
  MR_BARCODE_EAN13,
  MR_BARCODE_EAN8,
  MR_BARCODE_UPC_A,
  MR_BARCODE_UPC_E,
  MR_BARCODE_ITF14,
} MrBarcodeKind;

#define MR_BARCODE_MAX_LENGTH 128 /* bytes */

/**
 * MrBarcode:
 * @kind: what the text is, judged by length and check digit
 * @key: what catalogs store and look up: a UPC-A is its EAN-13 with a leading 0, a UPC-E is
 *   expanded first, an ITF-14 with indicator 0 is the EAN-13 in it, an EAN-8 stays as it is, anything
 *   else is the text without outer white space
 *
 * The same article scanned as UPC-A by one scanner and as EAN-13 by another must be found, so both
 * have one key. Eight digits that could be both are a UPC-E when they begin with 0, else an EAN-8.
 */
typedef struct
{
  MrBarcodeKind kind;
  char key[MR_BARCODE_MAX_LENGTH + 1];
} MrBarcode;

/* FALSE, leaving @barcode alone, when @text without outer white space is empty, longer than
 * MR_BARCODE_MAX_LENGTH bytes, not UTF-8, or holds control characters other than GS (0x1D). */
gboolean mr_barcode_parse (const char *text, MrBarcode *barcode) G_GNUC_WARN_UNUSED_RESULT;

/* The check digit (0–9) for @digits without one (GS1 General Specifications 7.9); -1 when @digits
 * is not all digits. */
int mr_barcode_check_digit (const char *digits, gsize n_digits);

/* Whether @text looks like a GTIN (8, 12, 13 or 14 digits) whose check digit is wrong; the right one
 * in @expected (0–9). Such a code is kept as text, and an import says so. */
gboolean mr_barcode_has_wrong_check (const char *text, int *expected);

const char *mr_barcode_kind_to_string (MrBarcodeKind kind); /* "ean13", … */

G_END_DECLS
