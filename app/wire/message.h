/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/id.h"
#include "wire/table-sum.h"
#include "wire/wire-error.h"

G_BEGIN_DECLS

/* The messages of the wire, as plain structs with to/from JSON text. Shapes are those of
 * data/openapi.yaml. Hashes travel as 64 lower-case hex digits, ids as UUIDs, times as RFC 3339 UTC with
 * microseconds in journal entries ("2026-05-28T07:06:40.000000Z"), feed positions as "v.salt" with
 * 16 hex digits of salt. Every from_json returns NULL/FALSE with MR_WIRE_ERROR set. */

#define MR_HASH_SIZE 32
typedef struct
{
  guint8 bytes[MR_HASH_SIZE];
} MrHash;
#define MR_HASH_STRING_SIZE 65
const char *mr_hash_format (const MrHash *self, char out[MR_HASH_STRING_SIZE]);
gboolean mr_hash_parse (const char *text, MrHash *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean mr_hash_equal (const MrHash *a, const MrHash *b);

/* A feed's position: version and the salt the center drew for it; {0, ""} = nothing yet. */
typedef struct
{
  gint64 v;
  char salt[17]; /* 16 lower-case hex digits, or "" at v 0 */
} MrPosition;
#define MR_POSITION_STRING_SIZE 40
const char *mr_position_format (const MrPosition *self,
                                char out[MR_POSITION_STRING_SIZE]); /* "12.00ff…", "0." → "0" */
gboolean mr_position_parse (const char *text, MrPosition *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean mr_position_equal (const MrPosition *a, const MrPosition *b);
/* Whether it can be said on the wire: one that was read from a damaged disk may not be. */
gboolean mr_position_is_sound (const MrPosition *self);

/* --- time --- */
char *mr_time_format (gint64 time_us); /* RFC 3339 UTC, microseconds */
/* Takes 0 to 6 decimals of a second and "Z" only: years 1970 to 9999. */
gboolean mr_time_parse (const char *text, gint64 *time_us) G_GNUC_WARN_UNUSED_RESULT;
/* "2026-05-28", a day there is. */
gboolean mr_date_is_valid (const char *text);

/* --- the chain --- */
/* The longest sale there can be (MR_SALE_MAX_LINES) fits; the store refuses to commit what does not. */
#define MR_ENTRY_MAX_BODY (1024 * 1024)
#define MR_ENTRY_MAX_KIND 40
typedef struct
{
  gint64 n;
  MrId id;
  char *kind; /* (owned) lower-case words with '-', ≤ 40 bytes */
  gint64 schema;
  gint64 at_us;
  char *body; /* (owned) the exact JSON text committed, ≤ MR_ENTRY_MAX_BODY */
  MrHash h; /* not sent: worked out by both sides */
} MrEntry;
MrEntry *mr_entry_new (void);
void mr_entry_free (MrEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrEntry, mr_entry_free)

/* h(n) = SHA-256 (h(n−1) ‖ n:u64 ‖ id:16 ‖ kind length:u16 ‖ kind ‖ schema:u32 ‖ at:i64 ‖ body length:u32 ‖ body),
 * integers big-endian; h(0) is 32 zero bytes followed by nothing: the zero hash itself. */
void mr_entry_compute_hash (const MrEntry *self, const MrHash *previous, MrHash *h);

/* Lower-case letters, digits and '-', 1 … MR_ENTRY_MAX_KIND bytes. */
gboolean mr_entry_kind_is_valid (const char *kind);

/* The letter of a chain in printed receipt numbers, "A" … "ZZZ", drawn by the center. */
#define MR_LETTER_SIZE 4
/* Its place in the alphabet: 1 → "A", 27 → "AA"; 0 = not a letter. */
const char *mr_letter_format (gint64 number, char out[MR_LETTER_SIZE]);
gint64 mr_letter_parse (const char *text);

/* --- POST /v1/enrol --- */
typedef struct
{
  char *code;
  char *public_key; /* base64 of 32 bytes */
  char *name; /* what the owner calls this till */
} MrEnrolRequest;
typedef struct
{
  MrId till;
  char *letter;
  gint64 till_number; /* 1, 2, … in the shop */
  MrId shop;
  char *shop_name;
  char *region; /* its short name, in feed and snapshot addresses */
  char *currency;
  char *
      shift; /* (nullable) JSON: the till's last shift, where another computer was this till before */
  gint64 now_us;
} MrEnrolReply;
void mr_enrol_request_free (MrEnrolRequest *self);
void mr_enrol_reply_free (MrEnrolReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrEnrolRequest, mr_enrol_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrEnrolReply, mr_enrol_reply_free)
char *mr_enrol_request_to_json (const MrEnrolRequest *self);
MrEnrolRequest *mr_enrol_request_from_json (const char *json, gssize length, GError **error);
char *mr_enrol_reply_to_json (const MrEnrolReply *self);
MrEnrolReply *mr_enrol_reply_from_json (const char *json, gssize length, GError **error);

/* --- POST /v1/journal --- */
#define MR_JOURNAL_MAX_ENTRIES 500
#define MR_JOURNAL_MAX_BYTES (256 * 1024) /* of bodies; one single entry may be longer */
/* Of the request as sent, escapes included: a server reads no more than this. */
#define MR_JOURNAL_MAX_REQUEST (3 * 1024 * 1024)
typedef struct
{
  MrId writer;
  gint64 prev_n; /* 0 with the zero hash: from the beginning */
  MrHash prev_h;
  GPtrArray *entries; /* (owned) of MrEntry, n = prev_n + 1, + 2, … */
  char letter[MR_LETTER_SIZE]; /* the one this chain's receipts bear; "" = none was given yet */
} MrJournalRequest;
typedef struct
{
  gint64 acked;
  MrHash h; /* of entry acked; zero hash at 0 */
  gint64 now_us;
  char letter[MR_LETTER_SIZE]; /* of this chain, in answers of 200; "" = not said */
} MrJournalReply; /* of 200 and of 409 */
void mr_journal_request_free (MrJournalRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrJournalRequest, mr_journal_request_free)
char *mr_journal_request_to_json (const MrJournalRequest *self);
/* Refuses gaps in n; fills in each entry's h. */
MrJournalRequest *mr_journal_request_from_json (const char *json, gssize length, GError **error);
char *mr_journal_reply_to_json (const MrJournalReply *self);
gboolean mr_journal_reply_from_json (const char *json, gssize length, MrJournalReply *reply,
                                     GError **error);

/* --- GET /v1/chain?writer=…&n=… → {n, h}: the center's hash at n (bisecting for a fork) --- */
typedef struct
{
  gint64 n; /* the last entry held with number ≤ the one asked for; 0 = none */
  MrHash h; /* of entry n; zero hash at 0 */
} MrChainReply;
char *mr_chain_reply_to_json (const MrChainReply *self);
gboolean mr_chain_reply_from_json (const char *json, gssize length, MrChainReply *reply,
                                   GError **error);

/* --- GET /v1/snapshot/<region> → which catalog file is the newest --- */
typedef struct
{
  char *name; /* (owned) "<region>-<schema>-<v>-<salt>", to be asked for as /v1/snapshot/<name> */
  gint64 bytes; /* as sent, packed */
  gint64 schema;
  MrPosition position; /* of the region feed in it */
} MrSnapshotInfo;
void mr_snapshot_info_free (MrSnapshotInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrSnapshotInfo, mr_snapshot_info_free)
char *mr_snapshot_info_to_json (const MrSnapshotInfo *self);
MrSnapshotInfo *mr_snapshot_info_from_json (const char *json, gssize length, GError **error);
/* A name of a snapshot is also a file name: letters, digits, '-', '_', '.', not first; ≤ 120 bytes. */
gboolean mr_snapshot_name_is_valid (const char *name);

/* --- GET /v1/feeds?region=v.salt,v.salt&shop=v.salt,v.salt&schema=N&limit=N[&audit=1] --- */
#define MR_FEED_SCHEMA 1
#define MR_FEEDS_MAX_REPLY (16 * 1024 * 1024)
#define MR_FEEDS_MAX_ROWS 5000 /* of each feed in one reply */
typedef struct
{
  char *table; /* (owned) */
  gint64 v;
  char *id; /* (owned) the id as text, number or UUID */
  char *fields; /* (owned) (nullable) JSON array text of the fields; NULL = tombstone */
} MrFeedRow;
void mr_feed_row_free (MrFeedRow *self);
typedef struct
{
  MrPosition head; /* position reached by this page: cursor of the next request */
  MrPosition seen; /* the feed's newest head at the moment of the answer */
  gboolean full; /* this page reaches the newest head */
  GPtrArray *rows; /* (owned) of MrFeedRow, in v order */
  GArray *
      sums; /* (owned) (nullable) of MrTableSum: the whole feed's at its head, where they were asked for */
} MrFeedPage;
typedef struct
{
  MrId writer;
  gint64 acked;
  gint64 applied;
  MrHash h;
  gint64 safe;
} MrMine;
typedef struct
{
  gint64 now_us;
  MrFeedPage region;
  MrFeedPage shop;
  GArray *mine; /* (owned) of MrMine */
} MrFeedsReply;
MrFeedsReply *mr_feeds_reply_new (void); /* empty pages, no mine */
void mr_feeds_reply_free (MrFeedsReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrFeedsReply, mr_feeds_reply_free)
/* The rows of both pages are written with their fields as they are: no re-serialising. */
char *mr_feeds_reply_to_json (const MrFeedsReply *self);
MrFeedsReply *mr_feeds_reply_from_json (const char *json, gssize length, GError **error);

/* --- WS /v1/poke: center → till, "something new"; a hint only, all may be lost --- */
#define MR_POKE_MAX_BYTES 1024
#define MR_POKE_MAX_SPREAD_MS 60000
typedef struct
{
  gboolean region; /* the region's feed has changed; else the shop's, or one of a later version */
  gint64 spread_ms; /* ask at some moment before that: so many were told at once; 0 = now */
} MrPoke;
char *mr_poke_to_json (const MrPoke *self);
gboolean mr_poke_from_json (const char *json, gssize length, MrPoke *poke, GError **error);

/* --- POST /v1/claim: an expiring reservation, confirmed by the entry that names its key --- */
#define MR_CLAIM_MAX_KEY 64
#define MR_CLAIM_MAX_SUBJECT 200
#define MR_CLAIM_HELD "held" /* subject: id of the basket-held entry; there is one of it */
/* subject: "<entry id of the sale>/<number of its line>"; amount: thousandths; of: what was sold on it */
#define MR_CLAIM_RETURN "return"
typedef struct
{
  char *key; /* (owned) drawn by the till: the same key is the same claim */
  char *kind; /* (owned) what is claimed: "held", "return", … */
  char *subject; /* (owned) of what */
  gint64 amount; /* thousandths or minor units, as the kind asks */
  gint64 of; /* how much there is of the subject as far as the till knows; −1 = it is one whole */
} MrClaimRequest;
typedef struct
{
  char *key; /* (owned) */
  gint64 expires_us; /* by the center's clock, which is now … */
  gint64 now_us;
} MrClaimReply;
MrClaimRequest *mr_claim_request_new (const char *key, const char *kind, const char *subject,
                                      gint64 amount, gint64 of);
void mr_claim_request_free (MrClaimRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrClaimRequest, mr_claim_request_free)
char *mr_claim_request_to_json (const MrClaimRequest *self);
MrClaimRequest *mr_claim_request_from_json (const char *json, gssize length, GError **error);
void mr_claim_reply_clear (MrClaimReply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MrClaimReply, mr_claim_reply_clear)
char *mr_claim_reply_to_json (const MrClaimReply *self);
gboolean mr_claim_reply_from_json (const char *json, gssize length, MrClaimReply *reply,
                                   GError **error);

/* --- errors: RFC 9457, application/problem+json --- */
typedef struct
{
  guint status;
  char *type; /* (owned) "/problems/bad-json" */
  char *title; /* (owned) a short sentence */
  char *detail; /* (owned) what is wrong and what to do */
  gint64 now_us; /* the center's clock, where it was the reason; 0 = not said */
} MrProblem;
void mr_problem_free (MrProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrProblem, mr_problem_free)
char *mr_problem_to_json (const MrProblem *self);
MrProblem *mr_problem_from_json (const char *json, gssize length, GError **error);

/* --- signed requests --- */
/* Headers Millrace-Till: <till id>, Millrace-Time: <RFC 3339>, Millrace-Signature: base64 of Ed25519 over
 * time ‖ LF ‖ METHOD ‖ LF ‖ path with query ‖ LF ‖ lower-case hex SHA-256 of the body. */
char *mr_sign_request (const guint8 secret_key[64], const char *time, const char *method,
                       const char *path, const void *body, gsize length);
gboolean mr_verify_request (const guint8 public_key[32], const char *signature_base64,
                            const char *time, const char *method, const char *path,
                            const void *body, gsize length);

G_END_DECLS
