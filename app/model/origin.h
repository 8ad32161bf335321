/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/good.h"
#include "model/id.h"

G_BEGIN_DECLS

/**
 * MrOrigin:
 *
 * Where a line that is given back was sold, and what of that line's sums goes back with it. All sums are
 * ≥ 0: the line itself counts them as negative.
 */
typedef struct
{
  MrId sale; /* entry id of the sale it was sold in */
  guint line; /* its number there */
  gint64 sold_milli; /* quantity of that line */
  gint64 gross_minor; /* what goes back: before discounts, */
  gint64 amount_minor; /* after them, before an exclusive tax, */
  gint64 tax_minor; /* and the tax in it or on top */
  char *receipt_label; /* (owned) "2A-000123"; never NULL */
  char *reason; /* (owned) "" where nobody was asked; never NULL */
  MrId claim; /* key of the claim the center granted; MR_ID_NONE = none was needed, or @unclaimed */
  gboolean unclaimed; /* the center could not be asked */
} MrOrigin;

MrOrigin *mr_origin_copy (const MrOrigin *self); /* (nullable) NULL copies to NULL */
void mr_origin_free (MrOrigin *self); /* (nullable) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrOrigin, mr_origin_free)

/* What has come back of one line of a sale, all returns together; sums ≥ 0. */
typedef struct
{
  guint line;
  gint64 quantity_milli;
  gint64 gross_minor;
  gint64 amount_minor;
  gint64 tax_minor;
} MrReturned;

/* Adds to the row of @more's line, which is made when there is none. */
void mr_returned_add (GArray *rows, const MrReturned *more); /* (element-type MrReturned) */
/* What has come back of @line; nothing when no row says so. */
MrReturned mr_returned_find (const GArray *rows, guint line); /* (nullable) */

/* The share of what is left of a line's sums that goes back with @quantity_milli of what is left of its
 * quantity: each sum in proportion, rounded half away from zero. Whoever returns the last of it takes the
 * rest, so that piece by piece adds up to the line. FALSE: so much is not left. */
gboolean mr_origin_share (MrOrigin *self, const MrReturned *sold, const MrReturned *returned,
                          gint64 quantity_milli) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
