/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/customer-window.h"

#include "view/customer-line.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* As many as fit above the sums on a screen of 600 rows. */
#define N_LINES 6
/* Longer sums are set smaller. */
#define LONG_SUM_CHARS 10
#define LONG_PAID_CHARS 8

struct _MrCustomerWindow
{
  GtkWindow parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkWindow *keys_to; /* (unowned) (nullable): weak */
  GtkStack *scenes;
  GtkLabel *shop;
  GtkBox *lines;
  GtkWidget *discount_row;
  GtkLabel *discount;
  GtkLabel *total;
  GtkWidget *due_row;
  GtkLabel *due;
  GtkLabel *paid_caption;
  GtkLabel *paid_sum;
  GtkLabel *paid_detail;
};

G_DEFINE_FINAL_TYPE (MrCustomerWindow, mr_customer_window, GTK_TYPE_WINDOW)

static void
show_idle (MrCustomerWindow *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  gtk_label_set_text (self->shop, status.shop_name);
}

/* The newest are at the end. */
static void
show_lines (MrCustomerWindow *self, MrCheckout *checkout)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (checkout));
  guint newest = mr_checkout_get_newest (checkout);
  GtkWidget *before;
  while ((before = gtk_widget_get_first_child (GTK_WIDGET (self->lines))) != NULL)
    gtk_box_remove (self->lines, before);
  for (guint i = n > N_LINES ? n - N_LINES : 0; i < n; i++)
    {
      g_autoptr (MrBasketLine) line = g_list_model_get_item (G_LIST_MODEL (checkout), i);
      gtk_box_append (self->lines, mr_customer_line_new (checkout, line, i == newest));
    }
}

static void
show_sale (MrCustomerWindow *self, gboolean is_paying)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  const MrTotals *totals = mr_checkout_get_totals (checkout);
  gint64 discount_minor = mr_checkout_get_sale_discount_minor (checkout);
  g_autofree char *discount = mr_words_amount (checkout, discount_minor);
  g_autofree char *off = g_strdup_printf ("−%s", discount);
  g_autofree char *due = mr_words_money (checkout, totals->due_minor);
  show_lines (self, checkout);
  gtk_label_set_text (self->discount, off);
  gtk_widget_set_visible (self->discount_row, discount_minor > 0);
  mr_words_show_money (self->total, checkout, totals->total_minor, LONG_SUM_CHARS);
  gtk_label_set_text (self->due, due);
  gtk_widget_set_visible (self->due_row, is_paying);
}

static void
show_end (MrCustomerWindow *self, const char *caption, gint64 sum_minor, const char *detail)
{
  gtk_label_set_text (self->paid_caption, caption);
  mr_words_show_money (self->paid_sum, mr_till_get_checkout (self->till), sum_minor,
                       LONG_PAID_CHARS);
  gtk_label_set_text (self->paid_detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->paid_detail), *detail != '\0');
}

static void
show_change (MrCustomerWindow *self, const MrPaymentResult *payment)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  gint64 given_minor = payment->total_minor + payment->rounding_minor + payment->change_minor;
  g_autofree char *total = mr_words_money (checkout, payment->total_minor);
  g_autofree char *given = mr_words_money (checkout, given_minor);
  g_autofree char *detail = g_strdup_printf (_ ("Total %s, given %s"), total, given);
  show_end (self, _ ("Change"), payment->change_minor, detail);
}

static void
show_paid (MrCustomerWindow *self)
{
  const MrPaymentResult *payment = mr_checkout_get_last_payment (mr_till_get_checkout (self->till));
  if (payment == NULL)
    return;
  if (payment->total_minor < 0)
    show_end (self, _ ("Paid out"),
              payment->cash_out_minor > 0 ? payment->cash_out_minor : -payment->total_minor, "");
  else if (payment->change_minor > 0)
    show_change (self, payment);
  else
    show_end (self, _ ("Paid"), payment->total_minor + payment->rounding_minor, "");
}

static void
show (MrCustomerWindow *self)
{
  MrDisplayScene scene = mr_display_desk_get_scene (mr_till_get_display_desk (self->till));
  const char *page = "idle";
  switch (scene)
    {
    case MR_DISPLAY_SALE:
    case MR_DISPLAY_PAYING:
      show_sale (self, scene == MR_DISPLAY_PAYING);
      page = "sale";
      break;
    case MR_DISPLAY_PAID:
      show_paid (self);
      page = "paid";
      break;
    case MR_DISPLAY_IDLE:
    default:
      show_idle (self);
    }
  gtk_stack_set_visible_child_name (self->scenes, page);
}

/* --- it takes nothing from the till's window --- */

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
        MrCustomerWindow *self)
{
  if (self->keys_to != NULL)
    gtk_event_controller_key_forward (controller, GTK_WIDGET (self->keys_to));
  return GDK_EVENT_STOP;
}

static void
on_active (MrCustomerWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)) && self->keys_to != NULL)
    gtk_window_present (self->keys_to);
}

/* The till closes it. */
static gboolean
mr_customer_window_close_request (GtkWindow *window)
{
  return GDK_EVENT_STOP;
}

static void
mr_customer_window_dispose (GObject *object)
{
  MrCustomerWindow *self = MR_CUSTOMER_WINDOW (object);
  g_clear_weak_pointer (&self->keys_to);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_customer_window_parent_class)->dispose (object);
}

static void
mr_customer_window_class_init (MrCustomerWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_customer_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mr_customer_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/customer-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, scenes);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, shop);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, lines);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, discount_row);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, discount);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, total);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, due_row);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, due);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, paid_caption);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, paid_sum);
  gtk_widget_class_bind_template_child (widget_class, MrCustomerWindow, paid_detail);
}

static void
mr_customer_window_init (MrCustomerWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active), NULL);
}

MrCustomerWindow *
mr_customer_window_new (MrTill *till, GtkWindow *keys_to)
{
  MrCustomerWindow *self = g_object_new (MR_TYPE_CUSTOMER_WINDOW, NULL);

  self->till = g_object_ref (till);
  g_set_weak_pointer (&self->keys_to, keys_to);
  g_signal_connect_object (mr_till_get_display_desk (till), "scene-changed", G_CALLBACK (show),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (show_idle), self, G_CONNECT_SWAPPED);
  show (self);
  return self;
}
