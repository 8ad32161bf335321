/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/report.h"

#include "center/network.h"
#include "wire/fields.h"

/* "" stands for no end on either side: it sorts before every date, and is checked for. */
#define IN_DATES \
  "sale.shop_id = ?1 AND sale.business_date >= ?2 AND (?3 = '' OR sale.business_date <= ?3)"

#define SQL_SUMS                                                                                   \
  "SELECT count(*), CAST(coalesce(sum(gross), 0) AS bigint), CAST(coalesce(sum(discount), 0) AS "  \
  "bigint), CAST(coalesce(sum(tax), 0) AS bigint), "                                               \
  "CAST(coalesce(sum(total), 0) AS bigint), CAST(coalesce(sum(rounding), 0) AS bigint) FROM sale " \
  "WHERE " IN_DATES
#define SQL_TENDERS                                                                       \
  "SELECT sale_tender.kind, count(*), CAST(sum(sale_tender.amount) AS bigint) FROM sale " \
  "JOIN sale_tender ON sale_tender.shop_id = sale.shop_id "                               \
  "AND sale_tender.writer_id = sale.writer_id AND sale_tender.n = sale.n "                \
  "WHERE " IN_DATES " GROUP BY sale_tender.kind ORDER BY sale_tender.kind"
#define SQL_TAXES                                                                                 \
  "SELECT sale_tax.tax_id, coalesce((SELECT name FROM tax WHERE tax.id = sale_tax.tax_id), ''), " \
  "sale_tax.rate, sale_tax.inclusive, CAST(sum(sale_tax.amount) AS bigint), "                     \
  "CAST(sum(sale_tax.tax) AS bigint) FROM sale "                                                  \
  "JOIN sale_tax ON sale_tax.shop_id = sale.shop_id AND sale_tax.writer_id = sale.writer_id "     \
  "AND sale_tax.n = sale.n WHERE " IN_DATES                                                       \
  " GROUP BY sale_tax.tax_id, sale_tax.rate, sale_tax.inclusive "                                 \
  "ORDER BY sale_tax.rate, sale_tax.tax_id, sale_tax.inclusive"
#define SQL_DAYS                                                                    \
  "SELECT sale.business_date, count(*), CAST(sum(sale.total) AS bigint) FROM sale " \
  "WHERE " IN_DATES " GROUP BY sale.business_date ORDER BY sale.business_date"
#define SQL_RETURNS                                                                \
  "SELECT count(*), CAST(coalesce(sum(sale_return.paid), 0) AS bigint) FROM sale " \
  "JOIN sale_return ON sale_return.shop_id = sale.shop_id "                        \
  "AND sale_return.writer_id = sale.writer_id AND sale_return.n = sale.n WHERE " IN_DATES
#define SQL_N_QUARANTINED \
  "SELECT count(*) FROM quarantine WHERE shop_id = ?1 AND settled_at IS NULL"
#define SQL_N_DEFERRED "SELECT count(*) FROM deferred WHERE shop_id = ?1"

/* Quarantined ones with their reason, the others with what they wait for. */
#define SQL_WAITING                                                                           \
  "SELECT till.number, entry.n, entry.kind, entry.at, "                                       \
  "coalesce((SELECT reason FROM quarantine WHERE quarantine.shop_id = entry.shop_id "         \
  "AND quarantine.writer_id = entry.writer_id AND quarantine.n = entry.n), entry.state) "     \
  "FROM entry JOIN writer ON writer.shop_id = entry.shop_id AND writer.id = entry.writer_id " \
  "JOIN till ON till.shop_id = entry.shop_id AND till.id = writer.till_id "                   \
  "WHERE entry.shop_id = ?1 AND entry.state IN ('quarantined', 'deferred', 'held') "          \
  "ORDER BY entry.at DESC LIMIT 200"

static void
clear_sum (gpointer item)
{
  g_free (((MrReportSum *) item)->name);
}

static void
clear_tax (gpointer item)
{
  g_free (((MrReportTax *) item)->name);
}

