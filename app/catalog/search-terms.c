/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalog/search-terms.h"

#include "model/search-text.h"

#include <string.h>

/* Longer text is not typed by anybody; it only costs time. */
#define MAX_TYPED_CHARS 80
#define MAX_TYPED_WORDS 8

static gboolean
is_hanzi_term (const char *term)
{
  return g_utf8_get_char (term) >= 0x2E80 && *g_utf8_next_char (term) == '\0';
}

static gboolean
is_ascii (const char *term)
{
  for (; *term != '\0'; term++)
    {
      if ((guchar) *term >= 0x80)
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_hanzi (const char *words)
{
  for (const char *p = words; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_utf8_get_char (p) >= 0x2E80)
        return TRUE;
    }
  return FALSE;
}

static void
append_pairs (GString *out, const char *run)
{
  for (const char *p = run; p[0] != '\0'; p++)
    {
      if (!g_ascii_islower (p[0]) || !g_ascii_islower (p[1]))
        continue;
      g_string_append_c (out, ' ');
      g_string_append_unichar (out, MR_SEARCH_PAIR_FIRST + (p[0] - 'a') * 26 + (p[1] - 'a'));
    }
}

static void
append_begin (GString *out, char first)
{
  if (!g_ascii_islower (first))
    return;
  g_string_append_c (out, ' ');
  g_string_append_unichar (out, MR_SEARCH_BEGIN_FIRST + (first - 'a'));
}

/* "" when the words hold nothing that has a reading: letters are found as words. */
static char *
find_initials (const char *text, const char *words)
{
  if (!has_hanzi (words))
    return g_strdup ("");
  return mr_search_text_initials (text);
}

char *
mr_search_terms_index (const char *name, const char *brand, const char *initials)
{
  g_autofree char *words = mr_search_text_words (name);
  g_autofree char *run =
      *initials != '\0' ? g_ascii_strdown (initials, -1) : find_initials (name, words);
  GString *out = g_string_new (words);

  append_pairs (out, run);
  append_begin (out, *run != '\0' ? *run : *words);
  if (*brand != '\0' && strstr (name, brand) == NULL)
    {
      g_autofree char *brand_words = mr_search_text_words (brand);
      g_autofree char *brand_run = find_initials (brand, brand_words);

      g_string_append_c (out, ' ');
      g_string_append (out, brand_words);
      append_pairs (out, brand_run);
    }
  return g_string_free (out, FALSE);
}

/* One run of terms of one script, within one typed word: "可 乐", "kl 330". */
static void
append_phrase (GString *out, char **terms, guint n, gboolean unfinished)
{
  g_string_append_c (out, '"');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      g_string_append (out, terms[i]);
    }
  g_string_append_c (out, '"');
  /* Words that begin with one letter are too many to be merged in a frame; hanzi are whole words. */
  if (unfinished && !is_hanzi_term (terms[n - 1]) && g_utf8_strlen (terms[n - 1], 3) >= 2)
    g_string_append_c (out, '*');
}

static gboolean
may_be_initials (char **terms, guint n)
{
  gboolean letter = FALSE;

  for (guint i = 0; i < n; i++)
    {
      if (!is_ascii (terms[i]))
        return FALSE;
      letter = letter || g_ascii_islower (terms[i][0]);
    }
  return letter;
}

/* kl330: initials k l side by side, and a word 330. */
static void
append_initials (GString *out, char **terms, guint n, gboolean unfinished)
{
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, " AND ");
      if (!g_ascii_islower (terms[i][0]))
        {
          append_phrase (out, &terms[i], 1, unfinished && i + 1 == n);
          continue;
        }
      g_string_append_c (out, '"');
      if (terms[i][1] == '\0')
        append_begin (out, terms[i][0]);
      else
        append_pairs (out, terms[i]);
      g_string_append_c (out, '"');
    }
}

static void
append_run (GString *out, char **terms, guint n, gboolean unfinished)
{
  if (out->len > 0)
    g_string_append (out, " AND ");
  if (!may_be_initials (terms, n))
    {
      append_phrase (out, terms, n, unfinished);
      return;
    }
  g_string_append_c (out, '(');
  append_phrase (out, terms, n, unfinished);
  g_string_append (out, " OR (");
  append_initials (out, terms, n, unfinished);
  g_string_append (out, "))");
}

/* After something else, the first letter of the next word says too little: the list would be empty
 * until the second. */
static gboolean
is_lone_letter (const char *term)
{
  return g_ascii_islower (term[0]) && term[1] == '\0';
}

static void
append_typed_word (GString *out, const char *word, gboolean last)
{
  g_autofree char *words = mr_search_text_words (word);
  g_auto (GStrv) split = g_strsplit (words, " ", -1);
  g_autoptr (GPtrArray) terms = g_ptr_array_new ();

  for (guint i = 0; split[i] != NULL; i++)
    {
      if (*split[i] != '\0')
        g_ptr_array_add (terms, split[i]);
    }
  if (last && terms->len > 0 && (terms->len > 1 || out->len > 0) &&
      is_lone_letter (terms->pdata[terms->len - 1]))
    {
      g_ptr_array_set_size (terms, (int) terms->len - 1);
      last = FALSE;
    }
  for (guint start = 0, end; start < terms->len; start = end)
    {
      gboolean hanzi = is_hanzi_term (terms->pdata[start]);

      for (end = start + 1; end < terms->len; end++)
        {
          if (is_hanzi_term (terms->pdata[end]) != hanzi)
            break;
        }
      append_run (out, (char **) &terms->pdata[start], end - start, last && end == terms->len);
    }
}

char *
mr_search_terms_query (const char *typed)
{
  g_autofree char *valid = g_utf8_make_valid (typed, -1);
  g_autofree char *cut =
      g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_TYPED_CHARS));
  g_autoptr (GPtrArray) typed_words = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new (NULL);

  for (const char *p = cut; *p != '\0' && typed_words->len < MAX_TYPED_WORDS;)
    {
      const char *end = p;

      while (*end != '\0' && !g_unichar_isspace (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
      if (end > p)
        g_ptr_array_add (typed_words, g_strndup (p, end - p));
      p = *end != '\0' ? g_utf8_next_char (end) : end;
    }
  for (guint i = 0; i < typed_words->len; i++)
    append_typed_word (out, typed_words->pdata[i], i + 1 == typed_words->len);
  return g_string_free (out, out->len == 0);
}

const char *
mr_search_terms_get_fingerprint (void)
{
  static char *fingerprint = NULL;

  if (g_once_init_enter (&fingerprint))
    {
      g_autoptr (GString) sample = g_string_new ("音乐 行李 Crème 330ml ﬁne ½ ");
      g_autofree char *words = NULL;
      g_autofree char *initials = NULL;
      g_autofree char *both = NULL;

      for (gunichar c = 0x4E00; c <= 0x9FA5; c++)
        g_string_append_unichar (sample, c);
      for (gunichar c = 0xA1; c <= 0x17F; c++)
        g_string_append_unichar (sample, c);
      words = mr_search_text_words (sample->str);
      initials = mr_search_text_initials (sample->str);
      both = g_strconcat ("1\n", words, "\n", initials, NULL);
      g_once_init_leave (&fingerprint, g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1));
    }
  return fingerprint;
}
