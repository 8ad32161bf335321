/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/code-page.h"

#define FIRST 0x80
#define N_HIGH 128

struct _MrCodePage
{
  int number;
  gunichar high[N_HIGH]; /* 0 where the table has a gap */
};

/* 0 when @byte alone is no character. */
static gunichar
decode (GIConv converter, guint8 byte)
{
  char utf8[8] = { 0 };
  char bytes[1] = { (char) byte };
  char *in = bytes;
  char *out = utf8;
  gsize in_left = 1;
  gsize out_left = sizeof utf8 - 1;

  g_iconv (converter, NULL, NULL, NULL, NULL);
  if (g_iconv (converter, &in, &in_left, &out, &out_left) == (gsize) -1 || out == utf8)
    return 0;
  return g_utf8_get_char (utf8);
}

static gboolean
is_ascii_below (GIConv converter)
{
  for (guint8 byte = 0x20; byte < 0x7F; byte++)
    if (decode (converter, byte) != byte)
      return FALSE;
  return TRUE;
}

/* FALSE when not one byte of the upper half stands for a character by itself. */
static gboolean
read_high (MrCodePage *self, GIConv converter)
{
  gboolean has_any = FALSE;

  for (guint i = 0; i < N_HIGH; i++)
    {
      self->high[i] = decode (converter, (guint8) (FIRST + i));
      has_any |= self->high[i] != 0;
    }
  return has_any;
}

MrCodePage *
mr_code_page_new (int number, const char *charset)
{
  GIConv converter = g_iconv_open ("UTF-8", charset);
  g_autoptr (MrCodePage) self = g_new0 (MrCodePage, 1);
  gboolean is_right;

  if (converter == (GIConv) -1)
    return NULL;
  self->number = number;
  is_right = is_ascii_below (converter) && read_high (self, converter);
  g_iconv_close (converter);
  return is_right ? g_steal_pointer (&self) : NULL;
}

void
mr_code_page_free (MrCodePage *self)
{
  g_free (self);
}

int
mr_code_page_get_number (const MrCodePage *self)
{
  return self->number;
}

guint8
mr_code_page_encode (const MrCodePage *self, gunichar character)
{
  for (guint i = 0; i < N_HIGH && character != 0; i++)
    if (self->high[i] == character)
      return (guint8) (FIRST + i);
  return 0;
}
