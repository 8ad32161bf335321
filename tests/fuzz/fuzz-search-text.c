/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/search-text.h"

#include "fuzz.h"

#include <string.h>

/* Names of goods and what is typed into the search. Words are split the same way twice, stand apart
 * by one space, and initials are what mr_search_text_is_initials() takes, but for pure digits. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *words = mr_search_text_words (text);
  g_autofree char *again = mr_search_text_words (words);
  g_autofree char *initials = mr_search_text_initials (text);

  g_assert_true (g_utf8_validate (words, -1, NULL));
  g_assert_cmpstr (again, ==, words);
  g_assert_null (strstr (words, "  "));
  g_assert_true (*words != ' ' && !g_str_has_suffix (words, " "));
  g_assert_true (mr_search_text_is_initials (initials) ||
                 strspn (initials, "0123456789") == strlen (initials));
  return 0;
}
