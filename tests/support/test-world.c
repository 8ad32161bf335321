/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-world.h"

#include <string.h>

static gint64
get_now_us (gpointer user)
{
  return ((TestWorld *) user)->now_us;
}

static gint64
get_monotonic_us (gpointer user)
{
  return ((TestWorld *) user)->monotonic_us;
}

/* SplitMix64 (Steele, Lea, Flood 2014): small, fast, passes the usual batteries. */
guint64
test_world_next (TestWorld *self)
{
  guint64 z = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

guint64
test_world_below (TestWorld *self, guint64 n)
{
  return test_world_next (self) % n;
}

static void
fill_random (gpointer user, guint8 *bytes, gsize length)
{
  TestWorld *self = user;

  while (length > 0)
    {
      guint64 value = test_world_next (self);
      gsize part = MIN (length, sizeof value);

      memcpy (bytes, &value, part);
      bytes += part;
      length -= part;
    }
}

void
test_world_init (TestWorld *self, guint64 seed)
{
  self->world = (MrWorld){ get_now_us, get_monotonic_us, fill_random, self };
  self->now_us = G_GINT64_CONSTANT (1780000000000000); /* 2026-05-28 */
  self->monotonic_us = G_USEC_PER_SEC;
  self->state = seed;
}

void
test_world_advance (TestWorld *self, gint64 us)
{
  self->now_us += us;
  self->monotonic_us += us;
}
