/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/barcode.h"
#include "till/checkout-private.h"
#include "till/label-code.h"

#include <string.h>

/* An entry's body holds 128 KiB; a basket that would not fit is split by the cashier while it still
 * does. What a line takes beside its texts was measured at 280 bytes at the most. */
#define MAX_BASKET_BYTES (112 * 1024)
#define MAX_LINE_BYTES 300
/* Where it was sold, and what goes back: two ids, a label, six numbers. */
#define MAX_ORIGIN_BYTES 320

static const char *const result_names[] = { "added", "unknown", "no-price", "several",   "weight",
                                            "late",  "bad",     "full",     "forbidden", "saved" };

/* Scanned or touched while the sale before was being saved. */
typedef struct
{
  char *code; /* (owned) (nullable) */
  MrGood *good; /* (owned) (nullable): instead of a code */
  gint64 price_minor; /* −1 = the good's own */
} Arrival;

static void
free_arrival (gpointer data)
{
  Arrival *arrival = data;

  g_free (arrival->code);
  g_clear_pointer (&arrival->good, mr_good_unref);
  g_free (arrival);
}

static void
let_wait (MrCheckout *self, const char *code, MrGood *good, gint64 price_minor)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->code = g_strdup (code);
  arrival->good = good != NULL ? mr_good_ref (good) : NULL;
  arrival->price_minor = price_minor;
  g_ptr_array_add (self->waiting, arrival);
}

static gsize
estimate_line_bytes (const MrGood *good)
{
  /* Control characters and quotes grow when they are written; six times is the worst. */
  return MAX_LINE_BYTES + 2 * (strlen (good->name) + strlen (good->unit) + strlen (good->barcode));
}

gboolean
mr_checkout_has_room (MrCheckout *self, const MrGood *good)
{
  gsize bytes = estimate_line_bytes (good);

  for (guint i = 0; i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrLine *line = mr_sale_get_line (self->sale, i);

      bytes += estimate_line_bytes (line->good);
      if (line->origin != NULL)
        bytes += MAX_ORIGIN_BYTES + 2 * strlen (line->origin->reason);
    }
  return bytes <= MAX_BASKET_BYTES;
}

void
mr_checkout_ask (MrCheckout *self, MrQuestionKind kind, const char *code, MrGood *good,
                 GPtrArray *candidates)
{
  gint64 quantity_milli =
      self->pending_quantity_milli > 0 ? self->pending_quantity_milli : MR_QUANTITY_ONE_MILLI;
  g_autoptr (MrQuestion) question =
      mr_question_new (++self->last_question, kind, code, good, candidates, quantity_milli);

  self->pending_quantity_milli = 0;
  g_list_store_append (self->questions, question);
  mr_checkout_emit_changed (self);
}

/* An empty basket may be from before the center said how this shop rounds, or in what money. */
static void
renew_empty_sale (MrCheckout *self)
{
  gint64 pending_milli = self->pending_quantity_milli;

  if (mr_sale_get_n_lines (self->sale) > 0 ||
      (mr_sale_get_cash_rounding_minor (self->sale) == self->ground->cash_rounding_minor &&
       g_str_equal (mr_sale_get_currency (self->sale), self->ground->currency)))
    return;
  mr_checkout_start (self);
  self->pending_quantity_milli = pending_milli;
}

MrScanResult
mr_checkout_add_line (MrCheckout *self, MrGood *good, gint64 quantity_milli, gint64 price_minor)
{
  gboolean merge = good->sold_by == MR_SOLD_BY_PIECE && price_minor < 0;
  g_autoptr (GError) error = NULL;
  guint number;

  mr_checkout_renew_untouched (self);
  if (!mr_checkout_has_room (self, good))
    return MR_SCAN_FULL;
  renew_empty_sale (self);
  number = mr_sale_add (self->sale, good, quantity_milli, price_minor, merge,
                        mr_ground_get_now_us (self->ground), &error);
  if (number == 0)
    {
      g_debug ("a line was refused: %s", error->message);
      return MR_SCAN_FULL;
    }
  self->pending_quantity_milli = 0;
  mr_checkout_show (self, number);
  return MR_SCAN_ADDED;
}

