/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "scanner-reports.h"

#include <string.h>

#define DATA_BYTES 56
#define REPORT_ID 2
#define CONTROL_LEFT 0x01
#define SHIFT_LEFT 0x02
#define ALT_LEFT 0x04

/* clang-format off */
const guint8 scanner_descriptor[] = {
  0x05, 0x8C,       /* usage page: bar code scanner */
  0x09, 0x02,       /* usage: bar code scanner */
  0xA1, 0x01,       /* collection: application */
  0x09, 0x12,       /*   usage: scanned data report */
  0xA1, 0x02,       /*   collection: logical */
  0x85, 0x02,       /*     report id 2 */
  0x15, 0x00,       /*     logical minimum 0 */
  0x26, 0xFF, 0x00, /*     logical maximum 255 */
  0x75, 0x08,       /*     report size 8 */
  0x95, 0x01,       /*     report count 1 */
  0x05, 0x01,       /*     usage page: generic desktop */
  0x09, 0x3B,       /*     usage: byte count */
  0x81, 0x02,       /*     input */
  0x95, 0x03,       /*     report count 3 */
  0x05, 0x8C,       /*     usage page: bar code scanner */
  0x09, 0xFB,       /*     usage: symbology identifier 1 */
  0x09, 0xFC,       /*     2 */
  0x09, 0xFD,       /*     3 */
  0x81, 0x02,       /*     input */
  0x95, 0x38,       /*     report count 56 */
  0x09, 0xFE,       /*     usage: decoded data */
  0x82, 0x02, 0x01, /*     input: buffered bytes */
  0x95, 0x02,       /*     report count 2 */
  0x06, 0x66, 0xFF, /*     usage page: the vendor's */
  0x09, 0x04,       /*     usage 4 */
  0x09, 0x00,       /*     usage 0 */
  0x81, 0x02,       /*     input */
  0x05, 0x8C,       /*     usage page: bar code scanner */
  0x75, 0x01,       /*     report size 1 */
  0x95, 0x01,       /*     report count 1 */
  0x25, 0x01,       /*     logical maximum 1 */
  0x09, 0xFF,       /*     usage: decoded data continued */
  0x81, 0x02,       /*     input */
  0x95, 0x07,       /*     report count 7 */
  0x81, 0x03,       /*     input: constant */
  0xC0,             /*   end */
  0x09, 0x14,       /*   usage: trigger report */
  0xA1, 0x02,       /*   collection: logical */
  0x85, 0x04,       /*     report id 4 */
  0x09, 0x00,       /*     usage 0 */
  0x95, 0x08,       /*     report count 8 */
  0x91, 0x02,       /*     output */
  0xC0,             /*   end */
  0xC0,             /* end */
};

const guint8 scanner_descriptor_late[] = {
  0x05, 0x8C,       /* usage page: bar code scanner */
  0x09, 0x02,       /* usage: bar code scanner */
  0xA1, 0x01,       /* collection: application */
  0x85, 0x02,       /*   report id 2 */
  0x75, 0x08,       /*   report size 8 */
  0x95, 0x01,       /*   report count 1 */
  0x0B, 0x3B, 0x00, 0x01, 0x00, /* usage with its page: byte count */
  0x81, 0x02,       /*   input */
  0x81, 0x03,       /*   input: constant */
  0xA4,             /*   push */
  0x05, 0x8C,       /*   usage page: bar code scanner */
  0x95, 0x03,       /*   report count 3 */
  0x19, 0xFB,       /*   usage minimum: symbology identifier 1 */
  0x29, 0xFD,       /*   usage maximum: 3 */
  0x81, 0x02,       /*   input */
  0x95, 0x38,       /*   report count 56 */
  0x09, 0xFE,       /*   usage: decoded data */
  0x82, 0x02, 0x01, /*   input: buffered bytes */
  0xB4,             /*   pop */
  0x81, 0x03,       /*   input: constant */
  0xFE, 0x02, 0xF0, 0xAA, 0x55, /* a long item */
  0x06, 0x8C, 0x00, /*   usage page: bar code scanner */
  0x75, 0x01,       /*   report size 1 */
  0x09, 0xFF,       /*   usage: decoded data continued */
  0x81, 0x02,       /*   input */
  0x95, 0x07,       /*   report count 7 */
  0x81, 0x03,       /*   input: constant */
  0xC0,             /* end */
};
/* clang-format on */

