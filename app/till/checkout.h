/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"
#include "till/basket-line.h"
#include "till/question.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MR_CHECKOUT_SELLING, /* lines come and go; the basket may be empty */
  MR_CHECKOUT_PAYING, /* the pay screen: tenders are taken */
  MR_CHECKOUT_SAVING, /* paid in full, on its way to the disk: some milliseconds */
  MR_CHECKOUT_CHANGE, /* done; the change stands large until the next scan starts the next sale */
} MrCheckoutState;

#define MR_CHECKOUT_ERROR (mr_checkout_error_quark ())
GQuark mr_checkout_error_quark (void);
typedef enum
{
  MR_CHECKOUT_ERROR_EMPTY, /* there is nothing in the basket */
  MR_CHECKOUT_ERROR_BUSY, /* the sale is being saved, or was paid in part */
  MR_CHECKOUT_ERROR_NOT_SIGNED_IN, /* sign in first */
  MR_CHECKOUT_ERROR_FORBIDDEN, /* this person may not */
  MR_CHECKOUT_ERROR_NO_SHIFT, /* open a shift first (staffed shops) */
  MR_CHECKOUT_ERROR_TOO_MUCH, /* only cash may exceed what is due */
  MR_CHECKOUT_ERROR_MISSING, /* no such line, question or held basket */
  MR_CHECKOUT_ERROR_NOTHING, /* nothing to undo, to take back, to recall */
  MR_CHECKOUT_ERROR_TAKEN, /* another till has it */
  MR_CHECKOUT_ERROR_OFFLINE, /* the center cannot be asked, and the shop wants it to be */
  MR_CHECKOUT_ERROR_RETURNED, /* so much of it is not left to come back: it was returned, here or elsewhere */
  MR_CHECKOUT_ERROR_OLD, /* the receipt is older than the shop's tills know */
  MR_CHECKOUT_ERROR_PAID_OUT, /* no more is paid out than what is due */
  MR_CHECKOUT_ERROR_GIVING_BACK, /* a basket in which goods are given back is not put aside */
} MrCheckoutError;
/* Besides: MR_SALE_ERROR (out of range, …) and MR_DB_ERROR (the disk). */

typedef enum
{
  MR_SCAN_ADDED,
  MR_SCAN_UNKNOWN, /* a question waits */
  MR_SCAN_NO_PRICE, /* a question waits */
  MR_SCAN_SEVERAL, /* a question waits */
  MR_SCAN_WEIGHT, /* a question waits, for the scale to settle or a weight to be typed */
  MR_SCAN_LATE, /* part was paid already: a question waits */
  MR_SCAN_BAD, /* not a code at all: empty, too long, control characters */
  MR_SCAN_FULL, /* no more lines fit, or the sums would leave their range */
  MR_SCAN_FORBIDDEN, /* nobody is signed in who may sell */
  MR_SCAN_SAVED, /* the sale before is just being saved: lands in the next one by itself */
} MrScanResult;

/**
 * MrCheckout:
 *
 * The sale at hand, without a screen: what is scanned, weighed, counted, taken off, held, paid. It is a
 * GListModel of MrBasketLine, the live lines, newest last. Nothing here waits: a sale is given to the store
 * and awaited, scans in the meantime land in the next sale, questions wait beside the basket. After
 * each change the open basket is kept on disk, and it is there again after a restart. Main thread.
 *
 * Prices are fixed when a line enters. Discounts, price changes, removals and voids obey the session
 * (MR_CHECKOUT_ERROR_FORBIDDEN).
 *
 * Signals:
 *   changed (): totals, state, customer's due: look at everything but the lines again
 *   line-changed (guint position): this line is the newest now: mark it, flash it
 *   scanned (const char *code, int result (MrScanResult)): of each scan, for sounds and bars
 *   held-changed (): look at the held baskets again
 *   completed (const char *receipt_label): a sale is safely in the journal
 */
#define MR_TYPE_CHECKOUT (mr_checkout_get_type ())
G_DECLARE_FINAL_TYPE (MrCheckout, mr_checkout, MR, CHECKOUT, GObject)

MrCheckoutState mr_checkout_get_state (MrCheckout *self);
/* Borrowed until the next change. In SELLING and PAYING of the open sale, in SAVING and CHANGE of the
 * one just paid. */
const MrTotals *mr_checkout_get_totals (MrCheckout *self);
gint64 mr_checkout_get_sale_discount_minor (MrCheckout *self);
const char *mr_checkout_get_currency (MrCheckout *self); /* ISO 4217 */
guint mr_checkout_get_digits (MrCheckout *self); /* decimals of the minor unit */
/* Nothing in the basket (in CHANGE: TRUE). */
gboolean mr_checkout_is_empty (MrCheckout *self);
/* Position of the newest line in the list; G_MAXUINT = none. */
guint mr_checkout_get_newest (MrCheckout *self);

