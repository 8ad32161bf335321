/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sync/sync.h"

#include "sync/transport.h"

#include <string.h>

/* How soon files that cannot be opened are tried again. */
#define REOPEN_US G_USEC_PER_SEC

struct _MrSync
{
  GObject parent;

  char *dir; /* (owned) */
  const MrWorld *world; /* (unowned) */
  GMainContext *home; /* (owned) of whoever made us */
  GMainContext *context; /* (owned) the thread's */
  GThread *thread; /* (owned) (nullable) NULL = stopped, or driven by hand */
  MrSyncHand hand; /* send NULL = a thread of its own drives it */

  /* The thread's own. */
  gboolean stopping;
  MrSyncEngine *engine; /* (owned) (nullable) NULL = its files could not be opened yet */
  MrTransport *transport; /* (owned) */
  GSource *timer; /* (owned) when the engine wants to be asked again */
  guint replica_before; /* status.replica of the engines before this one */

  /* Shared. */
  GMutex lock;
  MrSyncStatus status;
  guint told_replica; /* by the last "replica-changed" */
  gboolean telling; /* a signal is on its way home */
  GPtrArray *claims; /* (owned) of Claim, whose answers are not home yet */
};

typedef struct
{
  MrClaimRequest *request; /* (owned) */
  MrClaimAnswer answer;
  gpointer data; /* of whoever asked */
  guint number; /* of the engine; 0 = not asked yet */
  gboolean decided;
  MrClaimVerdict verdict;
} Claim;

G_DEFINE_FINAL_TYPE (MrSync, mr_sync, G_TYPE_OBJECT)

enum
{
  STATUS_CHANGED,
  REPLICA_CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static gboolean
is_by_hand (MrSync *self)
{
  return self->hand.send != NULL;
}

/* --- home -------------------------------------------------------------------------------------- */

static gboolean
on_tell (gpointer user_data)
{
  MrSync *self = user_data;
  gboolean replica_changed;

  g_mutex_lock (&self->lock);
  self->telling = FALSE;
  replica_changed = self->told_replica != self->status.replica;
  self->told_replica = self->status.replica;
  g_mutex_unlock (&self->lock);
  if (self->thread == NULL && !is_by_hand (self))
    return G_SOURCE_REMOVE;
  if (replica_changed)
    g_signal_emit (self, signals[REPLICA_CHANGED], 0);
  g_signal_emit (self, signals[STATUS_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
free_claim (gpointer data)
{
  Claim *claim = data;

  mr_claim_request_free (claim->request);
  g_free (claim);
}

/* @all: nobody will decide the others any more. */
static void
answer_claims (MrSync *self, gboolean all)
{
  g_autoptr (GPtrArray) decided = g_ptr_array_new_with_free_func (free_claim);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->claims->len;)
    {
      const Claim *claim = g_ptr_array_index (self->claims, i);

      if (all || claim->decided)
        g_ptr_array_add (decided, g_ptr_array_steal_index (self->claims, i));
      else
        i++;
    }
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < decided->len; i++)
    {
      const Claim *claim = g_ptr_array_index (decided, i);

      claim->answer (claim->verdict, claim->data);
    }
}

static gboolean
on_decided (gpointer user_data)
{
  answer_claims (user_data, FALSE);
  return G_SOURCE_REMOVE;
}

/* What changes with every answer and is no news by itself. */
static void
forget_noise (MrSyncStatus *status)
{
  status->last_contact_us = 0;
  status->clock_offset_us /= 100 * 1000;
}

/* Never g_main_context_invoke(): where nobody runs the home context just now it would run on_tell()
 * here, on this thread. */
static void
tell_home (MrSync *self, GSourceFunc function)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->home);
}

static void
publish_status (MrSync *self)
{
  MrSyncStatus next, old, new;

  mr_sync_engine_get_status (self->engine, &next);
  /* Counted on over engines: a new one begins at 0. */
  next.replica += self->replica_before;
  g_mutex_lock (&self->lock);
  old = self->status;
  new = next;
  forget_noise (&old);
  forget_noise (&new);
  self->status = next;
  /* Padding may differ: one signal too many, never one too few. */
  if (memcmp (&old, &new, sizeof old) != 0 && !self->telling)
    {
      self->telling = TRUE;
      tell_home (self, on_tell);
    }
  g_mutex_unlock (&self->lock);
}

/* --- the thread -------------------------------------------------------------------------------- */

/* Only a whole catalog comes in parts. */
static gboolean
is_streamed (const MrSyncRequest *request)
{
  return g_str_has_prefix (request->path, "/v1/snapshot/") && strchr (request->path, '?') == NULL;
}

