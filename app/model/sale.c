/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/sale.h"

#include "model/sale-sums.h"

#include <string.h>

struct _MrSale
{
  MrId id;
  char currency[4];
  gint64 cash_rounding_minor;
  MrSaleState state;
  GPtrArray *lines; /* (owned) (element-type MrLine) */
  guint last_number;
  gint64 discount_minor; /* as wanted; what takes effect is less when the lines ask for less */
  GArray *tenders; /* (owned) (element-type MrTender) */
  GArray *taxes; /* (owned) (element-type MrTaxSum) */
  MrTotals totals;
  gint64 cash_due_minor;
  gboolean is_covered;
};

/* Allowed moves; guard_move() adds what depends on the sums. */
static const gboolean moves[MR_N_SALE_STATES][MR_N_SALE_STATES] = {
  [MR_SALE_OPEN] = { [MR_SALE_PAYING] = TRUE, [MR_SALE_HELD] = TRUE, [MR_SALE_VOID] = TRUE },
  [MR_SALE_PAYING] = { [MR_SALE_OPEN] = TRUE, [MR_SALE_COMPLETE] = TRUE, [MR_SALE_VOID] = TRUE },
  [MR_SALE_HELD] = { [MR_SALE_OPEN] = TRUE, [MR_SALE_VOID] = TRUE },
};

static const char *const state_names[MR_N_SALE_STATES] = {
  [MR_SALE_OPEN] = "open", [MR_SALE_PAYING] = "paying", [MR_SALE_COMPLETE] = "complete",
  [MR_SALE_HELD] = "held", [MR_SALE_VOID] = "void",
};

G_DEFINE_QUARK (mr - sale - error - quark, mr_sale_error)

static void
free_line (gpointer data)
{
  MrLine *line = data;

  mr_good_unref (line->good);
  mr_origin_free (line->origin);
  g_free (line);
}

static void
settle (MrSale *self)
{
  MrSettlement settlement =
      mr_sale_sums_settle (self->totals.total_minor, self->tenders, self->cash_rounding_minor);

  self->totals.given_minor = settlement.given_minor;
  self->totals.due_minor = settlement.due_minor;
  self->totals.rounding_minor = settlement.rounding_minor;
  self->totals.change_minor = settlement.change_minor;
  self->cash_due_minor = settlement.cash_due_minor;
  self->is_covered = settlement.is_covered;
}

static gboolean
update (MrSale *self, GError **error)
{
  if (!mr_sale_sums_compute (self->lines, self->discount_minor, &self->totals, self->taxes))
    {
      g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE,
                           "the sale's total would be too large");
      return FALSE;
    }

  settle (self);
  return TRUE;
}

/* After a refused change was taken back: what held before holds again. */
static void
update_back (MrSale *self)
{
  gboolean is_in_range = update (self, NULL);

  g_assert (is_in_range);
}

static gboolean
set_range_error (GError **error, const char *message)
{
  g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_RANGE, message);
  return FALSE;
}

static gboolean
require_open (const MrSale *self, GError **error)
{
  if (self->state == MR_SALE_OPEN)
    return TRUE;

  g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE, "the lines of a sale that is %s stand",
               mr_sale_state_to_string (self->state));
  return FALSE;
}

static gboolean
find_index (const MrSale *self, guint number, guint *index)
{
  for (guint i = self->lines->len; i > 0; i--)
    {
      const MrLine *line = g_ptr_array_index (self->lines, i - 1);

      if (line->number == number)
        {
          *index = i - 1;
          return TRUE;
        }
    }

  return FALSE;
}

/* (nullable): the line when it may be changed. */
static MrLine *
find_open_line (const MrSale *self, guint number, gboolean removed, GError **error)
{
  guint index;
  MrLine *line;

  if (!require_open (self, error))
    return NULL;

  line = find_index (self, number, &index) ? g_ptr_array_index (self->lines, index) : NULL;
  if (line == NULL || line->removed != removed)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_NO_LINE, "there is no line %u%s", number,
                   removed ? " among the removed ones" : "");
      return NULL;
    }

  return line;
}

/* Works out the sums with @line as it is now; puts @before back when they leave the range. */
static gboolean
keep_or_undo (MrSale *self, MrLine *line, MrLine before, GError **error)
{
  if (update (self, error))
    return TRUE;

  *line = before;
  update_back (self);
  return FALSE;
}

