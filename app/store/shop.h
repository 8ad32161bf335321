/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/world.h"
#include "wire/message.h"

G_BEGIN_DECLS

/**
 * MrShop:
 *
 * shop.db: the replica of the shop's feed. The sync thread holds the one writer; others open readers.
 * Everything here can be deleted and comes again from the center.
 */
typedef struct _MrShop MrShop;

MrShop *mr_shop_open (const char *dir, gint64 now_us, GError **error);
MrShop *mr_shop_open_reader (const char *dir, GError **error);
/* Whether the writer has put a new file in the place of the one this reader has open, which it found damaged. */
gboolean mr_shop_is_replaced (MrShop *self);
void mr_shop_close (MrShop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MrShop, mr_shop_close)

/* Whether @error of any call of the store or the catalog says that a file failed under us, so that it has to be
 * opened again and looked at; a full disk and a row that does not fit do not. */
gboolean mr_shop_is_file_failure (const GError *error);
/* Whether it says that what stands in the rows is nonsense: they have to be fetched again. */
gboolean mr_shop_is_row_failure (const GError *error);

/* --- position --- */
gboolean mr_shop_get_cursor (MrShop *self, const char *feed, MrPosition *cursor, MrPosition *seen,
                             GError **error);
gboolean mr_shop_set_seen (MrShop *self, const char *feed, const MrPosition *seen, GError **error);
/* Adds one page of a feed to its stage. @replace: the stage will replace the whole replica. */
gboolean mr_shop_stage (MrShop *self, const char *feed, const MrFeedPage *page, gboolean replace,
                        GError **error);
/* Position the next page of @feed continues from: the stage's head, or else the cursor. */
gboolean mr_shop_get_stage_head (MrShop *self, const char *feed, MrPosition *head,
                                 gboolean *replace, gboolean *staged, GError **error);
/* Rows, cursor and mine in one transaction: the shop feed's stage becomes the replica. */
gboolean mr_shop_apply (MrShop *self, const GArray *mine, GError **error);
/* The staged rows of the region feed, for the catalog; (element-type MrFeedRow). */
GPtrArray *mr_shop_list_staged (MrShop *self, const char *feed, GError **error);
/* Of each table of the replica as it lies on the disk, to be compared with the center's; (element-type MrTableSum)
 * (transfer full). Looks the whole file through before: MR_DB_ERROR_CORRUPT when it is not whole. */
GArray *mr_shop_sum_tables (MrShop *self, GError **error);
gboolean mr_shop_clear_stage (MrShop *self, const char *feed, GError **error);

gboolean mr_shop_get_mine (MrShop *self, MrId writer, MrMine *mine); /* FALSE = nothing known */
/* What a push was answered; keeps waiting counts right between pulls. */
gboolean mr_shop_set_acked (MrShop *self, MrId writer, gint64 acked, const MrHash *h,
                            GError **error);

/* Base name of the current catalog file; NULL = none yet. */
char *mr_shop_dup_catalog (MrShop *self);
gboolean mr_shop_set_catalog (MrShop *self, const char *file, gint64 now_us, GError **error);

/* --- reading --- */
char *mr_shop_dup_setting (MrShop *self, const char *id); /* (nullable) */
gint64 mr_shop_get_setting_int (MrShop *self, const char *id, gint64 fallback);
typedef struct
{
  gint64 id;
  gint64 number;
  char *name; /* (owned) */
  char *role; /* (owned) "owner", "manager", "cashier" */
  char *pin_hash; /* (owned) "" = none */
  gboolean active;
} MrStaff;
void mr_staff_free (MrStaff *self);
GPtrArray *mr_shop_list_staff (MrShop *self, GError **error); /* active, by number */
MrStaff *mr_shop_find_staff (MrShop *self, gint64 number); /* (nullable) */
/* 0 = no such code. */
gint64 mr_shop_find_short_code (MrShop *self, const char *code);
typedef struct
{
  char *code; /* (owned) the digits that are typed */
  gint64 pack_id;
} MrShortCode;
void mr_short_code_free (MrShortCode *self);
/* Shortest first; of two rows with one code the one mr_shop_find_short_code() finds. (element-type MrShortCode)
 * (transfer full) */
GPtrArray *mr_shop_list_short_codes (MrShop *self, GError **error);
/* The shop's own price of @pack_id in force at @now_us; FALSE = none. */
gboolean mr_shop_get_price (MrShop *self, gint64 pack_id, gint64 now_us, gint64 *amount_minor,
                            gint64 *price_id, gint64 *version);