static MrReport *
new_report (const char *shop, const char *from, const char *to)
{
  MrReport *self = g_new0 (MrReport, 1);

  self->shop = g_strdup (shop);
  self->from = g_strdup (from != NULL ? from : "");
  self->to = g_strdup (to != NULL ? to : "");
  self->tenders = g_array_new (FALSE, FALSE, sizeof (MrReportSum));
  self->taxes = g_array_new (FALSE, FALSE, sizeof (MrReportTax));
  self->days = g_array_new (FALSE, FALSE, sizeof (MrReportSum));
  g_array_set_clear_func (self->tenders, clear_sum);
  g_array_set_clear_func (self->taxes, clear_tax);
  g_array_set_clear_func (self->days, clear_sum);
  return self;
}

void
mr_report_free (MrReport *self)
{
  if (self == NULL)
    return;
  g_free (self->shop);
  g_free (self->currency);
  g_free (self->from);
  g_free (self->to);
  g_array_unref (self->tenders);
  g_array_unref (self->taxes);
  g_array_unref (self->days);
  g_free (self);
}

static gboolean
read_sums (MrDb *db, gint64 shop_id, MrReport *self, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (db, error, SQL_SUMS, "iss", shop_id, self->from, self->to);

  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;
  self->count = mr_query_get_int (query, 0);
  self->gross_minor = mr_query_get_int (query, 1);
  self->discount_minor = mr_query_get_int (query, 2);
  self->tax_minor = mr_query_get_int (query, 3);
  self->total_minor = mr_query_get_int (query, 4);
  self->rounding_minor = mr_query_get_int (query, 5);
  return TRUE;
}

static gboolean
read_returns (MrDb *db, gint64 shop_id, MrReport *self, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (db, error, SQL_RETURNS, "iss", shop_id, self->from, self->to);

  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW)
    return FALSE;
  self->n_returns = mr_query_get_int (query, 0);
  self->returned_minor = mr_query_get_int (query, 1);
  return TRUE;
}

static gboolean
read_groups (MrQuery *query, GArray *sums, GError **error)
{
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrReportSum sum = { g_strdup (mr_query_get_text (query, 0)), mr_query_get_int (query, 1),
                          mr_query_get_int (query, 2) };

      g_array_append_val (sums, sum);
    }
  return step == MR_STEP_DONE;
}

static gboolean
read_taxes (MrDb *db, gint64 shop_id, MrReport *self, GError **error)
{
  g_autoptr (MrQuery) query =
      mr_db_select (db, error, SQL_TAXES, "iss", shop_id, self->from, self->to);
  MrStep step;

  if (query == NULL)
    return FALSE;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      MrReportTax tax = {
        mr_query_get_int (query, 0), g_strdup (mr_query_get_text (query, 1)),
        mr_query_get_int (query, 2), mr_query_get_int (query, 3),
        mr_query_get_int (query, 4), mr_query_get_int (query, 5),
      };

      g_array_append_val (self->taxes, tax);
    }
  return step == MR_STEP_DONE;
}

static gboolean
read_all (MrDb *db, gint64 shop_id, MrReport *self, GError **error)
{
  g_autoptr (MrQuery) tenders =
      mr_db_select (db, error, SQL_TENDERS, "iss", shop_id, self->from, self->to);
  g_autoptr (MrQuery) days = NULL;

  if (!read_groups (tenders, self->tenders, error))
    return FALSE;
  days = mr_db_select (db, error, SQL_DAYS, "iss", shop_id, self->from, self->to);
  return read_groups (days, self->days, error) && read_sums (db, shop_id, self, error) &&
         read_returns (db, shop_id, self, error) && read_taxes (db, shop_id, self, error) &&
         mr_db_get_int (db, &self->n_quarantined, error, SQL_N_QUARANTINED, "i", shop_id) &&
         mr_db_get_int (db, &self->n_deferred, error, SQL_N_DEFERRED, "i", shop_id);
}

