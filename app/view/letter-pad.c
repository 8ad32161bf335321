/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/letter-pad.h"

struct _MrLetterPad
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (MrLetterPad, mr_letter_pad, GTK_TYPE_WIDGET)

static guint letter_signal;
static guint backspace_signal;

static void
on_clicked (GtkButton *button, MrLetterPad *self)
{
  const char *name = gtk_widget_get_name (GTK_WIDGET (button));
  if (g_str_equal (name, "backspace"))
    g_signal_emit (self, backspace_signal, 0);
  else
    g_signal_emit (self, letter_signal, 0, (guint) name[0]);
}

static void
mr_letter_pad_dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mr_letter_pad_parent_class)->dispose (object);
}

static void
mr_letter_pad_class_init (MrLetterPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_letter_pad_dispose;
  letter_signal = g_signal_new ("letter", MR_TYPE_LETTER_PAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  backspace_signal = g_signal_new ("backspace", MR_TYPE_LETTER_PAD, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/letter-pad.ui");
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mr_letter_pad_init (MrLetterPad *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
