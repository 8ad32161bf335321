/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer.h"

#include "device/printer-port.h"
#include "device/printer-talk.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Small enough that a stuck printer is noticed soon, and for the buffers of USB clones. */
#define CHUNK_BYTES 4096

typedef struct
{
  guint64 serial;
  char *id; /* (owned) */
  GBytes *bytes; /* (owned) (nullable): the record of the main side has none */
  gboolean is_kick;
} Job;

/* What the thread tells the main side. */
typedef struct
{
  guint64 serial; /* 0: the state changed; else this job ended */
  MrPrinterState state;
  MrPrintOutcome outcome;
  MrPrinterReason reason;
} News;

/* Everything both sides touch. Outlives whichever goes first. */
typedef struct
{
  gatomicrefcount ref_count;
  GMutex mutex;
  int wake_fd;

  /* Under the mutex: */
  GQueue kicks; /* (owned): Job */
  GQueue receipts; /* (owned): Job */
  GQueue news; /* (owned): News */
  gboolean has_notified; /* an idle source is on its way to take the news */
  gboolean is_closing;
  gboolean wants_probe;
  gboolean is_kicking; /* the job under way, if any, opens the drawer */
  guint64 current; /* serial of the job under way, 0 for none */
  gboolean bytes_went_out; /* of the job under way */

  /* Not changed after the start: */
  GMainContext *context; /* (owned) */
  GWeakRef printer;

  /* The thread's alone: */
  MrPrinterPort *port; /* (owned) */
  MrPrinterTiming timing;
  MrPrinterTalk talk;
  MrPrinterWait wait;
  MrPrinterState state;
  MrPrinterReason reason;
  gboolean was_ready;
  gboolean is_doubtful; /* was ready, and did not answer once: it may be serving another till */
  gboolean swallows; /* takes connections, but the last job got stuck, and it never says why */
  int pause_ms; /* until the next look at a printer in trouble */
} Shared;

struct _MrPrinter
{
  GObject parent_instance;

  char *location; /* (owned) */
  Shared *shared; /* (owned) */
  GQueue waiting; /* (owned): Job, not yet ended, in order */
  guint64 last_serial;
  gboolean is_closed;
  MrPrinterState state;
  MrPrinterReason reason;
};

G_DEFINE_FINAL_TYPE (MrPrinter, mr_printer, G_TYPE_OBJECT)

enum
{
  PROP_STATE = 1,
  PROP_REASON,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];
static guint signal_job_done;

static Job *
job_new (guint64 serial, const char *id, GBytes *bytes, gboolean is_kick)
{
  Job *job = g_new0 (Job, 1);

  job->serial = serial;
  job->id = g_strdup (id);
  job->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  job->is_kick = is_kick;
  return job;
}

static void
job_free (Job *job)
{
  g_free (job->id);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_free (job);
}

static Shared *
shared_ref (Shared *shared)
{
  g_atomic_ref_count_inc (&shared->ref_count);
  return shared;
}

static void
shared_unref (Shared *shared)
{
  if (!g_atomic_ref_count_dec (&shared->ref_count))
    return;
  g_queue_clear_full (&shared->kicks, (GDestroyNotify) job_free);
  g_queue_clear_full (&shared->receipts, (GDestroyNotify) job_free);
  g_queue_clear_full (&shared->news, g_free);
  g_clear_pointer (&shared->port, mr_printer_port_free);
  g_main_context_unref (shared->context);
  g_weak_ref_clear (&shared->printer);
  g_mutex_clear (&shared->mutex);
  close (shared->wake_fd);
  g_free (shared);
}

