/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/checkout-private.h"

/* A paid sale on its way to the disk. While it is there nobody else touches @sale. */
typedef struct
{
  MrCheckout *checkout; /* (owned) */
  GTask *task; /* (owned) */
  MrSale *sale; /* (owned) */
  char *before; /* (owned): the basket without the last tender, should the disk refuse */
  MrEntryContext context;
  gint64 catalog_v;
  gboolean print;
  gboolean opens_shift;
  gint64 float_minor;
  gboolean took_cash;
  MrPaymentResult result;
  MrCommittedSale committed;
} Deal;

static void
free_deal (gpointer data)
{
  Deal *deal = data;

  mr_committed_sale_clear (&deal->committed);
  g_clear_pointer (&deal->sale, mr_sale_free);
  g_free (deal->before);
  g_object_unref (deal->task);
  g_object_unref (deal->checkout);
  g_free (deal);
}

/* In a simple shop the first sale of the day opens the shift: nobody has to. */
static gboolean
ensure_shift (MrJournal *journal, Deal *deal, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MrShift) shift = mr_journal_load_shift (journal, &failure);

  if (shift == NULL && failure == NULL && deal->opens_shift)
    shift = mr_journal_open_shift (journal, deal->float_minor, &deal->context, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  deal->context.shift_number = shift != NULL ? shift->number : 0;
  return TRUE;
}

static gboolean
store_sale (MrJournal *journal, gpointer data, GError **error)
{
  Deal *deal = data;

  return ensure_shift (journal, deal, error) &&
         mr_journal_commit_sale (journal, deal->sale, &deal->context, deal->catalog_v, deal->print,
                                 &deal->committed, error);
}

static void
undo_deal (MrCheckout *self, Deal *deal, const GError *error)
{
  g_autoptr (GError) failure = NULL;
  MrSale *sale = mr_basket_read (deal->before, &failure);

  if (sale == NULL)
    g_error ("a basket written a moment ago cannot be read: %s", failure->message);
  mr_sale_free (self->sale);
  self->sale = sale;
  self->was_empty = FALSE;
  if (mr_sale_get_state (sale) == MR_SALE_OPEN && !mr_sale_move (sale, MR_SALE_PAYING, &failure))
    g_warning ("a basket that was being paid will not be: %s", failure->message);
  self->state = MR_CHECKOUT_PAYING;
  mr_checkout_show (self, 0);
  g_task_return_error (deal->task, g_error_copy (error));
}

static void
close_deal (MrCheckout *self, Deal *deal)
{
  MrGround *ground = self->ground;

  g_strlcpy (deal->result.receipt_label, deal->committed.receipt_label,
             sizeof deal->result.receipt_label);
  deal->result.entry_id = deal->committed.entry_id;
  self->payment = deal->result;
  self->has_payment = TRUE;
  mr_checkout_forget_questions (self);
  mr_shift_desk_take_shift (ground->shift_desk, g_steal_pointer (&deal->committed.shift));
  if (deal->took_cash)
    mr_spooler_kick_drawer (ground->spooler);
  mr_spooler_look (ground->spooler);
  mr_checkout_set_state (self, MR_CHECKOUT_CHANGE);
  mr_checkout_emit_completed (self, self->payment.receipt_label);
  g_task_set_task_data (deal->task, g_memdup2 (&deal->result, sizeof deal->result), g_free);
  g_task_return_boolean (deal->task, TRUE);
}

static void
on_sale_stored (MrGround *ground, gpointer data, const GError *error)
{
  Deal *deal = data;
  MrCheckout *self = deal->checkout;

  if (error != NULL)
    undo_deal (self, deal, error);
  else
    close_deal (self, deal);
  mr_checkout_take_waiting (self);
}

static gint64
sum_cash_out (const MrSale *sale)
{
  gint64 sum_minor = 0;

  for (guint i = 0; i < mr_sale_get_n_tenders (sale); i++)
    {
      const MrTender *tender = mr_sale_get_tender (sale, i);

      if (tender->kind == MR_TENDER_CASH && tender->amount_minor < 0)
        sum_minor -= tender->amount_minor;
    }
  return sum_minor;
}

