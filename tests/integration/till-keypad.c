/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/keypad.h"

#include "sample-till.h"

#include <string.h>

/* A row is what a cashier types and what comes of it. Keys are words as on the printed card; "(CODE)"
 * is a scan, "w" waits for the disk. */
typedef struct
{
  const char *keys;
  const char *entry; /* what the entry line shows then */
  const char *actions; /* what the screen was asked for, with spaces between */
  const char *basket; /* "quantity×name=amount …" */
  const char *state;
  int message; /* the last MrKeypadMessage, −1 = none */
} Row;

static const Row rows[] = {
  /* Short codes and barcodes. */
  { "1", "1", "", "", "selling", -1 },
  { "1 2 Enter", "", "", "1×香蕉=598", "selling", -1 },
  { "9 9 Enter", "", "", "", "selling", MR_KEYPAD_UNKNOWN_CODE },
  { "6 9 0 1 2 3 4 5 6 7 8 9 2 Enter", "", "", "1×可口可乐 330ml=300", "selling", -1 },
  { "1 2 ⌫", "1", "", "", "selling", -1 },
  { "1 2 Esc", "", "", "", "selling", -1 },
  { "Esc", "", "back", "", "selling", -1 },
  /* Quantity before and after. */
  { "6 *", "6 × ", "", "", "selling", -1 },
  { "6 * (6901234567892)", "", "", "6×可口可乐 330ml=1800", "selling", -1 },
  { "6 * 1 2 Enter", "", "", "6×香蕉=3588", "selling", -1 },
  { "(6901234567892) 6 * Enter", "", "", "6×可口可乐 330ml=1800", "selling", -1 },
  { "0 . 3 7 5 * 1 2 Enter", "", "", "0.375×香蕉=224", "selling", -1 },
  { "6 * Esc (6901234567892)", "", "", "1×可口可乐 330ml=300", "selling", -1 },
  { "0 *", "", "", "", "selling", MR_KEYPAD_NOT_A_NUMBER },
  { "*", "", "", "", "selling", MR_KEYPAD_NOT_A_NUMBER },
  { "6 * Enter", "", "", "", "selling", MR_KEYPAD_NO_LINE },
  /* By one. */
  { "(6901234567892) + +", "", "", "3×可口可乐 330ml=900", "selling", -1 },
  { "(6901234567892) + −", "", "", "1×可口可乐 330ml=300", "selling", -1 },
  { "(6901234567892) −", "", "", "", "selling", -1 },
  { "(6901234567892) 5 +", "", "", "6×可口可乐 330ml=1800", "selling", -1 },
  { "+", "", "", "", "selling", MR_KEYPAD_NO_LINE },
  { "Del", "", "", "", "selling", MR_KEYPAD_NO_LINE },
  { "(6901234567892) Del", "", "", "", "selling", -1 },
  { "(6901234567892) 5 Del", "", "", "1×可口可乐 330ml=300", "selling", -1 },
  /* Price and discount of the newest line. */
  { "(6901234567892) . 2 . 5 Enter", "", "", "1×可口可乐 330ml=250", "selling", -1 },
  { "(6901234567892) 2 . 5 .", "", "", "1×可口可乐 330ml=250", "selling", -1 },
  { "(6901234567892) 2 . 5 Enter", "", "", "1×可口可乐 330ml=250", "selling", -1 },
  { "(6901234567892) 1 /", "", "", "1×可口可乐 330ml=200", "selling", -1 },
  { "(6901234567892) / 1 Enter", "", "", "1×可口可乐 330ml=200", "selling", -1 },
  { "(6901234567892) / 1 0 % Enter", "", "", "1×可口可乐 330ml=270", "selling", -1 },
  { "(6901234567892) 5 /", "", "", "1×可口可乐 330ml=300", "selling", MR_KEYPAD_REFUSED },
  { "(6901234567892) 1 . 2 3 4 Enter", "", "", "1×可口可乐 330ml=300", "selling",
    MR_KEYPAD_NOT_A_NUMBER },
  /* What only the screen can do. */
  { "k", "", "search:k", "", "selling", -1 },
  { "可", "", "search:可", "", "selling", -1 },
  { "Enter", "", "pay", "", "selling", -1 },
  { "F1", "", "keys", "", "selling", -1 },
  { "F2", "", "search", "", "selling", -1 },
  { "F6", "", "recall", "", "selling", -1 },
  { "(6901234567892) F6", "", "hold", "1×可口可乐 330ml=300", "selling", -1 },
  { "F8", "", "tender:wechat", "", "selling", -1 },
  { "F9", "", "tender:alipay", "", "selling", -1 },
  { "F12", "", "pay", "", "selling", -1 },
  /* Exact cash by one key. */
  { "(6901234567892) Space w", "", "", "", "change", -1 },
  { "Space w", "", "", "", "selling", MR_KEYPAD_REFUSED },
  /* In Pay: whole units, only Enter pays, points begin the rest. */
  { "(6901234567892) ! 5", "5", "", "1×可口可乐 330ml=300", "paying", -1 },
  { "(6901234567892) ! 5 Enter w", "", "", "", "change", -1 },
  { "(6901234567892) ! 3 . 0 0 Enter w", "", "", "", "change", -1 },
  { "(6901234567892) ! 2 . 9 9 Enter w", "", "", "1×可口可乐 330ml=300", "paying", -1 },
  { "(6901234567892) ! Enter w", "", "", "1×可口可乐 330ml=300", "paying", -1 },
  { "(6901234567892) ! 5 + * / k", "5", "", "1×可口可乐 330ml=300", "paying", -1 },
  { "(6901234567892) ! 5 Esc", "", "", "1×可口可乐 330ml=300", "paying", -1 },
  { "(6901234567892) ! Esc", "", "back", "1×可口可乐 330ml=300", "paying", -1 },
  { "(6901234567892) ! 2 Enter w Del", "", "", "1×可口可乐 330ml=300", "paying", -1 },
  /* More than the total and twice the largest note is asked about once. */
  { "(6901234567892) ! 2 0 3 Enter w", "", "", "", "change", -1 },
  { "(6901234567892) ! 2 0 4 Enter w", "204", "", "1×可口可乐 330ml=300", "paying",
    MR_KEYPAD_DOUBTFUL_CASH },
  { "(6901234567892) ! 2 0 4 Enter Enter w", "", "", "", "change", MR_KEYPAD_DOUBTFUL_CASH },
  { "(6901234567892) ! 2 0 4 Enter ⌫ Enter w", "", "", "", "change", MR_KEYPAD_DOUBTFUL_CASH },
  /* Eight digits and more are never money. */
  { "(6901234567892) ! 1 2 3 4 5 6 7 8 Enter w", "", "", "1×可口可乐 330ml=300", "paying",
    MR_KEYPAD_NEVER_MONEY },
  { "(6901234567892) ! 3 (6900000000014)", "", "", "1×可口可乐 330ml=300 1×香蕉=598", "selling",
    -1 },
  /* The change stands until the next sale begins. */
  { "(6901234567892) Space w Enter", "", "", "", "selling", -1 },
  { "(6901234567892) Space w Esc", "", "", "", "selling", -1 },
  { "(6901234567892) Space w 1 2", "12", "", "", "change", -1 },
  { "(6901234567892) Space w 1 2 Enter", "", "", "1×香蕉=598", "selling", -1 },
};

