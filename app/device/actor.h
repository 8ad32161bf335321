/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "device/device-wait.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* Called in the main context of the maker when there are news to take. */
typedef void (*MrActorNewsFunc) (GObject *owner);

/**
 * MrActor:
 * @mutex: guards what the main side and the thread share, @news too
 * @wake_fd: of the thread; see mr_actor_wake()
 *
 * What every device has that does its work on a thread of its own: the first member of the struct that
 * the main side and the thread share. It outlives whichever of the two goes first, and nobody waits
 * for the thread. Inside app/device.
 */
typedef struct
{
  gatomicrefcount ref_count;
  GMutex mutex;
  int wake_fd;
  GQueue news; /* (owned): in order, for the main side */
  gboolean has_notified; /* an idle source is on its way to take the news */
  gboolean is_closing;

  /* Not changed after the start: */
  GMainContext *context; /* (owned): of the maker */
  GWeakRef owner;
  MrActorNewsFunc on_news;
  GDestroyNotify free_news;
  GDestroyNotify free_self;
} MrActor;

/* @owner is held weakly, and not called back once it is gone. @free_self frees the struct around, whose
 * own fields it clears; the actor's are cleared already. */
void mr_actor_init (MrActor *self, GObject *owner, MrActorNewsFunc on_news,
                    GDestroyNotify free_news, GDestroyNotify free_self);
/* Runs @run with the struct around on a thread called @name. A broken pipe ends nothing there. */
void mr_actor_start (MrActor *self, const char *name, void (*run) (gpointer self));
MrActor *mr_actor_ref (MrActor *self);
void mr_actor_unref (MrActor *self);

/* The main side: from now on no news are told, and the thread is to end. */
void mr_actor_stop (MrActor *self);
void mr_actor_wake (MrActor *self);
/* The thread: what woke it is being seen to. */
void mr_actor_clear_wake (MrActor *self);

/* The thread, with the mutex held: @news (transfer full) will be told. */
void mr_actor_post_locked (MrActor *self, gpointer news);
/* The main side: the oldest news (transfer full); NULL when there are none. */
gpointer mr_actor_take_news (MrActor *self);

G_END_DECLS
