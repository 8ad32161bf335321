/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/scale-desk.h"

#include "device/scale.h"
#include "till/parts.h"

struct _MrScaleDesk
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  MrScale *scale; /* (owned) (nullable) */
  gboolean is_taken; /* what lies on it was sold, and it was not empty since */
};

G_DEFINE_FINAL_TYPE (MrScaleDesk, mr_scale_desk, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* How goods by weight are priced. */
static const struct
{
  const char *name;
  gint64 milli_per_gram;
} units[] = {
  { "千克", 1 }, { "公斤", 1 }, { "kg", 1 },  { "", 1 },      { "斤", 2 },
  { "市斤", 2 }, { "500g", 2 }, { "两", 20 }, { "克", 1000 }, { "g", 1000 },
};

static void
on_weighed (MrScaleDesk *self)
{
  gint64 grams;
  MrPan pan = mr_scale_desk_look (self, &grams);

  if (pan == MR_PAN_EMPTY || pan == MR_PAN_UNDER)
    self->is_taken = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
tell (MrScaleDesk *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
drop_scale (MrScaleDesk *self)
{
  if (self->scale == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->scale, self);
  mr_scale_close (self->scale);
  g_clear_object (&self->scale);
}

static void
take_scale (MrScaleDesk *self)
{
  MrSettings *settings = self->ground->settings;
  const char *location = mr_settings_get (settings, MR_SETTING_SCALE);
  MrScaleProtocol protocol = MR_SCALE_CONTINUOUS;
  g_autoptr (GError) error = NULL;

  drop_scale (self);
  self->is_taken = FALSE;
  if (*location != '\0' &&
      mr_scale_protocol_parse (mr_settings_get (settings, MR_SETTING_SCALE_PROTOCOL), &protocol))
    self->scale = mr_scale_new (location, protocol, &error);
  if (error != NULL)
    g_warning ("the scale's place cannot be understood: %s", error->message);
  if (self->scale != NULL)
    {
      g_signal_connect_swapped (self->scale, "weighed", G_CALLBACK (on_weighed), self);
      g_signal_connect_swapped (self->scale, "changed", G_CALLBACK (tell), self);
    }
  tell (self);
}

static void
mr_scale_desk_dispose (GObject *object)
{
  MrScaleDesk *self = MR_SCALE_DESK (object);

  drop_scale (self);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_scale_desk_parent_class)->dispose (object);
}

static void
mr_scale_desk_class_init (MrScaleDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mr_scale_desk_dispose;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SCALE_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mr_scale_desk_init (MrScaleDesk *self)
{
}

MrScaleDesk *
mr_scale_desk_new (MrGround *ground)
{
  MrScaleDesk *self = g_object_new (MR_TYPE_SCALE_DESK, NULL);

  self->ground = mr_ground_ref (ground);
  g_signal_connect_object (ground->settings, "changed::" MR_SETTING_SCALE, G_CALLBACK (take_scale),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ground->settings, "changed::" MR_SETTING_SCALE_PROTOCOL,
                           G_CALLBACK (take_scale), self, G_CONNECT_SWAPPED);
  take_scale (self);
  return self;
}

void
mr_scale_desk_close (MrScaleDesk *self)
{
  drop_scale (self);
}

void
mr_scale_desk_take (MrScaleDesk *self)
{
  self->is_taken = TRUE;
  tell (self);
}

gboolean
mr_scale_desk_is_set (MrScaleDesk *self)
{
  return self->scale != NULL;
}

MrDeskState
mr_scale_desk_get_state (MrScaleDesk *self)
{
  return mr_desk_state_of (self->scale, mr_settings_get (self->ground->settings, MR_SETTING_SCALE));
}

const char *
mr_scale_desk_get_reason (MrScaleDesk *self)
{
  return mr_desk_reason_of (self->scale,
                            mr_settings_get (self->ground->settings, MR_SETTING_SCALE));
}

MrPan
mr_scale_desk_look (MrScaleDesk *self, gint64 *grams)
{
  MrWeight weight;

  *grams = 0;
  if (self->scale == NULL || !mr_scale_get_weight (self->scale, &weight))
    return MR_PAN_NONE;
  *grams = weight.grams;
  switch (weight.state)
    {
    case MR_WEIGHT_STABLE:
      if (weight.grams == 0)
        return MR_PAN_EMPTY;
      return self->is_taken ? MR_PAN_TAKEN : MR_PAN_READY;
    case MR_WEIGHT_MOVING:
      return MR_PAN_MOVING;
    case MR_WEIGHT_OVER:
      return MR_PAN_OVER;
    case MR_WEIGHT_UNDER:
      return MR_PAN_UNDER;
    case MR_WEIGHT_FOREIGN:
    default:
      return MR_PAN_FOREIGN;
    }
}

gboolean
mr_scale_desk_is_net (MrScaleDesk *self)
{
  MrWeight weight;

  return self->scale != NULL && mr_scale_get_weight (self->scale, &weight) && weight.is_net;
}

gboolean
mr_scale_desk_convert (const MrGood *good, gint64 grams, gint64 *quantity_milli)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (good->unit, units[i].name) == 0)
      return !__builtin_mul_overflow (grams, units[i].milli_per_gram, quantity_milli) &&
             *quantity_milli <= MR_QUANTITY_MAX_MILLI;
  return FALSE;
}

void
mr_scale_desk_retry (MrScaleDesk *self)
{
  if (self->scale != NULL)
    mr_scale_probe (self->scale);
}

const char *
mr_pan_to_string (MrPan pan)
{
  static const char *const names[] = { "none",  "empty", "moving", "ready",
                                       "taken", "over",  "under",  "foreign" };

  g_return_val_if_fail ((guint) pan < G_N_ELEMENTS (names), "none");
  return names[pan];
}
