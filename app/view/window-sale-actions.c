/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/window-private.h"

#include <glib/gi18n.h>

/* The verbs of selling and paying. */

static MrCheckout *
get_checkout (MrWindow *self)
{
  return mr_till_get_checkout (mr_window_get_till (self));
}

static void
on_pay (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  mr_window_show_sale (self);
  mr_window_report (self, mr_checkout_begin_payment (get_checkout (self), &error), error);
}

static void
on_search (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  mr_window_show_sale (self);
  mr_sale_page_open_search (mr_window_get_sale_page (self), NULL);
}

static void
on_price_check (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  mr_window_show_sale (self);
  mr_sale_page_open_price_check (mr_window_get_sale_page (self));
}

static void
on_quantity (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_sale_page_ask_quantity (mr_window_get_sale_page (user_data));
}

static void
on_line_price (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_sale_page_ask_price (mr_window_get_sale_page (user_data));
}

static void
on_line_discount (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_sale_page_ask_line_discount (mr_window_get_sale_page (user_data));
}

static void
on_discount (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_window_show_sale (user_data);
  mr_sale_page_ask_sale_discount (mr_window_get_sale_page (user_data));
}

static void
step_quantity (MrWindow *self, int step)
{
  g_autoptr (GError) error = NULL;
  guint number = mr_sale_page_get_selected (mr_window_get_sale_page (self));
  mr_window_report (self, mr_checkout_step_quantity (get_checkout (self), number, step, &error),
                    error);
}

static void
on_more (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_quantity (user_data, 1);
}

static void
on_less (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  step_quantity (user_data, -1);
}

static void
on_remove_line (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  guint number = mr_sale_page_get_selected (mr_window_get_sale_page (self));
  gboolean ok = mr_checkout_remove (get_checkout (self), number, &error);
  mr_window_report (self, ok, error);
  if (ok)
    mr_trouble_bar_say (mr_window_get_trouble_bar (self), _ ("The line is removed."), TRUE);
}

static void
on_undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  mr_window_report (self, mr_checkout_undo (get_checkout (self), &error), error);
}

static void
on_answer (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  mr_window_report (self,
                    mr_checkout_answer (get_checkout (self), g_variant_get_uint32 (parameter), -1,
                                        0, &error),
                    error);
}

/* --- hold and recall --- */

static void
on_held (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_checkout_hold_finish (MR_CHECKOUT (source), result, &error);
  mr_window_report (self, ok, error);
  if (ok)
    mr_trouble_bar_say (mr_window_get_trouble_bar (self),
                        _ ("The basket is put aside; page Held brings it back."), FALSE);
}

static void
on_recalled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_checkout_recall_finish (MR_CHECKOUT (source), result, &error);
  if (ok)
    mr_window_show_page (self, "sale");
  mr_window_report (self, ok, error);
}

static void
recall (MrWindow *self, gint64 slot)
{
  mr_checkout_recall_async (get_checkout (self), slot, on_recalled, g_object_ref (self));
}

/* Of another till. */
static void
on_recall_held (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  MrId hold;
  if (mr_id_parse (g_variant_get_string (parameter, NULL), &hold))
    mr_checkout_recall_held_async (get_checkout (self), hold, on_recalled, g_object_ref (self));
}

/* With one basket waiting, and that one here, there is nothing to choose. */
static void
on_recall (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  g_autoptr (GPtrArray) held = mr_checkout_list_held (get_checkout (self));
  if (held->len == 1 && ((const MrHeld *) g_ptr_array_index (held, 0))->slot != 0)
    recall (self, ((const MrHeld *) g_ptr_array_index (held, 0))->slot);
  else
    mr_window_show_page (self, "held");
}

static void
on_recall_slot (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  recall (user_data, g_variant_get_int64 (parameter));
}

static void
on_hold (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  if (mr_checkout_is_empty (get_checkout (self)))
    on_recall (action, parameter, user_data);
  else
    mr_checkout_hold_async (get_checkout (self), NULL, on_held, g_object_ref (self));
}

static void
on_dropped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_checkout_drop_held_finish (MR_CHECKOUT (source), result, &error);
  mr_window_report (self, ok, error);
}

static void
on_drop_held (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  const char *text, *reason;
  gint64 slot;
  MrId hold;
  g_variant_get (parameter, "(&sx&s)", &text, &slot, &reason);
  if (!mr_id_parse (text, &hold))
    hold = MR_ID_NONE;
  mr_checkout_drop_held_async (get_checkout (self), hold, slot, reason, on_dropped,
                               g_object_ref (self));
}

static void
on_voided (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_checkout_void_finish (MR_CHECKOUT (source), result, &error);
  mr_window_report (self, ok, error);
}

static void
on_void_for (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  mr_checkout_void_async (get_checkout (self), g_variant_get_string (parameter, NULL), on_voided,
                          g_object_ref (self));
}

