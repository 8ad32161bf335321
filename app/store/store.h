/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/journal.h"

G_BEGIN_DECLS

/**
 * MrStore:
 *
 * The store thread: the one place where the journal is written. Jobs run one after the other in the
 * order they were given; each answer comes back on the caller's main context. Inline (the simulator, a
 * test), jobs run in the call itself and answer through the main context all the same.
 */
#define MR_TYPE_STORE (mr_store_get_type ())
G_DECLARE_FINAL_TYPE (MrStore, mr_store, MR, STORE, GObject)

/* Opens (makes) @dir/journal.db. */
MrStore *mr_store_new (const char *dir, const MrWorld *world, gboolean inline_jobs, GError **error);
/* Waits for the jobs given so far, closes the journal. Called by dispose too. */
void mr_store_stop (MrStore *self);

typedef gboolean (*MrStoreJob) (MrJournal *journal, gpointer data, GError **error);
/* @data is freed with @free_data after the answer was delivered. */
void mr_store_run_async (MrStore *self, MrStoreJob job, gpointer data, GDestroyNotify free_data,
                         GAsyncReadyCallback callback, gpointer user_data);
/* (transfer none) (nullable): @data of the job in @data_out, valid until the result is freed. */
gboolean mr_store_run_finish (MrStore *self, GAsyncResult *result, gpointer *data_out,
                              GError **error);
/* Runs and waits: start-up and tests only, never on the screen's way. */
gboolean mr_store_run (MrStore *self, MrStoreJob job, gpointer data, GError **error);

/* "appended": an entry was committed (on the main context that made the store). */

G_END_DECLS
