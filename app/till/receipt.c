/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt.h"

#include "device/columns.h"
#include "till/receipt-private.h"

#define GETTEXT_PACKAGE MR_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <string.h>

struct _MrReceipt
{
  gatomicrefcount ref_count;
  GArray *rows; /* (owned) (element-type MrPaperRow) */
  GStringChunk *strings; /* (owned): what the rows point to */
};

MrReceipt *
mr_receipt_new (void)
{
  MrReceipt *self = g_new0 (MrReceipt, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->rows = g_array_new (FALSE, FALSE, sizeof (MrPaperRow));
  self->strings = g_string_chunk_new (1024);
  return self;
}

MrReceipt *
mr_receipt_ref (MrReceipt *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mr_receipt_unref (MrReceipt *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->rows);
  g_string_chunk_free (self->strings);
  g_free (self);
}

static void
add_row (MrReceipt *self, MrReceiptRowKind kind, MrReceiptStyle style, const char *left,
         const char *right, guint max_lines)
{
  MrPaperRow row = { .kind = kind,
                     .style = style,
                     .left = left != NULL ? g_string_chunk_insert (self->strings, left) : "",
                     .right = right != NULL ? g_string_chunk_insert (self->strings, right) : "",
                     .max_lines = max_lines };

  g_array_append_val (self->rows, row);
}

void
mr_receipt_add (MrReceipt *self, MrReceiptRowKind kind, MrReceiptStyle style, const char *left,
                const char *right)
{
  add_row (self, kind, style, left, right, 0);
}

void
mr_receipt_add_name (MrReceipt *self, const char *name, guint max_lines)
{
  add_row (self, MR_RECEIPT_TEXT, MR_RECEIPT_PLAIN, name, NULL, max_lines);
}

void
mr_receipt_add_lines (MrReceipt *self, const char *text)
{
  g_auto (GStrv) lines = NULL;

  if (text == NULL || *text == '\0')
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_CENTER, lines[i], NULL);
}

void
mr_receipt_add_rule (MrReceipt *self)
{
  mr_receipt_add (self, MR_RECEIPT_RULE, MR_RECEIPT_PLAIN, NULL, NULL);
}

void
mr_receipt_add_head (MrReceipt *self, const MrReceiptFacts *facts, const char *title)
{
  mr_receipt_add (self, MR_RECEIPT_LOGO, MR_RECEIPT_CENTER, NULL, NULL);
  if (*facts->shop_name != '\0')
    mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_BIG | MR_RECEIPT_CENTER, facts->shop_name,
                    NULL);
  mr_receipt_add_lines (self, facts->header);
  if (*title != '\0')
    mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_BIG | MR_RECEIPT_CENTER, title, NULL);
  if (facts->copy > 0)
    {
      g_autofree char *time = mr_receipt_format_time (facts, facts->printed_at_us);
      /* Translators: the mark of a reprinted receipt and which reprint it is, glossary: COPY 补打 */
      g_autofree char *mark = g_strdup_printf (_ ("COPY %u"), facts->copy);

      mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_BIG | MR_RECEIPT_BOLD | MR_RECEIPT_CENTER,
                      mark, NULL);
      if (facts->printed_at_us != 0)
        mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_CENTER, time, NULL);
    }
  mr_receipt_add_rule (self);
}

char *
mr_receipt_format_time (const MrReceiptFacts *facts, gint64 at_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local =
      facts->time_zone != NULL ? g_date_time_to_timezone (utc, facts->time_zone) : NULL;

  return g_date_time_format (local != NULL ? local : utc, "%Y-%m-%d %H:%M");
}

char *
mr_receipt_format_money (const MrReceiptFacts *facts, gint64 amount_minor)
{
  const MrCurrency *currency = mr_currency_find (facts->currency);

  return mr_money_format (amount_minor, currency != NULL ? currency->digits : 2);
}

void
mr_receipt_add_amount (MrReceipt *self, const MrReceiptFacts *facts, MrReceiptStyle style,
                       const char *label, gint64 amount_minor)
{
  g_autofree char *amount = mr_receipt_format_money (facts, amount_minor);

  mr_receipt_add (self, MR_RECEIPT_PAIR, style, label, amount);
}

char *
mr_receipt_format_rate (guint32 rate_ppm)
{
  /* Percent with as many decimals as the rate has. */
  g_autofree char *percent = mr_quantity_format ((gint64) rate_ppm / 10);

  return g_strdup_printf ("%s%%", percent);
}

