/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

/* Goods a customer brings back with their receipt: what may come back, and who says so. */

#include "till/checkout-private.h"
#include "till/receipt-source.h"

#include <string.h>

/* As long as the tills of the shop know each other's receipts, and what came back of them. */
#define RETURNABLE_US (90 * (gint64) G_TIME_SPAN_DAY)
/* What a return says beside its texts, of a line. */
#define MAX_REASON_BYTES 300

/* --- what may come back --- */

void
mr_returnable_free (MrReturnable *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->good, mr_good_unref);
  g_free (self);
}

/* A receipt that is being looked at for what may come back. */
typedef struct
{
  MrSale *sale; /* (owned) */
  char label[32];
  GArray *returned; /* (owned) (element-type MrReturned): all tills, and this basket */
} Source;

static void
clear_source (Source *self)
{
  g_clear_pointer (&self->sale, mr_sale_free);
  g_clear_pointer (&self->returned, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, clear_source)

static void
add_basket (MrCheckout *self, MrId receipt, GArray *returned)
{
  for (guint i = 0; i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrLine *line = mr_sale_get_line (self->sale, i);
      const MrOrigin *origin = line->origin;

      if (origin != NULL && !line->removed && mr_id_equal (origin->sale, receipt))
        {
          const MrReturned more = { origin->line, -line->quantity_milli, origin->gross_minor,
                                    origin->amount_minor, origin->tax_minor };

          mr_returned_add (returned, &more);
        }
    }
}

static gboolean
open_source (MrCheckout *self, MrId receipt, Source *source, GError **error)
{
  g_autoptr (MrEntry) entry = mr_receipt_find_entry (self->ground, receipt, NULL);
  MrSaleFacts facts;

  if (entry == NULL || strcmp (entry->kind, MR_KIND_SALE) != 0 ||
      (source->sale = mr_sale_body_read (entry->body, NULL, &facts, NULL)) == NULL ||
      strcmp (mr_sale_get_currency (source->sale), self->ground->currency) != 0)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING,
                   "the shop knows no such receipt");
      return FALSE;
    }
  if (mr_ground_get_now_us (self->ground) - entry->at_us > RETURNABLE_US)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_OLD,
                   "this receipt is older than ninety days");
      return FALSE;
    }
  g_strlcpy (source->label, facts.receipt_label, sizeof source->label);
  source->returned = mr_receipt_read_returned (self->ground, receipt, error);
  if (source->returned == NULL)
    return FALSE;
  add_basket (self, receipt, source->returned);
  return TRUE;
}

static MrReturnable *
new_returnable (const MrLine *line, const GArray *returned)
{
  MrReturned gone = mr_returned_find (returned, line->number);
  MrReturnable *self = g_new0 (MrReturnable, 1);

  self->line = line->number;
  self->good = mr_good_ref (line->good);
  self->sold_milli = line->quantity_milli;
  self->left_milli = MAX (line->quantity_milli - gone.quantity_milli, 0);
  self->paid_minor = line->amount_minor + (line->good->tax.inclusive ? 0 : line->tax_minor);
  return self;
}

GPtrArray *
mr_checkout_list_returnable (MrCheckout *self, MrId receipt, GError **error)
{
  g_autoptr (GPtrArray) result =
      g_ptr_array_new_with_free_func ((GDestroyNotify) mr_returnable_free);
  g_auto (Source) source = { NULL };

  if (!open_source (self, receipt, &source, error))
    return NULL;
  for (guint i = 0; i < mr_sale_get_n_lines (source.sale); i++)
    {
      const MrLine *line = mr_sale_get_line (source.sale, i);

      if (!line->removed && line->origin == NULL)
        g_ptr_array_add (result, new_returnable (line, source.returned));
    }
  return g_steal_pointer (&result);
}

