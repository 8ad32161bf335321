/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/escpos-rest.h"

#define DLE 0x10
#define DC4 0x14
#define ESC 0x1B
#define FS 0x1C
#define GS 0x1D

static gsize
get_number (const guint8 *bytes)
{
  return (gsize) bytes[0] | (gsize) bytes[1] << 8;
}

/* Of a command that begins with GS, of which @left bytes are there. */
static gsize
measure_gs (const guint8 *bytes, gsize left)
{
  switch (left > 1 ? bytes[1] : 0)
    {
    case 'v':
      return left < 8 ? 8 : 8 + get_number (bytes + 4) * get_number (bytes + 6);
    case '(':
      return left < 5 ? 5 : 5 + get_number (bytes + 3);
    case 'k':
      return left < 4 ? 4 : 4 + (gsize) bytes[3];
    case 'V':
      return 4;
    default:
      return 3;
    }
}

static gsize
measure_esc (const guint8 *bytes, gsize left)
{
  if (left > 1 && bytes[1] == '@')
    return 2;
  return left > 1 && bytes[1] == 'p' ? 5 : 3;
}

static gsize
measure_fs (const guint8 *bytes, gsize left)
{
  if (left > 1 && (bytes[1] == '&' || bytes[1] == '.'))
    return 2;
  return left > 1 && bytes[1] == 'p' ? 4 : 3;
}

gsize
mr_escpos_count_missing (const guint8 *bytes, gsize length, gsize n_taken)
{
  gboolean is_hanzi = FALSE;
  gsize size = 0;
  gsize at;

  for (at = 0; at < n_taken; at += size)
    {
      const guint8 *command = bytes + at;
      gsize left = length - at;

      size = 1;
      if (command[0] == DLE)
        size = left > 1 && command[1] == DC4 ? 5 : 3;
      else if (command[0] == ESC)
        size = measure_esc (command, left);
      else if (command[0] == GS)
        size = measure_gs (command, left);
      else if (command[0] == FS)
        size = measure_fs (command, left);
      else if (command[0] >= 0x80 && is_hanzi)
        size = 2;
      if (command[0] == FS && left > 1 && (command[1] == '&' || command[1] == '.'))
        is_hanzi = command[1] == '&';
    }
  return at - n_taken;
}
