/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The tables behind mr_search_text_initials(); generated when Millrace is built, from ICU's Han-Latin
 * transliteration and data/pinyin-phrases.txt, by make-pinyin.py. */

#define MR_PINYIN_FIRST 0x3400
#define MR_PINYIN_LAST 0x9fff

/* The first letter of the usual reading of each character from MR_PINYIN_FIRST; ' ' = none known. */
extern const char mr_pinyin_letters[];

typedef struct
{
  const char *hanzi;
  const char *initials;
} MrPinyinPhrase;

/* By the bytes of @hanzi, falling: a longer phrase comes before what it begins with. */
extern const MrPinyinPhrase mr_pinyin_phrases[];
extern const gsize mr_pinyin_n_phrases;

/* The phrase @text begins with, the longest one. (nullable) (static) */
const MrPinyinPhrase *mr_pinyin_find_phrase (const char *text);

/* 'a'–'z', or 0 when @character is no hanzi with a known reading. */
char mr_pinyin_get_letter (gunichar character);

G_END_DECLS