/* (nullable): what goes back with @quantity_milli of @line, which is set. */
static MrOrigin *
find_origin (MrCheckout *self, MrId receipt, guint number, gint64 quantity_milli, Source *source,
             const MrLine **line, GError **error)
{
  g_autoptr (MrOrigin) origin = mr_origin_copy (&(MrOrigin){ .sale = receipt });
  MrReturned whole, gone;

  if (!open_source (self, receipt, source, error))
    return NULL;
  *line = mr_sale_find_line (source->sale, number);
  if (*line == NULL || (*line)->removed || (*line)->origin != NULL)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING,
                   "nothing was sold on line %u of this receipt", number);
      return NULL;
    }
  whole = (MrReturned){ number, (*line)->quantity_milli, (*line)->gross_minor,
                        (*line)->amount_minor, (*line)->tax_minor };
  gone = mr_returned_find (source->returned, number);
  if (!mr_origin_share (origin, &whole, &gone, quantity_milli))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_RETURNED,
                   "so much of it is not left to come back");
      return NULL;
    }
  g_free (origin->receipt_label);
  origin->receipt_label = g_strdup (source->label);
  return g_steal_pointer (&origin);
}

/* --- claims: one key for a line of a receipt in a basket, and how much of it in all --- */

static gint64
sum_in_basket (MrCheckout *self, MrId receipt, guint line)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (MrReturned));

  add_basket (self, receipt, rows);
  return mr_returned_find (rows, line).quantity_milli;
}

/* Of what was taken out again, too. */
static MrId
find_key (MrCheckout *self, MrId receipt, guint number)
{
  for (guint i = 0; i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrOrigin *origin = mr_sale_get_line (self->sale, i)->origin;

      if (origin != NULL && origin->line == number && mr_id_equal (origin->sale, receipt) &&
          !mr_id_is_none (origin->claim))
        return origin->claim;
    }
  return mr_id_new (self->ground->world);
}

static void
claim_line (MrCheckout *self, MrId key, MrId receipt, guint line, gint64 quantity_milli,
            gint64 sold_milli, MrClaimAnswer answer, gpointer data)
{
  char key_text[MR_ID_STRING_SIZE], receipt_text[MR_ID_STRING_SIZE];
  g_autofree char *subject = g_strdup_printf ("%s/%u", mr_id_format (receipt, receipt_text), line);

  mr_ground_claim (self->ground, mr_id_format (key, key_text), MR_CLAIM_RETURN, subject,
                   quantity_milli, sold_milli, answer, data);
}

/* What the center does not hear of runs out by itself. */
static void
on_released (MrClaimVerdict verdict, gpointer data)
{
}

void
mr_checkout_release_return (MrCheckout *self, const MrLine *line, gboolean all)
{
  const MrOrigin *origin = line->origin;

  if (origin != NULL && !mr_id_is_none (origin->claim))
    claim_line (self, origin->claim, origin->sale, origin->line,
                all ? 0 : sum_in_basket (self, origin->sale, origin->line), origin->sold_milli,
                on_released, NULL);
}

/* --- giving back --- */

/* A return the center is asked about. */
typedef struct
{
  GTask *task; /* (owned) */
  MrId receipt;
  guint line;
  gint64 quantity_milli;
  char *reason; /* (owned) */
  MrId key;
} Return;

static void
free_return (Return *self)
{
  g_object_unref (self->task);
  g_free (self->reason);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Return, free_return)

/* Looks at everything once more: there was time since. */
static gboolean
put_line (MrCheckout *self, const Return *back, MrId claim, gboolean unclaimed, GError **error)
{
  g_auto (Source) source = { NULL };
  const MrLine *line;
  g_autoptr (MrOrigin) origin = NULL;
  guint number;

  if (!mr_checkout_open_basket (self, error))
    return FALSE;
  mr_checkout_renew_untouched (self);
  origin =
      find_origin (self, back->receipt, back->line, back->quantity_milli, &source, &line, error);
  if (origin == NULL)
    return FALSE;
  origin->claim = claim;
  origin->unclaimed = unclaimed;
  g_free (origin->reason);
  origin->reason = g_utf8_substring (back->reason, 0,
                                     MIN (MAX_REASON_BYTES / 4, g_utf8_strlen (back->reason, -1)));
  if (!mr_checkout_has_room (self, line->good))
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_FULL, "the basket is full");
      return FALSE;
    }
  number = mr_sale_add_return (self->sale, line->good, back->quantity_milli, line->unit_price_minor,
                               origin, mr_ground_get_now_us (self->ground), error);
  if (number == 0)
    return FALSE;
  mr_checkout_show (self, number);
  return TRUE;
}

