/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"

G_BEGIN_DECLS

typedef enum
{
  MR_SHIFT_OPEN,
  MR_SHIFT_CLOSED,
  MR_N_SHIFT_STATES,
} MrShiftState;

typedef struct
{
  guint count; /* of tenders: a sale paid with two notes one after the other has two */
  gint64 amount_minor;
} MrTenderSum;

/**
 * MrShift:
 *
 * The sums of one shift, from float to Z: what the drawer should hold, what each tender took, the tax
 * by rule. Fed with every finished sale in the order of the journal, so that it can be rebuilt from it.
 */
typedef struct
{
  MrId id;
  MrShiftState state;
  gint64 number; /* counts up per till, never reset */
  gint64 staff_number;
  gint64 opened_at_us;
  gint64 closed_at_us;
  gint64 float_minor;
  gint64 cash_in_minor; /* put into the drawer outside sales */
  gint64 cash_out_minor; /* taken out */
  guint sale_count;
  gint64 gross_minor;
  gint64 discount_minor;
  gint64 tax_minor;
  gint64 total_minor; /* Σ sale totals */
  gint64 rounding_minor;
  MrTenderSum tenders[MR_N_TENDERS]; /* cash: net of change */
  GArray *taxes; /* (owned) of MrTaxSum, by rule id */
  guint no_sale_count;
  guint void_count;
  guint removed_line_count;
  guint return_count; /* lines given back; in the sums above as what they are, negative */
  gint64 return_minor; /* what was given back for them, taxes on top too; ≥ 0 */
  gint64 grand_total_minor; /* Σ of all sale totals of this till up to this shift, never reset */
  gint64 counted_minor; /* closing count of the drawer; only when closed */
  gboolean has_count;
} MrShift;

MrShift *mr_shift_new (MrId id, gint64 number, gint64 float_minor, gint64 grand_total_before_minor);
MrShift *mr_shift_copy (const MrShift *self);
void mr_shift_free (MrShift *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrShift, mr_shift_free)

/* @sale must be COMPLETE and the shift open; errors are MR_SALE_ERROR. FALSE when a sum would leave the range; nothing is changed then. */
gboolean mr_shift_add_sale (MrShift *self, const MrSale *sale, GError **error);
/* What the drawer should hold: float + cash taken + in − out. */
gint64 mr_shift_get_expected_minor (const MrShift *self);
/* counted − expected. */
gint64 mr_shift_get_variance_minor (const MrShift *self);

/* OPEN → CLOSED, the one move there is. @counted_minor: what was found in the drawer, when @has_count. */
gboolean mr_shift_close (MrShift *self, gboolean has_count, gint64 counted_minor,
                         gint64 closed_at_us, GError **error);
/* NULL when the sums agree with each other: gross − discount + taxes on top = total, tenders = total
 * + rounding, taxes = Σ rules. Else a sentence naming what does not. */
char *mr_shift_check (const MrShift *self);
const char *mr_shift_state_to_string (MrShiftState state);

G_END_DECLS
