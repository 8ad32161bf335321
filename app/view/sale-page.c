/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/sale-page.h"

#include "view/amount-view.h"
#include "view/basket-view.h"
#include "view/change-view.h"
#include "view/key-button.h"
#include "view/late-page.h"
#include "view/pay-view.h"
#include "view/price-view.h"
#include "view/question-bar.h"
#include "view/return-view.h"
#include "view/search-view.h"
#include "view/tiles-view.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* What the number being asked for is for. */
typedef enum
{
  ASK_QUANTITY,
  ASK_PRICE,
  ASK_LINE_DISCOUNT,
  ASK_SALE_DISCOUNT,
  ASK_OPEN_PRICE,
  ASK_QUESTION,
  ASK_WEIGHT,
  ASK_RETURN,
} Asked;

struct _MrSalePage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrCheckout *checkout; /* (unowned) (nullable): the till's */
  Asked asked;
  guint asked_line; /* or question */
  gint64 asked_category;
  MrReasonKind reason_kind;
  GtkStack *stack;
  MrTilesView *tiles;
  MrQuestionBar *questions;
  MrBasketView *basket;
};

G_DEFINE_FINAL_TYPE (MrSalePage, mr_sale_page, GTK_TYPE_BOX)

/* In the order in which a sale needs them. */
typedef enum
{
  PAY,
  CHANGE,
  AMOUNT,
  SEARCH,
  PRICE,
  REASON,
  RETURN,
  N_LATE,
} LateView;

static void set_up_pay (GtkWidget *view, gpointer owner);
static void set_up_change (GtkWidget *view, gpointer owner);
static void set_up_amount (GtkWidget *view, gpointer owner);
static void set_up_search (GtkWidget *view, gpointer owner);
static void set_up_price (GtkWidget *view, gpointer owner);
static void set_up_reason (GtkWidget *view, gpointer owner);
static void set_up_return (GtkWidget *view, gpointer owner);

static const MrLatePage late_views[N_LATE] = {
  [PAY] = { "pay", mr_pay_view_get_type, set_up_pay },
  [CHANGE] = { "change", mr_change_view_get_type, set_up_change },
  [AMOUNT] = { "amount", mr_amount_view_get_type, set_up_amount },
  [SEARCH] = { "search", mr_search_view_get_type, set_up_search },
  [PRICE] = { "price", mr_price_view_get_type, set_up_price },
  [REASON] = { "reason", mr_reason_view_get_type, set_up_reason },
  [RETURN] = { "return", mr_return_view_get_type, set_up_return },
};

static gboolean
shows (MrSalePage *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) == 0;
}

static void
drop_focus (MrSalePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  if (root != NULL)
    gtk_root_set_focus (root, NULL);
}

static MrSearchView *
get_search (MrSalePage *self)
{
  return MR_SEARCH_VIEW (mr_late_page_get (self->stack, &late_views[SEARCH], self));
}

static MrAmountView *
get_amount (MrSalePage *self)
{
  return MR_AMOUNT_VIEW (mr_late_page_get (self->stack, &late_views[AMOUNT], self));
}

static MrPriceView *
get_price (MrSalePage *self)
{
  return MR_PRICE_VIEW (mr_late_page_get (self->stack, &late_views[PRICE], self));
}

static MrReasonView *
get_reason (MrSalePage *self)
{
  return MR_REASON_VIEW (mr_late_page_get (self->stack, &late_views[REASON], self));
}

static MrReturnView *
get_return (MrSalePage *self)
{
  return MR_RETURN_VIEW (mr_late_page_get (self->stack, &late_views[RETURN], self));
}

static MrPayView *
get_pay (MrSalePage *self)
{
  return MR_PAY_VIEW (mr_late_page_get (self->stack, &late_views[PAY], self));
}

static MrChangeView *
get_change (MrSalePage *self)
{
  return MR_CHANGE_VIEW (mr_late_page_get (self->stack, &late_views[CHANGE], self));
}

gboolean
mr_sale_page_make_ahead (MrSalePage *self)
{
  for (guint i = 0; i < N_LATE; i++)
    if (mr_late_page_peek (self->stack, &late_views[i]) == NULL)
      {
        mr_late_page_get (self->stack, &late_views[i], self);
        return TRUE;
      }
  return FALSE;
}

static void
show (MrSalePage *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  if (!g_str_equal (name, "search"))
    drop_focus (self);
}

void
mr_sale_page_set_basket_width (MrSalePage *self, int width_px)
{
  gtk_widget_set_size_request (GTK_WIDGET (self->basket), width_px, -1);
}

