/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/till.h"
#include "view/application.h"

#include "sample-till.h"

#include <X11/extensions/Xrandr.h>
#include <dlfcn.h>
#include <gdk/x11/gdkx.h>
#include <gtk/gtk.h>

/*
 * A till with a second screen for the customer, which is plugged in, moved and unplugged.
 *
 * Xvfb has one screen and one output, and GDK wants an output for each monitor. So the X server's picture is wide
 * enough for two, and libXrandr's answers are ours: the left part is the till's screen, the rest the customer's.
 * That the screens are others is told by the server itself, whose picture takes another size.
 */

#define PATIENCE_S 60
#define OWN_WIDTH 1024
#define HEIGHT 600
#define COLA "6901234567892"

static const GdkRectangle own = { 0, 0, OWN_WIDTH, HEIGHT };
static GdkRectangle second = { OWN_WIDTH, 0, 800, 480 };
static gboolean is_plugged = TRUE;
static RROutput real_output;

/* --- libXrandr, as GDK asks it --- */

static XRRMonitorInfo
make_monitor (Display *display, const GdkRectangle *place, RROutput *output)
{
  g_autofree char *name = g_strdup_printf ("screen-%d", place->x);
  return (XRRMonitorInfo){
    .name = XInternAtom (display, name, False),
    .primary = place->x == 0,
    .noutput = 1,
    .x = place->x,
    .y = place->y,
    .width = place->width,
    .height = place->height,
    .mwidth = place->width / 4,
    .mheight = place->height / 4,
    .outputs = output,
  };
}

XRRMonitorInfo *
XRRGetMonitors (Display *display, Window window, Bool get_active, int *n_monitors)
{
  static RROutput outputs[2];
  XRRMonitorInfo *monitors = g_new0 (XRRMonitorInfo, 2);

  outputs[0] = real_output;
  outputs[1] = real_output + 1;
  monitors[0] = make_monitor (display, &own, &outputs[0]);
  monitors[1] = make_monitor (display, &second, &outputs[1]);
  *n_monitors = is_plugged ? 2 : 1;
  return monitors;
}

void
XRRFreeMonitors (XRRMonitorInfo *monitors)
{
  g_free (monitors);
}

/* The second is like the first. */
XRROutputInfo *
XRRGetOutputInfo (Display *display, XRRScreenResources *resources, RROutput output)
{
  typeof (&XRRGetOutputInfo) ask = dlsym (RTLD_NEXT, "XRRGetOutputInfo");

  return ask (display, resources, real_output);
}

int
XRRGetOutputProperty (Display *display, RROutput output, Atom property, long offset, long length,
                      Bool is_deleted, Bool is_pending, Atom wanted_type, Atom *type, int *format,
                      unsigned long *n_items, unsigned long *bytes_after, unsigned char **value)
{
  typeof (&XRRGetOutputProperty) ask = dlsym (RTLD_NEXT, "XRRGetOutputProperty");

  return ask (display, real_output, property, offset, length, is_deleted, is_pending, wanted_type,
              type, format, n_items, bytes_after, value);
}

/* Reads which output there is; its mode is wider than what it will show. */
static void
take_over_display (void)
{
  Display *display = XOpenDisplay (NULL);
  XRRScreenResources *resources;

  g_assert_nonnull (display);
  resources = XRRGetScreenResources (display, DefaultRootWindow (display));
  g_assert_cmpint (resources->noutput, ==, 1);
  real_output = resources->outputs[0];
  XRRSetCrtcConfig (display, resources, resources->crtcs[0], CurrentTime, 0, 0, None, RR_Rotate_0,
                    NULL, 0);
  XRRSetScreenSize (display, DefaultRootWindow (display), OWN_WIDTH + 800, HEIGHT, 400, 200);
  XRRFreeScreenResources (resources);
  XCloseDisplay (display);
}

static void
plug (gboolean plugged, int width, int height)
{
  Display *display = gdk_x11_display_get_xdisplay (gdk_display_get_default ());

  is_plugged = plugged;
  second.width = width;
  second.height = height;
  XRRSetScreenSize (display, DefaultRootWindow (display), OWN_WIDTH + (plugged ? width : 0), HEIGHT,
                    400, 200);
  XSync (display, False);
}

/* --- the till --- */

typedef struct
{
  SampleTill sample;
  GApplication *application; /* (owned) */
  GtkWindow *window; /* (unowned): the till's */
} Fixture;

typedef gboolean (*Condition) (Fixture *self);

static void
await (Fixture *self, const char *what, Condition holds)
{
  gint64 end_us = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  while (!holds (self))
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("did not come: %s", what);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
}

static void
set_display (Fixture *self, const char *value)
{
  mr_settings_set_async (mr_till_get_settings (self->sample.till), MR_SETTING_DISPLAY, value, NULL,
                         NULL);
}

