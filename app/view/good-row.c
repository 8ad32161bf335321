/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/good-row.h"

#include "model/quantity.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrGoodRow
{
  GtkListBoxRow parent_instance;

  MrGood *good; /* (owned) */
  GtkWidget *button;
  GtkLabel *name;
  GtkLabel *detail;
  GtkLabel *price;
};

G_DEFINE_FINAL_TYPE (MrGoodRow, mr_good_row, GTK_TYPE_LIST_BOX_ROW)

static guint chosen_signal;

static void
on_clicked (MrGoodRow *self)
{
  g_signal_emit (self, chosen_signal, 0);
}

/* "6901234567892 · 瓶 · 12 here" */
static char *
detail_words (MrTill *till, const MrGood *good)
{
  GString *words = g_string_new (good->barcode);
  gint64 on_hand_milli;
  if (good->unit[0] != '\0')
    g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", good->unit);
  if (mr_shelf_get_on_hand (mr_till_get_shelf (till), good->good_id, &on_hand_milli))
    {
      g_autofree char *quantity = mr_quantity_format (on_hand_milli);
      g_autofree char *here = g_strdup_printf (_ ("%s in the shop"), quantity);
      g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", here);
    }
  return g_string_free (words, FALSE);
}

GtkWidget *
mr_good_row_new (MrTill *till, MrGood *good)
{
  MrGoodRow *self = g_object_new (MR_TYPE_GOOD_ROW, NULL);
  MrCheckout *checkout = mr_till_get_checkout (till);
  g_autofree char *detail = detail_words (till, good);
  g_autofree char *price =
      good->has_price ? mr_words_amount (checkout, good->price_minor) : g_strdup (_ ("price?"));
  g_autofree char *spoken = g_strdup_printf ("%s %s", good->name, price);
  self->good = mr_good_ref (good);
  gtk_label_set_text (self->name, good->name);
  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->price, price);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  return GTK_WIDGET (self);
}

MrGood *
mr_good_row_get_good (MrGoodRow *self)
{
  return self->good;
}

void
mr_good_row_set_marked (MrGoodRow *self, gboolean marked)
{
  if (marked)
    gtk_widget_add_css_class (self->button, "selected");
  else
    gtk_widget_remove_css_class (self->button, "selected");
}

static void
mr_good_row_finalize (GObject *object)
{
  MrGoodRow *self = MR_GOOD_ROW (object);
  g_clear_pointer (&self->good, mr_good_unref);
  G_OBJECT_CLASS (mr_good_row_parent_class)->finalize (object);
}

static void
mr_good_row_class_init (MrGoodRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mr_good_row_finalize;
  chosen_signal = g_signal_new ("chosen", MR_TYPE_GOOD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/good-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MrGoodRow, button);
  gtk_widget_class_bind_template_child (widget_class, MrGoodRow, name);
  gtk_widget_class_bind_template_child (widget_class, MrGoodRow, detail);
  gtk_widget_class_bind_template_child (widget_class, MrGoodRow, price);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mr_good_row_init (MrGoodRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
