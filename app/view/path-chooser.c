/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/path-chooser.h"

#define CHOOSER "mr-path-chooser"

static void
on_response (GtkNativeDialog *dialog, int response, GtkWidget *widget)
{
  MrPathChosen on_chosen = (MrPathChosen) g_object_get_data (G_OBJECT (dialog), "on-chosen");
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    on_chosen (widget, path);
  g_object_set_data (G_OBJECT (widget), CHOOSER, NULL);
}

void
mr_choose_path (GtkWidget *widget, const char *title, GtkFileChooserAction action,
                MrPathChosen on_chosen)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (title, GTK_WINDOW (root), action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "on-chosen", (gpointer) on_chosen);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), widget);
  /* It lives as long as it is open, and no longer than who asked. */
  g_object_set_data_full (G_OBJECT (widget), CHOOSER, dialog, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
