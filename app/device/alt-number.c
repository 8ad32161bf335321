/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/alt-number.h"

#define GS 0x1D
#define RS 0x1E

void
mr_alt_number_append (GString *text, guint number)
{
  if (number == GS || number == RS || (number >= 0x20 && number < 0x7F))
    g_string_append_c (text, (char) number);
  else if (number >= 0x8140 && number <= 0xFEFE)
    {
      char bytes[2] = { (char) (number >> 8), (char) (number & 0xFF) };
      g_autofree char *utf8 = g_convert (bytes, 2, "UTF-8", "GB18030", NULL, NULL, NULL);

      if (utf8 != NULL)
        g_string_append (text, utf8);
    }
}
