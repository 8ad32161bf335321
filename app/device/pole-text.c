/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/pole-text.h"

#include "device/code-page.h"
#include "device/columns.h"
#include "device/gb18030.h"

#include <string.h>

#define CLR 0x0C
#define ESC 0x1B
#define US 0x1F

struct _MrPoleText
{
  gboolean has_chinese;
  MrCodePage *page; /* (owned) (nullable) */
};

static gboolean
read_page (const char *text, MrCodePage **page)
{
  const char *colon = strchr (text, ':');
  g_autofree char *number = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : NULL;
  guint64 value;

  if (number == NULL || !g_ascii_string_to_unsigned (number, 10, 0, 255, &value, NULL))
    return FALSE;
  *page = mr_code_page_new ((int) value, colon + 1);
  return *page != NULL;
}

MrPoleText *
mr_pole_text_new (const char *text, GError **error)
{
  MrPoleText *self;
  MrCodePage *page = NULL;

  if (!g_str_equal (text, "ascii") && !g_str_equal (text, "gb18030") && !read_page (text, &page))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is not ascii, gb18030 or NUMBER:CHARSET", text);
      return NULL;
    }
  self = g_new0 (MrPoleText, 1);
  self->has_chinese = g_str_equal (text, "gb18030");
  self->page = page;
  return self;
}

void
mr_pole_text_free (MrPoleText *self)
{
  g_clear_pointer (&self->page, mr_code_page_free);
  g_free (self);
}

/* How many bytes, which are as many columns; 0: it has not this character. */
static gsize
encode (const MrPoleText *self, gunichar character, guint8 bytes[4])
{
  gsize n = 0;

  if (character < 0x80)
    {
      bytes[0] = (guint8) character;
      return 1;
    }
  if (self->has_chinese)
    n = mr_gb18030_encode (character, bytes);
  else if (self->page != NULL)
    {
      bytes[0] = mr_code_page_encode (self->page, character);
      n = bytes[0] != 0;
    }
  /* Fonts end where GB18030 begins to take four. */
  return n <= 2 ? n : 0;
}

gboolean
mr_pole_text_can_show (const MrPoleText *self, const char *text)
{
  g_autofree char *folded = mr_columns_fold (text);
  guint8 bytes[4];

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    if (encode (self, g_utf8_get_char (p), bytes) == 0)
      return FALSE;
  return TRUE;
}

/* Writes as many whole characters as fit @columns; how many columns that took. */
static guint
append_text (const MrPoleText *self, GByteArray *out, const char *text, guint columns)
{
  g_autofree char *folded = mr_columns_fold (text);
  guint n_used = 0;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      guint8 bytes[4] = { '?' };
      gsize n = encode (self, g_utf8_get_char (p), bytes);

      /* Folding leaves line feeds, which would be obeyed. */
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        continue;
      if (n == 0)
        {
          bytes[0] = '?';
          n = 1;
        }
      if (n_used + n > columns)
        break;
      g_byte_array_append (out, bytes, (guint) n);
      n_used += (guint) n;
    }
  return n_used;
}

static void
append_row (const MrPoleText *self, GByteArray *out, const MrPoleRow *row, guint8 number)
{
  const guint8 place[] = { US, '$', 1, number };
  g_autoptr (GByteArray) right = g_byte_array_new ();
  guint n_right = append_text (self, right, row->right, MR_POLE_COLUMNS);
  guint room = MR_POLE_COLUMNS - n_right;
  guint n_left;

  g_byte_array_append (out, place, sizeof place);
  /* A column stays free between the two. */
  n_left = append_text (self, out, row->left, n_right > 0 && room > 0 ? room - 1 : room);
  for (guint i = n_left; i < room; i++)
    g_byte_array_append (out, (const guint8 *) " ", 1);
  g_byte_array_append (out, right->data, right->len);
}

GBytes *
mr_pole_text_new_frame (const MrPoleText *self, const MrPoleRow rows[MR_POLE_ROWS])
{
  static const guint8 no_cursor[] = { US, 'C', 0 };
  GByteArray *out = g_byte_array_new ();

  if (self->page != NULL)
    {
      const guint8 table[] = { ESC, 't', (guint8) mr_code_page_get_number (self->page) };

      g_byte_array_append (out, table, sizeof table);
    }
  g_byte_array_append (out, no_cursor, sizeof no_cursor);
  for (guint8 i = 0; i < MR_POLE_ROWS; i++)
    append_row (self, out, &rows[i], (guint8) (i + 1));
  return g_byte_array_free_to_bytes (out);
}

GBytes *
mr_pole_text_new_blank (void)
{
  static const guint8 blank[] = { CLR };

  return g_bytes_new_static (blank, sizeof blank);
}
