/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/shift-page.h"

#include "view/amount-view.h"
#include "view/coin-view.h"
#include "view/key-button.h"
#include "view/paper-view.h"
#include "view/reason-view.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* What the number being asked for is. */
typedef enum
{
  ASK_FLOAT,
  ASK_COUNT,
  ASK_CASH_IN,
  ASK_CASH_OUT,
} Asked;

struct _MrShiftPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrShiftDesk *desk; /* (unowned) (nullable): the till's */
  Asked asked;
  gint64 moved_minor; /* while the reason is asked for: > 0 into the drawer */
  GtkLabel *title;
  GtkLabel *summary;
  GtkWidget *closed_tools;
  GtkWidget *open_tools;
  GtkStack *stack;
  MrAmountView *amount;
  MrReasonView *reason;
  MrCoinView *coins;
  GtkWidget *coins_button;
  GtkWidget *no_count_button;
  GtkLabel *verdict;
  MrPaperView *paper;
};

G_DEFINE_FINAL_TYPE (MrShiftPage, mr_shift_page, GTK_TYPE_BOX)

static char *
money (MrShiftPage *self, gint64 amount_minor)
{
  return mr_words_money (mr_till_get_checkout (self->till), amount_minor);
}

static void
say_error (MrShiftPage *self, const GError *error)
{
  g_autofree char *words = mr_words_error (error);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", words);
}

static char *
open_words (MrShiftPage *self, const MrShift *shift)
{
  g_autofree char *since = mr_words_time (self->till, shift->opened_at_us);
  g_autofree char *start = money (self, shift->float_minor);
  g_autofree char *total = money (self, shift->total_minor);
  MrSession *session = mr_till_get_session (self->till);
  gboolean blind = mr_settings_get_flag (mr_till_get_settings (self->till), MR_SETTING_BLIND_COUNT);
  g_autofree char *sales =
      g_strdup_printf (ngettext ("%u sale", "%u sales", shift->sale_count), shift->sale_count);
  if (blind || !mr_session_may (session, MR_MAY_READ_SHIFT))
    return g_strdup_printf (_ ("Open since %s, float %s.\n%s"), since, start, sales);
  g_autofree char *expected = money (self, mr_shift_get_expected_minor (shift));
  return g_strdup_printf (_ ("Open since %s, float %s.\n%s, %s.\nThe drawer should hold %s."),
                          since, start, sales, total, expected);
}

static char *
closed_words (MrShiftPage *self)
{
  g_autofree char *start = money (self, mr_shift_desk_get_default_float_minor (self->desk));
  if (mr_session_is_simple (mr_till_get_session (self->till)))
    return g_strdup_printf (_ ("A shift opens by itself with the next sale. Its float is last "
                               "night's cash, %s."),
                            start);
  return g_strdup (_ ("No shift is open. Count the float and open one; then selling begins."));
}

static void
show_paper (MrShiftPage *self, const MrShift *shift, MrReportKind kind)
{
  gint64 now_us = mr_world_now_us (mr_till_get_world (self->till));
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  g_autofree char *till = g_strdup_printf ("%d", (int) status.till_number);
  MrReceiptFacts facts = {
    .shop_name = status.shop_name,
    .header = "",
    .footer = "",
    .till = status.till_number > 0 ? till : "",
    .staff = mr_session_get_name (mr_till_get_session (self->till)),
    .label = "",
    .entry_id = MR_ID_NONE,
    .at_us = kind == MR_REPORT_Z ? shift->closed_at_us : now_us,
    .printed_at_us = now_us,
    .time_zone = mr_till_get_time_zone (self->till),
    .currency = mr_checkout_get_currency (mr_till_get_checkout (self->till)),
  };
  g_autoptr (MrReceipt) report = mr_receipt_new_report (shift, kind, &facts);
  mr_paper_view_show (self->paper, report,
                      mr_printer_kinds_get_columns (
                          mr_spooler_get_kinds (mr_till_get_spooler (self->till))));
  gtk_stack_set_visible_child_name (self->stack, "paper");
}