void
mr_sale_page_settle (MrSalePage *self)
{
  switch (mr_checkout_get_state (self->checkout))
    {
    case MR_CHECKOUT_PAYING:
    case MR_CHECKOUT_SAVING:
      get_pay (self);
      show (self, "pay");
      break;
    case MR_CHECKOUT_CHANGE:
      mr_change_view_show (get_change (self));
      show (self, "change");
      break;
    case MR_CHECKOUT_SELLING:
    default:
      show (self, "goods");
      break;
    }
}

/* Somebody who looks a price up or types one is left to it while the state stays SELLING. */
static void
on_checkout_changed (MrSalePage *self)
{
  MrCheckoutState state = mr_checkout_get_state (self->checkout);
  gboolean selling_view = !shows (self, "pay") && !shows (self, "change");
  if (state == MR_CHECKOUT_SELLING && selling_view)
    return;
  mr_sale_page_settle (self);
}

gboolean
mr_sale_page_take_scan (MrSalePage *self, const char *code)
{
  if (!shows (self, "price"))
    return FALSE;
  mr_price_view_show_code (get_price (self), code);
  return TRUE;
}

gboolean
mr_sale_page_back (MrSalePage *self)
{
  MrKeypad *keypad = mr_till_get_keypad (self->till);
  if (mr_keypad_get_text (keypad)[0] != '\0')
    {
      mr_keypad_clear (keypad);
      return TRUE;
    }
  if (shows (self, "search") || shows (self, "amount") || shows (self, "price") ||
      shows (self, "reason") || shows (self, "return"))
    {
      mr_sale_page_settle (self);
      return TRUE;
    }
  if (mr_basket_view_get_selected (self->basket) != 0)
    {
      mr_basket_view_select (self->basket, 0);
      return TRUE;
    }
  return FALSE;
}

/* What the line keys do to a line that somebody opened, instead of to the newest. */
static gboolean
press_on_selected (MrSalePage *self, MrKey key)
{
  if (mr_keypad_get_text (mr_till_get_keypad (self->till))[0] != '\0')
    return FALSE;
  switch ((int) key)
    {
    case MR_KEY_PLUS:
      return gtk_widget_activate_action (GTK_WIDGET (self), "win.more", NULL);
    case MR_KEY_MINUS:
      return gtk_widget_activate_action (GTK_WIDGET (self), "win.less", NULL);
    case MR_KEY_DELETE:
      return gtk_widget_activate_action (GTK_WIDGET (self), "win.remove-line", NULL);
    default:
      return FALSE;
    }
}

gboolean
mr_sale_page_press (MrSalePage *self, MrKey key, gunichar character)
{
  if (shows (self, "amount"))
    return mr_amount_view_press (get_amount (self), key, character);
  if (shows (self, "reason"))
    return mr_reason_view_press (get_reason (self), key, character);
  if (shows (self, "return") && mr_return_view_press (get_return (self), key, character))
    return TRUE;
  if (shows (self, "price") && mr_price_view_press (get_price (self), key, character))
    return TRUE;
  if (mr_basket_view_get_selected (self->basket) != 0 && press_on_selected (self, key))
    return TRUE;
  if (mr_keypad_press (mr_till_get_keypad (self->till), key, character))
    {
      /* A letter may have opened the search, which has the focus from then on. */
      if (!shows (self, "search"))
        drop_focus (self);
      return TRUE;
    }
  return FALSE;
}

void
mr_sale_page_open_search (MrSalePage *self, const char *initial)
{
  show (self, "search");
  mr_search_view_open (get_search (self), initial);
}

void
mr_sale_page_open_price_check (MrSalePage *self)
{
  mr_price_view_reset (get_price (self));
  show (self, "price");
}

void
mr_sale_page_ask_reason (MrSalePage *self, MrReasonKind kind)
{
  self->reason_kind = kind;
  mr_keypad_clear (mr_till_get_keypad (self->till));
  mr_reason_view_ask (get_reason (self), kind);
  show (self, "reason");
}

void
mr_sale_page_open_return (MrSalePage *self, MrId receipt, const char *label, const char *reason)
{
  mr_return_view_open (get_return (self), receipt, label, reason);
  show (self, "return");
}

guint
mr_sale_page_get_selected (MrSalePage *self)
{
  return mr_basket_view_get_selected (self->basket);
}

/* (transfer full) (nullable): the line that is opened, or the newest. */
static MrBasketLine *
find_line (MrSalePage *self)
{
  guint selected = mr_basket_view_get_selected (self->basket);
  GListModel *lines = G_LIST_MODEL (self->checkout);
  for (guint i = 0; selected != 0 && i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (MrBasketLine) line = g_list_model_get_item (lines, i);
      if (mr_basket_line_get_number (line) == selected)
        return g_steal_pointer (&line);
    }
  return g_list_model_get_item (lines, mr_checkout_get_newest (self->checkout));
}

