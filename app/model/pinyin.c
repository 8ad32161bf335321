/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/pinyin.h"

#include <string.h>

/* Every hanzi of the tables takes three bytes of UTF-8. */
#define HANZI_BYTES 3

/* The first phrase that begins with the hanzi @text begins with, or the number of phrases. */
static gsize
find_first (const char *text)
{
  gsize low = 0;
  gsize high = mr_pinyin_n_phrases;

  while (low < high)
    {
      gsize middle = (low + high) / 2;

      /* Falling order: phrases of a greater hanzi come first. */
      if (strncmp (mr_pinyin_phrases[middle].hanzi, text, HANZI_BYTES) > 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

const MrPinyinPhrase *
mr_pinyin_find_phrase (const char *text)
{
  for (gsize i = find_first (text); i < mr_pinyin_n_phrases; i++)
    {
      const MrPinyinPhrase *phrase = &mr_pinyin_phrases[i];

      if (strncmp (phrase->hanzi, text, HANZI_BYTES) != 0)
        return NULL;
      if (g_str_has_prefix (text, phrase->hanzi))
        return phrase;
    }

  return NULL;
}

char
mr_pinyin_get_letter (gunichar character)
{
  char letter;

  if (character < MR_PINYIN_FIRST || character > MR_PINYIN_LAST)
    return 0;

  letter = mr_pinyin_letters[character - MR_PINYIN_FIRST];
  return letter == ' ' ? 0 : letter;
}