static void
finish (const Return *back, MrId claim, gboolean unclaimed)
{
  GError *error = NULL;

  if (put_line (g_task_get_source_object (back->task), back, claim, unclaimed, &error))
    g_task_return_boolean (back->task, TRUE);
  else
    g_task_return_error (back->task, error);
}

/* What goes back without the center in this basket, with @back. */
static gint64
sum_unclaimed (MrCheckout *self, const Return *back)
{
  g_auto (Source) source = { NULL };
  const MrLine *line;
  g_autoptr (MrOrigin) origin =
      find_origin (self, back->receipt, back->line, back->quantity_milli, &source, &line, NULL);
  gint64 sum_minor = origin != NULL ? origin->amount_minor + origin->tax_minor : 0;

  for (guint i = 0; i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrLine *other = mr_sale_get_line (self->sale, i);

      if (other->origin != NULL && !other->removed && other->origin->unclaimed)
        sum_minor += other->origin->amount_minor + other->origin->tax_minor;
    }
  return sum_minor;
}

/* The goods are at hand and the customer waits: what the shop allows where the center cannot be asked. */
static gboolean
is_allowed_offline (MrCheckout *self, const Return *back)
{
  g_autofree char *text = mr_ground_dup_shop_setting (self->ground, "offline_return", "");
  gint64 limit_minor;

  return !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &limit_minor, NULL) ||
         sum_unclaimed (self, back) <= limit_minor;
}

static void
on_claimed (MrClaimVerdict verdict, gpointer data)
{
  g_autoptr (Return) back = data;
  MrCheckout *self = g_task_get_source_object (back->task);

  self->is_asking = FALSE;
  if (verdict == MR_CLAIM_GRANTED)
    finish (back, back->key, FALSE);
  else if (verdict == MR_CLAIM_TAKEN)
    g_task_return_new_error (back->task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_RETURNED,
                             "another till has taken it back");
  else if (is_allowed_offline (self, back))
    finish (back, MR_ID_NONE, TRUE);
  else
    g_task_return_new_error (back->task, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_OFFLINE,
                             "the center cannot be asked whether another till took it back");
}

static gboolean
check_return (MrCheckout *self, const Return *back, gint64 *sold_milli, GError **error)
{
  g_auto (Source) source = { NULL };
  const MrLine *line;
  g_autoptr (MrOrigin) origin = NULL;

  if (self->is_asking)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_BUSY,
                   "the center is just being asked");
      return FALSE;
    }
  if (!mr_checkout_check_may (self, MR_MAY_RETURN, error) || !mr_checkout_open_basket (self, error))
    return FALSE;
  origin =
      find_origin (self, back->receipt, back->line, back->quantity_milli, &source, &line, error);
  if (origin != NULL)
    *sold_milli = origin->sold_milli;
  return origin != NULL;
}

static void
ask_center (MrCheckout *self, Return *back, gint64 sold_milli)
{
  self->is_asking = TRUE;
  back->key = find_key (self, back->receipt, back->line);
  claim_line (self, back->key, back->receipt, back->line,
              sum_in_basket (self, back->receipt, back->line) + back->quantity_milli, sold_milli,
              on_claimed, back);
}

void
mr_checkout_return_async (MrCheckout *self, MrId receipt, guint line, gint64 quantity_milli,
                          const char *reason, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Return) back = g_new0 (Return, 1);
  gint64 sold_milli;

  back->task = g_task_new (self, NULL, callback, user_data);
  back->receipt = receipt;
  back->line = line;
  back->quantity_milli = quantity_milli;
  back->reason = g_strdup (reason != NULL ? reason : "");
  if (!check_return (self, back, &sold_milli, &error))
    g_task_return_error (back->task, g_steal_pointer (&error));
  else if (mr_ground_has_other_tills (self->ground))
    ask_center (self, g_steal_pointer (&back), sold_milli);
  else
    finish (back, MR_ID_NONE, FALSE);
}

gboolean
mr_checkout_return_finish (MrCheckout *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
