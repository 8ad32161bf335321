/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/bars.h"

#include "model/barcode.h"

#include <string.h>

/* ISO/IEC 15417: quiet zones of ten modules, symbols of six bars and spaces, a check symbol. */
#define CODE128_QUIET 10
#define CODE128_MAX_LENGTH 64
#define CODE128_START_B 104
#define CODE128_START_C 105
#define CODE128_CHECK 103
#define CODE128_STOP "2331112"
/* ISO/IEC 15420: quiet zones left and right. */
#define EAN13_QUIET_LEFT 11
#define EAN_QUIET 7

/* Widths of bar, space, bar, … of each symbol (ISO/IEC 15417, table 1). */
static const char code128_widths[][7] = {
  "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
  "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
  "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
  "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
  "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
  "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
  "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
  "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
  "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
  "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
  "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
  "113141", "114131", "311141", "411131", "211412", "211214", "211232",
};

/* Widths of the four elements of each digit (ISO/IEC 15420, set A and C; set B is it backwards). */
static const char ean_widths[][5] = {
  "3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112",
};

/* Which of the left half's digits are of set B, by the first digit, the highest bit the first. */
static const guint8 ean_parity[] = { 0x00, 0x0B, 0x0D, 0x0E, 0x13, 0x19, 0x1C, 0x15, 0x16, 0x1A };

/* @widths are digits; @dark is the colour of the first. */
static void
append_widths (GString *modules, const char *widths, gboolean dark)
{
  for (const char *p = widths; *p != '\0'; p++)
    {
      for (int i = 0; i < g_ascii_digit_value (*p); i++)
        g_string_append_c (modules, dark ? '1' : '0');
      dark = !dark;
    }
}

static void
append_quiet (GString *modules, int n)
{
  for (int i = 0; i < n; i++)
    g_string_append_c (modules, '0');
}

static gboolean
is_digits (const char *text)
{
  return strspn (text, "0123456789") == strlen (text);
}

static void
append_symbol (GString *modules, int value, int *sum, int *weight)
{
  append_widths (modules, code128_widths[value], TRUE);
  *sum += value * MAX (*weight, 1);
  (*weight)++;
}

static char *
encode_code128 (const char *text)
{
  gsize length = strlen (text);
  gboolean in_pairs = length >= 4 && length % 2 == 0 && is_digits (text);
  g_autoptr (GString) modules = g_string_new (NULL);
  int sum = 0;
  int weight = 0;

  if (length < 1 || length > CODE128_MAX_LENGTH)
    return NULL;
  append_quiet (modules, CODE128_QUIET);
  append_symbol (modules, in_pairs ? CODE128_START_C : CODE128_START_B, &sum, &weight);
  for (gsize i = 0; i < length; i += in_pairs ? 2 : 1)
    {
      if (!g_ascii_isprint (text[i]))
        return NULL;
      append_symbol (modules,
                     in_pairs
                         ? g_ascii_digit_value (text[i]) * 10 + g_ascii_digit_value (text[i + 1])
                         : text[i] - ' ',
                     &sum, &weight);
    }
  append_widths (modules, code128_widths[sum % CODE128_CHECK], TRUE);
  append_widths (modules, CODE128_STOP, TRUE);
  append_quiet (modules, CODE128_QUIET);
  return g_strdup (modules->str);
}

static void
append_digits (GString *modules, const char *digits, int n, guint8 parity, gboolean dark)
{
  for (int i = 0; i < n; i++)
    {
      g_autofree char *widths = g_strdup (ean_widths[g_ascii_digit_value (digits[i])]);

      if ((parity & (1 << (n - 1 - i))) != 0)
        g_strreverse (widths);
      append_widths (modules, widths, dark);
    }
}

static char *
encode_ean (const char *text, gsize n_digits)
{
  g_autoptr (GString) modules = g_string_new (NULL);
  int half = n_digits == 13 ? 6 : 4;
  const char *left = n_digits == 13 ? text + 1 : text;

  if (strlen (text) != n_digits || !is_digits (text) ||
      mr_barcode_check_digit (text, n_digits - 1) != g_ascii_digit_value (text[n_digits - 1]))
    return NULL;
  append_quiet (modules, n_digits == 13 ? EAN13_QUIET_LEFT : EAN_QUIET);
  append_widths (modules, "111", TRUE);
  append_digits (modules, left, half,
                 n_digits == 13 ? ean_parity[g_ascii_digit_value (text[0])] : 0, FALSE);
  append_widths (modules, "11111", FALSE);
  append_digits (modules, left + half, half, 0, TRUE);
  append_widths (modules, "111", TRUE);
  append_quiet (modules, EAN_QUIET);
  return g_strdup (modules->str);
}

char *
mr_bars_encode (MrBarsKind kind, const char *text)
{
  switch (kind)
    {
    case MR_BARS_CODE128:
      return encode_code128 (text);
    case MR_BARS_EAN13:
      return encode_ean (text, 13);
    case MR_BARS_EAN8:
      return encode_ean (text, 8);
    default:
      g_assert_not_reached ();
    }
}

MrRaster *
mr_raster_new_bars (const char *modules, int module_dots, int height)
{
  int n = (int) strlen (modules);
  MrRaster *self = mr_raster_new (n * module_dots, height);

  for (int x = 0; self != NULL && x < n * module_dots; x++)
    for (int y = 0; modules[x / module_dots] == '1' && y < height; y++)
      mr_raster_set_dot (self, x, y, TRUE);
  return self;
}
