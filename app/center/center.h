/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"
#include "model/world.h"

G_BEGIN_DECLS

/**
 * MrCenter:
 *
 * The center without sockets: a database, a folder of files, and replies to requests. A reply is a
 * function of the database, the caller and the request; nothing leaves before COMMIT, so that a
 * request can be run again. Used by one thread at a time; a server has one that writes and readers beside it,
 * the simulator has one for everything.
 */
typedef struct _MrCenter MrCenter;

/* @location: "sqlite:PATH" or "postgresql://…", made and migrated when need be. @files_dir is made; snapshots are kept
 * there. @world must outlive it. Entries kept for a later version that this one knows are applied. */
MrCenter *mr_center_open (const char *location, const char *files_dir, const MrWorld *world,
                          GError **error);
/* Answers reads only. */
MrCenter *mr_center_open_reader (const char *location, const char *files_dir, const MrWorld *world,
                                 GError **error);
void mr_center_close (MrCenter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrCenter, mr_center_close)

MrDb *mr_center_get_db (MrCenter *self);
const MrWorld *mr_center_get_world (MrCenter *self);
const char *mr_center_get_files_dir (MrCenter *self);
/* Snapshots are built by whoever asks for one (the default); with @due, which is called on the thread that
 * was asked, they are left to somebody else, with 503 until the first is there. */
typedef void (*MrSnapshotDue) (gint64 region_id, gpointer data);
void mr_center_set_snapshot_builder (MrCenter *self, MrSnapshotDue due, gpointer data);

/* Told which feeds a commit has changed, right after it, on the thread that committed. A hint: a commit
 * made past MrCenter (an import's) tells nothing, and nobody may rely on being told. */
typedef void (*MrFeedsChanged) (const gint64 *feed_ids, guint n, gpointer data);
/* The name of this process in notices to the others of its database. */
const char *mr_center_get_process (MrCenter *self);
/* @changed: NULL for nobody. */
void mr_center_set_feeds_changed (MrCenter *self, MrFeedsChanged changed, gpointer data);

/**
 * MrCenterRequest:
 *
 * A request as it came, borrowed. Headers that were not sent are NULL.
 */
typedef struct
{
  const char *method;
  const char *path; /* with query, as on the request line */
  const char *till;
  const char *time;
  const char *signature;
  const char *range;
  const char *if_range;
  const char *if_none_match;
  const char *upgrade; /* of a request that would rather speak something else: "websocket" */
  const void *body;
  gsize length;
} MrCenterRequest;

typedef struct
{
  guint
      status; /* 101: the connection is to be a WebSocket from now on, poked about the feeds named below */
  const char *content_type; /* (static) (nullable) when there is no body */
  GBytes *body; /* (owned) (nullable) */
  char *etag; /* (owned) (nullable) */
  char *content_range; /* (owned) (nullable) "bytes 0-99/1000" */
  gint64 retry_after_s; /* 0 = not said */
  gboolean immutable; /* may be kept for ever */
  gint64 region_feed; /* of 101 */
  gint64 shop_feed;
} MrCenterReply;
void mr_center_reply_clear (MrCenterReply *self);

/* Answers @request: always a reply, problem documents included. @reply is cleared by the caller. */
void mr_center_handle (MrCenter *self, const MrCenterRequest *request, MrCenterReply *reply);

typedef enum
{
  MR_CALLER_ANYONE, /* no name needed */
  MR_CALLER_CODE, /* whoever has an enrolment code */
  MR_CALLER_TILL, /* a till's signature */
  MR_CALLER_REVOKED_TILL, /* that, of a revoked till too */
} MrCaller;

typedef struct
{
  const char *method;
  const char *path; /* ending in "/": everything below it */
  MrCaller caller;
  gsize max_body; /* bytes */
  gboolean writes;
} MrCenterRoute;
/* Who may call what; ended by a row whose method is NULL. */
const MrCenterRoute *mr_center_get_routes (void);
/* (nullable): the route @method and @path (with query) lead to. */
const MrCenterRoute *mr_center_find_route (const char *method, const char *path);

G_END_DECLS
