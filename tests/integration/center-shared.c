/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/entry-body.h"

#include "center-fixture.h"
#include "sample-sale.h"

#include <string.h>

/* What the tills of one shop share: claims, held baskets, and what two tills took of which there is one. */

static const MrEntryContext context = { "2026-05-29", "CNY", 1, 1001 };

typedef struct
{
  CenterFixture center;
  FakeTill other; /* the shop's second till */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  center_fixture_set_up (&self->center, data);
  fake_till_init (&self->other, &self->center.world.world);
  center_fixture_enrol (&self->center, &self->other);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  fake_till_clear (&self->other);
  center_fixture_tear_down (&self->center, data);
}

static void
push (Fixture *self, FakeTill *till)
{
  center_fixture_push (&self->center, till, 0, 500, 200);
}

/* Puts a basket aside at @till, without telling the center; its id. */
static MrId
hold (Fixture *self, FakeTill *till)
{
  g_autoptr (MrSale) sale = sample_basket (&self->center.world, 2);
  g_autofree char *basket = mr_basket_write (sale);
  g_autofree char *body = mr_note_body_write (&context, "slot", 'i', (gint64) 1, "label", 's',
                                              "红衣服", "basket", 'j', basket, NULL);

  return fake_till_add (till, mr_id_new (till->world), MR_KIND_BASKET_HELD, 1, body)->id;
}

static void
take (FakeTill *till, const char *kind, MrId hold_id, const char *claim)
{
  g_autofree char *hold_text = mr_id_to_string (hold_id);
  g_autofree char *sale = mr_id_to_string (mr_id_new (till->world));
  g_autofree char *body = claim != NULL
                              ? mr_note_body_write (&context, "hold", 's', hold_text, "sale", 's',
                                                    sale, "claim", 's', claim, NULL)
                              : mr_note_body_write (&context, "hold", 's', hold_text, "sale", 's',
                                                    sale, "unclaimed", 'i', (gint64) 1, NULL);

  fake_till_add (till, mr_id_new (till->world), kind, 1, body);
}

static void
claim (Fixture *self, FakeTill *till, const char *key, MrId hold_id, guint status)
{
  g_autofree char *subject = mr_id_to_string (hold_id);
  g_autofree char *body =
      g_strdup_printf ("{\"key\":\"%s\",\"kind\":\"held\",\"subject\":\"%s\",\"amount\":1}", key,
                       subject);

  g_free (center_fixture_expect (&self->center, till, "POST", "/v1/claim", body, status,
                                 status == 200 ? NULL : "/problems/taken"));
}

static gint64
count (Fixture *self, const char *sql)
{
  return center_fixture_count (&self->center, sql);
}

#define HELD_ROWS "SELECT count(*) FROM feed_row WHERE tbl = 'held' AND fields IS NOT NULL"
#define FREE_ROWS HELD_ROWS " AND fields LIKE '%,\"\"]'"

static void
test_held (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  MrId hold_id = hold (self, home);

  push (self, home);
  g_assert_cmpint (count (self, HELD_ROWS), ==, 1);
  g_assert_cmpint (count (self, FREE_ROWS), ==, 1);

  /* One claim; the other till hears no, also after it was confirmed and long after it ran out. */
  claim (self, &self->other, "a", hold_id, 200);
  claim (self, home, "b", hold_id, 409);
  take (&self->other, MR_KIND_BASKET_RECALLED, hold_id, "a");
  push (self, &self->other);
  g_assert_cmpint (count (self, "SELECT count(*) FROM claim WHERE state = 'confirmed'"), ==, 1);
  g_assert_cmpint (count (self, HELD_ROWS), ==, 1);
  g_assert_cmpint (count (self, FREE_ROWS), ==, 0);
  test_world_advance (&self->center.world, G_TIME_SPAN_HOUR);
  claim (self, home, "b", hold_id, 409);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);

  /* After three months tills need not be told any longer. */
  test_world_advance (&self->center.world, 91 * G_TIME_SPAN_DAY);
  mr_center_close (self->center.center);
  center_fixture_open (&self->center);
  g_assert_cmpint (count (self, HELD_ROWS), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM held_basket WHERE shown_until = 0"), ==, 1);
}

/* By the center's clock; confirmed however late. */
static void
test_expiry (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  MrId hold_id = hold (self, home);

  push (self, home);
  claim (self, &self->other, "a", hold_id, 200);
  claim (self, &self->other, "a", hold_id, 200);
  test_world_advance (&self->center.world, 11 * G_TIME_SPAN_MINUTE);
  claim (self, home, "b", hold_id, 200);
  claim (self, &self->other, "a", hold_id, 409);
  take (&self->other, MR_KIND_BASKET_RECALLED, hold_id, "a");
  push (self, &self->other);
  g_assert_cmpint (count (self,
                          "SELECT count(*) FROM claim WHERE key = 'a' AND state = 'confirmed'"),
                   ==, 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM claim WHERE key = 'b' AND state = 'held'"),
                   ==, 1);
}

