/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/basket-view.h"

#include "model/quantity.h"
#include "view/basket-row.h"
#include "view/key-button.h"
#include "view/void-button.h"
#include "view/words.h"

#include <glib/gi18n.h>

#define SHAKE_MS 400
/* Longer sums are set smaller, so that they fit where the screen is narrow. */
#define LONG_TOTAL_CHARS 9

struct _MrBasketView
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrCheckout *checkout; /* (unowned) (nullable): the till's */
  guint selected; /* number of the opened line, 0 = none */
  gboolean stick; /* the newest line must come into view once sizes are known */
  gboolean at_end; /* the last line is in view */
  double page; /* height of what is in view */
  guint settle_source;
  guint shake_source;
  GtkWidget *head;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkLabel *entry_line;
  GtkWidget *discount_row;
  GtkLabel *discount;
  GtkWidget *tax_row;
  GtkLabel *tax;
  GtkLabel *pieces;
  GtkLabel *total;
  MrKeyButton *hold_button;
  MrKeyButton *pay_button;
};

G_DEFINE_FINAL_TYPE (MrBasketView, mr_basket_view, GTK_TYPE_BOX)

static MrBasketRow *
get_row (MrBasketView *self, guint position)
{
  GtkListBoxRow *row =
      position != G_MAXUINT ? gtk_list_box_get_row_at_index (self->list, (int) position) : NULL;
  return row != NULL ? MR_BASKET_ROW (row) : NULL;
}

static void
on_row_pressed (MrBasketRow *row, MrBasketView *self)
{
  guint number = mr_basket_row_get_number (row);
  mr_basket_view_select (self, number != self->selected ? number : 0);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  MrBasketView *self = user_data;
  GtkWidget *row = mr_basket_row_new (self->checkout, item);
  mr_basket_row_set_open (MR_BASKET_ROW (row),
                          mr_basket_row_get_number (MR_BASKET_ROW (row)) == self->selected);
  g_signal_connect_object (row, "pressed", G_CALLBACK (on_row_pressed), self, 0);
  return row;
}

static void
mark_newest (MrBasketView *self)
{
  guint newest = mr_checkout_get_newest (self->checkout);
  MrBasketRow *row;
  for (guint i = 0; (row = get_row (self, i)) != NULL; i++)
    mr_basket_row_set_newest (row, i == newest);
}

static void
scroll_to (MrBasketView *self, MrBasketRow *row)
{
  graphene_rect_t bounds;
  if (row != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->scroller),
                               (double) bounds.origin.y,
                               (double) (bounds.origin.y + bounds.size.height));
}

static gboolean
on_settled (gpointer user_data)
{
  MrBasketView *self = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  self->settle_source = 0;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

/* The list's height is known only after its rows were measured; and where the entry line takes some of
 * the room, the newest line must not be what goes. Sizes cannot be changed while they are given. */
static void
on_height_changed (MrBasketView *self, GtkAdjustment *adjustment)
{
  double page = gtk_adjustment_get_page_size (adjustment);
  gboolean shrunk = page < self->page;
  self->page = page;
  if (!self->stick && !(shrunk && self->at_end))
    return;
  self->stick = FALSE;
  if (self->settle_source == 0)
    self->settle_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_settled, self, NULL);
}

static void
on_scrolled (MrBasketView *self, GtkAdjustment *adjustment)
{
  self->at_end =
      gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
      gtk_adjustment_get_upper (adjustment) - 1;
}

static void
on_items_changed (MrBasketView *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->checkout)) == 0;
  /* One key for both: put aside what is there, or fetch what was put aside. */
  mr_key_button_set_caption (self->hold_button, empty ? _ ("Recall") : _ ("Hold"));
  if (empty)
    self->selected = 0;
  gtk_widget_set_visible (self->head, !empty);
  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "lines");
  mark_newest (self);
}

static void
on_line_changed (MrBasketView *self, guint position)
{
  MrBasketRow *row = get_row (self, position);
  mark_newest (self);
  if (row == NULL)
    return;
  mr_basket_row_flash (row);
  if (position + 1 == g_list_model_get_n_items (G_LIST_MODEL (self->checkout)))
    {
      GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
      self->stick = TRUE;
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
    }
  else
    scroll_to (self, row);
}