/* (nullable) */
static GtkWindow *
get_customer (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (g_str_equal (G_OBJECT_TYPE_NAME (window), "MrCustomerWindow") &&
          gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

/* Where the X server has it. */
static GdkRectangle
get_place (GtkWindow *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  Display *display = gdk_x11_display_get_xdisplay (gdk_surface_get_display (surface));
  GdkRectangle place;
  XWindowAttributes attributes;
  Window child;

  XGetWindowAttributes (display, gdk_x11_surface_get_xid (surface), &attributes);
  XTranslateCoordinates (display, gdk_x11_surface_get_xid (surface), attributes.root, 0, 0,
                         &place.x, &place.y, &child);
  place.width = attributes.width;
  place.height = attributes.height;
  return place;
}

static gboolean
is_on_second (Fixture *self)
{
  GtkWindow *customer = get_customer ();
  GdkRectangle place;

  if (customer == NULL)
    return FALSE;
  place = get_place (customer);
  return gdk_rectangle_equal (&place, &second) && gtk_window_is_fullscreen (customer);
}

static gboolean
is_away (Fixture *self)
{
  return get_customer () == NULL;
}

static gboolean
has_window (Fixture *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->window));
}

static MrDisplayDesk *
get_desk (Fixture *self)
{
  return mr_till_get_display_desk (self->sample.till);
}

static void
set_up (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  sample_till_set_up (&self->sample);
  sample_till_feed (&self->sample, "staff", "1", "[1,\"王芳\",\"owner\",\"\",1]");
  sample_till_start (&self->sample);
  mr_settings_set_async (mr_till_get_settings (self->sample.till), MR_SETTING_SETUP, "done", NULL,
                         NULL);
  sample_till_settle (&self->sample);
  self->application = G_APPLICATION (mr_application_new (self->sample.till, FALSE));
  g_application_register (self->application, NULL, &error);
  g_assert_no_error (error);
  g_application_activate (self->application);
  self->window = gtk_application_get_active_window (GTK_APPLICATION (self->application));
  await (self, "the till's window", has_window);
}

/* Only where it is set; and gone when it is set no more. */
static void
test_setting (gconstpointer data)
{
  Fixture *self = (Fixture *) data;

  g_assert_true (is_away (self));
  set_display (self, MR_DISPLAY_WINDOW);
  await (self, "the customer's window", is_on_second);
  g_assert_cmpint (mr_display_desk_get_state (get_desk (self)), ==, MR_DESK_READY);
  set_display (self, "");
  await (self, "the end of the customer's window", is_away);
  g_assert_cmpint (mr_display_desk_get_state (get_desk (self)), ==, MR_DESK_NONE);
}

/* Unplugged, plugged in, and another one in its place; the till goes on. */
static void
test_cable (gconstpointer data)
{
  Fixture *self = (Fixture *) data;

  set_display (self, MR_DISPLAY_WINDOW);
  await (self, "the customer's window", is_on_second);
  plug (FALSE, 0, 0);
  await (self, "the end of the customer's window", is_away);
  g_assert_cmpint (mr_display_desk_get_state (get_desk (self)), ==, MR_DESK_TROUBLE);
  g_assert_cmpstr (mr_display_desk_get_reason (get_desk (self)), ==, "no-screen");
  g_assert_true (has_window (self));
  plug (TRUE, 800, 480);
  await (self, "the customer's window again", is_on_second);
  g_assert_cmpint (mr_display_desk_get_state (get_desk (self)), ==, MR_DESK_READY);
  plug (TRUE, 640, 600);
  await (self, "the customer's window on another screen", is_on_second);
  set_display (self, "");
  plug (TRUE, 800, 480);
}

static const char *
get_scene (void)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (gtk_window_get_child (get_customer ())));
}

/* What was sold before it stood there is on it, too. */
static void
test_sale (gconstpointer data)
{
  Fixture *self = (Fixture *) data;

  MrCheckout *checkout = mr_till_get_checkout (self->sample.till);

  g_assert_cmpint (mr_checkout_scan (checkout, COLA), ==, MR_SCAN_ADDED);
  set_display (self, MR_DISPLAY_WINDOW);
  await (self, "the customer's window", is_on_second);
  g_assert_cmpstr (get_scene (), ==, "sale");
  g_assert_cmpint (mr_checkout_scan (checkout, COLA), ==, MR_SCAN_ADDED);
  plug (FALSE, 0, 0);
  await (self, "the end of the customer's window", is_away);
  sample_till_pay (&self->sample, MR_TENDER_CASH, 1000);
  plug (TRUE, 800, 480);
  await (self, "the customer's window again", is_on_second);
  g_assert_cmpstr (get_scene (), ==, "paid");
  mr_checkout_begin_next (checkout);
  g_assert_cmpstr (get_scene (), ==, "idle");
  set_display (self, "");
}

/* It is the till's: whoever closes that closes both. */
static void
test_end (gconstpointer data)
{
  Fixture *self = (Fixture *) data;

  set_display (self, MR_DISPLAY_WINDOW);
  await (self, "the customer's window", is_on_second);
  gtk_window_destroy (g_steal_pointer (&self->window));
  await (self, "the end of the customer's window", is_away);
}

int
main (int argc, char **argv)
{
  Fixture fixture = { .window = NULL };
  int outcome;

  g_test_init (&argc, &argv, NULL);
  take_over_display ();
  gtk_init ();
  set_up (&fixture);
  g_test_add_data_func ("/two-screens/setting", &fixture, test_setting);
  g_test_add_data_func ("/two-screens/cable", &fixture, test_cable);
  g_test_add_data_func ("/two-screens/sale", &fixture, test_sale);
  g_test_add_data_func ("/two-screens/the-end", &fixture, test_end);
  outcome = g_test_run ();
  /* The application keeps the till until the program ends; the harness removes what it wrote. */
  mr_till_stop (fixture.sample.till);
  return outcome;
}