/* Both tills out of reach of each other: both sell, and the owner is told, whoever comes first. */
static void
test_taken_twice (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  MrId hold_id = hold (self, home);

  take (home, MR_KIND_BASKET_RECALLED, hold_id, NULL);
  take (&self->other, MR_KIND_BASKET_RECALLED, hold_id, NULL);
  /* The other till's word comes before the center knows of the basket. */
  push (self, &self->other);
  g_assert_cmpint (count (self, HELD_ROWS), ==, 0);
  push (self, home);
  g_assert_cmpint (count (self, FREE_ROWS), ==, 0);
  g_assert_cmpint (count (self, "SELECT amount FROM taken_twice WHERE kind = 'held' "
                                "AND label = '红衣服' AND settled_at IS NULL"),
                   ==, 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM feed_row WHERE tbl = 'taken_twice' "
                                "AND fields IS NOT NULL"),
                   ==, 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
}

#define TWICE_ROWS "SELECT count(*) FROM feed_row WHERE tbl = 'taken_twice' AND fields IS NOT NULL"

static void
put_away (FakeTill *till, const char *what, const char *subject, gint64 at_us)
{
  g_autofree char *body = mr_note_body_write (&context, "what", 's', what, "subject", 's', subject,
                                              "at", 'i', at_us, NULL);

  fake_till_add (till, mr_id_new (till->world), MR_KIND_PUT_AWAY, 1, body);
}

/* News that a till has put away leaves all tills; what came after it knew stays. */
static void
test_put_away (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  MrId first = hold (self, home), second = hold (self, home);
  gint64 known_us = self->center.world.now_us;
  g_autofree char *second_text = mr_id_to_string (second);

  take (home, MR_KIND_BASKET_RECALLED, first, NULL);
  take (&self->other, MR_KIND_BASKET_RECALLED, first, NULL);
  push (self, home);
  push (self, &self->other);
  test_world_advance (&self->center.world, G_TIME_SPAN_MINUTE);
  take (home, MR_KIND_BASKET_RECALLED, second, NULL);
  take (&self->other, MR_KIND_BASKET_RECALLED, second, NULL);
  center_fixture_push (&self->center, &self->other, 1, 500, 200);
  center_fixture_push (&self->center, home, 3, 500, 200);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 2);

  put_away (home, "number", "", G_MAXINT32 * (gint64) G_USEC_PER_SEC);
  put_away (home, "held", "", known_us);
  center_fixture_push (&self->center, home, 4, 500, 200);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 1);
  put_away (home, "held", second_text, known_us);
  center_fixture_push (&self->center, home, 6, 500, 200);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 1);
  put_away (home, "held", second_text, self->center.world.now_us);
  center_fixture_push (&self->center, home, 7, 500, 200);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 0);
  /* A third till takes it, too: that is news again. */
  take (&self->other, MR_KIND_BASKET_RECALLED, second, NULL);
  center_fixture_push (&self->center, &self->other, 2, 500, 200);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 1);
  g_assert_cmpint (count (self, "SELECT amount FROM taken_twice WHERE settled_at IS NULL"), ==, 2);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
}

/* What two computers printed while both were one till, whichever of them tells first. */
static void
test_doubled_numbers (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  FakeTill clone;

  for (guint i = 0; i < 3; i++)
    fake_till_sell (home, 1);
  push (self, home);
  fake_till_init (&clone, &self->center.world.world);
  memcpy (clone.public_key, home->public_key, sizeof clone.public_key);
  memcpy (clone.secret_key, home->secret_key, sizeof clone.secret_key);
  clone.id = home->id;
  for (guint i = 0; i < 5; i++)
    fake_till_sell (&clone, 1);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 0);
  push (self, &clone);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 3);
  fake_till_sell (home, 1);
  center_fixture_push (&self->center, home, 3, 500, 200);
  g_assert_cmpint (count (self, TWICE_ROWS), ==, 4);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice WHERE kind = 'number' "
                                "AND amount = 1 AND subject = label"),
                   ==, 4);
  fake_till_clear (&clone);
}

