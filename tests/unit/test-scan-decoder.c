/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scan-decoder.h"

#include "scanner-reports.h"

#include <string.h>

#define GS "\x1d"

/* What came out, "[aim text]" each. */
static void
take (MrScanDecoder *decoder, GString *seen)
{
  MrScan *scan;

  while ((scan = mr_scan_decoder_pop (decoder)) != NULL)
    {
      g_string_append_printf (seen, "[%s%s%s]", scan->aim, scan->aim[0] != '\0' ? " " : "",
                              scan->text);
      mr_scan_free (scan);
    }
}

static void
push_all (MrScanDecoder *decoder, GPtrArray *reports, gint64 time_us)
{
  for (guint i = 0; i < reports->len; i++)
    {
      gsize length;
      const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (reports, i), &length);

      mr_scan_decoder_push (decoder, bytes, length, time_us);
    }
}

static void
test_descriptor (void)
{
  MrHidScanner scanner;
  static const guint8 keyboard[] = { 0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0,
                                     0x29, 0xE7, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0xC0 };

  g_assert_true (mr_hid_scanner_parse (scanner_descriptor, scanner_descriptor_length, &scanner));
  g_assert_cmpuint (scanner.report_id, ==, 2);
  g_assert_cmpuint (scanner.count.bit, ==, 8);
  g_assert_cmpuint (scanner.count.n_bits, ==, 8);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (scanner.aim[i].bit, ==, 8 * (2 + i));
      g_assert_cmpuint (scanner.aim[i].n_bits, ==, 8);
    }
  g_assert_cmpuint (scanner.data.bit, ==, 8 * 5);
  g_assert_cmpuint (scanner.data.n_bits, ==, 8 * 56);
  g_assert_cmpuint (scanner.continued.bit, ==, 8 * 63);
  g_assert_cmpuint (scanner.continued.n_bits, ==, 1);

  g_assert_true (
      mr_hid_scanner_parse (scanner_descriptor_late, scanner_descriptor_late_length, &scanner));
  g_assert_cmpuint (scanner.count.bit, ==, 8);
  g_assert_cmpuint (scanner.aim[0].bit, ==, 8 * 3);
  g_assert_cmpuint (scanner.aim[2].bit, ==, 8 * 5);
  g_assert_cmpuint (scanner.data.bit, ==, 8 * 6);
  g_assert_cmpuint (scanner.continued.bit, ==, 8 * 63);

  g_assert_false (mr_hid_scanner_parse (keyboard, sizeof keyboard, &scanner));
  g_assert_false (mr_hid_scanner_parse (NULL, 0, &scanner));
  /* Cut off before the data, or in the middle of an item. */
  g_assert_false (mr_hid_scanner_parse (scanner_descriptor, 40, &scanner));
  g_assert_false (mr_hid_scanner_parse (scanner_descriptor, 49, &scanner));
}

static MrScanDecoder *
new_hid_pos (const guint8 *descriptor, gsize length)
{
  MrHidScanner layout;

  if (descriptor == NULL)
    return mr_scan_decoder_new_hid_pos (NULL, MR_SCAN_PAUSE_MS);
  g_assert_true (mr_hid_scanner_parse (descriptor, length, &layout));
  return mr_scan_decoder_new_hid_pos (&layout, MR_SCAN_PAUSE_MS);
}

static void
test_hid_pos (void)
{
  static const char letters[] =
      "https://example.org/abcdefghijklmnopqrstuvwxyz/0123456789/ABCDEFGHIJKLMN"
      "OPQRSTUVWXYZ/0123456789/abcdefghijklmnopqrstuvwxyz";
  static const struct
  {
    const char *aim;
    const char *code;
    const char *seen;
  } cases[] = {
    { "]E0", "6901234567892", "[]E0 6901234567892]" },
    { "]E0", "6901234567892\r", "[]E0 6901234567892]" },
    { "", "6901234567892", "[6901234567892]" },
    { "]d2", "0106901234567892" GS "10ABC" GS "21X", "[]d2 0106901234567892" GS "10ABC" GS "21X]" },
    { "]d2", "]d20106901234567892", "[]d2 0106901234567892]" }, /* said twice */
    { "]Q1", "\xc4\xe3\xba\xc3", "[]Q1 你好]" }, /* GB18030 */
    { "]Q1", letters, NULL },
  };
  const guint8 *descriptors[] = { NULL, scanner_descriptor, NULL, scanner_descriptor_late };

  for (guint d = 0; d < 4; d++)
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (MrScanDecoder) decoder =
            new_hid_pos (descriptors[d],
                         d < 2 ? scanner_descriptor_length : scanner_descriptor_late_length);
        g_autoptr (GPtrArray) reports = scanner_pos_reports (cases[i].aim, cases[i].code,
                                                             strlen (cases[i].code), d < 2 ? 2 : 3);
        g_autoptr (GString) seen = g_string_new (NULL);
        g_autofree char *whole = g_strdup_printf ("[]Q1 %s]", letters);

        /* Without a descriptor only the identifier tells the second layout. */
        if (d == 2 && cases[i].aim[0] == '\0')
          continue;
        push_all (decoder, reports, 0);
        push_all (decoder, reports, 0);
        take (decoder, seen);
        g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), ==, -1);
        g_assert_cmpuint (seen->len % 2, ==, 0);
        g_assert_cmpstr (seen->str + seen->len / 2, ==,
                         cases[i].seen != NULL ? cases[i].seen : whole);
        g_assert_cmpmem (seen->str, seen->len / 2, seen->str + seen->len / 2, seen->len / 2);
      }
}

