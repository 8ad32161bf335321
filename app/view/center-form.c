/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/center-form.h"

#include "view/path-chooser.h"
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
  GtkWidget *restore; /* going on from a backup: of a till that is none yet */
  GtkEditable *backup;
  GtkWidget *restore_button;
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
  gtk_widget_set_visible (self->restore, !status.enrolled && status.center_url[0] == '\0');
  if (!status.enrolled && status.center_url[0] != '\0')
    {
      g_autofree char *words = g_strdup_printf (
          _ ("This computer goes on as till %d of %s. Ask the center for a code for that till and "
             "join with it; until then sales are kept here."),
          (int) status.till_number, status.shop_name);
      gtk_label_set_text (self->joined, words);
      if (gtk_editable_get_text (self->url)[0] == '\0')
        gtk_editable_set_text (self->url, status.center_url);
    }
  else if (status.enrolled)
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

/* --- from a backup --- */

/* The journal is replaced before it is opened: the program begins anew. */
static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrCenterForm) self = user_data;
  g_autoptr (GError) error = NULL;

  gtk_widget_set_sensitive (self->restore_button, TRUE);
  if (mr_till_restore_finish (MR_TILL (source), result, &error))
    {
      g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "restart",
                                      NULL);
      return;
    }
  g_autofree char *words = g_strdup_printf (
      _ ("This file cannot be used; nothing was changed. Try an older backup. (%s)"),
      error->message);
  say (self, words);
}

static void
on_restore (MrCenterForm *self)
{
  g_autofree char *path = g_strstrip (g_strdup (gtk_editable_get_text (self->backup)));

  if (path[0] == '\0')
    {
      say (self, _ ("Choose the backup file first: it was made when the till was last closed."));
      return;
    }
  say (self, _ ("The backup is being looked through."));
  gtk_widget_set_sensitive (self->restore_button, FALSE);
  mr_till_restore_async (self->till, path, on_restored, g_object_ref (self));
}

static void
on_chosen (GtkWidget *widget, const char *path)
{
  gtk_editable_set_text (MR_CENTER_FORM (widget)->backup, path);
}

static void
on_choose (MrCenterForm *self)
{
  mr_choose_path (GTK_WIDGET (self), _ ("Backup file"), GTK_FILE_CHOOSER_ACTION_OPEN, on_chosen);
}

void
mr_center_form_set_till (MrCenterForm *self, MrTill *till)
{
  g_set_object (&self->till, till);
  g_signal_connect_object (till, "status-changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
  if (!mr_till_is_enrolled (till))
    {
      g_autofree char *found = mr_till_find_backup (till);
      gtk_editable_set_text (self->backup, found != NULL ? found : "");
    }
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
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, restore);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, backup);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, restore_button);
  gtk_widget_class_bind_template_child (widget_class, MrCenterForm, message);
  gtk_widget_class_bind_template_callback (widget_class, on_join);
  gtk_widget_class_bind_template_callback (widget_class, on_restore);
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
}

static void
mr_center_form_init (MrCenterForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
