/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/good.h"
#include "model/id.h"
#include "test-world.h"

#include <string.h>

static void
test_new (void)
{
  TestWorld world;
  MrId first;
  MrId second;
  g_autofree char *text = NULL;

  test_world_init (&world, 1);
  world.now_us = G_GINT64_CONSTANT (0x0123456789ab) * 1000;
  first = mr_id_new (&world.world);
  second = mr_id_new (&world.world);
  text = mr_id_to_string (first);

  g_assert_true (g_str_has_prefix (text, "01234567-89ab-7"));
  g_assert_nonnull (strchr ("89ab", text[19]));
  g_assert_false (mr_id_equal (first, second));
  g_assert_false (mr_id_is_none (first));
  g_assert_true (mr_id_is_none (MR_ID_NONE));
  g_assert_false (mr_id_is_none (mr_id_new_random (&world.world)));
}

static void
test_before_1970 (void)
{
  TestWorld world;
  g_autofree char *text = NULL;

  test_world_init (&world, 1);
  world.now_us = -5;
  text = mr_id_to_string (mr_id_new (&world.world));
  g_assert_true (g_str_has_prefix (text, "00000000-0000-7"));
}

static void
test_parse (void)
{
  static const char *const refused[] = {
    "",
    "0190b2f4-1c2d-7abc-8def-0123456789a",
    "0190b2f4-1c2d-7abc-8def-0123456789abc",
    "0190b2f41c2d7abc8def0123456789ab",
    "0190b2f4-1c2d-7abc-8def-0123456789ag",
    "{0190b2f4-1c2d-7abc-8def-0123456789ab}",
    "0190b2f4_1c2d-7abc-8def-0123456789ab",
    NULL,
  };
  MrId id = MR_ID_NONE;
  char text[MR_ID_STRING_SIZE];

  g_assert_true (mr_id_parse ("0190B2F4-1c2d-7ABC-8def-0123456789ab", &id));
  g_assert_cmpstr (mr_id_format (id, text), ==, "0190b2f4-1c2d-7abc-8def-0123456789ab");
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_false (mr_id_parse (refused[i], &id));
  g_assert_cmpstr (mr_id_format (id, text), ==, "0190b2f4-1c2d-7abc-8def-0123456789ab");
}

static void
test_good_copies (void)
{
  char name[] = "可口可乐";
  MrGood values = { .good_id = 5, .price_minor = 300, .name = name, .unit = "罐" };
  g_autoptr (MrGood) good = mr_good_new (&values);
  g_autoptr (MrGood) other = mr_good_ref (good);

  name[0] = 'x';
  g_assert_true (other == good);
  g_assert_cmpint (good->good_id, ==, 5);
  g_assert_cmpstr (good->name, ==, "可口可乐");
  g_assert_cmpstr (good->unit, ==, "罐");
  g_assert_cmpstr (good->barcode, ==, "");
  g_assert_cmpstr (good->brand, ==, "");
  g_assert_cmpstr (good->category, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/new", test_new);
  g_test_add_func ("/id/before-1970", test_before_1970);
  g_test_add_func ("/id/parse", test_parse);
  g_test_add_func ("/good/copies", test_good_copies);
  return g_test_run ();
}
