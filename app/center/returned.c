/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/returned.h"

#include <string.h>

#define SQL_BOOK                                                                              \
  "INSERT INTO sale_return (shop_id, writer_id, n, number, sale_uuid, line, label, till_id, " \
  "at, sold, quantity, gross, amount, tax, paid, unclaimed, shown_until) "                    \
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
#define SQL_COUNT                                                       \
  "SELECT CAST(coalesce(sum(quantity), 0) AS bigint) FROM sale_return " \
  "WHERE shop_id = ?1 AND sale_uuid = ?2 AND line = ?3"
#define SQL_SUMS                                                                            \
  "SELECT CAST(sum(quantity) AS bigint), CAST(sum(gross) AS bigint), "                      \
  "CAST(sum(amount) AS bigint), CAST(sum(tax) AS bigint), max(sold), max(label), count(*) " \
  "FROM sale_return WHERE shop_id = ?1 AND sale_uuid = ?2 AND line = ?3"
#define SQL_HIDE \
  "UPDATE sale_return SET shown_until = 0 WHERE shop_id = ?1 AND sale_uuid = ?2 AND line = ?3"

const char *
mr_returned_format_id (const MrOrigin *origin, char out[MR_RETURNED_ID_SIZE])
{
  char sale[MR_ID_STRING_SIZE];

  g_snprintf (out, MR_RETURNED_ID_SIZE, "%s/%u", mr_id_format (origin->sale, sale), origin->line);
  return out;
}

static gboolean
parse_id (const char *id, MrId *sale, gint64 *line)
{
  g_auto (GStrv) words = g_strsplit (id, "/", 3);

  return g_strv_length (words) == 2 && mr_id_parse (words[0], sale) &&
         g_ascii_string_to_signed (words[1], 10, 1, G_MAXINT32, line, NULL);
}

gboolean
mr_returned_book (MrBatch *batch, const MrScope *scope, const MrLine *line, const MrEffectOf *of,
                  gint64 shown_until_us, GError **error)
{
  const MrOrigin *origin = line->origin;
  gint64 added_tax_minor = line->good->tax.inclusive ? 0 : origin->tax_minor;

  return mr_db_queue (batch->db, error, SQL_BOOK, "iiiibisiiiiiiiiii", scope->shop_id,
                      of->writer_id, of->n, (gint64) line->number, origin->sale.bytes,
                      sizeof origin->sale.bytes, (gint64) origin->line, origin->receipt_label,
                      scope->till_id, of->at_us, origin->sold_milli, -line->quantity_milli,
                      origin->gross_minor, origin->amount_minor, origin->tax_minor,
                      origin->amount_minor + added_tax_minor, (gint64) (origin->unclaimed != 0),
                      shown_until_us);
}

gboolean
mr_returned_count (MrBatch *batch, const MrScope *scope, const char *subject,
                   gint64 *quantity_milli, GError **error)
{
  gint64 line;
  MrId sale;

  *quantity_milli = 0;
  /* No line has such a name, so nothing came back of it. */
  if (!parse_id (subject, &sale, &line))
    return TRUE;
  return mr_db_get_int (batch->db, quantity_milli, error, SQL_COUNT, "ibi", scope->shop_id,
                        sale.bytes, sizeof sale.bytes, line);
}

char *
mr_returned_dup_fields (MrBatch *batch, gint64 shop_id, const char *id, gint64 *too_much_milli,
                        char **label, GError **error)
{
  g_autoptr (MrQuery) query = NULL;
  gint64 line;
  MrId sale;

  *too_much_milli = 0;
  *label = NULL;
  if (!parse_id (id, &sale, &line))
    return NULL;
  query = mr_db_select (batch->db, error, SQL_SUMS, "ibi", shop_id, sale.bytes, sizeof sale.bytes,
                        line);
  if (query == NULL || mr_query_step (query, error) != MR_STEP_ROW ||
      mr_query_get_int (query, 6) == 0)
    return NULL;
  *too_much_milli = MAX (mr_query_get_int (query, 0) - mr_query_get_int (query, 4), 0);
  *label = g_strdup (mr_query_get_text (query, 5));
  return mr_feed_fields ("iiii", mr_query_get_int (query, 0), mr_query_get_int (query, 1),
                         mr_query_get_int (query, 2), mr_query_get_int (query, 3));
}

gboolean
mr_returned_hide (MrBatch *batch, gint64 shop_id, const char *id, GError **error)
{
  gint64 line;
  MrId sale;

  return !parse_id (id, &sale, &line) || mr_db_run (batch->db, error, SQL_HIDE, "ibi", shop_id,
                                                    sale.bytes, sizeof sale.bytes, line);
}
