/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/amount-view.h"

#include "view/digit-field.h"
#include "view/number-pad.h"
#include "view/words.h"

#include <glib/gi18n.h>

#define QUANTITY_DECIMALS 3

struct _MrAmountView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrAmountKind kind;
  GtkLabel *title;
  GtkLabel *subject;
  MrDigitField *field;
  GtkLabel *message;
  MrNumberPad *pad;
};

G_DEFINE_FINAL_TYPE (MrAmountView, mr_amount_view, GTK_TYPE_BOX)

enum
{
  ENTERED,
  CANCELLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
enter (MrAmountView *self)
{
  const char *text = mr_digit_field_get_text (self->field);
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  g_autoptr (GError) error = NULL;
  gint64 value = 0;
  gboolean ok = self->kind == MR_AMOUNT_MONEY
                    ? mr_money_parse (text, mr_checkout_get_digits (checkout), &value, &error)
                    : mr_quantity_parse (text, &value, &error);
  if (!ok)
    {
      gtk_label_set_text (self->message, text[0] == '\0' ? _ ("Type a number first.")
                                                         : _ ("That number does not fit here."));
      gtk_widget_set_visible (GTK_WIDGET (self->message), TRUE);
      return;
    }
  g_signal_emit (self, signals[ENTERED], 0, value);
}

gboolean
mr_amount_view_press (MrAmountView *self, MrKey key, gunichar character)
{
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
  if (key == MR_KEY_ENTER)
    {
      enter (self);
      return TRUE;
    }
  if (key == MR_KEY_ESCAPE)
    {
      g_signal_emit (self, signals[CANCELLED], 0);
      return TRUE;
    }
  return mr_digit_field_press (self->field, key, character);
}

static void
on_pad (MrAmountView *self, int key, guint character)
{
  mr_amount_view_press (self, (MrKey) key, character);
}

void
mr_amount_view_ask (MrAmountView *self, MrAmountKind kind, const char *title, const char *subject,
                    gint64 hint_value)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  g_autofree char *hint = NULL;
  if (hint_value >= 0)
    hint = kind == MR_AMOUNT_MONEY ? mr_words_amount (checkout, hint_value)
                                   : mr_quantity_format (hint_value);
  self->kind = kind;
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->subject, subject);
  gtk_widget_set_visible (GTK_WIDGET (self->subject), subject[0] != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
  mr_digit_field_set_caption (self->field, title);
  mr_digit_field_set_decimals (self->field, kind == MR_AMOUNT_MONEY
                                                ? mr_checkout_get_digits (checkout)
                                                : QUANTITY_DECIMALS);
  mr_digit_field_set_empty_text (self->field, hint != NULL ? hint : "");
  mr_digit_field_clear (self->field);
}

void
mr_amount_view_type (MrAmountView *self, gint64 value_minor)
{
  g_autofree char *text = mr_words_amount (mr_till_get_checkout (self->till), value_minor);
  mr_digit_field_clear (self->field);
  for (const char *at = text; *at != '\0'; at++)
    mr_digit_field_press (self->field, *at == '.' ? MR_KEY_POINT : MR_KEY_CHARACTER,
                          *at == '.' ? 0 : (guchar) *at);
}

void
mr_amount_view_set_till (MrAmountView *self, MrTill *till)
{
  g_set_object (&self->till, till);
}

static void
mr_amount_view_dispose (GObject *object)
{
  MrAmountView *self = MR_AMOUNT_VIEW (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_amount_view_parent_class)->dispose (object);
}

static void
mr_amount_view_class_init (MrAmountViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_DIGIT_FIELD);
  g_type_ensure (MR_TYPE_NUMBER_PAD);
  G_OBJECT_CLASS (klass)->dispose = mr_amount_view_dispose;
  signals[ENTERED] = g_signal_new ("entered", MR_TYPE_AMOUNT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[CANCELLED] = g_signal_new ("cancelled", MR_TYPE_AMOUNT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/amount-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrAmountView, title);
  gtk_widget_class_bind_template_child (widget_class, MrAmountView, subject);
  gtk_widget_class_bind_template_child (widget_class, MrAmountView, field);
  gtk_widget_class_bind_template_child (widget_class, MrAmountView, message);
  gtk_widget_class_bind_template_child (widget_class, MrAmountView, pad);
  gtk_widget_class_bind_template_callback (widget_class, on_pad);
}

static void
mr_amount_view_init (MrAmountView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mr_digit_field_set_current (self->field, TRUE);
}
