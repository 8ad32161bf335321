/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/needs-page.h"

#include "view/need-row.h"

struct _MrNeedsPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (MrNeedsPage, mr_needs_page, GTK_TYPE_BOX)

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  MrNeedsPage *self = user_data;
  return mr_need_row_new (self->till, item);
}

/* Another person may put away more, or less. */
static void
fill (MrNeedsPage *self)
{
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (mr_till_get_needs (self->till)), create_row,
                           self, NULL);
}

static void
on_items_changed (MrNeedsPage *self)
{
  GListModel *needs = G_LIST_MODEL (mr_till_get_needs (self->till));
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (needs) > 0 ? "list" : "empty");
}

void
mr_needs_page_set_till (MrNeedsPage *self, MrTill *till)
{
  MrNeeds *needs = mr_till_get_needs (till);
  g_set_object (&self->till, till);
  fill (self);
  g_signal_connect_object (mr_till_get_session (till), "changed", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (needs, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  on_items_changed (self);
}

static void
mr_needs_page_dispose (GObject *object)
{
  MrNeedsPage *self = MR_NEEDS_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_needs_page_parent_class)->dispose (object);
}

static void
mr_needs_page_class_init (MrNeedsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_needs_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/needs-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrNeedsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrNeedsPage, list);
}

static void
mr_needs_page_init (MrNeedsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
