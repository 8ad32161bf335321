/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/label-code.h"

#include "model/barcode.h"

#include <string.h>

#define PREFIX_DIGITS 2
#define NUMBER_DIGITS 5
#define WEIGHT_DIGITS 5

static guint
read_digits (const char *digits, guint n)
{
  guint value = 0;

  for (guint i = 0; i < n; i++)
    value = value * 10 + (guint) (digits[i] - '0');
  return value;
}

/* Short codes may begin with zeros: "7", then "07", … (nullable) (transfer full) */
static MrGood *
find_number (MrGround *ground, guint number)
{
  for (int width = 1; width <= NUMBER_DIGITS; width++)
    {
      g_autofree char *code = g_strdup_printf ("%0*u", width, number);
      g_autoptr (GPtrArray) goods = NULL;

      if ((int) strlen (code) != width)
        continue;
      goods = mr_shelf_find_code (ground->shelf, code);
      for (guint i = 0; i < goods->len; i++)
        {
          MrGood *good = g_ptr_array_index (goods, i);

          if (good->sold_by == MR_SOLD_BY_WEIGHT)
            return mr_good_ref (good);
        }
    }
  return NULL;
}

MrGood *
mr_label_code_find (MrGround *ground, const char *code, gint64 *quantity_milli)
{
  const char *prefix = mr_settings_get (ground->settings, MR_SETTING_LABEL_PREFIX);
  g_autoptr (MrGood) good = NULL;
  MrBarcode barcode;
  guint grams;

  if (!g_str_equal (mr_settings_get (ground->settings, MR_SETTING_LABEL_VALUE), MR_LABEL_WEIGHT) ||
      !mr_barcode_parse (code, &barcode) || barcode.kind != MR_BARCODE_EAN13 ||
      !g_str_has_prefix (barcode.key, prefix))
    return NULL;
  grams = read_digits (barcode.key + PREFIX_DIGITS + NUMBER_DIGITS, WEIGHT_DIGITS);
  if (grams > 0)
    good = find_number (ground, read_digits (barcode.key + PREFIX_DIGITS, NUMBER_DIGITS));
  if (good == NULL || !mr_scale_desk_convert (good, grams, quantity_milli))
    return NULL;
  return g_steal_pointer (&good);
}
