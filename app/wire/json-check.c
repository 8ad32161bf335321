/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/json.h"

#include <string.h>

typedef struct
{
  const char *start;
  const char *at;
  const char *end;
  guint depth;
  GError **error;
} Scan;

static gboolean scan_value (Scan *self);

/* The place is worked out only when something is wrong. Columns count characters. */
static gboolean G_GNUC_PRINTF (3, 4) refuse (Scan *self, const char *at, const char *format, ...)
{
  guint line = 1, column = 1;
  g_autofree char *what = NULL;
  g_autofree char *valid = NULL;
  va_list args;

  for (const char *p = self->start; p < at; p++)
    if (*p == '\n')
      {
        line++;
        column = 1;
      }
    else if ((*p & 0xc0) != 0x80)
      {
        column++;
      }

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  /* A key that is quoted may have been cut off within a character. */
  valid = g_utf8_make_valid (what, -1);
  g_set_error (self->error, MR_WIRE_ERROR, MR_WIRE_ERROR_JSON, "line %u, column %u: %s", line,
               column, valid);
  return FALSE;
}

static void
skip_space (Scan *self)
{
  while (self->at < self->end && strchr (" \t\r\n", *self->at) != NULL)
    self->at++;
}

static gboolean
read_hex4 (Scan *self, const char *at, gunichar *value)
{
  gunichar sum = 0;

  if (self->end - at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return FALSE;
      sum = sum * 16 + (gunichar) g_ascii_xdigit_value (at[i]);
    }
  *value = sum;
  return TRUE;
}

/* After "\u": one UTF-16 unit, or a pair of them. */
static gboolean
scan_unicode_escape (Scan *self, gunichar *c)
{
  const char *at = self->at - 2;
  gunichar low;

  if (!read_hex4 (self, self->at, c))
    return refuse (self, at, "\\u wants four hexadecimal digits");
  self->at += 4;
  if (*c == 0)
    return refuse (self, at, "text must not hold NUL");
  if (*c >= 0xdc00 && *c < 0xe000)
    return refuse (self, at, "the second half of a surrogate pair stands alone");
  if (*c < 0xd800 || *c >= 0xdc00)
    return TRUE;
  if (self->end - self->at < 6 || self->at[0] != '\\' || self->at[1] != 'u' ||
      !read_hex4 (self, self->at + 2, &low) || low < 0xdc00 || low >= 0xe000)
    return refuse (self, at, "the first half of a surrogate pair stands alone");
  self->at += 6;
  *c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
  return TRUE;
}

static gboolean
scan_escape (Scan *self, GString *decoded)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  gunichar c;
  const char *found;

  self->at++;
  if (self->at >= self->end)
    return refuse (self, self->at, "the text ends within a string");
  c = (guchar) *self->at++;
  if (c == 'u')
    {
      if (!scan_unicode_escape (self, &c))
        return FALSE;
    }
  else if (c != 0 && (found = strchr (from, (int) c)) != NULL)
    {
      c = (guchar) to[found - from];
    }
  else
    {
      return refuse (self, self->at - 2, "no such escape in a string");
    }
  if (decoded != NULL)
    g_string_append_unichar (decoded, c);
  return TRUE;
}

/* @decoded: where the text goes when it is wanted (a key). */
static gboolean
scan_string (Scan *self, GString *decoded)
{
  const char *open = self->at++;

  while (self->at < self->end)
    {
      guchar c = (guchar) *self->at;

      if (c == '"')
        {
          self->at++;
          return TRUE;
        }
      if (c < 0x20)
        return refuse (self, self->at,
                       "a control character in a string must be written as an escape");
      if (c == '\\')
        {
          if (!scan_escape (self, decoded))
            return FALSE;
          continue;
        }
      if (decoded != NULL)
        g_string_append_c (decoded, (char) c);
      self->at++;
    }
  return refuse (self, open, "this string has no end");
}

