/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/checkout-private.h"

/* What a power cut may cost of the open basket. */
#define SETTLE_MS 1000

/* A basket on its way to the store. It travels as text, made on the main thread, so that the basket
 * on the screen may change while the store writes. */
typedef struct
{
  MrCheckout *checkout; /* (owned) */
  GTask *task; /* (owned) (nullable) */
  char *body; /* (owned) (nullable) */
  MrEntryContext context;
  guint number; /* of a removed line */
  MrTaking taking; /* to recall: its texts are … */
  char *basket; /* (owned) (nullable) */
  char *claim; /* (owned) (nullable) */
  char *text; /* (owned) (nullable): label or reason */
  gboolean held; /* what was at hand, to recall another */
  MrSale *sale; /* (owned) (nullable): what was recalled */
} Parcel;

static void
free_parcel (gpointer data)
{
  Parcel *parcel = data;

  g_clear_pointer (&parcel->sale, mr_sale_free);
  g_clear_object (&parcel->task);
  g_object_unref (parcel->checkout);
  g_free (parcel->body);
  g_free (parcel->text);
  g_free (parcel->basket);
  g_free (parcel->claim);
  g_free (parcel);
}

static Parcel *
new_parcel (MrCheckout *self, GTask *task)
{
  Parcel *parcel = g_new0 (Parcel, 1);

  parcel->checkout = g_object_ref (self);
  parcel->task = task != NULL ? g_object_ref (task) : NULL;
  parcel->body = mr_sale_get_n_lines (self->sale) > 0 ? mr_basket_write (self->sale) : NULL;
  mr_ground_fill_context (self->ground, &parcel->context);
  return parcel;
}

static MrSale *
unpack (const Parcel *parcel, GError **error)
{
  if (parcel->body == NULL)
    return mr_sale_new (MR_ID_NONE, parcel->context.currency, 1);
  return mr_basket_read (parcel->body, error);
}

/* --- the open basket --- */

static gboolean
store_keep (MrJournal *journal, gpointer data, GError **error)
{
  const Parcel *parcel = data;
  g_autoptr (MrSale) sale = unpack (parcel, error);

  return sale != NULL &&
         mr_journal_keep_basket (journal, sale, parcel->context.staff_number, error);
}

static gboolean
store_settle (MrJournal *journal, gpointer data, GError **error)
{
  return mr_journal_tidy (journal, FALSE, error);
}

