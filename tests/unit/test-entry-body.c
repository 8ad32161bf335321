/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-body.h"
#include "wire/wire-error.h"

#include <string.h>

/* Golden bodies: tests/data/wire/<kind>.<schema>.<what>.json. Bodies of every released kind are read for
 * ever; a new schema gets new files beside the old ones. With MR_WRITE_GOLDEN set, the files are written
 * instead, to be looked at before they are committed. */
static const MrEntryContext context = { "2026-05-28", "CNY", 7, 1001 };

static char *
build_golden_path (const char *name)
{
  const char *source = g_getenv ("MR_SOURCE_DIR");

  return g_build_filename (source == NULL ? "." : source, "tests", "data", "wire", name, NULL);
}

static char *
read_golden (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = build_golden_path (name);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strchomp (text);
}

static void
compare_golden (const char *name, const char *body)
{
  g_autofree char *golden = NULL;

  if (g_getenv ("MR_WRITE_GOLDEN") != NULL)
    {
      g_autofree char *path = build_golden_path (name);
      g_autofree char *line = g_strconcat (body, "\n", NULL);

      g_assert_true (g_file_set_contents (path, line, -1, NULL));
      return;
    }
  golden = read_golden (name);
  g_assert_cmpstr (body, ==, golden);
}

static MrId
make_id (guint8 fill)
{
  MrId id;

  memset (id.bytes, fill, sizeof id.bytes);
  return id;
}

static MrGood *
make_cola (void)
{
  MrGood values = { .good_id = 11,
                    .pack_id = 12,
                    .category_id = 3,
                    .price_id = 13,
                    .price_version = 14,
                    .price_minor = 350,
                    .has_price = TRUE,
                    .units_milli = 1000,
                    .tax = { 1, 130000, TRUE },
                    .name = "可口可乐 330ml",
                    .unit = "罐",
                    .barcode = "6901234567892",
                    .brand = "可口可乐",
                    .category = "饮料/碳酸" };

  return mr_good_new (&values);
}

static MrGood *
make_bananas (void)
{
  MrGood values = { .good_id = 21,
                    .pack_id = 22,
                    .price_minor = 498,
                    .has_price = TRUE,
                    .units_milli = 1000,
                    .sold_by = MR_SOLD_BY_WEIGHT,
                    .tax = { 2, 90000, TRUE },
                    .name = "\"Cavendish\" 香蕉\\",
                    .unit = "kg",
                    .barcode = "",
                    .brand = "",
                    .category = "" };

  return mr_good_new (&values);
}

static guint
add_line (MrSale *sale, MrGood *good, gint64 quantity_milli, gint64 price_minor)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrGood) owned = good;
  guint number = mr_sale_add (sale, owned, quantity_milli, price_minor, FALSE,
                              G_GINT64_CONSTANT (1780000000123456), &error);

  g_assert_no_error (error);
  return number;
}

/* Everything a sale can have: two rules, a weighed line, an overridden price, discounts, a removed line. */
static MrSale *
make_basket (void)
{
  g_autoptr (GError) error = NULL;
  MrSale *sale = mr_sale_new (make_id (0x42), "CNY", 10);
  guint first = add_line (sale, make_cola (), 3000, -1);
  guint removed;

  add_line (sale, make_bananas (), 1255, -1);
  removed = add_line (sale, make_cola (), 1000, 300);
  mr_sale_set_line_discount (sale, first, 50, &error);
  g_assert_no_error (error);
  mr_sale_set_discount (sale, 7, &error);
  g_assert_no_error (error);
  mr_sale_remove (sale, removed, &error);
  g_assert_no_error (error);
  return sale;
}

static MrSale *
make_sale (void)
{
  g_autoptr (GError) error = NULL;
  MrSale *sale = make_basket ();

  mr_sale_add_tender (sale, MR_TENDER_WECHAT, 500, &error);
  g_assert_no_error (error);
  mr_sale_add_tender (sale, MR_TENDER_CASH, 2000, &error);
  g_assert_no_error (error);
  mr_sale_move (sale, MR_SALE_COMPLETE, &error);
  g_assert_no_error (error);
  return sale;
}

