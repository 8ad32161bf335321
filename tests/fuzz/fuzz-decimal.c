/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/id.h"
#include "model/money.h"
#include "model/quantity.h"

#include "fuzz.h"

static void
try_money (const char *text, guint digits)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *formatted = NULL;
  gint64 amount_minor;
  gint64 again_minor;

  if (!mr_money_parse (text, digits, &amount_minor, &error))
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }

  g_assert_true (ABS (amount_minor) <= MR_MONEY_MAX_MINOR);
  formatted = mr_money_format (amount_minor, digits);
  g_assert_true (mr_money_parse (formatted, digits, &again_minor, NULL));
  g_assert_cmpint (again_minor, ==, amount_minor);
}

static void
try_quantity (const char *text)
{
  g_autofree char *formatted = NULL;
  gint64 quantity_milli;
  gint64 again_milli;

  if (!mr_quantity_parse (text, &quantity_milli, NULL))
    return;

  g_assert_true (ABS (quantity_milli) <= MR_QUANTITY_MAX_MILLI);
  formatted = mr_quantity_format (quantity_milli);
  g_assert_true (mr_quantity_parse (formatted, &again_milli, NULL));
  g_assert_cmpint (again_milli, ==, quantity_milli);
}

/* Typed or imported amounts, quantities and ids: what is read is written and read the same again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  MrId id;

  for (guint digits = 0; digits <= 6; digits++)
    try_money (text, digits);
  try_quantity (text);

  if (mr_id_parse (text, &id))
    {
      char out[MR_ID_STRING_SIZE];

      g_assert_true (g_ascii_strcasecmp (mr_id_format (id, out), text) == 0);
    }
  return 0;
}