static gboolean
check_price (gint64 price_minor, GError **error)
{
  if (price_minor >= 0 && price_minor <= MR_MONEY_MAX_MINOR)
    return TRUE;
  return set_range_error (error, "the price is out of range");
}

static gboolean
check_quantity (gint64 quantity_milli, GError **error)
{
  if (quantity_milli > 0 && quantity_milli <= MR_QUANTITY_MAX_MILLI)
    return TRUE;
  return set_range_error (error, "the quantity is out of range");
}

static gboolean
check_origin (const MrOrigin *origin, gint64 quantity_milli, GError **error)
{
  if (quantity_milli < 0 && quantity_milli >= -MR_QUANTITY_MAX_MILLI &&
      -quantity_milli <= origin->sold_milli && origin->line > 0 &&
      origin->gross_minor <= MR_MONEY_MAX_MINOR && origin->amount_minor >= 0 &&
      origin->amount_minor <= origin->gross_minor && origin->tax_minor >= 0 &&
      origin->tax_minor <= MR_MONEY_MAX_MINOR)
    return TRUE;
  return set_range_error (error, "what is given back is more than what was sold");
}

static gboolean
check_good (const MrGood *good, GError **error)
{
  if (mr_good_is_sound (good))
    return TRUE;
  return set_range_error (error, "a number of the good is out of range");
}

static gboolean
check_room (const MrSale *self, GError **error)
{
  if (self->lines->len < MR_SALE_MAX_LINES)
    return TRUE;

  g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_FULL, "a sale has at most %d lines",
               MR_SALE_MAX_LINES);
  return FALSE;
}

MrSale *
mr_sale_new (MrId id, const char *currency, gint64 cash_rounding_minor)
{
  MrSale *self = g_new0 (MrSale, 1);

  g_assert (cash_rounding_minor >= 1 && cash_rounding_minor <= MR_MONEY_MAX_MINOR);

  self->id = id;
  g_strlcpy (self->currency, currency, sizeof self->currency);
  self->cash_rounding_minor = cash_rounding_minor;
  self->lines = g_ptr_array_new_with_free_func (free_line);
  self->tenders = g_array_new (FALSE, FALSE, sizeof (MrTender));
  self->taxes = g_array_new (FALSE, FALSE, sizeof (MrTaxSum));
  settle (self);

  return self;
}

void
mr_sale_free (MrSale *self)
{
  g_ptr_array_unref (self->lines);
  g_array_unref (self->tenders);
  g_array_unref (self->taxes);
  g_free (self);
}

MrId
mr_sale_get_id (const MrSale *self)
{
  return self->id;
}

void
mr_sale_set_id (MrSale *self, MrId id)
{
  self->id = id;
}

const char *
mr_sale_get_currency (const MrSale *self)
{
  return self->currency;
}

gint64
mr_sale_get_cash_rounding_minor (const MrSale *self)
{
  return self->cash_rounding_minor;
}

MrSaleState
mr_sale_get_state (const MrSale *self)
{
  return self->state;
}

const char *
mr_sale_state_to_string (MrSaleState state)
{
  g_assert (state < MR_N_SALE_STATES);
  return state_names[state];
}

gboolean
mr_sale_can_move (const MrSale *self, MrSaleState to)
{
  if (to >= MR_N_SALE_STATES || !moves[self->state][to])
    return FALSE;

  switch (to)
    {
    case MR_SALE_PAYING:
    case MR_SALE_HELD:
      return mr_sale_count_live_lines (self) > 0 &&
             (to != MR_SALE_HELD || !mr_sale_has_returns (self, TRUE));

    case MR_SALE_OPEN:
    case MR_SALE_VOID:
      /* What was given is handed back first, tender by tender. */
      return self->tenders->len == 0;

    case MR_SALE_COMPLETE:
      return self->is_covered;

    case MR_N_SALE_STATES:
    default:
      return FALSE;
    }
}

gboolean
mr_sale_move (MrSale *self, MrSaleState to, GError **error)
{
  if (!mr_sale_can_move (self, to))
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE,
                   "a sale that is %s cannot become %s now", mr_sale_state_to_string (self->state),
                   mr_sale_state_to_string (to));
      return FALSE;
    }

  self->state = to;
  return TRUE;
}

