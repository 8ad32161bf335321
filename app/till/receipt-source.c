/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/receipt-source.h"

#include <string.h>

static char *
dup_staff_name (MrGround *ground, gint64 staff_number)
{
  MrStaff *staff = ground->shop != NULL && staff_number != 0
                       ? mr_shop_find_staff (ground->shop, staff_number)
                       : NULL;
  char *name = g_strdup (staff != NULL ? staff->name : "");

  g_clear_pointer (&staff, mr_staff_free);
  return name;
}

void
mr_shop_facts_init (MrShopFacts *self, MrGround *ground, gint64 staff_number)
{
  char *till = mr_ground_dup_identity (ground, "till_number");

  memset (self, 0, sizeof *self);
  self->shop_name = mr_ground_dup_shop_name (ground);
  self->header = mr_ground_dup_shop_setting (ground, "receipt_header", "");
  self->footer = mr_ground_dup_shop_setting (ground, "receipt_footer", "");
  self->till = till != NULL ? till : g_strdup ("1");
  self->staff = dup_staff_name (ground, staff_number);
  self->facts.shop_name = self->shop_name;
  self->facts.header = self->header;
  self->facts.footer = self->footer;
  self->facts.till = self->till;
  self->facts.staff = self->staff;
  self->facts.label = "";
  self->facts.time_zone = ground->time_zone;
  self->facts.currency = ground->currency;
  self->facts.printed_at_us = mr_ground_get_now_us (ground);
  self->facts.at_us = self->facts.printed_at_us;
}

void
mr_shop_facts_clear (MrShopFacts *self)
{
  g_free (self->shop_name);
  g_free (self->header);
  g_free (self->footer);
  g_free (self->till);
  g_free (self->staff);
}

GArray *
mr_receipt_read_returned (MrGround *ground, MrId entry_id, GError **error)
{
  g_autoptr (GArray) returned = g_array_new (FALSE, TRUE, sizeof (MrReturned));
  g_autoptr (GArray) mine =
      ground->shop != NULL ? mr_shop_read_returned (ground->shop, entry_id, returned) : NULL;

  /* A replica that cannot be read says nothing, half of it neither. */
  if (mine == NULL)
    g_array_set_size (returned, 0);
  return mr_journal_add_returned (ground->journal, entry_id, mine, returned, error)
             ? g_steal_pointer (&returned)
             : NULL;
}

static MrReceipt *
load_sale (MrGround *ground, const MrEntry *entry, guint copy, GError **error)
{
  MrEntryContext context;
  MrSaleFacts sale_facts;
  g_autoptr (MrSale) sale = mr_sale_body_read (entry->body, &context, &sale_facts, error);
  g_autoptr (GArray) returned = NULL;
  g_auto (MrShopFacts) shop = { 0 };

  if (sale == NULL || (returned = mr_receipt_read_returned (ground, entry->id, error)) == NULL)
    return NULL;
  mr_shop_facts_init (&shop, ground, context.staff_number);
  shop.facts.label = sale_facts.receipt_label;
  shop.facts.returned = returned;
  shop.facts.entry_id = entry->id;
  shop.facts.at_us = entry->at_us;
  shop.facts.currency = context.currency;
  shop.facts.copy = copy;
  return mr_receipt_new_sale (sale, &shop.facts);
}

static MrReceipt *
load_report (MrGround *ground, const MrEntry *entry, MrReportKind kind, guint copy, GError **error)
{
  MrEntryContext context;
  g_autoptr (MrShift) shift = mr_shift_body_read (entry->body, &context, error);
  g_auto (MrShopFacts) shop = { 0 };

  if (shift == NULL)
    return NULL;
  mr_shop_facts_init (&shop, ground, context.staff_number);
  shop.facts.entry_id = entry->id;
  shop.facts.at_us = entry->at_us;
  shop.facts.currency = context.currency;
  shop.facts.copy = copy;
  return mr_receipt_new_report (shift, kind, &shop.facts);
}

MrEntry *
mr_receipt_find_entry (MrGround *ground, MrId entry_id, GError **error)
{
  g_autoptr (GError) local = NULL;
  MrEntry *entry = mr_journal_find (ground->journal, entry_id, &local);

  if (entry == NULL && ground->shop != NULL)
    entry = mr_shop_load_receipt (ground->shop, entry_id);
  if (entry == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return entry;
}

/* Of a receipt of another till; in the spool stands the entry that asked for the copy. */
static MrReceipt *
load_reprinted (MrGround *ground, const MrEntry *entry, guint copy, GError **error)
{
  g_autofree char *text = mr_note_body_dup_text (entry->body, "entry");
  MrId original;

  if (text != NULL && mr_id_parse (text, &original) && !mr_id_equal (original, entry->id))
    return mr_receipt_load (ground, original, copy, error);
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING, "this reprint names no receipt");
  return NULL;
}

MrReceipt *
mr_receipt_load (MrGround *ground, MrId entry_id, guint copy, GError **error)
{
  g_autoptr (MrEntry) entry = mr_receipt_find_entry (ground, entry_id, error);

  if (entry == NULL)
    return NULL;
  if (g_str_equal (entry->kind, MR_KIND_REPRINTED))
    return load_reprinted (ground, entry, copy, error);
  if (g_str_equal (entry->kind, MR_KIND_SALE))
    return load_sale (ground, entry, copy, error);
  if (g_str_equal (entry->kind, MR_KIND_SHIFT_READ))
    return load_report (ground, entry, MR_REPORT_X, copy, error);
  if (g_str_equal (entry->kind, MR_KIND_SHIFT_CLOSED))
    return load_report (ground, entry, MR_REPORT_Z, copy, error);
  g_set_error (error, MR_JOURNAL_ERROR, MR_JOURNAL_ERROR_MISSING,
               "an entry of kind '%s' has no paper", entry->kind);
  return NULL;
}