typedef struct
{
  GString *actions;
  int message;
} Seen;

static void
on_action (MrKeypad *keypad, const char *name, const char *target, Seen *seen)
{
  g_string_append_printf (seen->actions, "%s%s%s%s", seen->actions->len > 0 ? " " : "", name,
                          *target != '\0' ? ":" : "", target);
}

static void
on_message (MrKeypad *keypad, int message, Seen *seen)
{
  seen->message = message;
}

static void
press (SampleTill *till, const char *word)
{
  MrKeypad *keypad = mr_till_get_keypad (till->till);
  MrCheckout *checkout = mr_till_get_checkout (till->till);
  MrKey key;

  if (*word == '(')
    {
      g_autofree char *code = g_strndup (word + 1, strlen (word) - 2);

      mr_checkout_scan (checkout, code);
    }
  else if (g_str_equal (word, "w"))
    sample_till_settle (till);
  else if (g_str_equal (word, "!"))
    g_assert_true (mr_checkout_begin_payment (checkout, NULL));
  else if (mr_key_parse (word, &key))
    mr_keypad_press (keypad, key, 0);
  else
    mr_keypad_press (keypad, MR_KEY_CHARACTER, g_utf8_get_char (word));
}

static char *
describe_basket (SampleTill *till)
{
  GListModel *model = G_LIST_MODEL (mr_till_get_checkout (till->till));
  GString *text = g_string_new ("");

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (MrBasketLine) line = g_list_model_get_item (model, i);
      g_autofree char *quantity = mr_quantity_format (mr_basket_line_get_quantity_milli (line));

      g_string_append_printf (text, "%s%s×%s=%" G_GINT64_FORMAT, i > 0 ? " " : "", quantity,
                              mr_basket_line_get_name (line),
                              mr_basket_line_get_amount_minor (line));
    }
  return g_string_free (text, FALSE);
}

