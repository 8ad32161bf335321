/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/window-private.h"

#include <glib/gi18n.h>

/* The verbs of the till, one GAction each: the same for keys, fingers, the screen reader and tests. */

static MrCheckout *
get_checkout (MrWindow *self)
{
  return mr_till_get_checkout (mr_window_get_till (self));
}

/* --- shift and drawer --- */

static void
on_open_shift (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_window_show_page (user_data, "shift");
  mr_shift_page_ask_float (mr_window_get_shift_page (user_data));
}

static void
on_close_shift (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_window_show_page (user_data, "shift");
  mr_shift_page_ask_count (mr_window_get_shift_page (user_data));
}

static void
on_x_report (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_window_show_page (user_data, "shift");
  mr_shift_page_read (mr_window_get_shift_page (user_data));
}

static void
on_cash_in (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_shift_page_ask_cash (mr_window_get_shift_page (user_data), TRUE);
}

static void
on_cash_out (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_shift_page_ask_cash (mr_window_get_shift_page (user_data), FALSE);
}

static void
on_drawer_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_shift_desk_no_sale_finish (MR_SHIFT_DESK (source), result, &error);
  mr_window_report (self, ok, error);
  if (ok)
    mr_trouble_bar_say (mr_window_get_trouble_bar (self),
                        mr_spooler_is_away (mr_till_get_spooler (mr_window_get_till (self)))
                            ? _ ("It is noted. The printer is not there to open the drawer: open "
                                 "it by its key.")
                            : _ ("The drawer is opened, and noted."),
                        FALSE);
}

static void
on_no_sale_for (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  mr_shift_desk_no_sale_async (mr_till_get_shift_desk (mr_window_get_till (self)),
                               g_variant_get_string (parameter, NULL), on_drawer_opened,
                               g_object_ref (self));
}

/* Where there is nobody to answer to, nobody is asked why. */
static void
on_no_sale (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  if (mr_session_is_simple (mr_till_get_session (mr_window_get_till (self))))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.no-sale-for", "s", "");
      return;
    }
  mr_window_show_sale (self);
  mr_sale_page_ask_reason (mr_window_get_sale_page (self), MR_REASON_NO_SALE);
}

/* --- paper --- */

static void
on_reprinted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_spooler_reprint_finish (MR_SPOOLER (source), result, &error);
  mr_window_report (self, ok, error);
  if (ok)
    mr_receipts_page_refresh (mr_window_get_receipts_page (self));
}

/* The receipt chosen in the list, elsewhere the last one. */
static void
on_reprint (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  MrTill *till = mr_window_get_till (self);
  g_autoptr (GPtrArray) last = mr_till_list_receipts (till, 1);
  const MrReceiptSummary *chosen =
      g_str_equal (mr_window_get_page (self), "receipts")
          ? mr_receipts_page_get_chosen (mr_window_get_receipts_page (self))
          : NULL;
  if (chosen == NULL && last->len > 0)
    chosen = g_ptr_array_index (last, 0);
  if (chosen == NULL)
    mr_trouble_bar_say (mr_window_get_trouble_bar (self), _ ("Nothing was sold yet."), FALSE);
  else
    mr_spooler_reprint_async (mr_till_get_spooler (till), chosen->entry_id, on_reprinted,
                              g_object_ref (self));
}

static void
on_last_printed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_spooler_print_last_finish (MR_SPOOLER (source), result, &error);
  mr_window_report (self, ok, error);
}

static void
on_print_receipt (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_spooler_print_last_async (mr_till_get_spooler (mr_window_get_till (user_data)),
                               on_last_printed, g_object_ref (user_data));
}

static void
on_printer_retry (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_spooler_retry (mr_till_get_spooler (mr_window_get_till (user_data)));
}

static void
on_print_old (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_spooler_print_old (mr_till_get_spooler (mr_window_get_till (user_data)));
}

static void
on_drop_old (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_spooler_drop_old (mr_till_get_spooler (mr_window_get_till (user_data)));
}

static void
on_printer (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrSession *session = mr_till_get_session (mr_window_get_till (user_data));
  mr_spooler_retry (mr_till_get_spooler (mr_window_get_till (user_data)));
  if (mr_session_may (session, MR_MAY_CHANGE_SETTINGS))
    mr_window_show_page (user_data, "devices");
}

