/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/shift-desk.h"

#include "till/parts.h"

struct _MrShiftDesk
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  MrShift *shift; /* (owned) (nullable): the open one */
  MrShift *closed; /* (owned) (nullable): the last closed one */
};

G_DEFINE_FINAL_TYPE (MrShiftDesk, mr_shift_desk, G_TYPE_OBJECT)

enum
{
  CHANGED,
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* One thing done at the desk, on its way to the store and back. */
typedef struct
{
  MrShiftDesk *desk; /* (owned) */
  GTask *task; /* (owned) */
  gint64 amount_minor;
  gboolean has_count;
  gboolean print;
  gboolean opens_drawer;
  char *reason; /* (owned) (nullable) */
  MrEntryContext context;
  MrShift *shift; /* (owned) (nullable): the open one afterwards */
  MrShift *closed; /* (owned) (nullable): what was closed */
} Errand;

static void
free_errand (gpointer data)
{
  Errand *errand = data;

  g_clear_pointer (&errand->shift, mr_shift_free);
  g_clear_pointer (&errand->closed, mr_shift_free);
  g_free (errand->reason);
  g_object_unref (errand->task);
  g_object_unref (errand->desk);
  g_free (errand);
}

/* NULL when the person may not; the task has its answer then. */
static Errand *
begin_errand (MrShiftDesk *self, MrMay may, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  MrSession *session = self->ground->session;
  Errand *errand;

  if (!mr_session_is_signed_in (session))
    {
      g_task_return_new_error (task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOT_SIGNED_IN,
                               "nobody is signed in");
      return NULL;
    }
  if (!mr_session_may (session, may))
    {
      g_task_return_new_error (task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_FORBIDDEN,
                               "this needs somebody who may");
      return NULL;
    }
  errand = g_new0 (Errand, 1);
  errand->desk = g_object_ref (self);
  errand->task = g_steal_pointer (&task);
  mr_ground_fill_context (self->ground, &errand->context);
  return errand;
}

static void
show_shift (MrShiftDesk *self, MrShift *shift)
{
  g_clear_pointer (&self->shift, mr_shift_free);
  self->shift = shift;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What the desk shows follows from what the store did. */
static void
on_errand_done (MrGround *ground, gpointer data, const GError *error)
{
  Errand *errand = data;
  MrShiftDesk *self = errand->desk;

  if (error != NULL)
    {
      g_task_return_error (errand->task, g_error_copy (error));
      return;
    }
  if (errand->closed != NULL)
    {
      g_clear_pointer (&self->closed, mr_shift_free);
      self->closed = mr_shift_copy (errand->closed);
    }
  show_shift (self, g_steal_pointer (&errand->shift));
  if (errand->opens_drawer)
    mr_spooler_kick_drawer (ground->spooler);
  mr_spooler_look (ground->spooler);
  if (errand->closed != NULL)
    {
      g_signal_emit (self, signals[CLOSED], 0);
      g_task_return_pointer (errand->task, g_steal_pointer (&errand->closed),
                             (GDestroyNotify) mr_shift_free);
    }
  else
    g_task_return_pointer (errand->task, self->shift != NULL ? mr_shift_copy (self->shift) : NULL,
                           (GDestroyNotify) mr_shift_free);
}

static void
run_errand (MrShiftDesk *self, Errand *errand, MrStoreJob job)
{
  mr_ground_run (self->ground, job, errand, free_errand, on_errand_done);
}

static gboolean
store_open (MrJournal *journal, gpointer data, GError **error)
{
  Errand *errand = data;

  errand->shift = mr_journal_open_shift (journal, errand->amount_minor, &errand->context, error);
  return errand->shift != NULL;
}

static gboolean
store_close (MrJournal *journal, gpointer data, GError **error)
{
  Errand *errand = data;

  errand->closed = mr_journal_close_shift (journal, errand->amount_minor, errand->has_count,
                                           &errand->context, errand->print, error);
  if (errand->closed == NULL)
    return FALSE;
  /* The day's end is the moment for the file's upkeep; that it could wait is no error of the close. */
  if (!mr_journal_tidy (journal, TRUE, NULL))
    g_debug ("the journal will be tidied later");
  return TRUE;
}

static gboolean
store_read (MrJournal *journal, gpointer data, GError **error)
{
  Errand *errand = data;

  if (!mr_journal_read_shift (journal, &errand->context, errand->print, error))
    return FALSE;
  errand->shift = mr_journal_load_shift (journal, error);
  return errand->shift != NULL;
}

static gboolean
store_no_sale (MrJournal *journal, gpointer data, GError **error)
{
  Errand *errand = data;

  if (!mr_journal_note_drawer (journal, &errand->context, errand->reason, error))
    return FALSE;
  errand->shift = mr_journal_load_shift (journal, NULL);
  return TRUE;
}

static gboolean
store_move_cash (MrJournal *journal, gpointer data, GError **error)
{
  Errand *errand = data;

  if (!mr_journal_move_cash (journal, errand->amount_minor, errand->reason, &errand->context,
                             error))
    return FALSE;
  errand->shift = mr_journal_load_shift (journal, NULL);
  return TRUE;
}

static void
mr_shift_desk_finalize (GObject *object)
{
  MrShiftDesk *self = MR_SHIFT_DESK (object);

  g_clear_pointer (&self->shift, mr_shift_free);
  g_clear_pointer (&self->closed, mr_shift_free);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_shift_desk_parent_class)->finalize (object);
}

static void
mr_shift_desk_class_init (MrShiftDeskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_shift_desk_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_SHIFT_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", MR_TYPE_SHIFT_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
mr_shift_desk_init (MrShiftDesk *self)
{
}

MrShiftDesk *
mr_shift_desk_new (MrGround *ground)
{
  MrShiftDesk *self = g_object_new (MR_TYPE_SHIFT_DESK, NULL);

  self->ground = mr_ground_ref (ground);
  mr_shift_desk_refresh (self);
  return self;
}

void
mr_shift_desk_take_shift (MrShiftDesk *self, MrShift *shift)
{
  show_shift (self, shift);
}

void
mr_shift_desk_refresh (MrShiftDesk *self)
{
  g_autoptr (MrShift) last = mr_journal_load_last_shift (self->ground->journal, NULL);

  if (last != NULL && last->state == MR_SHIFT_CLOSED)
    {
      g_clear_pointer (&self->closed, mr_shift_free);
      self->closed = g_steal_pointer (&last);
    }
  show_shift (self, g_steal_pointer (&last));
}

const MrShift *
mr_shift_desk_get_shift (MrShiftDesk *self)
{
  return self->shift;
}

const MrShift *
mr_shift_desk_get_last_closed (MrShiftDesk *self)
{
  return self->closed;
}

gint64
mr_shift_desk_get_default_float_minor (MrShiftDesk *self)
{
  if (self->closed == NULL)
    return 0;
  if (self->closed->has_count)
    return self->closed->counted_minor;
  /* More may have been taken out than came in, on paper; no drawer holds less than nothing, and a float
   * that is refused would let the next day's first sale be refused. */
  return CLAMP (mr_shift_get_expected_minor (self->closed), 0, MR_MONEY_MAX_MINOR);
}

gboolean
mr_shift_desk_can_sell (MrShiftDesk *self)
{
  return self->shift != NULL || mr_session_is_simple (self->ground->session);
}

void
mr_shift_desk_open_async (MrShiftDesk *self, gint64 float_minor, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Errand *errand = begin_errand (self, MR_MAY_OPEN_SHIFT, callback, user_data);

  if (errand == NULL)
    return;
  errand->amount_minor = float_minor;
  run_errand (self, errand, store_open);
}

gboolean
mr_shift_desk_open_finish (MrShiftDesk *self, GAsyncResult *result, GError **error)
{
  g_autoptr (MrShift) shift = g_task_propagate_pointer (G_TASK (result), error);

  return shift != NULL;
}

void
mr_shift_desk_close_async (MrShiftDesk *self, gint64 counted_minor, gboolean has_count,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  Errand *errand = begin_errand (self, MR_MAY_CLOSE_SHIFT, callback, user_data);

  if (errand == NULL)
    return;
  errand->amount_minor = counted_minor;
  errand->has_count = has_count;
  errand->print = *mr_settings_get (self->ground->settings, MR_SETTING_PRINTER) != '\0';
  run_errand (self, errand, store_close);
}

MrShift *
mr_shift_desk_close_finish (MrShiftDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
mr_shift_desk_read_async (MrShiftDesk *self, GAsyncReadyCallback callback, gpointer user_data)
{
  Errand *errand = begin_errand (self, MR_MAY_READ_SHIFT, callback, user_data);

  if (errand == NULL)
    return;
  errand->print = *mr_settings_get (self->ground->settings, MR_SETTING_PRINTER) != '\0';
  run_errand (self, errand, store_read);
}

MrShift *
mr_shift_desk_read_finish (MrShiftDesk *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
mr_shift_desk_no_sale_async (MrShiftDesk *self, const char *reason, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Errand *errand = begin_errand (self, MR_MAY_OPEN_DRAWER, callback, user_data);

  if (errand == NULL)
    return;
  errand->reason = g_strdup (reason != NULL ? reason : "");
  errand->opens_drawer = TRUE;
  run_errand (self, errand, store_no_sale);
}

gboolean
mr_shift_desk_no_sale_finish (MrShiftDesk *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MrShift) shift = g_task_propagate_pointer (G_TASK (result), &failure);

  /* Without an open shift there is none to give, and nothing is wrong. */
  if (shift != NULL || failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

void
mr_shift_desk_move_cash_async (MrShiftDesk *self, gint64 amount_minor, const char *reason,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  Errand *errand = begin_errand (self, MR_MAY_MOVE_CASH, callback, user_data);

  if (errand == NULL)
    return;
  errand->amount_minor = amount_minor;
  errand->reason = g_strdup (reason != NULL ? reason : "");
  errand->opens_drawer = TRUE;
  run_errand (self, errand, store_move_cash);
}

gboolean
mr_shift_desk_move_cash_finish (MrShiftDesk *self, GAsyncResult *result, GError **error)
{
  return mr_shift_desk_no_sale_finish (self, result, error);
}
