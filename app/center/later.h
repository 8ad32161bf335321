/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MrLater:
 *
 * When those whom a busy center turns away should come back: each gets a turn of its own, one behind the
 * other, as far apart as the center takes to answer one. However many come at once, they come back no faster
 * than they can be served, and the queue may be short. May be called on any thread.
 */
typedef struct
{
  GMutex mutex; /* guards the following */
  gint64 busy_since_us; /* of the first one turned away after a pause; monotonic, as all here */
  gint64 last_us; /* one was turned away */
  gint64 given_until_us; /* turns are given up to here */
  guint n_answered; /* since busy_since_us */
} MrLater;

void mr_later_init (MrLater *self);
void mr_later_clear (MrLater *self);

/* Somebody was answered. */
void mr_later_count_answered (MrLater *self);

/* The next one's turn: in how many whole seconds, MR_LATER_MIN_S … MR_LATER_MAX_S. */
#define MR_LATER_MIN_S 2
#define MR_LATER_MAX_S 120
gint64 mr_later_give_turn (MrLater *self, gint64 now_us);

G_END_DECLS
