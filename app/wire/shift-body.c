/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-context.h"

#include <string.h>

#define SIGNATURE_KEY ",\"signature\":\""

/* The integer members in the order they are written: one table for both ways. */
static const struct
{
  const char *name;
  gsize offset;
} sums[] = {
  { "float", offsetof (MrShift, float_minor) },
  { "cash_in", offsetof (MrShift, cash_in_minor) },
  { "cash_out", offsetof (MrShift, cash_out_minor) },
  { "gross", offsetof (MrShift, gross_minor) },
  { "discount", offsetof (MrShift, discount_minor) },
  { "tax", offsetof (MrShift, tax_minor) },
  { "total", offsetof (MrShift, total_minor) },
  { "rounding", offsetof (MrShift, rounding_minor) },
  { "grand_total", offsetof (MrShift, grand_total_minor) },
};
static const struct
{
  const char *name;
  gsize offset;
} counts[] = {
  { "sales", offsetof (MrShift, sale_count) },
  { "no_sales", offsetof (MrShift, no_sale_count) },
  { "voids", offsetof (MrShift, void_count) },
  { "removed_lines", offsetof (MrShift, removed_line_count) },
};

/* A till keeps shifts for ever; of most there is nothing to say here. */
static void
append_returns (GString *out, const MrShift *shift)
{
  if (shift->return_count == 0)
    return;
  mr_member_append_int (out, "returns", shift->return_count);
  mr_member_append_int (out, "returned", shift->return_minor);
}

static void
append_tenders (GString *out, const MrShift *shift)
{
  mr_member_append_key (out, "tenders");
  g_string_append_c (out, '{');
  for (guint kind = 0; kind < MR_N_TENDERS; kind++)
    {
      mr_member_append_key (out, mr_tender_kind_to_string (kind));
      g_string_append_c (out, '{');
      mr_member_append_int (out, "count", shift->tenders[kind].count);
      mr_member_append_int (out, "amount", shift->tenders[kind].amount_minor);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, '}');
}

static void
append_taxes (GString *out, const MrShift *shift)
{
  mr_member_append_key (out, "taxes");
  g_string_append_c (out, '[');
  for (guint i = 0; shift->taxes != NULL && i < shift->taxes->len; i++)
    {
      g_string_append (out, i > 0 ? "," : "");
      mr_tax_sum_append (out, &g_array_index (shift->taxes, MrTaxSum, i));
    }
  g_string_append_c (out, ']');
}

char *
mr_shift_body_write (const MrShift *shift, const MrEntryContext *context,
                     const char *signature_base64)
{
  GString *out = g_string_new ("{");

  if (context != NULL)
    mr_entry_context_append (out, context);
  mr_member_append_id (out, "id", shift->id);
  mr_member_append_text (out, "state", mr_shift_state_to_string (shift->state));
  mr_member_append_int (out, "number", shift->number);
  mr_member_append_int (out, "opened_by", shift->staff_number);
  mr_member_append_time (out, "opened_at", shift->opened_at_us);
  if (shift->closed_at_us != 0)
    mr_member_append_time (out, "closed_at", shift->closed_at_us);
  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    mr_member_append_int (out, sums[i].name, G_STRUCT_MEMBER (gint64, shift, sums[i].offset));
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    mr_member_append_int (out, counts[i].name, G_STRUCT_MEMBER (guint, shift, counts[i].offset));
  append_returns (out, shift);
  append_tenders (out, shift);
  append_taxes (out, shift);
  if (shift->has_count)
    mr_member_append_int (out, "counted", shift->counted_minor);
  if (signature_base64 != NULL)
    mr_member_append_text (out, "signature", signature_base64);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static gboolean
read_state (JsonObject *object, MrShift *shift, GError **error)
{
  const char *text = mr_wire_get_text (object, "state", 20, error);

  if (text == NULL)
    return FALSE;
  for (guint state = 0; state < MR_N_SHIFT_STATES; state++)
    if (strcmp (text, mr_shift_state_to_string (state)) == 0)
      {
        shift->state = state;
        return TRUE;
      }
  g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE, "no shift is in the state “%s”", text);
  return FALSE;
}

static gboolean
read_times (JsonObject *object, MrShift *shift, GError **error)
{
  if (!mr_member_get_time (object, "opened_at", &shift->opened_at_us, error))
    return FALSE;
  return !mr_wire_has (object, "closed_at") ||
         mr_member_get_time (object, "closed_at", &shift->closed_at_us, error);
}