static gboolean
open_engine (MrSync *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrJournal) journal = mr_journal_open_reader (self->dir, &error);
  g_autoptr (MrShop) shop = NULL;

  if (journal != NULL)
    shop = mr_shop_open (self->dir, mr_world_now_us (self->world), &error);
  if (shop != NULL)
    self->engine = mr_sync_engine_new (self->dir, g_steal_pointer (&journal),
                                       g_steal_pointer (&shop), self->world, &error);
  if (self->engine != NULL)
    {
      mr_sync_engine_set_listening (self->engine, TRUE);
      return TRUE;
    }
  g_mutex_lock (&self->lock);
  g_strlcpy (self->status.problem, error->message, sizeof self->status.problem);
  if (!self->telling)
    {
      self->telling = TRUE;
      tell_home (self, on_tell);
    }
  g_mutex_unlock (&self->lock);
  return FALSE;
}

static void on_reply (gpointer user_data, guint id, const MrSyncReply *reply);

static void
wake_in (MrSync *self, gint64 wait_ms)
{
  if (is_by_hand (self))
    self->hand.wake (wait_ms, self->hand.user);
  else
    g_source_set_ready_time (self->timer, g_get_monotonic_time () + wait_ms * 1000);
}

static void
send_request (MrSync *self, const MrSyncRequest *request)
{
  g_autofree char *center_url = NULL;

  if (is_by_hand (self))
    {
      self->hand.send (request, self->hand.user);
      return;
    }
  center_url = mr_sync_engine_dup_center_url (self->engine);
  mr_transport_send (self->transport, center_url, request, is_streamed (request));
}

/* --- claims --- */

/* @number 0: all that were asked of an engine that is no more, or of none. */
static void
decide_claims (MrSync *self, guint number, MrClaimVerdict verdict)
{
  gboolean decided = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->claims->len; i++)
    {
      Claim *claim = g_ptr_array_index (self->claims, i);

      if (claim->decided || (number != 0 && claim->number != number))
        continue;
      claim->decided = decided = TRUE;
      claim->verdict = verdict;
    }
  g_mutex_unlock (&self->lock);
  if (decided)
    tell_home (self, on_decided);
}

static void
ask_claims (MrSync *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->claims->len; i++)
    {
      Claim *claim = g_ptr_array_index (self->claims, i);

      if (claim->number == 0 && !claim->decided)
        claim->number = mr_sync_engine_claim (self->engine, claim->request);
    }
  g_mutex_unlock (&self->lock);
}

static void
take_verdicts (MrSync *self)
{
  MrClaimVerdict verdict;
  guint number;

  while (mr_sync_engine_take_verdict (self->engine, &number, &verdict))
    decide_claims (self, number, verdict);
}

/* With its transport: the next engine counts its requests from 1 again. */
static void
close_engine (MrSync *self)
{
  MrSyncStatus status;

  publish_status (self);
  mr_sync_get_status (self, &status);
  self->replica_before = status.replica + 1;
  g_clear_pointer (&self->engine, mr_sync_engine_free);
  decide_claims (self, 0, MR_CLAIM_UNANSWERED);
  if (is_by_hand (self))
    {
      self->hand.renewed (self->hand.user);
    }
  else
    {
      mr_transport_free (self->transport);
      self->transport = mr_transport_new (on_reply, self);
    }
  wake_in (self, REOPEN_US / 1000);
}

static void
pump (MrSync *self)
{
  MrSyncRequest request = { 0 };
  gint64 wait_ms = 0;

  if (self->engine == NULL && !open_engine (self))
    {
      wake_in (self, REOPEN_US / 1000);
      return;
    }
  take_verdicts (self);
  while (mr_sync_engine_next (self->engine, &request, &wait_ms))
    {
      send_request (self, &request);
      mr_sync_request_clear (&request);
    }
  if (!is_by_hand (self) &&
      !mr_sync_engine_is_waiting_for (self->engine, mr_transport_get_listening (self->transport)))
    mr_transport_stop_listening (self->transport);
  if (mr_sync_engine_needs_reopening (self->engine))
    {
      close_engine (self);
      return;
    }
  wake_in (self, wait_ms);
  publish_status (self);
}

