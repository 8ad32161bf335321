/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"
#include "model/id.h"
#include "model/money.h"
#include "model/origin.h"
#include "model/quantity.h"
#include "model/tender.h"

G_BEGIN_DECLS

/**
 * MrSale:
 *
 * One sale from its first line to its receipt: the basket while it is open. Pure rules and sums: no
 * clock, no disk, no screen. Lives on the thread that made it. The till's MrCheckout drives it,
 * the store commits it, the receipt and the wire read it.
 */
typedef struct _MrSale MrSale;

typedef enum
{
  MR_SALE_OPEN, /* lines may change */
  MR_SALE_PAYING, /* tenders are taken; lines stand still */
  MR_SALE_COMPLETE, /* paid and final */
  MR_SALE_HELD, /* put aside, may be recalled */
  MR_SALE_VOID, /* given up as a whole */
  MR_N_SALE_STATES,
} MrSaleState;

#define MR_SALE_MAX_LINES 2000

#define MR_SALE_ERROR (mr_sale_error_quark ())
GQuark mr_sale_error_quark (void);
typedef enum
{
  MR_SALE_ERROR_STATE, /* not allowed in this state */
  MR_SALE_ERROR_RANGE, /* price, quantity, discount or total out of range */
  MR_SALE_ERROR_NO_LINE, /* no such line */
  MR_SALE_ERROR_NO_PRICE, /* the good has no price: ask for one */
  MR_SALE_ERROR_FULL, /* too many lines */
} MrSaleError;

/**
 * MrLine:
 *
 * One line of a sale. Input fields are set through the sale; the sums are worked out by it after
 * each change. amount = gross − discount − sale_discount is what the line asks for before an
 * exclusive tax; tax is in it (inclusive) or comes on top (exclusive). A line that is given back has an
 * origin and a negative quantity; its sums are those of the origin, negative, whatever else is sold, and it
 * never changes: it comes and goes as a whole.
 */
typedef struct
{
  guint number; /* 1, 2, … in order of entry; never used again within the sale */
  MrGood *good; /* (owned) */
  gint64 quantity_milli;
  gint64 unit_price_minor; /* fixed when the line entered, or overridden */
  gboolean price_overridden;
  gint64
      discount_minor; /* off this line, ≥ 0, ≤ gross (falls with it when the quantity does); given back: ≤ 0 */
  gboolean removed; /* kept for the journal; counts for nothing: amount, share and tax are 0 */
  gint64 entered_at_us; /* wall clock */
  MrOrigin *origin; /* (owned) (nullable): given back, and where it was sold */

  gint64 gross_minor;
  gint64 sale_discount_minor; /* this line's share of the discount on the whole sale */
  gint64 amount_minor;
  gint64 tax_minor;
} MrLine;

typedef struct
{
  gint64 gross_minor;
  gint64 discount_minor; /* of lines and sale */
  gint64 tax_minor;
  gint64 total_minor; /* what is to be paid, before cash rounding; < 0: to be paid out */
  gint64 rounding_minor; /* added to the total when paid in cash, or taken off; 0 until covered */
  gint64 given_minor;
  gint64 due_minor; /* still to pay, before cash rounding; < 0: to be paid out; 0 when covered */
  gint64 change_minor; /* cash to hand back; 0 until covered */
  gint64 pieces_milli; /* pieces sold, a weighed line counting as one */
} MrTotals;

typedef struct
{
  MrTax tax;
  gint64 amount_minor; /* sum of the lines' amounts under this rule */
  gint64 tax_minor;
} MrTaxSum;

/* @cash_rounding_minor: the smallest cash step (1 = none, 10 = jiao); the rounding applies to what is
 * paid in cash only, at completion, half away from zero. Who gives exactly what is due is never
 * rounded. Amounts, sums and total of one sale stay within MR_MONEY_MAX_MINOR. */
MrSale *mr_sale_new (MrId id, const char *currency, gint64 cash_rounding_minor);
void mr_sale_free (MrSale *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrSale, mr_sale_free)

MrId mr_sale_get_id (const MrSale *self);
/* A basket that was on a disk may be on a copy of that disk as well: or another till goes on with it. Taken up again it gets
 * another id, or two sales would bear one. */
void mr_sale_set_id (MrSale *self, MrId id);
const char *mr_sale_get_currency (const MrSale *self);
gint64 mr_sale_get_cash_rounding_minor (const MrSale *self);
MrSaleState mr_sale_get_state (const MrSale *self);
const char *mr_sale_state_to_string (MrSaleState state);
/* The one table of allowed moves. PAYING → OPEN or VOID only while nothing was given; PAYING and HELD
 * ask for a live line, HELD for none that is given back (who brought it stands there and waits); COMPLETE
 * asks for a covered total. */
