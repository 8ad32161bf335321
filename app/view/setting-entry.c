/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/setting-entry.h"

struct _MrSettingEntry
{
  GtkBox parent_instance;

  MrSettings *settings; /* (owned) (nullable) */
  char *name; /* (owned) (nullable): of the setting */
  GtkLabel *caption;
  GtkEntry *entry;
  GtkLabel *message;
};

G_DEFINE_FINAL_TYPE (MrSettingEntry, mr_setting_entry, GTK_TYPE_BOX)

static void
show (MrSettingEntry *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), mr_settings_get (self->settings, self->name));
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
}

static void
on_save (MrSettingEntry *self)
{
  g_autofree char *value =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  gboolean is_right = mr_settings_check (self->name, value, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->message), !is_right);
  if (is_right)
    mr_settings_set_async (self->settings, self->name, value, NULL, NULL);
}

GtkWidget *
mr_setting_entry_new (MrSettings *settings, const char *name, const MrSettingWords *words)
{
  MrSettingEntry *self = g_object_new (MR_TYPE_SETTING_ENTRY, NULL);
  g_autofree char *signal = g_strdup_printf ("changed::%s", name);
  g_set_object (&self->settings, settings);
  self->name = g_strdup (name);
  gtk_label_set_text (self->caption, words->caption);
  gtk_label_set_text (self->message, words->refusal);
  gtk_entry_set_placeholder_text (self->entry, words->example);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words->caption, -1);
  g_signal_connect_object (settings, signal, G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

void
mr_setting_entry_hide_caption (MrSettingEntry *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->caption), FALSE);
}

static void
mr_setting_entry_dispose (GObject *object)
{
  MrSettingEntry *self = MR_SETTING_ENTRY (object);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (mr_setting_entry_parent_class)->dispose (object);
}

static void
mr_setting_entry_class_init (MrSettingEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_setting_entry_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/setting-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSettingEntry, caption);
  gtk_widget_class_bind_template_child (widget_class, MrSettingEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, MrSettingEntry, message);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
}

static void
mr_setting_entry_init (MrSettingEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
