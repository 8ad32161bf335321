/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrWorld:
 *
 * Time and chance as a part of Millrace sees them. They are given, never taken, so that the
 * simulator can give a whole network of tills its own; only the mains make one from the system.
 * All functions may be called on any thread.
 */
typedef struct
{
  /* Wall clock in microseconds since 1970-01-01 UTC; may jump either way. */
  gint64 (*now_us) (gpointer user);
  /* Microseconds of a clock that never goes back while the program runs. */
  gint64 (*monotonic_us) (gpointer user);
  /* Unpredictable bytes. */
  void (*fill_random) (gpointer user, guint8 *bytes, gsize length);
  gpointer user; /* (unowned) (nullable) */
} MrWorld;

static inline gint64
mr_world_now_us (const MrWorld *self)
{
  return self->now_us (self->user);
}

static inline gint64
mr_world_monotonic_us (const MrWorld *self)
{
  return self->monotonic_us (self->user);
}

static inline void
mr_world_fill_random (const MrWorld *self, guint8 *bytes, gsize length)
{
  self->fill_random (self->user, bytes, length);
}

G_END_DECLS
