/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/barcode.h"

#include <string.h>

static const char *const names[] = {
  [MR_BARCODE_TEXT] = "text",   [MR_BARCODE_EAN13] = "ean13", [MR_BARCODE_EAN8] = "ean8",
  [MR_BARCODE_UPC_A] = "upc-a", [MR_BARCODE_UPC_E] = "upc-e", [MR_BARCODE_ITF14] = "itf14",
};

const char *
mr_barcode_kind_to_string (MrBarcodeKind kind)
{
  g_assert (kind < G_N_ELEMENTS (names));
  return names[kind];
}

int
mr_barcode_check_digit (const char *digits, gsize n_digits)
{
  guint sum = 0;

  for (gsize i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isdigit (digits[i]))
        return -1;
      /* Weights 3, 1, 3, … from the right. */
      sum += (guint) (digits[i] - '0') * ((n_digits - i) % 2 == 1 ? 3 : 1);
    }

  return (int) ((10 - sum % 10) % 10);
}

static gboolean
has_right_check (const char *digits, gsize n_digits)
{
  return mr_barcode_check_digit (digits, n_digits - 1) == digits[n_digits - 1] - '0';
}

/* The UPC-A (12 digits) a UPC-E stands for (GS1 General Specifications 5.2.2.4.2): zeros were left
 * out where the last of the six digits says so. */
static void
expand_upc_e (const char upc_e[8], char upc_a[13])
{
  const char *d = upc_e + 1;

  memset (upc_a, '0', 12);
  upc_a[0] = upc_e[0];
  upc_a[1] = d[0];
  upc_a[2] = d[1];
  upc_a[11] = upc_e[7];
  upc_a[12] = '\0';
  switch (d[5])
    {
    case '0':
    case '1':
    case '2':
      upc_a[3] = d[5];
      memcpy (upc_a + 8, d + 2, 3);
      break;

    case '3':
      upc_a[3] = d[2];
      memcpy (upc_a + 9, d + 3, 2);
      break;

    case '4':
      memcpy (upc_a + 3, d + 2, 2);
      upc_a[10] = d[4];
      break;

    default:
      memcpy (upc_a + 3, d + 2, 3);
      upc_a[10] = d[5];
      break;
    }
}

static gboolean
is_upc_e (const char *digits)
{
  char upc_a[13];

  if (digits[0] != '0' && digits[0] != '1')
    return FALSE;

  expand_upc_e (digits, upc_a);
  return has_right_check (upc_a, 12);
}

/* Eight digits are an EAN-8 or a UPC-E, and for half of the codes both check digits agree. GS1 gives
 * no EAN-8 with a leading 0 to trade items (that prefix is left to the shops), so that a leading 0
 * speaks for UPC-E and anything else for EAN-8. */
static MrBarcodeKind
judge_eight (const char *digits)
{
  if (digits[0] == '0' && is_upc_e (digits))
    return MR_BARCODE_UPC_E;
  if (has_right_check (digits, 8))
    return MR_BARCODE_EAN8;
  return is_upc_e (digits) ? MR_BARCODE_UPC_E : MR_BARCODE_TEXT;
}

static MrBarcodeKind
judge (const char *text, gsize length)
{
  if (strspn (text, "0123456789") < length)
    return MR_BARCODE_TEXT;

  switch (length)
    {
    case 8:
      return judge_eight (text);

    case 12:
      return has_right_check (text, length) ? MR_BARCODE_UPC_A : MR_BARCODE_TEXT;

    case 13:
      return has_right_check (text, length) ? MR_BARCODE_EAN13 : MR_BARCODE_TEXT;

    case 14:
      return has_right_check (text, length) ? MR_BARCODE_ITF14 : MR_BARCODE_TEXT;

    default:
      return MR_BARCODE_TEXT;
    }
}

static void
set_key (MrBarcode *self, const char *text, gsize length)
{
  gboolean is_padded = self->kind == MR_BARCODE_ITF14 && text[0] == '0';
  char upc_a[13];

  switch (self->kind)
    {
    case MR_BARCODE_UPC_E:
      expand_upc_e (text, upc_a);
      self->key[0] = '0';
      memcpy (self->key + 1, upc_a, sizeof upc_a);
      break;

    case MR_BARCODE_UPC_A:
      self->key[0] = '0';
      memcpy (self->key + 1, text, length);
      self->key[length + 1] = '\0';
      break;

    case MR_BARCODE_ITF14:
    case MR_BARCODE_TEXT:
    case MR_BARCODE_EAN13:
    case MR_BARCODE_EAN8:
    default:
      /* Indicator 0 is the very article of the EAN-13 inside, written with 14 digits. */
      g_strlcpy (self->key, is_padded ? text + 1 : text, is_padded ? length : length + 1);
      break;
    }
}

/* Cuts white space at both ends, Unicode's too; @text is valid UTF-8. */
static const char *
strip (const char *text, gsize *length)
{
  const char *end = text + *length;

  while (text < end && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);

      if (!g_unichar_isspace (g_utf8_get_char (last)))
        break;
      end = last;
    }

  *length = (gsize) (end - text);
  return text;
}

static gboolean
holds_controls (const char *text, gsize length)
{
  for (const char *c = text; c < text + length; c = g_utf8_next_char (c))
    {
      /* GS (0x1D) is the FNC1 between GS1 element strings. */
      if (*c != 0x1d && g_unichar_iscntrl (g_utf8_get_char (c)))
        return TRUE;
    }

  return FALSE;
}

gboolean
mr_barcode_parse (const char *text, MrBarcode *barcode)
{
  gsize length;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  length = strlen (text);
  text = strip (text, &length);
  if (length == 0 || length > MR_BARCODE_MAX_LENGTH || holds_controls (text, length))
    return FALSE;

  barcode->kind = judge (text, length);
  set_key (barcode, text, length);
  return TRUE;
}

gboolean
mr_barcode_has_wrong_check (const char *text, int *expected)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if ((length != 8 && length != 12 && length != 13 && length != 14) ||
      strspn (text, "0123456789") < length || judge (text, length) != MR_BARCODE_TEXT)
    return FALSE;

  *expected = mr_barcode_check_digit (text, length - 1);
  return TRUE;
}
