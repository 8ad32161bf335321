/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/window-private.h"

#include "view/key-button.h"
#include "view/shown-pages.h"
#include "view/words.h"

#include <glib/gi18n.h>

/* Below, the rail shows icons alone and the basket is narrower. */
#define NARROW_BELOW_PX 1200
#define BASKET_WIDE_PX 400

/* Between the views that are made ahead; the first comes well after the first scan can. */
#define AHEAD_AFTER_MS 400

G_DEFINE_FINAL_TYPE (MrWindow, mr_window, ADW_TYPE_APPLICATION_WINDOW)

MrTill *
mr_window_get_till (MrWindow *self)
{
  return self->till;
}

MrSalePage *
mr_window_get_sale_page (MrWindow *self)
{
  return self->sale;
}

MrTroubleBar *
mr_window_get_trouble_bar (MrWindow *self)
{
  return self->trouble_bar;
}

void
mr_window_say_error (MrWindow *self, const GError *error)
{
  g_autofree char *words = mr_words_error (error);
  mr_trouble_bar_say (self->trouble_bar, words, FALSE);
}

void
mr_window_report (MrWindow *self, gboolean ok, const GError *error)
{
  mr_trouble_bar_hush (self->trouble_bar);
  if (!ok)
    mr_window_say_error (self, error);
}

void
mr_window_follow_session (MrWindow *self)
{
  MrSession *session = mr_till_get_session (self->till);
  const char *setup = mr_settings_get (mr_till_get_settings (self->till), MR_SETTING_SETUP);
  const char *name = "shop";
  if (!g_str_equal (setup, "done") && !self->was_enrolled)
    name = "welcome";
  else if (!mr_session_is_signed_in (session))
    name = "sign-in";
  if (!g_str_equal (name, gtk_stack_get_visible_child_name (self->outer)))
    {
      gtk_window_set_focus (GTK_WINDOW (self), NULL);
      mr_window_show_outer (self, name);
      mr_window_show_page (self, "sale");
    }
  mr_window_update_actions (self);
}

static void
update_key_captions (MrWindow *self)
{
  mr_key_button_update_all (GTK_WIDGET (self), mr_till_get_keypad (self->till));
}

static gboolean
on_narrow (gpointer user_data)
{
  MrWindow *self = user_data;
  self->narrow_source = 0;
  mr_rail_set_narrow (self->rail, self->narrow);
  mr_sale_page_set_basket_width (self->sale, self->narrow ? 348 : BASKET_WIDE_PX);
  if (self->narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "low");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "low");
  return G_SOURCE_REMOVE;
}

static void
mr_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MrWindow *self = MR_WINDOW (widget);
  gboolean narrow = width < NARROW_BELOW_PX;
  if (narrow != self->narrow)
    {
      self->narrow = narrow;
      /* Sizes cannot be asked for while they are given. */
      if (self->narrow_source == 0)
        self->narrow_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_narrow, self, NULL);
    }
  GTK_WIDGET_CLASS (mr_window_parent_class)->size_allocate (widget, width, height, baseline);
}

static gboolean
mr_window_close_request (GtkWindow *window)
{
  MrWindow *self = MR_WINDOW (window);
  int width;
  int height;
  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_boolean (self->settings_store, "fullscreen", gtk_window_is_fullscreen (window));
  if (!gtk_window_is_fullscreen (window) && width >= 800 && height >= 560)
    {
      g_settings_set_int (self->settings_store, "window-width", width);
      g_settings_set_int (self->settings_store, "window-height", height);
    }
  return GTK_WINDOW_CLASS (mr_window_parent_class)->close_request (window);
}

static void
on_scanned (MrWindow *self, const char *code)
{
  mr_window_route_scan (code, self);
}

static void
on_input_method_hung (gpointer user_data)
{
  MrWindow *self = user_data;

  mr_trouble_bar_say (self->trouble_bar,
                      _ ("The input method does not answer: letters are typed as they are."),
                      FALSE);
}

