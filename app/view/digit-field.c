/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/digit-field.h"

struct _MrDigitField
{
  GtkButton parent_instance;

  GtkLabel *label;
  GString *text; /* (owned) */
  char *empty_text; /* (owned) (nullable) */
  char *caption; /* (owned) (nullable) */
  gboolean secret;
  guint decimals;
  guint max_length;
};

G_DEFINE_FINAL_TYPE (MrDigitField, mr_digit_field, GTK_TYPE_BUTTON)

enum
{
  PROP_CAPTION = 1,
  PROP_SECRET,
  PROP_DECIMALS,
  PROP_MAX_LENGTH,
  PROP_EMPTY_TEXT,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];
static guint changed_signal;

static void
show (MrDigitField *self)
{
  gboolean empty = self->text->len == 0;
  g_autofree char *dots = NULL;
  const char *shown = self->text->str;
  if (empty)
    shown = self->empty_text != NULL ? self->empty_text : "";
  else if (self->secret)
    {
      GString *hidden = g_string_new (NULL);
      for (gsize i = 0; i < self->text->len; i++)
        g_string_append (hidden, "●");
      shown = dots = g_string_free (hidden, FALSE);
    }
  gtk_label_set_text (self->label, shown);
  if (empty)
    gtk_widget_add_css_class (GTK_WIDGET (self->label), "quiet");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->label), "quiet");
}

static void
changed (MrDigitField *self)
{
  show (self);
  g_signal_emit (self, changed_signal, 0);
}

const char *
mr_digit_field_get_text (MrDigitField *self)
{
  return self->text->str;
}

void
mr_digit_field_clear (MrDigitField *self)
{
  g_string_truncate (self->text, 0);
  changed (self);
}

void
mr_digit_field_set_decimals (MrDigitField *self, guint decimals)
{
  self->decimals = decimals;
}

void
mr_digit_field_set_empty_text (MrDigitField *self, const char *text)
{
  g_free (self->empty_text);
  self->empty_text = g_strdup (text);
  show (self);
}

void
mr_digit_field_set_caption (MrDigitField *self, const char *caption)
{
  g_free (self->caption);
  self->caption = g_strdup (caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, caption,
                                  -1);
}

void
mr_digit_field_set_current (MrDigitField *self, gboolean current)
{
  if (current)
    gtk_widget_add_css_class (GTK_WIDGET (self), "current");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "current");
}

static void
append_digit (MrDigitField *self, char digit)
{
  const char *point = strchr (self->text->str, '.');
  if (self->text->len >= self->max_length)
    return;
  if (point != NULL && strlen (point + 1) >= self->decimals)
    return;
  g_string_append_c (self->text, digit);
  changed (self);
}

gboolean
mr_digit_field_press (MrDigitField *self, MrKey key, gunichar character)
{
  switch ((int) key)
    {
    case MR_KEY_CHARACTER:
      if (character > 0x7F || !g_ascii_isdigit ((char) character))
        return FALSE;
      append_digit (self, (char) character);
      return TRUE;
    case MR_KEY_POINT:
      if (self->decimals == 0 || strchr (self->text->str, '.') != NULL)
        return TRUE;
      g_string_append (self->text, self->text->len == 0 ? "0." : ".");
      changed (self);
      return TRUE;
    case MR_KEY_BACKSPACE:
      if (self->text->len > 0)
        g_string_truncate (self->text, self->text->len - 1);
      changed (self);
      return TRUE;
    case MR_KEY_DELETE:
      mr_digit_field_clear (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
mr_digit_field_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MrDigitField *self = MR_DIGIT_FIELD (object);
  switch (id)
    {
    case PROP_CAPTION:
      mr_digit_field_set_caption (self, g_value_get_string (value));
      break;
    case PROP_SECRET:
      self->secret = g_value_get_boolean (value);
      break;
    case PROP_DECIMALS:
      self->decimals = g_value_get_uint (value);
      break;
    case PROP_MAX_LENGTH:
      self->max_length = g_value_get_uint (value);
      break;
    case PROP_EMPTY_TEXT:
      mr_digit_field_set_empty_text (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mr_digit_field_finalize (GObject *object)
{
  MrDigitField *self = MR_DIGIT_FIELD (object);
  g_string_free (self->text, TRUE);
  g_free (self->empty_text);
  g_free (self->caption);
  G_OBJECT_CLASS (mr_digit_field_parent_class)->finalize (object);
}

static void
mr_digit_field_class_init (MrDigitFieldClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = mr_digit_field_set_property;
  object_class->finalize = mr_digit_field_finalize;
  properties[PROP_CAPTION] = g_param_spec_string ("caption", NULL, NULL, NULL, flags);
  properties[PROP_SECRET] = g_param_spec_boolean ("secret", NULL, NULL, FALSE, flags);
  properties[PROP_DECIMALS] = g_param_spec_uint ("decimals", NULL, NULL, 0, 6, 0, flags);
  properties[PROP_MAX_LENGTH] = g_param_spec_uint ("max-length", NULL, NULL, 1, 32, 12, flags);
  properties[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  changed_signal = g_signal_new ("changed", MR_TYPE_DIGIT_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/digit-field.ui");
  gtk_widget_class_bind_template_child (widget_class, MrDigitField, label);
}

static void
mr_digit_field_init (MrDigitField *self)
{
  self->text = g_string_new (NULL);
  self->max_length = 12;
  gtk_widget_init_template (GTK_WIDGET (self));
}
