/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/label-scale.h"

#include "device/columns.h"
#include "device/gb18030.h"

#include <string.h>

/* GB2312 has symbols in rows 1 … 9 and hanzi in rows 16 … 87; what GB18030 added later has no row there. */
#define FIRST_BYTE 0xA1
#define LAST_SYMBOLS 0xA9
#define FIRST_HANZI 0xB0
#define LAST_HANZI 0xF7
#define ROW_OFFSET 0xA0
/* How far the full-width form of a Latin character is from it. */
#define FULL_WIDTH 0xFEE0
#define IDEOGRAPHIC_SPACE 0x3000

guint
mr_label_scale_get_number (const char *code)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (code, 10, 1, MR_LABEL_SCALE_MAX_NUMBER, &number, NULL))
    return 0;
  return (guint) number;
}

static gunichar
widen (gunichar character)
{
  if (character == ' ')
    return IDEOGRAPHIC_SPACE;
  return character < 0x80 ? character + FULL_WIDTH : character;
}

static gboolean
append_character (GString *digits, gunichar character)
{
  guint8 bytes[4];
  gsize n = mr_gb18030_encode (widen (character), bytes);

  if (n != 2 || bytes[0] < FIRST_BYTE || bytes[1] < FIRST_BYTE || bytes[0] > LAST_HANZI ||
      (bytes[0] > LAST_SYMBOLS && bytes[0] < FIRST_HANZI))
    return FALSE;
  g_string_append_printf (digits, "%02u%02u", bytes[0] - ROW_OFFSET, bytes[1] - ROW_OFFSET);
  return TRUE;
}

/* NULL when a character of the part that would be written is not to be had. */
static char *
dup_name_digits (const char *name)
{
  g_autofree char *folded = mr_columns_fold (name);
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *p = g_strstrip (folded);

  for (guint n = 0; *p != '\0' && n < MR_LABEL_SCALE_MAX_NAME_CHARS; n++)
    {
      if (!append_character (digits, g_utf8_get_char (p)))
        return NULL;
      p = g_utf8_next_char (p);
    }
  return digits->len > 0 ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

MrLabelScaleTrouble
mr_label_scale_append (GString *lines, const MrLabelScaleGood *good, guint prefix)
{
  guint number = mr_label_scale_get_number (good->code);
  g_autofree char *name = NULL;

  if (*good->code == '\0')
    return MR_LABEL_SCALE_NO_CODE;
  if (number == 0)
    return MR_LABEL_SCALE_CODE;
  if (good->price_minor < 1 || good->price_minor > MR_LABEL_SCALE_MAX_PRICE_MINOR)
    return MR_LABEL_SCALE_PRICE;
  name = dup_name_digits (good->name);
  if (name == NULL)
    return MR_LABEL_SCALE_NAME;
  g_string_append_printf (lines, "!0V%04uA%02u%05u%06" G_GINT64_FORMAT "%d", number, prefix, number,
                          good->price_minor, good->by_piece ? 1 : 0);
  /* Three texts, days, shop, department; code, tare, label; whether and when other prices hold. */
  g_string_append (lines, "000000"
                          "000"
                          "0000"
                          "0000000000000"
                          "00000"
                          "00"
                          "00"
                          "000000"
                          "000000"
                          "000000"
                          "000000");
  g_string_append_printf (lines, "B%sCDE\r\n", name);
  return MR_LABEL_SCALE_FINE;
}

const char *
mr_label_scale_trouble_to_string (MrLabelScaleTrouble trouble)
{
  static const char *const names[] = { "fine",     "no-code", "code", "double",
                                       "no-price", "price",   "unit", "name" };

  g_assert ((guint) trouble < G_N_ELEMENTS (names));
  return names[trouble];
}