static void
on_changed (MrBasketView *self)
{
  const MrTotals *totals = mr_checkout_get_totals (self->checkout);
  gint64 discount_minor = mr_checkout_get_sale_discount_minor (self->checkout);
  gint64 on_top_minor = totals->total_minor - (totals->gross_minor - totals->discount_minor);
  g_autofree char *discount = mr_words_amount (self->checkout, discount_minor);
  g_autofree char *off = g_strdup_printf ("−%s", discount);
  g_autofree char *tax = mr_words_amount (self->checkout, on_top_minor);
  g_autofree char *pieces = NULL;

  if (totals->pieces_milli % MR_QUANTITY_ONE_MILLI == 0)
    pieces =
        g_strdup_printf (ngettext ("%d piece", "%d pieces", (gulong) (totals->pieces_milli / 1000)),
                         (int) (totals->pieces_milli / 1000));
  else
    pieces = mr_quantity_format (totals->pieces_milli);
  mr_words_show_money (self->total, self->checkout, totals->total_minor, LONG_TOTAL_CHARS);
  mr_key_button_set_caption (self->pay_button, totals->total_minor < 0 ? _ ("Pay out") : _ ("Pay"));
  gtk_label_set_text (self->pieces, pieces);
  gtk_widget_set_visible (self->discount_row, discount_minor != 0);
  gtk_label_set_text (self->discount, off);
  gtk_widget_set_visible (self->tax_row, on_top_minor != 0);
  gtk_label_set_text (self->tax, tax);
}

/* While paying, what is typed is money and stands in the pay view. */
static void
on_entry_changed (MrBasketView *self)
{
  const char *text = mr_keypad_get_text (mr_till_get_keypad (self->till));
  gboolean paying = mr_checkout_get_state (self->checkout) == MR_CHECKOUT_PAYING;
  gtk_widget_set_visible (GTK_WIDGET (self->entry_line), text[0] != '\0' && !paying);
  gtk_label_set_text (self->entry_line, text);
}

guint
mr_basket_view_get_selected (MrBasketView *self)
{
  return self->selected;
}

void
mr_basket_view_select (MrBasketView *self, guint number)
{
  MrBasketRow *row;
  self->selected = number;
  for (guint i = 0; (row = get_row (self, i)) != NULL; i++)
    mr_basket_row_set_open (row, mr_basket_row_get_number (row) == number);
}

void
mr_basket_view_step (MrBasketView *self, int step)
{
  int n = (int) g_list_model_get_n_items (G_LIST_MODEL (self->checkout));
  int position = step < 0 ? n : -1;
  MrBasketRow *row;
  for (int i = 0; i < n; i++)
    if (mr_basket_row_get_number (get_row (self, (guint) i)) == self->selected)
      position = i;
  position = CLAMP (position + step, 0, n - 1);
  if (n == 0)
    return;
  row = get_row (self, (guint) position);
  mr_basket_view_select (self, mr_basket_row_get_number (row));
  scroll_to (self, row);
}

static gboolean
on_shake_over (gpointer user_data)
{
  MrBasketView *self = user_data;
  self->shake_source = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry_line), "shake");
  return G_SOURCE_REMOVE;
}

void
mr_basket_view_shake (MrBasketView *self)
{
  g_clear_handle_id (&self->shake_source, g_source_remove);
  gtk_widget_add_css_class (GTK_WIDGET (self->entry_line), "shake");
  self->shake_source = g_timeout_add (SHAKE_MS, on_shake_over, self);
}

void
mr_basket_view_set_till (MrBasketView *self, MrTill *till)
{
  g_set_object (&self->till, till);
  self->checkout = mr_till_get_checkout (till);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->checkout), create_row, self, NULL);
  g_signal_connect_object (self->checkout, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->checkout, "line-changed", G_CALLBACK (on_line_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->checkout, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->checkout, "changed", G_CALLBACK (on_entry_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_keypad (till), "entry-changed",
                           G_CALLBACK (on_entry_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "changed",
                           G_CALLBACK (on_height_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (on_scrolled), self, G_CONNECT_SWAPPED);
  on_items_changed (self);
  on_changed (self);
  on_entry_changed (self);
}

static void
mr_basket_view_dispose (GObject *object)
{
  MrBasketView *self = MR_BASKET_VIEW (object);
  g_clear_handle_id (&self->shake_source, g_source_remove);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_basket_view_parent_class)->dispose (object);
}

static void
mr_basket_view_class_init (MrBasketViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  g_type_ensure (MR_TYPE_VOID_BUTTON);
  G_OBJECT_CLASS (klass)->dispose = mr_basket_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/basket-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, head);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, stack);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, scroller);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, list);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, entry_line);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, discount_row);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, discount);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, tax_row);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, tax);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, pieces);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, total);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, hold_button);
  gtk_widget_class_bind_template_child (widget_class, MrBasketView, pay_button);
}

static void
mr_basket_view_init (MrBasketView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->at_end = TRUE;
}
