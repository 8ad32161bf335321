/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "console.h"

static void
put_scan (Console *self, MrScanResult result)
{
  if (result != MR_SCAN_ADDED && result != MR_SCAN_SAVED)
    console_refuse (self, mr_scan_result_to_string (result), "the scan did not become a line");
  console_put_basket (self);
}

void
console_scan (Console *self, char **words)
{
  put_scan (self,
            mr_checkout_scan (mr_till_get_checkout (self->till), words[1] != NULL ? words[1] : ""));
}

/* "amount PRICE [CATEGORY]": a price-only sale. */
void
console_amount (Console *self, char **words)
{
  put_scan (self, mr_checkout_add_amount (mr_till_get_checkout (self->till),
                                          words[1] != NULL ? console_parse_int (words[2]) : 0, NULL,
                                          words[1] != NULL ? console_parse_int (words[1]) : -1));
}

static gboolean
parse_quantity (Console *self, const char *text, gint64 *quantity_milli)
{
  return mr_quantity_parse (text != NULL ? text : "", quantity_milli, &self->error);
}

/* "quantity 3": the newest line; "quantity 2 3": line 2. */
void
console_quantity (Console *self, char **words)
{
  gboolean has_line = words[1] != NULL && words[2] != NULL;
  gint64 quantity_milli;

  if (parse_quantity (self, has_line ? words[2] : words[1], &quantity_milli))
    mr_checkout_set_quantity (mr_till_get_checkout (self->till),
                              has_line ? (guint) console_parse_int (words[1]) : 0, quantity_milli,
                              &self->error);
  console_put_basket (self);
}

void
console_times (Console *self, char **words)
{
  gint64 quantity_milli;

  if (parse_quantity (self, words[1], &quantity_milli))
    mr_checkout_set_pending_quantity (mr_till_get_checkout (self->till), quantity_milli);
  console_put_basket (self);
}

void
console_set_price (Console *self, char **words)
{
  mr_checkout_set_price (mr_till_get_checkout (self->till), (guint) console_parse_int (words[1]),
                         words[1] != NULL ? console_parse_int (words[2]) : 0, &self->error);
  console_put_basket (self);
}

/* "discount 200": on the sale; "discount 2 50": on line 2. */
void
console_discount (Console *self, char **words)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);

  if (words[1] != NULL && words[2] != NULL)
    mr_checkout_set_line_discount (checkout, (guint) console_parse_int (words[1]),
                                   console_parse_int (words[2]), &self->error);
  else
    mr_checkout_set_sale_discount (checkout, console_parse_int (words[1]), &self->error);
  console_put_basket (self);
}

void
console_remove_line (Console *self, char **words)
{
  mr_checkout_remove (mr_till_get_checkout (self->till), (guint) console_parse_int (words[1]),
                      &self->error);
  console_put_basket (self);
}

void
console_undo (Console *self, char **words)
{
  mr_checkout_undo (mr_till_get_checkout (self->till), &self->error);
  console_put_basket (self);
}

static void
on_basket_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_checkout_hold_finish (MR_CHECKOUT (source), result, &self->error);
  self->done = TRUE;
}

void
console_hold (Console *self, char **words)
{
  mr_checkout_hold_async (mr_till_get_checkout (self->till), words[1], on_basket_moved, self);
  console_wait_for_answer (self);
  console_put_basket (self);
}

void
console_recall (Console *self, char **words)
{
  mr_checkout_recall_async (mr_till_get_checkout (self->till), console_parse_int (words[1]),
                            on_basket_moved, self);
  console_wait_for_answer (self);
  console_put_basket (self);
}

void
console_drop_held (Console *self, char **words)
{
  gint64 slot = console_parse_int (words[1]);

  /* Slot 0 is the basket at hand. */
  mr_checkout_drop_held_async (mr_till_get_checkout (self->till), MR_ID_NONE, slot != 0 ? slot : -1,
                               words[2] != NULL ? words[2] : "", on_basket_moved, self);
  console_wait_for_answer (self);
  console_put_basket (self);
}

void
console_void_basket (Console *self, char **words)
{
  mr_checkout_void_async (mr_till_get_checkout (self->till), words[1], on_basket_moved, self);
  console_wait_for_answer (self);
  console_put_basket (self);
}

void
console_list_held (Console *self, char **words)
{
  g_autoptr (GPtrArray) held = mr_checkout_list_held (mr_till_get_checkout (self->till));

  console_begin_array (self, "held");
  for (guint i = 0; i < held->len; i++)
    {
      const MrHeld *basket = g_ptr_array_index (held, i);

      json_builder_begin_object (self->json);
      console_put_int (self, "slot", basket->slot);
      console_put_text (self, "label", basket->label);
      console_put_int (self, "lines", basket->n_lines);
      console_put_int (self, "total", basket->total_minor);
      json_builder_end_object (self->json);
    }
  json_builder_end_array (self->json);
}

/* By its entry or its number, which must be one receipt's alone. */
static gboolean
find_receipt (Console *self, const char *typed, MrId *receipt)
{
  g_autoptr (GPtrArray) found = mr_till_find_receipts (self->till, typed != NULL ? typed : "", 2);

  if (found->len != 1)
    {
      console_refuse (self, "missing", "not the number or the entry of one receipt");
      return FALSE;
    }
  *receipt = ((const MrReceiptSummary *) g_ptr_array_index (found, 0))->entry_id;
  return TRUE;
}

