/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "console.h"

#include "store/store.h"
#include "sync/sync.h"
#include "till/parts.h"

void
console_put_int (Console *self, const char *name, gint64 value)
{
  json_builder_set_member_name (self->json, name);
  json_builder_add_int_value (self->json, value);
}

void
console_put_text (Console *self, const char *name, const char *value)
{
  json_builder_set_member_name (self->json, name);
  json_builder_add_string_value (self->json, value != NULL ? value : "");
}

void
console_put_boolean (Console *self, const char *name, gboolean value)
{
  json_builder_set_member_name (self->json, name);
  json_builder_add_boolean_value (self->json, value);
}

void
console_put_quantity (Console *self, const char *name, gint64 quantity_milli)
{
  g_autofree char *text = mr_quantity_format (quantity_milli);

  console_put_text (self, name, text);
}

void
console_put_id (Console *self, const char *name, MrId id)
{
  char text[MR_ID_STRING_SIZE];

  console_put_text (self, name, mr_id_format (id, text));
}

void
console_begin_array (Console *self, const char *name)
{
  json_builder_set_member_name (self->json, name);
  json_builder_begin_array (self->json);
}

void
console_begin_object (Console *self, const char *name)
{
  json_builder_set_member_name (self->json, name);
  json_builder_begin_object (self->json);
}

typedef struct
{
  int code;
  const char *name;
} Code;

static const Code checkout_codes[] = {
  { MR_CHECKOUT_ERROR_EMPTY, "empty" },
  { MR_CHECKOUT_ERROR_BUSY, "busy" },
  { MR_CHECKOUT_ERROR_NOT_SIGNED_IN, "not-signed-in" },
  { MR_CHECKOUT_ERROR_FORBIDDEN, "forbidden" },
  { MR_CHECKOUT_ERROR_NO_SHIFT, "no-shift" },
  { MR_CHECKOUT_ERROR_TOO_MUCH, "too-much" },
  { MR_CHECKOUT_ERROR_MISSING, "missing" },
  { MR_CHECKOUT_ERROR_NOTHING, "nothing" },
  { MR_CHECKOUT_ERROR_TAKEN, "taken" },
  { MR_CHECKOUT_ERROR_OFFLINE, "offline" },
  { MR_CHECKOUT_ERROR_RETURNED, "returned" },
  { MR_CHECKOUT_ERROR_OLD, "old" },
  { MR_CHECKOUT_ERROR_PAID_OUT, "paid-out" },
  { MR_CHECKOUT_ERROR_GIVING_BACK, "giving-back" },
  { 0, NULL },
};
static const Code session_codes[] = {
  { MR_SESSION_ERROR_WRONG, "wrong" },
  { MR_SESSION_ERROR_LOCKED, "locked" },
  { MR_SESSION_ERROR_UNKNOWN, "unknown-staff" },
  { 0, NULL },
};
static const Code sale_codes[] = {
  { MR_SALE_ERROR_STATE, "state" },     { MR_SALE_ERROR_RANGE, "range" },
  { MR_SALE_ERROR_NO_LINE, "missing" }, { MR_SALE_ERROR_NO_PRICE, "no-price" },
  { MR_SALE_ERROR_FULL, "full" },       { 0, NULL },
};
static const Code journal_codes[] = {
  { MR_JOURNAL_ERROR_BROKEN, "broken" },    { MR_JOURNAL_ERROR_NO_SHIFT, "no-shift" },
  { MR_JOURNAL_ERROR_SHIFT, "shift-open" }, { MR_JOURNAL_ERROR_DOUBLE, "double" },
  { MR_JOURNAL_ERROR_MISSING, "missing" },  { MR_JOURNAL_ERROR_BASKET, "basket-open" },
  { MR_JOURNAL_ERROR_REFUSED, "range" },    { 0, NULL },
};
static const Code sync_codes[] = {
  { MR_SYNC_ERROR_ADDRESS, "address" },
  { MR_SYNC_ERROR_UNREACHABLE, "unreachable" },
  { MR_SYNC_ERROR_REFUSED, "refused" },
  { MR_SYNC_ERROR_ANSWER, "no-center" },
  { 0, NULL },
};

