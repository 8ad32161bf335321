/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/checkout.h"

#include "till/checkout-private.h"

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MrCheckout, mr_checkout, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))
G_DEFINE_QUARK (mr - checkout - error - quark, mr_checkout_error)

enum
{
  CHANGED,
  LINE_CHANGED,
  SCANNED,
  COMPLETED,
  HELD_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *const state_names[] = { "selling", "paying", "saving", "change" };

static GType
get_item_type (GListModel *model)
{
  return MR_TYPE_BASKET_LINE;
}

static guint
get_n_items (GListModel *model)
{
  return MR_CHECKOUT (model)->lines->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  MrCheckout *self = MR_CHECKOUT (model);

  return position < self->lines->len ? g_object_ref (self->lines->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* The live lines of the basket, none while the sale is on its way to the disk or done. */
static GPtrArray *
list_live_lines (MrCheckout *self)
{
  GPtrArray *live = g_ptr_array_new ();
  gboolean shown = self->state == MR_CHECKOUT_SELLING || self->state == MR_CHECKOUT_PAYING;

  for (guint i = 0; shown && i < mr_sale_get_n_lines (self->sale); i++)
    {
      const MrLine *line = mr_sale_get_line (self->sale, i);

      if (!line->removed)
        g_ptr_array_add (live, (gpointer) line);
    }
  return live;
}

static gboolean
is_shown_by (MrCheckout *self, guint position, const MrLine *line)
{
  return mr_basket_line_shows (self->lines->pdata[position], line);
}

/* One items-changed for what differs: what is equal at both ends stays the same object, so a list
 * view touches only the rows that changed. */
static void
update_lines (MrCheckout *self)
{
  g_autoptr (GPtrArray) live = list_live_lines (self);
  guint n_old = self->lines->len, n_new = live->len;
  guint head = 0, tail = 0;

  while (head < n_old && head < n_new && is_shown_by (self, head, live->pdata[head]))
    head++;
  while (tail < n_old - head && tail < n_new - head &&
         is_shown_by (self, n_old - 1 - tail, live->pdata[n_new - 1 - tail]))
    tail++;
  if (head + tail == n_old && n_old == n_new)
    return;
  g_ptr_array_remove_range (self->lines, head, n_old - head - tail);
  for (guint i = head; i < n_new - tail; i++)
    g_ptr_array_insert (self->lines, (int) i, mr_basket_line_new (live->pdata[i]));
  g_list_model_items_changed (G_LIST_MODEL (self), head, n_old - head - tail, n_new - head - tail);
}

static guint
resolve_number (MrCheckout *self, guint number)
{
  return number != 0 ? number : self->newest;
}

static gboolean
find_open_line (MrCheckout *self, guint *number, GError **error)
{
  const MrLine *line;

  if (!mr_checkout_open_basket (self, error))
    return FALSE;
  *number = resolve_number (self, *number);
  line = *number != 0 ? mr_sale_find_line (self->sale, *number) : NULL;
  if (line == NULL || line->removed)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_MISSING, "there is no such line");
      return FALSE;
    }
  return TRUE;
}

static guint
find_last_live_number (MrCheckout *self)
{
  for (guint i = mr_sale_get_n_lines (self->sale); i > 0; i--)
    {
      const MrLine *line = mr_sale_get_line (self->sale, i - 1);

      if (!line->removed)
        return line->number;
    }
  return 0;
}

static void
mr_checkout_dispose (GObject *object)
{
  MrCheckout *self = MR_CHECKOUT (object);

  g_clear_handle_id (&self->keep_source, g_source_remove);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  G_OBJECT_CLASS (mr_checkout_parent_class)->dispose (object);
}

static void
mr_checkout_finalize (GObject *object)
{
  MrCheckout *self = MR_CHECKOUT (object);

  g_clear_pointer (&self->sale, mr_sale_free);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->removed, g_array_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_object (&self->questions);
  g_clear_pointer (&self->ground, mr_ground_unref);
  G_OBJECT_CLASS (mr_checkout_parent_class)->finalize (object);
}

static void
mr_checkout_class_init (MrCheckoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mr_checkout_dispose;
  object_class->finalize = mr_checkout_finalize;
  signals[CHANGED] = g_signal_new ("changed", MR_TYPE_CHECKOUT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[LINE_CHANGED] = g_signal_new ("line-changed", MR_TYPE_CHECKOUT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SCANNED] = g_signal_new ("scanned", MR_TYPE_CHECKOUT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT);
  signals[COMPLETED] = g_signal_new ("completed", MR_TYPE_CHECKOUT, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[HELD_CHANGED] = g_signal_new ("held-changed", MR_TYPE_CHECKOUT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mr_checkout_init (MrCheckout *self)
{
  self->lines = g_ptr_array_new_with_free_func (g_object_unref);
  self->removed = g_array_new (FALSE, FALSE, sizeof (guint));
  self->waiting = mr_checkout_new_waiting ();
  self->questions = g_list_store_new (MR_TYPE_QUESTION);
  self->was_empty = TRUE;
}

MrCheckout *
mr_checkout_new (MrGround *ground)
{
  MrCheckout *self = g_object_new (MR_TYPE_CHECKOUT, NULL);

  self->ground = mr_ground_ref (ground);
  mr_checkout_start (self);
  mr_checkout_restore (self);
  return self;
}

void
mr_checkout_start (MrCheckout *self)
{
  g_clear_pointer (&self->sale, mr_sale_free);
  self->sale = mr_sale_new (mr_id_new (self->ground->world), self->ground->currency,
                            self->ground->cash_rounding_minor);
  self->newest = 0;
  self->pending_quantity_milli = 0;
  g_array_set_size (self->removed, 0);
}

void
mr_checkout_show (MrCheckout *self, guint newest)
{
  if (newest != 0)
    self->newest = newest;
  else if (self->newest != 0)
    {
      const MrLine *line = mr_sale_find_line (self->sale, self->newest);

      if (line == NULL || line->removed)
        self->newest = find_last_live_number (self);
    }
  update_lines (self);
  mr_checkout_keep_soon (self);
  if (newest != 0)
    g_signal_emit (self, signals[LINE_CHANGED], 0, mr_checkout_get_newest (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

void
mr_checkout_set_state (MrCheckout *self, MrCheckoutState state)
{
  self->state = state;
  update_lines (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
mr_checkout_renew_untouched (MrCheckout *self)
{
  gint64 pending_milli = self->pending_quantity_milli;

  if (mr_sale_get_n_lines (self->sale) > 0 || mr_sale_get_state (self->sale) != MR_SALE_OPEN)
    return;
  if (mr_sale_get_cash_rounding_minor (self->sale) == self->ground->cash_rounding_minor &&
      g_str_equal (mr_sale_get_currency (self->sale), self->ground->currency))
    return;
  mr_checkout_start (self);
  self->pending_quantity_milli = pending_milli;
}

gboolean
mr_checkout_open_basket (MrCheckout *self, GError **error)
{
  if (self->is_moving || self->state == MR_CHECKOUT_SAVING)
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_BUSY, "the sale is being saved");
      return FALSE;
    }
  if (self->state == MR_CHECKOUT_CHANGE)
    mr_checkout_begin_next (self);
  if (self->state == MR_CHECKOUT_PAYING)
    return mr_checkout_leave_payment (self, error);
  return TRUE;
}

gboolean
mr_checkout_check_may (MrCheckout *self, MrMay may, GError **error)
{
  MrSession *session = self->ground->session;

  if (!mr_session_is_signed_in (session))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOT_SIGNED_IN,
                   "nobody is signed in");
      return FALSE;
    }
  if (!mr_session_may (session, may))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_FORBIDDEN, "%s may not do this",
                   mr_session_get_name (session));
      return FALSE;
    }
  return TRUE;
}

void
mr_checkout_emit_changed (MrCheckout *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
mr_checkout_emit_scanned (MrCheckout *self, const char *code, MrScanResult result)
{
  g_signal_emit (self, signals[SCANNED], 0, code, (int) result);
}

void
mr_checkout_emit_held_changed (MrCheckout *self)
{
  g_signal_emit (self, signals[HELD_CHANGED], 0);
}

void
mr_checkout_emit_completed (MrCheckout *self, const char *label)
{
  g_signal_emit (self, signals[COMPLETED], 0, label);
}

MrCheckoutState
mr_checkout_get_state (MrCheckout *self)
{
  return self->state;
}

const MrTotals *
mr_checkout_get_totals (MrCheckout *self)
{
  if (self->state == MR_CHECKOUT_SAVING || self->state == MR_CHECKOUT_CHANGE)
    return &self->paid_totals;
  return mr_sale_get_totals (self->sale);
}

gint64
mr_checkout_get_sale_discount_minor (MrCheckout *self)
{
  if (self->state == MR_CHECKOUT_SAVING || self->state == MR_CHECKOUT_CHANGE)
    return self->paid_discount_minor;
  return mr_sale_get_discount_minor (self->sale);
}

const char *
mr_checkout_get_currency (MrCheckout *self)
{
  return self->ground->currency;
}

guint
mr_checkout_get_digits (MrCheckout *self)
{
  const MrCurrency *currency = mr_currency_find (self->ground->currency);

  return currency != NULL ? currency->digits : 2;
}

gboolean
mr_checkout_is_empty (MrCheckout *self)
{
  return self->lines->len == 0;
}

guint
mr_checkout_get_newest (MrCheckout *self)
{
  for (guint i = self->lines->len; i > 0 && self->newest != 0; i--)
    {
      if (mr_basket_line_get_number (self->lines->pdata[i - 1]) == self->newest)
        return i - 1;
    }
  return G_MAXUINT;
}

gboolean
mr_checkout_set_quantity (MrCheckout *self, guint number, gint64 quantity_milli, GError **error)
{
  if (!find_open_line (self, &number, error) ||
      !mr_sale_set_quantity (self->sale, number, quantity_milli, error))
    return FALSE;
  mr_checkout_show (self, number);
  return TRUE;
}

gboolean
mr_checkout_step_quantity (MrCheckout *self, guint number, int step, GError **error)
{
  const MrLine *line;
  gint64 quantity_milli;

  if (!find_open_line (self, &number, error))
    return FALSE;
  line = mr_sale_find_line (self->sale, number);
  quantity_milli = line->quantity_milli + step * MR_QUANTITY_ONE_MILLI;
  /* What is given back goes as a whole, and more of it is asked for anew. */
  if (line->origin != NULL ? step < 0 : quantity_milli <= 0)
    return mr_checkout_remove (self, number, error);
  return mr_checkout_set_quantity (self, number, quantity_milli, error);
}

gboolean
mr_checkout_set_price (MrCheckout *self, guint number, gint64 price_minor, GError **error)
{
  if (!mr_checkout_check_may (self, MR_MAY_SET_PRICE, error) ||
      !find_open_line (self, &number, error) ||
      !mr_sale_set_price (self->sale, number, price_minor, error))
    return FALSE;
  mr_checkout_show (self, number);
  return TRUE;
}

gboolean
mr_checkout_set_line_discount (MrCheckout *self, guint number, gint64 discount_minor,
                               GError **error)
{
  if (!mr_checkout_check_may (self, MR_MAY_DISCOUNT, error) ||
      !find_open_line (self, &number, error) ||
      !mr_sale_set_line_discount (self->sale, number, discount_minor, error))
    return FALSE;
  mr_checkout_show (self, number);
  return TRUE;
}

gboolean
mr_checkout_set_line_discount_permille (MrCheckout *self, guint number, guint permille,
                                        GError **error)
{
  if (permille > 1000)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE, "more than all of it");
      return FALSE;
    }
  if (!find_open_line (self, &number, error))
    return FALSE;
  return mr_checkout_set_line_discount (
      self, number,
      mr_money_ratio (mr_sale_find_line (self->sale, number)->gross_minor, permille, 1000), error);
}

gboolean
mr_checkout_set_sale_discount (MrCheckout *self, gint64 discount_minor, GError **error)
{
  if (!mr_checkout_check_may (self, MR_MAY_DISCOUNT, error) ||
      !mr_checkout_open_basket (self, error) ||
      !mr_sale_set_discount (self->sale, discount_minor, error))
    return FALSE;
  mr_checkout_show (self, 0);
  return TRUE;
}

gboolean
mr_checkout_remove (MrCheckout *self, guint number, GError **error)
{
  const MrLine *line;

  if (!mr_checkout_check_may (self, MR_MAY_REMOVE_LINE, error) ||
      !find_open_line (self, &number, error) || !mr_sale_remove (self->sale, number, error))
    return FALSE;
  line = mr_sale_find_line (self->sale, number);
  /* Others may take it back from now on: it is given back anew, and asked for. */
  if (line->origin != NULL)
    mr_checkout_release_return (self, line, FALSE);
  else
    g_array_append_val (self->removed, number);
  mr_checkout_note_removed (self, number);
  mr_checkout_show (self, 0);
  return TRUE;
}

gboolean
mr_checkout_can_undo (MrCheckout *self)
{
  return self->removed->len > 0 && self->state == MR_CHECKOUT_SELLING && !self->is_moving;
}

gboolean
mr_checkout_undo (MrCheckout *self, GError **error)
{
  guint number;

  if (!mr_checkout_can_undo (self))
    {
      g_set_error (error, MR_CHECKOUT_ERROR, MR_CHECKOUT_ERROR_NOTHING, "there is nothing to undo");
      return FALSE;
    }
  number = g_array_index (self->removed, guint, self->removed->len - 1);
  if (!mr_sale_restore (self->sale, number, error))
    return FALSE;
  g_array_set_size (self->removed, self->removed->len - 1);
  mr_checkout_show (self, number);
  return TRUE;
}

void
mr_checkout_begin_next (MrCheckout *self)
{
  if (self->state != MR_CHECKOUT_CHANGE)
    return;
  self->has_payment = FALSE;
  mr_checkout_set_state (self, MR_CHECKOUT_SELLING);
}

const char *
mr_checkout_state_to_string (MrCheckoutState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_names), "selling");
  return state_names[state];
}
