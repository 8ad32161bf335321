/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "db/db.h"
#include "model/world.h"
#include "wire/message.h"

G_BEGIN_DECLS

/* Feeds hold the latest state of what tills are told. Every row has a version of its own; the rows of
 * one commit share the salt drawn for it, so that a position is (version, salt) and a center that went
 * back in time is found out. */

/* @kind: "region" or "shop". Its id, made when there is none yet (in a write transaction).
 * 0 on error. */
gint64 mr_feed_find (MrDb *db, const char *kind, gint64 scope_id, GError **error);

/**
 * MrFeedWriter:
 *
 * What one transaction publishes, to any number of feeds. Made after BEGIN, finished before COMMIT;
 * a transaction that is rolled back just frees it. The first row of a feed locks the feed's own row, so
 * versions are given in the order in which transactions commit.
 */
typedef struct _MrFeedWriter MrFeedWriter;

MrFeedWriter *mr_feed_writer_new (MrDb *db, const MrWorld *world);
void mr_feed_writer_free (MrFeedWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrFeedWriter, mr_feed_writer_free)

/* @fields: JSON array in the replica's column order without id and v. The same fields again change
 * nothing and draw no version. */
gboolean mr_feed_publish (MrFeedWriter *self, gint64 feed_id, const char *table, const char *id,
                          const char *fields, GError **error);
gboolean mr_feed_publish_int (MrFeedWriter *self, gint64 feed_id, const char *table, gint64 id,
                              const char *fields, GError **error);
/* Publishes at the end of the transaction, all such rows of a feed together where that is faster; each row once, and
 * none that is published otherwise. The versions of rows that turn out to be unchanged are left out. */
gboolean mr_feed_publish_later (MrFeedWriter *self, gint64 feed_id, const char *table,
                                const char *id, const char *fields, GError **error);
gboolean mr_feed_publish_int_later (MrFeedWriter *self, gint64 feed_id, const char *table,
                                    gint64 id, const char *fields, GError **error);
/* Locks the feed's row, which everybody who publishes does first: feeds in the order of their ids. 0 is none. */
gboolean mr_feed_writer_lock (MrFeedWriter *self, gint64 feed_id, GError **error);
/* The row is gone; one that was never published is left alone. */
gboolean mr_feed_tombstone (MrFeedWriter *self, gint64 feed_id, const char *table, const char *id,
                            GError **error);
/* A new head without a row for every feed: nobody who was at the old head misses anything, and nobody takes a
 * position of another history for one of this. */
gboolean mr_feed_renew_all (MrFeedWriter *self, GError **error);
/* Draws the salts and moves the heads of the feeds that changed. Last thing before the commit. */
gboolean mr_feed_writer_finish (MrFeedWriter *self, GError **error);
/* Ids of the feeds mr_feed_writer_finish() has moved, borrowed: news once the transaction is committed. */
const gint64 *mr_feed_writer_get_changed (MrFeedWriter *self, guint *n);

/* Tells the other centers of the database which feeds mr_feed_writer_finish() has moved, with the commit; a hint, so
 * that one need not hold all. @process: who says so, one word; its own notices are not passed on. */
gboolean mr_feed_writer_notify (MrFeedWriter *self, const char *process, GError **error);

/* A JSON array from values: @types has a letter for each, 'i' gint64, 's' const char *. */
char *mr_feed_fields (const char *types, ...);

typedef enum
{
  MR_FEED_READ, /* the page is filled in */
  MR_FEED_DIVERGED, /* the position is of a history this center does not have */
  MR_FEED_TOO_OLD, /* what changed since is no longer known in full */
  MR_FEED_FAILED, /* @error is set */
} MrFeedVerdict;

/* The page after @cursor, at most @limit rows, and the salts of @cursor and @seen checked against
 * history. In a read transaction, so that several feeds are of one moment. @page is cleared by
 * mr_feed_page_clear(). A feed that does not exist is empty. */
MrFeedVerdict mr_feed_read (MrDb *db, gint64 feed_id, const MrPosition *cursor,
                            const MrPosition *seen, guint limit, MrFeedPage *page, GError **error);
/* Only the checks and the head: page->rows is NULL. */
MrFeedVerdict mr_feed_check (MrDb *db, gint64 feed_id, const MrPosition *cursor,
                             const MrPosition *seen, MrPosition *head, GError **error);
void mr_feed_page_clear (MrFeedPage *page);

/* Forgets the salts of all commits but the last @keep, and the tombstones before them. */
gboolean mr_feed_prune (MrDb *db, gint64 feed_id, gint64 keep, GError **error);
/* That, for every feed with more than twice @keep commits. */
gboolean mr_feed_prune_all (MrDb *db, gint64 keep, GError **error);

G_END_DECLS
