/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/ground.h"

G_BEGIN_DECLS

/*
 * What a label scale printed, PP NNNNN WWWWW C: MR_SETTING_LABEL_PREFIX, the number of the good on the scale, which
 * is its short code (till/label-list.h), the weight in grams, and the check digit of an EAN-13. The price is the
 * till's own, so that a label from before a price change still sells at the right one. Private to this folder.
 */

/* The good of such a label, and how much of it there is in thousandths of its unit. NULL when MR_SETTING_LABEL_VALUE
 * says that none are read, @code is no such label, or there is no such good. (nullable) (transfer full) */
MrGood *mr_label_code_find (MrGround *ground, const char *code, gint64 *quantity_milli)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
