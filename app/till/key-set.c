/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/key-set.h"

#define GETTEXT_PACKAGE MR_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const key_names[MR_N_KEYS] = {
  [MR_KEY_NONE] = "",       [MR_KEY_CHARACTER] = "0–9", [MR_KEY_POINT] = ".",
  [MR_KEY_TIMES] = "*",     [MR_KEY_PLUS] = "+",        [MR_KEY_MINUS] = "−",
  [MR_KEY_SLASH] = "/",     [MR_KEY_SPACE] = "Space",   [MR_KEY_ENTER] = "Enter",
  [MR_KEY_BACKSPACE] = "⌫", [MR_KEY_DELETE] = "Del",    [MR_KEY_ESCAPE] = "Esc",
  [MR_KEY_F1] = "F1",       [MR_KEY_F2] = "F2",         [MR_KEY_F3] = "F3",
  [MR_KEY_F4] = "F4",       [MR_KEY_F5] = "F5",         [MR_KEY_F6] = "F6",
  [MR_KEY_F7] = "F7",       [MR_KEY_F8] = "F8",         [MR_KEY_F9] = "F9",
  [MR_KEY_F10] = "F10",     [MR_KEY_F11] = "F11",       [MR_KEY_F12] = "F12",
};

/* All that a key may be made to do. */
static const struct
{
  const char *action;
  const char *target;
  const char *label;
} verbs[] = {
  { "keys", "", N_ ("All keys") },
  { "search", "", N_ ("Search") },
  { "price-check", "", N_ ("Price check") },
  { "undo", "", N_ ("Undo") },
  { "no-sale", "", N_ ("Open the drawer") },
  { "hold", "", N_ ("Hold or recall") },
  { "recall", "", N_ ("Recall") },
  { "discount", "", N_ ("Discount") },
  { "quantity", "", N_ ("Quantity") },
  { "tender", "cash", N_ ("Cash") },
  { "tender", "wechat", N_ ("WeChat") },
  { "tender", "alipay", N_ ("Alipay") },
  { "tender", "card", N_ ("Card") },
  { "exact-cash", "", N_ ("Exact cash") },
  { "pay", "", N_ ("Pay") },
  { "reprint", "", N_ ("Reprint") },
  { "return-goods", "", N_ ("Return goods") },
  { "remove-line", "", N_ ("Remove line") },
  { "open-shift", "", N_ ("Open the shift") },
  { "close-shift", "", N_ ("Close the shift") },
  { "x-report", "", N_ ("X report") },
  { "sign-out", "", N_ ("Sign out") },
};

typedef struct
{
  MrKey key;
  const char *action;
  const char *target;
} Preset;

static const Preset international[] = {
  { MR_KEY_F1, "keys", "" },         { MR_KEY_F2, "search", "" },
  { MR_KEY_F3, "price-check", "" },  { MR_KEY_F4, "undo", "" },
  { MR_KEY_F5, "no-sale", "" },      { MR_KEY_F6, "hold", "" },
  { MR_KEY_F7, "discount", "" },     { MR_KEY_F8, "tender", "wechat" },
  { MR_KEY_F9, "tender", "alipay" }, { MR_KEY_F10, "tender", "card" },
  { MR_KEY_F11, "exact-cash", "" },  { MR_KEY_F12, "pay", "" },
};

static const Preset chinese[] = {
  { MR_KEY_F1, "keys", "" },          { MR_KEY_F2, "search", "" },
  { MR_KEY_F3, "price-check", "" },   { MR_KEY_F4, "undo", "" },
  { MR_KEY_F5, "no-sale", "" },       { MR_KEY_F6, "hold", "" },
  { MR_KEY_F7, "discount", "" },      { MR_KEY_F8, "tender", "wechat" },
  { MR_KEY_F9, "tender", "alipay" },  { MR_KEY_F10, "tender", "card" },
  { MR_KEY_F11, "reprint", "" },      { MR_KEY_F12, "pay", "" },
  { MR_KEY_SPACE, "exact-cash", "" },
};

/* What the entry line itself does with a key, for the card. One of them means something else where there is no entry
 * line: on the page of receipts. */