static void
show_verdict (MrShiftPage *self, const MrShift *shift)
{
  gint64 variance_minor = mr_shift_get_variance_minor (shift);
  g_autofree char *difference = money (self, ABS (variance_minor));
  g_autofree char *words = NULL;
  if (!shift->has_count)
    words = g_strdup (_ ("The shift is closed, the drawer was not counted."));
  else if (variance_minor == 0)
    words = g_strdup (_ ("The shift is closed, and the drawer is right."));
  else if (variance_minor < 0)
    words = g_strdup_printf (_ ("The shift is closed. The drawer is short by %s."), difference);
  else
    words = g_strdup_printf (_ ("The shift is closed. The drawer holds %s too much."), difference);
  gtk_label_set_text (self->verdict, words);
}

static void
show_closed (MrShiftPage *self, const MrShift *shift)
{
  if (shift == NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "nothing");
      return;
    }
  show_verdict (self, shift);
  show_paper (self, shift, MR_REPORT_Z);
}

static gboolean
shows (MrShiftPage *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) == 0;
}

static void
refresh (MrShiftPage *self)
{
  const MrShift *shift = mr_shift_desk_get_shift (self->desk);
  g_autofree char *title = shift != NULL ? g_strdup_printf (_ ("Shift %d"), (int) shift->number)
                                         : g_strdup (_ ("No shift is open"));
  g_autofree char *summary = shift != NULL ? open_words (self, shift) : closed_words (self);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->summary, summary);
  gtk_widget_set_visible (self->open_tools, shift != NULL);
  gtk_widget_set_visible (self->closed_tools, shift == NULL);

  /* Closed by somebody else's hand meanwhile: there is nothing left to count. */
  if (shift == NULL &&
      ((self->asked == ASK_COUNT && (shows (self, "amount") || shows (self, "coins"))) ||
       shows (self, "reason")))
    gtk_stack_set_visible_child_name (self->stack, "nothing");
}

static void
ask (MrShiftPage *self, Asked asked, const char *title, const char *subject, gint64 hint_minor)
{
  self->asked = asked;
  mr_amount_view_ask (self->amount, MR_AMOUNT_MONEY, title, subject, hint_minor);
  gtk_widget_set_visible (self->no_count_button, asked == ASK_COUNT);
  gtk_widget_set_visible (self->coins_button, asked == ASK_COUNT || asked == ASK_FLOAT);
  gtk_stack_set_visible_child_name (self->stack, "amount");
}

void
mr_shift_page_ask_float (MrShiftPage *self)
{
  ask (self, ASK_FLOAT, _ ("Float"), _ ("Cash in the drawer before the first sale"),
       mr_shift_desk_get_default_float_minor (self->desk));
}

void
mr_shift_page_ask_count (MrShiftPage *self)
{
  if (mr_shift_desk_get_shift (self->desk) != NULL)
    ask (self, ASK_COUNT, _ ("Count the drawer"), _ ("All cash in it, float and takings together"),
         -1);
}

void
mr_shift_page_ask_cash (MrShiftPage *self, gboolean into)
{
  if (into)
    ask (self, ASK_CASH_IN, _ ("Cash in"), _ ("Put into the drawer, not from a sale"), -1);
  else
    ask (self, ASK_CASH_OUT, _ ("Cash out"), _ ("Taken from the drawer: milk, the bank"), -1);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrShiftPage) self = user_data;
  g_autoptr (GError) error = NULL;
  if (!mr_shift_desk_open_finish (MR_SHIFT_DESK (source), result, &error))
    say_error (self, error);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.page", "s", "sale");
  gtk_stack_set_visible_child_name (self->stack, "nothing");
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrShiftPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift = mr_shift_desk_close_finish (MR_SHIFT_DESK (source), result, &error);
  if (shift == NULL)
    {
      say_error (self, error);
      return;
    }
  show_closed (self, shift);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrShiftPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift = mr_shift_desk_read_finish (MR_SHIFT_DESK (source), result, &error);
  if (shift == NULL)
    {
      say_error (self, error);
      return;
    }
  gtk_label_set_text (self->verdict, _ ("Nothing is closed by an X report."));
  show_paper (self, shift, MR_REPORT_X);
}

static void
on_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrShiftPage) self = user_data;
  g_autoptr (GError) error = NULL;
  if (!mr_shift_desk_move_cash_finish (MR_SHIFT_DESK (source), result, &error))
    say_error (self, error);
  gtk_stack_set_visible_child_name (self->stack, "nothing");
}

void
mr_shift_page_read (MrShiftPage *self)
{
  mr_shift_desk_read_async (self->desk, on_read, g_object_ref (self));
}

