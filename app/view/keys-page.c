/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/keys-page.h"

#include "view/choice.h"
#include "view/key-button.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrKeysPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  MrChoice *set;
  GtkFlowBox *list;
};

G_DEFINE_FINAL_TYPE (MrKeysPage, mr_keys_page, GTK_TYPE_BOX)

static void
add (MrKeysPage *self, const char *key, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *cap = gtk_label_new (key);
  GtkWidget *label = gtk_label_new (text);
  gtk_widget_add_css_class (cap, "key-cap");
  gtk_widget_set_valign (cap, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (cap, 72, -1);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box), cap);
  gtk_box_append (GTK_BOX (box), label);
  gtk_flow_box_append (self->list, box);
  gtk_widget_set_focusable (gtk_widget_get_parent (box), FALSE);
}

static void
refresh (MrKeysPage *self)
{
  const MrKeyBinding *bindings = mr_keypad_get_bindings (mr_till_get_keypad (self->till));
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_flow_box_remove (self->list, child);
  for (; bindings->key != MR_KEY_NONE; bindings++)
    add (self, mr_words_key (bindings->key), _ (bindings->label));
  /* Keys of the window, the same in every set. */
  add (self, "A–Z", _ ("Search by name or initials"));
  add (self, "↑ ↓", _ ("Open another line of the basket"));
  add (self, "Alt 1–6", _ ("Pages, in the order of the left edge"));
  add (self, "Alt ↵", _ ("The whole screen, or a window"));
}

void
mr_keys_page_set_till (MrKeysPage *self, MrTill *till)
{
  MrSettings *settings = mr_till_get_settings (till);
  g_set_object (&self->till, till);
  mr_choice_set_setting (self->set, settings, MR_SETTING_KEY_SET);
  mr_choice_add (self->set, mr_key_set_to_string (MR_KEY_SET_CHINESE), _ ("Numeric keypad"));
  mr_choice_add (self->set, mr_key_set_to_string (MR_KEY_SET_INTERNATIONAL), _ ("Function keys"));
  g_signal_connect_object (settings, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}

static void
mr_keys_page_dispose (GObject *object)
{
  MrKeysPage *self = MR_KEYS_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_keys_page_parent_class)->dispose (object);
}

static void
mr_keys_page_class_init (MrKeysPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_CHOICE);
  g_type_ensure (MR_TYPE_KEY_BUTTON);
  G_OBJECT_CLASS (klass)->dispose = mr_keys_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/keys-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrKeysPage, set);
  gtk_widget_class_bind_template_child (widget_class, MrKeysPage, list);
}

static void
mr_keys_page_init (MrKeysPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
