/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/safe-popover.h"

#include "view/key-button.h"
#include "view/safe-words.h"

#include <glib/gi18n.h>

#define WORDS_CHARS 40

struct _MrSafePopover
{
  GtkPopover parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkLabel *answer;
  GtkGrid *facts;
  GtkProgressBar *progress;
  GtkLabel *problem;
  MrKeyButton *needs_button;
  GtkWidget *sync_button;
};

G_DEFINE_FINAL_TYPE (MrSafePopover, mr_safe_popover, GTK_TYPE_POPOVER)

static GtkWidget *
create_label (const char *text, const char *css_class, int width_chars)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), width_chars > 0);
  gtk_label_set_width_chars (GTK_LABEL (label), width_chars);
  gtk_label_set_max_width_chars (GTK_LABEL (label), width_chars);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
attach_fact (MrSafePopover *self, const MrSafeFact *fact, int row)
{
  GtkWidget *sign = gtk_image_new_from_icon_name (fact->bad ? "mr-warning-symbolic" : NULL);
  gtk_widget_set_valign (sign, GTK_ALIGN_START);
  gtk_widget_set_size_request (sign, 20, 20);
  gtk_grid_attach (self->facts, create_label (fact->title, "quiet", -1), 0, row, 1, 1);
  gtk_grid_attach (self->facts, sign, 1, row, 1, 1);
  gtk_grid_attach (self->facts,
                   create_label (fact->words, fact->bad ? "strong" : NULL, WORDS_CHARS), 2, row, 1,
                   1);
}

static void
show_facts (MrSafePopover *self, const MrTillStatus *status)
{
  g_autoptr (GPtrArray) facts = mr_safe_words_list (self->till, status);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);
  for (guint i = 0; i < facts->len; i++)
    attach_fact (self, g_ptr_array_index (facts, i), (int) i);
}

static void
show_needs (MrSafePopover *self)
{
  MrSession *session = mr_till_get_session (self->till);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (mr_till_get_needs (self->till)));
  g_autofree char *caption = g_strdup_printf (_ ("%s: %u"), _ ("Needs you"), n);
  mr_key_button_set_caption (self->needs_button, caption);
  gtk_widget_set_visible (GTK_WIDGET (self->needs_button),
                          n > 0 && mr_session_may (session, MR_MAY_CHANGE_SETTINGS));
}

static void
refresh (MrSafePopover *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  gtk_label_set_text (self->answer, mr_safe_words_answer (&status));
  show_facts (self, &status);
  show_needs (self);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), status.snapshot_total > 0);
  if (status.snapshot_total > 0)
    gtk_progress_bar_set_fraction (self->progress,
                                   (double) status.snapshot_done / (double) status.snapshot_total);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), status.problem[0] != '\0');
  gtk_label_set_text (self->problem, status.problem);
  gtk_widget_set_visible (self->sync_button, status.enrolled);
}

static void
on_status_changed (MrSafePopover *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    refresh (self);
}

void
mr_safe_popover_set_till (MrSafePopover *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (on_status_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
mr_safe_popover_show (GtkWidget *widget)
{
  gboolean solid = !gdk_display_is_composited (gtk_widget_get_display (widget));
  gtk_popover_set_has_arrow (GTK_POPOVER (widget), !solid);
  if (solid)
    gtk_widget_add_css_class (widget, "solid");
  else
    gtk_widget_remove_css_class (widget, "solid");
  refresh (MR_SAFE_POPOVER (widget));
  GTK_WIDGET_CLASS (mr_safe_popover_parent_class)->show (widget);
}

static void
mr_safe_popover_dispose (GObject *object)
{
  MrSafePopover *self = MR_SAFE_POPOVER (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_safe_popover_parent_class)->dispose (object);
}

static void
mr_safe_popover_class_init (MrSafePopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_KEY_BUTTON);
  G_OBJECT_CLASS (klass)->dispose = mr_safe_popover_dispose;
  widget_class->show = mr_safe_popover_show;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/safe-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, answer);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, facts);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, needs_button);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, progress);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, problem);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, sync_button);
}

static void
mr_safe_popover_init (MrSafePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