static MrScanResult
put_good (MrCheckout *self, const char *code, MrGood *good)
{
  gint64 quantity_milli =
      self->pending_quantity_milli > 0 ? self->pending_quantity_milli : MR_QUANTITY_ONE_MILLI;

  if (mr_checkout_get_n_tenders (self) > 0)
    {
      mr_checkout_ask (self, MR_QUESTION_WHILE_PAYING, code, good, NULL);
      return MR_SCAN_LATE;
    }
  if (!good->has_price)
    {
      mr_checkout_ask (self, MR_QUESTION_NO_PRICE, code, good, NULL);
      return MR_SCAN_NO_PRICE;
    }
  if (mr_checkout_is_for_scale (self, good))
    return mr_checkout_put_weighed (self, code, good);
  return mr_checkout_add_line (self, good, quantity_milli, -1);
}

/* What a label scale printed: how much it is stands on it. */
static MrScanResult
put_label (MrCheckout *self, const char *code)
{
  gint64 quantity_milli;
  g_autoptr (MrGood) good = mr_label_code_find (self->ground, code, &quantity_milli);

  if (good == NULL)
    {
      mr_checkout_ask (self, MR_QUESTION_UNKNOWN, code, NULL, NULL);
      return MR_SCAN_UNKNOWN;
    }
  self->pending_quantity_milli = quantity_milli;
  return put_good (self, code, good);
}

static MrScanResult
put_code (MrCheckout *self, const char *code)
{
  g_autoptr (GPtrArray) goods = NULL;
  MrBarcode barcode;

  if (!mr_barcode_parse (code, &barcode))
    return MR_SCAN_BAD;
  goods = mr_shelf_find_code (self->ground->shelf, code);
  if (goods->len == 0)
    return put_label (self, code);
  if (goods->len > 1)
    {
      mr_checkout_ask (self, MR_QUESTION_SEVERAL, code, NULL, goods);
      return MR_SCAN_SEVERAL;
    }
  return put_good (self, code, g_ptr_array_index (goods, 0));
}

/* TRUE: something may come into the basket. FALSE with what the scan is told. */
static gboolean
get_ready (MrCheckout *self, MrScanResult *result)
{
  if (!mr_checkout_check_may (self, MR_MAY_SELL, NULL))
    {
      *result = MR_SCAN_FORBIDDEN;
      return FALSE;
    }
  if (self->is_moving || self->state == MR_CHECKOUT_SAVING)
    {
      *result = MR_SCAN_SAVED;
      return FALSE;
    }
  if (self->state == MR_CHECKOUT_CHANGE)
    mr_checkout_begin_next (self);
  /* A forgotten piece at the last moment: back to the basket, unless money was given. */
  if (self->state == MR_CHECKOUT_PAYING && mr_checkout_get_n_tenders (self) == 0)
    return mr_checkout_leave_payment (self, NULL);
  return TRUE;
}

MrScanResult
mr_checkout_scan (MrCheckout *self, const char *code)
{
  MrScanResult result = MR_SCAN_BAD;

  if (get_ready (self, &result))
    result = put_code (self, code);
  else if (result == MR_SCAN_SAVED)
    let_wait (self, code, NULL, -1);
  mr_checkout_emit_scanned (self, code, result);
  return result;
}

MrScanResult
mr_checkout_add_good (MrCheckout *self, MrGood *good)
{
  MrScanResult result = MR_SCAN_BAD;

  if (get_ready (self, &result))
    result = put_good (self, good->barcode, good);
  else if (result == MR_SCAN_SAVED)
    let_wait (self, NULL, good, -1);
  return result;
}

static MrScanResult
put_amount (MrCheckout *self, MrGood *good, gint64 price_minor)
{
  gint64 quantity_milli =
      self->pending_quantity_milli > 0 ? self->pending_quantity_milli : MR_QUANTITY_ONE_MILLI;
  MrScanResult result = MR_SCAN_BAD;

  if (get_ready (self, &result))
    return mr_checkout_get_n_tenders (self) > 0
               ? MR_SCAN_LATE
               : mr_checkout_add_line (self, good, quantity_milli, price_minor);
  if (result == MR_SCAN_SAVED)
    let_wait (self, NULL, good, price_minor);
  return result;
}

MrScanResult
mr_checkout_add_amount (MrCheckout *self, gint64 category_id, const char *name, gint64 price_minor)
{
  g_autoptr (MrGood) good = mr_shelf_new_open_good (self->ground->shelf, category_id, name);

  return price_minor >= 0 ? put_amount (self, good, price_minor) : MR_SCAN_BAD;
}

void
mr_checkout_set_pending_quantity (MrCheckout *self, gint64 quantity_milli)
{
  self->pending_quantity_milli = CLAMP (quantity_milli, 0, MR_QUANTITY_MAX_MILLI);
  mr_checkout_emit_changed (self);
}

