/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/reason-view.h"

#include "view/key-button.h"

#include <glib/gi18n.h>

#define MAX_REASONS 4

struct _MrReasonView
{
  GtkBox parent_instance;

  MrReasonKind kind;
  GtkLabel *title;
  GtkBox *reasons;
  GtkEntry *entry;
};

G_DEFINE_FINAL_TYPE (MrReasonView, mr_reason_view, GTK_TYPE_BOX)

static guint chosen_signal;

static const struct
{
  const char *title;
  const char *reasons[MAX_REASONS]; /* the usual one first */
} kinds[] = {
  [MR_REASON_NO_SALE] = { N_ ("Why is the drawer opened?"),
                          { N_ ("Change for a customer"), N_ ("Counting"),
                            N_ ("Putting a mistake right") } },
  [MR_REASON_VOID] = { N_ ("Why is the sale given up?"),
                       { N_ ("The customer changed their mind"), N_ ("Not enough money"),
                         N_ ("Scanned by mistake") } },
  [MR_REASON_RETURN] = { N_ ("Why do the goods come back?"),
                         { N_ ("The customer does not want it"), N_ ("Spoiled or broken"),
                           N_ ("The wrong good"), N_ ("Rung up by mistake") } },
  [MR_REASON_CASH_IN] = { N_ ("Where does the cash come from?"),
                          { N_ ("Change from the bank"), N_ ("From the owner"),
                            N_ ("Putting a mistake right") } },
  [MR_REASON_CASH_OUT] = { N_ ("What is the cash for?"),
                           { N_ ("Goods paid in cash"), N_ ("To the bank"), N_ ("To the owner"),
                             N_ ("Wages") } },
};

static void
choose (MrReasonView *self, const char *reason)
{
  g_signal_emit (self, chosen_signal, 0, reason);
}

static void
on_reason (GtkButton *button, MrReasonView *self)
{
  choose (self, g_object_get_data (G_OBJECT (button), "reason"));
}

static void
on_entry_done (MrReasonView *self)
{
  g_autofree char *words =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  if (words[0] != '\0')
    choose (self, words);
}

static GtkWidget *
create_button (MrReasonView *self, guint number, const char *reason)
{
  g_autofree char *caption = g_strdup_printf ("%u · %s", number, reason);
  GtkWidget *button = gtk_button_new_with_label (caption);
  gtk_widget_add_css_class (button, "tall");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, reason,
                                  -1);
  g_object_set_data (G_OBJECT (button), "reason", (gpointer) reason);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_reason), self, 0);
  return button;
}

void
mr_reason_view_ask (MrReasonView *self, MrReasonKind kind)
{
  GtkWidget *child;
  self->kind = kind;
  gtk_label_set_text (self->title, _ (kinds[kind].title));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->reasons))) != NULL)
    gtk_box_remove (self->reasons, child);
  for (guint i = 0; i < MAX_REASONS && kinds[kind].reasons[i] != NULL; i++)
    gtk_box_append (self->reasons, create_button (self, i + 1, _ (kinds[kind].reasons[i])));
}

gboolean
mr_reason_view_press (MrReasonView *self, MrKey key, gunichar character)
{
  guint index = key == MR_KEY_ENTER ? 0 : MAX_REASONS;
  if (key == MR_KEY_CHARACTER && character >= '1' && character < '1' + MAX_REASONS)
    index = (guint) (character - '1');
  if (index >= MAX_REASONS || kinds[self->kind].reasons[index] == NULL)
    return key == MR_KEY_CHARACTER;
  choose (self, _ (kinds[self->kind].reasons[index]));
  return TRUE;
}

static void
mr_reason_view_class_init (MrReasonViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  chosen_signal = g_signal_new ("chosen", MR_TYPE_REASON_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/reason-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MrReasonView, title);
  gtk_widget_class_bind_template_child (widget_class, MrReasonView, reasons);
  gtk_widget_class_bind_template_child (widget_class, MrReasonView, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_done);
}

static void
mr_reason_view_init (MrReasonView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
