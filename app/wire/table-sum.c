/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/table-sum.h"

#include <sodium.h>
#include <string.h>

/* --- a row's values, out of its JSON --- */

static int
read_hex4 (const char *text)
{
  int value = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      value = value * 16 + g_ascii_xdigit_value (text[i]);
    }
  return value;
}

/* After "\u"; moves on past it, and past its second half where it is a pair. */
static gboolean
read_unicode (const char **text, GString *out)
{
  int first = read_hex4 (*text), second;

  if (first <= 0)
    return FALSE;
  *text += 4;
  if (first < 0xd800 || first > 0xdfff)
    {
      g_string_append_unichar (out, (gunichar) first);
      return TRUE;
    }
  if ((*text)[0] != '\\' || (*text)[1] != 'u' || (second = read_hex4 (*text + 2)) < 0xdc00 ||
      second > 0xdfff || first > 0xdbff)
    return FALSE;
  *text += 6;
  g_string_append_unichar (out, 0x10000 + (gunichar) ((first - 0xd800) * 0x400 + second - 0xdc00));
  return TRUE;
}

static gboolean
read_escape (const char **text, GString *out)
{
  static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
  char letter = *(*text)++;
  const char *found = letter != '\0' ? strchr (letters, letter) : NULL;

  if (letter == 'u')
    return read_unicode (text, out);
  if (found != NULL)
    g_string_append_c (out, bytes[found - letters]);
  return found != NULL;
}

static gboolean
read_text (const char **text, GString *out)
{
  gsize start = out->len + 1 + sizeof (guint32);
  guint32 length = 0;

  g_string_append_c (out, 's');
  g_string_append_len (out, (const char *) &length, sizeof length);
  for ((*text)++; **text != '"';)
    {
      gsize plain = strcspn (*text, "\"\\");

      g_string_append_len (out, *text, (gssize) plain);
      *text += plain;
      if (**text == '\0' || (**text == '\\' && ((*text)++, !read_escape (text, out))))
        return FALSE;
    }
  (*text)++;
  length = GUINT32_TO_BE ((guint32) (out->len - start));
  memcpy (out->str + start - sizeof length, &length, sizeof length);
  return TRUE;
}

static gboolean
read_value (const char **text, GString *out)
{
  gsize digits;

  if (**text == '"')
    return read_text (text, out);
  if (g_str_has_prefix (*text, "null"))
    {
      g_string_append_c (out, 'n');
      *text += 4;
      return TRUE;
    }
  digits = strspn (*text, "-0123456789");
  g_string_append_c (out, 'i');
  g_string_append_len (out, *text, (gssize) digits);
  g_string_append_c (out, '\n');
  *text += digits;
  return digits > 0;
}

/* What messages may hold besides: spaces between values. */
static void
skip_spaces (const char **text)
{
  *text += strspn (*text, " \t\r\n");
}

static gboolean
read_fields (const char *text, GString *out)
{
  skip_spaces (&text);
  if (*text++ != '[')
    return FALSE;
  skip_spaces (&text);
  for (gboolean first = TRUE; *text != ']'; first = FALSE)
    {
      if (!first && *text++ != ',')
        return FALSE;
      skip_spaces (&text);
      if (!read_value (&text, out))
        return FALSE;
      skip_spaces (&text);
    }
  return TRUE;
}

/* --- sums --- */

static guint64
hash_row (const char *table, const char *id, gint64 v, const char *fields)
{
  g_autoptr (GString) bytes = g_string_sized_new (256);
  guint8 hash[crypto_hash_sha256_BYTES];
  gint64 version = GINT64_TO_BE (v);
  guint64 sum;
  gsize head;

  g_string_append_len (bytes, table, (gssize) strlen (table) + 1);
  g_string_append_len (bytes, id, (gssize) strlen (id) + 1);
  g_string_append_len (bytes, (const char *) &version, sizeof version);
  head = bytes->len;
  if (!read_fields (fields, bytes))
    {
      g_string_truncate (bytes, head);
      g_string_append (bytes, fields);
    }
  crypto_hash_sha256 (hash, (const guint8 *) bytes->str, bytes->len);
  memcpy (&sum, hash, sizeof sum);
  return GUINT64_FROM_BE (sum);
}

static MrTableSum *
find_table (const GArray *sums, const char *table)
{
  for (guint i = sums->len; i > 0; i--)
    {
      MrTableSum *sum = &g_array_index (sums, MrTableSum, i - 1);

      if (strcmp (sum->table, table) == 0)
        return sum;
    }
  return NULL;
}

void
mr_table_sums_add (GArray *sums, const char *table, const char *id, gint64 v, const char *fields)
{
  MrTableSum *sum = find_table (sums, table);

  if (sum == NULL)
    {
      MrTableSum fresh = { .count = 0 };

      g_strlcpy (fresh.table, table, sizeof fresh.table);
      g_array_append_val (sums, fresh);
      sum = &g_array_index (sums, MrTableSum, sums->len - 1);
    }
  sum->count++;
  sum->sum += hash_row (table, id, v, fields);
}

/* A table without rows is as good as none. */
static const char *
find_missing (const GArray *a, const GArray *b)
{
  for (guint i = 0; i < a->len; i++)
    {
      const MrTableSum *left = &g_array_index (a, MrTableSum, i);
      const MrTableSum *right = find_table (b, left->table);

      if (right == NULL ? left->count > 0 : left->count != right->count || left->sum != right->sum)
        return left->table;
    }
  return NULL;
}

const char *
mr_table_sums_find_difference (const GArray *a, const GArray *b)
{
  const char *found = find_missing (a, b);

  return found != NULL ? found : find_missing (b, a);
}
