/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/rail.h"

#include <glib/gi18n.h>

struct _MrRail
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkWidget *sale_button;
  GtkWidget *held_button;
  GtkWidget *receipts_button;
  GtkWidget *shift_button;
  GtkWidget *needs_button;
  GtkWidget *settings_button;
  GtkWidget *sale_label;
  GtkWidget *held_label;
  GtkWidget *receipts_label;
  GtkWidget *shift_label;
  GtkWidget *needs_label;
  GtkWidget *settings_label;
  GtkLabel *held_badge;
  GtkLabel *needs_badge;
};

G_DEFINE_FINAL_TYPE (MrRail, mr_rail, GTK_TYPE_BOX)

static void
show_badge (GtkLabel *badge, GtkWidget *button, const char *name, guint n)
{
  g_autofree char *count = g_strdup_printf ("%u", n);
  /* Translators: a page's name and how many things are on it */
  g_autofree char *spoken = n > 0 ? g_strdup_printf (_ ("%s: %u"), name, n) : g_strdup (name);
  gtk_widget_set_visible (GTK_WIDGET (badge), n > 0);
  gtk_label_set_text (badge, count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  -1);
}

static void
show_held (MrRail *self)
{
  g_autoptr (GPtrArray) held = mr_checkout_list_held (mr_till_get_checkout (self->till));
  show_badge (self->held_badge, self->held_button, _ ("Held"), held->len);
}

static void
show_needs (MrRail *self)
{
  show_badge (self->needs_badge, self->needs_button, _ ("Needs you"),
              g_list_model_get_n_items (G_LIST_MODEL (mr_till_get_needs (self->till))));
}

static void
show_rights (MrRail *self)
{
  MrSession *session = mr_till_get_session (self->till);
  gtk_widget_set_visible (self->held_button, mr_session_may (session, MR_MAY_HOLD));
  gtk_widget_set_visible (self->receipts_button, mr_session_may (session, MR_MAY_REPRINT));
  gtk_widget_set_visible (self->shift_button, mr_session_may (session, MR_MAY_CLOSE_SHIFT) ||
                                                  mr_session_may (session, MR_MAY_OPEN_SHIFT));
  gtk_widget_set_visible (self->needs_button, mr_session_may (session, MR_MAY_CHANGE_SETTINGS));
  gtk_widget_set_visible (self->settings_button, mr_session_may (session, MR_MAY_CHANGE_SETTINGS));
}

void
mr_rail_set_narrow (MrRail *self, gboolean narrow)
{
  GtkWidget *labels[] = { self->sale_label,  self->held_label,  self->receipts_label,
                          self->shift_label, self->needs_label, self->settings_label };
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      gtk_widget_set_visible (labels[i], !narrow);
      gtk_widget_set_tooltip_text (gtk_widget_get_ancestor (labels[i], GTK_TYPE_BUTTON),
                                   narrow ? gtk_label_get_text (GTK_LABEL (labels[i])) : NULL);
    }
  if (narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
}

void
mr_rail_set_till (MrRail *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (mr_till_get_checkout (till), "held-changed", G_CALLBACK (show_held),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_session (till), "changed", G_CALLBACK (show_rights), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_needs (till), "items-changed", G_CALLBACK (show_needs), self,
                           G_CONNECT_SWAPPED);
  show_held (self);
  show_needs (self);
  show_rights (self);
}

static void
mr_rail_dispose (GObject *object)
{
  MrRail *self = MR_RAIL (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_rail_parent_class)->dispose (object);
}

static void
mr_rail_class_init (MrRailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_rail_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/rail.ui");
  gtk_widget_class_bind_template_child (widget_class, MrRail, sale_button);
  gtk_widget_class_bind_template_child (widget_class, MrRail, held_button);
  gtk_widget_class_bind_template_child (widget_class, MrRail, receipts_button);
  gtk_widget_class_bind_template_child (widget_class, MrRail, shift_button);
  gtk_widget_class_bind_template_child (widget_class, MrRail, needs_button);
  gtk_widget_class_bind_template_child (widget_class, MrRail, settings_button);
  gtk_widget_class_bind_template_child (widget_class, MrRail, sale_label);
  gtk_widget_class_bind_template_child (widget_class, MrRail, held_label);
  gtk_widget_class_bind_template_child (widget_class, MrRail, receipts_label);
  gtk_widget_class_bind_template_child (widget_class, MrRail, shift_label);
  gtk_widget_class_bind_template_child (widget_class, MrRail, needs_label);
  gtk_widget_class_bind_template_child (widget_class, MrRail, settings_label);
  gtk_widget_class_bind_template_child (widget_class, MrRail, held_badge);
  gtk_widget_class_bind_template_child (widget_class, MrRail, needs_badge);
}

static void
mr_rail_init (MrRail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
