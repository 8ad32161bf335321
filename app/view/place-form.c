/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/place-form.h"

struct _MrPlaceForm
{
  GtkBox parent_instance;

  MrSettings *settings; /* (owned) (nullable) */
  char *name; /* (owned) (nullable): of the setting */
  GtkLabel *caption;
  GtkEditable *place;
  GtkWidget *message;
};

G_DEFINE_FINAL_TYPE (MrPlaceForm, mr_place_form, GTK_TYPE_BOX)

static void
show (MrPlaceForm *self)
{
  gtk_editable_set_text (self->place, mr_settings_get (self->settings, self->name));
  gtk_widget_set_visible (self->message, FALSE);
}

static void
on_save (MrPlaceForm *self)
{
  g_autofree char *place = g_strstrip (g_strdup (gtk_editable_get_text (self->place)));
  gboolean is_right = mr_settings_check (self->name, place, NULL);
  gtk_widget_set_visible (self->message, !is_right);
  if (is_right)
    mr_settings_set_async (self->settings, self->name, place, NULL, NULL);
}

GtkWidget *
mr_place_form_new (MrSettings *settings, const char *name, const char *caption)
{
  MrPlaceForm *self = g_object_new (MR_TYPE_PLACE_FORM, NULL);
  g_autofree char *signal = g_strdup_printf ("changed::%s", name);
  g_set_object (&self->settings, settings);
  self->name = g_strdup (name);
  gtk_label_set_text (self->caption, caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->place), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  caption, -1);
  g_signal_connect_object (settings, signal, G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

static void
mr_place_form_dispose (GObject *object)
{
  MrPlaceForm *self = MR_PLACE_FORM (object);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (mr_place_form_parent_class)->dispose (object);
}

static void
mr_place_form_class_init (MrPlaceFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_place_form_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/place-form.ui");
  gtk_widget_class_bind_template_child (widget_class, MrPlaceForm, caption);
  gtk_widget_class_bind_template_child (widget_class, MrPlaceForm, place);
  gtk_widget_class_bind_template_child (widget_class, MrPlaceForm, message);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
}

static void
mr_place_form_init (MrPlaceForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
