/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"
#include "model/shift.h"
#include "wire/entry-body.h"
#include "wire/message.h"

G_BEGIN_DECLS

/**
 * MrJournal:
 *
 * journal.db: what happened at this till, as a hash chain of immutable entries, with the till's own
 * tables kept in the same transactions. One MrJournal is the writer and lives on the store thread
 * (it asserts so); others are opened read-only for the main and the sync thread. Plain synchronous calls.
 */
typedef struct _MrJournal MrJournal;

#define MR_JOURNAL_ERROR (mr_journal_error_quark ())
GQuark mr_journal_error_quark (void);
/* Whether @error came of the disk and not of the rules: what was to be written is not, and may be tried again. */
gboolean mr_journal_is_disk_error (const GError *error, gboolean *is_full);
typedef enum
{
  MR_JOURNAL_ERROR_BROKEN, /* the chain does not verify */
  MR_JOURNAL_ERROR_NO_SHIFT, /* a sale needs an open shift */
  MR_JOURNAL_ERROR_SHIFT, /* a shift is open already */
  MR_JOURNAL_ERROR_DOUBLE, /* this sale is in the journal already */
  MR_JOURNAL_ERROR_MISSING, /* no such entry, receipt, basket */
  MR_JOURNAL_ERROR_BASKET, /* there is an open basket already: hold or finish it first */
  MR_JOURNAL_ERROR_REFUSED, /* what is to be committed is not right in itself; a mistake of the caller */
} MrJournalError;
/* Errors of the disk come through as MR_DB_ERROR; FULL and IO keep the open basket and the sale. After a
 * failed fsync the file is opened again, folded and looked at: what is found there counts as committed.
 * While the disk does not even answer to that, IO leaves open what became of the entry; committing the sale
 * again later is safe and answers DOUBLE if it was there. A second program on the same folder is
 * MR_DB_ERROR_BUSY, a journal of a newer version MR_DB_ERROR_NEWER. */

/* @dir holds (or gets) journal.db; it and its folder are made for this user's eyes only. @world must
 * outlive it. The thread that opens the writer is its thread. */
MrJournal *mr_journal_open (const char *dir, const MrWorld *world, GError **error);
MrJournal *mr_journal_open_reader (const char *dir, GError **error);
void mr_journal_close (MrJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrJournal, mr_journal_close)

/* --- who this till is --- */
char *mr_journal_dup_identity (MrJournal *self, const char *name); /* (nullable) */
gboolean mr_journal_set_identity (MrJournal *self, const char *name, const char *value,
                                  GError **error);
/* Makes the key pair on first use (writer only). */
gboolean mr_journal_get_key (MrJournal *self, guint8 public_key[32], guint8 secret_key[64],
                             GError **error);
/* All of an enrolment in one transaction. Where the reply says the till's last shift, that becomes this
 * journal's, open or closed, and an entry says so; unless this journal has counted as far itself. */
gboolean mr_journal_set_enrolment (MrJournal *self, const char *center_url,
                                   const MrEnrolReply *reply, GError **error);
char *mr_journal_dup_setting (MrJournal *self,
                              const char *name); /* (nullable) local device settings */
gboolean mr_journal_set_setting (MrJournal *self, const char *name, const char *value,
                                 const MrEntryContext *context, GError **error);

/* --- what bodies carry --- */
/* Fills in what @context leaves empty (all of it when NULL): the business date, which is today in the
 * identity "time_zone" (default Asia/Shanghai), the identity "currency" (default CNY), the open shift. Done
 * by every call below that takes a context. */
void mr_journal_fill_context (MrJournal *self, const MrEntryContext *context,
                              MrEntryContext *filled);

/* --- the chain --- */
/* The time of an entry is the wall clock's, but never earlier than that of the entry before: while the
 * clock is behind, entries bear the last believed time, and one clock-jumped entry (how far, "behind_us")
 * marks the first of them. */
/* The current writer, its last n and hash (zero hash at 0). */
gboolean mr_journal_get_head (MrJournal *self, MrId *writer, gint64 *n, MrHash *h, GError **error);
/* Entries of the current writer after @after_n, oldest first, at most @max and @max_bytes of bodies (at
 * least one), up to the first that is damaged: MR_JOURNAL_ERROR_BROKEN when that is the very first.
 * (element-type MrEntry) */
GPtrArray *mr_journal_read (MrJournal *self, gint64 after_n, guint max, gsize max_bytes,
                            GError **error);
