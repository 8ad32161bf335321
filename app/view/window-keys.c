/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/window-keys.h"

#include "till/scan-keys.h"

/* An input method may put an event it did not want into the queue once more; so many back it is known. */
#define MAX_PASSED 32
/* Behind the keys that wait, so that a stall of the loop does not look like a pause in typing. */
#define TIMEOUT_PRIORITY (G_PRIORITY_DEFAULT + 10)

struct _MrWindowKeys
{
  MrWindowKeysHandler handler;
  gpointer user_data; /* (unowned) */
  GtkEventController *controller; /* (unowned): the window's */
  MrScanKeys *scan_keys; /* (owned) */
  GQueue held; /* (owned) (element-type GdkEvent): kept back until the wedge knows */
  GQueue replayed; /* (owned) (element-type GdkEvent): in the display's queue again */
  GQueue passed; /* (owned) (element-type GdkEvent): newest first */
  guint timeout_source;
};

static const struct
{
  guint keyval;
  MrKey key;
} key_map[] = {
  { GDK_KEY_period, MR_KEY_POINT },        { GDK_KEY_KP_Decimal, MR_KEY_POINT },
  { GDK_KEY_KP_Separator, MR_KEY_POINT },  { GDK_KEY_asterisk, MR_KEY_TIMES },
  { GDK_KEY_KP_Multiply, MR_KEY_TIMES },   { GDK_KEY_plus, MR_KEY_PLUS },
  { GDK_KEY_KP_Add, MR_KEY_PLUS },         { GDK_KEY_minus, MR_KEY_MINUS },
  { GDK_KEY_KP_Subtract, MR_KEY_MINUS },   { GDK_KEY_slash, MR_KEY_SLASH },
  { GDK_KEY_KP_Divide, MR_KEY_SLASH },     { GDK_KEY_space, MR_KEY_SPACE },
  { GDK_KEY_KP_Space, MR_KEY_SPACE },      { GDK_KEY_Return, MR_KEY_ENTER },
  { GDK_KEY_KP_Enter, MR_KEY_ENTER },      { GDK_KEY_ISO_Enter, MR_KEY_ENTER },
  { GDK_KEY_BackSpace, MR_KEY_BACKSPACE }, { GDK_KEY_Delete, MR_KEY_DELETE },
  { GDK_KEY_KP_Delete, MR_KEY_DELETE },    { GDK_KEY_Escape, MR_KEY_ESCAPE },
};

MrKey
mr_window_keys_to_key (guint keyval, gunichar *character)
{
  *character = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (key_map); i++)
    if (key_map[i].keyval == keyval)
      return key_map[i].key;
  if (keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F12)
    return (MrKey) (MR_KEY_F1 + (keyval - GDK_KEY_F1));
  *character = gdk_keyval_to_unicode (keyval);
  return *character != 0 && g_unichar_isgraph (*character) ? MR_KEY_CHARACTER : MR_KEY_NONE;
}

static void
clear_events (GQueue *queue)
{
  g_queue_clear_full (queue, (GDestroyNotify) gdk_event_unref);
}

static void
replay (MrWindowKeys *self, GdkEvent *event)
{
  g_queue_push_tail (&self->replayed, gdk_event_ref (event));
  gdk_display_put_event (gdk_event_get_display (event), event);
}

/* The held event that came back as @typed; what was held before it belonged to a scan. */
static void
replay_typed (MrWindowKeys *self, const MrScanKey *typed)
{
  GdkEvent *event;
  while ((event = g_queue_pop_head (&self->held)) != NULL)
    {
      gboolean same = gdk_event_get_time (event) == typed->time_ms &&
                      gdk_key_event_get_keyval (event) == typed->keyval;
      if (same)
        replay (self, event);
      gdk_event_unref (event);
      if (same)
        return;
    }
}

