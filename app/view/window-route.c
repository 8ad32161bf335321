/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/window-private.h"

#include "view/window-keys.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* Which page a scan or a person's key is for. */

/* The QR code of a receipt of this shop: whoever scans it wants to see it. */
static gboolean
show_receipt (MrWindow *self, const char *code)
{
  MrCheckoutState state = mr_checkout_get_state (mr_till_get_checkout (self->till));
  MrId id;
  if (!mr_id_parse (code, &id) || state == MR_CHECKOUT_PAYING || state == MR_CHECKOUT_SAVING)
    return FALSE;
  mr_window_show_page (self, "receipts");
  mr_receipts_page_find (mr_window_get_receipts_page (self), code);
  return TRUE;
}

void
mr_window_route_scan (const char *code, gpointer user_data)
{
  MrWindow *self = user_data;
  const char *page = mr_window_get_page (self);
  MrScanResult result;

  if (g_str_equal (page, "sign-in"))
    mr_sign_in_page_take_scan (mr_window_get_sign_in_page (self), code);
  else if (g_str_equal (page, "welcome"))
    mr_welcome_page_take_scan (mr_window_get_welcome_page (self), code);
  if (!g_str_equal (gtk_stack_get_visible_child_name (self->outer), "shop"))
    return;
  if (self->safe != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->safe));
  if (g_str_equal (page, "devices") &&
      mr_devices_page_take_scan (mr_window_get_devices_page (self), code))
    return;
  if (show_receipt (self, code))
    return;
  if (g_str_equal (page, "sale") && mr_sale_page_take_scan (self->sale, code))
    return;
  result = mr_checkout_scan (mr_till_get_checkout (self->till), code);
  if (!g_str_equal (page, "sale"))
    mr_window_show_page (self, "sale");
  mr_sale_page_settle (self->sale);
  mr_trouble_bar_hush (self->trouble_bar);
  /* Who scans looks at the goods, not at the screen. */
  if (result != MR_SCAN_ADDED && result != MR_SCAN_SAVED)
    gtk_widget_error_bell (GTK_WIDGET (self));
  if (mr_words_scan_result (result) != NULL)
    mr_trouble_bar_say (self->trouble_bar, mr_words_scan_result (result), FALSE);
}

static gboolean
is_typing (MrWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  return focus != NULL && (GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus));
}

/* Somebody walks the buttons by Tab: the button has the key, not the sale. */
static gboolean
is_walking (MrWindow *self, MrKey key)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  return focus != NULL && gtk_window_get_focus_visible (GTK_WINDOW (self)) &&
         (key == MR_KEY_ENTER || key == MR_KEY_SPACE);
}

/* Only what stands on the page's own buttons: goods are not rung up here. */
static gboolean
press_on_receipts (MrWindow *self, MrKey key)
{
  MrKeypad *keypad = mr_till_get_keypad (self->till);
  return key == mr_keypad_find_key (keypad, "return-goods", "") &&
         gtk_widget_activate_action (GTK_WIDGET (self), "win.return-goods", NULL);
}

static gboolean
press_on_page (MrWindow *self, MrKey key, gunichar character)
{
  const char *page = mr_window_get_page (self);
  if (g_str_equal (page, "sign-in"))
    return mr_sign_in_page_press (mr_window_get_sign_in_page (self), key, character);
  if (g_str_equal (page, "sale"))
    return mr_sale_page_press (self->sale, key, character);
  if (g_str_equal (page, "shift"))
    return mr_shift_page_press (mr_window_get_shift_page (self), key, character);
  if (g_str_equal (page, "held"))
    return mr_held_page_press (mr_window_get_held_page (self), key, character);
  if (g_str_equal (page, "receipts"))
    return press_on_receipts (self, key);
  if (g_str_equal (page, "welcome"))
    return mr_welcome_page_press (mr_window_get_welcome_page (self), key);
  return FALSE;
}

