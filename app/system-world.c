/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "system-world.h"

#include <sodium.h>

static gint64
system_now_us (gpointer user)
{
  return g_get_real_time ();
}

static gint64
system_monotonic_us (gpointer user)
{
  return g_get_monotonic_time ();
}

static void
system_fill_random (gpointer user, guint8 *bytes, gsize length)
{
  randombytes_buf (bytes, length);
}

const MrWorld *
mr_system_world_get (void)
{
  static const MrWorld world = {
    .now_us = system_now_us,
    .monotonic_us = system_monotonic_us,
    .fill_random = system_fill_random,
  };
  /* Without it the first random bytes could come from a source that is not ready yet. */
  g_assert (sodium_init () >= 0);
  return &world;
}
