/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "center/center.h"

G_BEGIN_DECLS

/**
 * MrWorker:
 *
 * The threads of a server: a few that authenticate, parse and read, each with its own connection;
 * the one that writes, in groups of what waits; one that builds snapshots. May be called on any thread.
 */
typedef struct _MrWorker MrWorker;

MrWorker *mr_worker_new (const char *location, const char *files_dir, const MrWorld *world,
                         guint n_readers, GError **error);
/* Waits for what was submitted. */
void mr_worker_free (MrWorker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrWorker, mr_worker_free)

/* A request that owns what it says. */
typedef struct
{
  char *method;
  char *path;
  char *till; /* (nullable), as all below */
  char *time;
  char *signature;
  char *range;
  char *if_range;
  char *if_none_match;
  char *upgrade;
  GBytes *body;
} MrWorkerRequest;
void mr_worker_request_free (MrWorkerRequest *self);

/* On a thread of the worker; takes what it wants out of @reply. */
typedef void (*MrWorkerAnswer) (MrCenterReply *reply, gpointer data);
/* Takes @request. A server that is too busy answers so at once. */
void mr_worker_submit (MrWorker *self, MrWorkerRequest *request, MrWorkerAnswer answer,
                       gpointer data);

/* How many requests may be under way before the next is told to come back later. */
void mr_worker_set_max_waiting (MrWorker *self, guint max_waiting);

/* Told which feeds were changed by what this worker committed, and by mr_worker_tell_feeds_changed(): on any
 * thread, one at a time. @changed: NULL for nobody, from when this returns. */
void mr_worker_set_feeds_changed (MrWorker *self, MrFeedsChanged changed, gpointer data);
/* Another process on the same database has committed. On any thread. */
void mr_worker_tell_feeds_changed (MrWorker *self, const gint64 *feed_ids, guint n);

/* A piece of work with a connection; wait for it on any thread but the worker's own. */
typedef gboolean (*MrWorkerTask) (MrCenter *center, gpointer data, GError **error);
gboolean mr_worker_write (MrWorker *self, MrWorkerTask task, gpointer data, GError **error);
gboolean mr_worker_read (MrWorker *self, MrWorkerTask task, gpointer data, GError **error);

G_END_DECLS
