/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/id.h"

#include <string.h>

static const char hex[] = "0123456789abcdef";

MrId
mr_id_new (const MrWorld *world)
{
  gint64 now_us = mr_world_now_us (world);
  guint64 now_ms = now_us > 0 ? (guint64) now_us / 1000 : 0;
  MrId id;

  mr_world_fill_random (world, id.bytes, sizeof id.bytes);
  /* RFC 9562 section 5.7: 48 bits of milliseconds, the version 7, the variant 0b10. */
  for (int i = 0; i < 6; i++)
    id.bytes[i] = (guint8) (now_ms >> (40 - 8 * i));
  id.bytes[6] = 0x70 | (id.bytes[6] & 0x0f);
  id.bytes[8] = 0x80 | (id.bytes[8] & 0x3f);

  return id;
}

MrId
mr_id_new_random (const MrWorld *world)
{
  MrId id;

  mr_world_fill_random (world, id.bytes, sizeof id.bytes);
  return id;
}

gboolean
mr_id_is_none (MrId self)
{
  return mr_id_equal (self, MR_ID_NONE);
}

gboolean
mr_id_equal (MrId a, MrId b)
{
  return memcmp (a.bytes, b.bytes, sizeof a.bytes) == 0;
}

static gboolean
has_dash_before (gsize byte)
{
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

const char *
mr_id_format (MrId self, char out[MR_ID_STRING_SIZE])
{
  char *cursor = out;

  for (gsize i = 0; i < sizeof self.bytes; i++)
    {
      if (has_dash_before (i))
        *cursor++ = '-';
      *cursor++ = hex[self.bytes[i] >> 4];
      *cursor++ = hex[self.bytes[i] & 0x0f];
    }
  *cursor = '\0';

  return out;
}

char *
mr_id_to_string (MrId self)
{
  char text[MR_ID_STRING_SIZE];

  return g_strdup (mr_id_format (self, text));
}

gboolean
mr_id_parse (const char *text, MrId *id)
{
  MrId result;

  if (text == NULL)
    return FALSE;

  for (gsize i = 0; i < sizeof result.bytes; i++)
    {
      int high;
      int low;

      if (has_dash_before (i) && *text++ != '-')
        return FALSE;
      high = g_ascii_xdigit_value (*text);
      low = high >= 0 ? g_ascii_xdigit_value (text[1]) : -1;
      if (low < 0)
        return FALSE;
      result.bytes[i] = (guint8) (high << 4 | low);
      text += 2;
    }
  if (*text != '\0')
    return FALSE;

  *id = result;
  return TRUE;
}