static gboolean
read_sums (JsonObject *object, MrShift *shift, GError **error)
{
  gint64 returns = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    if (!mr_wire_get_int (object, sums[i].name, -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT,
                          &G_STRUCT_MEMBER (gint64, shift, sums[i].offset), error))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      gint64 count;

      if (!mr_wire_get_int (object, counts[i].name, 0, G_MAXUINT32, &count, error))
        return FALSE;
      G_STRUCT_MEMBER (guint, shift, counts[i].offset) = (guint) count;
    }
  if (!mr_wire_get_int_if (object, "returns", 0, G_MAXUINT32, &returns, error) ||
      !mr_wire_get_int_if (object, "returned", 0, MR_WIRE_MAX_INT, &shift->return_minor, error))
    return FALSE;
  shift->return_count = (guint) returns;
  if (!mr_wire_has (object, "counted"))
    return TRUE;
  shift->has_count = TRUE;
  return mr_wire_get_int (object, "counted", -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT,
                          &shift->counted_minor, error);
}

static gboolean
read_tenders (JsonObject *object, MrShift *shift, GError **error)
{
  JsonObject *tenders = mr_wire_get_object (object, "tenders", error);

  if (tenders == NULL)
    return FALSE;
  for (guint kind = 0; kind < MR_N_TENDERS; kind++)
    {
      const char *name = mr_tender_kind_to_string (kind);
      JsonObject *sum;
      gint64 count;

      /* A tender newer than the body took nothing. */
      if (!mr_wire_has (tenders, name))
        continue;
      sum = mr_wire_get_object (tenders, name, error);
      if (sum == NULL || !mr_wire_get_int (sum, "count", 0, G_MAXUINT32, &count, error) ||
          !mr_wire_get_int (sum, "amount", -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT,
                            &shift->tenders[kind].amount_minor, error))
        return FALSE;
      shift->tenders[kind].count = (guint) count;
    }
  return TRUE;
}

static gboolean
read_taxes (JsonObject *object, MrShift *shift, GError **error)
{
  JsonArray *taxes = mr_wire_get_array (object, "taxes", error);

  if (taxes == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (taxes); i++)
    {
      JsonObject *row = mr_wire_get_element (taxes, "taxes", i, error);
      MrTaxSum sum = { 0 };
      gint64 rate;

      if (row == NULL || !mr_member_get_count (row, "rule", &sum.tax.id, error) ||
          !mr_wire_get_int (row, "rate", 0, G_MAXUINT32, &rate, error) ||
          !mr_wire_get_boolean (row, "inclusive", &sum.tax.inclusive, error) ||
          !mr_wire_get_int (row, "amount", -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT, &sum.amount_minor,
                            error) ||
          !mr_wire_get_int (row, "tax", -MR_WIRE_MAX_INT, MR_WIRE_MAX_INT, &sum.tax_minor, error))
        return FALSE;
      sum.tax.rate_ppm = (guint32) rate;
      g_array_append_val (shift->taxes, sum);
    }
  return TRUE;
}

MrShift *
mr_shift_body_read (const char *body, MrEntryContext *context, GError **error)
{
  g_autoptr (MrShift) shift = mr_shift_new (MR_ID_NONE, 0, 0, 0);
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (body, -1, MR_ENTRY_MAX_BODY, &object, error);

  if (root == NULL || (context != NULL && !mr_entry_context_get (object, context, error)) ||
      !mr_member_get_id (object, "id", &shift->id, error) || !read_state (object, shift, error) ||
      !mr_member_get_count (object, "number", &shift->number, error) ||
      !mr_member_get_count (object, "opened_by", &shift->staff_number, error) ||
      !read_times (object, shift, error) || !read_sums (object, shift, error) ||
      !read_tenders (object, shift, error) || !read_taxes (object, shift, error))
    return NULL;
  return g_steal_pointer (&shift);
}

char *
mr_shift_body_dup_signed (const char *body, char **signature_base64)
{
  const char *from = g_strrstr (body, SIGNATURE_KEY);
  const char *to;

  if (from == NULL)
    return NULL;
  to = strchr (from + strlen (SIGNATURE_KEY), '"');
  if (to == NULL || strcmp (to, "\"}") != 0)
    return NULL;
  *signature_base64 =
      g_strndup (from + strlen (SIGNATURE_KEY), (gsize) (to - from) - strlen (SIGNATURE_KEY));
  return g_strdup_printf ("%.*s}", (int) (from - body), body);
}
