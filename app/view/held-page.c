/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/held-page.h"

#include "view/list-row.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrHeldPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (MrHeldPage, mr_held_page, GTK_TYPE_BOX)

static void
on_pressed (MrListRow *row, MrHeldPage *self)
{
  const gint64 *slot = g_object_get_data (G_OBJECT (row), "slot");
  gtk_widget_activate_action (GTK_WIDGET (self), "win.recall-slot", "x", *slot);
}

static GtkWidget *
create_row (MrHeldPage *self, const MrHeld *held)
{
  g_autofree char *ago =
      mr_words_ago (held->held_at_us, mr_world_now_us (mr_till_get_world (self->till)));
  g_autofree char *lines =
      g_strdup_printf (ngettext ("%u line", "%u lines", held->n_lines), held->n_lines);
  g_autofree char *detail = g_strdup_printf ("%s · %s", lines, ago);
  g_autofree char *sum = mr_words_money (mr_till_get_checkout (self->till), held->total_minor);
  GtkWidget *row = mr_list_row_new (held->label, detail, sum);
  g_object_set_data_full (G_OBJECT (row), "slot", g_memdup2 (&held->slot, sizeof held->slot),
                          g_free);
  g_signal_connect_object (row, "pressed", G_CALLBACK (on_pressed), self, 0);
  return row;
}

void
mr_held_page_refresh (MrHeldPage *self)
{
  g_autoptr (GPtrArray) held = mr_checkout_list_held (mr_till_get_checkout (self->till));
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < held->len; i++)
    gtk_list_box_append (self->list, create_row (self, g_ptr_array_index (held, i)));
  gtk_stack_set_visible_child_name (self->stack, held->len > 0 ? "list" : "empty");
}

void
mr_held_page_set_till (MrHeldPage *self, MrTill *till)
{
  g_set_object (&self->till, till);
}

static void
mr_held_page_dispose (GObject *object)
{
  MrHeldPage *self = MR_HELD_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_held_page_parent_class)->dispose (object);
}

static void
mr_held_page_class_init (MrHeldPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_held_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/held-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrHeldPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MrHeldPage, list);
}

static void
mr_held_page_init (MrHeldPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