/* --- putting in --- */
/* Takes what a scanner read or a person typed. Never waits, never asks: what cannot be decided becomes
 * a question. The pending quantity, if any, goes with it. In PAYING with nothing given yet it goes
 * back to SELLING; in CHANGE it starts the next sale. */
MrScanResult mr_checkout_scan (MrCheckout *self, const char *code);
/* From a tile or the search. */
MrScanResult mr_checkout_add_good (MrCheckout *self, MrGood *good);
/* Price-only sale: @price_minor under @category_id (0 = none); @name NULL = the category's. */
MrScanResult mr_checkout_add_amount (MrCheckout *self, gint64 category_id, const char *name,
                                     gint64 price_minor);
/* "6 *" before a scan: the next good comes six times. 0 = none pending. */
void mr_checkout_set_pending_quantity (MrCheckout *self, gint64 quantity_milli);
gint64 mr_checkout_get_pending_quantity (MrCheckout *self);

/* What was scanned and needs a person. (element-type MrQuestion) (transfer none) */
GListModel *mr_checkout_get_questions (MrCheckout *self);
/* UNKNOWN: @price_minor sells it by price under its code. NO_PRICE: @price_minor. SEVERAL: @pack_id of the
 * chosen candidate. WHILE_PAYING: neither; it goes into the basket if nothing stands paid. What a
 * question does not need is −1 (price) and 0 (pack). */
gboolean mr_checkout_answer (MrCheckout *self, guint question_id, gint64 price_minor,
                             gint64 pack_id, GError **error);
/* WEIGHT: @quantity_milli of the unit the good is sold by, as typed. One that waits alone is answered by the scale
 * itself as soon as a weight lies on it. */
gboolean mr_checkout_answer_weight (MrCheckout *self, guint question_id, gint64 quantity_milli,
                                    GError **error);
/* WEIGHT: with what lies on the scale (NOTHING when that cannot be taken). */
gboolean mr_checkout_take_weight (MrCheckout *self, guint question_id, GError **error);
void mr_checkout_dismiss (MrCheckout *self, guint question_id);

/* --- changing lines; @number 0 = the newest --- */
gboolean mr_checkout_set_quantity (MrCheckout *self, guint number, gint64 quantity_milli,
                                   GError **error);
/* "+" and "−": by one; down from one removes the line. */
gboolean mr_checkout_step_quantity (MrCheckout *self, guint number, int step, GError **error);
gboolean mr_checkout_set_price (MrCheckout *self, guint number, gint64 price_minor, GError **error);
gboolean mr_checkout_set_line_discount (MrCheckout *self, guint number, gint64 discount_minor,
                                        GError **error);
/* Thousandths of the line's gross sum: 100 = 10 % off. */
gboolean mr_checkout_set_line_discount_permille (MrCheckout *self, guint number, guint permille,
                                                 GError **error);
/* On the whole sale; 0 takes it off again. */
gboolean mr_checkout_set_sale_discount (MrCheckout *self, gint64 discount_minor, GError **error);
/* Journalled; mr_checkout_undo() takes it back until the next sale, but not a line that is given back. */
gboolean mr_checkout_remove (MrCheckout *self, guint number, GError **error);
gboolean mr_checkout_can_undo (MrCheckout *self);
gboolean mr_checkout_undo (MrCheckout *self, GError **error);

