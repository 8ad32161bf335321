/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/quantity.h"

#include "model/money.h"

#include <string.h>

#define QUANTITY_DIGITS 3

gboolean
mr_quantity_parse (const char *text, gint64 *quantity_milli, GError **error)
{
  gint64 value;

  if (!mr_money_parse (text, QUANTITY_DIGITS, &value, error))
    return FALSE;

  if (value > MR_QUANTITY_MAX_MILLI || value < -MR_QUANTITY_MAX_MILLI)
    {
      g_set_error (error, MR_MONEY_ERROR, MR_MONEY_ERROR_RANGE, "“%.32s” is too large", text);
      return FALSE;
    }

  *quantity_milli = value;
  return TRUE;
}

char *
mr_quantity_format (gint64 quantity_milli)
{
  char *text = mr_money_format (quantity_milli, QUANTITY_DIGITS);
  gsize length = strlen (text);

  while (text[length - 1] == '0')
    length--;
  if (text[length - 1] == '.')
    length--;
  text[length] = '\0';

  return text;
}
