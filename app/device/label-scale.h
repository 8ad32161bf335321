/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The price list of a scale that prints labels, in the language of the Shanghai Dahua (上海大华) TM
 * series: TM-A, TM-F and what speaks as they do. One line a good, plain digits and capital letters,
 * ended by CR LF; the maker's program for the PC loads it, and a scale takes the same lines over its
 * network or serial port:
 *
 *   !0V nnnn A ppccccc $$$$$$ w 000000 000 00 00 0000000000000 00000 00 (13 × 00) B name C D E
 *
 *   nnnn     its number on the scale, 0001 … 4000: what is typed there
 *   ppccccc  what the label's barcode begins with, and the good's five digits in it
 *   $$$$$$   price of a kilogram or a piece in minor units; the scale is set to as many decimals
 *   w        0 weighed, 1 counted
 *   zeros    texts, days it keeps, shop, department, a code of 13 digits, tare, label, prices by the hour
 *   name     each character as the four digits of its row and place in GB2312 (区位码): the two bytes by
 *            which GB18030 writes it, less 0xA0 each. Latin is written with its full-width forms.
 *
 * The fields are as several programs that drive these scales agree on, and as the maker's own example
 * lines have them; it was not tried on a scale. Later models with a Russian font write names in
 * another way, which this is not.
 */

#define MR_LABEL_SCALE_MAX_NUMBER 4000
#define MR_LABEL_SCALE_MAX_PRICE_MINOR 999999
/* The maker's program takes 132 digits. Longer names are cut. */
#define MR_LABEL_SCALE_MAX_NAME_CHARS 33

/**
 * MrLabelScaleGood:
 * @code: (unowned): the digits that are typed for it; its number on the scale and in the label
 * @name: (unowned)
 * @price_minor: of a kilogram, or of a piece
 */
typedef struct
{
  const char *code;
  const char *name;
  gint64 price_minor;
  gboolean by_piece;
} MrLabelScaleGood;

/* Why a good is not on the list. */
typedef enum
{
  MR_LABEL_SCALE_FINE,
  MR_LABEL_SCALE_NO_CODE, /* it has no short code */
  MR_LABEL_SCALE_CODE, /* its short code is no number from 1 to MR_LABEL_SCALE_MAX_NUMBER */
  MR_LABEL_SCALE_DOUBLE, /* another good has the same number */
  MR_LABEL_SCALE_NO_PRICE,
  MR_LABEL_SCALE_PRICE, /* not from 1 to MR_LABEL_SCALE_MAX_PRICE_MINOR */
  MR_LABEL_SCALE_UNIT, /* sold by weight, but not by the kilogram */
  MR_LABEL_SCALE_NAME, /* a character the scale has not, or none at all */
} MrLabelScaleTrouble;

/* The number, 1 … MR_LABEL_SCALE_MAX_NUMBER, that @code is on a scale; 0 when it is none. */
guint mr_label_scale_get_number (const char *code);

/* Appends the line of @good; with trouble (CODE, PRICE, NAME, NO_CODE) nothing. @prefix: two digits, 20 … 29. */
MrLabelScaleTrouble mr_label_scale_append (GString *lines, const MrLabelScaleGood *good,
                                           guint prefix);

const char *mr_label_scale_trouble_to_string (MrLabelScaleTrouble trouble); /* "no-code", … */

G_END_DECLS