static void
open_till (MrWindow *self)
{
  static const MrWindowKeysHandler handler = { .scanned = mr_window_route_scan,
                                               .pressed = mr_window_route_key };
  MrSettings *settings = mr_till_get_settings (self->till);
  MrKeypad *keypad = mr_till_get_keypad (self->till);

  self->window_keys = mr_window_keys_new (GTK_WIDGET (self), settings, &handler, self);
  self->input_method = mr_input_method_new (GTK_WINDOW (self), on_input_method_hung, self);
  g_signal_connect_object (mr_till_get_scanner_desk (self->till), "scanned",
                           G_CALLBACK (on_scanned), self, G_CONNECT_SWAPPED);
  mr_status_bar_set_till (self->status_bar, self->till);
  mr_trouble_bar_set_till (self->trouble_bar, self->till);
  mr_rail_set_till (self->rail, self->till);
  mr_sale_page_set_till (self->sale, self->till);
  g_signal_connect_object (keypad, "action", G_CALLBACK (mr_window_route_action), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (keypad, "message", G_CALLBACK (mr_window_show_message), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_session (self->till), "changed",
                           G_CALLBACK (mr_window_follow_session), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_checkout (self->till), "changed",
                           G_CALLBACK (mr_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (mr_till_get_shift_desk (self->till), "changed",
                           G_CALLBACK (mr_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->till, "status-changed", G_CALLBACK (mr_window_update_actions),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::" MR_SETTING_KEY_SET,
                           G_CALLBACK (update_key_captions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::" MR_SETTING_KEYS, G_CALLBACK (update_key_captions),
                           self, G_CONNECT_SWAPPED);
  update_key_captions (self);
  mr_shown_pages_watch (GTK_WIDGET (self));
  mr_window_show_page (self, "sale");
  mr_window_follow_session (self);
}

/* Views of selling that were not needed yet are made one by one, so that none is waited for. */
static gboolean
on_time_ahead (gpointer user_data)
{
  MrWindow *self = user_data;
  if (mr_sale_page_make_ahead (self->sale))
    return G_SOURCE_CONTINUE;
  self->ahead_source = 0;
  return G_SOURCE_REMOVE;
}

/* A browser's page, and a screen no larger than a till's, have no room to spare for a desktop. */
static gboolean
wants_all_of_screen (GdkDisplay *display, int width, int height)
{
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (gdk_display_get_monitors (display), 0);
  GdkRectangle screen = { 0 };
  if (g_str_has_prefix (G_OBJECT_TYPE_NAME (display), "GdkBroadway"))
    return TRUE;
  if (monitor != NULL)
    gdk_monitor_get_geometry (monitor, &screen);
  return monitor != NULL && (screen.width < width || screen.height < height);
}

static void
place (MrWindow *self)
{
  int width = g_settings_get_int (self->settings_store, "window-width");
  int height = g_settings_get_int (self->settings_store, "window-height");
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings_store, "fullscreen"))
    gtk_window_fullscreen (GTK_WINDOW (self));
  else if (wants_all_of_screen (gtk_widget_get_display (GTK_WIDGET (self)), width, height))
    gtk_window_maximize (GTK_WINDOW (self));
}

MrWindow *
mr_window_new (GtkApplication *application, MrTill *till)
{
  MrWindow *self = g_object_new (MR_TYPE_WINDOW, "application", application, NULL);
  self->till = g_object_ref (till);
  self->was_enrolled = mr_till_is_enrolled (till);
  mr_window_install_actions (self);
  open_till (self);
  place (self);
  self->ahead_source = g_timeout_add (AHEAD_AFTER_MS, on_time_ahead, self);
  return self;
}

static void
mr_window_dispose (GObject *object)
{
  MrWindow *self = MR_WINDOW (object);
  g_clear_handle_id (&self->narrow_source, g_source_remove);
  g_clear_handle_id (&self->ahead_source, g_source_remove);
  g_clear_pointer (&self->window_keys, mr_window_keys_free);
  g_clear_pointer (&self->input_method, mr_input_method_free);
  if (self->safe != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->safe));
  self->safe = NULL;
  g_clear_pointer (&self->page_before_keys, g_free);
  g_clear_object (&self->settings_store);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_window_parent_class)->dispose (object);
}

static void
mr_window_class_init (MrWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_STATUS_BAR);
  g_type_ensure (MR_TYPE_TROUBLE_BAR);
  g_type_ensure (MR_TYPE_RAIL);
  g_type_ensure (MR_TYPE_SALE_PAGE);
  G_OBJECT_CLASS (klass)->dispose = mr_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mr_window_close_request;
  widget_class->size_allocate = mr_window_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/millrace/Till/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, MrWindow, status_bar);
  gtk_widget_class_bind_template_child (widget_class, MrWindow, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, MrWindow, outer);
  gtk_widget_class_bind_template_child (widget_class, MrWindow, rail);
  gtk_widget_class_bind_template_child (widget_class, MrWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, MrWindow, sale);
}

static void
mr_window_init (MrWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings_store = g_settings_new (MR_APP_ID);
}