gint64
mr_checkout_get_pending_quantity (MrCheckout *self)
{
  return self->pending_quantity_milli;
}

GPtrArray *
mr_checkout_new_waiting (void)
{
  return g_ptr_array_new_with_free_func (free_arrival);
}

void
mr_checkout_take_waiting (MrCheckout *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = mr_checkout_new_waiting ();
  for (guint i = 0; i < waiting->len; i++)
    {
      const Arrival *arrival = g_ptr_array_index (waiting, i);

      if (arrival->code != NULL)
        mr_checkout_scan (self, arrival->code);
      else if (arrival->price_minor >= 0)
        put_amount (self, arrival->good, arrival->price_minor);
      else
        mr_checkout_add_good (self, arrival->good);
    }
}

GListModel *
mr_checkout_get_questions (MrCheckout *self)
{
  return G_LIST_MODEL (self->questions);
}

MrQuestion *
mr_checkout_find_question (MrCheckout *self, guint id, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->questions));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MrQuestion) question = g_list_model_get_item (G_LIST_MODEL (self->questions), i);

      if (mr_question_get_id (question) == id)
        {
          *position = i;
          return g_steal_pointer (&question);
        }
    }
  return NULL;
}

/* The good an answer decides on; NULL when the answer does not fit the question. */
static MrGood *
choose_good (MrCheckout *self, MrQuestion *question, gint64 pack_id)
{
  GPtrArray *candidates = mr_question_get_candidates (question);
  MrGood *good = mr_question_get_good (question);

  if (mr_question_get_kind (question) == MR_QUESTION_UNKNOWN)
    return mr_shelf_new_open_good (self->ground->shelf, 0, mr_question_get_code (question));
  for (guint i = 0; candidates != NULL && i < candidates->len; i++)
    {
      MrGood *candidate = g_ptr_array_index (candidates, i);

      if (candidate->pack_id == pack_id)
        return mr_good_ref (candidate);
    }
  return good != NULL ? mr_good_ref (good) : NULL;
}

gboolean
mr_checkout_answer (MrCheckout *self, guint question_id, gint64 price_minor, gint64 pack_id,
                    GError **error)
{
  guint position = 0;
  g_autoptr (MrQuestion) question = mr_checkout_find_question (self, question_id, &position);
  g_autoptr (MrGood) good = question != NULL ? choose_good (self, question, pack_id) : NULL;

  if (good == NULL || mr_question_get_kind (question) == MR_QUESTION_WEIGHT)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING,
                   "there is no such question or choice");
      return FALSE;
    }
  if (!mr_checkout_check_may (self, MR_MAY_SELL, error) || !mr_checkout_open_basket (self, error))
    return FALSE;
  if (!good->has_price && price_minor < 0)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_NO_PRICE, "a price is needed");
      return FALSE;
    }
  if (good->has_price && mr_question_get_quantity_milli (question) == MR_QUANTITY_ONE_MILLI &&
      mr_checkout_is_for_scale (self, good))
    {
      mr_checkout_dismiss (self, question_id);
      mr_checkout_put_weighed (self, mr_question_get_code (question), good);
      return TRUE;
    }
  if (mr_checkout_add_line (self, good, mr_question_get_quantity_milli (question),
                            good->has_price ? -1 : price_minor) != MR_SCAN_ADDED)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE,
                   "the basket is full, or the price out of range");
      return FALSE;
    }
  mr_checkout_dismiss (self, question_id);
  return TRUE;
}

void
mr_checkout_dismiss (MrCheckout *self, guint question_id)
{
  guint position = 0;
  g_autoptr (MrQuestion) question = mr_checkout_find_question (self, question_id, &position);

  if (question == NULL)
    return;
  g_list_store_remove (self->questions, position);
  mr_checkout_emit_changed (self);
}

void
mr_checkout_forget_questions (MrCheckout *self)
{
  GListModel *model = G_LIST_MODEL (self->questions);

  for (guint i = g_list_model_get_n_items (model); i > 0; i--)
    {
      g_autoptr (MrQuestion) question = g_list_model_get_item (model, i - 1);

      if (mr_question_get_kind (question) != MR_QUESTION_WHILE_PAYING)
        g_list_store_remove (self->questions, i - 1);
    }
}

const char *
mr_scan_result_to_string (MrScanResult result)
{
  g_return_val_if_fail (result < G_N_ELEMENTS (result_names), "bad");
  return result_names[result];
}
