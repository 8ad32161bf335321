/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/basket-line-private.h"
#include "till/parts.h"
#include "till/question-private.h"

G_BEGIN_DECLS

/* The checkout's inside, shared by its files: checkout.c (state and lines), checkout-scan.c
 * (what comes in), checkout-basket.c (keep, hold, void), checkout-recall.c, checkout-pay.c. */

struct _MrCheckout
{
  GObject parent_instance;

  MrGround *ground; /* (owned) */
  MrCheckoutState state;
  MrSale *sale; /* (owned): the open basket; in SAVING it is with the store */
  GPtrArray *lines; /* (owned) (element-type MrBasketLine): what the list shows */
  guint newest; /* number of the line that is marked, 0 = none */
  gint64 pending_quantity_milli;
  GArray *removed; /* (owned) (element-type guint): numbers, for undo */

  GListStore *questions; /* (owned) (element-type MrQuestion) */
  guint last_question;

  gboolean is_asking; /* the center is asked about a held basket or a return */
  gboolean is_moving; /* a hold, recall or void is with the store */
  GPtrArray *waiting; /* (owned): what was scanned or touched meanwhile */
  MrTotals paid_totals; /* of the sale just paid */
  gint64 paid_discount_minor;
  MrPaymentResult payment;
  gboolean has_payment;

  guint keep_source; /* an idle that will keep the basket */
  gboolean is_dirty; /* the basket is not on disk as it is */
  guint settle_source; /* soon: what was kept is made to outlive a power cut */
  guint n_keeping; /* keeps with the store */
  gboolean was_empty; /* an empty basket is on disk already */
};

/* --- checkout.c --- */
/* Starts an empty basket. */
void mr_checkout_start (MrCheckout *self);
/* Before the first line: a sale nobody has touched was begun with what was known then, maybe before the till
 * was enrolled or the shop changed its rounding. */
void mr_checkout_renew_untouched (MrCheckout *self);
/* Makes the list show the basket as it is, marks @newest (a line's number, 0 = as it was), tells
 * everybody and has the basket kept. */
void mr_checkout_show (MrCheckout *self, guint newest);
void mr_checkout_set_state (MrCheckout *self, MrCheckoutState state);
/* Whether lines may be changed; CHANGE ends, an untouched payment is left. */
gboolean mr_checkout_open_basket (MrCheckout *self, GError **error);
gboolean mr_checkout_check_may (MrCheckout *self, MrMay may, GError **error);
void mr_checkout_emit_changed (MrCheckout *self);
void mr_checkout_emit_scanned (MrCheckout *self, const char *code, MrScanResult result);
void mr_checkout_emit_held_changed (MrCheckout *self);
void mr_checkout_emit_completed (MrCheckout *self, const char *label);

/* --- checkout-scan.c --- */
/* For the array of what waits. */
GPtrArray *mr_checkout_new_waiting (void);
/* Whether a line of @good still fits into an entry. */
gboolean mr_checkout_has_room (MrCheckout *self, const MrGood *good);
/* Puts what had to wait into the basket. */
void mr_checkout_take_waiting (MrCheckout *self);
/* The sale is done: its questions go, those that came while paying stay. */
void mr_checkout_forget_questions (MrCheckout *self);

/* Puts a question beside the basket; the pending quantity goes with it. @good, @candidates: (nullable) */
void mr_checkout_ask (MrCheckout *self, MrQuestionKind kind, const char *code, MrGood *good,
                      GPtrArray *candidates);
/* (nullable) (transfer full); @position: (out): in the list */
MrQuestion *mr_checkout_find_question (MrCheckout *self, guint id, guint *position);
/* @price_minor −1 = the good's own. */
MrScanResult mr_checkout_add_line (MrCheckout *self, MrGood *good, gint64 quantity_milli,
                                   gint64 price_minor);

/* --- checkout-weigh.c --- */
/* Whether the scale, and nobody else, is to say how much of @good it is. */
gboolean mr_checkout_is_for_scale (MrCheckout *self, const MrGood *good);
/* With what lies on the scale, or a question. */
MrScanResult mr_checkout_put_weighed (MrCheckout *self, const char *code, MrGood *good);

/* --- checkout-return.c --- */
/* @line gives nothing back any more: it was removed, or (@all) its basket is given up. Others need not wait for the
 * claim to run out. */
void mr_checkout_release_return (MrCheckout *self, const MrLine *line, gboolean all);

/* --- checkout-basket.c --- */
/* GIVING_BACK unless the open basket may be put aside. */
gboolean mr_checkout_check_hold (MrCheckout *self, GError **error);
void mr_checkout_keep_soon (MrCheckout *self);
/* The store does it itself now (commit, hold, void). */
void mr_checkout_drop_keep (MrCheckout *self);
void mr_checkout_note_removed (MrCheckout *self, guint number);
void mr_checkout_restore (MrCheckout *self);
/* Takes the held basket, when it was settled that this till may. @claim: (nullable), key of the claim. */
void mr_checkout_take_held (MrCheckout *self, const MrHeld *held, const char *basket,
                            const char *claim, gboolean unclaimed, GAsyncReadyCallback callback,
                            gpointer user_data);

G_END_DECLS