static void
test_sale (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = make_sale ();
  MrSaleFacts facts = { 123, "2A-000123", 99 }, got_facts;
  MrEntryContext got_context;
  g_autofree char *body = mr_sale_body_write (sale, &context, &facts);
  g_autofree char *again = NULL;
  g_autoptr (MrSale) got = mr_sale_body_read (body, &got_context, &got_facts, &error);

  g_assert_no_error (error);
  compare_golden ("sale.1.full.json", body);
  again = mr_sale_body_write (got, &got_context, &got_facts);
  g_assert_cmpstr (again, ==, body);
  g_assert_cmpstr (got_facts.receipt_label, ==, "2A-000123");
  g_assert_cmpint (mr_sale_get_state (got), ==, MR_SALE_COMPLETE);
  g_assert_cmpint (mr_sale_get_totals (got)->change_minor, ==,
                   mr_sale_get_totals (sale)->change_minor);
  g_assert_cmpstr (mr_sale_get_line (got, 0)->good->name, ==, "可口可乐 330ml");
}

/* A sale of nothing to pay, without a tender. */
static void
test_free_sale (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = mr_sale_new (make_id (0x43), "CNY", 1);
  MrSaleFacts facts = { 1, "2A-000001", 0 };
  g_autofree char *body = NULL;
  g_autoptr (MrSale) got = NULL;

  add_line (sale, make_cola (), 1000, 0);
  g_assert_true (mr_sale_move (sale, MR_SALE_PAYING, NULL));
  g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, NULL));
  body = mr_sale_body_write (sale, &context, &facts);
  compare_golden ("sale.1.free.json", body);
  got = mr_sale_body_read (body, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_sale_get_state (got), ==, MR_SALE_COMPLETE);
}

/* One of three pieces against a cola of today, and another line of the same receipt that stays after all. */
static MrSale *
make_exchange (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrGood) cola = make_cola ();
  MrSale *sale = mr_sale_new (make_id (0x44), "CNY", 10);
  const MrOrigin first = { .sale = make_id (0x42),
                           .line = 1,
                           .sold_milli = 3000,
                           .gross_minor = 350,
                           .amount_minor = 331,
                           .tax_minor = 38,
                           .receipt_label = (char *) "2A-000123",
                           .reason = (char *) "漏气",
                           .claim = make_id (0x51) };
  const MrOrigin second = { .sale = make_id (0x42),
                            .line = 2,
                            .sold_milli = 1255,
                            .gross_minor = 625,
                            .amount_minor = 622,
                            .tax_minor = 51,
                            .unclaimed = TRUE };

  mr_sale_add_return (sale, cola, 1000, 350, &first, G_GINT64_CONSTANT (1780000000123456), &error);
  g_assert_no_error (error);
  add_line (sale, make_cola (), 1000, 150);
  g_autoptr (MrGood) bananas = make_bananas ();
  mr_sale_add_return (sale, bananas, 1255, 498, &second, G_GINT64_CONSTANT (1780000000123456),
                      &error);
  g_assert_no_error (error);
  return sale;
}

static void
compare_again (const char *name, const MrSale *sale)
{
  g_autoptr (GError) error = NULL;
  MrSaleFacts facts = { 124, "2A-000124", 99 }, got_facts;
  MrEntryContext got_context;
  g_autofree char *body = mr_sale_body_write (sale, &context, &facts);
  g_autofree char *again = NULL;
  g_autoptr (MrSale) got = mr_sale_body_read (body, &got_context, &got_facts, &error);

  g_assert_no_error (error);
  g_assert_cmpint (mr_sale_body_get_schema (got), ==, 2);
  compare_golden (name, body);
  again = mr_sale_body_write (got, &got_context, &got_facts);
  g_assert_cmpstr (again, ==, body);
}