static gboolean
settle (gpointer user_data)
{
  MrCheckout *self = user_data;

  self->settle_source = 0;
  mr_ground_run (self->ground, store_settle, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_kept (MrGround *ground, gpointer data, const GError *error)
{
  const Parcel *parcel = data;

  parcel->checkout->n_keeping--;
  if (error != NULL)
    g_message ("the open basket could not be kept: %s", error->message);
  /* Not with each scan: a disk of the cheapest till needs its time for a sync. */
  else if (parcel->checkout->settle_source == 0 && !ground->by_hand)
    parcel->checkout->settle_source = g_timeout_add (SETTLE_MS, settle, parcel->checkout);
}

static gboolean
keep (gpointer user_data)
{
  MrCheckout *self = user_data;
  gboolean is_empty = mr_sale_get_n_lines (self->sale) == 0;

  self->keep_source = 0;
  self->is_dirty = FALSE;
  if (is_empty && self->was_empty)
    return G_SOURCE_REMOVE;
  self->was_empty = is_empty;
  self->n_keeping++;
  mr_ground_run (self->ground, store_keep, new_parcel (self, NULL), free_parcel, on_kept);
  return G_SOURCE_REMOVE;
}

/* Many scans in one turn of the main loop are kept once. */
void
mr_checkout_keep_soon (MrCheckout *self)
{
  self->is_dirty = TRUE;
  if (self->keep_source == 0)
    self->keep_source = g_idle_add_full (G_PRIORITY_DEFAULT, keep, self, NULL);
}

void
mr_checkout_keep_now (MrCheckout *self)
{
  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (self->keep_source == 0)
    return;
  g_source_remove (self->keep_source);
  keep (self);
}

void
mr_checkout_drop_keep (MrCheckout *self)
{
  g_clear_handle_id (&self->keep_source, g_source_remove);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->is_dirty = FALSE;
  self->was_empty = TRUE;
}

gboolean
mr_checkout_is_kept (MrCheckout *self)
{
  return !self->is_dirty && self->n_keeping == 0 && !self->is_moving &&
         self->state != MR_CHECKOUT_SAVING;
}

static gboolean
store_removed (MrJournal *journal, gpointer data, GError **error)
{
  const Parcel *parcel = data;
  g_autoptr (MrSale) sale = unpack (parcel, error);

  return sale != NULL &&
         mr_journal_note_removed_line (journal, sale, parcel->number, &parcel->context, error);
}

static void
on_removed_stored (MrGround *ground, gpointer data, const GError *error)
{
  const Parcel *parcel = data;

  parcel->checkout->n_keeping--;
  if (error != NULL)
    g_message ("a removed line could not be noted: %s", error->message);
  else
    mr_shift_desk_refresh (ground->shift_desk);
}

void
mr_checkout_note_removed (MrCheckout *self, guint number)
{
  Parcel *parcel = new_parcel (self, NULL);

  parcel->number = number;
  self->n_keeping++;
  mr_ground_run (self->ground, store_removed, parcel, free_parcel, on_removed_stored);
}

static guint
find_newest (const MrSale *sale)
{
  for (guint i = mr_sale_get_n_lines (sale); i > 0; i--)
    {
      if (!mr_sale_get_line (sale, i - 1)->removed)
        return mr_sale_get_line (sale, i - 1)->number;
    }
  return 0;
}

static void
take_sale (MrCheckout *self, MrSale *sale)
{
  g_clear_pointer (&self->sale, mr_sale_free);
  self->sale = sale;
  self->newest = find_newest (sale);
  self->was_empty = mr_sale_get_n_lines (sale) == 0;
  g_array_set_size (self->removed, 0);
  if (mr_sale_get_state (sale) == MR_SALE_PAYING && mr_sale_get_n_tenders (sale) == 0 &&
      !mr_sale_move (sale, MR_SALE_OPEN, NULL))
    g_warning ("a basket without a tender would not open");
  self->state =
      mr_sale_get_state (sale) == MR_SALE_PAYING ? MR_CHECKOUT_PAYING : MR_CHECKOUT_SELLING;
}

void
mr_checkout_restore (MrCheckout *self)
{
  g_autoptr (GError) error = NULL;
  MrSale *sale = mr_journal_load_basket (self->ground->journal, &error);

  if (error != NULL)
    g_warning ("the open basket cannot be read: %s", error->message);
  if (sale == NULL)
    return;
  mr_sale_set_id (sale, mr_id_new (self->ground->world));
  take_sale (self, sale);
  mr_checkout_show (self, 0);
  self->was_empty = FALSE;
  /* What is on the disk bears the old id and would come back once this one is sold: before that it has to
   * be written anew. */
  mr_checkout_keep_soon (self);
  mr_checkout_keep_now (self);
}

/* --- hold, recall, void --- */

/* NULL when it may not be now; the task has its answer then. */
static Parcel *
begin_move (MrCheckout *self, MrMay may, gboolean needs_lines, GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GError) error = NULL;

  if (!mr_checkout_check_may (self, may, &error) || !mr_checkout_open_basket (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return NULL;
    }
  if (needs_lines && mr_sale_count_live_lines (self->sale) == 0)
    {
      g_task_return_new_error (task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_EMPTY,
                               "there is nothing in the basket");
      return NULL;
    }
  mr_checkout_drop_keep (self);
  self->is_moving = TRUE;
  return new_parcel (self, task);
}

static void
on_moved (MrGround *ground, gpointer data, const GError *error)
{
  Parcel *parcel = data;
  MrCheckout *self = parcel->checkout;

  self->is_moving = FALSE;
  if (error != NULL && !parcel->held)
    {
      /* What is on the screen is still the basket: it is kept again. */
      self->was_empty = FALSE;
      mr_checkout_show (self, 0);
    }
  else if (parcel->sale != NULL)
    {
      take_sale (self, g_steal_pointer (&parcel->sale));
      mr_checkout_show (self, 0);
      mr_checkout_drop_keep (self);
      self->was_empty = FALSE;
    }
  else
    {
      for (guint i = 0; i < mr_sale_get_n_lines (self->sale); i++)
        mr_checkout_release_return (self, mr_sale_get_line (self->sale, i), TRUE);
      mr_checkout_start (self);
      mr_checkout_forget_questions (self);
      mr_checkout_show (self, 0);
      mr_checkout_drop_keep (self);
    }
  mr_shift_desk_refresh (ground->shift_desk);
  mr_checkout_emit_held_changed (self);
  if (error != NULL)
    g_task_return_error (parcel->task, g_error_copy (error));
  else
    g_task_return_boolean (parcel->task, TRUE);
  mr_checkout_take_waiting (self);
}

static gboolean
store_hold (MrJournal *journal, gpointer data, GError **error)
{
  const Parcel *parcel = data;
  g_autoptr (MrSale) sale = unpack (parcel, error);

  return sale != NULL &&
         mr_journal_hold_basket (journal, sale, parcel->text, &parcel->context, error);
}

/* "14:32 可口可乐": when, and what it begins with. */
static char *
make_label (MrCheckout *self)
{
  g_autoptr (GDateTime) utc =
      g_date_time_new_from_unix_utc (mr_ground_get_now_us (self->ground) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, self->ground->time_zone);
  g_autofree char *time = g_date_time_format (local, "%H:%M");
  g_autofree char *name = NULL;

  if (self->lines->len == 0)
    return g_steal_pointer (&time);
  name = g_utf8_substring (mr_basket_line_get_name (self->lines->pdata[0]), 0,
                           MIN (20, g_utf8_strlen (mr_basket_line_get_name (self->lines->pdata[0]),
                                                   -1)));
  return g_strdup_printf ("%s %s", time, name);
}

gboolean
mr_checkout_check_hold (MrCheckout *self, GError **error)
{
  if (!mr_sale_has_returns (self->sale, TRUE))
    return TRUE;
  g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_GIVING_BACK,
               "goods are given back in this basket");
  return FALSE;
}

void
mr_checkout_hold_async (MrCheckout *self, const char *label, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  Parcel *parcel;

  if (!mr_checkout_check_hold (self, &error))
    {
      g_task_report_error (self, callback, user_data, mr_checkout_hold_async,
                           g_steal_pointer (&error));
      return;
    }
  parcel = begin_move (self, MR_MAY_HOLD, TRUE, callback, user_data);
  if (parcel == NULL)
    return;
  parcel->text = label != NULL && *label != '\0' ? g_strdup (label) : make_label (self);
  mr_ground_run (self->ground, store_hold, parcel, free_parcel, on_moved);
}

gboolean
mr_checkout_hold_finish (MrCheckout *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
store_recall (MrJournal *journal, gpointer data, GError **error)
{
  Parcel *parcel = data;

  /* What is at hand is held; what was all removed again is dropped. */
  if (parcel->body != NULL ? !store_hold (journal, data, error)
                           : !store_keep (journal, data, error))
    return FALSE;
  parcel->held = parcel->body != NULL;
  parcel->sale = mr_journal_take_basket (journal, &parcel->taking, &parcel->context, error);
  return parcel->sale != NULL;
}

void
mr_checkout_take_held (MrCheckout *self, const MrHeld *held, const char *basket, const char *claim,
                       gboolean unclaimed, GAsyncReadyCallback callback, gpointer user_data)
{
  Parcel *parcel = begin_move (self, MR_MAY_HOLD, FALSE, callback, user_data);

  if (parcel == NULL)
    return;
  parcel->basket = g_strdup (basket);
  parcel->claim = g_strdup (claim);
  parcel->taking = (MrTaking){ held->hold, held->slot, parcel->basket, parcel->claim, unclaimed };
  parcel->text = make_label (self);
  if (mr_sale_count_live_lines (self->sale) == 0)
    g_clear_pointer (&parcel->body, g_free);
  mr_ground_run (self->ground, store_recall, parcel, free_parcel, on_moved);
}

static gboolean
store_void (MrJournal *journal, gpointer data, GError **error)
{
  const Parcel *parcel = data;
  g_autoptr (MrSale) sale = unpack (parcel, error);

  return sale != NULL &&
         mr_journal_void_sale (journal, sale, &parcel->context, parcel->text, error);
}

void
mr_checkout_void_async (MrCheckout *self, const char *reason, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  Parcel *parcel = begin_move (self, MR_MAY_VOID_SALE, TRUE, callback, user_data);

  if (parcel == NULL)
    return;
  parcel->text = g_strdup (reason != NULL ? reason : "");
  mr_ground_run (self->ground, store_void, parcel, free_parcel, on_moved);
}

gboolean
mr_checkout_void_finish (MrCheckout *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
