/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/sale.h"
#include "model/shift.h"

G_BEGIN_DECLS

/* The body of each kind of entry: from the model to JSON text when the till commits, and back when
 * the center applies it or a till rebuilds its own tables. Schema 1 of each kind, unless said otherwise;
 * golden bodies of every released kind are in tests/data/wire. */

#define MR_KIND_SALE "sale"
#define MR_KIND_SALE_VOIDED "sale-voided" /* a whole basket given up */
#define MR_KIND_SHIFT_OPENED "shift-opened"
#define MR_KIND_SHIFT_CLOSED "shift-closed" /* the Z: sums, count, variance, signature */
#define MR_KIND_SHIFT_READ "shift-read" /* the X */
#define MR_KIND_SIGNED_IN "signed-in"
#define MR_KIND_SIGNED_OUT "signed-out"
#define MR_KIND_SIGN_IN_REFUSED "sign-in-refused"
#define MR_KIND_BASKET_HELD "basket-held"
#define MR_KIND_BASKET_RECALLED "basket-recalled"
#define MR_KIND_BASKET_DROPPED \
  "basket-dropped" /* a held basket nobody wants, or another till took */
#define MR_KIND_LINE_REMOVED "line-removed" /* one of the owner's exceptions */
#define MR_KIND_DRAWER_OPENED "drawer-opened" /* no-sale */
#define MR_KIND_CASH_MOVED "cash-moved" /* into or out of the drawer, with a reason */
#define MR_KIND_REPRINTED "reprinted"
#define MR_KIND_SETTING_CHANGED "setting-changed"
#define MR_KIND_CLOCK_JUMPED "clock-jumped"
#define MR_KIND_FORKED \
  "forked" /* this chain goes on where "writer" and the center parted after entry "n" */
#define MR_KIND_DAMAGED \
  "damaged" /* what was left of entry "n" of "writer", found damaged before the center had it */
#define MR_KIND_TAKEN_OVER \
  "taken-over" /* this computer became the till; "last_shift": as the center knew it */
#define MR_KIND_STAFF_ADDED "staff-added" /* at the till, by its owner */
#define MR_KIND_PUT_AWAY \
  "put-away" /* news under "needs you" that somebody who runs the shop knows of */

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
  gint64 catalog_v; /* the catalog it was sold from */
} MrSaleFacts;

/* 2 with a line that is given back, which an older center would not understand; else 1. */
gint64 mr_sale_body_get_schema (const MrSale *sale);
/* @context NULL: a basket (mr_basket_write()); @facts NULL: a basket given up. */
char *mr_sale_body_write (const MrSale *sale, const MrEntryContext *context,
                          const MrSaleFacts *facts);
/* @context and @facts are filled in when not NULL. The sums are worked out anew and must be those
 * written: a body whose sums do not follow from its lines is MR_WIRE_ERROR_MESSAGE. What a receipt does
 * not show of a good (brand, category path) is "" in the sale read. */
MrSale *mr_sale_body_read (const char *body, MrEntryContext *context, MrSaleFacts *facts,
                           GError **error);

/* The basket as kept between restarts: the same shape without facts. */
char *mr_basket_write (const MrSale *sale);
MrSale *mr_basket_read (const char *body, GError **error);

/* Shift sums: the body of shift-opened, shift-read and shift-closed, and the shift table's JSON.
 * @context NULL: the table's. The signature, when there is one, stands last, so that what was signed is
 * the text without it. */
char *mr_shift_body_write (const MrShift *shift, const MrEntryContext *context, /* (nullable) */
                           const char *signature_base64); /* (nullable) */
/* @context is filled in when not NULL: it must be there then. */
MrShift *mr_shift_body_read (const char *body, MrEntryContext *context, GError **error);
/* The text that was signed, and in @signature_base64 its signature; NULL when @body has none. */
char *mr_shift_body_dup_signed (const char *body, char **signature_base64);

/* Adds what an entry of the open shift means for its sums; kinds that mean nothing are fine. FALSE: it does
 * not read, or a sum would leave its range. */
gboolean mr_shift_add_entry (MrShift *self, const char *kind, const char *body, GError **error);

/* A basket somebody gave up, the open one or a held one: a void of its shift. */
gboolean mr_entry_is_void (const char *kind, const char *body);

/* The small kinds: fields by name after the context, in this order: name, type, value, …, NULL. Types:
 * 's' const char *, 'i' gint64, 'j' const char * that is JSON already (a basket). Types are passed as int.
 * The names "date", "currency", "shift" and "staff" are the context's. */
char *mr_note_body_write (const MrEntryContext *context, ...) G_GNUC_NULL_TERMINATED;
/* One more text into a body that is being written: a comma, the name, the value. */
void mr_note_body_append (GString *out, const char *name, const char *value);
/* Fields of any body by name. NULL, or FALSE leaving @value alone: absent or of another type. */
char *mr_note_body_dup_text (const char *body, const char *name);
gboolean mr_note_body_get_int (const char *body, const char *name, gint64 *value)
    G_GNUC_WARN_UNUSED_RESULT;
/* An object or array below @name as JSON text: the basket of a 'j' field. */
char *mr_note_body_dup_json (const char *body, const char *name);

/* What the bodies of basket-held, -recalled and -dropped say. */
typedef struct
{
  MrId hold; /* the basket-held entry it is about; MR_ID_NONE: the entry itself, or not said */
  MrId sale; /* of the basket, or what it goes on as */
  char *label; /* (owned) "" when not said */
  char *basket; /* (owned) (nullable) JSON of the sale, of basket-held */
  guint n_lines; /* live ones */
  gint64 total_minor;
  gboolean unclaimed; /* the center could not be asked */
} MrHeldBody;
void mr_held_body_clear (MrHeldBody *self);
gboolean mr_held_body_read (const char *body, MrEntryContext *context, MrHeldBody *held,
                            GError **error);

/* Reads only the context of any body. */
gboolean mr_entry_context_read (const char *body, MrEntryContext *context, GError **error);

G_END_DECLS