static void
on_no_count (MrShiftPage *self)
{
  mr_shift_desk_close_async (self->desk, 0, FALSE, on_closed, g_object_ref (self));
}

static void
on_coins (MrShiftPage *self)
{
  if (mr_coin_view_begin (self->coins, mr_till_get_checkout (self->till)))
    gtk_stack_set_visible_child_name (self->stack, "coins");
}

/* The sum is only typed in: somebody looks at it once more before Enter. */
static void
on_counted (MrShiftPage *self, gint64 sum_minor)
{
  if (self->asked == ASK_FLOAT)
    mr_shift_page_ask_float (self);
  else
    mr_shift_page_ask_count (self);
  if (shows (self, "amount"))
    mr_amount_view_type (self->amount, sum_minor);
}

static void
ask_reason (MrShiftPage *self, gint64 moved_minor, MrReasonKind kind)
{
  self->moved_minor = moved_minor;
  mr_reason_view_ask (self->reason, kind);
  gtk_stack_set_visible_child_name (self->stack, "reason");
}

static void
on_entered (MrShiftPage *self, gint64 value_minor)
{
  switch (self->asked)
    {
    case ASK_FLOAT:
      mr_shift_desk_open_async (self->desk, value_minor, on_opened, g_object_ref (self));
      break;
    case ASK_COUNT:
      mr_shift_desk_close_async (self->desk, value_minor, TRUE, on_closed, g_object_ref (self));
      break;
    case ASK_CASH_IN:
      ask_reason (self, value_minor, MR_REASON_CASH_IN);
      break;
    case ASK_CASH_OUT:
    default:
      ask_reason (self, -value_minor, MR_REASON_CASH_OUT);
      break;
    }
}

static void
on_reason (MrShiftPage *self, const char *reason)
{
  gtk_stack_set_visible_child_name (self->stack, "nothing");
  mr_shift_desk_move_cash_async (self->desk, self->moved_minor, reason, on_moved,
                                 g_object_ref (self));
}

gboolean
mr_shift_page_back (MrShiftPage *self)
{
  if (shows (self, "nothing"))
    return FALSE;
  gtk_stack_set_visible_child_name (self->stack, "nothing");
  return TRUE;
}

gboolean
mr_shift_page_press (MrShiftPage *self, MrKey key, gunichar character)
{
  if (shows (self, "coins"))
    return mr_coin_view_press (self->coins, key, character);
  if (shows (self, "reason"))
    return mr_reason_view_press (self->reason, key, character);
  return shows (self, "amount") && mr_amount_view_press (self->amount, key, character);
}

void
mr_shift_page_set_till (MrShiftPage *self, MrTill *till)
{
  g_set_object (&self->till, till);
  self->desk = mr_till_get_shift_desk (till);
  mr_amount_view_set_till (self->amount, till);
  g_signal_connect_object (self->desk, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_session (till), "changed", G_CALLBACK (refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_settings (till), "changed::" MR_SETTING_BLIND_COUNT,
                           G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}

static void
mr_shift_page_dispose (GObject *object)
{
  MrShiftPage *self = MR_SHIFT_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_shift_page_parent_class)->dispose (object);
}

static void
mr_shift_page_class_init (MrShiftPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_AMOUNT_VIEW);
  g_type_ensure (MR_TYPE_KEY_BUTTON);
  g_type_ensure (MR_TYPE_COIN_VIEW);
  g_type_ensure (MR_TYPE_PAPER_VIEW);
  g_type_ensure (MR_TYPE_REASON_VIEW);
  G_OBJECT_CLASS (klass)->dispose = mr_shift_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/shift-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, title);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, summary);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, closed_tools);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, open_tools);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, amount);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, coins);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, coins_button);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, reason);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, no_count_button);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, verdict);
  gtk_widget_class_bind_template_child (widget_class, MrShiftPage, paper);
  gtk_widget_class_bind_template_callback (widget_class, on_coins);
  gtk_widget_class_bind_template_callback (widget_class, on_counted);
  gtk_widget_class_bind_template_callback (widget_class, on_entered);
  gtk_widget_class_bind_template_callback (widget_class, on_reason);
  gtk_widget_class_bind_template_callback (widget_class, on_no_count);
  gtk_widget_class_bind_template_callback (widget_class, mr_shift_page_back);
}

static void
mr_shift_page_init (MrShiftPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
