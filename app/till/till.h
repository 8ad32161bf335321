/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"
#include "till/backup-desk.h"
#include "till/checkout.h"
#include "till/display-desk.h"
#include "till/keypad.h"
#include "till/label-list.h"
#include "till/needs.h"
#include "till/receipt.h"
#include "till/scale-desk.h"
#include "till/scanner-desk.h"
#include "till/session.h"
#include "till/settings.h"
#include "till/shelf.h"
#include "till/shift-desk.h"
#include "till/spooler.h"

G_BEGIN_DECLS

typedef struct
{
  const char *dir; /* the till's folder; made if absent */
  const MrWorld *world; /* (unowned) must outlive the till */
  gboolean inline_jobs; /* the store works in the call itself: tests, simulator */
  gboolean with_sync; /* FALSE: no network at all */
  /* (nullable) Who drives sync, and the till's own time: no thread, no socket, no timer. What timers would do
   * is done by mr_till_tick(). */
  const struct _MrSyncHand *sync_hand;
} MrTillConfig;

/* What the status bar says, in words' terms. */
typedef enum
{
  MR_LINK_NOT_ENROLLED,
  MR_LINK_OFFLINE, /* selling goes on */
  MR_LINK_ONLINE,
  MR_LINK_REVOKED, /* the center no longer takes this till for one of its own */
  MR_LINK_REPLACED, /* the same, since another computer has become this till */
  MR_LINK_TOO_OLD, /* the center wants a newer Millrace */
} MrLink;

typedef struct
{
  MrLink link;
  gboolean enrolled;
  gboolean idle; /* nothing to send, nothing to fetch */
  gint64 waiting; /* entries not yet sent, −1 = not known */
  gint64 waiting_since_us; /* time of the oldest, 0 = none */
  gint64 last_contact_us; /* 0 = never */
  gint64 catalog_v; /* 0 = none yet */
  gint64 catalog_age_us; /* since it was last known to be complete; −1 = no catalog */
  gint64 snapshot_done; /* bytes of a catalog being fetched, of … */
  gint64 snapshot_total; /* … so many; 0 = none */
  gboolean
      forked; /* this till went on under a new letter, and nobody who runs the shop has said yet that they know: its
                    * disk was copied or an older one put back, or … */
  gint64
      damaged_n; /* … this entry was damaged on the disk before it was sent; 0 = it was not that */
  gboolean clock_doubtful; /* our clock and the center's differ, or it went back */
  gint64 clock_offset_us; /* center − ours */
  const char *problem; /* last refusal of the center in words, "" = none */
  gboolean
      disk_trouble; /* the last write to the disk failed: the open sale is safe on the screen only */
  gboolean disk_low; /* little room is left on the disk */
  gint64 disk_free; /* bytes; −1 = not known */
  gboolean damaged; /* a record in the journal's file does not verify: … */
  const char *damage; /* … "<writer>-<n>", "" = none */
  gint64
      rebuilt_us; /* when a replica was found wrong and is fetched anew, until one was found right; 0 = not */
  MrBackupState backup; /* of the journal, made when a shift is closed */
  gint64 backup_at_us; /* the newest one that is whole, 0 = none */
  gint64 unbacked; /* entries the center has, but in no verified backup of its own yet */
  gint64 unbacked_since_us; /* time of the oldest of them, 0 = none */
  const char *backup_problem; /* why the last one is not where it was to go, "" = it is */
  MrPaperState paper;
  const char *paper_reason;
  guint paper_waiting;
  MrDeskState scanner;
  const char *scanner_reason;
  const char *shop_name; /* "" until enrolled */
  gint64 till_number; /* 0 until enrolled */
  const char *center_url; /* "" until enrolled */
} MrTillStatus;

/* One row of the list of receipts. */
typedef struct
{
  MrId entry_id;
  char label[32];
  gint64 at_us;
  gint64 total_minor;
  gint64 copies;
  char till_name[208]; /* of the till that printed it; "" = this one */
  gboolean returned; /* something of it has come back */
} MrReceiptSummary;

/* An entry that the center keeps but could not book. */
typedef struct
{
  MrId entry_id;
  /* (owned) why: "unreadable", "currency", "unfinished", "sums", "too-large", "stock", "books", "revoked" (sent
   * after its till was revoked), "other", or a word of a later version, to be shown as "other" */
  char *cause;
  gint64 till_number; /* the till it came from */
  char *kind; /* (owned) of the entry: "sale", "shift-closed", … */
  gint64 at_us; /* when it happened, by that till's clock */
  char *label; /* (owned) receipt number, "" where there is none */
  gint64 amount_minor; /* 0 where there is none */
  char *reason; /* (owned) the center's sentence, in English, for whoever is asked for help */
} MrRefusedEntry;
void mr_refused_entry_free (MrRefusedEntry *self);

/**
 * MrTill:
 *
 * The till: opens its folder, puts its parts together, keeps them told. Main thread; its main context
 * is the default one at the time it is made.
 *
 * Signals:
 *   status-changed (): at most some times a second
 */
#define MR_TYPE_TILL (mr_till_get_type ())
G_DECLARE_FINAL_TYPE (MrTill, mr_till, MR, TILL, GObject)