static void
empty_basket (SampleTill *till)
{
  MrCheckout *checkout = mr_till_get_checkout (till->till);

  sample_till_settle (till);
  mr_checkout_begin_next (checkout);
  while (mr_checkout_take_back_tender (checkout, NULL))
    ;
  g_assert_true (mr_checkout_leave_payment (checkout, NULL));
  while (mr_checkout_remove (checkout, 0, NULL))
    ;
  mr_keypad_clear (mr_till_get_keypad (till->till));
  sample_till_settle (till);
}

static void
test_rows (void)
{
  SampleTill till = { .till = NULL };

  sample_till_set_up (&till);
  sample_till_feed (&till, "short_code", "1", "[\"12\",3]");
  sample_till_start (&till);
  mr_settings_set_async (mr_till_get_settings (till.till), MR_SETTING_KEY_SET, "chinese", NULL,
                         NULL);
  sample_till_settle (&till);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Seen seen = { .actions = g_string_new (""), .message = -1 };
      MrKeypad *keypad = mr_till_get_keypad (till.till);
      MrCheckout *checkout = mr_till_get_checkout (till.till);
      g_auto (GStrv) words = g_strsplit (rows[i].keys, " ", -1);
      g_autofree char *basket = NULL;
      gulong action = g_signal_connect (keypad, "action", G_CALLBACK (on_action), &seen);
      gulong message = g_signal_connect (keypad, "message", G_CALLBACK (on_message), &seen);

      g_test_message ("%s", rows[i].keys);
      for (guint j = 0; words[j] != NULL; j++)
        press (&till, words[j]);
      basket = describe_basket (&till);
      g_assert_cmpstr (mr_keypad_get_text (keypad), ==, rows[i].entry);
      g_assert_cmpstr (seen.actions->str, ==, rows[i].actions);
      g_assert_cmpstr (basket, ==, rows[i].basket);
      g_assert_cmpstr (mr_checkout_state_to_string (mr_checkout_get_state (checkout)), ==,
                       rows[i].state);
      g_assert_cmpint (seen.message, ==, rows[i].message);
      g_signal_handler_disconnect (keypad, action);
      g_signal_handler_disconnect (keypad, message);
      g_string_free (seen.actions, TRUE);
      empty_basket (&till);
    }
  sample_till_verify (&till);
  sample_till_tear_down (&till);
}

/* Every verb of the sale screen has a key in both sets, no key has two, and a shop may change them. */
static void
test_key_sets (void)
{
  static const char *const sets[] = { "international", "chinese" };
  static const char *const verbs[] = { "pay",     "hold", "search", "price-check", "discount",
                                       "no-sale", "undo", "keys",   "exact-cash",  "return-goods" };
  SampleTill till = { .till = NULL };
  MrSettings *settings;
  MrKeypad *keypad;

  sample_till_set_up (&till);
  sample_till_start (&till);
  settings = mr_till_get_settings (till.till);
  keypad = mr_till_get_keypad (till.till);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);

      mr_settings_set_async (settings, MR_SETTING_KEY_SET, sets[i], NULL, NULL);
      sample_till_settle (&till);
      for (gsize j = 0; j < G_N_ELEMENTS (verbs); j++)
        g_assert_cmpint (mr_keypad_find_key (keypad, verbs[j], ""), !=, MR_KEY_NONE);
      g_assert_cmpint (mr_keypad_find_key (keypad, "tender", "card"), !=, MR_KEY_NONE);
      for (const MrKeyBinding *binding = mr_keypad_get_bindings (keypad);
           binding->key != MR_KEY_NONE; binding++)
        {
          g_assert_true (g_hash_table_add (used, GINT_TO_POINTER (binding->key)));
          g_assert_cmpstr (binding->label, !=, "");
          g_assert_cmpstr (mr_key_to_string (binding->key), !=, "");
        }
    }
  g_assert_cmpint (mr_keypad_find_key (keypad, "exact-cash", NULL), ==, MR_KEY_SPACE);
  g_assert_cmpint (mr_keypad_find_key (keypad, "return-goods", ""), ==, MR_KEY_MINUS);
  mr_settings_set_async (settings, MR_SETTING_KEYS, "F7=sign-out;F8=tender:cash;F11=return-goods",
                         NULL, NULL);
  sample_till_settle (&till);
  g_assert_cmpint (mr_keypad_find_key (keypad, "sign-out", ""), ==, MR_KEY_F7);
  g_assert_cmpint (mr_keypad_find_key (keypad, "tender", "cash"), ==, MR_KEY_F8);
  g_assert_cmpint (mr_keypad_find_key (keypad, "return-goods", ""), ==, MR_KEY_F11);
  g_assert_cmpint (mr_keypad_find_key (keypad, "discount", ""), ==, MR_KEY_NONE);
  sample_till_tear_down (&till);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keypad/rows", test_rows);
  g_test_add_func ("/keypad/key-sets", test_key_sets);
  return g_test_run ();
}
