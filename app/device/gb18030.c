/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/gb18030.h"

static void
close_converter (gpointer converter)
{
  g_iconv_close (converter);
}

/* Opening a converter costs more than a receipt's worth of characters. */
static GPrivate converter_of_thread = G_PRIVATE_INIT (close_converter);

static GIConv
get_converter (void)
{
  GIConv converter = g_private_get (&converter_of_thread);

  if (converter == NULL)
    {
      converter = g_iconv_open ("GB18030", "UTF-8");
      g_assert (converter != (GIConv) -1);
      g_private_set (&converter_of_thread, converter);
    }
  return converter;
}

gsize
mr_gb18030_encode (gunichar character, guint8 bytes[4])
{
  char utf8[6];
  char *in = utf8;
  char *out = (char *) bytes;
  gsize in_left;
  gsize out_left = 4;

  if (character < 0x80)
    {
      bytes[0] = (guint8) character;
      return 1;
    }
  in_left = (gsize) g_unichar_to_utf8 (character, utf8);
  if (g_iconv (get_converter (), &in, &in_left, &out, &out_left) == (gsize) -1)
    {
      g_iconv (get_converter (), NULL, NULL, NULL, NULL);
      return 0;
    }
  return 4 - out_left;
}
