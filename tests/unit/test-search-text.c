/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/search-text.h"

static void
test_words (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "可口可乐 330ml", "可 口 可 乐 330 ml" },
    { "ABC123def", "abc 123 def" },
    { "Paëlla Ñora", "paella nora" },
    { "Smørrebrød", "smorrebrod" },
    { "Straße", "strasse" },
    { "3.5%全脂牛奶", "3 5 全 脂 牛 奶" },
    { "３３０ＭＬ", "330 ml" },
    { "コカ・コーラ", "コ カ コ ー ラ" },
    { "ガム", "ガ ム" },
    { "코카콜라 1.5L", "코 카 콜 라 1 5 l" },
    { "Молоко Йогурт", "молоко иогурт" },
    { "חָלָב", "חלב" },
    { "٣٣٠ مل", "330 مل" },
    { "½", "1 2" },
    { "  --  ", "" },
    { "", "" },
    { "a\xff"
      "b",
      "a b" },
    { "हिन्दी", "हिन्दी" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = mr_search_text_words (cases[i].text);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_initials (void)
{
  static const struct
  {
    const char *text;
    const char *initials;
  } cases[] = {
    { "可口可乐 330ml", "kkkl330ml" },
    { "音乐盒", "yyh" },
    { "乐事薯片", "lssp" },
    { "银行", "yh" },
    { "行李箱", "xlx" },
    { "重庆火锅底料", "cqhgdl" },
    { "长城干红", "ccgh" },
    { "成长奶粉", "cznf" },
    { "番茄炒蛋", "fqcd" },
    { "茄子", "qz" },
    { "西洋参片", "xysp" },
    { "厦门馅饼", "xmxb" },
    { "朝鲜冷面", "cxlm" },
    { "单晶冰糖", "djbt" },
    { "蛋黄派", "dhp" },
    { "鸡精调味料", "jjtwl" },
    { "咖喱块", "glk" },
    { "呷哺呷哺", "xbxb" },
    { "呷哺", "xb" },
    { "绿茶Ｘ２", "lcx2" },
    { "农夫山泉", "nfsq" },
    { "Paëlla", "paella" },
    { "Молоко 1л", "1" },
    { "可乐ゼロ", "kl" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *initials = mr_search_text_initials (cases[i].text);

      g_assert_cmpstr (initials, ==, cases[i].initials);
    }
}

static void
test_is_initials (void)
{
  g_assert_true (mr_search_text_is_initials ("kl"));
  g_assert_true (mr_search_text_is_initials ("KL330"));
  g_assert_false (mr_search_text_is_initials ("330"));
  g_assert_false (mr_search_text_is_initials ("k l"));
  g_assert_false (mr_search_text_is_initials ("可乐"));
  g_assert_false (mr_search_text_is_initials (""));
}

/* Index and query pass through the same splitting: doing it twice changes nothing. */
static void
test_words_are_stable (void)
{
  static const char *const texts[] = { "可口可乐 330ml", "Crème brûlée 4×100g", "コカ・コーラ ゼロ",
                                       "코카콜라", "Ǆ ﬁ ㎏ Ⅷ" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *once = mr_search_text_words (texts[i]);
      g_autofree char *twice = mr_search_text_words (once);

      g_assert_cmpstr (once, ==, twice);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-text/words", test_words);
  g_test_add_func ("/search-text/initials", test_initials);
  g_test_add_func ("/search-text/is-initials", test_is_initials);
  g_test_add_func ("/search-text/words-are-stable", test_words_are_stable);
  return g_test_run ();
}