/* Blocks for the milliseconds that opening takes. */
MrTill *mr_till_new (const MrTillConfig *config, GError **error);
/* Ends sync and store in order, everything given to them done. dispose does the same. */
void mr_till_stop (MrTill *self);

MrSession *mr_till_get_session (MrTill *self);
MrShelf *mr_till_get_shelf (MrTill *self);
MrCheckout *mr_till_get_checkout (MrTill *self);
MrKeypad *mr_till_get_keypad (MrTill *self);
MrShiftDesk *mr_till_get_shift_desk (MrTill *self);
MrBackupDesk *mr_till_get_backup_desk (MrTill *self);
MrScannerDesk *mr_till_get_scanner_desk (MrTill *self);
MrDisplayDesk *mr_till_get_display_desk (MrTill *self);
MrSpooler *mr_till_get_spooler (MrTill *self);
MrScaleDesk *mr_till_get_scale_desk (MrTill *self);
MrNeeds *mr_till_get_needs (MrTill *self);
MrSettings *mr_till_get_settings (MrTill *self);
const MrWorld *mr_till_get_world (MrTill *self);
/* The shop's, or the system's until it is known. (transfer none) */
GTimeZone *mr_till_get_time_zone (MrTill *self);

/* Strings in @status are borrowed until the next "status-changed". */
void mr_till_get_status (MrTill *self, MrTillStatus *status);
/* Whether @error came of the disk: what was to be saved is not saved yet, and may be tried again. */
gboolean mr_till_is_disk_error (const GError *error, gboolean *is_full);
gboolean mr_till_is_enrolled (MrTill *self);
/* Asks the center, then writes it down; sync begins by itself. */
void mr_till_enrol_async (MrTill *self, const char *center_url, const char *code, const char *name,
                          GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_till_enrol_finish (MrTill *self, GAsyncResult *result, GError **error);
/* From a backup file this computer becomes the till it is of: checked and made ready at once, in its place when the
 * till is opened next. MR_JOURNAL_ERROR as of mr_journal_restore(), G_IO_ERROR when it cannot be read. */
void mr_till_restore_async (MrTill *self, const char *path, GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean mr_till_restore_finish (MrTill *self, GAsyncResult *result, GError **error);
/* The newest backup on a stick that is plugged in. (nullable) (transfer full) */
char *mr_till_find_backup (MrTill *self);
/* The center has moved: from now on it is asked there; who this till is stays. FALSE: that is no address. */
gboolean mr_till_follow_center (MrTill *self, const char *center_url, GError **error);
/* Whoever runs the shop knows of the fork; from others it is not taken. */
void mr_till_forget_fork (MrTill *self);
/* Whoever runs the shop knows of a need that nobody else can settle (MrNeedFacts.what): it leaves the list, at every
 * till of the shop where it was on theirs. From others it is not taken. */
void mr_till_put_away (MrTill *self, const char *what, const char *subject, gint64 at_us);
/* Looks for news and sends what waits, now. */
void mr_till_sync_now (MrTill *self);

/* Entries of the shop's tills that the center could not book and that wait for a person, as last heard;
 * oldest first. (element-type MrRefusedEntry) (transfer full) */
GPtrArray *mr_till_list_refused (MrTill *self);

/* Newest first. (element-type MrReceiptSummary) (transfer full) */
GPtrArray *mr_till_list_receipts (MrTill *self, guint max);
/* Of all tills of the shop: those whose number holds @typed, or the one whose QR code says so; "" = the newest.
 * Other tills' go back 90 days. Newest first. (element-type MrReceiptSummary) (transfer full) */
GPtrArray *mr_till_find_receipts (MrTill *self, const char *typed, guint max);
/* The paper of a sale, an X or a Z, for the preview; @copy as it would be marked. (transfer full) */
MrReceipt *mr_till_load_receipt (MrTill *self, MrId entry_id, guint copy, GError **error);

/* The price list for the shop's label scale (till/label-list.h) as it would be written now. Some milliseconds.
 * (transfer full) */
MrLabelList *mr_till_dup_label_list (MrTill *self);
/* Writes it as MR_LABEL_LIST_FILE to where MR_SETTING_LABEL_FOLDER says, in the place of an earlier one, and remembers
 * when. Nothing is written when no good is fit for it: its path is then "". NULL with G_IO_ERROR_NOT_FOUND: no stick is
 * plugged in; with G_FILE_ERROR: the folder does not take it. An earlier file is then as it was. (transfer full) */
void mr_till_write_label_list_async (MrTill *self, GAsyncReadyCallback callback,
                                     gpointer user_data);
MrLabelList *mr_till_write_label_list_finish (MrTill *self, GAsyncResult *result, GError **error);

/* Called each minute by the till itself where a main loop runs; a simulator calls it. */
void mr_till_tick (MrTill *self);
/* (nullable): NULL without a network. Whoever drives it by hand asks for it. */
struct _MrSync *mr_till_get_sync (MrTill *self);

const char *mr_link_to_string (MrLink link); /* "not-enrolled", "offline", "online", … */

G_END_DECLS