guint
mr_sale_get_n_lines (const MrSale *self)
{
  return self->lines->len;
}

const MrLine *
mr_sale_get_line (const MrSale *self, guint index)
{
  g_assert (index < self->lines->len);
  return g_ptr_array_index (self->lines, index);
}

const MrLine *
mr_sale_find_line (const MrSale *self, guint number)
{
  guint index;

  return find_index (self, number, &index) ? g_ptr_array_index (self->lines, index) : NULL;
}

gboolean
mr_sale_has_returns (const MrSale *self, gboolean live)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const MrLine *line = mr_sale_get_line (self, i);

      if (line->origin != NULL && !(live && line->removed))
        return TRUE;
    }

  return FALSE;
}

guint
mr_sale_count_live_lines (const MrSale *self)
{
  guint n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    n += mr_sale_get_line (self, i)->removed ? 0 : 1;

  return n;
}

/* Whether a second scan of @good at @price_minor is more of @line. */
static gboolean
is_same (const MrLine *line, const MrGood *good, gint64 price_minor)
{
  const MrGood *other = line->good;

  return !line->removed && line->origin == NULL && !line->price_overridden &&
         line->discount_minor == 0 && good->pack_id != 0 && other->pack_id == good->pack_id &&
         good->sold_by == MR_SOLD_BY_PIECE && other->sold_by == MR_SOLD_BY_PIECE &&
         line->unit_price_minor == price_minor && other->price_id == good->price_id &&
         mr_tax_compare (&other->tax, &good->tax) == 0;
}

static void
move_line (MrSale *self, guint from, guint to)
{
  g_ptr_array_insert (self->lines, (int) to, g_ptr_array_steal_index (self->lines, from));
}

/* Raises the quantity of the line at @index and moves it to the end. Returns its number, 0 on error. */
static guint
raise_line (MrSale *self, guint index, gint64 quantity_milli, GError **error)
{
  MrLine *line = g_ptr_array_index (self->lines, index);
  guint last = self->lines->len - 1;

  if (!check_quantity (line->quantity_milli + quantity_milli, error))
    return 0;

  line->quantity_milli += quantity_milli;
  move_line (self, index, last);
  if (update (self, error))
    return line->number;

  line->quantity_milli -= quantity_milli;
  move_line (self, last, index);
  update_back (self);
  return 0;
}

static gboolean
append (MrSale *self, const MrLine *values, GError **error)
{
  MrLine *line = g_memdup2 (values, sizeof *values);

  mr_good_ref (line->good);
  line->origin = mr_origin_copy (values->origin);
  g_ptr_array_add (self->lines, line);
  if (update (self, error))
    {
      self->last_number = MAX (self->last_number, line->number);
      return TRUE;
    }

  g_ptr_array_remove_index (self->lines, self->lines->len - 1);
  update_back (self);
  return FALSE;
}

guint
mr_sale_add (MrSale *self, MrGood *good, gint64 quantity_milli, gint64 price_minor, gboolean merge,
             gint64 entered_at_us, GError **error)
{
  MrLine line = { .number = self->last_number + 1, .good = good, .quantity_milli = quantity_milli };

  if (!require_open (self, error) || !check_good (good, error))
    return 0;
  if (price_minor < 0 && !good->has_price)
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_NO_PRICE, "“%s” has no price", good->name);
      return 0;
    }

  line.unit_price_minor = price_minor >= 0 ? price_minor : good->price_minor;
  line.price_overridden = good->has_price && line.unit_price_minor != good->price_minor;
  line.entered_at_us = entered_at_us;
  if (!check_price (line.unit_price_minor, error) || !check_quantity (quantity_milli, error))
    return 0;

  for (guint i = self->lines->len; merge && !line.price_overridden && i > 0; i--)
    {
      if (is_same (g_ptr_array_index (self->lines, i - 1), good, line.unit_price_minor))
        return raise_line (self, i - 1, quantity_milli, error);
    }

  return check_room (self, error) && append (self, &line, error) ? line.number : 0;
}

