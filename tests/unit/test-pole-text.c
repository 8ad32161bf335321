/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/pole-text.h"

#include "virtual-pole.h"

#include <string.h>

/* The bytes themselves, once. */
static void
test_bytes (void)
{
  static const char expected[] = "\x1b\x74\x10\x1f\x43\x00\x1f\x24\x01\x01"
                                 "Caf\xe9            4.50"
                                 "\x1f\x24\x01\x02"
                                 "Total          14.50";
  g_autoptr (MrPoleText) text = mr_pole_text_new ("16:CP1252", NULL);
  const MrPoleRow rows[MR_POLE_ROWS] = { { "Café", "4.50" }, { "Total", "14.50" } };
  g_autoptr (GBytes) frame = mr_pole_text_new_frame (text, rows);

  g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), expected,
                   sizeof expected - 1);
}

static void
test_rows (void)
{
  static const struct
  {
    const char *kind;
    MrPoleRow row;
    const char *shown;
  } cases[] = {
    { "ascii", { "Cola 330ml", "3.00" }, "Cola 330ml      3.00" },
    { "ascii", { "", "" }, "" },
    { "ascii", { "A name that is too long", "3.00" }, "A name that is  3.00" },
    { "ascii", { "x", "12345678901234567890" }, "12345678901234567890" },
    { "ascii", { "x", "123456789012345678901" }, "12345678901234567890" },
    { "ascii", { "x", "1234567890123456789" }, " 1234567890123456789" },
    { "ascii", { "可乐 ok", "1" }, "?? ok              1" },
    { "ascii", { "one\ttwo\x1b@\n", "" }, "one two@" },
    { "gb18030", { "可口可乐", "3.00" }, "可口可乐        3.00" },
    /* Fifteen columns are left of it, and seven hanzi take fourteen. */
    { "gb18030", { "可口可乐可口可乐", "3.00" }, "可口可乐可口可  3.00" },
    { "gb18030", { "街角便利店街角便利店店", "" }, "街角便利店街角便利店" },
    { "gb18030", { "𠮷é", "" }, "?é" }, /* four bytes; two */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrPoleText) text = mr_pole_text_new (cases[i].kind, NULL);
      const MrPoleRow rows[MR_POLE_ROWS] = { cases[i].row, cases[i].row };
      g_autoptr (GBytes) frame = mr_pole_text_new_frame (text, rows);
      VirtualPole pole;
      gsize length;
      const guint8 *bytes = g_bytes_get_data (frame, &length);

      virtual_pole_plug (&pole, g_str_equal (cases[i].kind, "gb18030"));
      virtual_pole_take (&pole, bytes, length);
      g_assert_cmpstr (pole.cells[0], ==, cases[i].shown);
      g_assert_cmpstr (pole.cells[1], ==, cases[i].shown);
      g_assert_cmpuint (pole.n_rows_written, ==, 2);
      virtual_pole_unplug (&pole);
    }
}

static void
test_kinds (void)
{
  static const char *const wrong[] = { "",           "utf-8",    "16",         ":CP1252",
                                       "256:CP1252", "x:CP1252", "16:nothing", "16:UTF-16" };
  g_autoptr (MrPoleText) ascii = mr_pole_text_new ("ascii", NULL);
  g_autoptr (MrPoleText) chinese = mr_pole_text_new ("gb18030", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mr_pole_text_new (wrong[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
  g_assert_true (mr_pole_text_can_show (ascii, "Total"));
  g_assert_false (mr_pole_text_can_show (ascii, "合计"));
  g_assert_true (mr_pole_text_can_show (chinese, "合计 Total"));
  g_assert_false (mr_pole_text_can_show (chinese, "𠮷"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pole-text/bytes", test_bytes);
  g_test_add_func ("/pole-text/rows", test_rows);
  g_test_add_func ("/pole-text/kinds", test_kinds);
  return g_test_run ();
}