/* A chain of this journal before the current one, as far as its entries are in no later one: what came after
 * them was taken over when the till parted from a clone. */
typedef struct
{
  MrId writer;
  gint64 n; /* its last entry that is nowhere else */
} MrOldChain;
/* Oldest first. (element-type MrOldChain) (transfer full) */
GArray *mr_journal_list_old_chains (MrJournal *self, GError **error);
/* As mr_journal_read(), of @chain. */
GPtrArray *mr_journal_read_chain (MrJournal *self, const MrOldChain *chain, gint64 after_n,
                                  guint max, gsize max_bytes, GError **error);
gboolean mr_journal_get_chain_hash (MrJournal *self, MrId writer, gint64 n, MrHash *h,
                                    GError **error);
MrEntry *mr_journal_find (MrJournal *self, MrId entry_id, GError **error);
gboolean mr_journal_get_hash (MrJournal *self, gint64 n, MrHash *h, GError **error);
/* Time of the oldest entry after @after_n; 0 when there is none. */
gint64 mr_journal_get_waiting_since_us (MrJournal *self, gint64 after_n);
/* Wall time of the last entry; the clock is never believed to be earlier. 0 = empty. */
gint64 mr_journal_get_last_at_us (MrJournal *self);

/* The center holds another chain under the name of @writer, equal to ours up to entry @common_n only: this
 * disk was copied or restored. Closes the writer and goes on under a new random one: the entries after
 * @common_n begin the new chain, with their ids, so that the center knows those it has; then comes an entry
 * that says so. Receipts bear '?' and four digits of the new writer until the center gives it a letter.
 * The same for an entry that was damaged before the center had it, with @common_n the one before; what can
 * no longer be read of it goes on as an entry "damaged" that holds what there is.
 * When @writer is no longer the current one it was done already: nothing happens. */
gboolean mr_journal_fork (MrJournal *self, MrId writer, gint64 common_n,
                          const MrEntryContext *context, GError **error);
/* Whether receipts bear such a provisional label: before enrolment, and after a fork. */
gboolean mr_journal_is_provisional (MrJournal *self);
/* The current writer's letter, provisional or not; NULL on an error. (transfer full) */
char *mr_journal_dup_letter (MrJournal *self);
/* What the center has given @writer; nothing happens when that is no longer the current one. */
gboolean mr_journal_set_letter (MrJournal *self, MrId writer, const char *letter, GError **error);

/* What the owner has to be told of the last fork, until it was said that it is known. */
typedef enum
{
  MR_FORK_NONE,
  MR_FORK_COPIED, /* the disk was copied, or an older one put back */
  MR_FORK_DAMAGED, /* an entry was damaged on the disk before the center had it */
} MrForkNews;
MrForkNews mr_journal_get_fork_news (MrJournal *self,
                                     gint64 *damaged_n); /* @damaged_n: of the closed writer */
gboolean mr_journal_forget_fork_news (MrJournal *self, GError **error);
/* News that nobody else can settle, put away by somebody who runs the shop: that of @what (a short word) about
 * @subject, "" = all of it, as far as it was known at @at_us. An entry, for the center and the other tills. */
gboolean mr_journal_put_away (MrJournal *self, const char *what, const char *subject, gint64 at_us,
                              const MrEntryContext *context, GError **error);
gboolean mr_journal_is_put_away (MrJournal *self, const char *what, const char *subject,
                                 gint64 at_us);

/* Appends an entry of any kind that has no table of its own. @id may be MR_ID_NONE. */
gboolean mr_journal_append (MrJournal *self, MrId id, const char *kind, const char *body,
                            GError **error);

/* --- sales --- */
/* A receipt's label is the till's number and letter and the counter: "2A-000123"; before enrolment '?' and
 * four digits of the writer stand for them: "?9c1f-000001". */
typedef struct
{
  MrId entry_id;
  gint64 n;
  gint64 receipt_number;
  char receipt_label[32];
  gint64 at_us;
  MrShift *shift; /* (owned) the shift's sums with this sale in them */
  gint64 spool_id; /* 0 = not to be printed */
} MrCommittedSale;
void mr_committed_sale_clear (MrCommittedSale *self);

/* One transaction, one fsync: entry, receipt number, stock movements, shift sums, spool row when
 * @print, and the open basket is cleared. @sale must be COMPLETE; its id becomes the entry's.
 * MR_JOURNAL_ERROR_DOUBLE: it was committed before; @committed is filled in with that all the same (without a
 * spool row). */
