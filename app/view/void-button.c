/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/void-button.h"

#include <glib/gi18n.h>

#define SURE_S 4

struct _MrVoidButton
{
  GtkButton parent_instance;

  const char *caption; /* (static) */
  const char *sure_caption; /* (static) */
  char *subject; /* (owned) (nullable): what it gives up, for who cannot see the row */
  char *action; /* (owned): with its target */
  guint sure_source; /* while it waits for the second press */
};

G_DEFINE_FINAL_TYPE (MrVoidButton, mr_void_button, GTK_TYPE_BUTTON)

static void
ask (MrVoidButton *self, gboolean asking)
{
  const char *caption = asking ? self->sure_caption : self->caption;
  g_autofree char *spoken =
      self->subject != NULL ? g_strdup_printf ("%s: %s", caption, self->subject) : NULL;
  gtk_button_set_label (GTK_BUTTON (self), caption);
  if (spoken != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                    -1);
  if (asking)
    gtk_widget_add_css_class (GTK_WIDGET (self), "warning");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "warning");
}

/* What stands beside it in a list stays where it is when the words change. */
static void
keep_width (MrVoidButton *self)
{
  int plain_px, sure_px;
  ask (self, TRUE);
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &sure_px, NULL,
                      NULL);
  ask (self, FALSE);
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &plain_px, NULL,
                      NULL);
  gtk_widget_set_size_request (GTK_WIDGET (self), MAX (plain_px, sure_px), -1);
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
act (MrVoidButton *self)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (g_action_parse_detailed_name (self->action, &name, &target, NULL))
    gtk_widget_activate_action_variant (GTK_WIDGET (self), name, target);
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
  act (self);
}

GtkWidget *
mr_void_button_new_for_held (const char *label, GVariant *target)
{
  MrVoidButton *self = g_object_new (MR_TYPE_VOID_BUTTON, NULL);

  self->subject = g_strdup (label);
  self->caption = _ ("Give up");
  self->sure_caption = _ ("Press again");
  g_free (self->action);
  self->action = g_action_print_detailed_name ("held.give-up", target);
  ask (self, FALSE);
  g_signal_connect (self, "map", G_CALLBACK (keep_width), NULL);
  return GTK_WIDGET (self);
}

static void
mr_void_button_dispose (GObject *object)
{
  MrVoidButton *self = MR_VOID_BUTTON (object);
  g_clear_handle_id (&self->sure_source, g_source_remove);
  G_OBJECT_CLASS (mr_void_button_parent_class)->dispose (object);
}

static void
mr_void_button_finalize (GObject *object)
{
  g_free (MR_VOID_BUTTON (object)->action);
  g_free (MR_VOID_BUTTON (object)->subject);
  G_OBJECT_CLASS (mr_void_button_parent_class)->finalize (object);
}

static void
mr_void_button_class_init (MrVoidButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_void_button_dispose;
  G_OBJECT_CLASS (klass)->finalize = mr_void_button_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/void-button.ui");
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mr_void_button_init (MrVoidButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->caption = _ ("Void sale");
  self->sure_caption = _ ("Press again to void");
  self->action = g_strdup ("win.void");
}
