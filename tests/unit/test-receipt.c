/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt.h"

#include "till/receipt-escpos.h"

#include "sample-receipt.h"
#include "virtual-paper.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/* Taxes come on top, two of them. */
static MrSale *
make_american_sale (void)
{
  static const SampleItem items[] = {
    { "Sourdough bread", "", 649, 1000, 0, MR_SOLD_BY_PIECE, { 1, 20000, FALSE } },
    { "Paper towels, 6 rolls", "", 1199, 2000, 199, MR_SOLD_BY_PIECE, { 2, 88750, FALSE } },
  };
  MrSale *sale = sample_receipt_make_sale ("USD", 1, items, G_N_ELEMENTS (items));

  sample_receipt_pay (sale, MR_TENDER_CARD, mr_sale_get_totals (sale)->due_minor);
  sample_receipt_finish (sale);
  return sale;
}

static MrShift *
make_shift (gboolean closed)
{
  MrShift *shift = mr_shift_new (sample_receipt_id, 41, 20000, 1234500);
  g_autoptr (MrSale) full = sample_receipt_make_full_sale ();
  g_autoptr (GError) error = NULL;

  shift->opened_at_us = SAMPLE_RECEIPT_AT_US - 6 * SAMPLE_RECEIPT_HOUR_US;
  mr_shift_add_sale (shift, full, &error);
  g_assert_no_error (error);
  shift->cash_in_minor = 10000;
  shift->cash_out_minor = 4500;
  shift->no_sale_count = 2;
  shift->void_count = 1;
  shift->removed_line_count = 3;
  if (closed)
    {
      mr_shift_close (shift, TRUE, 29800, SAMPLE_RECEIPT_AT_US, &error);
      g_assert_no_error (error);
    }
  return shift;
}

/* Of the full sale one bottle and some bananas come back, against an egg box. */
static MrSale *
make_refund (const MrSale *sold, GArray *returned)
{
  static const SampleItem items[] = {
    { "土鸡蛋 10枚", "盒", 600, 1000, 0, MR_SOLD_BY_PIECE, { 2, 90000, TRUE } },
  };
  static const guint lines[] = { 0, 2 };
  MrSale *sale = sample_receipt_make_sale ("CNY", 10, items, G_N_ELEMENTS (items));
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      const MrLine *line = mr_sale_get_line (sold, lines[i]);
      const MrReturned whole = { line->number, line->quantity_milli, line->gross_minor,
                                 line->amount_minor, line->tax_minor };
      const MrReturned none = { .line = line->number };
      const gint64 quantity_milli = i == 0 ? 1000 : line->quantity_milli;
      MrOrigin origin = { .sale = sample_receipt_id, .receipt_label = (char *) "1A-000098" };
      MrReturned more = { .line = line->number, .quantity_milli = quantity_milli };

      g_assert_true (mr_origin_share (&origin, &whole, &none, quantity_milli));
      more.amount_minor = origin.amount_minor;
      mr_returned_add (returned, &more);
      mr_sale_add_return (sale, line->good, quantity_milli, line->unit_price_minor, &origin,
                          SAMPLE_RECEIPT_AT_US, &error);
      g_assert_no_error (error);
    }
  sample_receipt_pay (sale, MR_TENDER_WECHAT, -100);
  sample_receipt_pay (sale, MR_TENDER_CASH, mr_sale_get_cash_due_minor (sale));
  sample_receipt_finish (sale);
  return sale;
}

static char *
build_golden_path (const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s.txt", name);

  return g_build_filename (g_getenv ("MR_SOURCE_DIR"), "tests", "data", "receipt", file, NULL);
}

static void
assert_golden (const char *name, const char *text)
{
  g_autofree char *path = build_golden_path (name);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("MR_UPDATE_GOLDEN") != NULL)
    g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_both_papers (const char *name, const MrReceipt *receipt)
{
  static const int columns[] = { 32, 48 };

  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autofree char *text = mr_receipt_to_text (receipt, columns[i]);
      g_autofree char *file = g_strdup_printf ("%s-%s", name, columns[i] == 32 ? "58" : "80");

      assert_golden (file, text);
    }
}

