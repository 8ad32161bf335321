/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Search text is split here and nowhere else, for index and query alike. Text is folded first (NFKC,
 * case, accents). Each CJK character is a word; other scripts by word, digits apart from letters. */

/* "可口可乐 330ml" → "可 口 可 乐 330 ml" */
char *mr_search_text_words (const char *text);

/* What can be typed instead of the name: pinyin initials of the hanzi, letters and digits of the rest
 * as they are, in one run: "可口可乐 330ml" → "kkkl330ml". Phrases whose reading differs from their
 * characters' usual ones are overridden (音乐 → yy). */
char *mr_search_text_initials (const char *text);

/* Whether @typed is to be looked for in the initials: ASCII letters and digits only, with a letter. */
gboolean mr_search_text_is_initials (const char *typed);

G_END_DECLS
