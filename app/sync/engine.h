/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"
#include "store/shop.h"

G_BEGIN_DECLS

/**
 * MrSyncEngine:
 *
 * The sync protocol of a till as a step function: it says what to ask the center, is told what came back,
 * and says when it wants to be asked again. No timer, no socket, no thread of its own: MrSync
 * drives it over HTTP, the simulator drives it over anything. Owns the writer of shop.db and of the
 * catalog files; only reads the journal.
 */
typedef struct _MrSyncEngine MrSyncEngine;

typedef enum
{
  MR_SYNC_OFFLINE, /* never or not lately answered */
  MR_SYNC_ONLINE,
  MR_SYNC_REVOKED, /* the center no longer knows this till: entries are still taken, feeds are not */
  MR_SYNC_REPLACED, /* the same, since another computer has become this till */
  MR_SYNC_TOO_OLD, /* the center wants a newer Millrace: entries are still taken */
} MrSyncConnection;

typedef struct
{
  MrSyncConnection connection;
  gboolean enrolled;
  gint64 waiting; /* entries not yet acknowledged, −1 = not known: no engine runs */
  gint64 waiting_since_us; /* time of the oldest of them, 0 = none */
  gint64 last_contact_us; /* wall time of the last answer, 0 = never */
  gint64 clock_offset_us; /* center's clock − ours at the last contact */
  gint64 catalog_v; /* of the catalog in use, 0 = none */
  gint64 catalog_at_us; /* when the region feed was last known to be complete here */
  gint64 snapshot_done; /* bytes of a catalog being fetched, of … */
  gint64 snapshot_total; /* … this many; 0 = none under way */
  gboolean idle; /* everything pushed, both feeds at their heads */
  gboolean
      forked; /* the center holds another chain under our name: mr_journal_fork () is due, with … */
  MrId fork_writer;
  gint64 fork_n; /* … the last entry both chains have; −1 = still being looked for */
  gint64
      audited_us; /* when the replicas were last compared with the center's checksums, 0 = not yet */
  gint64
      rebuilt_us; /* the audit that found one of them wrong, which is fetched anew; 0 = none has */
  MrId letter_writer; /* the center has given this chain the letter below, … */
  char letter
      [MR_LETTER_SIZE]; /* … which the journal does not have yet: mr_journal_set_letter() is due; "" = it has */
  guint replica; /* counts up whenever shop.db or the catalog holds something new */
  char problem[256]; /* why push, pull or snapshot do not get on, in words; "" = they do */
} MrSyncStatus;

typedef struct
{
  guint id;
  const char *method; /* (static) */
  char *path; /* (owned) with query, from "/v1/" on */
  char *body; /* (owned) (nullable) */
  gsize length;
  char *time; /* (owned) headers of the signature */
  char *signature;
  char *till;
  char *range; /* (owned) (nullable) "bytes=N-" */
  char *if_range; /* (owned) (nullable) ETag */
  gint64 timeout_ms;
  gboolean
      listens; /* for a WebSocket: answered with a partial 101 when it is open, one more for each of its
                     * texts, and with status 0 when it is over */
} MrSyncRequest;
void mr_sync_request_clear (MrSyncRequest *self);

typedef struct
{
  guint status; /* 0 = no answer */
  const char *content_type; /* (nullable) */
  const char *etag; /* (nullable) */
  gint64 content_length; /* of the whole representation, −1 unknown */
  gint64 retry_after_ms; /* −1 = not said */
  const void *body;
  gsize length;
  gboolean
      partial; /* more of this body follows in further calls (snapshots); the last has no body */
} MrSyncReply;

/* @dir: the till's folder. @journal: a reader. Takes both over. */
MrSyncEngine *mr_sync_engine_new (const char *dir, MrJournal *journal, MrShop *shop,
                                  const MrWorld *world, GError **error);
void mr_sync_engine_free (MrSyncEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrSyncEngine, mr_sync_engine_free)

/* TRUE: @request is to be sent now. FALSE: nothing to do before @wait_ms have passed or something changes. */
gboolean mr_sync_engine_next (MrSyncEngine *self, MrSyncRequest *request, gint64 *wait_ms);
/* --- claims: asked once, never again by themselves --- */
typedef enum
{
  MR_CLAIM_GRANTED, /* nobody else gets it before it expires */
  MR_CLAIM_TAKEN, /* somebody else has it, or has used it up */
  MR_CLAIM_UNANSWERED, /* the center does not say: the shop's offline limit applies */
} MrClaimVerdict;
/* Asks for it next; unanswered at once while the center is away. Its number, from 1. */
guint mr_sync_engine_claim (MrSyncEngine *self, const MrClaimRequest *claim);
/* FALSE: none is decided that was not fetched. */
gboolean mr_sync_engine_take_verdict (MrSyncEngine *self, guint *number, MrClaimVerdict *verdict);

/* The answer to request @id; all of it is on disk when this returns. */
void mr_sync_engine_reply (MrSyncEngine *self, guint id, const MrSyncReply *reply);
/* Somebody pressed "sync": push and pull at once. */
void mr_sync_engine_poke (MrSyncEngine *self);
/* Whether to listen for the center's pokes; not unless said. */
void mr_sync_engine_set_listening (MrSyncEngine *self, gboolean listens);
/* An entry was committed: push it at once. */
void mr_sync_engine_appended (MrSyncEngine *self);
/* Whether the request of this id is still waited for; the rest of its answer is not wanted if not. */
gboolean mr_sync_engine_is_waiting_for (MrSyncEngine *self, guint id);
/* A file of ours failed: what this engine still has open is not to be trusted. Free it and make a new one;
 * opening looks what is really there, and replaces a replica that is damaged. */
gboolean mr_sync_engine_needs_reopening (MrSyncEngine *self);
/* Rows of each feed asked for at a time, 2000 unless said; the simulator turns many small pages. */
void mr_sync_engine_set_page_rows (MrSyncEngine *self, guint page_rows);
/* (nullable): where the center is, as enrolled. */
char *mr_sync_engine_dup_center_url (MrSyncEngine *self);
void mr_sync_engine_get_status (MrSyncEngine *self, MrSyncStatus *status);

G_END_DECLS