static void
make_all (const char *language)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  MrReceiptFacts facts = sample_receipt_make_facts (zone);
  g_autoptr (MrSale) full = sample_receipt_make_full_sale ();
  g_autoptr (MrSale) american = make_american_sale ();
  g_autoptr (MrShift) open = make_shift (FALSE);
  g_autoptr (MrShift) closed = make_shift (TRUE);
  g_autoptr (MrReceipt) sale = mr_receipt_new_sale (full, &facts);
  g_autoptr (MrReceipt) x = mr_receipt_new_report (open, MR_REPORT_X, &facts);
  g_autoptr (MrReceipt) z = mr_receipt_new_report (closed, MR_REPORT_Z, &facts);
  g_autofree char *sale_name = g_strdup_printf ("sale-%s", language);
  g_autofree char *x_name = g_strdup_printf ("x-%s", language);
  g_autofree char *z_name = g_strdup_printf ("z-%s", language);
  g_autofree char *copy_name = g_strdup_printf ("copy-%s", language);
  g_autofree char *american_name = g_strdup_printf ("tax-on-top-%s", language);

  assert_both_papers (sale_name, sale);
  assert_both_papers (x_name, x);
  assert_both_papers (z_name, z);

  facts.copy = 1;
  g_autoptr (MrReceipt) copy = mr_receipt_new_sale (full, &facts);
  assert_both_papers (copy_name, copy);

  facts.copy = 0;
  facts.currency = "USD";
  facts.shop_name = "Corner Store";
  facts.header = "";
  facts.footer = "";
  facts.staff = "Ann";
  g_autoptr (MrReceipt) on_top = mr_receipt_new_sale (american, &facts);
  assert_both_papers (american_name, on_top);
}

/* What comes back: its receipt, what a copy of the first one says then, and the Z. */
static void
make_returns (const char *language)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  g_autoptr (GArray) returned = g_array_new (FALSE, TRUE, sizeof (MrReturned));
  MrReceiptFacts facts = sample_receipt_make_facts (zone);
  g_autoptr (MrSale) full = sample_receipt_make_full_sale ();
  g_autoptr (MrSale) refund = make_refund (full, returned);
  g_autoptr (MrShift) shift = make_shift (FALSE);
  g_autoptr (MrReceipt) paper = mr_receipt_new_sale (refund, &facts);
  g_autofree char *refund_name = g_strdup_printf ("refund-%s", language);
  g_autofree char *returned_name = g_strdup_printf ("returned-%s", language);
  g_autofree char *z_name = g_strdup_printf ("z-returns-%s", language);

  assert_both_papers (refund_name, paper);
  g_assert_true (mr_shift_add_sale (shift, refund, NULL));
  g_autoptr (MrReceipt) z = mr_receipt_new_report (shift, MR_REPORT_X, &facts);
  assert_both_papers (z_name, z);
  facts.copy = 2;
  facts.returned = returned;
  g_autoptr (MrReceipt) copy = mr_receipt_new_sale (full, &facts);
  assert_both_papers (returned_name, copy);
}

static void
test_golden_english (void)
{
  sample_receipt_use_language ("C");
  make_all ("en");
  make_returns ("en");
}

static void
test_golden_chinese (void)
{
  sample_receipt_use_language ("zh_CN");
  make_all ("zh");
  make_returns ("zh");
  sample_receipt_use_language ("C");
}

static void
assert_prints_clean (const MrReceipt *receipt, int paper_mm, VirtualPaper **paper)
{
  MrPaperOptions options = { .profile = mr_printer_profile_for_paper (paper_mm) };
  g_autoptr (GBytes) job = mr_receipt_to_escpos (receipt, &options);
  g_autofree char *error = NULL;

  *paper = virtual_paper_read (job, options.profile->columns);
  error = virtual_paper_dup_error (*paper);
  g_assert_null (error);
}

