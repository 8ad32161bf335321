/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/safe-popover.h"

#include "view/words.h"

#include <glib/gi18n.h>

struct _MrSafePopover
{
  GtkPopover parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkLabel *answer;
  GtkLabel *here;
  GtkLabel *center;
  GtkLabel *contact;
  GtkLabel *goods;
  GtkLabel *paper;
  GtkProgressBar *progress;
  GtkLabel *problem;
  GtkWidget *sync_button;
};

G_DEFINE_FINAL_TYPE (MrSafePopover, mr_safe_popover, GTK_TYPE_POPOVER)

static char *
center_words (MrSafePopover *self, const MrTillStatus *status)
{
  if (!status->enrolled)
    return g_strdup (_ ("not joined: nothing is copied elsewhere"));
  if (status->waiting == 0)
    return g_strdup (_ ("everything has arrived"));
  g_autofree char *since = mr_words_time (self->till, status->waiting_since_us);
  return g_strdup_printf (ngettext ("%d entry waits since %s", "%d entries wait since %s",
                                    (gulong) status->waiting),
                          (int) MIN (status->waiting, G_MAXINT), since);
}

static char *
goods_words (const MrTillStatus *status)
{
  if (status->snapshot_total > 0)
    {
      g_autofree char *done = g_format_size ((guint64) status->snapshot_done);
      g_autofree char *total = g_format_size ((guint64) status->snapshot_total);
      return g_strdup_printf (_ ("being fetched: %s of %s"), done, total);
    }
  if (status->catalog_v == 0)
    return g_strdup (_ ("none yet"));
  g_autofree char *ago = mr_words_ago (0, MAX (status->catalog_age_us, 0));
  return g_strdup_printf (_ ("version %d, checked %s"), (int) MIN (status->catalog_v, G_MAXINT),
                          ago);
}

static const char *
answer_words (const MrTillStatus *status)
{
  if (!status->enrolled)
    return _ (
        "Every sale is on this computer's disk. Join the shop to a center, and it is also kept "
        "there.");
  if (status->waiting == 0)
    return _ ("Yes. Every sale is on this computer's disk and at the center.");
  return _ ("Yes. Every sale is on this computer's disk; what waits is sent by itself. Keep this "
            "computer until it is.");
}

static void
refresh (MrSafePopover *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  g_autofree char *center = center_words (self, &status);
  g_autofree char *goods = goods_words (&status);
  g_autofree char *contact =
      status.last_contact_us > 0
          ? mr_words_ago (status.last_contact_us, mr_world_now_us (mr_till_get_world (self->till)))
          : g_strdup (_ ("never"));
  gtk_label_set_text (self->answer, answer_words (&status));
  gtk_label_set_text (self->here, _ ("written before each receipt prints"));
  gtk_label_set_text (self->center, center);
  gtk_label_set_text (self->contact, contact);
  gtk_label_set_text (self->goods, goods);
  gtk_label_set_text (self->paper, mr_words_paper (&status));
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

  G_OBJECT_CLASS (klass)->dispose = mr_safe_popover_dispose;
  widget_class->show = mr_safe_popover_show;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/safe-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, answer);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, here);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, center);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, contact);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, goods);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, paper);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, progress);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, problem);
  gtk_widget_class_bind_template_child (widget_class, MrSafePopover, sync_button);
}

static void
mr_safe_popover_init (MrSafePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
