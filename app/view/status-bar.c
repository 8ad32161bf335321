/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/status-bar.h"

#include "view/words.h"

#include <glib/gi18n.h>

#define CLOCK_INTERVAL_S 5

struct _MrStatusBar
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  guint clock_source;
  GtkLabel *shop;
  GtkWidget *shop_button;
  GtkWidget *link_button;
  GtkImage *link_icon;
  GtkLabel *link;
  GtkWidget *paper_button;
  GtkWidget *paper_icon;
  GtkLabel *paper;
  GtkWidget *person_button;
  GtkLabel *person;
  GtkLabel *clock;
};

G_DEFINE_FINAL_TYPE (MrStatusBar, mr_status_bar, GTK_TYPE_BOX)

static void
name_button (GtkWidget *button, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
set_class (GtkWidget *widget, const char *css_class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
show_shop (MrStatusBar *self, const MrTillStatus *status)
{
  g_autofree char *words =
      status->till_number > 0
          ? g_strdup_printf (_ ("%s · till %d"), status->shop_name, (int) status->till_number)
          : g_strdup (status->shop_name[0] != '\0' ? status->shop_name : _ ("Millrace"));
  gtk_label_set_text (self->shop, words);
  name_button (self->shop_button, words);
}

static void
show_link (MrStatusBar *self, const MrTillStatus *status)
{
  g_autofree char *words = mr_words_link (status);
  gboolean trouble = status->link != MR_LINK_ONLINE && status->link != MR_LINK_NOT_ENROLLED;
  gtk_label_set_text (self->link, words);
  gtk_image_set_from_icon_name (self->link_icon, status->link == MR_LINK_ONLINE
                                                     ? "mr-online-symbolic"
                                                     : "mr-offline-symbolic");
  set_class (self->link_button, "trouble", trouble);
  set_class (GTK_WIDGET (self->link_icon), "well", status->link == MR_LINK_ONLINE);
  name_button (self->link_button, words);
}

static void
show_paper (MrStatusBar *self, const MrTillStatus *status)
{
  const char *words = mr_words_paper (status);
  gtk_label_set_text (self->paper, words);
  set_class (self->paper_button, "trouble", status->paper == MR_PAPER_TROUBLE);
  set_class (self->paper_icon, "well",
             status->paper == MR_PAPER_READY || status->paper == MR_PAPER_PRINTING);
  name_button (self->paper_button, words);
}

static void
show_person (MrStatusBar *self)
{
  MrSession *session = mr_till_get_session (self->till);
  gboolean staffed = !mr_session_is_simple (session) && mr_session_is_signed_in (session);
  gtk_widget_set_visible (self->person_button, staffed);
  if (!staffed)
    return;
  g_autofree char *name = g_strdup_printf (_ ("%s: sign out"), mr_session_get_name (session));
  gtk_label_set_text (self->person, mr_session_get_name (session));
  gtk_widget_set_tooltip_text (self->person_button, name);
  name_button (self->person_button, name);
}

static gboolean
on_clock (gpointer user_data)
{
  MrStatusBar *self = user_data;
  g_autofree char *time =
      mr_words_time (self->till, mr_world_now_us (mr_till_get_world (self->till)));
  gtk_label_set_text (self->clock, time);
  return G_SOURCE_CONTINUE;
}

static void
on_status_changed (MrStatusBar *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  show_shop (self, &status);
  show_link (self, &status);
  show_paper (self, &status);
  show_person (self);
  on_clock (self);
}

void
mr_status_bar_set_till (MrStatusBar *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (on_status_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_session (till), "changed", G_CALLBACK (on_status_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_spooler (till), "changed", G_CALLBACK (on_status_changed),
                           self, G_CONNECT_SWAPPED);
  self->clock_source = g_timeout_add_seconds (CLOCK_INTERVAL_S, on_clock, self);
  on_status_changed (self);
}

GtkWidget *
mr_status_bar_get_link_button (MrStatusBar *self)
{
  return self->link_button;
}

static void
mr_status_bar_dispose (GObject *object)
{
  MrStatusBar *self = MR_STATUS_BAR (object);
  g_clear_handle_id (&self->clock_source, g_source_remove);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_status_bar_parent_class)->dispose (object);
}

static void
mr_status_bar_class_init (MrStatusBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_status_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/status-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, shop);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, shop_button);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, link_button);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, link_icon);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, link);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, paper_button);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, paper_icon);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, paper);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, person_button);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, person);
  gtk_widget_class_bind_template_child (widget_class, MrStatusBar, clock);
}

static void
mr_status_bar_init (MrStatusBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
