/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-context.h"

#include <string.h>

void
mr_entry_context_append (GString *out, const MrEntryContext *self)
{
  mr_member_append_text (out, "date", self->business_date);
  mr_member_append_text (out, "currency", self->currency);
  mr_member_append_int (out, "shift", self->shift_number);
  mr_member_append_int (out, "staff", self->staff_number);
}

gboolean
mr_entry_context_get (JsonObject *object, MrEntryContext *self, GError **error)
{
  const char *date = mr_wire_get_text (object, "date", 10, error);
  const char *currency = date == NULL ? NULL : mr_wire_get_text (object, "currency", 3, error);

  if (currency == NULL || !mr_member_get_count (object, "shift", &self->shift_number, error) ||
      !mr_member_get_count (object, "staff", &self->staff_number, error))
    return FALSE;
  if (!mr_date_is_valid (date) || strlen (currency) != 3)
    {
      g_set_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE,
                   "“date” must be a day like 2026-05-28 and “currency” three letters");
      return FALSE;
    }
  g_strlcpy (self->business_date, date, sizeof self->business_date);
  g_strlcpy (self->currency, currency, sizeof self->currency);
  return TRUE;
}

gboolean
mr_entry_context_read (const char *body, MrEntryContext *context, GError **error)
{
  JsonObject *object;
  g_autoptr (JsonNode) root = mr_wire_parse_object (body, -1, MR_ENTRY_MAX_BODY, &object, error);

  return root != NULL && mr_entry_context_get (object, context, error);
}

void
mr_tax_sum_append (GString *out, const MrTaxSum *self)
{
  g_string_append_c (out, '{');
  mr_member_append_int (out, "rule", self->tax.id);
  mr_member_append_int (out, "rate", self->tax.rate_ppm);
  mr_member_append_boolean (out, "inclusive", self->tax.inclusive);
  mr_member_append_int (out, "amount", self->amount_minor);
  mr_member_append_int (out, "tax", self->tax_minor);
  g_string_append_c (out, '}');
}
