/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalog/catalog.h"
#include "sync/backoff.h"
#include "sync/engine.h"

G_BEGIN_DECLS

/* Inside app/sync only: the engine's lanes. Each asks one thing at a time; they do not wait for each
 * other, but for the pull, which lets a push that is under way go first. */
typedef enum
{
  MR_LANE_CLAIM, /* somebody stands there and waits for a yes or no */
  MR_LANE_PUSH, /* our entries to the center */
  MR_LANE_PULL, /* both feeds to us */
  MR_LANE_SNAPSHOT, /* a whole catalog */
  MR_LANE_PROBE, /* is the center there? */
  MR_LANE_LISTEN, /* is there something new? */
  MR_N_LANES,
} MrLaneKind;

typedef struct
{
  guint request_id; /* 0 = nothing under way */
  gint64 sent_us; /* monotonic */
  gint64 due_us; /* monotonic: not before; G_MAXINT64 = nothing to ask */
  MrBackoff backoff;
  char problem[256]; /* why it does not get on, in words; "" = it does */
} MrLane;

typedef struct
{
  gboolean wanted;
  char *name; /* (owned) (nullable) being fetched; NULL: ask which is the newest */
  char *etag; /* (owned) (nullable) of what the part file holds */
  gint64 done; /* bytes in the part file */
  gint64 total; /* 0 = not known */
  int fd; /* of the part file while an answer comes in, −1 = none */
  gboolean asked_name; /* the request under way asks for the name */
} MrSnapshotFetch;

/* An earlier chain of the journal, and what of it the center lacks. */
typedef struct
{
  MrOldChain chain;
  gint64 acked;
  gboolean behind; /* the entries after acked are to be sent again */
} MrOldPush;

struct _MrSyncEngine
{
  char *dir; /* (owned) */
  const MrWorld *world; /* (unowned) */
  MrJournal *journal; /* (owned) a reader */
  MrShop *shop; /* (owned) the writer */
  MrCatalog *catalog; /* (owned) (nullable) the writer of the current file */
  char *catalog_file; /* (owned) (nullable) its base name */
  MrCatalogHead catalog_head;

  MrLane lanes[MR_N_LANES];
  guint last_id;
  gboolean needs_reopening; /* a database of ours failed */
  MrSyncStatus status;

  /* Identity, read when there is one. */
  char *till; /* (owned) (nullable) NULL = not enrolled */
  gboolean identity_stale; /* it may have been enrolled anew */
  char *region; /* (owned) (nullable) */
  guint8 secret_key[64];

  /* Push. */
  MrId writer;
  gint64 head_n;
  gint64 acked;
  gint64 acked_at_us; /* monotonic, when a push was last answered */
  gboolean acked_known; /* what the center has was heard of, from it or from the replica */
  MrId push_writer; /* whose entries the request under way has */
  GArray *old; /* (owned) of MrOldPush */
  gboolean head_due; /* it is told no news, and is to ask itself how far the center has its chain */
  gboolean letter_due; /* receipts bear a provisional letter, and the center was not asked yet */
  guint max_entries; /* in one push; halved when the center finds them too many */
  gint64
      fork_high; /* forked: the first entry known not to be common; fork_low is the last that is */
  gint64 fork_low;
  gint64 fork_asked; /* the entry whose hash is asked for, 0 = none */

  /* Pull. */
  guint page_rows;
  gboolean pull_wanted; /* somebody waits for what is new */
  gboolean pull_region; /* the request under way asks for the region feed too */
  gboolean replace_shop; /* the next pages begin at 0 and replace the replica */
  gboolean started_over; /* a position was refused; a second time in a row is a failure */
  gint64 audit_due_us; /* monotonic */
  gboolean pull_full; /* the last answer reached both heads */
  gint64 poked_us; /* monotonic: the center said to ask then; 0 = it did not */

  /* Pokes. */
  gboolean listens; /* they are wanted */
  gboolean listening; /* the request under way is open */
  gboolean deaf_once; /* it was not always */

  MrSnapshotFetch snapshot;
  char *old_catalog; /* (owned) (nullable) base name of the file replaced last */
  gint64 old_catalog_until_us; /* monotonic: deleted then */

  GQueue claims; /* of Claim, not yet decided; the first one is under way, if any is */
  GQueue verdicts; /* of Claim, not yet fetched */
  guint last_claim;

  /* Connection. */
  gboolean clock_corrected; /* after a refusal; a second one in a row has another reason */
  gint64 last_answer_us; /* monotonic */
  gint64 lost_at_us; /* monotonic, when it went away; 0 = it is there or never was */
  gint64 last_use_us; /* monotonic, when somebody last did something at the till */
};

gint64 mr_engine_now_us (MrSyncEngine *self); /* monotonic */
/* What the center's clock is believed to show. */
gint64 mr_engine_center_now_us (MrSyncEngine *self);
void mr_engine_learn_clock (MrSyncEngine *self, MrLaneKind lane, gint64 center_now_us);

/* Fills in @request, signed unless @open, as the one under way in @lane. Takes @path and @body. */
void mr_engine_ask (MrSyncEngine *self, MrLaneKind lane, const char *method, char *path, char *body,
                    gint64 timeout_ms, gboolean is_open, MrSyncRequest *request);