static void
ask (MrSalePage *self, Asked asked, MrAmountKind kind, const char *title, const char *subject,
     gint64 hint)
{
  self->asked = asked;
  mr_keypad_clear (mr_till_get_keypad (self->till));
  mr_amount_view_ask (get_amount (self), kind, title, subject, hint);
  show (self, "amount");
}

void
mr_sale_page_ask_quantity (MrSalePage *self)
{
  g_autoptr (MrBasketLine) line = find_line (self);
  if (line == NULL)
    return;
  self->asked_line = mr_basket_line_get_number (line);
  ask (self, ASK_QUANTITY, MR_AMOUNT_QUANTITY, _ ("Quantity"), mr_basket_line_get_name (line),
       mr_basket_line_get_quantity_milli (line));
}

void
mr_sale_page_ask_price (MrSalePage *self)
{
  g_autoptr (MrBasketLine) line = find_line (self);
  if (line == NULL)
    return;
  self->asked_line = mr_basket_line_get_number (line);
  ask (self, ASK_PRICE, MR_AMOUNT_MONEY, _ ("Price of one"), mr_basket_line_get_name (line),
       mr_basket_line_get_unit_price_minor (line));
}

void
mr_sale_page_ask_line_discount (MrSalePage *self)
{
  g_autoptr (MrBasketLine) line = find_line (self);
  if (line == NULL)
    return;
  self->asked_line = mr_basket_line_get_number (line);
  ask (self, ASK_LINE_DISCOUNT, MR_AMOUNT_MONEY, _ ("Discount on this line"),
       mr_basket_line_get_name (line), mr_basket_line_get_discount_minor (line));
}

void
mr_sale_page_ask_sale_discount (MrSalePage *self)
{
  ask (self, ASK_SALE_DISCOUNT, MR_AMOUNT_MONEY, _ ("Discount on the whole sale"), "",
       mr_checkout_get_sale_discount_minor (self->checkout));
}

static void
on_ask_amount (MrSalePage *self, gint64 category_id, const char *title)
{
  self->asked_category = category_id;
  ask (self, ASK_OPEN_PRICE, MR_AMOUNT_MONEY, _ ("Sell by price"), title, -1);
}

static void
on_ask_price (MrSalePage *self, MrQuestion *question)
{
  MrGood *good = mr_question_get_good (question);
  self->asked_line = mr_question_get_id (question);
  ask (self, ASK_QUESTION, MR_AMOUNT_MONEY, _ ("Price of one"),
       good != NULL ? good->name : mr_question_get_code (question), -1);
}

static void
on_ask_weight (MrSalePage *self, MrQuestion *question)
{
  MrGood *good = mr_question_get_good (question);
  g_autofree char *title = *good->unit == '\0' ? g_strdup (_ ("Weight"))
                                               : g_strdup_printf (_ ("Weight in %s"), good->unit);
  self->asked_line = mr_question_get_id (question);
  ask (self, ASK_WEIGHT, MR_AMOUNT_QUANTITY, title, good->name, -1);
}

static void
on_ask_return (MrSalePage *self, guint line, const char *name, gint64 left_milli)
{
  self->asked_line = line;
  ask (self, ASK_RETURN, MR_AMOUNT_QUANTITY, _ ("How many come back?"), name, left_milli);
}

static gboolean
apply_amount (MrSalePage *self, gint64 value, GError **error)
{
  switch (self->asked)
    {
    case ASK_QUANTITY:
      return mr_checkout_set_quantity (self->checkout, self->asked_line, value, error);
    case ASK_PRICE:
      return mr_checkout_set_price (self->checkout, self->asked_line, value, error);
    case ASK_LINE_DISCOUNT:
      return mr_checkout_set_line_discount (self->checkout, self->asked_line, value, error);
    case ASK_SALE_DISCOUNT:
      return mr_checkout_set_sale_discount (self->checkout, value, error);
    case ASK_QUESTION:
      return mr_checkout_answer (self->checkout, self->asked_line, value, 0, error);
    case ASK_WEIGHT:
      return mr_checkout_answer_weight (self->checkout, self->asked_line, value, error);
    case ASK_RETURN:
      mr_return_view_give_back (get_return (self), self->asked_line, value);
      return TRUE;
    case ASK_OPEN_PRICE:
    default:
      mr_checkout_add_amount (self->checkout, self->asked_category, NULL, value);
      return TRUE;
    }
}