/* What is given back makes it schema 2, paid out or not. */
static void
test_returns (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) refund = make_exchange ();
  g_autoptr (MrSale) exchange = make_exchange ();
  g_autoptr (MrSale) plain = make_sale ();

  g_assert_cmpint (mr_sale_body_get_schema (plain), ==, 1);
  mr_sale_add_tender (refund, MR_TENDER_ALIPAY, -300, &error);
  g_assert_no_error (error);
  mr_sale_add_tender (refund, MR_TENDER_CASH, mr_sale_get_cash_due_minor (refund), &error);
  g_assert_no_error (error);
  g_assert_true (mr_sale_move (refund, MR_SALE_COMPLETE, NULL));
  compare_again ("sale.2.refund.json", refund);

  g_assert_true (mr_sale_remove (exchange, 3, NULL));
  add_line (exchange, make_cola (), 2000, -1);
  mr_sale_add_tender (exchange, MR_TENDER_CASH, 1000, &error);
  g_assert_no_error (error);
  g_assert_true (mr_sale_move (exchange, MR_SALE_COMPLETE, NULL));
  compare_again ("sale.2.exchange.json", exchange);
}

static void
test_baskets (void)
{
  g_autoptr (MrSale) basket = make_basket ();
  const MrSaleState states[] = { MR_SALE_OPEN, MR_SALE_HELD, MR_SALE_VOID };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MrSale) sale = make_basket ();
      g_autoptr (MrSale) got = NULL;
      g_autofree char *body = NULL;
      g_autofree char *again = NULL;

      if (states[i] != MR_SALE_OPEN)
        g_assert_true (mr_sale_move (sale, states[i], NULL));
      body = mr_basket_write (sale);
      got = mr_basket_read (body, &error);
      g_assert_no_error (error);
      g_assert_cmpint (mr_sale_get_state (got), ==, states[i]);
      again = mr_basket_write (got);
      g_assert_cmpstr (again, ==, body);
      if (states[i] == MR_SALE_OPEN)
        compare_golden ("basket.1.open.json", body);
    }
}

/* Half-paid baskets are kept, too. */
static void
test_paying_basket (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = make_basket ();
  g_autofree char *body = NULL;
  g_autoptr (MrSale) got = NULL;

  mr_sale_add_tender (sale, MR_TENDER_ALIPAY, 100, &error);
  g_assert_no_error (error);
  body = mr_basket_write (sale);
  got = mr_basket_read (body, &error);
  g_assert_no_error (error);
  g_assert_cmpint (mr_sale_get_state (got), ==, MR_SALE_PAYING);
  g_assert_cmpint (mr_sale_get_totals (got)->due_minor, ==, mr_sale_get_totals (sale)->due_minor);
}

static char *
replace_once (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, to, at + strlen (from));
}

static void
test_sale_refusals (void)
{
  static const struct
  {
    const char *from;
    const char *to;
  } changes[] = {
    { "\"receipt\":123", "\"receipt\":\"123\"" },
    { "\"date\":\"2026-05-28\"", "\"date\":\"2026-05-32\"" },
    { "\"state\":\"complete\"", "\"state\":\"done\"" },
    { "\"kind\":\"cash\"", "\"kind\":\"gold\"" },
    { "\"quantity\":3000", "\"quantity\":4000" }, /* the sums do not follow any more */
    { "\"price\":350", "\"price\":9999999999999" },
    { "\"n\":2", "\"n\":1" },
    { "\"lines\":[", "\"lines\":[7," },
    { "\"currency\":\"CNY\"", "\"currency\":\"\"" },
    { "\"tenders\":[", "\"tenders\":[{}," },
  };
  g_autofree char *body = read_golden ("sale.1.full.json");

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *changed = replace_once (body, changes[i].from, changes[i].to);
      MrEntryContext got;
      MrSaleFacts facts;

      g_test_message ("%s", changes[i].to);
      g_assert_null (mr_sale_body_read (changed, &got, &facts, &error));
      g_assert_nonnull (error);
    }
}