/* A function key does on every page what it does on the sale screen. */
static gboolean
press_function_key (MrWindow *self, MrKey key)
{
  const MrKeyBinding *bindings = mr_keypad_get_bindings (mr_till_get_keypad (self->till));
  for (; bindings->key != MR_KEY_NONE; bindings++)
    if (bindings->key == key)
      return mr_keypad_press (mr_till_get_keypad (self->till), key, 0);
  return FALSE;
}

/* Up and down: another line of the basket, another receipt. */
static gboolean
step_rows (MrWindow *self, guint keyval)
{
  const char *page = mr_window_get_page (self);
  int step = keyval == GDK_KEY_Up ? -1 : 1;
  if ((keyval != GDK_KEY_Up && keyval != GDK_KEY_Down) ||
      gtk_window_get_focus (GTK_WINDOW (self)) != NULL)
    return FALSE;
  if (g_str_equal (page, "sale"))
    mr_sale_page_step (self->sale, step);
  else if (g_str_equal (page, "receipts"))
    mr_receipts_page_step (mr_window_get_receipts_page (self), step);
  return TRUE;
}

gboolean
mr_window_route_key (guint keyval, GdkModifierType state, gpointer user_data)
{
  MrWindow *self = user_data;
  gunichar character;
  MrKey key = mr_window_keys_to_key (keyval, &character);
  gboolean in_shop = g_str_equal (gtk_stack_get_visible_child_name (self->outer), "shop");

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  if (self->safe != NULL && gtk_widget_get_mapped (GTK_WIDGET (self->safe)))
    return FALSE;
  if (key >= MR_KEY_F1 && key <= MR_KEY_F12)
    return in_shop && press_function_key (self, key);
  if (key == MR_KEY_ESCAPE && in_shop)
    return gtk_widget_activate_action (GTK_WIDGET (self), "win.back", NULL);
  if (is_typing (self) || is_walking (self, key))
    return FALSE;
  if (step_rows (self, keyval))
    return TRUE;
  return key != MR_KEY_NONE && press_on_page (self, key, character);
}

void
mr_window_route_action (MrWindow *self, const char *name, const char *target)
{
  g_autofree char *action = g_strdup_printf ("win.%s", name);
  if (g_str_equal (name, "search"))
    {
      if (!g_str_equal (mr_window_get_page (self), "sale"))
        mr_window_show_page (self, "sale");
      if (mr_checkout_get_state (mr_till_get_checkout (self->till)) == MR_CHECKOUT_CHANGE)
        mr_checkout_begin_next (mr_till_get_checkout (self->till));
      if (mr_checkout_get_state (mr_till_get_checkout (self->till)) == MR_CHECKOUT_SELLING)
        mr_sale_page_open_search (self->sale, target);
      return;
    }
  if (target[0] != '\0')
    gtk_widget_activate_action (GTK_WIDGET (self), action, "s", target);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

void
mr_window_show_message (MrWindow *self, int message)
{
  const GError *refusal = mr_keypad_get_refusal (mr_till_get_keypad (self->till));
  mr_sale_page_shake (self->sale);
  switch (message)
    {
    case MR_KEYPAD_DOUBTFUL_CASH:
      mr_sale_page_doubt_cash (self->sale);
      break;
    case MR_KEYPAD_NOT_A_NUMBER:
      mr_trouble_bar_say (self->trouble_bar, _ ("That is not a number that fits here."), FALSE);
      break;
    case MR_KEYPAD_NO_LINE:
      mr_trouble_bar_say (self->trouble_bar, _ ("The basket is empty: scan something first."),
                          FALSE);
      break;
    case MR_KEYPAD_NEVER_MONEY:
      mr_trouble_bar_say (self->trouble_bar,
                          _ ("So many digits are a code, not money. Nothing was paid by it."),
                          FALSE);
      break;
    case MR_KEYPAD_REFUSED:
      if (refusal != NULL)
        mr_window_say_error (self, refusal);
      break;
    case MR_KEYPAD_UNKNOWN_CODE:
    default:
      break;
    }
}