/* Whatever else a cable brings: nothing twice, nothing by halves, and the next code is good. */
static void
test_hid_pos_broken (void)
{
  static const struct
  {
    const char *name;
    int without; /* this report of three is not sent; −1 none */
    int empty; /* after this one a packet without bytes comes */
    int liar; /* this one counts more bytes than it has */
    int cut; /* this one ends after the identifier */
    gboolean is_whole;
  } cases[] = {
    { "whole", -1, -1, -1, -1, TRUE },
    { "empty packets", -1, 0, -1, -1, TRUE },
    { "empty packet at the end", -1, 2, -1, -1, TRUE },
    { "last is missing", 2, -1, -1, -1, FALSE },
    { "a count too large", -1, -1, 0, -1, FALSE },
    { "a count too large in the middle", -1, -1, 1, -1, FALSE },
    { "a count too large at the end", -1, -1, 2, -1, FALSE },
    { "cut off", -1, -1, -1, 1, FALSE },
  };
  g_autofree char *code = g_strnfill (150, 'a');
  g_autofree char *whole = g_strdup_printf ("[]Q1 %s]", code);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrScanDecoder) decoder =
          new_hid_pos (scanner_descriptor, scanner_descriptor_length);
      g_autoptr (GPtrArray) reports = scanner_pos_reports ("]Q1", code, 150, 2);
      g_autoptr (GPtrArray) next = scanner_pos_reports ("]E0", "6901234567892", 13, 2);
      g_autoptr (GString) seen = g_string_new (NULL);
      gint64 time_us = 0;

      g_test_message ("%s", cases[i].name);
      g_assert_cmpuint (reports->len, ==, 3);
      for (int r = 0; r < 3; r++)
        {
          gsize length;
          const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (reports, r), &length);
          g_autofree guint8 *copy = g_memdup2 (bytes, length);

          time_us += 8000;
          copy[1] = r == cases[i].liar ? 200 : copy[1];
          if (r != cases[i].without)
            mr_scan_decoder_push (decoder, copy, r == cases[i].cut ? 5 : length, time_us);
          if (r == cases[i].empty)
            mr_scan_decoder_push (decoder, copy, 0, time_us);
        }
      push_all (decoder, next, time_us + 5 * G_USEC_PER_SEC);
      take (decoder, seen);
      g_assert_true (g_str_has_suffix (seen->str, "[]E0 6901234567892]"));
      g_string_truncate (seen, seen->len - strlen ("[]E0 6901234567892]"));
      g_assert_cmpstr (seen->str, ==, cases[i].is_whole ? whole : "");
    }
}

static void
test_keyboard (void)
{
  static const struct
  {
    const char *keys;
    const char *seen;
  } cases[] = {
    { "6901234567892\n", "[6901234567892]" },
    { "6901234567892\t", "[6901234567892]" },
    { "1122334455\n\n", "[1122334455]" },
    { "AbC-12xyz\n", "[AbC-12xyz]" },
    { "]d20106901234567892" GS "10A\n", "[]d2 0106901234567892" GS "10A]" },
    { "`1234567890-=[]\\;',./\n", "[`1234567890-=[]\\;',./]" },
    { "~!@#$%^&*()_+{}|:\"<>?\n", "[~!@#$%^&*()_+{}|:\"<>?]" },
    { "http://x.org/a b\n12\n3\n", "[http://x.org/a b][12][3]" },
    { "6901234567892", "[6901234567892]" }, /* a pause ends it */
    { "\n", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrScanDecoder) decoder = mr_scan_decoder_new_keyboard (TRUE);
      g_autoptr (GPtrArray) reports = scanner_key_reports (cases[i].keys);
      g_autoptr (GString) seen = g_string_new (NULL);

      push_all (decoder, reports, 0);
      if (mr_scan_decoder_get_wait_ms (decoder) >= 0)
        mr_scan_decoder_end (decoder);
      take (decoder, seen);
      g_assert_cmpstr (seen->str, ==, cases[i].seen);
    }
}