static const char *
find_code (const Code *codes, int code, const char *fallback)
{
  for (; codes->name != NULL; codes++)
    {
      if (codes->code == code)
        return codes->name;
    }
  return fallback;
}

const char *
console_name_error (const GError *error)
{
  if (error->domain == MR_CHECKOUT_ERROR)
    return find_code (checkout_codes, error->code, "refused");
  if (error->domain == MR_SESSION_ERROR)
    return find_code (session_codes, error->code, "refused");
  if (error->domain == MR_SALE_ERROR)
    return find_code (sale_codes, error->code, "refused");
  if (error->domain == MR_JOURNAL_ERROR)
    return find_code (journal_codes, error->code, "refused");
  if (error->domain == MR_SYNC_ERROR)
    return find_code (sync_codes, error->code, "refused");
  if (error->domain == MR_MONEY_ERROR)
    return "not-a-number";
  if (error->domain == G_IO_ERROR)
    return "refused";
  return "disk";
}

void
console_refuse (Console *self, const char *code, const char *message)
{
  g_clear_error (&self->error);
  self->refusal = code;
  self->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, message);
}

static gboolean
wake_up (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
is_answered (Console *self)
{
  return self->done;
}

gboolean
console_is_kept (Console *self)
{
  return mr_checkout_is_kept (mr_till_get_checkout (self->till));
}

/* Lets the till work until @condition holds; FALSE after @timeout_ms (0 = never). */
gboolean
console_wait_for (Console *self, gboolean (*condition) (Console *), gint64 timeout_ms)
{
  gint64 end_us = g_get_monotonic_time () + timeout_ms * 1000;
  guint waker = g_timeout_add (5, wake_up, NULL);
  gboolean holds;

  while (!(holds = condition (self)) && (timeout_ms == 0 || g_get_monotonic_time () < end_us))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (waker);
  return holds;
}

void
console_wait_for_answer (Console *self)
{
  console_wait_for (self, is_answered, 0);
  self->done = FALSE;
}

void
console_put_basket (Console *self)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  const MrTotals *totals = mr_checkout_get_totals (checkout);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (checkout));

  console_put_text (self, "state", mr_checkout_state_to_string (mr_checkout_get_state (checkout)));
  console_begin_array (self, "lines");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MrBasketLine) line = g_list_model_get_item (G_LIST_MODEL (checkout), i);

      json_builder_begin_object (self->json);
      console_put_int (self, "line", mr_basket_line_get_number (line));
      console_put_text (self, "name", mr_basket_line_get_name (line));
      console_put_int (self, "good", mr_basket_line_get_good (line)->good_id);
      console_put_int (self, "pack", mr_basket_line_get_good (line)->pack_id);
      console_put_quantity (self, "quantity", mr_basket_line_get_quantity_milli (line));
      console_put_int (self, "price", mr_basket_line_get_unit_price_minor (line));
      console_put_int (self, "discount", mr_basket_line_get_discount_minor (line));
      console_put_int (self, "amount", mr_basket_line_get_amount_minor (line));
      json_builder_end_object (self->json);
    }
  json_builder_end_array (self->json);
  console_put_quantity (self, "pieces", totals->pieces_milli);
  console_put_int (self, "sale_discount", mr_checkout_get_sale_discount_minor (checkout));
  console_put_int (self, "tax", totals->tax_minor);
  console_put_int (self, "total", totals->total_minor);
  console_put_int (self, "due", totals->due_minor);
  console_put_int (self, "given", totals->given_minor);
  console_put_quantity (self, "pending", mr_checkout_get_pending_quantity (checkout));
  console_put_int (self, "questions",
                   g_list_model_get_n_items (mr_checkout_get_questions (checkout)));
}

