/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"

G_BEGIN_DECLS

/* What a shop sold: counts and sums by tender, tax rule and business date, each summed from its own
 * projection, so that they prove one another. Money in minor units. */

typedef struct
{
  char *name; /* (owned) tender kind, or date */
  gint64 count;
  gint64 amount_minor;
} MrReportSum;

typedef struct
{
  gint64 tax_id;
  char *name; /* (owned) "" = not known */
  gint64 rate_ppm;
  gint64 inclusive;
  gint64 amount_minor;
  gint64 tax_minor;
} MrReportTax;

typedef struct
{
  char *shop; /* (owned) */
  char *currency; /* (owned) */
  char *from; /* (owned) first business date, "" = from the beginning */
  char *to; /* (owned) last business date, "" = up to now */
  gint64 count;
  gint64 gross_minor;
  gint64 discount_minor;
  gint64 tax_minor;
  gint64 total_minor;
  gint64 rounding_minor;
  gint64 n_returns; /* lines given back; in the sums above as what they are, negative */
  gint64 returned_minor; /* what went back for them, ≥ 0 */
  gint64 n_quarantined; /* entries that wait for somebody, of any date */
  gint64 n_deferred;
  GArray *tenders; /* (owned) of MrReportSum */
  GArray *taxes; /* (owned) of MrReportTax */
  GArray *days; /* (owned) of MrReportSum */
} MrReport;

/* @from, @to: business dates, both included; NULL = without end. */
MrReport *mr_report_sales (MrDb *db, const char *shop, const char *from, const char *to,
                           GError **error);
void mr_report_free (MrReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrReport, mr_report_free)

char *mr_report_to_json (const MrReport *self);

/* The entries of @shop that need somebody, a line each: till, entry, kind, receipt time, why. Newest
 * first, at most 200. */
char *mr_report_waiting (MrDb *db, const char *shop, GError **error);

G_END_DECLS