/* --- the window --- */

/* The rail hides what a person may not do; the keys of the pages must not lead there either. */
static gboolean
may_see (MrWindow *self, const char *page)
{
  MrSession *session = mr_till_get_session (mr_window_get_till (self));
  if (g_str_equal (page, "held"))
    return mr_session_may (session, MR_MAY_HOLD);
  if (g_str_equal (page, "receipts"))
    return mr_session_may (session, MR_MAY_REPRINT);
  if (g_str_equal (page, "shift"))
    return mr_session_may (session, MR_MAY_OPEN_SHIFT) ||
           mr_session_may (session, MR_MAY_CLOSE_SHIFT);
  if (g_str_equal (page, "needs") || g_str_equal (page, "settings") ||
      g_str_equal (page, "devices"))
    return mr_session_may (session, MR_MAY_CHANGE_SETTINGS);
  return TRUE;
}

static void
on_page (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *page = g_variant_get_string (parameter, NULL);
  if (may_see (user_data, page))
    mr_window_show_page (user_data, page);
}

static void
on_keys (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  if (g_str_equal (mr_window_get_page (user_data), "keys"))
    mr_window_show_page (user_data, mr_window_get_page_before_keys (user_data));
  else
    mr_window_show_page (user_data, "keys");
}

/* One step back, never losing a basket. */
static void
on_back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  const char *page = mr_window_get_page (self);
  MrCheckout *checkout = get_checkout (self);
  g_autoptr (GError) error = NULL;

  mr_trouble_bar_hush (mr_window_get_trouble_bar (self));
  if (g_str_equal (page, "keys"))
    mr_window_show_page (self, mr_window_get_page_before_keys (self));
  else if (g_str_equal (page, "shift") && mr_shift_page_back (mr_window_get_shift_page (self)))
    return;
  else if (g_str_equal (page, "held") && mr_held_page_back (mr_window_get_held_page (self)))
    return;
  else if (!g_str_equal (page, "sale"))
    mr_window_show_page (self, "sale");
  else if (mr_sale_page_back (mr_window_get_sale_page (self)))
    return;
  else if (mr_checkout_get_state (checkout) == MR_CHECKOUT_PAYING)
    mr_window_report (self, mr_checkout_leave_payment (checkout, &error), error);
  else if (mr_checkout_get_state (checkout) == MR_CHECKOUT_CHANGE)
    mr_checkout_begin_next (checkout);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_session_sign_out_finish (MR_SESSION (source), result, &error);
  mr_window_report (self, ok, error);
}

static void
on_sign_out (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_session_sign_out_async (mr_till_get_session (mr_window_get_till (user_data)), on_signed_out,
                             g_object_ref (user_data));
}

static void
on_safe (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_popover_popup (GTK_POPOVER (mr_window_get_safe_popover (user_data)));
}

static void
on_sync_now (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_till_sync_now (mr_window_get_till (user_data));
}

static void
on_hide_trouble (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_trouble_bar_hide_link (mr_window_get_trouble_bar (user_data));
}

static void
on_put_away (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *what, *subject;
  gint64 at_us;

  g_variant_get (parameter, "(&s&sx)", &what, &subject, &at_us);
  mr_till_put_away (mr_window_get_till (user_data), what, subject, at_us);
}

static void
on_say (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_trouble_bar_say (mr_window_get_trouble_bar (user_data), g_variant_get_string (parameter, NULL),
                      FALSE);
}

static void
on_fullscreen (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  if (gtk_window_is_fullscreen (user_data))
    gtk_window_unfullscreen (user_data);
  else
    gtk_window_fullscreen (user_data);
}

