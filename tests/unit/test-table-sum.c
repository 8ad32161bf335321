/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/table-sum.h"

static GArray *
sum_one (const char *fields)
{
  GArray *sums = g_array_new (FALSE, TRUE, sizeof (MrTableSum));

  mr_table_sums_add (sums, "good", "7", 12, fields);
  return sums;
}

static void
test_spelling (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean same;
  } pairs[] = {
    { "[1,\"x\"]", " [ 1 , \"x\" ]", TRUE },
    { "[\"可乐\"]", "[\"\\u53ef\\u4e50\"]", TRUE },
    { "[\"\\ud83c\\udf4e/\\n\"]", "[\"🍎\\/\\u000a\"]", TRUE },
    { "[null]", "[null]", TRUE },
    { "[]", "[ ]", TRUE },
    { "[1]", "[\"1\"]", FALSE },
    { "[1,2]", "[12]", FALSE },
    { "[\"a\",\"b\"]", "[\"ab\",\"\"]", FALSE },
    { "[\"i1\\n\"]", "[1]", FALSE },
    { "[\"\"]", "[null]", FALSE },
    { "[1", "[1]", FALSE },
    { "[\"\\x\"]", "[\"x\"]", FALSE },
    { "[\"\\ud83c\"]", "[\"\"]", FALSE },
    { "[\"open", "[\"open\"]", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GArray) a = sum_one (pairs[i].a);
      g_autoptr (GArray) b = sum_one (pairs[i].b);

      g_test_message ("%s and %s", pairs[i].a, pairs[i].b);
      g_assert_true ((mr_table_sums_find_difference (a, b) == NULL) == pairs[i].same);
    }
}

static void
test_difference (void)
{
  g_autoptr (GArray) a = g_array_new (FALSE, TRUE, sizeof (MrTableSum));
  g_autoptr (GArray) b = g_array_new (FALSE, TRUE, sizeof (MrTableSum));

  /* The order of rows, and of tables, is nobody's business. */
  mr_table_sums_add (a, "good", "1", 1, "[1]");
  mr_table_sums_add (a, "good", "2", 2, "[2]");
  mr_table_sums_add (a, "tax", "1", 3, "[3]");
  mr_table_sums_add (b, "tax", "1", 3, "[3]");
  mr_table_sums_add (b, "good", "2", 2, "[2]");
  mr_table_sums_add (b, "good", "1", 1, "[1]");
  g_assert_null (mr_table_sums_find_difference (a, b));
  mr_table_sums_add (b, "price", "1", 4, "[4]");
  g_assert_cmpstr (mr_table_sums_find_difference (a, b), ==, "price");
  mr_table_sums_add (a, "price", "1", 5, "[4]");
  g_assert_cmpstr (mr_table_sums_find_difference (a, b), ==, "price");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table-sum/spelling", test_spelling);
  g_test_add_func ("/table-sum/difference", test_difference);
  return g_test_run ();
}