guint
mr_sale_add_return (MrSale *self, MrGood *good, gint64 quantity_milli, gint64 unit_price_minor,
                    const MrOrigin *origin, gint64 entered_at_us, GError **error)
{
  MrLine line = { .number = self->last_number + 1,
                  .good = good,
                  .quantity_milli = -quantity_milli,
                  .unit_price_minor = unit_price_minor,
                  .entered_at_us = entered_at_us,
                  .origin = (MrOrigin *) origin };

  return mr_sale_append_line (self, &line, error) ? line.number : 0;
}

/* (nullable): as find_open_line(), of those that may become something else. */
static MrLine *
find_sold_line (MrSale *self, guint number, GError **error)
{
  MrLine *line = find_open_line (self, number, FALSE, error);

  if (line == NULL || line->origin == NULL)
    return line;
  g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE,
                       "a line that is given back stands as it was sold");
  return NULL;
}

gboolean
mr_sale_set_quantity (MrSale *self, guint number, gint64 quantity_milli, GError **error)
{
  MrLine *line = find_sold_line (self, number, error);
  MrLine before;

  if (line == NULL || !check_quantity (quantity_milli, error))
    return FALSE;

  before = *line;
  line->quantity_milli = quantity_milli;
  return keep_or_undo (self, line, before, error);
}

gboolean
mr_sale_set_price (MrSale *self, guint number, gint64 unit_price_minor, GError **error)
{
  MrLine *line = find_sold_line (self, number, error);
  MrLine before;

  if (line == NULL || !check_price (unit_price_minor, error))
    return FALSE;

  before = *line;
  line->unit_price_minor = unit_price_minor;
  line->price_overridden = !line->good->has_price || unit_price_minor != line->good->price_minor;
  return keep_or_undo (self, line, before, error);
}

gboolean
mr_sale_set_line_discount (MrSale *self, guint number, gint64 discount_minor, GError **error)
{
  MrLine *line = find_sold_line (self, number, error);
  MrLine before;

  if (line == NULL)
    return FALSE;
  if (discount_minor < 0 || discount_minor > line->gross_minor)
    return set_range_error (error, "the discount is larger than the line");

  before = *line;
  line->discount_minor = discount_minor;
  return keep_or_undo (self, line, before, error);
}

static gint64
sum_effective_discount (const MrSale *self, gint64 *asked_minor)
{
  gint64 discount_minor = 0;

  *asked_minor = 0;
  for (guint i = 0; i < self->lines->len; i++)
    {
      const MrLine *line = mr_sale_get_line (self, i);

      if (line->origin != NULL)
        continue;
      discount_minor += line->sale_discount_minor;
      *asked_minor += line->amount_minor + line->sale_discount_minor;
    }

  return discount_minor;
}

gboolean
mr_sale_set_discount (MrSale *self, gint64 discount_minor, GError **error)
{
  gint64 before_minor = self->discount_minor;
  gint64 asked_minor;

  if (!require_open (self, error))
    return FALSE;
  sum_effective_discount (self, &asked_minor);
  if (discount_minor < 0 || discount_minor > asked_minor)
    return set_range_error (error, "the discount is larger than the sale");

  self->discount_minor = discount_minor;
  if (update (self, error))
    return TRUE;

  /* Reached when a smaller discount lets the total grow past the limit. */
  self->discount_minor = before_minor;
  update_back (self);
  return FALSE;
}

gint64
mr_sale_get_discount_minor (const MrSale *self)
{
  gint64 asked_minor;

  return sum_effective_discount (self, &asked_minor);
}

gboolean
mr_sale_remove (MrSale *self, guint number, GError **error)
{
  MrLine *line = find_open_line (self, number, FALSE, error);
  MrLine before;

  if (line == NULL)
    return FALSE;

  before = *line;
  line->removed = TRUE;
  return keep_or_undo (self, line, before, error);
}

gboolean
mr_sale_restore (MrSale *self, guint number, GError **error)
{
  MrLine *line = find_open_line (self, number, TRUE, error);
  MrLine before;

  if (line == NULL)
    return FALSE;

  before = *line;
  line->removed = FALSE;
  return keep_or_undo (self, line, before, error);
}