static void
wake (Shared *shared)
{
  guint64 one = 1;

  /* Fails only when it is awake 2^64 times over. */
  while (write (shared->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

/* --- The thread --------------------------------------------------------------------------- */

static int
hurry (gpointer user)
{
  Shared *shared = user;
  guint64 count;
  int limit_ms = -1;

  while (read (shared->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
    continue;
  g_mutex_lock (&shared->mutex);
  if (shared->is_closing)
    limit_ms = 0;
  else if (!shared->is_kicking && (!g_queue_is_empty (&shared->kicks) ||
                                   (shared->current == 0 && !g_queue_is_empty (&shared->receipts))))
    limit_ms = MAX (1, shared->timing.kick_patience_ms);
  g_mutex_unlock (&shared->mutex);
  return limit_ms;
}

static gboolean on_news (gpointer user);

static void
post (Shared *shared, News news)
{
  g_autoptr (GSource) source = NULL;
  gboolean is_first;

  g_mutex_lock (&shared->mutex);
  g_queue_push_tail (&shared->news, g_memdup2 (&news, sizeof news));
  /* In one step with the news: closing must find a job either under way or ended. */
  if (news.serial != 0)
    shared->current = 0;
  is_first = !shared->has_notified;
  shared->has_notified = TRUE;
  g_mutex_unlock (&shared->mutex);
  if (!is_first)
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_news, shared_ref (shared), (GDestroyNotify) shared_unref);
  g_source_attach (source, shared->context);
}

static void
post_state (Shared *shared, MrPrinterState state, MrPrinterReason reason)
{
  shared->state = state;
  shared->reason = reason;
  post (shared, (News){ .state = state, .reason = reason });
}

/* Whether a printer that fails like this can only be away, not merely in need of a hand. */
static gboolean
means_gone (MrPrinterReason reason)
{
  switch (reason)
    {
    case MR_PRINTER_REASON_NO_ANSWER:
    case MR_PRINTER_REASON_REFUSED:
    case MR_PRINTER_REASON_UNKNOWN_HOST:
    case MR_PRINTER_REASON_NO_NETWORK:
    case MR_PRINTER_REASON_DROPPED:
    case MR_PRINTER_REASON_NO_DEVICE:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
settle_state (Shared *shared, MrPrinterReason reason)
{
  if (reason == MR_PRINTER_REASON_NONE)
    {
      shared->was_ready = TRUE;
      /* That a stuck printer can be reached does not mean that the next receipt fares better. */
      if (!shared->swallows)
        shared->pause_ms = shared->timing.probe_trouble_ms;
      post_state (shared, MR_PRINTER_READY, reason);
      return;
    }
  /* Another printer may have been put in its place. */
  if (means_gone (reason))
    shared->talk = (MrPrinterTalk){ 0 };
  post_state (shared,
              shared->was_ready && means_gone (reason) ? MR_PRINTER_GONE : MR_PRINTER_TROUBLE,
              reason);
}

static MrPrinterReason
look_at_printer (Shared *shared, gboolean is_patient)
{
  MrPrinterPort *port = shared->port;
  MrPrinterReason reason = port->class->open (port, NULL, &shared->wait);

  if (reason == MR_PRINTER_REASON_NONE)
    reason = mr_printer_talk_check (&shared->talk, port, is_patient, &shared->wait);
  port->class->close (port);
  return reason;
}

static void
probe (Shared *shared)
{
  MrPrinterReason reason;
  gboolean was_doubtful;

  if (shared->state == MR_PRINTER_ABSENT)
    post_state (shared, MR_PRINTER_OPENING, MR_PRINTER_REASON_NONE);
  reason = look_at_printer (shared, FALSE);
  was_doubtful = shared->is_doubtful;
  shared->is_doubtful = shared->state == MR_PRINTER_READY && !shared->port->class->is_local &&
                        means_gone (reason) && !was_doubtful;
  if (shared->is_doubtful)
    return;
  /* Hurried away by a job, it says nothing about the printer. */
  if (reason == MR_PRINTER_REASON_NONE || !mr_printer_wait_is_hurried (&shared->wait))
    settle_state (shared, reason);
}

static void
set_bytes_went_out (Shared *shared)
{
  g_mutex_lock (&shared->mutex);
  shared->bytes_went_out = TRUE;
  g_mutex_unlock (&shared->mutex);
}

static MrPrinterReason
write_job (Shared *shared, GBytes *bytes, gboolean *any_out)
{
  MrPrinterPort *port = shared->port;
  MrPrinterReason reason = MR_PRINTER_REASON_NONE;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  while (length > 0 && reason == MR_PRINTER_REASON_NONE)
    {
      gsize n_taken = 0;

      reason = port->class->write (port, data, MIN (length, CHUNK_BYTES), &n_taken, &shared->wait);
      data += n_taken;
      length -= n_taken;
      if (n_taken > 0 && !*any_out && !port->class->holds_back)
        {
          *any_out = TRUE;
          set_bytes_went_out (shared);
        }
    }
  return reason;
}

/* A printer that stopped taking data cannot be asked why on the same connection. */
static MrPrinterReason
find_out_why_stuck (Shared *shared)
{
  MrPrinterReason reason;

  if (!shared->talk.answers)
    return MR_PRINTER_REASON_NO_ANSWER;
  reason = look_at_printer (shared, TRUE);
  return reason == MR_PRINTER_REASON_NONE ? MR_PRINTER_REASON_NO_ANSWER : reason;
}

static MrPrinterReason
run_job (Shared *shared, const Job *job, gboolean *any_out, gboolean *confirmed)
{
  MrPrinterPort *port = shared->port;
  MrPrinterReason reason = port->class->open (port, job->id, &shared->wait);

  /* The drawer does not care about paper. */
  if (reason == MR_PRINTER_REASON_NONE && !job->is_kick)
    reason = mr_printer_talk_check (&shared->talk, port, TRUE, &shared->wait);
  if (reason == MR_PRINTER_REASON_NONE)
    reason = write_job (shared, job->bytes, any_out);
  if (reason == MR_PRINTER_REASON_NONE && !job->is_kick)
    reason = mr_printer_talk_confirm (&shared->talk, port, confirmed, &shared->wait);
  if (reason == MR_PRINTER_REASON_NONE)
    reason = port->class->finish (port, &shared->wait);
  port->class->close (port);
  if (reason == MR_PRINTER_REASON_NO_ANSWER && mr_printer_wait_is_hurried (&shared->wait))
    return MR_PRINTER_REASON_OVERTAKEN;
  if (reason == MR_PRINTER_REASON_NO_ANSWER && *any_out)
    return find_out_why_stuck (shared);
  return reason;
}

static void
do_job (Shared *shared, const Job *job)
{
  MrPrinterState state_before = shared->state;
  MrPrinterReason reason_before = shared->reason;
  gboolean any_out = FALSE;
  gboolean confirmed = FALSE;
  News news = { .serial = job->serial };

  shared->is_doubtful = FALSE;
  post_state (shared, MR_PRINTER_BUSY, MR_PRINTER_REASON_NONE);
  news.reason = run_job (shared, job, &any_out, &confirmed);
  if (news.reason != MR_PRINTER_REASON_NONE)
    news.outcome = any_out ? MR_PRINT_CUT_SHORT : MR_PRINT_NOT_STARTED;
  else
    news.outcome = confirmed ? MR_PRINT_CONFIRMED : MR_PRINT_SENT;
  if (!job->is_kick)
    shared->swallows = any_out && news.reason == MR_PRINTER_REASON_NO_ANSWER;
  post (shared, news);
  /* That the drawer opened does not put paper in. */
  if (job->is_kick && news.reason == MR_PRINTER_REASON_NONE && reason_before != news.reason)
    post_state (shared, state_before, reason_before);
  else
    settle_state (shared, news.reason);
}

/* When to look again; −1 for never. */
static int
get_pause_ms (const Shared *shared)
{
  int pause_ms = shared->pause_ms;

  if (shared->state == MR_PRINTER_READY)
    pause_ms = shared->timing.probe_ready_ms / (shared->port->class->is_local ? 6 : 1);
  if (shared->is_doubtful)
    pause_ms = shared->timing.probe_trouble_ms;
  return pause_ms > 0 ? pause_ms : -1;
}

/* The next job; NULL to look at the printer. */
static Job *
take_job (Shared *shared)
{
  Job *job = g_queue_pop_head (&shared->kicks);

  if (job == NULL)
    job = g_queue_pop_head (&shared->receipts);
  shared->current = job != NULL ? job->serial : 0;
  shared->is_kicking = job != NULL && job->is_kick;
  shared->bytes_went_out = FALSE;
  return job;
}

/* FALSE when the printer is being closed. */
static gboolean
rest (Shared *shared)
{
  struct pollfd fds[] = { { shared->wake_fd, POLLIN, 0 } };
  gboolean is_late = poll (fds, G_N_ELEMENTS (fds), get_pause_ms (shared)) == 0;

  if (is_late && shared->state != MR_PRINTER_READY &&
      (shared->swallows || !shared->port->class->is_local))
    shared->pause_ms = MIN (shared->pause_ms * 2, MAX (shared->timing.probe_ready_ms, 1));
  g_mutex_lock (&shared->mutex);
  shared->wants_probe |= is_late;
  g_mutex_unlock (&shared->mutex);
  return hurry (shared) != 0;
}

static gpointer
run (gpointer user)
{
  Shared *shared = user;
  gboolean goes_on = TRUE;
  sigset_t pipe;

  /* A device that goes away while it is written to must not end the till. */
  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);
  while (goes_on)
    {
      Job *job;
      gboolean wants_probe;

      g_mutex_lock (&shared->mutex);
      job = shared->is_closing ? NULL : take_job (shared);
      wants_probe = shared->wants_probe && job == NULL && !shared->is_closing;
      if (job == NULL)
        shared->wants_probe = FALSE;
      g_mutex_unlock (&shared->mutex);
      if (job != NULL)
        {
          do_job (shared, job);
          job_free (job);
        }
      else if (wants_probe)
        probe (shared);
      else
        goes_on = rest (shared);
    }
  shared_unref (shared);
  return NULL;
}

/* --- The main side ------------------------------------------------------------------------ */

static Job *
take_waiting (MrPrinter *self, guint64 serial)
{
  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    if (((Job *) l->data)->serial == serial)
      {
        Job *job = l->data;

        g_queue_delete_link (&self->waiting, l);
        return job;
      }
  return NULL;
}

static void
tell_job_done (MrPrinter *self, guint64 serial, MrPrintOutcome outcome, MrPrinterReason reason)
{
  Job *job = take_waiting (self, serial);

  if (job == NULL)
    return;
  g_signal_emit (self, signal_job_done, 0, job->id, (int) outcome, (int) reason);
  job_free (job);
}

static void
set_state (MrPrinter *self, MrPrinterState state, MrPrinterReason reason)
{
  gboolean state_changed = self->state != state;
  gboolean reason_changed = self->reason != reason;

  self->state = state;
  self->reason = reason;
  if (reason_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
  if (state_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
take_news (MrPrinter *self)
{
  Shared *shared = self->shared;

  for (;;)
    {
      g_autofree News *news = NULL;

      g_mutex_lock (&shared->mutex);
      news = g_queue_pop_head (&shared->news);
      if (news == NULL)
        shared->has_notified = FALSE;
      g_mutex_unlock (&shared->mutex);
      if (news == NULL)
        return;
      if (news->serial == 0)
        set_state (self, news->state, news->reason);
      else
        tell_job_done (self, news->serial, news->outcome, news->reason);
    }
}

static gboolean
on_news (gpointer user)
{
  Shared *shared = user;
  g_autoptr (MrPrinter) self = g_weak_ref_get (&shared->printer);

  if (self != NULL && !self->is_closed)
    take_news (self);
  return G_SOURCE_REMOVE;
}

static void
stop_thread (MrPrinter *self)
{
  g_mutex_lock (&self->shared->mutex);
  self->shared->is_closing = TRUE;
  g_mutex_unlock (&self->shared->mutex);
  wake (self->shared);
}

static void
mr_printer_dispose (GObject *object)
{
  MrPrinter *self = MR_PRINTER (object);

  if (self->shared != NULL)
    {
      stop_thread (self);
      g_weak_ref_set (&self->shared->printer, NULL);
    }
  g_clear_pointer (&self->shared, shared_unref);
  G_OBJECT_CLASS (mr_printer_parent_class)->dispose (object);
}

static void
mr_printer_finalize (GObject *object)
{
  MrPrinter *self = MR_PRINTER (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) job_free);
  g_free (self->location);
  G_OBJECT_CLASS (mr_printer_parent_class)->finalize (object);
}

static void
mr_printer_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  MrPrinter *self = MR_PRINTER (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;
    case PROP_REASON:
      g_value_set_int (value, (int) self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
mr_printer_class_init (MrPrinterClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = mr_printer_dispose;
  object_class->finalize = mr_printer_finalize;
  object_class->get_property = mr_printer_get_property;
  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, MR_PRINTER_ABSENT, MR_PRINTER_GONE, MR_PRINTER_ABSENT,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_REASON] =
      g_param_spec_int ("reason", NULL, NULL, MR_PRINTER_REASON_NONE, MR_PRINTER_REASON_CLOSED,
                        MR_PRINTER_REASON_NONE,
                        G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signal_job_done = g_signal_new ("job-done", MR_TYPE_PRINTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_INT, G_TYPE_INT);
}

static void
mr_printer_init (MrPrinter *self)
{
  g_queue_init (&self->waiting);
}

gboolean
mr_printer_check_location (const char *location, GError **error)
{
  MrPrinterTiming timing = MR_PRINTER_TIMING_DEFAULT;
  g_autoptr (MrPrinterPort) port = mr_printer_port_new (location, &timing, error);

  return port != NULL;
}

static Shared *
shared_new (MrPrinterPort *port)
{
  Shared *shared = g_new0 (Shared, 1);

  g_atomic_ref_count_init (&shared->ref_count);
  g_mutex_init (&shared->mutex);
  shared->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_assert (shared->wake_fd >= 0);
  shared->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&shared->printer, NULL);
  shared->port = port;
  shared->timing = port->timing;
  shared->pause_ms = port->timing.probe_trouble_ms;
  shared->wait = (MrPrinterWait){ shared->wake_fd, hurry, shared };
  shared->wants_probe = TRUE;
  return shared;
}

MrPrinter *
mr_printer_new (const char *location, const MrPrinterTiming *timing, GError **error)
{
  MrPrinterTiming standard = MR_PRINTER_TIMING_DEFAULT;
  MrPrinterPort *port = mr_printer_port_new (location, timing != NULL ? timing : &standard, error);
  MrPrinter *self;

  if (port == NULL)
    return NULL;
  self = g_object_new (MR_TYPE_PRINTER, NULL);
  self->location = g_strdup (location);
  self->shared = shared_new (port);
  g_weak_ref_set (&self->shared->printer, self);
  g_thread_unref (g_thread_new ("printer", run, shared_ref (self->shared)));
  return self;
}

static void
queue_job (MrPrinter *self, const char *id, GBytes *bytes, gboolean is_kick)
{
  Shared *shared = self->shared;
  guint64 serial = ++self->last_serial;

  g_queue_push_tail (&self->waiting, job_new (serial, id, NULL, is_kick));
  if (self->is_closed)
    {
      tell_job_done (self, serial, MR_PRINT_NOT_STARTED, MR_PRINTER_REASON_CLOSED);
      return;
    }
  g_mutex_lock (&shared->mutex);
  g_queue_push_tail (is_kick ? &shared->kicks : &shared->receipts,
                     job_new (serial, id, bytes, is_kick));
  g_mutex_unlock (&shared->mutex);
  wake (shared);
}

void
mr_printer_print (MrPrinter *self, const char *id, GBytes *job)
{
  queue_job (self, id, job, FALSE);
}

void
mr_printer_kick (MrPrinter *self, const char *id, GBytes *job)
{
  queue_job (self, id, job, TRUE);
}

void
mr_printer_probe (MrPrinter *self)
{
  g_mutex_lock (&self->shared->mutex);
  self->shared->wants_probe = TRUE;
  g_mutex_unlock (&self->shared->mutex);
  wake (self->shared);
}

void
mr_printer_close (MrPrinter *self)
{
  guint64 current;
  gboolean bytes_went_out;
  gboolean is_all_known;

  if (self->is_closed)
    return;
  stop_thread (self);
  do
    {
      /* What had ended, ended as it did. */
      take_news (self);
      g_mutex_lock (&self->shared->mutex);
      current = self->shared->current;
      bytes_went_out = self->shared->bytes_went_out;
      is_all_known = g_queue_is_empty (&self->shared->news);
      g_mutex_unlock (&self->shared->mutex);
    }
  while (!is_all_known);
  self->is_closed = TRUE;
  while (!g_queue_is_empty (&self->waiting))
    {
      guint64 serial = ((Job *) g_queue_peek_head (&self->waiting))->serial;

      tell_job_done (self, serial,
                     serial == current && bytes_went_out ? MR_PRINT_CUT_SHORT
                                                         : MR_PRINT_NOT_STARTED,
                     MR_PRINTER_REASON_CLOSED);
    }
  set_state (self, MR_PRINTER_ABSENT, MR_PRINTER_REASON_CLOSED);
}

const char *
mr_printer_get_location (MrPrinter *self)
{
  return self->location;
}

MrPrinterState
mr_printer_get_state (MrPrinter *self)
{
  return self->state;
}

MrPrinterReason
mr_printer_get_reason (MrPrinter *self)
{
  return self->reason;
}

guint
mr_printer_get_n_waiting (MrPrinter *self)
{
  return g_queue_get_length (&self->waiting);
}

gboolean
mr_print_outcome_is_printed (MrPrintOutcome outcome)
{
  return outcome == MR_PRINT_CONFIRMED || outcome == MR_PRINT_SENT;
}

const char *
mr_print_outcome_to_string (MrPrintOutcome outcome)
{
  static const char *const names[] = { "confirmed", "sent", "not-started", "cut-short" };

  g_assert ((guint) outcome < G_N_ELEMENTS (names));
  return names[outcome];
}

const char *
mr_printer_state_to_string (MrPrinterState state)
{
  static const char *const names[] = { "absent", "opening", "ready", "busy", "trouble", "gone" };

  g_assert ((guint) state < G_N_ELEMENTS (names));
  return names[state];
}

const char *
mr_printer_reason_to_string (MrPrinterReason reason)
{
  static const char *const names[] = {
    "none",      "no-answer",  "refused", "unknown-host", "no-network", "dropped",
    "no-device", "permission", "in-use",  "paper",        "cover",      "fault",
    "disk-full", "no-folder",  "io",      "overtaken",    "closed",
  };

  g_assert ((guint) reason < G_N_ELEMENTS (names));
  return names[reason];
}