/* The packs the shop has a price of its own for, now or later: of all others mr_shop_get_price() need not
 * be asked. A set of gint64; (transfer full) (element-type gint64). */
GHashTable *mr_shop_list_priced_packs (MrShop *self);
typedef struct
{
  gint64 pack_id;
  char *page; /* (owned) */
  gint64 place;
} MrTile;
void mr_tile_free (MrTile *self);
GPtrArray *mr_shop_list_tiles (MrShop *self, GError **error); /* by page and place */
gboolean mr_shop_get_level (MrShop *self, gint64 good_id, gint64 *quantity_milli);
/* The level and what of this till's chains it includes, of one position of the replica: @known FALSE = the
 * center has never said anything of this good, @quantity_milli is 0 then. (element-type MrMine) with writer and
 * applied only; (transfer full), NULL = the replica cannot be read. */
GArray *mr_shop_read_level (MrShop *self, gint64 good_id, gint64 *quantity_milli, gboolean *known);

/* An entry of one of the shop's tills that the center could not book: it waits for a person. */
typedef struct
{
  MrId entry_id; /* MR_ID_NONE when it cannot be read */
  char *
      cause; /* (owned) a word: "unreadable", "currency", "unfinished", "sums", "too-large", "stock", "books", "revoked", "other", or one of a later version */
  gint64 till_number;
  char *kind; /* (owned) */
  gint64 at_us;
  char *label; /* (owned) receipt number, "" where there is none */
  gint64 amount_minor; /* 0 where there is none */
  char *reason; /* (owned) the center's sentence, in English */
} MrWaiting;
void mr_waiting_free (MrWaiting *self);
/* Oldest first. (element-type MrWaiting) (transfer full) */
GPtrArray *mr_shop_list_waiting (MrShop *self, GError **error);
/* --- what the tills of the shop share --- */
/* Tills that may sell. */
guint mr_shop_count_tills (MrShop *self);
typedef struct
{
  MrId hold; /* the entry that held it */
  char *till; /* (owned) id of the till it was put aside at */
  char *till_name; /* (owned) "" when the replica does not know that till */
  char *staff_name; /* (owned) "" = nobody it knows */
  char *label; /* (owned) */
  gint64 held_at_us;
  gint64 n_lines;
  gint64 total_minor;
  char *basket; /* (owned) JSON of the sale; "" once taken */
  gboolean taken;
} MrSharedBasket;
void mr_shared_basket_free (MrSharedBasket *self);
/* Oldest first, those just taken too. (element-type MrSharedBasket) */
GPtrArray *mr_shop_list_held (MrShop *self, GError **error);
typedef struct
{
  MrId entry_id; /* of its sale */
  char *till; /* (owned) id of the till that printed it */
  char *till_name; /* (owned) "" when the replica does not know that till */
  char *label; /* (owned) as printed */
  gint64 at_us;
  gint64 total_minor;
} MrSharedReceipt;
void mr_shared_receipt_free (MrSharedReceipt *self);
/* Receipts of 90 days of all tills of the shop, newest first: those whose number holds @typed, or the one of
 * whose entry it is the id; "" = all. (element-type MrSharedReceipt) */
GPtrArray *mr_shop_find_receipts (MrShop *self, const char *typed, guint max, GError **error);
/* Its sale's entry: id, kind, at and body. (nullable): the replica does not know it. */
MrEntry *mr_shop_load_receipt (MrShop *self, MrId entry_id);
/* Adds what has come back of that sale's lines, as far as the center knows, to @returned ((element-type
 * MrReturned)). What of this till's chains is in it, as with mr_shop_read_level(). */
GArray *mr_shop_read_returned (MrShop *self, MrId entry_id, GArray *returned);
typedef struct
{
  char *
      kind; /* (owned) of claim, MR_CLAIM_HELD, …; "number": a receipt number two computers printed */
  char *subject; /* (owned) of claim; the number */
  char *label; /* (owned) what people call it */
  gint64 amount; /* times too often, or thousandths too many */
  gint64 at_us;
} MrTakenTwice;
void mr_taken_twice_free (MrTakenTwice *self);
/* What two tills took, or printed, though there was but one of it, newest first. (element-type MrTakenTwice) */
GPtrArray *mr_shop_list_taken_twice (MrShop *self, GError **error);

G_END_DECLS