/* Paid out: exactly what is due, or due in cash, or less than both. */
static gboolean
check_refund (const MrSale *self, gboolean is_cash, gint64 amount_minor, GError **error)
{
  gint64 due_minor = self->totals.due_minor;
  gint64 cash_due_minor = self->cash_due_minor;

  if (is_cash && amount_minor == cash_due_minor)
    return TRUE;
  if (amount_minor < 0 && amount_minor >= due_minor &&
      (!is_cash || amount_minor == due_minor || amount_minor > cash_due_minor))
    return TRUE;
  return set_range_error (error, "no more is paid out than what is due");
}

static gboolean
check_tender (const MrSale *self, MrTenderKind kind, gint64 amount_minor, GError **error)
{
  gboolean is_cash = kind == MR_TENDER_CASH;
  /* A due of less than half a cash step is settled by no coin at all, which must still be said. */
  gint64 least_minor = is_cash && self->cash_due_minor == 0 ? 0 : 1;

  if (self->is_covered)
    return set_range_error (error, "nothing is left to pay");
  if (self->totals.due_minor < 0)
    return check_refund (self, is_cash, amount_minor, error);
  if (amount_minor < least_minor || amount_minor > MR_MONEY_MAX_MINOR)
    return set_range_error (error, "the amount given is out of range");
  if (!is_cash && amount_minor > self->totals.due_minor)
    return set_range_error (error, "only cash may be more than what is due");
  return TRUE;
}

gboolean
mr_sale_add_tender (MrSale *self, MrTenderKind kind, gint64 amount_minor, GError **error)
{
  MrTender tender = { kind, amount_minor };

  g_assert (kind < MR_N_TENDERS);
  if (self->state != MR_SALE_PAYING && !mr_sale_can_move (self, MR_SALE_PAYING))
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE,
                   "a sale that is %s and has %u lines cannot be paid",
                   mr_sale_state_to_string (self->state), mr_sale_count_live_lines (self));
      return FALSE;
    }
  if (!check_tender (self, kind, amount_minor, error))
    return FALSE;

  self->state = MR_SALE_PAYING;
  g_array_append_val (self->tenders, tender);
  settle (self);
  return TRUE;
}

gboolean
mr_sale_remove_last_tender (MrSale *self, GError **error)
{
  if (self->state != MR_SALE_PAYING || self->tenders->len == 0)
    {
      g_set_error_literal (error, MR_SALE_ERROR, MR_SALE_ERROR_STATE,
                           "there is no tender to take back");
      return FALSE;
    }

  g_array_set_size (self->tenders, self->tenders->len - 1);
  settle (self);
  return TRUE;
}

guint
mr_sale_get_n_tenders (const MrSale *self)
{
  return self->tenders->len;
}

const MrTender *
mr_sale_get_tender (const MrSale *self, guint index)
{
  g_assert (index < self->tenders->len);
  return &g_array_index (self->tenders, MrTender, index);
}

gint64
mr_sale_get_cash_due_minor (const MrSale *self)
{
  return self->cash_due_minor;
}

gboolean
mr_sale_is_covered (const MrSale *self)
{
  return self->is_covered;
}

const MrTotals *
mr_sale_get_totals (const MrSale *self)
{
  return &self->totals;
}

guint
mr_sale_get_n_taxes (const MrSale *self)
{
  return self->taxes->len;
}

const MrTaxSum *
mr_sale_get_tax (const MrSale *self, guint index)
{
  g_assert (index < self->taxes->len);
  return &g_array_index (self->taxes, MrTaxSum, index);
}

gboolean
mr_sale_append_line (MrSale *self, const MrLine *line, GError **error)
{
  gint64 gross_minor;
  guint index;

  if (!require_open (self, error) || !check_room (self, error) || !check_good (line->good, error) ||
      !check_price (line->unit_price_minor, error) ||
      !(line->origin != NULL ? check_origin (line->origin, line->quantity_milli, error)
                             : check_quantity (line->quantity_milli, error)))
    return FALSE;
  if (line->number == 0 || find_index (self, line->number, &index))
    {
      g_set_error (error, MR_SALE_ERROR, MR_SALE_ERROR_NO_LINE, "%u is not a free line number",
                   line->number);
      return FALSE;
    }
  if (line->origin == NULL &&
      (!mr_money_times (line->unit_price_minor, line->quantity_milli, &gross_minor) ||
       line->discount_minor < 0 || line->discount_minor > gross_minor))
    return set_range_error (error, "the discount is larger than the line");

  return append (self, line, error);
}