static MrShift *
make_shift (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) sale = make_sale ();
  MrShift *shift = mr_shift_new (make_id (0x77), 7, 20000, 1000000);

  shift->staff_number = 1001;
  shift->opened_at_us = G_GINT64_CONSTANT (1780000000000000);
  g_assert_true (mr_shift_add_sale (shift, sale, &error));
  g_assert_no_error (error);
  return shift;
}

static void
test_shift (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrShift) shift = make_shift ();
  MrEntryContext got_context;
  g_autofree char *open = mr_shift_body_write (shift, NULL, NULL);
  g_autofree char *body = NULL;
  g_autofree char *again = NULL;
  g_autoptr (MrShift) got = mr_shift_body_read (open, NULL, &error);

  g_assert_no_error (error);
  again = mr_shift_body_write (got, NULL, NULL);
  g_assert_cmpstr (again, ==, open);
  g_clear_pointer (&again, g_free);
  g_clear_pointer (&got, mr_shift_free);

  shift->state = MR_SHIFT_CLOSED;
  shift->closed_at_us = shift->opened_at_us + G_USEC_PER_SEC;
  shift->counted_minor = 21900;
  shift->has_count = TRUE;
  body = mr_shift_body_write (shift, &context, NULL);
  got = mr_shift_body_read (body, &got_context, &error);
  g_assert_no_error (error);
  again = mr_shift_body_write (got, &got_context, NULL);
  g_assert_cmpstr (again, ==, body);
  compare_golden ("shift-closed.1.counted.json", body);
}

static void
test_shift_signature (void)
{
  g_autoptr (MrShift) shift = make_shift ();
  g_autofree char *body = mr_shift_body_write (shift, &context, NULL);
  g_autofree char *sealed = mr_shift_body_write (shift, &context, "QUJD+/==");
  g_autofree char *signature = NULL;
  g_autofree char *text = mr_shift_body_dup_signed (sealed, &signature);
  g_autoptr (MrShift) got = mr_shift_body_read (sealed, NULL, NULL);

  g_assert_nonnull (got);
  g_assert_cmpstr (text, ==, body);
  g_assert_cmpstr (signature, ==, "QUJD+/==");
  g_assert_null (mr_shift_body_dup_signed (body, &signature));
}

static void
test_note (void)
{
  g_autoptr (GError) error = NULL;
  MrEntryContext got;
  g_autofree char *body =
      mr_note_body_write (&context, "reason", 's', "换零钱 \"5\"", "amount", 'i',
                          G_GINT64_CONSTANT (-500), "basket", 'j', "{\"lines\":[1,{}]}", NULL);
  g_autofree char *reason = mr_note_body_dup_text (body, "reason");
  g_autofree char *basket = mr_note_body_dup_json (body, "basket");
  gint64 amount = 0;

  compare_golden ("note.1.json", body);
  g_assert_true (mr_entry_context_read (body, &got, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (got.business_date, ==, "2026-05-28");
  g_assert_cmpint (got.staff_number, ==, 1001);
  g_assert_cmpstr (reason, ==, "换零钱 \"5\"");
  g_assert_cmpstr (basket, ==, "{\"lines\":[1,{}]}");
  g_assert_true (mr_note_body_get_int (body, "amount", &amount));
  g_assert_cmpint (amount, ==, -500);
  g_assert_false (mr_note_body_get_int (body, "reason", &amount));
  g_assert_null (mr_note_body_dup_text (body, "nothing"));
  g_assert_false (mr_entry_context_read ("{\"date\":\"2026-05-28\"}", &got, &error));
  g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/body/sale", test_sale);
  g_test_add_func ("/wire/body/free-sale", test_free_sale);
  g_test_add_func ("/wire/body/returns", test_returns);
  g_test_add_func ("/wire/body/baskets", test_baskets);
  g_test_add_func ("/wire/body/paying-basket", test_paying_basket);
  g_test_add_func ("/wire/body/sale-refusals", test_sale_refusals);
  g_test_add_func ("/wire/body/shift", test_shift);
  g_test_add_func ("/wire/body/shift-signature", test_shift_signature);
  g_test_add_func ("/wire/body/note", test_note);
  return g_test_run ();
}