MrReport *
mr_report_sales (MrDb *db, const char *shop, const char *from, const char *to, GError **error)
{
  g_autoptr (MrReport) self = new_report (shop, from, to);
  MrNetworkShop found;
  gboolean read;

  if ((*self->from != '\0' && !mr_date_is_valid (self->from)) ||
      (*self->to != '\0' && !mr_date_is_valid (self->to)))
    {
      g_set_error (error, MR_NETWORK_ERROR, MR_NETWORK_ERROR_INVALID,
                   "from and to are days like 2026-05-28");
      return NULL;
    }
  if (!mr_db_begin_read (db, error))
    return NULL;
  read = mr_network_find_shop (db, shop, &found, error);
  if (read)
    {
      self->currency = g_strdup (found.currency);
      read = read_all (db, found.id, self, error);
    }
  mr_db_rollback (db);
  return read ? g_steal_pointer (&self) : NULL;
}

static void
append_sums (GString *out, const char *name, const char *key, const GArray *sums)
{
  g_string_append_printf (out, ",\"%s\":[", name);
  for (guint i = 0; i < sums->len; i++)
    {
      const MrReportSum *sum = &g_array_index (sums, MrReportSum, i);

      g_string_append_printf (out,
                              "%s{\"%s\":\"%s\",\"count\":%" G_GINT64_FORMAT
                              ",\"amount\":%" G_GINT64_FORMAT "}",
                              i > 0 ? "," : "", key, sum->name, sum->count, sum->amount_minor);
    }
  g_string_append_c (out, ']');
}

static void
append_taxes (GString *out, const GArray *taxes)
{
  g_string_append (out, ",\"taxes\":[");
  for (guint i = 0; i < taxes->len; i++)
    {
      const MrReportTax *tax = &g_array_index (taxes, MrReportTax, i);

      g_string_append_printf (out, "%s{\"id\":%" G_GINT64_FORMAT ",\"name\":", i > 0 ? "," : "",
                              tax->tax_id);
      mr_wire_append_string (out, tax->name);
      g_string_append_printf (out,
                              ",\"rate_ppm\":%" G_GINT64_FORMAT
                              ",\"inclusive\":%s,\"amount\":%" G_GINT64_FORMAT
                              ",\"tax\":%" G_GINT64_FORMAT "}",
                              tax->rate_ppm, tax->inclusive ? "true" : "false", tax->amount_minor,
                              tax->tax_minor);
    }
  g_string_append_c (out, ']');
}

static void
append_int (GString *out, const char *name, gint64 value)
{
  g_string_append_printf (out, ",\"%s\":%" G_GINT64_FORMAT, name, value);
}

char *
mr_report_to_json (const MrReport *self)
{
  GString *out = g_string_new ("{\"shop\":");

  mr_wire_append_string (out, self->shop);
  g_string_append_printf (out, ",\"currency\":\"%s\",\"from\":", self->currency);
  mr_wire_append_string (out, self->from);
  g_string_append (out, ",\"to\":");
  mr_wire_append_string (out, self->to);
  append_int (out, "count", self->count);
  append_int (out, "gross", self->gross_minor);
  append_int (out, "discount", self->discount_minor);
  append_int (out, "tax", self->tax_minor);
  append_int (out, "total", self->total_minor);
  append_int (out, "rounding", self->rounding_minor);
  append_int (out, "returns", self->n_returns);
  append_int (out, "returned", self->returned_minor);
  append_sums (out, "tenders", "kind", self->tenders);
  append_taxes (out, self->taxes);
  append_sums (out, "days", "date", self->days);
  append_int (out, "quarantined", self->n_quarantined);
  append_int (out, "deferred", self->n_deferred);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

char *
mr_report_waiting (MrDb *db, const char *shop, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (MrQuery) query = NULL;
  MrNetworkShop found;
  MrStep step;

  if (!mr_network_find_shop (db, shop, &found, error))
    return NULL;
  query = mr_db_select (db, error, SQL_WAITING, "i", found.id);
  if (query == NULL)
    return NULL;
  while ((step = mr_query_step (query, error)) == MR_STEP_ROW)
    {
      g_autofree char *at = mr_time_format (mr_query_get_int (query, 3));

      g_string_append_printf (out, "%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s\t%s\t%s\n",
                              mr_query_get_int (query, 0), mr_query_get_int (query, 1),
                              mr_query_get_text (query, 2), at, mr_query_get_text (query, 4));
    }
  return step == MR_STEP_DONE ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}
