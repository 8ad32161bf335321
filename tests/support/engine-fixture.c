/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine-fixture.h"

#include "temp-dir.h"

#include <string.h>

const MrEntryContext engine_fixture_cashier = { .staff_number = 1001 };

void
engine_fixture_open (EngineFixture *self)
{
  g_autoptr (GError) error = NULL;
  MrJournal *reader = mr_journal_open_reader (self->dir, &error);
  MrShop *shop;

  g_assert_no_error (error);
  shop = mr_shop_open (self->dir, self->world.now_us, &error);
  g_assert_no_error (error);
  self->engine = mr_sync_engine_new (self->dir, reader, shop, &self->world.world, &error);
  g_assert_no_error (error);
}

void
engine_fixture_set_up (EngineFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[32], secret_key[64];
  MrEnrolReply enrolled = { .letter = (char *) "A",
                            .till_number = 1,
                            .shop_name = (char *) "街角便利店",
                            .region = (char *) "east",
                            .currency = (char *) "CNY" };

  test_world_init (&self->world, 5);
  self->dir = temp_dir_new ();
  self->journal = mr_journal_open (self->dir, &self->world.world, &error);
  g_assert_no_error (error);
  memset (enrolled.till.bytes, 7, sizeof enrolled.till.bytes);
  g_assert_true (mr_journal_get_key (self->journal, public_key, secret_key, &error));
  g_assert_true (
      mr_journal_set_enrolment (self->journal, "http://center.invalid", &enrolled, &error));
  engine_fixture_open (self);
}

void
engine_fixture_tear_down (EngineFixture *self, gconstpointer data)
{
  mr_sync_request_clear (&self->request);
  g_clear_pointer (&self->engine, mr_sync_engine_free);
  mr_journal_close (self->journal);
  temp_dir_remove (self->dir);
  g_free (self->dir);
}

void
engine_fixture_append (EngineFixture *self, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (mr_journal_note_drawer (self->journal, &engine_fixture_cashier, "换零钱", NULL));
}

/* TRUE: self->request is what the engine asks now. */
gboolean
engine_fixture_ask (EngineFixture *self)
{
  mr_sync_request_clear (&self->request);
  return mr_sync_engine_next (self->engine, &self->request, &self->wait_ms);
}

/* Waits as long as the engine wants, until it asks something that begins with @path. */
void
engine_fixture_ask_for (EngineFixture *self, const char *path)
{
  for (guint i = 0; i < 100; i++)
    {
      if (!engine_fixture_ask (self))
        test_world_advance (&self->world, self->wait_ms * 1000);
      else if (g_str_has_prefix (self->request.path, path))
        return;
    }
  g_assert_not_reached ();
}

void
engine_fixture_answer_with (EngineFixture *self, const MrSyncReply *reply)
{
  mr_sync_engine_reply (self->engine, self->request.id, reply);
}

void
engine_fixture_answer (EngineFixture *self, guint status, const char *body)
{
  const MrSyncReply reply = { .status = status,
                              .content_length = -1,
                              .retry_after_ms = -1,
                              .body = body,
                              .length = body == NULL ? 0 : strlen (body) };

  engine_fixture_answer_with (self, &reply);
}

MrSyncStatus
engine_fixture_get_status (EngineFixture *self)
{
  MrSyncStatus status;

  mr_sync_engine_get_status (self->engine, &status);
  return status;
}

/* A shop feed with one row of @table; the region's is left out, there being no catalog. */
char *
engine_fixture_make_feeds (EngineFixture *self, gint64 v, const char *table, const char *id,
                           const char *fields, gint64 acked)
{
  g_autoptr (MrFeedsReply) reply = mr_feeds_reply_new ();
  MrMine mine = { .acked = acked, .applied = acked };
  MrFeedRow *row = g_new0 (MrFeedRow, 1);
  gint64 n;
  MrHash h;

  reply->now_us = self->world.now_us;
  reply->shop.head = reply->shop.seen = (MrPosition){ v, "0123456789abcdef" };
  reply->shop.full = TRUE;
  *row = (MrFeedRow){ g_strdup (table), v, g_strdup (id), g_strdup (fields) };
  g_ptr_array_add (reply->shop.rows, row);
  g_assert_true (mr_journal_get_head (self->journal, &mine.writer, &n, &h, NULL));
  if (acked > 0)
    g_assert_true (mr_journal_get_hash (self->journal, acked, &mine.h, NULL));
  g_array_append_val (reply->mine, mine);
  return mr_feeds_reply_to_json (reply);
}

char *
engine_fixture_make_acked (EngineFixture *self, gint64 acked)
{
  MrJournalReply reply = { .acked = acked, .now_us = self->world.now_us };

  if (acked > 0)
    g_assert_true (mr_journal_get_hash (self->journal, acked, &reply.h, NULL));
  return mr_journal_reply_to_json (&reply);
}

/* One good pull: what the center has is known. */
void
engine_fixture_settle (EngineFixture *self)
{
  g_autofree char *feeds = engine_fixture_make_feeds (self, 1, "setting", "name", "[\"街角\"]", 0);

  engine_fixture_ask_for (self, "/v1/feeds");
  engine_fixture_answer (self, 200, feeds);
}
