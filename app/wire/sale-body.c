/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-context.h"

#include <string.h>

#define MAX_NAME_BYTES 2000

G_STATIC_ASSERT (MR_GOOD_MAX_ID == MR_WIRE_MAX_INT);
#define MAX_LABEL_BYTES 31
#define MAX_REASON_BYTES 1000

/* A till keeps years of these: what is nothing, none, or the usual is left out. */
static void
append_int_unless (GString *out, const char *name, gint64 value, gint64 usual)
{
  if (value != usual)
    mr_member_append_int (out, name, value);
}

static void
append_text_unless_empty (GString *out, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    mr_member_append_text (out, name, value);
}

static void
append_good (GString *out, const MrGood *good)
{
  append_int_unless (out, "good", good->good_id, 0);
  append_int_unless (out, "pack", good->pack_id, 0);
  append_int_unless (out, "category", good->category_id, 0);
  append_int_unless (out, "price_row", good->price_id, 0);
  append_int_unless (out, "price_v", good->price_version, 0);
  if (good->has_price)
    mr_member_append_int (out, "list_price", good->price_minor);
  append_int_unless (out, "units", good->units_milli, MR_QUANTITY_ONE_MILLI);
  append_text_unless_empty (out, "name", good->name);
  append_text_unless_empty (out, "unit", good->unit);
  append_text_unless_empty (out, "barcode", good->barcode);
  if (good->sold_by == MR_SOLD_BY_WEIGHT)
    mr_member_append_boolean (out, "weighed", TRUE);
  append_int_unless (out, "rule", good->tax.id, 0);
  append_int_unless (out, "rate", good->tax.rate_ppm, 0);
  if (!good->tax.inclusive)
    mr_member_append_boolean (out, "inclusive", FALSE);
}

static void
append_origin (GString *out, const MrOrigin *origin)
{
  mr_member_append_key (out, "return");
  g_string_append_c (out, '{');
  mr_member_append_id (out, "sale", origin->sale);
  mr_member_append_int (out, "line", origin->line);
  append_text_unless_empty (out, "label", origin->receipt_label);
  mr_member_append_int (out, "sold", origin->sold_milli);
  mr_member_append_int (out, "gross", origin->gross_minor);
  mr_member_append_int (out, "amount", origin->amount_minor);
  mr_member_append_int (out, "tax", origin->tax_minor);
  append_text_unless_empty (out, "reason", origin->reason);
  if (!mr_id_is_none (origin->claim))
    mr_member_append_id (out, "claim", origin->claim);
  if (origin->unclaimed)
    mr_member_append_int (out, "unclaimed", 1);
  g_string_append_c (out, '}');
}

static void
append_line (GString *out, const MrLine *line)
{
  g_string_append_c (out, '{');
  mr_member_append_int (out, "n", line->number);
  append_good (out, line->good);
  mr_member_append_int (out, "quantity", line->quantity_milli);
  mr_member_append_int (out, "price", line->unit_price_minor);
  if (line->price_overridden)
    mr_member_append_boolean (out, "overridden", TRUE);
  append_int_unless (out, "discount", line->discount_minor, 0);
  append_int_unless (out, "sale_discount", line->sale_discount_minor, 0);
  if (line->removed)
    mr_member_append_boolean (out, "removed", TRUE);
  mr_member_append_int (out, "amount", line->amount_minor);
  append_int_unless (out, "tax", line->tax_minor, 0);
  if (line->origin != NULL)
    append_origin (out, line->origin);
  mr_member_append_time (out, "at", line->entered_at_us);
  g_string_append_c (out, '}');
}

static void
append_lines (GString *out, const MrSale *sale)
{
  mr_member_append_key (out, "lines");
  g_string_append_c (out, '[');
  for (guint i = 0; i < mr_sale_get_n_lines (sale); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_line (out, mr_sale_get_line (sale, i));
    }
  g_string_append_c (out, ']');
}

