/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/import-line.h"
#include "center/import-table.h"

#include "fuzz.h"

#include <string.h>

#define MAX_MINOR G_GINT64_CONSTANT (100000000)

static void
check_text (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
  g_assert_true (*text != ' ' && !g_str_has_suffix (text, " "));
}

/* What is not refused is fit to be a good. */
static void
check_row (const MrGoodsRow *row)
{
  g_assert_true (*row->name != '\0' && g_utf8_strlen (row->name, -1) <= 200);
  g_assert_true (*row->barcode != '\0');
  g_assert_true (g_utf8_strlen (row->unit, -1) <= 16);
  g_assert_true (row->units_milli >= 1000 && row->units_milli <= 100000000);
  g_assert_true (row->tax_ppm >= -1 && row->tax_ppm <= 1000000);
  g_assert_false (g_str_has_prefix (row->category, "/") || g_str_has_suffix (row->category, "/"));
  if ((row->given & MR_GOODS_PRICE) != 0)
    g_assert_true (row->price_minor > 0 && row->price_minor <= MAX_MINOR);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (MrImportTable) table = mr_import_table_new (stream, NULL);
  MrImportColumns columns;
  MrImportRecord record;
  guint64 last_line = 1;

  if (table == NULL ||
      !mr_import_columns_find (&columns, mr_import_table_get_header (table), ignored, NULL))
    return 0;
  while (mr_import_table_next (table, &record, NULL))
    {
      g_auto (MrImportLine) line = { 0 };
      g_autofree char *reason = NULL;

      g_assert_cmpuint (record.line, >, last_line);
      last_line = record.line;
      if (record.fault != NULL)
        continue;
      for (guint i = 0; i < record.fields->len; i++)
        check_text (record.fields->pdata[i]);
      reason = mr_import_line_parse (&line, &columns, record.fields, mr_currency_find ("CNY"));
      if (reason == NULL)
        check_row (&line.row);
    }
  return 0;
}
