/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/device-row.h"

#include <glib/gi18n.h>

#define FRAMES_TO_SCROLL 2

struct _MrDeviceRow
{
  GtkBox parent_instance;

  GtkLabel *title;
  GtkLabel *state;
  GtkWidget *advice_line;
  GtkLabel *advice;
  GtkButton *test_button;
  GtkToggleButton *settings_button;
  GtkBox *settings;
  int frames_to_scroll; /* until it is scrolled to, 0 for not at all */
};

G_DEFINE_FINAL_TYPE (MrDeviceRow, mr_device_row, GTK_TYPE_BOX)

enum
{
  PROP_TITLE = 1,
  N_PROPERTIES,
};

enum
{
  TEST,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

void
mr_device_row_say (MrDeviceRow *self, const char *state, const char *advice)
{
  gtk_label_set_text (self->state, state);
  gtk_label_set_text (self->advice, advice != NULL ? advice : "");
  gtk_widget_set_visible (self->advice_line, advice != NULL);
}

void
mr_device_row_set_test (MrDeviceRow *self, const char *caption)
{
  gtk_button_set_label (self->test_button, caption);
  gtk_widget_set_visible (GTK_WIDGET (self->test_button), TRUE);
}

void
mr_device_row_enable_test (MrDeviceRow *self, gboolean enabled)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_button), enabled);
}

void
mr_device_row_add (MrDeviceRow *self, GtkWidget *widget)
{
  gtk_box_append (self->settings, widget);
}

static void
scroll_to (MrDeviceRow *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  GtkWidget *viewport =
      window != NULL ? gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (window)) : NULL;
  graphene_rect_t place;
  if (viewport == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (self), viewport, &place))
    return;
  GtkAdjustment *scroll = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (window));
  double top = gtk_adjustment_get_value (scroll) + place.origin.y;
  gtk_adjustment_clamp_page (scroll, top, top + place.size.height);
}

/* In the second frame everything in the row has its place. */
static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  MrDeviceRow *self = MR_DEVICE_ROW (widget);
  self->frames_to_scroll--;
  if (self->frames_to_scroll > 0)
    return G_SOURCE_CONTINUE;
  scroll_to (self);
  return G_SOURCE_REMOVE;
}

static void
show_whole (MrDeviceRow *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (self->frames_to_scroll == 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
  self->frames_to_scroll = FRAMES_TO_SCROLL;
}

static void
on_settings_toggled (MrDeviceRow *self)
{
  if (gtk_toggle_button_get_active (self->settings_button))
    show_whole (self);
}

void
mr_device_row_unfold (MrDeviceRow *self)
{
  gtk_toggle_button_set_active (self->settings_button, TRUE);
  show_whole (self);
}

static void
on_test (MrDeviceRow *self)
{
  g_signal_emit (self, signals[TEST], 0);
}

static void
mr_device_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MrDeviceRow *self = MR_DEVICE_ROW (object);
  const char *title = g_value_get_string (value);
  /* Translators: a device's settings: "Scanner: settings" */
  g_autofree char *spoken = NULL;
  if (id != PROP_TITLE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  gtk_label_set_text (self->title, title);
  spoken = g_strdup_printf (_ ("%s: settings"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->settings_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
mr_device_row_class_init (MrDeviceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = mr_device_row_set_property;
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[TEST] = g_signal_new ("test", MR_TYPE_DEVICE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/device-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, title);
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, state);
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, advice_line);
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, advice);
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, test_button);
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, settings_button);
  gtk_widget_class_bind_template_child (widget_class, MrDeviceRow, settings);
  gtk_widget_class_bind_template_callback (widget_class, on_test);
  gtk_widget_class_bind_template_callback (widget_class, on_settings_toggled);
}

static void
mr_device_row_init (MrDeviceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
