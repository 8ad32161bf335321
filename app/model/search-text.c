/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/search-text.h"

#include "model/pinyin.h"

#include <string.h>

typedef enum
{
  CLASS_SPACE,
  CLASS_LETTER,
  CLASS_DIGIT,
  CLASS_ALONE, /* a word by itself */
} CharClass;

/* Letters whose stroke is no combining mark, so that no normal form takes it off, and what people
 * type instead. Lower case only: used after case folding. */
static const struct
{
  gunichar letter;
  const char *plain;
} plain_letters[] = {
  { 0x00e6, "ae" }, /* æ */
  { 0x00f0, "d" }, /* ð */
  { 0x00f8, "o" }, /* ø */
  { 0x00fe, "th" }, /* þ */
  { 0x0111, "d" }, /* đ */
  { 0x0127, "h" }, /* ħ */
  { 0x0131, "i" }, /* ı */
  { 0x0142, "l" }, /* ł */
  { 0x0153, "oe" }, /* œ */
};

/* Marks that may be left out when typing: accents, and the points of Hebrew and Arabic. The vowel
 * signs of Indic scripts and the voicing marks of kana make another word, and stay. */
static gboolean
is_optional_mark (gunichar c)
{
  return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0591 && c <= 0x05c7) ||
         (c >= 0x0610 && c <= 0x061a) || (c >= 0x064b && c <= 0x065f) || c == 0x0670 ||
         (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
         (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f) ||
         (c >= 0xfe20 && c <= 0xfe2f);
}

/* Unicode folds Cherokee to its capitals (CaseFolding.txt), GLib now to these and now to the small
 * letters. */
static gunichar
fold_cherokee (gunichar c)
{
  if (c >= 0xab70 && c <= 0xabbf)
    return c - 0xab70 + 0x13a0;
  return c >= 0x13f8 && c <= 0x13fd ? c - 8 : c;
}

static void
append_plain (GString *out, gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_letters); i++)
    {
      if (plain_letters[i].letter == c)
        {
          g_string_append (out, plain_letters[i].plain);
          return;
        }
    }

  g_string_append_unichar (out, fold_cherokee (c));
}

/* Common hanzi and ASCII, which is what most names in China are made of, have but one form. */
static gboolean
is_plain (const char *text)
{
  for (const char *c = text; *c != '\0';)
    {
      guchar first = (guchar) *c;
      gunichar hanzi;

      if (first < 0x80)
        {
          c++;
          continue;
        }
      if (first < 0xe4 || first > 0xe9)
        return FALSE;
      hanzi = g_utf8_get_char_validated (c, -1);
      if (hanzi < 0x4e00 || hanzi > 0x9fff)
        return FALSE;
      c += 3;
    }
  return TRUE;
}

/* NFKC, case folded, without accents. */
static char *
fold (const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *compatible = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *decomposed = NULL;
  g_autoptr (GString) plain = NULL;

  if (is_plain (text))
    return g_ascii_strdown (text, -1);

  valid = g_utf8_make_valid (text, -1);
  compatible = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  lower = g_utf8_casefold (compatible, -1);
  decomposed = g_utf8_normalize (lower, -1, G_NORMALIZE_ALL);
  plain = g_string_sized_new (strlen (decomposed));
  for (const char *c = decomposed; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (!is_optional_mark (g_utf8_get_char (c)))
        append_plain (plain, g_utf8_get_char (c));
    }

  /* Composed again: hangul syllables and voiced kana are one character each. */
  return g_utf8_normalize (plain->str, (gssize) plain->len, G_NORMALIZE_ALL_COMPOSE);
}

/* Scripts written without spaces, or whose words are compounds looked for by a part. */
static gboolean
is_cjk (gunichar c)
{
  switch ((int) g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_BOPOMOFO:
      return TRUE;

    default:
      return c == 0x30fc; /* the long mark of kana, which belongs to no one script */
    }
}

static CharClass
classify (gunichar c, CharClass previous)
{
  if (g_unichar_isdigit (c))
    return CLASS_DIGIT;
  if (g_unichar_ismark (c))
    return previous == CLASS_LETTER ? CLASS_LETTER : CLASS_SPACE;
  if (!g_unichar_isalnum (c))
    return CLASS_SPACE;
  return c >= 0x1100 && is_cjk (c) ? CLASS_ALONE : CLASS_LETTER;
}

char *
mr_search_text_words (const char *text)
{
  g_autofree char *folded = fold (text);
  GString *words = g_string_sized_new (2 * strlen (folded));
  CharClass previous = CLASS_SPACE;

  for (const char *cursor = folded; *cursor != '\0'; cursor = g_utf8_next_char (cursor))
    {
      gunichar c = g_utf8_get_char (cursor);
      CharClass class = classify (c, previous);

      if (class != CLASS_SPACE)
        {
          if (words->len > 0 && (class != previous || class == CLASS_ALONE))
            g_string_append_c (words, ' ');
          /* Digits of every script are the same digits. */
          if (class == CLASS_DIGIT)
            g_string_append_c (words, (char) ('0' + g_unichar_digit_value (c)));
          else
            g_string_append_unichar (words, c);
        }
      previous = class;
    }

  return g_string_free (words, FALSE);
}

char *
mr_search_text_initials (const char *text)
{
  g_autofree char *folded = fold (text);
  GString *initials = g_string_sized_new (strlen (folded));
  const char *cursor = folded;

  while (*cursor != '\0')
    {
      gunichar c = g_utf8_get_char (cursor);
      const MrPinyinPhrase *phrase =
          c >= MR_PINYIN_FIRST && c <= MR_PINYIN_LAST ? mr_pinyin_find_phrase (cursor) : NULL;
      char letter = mr_pinyin_get_letter (c);

      if (phrase != NULL)
        {
          g_string_append (initials, phrase->initials);
          cursor += strlen (phrase->hanzi);
          continue;
        }
      if (letter != 0)
        g_string_append_c (initials, letter);
      else if (g_unichar_isdigit (c))
        g_string_append_c (initials, (char) ('0' + g_unichar_digit_value (c)));
      else if (c < 0x80 && g_ascii_isalpha ((char) c))
        g_string_append_c (initials, (char) c);
      cursor = g_utf8_next_char (cursor);
    }

  return g_string_free (initials, FALSE);
}

gboolean
mr_search_text_is_initials (const char *typed)
{
  gboolean has_letter = FALSE;

  for (const char *c = typed; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c))
        return FALSE;
      has_letter |= g_ascii_isalpha (*c);
    }

  return has_letter;
}
