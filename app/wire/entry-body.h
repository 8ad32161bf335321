/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"
#include "model/shift.h"

G_BEGIN_DECLS

/* The body of each kind of entry: from the model to JSON text when the till commits, and back when
 * the center applies it or a till rebuilds its own tables. Schema 1 of each kind; golden bodies of every
 * released kind are in tests/data/wire. */

#define MR_KIND_SALE "sale"
#define MR_KIND_SALE_VOIDED "sale-voided"       /* a whole basket given up */
#define MR_KIND_SHIFT_OPENED "shift-opened"
#define MR_KIND_SHIFT_CLOSED "shift-closed"     /* the Z: sums, count, variance, signature */
#define MR_KIND_SHIFT_READ "shift-read"         /* the X */
#define MR_KIND_SIGNED_IN "signed-in"
#define MR_KIND_SIGNED_OUT "signed-out"
#define MR_KIND_SIGN_IN_REFUSED "sign-in-refused"
#define MR_KIND_BASKET_HELD "basket-held"
#define MR_KIND_BASKET_RECALLED "basket-recalled"
#define MR_KIND_LINE_REMOVED "line-removed"     /* one of the owner's exceptions */
#define MR_KIND_DRAWER_OPENED "drawer-opened"   /* no-sale */
#define MR_KIND_CASH_MOVED "cash-moved"         /* into or out of the drawer, with a reason */
#define MR_KIND_REPRINTED "reprinted"
#define MR_KIND_SETTING_CHANGED "setting-changed"
#define MR_KIND_CLOCK_JUMPED "clock-jumped"
#define MR_KIND_STAFF_ADDED "staff-added"       /* at the till, by its owner */

/* What every body carries beside its own fields. */
typedef struct
{
  char business_date[11]; /* "2026-05-28" in the shop's time zone */
  char currency[4];
  gint64 shift_number; /* 0 = none open */
  gint64 staff_number; /* 0 = nobody signed in */
} MrEntryContext;

/* What a sale's entry says beyond the sale. */
typedef struct
{
  gint64 receipt_number;
  char receipt_label[32]; /* as printed: "2A-000123" */
  gint64 catalog_v;       /* the catalog it was sold from */
} MrSaleFacts;

char *mr_sale_body_write (const MrSale *sale, const MrEntryContext *context,
                          const MrSaleFacts *facts);
/* @context and @facts are filled in when not NULL. */
MrSale *mr_sale_body_read (const char *body, MrEntryContext *context, MrSaleFacts *facts,
                           GError **error);

/* The basket as kept between restarts: the same shape without facts. */
char *mr_basket_write (const MrSale *sale);
MrSale *mr_basket_read (const char *body, GError **error);

/* Shift sums: the body of shift-opened, shift-read and shift-closed, and the shift table's JSON. */
char *mr_shift_body_write (const MrShift *shift, const MrEntryContext *context,
                           const char *signature_base64); /* (nullable) */
MrShift *mr_shift_body_read (const char *body, MrEntryContext *context, GError **error);

/* The small kinds: text and integer fields by name, in this order: name, 's' or 'i', value, …, NULL. */
char *mr_note_body_write (const MrEntryContext *context, ...) G_GNUC_NULL_TERMINATED;

/* Reads only the context of any body. */
gboolean mr_entry_context_read (const char *body, MrEntryContext *context, GError **error);

G_END_DECLS
