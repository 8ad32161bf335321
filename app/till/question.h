/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MR_QUESTION_UNKNOWN, /* no good has this code: sell it by price, or let it be */
  MR_QUESTION_NO_PRICE, /* the good is known, its price is not: ask for one */
  MR_QUESTION_SEVERAL, /* several packs have this code: which one? */
  MR_QUESTION_WEIGHT, /* sold by weight, and the scale has none to take yet */
  MR_QUESTION_WHILE_PAYING, /* scanned after part was paid: add it, or let it be */
} MrQuestionKind;

/**
 * MrQuestion:
 *
 * Something a scan asks that only a person can answer. It waits beside the basket while further scans
 * go on; it is answered or dismissed through the checkout. Never changes. Main thread.
 */
#define MR_TYPE_QUESTION (mr_question_get_type ())
G_DECLARE_FINAL_TYPE (MrQuestion, mr_question, MR, QUESTION, GObject)

guint mr_question_get_id (MrQuestion *self);
MrQuestionKind mr_question_get_kind (MrQuestion *self);
/* What was scanned or typed. */
const char *mr_question_get_code (MrQuestion *self);
/* (nullable): NO_PRICE, WEIGHT, WHILE_PAYING */
MrGood *mr_question_get_good (MrQuestion *self);
/* (nullable) (element-type MrGood): SEVERAL */
GPtrArray *mr_question_get_candidates (MrQuestion *self);
gint64 mr_question_get_quantity_milli (MrQuestion *self);

const char *mr_question_kind_to_string (MrQuestionKind kind); /* "unknown", "no-price", … */

G_END_DECLS
