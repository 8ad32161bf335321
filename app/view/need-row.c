/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/need-row.h"

#include "view/need-words.h"

#include <glib/gi18n.h>

struct _MrNeedRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *title;
  GtkLabel *detail;
  GtkLabel *meaning;
  GtkLabel *advice;
  GtkWidget *buttons;
  GtkButton *button;
  GtkButton *known_button;
};

G_DEFINE_FINAL_TYPE (MrNeedRow, mr_need_row, GTK_TYPE_LIST_BOX_ROW)

/* Only who runs the shop puts anything away. */
static void
show_known_button (MrNeedRow *self, MrTill *till, const MrNeedFacts *facts, const char *title)
{
  gboolean may = mr_session_may (mr_till_get_session (till), MR_MAY_CHANGE_SETTINGS);
  g_autofree char *spoken = g_strdup_printf ("%s: %s", _ ("Put away"), title);

  gtk_widget_set_visible (GTK_WIDGET (self->known_button), may && *facts->what != '\0');
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->known_button), "(ssx)", facts->what,
                                    facts->subject, facts->at_us);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->known_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

GtkWidget *
mr_need_row_new (MrTill *till, MrNeed *need)
{
  MrNeedRow *self = g_object_new (MR_TYPE_NEED_ROW, NULL);
  const MrNeedFacts *facts = mr_need_get_facts (need);
  const char *caption = NULL;
  const char *action = mr_need_words_action (facts, &caption);
  g_autofree char *title = mr_need_words_title (till, facts);
  g_autofree char *detail = mr_need_words_detail (till, facts);
  g_autofree char *meaning = mr_need_words_meaning (till, facts);
  g_autofree char *spoken =
      g_strdup_printf ("%s. %s %s", title, meaning, mr_need_words_advice (facts));

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->detail, detail);
  gtk_label_set_text (self->meaning, meaning);
  gtk_label_set_text (self->advice, mr_need_words_advice (facts));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->button), action != NULL);
  if (action != NULL)
    {
      gtk_button_set_label (self->button, caption);
      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->button), action);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      caption, -1);
    }
  show_known_button (self, till, facts, title);
  gtk_widget_set_visible (self->buttons,
                          gtk_widget_get_visible (GTK_WIDGET (self->button)) ||
                              gtk_widget_get_visible (GTK_WIDGET (self->known_button)));
  return GTK_WIDGET (self);
}

static void
mr_need_row_class_init (MrNeedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/need-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, title);
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, detail);
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, meaning);
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, advice);
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, buttons);
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, button);
  gtk_widget_class_bind_template_child (widget_class, MrNeedRow, known_button);
}

static void
mr_need_row_init (MrNeedRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
