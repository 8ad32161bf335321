/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/basket-row.h"

#include "view/words.h"

#include <glib/gi18n.h>

#define FLASH_MS 180

struct _MrBasketRow
{
  GtkListBoxRow parent_instance;

  guint number;
  guint flash_source;
  GtkWidget *box;
  GtkWidget *button;
  GtkLabel *name;
  GtkLabel *quantity;
  GtkLabel *amount;
  GtkWidget *discount_row;
  GtkLabel *discount;
  GtkWidget *tools;
};

G_DEFINE_FINAL_TYPE (MrBasketRow, mr_basket_row, GTK_TYPE_LIST_BOX_ROW)

static guint pressed_signal;

static void
on_clicked (MrBasketRow *self)
{
  g_signal_emit (self, pressed_signal, 0);
}

/* The whole name, where the line has no room for it. */
static gboolean
on_query_tooltip (MrBasketRow *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (self->name)))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (self->name));
  return TRUE;
}

/* It stands as it was sold: it can be removed, and no more. */
static void
show_returned (MrBasketRow *self, MrBasketLine *line)
{
  const char *label = mr_basket_line_get_receipt_label (line);
  const char *quantity = gtk_label_get_text (self->quantity);
  /* The minus of sums, which is as wide as a plus. */
  g_autofree char *minus =
      g_strdup_printf ("−%s", g_str_has_prefix (quantity, "-") ? quantity + 1 : quantity);
  g_autofree char *of = g_strdup_printf (_ ("%s · receipt %s"), minus, label);
  GtkWidget *tool = gtk_widget_get_first_child (self->tools);
  gtk_widget_add_css_class (self->box, "returned");
  gtk_label_set_text (self->quantity, *label != '\0' ? of : minus);
  for (; tool != NULL; tool = gtk_widget_get_next_sibling (tool))
    gtk_widget_set_visible (tool, g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (tool)),
                                             "win.remove-line") == 0);
}

GtkWidget *
mr_basket_row_new (MrCheckout *checkout, MrBasketLine *line)
{
  MrBasketRow *self = g_object_new (MR_TYPE_BASKET_ROW, NULL);
  gint64 discount_minor = mr_basket_line_get_discount_minor (line);
  g_autofree char *price = mr_words_amount (checkout, mr_basket_line_get_unit_price_minor (line));
  g_autofree char *gross = mr_words_amount (checkout, mr_basket_line_get_gross_minor (line));
  g_autofree char *amount = mr_words_amount (checkout, mr_basket_line_get_amount_minor (line));
  g_autofree char *discount = mr_words_amount (checkout, discount_minor);
  g_autofree char *off = g_strdup_printf ("−%s", discount);
  gboolean price_set = (mr_basket_line_get_flags (line) & MR_BASKET_LINE_PRICE_SET) != 0;
  gboolean returned = (mr_basket_line_get_flags (line) & MR_BASKET_LINE_RETURNED) != 0;
  g_autofree char *back = g_strdup_printf (_ ("Return: %s"), mr_basket_line_get_name (line));
  const char *name = returned ? back : mr_basket_line_get_name (line);
  g_autofree char *quantity = g_strdup_printf (price_set ? _ ("%s × %s (price set)") : "%s × %s",
                                               mr_basket_line_get_quantity_text (line), price);
  g_autofree char *spoken =
      g_strdup_printf ("%s, %s, %s", name, quantity, returned ? amount : gross);

  self->number = mr_basket_line_get_number (line);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->quantity, quantity);
  /* What goes back, whatever was off it then. */
  gtk_label_set_text (self->amount, returned ? amount : gross);
  gtk_label_set_text (self->discount, off);
  gtk_widget_set_visible (self->discount_row, discount_minor > 0);
  if (returned)
    show_returned (self, line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  return GTK_WIDGET (self);
}

guint
mr_basket_row_get_number (MrBasketRow *self)
{
  return self->number;
}

void
mr_basket_row_set_newest (MrBasketRow *self, gboolean newest)
{
  if (newest)
    gtk_widget_add_css_class (self->box, "newest");
  else
    gtk_widget_remove_css_class (self->box, "newest");
}

void
mr_basket_row_set_open (MrBasketRow *self, gboolean open)
{
  gtk_widget_set_visible (self->tools, open);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, open,
                               -1);
}

static gboolean
on_flash_over (gpointer user_data)
{
  MrBasketRow *self = user_data;
  self->flash_source = 0;
  gtk_widget_remove_css_class (self->box, "flash");
  return G_SOURCE_REMOVE;
}

void
mr_basket_row_flash (MrBasketRow *self)
{
  g_clear_handle_id (&self->flash_source, g_source_remove);
  gtk_widget_add_css_class (self->box, "flash");
  self->flash_source = g_timeout_add (FLASH_MS, on_flash_over, self);
}

static void
mr_basket_row_dispose (GObject *object)
{
  MrBasketRow *self = MR_BASKET_ROW (object);
  g_clear_handle_id (&self->flash_source, g_source_remove);
  G_OBJECT_CLASS (mr_basket_row_parent_class)->dispose (object);
}

static void
mr_basket_row_class_init (MrBasketRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_basket_row_dispose;
  pressed_signal = g_signal_new ("pressed", MR_TYPE_BASKET_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/basket-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, box);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, button);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, name);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, quantity);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, amount);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, discount_row);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, discount);
  gtk_widget_class_bind_template_child (widget_class, MrBasketRow, tools);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_query_tooltip);
}

static void
mr_basket_row_init (MrBasketRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