static void
fill_result (MrCheckout *self, MrPaymentResult *result)
{
  const MrTotals *totals = mr_sale_get_totals (self->sale);

  *result = (MrPaymentResult){ 0 };
  result->complete = mr_sale_get_state (self->sale) == MR_SALE_COMPLETE;
  result->total_minor = totals->total_minor;
  result->due_minor = totals->due_minor;
  result->change_minor = totals->change_minor;
  result->cash_out_minor = sum_cash_out (self->sale);
  result->rounding_minor = totals->rounding_minor;
  result->entry_id = mr_sale_get_id (self->sale);
}

static gboolean
has_cash (const MrSale *sale)
{
  for (guint i = 0; i < mr_sale_get_n_tenders (sale); i++)
    {
      if (mr_sale_get_tender (sale, i)->kind == MR_TENDER_CASH)
        return TRUE;
    }
  return FALSE;
}

static gboolean
wants_paper (MrGround *ground)
{
  return mr_settings_get_print_mode (ground->settings) == MR_PRINT_ALWAYS &&
         *mr_settings_get (ground->settings, MR_SETTING_PRINTER) != '\0';
}

/* The basket is covered: it becomes a sale and goes to the store. Takes @before. */
static void
complete (MrCheckout *self, GTask *task, char *before)
{
  MrGround *ground = self->ground;
  Deal *deal = g_new0 (Deal, 1);
  g_autoptr (GError) error = NULL;

  deal->checkout = g_object_ref (self);
  deal->task = g_object_ref (task);
  deal->before = before;
  if (!mr_sale_move (self->sale, MR_SALE_COMPLETE, &error))
    {
      undo_deal (self, deal, error);
      free_deal (deal);
      return;
    }
  fill_result (self, &deal->result);
  mr_ground_fill_context (ground, &deal->context);
  deal->catalog_v = ground->catalog_v;
  deal->print = wants_paper (ground);
  deal->opens_shift = mr_session_is_simple (ground->session);
  deal->float_minor = mr_shift_desk_get_default_float_minor (ground->shift_desk);
  deal->took_cash = has_cash (self->sale);
  self->paid_totals = *mr_sale_get_totals (self->sale);
  self->paid_discount_minor = mr_sale_get_discount_minor (self->sale);
  deal->sale = g_steal_pointer (&self->sale);
  mr_checkout_drop_keep (self);
  mr_checkout_start (self);
  mr_checkout_set_state (self, MR_CHECKOUT_SAVING);
  mr_ground_run (ground, store_sale, deal, free_deal, on_sale_stored);
}

gboolean
mr_checkout_begin_payment (MrCheckout *self, GError **error)
{
  if (self->state == MR_CHECKOUT_PAYING)
    return TRUE;
  if (!mr_checkout_check_may (self, MR_MAY_SELL, error) || !mr_checkout_open_basket (self, error))
    return FALSE;
  if (mr_sale_count_live_lines (self->sale) == 0)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_EMPTY,
                   "there is nothing in the basket");
      return FALSE;
    }
  if (!mr_shift_desk_can_sell (self->ground->shift_desk))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NO_SHIFT, "no shift is open");
      return FALSE;
    }
  if (!mr_sale_move (self->sale, MR_SALE_PAYING, error))
    return FALSE;
  mr_checkout_set_state (self, MR_CHECKOUT_PAYING);
  return TRUE;
}

gboolean
mr_checkout_leave_payment (MrCheckout *self, GError **error)
{
  if (self->state != MR_CHECKOUT_PAYING)
    return TRUE;
  if (mr_sale_get_n_tenders (self->sale) > 0)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_BUSY,
                   "part of it was paid: take that back first");
      return FALSE;
    }
  if (!mr_sale_move (self->sale, MR_SALE_OPEN, error))
    return FALSE;
  mr_checkout_set_state (self, MR_CHECKOUT_SELLING);
  return TRUE;
}

