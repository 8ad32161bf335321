/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/coin-view.h"

#include "model/money.h"
#include "view/digit-field.h"
#include "view/number-pad.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* Of each: more pieces of one kind lie in no drawer. */
#define MAX_DIGITS 4
#define FIELD_WIDTH_PX 72

struct _MrCoinView
{
  GtkBox parent_instance;

  MrCheckout *checkout; /* (owned) (nullable) */
  const MrCurrency *currency; /* (static) (nullable) */
  GPtrArray *fields; /* (owned) (element-type MrDigitField): one for each of its notes */
  guint current;
  GtkScrolledWindow *scroller;
  GtkGrid *grid;
  GtkLabel *total;
  MrNumberPad *pad;
};

G_DEFINE_FINAL_TYPE (MrCoinView, mr_coin_view, GTK_TYPE_BOX)

static guint counted_signal;

static gint64
get_sum_minor (MrCoinView *self)
{
  gint64 sum_minor = 0;
  for (guint i = 0; i < self->fields->len; i++)
    sum_minor +=
        self->currency->notes_minor[i] *
        g_ascii_strtoll (mr_digit_field_get_text (g_ptr_array_index (self->fields, i)), NULL, 10);
  return sum_minor;
}

static void
show_total (MrCoinView *self)
{
  g_autofree char *sum = mr_words_money (self->checkout, get_sum_minor (self));
  gtk_label_set_text (self->total, sum);
}

/* On a low screen not all notes and coins are seen at once. */
static void
scroll_to (MrCoinView *self, GtkWidget *field)
{
  graphene_rect_t bounds;
  if (gtk_widget_compute_bounds (field, GTK_WIDGET (self->grid), &bounds))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->scroller),
                               bounds.origin.y, bounds.origin.y + bounds.size.height);
}

static void
go_to (MrCoinView *self, guint index)
{
  self->current = index;
  if (index < self->fields->len)
    scroll_to (self, g_ptr_array_index (self->fields, index));
  for (guint i = 0; i < self->fields->len; i++)
    mr_digit_field_set_current (g_ptr_array_index (self->fields, i), i == index);
}

static void
on_clicked (MrDigitField *field, MrCoinView *self)
{
  guint index;
  if (g_ptr_array_find (self->fields, field, &index))
    go_to (self, index);
}

static void
on_take (MrCoinView *self)
{
  g_signal_emit (self, counted_signal, 0, get_sum_minor (self));
}

gboolean
mr_coin_view_press (MrCoinView *self, MrKey key, gunichar character)
{
  if (self->fields->len == 0)
    return FALSE;
  if (key != MR_KEY_ENTER)
    return mr_digit_field_press (g_ptr_array_index (self->fields, self->current), key, character);
  if (self->current + 1 < self->fields->len)
    go_to (self, self->current + 1);
  else
    on_take (self);
  return TRUE;
}

static void
on_pad (MrCoinView *self, int key, guint character)
{
  mr_coin_view_press (self, (MrKey) key, character);
}

static void
add_note (MrCoinView *self, guint index)
{
  g_autofree char *note = mr_words_money (self->checkout, self->currency->notes_minor[index]);
  g_autofree char *words = g_strdup_printf ("%s ×", note);
  g_autofree char *caption = g_strdup_printf (_ ("How many of %s"), note);
  GtkWidget *label = gtk_label_new (words);
  GtkWidget *field = g_object_new (MR_TYPE_DIGIT_FIELD, "max-length", MAX_DIGITS, NULL);
  mr_digit_field_set_caption (MR_DIGIT_FIELD (field), caption);
  gtk_widget_set_size_request (field, FIELD_WIDTH_PX, -1);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "number");
  g_signal_connect_object (field, "clicked", G_CALLBACK (on_clicked), self, 0);
  g_signal_connect_object (field, "changed", G_CALLBACK (show_total), self, G_CONNECT_SWAPPED);
  gtk_grid_attach (self->grid, label, 0, (int) index, 1, 1);
  gtk_grid_attach (self->grid, field, 1, (int) index, 1, 1);
  g_ptr_array_add (self->fields, g_object_ref (field));
}

gboolean
mr_coin_view_begin (MrCoinView *self, MrCheckout *checkout)
{
  GtkWidget *child;
  guint n = 0;
  g_set_object (&self->checkout, checkout);
  self->currency = mr_currency_find (mr_checkout_get_currency (checkout));
  g_ptr_array_set_size (self->fields, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  while (self->currency != NULL && self->currency->notes_minor[n] != 0)
    n++;
  for (guint i = 0; i < n; i++)
    add_note (self, i);
  go_to (self, 0);
  show_total (self);
  return n > 0;
}

static void
mr_coin_view_dispose (GObject *object)
{
  MrCoinView *self = MR_COIN_VIEW (object);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_object (&self->checkout);
  G_OBJECT_CLASS (mr_coin_view_parent_class)->dispose (object);
}

static void
mr_coin_view_class_init (MrCoinViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_NUMBER_PAD);
  G_OBJECT_CLASS (klass)->dispose = mr_coin_view_dispose;
  counted_signal = g_signal_new ("counted", MR_TYPE_COIN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/coin-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrCoinView, scroller);
  gtk_widget_class_bind_template_child (widget_class, MrCoinView, grid);
  gtk_widget_class_bind_template_child (widget_class, MrCoinView, total);
  gtk_widget_class_bind_template_child (widget_class, MrCoinView, pad);
  gtk_widget_class_bind_template_callback (widget_class, on_pad);
  gtk_widget_class_bind_template_callback (widget_class, on_take);
}

static void
mr_coin_view_init (MrCoinView *self)
{
  self->fields = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}