gboolean mr_journal_commit_sale (MrJournal *self, const MrSale *sale, const MrEntryContext *context,
                                 gint64 catalog_v, gboolean print, MrCommittedSale *committed,
                                 GError **error);
/* The whole basket given up: noted, and the open basket is cleared. */
gboolean mr_journal_void_sale (MrJournal *self, const MrSale *sale, const MrEntryContext *context,
                               const char *reason, GError **error);
/* A line taken out of the basket: noted with what it was. */
gboolean mr_journal_note_removed_line (MrJournal *self, const MrSale *sale, guint line_number,
                                       const MrEntryContext *context, GError **error);

typedef struct
{
  MrId entry_id;
  gint64 number;
  char label[32];
  gint64 at_us;
  gint64 total_minor;
  gint64 shift_number;
  gint64 copies;
} MrReceiptRow;
/* FALSE with MR_JOURNAL_ERROR_MISSING when @entry_id is no sale of this journal. */
gboolean mr_journal_get_receipt (MrJournal *self, MrId entry_id, MrReceiptRow *row, GError **error);
/* Newest first. (element-type MrReceiptRow) (transfer full): free with g_free as element. */
GPtrArray *mr_journal_list_receipts (MrJournal *self, guint max, GError **error);

/* Those whose number holds @typed, newest first; "" = all. */
GPtrArray *mr_journal_find_receipts (MrJournal *self, const char *typed, guint max, GError **error);

/* --- baskets --- */
/* Keeps the open basket as it is now; an empty one removes the row. No entry, no fsync: it outlives the
 * program at once, and a power cut from the next commit or mr_journal_tidy() on. */
gboolean mr_journal_keep_basket (MrJournal *self, const MrSale *sale, gint64 staff, GError **error);
MrSale *mr_journal_load_basket (MrJournal *self, GError **error); /* (nullable) */
gboolean mr_journal_hold_basket (MrJournal *self, const MrSale *sale, const char *label,
                                 const MrEntryContext *context, GError **error);
/* Takes it out of the held ones and makes it the open basket. */
MrSale *mr_journal_recall_basket (MrJournal *self, gint64 slot, const MrEntryContext *context,
                                  GError **error);
/* One of those the shop's tills share. */
typedef struct
{
  MrId hold; /* the entry that held it; MR_ID_NONE: an earlier version did */
  gint64 slot; /* where it is kept here; 0: another till keeps it */
  const char *basket; /* of another till: JSON of the sale */
  const char *claim; /* (nullable) key of the claim that was granted */
  gboolean unclaimed; /* the center could not be asked */
} MrTaking;
/* What another till held goes on as a new sale: both may have been sold out of reach of each other. */
MrSale *mr_journal_take_basket (MrJournal *self, const MrTaking *taking,
                                const MrEntryContext *context, GError **error);
/* A basket held here is no more: nobody wants it, or another till has taken it (@reason "taken"). */
gboolean mr_journal_drop_basket (MrJournal *self, const MrTaking *taking, const char *reason,
                                 const MrEntryContext *context, GError **error);
/* The same for one nobody wants any more: a void of the shift. */
gboolean mr_journal_give_up_basket (MrJournal *self, const MrTaking *taking, const char *reason,
                                    const MrEntryContext *context, GError **error);
/* Whether this till has taken it, whatever the shop's feed says as yet. */
gboolean mr_journal_has_taken (MrJournal *self, MrId hold);
typedef struct
{
  gint64 slot;
  MrId hold; /* MR_ID_NONE: held by an earlier version */
  char *label; /* (owned) */
  gint64 held_at_us;
  gint64 staff;
  guint n_lines;
  gint64 total_minor;
} MrHeldBasket;
void mr_held_basket_free (MrHeldBasket *self);
GPtrArray *mr_journal_list_held (MrJournal *self,
                                 GError **error); /* (element-type MrHeldBasket), oldest first */

/* --- shifts --- */
MrShift *mr_journal_load_shift (MrJournal *self, GError **error); /* (nullable) the open one */
MrShift *mr_journal_load_last_shift (MrJournal *self,
                                     GError **error); /* (nullable) open or closed */
MrShift *mr_journal_open_shift (MrJournal *self, gint64 float_minor, const MrEntryContext *context,
                                GError **error);
/* The Z: counts, seals, and queues its report when @print. Works with held baskets and an open one, and
 * on a full disk: a reserve of 8 MiB beside the journal is given up for it. The seal is in the body's
 * "signature": base64 of the till's Ed25519 over "millrace-z-1", a line feed, the 32 bytes of the hash of
 * the entry before, and the body without its signature (mr_shift_body_dup_signed()). */
