/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/key-button.h"

#include "view/words.h"

struct _MrKeyButton
{
  GtkButton parent_instance;

  GtkImage *icon;
  GtkLabel *caption;
  GtkLabel *key;
};

G_DEFINE_FINAL_TYPE (MrKeyButton, mr_key_button, GTK_TYPE_BUTTON)

enum
{
  PROP_CAPTION = 1,
  PROP_PICTURE,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

void
mr_key_button_set_caption (MrKeyButton *self, const char *caption)
{
  gtk_label_set_text (self->caption, caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, caption,
                                  -1);
}

static void
show_key (MrKeyButton *self, MrKeypad *keypad)
{
  const char *action = gtk_actionable_get_action_name (GTK_ACTIONABLE (self));
  if (action == NULL || !g_str_has_prefix (action, "win."))
    return;
  GVariant *target = gtk_actionable_get_action_target_value (GTK_ACTIONABLE (self));
  const char *text = target != NULL && g_variant_is_of_type (target, G_VARIANT_TYPE_STRING)
                         ? g_variant_get_string (target, NULL)
                         : "";
  MrKey key = mr_keypad_find_key (keypad, action + strlen ("win."), text);
  gtk_widget_set_visible (GTK_WIDGET (self->key), key != MR_KEY_NONE);
  gtk_label_set_text (self->key, key != MR_KEY_NONE ? mr_words_key (key) : "");
}

void
mr_key_button_update_all (GtkWidget *root, MrKeypad *keypad)
{
  if (MR_IS_KEY_BUTTON (root))
    show_key (MR_KEY_BUTTON (root), keypad);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    mr_key_button_update_all (child, keypad);
}

static void
mr_key_button_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MrKeyButton *self = MR_KEY_BUTTON (object);
  switch (id)
    {
    case PROP_CAPTION:
      mr_key_button_set_caption (self, g_value_get_string (value));
      break;
    case PROP_PICTURE:
      gtk_image_set_from_icon_name (self->icon, g_value_get_string (value));
      gtk_widget_set_visible (GTK_WIDGET (self->icon), g_value_get_string (value) != NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mr_key_button_class_init (MrKeyButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = mr_key_button_set_property;
  properties[PROP_CAPTION] =
      g_param_spec_string ("caption", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PICTURE] =
      g_param_spec_string ("picture", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/key-button.ui");
  gtk_widget_class_bind_template_child (widget_class, MrKeyButton, icon);
  gtk_widget_class_bind_template_child (widget_class, MrKeyButton, caption);
  gtk_widget_class_bind_template_child (widget_class, MrKeyButton, key);
}

static void
mr_key_button_init (MrKeyButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