/* An answer that was none of the expected: notes it in words, backs off. */
void mr_engine_refused (MrSyncEngine *self, MrLaneKind lane, const MrSyncReply *reply);
/* Something of ours failed: the disk, or an answer that makes no sense. Takes over @error. */
void mr_engine_failed (MrSyncEngine *self, MrLaneKind lane, GError *error);
void mr_engine_set_problem (MrSyncEngine *self, MrLaneKind lane, const char *problem);
void mr_engine_succeeded (MrSyncEngine *self, MrLaneKind lane, gint64 due_us);

/* --- journal-push.c --- */
/* Looks what there is to push. */
void mr_push_look (MrSyncEngine *self);
/* Whether there is something to ask: entries to send, or where two chains part. */
gboolean mr_push_wants (MrSyncEngine *self);
gboolean mr_push_build (MrSyncEngine *self, MrSyncRequest *request);
void mr_push_reply (MrSyncEngine *self, const MrSyncReply *reply);
/* The center says it has our chain up to @acked, whose hash is @h: go on from there, back or forward, or
 * see that it is not our chain. FALSE on an error of the disk. */
gboolean mr_push_adopt (MrSyncEngine *self, gint64 acked, const MrHash *h, GError **error);

/* --- old-chains.c --- */
/* The chains before the current one, of which nothing is known to be missing yet. */
gboolean mr_old_chains_load (MrSyncEngine *self, GError **error);
/* What the center has of them, by a pull's (element-type MrMine). */
gboolean mr_old_chains_adopt (MrSyncEngine *self, const GArray *mine, GError **error);
void mr_old_chains_doubt (MrSyncEngine *self);
gint64 mr_old_chains_count_waiting (MrSyncEngine *self);
/* 0: nothing of them waits. */
gint64 mr_old_chains_get_waiting_since_us (MrSyncEngine *self);
/* FALSE without @error: nothing is missing. */
gboolean mr_old_chains_build (MrSyncEngine *self, MrSyncRequest *request, GError **error);
gboolean mr_old_chains_take_reply (MrSyncEngine *self, guint status, const MrJournalReply *said,
                                   GError **error);

/* Whether somebody used the till lately. */
gboolean mr_engine_is_in_use (MrSyncEngine *self);

/* --- audit-replica.c --- */
void mr_audit_begin (MrSyncEngine *self);
gboolean mr_audit_is_due (MrSyncEngine *self);
/* Looks through the files and compares the replicas with the checksums in @reply, where it has some and both are
 * of one position. */
gboolean mr_audit_compare (MrSyncEngine *self, const MrFeedsReply *reply, gboolean *bad_region,
                           gboolean *bad_shop, GError **error);

/* --- feed-pull.c --- */
gboolean mr_pull_build (MrSyncEngine *self, MrSyncRequest *request);
void mr_pull_reply (MrSyncEngine *self, const MrSyncReply *reply);
/* When the next poll is due: 60 s ± 50 %. */
gint64 mr_pull_next_poll_us (MrSyncEngine *self);

/* --- poke-listen.c --- */
gboolean mr_listen_wants (MrSyncEngine *self);
gboolean mr_listen_build (MrSyncEngine *self, MrSyncRequest *request);
/* FALSE: more is to come. */
gboolean mr_listen_reply (MrSyncEngine *self, const MrSyncReply *reply);
/* The center is lost: what is still open will say nothing any more. */
void mr_listen_give_up (MrSyncEngine *self);

/* --- snapshot-fetch.c --- */
/* Takes up what an earlier run has left. */
void mr_snapshot_fetch_begin (MrSyncEngine *self);
void mr_snapshot_fetch_end (MrSyncEngine *self);
void mr_snapshot_fetch_want (MrSyncEngine *self);
gboolean mr_snapshot_fetch_build (MrSyncEngine *self, MrSyncRequest *request);
/* FALSE: more of this answer is to come. */
gboolean mr_snapshot_fetch_reply (MrSyncEngine *self, const MrSyncReply *reply);

/* --- claim-ask.c --- */
gboolean mr_claim_build (MrSyncEngine *self, MrSyncRequest *request);
void mr_claim_reply (MrSyncEngine *self, const MrSyncReply *reply);
void mr_claim_end (MrSyncEngine *self);

/* --- replica-file.c --- */
/* Opens the file shop.db names; none, or one that is no good: a snapshot is wanted. */
void mr_replica_file_open (MrSyncEngine *self);
/* Makes @file, checked and complete, the current one. */
gboolean mr_replica_file_switch (MrSyncEngine *self, const char *file, GError **error);
/* Deletes @file with all that SQLite keeps beside it: a log left behind would be played into the next file
 * of that name. */
void mr_replica_file_delete (MrSyncEngine *self, const char *file);
/* Deletes what is no longer current, once nobody can be about to open it. */
void mr_replica_file_tidy (MrSyncEngine *self, gboolean at_start);
/* Notes that the region feed is complete here as of now. */
void mr_replica_file_touch (MrSyncEngine *self);

G_END_DECLS