/* A till that gives up a basket another one took says nothing that matters. */
static void
test_dropped (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  MrId kept = hold (self, home), dropped = hold (self, home);

  take (home, MR_KIND_BASKET_DROPPED, kept, NULL);
  take (home, MR_KIND_BASKET_DROPPED, dropped, NULL);
  take (&self->other, MR_KIND_BASKET_RECALLED, kept, NULL);
  push (self, home);
  push (self, &self->other);
  g_assert_cmpint (count (self, FREE_ROWS), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);
  claim (self, home, "a", dropped, 409);
}

/* Before entries named the basket they took, they named the sale in it. */
static void
test_early_entries (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  g_autoptr (MrSale) sale = sample_basket (&self->center.world, 2);
  g_autofree char *basket = mr_basket_write (sale);
  g_autofree char *sale_text = mr_id_to_string (mr_sale_get_id (sale));
  g_autofree char *held =
      mr_note_body_write (&context, "slot", 'i', (gint64) 1, "label", 's', "", "total", 'i',
                          (gint64) 1, "basket", 'j', basket, NULL);
  g_autofree char *recalled =
      mr_note_body_write (&context, "slot", 'i', (gint64) 1, "sale", 's', sale_text, NULL);

  fake_till_add (home, mr_id_new (home->world), MR_KIND_BASKET_HELD, 1, held);
  fake_till_add (home, mr_id_new (home->world), MR_KIND_BASKET_RECALLED, 1, recalled);
  fake_till_add (home, mr_id_new (home->world), MR_KIND_BASKET_HELD, 1, held);
  push (self, home);
  g_assert_cmpint (count (self, HELD_ROWS), ==, 2);
  g_assert_cmpint (count (self, FREE_ROWS), ==, 1);
}

#define RECEIPT_ROWS "SELECT count(*) FROM feed_row WHERE tbl = 'receipt' AND fields IS NOT NULL"

/* For ninety days, whatever clock the till has; with whatever is written next they leave the feed. */
static void
test_receipts (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;

  for (guint i = 0; i < 3; i++)
    fake_till_sell (home, 2);
  push (self, home);
  g_assert_cmpint (count (self, RECEIPT_ROWS), ==, 3);
  test_world_advance (&self->center.world, 60 * G_TIME_SPAN_DAY);
  fake_till_sell (&self->other, 1);
  push (self, &self->other);
  g_assert_cmpint (count (self, RECEIPT_ROWS), ==, 4);
  test_world_advance (&self->center.world, 31 * G_TIME_SPAN_DAY);
  fake_till_sell (&self->other, 1);
  center_fixture_push (&self->center, &self->other, 1, 500, 200);
  g_assert_cmpint (count (self, RECEIPT_ROWS), ==, 2);
  g_assert_cmpint (count (self, "SELECT count(*) FROM feed_row WHERE tbl = 'receipt'"), ==, 5);
}

/* --- what comes back --- */

/* A sale at @till that gives @quantity_milli of the first line of @sold back. */
static void
give_back (FakeTill *till, const MrEntry *sold, gint64 quantity_milli, MrId claim_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrSale) original = mr_sale_body_read (sold->body, NULL, NULL, &error);
  const MrLine *line = mr_sale_get_line (original, 0);
  const MrReturned whole = { line->number, line->quantity_milli, line->gross_minor,
                             line->amount_minor, line->tax_minor };
  const MrReturned none = { .line = line->number };
  MrOrigin origin = { .sale = sold->id,
                      .receipt_label = (char *) "1A-000001",
                      .claim = claim_key,
                      .unclaimed = mr_id_is_none (claim_key) };
  MrSaleFacts facts = { ++till->receipts, "1A-000009", 1 };
  g_autoptr (MrSale) sale = mr_sale_new (mr_id_new (till->world), "CNY", 1);
  g_autofree char *body = NULL;

  g_assert_true (mr_origin_share (&origin, &whole, &none, quantity_milli));
  mr_sale_add_return (sale, line->good, quantity_milli, line->unit_price_minor, &origin, 0, &error);
  g_assert_no_error (error);
  mr_sale_add_tender (sale, MR_TENDER_CASH, mr_sale_get_cash_due_minor (sale), &error);
  g_assert_no_error (error);
  g_assert_true (mr_sale_move (sale, MR_SALE_COMPLETE, NULL));
  body = mr_sale_body_write (sale, &context, &facts);
  fake_till_add (till, mr_sale_get_id (sale), MR_KIND_SALE, 2, body);
}

/* @sold: of one piece. @status 0: it is given up, which is never refused. */
static void
claim_return (Fixture *self, FakeTill *till, MrId key, const MrEntry *sold, guint status)
{
  g_autofree char *id = mr_id_to_string (sold->id);
  g_autofree char *key_text = mr_id_to_string (key);
  g_autofree char *body =
      g_strdup_printf ("{\"key\":\"%s\",\"kind\":\"return\",\"subject\":\"%s/1\","
                       "\"amount\":%d,\"of\":1000}",
                       key_text, id, status == 0 ? 0 : 1000);

  status = status == 0 ? 200 : status;
  g_free (center_fixture_expect (&self->center, till, "POST", "/v1/claim", body, status,
                                 status == 200 ? NULL : "/problems/taken"));
}

