/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/label-scale.h"

#include <string.h>

/* Between A and B of a line. */
#define N_FIXED_DIGITS 73

static char *
write_one (const char *code, const char *name, gint64 price_minor, gboolean by_piece, guint prefix)
{
  GString *lines = g_string_new (NULL);
  MrLabelScaleGood good = { code, name, price_minor, by_piece };
  MrLabelScaleTrouble trouble = mr_label_scale_append (lines, &good, prefix);

  if (trouble != MR_LABEL_SCALE_FINE)
    {
      g_assert_cmpuint (lines->len, ==, 0);
      g_string_append (lines, mr_label_scale_trouble_to_string (trouble));
    }
  return g_string_free (lines, FALSE);
}

/* 测试一 at 20.00, item 81080 behind 22, keeping for no days: the digits of the makers' examples, but for what
 * we leave at zero. */
static void
test_lines (void)
{
  static const struct
  {
    const char *code;
    const char *name;
    gint64 price_minor;
    gboolean by_piece;
    guint prefix;
    const char *line;
  } cases[] = {
    { "1", "测试一", 2000, FALSE, 22,
      "!0V0001A22000010020000"
      "00000000000000000000000000000000000000000000000000000000000"
      "B186642525027CDE\r\n" },
    { "0012", "香蕉", 598, FALSE, 21,
      "!0V0012A21000120005980"
      "00000000000000000000000000000000000000000000000000000000000"
      "B47672922CDE\r\n" },
    { "4000", "A 1$", 999999, TRUE, 20,
      "!0V4000A20040009999991"
      "00000000000000000000000000000000000000000000000000000000000"
      "B0333010103170171CDE\r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = write_one (cases[i].code, cases[i].name, cases[i].price_minor,
                                         cases[i].by_piece, cases[i].prefix);

      g_assert_cmpstr (line, ==, cases[i].line);
      g_assert_cmpint (strchr (line, 'B') - strchr (line, 'A'), ==, N_FIXED_DIGITS + 1);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *code;
    const char *name;
    gint64 price_minor;
    const char *trouble;
  } cases[] = {
    { "", "香蕉", 598, "no-code" },  { "0", "香蕉", 598, "code" },
    { "4001", "香蕉", 598, "code" }, { "12a", "香蕉", 598, "code" },
    { "-1", "香蕉", 598, "code" },   { " 1", "香蕉", 598, "code" },
    { "1", "香蕉", 0, "price" },     { "1", "香蕉", 1000000, "price" },
    { "1", "香蕉", -598, "price" },  { "1", "", 598, "name" },
    { "1", " \t", 598, "name" },     { "1", "𠮷鱼", 598, "name" }, /* four bytes */
    { "1", "鎔鱼", 598, "name" }, /* two, but later than GB2312 */
    { "1", "🍌", 598, "name" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line =
          write_one (cases[i].code, cases[i].name, cases[i].price_minor, FALSE, 21);

      g_assert_cmpstr (line, ==, cases[i].trouble);
    }
}

/* Cut between characters; what is cut away need not be writable. */
static void
test_long_names (void)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *line = NULL;
  const char *digits;

  for (guint i = 0; i < MR_LABEL_SCALE_MAX_NAME_CHARS - 1; i++)
    g_string_append (name, "蕉");
  g_string_append (name, "x🍌");
  line = write_one ("1", name->str, 598, FALSE, 21);
  digits = strchr (line, 'B') + 1;
  g_assert_cmpuint (strspn (digits, "0123456789"), ==, 4 * MR_LABEL_SCALE_MAX_NAME_CHARS);
  g_assert_true (g_str_has_suffix (line, "29220388CDE\r\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label-scale/lines", test_lines);
  g_test_add_func ("/label-scale/refused", test_refused);
  g_test_add_func ("/label-scale/long-names", test_long_names);
  return g_test_run ();
}