static void
drain (MrWindowKeys *self)
{
  MrScanKeysEvent event;
  MrScanKey typed;
  char *code = NULL;
  while ((event = mr_scan_keys_pop (self->scan_keys, &code, &typed)) != MR_SCAN_KEYS_NOTHING)
    {
      if (event == MR_SCAN_KEYS_TYPED)
        {
          replay_typed (self, &typed);
          continue;
        }
      self->handler.scanned (code, self->user_data);
      g_clear_pointer (&code, g_free);
    }
}

static gboolean
on_timeout (gpointer user_data)
{
  MrWindowKeys *self = user_data;
  self->timeout_source = 0;
  mr_scan_keys_timeout (self->scan_keys);
  drain (self);
  if (mr_scan_keys_next_deadline_ms (self->scan_keys) < 0)
    clear_events (&self->held);
  return G_SOURCE_REMOVE;
}

static void
arm_timeout (MrWindowKeys *self)
{
  int wait_ms = mr_scan_keys_next_deadline_ms (self->scan_keys);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  if (wait_ms >= 0)
    self->timeout_source =
        g_timeout_add_full (TIMEOUT_PRIORITY, (guint) wait_ms, on_timeout, self, NULL);
}

/* TRUE when this is the next of those that were put back. */
static gboolean
take_replayed (MrWindowKeys *self, GdkEvent *event)
{
  if (g_queue_peek_head (&self->replayed) != event)
    return FALSE;
  gdk_event_unref (g_queue_pop_head (&self->replayed));
  return TRUE;
}

static gboolean
pass (MrWindowKeys *self, GdkEvent *event, guint keyval, GdkModifierType state)
{
  if (self->handler.pressed (keyval, state, self->user_data))
    return GDK_EVENT_STOP;
  g_queue_push_head (&self->passed, gdk_event_ref (event));
  if (g_queue_get_length (&self->passed) > MAX_PASSED)
    gdk_event_unref (g_queue_pop_tail (&self->passed));
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_key_pressed (MrWindowKeys *self, guint keyval, guint keycode, GdkModifierType state)
{
  GdkEvent *event = gtk_event_controller_get_current_event (self->controller);
  MrScanKeysVerdict verdict;
  MrScanKey key;

  if (g_queue_find (&self->passed, event) != NULL)
    return GDK_EVENT_PROPAGATE;
  if (take_replayed (self, event))
    return pass (self, event, keyval, state);
  key = (MrScanKey){
    .keyval = keyval,
    .character = gdk_keyval_to_unicode (keyval),
    .keycode = keycode,
    .time_ms = gdk_event_get_time (event),
    .shift = (state & GDK_SHIFT_MASK) != 0,
    .control = (state & GDK_CONTROL_MASK) != 0,
    .alt = (state & GDK_ALT_MASK) != 0,
  };
  verdict = mr_scan_keys_press (self->scan_keys, &key);
  if (verdict == MR_SCAN_KEYS_HOLD)
    g_queue_push_tail (&self->held, gdk_event_ref (event));
  drain (self);
  arm_timeout (self);
  if (verdict != MR_SCAN_KEYS_PASS)
    return GDK_EVENT_STOP;
  /* Not before those that wait in the display's queue. */
  if (!g_queue_is_empty (&self->replayed))
    {
      replay (self, event);
      return GDK_EVENT_STOP;
    }
  return pass (self, event, keyval, state);
}

MrWindowKeys *
mr_window_keys_new (GtkWidget *window, MrSettings *settings, const MrWindowKeysHandler *handler,
                    gpointer user_data)
{
  MrWindowKeys *self = g_new0 (MrWindowKeys, 1);
  self->handler = *handler;
  self->user_data = user_data;
  self->scan_keys = mr_scan_keys_new (settings);
  g_queue_init (&self->held);
  g_queue_init (&self->replayed);
  g_queue_init (&self->passed);
  self->controller = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->controller, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (window, self->controller);
  return self;
}

void
mr_window_keys_free (MrWindowKeys *self)
{
  if (self == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->controller, self);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  g_clear_pointer (&self->scan_keys, mr_scan_keys_free);
  clear_events (&self->held);
  clear_events (&self->replayed);
  clear_events (&self->passed);
  g_free (self);
}
