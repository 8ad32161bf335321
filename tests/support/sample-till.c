/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sample-till.h"

#include "catalog/catalog.h"
#include "store/shop.h"
#include "store/store.h"
#include "till/parts.h"

#include "temp-dir.h"

#include <sodium.h>
#include <string.h>

#define WAIT_US (10 * G_USEC_PER_SEC)
#define CATALOG_FILE "catalog-100-0123456789abcdef.db"

static const MrCatalogHead catalog_head = {
  .region = "east", .v = 100, .salt = "0123456789abcdef", .currency = "CNY"
};

static const struct
{
  const char *table;
  const char *id;
  const char *fields;
} rows[] = {
  { "tax", "1", "[\"13%\",130000,1]" },
  { "tax", "2", "[\"9%\",90000,1]" },
  { "category", "1", "[0,\"饮料\",1]" },
  { "category", "2", "[0,\"水果\",2]" },
  { "good", "1", "[\"可口可乐 330ml\",\"罐\",1,\"可口可乐\",1,0,900,\"\"]" },
  { "pack", "1", "[1,1000,\"6901234567892\\n6901234567908\",\"\"]" },
  { "pack", "2", "[1,24000,\"16901234567899\",\"24罐/箱\"]" },
  { "price", "1", "[1,\"retail\",0,300]" },
  { "price", "2", "[2,\"retail\",0,6600]" },
  { "good", "2", "[\"香蕉\",\"千克\",2,\"\",2,1,800,\"\"]" },
  { "pack", "3", "[2,1000,\"6900000000014\",\"\"]" },
  { "price", "3", "[3,\"retail\",0,598]" },
  { "good", "3", "[\"无价\",\"个\",1,\"\",1,0,10,\"\"]" },
  { "pack", "4", "[3,1000,\"6900000000021\",\"\"]" },
  { "good", "4", "[\"苹果汁\",\"瓶\",1,\"\",1,0,20,\"\"]" },
  { "pack", "5", "[4,1000,\"6900000000038\",\"\"]" },
  { "price", "5", "[5,\"retail\",0,650]" },
  { "good", "5", "[\"橙汁\",\"瓶\",1,\"\",1,0,30,\"\"]" },
  { "pack", "6", "[5,1000,\"6900000000038\",\"\"]" },
  { "price", "6", "[6,\"retail\",0,700]" },
  { "good", "6", "[\"酱油\",\"瓶\",0,\"\",1,0,40,\"\"]" },
  { "pack", "7", "[6,1000,\"6900000000045\",\"\"]" },
  { "price", "7", "[7,\"retail\",0,800]" },
  { "price", "8", "[7,\"retail\",1780000060000000,900]" },
};

static void
build_catalog (SampleTill *self)
{
  g_autofree char *path = g_build_filename (self->dir, CATALOG_FILE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MrCatalog) catalog = mr_catalog_create (path, &catalog_head, SAMPLE_NOW_US, &error);
  MrCatalogRow feed[G_N_ELEMENTS (rows)];

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    feed[i] = (MrCatalogRow){ rows[i].table, (gint64) i + 1, rows[i].id, rows[i].fields };
  mr_catalog_begin_bulk (catalog, &error);
  g_assert_no_error (error);
  mr_catalog_apply_bulk (catalog, feed, G_N_ELEMENTS (rows), &error);
  g_assert_no_error (error);
  mr_catalog_finish_bulk (catalog, &catalog_head, &error);
  g_assert_no_error (error);
}

static MrShop *
open_shop (SampleTill *self)
{
  g_autoptr (GError) error = NULL;
  MrShop *shop = mr_shop_open (self->dir, SAMPLE_NOW_US, &error);

  g_assert_no_error (error);
  return shop;
}

