/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "till/ground.h"
#include "till/receipt.h"

G_BEGIN_DECLS

/* The paper of what is in the journal: a sale, an X, a Z. Made from the entry's own body, so a copy
 * says years later what the original said. Private to this folder.
 * MR_JOURNAL_ERROR_MISSING when there is no such entry, or nothing to print of it. (transfer full) */
MrReceipt *mr_receipt_load (MrGround *ground, MrId entry_id, guint copy, GError **error);

/* The entry behind a paper: of this till's journal, or a receipt of another till of the shop. (transfer full) */
MrEntry *mr_receipt_find_entry (MrGround *ground, MrId entry_id, GError **error);

/* What has come back of the lines of the sale @entry_id, as far as the shop's tills have told, and what of this till's
 * own the center has not booked yet. (element-type MrReturned) (transfer full) NULL: the journal cannot be read */
GArray *mr_receipt_read_returned (MrGround *ground, MrId entry_id, GError **error);

/* The shop's part of the facts; strings live as long as @facts' holder does. */
typedef struct
{
  MrReceiptFacts facts;
  char *shop_name; /* (owned) */
  char *header; /* (owned) */
  char *footer; /* (owned) */
  char *till; /* (owned) */
  char *staff; /* (owned) */
} MrShopFacts;
void mr_shop_facts_init (MrShopFacts *self, MrGround *ground, gint64 staff_number);
void mr_shop_facts_clear (MrShopFacts *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MrShopFacts, mr_shop_facts_clear)

G_END_DECLS
