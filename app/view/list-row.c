/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/list-row.h"

struct _MrListRow
{
  GtkListBoxRow parent_instance;

  GtkGrid *grid;
  GtkWidget *button;
  GtkLabel *title;
  GtkLabel *detail;
  GtkLabel *sum;
};

G_DEFINE_FINAL_TYPE (MrListRow, mr_list_row, GTK_TYPE_LIST_BOX_ROW)

static guint pressed_signal;

static void
on_clicked (MrListRow *self)
{
  g_signal_emit (self, pressed_signal, 0);
}

GtkWidget *
mr_list_row_new (const char *title, const char *detail, const char *sum)
{
  MrListRow *self = g_object_new (MR_TYPE_LIST_ROW, NULL);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s", title, detail, sum);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->sum, sum);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
  return GTK_WIDGET (self);
}

void
mr_list_row_add (MrListRow *self, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_grid_attach_next_to (self->grid, widget, self->button, GTK_POS_RIGHT, 1, 1);
}

void
mr_list_row_set_marked (MrListRow *self, gboolean marked)
{
  if (marked)
    gtk_widget_add_css_class (self->button, "selected");
  else
    gtk_widget_remove_css_class (self->button, "selected");
}

static void
mr_list_row_class_init (MrListRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  pressed_signal = g_signal_new ("pressed", MR_TYPE_LIST_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/list-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MrListRow, grid);
  gtk_widget_class_bind_template_child (widget_class, MrListRow, button);
  gtk_widget_class_bind_template_child (widget_class, MrListRow, title);
  gtk_widget_class_bind_template_child (widget_class, MrListRow, detail);
  gtk_widget_class_bind_template_child (widget_class, MrListRow, sum);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mr_list_row_init (MrListRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