static gboolean
scan_number (Scan *self)
{
  const char *from = self->at;
  gint64 value = 0;

  if (*self->at == '-')
    self->at++;
  if (self->at >= self->end || !g_ascii_isdigit (*self->at))
    return refuse (self, from, "a number wants a digit here");
  if (*self->at == '0' && self->end - self->at > 1 && g_ascii_isdigit (self->at[1]))
    return refuse (self, from, "a number does not begin with 0");
  while (self->at < self->end && g_ascii_isdigit (*self->at))
    {
      value = value * 10 + (*self->at++ - '0');
      if (value > MR_WIRE_MAX_INT)
        return refuse (self, from, "integers go from −2^53 to 2^53");
    }
  if (self->at < self->end && strchr (".eE", *self->at) != NULL)
    return refuse (self, from, "numbers are whole here: no fraction, no exponent");
  return TRUE;
}

static gboolean
scan_member (Scan *self, GHashTable *keys)
{
  const char *at = self->at;
  g_autoptr (GString) key = g_string_new (NULL);

  if (at >= self->end || *at != '"')
    return refuse (self, at, "a key in quotes is wanted here");
  if (!scan_string (self, key))
    return FALSE;
  if (!g_hash_table_add (keys, g_strdup (key->str)))
    return refuse (self, at, "the key “%.60s” stands twice in one object", key->str);
  skip_space (self);
  if (self->at >= self->end || *self->at != ':')
    return refuse (self, self->at, "a colon is wanted after a key");
  self->at++;
  return scan_value (self);
}

static gboolean
scan_container (Scan *self)
{
  char close = *self->at == '{' ? '}' : ']';
  g_autoptr (GHashTable) keys = NULL;

  if (++self->depth > MR_WIRE_MAX_DEPTH)
    return refuse (self, self->at, "nested deeper than %d", MR_WIRE_MAX_DEPTH);
  if (close == '}')
    keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->at++;
  skip_space (self);
  if (self->at < self->end && *self->at == close)
    {
      self->at++;
      self->depth--;
      return TRUE;
    }
  for (;;)
    {
      skip_space (self);
      if (!(keys != NULL ? scan_member (self, keys) : scan_value (self)))
        return FALSE;
      skip_space (self);
      if (self->at >= self->end)
        return refuse (self, self->at, "the text ends before “%c”", close);
      if (*self->at == close)
        break;
      if (*self->at != ',')
        return refuse (self, self->at, "a comma or “%c” is wanted here", close);
      self->at++;
    }
  self->at++;
  self->depth--;
  return TRUE;
}

static gboolean
scan_word (Scan *self)
{
  static const char *const words[] = { "true", "false", "null" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize) (self->end - self->at) >= length && memcmp (self->at, words[i], length) == 0)
        {
          self->at += length;
          return TRUE;
        }
    }
  return refuse (self, self->at, "no JSON value begins like this");
}

static gboolean
scan_value (Scan *self)
{
  skip_space (self);
  if (self->at >= self->end)
    return refuse (self, self->at, "a value is wanted, but the text ends");
  switch (*self->at)
    {
    case '{':
    case '[':
      return scan_container (self);
    case '"':
      return scan_string (self, NULL);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return scan_number (self);
    default:
      return scan_word (self);
    }
}

gboolean
mr_wire_check (const char *text, gssize length, GError **error)
{
  Scan scan = { .error = error };
  const char *bad;

  /* An answer without a body. */
  if (text == NULL)
    text = "";
  scan.start = scan.at = text;
  scan.end = text + (length < 0 ? strlen (text) : (gsize) length);
  if (!g_utf8_validate_len (text, (gsize) (scan.end - text), &bad))
    return refuse (&scan, bad, *bad == '\0' ? "text must not hold NUL" : "this is not UTF-8");
  if (!scan_value (&scan))
    return FALSE;
  skip_space (&scan);
  if (scan.at != scan.end)
    return refuse (&scan, scan.at, "something stands after the end of the value");
  return TRUE;
}
