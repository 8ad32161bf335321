/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fake-till.h"

#include "wire/entry-body.h"

#include <sodium.h>
#include <string.h>

void
fake_till_init (FakeTill *self, const MrWorld *world)
{
  guint8 seed[crypto_sign_SEEDBYTES];

  *self = (FakeTill){ .world = world };
  mr_world_fill_random (world, seed, sizeof seed);
  crypto_sign_seed_keypair (self->public_key, self->secret_key, seed);
  self->writer = mr_id_new_random (world);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mr_entry_free);
}

void
fake_till_clear (FakeTill *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
}

char *
fake_till_make_enrolment (FakeTill *self, const char *code)
{
  g_autofree char *key = g_base64_encode (self->public_key, sizeof self->public_key);
  MrEnrolRequest request = { (char *) code, key, (char *) "counter" };

  return mr_enrol_request_to_json (&request);
}

void
fake_till_enrolled (FakeTill *self, const char *reply, gssize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrEnrolReply) parsed = mr_enrol_reply_from_json (reply, length, &error);

  g_assert_no_error (error);
  self->id = parsed->till;
}

MrEntry *
fake_till_add (FakeTill *self, MrId id, const char *kind, gint64 schema, const char *body)
{
  MrEntry *entry = mr_entry_new ();
  MrHash previous = { { 0 } };

  if (self->entries->len > 0)
    previous = ((MrEntry *) g_ptr_array_index (self->entries, self->entries->len - 1))->h;
  entry->n = self->entries->len + 1;
  entry->id = mr_id_is_none (id) ? mr_id_new (self->world) : id;
  entry->kind = g_strdup (kind);
  entry->schema = schema;
  entry->at_us = mr_world_now_us (self->world);
  entry->body = g_strdup (body);
  mr_entry_compute_hash (entry, &previous, &entry->h);
  g_ptr_array_add (self->entries, entry);
  return entry;
}

static MrGood *
make_good (gint64 id)
{
  g_autofree char *name = g_strdup_printf ("货品 %" G_GINT64_FORMAT, id);
  MrGood values = {
    .good_id = id,
    .pack_id = id,
    .price_id = id,
    .price_version = 1,
    .price_minor = 100 + id * 7,
    .has_price = TRUE,
    .units_milli = 1000,
    .tax = { 1 + id % 2, id % 2 == 0 ? 130000 : 90000, TRUE },
    .name = name,
    .unit = "瓶",
    .barcode = "",
    .brand = "",
    .category = "",
  };

  return mr_good_new (&values);
}

static MrSale *
make_sale (FakeTill *self, guint n_lines)
{
  MrSale *sale = mr_sale_new (mr_id_new (self->world), "CNY", 10);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_lines; i++)
    {
      g_autoptr (MrGood) good = make_good (1 + (self->receipts * 3 + i) % 40);

      mr_sale_add (sale, good, 1000 * (1 + i % 3), -1, FALSE, mr_world_now_us (self->world),
                   &error);
      g_assert_no_error (error);
    }
  if (self->receipts % 3 == 0)
    mr_sale_add_tender (sale, MR_TENDER_WECHAT, mr_sale_get_totals (sale)->total_minor, &error);
  else
    mr_sale_add_tender (sale, MR_TENDER_CASH, mr_sale_get_cash_due_minor (sale) + 500, &error);
  g_assert_no_error (error);
  mr_sale_move (sale, MR_SALE_COMPLETE, &error);
  g_assert_no_error (error);
  return sale;
}

MrEntry *
fake_till_sell (FakeTill *self, guint n_lines)
{
  g_autoptr (MrSale) sale = make_sale (self, n_lines);
  MrEntryContext context = { "2026-05-28", "CNY", 1, 1001 };
  MrSaleFacts facts = { ++self->receipts, "", 1 };
  g_autofree char *body = NULL;

  g_snprintf (facts.receipt_label, sizeof facts.receipt_label, "1A-%06" G_GINT64_FORMAT,
              self->receipts);
  body = mr_sale_body_write (sale, &context, &facts);
  self->total_minor += mr_sale_get_totals (sale)->total_minor;
  return fake_till_add (self, mr_sale_get_id (sale), MR_KIND_SALE, 1, body);
}

char *
fake_till_make_push (FakeTill *self, gint64 prev_n, guint max)
{
  MrJournalRequest request = { .writer = self->writer, .prev_n = prev_n };
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();

  if (prev_n > 0)
    request.prev_h = ((MrEntry *) g_ptr_array_index (self->entries, prev_n - 1))->h;
  for (guint i = (guint) prev_n; i < self->entries->len && entries->len < max; i++)
    g_ptr_array_add (entries, g_ptr_array_index (self->entries, i));
  request.entries = entries;
  return mr_journal_request_to_json (&request);
}

void
fake_signature_clear (FakeSignature *self)
{
  g_clear_pointer (&self->till, g_free);
  g_clear_pointer (&self->time, g_free);
  g_clear_pointer (&self->signature, g_free);
}

FakeSignature
fake_till_sign (FakeTill *self, const char *method, const char *path, const char *body,
                gint64 skew_us)
{
  FakeSignature signature;

  signature.till = mr_id_to_string (self->id);
  signature.time = mr_time_format (mr_world_now_us (self->world) + skew_us);
  signature.signature = mr_sign_request (self->secret_key, signature.time, method, path, body,
                                         body != NULL ? strlen (body) : 0);
  return signature;
}
