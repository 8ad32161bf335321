/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/scale.h"

#include "temp-dir.h"
#include "virtual-scale.h"

/* The scale at the counter, on a pseudo terminal, in each of its languages. */

typedef struct
{
  char *dir; /* (owned) */
  char *path; /* (owned) */
  VirtualScale *far; /* (owned) */
  MrScale *scale; /* (owned) */
} Counter;

static void
set_up (Counter *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *location = NULL;

  self->dir = temp_dir_new ();
  self->path = g_build_filename (self->dir, "scale", NULL);
  location = g_strconcat ("serial:", self->path, NULL);
  self->far = virtual_scale_new (self->path, (MrScaleProtocol) GPOINTER_TO_INT (data));
  self->scale = mr_scale_new (location, (MrScaleProtocol) GPOINTER_TO_INT (data), &error);
  g_assert_no_error (error);
}

static void
tear_down (Counter *self, gconstpointer data)
{
  g_clear_object (&self->scale);
  virtual_scale_free (self->far);
  temp_dir_remove (self->dir);
  g_free (self->path);
  g_free (self->dir);
}

static void
wait_state (Counter *self, MrDeviceState state, MrDeviceReason reason)
{
  while (mr_device_get_state (MR_DEVICE (self->scale)) != state ||
         mr_device_get_reason (MR_DEVICE (self->scale)) != reason)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_weight (Counter *self, MrWeightState state, gint64 grams)
{
  MrWeight weight;

  while (!mr_scale_get_weight (self->scale, &weight) || weight.state != state ||
         weight.grams != grams)
    g_main_context_iteration (NULL, TRUE);
}

/* All that may lie on it, and what a line does to its words. */
static void
test_weights (Counter *self, gconstpointer data)
{
  static const VirtualScaleFault faults[] = { VIRTUAL_SCALE_SOUND, VIRTUAL_SCALE_NOISE,
                                              VIRTUAL_SCALE_HALF };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      virtual_scale_set_fault (self->far, faults[i]);
      virtual_scale_set_weight (self->far, MR_WEIGHT_STABLE, 375 + i);
      wait_weight (self, MR_WEIGHT_STABLE, 375 + i);
    }
  virtual_scale_set_weight (self->far, MR_WEIGHT_OVER, 0);
  wait_weight (self, MR_WEIGHT_OVER, 0);
  virtual_scale_set_weight (self->far, MR_WEIGHT_UNDER, 20);
  wait_weight (self, MR_WEIGHT_UNDER, 0);
  /* The 8217 does not say how much moves. */
  virtual_scale_set_weight (self->far, MR_WEIGHT_MOVING, 1200);
  wait_weight (self, MR_WEIGHT_MOVING, GPOINTER_TO_INT (data) == MR_SCALE_8217 ? 0 : 1200);
  virtual_scale_set_weight (self->far, MR_WEIGHT_STABLE, 0);
  wait_weight (self, MR_WEIGHT_STABLE, 0);
}

static void
test_faults (Counter *self, gconstpointer data)
{
  MrWeight weight;

  wait_state (self, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  virtual_scale_set_fault (self->far, VIRTUAL_SCALE_MUTE);
  wait_state (self, MR_DEVICE_TROUBLE, MR_DEVICE_REASON_NO_ANSWER);
  g_assert_false (mr_scale_get_weight (self->scale, &weight));
  virtual_scale_set_fault (self->far, VIRTUAL_SCALE_SOUND);
  wait_state (self, MR_DEVICE_READY, MR_DEVICE_REASON_NONE);
  /* The cable. */
  virtual_scale_unplug (self->far);
  wait_state (self, MR_DEVICE_GONE, MR_DEVICE_REASON_NO_DEVICE);
  g_assert_false (mr_scale_get_weight (self->scale, &weight));
  virtual_scale_plug (self->far);
  virtual_scale_set_weight (self->far, MR_WEIGHT_STABLE, 500);
  mr_scale_probe (self->scale);
  wait_weight (self, MR_WEIGHT_STABLE, 500);
  mr_scale_close (self->scale);
  g_assert_cmpint (mr_device_get_state (MR_DEVICE (self->scale)), ==, MR_DEVICE_ABSENT);
  g_assert_false (mr_scale_get_weight (self->scale, &weight));
}

static void
test_locations (void)
{
  static const char *const bad[] = { "",     "serial:",     "serial:ttyS0",
                                     "usb:", "tcp:1.2.3.4", "serial:/dev/ttyS0:17" };

  g_assert_true (mr_scale_check_location ("serial:/dev/ttyUSB0", NULL));
  g_assert_true (mr_scale_check_location ("serial:/dev/ttyUSB0:4800:7E1", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (mr_scale_check_location (bad[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-scale/locations", test_locations);
  for (int i = 0; i < MR_N_SCALE_PROTOCOLS; i++)
    {
      g_autofree char *name = g_strconcat ("/device-scale/weights/",
                                           mr_scale_protocol_to_string ((MrScaleProtocol) i), NULL);

      g_test_add (name, Counter, GINT_TO_POINTER (i), set_up, test_weights, tear_down);
    }
  g_test_add ("/device-scale/faults", Counter, GINT_TO_POINTER (MR_SCALE_CAS), set_up, test_faults,
              tear_down);
  return g_test_run ();
}
