/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/change-view.h"

#include "view/key-button.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* Longer sums are set smaller, so that they fit beside the basket. */
#define LONG_CHANGE_CHARS 8

struct _MrChangeView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkLabel *caption;
  GtkLabel *change;
  GtkLabel *detail;
};

G_DEFINE_FINAL_TYPE (MrChangeView, mr_change_view, GTK_TYPE_BOX)

static void
show_paid_out (MrChangeView *self, const MrPaymentResult *payment)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  gboolean has_cash = payment->cash_out_minor > 0;
  g_autofree char *total = mr_words_money (checkout, -payment->total_minor);
  g_autofree char *detail =
      g_strdup_printf (_ ("Paid out %s. Receipt %s"), total, payment->receipt_label);
  gtk_label_set_text (self->caption, has_cash ? _ ("Hand back") : _ ("Paid out"));
  mr_words_show_money (self->change, checkout,
                       has_cash ? payment->cash_out_minor : -payment->total_minor,
                       LONG_CHANGE_CHARS);
  gtk_label_set_text (self->detail, detail);
}

void
mr_change_view_show (MrChangeView *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  const MrPaymentResult *payment = mr_checkout_get_last_payment (checkout);
  gint64 given_minor;
  if (payment == NULL)
    return;
  if (payment->total_minor < 0)
    {
      show_paid_out (self, payment);
      return;
    }
  given_minor = payment->total_minor + payment->rounding_minor + payment->change_minor;
  g_autofree char *total = mr_words_money (checkout, payment->total_minor);
  g_autofree char *given = mr_words_money (checkout, given_minor);
  g_autofree char *rounded =
      mr_words_money (checkout, payment->total_minor + payment->rounding_minor);
  g_autofree char *due = payment->rounding_minor != 0
                             ? g_strdup_printf (_ ("%s, in cash %s"), total, rounded)
                             : g_strdup (total);
  g_autofree char *detail =
      payment->change_minor != 0
          ? g_strdup_printf (_ ("Total %s, given %s. Receipt %s"), due, given,
                             payment->receipt_label)
          : g_strdup_printf (_ ("Nothing to give back. Receipt %s"), payment->receipt_label);
  gtk_label_set_text (self->caption, payment->change_minor != 0 ? _ ("Change") : _ ("Paid"));
  mr_words_show_money (self->change, checkout,
                       payment->change_minor != 0 ? payment->change_minor : payment->total_minor,
                       LONG_CHANGE_CHARS);
  gtk_label_set_text (self->detail, detail);
}

void
mr_change_view_set_till (MrChangeView *self, MrTill *till)
{
  g_set_object (&self->till, till);
}

static void
mr_change_view_dispose (GObject *object)
{
  MrChangeView *self = MR_CHANGE_VIEW (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_change_view_parent_class)->dispose (object);
}

static void
mr_change_view_class_init (MrChangeViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  G_OBJECT_CLASS (klass)->dispose = mr_change_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/change-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrChangeView, caption);
  gtk_widget_class_bind_template_child (widget_class, MrChangeView, change);
  gtk_widget_class_bind_template_child (widget_class, MrChangeView, detail);
}

static void
mr_change_view_init (MrChangeView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
