/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

G_BEGIN_DECLS

/* What the page "Needs you" says of each need, in the shop's words. (transfer full) */
/* What it is about: "Receipt 1A-000123, ¥3.50". */
char *mr_need_words_title (MrTill *till, const MrNeedFacts *need);
/* Where and when, "" = here and now. */
char *mr_need_words_detail (MrTill *till, const MrNeedFacts *need);
/* What happened, and what it means for the shop. */
char *mr_need_words_meaning (MrTill *till, const MrNeedFacts *need);
/* What to do now. */
const char *mr_need_words_advice (const MrNeedFacts *need);
/* (nullable): what a button beside it does, and its name. */
const char *mr_need_words_action (const MrNeedFacts *need, const char **caption);

G_END_DECLS