static const MrKeyBinding entry_line[] = {
  { MR_KEY_CHARACTER, "", "", N_ ("Short code or barcode, then Enter") },
  { MR_KEY_TIMES, "", "", N_ ("Quantity: 6 * and scan, or 6 * Enter for the last line") },
  { MR_KEY_PLUS, "", "", N_ ("One more of the last line") },
  { MR_KEY_MINUS, "return-goods", "",
    N_ ("One less of the last line; on a receipt: return goods") },
  { MR_KEY_POINT, "", "", N_ ("Price of the last line: . 12.50 Enter") },
  { MR_KEY_SLASH, "", "", N_ ("Money off the last line: 2 /") },
  { MR_KEY_DELETE, "", "", N_ ("Remove the last line") },
  { MR_KEY_ENTER, "", "", N_ ("Pay, when nothing is typed") },
  { MR_KEY_ESCAPE, "", "", N_ ("Back") },
};

static gboolean
find_verb (const char *action, const char *target, MrKeyBinding *binding)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (!g_str_equal (verbs[i].action, action) || !g_str_equal (verbs[i].target, target))
        continue;
      binding->action = verbs[i].action;
      binding->target = verbs[i].target;
      binding->label = verbs[i].label;
      return TRUE;
    }
  return FALSE;
}

/* "F8=tender:card" */
static gboolean
parse_pair (const char *pair, MrKeyBinding *binding)
{
  g_auto (GStrv) sides = g_strsplit (pair, "=", 2);
  g_auto (GStrv) verb = NULL;

  if (g_strv_length (sides) != 2 || !mr_key_parse (g_strstrip (sides[0]), &binding->key) ||
      (binding->key != MR_KEY_SPACE && binding->key < MR_KEY_F1))
    return FALSE;
  verb = g_strsplit (g_strstrip (sides[1]), ":", 2);
  return verb[0] != NULL && find_verb (verb[0], verb[1] != NULL ? verb[1] : "", binding);
}

static void
put_binding (GArray *bindings, const MrKeyBinding *binding)
{
  for (guint i = 0; i < bindings->len; i++)
    {
      MrKeyBinding *there = &g_array_index (bindings, MrKeyBinding, i);

      if (there->key == binding->key)
        {
          *there = *binding;
          return;
        }
    }
  g_array_append_val (bindings, *binding);
}

static void
put_presets (GArray *bindings, const Preset *presets, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      MrKeyBinding binding = { .key = presets[i].key };

      if (find_verb (presets[i].action, presets[i].target, &binding))
        put_binding (bindings, &binding);
    }
}

GArray *
mr_key_set_build (MrKeySet key_set, const char *remapped)
{
  GArray *bindings = g_array_new (TRUE, TRUE, sizeof (MrKeyBinding));
  g_auto (GStrv) pairs = g_strsplit (remapped, ";", -1);

  if (key_set == MR_KEY_SET_CHINESE)
    put_presets (bindings, chinese, G_N_ELEMENTS (chinese));
  else
    put_presets (bindings, international, G_N_ELEMENTS (international));
  for (guint i = 0; pairs[i] != NULL; i++)
    {
      MrKeyBinding binding = { .key = MR_KEY_NONE };

      if (parse_pair (pairs[i], &binding))
        put_binding (bindings, &binding);
    }
  g_array_append_vals (bindings, entry_line, G_N_ELEMENTS (entry_line));
  return bindings;
}

gboolean
mr_key_set_check (const char *remapped)
{
  g_auto (GStrv) pairs = g_strsplit (remapped, ";", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      MrKeyBinding binding;

      if (*pairs[i] != '\0' && !parse_pair (pairs[i], &binding))
        return FALSE;
    }
  return TRUE;
}

const char *
mr_key_to_string (MrKey key)
{
  g_return_val_if_fail (key < MR_N_KEYS, "");
  return key_names[key];
}

gboolean
mr_key_parse (const char *text, MrKey *key)
{
  for (guint i = MR_KEY_NONE + 1; i < MR_N_KEYS; i++)
    {
      if (g_str_equal (key_names[i], text))
        {
          *key = (MrKey) i;
          return TRUE;
        }
    }
  return FALSE;
}
