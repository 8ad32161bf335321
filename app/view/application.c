/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/application.h"

#include "view/customer-screen.h"
#include "view/language.h"
#include "view/line-painter.h"
#include "view/window.h"

/* Made by glib-compile-resources from ui/millrace.gresource.xml. */
GResource *mr_view_get_resource (void);

struct _MrApplication
{
  AdwApplication parent_instance;

  MrTill *till; /* (owned) */
  MrCustomerScreen *customer; /* (owned) (nullable): with the window */
  gboolean to_restart;
  guint language_source;
};

G_DEFINE_FINAL_TYPE (MrApplication, mr_application, ADW_TYPE_APPLICATION)

static const char *
get_language (MrApplication *self)
{
  return mr_settings_get (mr_till_get_settings (self->till), MR_SETTING_LANGUAGE);
}

/* With what the customer sees beside it. */
static MrWindow *
make_window (MrApplication *self)
{
  MrWindow *window = mr_window_new (GTK_APPLICATION (self), self->till);
  if (self->customer != NULL)
    mr_customer_screen_close (self->customer);
  g_clear_object (&self->customer);
  self->customer = mr_customer_screen_new (self->till, GTK_WINDOW (window));
  return window;
}

/* Texts are set when a window is made; another language is another window. */
static gboolean
on_language (gpointer user_data)
{
  MrApplication *self = user_data;
  GtkWindow *before = gtk_application_get_active_window (GTK_APPLICATION (self));
  MrWindow *window;
  char *page;
  self->language_source = 0;
  if (before == NULL)
    return G_SOURCE_REMOVE;
  page = g_strdup (mr_window_get_page (MR_WINDOW (before)));
  mr_language_use (get_language (self));
  window = make_window (self);
  if (g_str_equal (page, "settings"))
    mr_window_show_page (window, page);
  gtk_window_present (GTK_WINDOW (window));
  gtk_window_destroy (before);
  g_free (page);
  return G_SOURCE_REMOVE;
}

static void
on_language_changed (MrApplication *self)
{
  /* Not while the button that changed it is still at work. */
  if (self->language_source == 0)
    self->language_source = g_idle_add (on_language, self);
}

static void
mr_application_activate (GApplication *application)
{
  MrApplication *self = MR_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  if (window == NULL)
    window = GTK_WINDOW (make_window (self));
  gtk_window_present (window);
}

/* Keys of the desktop's kind; those of selling are the till's own (till/keypad.h). */
static void
set_keys (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *keys[2];
  } keys[] = {
    { "win.page::sale", { "<Alt>1", NULL } },      { "win.page::held", { "<Alt>2", NULL } },
    { "win.page::receipts", { "<Alt>3", NULL } },  { "win.page::shift", { "<Alt>4", NULL } },
    { "win.page::needs", { "<Alt>5", NULL } },     { "win.page::settings", { "<Alt>6", NULL } },
    { "win.fullscreen", { "<Alt>Return", NULL } },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (application, keys[i].action, keys[i].keys);
}

static void
on_restart (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MrApplication *self = user_data;

  self->to_restart = TRUE;
  g_application_quit (G_APPLICATION (self));
}

static void
mr_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = { { .name = "restart", .activate = on_restart } };
  MrApplication *self = MR_APPLICATION (application);
  mr_language_use (get_language (self));
  G_APPLICATION_CLASS (mr_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (MR_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_keys (GTK_APPLICATION (self));
  mr_spooler_set_painter (mr_till_get_spooler (self->till), mr_line_painter_paint, NULL, NULL);
  g_signal_connect_object (mr_till_get_settings (self->till), "changed::" MR_SETTING_LANGUAGE,
                           G_CALLBACK (on_language_changed), self, G_CONNECT_SWAPPED);
}

static void
mr_application_dispose (GObject *object)
{
  MrApplication *self = MR_APPLICATION (object);
  g_clear_handle_id (&self->language_source, g_source_remove);
  g_clear_object (&self->customer);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_application_parent_class)->dispose (object);
}

static void
mr_application_class_init (MrApplicationClass *klass)
{
  /* Naming the resources is what makes the linker take them out of their static library. */
  g_resources_register (mr_view_get_resource ());
  G_OBJECT_CLASS (klass)->dispose = mr_application_dispose;
  G_APPLICATION_CLASS (klass)->activate = mr_application_activate;
  G_APPLICATION_CLASS (klass)->startup = mr_application_startup;
}

static void
mr_application_init (MrApplication *self)
{
}

gboolean
mr_application_is_to_restart (MrApplication *self)
{
  return self->to_restart;
}

void
mr_application_draw_plainly (void)
{
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
}

MrApplication *
mr_application_new (MrTill *till, gboolean unique)
{
  MrApplication *self =
      g_object_new (MR_TYPE_APPLICATION, "application-id", MR_APP_ID, "flags",
                    unique ? G_APPLICATION_DEFAULT_FLAGS : G_APPLICATION_NON_UNIQUE,
                    "resource-base-path", "/org/millrace/Till", NULL);
  self->till = g_object_ref (till);
  return self;
}