static const GActionEntry entries[] = {
  { .name = "open-shift", .activate = on_open_shift },
  { .name = "close-shift", .activate = on_close_shift },
  { .name = "x-report", .activate = on_x_report },
  { .name = "cash-in", .activate = on_cash_in },
  { .name = "cash-out", .activate = on_cash_out },
  { .name = "no-sale", .activate = on_no_sale },
  { .name = "no-sale-for", .activate = on_no_sale_for, .parameter_type = "s" },
  { .name = "reprint", .activate = on_reprint },
  { .name = "print-receipt", .activate = on_print_receipt },
  { .name = "printer-retry", .activate = on_printer_retry },
  { .name = "print-old", .activate = on_print_old },
  { .name = "drop-old", .activate = on_drop_old },
  { .name = "printer", .activate = on_printer },
  { .name = "page", .activate = on_page, .parameter_type = "s", .state = "'sale'" },
  { .name = "keys", .activate = on_keys },
  { .name = "back", .activate = on_back },
  { .name = "sign-out", .activate = on_sign_out },
  { .name = "safe", .activate = on_safe },
  { .name = "sync-now", .activate = on_sync_now },
  { .name = "hide-trouble", .activate = on_hide_trouble },
  { .name = "put-away", .activate = on_put_away, .parameter_type = "(ssx)" },
  { .name = "say", .activate = on_say, .parameter_type = "s" },
  { .name = "fullscreen", .activate = on_fullscreen },
};

void
mr_window_install_actions (MrWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  mr_window_install_sale_actions (self);
}

static void
enable (MrWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
mr_window_update_actions (MrWindow *self)
{
  MrTill *till = mr_window_get_till (self);
  MrCheckout *checkout = get_checkout (self);
  MrSession *session = mr_till_get_session (till);
  MrCheckoutState state = mr_checkout_get_state (checkout);
  gboolean selling = state == MR_CHECKOUT_SELLING;
  gboolean in_sale = selling && !mr_checkout_is_empty (checkout);
  gboolean paying = state == MR_CHECKOUT_PAYING;
  const char *page = mr_window_get_page (self);
  gboolean in_shop = !g_str_equal (page, "sign-in") && !g_str_equal (page, "welcome");
  gboolean has_shift = mr_shift_desk_get_shift (mr_till_get_shift_desk (till)) != NULL;

  enable (self, "pay", in_sale);
  enable (self, "hold",
          mr_session_may (session, MR_MAY_HOLD) && (selling || state == MR_CHECKOUT_CHANGE));
  enable (self, "discount", in_sale && mr_session_may (session, MR_MAY_DISCOUNT));
  enable (self, "line-discount", in_sale && mr_session_may (session, MR_MAY_DISCOUNT));
  enable (self, "line-price", in_sale && mr_session_may (session, MR_MAY_SET_PRICE));
  enable (self, "remove-line", in_sale && mr_session_may (session, MR_MAY_REMOVE_LINE));
  enable (self, "void-for", in_sale && mr_session_may (session, MR_MAY_VOID_SALE));
  enable (self, "void", in_sale && mr_session_may (session, MR_MAY_VOID_SALE));
  enable (self, "return-goods",
          g_str_equal (page, "receipts") && (selling || state == MR_CHECKOUT_CHANGE) &&
              mr_session_may (session, MR_MAY_RETURN));
  enable (self, "undo", mr_checkout_can_undo (checkout));
  enable (self, "search", selling || state == MR_CHECKOUT_CHANGE);
  enable (self, "price-check", selling);
  enable (self, "tender", in_sale || paying);
  enable (self, "exact-cash", in_sale || paying);
  enable (self, "take-back", paying && mr_checkout_get_n_tenders (checkout) > 0);
  enable (self, "no-sale", mr_session_may (session, MR_MAY_OPEN_DRAWER));
  enable (self, "no-sale-for", mr_session_may (session, MR_MAY_OPEN_DRAWER));
  enable (self, "cash-in", has_shift && mr_session_may (session, MR_MAY_MOVE_CASH));
  enable (self, "cash-out", has_shift && mr_session_may (session, MR_MAY_MOVE_CASH));
  enable (self, "open-shift", !has_shift && mr_session_may (session, MR_MAY_OPEN_SHIFT));
  enable (self, "close-shift", has_shift && mr_session_may (session, MR_MAY_CLOSE_SHIFT));
  enable (self, "x-report", has_shift && mr_session_may (session, MR_MAY_READ_SHIFT));
  enable (self, "keys", in_shop);
  enable (self, "page", in_shop);
  enable (self, "printer", in_shop);
  enable (self, "reprint", mr_session_may (session, MR_MAY_REPRINT));
}
