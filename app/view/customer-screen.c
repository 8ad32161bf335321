/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/customer-screen.h"

#include "view/customer-window.h"

struct _MrCustomerScreen
{
  GObject parent_instance;

  MrTill *till; /* (owned) */
  GtkWindow *window; /* (unowned) (nullable): the till's */
  GListModel *screens; /* (owned) */
  GtkWindow *customer; /* (unowned) (nullable): GTK's until it is destroyed */
  GdkMonitor *screen; /* (owned) (nullable): where it stands */
  GdkRectangle place; /* the same */
};

G_DEFINE_FINAL_TYPE (MrCustomerScreen, mr_customer_screen, G_TYPE_OBJECT)

static void
close_customer (MrCustomerScreen *self)
{
  GtkWindow *customer = g_steal_pointer (&self->customer);

  g_clear_object (&self->screen);
  if (customer != NULL)
    gtk_window_destroy (customer);
}

static void
open_customer (MrCustomerScreen *self, GdkMonitor *screen)
{
  self->screen = g_object_ref (screen);
  self->customer = GTK_WINDOW (mr_customer_window_new (self->till, self->window));
  gdk_monitor_get_geometry (screen, &self->place);
  gtk_window_set_default_size (self->customer, self->place.width, self->place.height);
  gtk_window_fullscreen_on_monitor (self->customer, screen);
  /* Shown, not presented; whatever the window manager makes of it, the till's comes last. */
  gtk_widget_set_visible (GTK_WIDGET (self->customer), TRUE);
  gtk_window_present (self->window);
}

/* One that was just plugged in does not say at first where it is. */
static gboolean
has_place (GdkMonitor *screen)
{
  GdkRectangle place;

  gdk_monitor_get_geometry (screen, &place);
  return place.width > 0 && place.height > 0;
}

/* The first screen that is not the till's; NULL when there is none. (transfer full) */
static GdkMonitor *
choose_screen (MrCustomerScreen *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self->window));
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self->window));
  GdkMonitor *own;

  if (surface == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    return NULL;
  own = gdk_display_get_monitor_at_surface (display, surface);
  for (guint i = 0; own != NULL && i < g_list_model_get_n_items (self->screens); i++)
    {
      g_autoptr (GdkMonitor) screen = g_list_model_get_item (self->screens, i);

      if (screen != own && has_place (screen))
        return g_steal_pointer (&screen);
    }
  return NULL;
}

static gboolean
stands_right (MrCustomerScreen *self, GdkMonitor *wanted)
{
  GdkRectangle place;

  if (wanted != self->screen)
    return FALSE;
  if (wanted == NULL)
    return TRUE;
  gdk_monitor_get_geometry (wanted, &place);
  return gdk_rectangle_equal (&place, &self->place);
}

static void
look (MrCustomerScreen *self)
{
  MrDisplayDesk *desk = mr_till_get_display_desk (self->till);
  g_autoptr (GdkMonitor) wanted = NULL;

  if (self->window == NULL)
    return;
  if (mr_display_desk_wants_window (desk))
    wanted = choose_screen (self);
  if (!stands_right (self, wanted))
    {
      close_customer (self);
      if (wanted != NULL)
        open_customer (self, wanted);
    }
  mr_display_desk_note_window (desk, self->customer != NULL);
}

static void
on_screens (MrCustomerScreen *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->screens); i++)
    {
      g_autoptr (GdkMonitor) screen = g_list_model_get_item (self->screens, i);

      g_signal_handlers_disconnect_by_func (screen, look, self);
      g_signal_connect_object (screen, "notify::geometry", G_CALLBACK (look), self,
                               G_CONNECT_SWAPPED);
    }
  look (self);
}

/* Where the till's window stands may be known only later, and it may be moved. */
static void
on_map (MrCustomerScreen *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self->window));

  g_signal_handlers_disconnect_by_func (surface, look, self);
  g_signal_connect_object (surface, "enter-monitor", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  look (self);
}

void
mr_customer_screen_close (MrCustomerScreen *self)
{
  self->window = NULL;
  close_customer (self);
}

static void
mr_customer_screen_dispose (GObject *object)
{
  MrCustomerScreen *self = MR_CUSTOMER_SCREEN (object);

  mr_customer_screen_close (self);
  g_clear_object (&self->screens);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_customer_screen_parent_class)->dispose (object);
}

static void
mr_customer_screen_class_init (MrCustomerScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mr_customer_screen_dispose;
}

static void
mr_customer_screen_init (MrCustomerScreen *self)
{
}

MrCustomerScreen *
mr_customer_screen_new (MrTill *till, GtkWindow *window)
{
  MrCustomerScreen *self = g_object_new (MR_TYPE_CUSTOMER_SCREEN, NULL);
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));

  self->till = g_object_ref (till);
  self->window = window;
  self->screens = g_object_ref (gdk_display_get_monitors (display));
  g_signal_connect_object (self->screens, "items-changed", G_CALLBACK (on_screens), self,
                           G_CONNECT_SWAPPED);
  on_screens (self);
  g_signal_connect_object (mr_till_get_display_desk (till), "changed", G_CALLBACK (look), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "map", G_CALLBACK (on_map), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "destroy", G_CALLBACK (mr_customer_screen_close), self,
                           G_CONNECT_SWAPPED);
  return self;
}
