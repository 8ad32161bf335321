/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/found-places.h"

#include <glib/gi18n.h>

#define PAUSE_S 2
#define MAX_NAME_CHARS 48

struct _MrFoundPlaces
{
  GtkBox parent_instance;

  MrSettings *settings; /* (owned) (nullable) */
  char *name; /* (owned) (nullable): of the setting */
  MrPluggedKind kind;
  GCancellable *cancellable; /* (owned) (nullable): of the look under way */
  char *shown; /* (owned) (nullable): what stands there, a line each */
  gboolean showing; /* buttons move because the setting did */
  guint timer; /* 0 while it is not on the screen */
};

G_DEFINE_FINAL_TYPE (MrFoundPlaces, mr_found_places, GTK_TYPE_BOX)

/* The one that is used stays pressed. */
static void
show_chosen (MrFoundPlaces *self)
{
  g_autofree char *location = mr_plugged_dup_line (mr_settings_get (self->settings, self->name));
  self->showing = TRUE;
  for (GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self)); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button),
                                  g_str_equal (gtk_widget_get_name (button), location));
  self->showing = FALSE;
}

static void
on_toggled (MrFoundPlaces *self, GtkWidget *button)
{
  if (self->showing)
    return;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)))
    {
      const char *found = gtk_widget_get_name (button);
      g_autofree char *location =
          self->kind == MR_PLUGGED_LINES
              ? mr_plugged_set_line (mr_settings_get (self->settings, self->name), found)
              : g_strdup (found);
      mr_settings_set_async (self->settings, self->name, location, NULL, NULL);
    }
  show_chosen (self);
}

static void
add_button (MrFoundPlaces *self, const MrPlugged *plugged)
{
  /* Translators: a device's own name, as "EPSON TM-T20III" or "COM1" */
  g_autofree char *caption = g_strdup_printf (_ ("Use %s"), plugged->name);
  GtkWidget *label = gtk_label_new (caption);
  GtkWidget *button = gtk_toggle_button_new ();
  /* Serial numbers stand at the end. */
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_NAME_CHARS);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, caption,
                                  -1);
  gtk_widget_set_name (button, plugged->location);
  gtk_widget_set_tooltip_text (button, plugged->name);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "tab");
  gtk_widget_set_focus_on_click (button, FALSE);
  g_signal_connect_object (button, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self), button);
}

/* What another device is at is not offered. */
static gboolean
is_taken (MrFoundPlaces *self, const MrPlugged *plugged)
{
  static const char *const names[] = { MR_SETTING_PRINTER, MR_SETTING_SCANNER, MR_SETTING_SCALE,
                                       MR_SETTING_DISPLAY };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *line = mr_plugged_dup_line (mr_settings_get (self->settings, names[i]));
      if (!g_str_equal (names[i], self->name) && g_str_equal (line, plugged->location))
        return TRUE;
    }
  return FALSE;
}

static void
leave_out_taken (MrFoundPlaces *self, GPtrArray *found)
{
  for (guint i = found->len; i > 0; i--)
    if (is_taken (self, g_ptr_array_index (found, i - 1)))
      g_ptr_array_remove_index (found, i - 1);
}

static void
show (MrFoundPlaces *self, GPtrArray *found)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  GtkWidget *child;
  for (guint i = 0; i < found->len; i++)
    {
      const MrPlugged *plugged = g_ptr_array_index (found, i);
      g_string_append_printf (lines, "%s %s\n", plugged->location, plugged->name);
    }
  if (g_strcmp0 (self->shown, lines->str) == 0)
    return;
  g_free (self->shown);
  self->shown = g_strdup (lines->str);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), child);
  for (guint i = 0; i < found->len; i++)
    add_button (self, g_ptr_array_index (found, i));
  show_chosen (self);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MrFoundPlaces *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = mr_plugged_list_finish (result, &error);
  /* Cancelled: it may be gone. */
  if (found == NULL)
    return;
  g_clear_object (&self->cancellable);
  leave_out_taken (self, found);
  show (self, found);
}

static gboolean
look (gpointer user_data)
{
  MrFoundPlaces *self = user_data;
  if (self->cancellable != NULL)
    return G_SOURCE_CONTINUE;
  self->cancellable = g_cancellable_new ();
  mr_plugged_list_async (self->kind, self->cancellable, on_listed, self);
  return G_SOURCE_CONTINUE;
}

static void
stop (MrFoundPlaces *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
mr_found_places_set_setting (MrFoundPlaces *self, MrSettings *settings, const char *name,
                             MrPluggedKind kind)
{
  g_autofree char *signal = g_strdup_printf ("changed::%s", name);
  g_set_object (&self->settings, settings);
  self->name = g_strdup (name);
  self->kind = kind;
  g_signal_connect_object (settings, signal, G_CALLBACK (show_chosen), self, G_CONNECT_SWAPPED);
}

static void
mr_found_places_map (GtkWidget *widget)
{
  MrFoundPlaces *self = MR_FOUND_PLACES (widget);
  GTK_WIDGET_CLASS (mr_found_places_parent_class)->map (widget);
  self->timer = g_timeout_add_seconds (PAUSE_S, look, self);
  look (self);
}

static void
mr_found_places_unmap (GtkWidget *widget)
{
  stop (MR_FOUND_PLACES (widget));
  GTK_WIDGET_CLASS (mr_found_places_parent_class)->unmap (widget);
}

static void
mr_found_places_dispose (GObject *object)
{
  MrFoundPlaces *self = MR_FOUND_PLACES (object);
  stop (self);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (mr_found_places_parent_class)->dispose (object);
}

static void
mr_found_places_class_init (MrFoundPlacesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mr_found_places_dispose;
  widget_class->map = mr_found_places_map;
  widget_class->unmap = mr_found_places_unmap;
}

static void
mr_found_places_init (MrFoundPlaces *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
}