/* Back to where the number was asked for. */
static void
leave_amount (MrSalePage *self)
{
  mr_sale_page_settle (self);
  if (self->asked == ASK_RETURN && shows (self, "goods"))
    show (self, "return");
}

static void
on_amount_entered (MrSalePage *self, gint64 value)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = apply_amount (self, value, &error);
  leave_amount (self);
  if (!ok)
    {
      g_autofree char *words = mr_words_error (error);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", words);
    }
}

static void
on_search_chosen (MrSalePage *self, MrGood *good)
{
  mr_checkout_add_good (self->checkout, good);
  mr_sale_page_settle (self);
}

/* --- the views that are made when they are asked for --- */

static void
join_view (MrSalePage *self, GtkWidget *view)
{
  mr_key_button_update_all (view, mr_till_get_keypad (self->till));
}

static void
set_up_pay (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  mr_pay_view_set_till (MR_PAY_VIEW (view), self->till);
  join_view (self, view);
}

static void
set_up_change (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  mr_change_view_set_till (MR_CHANGE_VIEW (view), self->till);
  join_view (self, view);
}

static void
set_up_amount (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  mr_amount_view_set_till (MR_AMOUNT_VIEW (view), self->till);
  g_signal_connect_object (view, "entered", G_CALLBACK (on_amount_entered), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "cancelled", G_CALLBACK (leave_amount), self, G_CONNECT_SWAPPED);
  join_view (self, view);
}

static void
set_up_search (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  mr_search_view_set_till (MR_SEARCH_VIEW (view), self->till);
  g_signal_connect_object (view, "chosen", G_CALLBACK (on_search_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "cancelled", G_CALLBACK (mr_sale_page_settle), self,
                           G_CONNECT_SWAPPED);
  join_view (self, view);
}

static void
on_reason (MrSalePage *self, const char *reason)
{
  mr_sale_page_settle (self);
  gtk_widget_activate_action (GTK_WIDGET (self),
                              self->reason_kind == MR_REASON_VOID     ? "win.void-for"
                              : self->reason_kind == MR_REASON_RETURN ? "win.return-for"
                                                                      : "win.no-sale-for",
                              "s", reason);
}

static void
set_up_return (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  mr_return_view_set_till (MR_RETURN_VIEW (view), self->till);
  g_signal_connect_object (view, "ask-quantity", G_CALLBACK (on_ask_return), self,
                           G_CONNECT_SWAPPED);
  join_view (self, view);
}

static void
set_up_reason (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  g_signal_connect_object (view, "chosen", G_CALLBACK (on_reason), self, G_CONNECT_SWAPPED);
  join_view (self, view);
}

static void
set_up_price (GtkWidget *view, gpointer owner)
{
  MrSalePage *self = owner;
  mr_price_view_set_till (MR_PRICE_VIEW (view), self->till);
  join_view (self, view);
}

void
mr_sale_page_doubt_cash (MrSalePage *self)
{
  mr_pay_view_doubt (get_pay (self));
}

void
mr_sale_page_shake (MrSalePage *self)
{
  mr_basket_view_shake (self->basket);
}

void
mr_sale_page_set_till (MrSalePage *self, MrTill *till)
{
  g_set_object (&self->till, till);
  self->checkout = mr_till_get_checkout (till);
  mr_tiles_view_set_till (self->tiles, till);
  mr_question_bar_set_till (self->questions, till);
  mr_basket_view_set_till (self->basket, till);
  g_signal_connect_object (self->checkout, "changed", G_CALLBACK (on_checkout_changed), self,
                           G_CONNECT_SWAPPED);
  mr_sale_page_settle (self);
}

void
mr_sale_page_step (MrSalePage *self, int step)
{
  mr_basket_view_step (self->basket, step);
}

static void
mr_sale_page_dispose (GObject *object)
{
  MrSalePage *self = MR_SALE_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_sale_page_parent_class)->dispose (object);
}

static void
mr_sale_page_class_init (MrSalePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_TILES_VIEW);
  g_type_ensure (MR_TYPE_QUESTION_BAR);
  g_type_ensure (MR_TYPE_BASKET_VIEW);
  G_OBJECT_CLASS (klass)->dispose = mr_sale_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/sale-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSalePage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrSalePage, tiles);
  gtk_widget_class_bind_template_child (widget_class, MrSalePage, questions);
  gtk_widget_class_bind_template_child (widget_class, MrSalePage, basket);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_amount);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_price);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_weight);
}

static void
mr_sale_page_init (MrSalePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
