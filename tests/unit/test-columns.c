/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/columns.h"

#include <string.h>

static void
test_width (void)
{
  static const struct
  {
    const char *text;
    int width;
  } cases[] = {
    { "", 0 },
    { "abc 123", 7 },
    { "可口可乐", 8 },
    { "可乐 330ml", 10 },
    { "2 × 3.00", 9 }, /* × comes from the Chinese font */
    { "\xc2\xa5"
      "6.00",
      6 }, /* the Latin sign goes as the wide one */
    { "\xef\xbf\xa5"
      "6.00",
      6 },
    { "①", 2 },
    { "Привет", 12 },
    { "ü", 2 },
    { "u\xcc\x88", 2 }, /* composed */
    { "q\xcc\x88", 1 }, /* there is no composed letter */
    { "กำ", 2 }, /* Thai: not of the Chinese font */
    { "a\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\x8d", 1 }, /* zero-width space, BOM, joiner */
    { "❤️", 1 },
    { "😀", 2 },
    { "a\x1b[1m\nb", 5 }, /* the escape is dropped, the bracket is text */
    { "\xff", 1 },
    { "a\tb", 3 },
    { "𠮷", 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (mr_columns_width (cases[i].text), ==, cases[i].width);
    }
}

static void
test_fold (void)
{
  static const char *const cases[][2] = {
    { "", "" },
    { "a\xc2\xa0"
      "b",
      "a b" },
    { "\xe2\x88\x92"
      "3.00",
      "-3.00" },
    { "\xc2\xa5"
      "1",
      "\xef\xbf\xa5"
      "1" },
    { "a\x10\x04\x01"
      "b\x7f",
      "ab" },
    { "a\r\nb", "a\nb" },
    { "\xff\xfe", "??" },
    { "e\xcc\x81", "é" },
    { "e\xe2\x80\x8d\xcc\x81", "é" }, /* kept apart by a joiner */
    { "全角 space", "全角 space" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = mr_columns_fold (cases[i][0]);

      g_assert_cmpstr (folded, ==, cases[i][1]);
    }
}

static void
test_ellipsize (void)
{
  static const struct
  {
    const char *text;
    int columns;
    const char *expected;
  } cases[] = {
    { "milk", 4, "milk" },  { "milk", 3, "m…" },     { "牛奶", 4, "牛奶" }, { "牛奶", 3, "…" },
    { "鲜牛奶", 5, "鲜…" }, { "a牛奶b", 5, "a牛…" }, { "牛奶", 1, "" },     { "牛奶", 0, "" },
    { "", 0, "" },          { "a\nb", 3, "a b" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *cut = mr_columns_ellipsize (cases[i].text, cases[i].columns);

      g_assert_cmpstr (cut, ==, cases[i].expected);
      g_assert_cmpint (mr_columns_width (cut), <=, cases[i].columns);
    }
}

static void
test_wrap (void)
{
  static const struct
  {
    const char *text;
    int columns;
    int max_lines;
    const char *expected; /* lines joined by | */
  } cases[] = {
    { "", 10, 0, "" },
    { "one two three", 7, 0, "one two|three" },
    { "one two  three", 8, 0, "one two|three" },
    { "incomprehensible", 6, 0, "incomp|rehens|ible" },
    { "可口可乐汽水", 8, 0, "可口可乐|汽水" },
    { "可口可乐汽水", 7, 0, "可口可|乐汽水" },
    { "可乐330ml罐装", 8, 0, "可乐|330ml罐|装" },
    { "请保管小票,谢谢", 10, 0, "请保管小|票,谢谢" }, /* no comma at the front */
    { "(买一送一)可乐", 9, 0, "(买一送|一)可乐" },
    { "a\nb", 10, 0, "a|b" },
    { "a\n\nb", 10, 0, "a||b" },
    { "one two three", 7, 1, "one t…" },
    { "one two three four", 7, 2, "one two|three…" },
    { "a\nb\nc", 10, 2, "a|b c" },
    { "可", 1, 0, "可" }, /* it never ends otherwise */
    { "可可", 1, 0, "可|可" },
    { "ab cd", 2, 0, "ab|cd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) lines = mr_columns_wrap (cases[i].text, cases[i].columns, cases[i].max_lines);
      g_autofree char *joined = g_strjoinv ("|", lines);

      g_assert_cmpstr (joined, ==, cases[i].expected);
      g_assert_nonnull (lines[0]);
    }
}

static void
test_pair (void)
{
  static const struct
  {
    const char *left;
    const char *right;
    int columns;
    char fill;
    const char *expected;
  } cases[] = {
    { "milk", "6.00", 16, '.', "milk ...... 6.00" },
    { "milk", "6.00", 16, ' ', "milk        6.00" },
    { "牛奶", "6.00", 16, '.', "牛奶 ...... 6.00" },
    { "合计", "¥158.50", 16, ' ', "合计    ￥158.50" },
    { "a long name of milk", "6.00", 16, ' ', "a long na… 6.00" },
    { "鲜牛奶鲜牛奶", "6.00", 16, '.', "鲜牛奶鲜…  6.00" },
    { "milk", "6.00", 9, '.', "milk 6.00" },
    { "milk", "6.00", 11, '.', "milk . 6.00" },
    { "milk", "6.00", 10, '.', "milk  6.00" },
    { "", "6.00", 8, ' ', "    6.00" },
    { "milk", "123456789", 6, ' ', "1234…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line =
          mr_columns_pair (cases[i].left, cases[i].right, cases[i].columns, cases[i].fill);

      g_assert_cmpstr (line, ==, cases[i].expected);
      g_assert_cmpint (mr_columns_width (line), <=, cases[i].columns);
    }
}

static void
test_pad (void)
{
  static const struct
  {
    const char *text;
    int columns;
    MrAlign align;
    const char *expected;
  } cases[] = {
    { "奶", 5, MR_ALIGN_LEFT, "奶   " },
    { "奶", 5, MR_ALIGN_CENTER, " 奶  " },
    { "奶", 5, MR_ALIGN_RIGHT, "   奶" },
    { "milk", 3, MR_ALIGN_RIGHT, "m…" },
  };
  g_autofree char *rule = mr_columns_rule ('-', 5);
  g_autofree char *nothing = mr_columns_rule ('-', -1);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = mr_columns_pad (cases[i].text, cases[i].columns, cases[i].align);

      g_assert_cmpstr (line, ==, cases[i].expected);
    }
  g_assert_cmpstr (rule, ==, "-----");
  g_assert_cmpstr (nothing, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/columns/width", test_width);
  g_test_add_func ("/columns/fold", test_fold);
  g_test_add_func ("/columns/ellipsize", test_ellipsize);
  g_test_add_func ("/columns/wrap", test_wrap);
  g_test_add_func ("/columns/pair", test_pair);
  g_test_add_func ("/columns/pad", test_pad);
  return g_test_run ();
}
