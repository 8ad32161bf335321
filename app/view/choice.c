/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/choice.h"

#include "view/words.h"

struct _MrChoice
{
  GtkBox parent_instance;

  MrSettings *settings; /* (owned) (nullable) */
  char *name; /* (owned) (nullable): of the setting */
  gboolean showing; /* buttons move because the setting did */
  MrChoicePart part; /* of the setting, that the options are; { NULL } for the whole */
  char *fallback; /* (owned) (nullable) */
  guint columns; /* 0 = one row */
  guint n_options;
  GtkLabel *caption;
  GtkGrid *options;
};

G_DEFINE_FINAL_TYPE (MrChoice, mr_choice, GTK_TYPE_BOX)

enum
{
  PROP_CAPTION = 1,
  PROP_COLUMNS,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

static gboolean
has_option (MrChoice *self, const char *value)
{
  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->options)); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    if (g_str_equal (gtk_widget_get_name (button), value))
      return TRUE;
  return FALSE;
}

static void
show (MrChoice *self)
{
  const char *value = mr_settings_get (self->settings, self->name);
  g_autofree char *part = self->part.read != NULL ? self->part.read (value) : NULL;
  if (part != NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), *part != '\0');
      value = part;
    }
  if (self->fallback != NULL && !has_option (self, value))
    value = self->fallback;
  /* Not set, the language decides. */
  if (g_str_equal (self->name, MR_SETTING_KEY_SET))
    value = mr_key_set_to_string (mr_settings_get_key_set (self->settings));
  self->showing = TRUE;
  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->options)); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button),
                                  g_str_equal (gtk_widget_get_name (button), value));
  self->showing = FALSE;
}

static void
on_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrChoice) self = user_data;
  g_autoptr (GError) error = NULL;
  if (mr_settings_set_finish (MR_SETTINGS (source), result, &error))
    return;
  g_autofree char *words = mr_words_error (error);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", words);
  show (self);
}

static void
on_toggled (MrChoice *self, GtkToggleButton *button)
{
  if (self->showing)
    return;
  if (!gtk_toggle_button_get_active (button))
    {
      show (self);
      return;
    }
  const char *option = gtk_widget_get_name (GTK_WIDGET (button));
  g_autofree char *whole =
      self->part.write != NULL
          ? self->part.write (mr_settings_get (self->settings, self->name), option)
          : NULL;
  mr_settings_set_async (self->settings, self->name, whole != NULL ? whole : option, on_set,
                         g_object_ref (self));
  show (self);
}

void
mr_choice_add (MrChoice *self, const char *value, const char *label)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);
  gtk_widget_set_name (button, value);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_add_css_class (button, "tab");
  g_signal_connect_object (button, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  if (self->columns > 0)
    gtk_widget_set_hexpand (button, TRUE);
  gtk_grid_attach (self->options, button,
                   (int) (self->columns > 0 ? self->n_options % self->columns : self->n_options),
                   (int) (self->columns > 0 ? self->n_options / self->columns : 0), 1, 1);
  self->n_options++;
  show (self);
}

void
mr_choice_clear (MrChoice *self)
{
  GtkWidget *button;
  while ((button = gtk_widget_get_first_child (GTK_WIDGET (self->options))) != NULL)
    gtk_grid_remove (self->options, button);
  self->n_options = 0;
}

void
mr_choice_set_fallback (MrChoice *self, const char *value)
{
  g_free (self->fallback);
  self->fallback = g_strdup (value);
  show (self);
}

void
mr_choice_set_part (MrChoice *self, MrChoicePart part)
{
  self->part = part;
}

void
mr_choice_set_setting (MrChoice *self, MrSettings *settings, const char *name)
{
  g_autofree char *signal = g_strdup_printf ("changed::%s", name);
  g_set_object (&self->settings, settings);
  g_free (self->name);
  self->name = g_strdup (name);
  g_signal_connect_object (settings, signal, G_CALLBACK (show), self, G_CONNECT_SWAPPED);
}

static void
mr_choice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MrChoice *self = MR_CHOICE (object);
  if (id == PROP_CAPTION)
    gtk_label_set_text (self->caption, g_value_get_string (value));
  else if (id == PROP_COLUMNS)
    {
      self->columns = g_value_get_uint (value);
      gtk_grid_set_column_homogeneous (self->options, self->columns > 0);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mr_choice_dispose (GObject *object)
{
  MrChoice *self = MR_CHOICE (object);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->fallback, g_free);
  G_OBJECT_CLASS (mr_choice_parent_class)->dispose (object);
}

static void
mr_choice_class_init (MrChoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mr_choice_dispose;
  object_class->set_property = mr_choice_set_property;
  properties[PROP_CAPTION] =
      g_param_spec_string ("caption", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COLUMNS] =
      g_param_spec_uint ("columns", NULL, NULL, 0, 8, 0, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/choice.ui");
  gtk_widget_class_bind_template_child (widget_class, MrChoice, caption);
  gtk_widget_class_bind_template_child (widget_class, MrChoice, options);
}

static void
mr_choice_init (MrChoice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
