/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a good's name becomes terms of the search index, and what is typed becomes a query of them. Pure.
 *
 * Terms are the words of mr_search_text_words(); beside them, for names that hold hanzi, every two
 * neighbouring pinyin initials as one character from MR_SEARCH_PAIR_FIRST on (a–z × a–z), and what the
 * name begins with as one from MR_SEARCH_BEGIN_FIRST on (a–z). Single initials would be posting lists of
 * half the catalog, and intersecting them would take longer than a frame. A private character is never
 * a word, and being a single one, it stays out of the prefix lists. */
#define MR_SEARCH_PAIR_FIRST 0xE000
#define MR_SEARCH_BEGIN_FIRST 0xE800

/* The text to be indexed for a good; @brand is added unless the name holds it already; @initials, when
 * not empty, replace those worked out from the name. */
char *mr_search_terms_index (const char *name, const char *brand, const char *initials);

/* An FTS5 expression for what was typed; the last word may be unfinished. NULL when nothing in it can
 * be looked for. */
char *mr_search_terms_query (const char *typed);

/* Changes whenever the splitting of mr_search_text_words() or mr_search_text_initials() does: a
 * contentless index can only be kept up with the very terms it was built from. */
const char *mr_search_terms_get_fingerprint (void);

G_END_DECLS