static void
push_keys (MrScanDecoder *decoder, const char *report)
{
  guint8 bytes[SCANNER_KEY_BYTES] = { 0 };

  for (guint i = 0; i < strlen (report) / 2; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (report[2 * i]) << 4 |
                         g_ascii_xdigit_value (report[2 * i + 1]));
  mr_scan_decoder_push (decoder, bytes, sizeof bytes, 0);
}

/* Reports as keyboards send them, in hexadecimal, the zeros at the end left away. */
static void
test_keyboard_reports (void)
{
  static const struct
  {
    const char *name;
    const char *reports[16];
    const char *seen;
  } cases[] = {
    { "rollover", { "00001e", "00001e1f", "00001f", "00001f20", "00", "000028" }, "[123]" },
    { "two at once", { "00001e1f", "00", "000028" }, "[12]" },
    { "held", { "00001e", "00001e", "00001e", "00", "000028" }, "[1]" },
    { "too many keys", { "00001e", "0000010101010101", "00001e", "00", "000028" }, "[1]" },
    { "Caps Lock", { "000039", "00", "000004", "00", "020004", "00", "000028" }, "[aA]" },
    { "shift let go late", { "020000", "020004", "020000", "020005", "00", "000028" }, "[AB]" },
    { "right shift", { "200004", "00", "000028" }, "[A]" },
    { "keypad", { "000059", "000062", "000056", "000063", "00", "000058" }, "[10-.]" },
    { "right control", { "00001e", "100030", "10", "00001f", "00", "000028" }, "[1" GS "2]" },
    { "RS",
      { "00001e", "010023", "01", "00001f", "00", "000028" },
      "[1\x1e"
      "2]" },
    { "Ctrl+M ends", { "00001e", "010010", "01", "00001f", "00", "01000d" }, "[1][2]" },
    { "other controls", { "00001e", "010004", "01", "00001f", "00", "000028" }, "[12]" },
    { "function keys", { "00001e", "00003a", "000052", "000049", "00", "000028" }, "[1]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrScanDecoder) decoder = mr_scan_decoder_new_keyboard (TRUE);
      g_autoptr (GString) seen = g_string_new (NULL);

      g_test_message ("%s", cases[i].name);
      for (guint r = 0; cases[i].reports[r] != NULL; r++)
        push_keys (decoder, cases[i].reports[r]);
      take (decoder, seen);
      g_assert_cmpstr (seen->str, ==, cases[i].seen);
    }
}

static void
test_alt_numbers (void)
{
  g_autoptr (MrScanDecoder) decoder = mr_scan_decoder_new_keyboard (TRUE);
  g_autoptr (GPtrArray) reports = scanner_key_reports ("]d201");
  g_autoptr (GPtrArray) end = scanner_key_reports ("10\n");
  g_autoptr (GString) seen = g_string_new (NULL);

  scanner_add_alt_number (reports, "029");
  scanner_add_alt_number (reports, "50403"); /* 你 in GBK */
  scanner_add_alt_number (reports, "47811"); /* 好 */
  scanner_add_alt_number (reports, "065");
  scanner_add_alt_number (reports, "99999999999"); /* nothing */
  push_all (decoder, reports, 0);
  push_all (decoder, end, 0);
  take (decoder, seen);
  g_assert_cmpstr (seen->str, ==, "[]d2 01" GS "你好A10]");
}

static void
test_stream (void)
{
  static const struct
  {
    const char *bytes;
    const char *seen;
  } cases[] = {
    { "6901234567892\r", "[6901234567892]" },
    { "6901234567892\n", "[6901234567892]" },
    { "6901234567892\r\n", "[6901234567892]" },
    { "1\r\n2\r\n2\r\n3\r\n", "[1][2][2][3]" },
    { "\r\n\r\n", "" },
    { "\x02"
      "]E06901234567892\x03\r",
      "[]E0 6901234567892]" },
    { "6901234567892", "[6901234567892]" }, /* a pause ends it */
    { "]d201" GS "10A\r", "[]d2 01" GS "10A]" },
    { "\xc4\xe3\xba\xc3\r", "[你好]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step < 20; step++)
      {
        g_autoptr (MrScanDecoder) decoder = mr_scan_decoder_new_stream (TRUE);
        g_autoptr (GString) seen = g_string_new (NULL);
        gsize length = strlen (cases[i].bytes);

        for (gsize at = 0; at < length; at += step)
          mr_scan_decoder_push (decoder, (const guint8 *) cases[i].bytes + at,
                                MIN (step, length - at), (gint64) at * 1000);
        if (mr_scan_decoder_get_wait_ms (decoder) >= 0)
          mr_scan_decoder_end (decoder);
        take (decoder, seen);
        g_assert_cmpstr (seen->str, ==, cases[i].seen);
      }
}

/* The pause is that of the reads, whenever the timer comes; and no code is endless. */
static void
test_pause (void)
{
  g_autoptr (MrScanDecoder) decoder = mr_scan_decoder_new_stream (FALSE);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autofree char *noise = g_strnfill (20000, 'x');

  mr_scan_decoder_push (decoder, (const guint8 *) "12", 2, 0);
  g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), ==, MR_SCAN_PAUSE_MS);
  mr_scan_decoder_push (decoder, (const guint8 *) "34", 2, 300 * 1000);
  mr_scan_decoder_push (decoder, (const guint8 *) "56", 2, 601 * 1000);
  mr_scan_decoder_push (decoder, (const guint8 *) noise, 20000, 602 * 1000);
  mr_scan_decoder_push (decoder, (const guint8 *) "\r7\r", 3, 603 * 1000);
  take (decoder, seen);
  g_assert_cmpstr (seen->str, ==, "[1234][7]");
}

/* Who ends codes is not cut short by a computer that stands still for a moment, not even at the first one; only who
 * was seen not to end them is not waited for. */
static void
test_patience (void)
{
  g_autoptr (MrScanDecoder) decoder = mr_scan_decoder_new_stream (TRUE);
  g_autoptr (GString) seen = g_string_new (NULL);

  mr_scan_decoder_push (decoder, (const guint8 *) "0", 1, 0);
  g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), ==, MR_SCAN_PAUSE_LONG_MS);
  mr_scan_decoder_push (decoder, (const guint8 *) "1\r23", 4, G_USEC_PER_SEC);
  g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), ==, MR_SCAN_PAUSE_LONG_MS);
  /* However long it stood still: only who waits and runs all the while may call that a pause. */
  mr_scan_decoder_push (decoder, (const guint8 *) "45\r67", 5, 60 * G_USEC_PER_SEC);
  g_assert_true (mr_scan_decoder_is_patient (decoder));
  mr_scan_decoder_end (decoder);
  g_assert_false (mr_scan_decoder_is_patient (decoder));
  mr_scan_decoder_push (decoder, (const guint8 *) "8", 1, 65 * G_USEC_PER_SEC);
  g_assert_cmpint (mr_scan_decoder_get_wait_ms (decoder), ==, MR_SCAN_PAUSE_MS);
  mr_scan_decoder_push (decoder, (const guint8 *) "9\r", 2, 65 * G_USEC_PER_SEC);
  g_assert_true (mr_scan_decoder_is_patient (decoder));
  take (decoder, seen);
  g_assert_cmpstr (seen->str, ==, "[01][2345][67][89]");
}