static void
append_tenders (GString *out, const MrSale *sale)
{
  mr_member_append_key (out, "tenders");
  g_string_append_c (out, '[');
  for (guint i = 0; i < mr_sale_get_n_tenders (sale); i++)
    {
      const MrTender *tender = mr_sale_get_tender (sale, i);

      g_string_append (out, i > 0 ? ",{" : "{");
      mr_member_append_text (out, "kind", mr_tender_kind_to_string (tender->kind));
      mr_member_append_int (out, "amount", tender->amount_minor);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
}

static void
append_taxes (GString *out, const MrSale *sale)
{
  mr_member_append_key (out, "taxes");
  g_string_append_c (out, '[');
  for (guint i = 0; i < mr_sale_get_n_taxes (sale); i++)
    {
      g_string_append (out, i > 0 ? "," : "");
      mr_tax_sum_append (out, mr_sale_get_tax (sale, i));
    }
  g_string_append_c (out, ']');
}

/* The integer members of the sums in the order they are written: one table for both ways. */
static const struct
{
  const char *name;
  gsize offset;
} totals_members[] = {
  { "gross", offsetof (MrTotals, gross_minor) },
  { "discount", offsetof (MrTotals, discount_minor) },
  { "tax", offsetof (MrTotals, tax_minor) },
  { "total", offsetof (MrTotals, total_minor) },
  { "rounding", offsetof (MrTotals, rounding_minor) },
  { "given", offsetof (MrTotals, given_minor) },
  { "due", offsetof (MrTotals, due_minor) },
  { "change", offsetof (MrTotals, change_minor) },
  { "pieces", offsetof (MrTotals, pieces_milli) },
};

static void
append_totals (GString *out, const MrSale *sale)
{
  const MrTotals *totals = mr_sale_get_totals (sale);

  mr_member_append_key (out, "totals");
  g_string_append_c (out, '{');
  for (gsize i = 0; i < G_N_ELEMENTS (totals_members); i++)
    mr_member_append_int (out, totals_members[i].name,
                          G_STRUCT_MEMBER (gint64, totals, totals_members[i].offset));
  g_string_append_c (out, '}');
}

gint64
mr_sale_body_get_schema (const MrSale *sale)
{
  return mr_sale_has_returns (sale, FALSE) ? 2 : 1;
}

char *
mr_sale_body_write (const MrSale *sale, const MrEntryContext *context, const MrSaleFacts *facts)
{
  GString *out = g_string_sized_new (512 + 400 * mr_sale_get_n_lines (sale));

  g_string_append_c (out, '{');
  if (context != NULL)
    mr_entry_context_append (out, context);
  if (facts != NULL)
    {
      mr_member_append_int (out, "receipt", facts->receipt_number);
      mr_member_append_text (out, "label", facts->receipt_label);
      mr_member_append_int (out, "catalog_v", facts->catalog_v);
    }
  mr_member_append_id (out, "sale", mr_sale_get_id (sale));
  mr_member_append_text (out, "state", mr_sale_state_to_string (mr_sale_get_state (sale)));
  if (context == NULL)
    mr_member_append_text (out, "currency", mr_sale_get_currency (sale));
  append_int_unless (out, "cash_rounding", mr_sale_get_cash_rounding_minor (sale), 1);
  append_int_unless (out, "sale_discount", mr_sale_get_discount_minor (sale), 0);
  append_lines (out, sale);
  append_tenders (out, sale);
  append_taxes (out, sale);
  append_totals (out, sale);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static MrGood *
read_good (JsonObject *object, GError **error)
{
  MrGood good = { .units_milli = MR_QUANTITY_ONE_MILLI,
                  .tax.inclusive = TRUE,
                  .name = "",
                  .unit = "",
                  .barcode = "",
                  .brand = "",
                  .category = "" };
  gboolean weighed = FALSE;
  gint64 rate = 0;

  if (!mr_wire_get_int_if (object, "good", 0, MR_WIRE_MAX_INT, &good.good_id, error) ||
      !mr_wire_get_int_if (object, "pack", 0, MR_WIRE_MAX_INT, &good.pack_id, error) ||
      !mr_wire_get_int_if (object, "category", 0, MR_WIRE_MAX_INT, &good.category_id, error) ||
      !mr_wire_get_int_if (object, "price_row", 0, MR_WIRE_MAX_INT, &good.price_id, error) ||
      !mr_wire_get_int_if (object, "price_v", 0, MR_WIRE_MAX_INT, &good.price_version, error) ||
      !mr_wire_get_int_if (object, "list_price", -MR_MONEY_MAX_MINOR, MR_MONEY_MAX_MINOR,
                           &good.price_minor, error) ||
      !mr_wire_get_int_if (object, "units", 1, MR_QUANTITY_MAX_MILLI, &good.units_milli, error) ||
      !mr_wire_get_text_if (object, "name", MAX_NAME_BYTES, &good.name, error) ||
      !mr_wire_get_text_if (object, "unit", 100, &good.unit, error) ||
      !mr_wire_get_text_if (object, "barcode", 200, &good.barcode, error) ||
      !mr_wire_get_boolean_if (object, "weighed", &weighed, error) ||
      !mr_wire_get_int_if (object, "rule", 0, MR_WIRE_MAX_INT, &good.tax.id, error) ||
      !mr_wire_get_int_if (object, "rate", 0, 10000000, &rate, error) ||
      !mr_wire_get_boolean_if (object, "inclusive", &good.tax.inclusive, error))
    return NULL;
  good.has_price = mr_wire_has (object, "list_price");
  good.sold_by = weighed ? MR_SOLD_BY_WEIGHT : MR_SOLD_BY_PIECE;
  good.tax.rate_ppm = (guint32) rate;
  return mr_good_new (&good);
}

static MrOrigin *
read_origin (JsonObject *object, GError **error)
{
  JsonObject *member = mr_wire_get_object (object, "return", error);
  MrOrigin origin = { .line = 0 };
  gint64 line, unclaimed = 0;
  const char *label = "", *reason = "";

  if (member == NULL || !mr_member_get_id (member, "sale", &origin.sale, error) ||
      !mr_wire_get_int (member, "line", 1, G_MAXINT32, &line, error) ||
      !mr_wire_get_text_if (member, "label", MAX_LABEL_BYTES, &label, error) ||
      !mr_wire_get_int (member, "sold", 1, MR_QUANTITY_MAX_MILLI, &origin.sold_milli, error) ||
      !mr_wire_get_int (member, "gross", 0, MR_MONEY_MAX_MINOR, &origin.gross_minor, error) ||
      !mr_wire_get_int (member, "amount", 0, MR_MONEY_MAX_MINOR, &origin.amount_minor, error) ||
      !mr_wire_get_int (member, "tax", 0, MR_MONEY_MAX_MINOR, &origin.tax_minor, error) ||
      !mr_wire_get_text_if (member, "reason", MAX_REASON_BYTES, &reason, error) ||
      (mr_wire_has (member, "claim") &&
       !mr_member_get_id (member, "claim", &origin.claim, error)) ||
      !mr_wire_get_int_if (member, "unclaimed", 0, 1, &unclaimed, error))
    return NULL;
  origin.line = (guint) line;
  origin.unclaimed = unclaimed != 0;
  origin.receipt_label = (char *) label;
  origin.reason = (char *) reason;
  return mr_origin_copy (&origin);
}

static gboolean
read_line (JsonObject *object, MrSale *sale, GError **error)
{
  g_autoptr (MrGood) good = read_good (object, error);
  g_autoptr (MrOrigin) origin = NULL;
  MrLine line = { .good = good };
  gint64 number;

  if (mr_wire_has (object, "return") && (origin = read_origin (object, error)) == NULL)
    return FALSE;
  line.origin = origin;

  if (good == NULL || !mr_wire_get_int (object, "n", 1, G_MAXINT32, &number, error) ||
      !mr_wire_get_int (object, "quantity", -MR_QUANTITY_MAX_MILLI, MR_QUANTITY_MAX_MILLI,
                        &line.quantity_milli, error) ||
      !mr_wire_get_int (object, "price", -MR_MONEY_MAX_MINOR, MR_MONEY_MAX_MINOR,
                        &line.unit_price_minor, error) ||
      !mr_wire_get_boolean_if (object, "overridden", &line.price_overridden, error) ||
      !mr_wire_get_int_if (object, "discount", origin != NULL ? -MR_MONEY_MAX_MINOR : 0,
                           MR_MONEY_MAX_MINOR, &line.discount_minor, error) ||
      !mr_wire_get_boolean_if (object, "removed", &line.removed, error) ||
      !mr_member_get_time (object, "at", &line.entered_at_us, error))
    return FALSE;
  line.number = (guint) number;
  return mr_sale_append_line (sale, &line, error);
}

static gboolean
read_lines (JsonObject *object, MrSale *sale, GError **error)
{
  JsonArray *lines = mr_wire_get_array (object, "lines", error);

  if (lines == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (lines); i++)
    {
      JsonObject *line = mr_wire_get_element (lines, "lines", i, error);

      if (line == NULL || !read_line (line, sale, error))
        {
          g_prefix_error (error, "lines[%u]: ", i);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_tenders (JsonObject *object, MrSale *sale, GError **error)
{
  JsonArray *tenders = mr_wire_get_array (object, "tenders", error);

  if (tenders == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (tenders); i++)
    {
      JsonObject *tender = mr_wire_get_element (tenders, "tenders", i, error);
      const char *name = tender == NULL ? NULL : mr_wire_get_text (tender, "kind", 40, error);
      MrTenderKind kind;
      gint64 amount;

      if (name == NULL || !mr_wire_get_int (tender, "amount", -MR_MONEY_MAX_MINOR,
                                            MR_MONEY_MAX_MINOR, &amount, error))
        return FALSE;
      if (!mr_tender_kind_parse (name, &kind))
        {
          g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                       "tenders[%u]: no tender is “%s”", i, name);
          return FALSE;
        }
      if (!mr_sale_add_tender (sale, kind, amount, error))
        {
          g_prefix_error (error, "tenders[%u]: ", i);
          return FALSE;
        }
    }
  return TRUE;
}

/* The sale stands OPEN, or PAYING when it has tenders. */
static gboolean
move_to_state (JsonObject *object, MrSale *sale, GError **error)
{
  const char *text = mr_wire_get_text (object, "state", 20, error);

  if (text == NULL)
    return FALSE;
  for (guint state = 0; state < MR_N_SALE_STATES; state++)
    {
      if (strcmp (text, mr_sale_state_to_string (state)) != 0)
        continue;
      if (mr_sale_get_state (sale) == state)
        return TRUE;
      /* A sale of nothing to pay has no tender that would have moved it on. */
      if (state == MR_SALE_COMPLETE && mr_sale_get_state (sale) == MR_SALE_OPEN &&
          !mr_sale_move (sale, MR_SALE_PAYING, error))
        return FALSE;
      return mr_sale_move (sale, state, error);
    }
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "no sale is in the state “%s”", text);
  return FALSE;
}

static gboolean
compare_totals (JsonObject *object, const MrSale *sale, GError **error)
{
  JsonObject *written = mr_wire_get_object (object, "totals", error);
  const MrTotals *totals = mr_sale_get_totals (sale);

  if (written == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (totals_members); i++)
    {
      gint64 follows = G_STRUCT_MEMBER (gint64, totals, totals_members[i].offset);
      gint64 value;

      if (!mr_wire_get_int (written, totals_members[i].name, -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT,
                            &value, error))
        return FALSE;
      if (value != follows)
        {
          g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                       "totals: “%s” is %" G_GINT64_FORMAT ", but %" G_GINT64_FORMAT
                       " follows from the lines",
                       totals_members[i].name, value, follows);
          return FALSE;
        }
    }
  return TRUE;
}

static MrSale *
read_sale (JsonObject *object, GError **error)
{
  g_autoptr (MrSale) sale = NULL;
  const char *currency;
  gint64 rounding = 1, discount = 0;
  MrId id;

  if (!mr_member_get_id (object, "sale", &id, error) ||
      (currency = mr_wire_get_text (object, "currency", 3, error)) == NULL ||
      !mr_wire_get_int_if (object, "cash_rounding", 1, MR_MONEY_MAX_MINOR, &rounding, error) ||
      !mr_wire_get_int_if (object, "sale_discount", 0, MR_MONEY_MAX_MINOR, &discount, error))
    return NULL;
  if (strlen (currency) != 3)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "“currency” must be three letters");
      return NULL;
    }
  sale = mr_sale_new (id, currency, rounding);
  if (!read_lines (object, sale, error) ||
      (discount != 0 && !mr_sale_set_discount (sale, discount, error)) ||
      !read_tenders (object, sale, error) || !move_to_state (object, sale, error) ||
      !compare_totals (object, sale, error))
    return NULL;
  return g_steal_pointer (&sale);
}

static gboolean
read_facts (JsonObject *object, MrSaleFacts *facts, GError **error)
{
  const char *label;

  if (!mr_member_get_count (object, "receipt", &facts->receipt_number, error) ||
      (label = mr_wire_get_text (object, "label", sizeof facts->receipt_label - 1, error)) ==
          NULL ||
      !mr_member_get_count (object, "catalog_v", &facts->catalog_v, error))
    return FALSE;
  g_strlcpy (facts->receipt_label, label, sizeof facts->receipt_label);
  return TRUE;
}

MrSale *
mr_sale_body_read (const char *body, MrEntryContext *context, MrSaleFacts *facts, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (body, -1, MR_ENTRY_MAX_BODY, &object, error);

  if (root == NULL || (context != NULL && !mr_entry_context_get (object, context, error)) ||
      (facts != NULL && !read_facts (object, facts, error)))
    return NULL;
  return read_sale (object, error);
}

char *
mr_basket_write (const MrSale *sale)
{
  return mr_sale_body_write (sale, NULL, NULL);
}

MrSale *
mr_basket_read (const char *body, GError **error)
{
  return mr_sale_body_read (body, NULL, NULL, error);
}
