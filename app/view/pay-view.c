/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/pay-view.h"

#include "view/key-button.h"
#include "view/number-pad.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* The exact sum, which has a button of its own, and four above it. */
#define MAX_QUICK 5

/* Longer sums are set smaller, so that they fit beside the pad. */
#define LONG_DUE_CHARS 8

struct _MrPayView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrCheckout *checkout; /* (unowned) (nullable): the till's */
  GtkLabel *due_caption;
  GtkLabel *due;
  GtkLabel *given;
  GtkWidget *take_back_button;
  MrKeyButton *exact_button;
  GtkFlowBox *quick;
  GtkLabel *entry;
  GtkWidget *doubt;
  GtkLabel *recorded;
};

G_DEFINE_FINAL_TYPE (MrPayView, mr_pay_view, GTK_TYPE_BOX)

/* The customer gets money: what came back is worth more than what is taken. */
static gboolean
is_paying_out (MrPayView *self)
{
  return mr_checkout_get_totals (self->checkout)->total_minor < 0;
}

static void
show_given (MrPayView *self)
{
  guint n = mr_checkout_get_n_tenders (self->checkout);
  GString *words = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      const MrTender *tender = mr_checkout_get_tender (self->checkout, i);
      g_autofree char *amount = mr_words_money (self->checkout, tender->amount_minor);
      g_string_append_printf (words, "%s%s %s", i > 0 ? "\n" : "", mr_words_tender (tender->kind),
                              amount);
    }
  gtk_label_set_text (self->given, words->str);
  gtk_widget_set_visible (self->take_back_button, n > 0);
  g_string_free (words, TRUE);
}

static void
add_quick (MrPayView *self, gint64 sum_minor)
{
  g_autofree char *money = mr_words_money (self->checkout, sum_minor);
  GtkWidget *button = g_object_new (MR_TYPE_KEY_BUTTON, "caption", money, NULL);
  gtk_widget_add_css_class (button, "tender");
  gtk_widget_add_css_class (button, "number");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", sum_minor);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.cash");
  gtk_flow_box_append (self->quick, button);
  gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
}

static void
show_quick (MrPayView *self)
{
  gint64 sums_minor[MAX_QUICK];
  gsize n = mr_checkout_get_quick_sums (self->checkout, sums_minor, MAX_QUICK);
  gint64 due_minor = mr_checkout_get_cash_due_minor (self->checkout);
  g_autofree char *money = mr_words_money (self->checkout, ABS (due_minor));
  g_autofree char *exactly =
      g_strdup_printf (is_paying_out (self) ? _ ("Pay out %s") : _ ("Exactly %s"), money);
  GtkWidget *child;
  mr_key_button_set_caption (self->exact_button, exactly);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->quick))) != NULL)
    gtk_flow_box_remove (self->quick, child);
  for (gsize i = 0; i < n; i++)
    if (sums_minor[i] != due_minor)
      add_quick (self, sums_minor[i]);
}

static void
on_changed (MrPayView *self)
{
  MrCheckoutState state = mr_checkout_get_state (self->checkout);
  if (state != MR_CHECKOUT_PAYING)
    return;
  gtk_label_set_text (self->due_caption, is_paying_out (self) ? _ ("To pay out") : _ ("To pay"));
  gtk_label_set_text (self->recorded, is_paying_out (self)
                                          ? _ ("Paid back outside, recorded and not checked")
                                          : _ ("Taken outside, recorded and not checked"));
  mr_words_show_money (self->due, self->checkout,
                       ABS (mr_checkout_get_totals (self->checkout)->due_minor), LONG_DUE_CHARS);
  show_given (self);
  show_quick (self);
}

static void
on_entry_changed (MrPayView *self)
{
  const char *text = mr_keypad_get_text (mr_till_get_keypad (self->till));
  gtk_label_set_text (self->entry, text[0] != '\0'        ? text
                                   : is_paying_out (self) ? _ ("cash paid out, then Enter")
                                                          : _ ("cash given, then Enter"));
  if (text[0] != '\0')
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "quiet");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "quiet");
  gtk_widget_set_visible (self->doubt, FALSE);
}

static void
on_pad (MrPayView *self, int key, guint character)
{
  MrKeypad *keypad = mr_till_get_keypad (self->till);
  if (key == MR_KEY_DELETE)
    mr_keypad_clear (keypad);
  else
    mr_keypad_press (keypad, (MrKey) key, character);
}

void
mr_pay_view_doubt (MrPayView *self)
{
  gtk_widget_set_visible (self->doubt, TRUE);
}

void
mr_pay_view_set_till (MrPayView *self, MrTill *till)
{
  g_set_object (&self->till, till);
  self->checkout = mr_till_get_checkout (till);
  g_signal_connect_object (self->checkout, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->checkout, "changed", G_CALLBACK (on_entry_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_keypad (till), "entry-changed",
                           G_CALLBACK (on_entry_changed), self, G_CONNECT_SWAPPED);
  on_changed (self);
  on_entry_changed (self);
}

static void
mr_pay_view_dispose (GObject *object)
{
  MrPayView *self = MR_PAY_VIEW (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_pay_view_parent_class)->dispose (object);
}

static void
mr_pay_view_class_init (MrPayViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  g_type_ensure (MR_TYPE_NUMBER_PAD);
  G_OBJECT_CLASS (klass)->dispose = mr_pay_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/pay-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrPayView, due_caption);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, due);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, given);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, take_back_button);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, exact_button);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, quick);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, entry);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, doubt);
  gtk_widget_class_bind_template_child (widget_class, MrPayView, recorded);
  gtk_widget_class_bind_template_callback (widget_class, on_pad);
}

static void
mr_pay_view_init (MrPayView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