static void
on_reply (gpointer user_data, guint id, const MrSyncReply *reply)
{
  MrSync *self = user_data;

  if (self->engine == NULL)
    return;
  mr_sync_engine_reply (self->engine, id, reply);
  pump (self);
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static gboolean
on_timer (gpointer user_data)
{
  pump (user_data);
  return G_SOURCE_CONTINUE;
}

static gpointer
run_thread (gpointer data)
{
  static GSourceFuncs functions = { .dispatch = dispatch_timer };
  MrSync *self = data;

  g_main_context_push_thread_default (self->context);
  self->transport = mr_transport_new (on_reply, self);
  self->timer = g_source_new (&functions, sizeof (GSource));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_set_ready_time (self->timer, 0);
  g_source_attach (self->timer, self->context);
  while (!self->stopping)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  mr_transport_free (self->transport);
  g_clear_pointer (&self->engine, mr_sync_engine_free);
  /* What libsoup has cancelled still has to be told so. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- called from home -------------------------------------------------------------------------- */

static gboolean
on_poke (gpointer user_data)
{
  MrSync *self = user_data;

  if (self->engine != NULL || open_engine (self))
    mr_sync_engine_poke (self->engine);
  pump (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_appended (gpointer user_data)
{
  MrSync *self = user_data;

  if (self->engine != NULL)
    mr_sync_engine_appended (self->engine);
  pump (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_claim (gpointer user_data)
{
  MrSync *self = user_data;

  if (self->engine != NULL || open_engine (self))
    ask_claims (self);
  else
    decide_claims (self, 0, MR_CLAIM_UNANSWERED);
  pump (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_stop (gpointer user_data)
{
  ((MrSync *) user_data)->stopping = TRUE;
  return G_SOURCE_REMOVE;
}

static void
invoke (MrSync *self, GSourceFunc function)
{
  g_autoptr (GSource) source = NULL;

  if (is_by_hand (self))
    function (self);
  if (self->thread == NULL)
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, self, NULL);
  g_source_attach (source, self->context);
}

void
mr_sync_poke (MrSync *self)
{
  invoke (self, on_poke);
}

void
mr_sync_appended (MrSync *self)
{
  invoke (self, on_appended);
}

void
mr_sync_claim (MrSync *self, const MrClaimRequest *request, MrClaimAnswer answer, gpointer data)
{
  Claim *claim = g_new0 (Claim, 1);

  claim->request = mr_claim_request_new (request->key, request->kind, request->subject,
                                         request->amount, request->of);
  claim->answer = answer;
  claim->data = data;
  claim->verdict = MR_CLAIM_UNANSWERED;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->claims, claim);
  g_mutex_unlock (&self->lock);
  invoke (self, on_claim);
  /* Stopped: nobody will ask. */
  if (self->thread == NULL && !is_by_hand (self))
    answer_claims (self, TRUE);
}

void
mr_sync_get_status (MrSync *self, MrSyncStatus *status)
{
  g_mutex_lock (&self->lock);
  *status = self->status;
  g_mutex_unlock (&self->lock);
}

void
mr_sync_stop (MrSync *self)
{
  self->hand = (MrSyncHand){ 0 };
  if (self->thread == NULL)
    g_clear_pointer (&self->engine, mr_sync_engine_free);
  if (self->thread != NULL)
    {
      invoke (self, on_stop);
      g_thread_join (g_steal_pointer (&self->thread));
    }
  answer_claims (self, TRUE);
}

static void
mr_sync_dispose (GObject *object)
{
  mr_sync_stop (MR_SYNC (object));
  G_OBJECT_CLASS (mr_sync_parent_class)->dispose (object);
}

static void
mr_sync_finalize (GObject *object)
{
  MrSync *self = MR_SYNC (object);

  g_clear_pointer (&self->home, g_main_context_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  g_ptr_array_unref (self->claims);
  g_free (self->dir);
  G_OBJECT_CLASS (mr_sync_parent_class)->finalize (object);
}

static void
mr_sync_class_init (MrSyncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_sync_dispose;
  object_class->finalize = mr_sync_finalize;
  signals[STATUS_CHANGED] = g_signal_new ("status-changed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REPLICA_CHANGED] = g_signal_new ("replica-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_sync_init (MrSync *self)
{
  g_mutex_init (&self->lock);
  self->status.waiting = -1;
  self->claims = g_ptr_array_new_with_free_func (free_claim);
  self->context = g_main_context_new ();
  self->home = g_main_context_ref_thread_default ();
}

MrSync *
mr_sync_new (const char *dir, const MrWorld *world)
{
  MrSync *self = g_object_new (MR_TYPE_SYNC, NULL);

  self->dir = g_strdup (dir);
  self->world = world;
  mr_transport_prepare ();
  self->thread = g_thread_new ("millrace-sync", run_thread, self);
  return self;
}

/* --- driven by hand ---------------------------------------------------------------------------- */

MrSync *
mr_sync_new_by_hand (const char *dir, const MrWorld *world, const MrSyncHand *hand)
{
  MrSync *self = g_object_new (MR_TYPE_SYNC, NULL);

  self->dir = g_strdup (dir);
  self->world = world;
  self->hand = *hand;
  self->hand.wake (0, self->hand.user);
  return self;
}

void
mr_sync_pump (MrSync *self)
{
  if (is_by_hand (self))
    pump (self);
}

void
mr_sync_take_reply (MrSync *self, guint id, const MrSyncReply *reply)
{
  if (is_by_hand (self))
    on_reply (self, id, reply);
}

MrSyncEngine *
mr_sync_get_engine (MrSync *self)
{
  g_return_val_if_fail (self->thread == NULL, NULL);
  return self->engine;
}
