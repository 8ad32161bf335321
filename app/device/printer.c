/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer.h"

#include "device/printer-thread.h"

/* A job not yet ended. */
typedef struct
{
  guint64 serial;
  char *id; /* (owned) */
} Waiting;

struct _MrPrinter
{
  MrDevice parent_instance;

  char *location; /* (owned) */
  MrPrinterThread *thread; /* (owned) */
  GQueue waiting; /* (owned): Waiting, in order */
  guint64 last_serial;
  gboolean is_silent;
  gboolean is_closing; /* the last news are being told */
  gboolean is_closed;
};

G_DEFINE_FINAL_TYPE (MrPrinter, mr_printer, MR_TYPE_DEVICE)

static guint signal_job_done;

static void
waiting_free (Waiting *waiting)
{
  g_free (waiting->id);
  g_free (waiting);
}

static Waiting *
take_waiting (MrPrinter *self, guint64 serial)
{
  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    if (((Waiting *) l->data)->serial == serial)
      {
        Waiting *waiting = l->data;

        g_queue_delete_link (&self->waiting, l);
        return waiting;
      }
  return NULL;
}

static void
tell_job_done (MrPrinter *self, guint64 serial, MrPrintOutcome outcome, MrDeviceReason reason)
{
  Waiting *waiting = take_waiting (self, serial);

  if (waiting == NULL)
    return;
  g_signal_emit (self, signal_job_done, 0, waiting->id, (int) outcome, (int) reason);
  waiting_free (waiting);
}

static void
take_state (MrPrinter *self, const MrPrinterNews *news)
{
  MrDevice *device = MR_DEVICE (self);
  gboolean is_same =
      mr_device_get_state (device) == news->state && mr_device_get_reason (device) == news->reason;
  gboolean has_changed = is_same && self->is_silent != news->is_silent;

  self->is_silent = news->is_silent;
  mr_device_set_state (device, news->state, news->reason);
  if (has_changed)
    g_signal_emit_by_name (self, "changed");
}

static void
take_news (MrPrinter *self)
{
  MrPrinterNews news;

  /* Who is told may close the printer. */
  while (!self->is_closed && mr_printer_thread_take_news (self->thread, &news))
    if (news.serial == 0)
      take_state (self, &news);
    else
      tell_job_done (self, news.serial, news.outcome, news.reason);
}

static void
on_news (GObject *printer)
{
  MrPrinter *self = MR_PRINTER (printer);

  if (!self->is_closed)
    take_news (self);
}

static void
mr_printer_dispose (GObject *object)
{
  MrPrinter *self = MR_PRINTER (object);

  if (self->thread != NULL)
    mr_printer_thread_stop (self->thread);
  g_clear_pointer (&self->thread, mr_printer_thread_unref);
  G_OBJECT_CLASS (mr_printer_parent_class)->dispose (object);
}

static void
mr_printer_finalize (GObject *object)
{
  MrPrinter *self = MR_PRINTER (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) waiting_free);
  g_free (self->location);
  G_OBJECT_CLASS (mr_printer_parent_class)->finalize (object);
}

static void
mr_printer_class_init (MrPrinterClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = mr_printer_dispose;
  object_class->finalize = mr_printer_finalize;
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
  self->thread = mr_printer_thread_start (port, G_OBJECT (self), on_news);
  return self;
}

static void
queue_job (MrPrinter *self, const char *id, GBytes *bytes, gboolean is_kick, GBytes *now)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->serial = ++self->last_serial;
  waiting->id = g_strdup (id);
  g_queue_push_tail (&self->waiting, waiting);
  if (self->is_closed)
    tell_job_done (self, waiting->serial, MR_PRINT_NOT_STARTED, MR_DEVICE_REASON_CLOSED);
  else
    mr_printer_thread_add_job (self->thread, waiting->serial, id, bytes, is_kick, now);
}

void
mr_printer_print (MrPrinter *self, const char *id, GBytes *job)
{
  queue_job (self, id, job, FALSE, NULL);
}

void
mr_printer_kick (MrPrinter *self, const char *id, GBytes *job, GBytes *now)
{
  queue_job (self, id, job, TRUE, now);
}

void
mr_printer_probe (MrPrinter *self)
{
  mr_printer_thread_look (self->thread);
}

void
mr_printer_close (MrPrinter *self)
{
  guint64 current;
  gboolean bytes_went_out;

  if (self->is_closing)
    return;
  self->is_closing = TRUE;
  mr_printer_thread_stop (self->thread);
  /* What had ended, ended as it did. */
  do
    take_news (self);
  while (!mr_printer_thread_get_current (self->thread, &current, &bytes_went_out));
  self->is_closed = TRUE;
  while (!g_queue_is_empty (&self->waiting))
    {
      guint64 serial = ((Waiting *) g_queue_peek_head (&self->waiting))->serial;

      tell_job_done (self, serial,
                     serial == current && bytes_went_out ? MR_PRINT_CUT_SHORT
                                                         : MR_PRINT_NOT_STARTED,
                     MR_DEVICE_REASON_CLOSED);
    }
  mr_device_set_state (MR_DEVICE (self), MR_DEVICE_ABSENT, MR_DEVICE_REASON_CLOSED);
}

const char *
mr_printer_get_location (MrPrinter *self)
{
  return self->location;
}

char *
mr_printer_dup_name (MrPrinter *self)
{
  return mr_printer_thread_dup_name (self->thread);
}

gboolean
mr_printer_is_silent (MrPrinter *self)
{
  return self->is_silent;
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
