/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/settings-page.h"

#include "view/center-form.h"
#include "view/choice.h"
#include "view/key-button.h"

#include <glib/gi18n.h>

struct _MrSettingsPage
{
  GtkBox parent_instance;

  MrCenterForm *center;
  MrChoice *keys;
  MrChoice *language;
  MrChoice *blind;
  MrChoice *backup;
};

G_DEFINE_FINAL_TYPE (MrSettingsPage, mr_settings_page, GTK_TYPE_BOX)

static void
add_yes_no (MrChoice *choice, MrSettings *settings, const char *name)
{
  mr_choice_set_setting (choice, settings, name);
  mr_choice_add (choice, "yes", _ ("Yes"));
  mr_choice_add (choice, "no", _ ("No"));
}

void
mr_settings_page_set_till (MrSettingsPage *self, MrTill *till)
{
  MrSettings *settings = mr_till_get_settings (till);
  mr_center_form_set_till (self->center, till);
  mr_choice_set_setting (self->keys, settings, MR_SETTING_KEY_SET);
  mr_choice_add (self->keys, mr_key_set_to_string (MR_KEY_SET_CHINESE), _ ("Numeric keypad"));
  mr_choice_add (self->keys, mr_key_set_to_string (MR_KEY_SET_INTERNATIONAL), _ ("Function keys"));
  mr_choice_set_setting (self->language, settings, MR_SETTING_LANGUAGE);
  mr_choice_add (self->language, "", _ ("As the computer"));
  /* Each language in its own words, whatever the screen speaks now. */
  mr_choice_add (self->language, "zh_CN", "简体中文");
  mr_choice_add (self->language, "zh_TW", "繁體中文");
  mr_choice_add (self->language, "en", "English");
  add_yes_no (self->blind, settings, MR_SETTING_BLIND_COUNT);
  mr_choice_set_setting (self->backup, settings, MR_SETTING_BACKUP_FOLDER);
  mr_choice_add (self->backup, "", _ ("This computer"));
  mr_choice_add (self->backup, MR_BACKUP_STICK, _ ("A stick"));
}

static void
mr_settings_page_class_init (MrSettingsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_CENTER_FORM);
  g_type_ensure (MR_TYPE_CHOICE);
  g_type_ensure (MR_TYPE_KEY_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/settings-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSettingsPage, center);
  gtk_widget_class_bind_template_child (widget_class, MrSettingsPage, keys);
  gtk_widget_class_bind_template_child (widget_class, MrSettingsPage, language);
  gtk_widget_class_bind_template_child (widget_class, MrSettingsPage, blind);
  gtk_widget_class_bind_template_child (widget_class, MrSettingsPage, backup);
}

static void
mr_settings_page_init (MrSettingsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
