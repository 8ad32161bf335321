/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/columns.h"

#include "device/gb18030.h"

#include <string.h>

#define ELLIPSIS "…"
#define ELLIPSIS_COLUMNS 2

/* What must not start a line, and what must not end one (GB/T 15834 4.1 … 4.17). */
static const char closing_marks[] = ",。、;:!?)》」』】〕”’…%‰℃,.;:!?)]}%";
static const char opening_marks[] = "(《「『【〔“‘¥([{$";

/* 0 for what leaves no mark on paper. */
static gunichar
fold_character (gunichar character)
{
  if (character == '\n')
    return character;
  if (character == '\t' || g_unichar_type (character) == G_UNICODE_SPACE_SEPARATOR)
    return character == 0x3000 ? character : ' ';
  if (character >= 0xFE00 && character <= 0xFE0F) /* variation selectors */
    return 0;
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return 0;
    default:
      break;
    }
  switch (character)
    {
    case 0x00A5:
      return 0xFFE5;
    case 0x2010:
    case 0x2011:
    case 0x2212:
      return '-';
    case 0xFFFD:
      return '?';
    default:
      return character;
    }
}

char *
mr_columns_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) folded = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = fold_character (g_utf8_get_char (p));

      if (character != 0)
        g_string_append_unichar (folded, character);
    }
  /* Last, because a letter and its mark may have been kept apart by a joiner. */
  return g_utf8_normalize (folded->str, -1, G_NORMALIZE_NFC);
}

/* A line of text: newlines are spaces. */
static char *
fold_line (const char *text)
{
  char *folded = mr_columns_fold (text);

  return g_strdelimit (folded, "\n", ' ');
}

int
mr_columns_char_width (gunichar character)
{
  guint8 bytes[4];

  character = fold_character (character);
  if (character < 0x20)
    return 0;
  if (character < 0x80)
    return 1;
  if (g_unichar_iszerowidth (character))
    return 0;
  if (g_unichar_iswide_cjk (character) || mr_gb18030_encode (character, bytes) == 2)
    return 2;
  return 1;
}

/* Of text already folded. */
static int
measure (const char *folded, const char *end)
{
  int width = 0;

  for (const char *p = folded; *p != '\0' && p < end; p = g_utf8_next_char (p))
    width += mr_columns_char_width (g_utf8_get_char (p));
  return width;
}

int
mr_columns_width (const char *text)
{
  g_autofree char *folded = mr_columns_fold (text);

  return measure (folded, folded + strlen (folded));
}

/* Where the first @columns of @folded end; marks on the last letter are taken along. */
static const char *
find_column (const char *folded, int columns)
{
  const char *p = folded;
  int width = 0;

  for (; *p != '\0'; p = g_utf8_next_char (p))
    {
      width += mr_columns_char_width (g_utf8_get_char (p));
      if (width > columns)
        break;
    }
  return p;
}

static char *
ellipsize_folded (const char *folded, int columns)
{
  const char *end = find_column (folded, columns);

  if (*end == '\0')
    return g_strdup (folded);
  if (columns < ELLIPSIS_COLUMNS)
    return g_strdup ("");
  end = find_column (folded, columns - ELLIPSIS_COLUMNS);
  return g_strdup_printf ("%.*s" ELLIPSIS, (int) (end - folded), folded);
}

char *
mr_columns_ellipsize (const char *text, int columns)
{
  g_autofree char *folded = fold_line (text);

  return ellipsize_folded (folded, columns);
}

static gboolean
is_one_of (gunichar character, const char *marks)
{
  return g_utf8_strchr (marks, -1, character) != NULL;
}

static gboolean
may_break_between (gunichar before, gunichar after)
{
  if (before == ' ')
    return TRUE;
  if (after == ' ' || is_one_of (after, closing_marks) || is_one_of (before, opening_marks))
    return FALSE;
  return mr_columns_char_width (after) == 2 ||
         (mr_columns_char_width (before) == 2 && mr_columns_char_width (after) > 0);
}

/* The end of the line that starts at @line: the last place to break before @columns are full. */
static const char *
find_line_end (const char *line, int columns)
{
  const char *full = find_column (line, columns);
  const char *end = NULL;

  if (*full == '\0' || memchr (line, '\n', (gsize) (full - line)) != NULL || *full == '\n')
    {
      const char *newline = strchr (line, '\n');

      return newline != NULL ? newline : full;
    }
  for (const char *p = line; p < full; p = g_utf8_next_char (p))
    {
      const char *next = g_utf8_next_char (p);

      if (may_break_between (g_utf8_get_char (p), g_utf8_get_char (next)))
        end = next;
    }
  if (*full == ' ')
    end = full;
  if (end == NULL)
    end = full;
  /* A hanzi in one column: let it stand over rather than never end. */
  return end == line ? g_utf8_next_char (line) : end;
}

static char *
dup_trimmed (const char *start, const char *end)
{
  return g_strchomp (g_strndup (start, (gsize) (end - start)));
}

char **
mr_columns_wrap (const char *text, int columns, int max_lines)
{
  g_autofree char *folded = mr_columns_fold (text);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  const char *line = folded;

  do
    {
      const char *end;

      if (max_lines > 0 && (int) lines->len == max_lines - 1)
        {
          g_autofree char *rest = g_strdelimit (g_strdup (line), "\n", ' ');

          g_ptr_array_add (lines, ellipsize_folded (g_strchomp (rest), columns));
          break;
        }
      end = find_line_end (line, columns);
      g_ptr_array_add (lines, dup_trimmed (line, end));
      line = end;
      if (*line == '\n')
        line++;
      else
        while (*line == ' ')
          line++;
    }
  while (*line != '\0');
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}

static void
append_times (GString *line, char mark, int times)
{
  for (int i = 0; i < times; i++)
    g_string_append_c (line, mark);
}

char *
mr_columns_pair (const char *left, const char *right, int columns, char fill)
{
  g_autofree char *end = mr_columns_ellipsize (right, columns);
  int end_width = mr_columns_width (end);
  g_autofree char *start = mr_columns_ellipsize (left, MAX (0, columns - end_width - 1));
  int gap = columns - end_width - mr_columns_width (start);
  GString *line = g_string_new (start);

  /* Dots stand apart from the words they join. */
  if (fill != ' ' && gap >= 3)
    {
      g_string_append_c (line, ' ');
      append_times (line, fill, gap - 2);
      g_string_append_c (line, ' ');
    }
  else
    append_times (line, ' ', gap);
  g_string_append (line, end);
  return g_string_free (line, FALSE);
}

char *
mr_columns_pad (const char *text, int columns, MrAlign align)
{
  g_autofree char *cut = mr_columns_ellipsize (text, columns);
  int space = MAX (0, columns - mr_columns_width (cut));
  int before = 0;
  GString *line = g_string_new (NULL);

  if (align == MR_ALIGN_RIGHT)
    before = space;
  else if (align == MR_ALIGN_CENTER)
    before = space / 2;
  append_times (line, ' ', before);
  g_string_append (line, cut);
  append_times (line, ' ', space - before);
  return g_string_free (line, FALSE);
}

char *
mr_columns_rule (char mark, int columns)
{
  return g_strnfill ((gsize) MAX (0, columns), mark);
}