MrShift *mr_journal_close_shift (MrJournal *self, gint64 counted_minor, gboolean has_count,
                                 const MrEntryContext *context, gboolean print, GError **error);
gboolean mr_journal_read_shift (MrJournal *self, const MrEntryContext *context, gboolean print,
                                GError **error); /* the X */
gboolean mr_journal_note_drawer (MrJournal *self, const MrEntryContext *context, const char *reason,
                                 GError **error);
gboolean mr_journal_move_cash (MrJournal *self, gint64 amount_minor, const char *reason,
                               const MrEntryContext *context, GError **error); /* > 0 in, < 0 out */

/* --- spool --- */
typedef struct
{
  gint64 id;
  MrId entry_id;
  gint64 copy; /* 0 original, 1… = marked COPY */
  char state[12];
  char reason[24];
  gint64 queued_at_us;
  gint64 tries;
} MrSpoolRow;
GPtrArray *mr_journal_list_spool (MrJournal *self, GError **error); /* waiting ones, oldest first */
gboolean mr_journal_set_spool (MrJournal *self, gint64 id, const char *state, const char *reason,
                               GError **error);
/* The paper of @entry_id asked for by hand: the original when none was queued before, which is no event of
 * its own; else a reprint. */
gboolean mr_journal_print_first (MrJournal *self, MrId entry_id, const MrEntryContext *context,
                                 gint64 *spool_id, GError **error);
/* A reprint: an entry of its own and a spool row marked COPY. Of a receipt of another till the journal knows no
 * more than its id: the spool's row is for the reprint's own entry then, which names it. */
gboolean mr_journal_reprint (MrJournal *self, MrId entry_id, const MrEntryContext *context,
                             gint64 *spool_id, GError **error);

/* --- stock --- */
/* Sum of this till's own movements of @good_id that a replica does not include which has applied what @mine
 * says ((element-type MrMine), nullable = nothing). What a later writer took over counts there only. */
gint64 mr_journal_sum_movements (MrJournal *self, gint64 good_id, const GArray *mine);

/* --- what came back --- */
/* Adds what this till took back of the lines of the sale @entry_id, its own or another till's, to @returned
 * ((element-type MrReturned)), but for what a replica includes which has applied what @mine says. FALSE: the journal
 * cannot be read. */
gboolean mr_journal_add_returned (MrJournal *self, MrId entry_id, const GArray *mine,
                                  GArray *returned, GError **error);

/* --- wrong PINs --- */
gboolean mr_journal_get_lockout (MrJournal *self, gint64 staff, gint64 *failures, gint64 *wait_ms);
gboolean mr_journal_set_lockout (MrJournal *self, gint64 staff, gint64 failures, gint64 wait_ms,
                                 GError **error);

/* For idle moments: makes a kept basket durable, passive checkpoint when the WAL is large, the reserve
 * renewed; @closing: truncate (end of day). */
gboolean mr_journal_tidy (MrJournal *self, gboolean closing, GError **error);
/* Less than 256 MiB left on the journal's disk: the time to tell the owner. */
gboolean mr_journal_is_disk_low (MrJournal *self);
gint64 mr_journal_get_disk_free (MrJournal *self); /* bytes; −1 = not known */
/* A copy by the backup API, test-opened; @path must not be there yet. */
gboolean mr_journal_backup (MrJournal *self, const char *path, GError **error);

/* From the backup @path (store/backup.h) this computer becomes the till it is of, when the journal is opened next: it is
 * copied, verified, and given no key and no till id, so that it must be enrolled with a code for that till; numbers,
 * shifts, receipts and settings go on. What the old computer did since is found like any fork. BROKEN: the file does
 * not verify; REFUSED: this journal is a till's already. */
gboolean mr_journal_restore (MrJournal *self, const char *path, GError **error);

/* --- verifying --- */
typedef struct
{
  gint64 n_entries;
  gint64 bad_writer; /* 0 = all good */
  gint64 bad_n;
  char *reason; /* (owned) (nullable) */
} MrVerifyResult;
/* Walks every chain of the file: hashes, gaps, receipt numbers, shift sums and movements against the
 * entries. FALSE with @error only when the file cannot be read at all. */
gboolean mr_journal_verify (const char *path, MrVerifyResult *result, GError **error);

G_END_DECLS