static void
test_escpos (void)
{
  static const int widths[] = { 58, 80 };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  MrReceiptFacts facts = sample_receipt_make_facts (zone);
  g_autoptr (MrSale) full = sample_receipt_make_full_sale ();
  g_autoptr (MrReceipt) sale = mr_receipt_new_sale (full, &facts);

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autoptr (VirtualPaper) paper = NULL;
      g_autofree char *text = NULL;

      assert_prints_clean (sale, widths[i], &paper);
      text = virtual_paper_dup_text (paper);
      g_assert_nonnull (strstr (text, "可口可乐 330 ml"));
      g_assert_nonnull (strstr (text, "2A-000123"));
      /* The drawer is no part of a receipt: it opens whatever the paper does. */
      g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_KICK), ==, 0);
      g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_QR) +
                            virtual_paper_count (paper, VIRTUAL_IMAGE),
                        >=, 1);
      g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_LOGO), ==, 0);
    }
}

static guint8 *
paint_black (const char *text, MrReceiptStyle style, int width_px, int *height_px, gpointer user)
{
  guint *n_lines = user;

  (*n_lines)++;
  *height_px = 24;
  return memset (g_malloc ((gsize) width_px * 24), 0xff, (gsize) width_px * 24);
}

/* What the printer has no letters for goes as a picture when somebody can draw it. */
static void
test_painted_line (void)
{
  static const SampleItem items[] = {
    { "ชาไทย", "", 500, 1000, 0, MR_SOLD_BY_PIECE, { 0, 0, TRUE } },
    { "Tea", "", 500, 1000, 0, MR_SOLD_BY_PIECE, { 0, 0, TRUE } },
  };
  g_autoptr (MrSale) sale = sample_receipt_make_sale ("CNY", 1, items, G_N_ELEMENTS (items));
  MrReceiptFacts facts = sample_receipt_make_facts (NULL);
  guint n_painted = 0;
  MrPaperOptions options = { .profile = mr_printer_profile_for_paper (58),
                             .stored_logo = 3,
                             .painter = paint_black,
                             .painter_data = &n_painted };
  g_autoptr (MrReceipt) receipt = NULL;
  g_autoptr (GBytes) job = NULL;
  g_autoptr (VirtualPaper) paper = NULL;
  g_autofree char *error = NULL;
  g_autofree char *text = NULL;

  sample_receipt_pay (sale, MR_TENDER_ALIPAY, 1000);
  sample_receipt_finish (sale);
  receipt = mr_receipt_new_sale (sale, &facts);
  job = mr_receipt_to_escpos (receipt, &options);
  paper = virtual_paper_read (job, 32);
  error = virtual_paper_dup_error (paper);
  g_assert_null (error);
  g_assert_cmpuint (n_painted, ==, 1);
  g_assert_cmpuint (virtual_paper_count (paper, VIRTUAL_LOGO), ==, 1);

  /* Without anybody who draws, the rest of the receipt is whole all the same. */
  options.painter = NULL;
  g_bytes_unref (g_steal_pointer (&job));
  job = mr_receipt_to_escpos (receipt, &options);
  virtual_paper_free (g_steal_pointer (&paper));
  paper = virtual_paper_read (job, 32);
  text = virtual_paper_dup_text (paper);
  g_assert_nonnull (strstr (text, "?"));
  g_assert_nonnull (strstr (text, "Tea"));
}

/* No line of any text is wider than the paper. */
static void
test_widths (void)
{
  static const int columns[] = { 32, 48 };
  MrReceiptFacts facts = sample_receipt_make_facts (NULL);
  g_autoptr (MrReceipt) test = NULL;

  facts.shop_name = "一家名字长得一行写不下甚至两行也写不下的街角便利店连锁超市旗舰店";
  test = mr_receipt_new_test (&facts);
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autofree char *text = mr_receipt_to_text (test, columns[i]);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      for (guint j = 0; lines[j] != NULL; j++)
        g_assert_cmpint (mr_columns_width (lines[j]), <=, columns[i]);
    }
}

int
main (int argc, char **argv)
{
  /* The one locale each Debian has; LANGUAGE then chooses the words. */
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receipt/golden-english", test_golden_english);
  g_test_add_func ("/receipt/golden-chinese", test_golden_chinese);
  g_test_add_func ("/receipt/escpos", test_escpos);
  g_test_add_func ("/receipt/painted-line", test_painted_line);
  g_test_add_func ("/receipt/widths", test_widths);
  return g_test_run ();
}
