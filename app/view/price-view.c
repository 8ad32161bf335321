/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/price-view.h"

#include "model/quantity.h"
#include "view/digit-field.h"
#include "view/number-pad.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrPriceView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrGood *good; /* (owned) (nullable): the one shown */
  GtkLabel *name;
  GtkLabel *price;
  GtkLabel *detail;
  MrDigitField *field;
  GtkWidget *add_button;
};

G_DEFINE_FINAL_TYPE (MrPriceView, mr_price_view, GTK_TYPE_BOX)

static void
show (MrPriceView *self, const char *name, const char *price, const char *detail)
{
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->price, price);
  gtk_label_set_text (self->detail, detail);
  gtk_widget_set_sensitive (self->add_button, self->good != NULL);
}

void
mr_price_view_reset (MrPriceView *self)
{
  g_clear_pointer (&self->good, mr_good_unref);
  mr_digit_field_clear (self->field);
  show (self, _ ("Nothing is added to the basket here."), "", "");
}

static void
show_good (MrPriceView *self, guint n_others)
{
  g_autofree char *price =
      self->good->has_price
          ? mr_words_money (mr_till_get_checkout (self->till), self->good->price_minor)
          : g_strdup (_ ("no price yet"));
  GString *detail = g_string_new (self->good->unit);
  gint64 on_hand_milli;
  if (mr_shelf_get_on_hand (mr_till_get_shelf (self->till), self->good->good_id, &on_hand_milli))
    {
      g_autofree char *quantity = mr_quantity_format (on_hand_milli);
      g_autofree char *here = g_strdup_printf (_ ("%s in the shop"), quantity);
      g_string_append_printf (detail, "%s%s", detail->len > 0 ? " · " : "", here);
    }
  if (n_others > 0)
    {
      g_autofree char *others =
          g_strdup_printf (ngettext ("%u other good has this code", "%u other goods have this code",
                                     n_others),
                           n_others);
      g_string_append_printf (detail, "%s%s", detail->len > 0 ? " · " : "", others);
    }
  show (self, self->good->name, price, detail->str);
  g_string_free (detail, TRUE);
}

void
mr_price_view_show_code (MrPriceView *self, const char *code)
{
  g_autoptr (GPtrArray) goods = mr_shelf_find_code (mr_till_get_shelf (self->till), code);
  mr_digit_field_clear (self->field);
  g_clear_pointer (&self->good, mr_good_unref);
  if (goods->len == 0)
    {
      g_autofree char *name = g_strdup_printf (_ ("No good has the code %s."), code);
      show (self, name, "", "");
      return;
    }
  self->good = mr_good_ref (g_ptr_array_index (goods, 0));
  show_good (self, goods->len - 1);
}

gboolean
mr_price_view_press (MrPriceView *self, MrKey key, gunichar character)
{
  if (key == MR_KEY_ENTER)
    {
      g_autofree char *code = g_strdup (mr_digit_field_get_text (self->field));
      if (code[0] != '\0')
        mr_price_view_show_code (self, code);
      return TRUE;
    }
  return mr_digit_field_press (self->field, key, character);
}

static void
on_pad (MrPriceView *self, int key, guint character)
{
  mr_price_view_press (self, (MrKey) key, character);
}

static void
on_add (MrPriceView *self)
{
  mr_checkout_add_good (mr_till_get_checkout (self->till), self->good);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.back", NULL);
}

void
mr_price_view_set_till (MrPriceView *self, MrTill *till)
{
  g_set_object (&self->till, till);
  mr_price_view_reset (self);
}

static void
mr_price_view_dispose (GObject *object)
{
  MrPriceView *self = MR_PRICE_VIEW (object);
  g_clear_pointer (&self->good, mr_good_unref);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_price_view_parent_class)->dispose (object);
}

static void
mr_price_view_class_init (MrPriceViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_DIGIT_FIELD);
  g_type_ensure (MR_TYPE_NUMBER_PAD);
  G_OBJECT_CLASS (klass)->dispose = mr_price_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/price-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrPriceView, name);
  gtk_widget_class_bind_template_child (widget_class, MrPriceView, price);
  gtk_widget_class_bind_template_child (widget_class, MrPriceView, detail);
  gtk_widget_class_bind_template_child (widget_class, MrPriceView, field);
  gtk_widget_class_bind_template_child (widget_class, MrPriceView, add_button);
  gtk_widget_class_bind_template_callback (widget_class, on_pad);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
}

static void
mr_price_view_init (MrPriceView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mr_digit_field_set_current (self->field, TRUE);
}