void
console_list_returnable (Console *self, char **words)
{
  g_autoptr (GPtrArray) lines = NULL;
  MrId receipt;

  if (!find_receipt (self, words[1], &receipt))
    return;
  lines = mr_checkout_list_returnable (mr_till_get_checkout (self->till), receipt, &self->error);
  console_begin_array (self, "returnable");
  for (guint i = 0; lines != NULL && i < lines->len; i++)
    {
      const MrReturnable *line = g_ptr_array_index (lines, i);

      json_builder_begin_object (self->json);
      console_put_int (self, "line", line->line);
      console_put_text (self, "name", line->good->name);
      console_put_quantity (self, "sold", line->sold_milli);
      console_put_quantity (self, "left", line->left_milli);
      console_put_int (self, "paid", line->paid_minor);
      json_builder_end_object (self->json);
    }
  json_builder_end_array (self->json);
}

static void
on_returned (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;

  mr_checkout_return_finish (MR_CHECKOUT (source), result, &self->error);
  self->done = TRUE;
}

void
console_return (Console *self, char **words)
{
  const char *line = words[1] != NULL ? words[2] : NULL;
  const char *quantity = line != NULL ? words[3] : NULL;
  gint64 quantity_milli;
  MrId receipt;

  if (!find_receipt (self, words[1], &receipt) || !parse_quantity (self, quantity, &quantity_milli))
    return;
  mr_checkout_return_async (mr_till_get_checkout (self->till), receipt,
                            (guint) console_parse_int (line), quantity_milli, words[4], on_returned,
                            self);
  console_wait_for_answer (self);
  console_put_basket (self);
}

static void
on_paid (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Console *self = user_data;
  MrPaymentResult payment;

  if (mr_checkout_pay_finish (MR_CHECKOUT (source), result, &payment, &self->error))
    {
      console_put_boolean (self, "complete", payment.complete);
      console_put_int (self, "total", payment.total_minor);
      console_put_int (self, "due", payment.due_minor);
      console_put_int (self, "change", payment.change_minor);
      console_put_int (self, "rounding", payment.rounding_minor);
      console_put_text (self, "receipt", payment.receipt_label);
      console_put_id (self, "entry", payment.entry_id);
    }
  self->done = TRUE;
}

void
console_pay (Console *self, char **words)
{
  MrCheckout *checkout = mr_till_get_checkout (self->till);
  MrTenderKind kind;

  if (words[1] == NULL || !mr_tender_kind_parse (words[1], &kind))
    {
      console_refuse (self, "bad-command", "pay cash|wechat|alipay|card [AMOUNT]");
      return;
    }
  mr_checkout_pay_async (checkout, kind, words[2] != NULL ? console_parse_int (words[2]) : -1,
                         on_paid, self);
  console_wait_for_answer (self);
}

void
console_take_back (Console *self, char **words)
{
  mr_checkout_take_back_tender (mr_till_get_checkout (self->till), &self->error);
  console_put_basket (self);
}

void
console_list_questions (Console *self, char **words)
{
  GListModel *questions = mr_checkout_get_questions (mr_till_get_checkout (self->till));

  console_begin_array (self, "questions");
  for (guint i = 0; i < g_list_model_get_n_items (questions); i++)
    {
      g_autoptr (MrQuestion) question = g_list_model_get_item (questions, i);

      json_builder_begin_object (self->json);
      console_put_int (self, "id", mr_question_get_id (question));
      console_put_text (self, "kind", mr_question_kind_to_string (mr_question_get_kind (question)));
      console_put_text (self, "code", mr_question_get_code (question));
      json_builder_end_object (self->json);
    }
  json_builder_end_array (self->json);
}

/* "answer ID PRICE|- [PACK]" */
void
console_answer (Console *self, char **words)
{
  const char *price = words[1] != NULL ? words[2] : NULL;
  gboolean has_price = price != NULL && !g_str_equal (price, "-");

  mr_checkout_answer (mr_till_get_checkout (self->till), (guint) console_parse_int (words[1]),
                      has_price ? console_parse_int (price) : -1,
                      price != NULL ? console_parse_int (words[3]) : 0, &self->error);
  console_put_basket (self);
}

void
console_dismiss (Console *self, char **words)
{
  mr_checkout_dismiss (mr_till_get_checkout (self->till), (guint) console_parse_int (words[1]));
  console_put_basket (self);
}

void
console_price_check (Console *self, char **words)
{
  g_autoptr (GPtrArray) goods =
      mr_shelf_find_code (mr_till_get_shelf (self->till), words[1] != NULL ? words[1] : "");

  console_put_goods (self, goods);
}

void
console_search (Console *self, char **words)
{
  g_autofree char *typed = g_strjoinv (" ", words + 1);
  g_autoptr (GPtrArray) goods = mr_shelf_search (mr_till_get_shelf (self->till), typed, 20);

  console_put_goods (self, goods);
}

void
console_basket (Console *self, char **words)
{
  console_put_basket (self);
}

void
console_on_action (MrKeypad *keypad, const char *name, const char *target, gpointer user_data)
{
  Console *self = user_data;

  g_string_append_printf (self->actions, "%s%s%s%s", self->actions->len > 0 ? " " : "", name,
                          *target != '\0' ? ":" : "", target);
}

/* "keys 6 * 1 2 Enter": one key a word, as MrKeypad names them. */
void
console_press_keys (Console *self, char **words)
{
  MrKeypad *keypad = mr_till_get_keypad (self->till);

  g_string_truncate (self->actions, 0);
  for (guint i = 1; words[i] != NULL; i++)
    {
      MrKey key;

      if (mr_key_parse (words[i], &key))
        mr_keypad_press (keypad, key, 0);
      else
        mr_keypad_press (keypad, MR_KEY_CHARACTER, g_utf8_get_char (words[i]));
    }
  console_wait_for (self, console_is_kept, 0);
  console_put_text (self, "entry", mr_keypad_get_text (keypad));
  console_put_text (self, "actions", self->actions->str);
  console_put_basket (self);
}
