/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/trouble-bar.h"

#include "view/words.h"

#include <glib/gi18n.h>

#define MESSAGE_S 8

struct _MrTroubleBar
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  char *hidden_link; /* (owned) (nullable): the sentence somebody has read and put away */
  guint message_source;
  GtkWidget *paper_row;
  GtkLabel *paper;
  GtkWidget *old_row;
  GtkLabel *old;
  GtkWidget *scanner_row;
  GtkLabel *scanner;
  GtkWidget *link_row;
  GtkLabel *link;
  GtkWidget *message_row;
  GtkLabel *message;
  GtkWidget *undo_button;
};

G_DEFINE_FINAL_TYPE (MrTroubleBar, mr_trouble_bar, GTK_TYPE_BOX)

static void
show_row (GtkWidget *row, GtkLabel *label, const char *text)
{
  gtk_widget_set_visible (row, text != NULL);
  if (text != NULL && g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
show_link (MrTroubleBar *self, const MrTillStatus *status)
{
  g_autofree char *text = mr_words_link_trouble (status);
  if (g_strcmp0 (text, self->hidden_link) != 0)
    g_clear_pointer (&self->hidden_link, g_free);
  show_row (self->link_row, self->link, self->hidden_link == NULL ? text : NULL);
}

static void
on_status_changed (MrTroubleBar *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  g_autofree char *paper = mr_words_paper_trouble (&status);
  guint n_old = mr_spooler_get_n_old (mr_till_get_spooler (self->till));
  g_autofree char *old = NULL;
  if (n_old > 0)
    old = g_strdup_printf (ngettext ("%u receipt of earlier was not printed.",
                                     "%u receipts of earlier were not printed.", n_old),
                           n_old);
  show_row (self->paper_row, self->paper, paper);
  show_row (self->old_row, self->old, old);
  show_row (self->scanner_row, self->scanner, mr_words_scanner_trouble (&status));
  show_link (self, &status);
}

void
mr_trouble_bar_set_till (MrTroubleBar *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (on_status_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_spooler (till), "changed", G_CALLBACK (on_status_changed),
                           self, G_CONNECT_SWAPPED);
  on_status_changed (self);
}

void
mr_trouble_bar_hush (MrTroubleBar *self)
{
  g_clear_handle_id (&self->message_source, g_source_remove);
  gtk_widget_set_visible (self->message_row, FALSE);
}

static gboolean
on_message_over (gpointer user_data)
{
  MrTroubleBar *self = user_data;
  self->message_source = 0;
  gtk_widget_set_visible (self->message_row, FALSE);
  return G_SOURCE_REMOVE;
}

void
mr_trouble_bar_say (MrTroubleBar *self, const char *text, gboolean can_undo)
{
  mr_trouble_bar_hush (self);
  gtk_widget_set_visible (self->undo_button, can_undo);
  show_row (self->message_row, self->message, text);
  self->message_source = g_timeout_add_seconds (MESSAGE_S, on_message_over, self);
}

void
mr_trouble_bar_hide_link (MrTroubleBar *self)
{
  mr_till_forget_fork (self->till);
  g_free (self->hidden_link);
  self->hidden_link = g_strdup (gtk_label_get_text (self->link));
  gtk_widget_set_visible (self->link_row, FALSE);
}

static void
mr_trouble_bar_dispose (GObject *object)
{
  MrTroubleBar *self = MR_TROUBLE_BAR (object);
  g_clear_handle_id (&self->message_source, g_source_remove);
  g_clear_object (&self->till);
  g_clear_pointer (&self->hidden_link, g_free);
  G_OBJECT_CLASS (mr_trouble_bar_parent_class)->dispose (object);
}

static void
mr_trouble_bar_class_init (MrTroubleBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_trouble_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/trouble-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, paper_row);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, paper);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, old_row);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, old);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, scanner_row);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, scanner);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, link_row);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, link);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, message_row);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, message);
  gtk_widget_class_bind_template_child (widget_class, MrTroubleBar, undo_button);
}

static void
mr_trouble_bar_init (MrTroubleBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
