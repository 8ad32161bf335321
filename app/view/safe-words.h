/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/till.h"

G_BEGIN_DECLS

/* One line of the answer to "Is my data safe?". */
typedef struct
{
  const char *title; /* translated */
  char *words; /* (owned) what holds, and when it is bad what to do */
  gboolean bad;
} MrSafeFact;

/* (element-type MrSafeFact) (transfer full) */
GPtrArray *mr_safe_words_list (MrTill *till, const MrTillStatus *status);
/* The answer itself, as a sentence. */
const char *mr_safe_words_answer (const MrTillStatus *status);

G_END_DECLS
