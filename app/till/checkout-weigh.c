/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/checkout-private.h"

/* Goods sold by weight where the till has a scale. */

/* What lies on the scale, of @good. FALSE: there is nothing to take now. */
static gboolean
weigh (MrCheckout *self, const MrGood *good, gint64 *quantity_milli)
{
  gint64 grams;

  return mr_scale_desk_look (self->ground->scale_desk, &grams) == MR_PAN_READY &&
         mr_scale_desk_convert (good, grams, quantity_milli);
}

gboolean
mr_checkout_is_for_scale (MrCheckout *self, const MrGood *good)
{
  gint64 quantity_milli;

  return good->sold_by == MR_SOLD_BY_WEIGHT && self->pending_quantity_milli == 0 &&
         mr_scale_desk_is_set (self->ground->scale_desk) &&
         mr_scale_desk_convert (good, 1, &quantity_milli);
}

MrScanResult
mr_checkout_put_weighed (MrCheckout *self, const char *code, MrGood *good)
{
  MrScanResult result;
  gint64 quantity_milli;

  if (!weigh (self, good, &quantity_milli))
    {
      mr_checkout_ask (self, MR_QUESTION_WEIGHT, code, good, NULL);
      return MR_SCAN_WEIGHT;
    }
  result = mr_checkout_add_line (self, good, quantity_milli, -1);
  if (result == MR_SCAN_ADDED)
    mr_scale_desk_take (self->ground->scale_desk);
  return result;
}

/* The price of a good is known, how much of it is not. */
static gboolean
answer_weight (MrCheckout *self, MrQuestion *question, gint64 quantity_milli, GError **error)
{
  if (!mr_checkout_check_may (self, MR_MAY_SELL, error) || !mr_checkout_open_basket (self, error))
    return FALSE;
  if (quantity_milli <= 0 || mr_checkout_add_line (self, mr_question_get_good (question),
                                                   quantity_milli, -1) != MR_SCAN_ADDED)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE,
                   "the basket is full, or the weight out of range");
      return FALSE;
    }
  mr_checkout_dismiss (self, mr_question_get_id (question));
  return TRUE;
}

static MrQuestion *
find_weight_question (MrCheckout *self, guint id, GError **error)
{
  guint position = 0;
  g_autoptr (MrQuestion) question = mr_checkout_find_question (self, id, &position);

  if (question != NULL && mr_question_get_kind (question) == MR_QUESTION_WEIGHT)
    return g_steal_pointer (&question);
  g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING, "no weight was asked for");
  return NULL;
}

gboolean
mr_checkout_answer_weight (MrCheckout *self, guint question_id, gint64 quantity_milli,
                           GError **error)
{
  g_autoptr (MrQuestion) question = find_weight_question (self, question_id, error);

  return question != NULL && answer_weight (self, question, quantity_milli, error);
}

gboolean
mr_checkout_take_weight (MrCheckout *self, guint question_id, GError **error)
{
  g_autoptr (MrQuestion) question = find_weight_question (self, question_id, error);
  gint64 quantity_milli;

  if (question == NULL)
    return FALSE;
  if (!weigh (self, mr_question_get_good (question), &quantity_milli))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING,
                   "there is no weight to take on the scale");
      return FALSE;
    }
  if (!answer_weight (self, question, quantity_milli, error))
    return FALSE;
  mr_scale_desk_take (self->ground->scale_desk);
  return TRUE;
}

/* (nullable) (transfer full): the question the scale can answer. With two nobody knows what lies on it. */
static MrQuestion *
find_weighed (MrCheckout *self)
{
  GListModel *model = G_LIST_MODEL (self->questions);
  g_autoptr (MrQuestion) found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (MrQuestion) question = g_list_model_get_item (model, i);

      if (mr_question_get_kind (question) != MR_QUESTION_WEIGHT)
        continue;
      if (found != NULL)
        return NULL;
      found = g_steal_pointer (&question);
    }
  return g_steal_pointer (&found);
}

void
mr_checkout_look_at_scale (MrCheckout *self)
{
  g_autoptr (MrQuestion) question = find_weighed (self);
  g_autoptr (GError) error = NULL;

  /* Not under the hands of somebody who takes money. */
  if (question != NULL && self->state == MR_CHECKOUT_SELLING &&
      !mr_checkout_take_weight (self, mr_question_get_id (question), &error) &&
      !g_error_matches (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING))
    g_message ("the weight was not taken: %s", error->message);
}
