/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MR_LABEL_LIST_FILE "label-scale.txt"

/**
 * MrLabelRefusal:
 * @code: (owned): its short code, "" = none
 * @name: (owned)
 * @trouble: a word: "no-code" (it has no short code), "code" (its short code is no number from 1 to 4000),
 *   "double" (the number is taken), "no-price", "price" (0, or above 9999.99), "unit" (not sold by the
 *   kilogram), "name" (a character the scale has not)
 *
 * A good sold by weight that is not on the list, and why.
 */
typedef struct
{
  char *code;
  char *name;
  const char *trouble;
} MrLabelRefusal;

/**
 * MrLabelList:
 * @text: (owned): the file's lines; "" when no good is fit for it
 * @n_written: goods in it
 * @refusals: (owned) (element-type MrLabelRefusal): in the order of short codes, those without one last
 * @path: (owned): where it was written, "" = it was not
 * @written_at_us: when this till last wrote one, 0 = never
 * @is_changed: that one had other goods or prices
 *
 * The price list for a scale that prints labels (app/device/label-scale.h says in which language): the goods
 * sold by weight that have a short code, at the prices in force now. The short code is the good's number on
 * the scale and in the label's barcode, behind MR_SETTING_LABEL_PREFIX. What is sold by weight and stands on
 * the shop's tiles or has a price of its own, but has no short code, is named among the refusals; of the
 * region's other goods nobody expects one. Plain struct.
 */
typedef struct
{
  char *text;
  guint n_written;
  GPtrArray *refusals;
  char *path;
  gint64 written_at_us;
  gboolean is_changed;
} MrLabelList;

void mr_label_list_free (MrLabelList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrLabelList, mr_label_list_free)

G_END_DECLS
