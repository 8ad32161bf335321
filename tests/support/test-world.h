/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"

/**
 * TestWorld:
 *
 * A world whose clock stands still until it is moved and whose chance is a seeded generator: two
 * worlds of one seed give the same bytes. Not safe from several threads at once.
 */
typedef struct
{
  MrWorld world;
  gint64 now_us;
  gint64 monotonic_us;
  guint64 state;
} TestWorld;

void test_world_init (TestWorld *self, guint64 seed);
void test_world_advance (TestWorld *self, gint64 us);
guint64 test_world_next (TestWorld *self);
/* 0 … n − 1 */
guint64 test_world_below (TestWorld *self, guint64 n);
