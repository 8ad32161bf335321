/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * MrQuestionBar:
 *
 * What a scan asked that only a person can answer. It stands beside the basket and waits; scans go
 * on. One question at a time, with how many more there are.
 *
 * Signals:
 *   ask-price (MrQuestion *question): somebody wants to type its price
 */
#define MR_TYPE_QUESTION_BAR (mr_question_bar_get_type ())
G_DECLARE_FINAL_TYPE (MrQuestionBar, mr_question_bar, MR, QUESTION_BAR, GtkBox)

void mr_question_bar_set_till (MrQuestionBar *self, MrTill *till);

G_END_DECLS