void
console_put_shift (Console *self, const char *name, const MrShift *shift)
{
  if (shift == NULL)
    return;
  console_begin_object (self, name);
  console_put_int (self, "number", shift->number);
  console_put_text (self, "state", mr_shift_state_to_string (shift->state));
  console_put_int (self, "float", shift->float_minor);
  console_put_int (self, "sales", shift->sale_count);
  console_put_int (self, "gross", shift->gross_minor);
  console_put_int (self, "discount", shift->discount_minor);
  console_put_int (self, "tax", shift->tax_minor);
  console_put_int (self, "total", shift->total_minor);
  console_put_int (self, "rounding", shift->rounding_minor);
  console_put_int (self, "expected", mr_shift_get_expected_minor (shift));
  console_put_int (self, "grand_total", shift->grand_total_minor);
  if (shift->has_count)
    {
      console_put_int (self, "counted", shift->counted_minor);
      console_put_int (self, "variance", mr_shift_get_variance_minor (shift));
    }
  console_begin_object (self, "tenders");
  for (guint kind = 0; kind < MR_N_TENDERS; kind++)
    console_put_int (self, mr_tender_kind_to_string (kind), shift->tenders[kind].amount_minor);
  json_builder_end_object (self->json);
  json_builder_end_object (self->json);
}

static void
put_good (Console *self, const MrGood *good)
{
  gint64 on_hand_milli;

  json_builder_begin_object (self->json);
  console_put_int (self, "good", good->good_id);
  console_put_int (self, "pack", good->pack_id);
  console_put_text (self, "name", good->name);
  console_put_text (self, "barcode", good->barcode);
  console_put_text (self, "unit", good->unit);
  console_put_text (self, "category", good->category);
  console_put_int (self, "tax_ppm", good->tax.rate_ppm);
  if (good->has_price)
    console_put_int (self, "price", good->price_minor);
  if (mr_shelf_get_on_hand (mr_till_get_shelf (self->till), good->good_id, &on_hand_milli))
    console_put_quantity (self, "on_hand", on_hand_milli);
  json_builder_end_object (self->json);
}

void
console_put_goods (Console *self, GPtrArray *goods)
{
  console_begin_array (self, "goods");
  for (guint i = 0; i < goods->len; i++)
    put_good (self, g_ptr_array_index (goods, i));
  json_builder_end_array (self->json);
}

void
console_put_status (Console *self)
{
  MrTillStatus status;
  MrSession *session = mr_till_get_session (self->till);

  mr_till_get_status (self->till, &status);
  console_put_text (self, "link", mr_link_to_string (status.link));
  console_put_boolean (self, "enrolled", status.enrolled);
  console_put_boolean (self, "idle", status.idle);
  console_put_int (self, "waiting", status.waiting);
  console_put_int (self, "catalog_v", status.catalog_v);
  console_put_int (self, "snapshot_done", status.snapshot_done);
  console_put_int (self, "snapshot_total", status.snapshot_total);
  console_put_text (self, "problem", status.problem);
  console_put_boolean (self, "forked", status.forked);
  console_put_int (self, "damaged_n", status.damaged_n);
  console_put_int (self, "backup_at", status.backup_at_us);
  console_put_text (self, "backup_problem", status.backup_problem);
  console_put_boolean (self, "disk_trouble", status.disk_trouble);
  console_put_boolean (self, "disk_low", status.disk_low);
  console_put_text (self, "shop", status.shop_name);
  console_put_int (self, "till", status.till_number);
  console_put_text (self, "printer", mr_paper_state_to_string (status.paper));
  console_put_text (self, "printer_reason", status.paper_reason);
  console_put_int (self, "paper_waiting", status.paper_waiting);
  console_put_boolean (self, "simple", mr_session_is_simple (session));
  console_put_boolean (self, "signed_in", mr_session_is_signed_in (session));
  console_put_int (self, "staff", mr_session_get_staff_number (session));
  console_put_text (self, "role", mr_role_to_string (mr_session_get_role (session)));
}

gint64
console_parse_int (const char *text)
{
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}