static gboolean
add_tender (MrCheckout *self, MrTenderKind kind, gint64 amount_minor, GError **error)
{
  const MrTotals *totals = mr_sale_get_totals (self->sale);

  if (amount_minor < 0)
    amount_minor =
        kind == MR_TENDER_CASH ? mr_sale_get_cash_due_minor (self->sale) : totals->due_minor;
  else if (totals->due_minor < 0)
    amount_minor = -amount_minor;
  if (totals->due_minor < 0 &&
      amount_minor < MIN (totals->due_minor, mr_sale_get_cash_due_minor (self->sale)))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_PAID_OUT,
                   "no more is paid out than what is due");
      return FALSE;
    }
  if (totals->due_minor >= 0 && kind != MR_TENDER_CASH && amount_minor > totals->due_minor)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_TOO_MUCH,
                   "only cash may be more than what is due");
      return FALSE;
    }
  return mr_sale_add_tender (self->sale, kind, amount_minor, error);
}

void
mr_checkout_pay_async (MrCheckout *self, MrTenderKind kind, gint64 amount_minor,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  MrPaymentResult result;

  if (!mr_checkout_begin_payment (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  before = mr_basket_write (self->sale);
  /* What costs nothing needs no tender. */
  if (!mr_sale_is_covered (self->sale) && !add_tender (self, kind, amount_minor, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (mr_sale_is_covered (self->sale))
    {
      complete (self, task, g_steal_pointer (&before));
      return;
    }
  mr_checkout_show (self, 0);
  fill_result (self, &result);
  g_task_set_task_data (task, g_memdup2 (&result, sizeof result), g_free);
  g_task_return_boolean (task, TRUE);
}

gboolean
mr_checkout_pay_finish (MrCheckout *self, GAsyncResult *result, MrPaymentResult *payment,
                        GError **error)
{
  const MrPaymentResult *answer = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (payment != NULL)
    *payment = *answer;
  return TRUE;
}

void
mr_checkout_complete_async (MrCheckout *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GError) error = NULL;

  if (!mr_checkout_begin_payment (self, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!mr_sale_is_covered (self->sale))
    g_task_return_new_error (task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING,
                             "this is not paid yet");
  else
    complete (self, task, mr_basket_write (self->sale));
}

gboolean
mr_checkout_take_back_tender (MrCheckout *self, GError **error)
{
  if (self->state != MR_CHECKOUT_PAYING || mr_sale_get_n_tenders (self->sale) == 0)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING,
                   "there is nothing to take back");
      return FALSE;
    }
  if (!mr_sale_remove_last_tender (self->sale, error))
    return FALSE;
  mr_checkout_show (self, 0);
  return TRUE;
}

guint
mr_checkout_get_n_tenders (MrCheckout *self)
{
  return mr_sale_get_n_tenders (self->sale);
}

const MrTender *
mr_checkout_get_tender (MrCheckout *self, guint index)
{
  return mr_sale_get_tender (self->sale, index);
}

gint64
mr_checkout_get_cash_due_minor (MrCheckout *self)
{
  return mr_sale_get_cash_due_minor (self->sale);
}

gsize
mr_checkout_get_quick_sums (MrCheckout *self, gint64 *sums_minor, gsize n)
{
  return mr_tender_quick_sums (self->ground->currency, mr_checkout_get_cash_due_minor (self),
                               sums_minor, n);
}

gboolean
mr_checkout_is_doubtful_cash (MrCheckout *self, gint64 amount_minor)
{
  const MrCurrency *currency = mr_currency_find (self->ground->currency);
  gint64 slack_minor = currency != NULL ? 2 * currency->largest_note_minor : 0;

  /* More than what is due is never paid out. */
  return mr_checkout_get_cash_due_minor (self) >= 0 &&
         amount_minor > mr_checkout_get_cash_due_minor (self) + slack_minor;
}

const MrPaymentResult *
mr_checkout_get_last_payment (MrCheckout *self)
{
  return self->has_payment ? &self->payment : NULL;
}
