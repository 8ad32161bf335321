/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/question.h"

G_BEGIN_DECLS

/* What the checkout alone may do with questions. Private to this folder. */

/* @good, @candidates: (nullable) */
MrQuestion *mr_question_new (guint id, MrQuestionKind kind, const char *code, MrGood *good,
                             GPtrArray *candidates, gint64 quantity_milli);

G_END_DECLS