#define RETURNED_ROWS "SELECT count(*) FROM feed_row WHERE tbl = 'returned' AND fields IS NOT NULL"
#define BALANCE                                                                                  \
  "SELECT CAST(coalesce(sum(CASE WHEN credit = account.id THEN amount ELSE -amount END), 0) AS " \
  "bigint) FROM transfer JOIN account ON account.id IN (debit, credit) WHERE account.kind = "

/* Claimed by one, refused to the other, before and after the entry is there; the books go back to nothing. */
static void
test_returns (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  const MrEntry *sold = fake_till_sell (home, 1);
  MrId a = mr_id_new (home->world), b = mr_id_new (home->world);

  push (self, home);
  claim_return (self, &self->other, a, sold, 200);
  claim_return (self, home, b, sold, 409);
  claim_return (self, &self->other, b, sold, 409);
  /* Given up, somebody else may have it. */
  claim_return (self, &self->other, a, sold, 0);
  claim_return (self, home, b, sold, 200);
  claim_return (self, &self->other, a, sold, 409);
  claim_return (self, home, b, sold, 0);
  claim_return (self, &self->other, a, sold, 200);
  give_back (&self->other, sold, 1000, a);
  push (self, &self->other);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM claim WHERE state = 'confirmed'"), ==, 1);
  g_assert_cmpint (count (self, RETURNED_ROWS), ==, 1);
  test_world_advance (&self->center.world, G_TIME_SPAN_HOUR);
  claim_return (self, home, mr_id_new (home->world), sold, 409);
  claim_return (self, &self->other, mr_id_new (home->world), sold, 409);

  g_assert_cmpint (count (self, "SELECT CAST(sum(total) AS bigint) FROM sale"), ==, 0);
  g_assert_cmpint (count (self, "SELECT CAST(sum(tax) AS bigint) FROM sale_tax"), ==, 0);
  g_assert_cmpint (count (self, "SELECT CAST(sum(quantity) AS bigint) FROM level"), ==, 0);
  g_assert_cmpint (count (self, BALANCE "'sales'"), ==, 0);
  g_assert_cmpint (count (self, BALANCE "'tax'"), ==, 0);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);

  /* As long as its receipt, and then no longer. */
  test_world_advance (&self->center.world, 91 * G_TIME_SPAN_DAY);
  fake_till_sell (home, 1);
  center_fixture_push (&self->center, home, 1, 500, 200);
  g_assert_cmpint (count (self, RETURNED_ROWS), ==, 0);
  claim_return (self, home, mr_id_new (home->world), sold, 409);
}

/* Two tills out of reach: both are booked, whichever comes first and before the sale itself, and the owner is
 * told. */
static void
test_returned_twice (Fixture *self, gconstpointer data)
{
  FakeTill *home = &self->center.till;
  const MrEntry *sold = fake_till_sell (home, 1);

  give_back (home, sold, 1000, MR_ID_NONE);
  give_back (&self->other, sold, 1000, MR_ID_NONE);
  push (self, &self->other);
  g_assert_cmpint (count (self, "SELECT count(*) FROM taken_twice"), ==, 0);
  push (self, home);
  g_assert_cmpint (count (self, "SELECT count(*) FROM entry WHERE state <> 'applied'"), ==, 0);
  g_assert_cmpint (count (self, "SELECT amount FROM taken_twice WHERE kind = 'return' "
                                "AND label = '1A-000001' AND settled_at IS NULL"),
                   ==, 1000);
  g_assert_cmpint (count (self, "SELECT count(*) FROM feed_row WHERE tbl = 'taken_twice' "
                                "AND fields IS NOT NULL"),
                   ==, 1);
  g_assert_cmpint (count (self, "SELECT count(*) FROM sale_return WHERE unclaimed = 1"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/shared/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("held", test_held);
  ADD ("expiry", test_expiry);
  ADD ("taken-twice", test_taken_twice);
  ADD ("put-away", test_put_away);
  ADD ("doubled-numbers", test_doubled_numbers);
  ADD ("dropped", test_dropped);
  ADD ("early-entries", test_early_entries);
  ADD ("receipts", test_receipts);
  ADD ("returns", test_returns);
  ADD ("returned-twice", test_returned_twice);
#undef ADD
  return g_test_run ();
}
