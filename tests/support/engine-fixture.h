/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"
#include "store/shop.h"
#include "sync/engine.h"

#include "test-world.h"

/**
 * EngineFixture:
 *
 * A sync engine with a real journal and replica, enrolled, and a center whose every answer a test writes. For
 * g_test_add().
 */
typedef struct
{
  TestWorld world;
  char *dir;
  MrJournal *journal;
  MrSyncEngine *engine;
  MrSyncRequest request; /* the last one asked */
  gint64 wait_ms;
} EngineFixture;

extern const MrEntryContext engine_fixture_cashier; /* staff number 1001 */

void engine_fixture_set_up (EngineFixture *self, gconstpointer data);
void engine_fixture_tear_down (EngineFixture *self, gconstpointer data);
/* A new engine on the same folder; the one before has been freed. */
void engine_fixture_open (EngineFixture *self);
/* @n entries into the journal. */
void engine_fixture_append (EngineFixture *self, guint n);

/* TRUE: self->request is what the engine asks now. */
gboolean engine_fixture_ask (EngineFixture *self);
/* Waits as long as the engine wants, until it asks something that begins with @path. What else it asks
 * stays under way. */
void engine_fixture_ask_for (EngineFixture *self, const char *path);
void engine_fixture_answer_with (EngineFixture *self, const MrSyncReply *reply);
void engine_fixture_answer (EngineFixture *self, guint status, const char *body);
MrSyncStatus engine_fixture_get_status (EngineFixture *self);

/* A shop feed with one row of @table; the region's is left out, there being no catalog. */
char *engine_fixture_make_feeds (EngineFixture *self, gint64 v, const char *table, const char *id,
                                 const char *fields, gint64 acked);
/* "Stored up to @acked", with the journal's own hash. */
char *engine_fixture_make_acked (EngineFixture *self, gint64 acked);
/* One good pull: what the center has is known. */
void engine_fixture_settle (EngineFixture *self);
