/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/center-form.h"

#include "view/words.h"

#include <glib/gi18n.h>

struct _MrCenterForm
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  GtkLabel *joined;
  GtkWidget *form;
  GtkEditable *url;
  GtkEditable *code;
  GtkEditable *name;
  GtkWidget *join_button;
  GtkLabel *message;
};

G_DEFINE_FINAL_TYPE (MrCenterForm, mr_center_form, GTK_TYPE_BOX)

static void
refresh (MrCenterForm *self)
{
  MrTillStatus status;
  mr_till_get_status (self->till, &status);
  /* A till the center no longer takes for its own may be joined anew. */
  gtk_widget_set_visible (self->form, !status.enrolled || status.link == MR_LINK_REVOKED ||
                                          status.link == MR_LINK_REPLACED);
  if (status.enrolled)
    {
      g_autofree char *words =
          g_strdup_printf (_ ("Joined to %s as till %d of %s."), status.center_url,
                           (int) status.till_number, status.shop_name);
      gtk_label_set_text (self->joined, words);
    }
  else
    gtk_label_set_text (self->joined,
                        _ ("The center brings the region's goods and prices and keeps "
                           "a copy of every sale. Without it the till sells by "
                           "price."));
}

static void
say (MrCenterForm *self, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (self->message), text != NULL);
  gtk_label_set_text (self->message, text != NULL ? text : "");
}

static void
on_enrolled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrCenterForm) self = user_data;
  g_autoptr (GError) error = NULL;
  gtk_widget_set_sensitive (self->join_button, TRUE);
  if (mr_till_enrol_finish (MR_TILL (source), result, &error))
    {
      say (self, NULL);
      gtk_editable_set_text (self->code, "");
      refresh (self);
      return;
    }
  g_autofree char *words = g_strdup_printf (
      _ ("The center did not take this till. Check the address and the code. (%s)"),
      error->message);
  say (self, words);
}

static void
on_join (MrCenterForm *self)
{
  g_autofree char *url = g_strstrip (g_strdup (gtk_editable_get_text (self->url)));
  g_autofree char *code = g_strstrip (g_strdup (gtk_editable_get_text (self->code)));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  if (url[0] == '\0' || code[0] == '\0')
    {
      say (self, _ ("The address and the code are needed: the center's people give them out."));
      return;
    }
  say (self, NULL);
  gtk_widget_set_sensitive (self->join_button, FALSE);
  mr_till_enrol_async (self->till, url, code, name[0] != '\0' ? name : _ ("Till"), on_enrolled,
                       g_object_ref (self));
}

void
mr_center_form_set_till (MrCenterForm *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}

static void
mr_center_form_dispose (GObject *object)
{
  MrCenterForm *self = MR_CENTER_FORM (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_center_form_parent_class)->dispose (object);
}

static void
mr_center_form_class_init (MrCenterFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_center_form_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/center-form.ui");
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, joined);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, form);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, url);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, code);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, name);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, join_button);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, message);
  gtk_widget_class_bind_template_callback (widget_class, on_join);
}

static void
mr_center_form_init (MrCenterForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