static void
test_trim (void)
{
  static const struct
  {
    const char *bytes;
    const char *prefix;
    const char *suffix;
    const char *aim;
    const char *text;
  } cases[] = {
    { "6901234567892", "", "", "", "6901234567892" },
    { "$6901234567892#", "$", "#", "", "6901234567892" },
    { "6901234567892#", "$", "#", "", "6901234567892" },
    { "$6901234567892", "$", "#", "", "6901234567892" },
    { "$$6901234567892", "$", "", "", "$6901234567892" },
    { "$]E06901234567892", "$", "", "]E0", "6901234567892" },
    { "]E0$6901234567892", "$", "", "]E0", "6901234567892" },
    { "]E0$]E06901234567892", "$", "", "]E0", "]E06901234567892" },
    { "$#", "$", "#", "", "$#" }, /* nothing else */
    { "$", "$", "$", "", "$" },
    { "aba", "ab", "ba", "", "aba" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrScan) scan = mr_scan_new (cases[i].bytes, strlen (cases[i].bytes));

      mr_scan_trim (scan, cases[i].prefix, cases[i].suffix);
      g_assert_cmpstr (scan->aim, ==, cases[i].aim);
      g_assert_cmpstr (scan->text, ==, cases[i].text);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scan-decoder/descriptor", test_descriptor);
  g_test_add_func ("/scan-decoder/hid-pos", test_hid_pos);
  g_test_add_func ("/scan-decoder/hid-pos-broken", test_hid_pos_broken);
  g_test_add_func ("/scan-decoder/keyboard", test_keyboard);
  g_test_add_func ("/scan-decoder/keyboard-reports", test_keyboard_reports);
  g_test_add_func ("/scan-decoder/alt-numbers", test_alt_numbers);
  g_test_add_func ("/scan-decoder/stream", test_stream);
  g_test_add_func ("/scan-decoder/pause", test_pause);
  g_test_add_func ("/scan-decoder/patience", test_patience);
  g_test_add_func ("/scan-decoder/trim", test_trim);
  return g_test_run ();
}