/* --- hold and recall --- */
/* @label NULL = made from the time and the first good. */
void mr_checkout_hold_async (MrCheckout *self, const char *label, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean mr_checkout_hold_finish (MrCheckout *self, GAsyncResult *result, GError **error);
/* The held baskets of all tills of the shop, as far as the shop's feed tells. */
typedef struct
{
  MrId hold; /* the entry that held it; MR_ID_NONE: an earlier version did */
  gint64 slot; /* where this till keeps it; 0: another till does */
  char *label; /* (owned) */
  char *till_name; /* (owned) of the other till; "" = this one */
  char *staff_name; /* (owned) who put it aside; "" = not known */
  gint64 held_at_us;
  guint n_lines;
  gint64 total_minor;
} MrHeld;
void mr_held_free (MrHeld *self);
GPtrArray *
mr_checkout_list_held (MrCheckout *self); /* oldest first (element-type MrHeld) (transfer full) */
/* An open basket that is not empty is held first. Where several tills sell, the center is asked first whether
 * another one has taken it (TAKEN); lines may come and go meanwhile. When it does not answer, a basket of this
 * till's own may be recalled up to the shop's setting "offline_recall" (minor units; none = any), others
 * may not (OFFLINE). */
void mr_checkout_recall_held_async (MrCheckout *self, MrId hold, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* The same by the slot this till keeps it in. */
void mr_checkout_recall_async (MrCheckout *self, gint64 slot, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mr_checkout_recall_finish (MrCheckout *self, GAsyncResult *result, GError **error);
/* Gives a held basket up, by @slot, or where that is 0 by @hold: asks as recalling does, but without an answer any of
 * this till's own may go. @reason "" where the shop does not ask. The basket at hand stays as it is. */
void mr_checkout_drop_held_async (MrCheckout *self, MrId hold, gint64 slot, const char *reason,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_checkout_drop_held_finish (MrCheckout *self, GAsyncResult *result, GError **error);
/* Gives the whole basket up (整单取消); @reason "" where the shop does not ask. */
void mr_checkout_void_async (MrCheckout *self, const char *reason, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean mr_checkout_void_finish (MrCheckout *self, GAsyncResult *result, GError **error);

/* --- goods that come back --- */
/* A line of a receipt, and how much of it may still come back, as far as this till knows of all tills of the shop; what
 * is given back in the open basket does not count as left. */
typedef struct
{
  guint line; /* its number in that sale */
  MrGood *good; /* (owned) */
  gint64 sold_milli;
  gint64 left_milli; /* ≥ 0 */
  gint64 paid_minor; /* for all of the line, taxes on top too */
} MrReturnable;
void mr_returnable_free (MrReturnable *self);
/* The lines sold on a receipt of any till of the shop (MISSING, OLD). (element-type MrReturnable) (transfer full) */
GPtrArray *mr_checkout_list_returnable (MrCheckout *self, MrId receipt, GError **error);
/* Puts a line that gives @quantity_milli back into the basket, with its part of the price, the discounts and the tax of
 * then. RETURNED when so much is not left. Where several tills sell, the center is asked first; when it does
 * not answer, up to the shop's setting "offline_return" (minor units a basket; none = any) may be given back,
 * else OFFLINE. @reason "" where the shop does not ask. */
void mr_checkout_return_async (MrCheckout *self, MrId receipt, guint line, gint64 quantity_milli,
                               const char *reason, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mr_checkout_return_finish (MrCheckout *self, GAsyncResult *result, GError **error);

/* --- paying --- */
gboolean mr_checkout_begin_payment (MrCheckout *self, GError **error);
/* Back to SELLING while nothing was given (MR_CHECKOUT_ERROR_BUSY otherwise). */
gboolean mr_checkout_leave_payment (MrCheckout *self, GError **error);

typedef struct
{
  gboolean complete; /* FALSE: more is due */
  gint64 total_minor;
  gint64 due_minor;
  gint64 change_minor; /* cash to hand back */
  gint64 cash_out_minor; /* cash paid out, of a total below zero; ≥ 0 */
  gint64 rounding_minor; /* of cash */
  char receipt_label[32]; /* "" until complete */
  MrId entry_id;
} MrPaymentResult;
/* @amount_minor −1 = all that is due (cash: rounded). When money is due to the customer it is what is paid out. Completes by itself when covered: the answer
 * comes after the sale is on the disk; the drawer opens when cash was in it. Begins the payment
 * if need be. An error of the disk leaves the sale in PAYING, whole, without this tender. */
void mr_checkout_pay_async (MrCheckout *self, MrTenderKind kind, gint64 amount_minor,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean mr_checkout_pay_finish (MrCheckout *self, GAsyncResult *result, MrPaymentResult *payment,
                                 GError **error);
/* A sale whose total is 0 is completed without a tender. */
void mr_checkout_complete_async (MrCheckout *self, GAsyncReadyCallback callback,
                                 gpointer user_data);
#define mr_checkout_complete_finish mr_checkout_pay_finish
gboolean mr_checkout_take_back_tender (MrCheckout *self, GError **error);
guint mr_checkout_get_n_tenders (MrCheckout *self);
const MrTender *mr_checkout_get_tender (MrCheckout *self, guint index);
/* Still due; if all of it were paid in cash. */
gint64 mr_checkout_get_cash_due_minor (MrCheckout *self);
/* For the quick cash tiles: exact first. Returns how many were filled. */
gsize mr_checkout_get_quick_sums (MrCheckout *self, gint64 *sums_minor, gsize n);
/* More than the total and twice the largest note: ask once before mr_checkout_pay_async(). */
gboolean mr_checkout_is_doubtful_cash (MrCheckout *self, gint64 amount_minor);

/* Of the sale just paid, in CHANGE. */
const MrPaymentResult *mr_checkout_get_last_payment (MrCheckout *self); /* (nullable) */
/* From CHANGE to an empty SELLING, as the next scan would. */
void mr_checkout_begin_next (MrCheckout *self);

const char *mr_checkout_state_to_string (MrCheckoutState state); /* "selling", "paying", … */
const char *mr_scan_result_to_string (MrScanResult result); /* "added", "unknown", … */

G_END_DECLS