/* One line for each way a letter can reach paper: from the printer's Latin font, its Chinese font, a code
 * page, or as a picture. */
static const char *const test_scripts[] = {
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789",
  "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
  "街角便利店 可口可乐 土鸡蛋 10枚",
  "臺灣烏龍茶 ¥3.00 × 2 ①②③",
  "㐀 𠮷野家 䶮", /* four bytes in GB18030: no cheap printer has them */
  "Café Müller, crème brûlée, Łódź, ñandú, € 1,50",
  "Хлеб и молоко, Αθήνα",
  "Phở bò, 김치, こんにちは",
};

/* Every kind a receipt may carry. */
static const char *const test_barcodes[] = { "6901234567892", "96385074", "2A-000123" };

MrReceipt *
mr_receipt_new_test (const MrReceiptFacts *facts)
{
  MrReceipt *self = mr_receipt_new ();
  g_autofree char *time = mr_receipt_format_time (facts, facts->at_us);

  mr_receipt_add_head (self, facts, _ ("Test print"));
  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, time, facts->till);
  mr_receipt_add_rule (self);
  for (gsize i = 0; i < G_N_ELEMENTS (test_scripts); i++)
    mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_PLAIN, test_scripts[i], NULL);
  mr_receipt_add_rule (self);
  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_BOLD, _ ("left edge"), _ ("right edge"));
  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_PLAIN, "김치 라면 330 g × 2", "158.50");
  mr_receipt_add (self, MR_RECEIPT_PAIR, MR_RECEIPT_BIG, _ ("Total"), "158.50");
  mr_receipt_add_rule (self);
  for (gsize i = 0; i < G_N_ELEMENTS (test_barcodes); i++)
    {
      mr_receipt_add (self, MR_RECEIPT_BARCODE, MR_RECEIPT_CENTER, test_barcodes[i], NULL);
      mr_receipt_add (self, MR_RECEIPT_TEXT, MR_RECEIPT_CENTER, test_barcodes[i], NULL);
    }
  mr_receipt_add (self, MR_RECEIPT_QR, MR_RECEIPT_CENTER, "Millrace 街角便利店", NULL);
  return self;
}

guint
mr_receipt_get_n_rows (const MrReceipt *self)
{
  return self->rows->len;
}

const MrPaperRow *
mr_receipt_get_row (const MrReceipt *self, guint index)
{
  return index < self->rows->len ? &g_array_index (self->rows, MrPaperRow, index) : NULL;
}

/* A line in text is what the paper shows: big letters are spaced out, as they take two columns. */
static void
append_line (GString *text, const char *line)
{
  gsize length = strlen (line);

  while (length > 0 && line[length - 1] == ' ')
    length--;
  g_string_append_len (text, line, (gssize) length);
  g_string_append_c (text, '\n');
}

static void
append_text (GString *text, const MrPaperRow *row, int columns)
{
  g_auto (GStrv) lines = mr_columns_wrap (row->left, columns, (int) row->max_lines);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *padded =
          mr_columns_pad (lines[i], columns,
                          (row->style & MR_RECEIPT_CENTER) != 0 ? MR_ALIGN_CENTER : MR_ALIGN_LEFT);

      append_line (text, padded);
    }
}

static void
append_row (GString *text, const MrPaperRow *row, int columns)
{
  g_autofree char *line = NULL;

  switch (row->kind)
    {
    case MR_RECEIPT_TEXT:
      append_text (text, row, columns);
      break;
    case MR_RECEIPT_PAIR:
      line = mr_columns_pair (row->left, row->right, columns, ' ');
      append_line (text, line);
      break;
    case MR_RECEIPT_RULE:
      line = mr_columns_rule ('-', columns);
      append_line (text, line);
      break;
    case MR_RECEIPT_BLANK:
      append_line (text, "");
      break;
    case MR_RECEIPT_BARCODE:
      case MR_RECEIPT_QR: {
        g_autofree char *code = g_strdup_printf ("[%s]", row->left);
        MrPaperRow shown = { .kind = MR_RECEIPT_TEXT, .style = MR_RECEIPT_CENTER, .left = code };

        append_text (text, &shown, columns);
        break;
      }
    case MR_RECEIPT_LOGO:
    default:
      break;
    }
}

char *
mr_receipt_to_text (const MrReceipt *self, int columns)
{
  GString *text = g_string_new ("");

  for (guint i = 0; i < self->rows->len; i++)
    append_row (text, &g_array_index (self->rows, MrPaperRow, i), columns);
  return g_string_free (text, FALSE);
}
