/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/number-pad.h"

struct _MrNumberPad
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (MrNumberPad, mr_number_pad, GTK_TYPE_WIDGET)

enum
{
  PROP_MONEY = 1,
  PROP_ENTER_CAPTION,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];
static guint pressed_signal;

static void
on_clicked (GtkButton *button, MrNumberPad *self)
{
  const char *name = gtk_widget_get_name (GTK_WIDGET (button));
  if (g_str_equal (name, "backspace"))
    g_signal_emit (self, pressed_signal, 0, MR_KEY_BACKSPACE, 0);
  else if (g_str_equal (name, "clear"))
    g_signal_emit (self, pressed_signal, 0, MR_KEY_DELETE, 0);
  else if (g_str_equal (name, "enter"))
    g_signal_emit (self, pressed_signal, 0, MR_KEY_ENTER, 0);
  else if (g_str_equal (name, "point"))
    g_signal_emit (self, pressed_signal, 0, MR_KEY_POINT, 0);
  else
    for (const char *digit = name; *digit != '\0'; digit++)
      g_signal_emit (self, pressed_signal, 0, MR_KEY_CHARACTER, (guint) *digit);
}

static GtkWidget *
find_button (MrNumberPad *self, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_str_equal (gtk_widget_get_name (child), name))
      return child;
  g_assert_not_reached ();
}

void
mr_number_pad_set_money (MrNumberPad *self, gboolean money)
{
  /* Without them the grid keeps its shape: a finger knows where the zero is. */
  gtk_widget_set_sensitive (find_button (self, "point"), money);
  gtk_widget_set_sensitive (find_button (self, "00"), money);
}

void
mr_number_pad_set_enter_caption (MrNumberPad *self, const char *caption)
{
  gtk_button_set_label (GTK_BUTTON (find_button (self, "enter")), caption);
}

static void
mr_number_pad_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MrNumberPad *self = MR_NUMBER_PAD (object);
  switch (id)
    {
    case PROP_MONEY:
      mr_number_pad_set_money (self, g_value_get_boolean (value));
      break;
    case PROP_ENTER_CAPTION:
      mr_number_pad_set_enter_caption (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mr_number_pad_dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mr_number_pad_parent_class)->dispose (object);
}

static void
mr_number_pad_class_init (MrNumberPadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = mr_number_pad_set_property;
  object_class->dispose = mr_number_pad_dispose;
  properties[PROP_MONEY] =
      g_param_spec_boolean ("money", NULL, NULL, TRUE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ENTER_CAPTION] = g_param_spec_string ("enter-caption", NULL, NULL, NULL,
                                                        G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  pressed_signal = g_signal_new ("pressed", MR_TYPE_NUMBER_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_UINT);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/number-pad.ui");
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mr_number_pad_init (MrNumberPad *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
