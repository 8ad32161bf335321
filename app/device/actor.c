/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/actor.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct
{
  MrActor *actor; /* (owned) */
  void (*run) (gpointer actor);
} Start;

void
mr_actor_init (MrActor *self, GObject *owner, MrActorNewsFunc on_news, GDestroyNotify free_news,
               GDestroyNotify free_self)
{
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert (self->wake_fd >= 0);
  g_queue_init (&self->news);
  self->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->owner, owner);
  self->on_news = on_news;
  self->free_news = free_news;
  self->free_self = free_self;
}

MrActor *
mr_actor_ref (MrActor *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mr_actor_unref (MrActor *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_queue_clear_full (&self->news, self->free_news);
  g_main_context_unref (self->context);
  g_weak_ref_clear (&self->owner);
  g_mutex_clear (&self->mutex);
  close (self->wake_fd);
  self->free_self (self);
}

static gpointer
run (gpointer user)
{
  Start *start = user;
  sigset_t pipe;

  /* A device that goes away while it is written to must not end the till. */
  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);
  start->run (start->actor);
  mr_actor_unref (start->actor);
  g_free (start);
  return NULL;
}

void
mr_actor_start (MrActor *self, const char *name, void (*function) (gpointer actor))
{
  Start *start = g_new0 (Start, 1);

  start->actor = mr_actor_ref (self);
  start->run = function;
  g_thread_unref (g_thread_new (name, run, start));
}

void
mr_actor_stop (MrActor *self)
{
  g_mutex_lock (&self->mutex);
  self->is_closing = TRUE;
  g_mutex_unlock (&self->mutex);
  g_weak_ref_set (&self->owner, NULL);
  mr_actor_wake (self);
}

void
mr_actor_wake (MrActor *self)
{
  guint64 one = 1;

  /* Fails only when it is awake 2^64 times over. */
  while (write (self->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

void
mr_actor_clear_wake (MrActor *self)
{
  guint64 count;

  while (read (self->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
    continue;
}

static gboolean
on_news_waiting (gpointer user)
{
  MrActor *self = user;
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL)
    self->on_news (owner);
  return G_SOURCE_REMOVE;
}

void
mr_actor_post_locked (MrActor *self, gpointer news)
{
  g_autoptr (GSource) source = NULL;

  g_queue_push_tail (&self->news, news);
  if (self->has_notified)
    return;
  self->has_notified = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_news_waiting, mr_actor_ref (self),
                         (GDestroyNotify) mr_actor_unref);
  g_source_attach (source, self->context);
}

gpointer
mr_actor_take_news (MrActor *self)
{
  gpointer oldest;

  g_mutex_lock (&self->mutex);
  oldest = g_queue_pop_head (&self->news);
  if (oldest == NULL)
    self->has_notified = FALSE;
  g_mutex_unlock (&self->mutex);
  return oldest;
}