const gsize scanner_descriptor_length = sizeof scanner_descriptor;
const gsize scanner_descriptor_late_length = sizeof scanner_descriptor_late;

GPtrArray *
scanner_pos_reports (const char *aim, const char *code, gsize length, guint aim_at)
{
  GPtrArray *reports = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  do
    {
      guint8 report[SCANNER_POS_BYTES] = { REPORT_ID };
      gsize n = MIN (length, DATA_BYTES);

      report[1] = (guint8) n;
      memcpy (report + aim_at, aim, strlen (aim));
      memcpy (report + aim_at + 3, code, n);
      code += n;
      length -= n;
      report[SCANNER_POS_BYTES - 1] = length > 0 ? 1 : 0;
      g_ptr_array_add (reports, g_bytes_new (report, sizeof report));
    }
  while (length > 0);
  return reports;
}

void
scanner_add_key (GPtrArray *reports, guint8 modifiers, guint8 key)
{
  guint8 down[SCANNER_KEY_BYTES] = { modifiers, 0, key };
  guint8 up[SCANNER_KEY_BYTES] = { 0 };

  g_ptr_array_add (reports, g_bytes_new (down, sizeof down));
  g_ptr_array_add (reports, g_bytes_new (up, sizeof up));
}

/* A digit's place on a row that begins with 1 and ends with 0. */
static guint8
get_digit_key (guint8 first, char digit)
{
  return (guint8) (first + (digit == '0' ? 9 : digit - '1'));
}

static void
add_character (GPtrArray *reports, char character)
{
  static const char *const pairs[] = { "-_", "=+",  "[{", "]}", "\\|", "",
                                       ";:", "'\"", "`~", ",<", ".>",  "/?" };
  static const char over_digits[] = ")!@#$%^&*(";
  const char *over = strchr (over_digits, character);

  if (g_ascii_isdigit (character))
    scanner_add_key (reports, 0, get_digit_key (0x1E, character));
  else if (g_ascii_isalpha (character))
    scanner_add_key (reports, g_ascii_isupper (character) ? SHIFT_LEFT : 0,
                     (guint8) (0x04 + g_ascii_tolower (character) - 'a'));
  else if (character == '\n')
    scanner_add_key (reports, 0, 0x28);
  else if (character == '\t')
    scanner_add_key (reports, 0, 0x2B);
  else if (character == ' ')
    scanner_add_key (reports, 0, 0x2C);
  else if (character == 0x1D)
    scanner_add_key (reports, CONTROL_LEFT, 0x30);
  else if (over != NULL)
    scanner_add_key (reports, SHIFT_LEFT,
                     get_digit_key (0x1E, (char) ('0' + (over - over_digits))));
  else
    for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
      if (strchr (pairs[i], character) != NULL)
        scanner_add_key (reports, pairs[i][0] == character ? 0 : SHIFT_LEFT, (guint8) (0x2D + i));
}

GPtrArray *
scanner_key_reports (const char *keys)
{
  GPtrArray *reports = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (const char *p = keys; *p != '\0'; p++)
    add_character (reports, *p);
  return reports;
}

void
scanner_add_alt_number (GPtrArray *reports, const char *number)
{
  guint8 report[SCANNER_KEY_BYTES] = { ALT_LEFT };

  g_ptr_array_add (reports, g_bytes_new (report, sizeof report));
  for (const char *p = number; *p != '\0'; p++)
    {
      report[2] = get_digit_key (0x59, *p);
      g_ptr_array_add (reports, g_bytes_new (report, sizeof report));
      report[2] = 0;
      g_ptr_array_add (reports, g_bytes_new (report, sizeof report));
    }
  report[0] = 0;
  g_ptr_array_add (reports, g_bytes_new (report, sizeof report));
}