void
sample_till_set_up (SampleTill *self)
{
  g_autoptr (GError) error = NULL;
  MrShop *shop;

  g_assert_cmpint (sodium_init (), >=, 0);
  test_world_init (&self->world, 7);
  self->world.now_us = SAMPLE_NOW_US;
  self->dir = temp_dir_new ();
  self->v = 0;
  build_catalog (self);
  shop = open_shop (self);
  mr_shop_set_catalog (shop, CATALOG_FILE, SAMPLE_NOW_US, &error);
  g_assert_no_error (error);
  mr_shop_close (shop);
  sample_till_feed (self, "setting", "name", "[\"街角便利店\"]");
  sample_till_feed (self, "setting", "time_zone", "[\"Asia/Shanghai\"]");
}

void
sample_till_tear_down (SampleTill *self)
{
  sample_till_stop (self);
  temp_dir_remove (self->dir);
  g_clear_pointer (&self->dir, g_free);
}

void
sample_till_stop (SampleTill *self)
{
  if (self->till == NULL)
    return;
  mr_till_stop (self->till);
  sample_till_settle (self);
  g_assert_finalize_object (g_steal_pointer (&self->till));
}

void
sample_till_start (SampleTill *self)
{
  const MrTillConfig config = { .dir = self->dir,
                                .world = &self->world.world,
                                .inline_jobs = TRUE };
  g_autoptr (GError) error = NULL;

  sample_till_stop (self);
  self->till = mr_till_new (&config, &error);
  g_assert_no_error (error);
}

void
sample_till_feed (SampleTill *self, const char *table, const char *id, const char *fields)
{
  g_autoptr (GError) error = NULL;
  MrShop *shop = open_shop (self);
  MrFeedRow row = {
    .table = (char *) table, .v = ++self->v, .id = (char *) id, .fields = (char *) fields
  };
  MrFeedPage page = { .head = { self->v, "00112233aabbccdd" },
                      .seen = { self->v, "00112233aabbccdd" },
                      .full = TRUE,
                      .rows = g_ptr_array_new () };

  g_ptr_array_add (page.rows, &row);
  mr_shop_stage (shop, "shop", &page, FALSE, &error);
  g_assert_no_error (error);
  mr_shop_apply (shop, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (page.rows);
  mr_shop_close (shop);
}

static void
feed_person (SampleTill *self, const char *id, const char *pin, const char *start)
{
  char hash[crypto_pwhash_STRBYTES];
  g_autofree char *fields = NULL;

  g_assert_cmpint (crypto_pwhash_str (hash, pin, strlen (pin), crypto_pwhash_OPSLIMIT_MIN,
                                      crypto_pwhash_MEMLIMIT_MIN),
                   ==, 0);
  fields = g_strdup_printf ("[%s,\"%s\",1]", start, hash);
  sample_till_feed (self, "staff", id, fields);
}

void
sample_till_feed_staff (SampleTill *self)
{
  feed_person (self, "1", "1234", "1001,\"王芳\",\"owner\"");
  feed_person (self, "2", "5678", "1002,\"李华\",\"cashier\"");
}

void
sample_till_settle (SampleTill *self)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
turn (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
sample_till_wait (SampleTill *self, gboolean (*condition) (SampleTill *))
{
  gint64 end_us = g_get_monotonic_time () + WAIT_US;
  guint source = g_timeout_add (2, turn, NULL);

  while (!condition (self) && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  g_assert_true (condition (self));
}

static void
on_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MrPaymentResult *payment = user_data;
  g_autoptr (GError) error = NULL;

  mr_checkout_pay_finish (MR_CHECKOUT (source), result, payment, &error);
  g_assert_no_error (error);
}

MrPaymentResult
sample_till_pay (SampleTill *self, MrTenderKind kind, gint64 amount_minor)
{
  MrPaymentResult payment = { .total_minor = -1 };

  mr_checkout_pay_async (mr_till_get_checkout (self->till), kind, amount_minor, on_paid, &payment);
  sample_till_settle (self);
  g_assert_cmpint (payment.total_minor, >=, 0);
  return payment;
}

gint64
sample_till_verify (SampleTill *self)
{
  g_autofree char *path = g_build_filename (self->dir, "journal.db", NULL);
  MrVerifyResult result = { 0 };
  g_autoptr (GError) error = NULL;

  mr_journal_verify (path, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result.reason, ==, NULL);
  g_free (result.reason);
  return result.n_entries;
}
