/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "walk.h"

#include "view/customer-window.h"

#define COLA "6901300700376"
#define WATER "6955260200742"
#define TEA "6998427800744"

/* A sale as the customer sees it. */

static void
scan (Walk *self, const char *code)
{
  g_assert_cmpint (mr_checkout_scan (mr_till_get_checkout (self->till), code), ==, MR_SCAN_ADDED);
}

static void
pay (Walk *self, gint64 amount_minor)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  mr_checkout_pay_async (checkout, MR_TENDER_CASH, amount_minor, NULL, NULL);
  while (mr_checkout_get_state (checkout) != MR_CHECKOUT_CHANGE)
    g_main_context_iteration (NULL, TRUE);
}

/* What is shown where the customer looks for it. */
static void
expect (Walk *self, const char *scene)
{
  GtkWidget *stack = gtk_window_get_child (self->window);
  const char *shown = gtk_stack_get_visible_child_name (GTK_STACK (stack));
  if (g_strcmp0 (shown, scene) != 0)
    walk_find (self, "the customer sees \"%s\", not \"%s\"", shown, scene);
  if (gtk_window_get_focus (self->window) != NULL)
    walk_find (self, "something in the customer's window has the focus");
}

static guint
count_lines (Walk *self)
{
  guint n = 0;
  GtkWidget *line = walk_get (self, GTK_WIDGET (self->window), "MrCustomerLine", 0);
  for (; line != NULL; line = gtk_widget_get_next_sibling (line))
    n++;
  return n;
}

static void
walk_sale (Walk *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  walk_look (self, "customer-idle");
  expect (self, "idle");
  scan (self, COLA);
  scan (self, WATER);
  scan (self, COLA);
  scan (self, TEA);
  walk_look (self, "customer-sale");
  expect (self, "sale");
  if (count_lines (self) != g_list_model_get_n_items (G_LIST_MODEL (checkout)))
    walk_find (self, "%u lines are shown", count_lines (self));
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (mr_checkout_add_amount (checkout, 0, "散装糖果 mixed sweets", 123456), ==,
                     MR_SCAN_ADDED);
  g_assert_true (mr_checkout_set_sale_discount (checkout, 100, NULL));
  g_assert_true (mr_checkout_begin_payment (checkout, NULL));
  walk_look (self, "customer-paying");
  expect (self, "sale");
  pay (self, 100000000);
  walk_look (self, "customer-change");
  expect (self, "paid");
  mr_checkout_begin_next (checkout);
  scan (self, COLA);
  pay (self, -1);
  walk_look (self, "customer-paid");
  mr_checkout_begin_next (checkout);
  expect (self, "idle");
}

void
walk_customer (Walk *self)
{
  GtkWindow *till = self->window;

  self->window = GTK_WINDOW (mr_customer_window_new (self->till, till));
  gtk_widget_set_visible (GTK_WIDGET (self->window), TRUE);
  walk_sale (self);
  gtk_window_destroy (self->window);
  self->window = till;
}
