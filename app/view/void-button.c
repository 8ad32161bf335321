/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/void-button.h"

#include <glib/gi18n.h>

#define SURE_S 4

struct _MrVoidButton
{
  GtkButton parent_instance;

  guint sure_source; /* while it waits for the second press */
};

G_DEFINE_FINAL_TYPE (MrVoidButton, mr_void_button, GTK_TYPE_BUTTON)

static void
ask (MrVoidButton *self, gboolean asking)
{
  gtk_button_set_label (GTK_BUTTON (self), asking ? _ ("Press again to void") : _ ("Void sale"));
  if (asking)
    gtk_widget_add_css_class (GTK_WIDGET (self), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "warning");
}

static gboolean
on_not_sure (gpointer user_data)
{
  MrVoidButton *self = user_data;
  self->sure_source = 0;
  ask (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
on_clicked (MrVoidButton *self)
{
  if (self->sure_source == 0)
    {
      self->sure_source = g_timeout_add_seconds (SURE_S, on_not_sure, self);
      ask (self, TRUE);
      return;
    }
  g_clear_handle_id (&self->sure_source, g_source_remove);
  ask (self, FALSE);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.void", NULL);
}

static void
mr_void_button_dispose (GObject *object)
{
  MrVoidButton *self = MR_VOID_BUTTON (object);
  g_clear_handle_id (&self->sure_source, g_source_remove);
  G_OBJECT_CLASS (mr_void_button_parent_class)->dispose (object);
}

static void
mr_void_button_class_init (MrVoidButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_void_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/void-button.ui");
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mr_void_button_init (MrVoidButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