gboolean mr_sale_can_move (const MrSale *self, MrSaleState to);
gboolean mr_sale_move (MrSale *self, MrSaleState to, GError **error);

/* Lines, removed ones too, oldest first. */
guint mr_sale_get_n_lines (const MrSale *self);
const MrLine *mr_sale_get_line (const MrSale *self, guint index);
const MrLine *mr_sale_find_line (const MrSale *self, guint number); /* (nullable) */
guint mr_sale_count_live_lines (const MrSale *self);

/* Adds @quantity_milli of @good at its own price, or at @price_minor when ≥ 0 (price-only sale, asked
 * price). A second scan of the same pack at the same price raises the quantity of the existing line
 * and moves it to the end, unless weighed, overridden or discounted (@merge FALSE never does);
 * a pack without an id never does. Quantities are > 0. Returns the line's number, 0 on error. */
guint mr_sale_add (MrSale *self, MrGood *good, gint64 quantity_milli, gint64 price_minor,
                   gboolean merge, gint64 entered_at_us, GError **error);
/* Gives @quantity_milli of @good back, > 0; it was sold at @unit_price_minor, and @origin says what goes back
 * for it (mr_origin_share()). Returns the line's number, 0 on error. */
guint mr_sale_add_return (MrSale *self, MrGood *good, gint64 quantity_milli,
                          gint64 unit_price_minor, const MrOrigin *origin, gint64 entered_at_us,
                          GError **error);
/* Whether lines that are given back are in it; @live: those that were not removed. */
gboolean mr_sale_has_returns (const MrSale *self, gboolean live);
gboolean mr_sale_set_quantity (MrSale *self, guint number, gint64 quantity_milli, GError **error);
gboolean mr_sale_set_price (MrSale *self, guint number, gint64 unit_price_minor, GError **error);
gboolean mr_sale_set_line_discount (MrSale *self, guint number, gint64 discount_minor,
                                    GError **error);
/* On the whole sale, shared over the live lines by their amounts; at most what they ask for. When
 * lines go so that less is asked for, less takes effect, and more again when they come back. */
gboolean mr_sale_set_discount (MrSale *self, gint64 discount_minor, GError **error);
gint64 mr_sale_get_discount_minor (const MrSale *self); /* what takes effect */
gboolean mr_sale_remove (MrSale *self, guint number, GError **error);
gboolean mr_sale_restore (MrSale *self, guint number, GError **error); /* undo of a removal */

/* Moves OPEN → PAYING if need be. Only cash may exceed what is due; nothing is taken once all is
 * covered. Amounts are > 0, but 0 of cash settles what rounds to no coin at all. A sale whose total
 * is zero needs no tender. Of one below zero each tender is paid out: amounts are < 0 and never more than
 * what is due; cash may be what is due in cash. */
gboolean mr_sale_add_tender (MrSale *self, MrTenderKind kind, gint64 amount_minor, GError **error);
/* Takes back the last tender not yet final; PAYING only. */
gboolean mr_sale_remove_last_tender (MrSale *self, GError **error);
guint mr_sale_get_n_tenders (const MrSale *self);
const MrTender *mr_sale_get_tender (const MrSale *self, guint index);
/* What would be due if all of the rest were paid in cash: the due sum, cash-rounded; 0 when covered; < 0 to be
 * paid out. */
gint64 mr_sale_get_cash_due_minor (const MrSale *self);
/* Whether what was given covers the total. */
gboolean mr_sale_is_covered (const MrSale *self);

const MrTotals *mr_sale_get_totals (const MrSale *self);
/* One row per tax rule, by rule id. Returns the number of rows; row @index in @sum. */
guint mr_sale_get_n_taxes (const MrSale *self);
const MrTaxSum *mr_sale_get_tax (const MrSale *self, guint index);

/* Rebuilding a kept basket line by line, with its number and removed mark: held and open baskets
 * after a restart. @line's sums are ignored and worked out anew. */
gboolean mr_sale_append_line (MrSale *self, const MrLine *line, GError **error);

/* NULL when every invariant holds: sums of lines = totals, Σ tenders − change = total + rounding
 * when complete, numbers unique. Else a sentence naming the broken one. For tests and before commit. */
char *mr_sale_check (const MrSale *self);

G_END_DECLS
