/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-body.h"
#include "wire/fields.h"

#include "fuzz.h"

static void
try_sale (const char *text)
{
  MrEntryContext context;
  MrSaleFacts facts;
  g_autoptr (MrSale) basket = mr_basket_read (text, NULL);
  g_autoptr (MrSale) sale = mr_sale_body_read (text, &context, &facts, NULL);

  if (basket != NULL)
    g_free (mr_basket_write (basket));
  if (sale != NULL)
    {
      g_autofree char *body = mr_sale_body_write (sale, &context, &facts);
      g_autoptr (MrSale) again = mr_sale_body_read (body, NULL, NULL, NULL);

      g_assert_nonnull (again);
    }
}

static void
try_shift (const char *text)
{
  g_autoptr (MrShift) shift = mr_shift_body_read (text, NULL, NULL);
  g_autofree char *signature = NULL;

  g_free (mr_shift_body_dup_signed (text, &signature));
  if (shift != NULL)
    g_free (mr_shift_body_write (shift, NULL, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (MrFields) fields = mr_fields_parse (text, NULL);
  MrEntryContext context;
  gint64 value;

  try_sale (text);
  try_shift (text);
  if (mr_entry_context_read (text, &context, NULL))
    g_assert_true (g_utf8_validate (context.currency, -1, NULL));
  g_free (mr_note_body_dup_text (text, "reason"));
  g_free (mr_note_body_dup_json (text, "basket"));
  if (mr_note_body_get_int (text, "amount", &value))
    g_assert_cmpint (ABS (value), <=, G_GINT64_CONSTANT (1) << 53);
  if (fields != NULL)
    g_free (mr_fields_dup_rest (fields, 0));
  return 0;
}
