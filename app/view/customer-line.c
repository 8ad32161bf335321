/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/customer-line.h"

#include "view/words.h"

#include <glib/gi18n.h>

struct _MrCustomerLine
{
  GtkBox parent_instance;

  GtkLabel *name;
  GtkLabel *quantity;
  GtkLabel *amount;
};

G_DEFINE_FINAL_TYPE (MrCustomerLine, mr_customer_line, GTK_TYPE_BOX)

GtkWidget *
mr_customer_line_new (MrCheckout *checkout, MrBasketLine *line, gboolean is_newest)
{
  MrCustomerLine *self = g_object_new (MR_TYPE_CUSTOMER_LINE, NULL);
  gboolean returned = (mr_basket_line_get_flags (line) & MR_BASKET_LINE_RETURNED) != 0;
  g_autofree char *price = mr_words_amount (checkout, mr_basket_line_get_unit_price_minor (line));
  g_autofree char *amount = mr_words_amount (checkout, mr_basket_line_get_amount_minor (line));
  g_autofree char *quantity =
      g_strdup_printf ("%s × %s", mr_basket_line_get_quantity_text (line), price);
  g_autofree char *back = g_strdup_printf (_ ("Return: %s"), mr_basket_line_get_name (line));

  gtk_label_set_text (self->name, returned ? back : mr_basket_line_get_name (line));
  gtk_label_set_text (self->quantity, quantity);
  gtk_label_set_text (self->amount, amount);
  if (is_newest)
    gtk_widget_add_css_class (GTK_WIDGET (self), "latest");
  return GTK_WIDGET (self);
}

static void
mr_customer_line_class_init (MrCustomerLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/customer-line.ui");
  gtk_widget_class_bind_template_child (widget_class, MrCustomerLine, name);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerLine, quantity);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerLine, amount);
}

static void
mr_customer_line_init (MrCustomerLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
