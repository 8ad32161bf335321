/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/input-method.h"

/* An answer given up for is a little early where the clocks are coarse. */
#define HUNG_US ((MR_INPUT_METHOD_PATIENCE_MS - 100) * G_TIME_SPAN_MILLISECOND)
/* One that is only slow to start is asked again soon. */
#define FIRST_REST_US (10 * G_TIME_SPAN_SECOND)
#define LONGEST_REST_US (80 * G_TIME_SPAN_SECOND)
#define NO_INPUT_METHOD "gtk-im-context-simple"

struct _MrInputMethod
{
  GtkWindow *window; /* (unowned) */
  GtkEventController *controller; /* (unowned): the window's */
  void (*hung) (gpointer user_data);
  gpointer user_data; /* (unowned) */
  gint64 key_us; /* when the key came that is being handled */
  gint64 rested_us; /* when it is asked again; 0 while it answers */
  gint64 rest_us; /* how long it is left alone the next time */
  guint after_source;
};

static void
use_or_leave (MrInputMethod *self, GtkWidget *text)
{
  const char *wanted = self->rested_us != 0 ? NO_INPUT_METHOD : NULL;
  g_autofree char *module = NULL;

  g_object_get (text, "im-module", &module, NULL);
  if (g_strcmp0 (module, wanted) != 0)
    g_object_set (text, "im-module", wanted, NULL);
}

/* After the key was handled, by whom it may. */
static gboolean
on_after (gpointer user_data)
{
  MrInputMethod *self = user_data;
  gint64 now_us = g_get_monotonic_time ();

  self->after_source = 0;
  if (now_us - self->key_us < HUNG_US)
    {
      self->rest_us = FIRST_REST_US;
      return G_SOURCE_REMOVE;
    }
  self->rested_us = now_us + self->rest_us;
  self->rest_us = MIN (2 * self->rest_us, LONGEST_REST_US);
  self->hung (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
on_key (MrInputMethod *self)
{
  GtkWidget *focus = gtk_window_get_focus (self->window);

  if (!GTK_IS_TEXT (focus))
    return;
  self->key_us = g_get_monotonic_time ();
  if (self->rested_us != 0 && self->key_us >= self->rested_us)
    self->rested_us = 0;
  use_or_leave (self, focus);
  if (self->rested_us == 0 && self->after_source == 0)
    self->after_source = g_idle_add_full (G_PRIORITY_HIGH, on_after, self, NULL);
}

static gboolean
on_key_pressed (MrInputMethod *self)
{
  on_key (self);
  return GDK_EVENT_PROPAGATE;
}

MrInputMethod *
mr_input_method_new (GtkWindow *window, void (*hung) (gpointer user_data), gpointer user_data)
{
  MrInputMethod *self = g_new0 (MrInputMethod, 1);

  self->window = window;
  self->hung = hung;
  self->user_data = user_data;
  self->rest_us = FIRST_REST_US;
  self->controller = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->controller, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect_swapped (self->controller, "key-released", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (window), self->controller);
  return self;
}

void
mr_input_method_free (MrInputMethod *self)
{
  if (self == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->controller, self);
  g_clear_handle_id (&self->after_source, g_source_remove);
  g_free (self);
}