static void
on_void (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  if (mr_session_is_simple (mr_till_get_session (mr_window_get_till (self))))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.void-for", "s", "");
      return;
    }
  mr_window_show_sale (self);
  mr_sale_page_ask_reason (mr_window_get_sale_page (self), MR_REASON_VOID);
}

/* --- goods that come back: of the receipt chosen in the list --- */

static void
on_return_for (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  const MrReceiptSummary *chosen = mr_receipts_page_get_chosen (mr_window_get_receipts_page (self));
  if (chosen == NULL)
    return;
  mr_window_show_sale (self);
  if (mr_checkout_get_state (get_checkout (self)) == MR_CHECKOUT_CHANGE)
    mr_checkout_begin_next (get_checkout (self));
  mr_trouble_bar_hush (mr_window_get_trouble_bar (self));
  mr_sale_page_open_return (mr_window_get_sale_page (self), chosen->entry_id, chosen->label,
                            g_variant_get_string (parameter, NULL));
}

static void
on_return_goods (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  if (mr_session_is_simple (mr_till_get_session (mr_window_get_till (self))))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.return-for", "s", "");
      return;
    }
  mr_window_show_sale (self);
  mr_sale_page_ask_reason (mr_window_get_sale_page (self), MR_REASON_RETURN);
}

/* --- paying --- */

static void
on_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_checkout_pay_finish (MR_CHECKOUT (source), result, NULL, &error);
  mr_window_report (self, ok, error);
}

static void
pay (MrWindow *self, MrTenderKind kind, gint64 amount_minor)
{
  mr_window_show_sale (self);
  mr_keypad_clear (mr_till_get_keypad (mr_window_get_till (self)));
  mr_checkout_pay_async (get_checkout (self), kind, amount_minor, on_paid, g_object_ref (self));
}

/* A sum typed before the tender's key is that tender's part; nothing typed is all that is due. */
static void
on_tender (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  const char *typed = mr_keypad_get_text (mr_till_get_keypad (mr_window_get_till (self)));
  gint64 amount_minor = -1;
  MrTenderKind kind;
  if (!mr_tender_kind_parse (g_variant_get_string (parameter, NULL), &kind))
    return;
  if (mr_checkout_get_state (get_checkout (self)) == MR_CHECKOUT_PAYING && typed[0] != '\0' &&
      (!mr_money_parse (typed, mr_checkout_get_digits (get_checkout (self)), &amount_minor, NULL) ||
       amount_minor <= 0))
    {
      mr_trouble_bar_say (mr_window_get_trouble_bar (self),
                          _ ("That is not a number that fits here."), FALSE);
      return;
    }
  pay (self, kind, amount_minor);
}

static void
on_cash (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  pay (user_data, MR_TENDER_CASH, g_variant_get_int64 (parameter));
}

static void
on_exact_cash (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  pay (user_data, MR_TENDER_CASH, -1);
}

static void
on_take_back (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  mr_window_report (self, mr_checkout_take_back_tender (get_checkout (self), &error), error);
}

static void
on_next_sale (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  mr_checkout_begin_next (get_checkout (user_data));
}

static const GActionEntry entries[] = {
  { .name = "pay", .activate = on_pay },
  { .name = "search", .activate = on_search },
  { .name = "price-check", .activate = on_price_check },
  { .name = "quantity", .activate = on_quantity },
  { .name = "line-price", .activate = on_line_price },
  { .name = "line-discount", .activate = on_line_discount },
  { .name = "discount", .activate = on_discount },
  { .name = "more", .activate = on_more },
  { .name = "less", .activate = on_less },
  { .name = "remove-line", .activate = on_remove_line },
  { .name = "undo", .activate = on_undo },
  { .name = "answer", .activate = on_answer, .parameter_type = "u" },
  { .name = "hold", .activate = on_hold },
  { .name = "recall", .activate = on_recall },
  { .name = "recall-held", .activate = on_recall_held, .parameter_type = "s" },
  { .name = "recall-slot", .activate = on_recall_slot, .parameter_type = "x" },
  { .name = "drop-held", .activate = on_drop_held, .parameter_type = "(sxs)" },
  { .name = "void", .activate = on_void },
  { .name = "void-for", .activate = on_void_for, .parameter_type = "s" },
  { .name = "return-goods", .activate = on_return_goods },
  { .name = "return-for", .activate = on_return_for, .parameter_type = "s" },
  { .name = "tender", .activate = on_tender, .parameter_type = "s" },
  { .name = "cash", .activate = on_cash, .parameter_type = "x" },
  { .name = "exact-cash", .activate = on_exact_cash },
  { .name = "take-back", .activate = on_take_back },
  { .name = "next-sale", .activate = on_next_sale },
};

void
mr_window_install_sale_actions (MrWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
