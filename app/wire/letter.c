/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include <string.h>

#define LAST_NUMBER (26 + 26 * 26 + 26 * 26 * 26)

const char *
mr_letter_format (gint64 number, char out[MR_LETTER_SIZE])
{
  char *end = out + MR_LETTER_SIZE - 1;
  char *first = end;

  *end = '\0';
  for (; number > 0 && number <= LAST_NUMBER; number = (number - 1) / 26)
    *--first = (char) ('A' + (number - 1) % 26);
  memmove (out, first, strlen (first) + 1);
  return out;
}

gint64
mr_letter_parse (const char *text)
{
  gint64 number = 0;

  if (strlen (text) >= MR_LETTER_SIZE)
    return 0;
  for (; *text != '\0'; text++)
    {
      if (*text < 'A' || *text > 'Z')
        return 0;
      number = number * 26 + (*text - 'A' + 1);
    }
  return number;
}
