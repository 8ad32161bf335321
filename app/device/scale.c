/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scale.h"

#include "device/input-serial.h"

#include <string.h>

#define SERIAL "serial:"
/* Often enough for a display, seldom enough for 1200 bits a second. */
#define ASK_MS 200
#define SILENCE_US (2 * G_TIME_SPAN_SECOND)

struct _MrScale
{
  MrDevice parent_instance;

  MrInputThread *thread; /* (owned) (nullable): NULL once closed */
  MrScaleDecoder *decoder; /* (owned) */
  GSource *asking; /* (owned) (nullable): while the line is open */
  gint64 heard_us; /* when it told its last weight, or was opened */
  MrWeight weight; /* while it is ready */
};

G_DEFINE_FINAL_TYPE (MrScale, mr_scale, MR_TYPE_DEVICE)

static guint signal_weighed;

static gboolean
is_ready (MrScale *self)
{
  return mr_device_get_state (MR_DEVICE (self)) == MR_DEVICE_READY;
}

static void
set_state (MrScale *self, MrDeviceState state, MrDeviceReason reason)
{
  gboolean had_weight = is_ready (self);

  mr_device_set_state (MR_DEVICE (self), state, reason);
  if (had_weight && state != MR_DEVICE_READY)
    g_signal_emit (self, signal_weighed, 0);
}

static void
send_requests (MrScale *self)
{
  GBytes *request;

  while (self->thread != NULL && (request = mr_scale_decoder_take_request (self->decoder)) != NULL)
    {
      mr_input_thread_write (self->thread, request);
      g_bytes_unref (request);
    }
}

static gboolean
on_ask (gpointer user)
{
  g_autoptr (MrScale) self = g_object_ref (user);

  if (g_get_monotonic_time () - self->heard_us > SILENCE_US)
    set_state (self, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_ANSWER);
  mr_scale_decoder_ask (self->decoder);
  send_requests (self);
  return self->asking != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
stop_asking (MrScale *self)
{
  if (self->asking != NULL)
    g_source_destroy (self->asking);
  g_clear_pointer (&self->asking, g_source_unref);
}

static void
start_asking (MrScale *self)
{
  stop_asking (self);
  self->heard_us = g_get_monotonic_time ();
  self->asking = g_timeout_source_new (ASK_MS);
  g_source_set_callback (self->asking, on_ask, self, NULL);
  g_source_attach (self->asking, g_main_context_get_thread_default ());
  mr_scale_decoder_ask (self->decoder);
  send_requests (self);
}

static void
take_weight (MrScale *self, const MrWeight *weight, gint64 time_us)
{
  gboolean changed = !is_ready (self) || weight->state != self->weight.state ||
                     weight->grams != self->weight.grams || weight->is_net != self->weight.is_net;

  self->heard_us = time_us;
  self->weight = *weight;
  set_state (self, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  if (changed)
    g_signal_emit (self, signal_weighed, 0);
}

static void
take_news (MrScale *self, const MrInputNews *news)
{
  MrWeight weight;

  /* An open line is no scale yet: that is heard. */
  if (news->greeting != NULL)
    {
      set_state (self, MR_DEVICE_OPENING, MR_DEVICE_REASON_NONE);
      start_asking (self);
    }
  else if (news->state != MR_DEVICE_READY)
    {
      stop_asking (self);
      set_state (self, news->state, news->reason);
    }
  if (news->bytes == NULL)
    return;
  mr_scale_decoder_push (self->decoder, g_bytes_get_data (news->bytes, NULL),
                         g_bytes_get_size (news->bytes));
  send_requests (self);
  if (mr_scale_decoder_pop (self->decoder, &weight))
    take_weight (self, &weight, news->time_us);
}

static void
on_news (GObject *object)
{
  g_autoptr (MrScale) self = g_object_ref (MR_SCALE (object));

  while (self->thread != NULL)
    {
      g_autoptr (MrInputNews) news = mr_input_thread_take_news (self->thread);

      if (news == NULL)
        return;
      take_news (self, news);
    }
}

static void
mr_scale_dispose (GObject *object)
{
  mr_scale_close (MR_SCALE (object));
  G_OBJECT_CLASS (mr_scale_parent_class)->dispose (object);
}

static void
mr_scale_finalize (GObject *object)
{
  mr_scale_decoder_free (MR_SCALE (object)->decoder);
  G_OBJECT_CLASS (mr_scale_parent_class)->finalize (object);
}

static void
mr_scale_class_init (MrScaleClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = mr_scale_dispose;
  object_class->finalize = mr_scale_finalize;
  signal_weighed = g_signal_new ("weighed", MR_TYPE_SCALE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
mr_scale_init (MrScale *self)
{
}

/* What a scale of that kind is set to when it leaves the factory, where nothing is said. */
static char *
complete_place (const char *place, MrScaleProtocol protocol)
{
  guint n_parts = 1;

  for (const char *p = place; *p != '\0'; p++)
    n_parts += *p == ':';
  if (protocol != MR_SCALE_8217 || n_parts > 2)
    return g_strdup (place);
  return g_strconcat (place, n_parts == 1 ? ":9600" : "", ":7E1", NULL);
}

static MrInputPort *
new_port (const char *location, MrScaleProtocol protocol, GError **error)
{
  g_autofree char *place = NULL;

  if (!g_str_has_prefix (location, SERIAL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "\"%s\" is not " SERIAL "PATH",
                   location);
      return NULL;
    }
  place = complete_place (location + strlen (SERIAL), protocol);
  return mr_input_serial_new (place, error);
}

gboolean
mr_scale_check_location (const char *location, GError **error)
{
  MrInputPort *port = new_port (location, MR_SCALE_CONTINUOUS, error);

  if (port != NULL)
    port->class->free (port);
  return port != NULL;
}

MrScale *
mr_scale_new (const char *location, MrScaleProtocol protocol, GError **error)
{
  MrInputPort *port = new_port (location, protocol, error);
  MrScale *self;

  if (port == NULL)
    return NULL;
  self = g_object_new (MR_TYPE_SCALE, NULL);
  self->decoder = mr_scale_decoder_new (protocol);
  self->thread = mr_input_thread_start (port, MR_INPUT_RETRY_MS, G_OBJECT (self), on_news);
  return self;
}

void
mr_scale_probe (MrScale *self)
{
  if (self->thread != NULL)
    mr_input_thread_nudge (self->thread);
}

void
mr_scale_close (MrScale *self)
{
  stop_asking (self);
  if (self->thread != NULL)
    mr_input_thread_stop (self->thread);
  g_clear_pointer (&self->thread, mr_input_thread_unref);
  mr_device_set_state (MR_DEVICE (self), MR_DEVICE_ABSENT, MR_DEVICE_REASON_CLOSED);
}

gboolean
mr_scale_get_weight (MrScale *self, MrWeight *weight)
{
  *weight = self->weight;
  return is_ready (self);
}
